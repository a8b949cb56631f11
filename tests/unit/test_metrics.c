/* metrics: the Prometheus text format, line by line */
#include "base/metrics.h"

#include "base/arena.h"
#include "base/buf.h"
#include "unit.h"

static struct text written(struct arena *a)
{
	struct buf b;

	buf_init(&b, a, 4096, 1 << 20);
	metrics_write(&b);
	CHECK_TRUE("fits", !b.overflow);
	return buf_text(&b);
}

static void check_line(struct text all, const char *line)
{
	struct arena *a = arena_create(1 << 16);

	CHECK_TRUE(line, text_find(all, text_from(arena_printf(a, "\n%s\n", line))) >= 0);
	arena_destroy(a);
}

static void test_counter(void)
{
	struct arena *a = arena_create(1 << 22);
	struct text all;

	metrics_add(METRIC_BOOKINGS, BOOKING_CONFIRMED, 2);
	metrics_add(METRIC_BOOKINGS, BOOKING_CONFIRMED, 1);
	metrics_add(METRIC_BOOKINGS, BOOKING_TAKEN, 7);
	metrics_set(METRIC_JOBS_WAITING, 0, 5);
	metrics_add(METRIC_HTTP_OPEN, 0, 3);
	metrics_add(METRIC_HTTP_OPEN, 0, -1);
	CHECK_INT("get", metrics_get(METRIC_BOOKINGS, BOOKING_CONFIRMED), 3);
	all = written(a);
	check_line(all, "# TYPE fasti_bookings_total counter");
	check_line(all, "fasti_bookings_total{result=\"confirmed\"} 3");
	check_line(all, "fasti_bookings_total{result=\"taken\"} 7");
	check_line(all, "fasti_bookings_total{result=\"failed\"} 0");
	check_line(all, "# TYPE fasti_jobs_waiting gauge");
	check_line(all, "fasti_jobs_waiting 5");
	check_line(all, "fasti_http_connections 2");
	check_line(all, "fasti_overlaps 0");
	check_line(all, "fasti_timeline_cache_total{hit=\"yes\"} 0");
	CHECK_TRUE("help comes first", text_starts(all, TEXT("# HELP fasti_http_requests_total ")));
	arena_destroy(a);
}

static void test_histogram(void)
{
	static const int64_t ns[] = {1, 50000, 50001, 3000000, 20000000000};
	struct arena *a = arena_create(1 << 22);
	struct text all;

	for (size_t i = 0; i < ARRAY_LEN(ns); i++)
		metrics_observe(METRIC_SLOTS_SECONDS, 0, ns[i]);
	CHECK_INT("count", metrics_get(METRIC_SLOTS_SECONDS, 0), 5);
	all = written(a);
	check_line(all, "# TYPE fasti_slots_seconds histogram");
	check_line(all, "fasti_slots_seconds_bucket{le=\"0.00005\"} 2");
	check_line(all, "fasti_slots_seconds_bucket{le=\"0.0001\"} 3");
	check_line(all, "fasti_slots_seconds_bucket{le=\"0.0025\"} 3");
	check_line(all, "fasti_slots_seconds_bucket{le=\"0.005\"} 4");
	check_line(all, "fasti_slots_seconds_bucket{le=\"10\"} 4");
	check_line(all, "fasti_slots_seconds_bucket{le=\"+Inf\"} 5");
	check_line(all, "fasti_slots_seconds_sum 20.003100002");
	check_line(all, "fasti_slots_seconds_count 5");
	arena_destroy(a);
}

static void test_labels(void)
{
	struct arena *a = arena_create(1 << 22);
	int put = metrics_pair(2, ASKED_FOR_PUT);
	struct text all;

	metrics_add(METRIC_PROVIDER, metrics_pair(0, ASKED_OK), 4);
	metrics_add(METRIC_PROVIDER, metrics_pair(2, ASKED_HELD), 1);
	metrics_add(METRIC_PROVIDER_CALLS, metrics_triple(1, ASKED_FOR_OTHER, ASKED_SLOWED), 2);
	metrics_set(METRIC_PROVIDER_TOKENS, 1, 130000);
	metrics_observe(METRIC_PROVIDER_SECONDS, put, 400000000);
	CHECK_INT("count of a label", metrics_get(METRIC_PROVIDER_SECONDS, put), 1);
	CHECK_INT("of another", metrics_get(METRIC_PROVIDER_SECONDS, 0), 0);
	all = written(a);
	check_line(all, "fasti_provider_requests_total{provider=\"google\",result=\"ok\"} 4");
	check_line(all, "fasti_provider_requests_total{provider=\"google\",result=\"gone\"} 0");
	check_line(all, "fasti_provider_requests_total{provider=\"caldav\",result=\"held\"} 1");
	check_line(all, "fasti_provider_calls_total{provider=\"outlook\",call=\"other\","
			"result=\"slowed\"} 2");
	check_line(all, "fasti_provider_calls_total{provider=\"outlook\",call=\"other\","
			"result=\"ok\"} 0");
	check_line(all, "fasti_provider_tokens{provider=\"outlook\"} 130000");
	check_line(all, "fasti_provider_seconds_bucket{provider=\"caldav\",call=\"put\","
			"le=\"0.25\"} 0");
	check_line(all, "fasti_provider_seconds_bucket{provider=\"caldav\",call=\"put\","
			"le=\"0.5\"} 1");
	check_line(all, "fasti_provider_seconds_sum{provider=\"caldav\",call=\"put\"} "
			"0.400000000");
	check_line(all, "fasti_provider_seconds_count{provider=\"google\",call=\"token\"} 0");
	arena_destroy(a);
}

UNIT_SUITE("metrics", {"counters and gauges", test_counter}, {"histograms", test_histogram},
	   {"several labels", test_labels})
