/*
 * metrics - the numbers behind /metrics
 */
#include "base/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/buf.h"

enum metric_kind { COUNTER, GAUGE, HISTOGRAM };

enum { LABEL_MAX = 6, PAIR_MAX = 3 * METRICS_SECOND_MAX, TIMED_MAX = 3, BOUND_COUNT = 17 };

struct metric_row {
	enum metric_kind kind;
	const char *name, *label, *help;
};

/* clang-format off */
static const struct metric_row rows[METRIC_COUNT] = {
#define METRIC(id, kind, name, label, help) [METRIC_##id] = { kind, name, label, help },
#include "base/metrics.tbl.h"
#undef METRIC
};

/* The values of each label, in the order of the enums in metrics.h. */
static const char *const labels[METRIC_COUNT][LABEL_MAX] = {
	[METRIC_HTTP_REQUESTS]  = { "1xx", "2xx", "3xx", "4xx", "5xx" },
	[METRIC_BOOKINGS]       = { "confirmed", "replayed", "taken", "not_offered", "failed" },
	[METRIC_CHANGES]        = { "done", "refused", "failed" },
	[METRIC_TIMELINE_CACHE] = { "no", "yes" },
	[METRIC_MAIL]           = { "sent", "retry", "bounced", "returned" },
	[METRIC_MAIL_IN]        = { "applied", "answered", "unverified", "kept", "bounced", "ignored" },
	[METRIC_PUSH]           = { "sent", "retry", "refused" },
	[METRIC_AUTH]           = { "cached", "accepted", "refused" },
	[METRIC_PROVIDER]       = { "google", "outlook", "caldav" },
	[METRIC_PROVIDER_CALLS] = { "google", "outlook", "caldav" },
	[METRIC_PROVIDER_SECONDS] = { "google", "outlook", "caldav" },
	[METRIC_PROVIDER_TOKENS] = { "google", "outlook" }, /* CalDAV servers publish no limit */
};

/* Those of the second label. */
static const char *const seconds[METRIC_COUNT][METRICS_SECOND_MAX] = {
	[METRIC_PROVIDER]       = { "ok", "gone", "not_found", "conflict", "refused", "consent",
				    "slowed", "failed", "held" },
	[METRIC_PROVIDER_CALLS] = { "calendars", "changes", "get", "put", "remove", "watch",
				    "other" },
};

/* Upper bounds of the buckets, and how Prometheus shall read them; one more is +Inf. */
static const struct {
	int64_t ns;
	const char *le;
} bounds[BOUND_COUNT] = {
	{       50000, "0.00005" }, {      100000, "0.0001" }, {      250000, "0.00025" },
	{      500000, "0.0005" },  {     1000000, "0.001" },  {     2500000, "0.0025" },
	{     5000000, "0.005" },   {    10000000, "0.01" },   {    25000000, "0.025" },
	{    50000000, "0.05" },    {   100000000, "0.1" },    {   250000000, "0.25" },
	{   500000000, "0.5" },     {  1000000000, "1" },      {  2500000000, "2.5" },
	{  5000000000, "5" },       { 10000000000, "10" },
};
/* clang-format on */

/* Each metric has cache lines of its own, so that threads do not slow each other down. */
static struct {
	_Alignas(64) _Atomic int64_t values[PAIR_MAX];
	struct {
		_Atomic int64_t buckets[BOUND_COUNT + 1];
		_Atomic int64_t sum_ns;
	} timed[TIMED_MAX];
} numbers[METRIC_COUNT];

