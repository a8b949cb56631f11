/*
 * metrics - the numbers behind /metrics
 */
#include "base/metrics.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/buf.h"

enum metric_kind { COUNTER, GAUGE, HISTOGRAM };

enum {
	LABELS_MAX = 3,
	NUMBERS_MAX = 3 * METRICS_VALUES_MAX * METRICS_VALUES_MAX,
	TIMED_MAX = 3 * METRICS_VALUES_MAX,
	BOUND_COUNT = 17,
};

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

#define PROVIDERS { "google", "outlook", "caldav" }
#define CALLS     { "calendars", "changes", "get", "put", "remove", "watch", "token", "other" }
#define ENDS      { "ok", "gone", "not_found", "conflict", "refused", "consent", "slowed", "failed", \
		    "held" }

/* The values of each label, in the order of the enums in metrics.h. */
static const char *const lists[METRIC_COUNT][LABELS_MAX][METRICS_VALUES_MAX] = {
	[METRIC_HTTP_REQUESTS]    = { { "1xx", "2xx", "3xx", "4xx", "5xx" } },
	[METRIC_BOOKINGS]         = { { "confirmed", "replayed", "taken", "not_offered", "failed" } },
	[METRIC_CHANGES]          = { { "done", "refused", "failed" } },
	[METRIC_TIMELINE_CACHE]   = { { "no", "yes" } },
	[METRIC_MAIL]             = { { "sent", "retry", "bounced", "returned" } },
	[METRIC_MAIL_IN]          = { { "applied", "answered", "unverified", "kept", "bounced",
					"ignored" } },
	[METRIC_PUSH]             = { { "sent", "retry", "refused" } },
	[METRIC_AUTH]             = { { "cached", "accepted", "refused" } },
	[METRIC_PROVIDER]         = { PROVIDERS, ENDS },
	[METRIC_PROVIDER_CALLS]   = { PROVIDERS, CALLS, ENDS },
	[METRIC_PROVIDER_SECONDS] = { PROVIDERS, CALLS },
	/* CalDAV servers publish no limit. */
	[METRIC_PROVIDER_TOKENS]  = { { "google", "outlook" } },
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
	_Alignas(64) _Atomic int64_t values[NUMBERS_MAX];
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
	assert(m < METRIC_COUNT && label >= 0 && label < NUMBERS_MAX);
	atomic_fetch_add_explicit(&numbers[m].values[label], n, memory_order_relaxed);
}

void metrics_set(enum metric m, int label, int64_t n)
{
	assert(m < METRIC_COUNT && rows[m].kind == GAUGE && label >= 0 &&
	       label < METRICS_VALUES_MAX);
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

	assert(m < METRIC_COUNT && label >= 0 && label < NUMBERS_MAX);
	if (rows[m].kind != HISTOGRAM)
		return value_of(&numbers[m].values[label]);
	assert(label < TIMED_MAX);
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

/* ---- writing ----------------------------------------------------------------------------------
 */

static int label_count(enum metric m)
{
	int count = 0;

	while (count < LABELS_MAX && lists[m][count][0])
		count++;
	return count;
}

/* What the labels of a number are; false: the lists have no such values. */
static bool find_values(enum metric m, int number, const char *values[LABELS_MAX])
{
	int count = label_count(m);

	for (int i = count - 1; i >= 0; i--) {
		int at = i > 0 ? number % METRICS_VALUES_MAX : number;

		number /= METRICS_VALUES_MAX;
		values[i] = at < METRICS_VALUES_MAX ? lists[m][i][at] : NULL;
		if (!values[i])
			return false;
	}
	return count > 0 || number == 0;
}

/* `name_bucket{provider="google",le="1"}`; le: NULL, or the bucket's bound. */
static void put_name(struct buf *out, enum metric m, const char *suffix, const char *const values[],
		     const char *le)
{
	struct text rest = text_from(rows[m].label ? rows[m].label : ""), label;
	char before = '{';

	buf_printf(out, "%s%s", rows[m].name, suffix);
	for (int i = 0; i < label_count(m) && text_next(&rest, ',', &label); i++) {
		buf_printf(out, "%c%.*s=\"%s\"", before, TEXT_ARG(label), values[i]);
		before = ',';
	}
	if (le) {
		buf_printf(out, "%cle=\"%s\"", before, le);
		before = ',';
	}
	if (before == ',')
		buf_put_char(out, '}');
}

static void write_timed(struct buf *out, enum metric m, int number, const char *const values[])
{
	int64_t count = 0, sum = value_of(&numbers[m].timed[number].sum_ns);

	for (size_t b = 0; b <= BOUND_COUNT; b++) {
		/* Prometheus counts each bucket with all below it. */
		count += value_of(&numbers[m].timed[number].buckets[b]);
		put_name(out, m, "_bucket", values, b < BOUND_COUNT ? bounds[b].le : "+Inf");
		put_value(out, count);
	}
	put_name(out, m, "_sum", values, NULL);
	buf_printf(out, " %.9f\n", (double)sum / 1e9);
	put_name(out, m, "_count", values, NULL);
	put_value(out, count);
}

static void write_number(struct buf *out, enum metric m, int number, const char *const values[])
{
	if (rows[m].kind == HISTOGRAM) {
		write_timed(out, m, number, values);
		return;
	}
	put_name(out, m, "", values, NULL);
	put_value(out, value_of(&numbers[m].values[number]));
}

void metrics_write(struct buf *out)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};
	const char *values[LABELS_MAX];

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		int max = rows[m].kind == HISTOGRAM ? TIMED_MAX : NUMBERS_MAX;

		buf_printf(out, "# HELP %s %s\n", rows[m].name, rows[m].help);
		buf_printf(out, "# TYPE %s %s\n", rows[m].name, kinds[rows[m].kind]);
		for (int number = 0; number < max; number++)
			if (find_values(m, number, values))
				write_number(out, m, number, values);
	}
}