static int64_t value_of(_Atomic int64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

void metrics_add(enum metric m, int label, int64_t n)
{
	assert(m < METRIC_COUNT && label >= 0 && label < PAIR_MAX);
	atomic_fetch_add_explicit(&numbers[m].values[label], n, memory_order_relaxed);
}

void metrics_set(enum metric m, int label, int64_t n)
{
	assert(m < METRIC_COUNT && rows[m].kind == GAUGE && label >= 0 && label < LABEL_MAX);
	atomic_store_explicit(&numbers[m].values[label], n, memory_order_relaxed);
}

void metrics_observe(enum metric m, int label, int64_t ns)
{
	size_t i = 0;

	assert(m < METRIC_COUNT && rows[m].kind == HISTOGRAM && label >= 0 && label < TIMED_MAX);
	while (i < BOUND_COUNT && ns > bounds[i].ns)
		i++;
	atomic_fetch_add_explicit(&numbers[m].timed[label].buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&numbers[m].timed[label].sum_ns, ns, memory_order_relaxed);
}

int64_t metrics_get(enum metric m, int label)
{
	int64_t count = 0;

	assert(m < METRIC_COUNT && label >= 0 && label < PAIR_MAX);
	if (rows[m].kind != HISTOGRAM)
		return value_of(&numbers[m].values[label]);
	for (size_t i = 0; i <= BOUND_COUNT; i++)
		count += value_of(&numbers[m].timed[label].buckets[i]);
	return count;
}

static void put_value(struct buf *out, int64_t n)
{
	buf_put_char(out, ' ');
	buf_put_int(out, n);
	buf_put_char(out, '\n');
}

static void write_values(struct buf *out, enum metric m)
{
	if (!rows[m].label) {
		buf_put_str(out, rows[m].name);
		put_value(out, value_of(&numbers[m].values[0]));
		return;
	}
	for (size_t i = 0; i < LABEL_MAX && labels[m][i]; i++) {
		buf_printf(out, "%s{%s=\"%s\"}", rows[m].name, rows[m].label, labels[m][i]);
		put_value(out, value_of(&numbers[m].values[i]));
	}
}

/* Of two labels: "provider,result". */
static void write_pairs(struct buf *out, enum metric m)
{
	struct text rest = text_from(rows[m].label), first, second;

	(void)(text_next(&rest, ',', &first) && text_next(&rest, ',', &second));
	for (int i = 0; i < LABEL_MAX && labels[m][i]; i++)
		for (int j = 0; j < METRICS_SECOND_MAX && seconds[m][j]; j++) {
			buf_printf(out, "%s{%.*s=\"%s\",%.*s=\"%s\"}", rows[m].name,
				   TEXT_ARG(first), labels[m][i], TEXT_ARG(second), seconds[m][j]);
			put_value(out, value_of(&numbers[m].values[metrics_pair(i, j)]));
		}
}

/* A histogram, or the part of one that belongs to a label: then in `label` as `provider="google"`.
 */
static void write_timed(struct buf *out, enum metric m, int i, struct text label)
{
	const char *comma = label.len ? "," : "", *open = label.len ? "{" : "";
	const char *close = label.len ? "}" : "";
	int64_t count = 0, sum = value_of(&numbers[m].timed[i].sum_ns);

	for (size_t b = 0; b <= BOUND_COUNT; b++) {
		/* Prometheus counts each bucket with all below it. */
		count += value_of(&numbers[m].timed[i].buckets[b]);
		buf_printf(out, "%s_bucket{%.*s%sle=\"%s\"}", rows[m].name, TEXT_ARG(label), comma,
			   b < BOUND_COUNT ? bounds[b].le : "+Inf");
		put_value(out, count);
	}
	buf_printf(out, "%s_sum%s%.*s%s %.9f\n", rows[m].name, open, TEXT_ARG(label), close,
		   (double)sum / 1e9);
	buf_printf(out, "%s_count%s%.*s%s", rows[m].name, open, TEXT_ARG(label), close);
	put_value(out, count);
}

static void write_histogram(struct buf *out, enum metric m)
{
	char label[64];

	if (!rows[m].label) {
		write_timed(out, m, 0, TEXT_NONE);
		return;
	}
	for (int i = 0; i < TIMED_MAX && labels[m][i]; i++) {
		snprintf(label, sizeof(label), "%s=\"%s\"", rows[m].label, labels[m][i]);
		write_timed(out, m, i, text_from(label));
	}
}

void metrics_write(struct buf *out)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		buf_printf(out, "# HELP %s %s\n", rows[m].name, rows[m].help);
		buf_printf(out, "# TYPE %s %s\n", rows[m].name, kinds[rows[m].kind]);
		if (rows[m].kind == HISTOGRAM)
			write_histogram(out, m);
		else if (seconds[m][0])
			write_pairs(out, m);
		else
			write_values(out, m);
	}
}
