/*
 * test_zone_tzif - the bytes of TZif files and their footers (RFC 8536)
 */
#include "unit.h"

#include "base/buf.h"
#include "ical/zone_priv.h"

static struct arena *arena;

static int64_t seconds_of(const char *written)
{
	enum time_form form;
	int64_t seconds = 0;

	CHECK_TRUE(written, time_parse(text_from(written), &seconds, &form));
	return seconds;
}

/* ---- files made here ---- */

struct type {
	int32_t offset;
	uint8_t is_dst, name;
};

struct block {
	size_t times;
	const int64_t *at;
	const uint8_t *index;
	size_t types;
	const struct type *type;
	uint32_t leap;
};

static void put_number(struct buf *b, int64_t n, int bytes)
{
	for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
		buf_put_char(b, (char)((uint64_t)n >> shift & 0xFF));
}

static void put_block(struct buf *b, char version, const struct block *data, int time_bytes)
{
	const uint32_t counts[] = {0, 0, data->leap, (uint32_t)data->times, (uint32_t)data->types,
				   4};

	buf_put_lit(b, "TZif");
	buf_put_char(b, version);
	for (int i = 0; i < 15; i++)
		buf_put_char(b, 0);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		put_number(b, counts[i], 4);
	for (size_t i = 0; i < data->times; i++)
		put_number(b, data->at[i], time_bytes);
	for (size_t i = 0; i < data->times; i++)
		buf_put_char(b, (char)data->index[i]);
	for (size_t i = 0; i < data->types; i++) {
		put_number(b, data->type[i].offset, 4);
		buf_put_char(b, (char)data->type[i].is_dst);
		buf_put_char(b, (char)data->type[i].name);
	}
	buf_put(b, "LMT", 4);
	for (uint32_t i = 0; i < data->leap; i++) {
		put_number(b, i, time_bytes);
		put_number(b, i, 4);
	}
}

/* Version 1: one block; later ones: a first block that is passed over, data, footer. */
static struct text file_of(char version, const struct block *data, const char *footer)
{
	static const struct type wrong = {-12345, 0, 0};
	static const struct block passed_over = {.types = 1, .type = &wrong};
	struct buf b;

	buf_init(&b, arena, 1024, 1 << 16);
	put_block(&b, version, version ? &passed_over : data, 4);
	if (version)
		put_block(&b, version, data, 8);
	if (footer)
		buf_printf(&b, "\n%s\n", footer);
	return buf_text(&b);
}

static const int64_t two_times[] = {0, 86400};
static const uint8_t two_indexes[] = {1, 0};
static const struct type two_types[] = {{3600, 0, 0}, {7200, 1, 0}};
static const struct block plain = {2, two_times, two_indexes, 2, two_types, 0};

static void test_versions(void)
{
	static const struct {
		const char *name;
		char version;
		const char *footer;
		int64_t at;
		int offset;
	} rows[] = {
		{"version 1, before all", 0, NULL, -1, 3600},
		{"version 1, from the first instant on", 0, NULL, 0, 7200},
		{"version 1, the last second", 0, NULL, 86399, 7200},
		{"version 1, afterwards", 0, NULL, 86400, 3600},
		{"version 2", '2', "CET-1", 0, 7200},
		{"version 2, the footer goes on", '2', "CET-1CEST,M3.5.0,M10.5.0/3", 1800000000,
		 3600},
		{"version 2, the footer's summer", '2', "CET-1CEST,M3.5.0,M10.5.0/3", 1815000000,
		 7200},
		{"version 2, no footer", '2', "", 1815000000, 3600},
		{"version 3", '3', "XXX-2<+03>-3,M3.4.4/50,M10.4.4/50", 1800000000, 7200},
		{"version 4 of the future", '4', "CET-1", 0, 7200},
		{"a footer that differs from the last change holds after it", '2', "EET-2", 90000,
		 7200},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text file = file_of(rows[i].version, &plain, rows[i].footer);
		struct zone *z = zone_tzif_parse(file, TEXT("Test"));

		if (CHECK_TRUE(rows[i].name, z != NULL))
			CHECK_INT(rows[i].name, zone_offset(z, rows[i].at), rows[i].offset);
		zone_destroy(z);
	}
}

static void test_refused(void)
{
	static const int64_t not_ascending[] = {86400, 0};
	static const uint8_t bad_index[] = {2, 0};
	static const struct type bad_types[] = {{90000, 0, 0}, {7200, 1, 0}};
	static const struct {
		const char *name;
		char version;
		struct block data;
		const char *footer;
	} rows[] = {
		{"leap seconds", '2', {2, two_times, two_indexes, 2, two_types, 1}, "CET-1"},
		{"no type", '2', {0, NULL, NULL, 0, NULL, 0}, "CET-1"},
		{"a type that is not there",
		 '2',
		 {2, two_times, bad_index, 2, two_types, 0},
		 "CET-1"},
		{"times that do not ascend",
		 '2',
		 {2, not_ascending, two_indexes, 2, two_types, 0},
		 "CET-1"},
		{"an offset of more than a day",
		 '2',
		 {2, two_times, two_indexes, 2, bad_types, 0},
		 "CET-1"},
		{"a footer that is none", '2', {2, two_times, two_indexes, 2, two_types, 0}, "?"},
	};
	struct text whole = file_of('2', &plain, "CET-1");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TRUE(rows[i].name,
			   !zone_tzif_parse(file_of(rows[i].version, &rows[i].data, rows[i].footer),
					    TEXT("Test")));
	CHECK_TRUE("not this format", !zone_tzif_parse(TEXT("root:x:0:0"), TEXT("Test")));
	CHECK_TRUE("nothing", !zone_tzif_parse(TEXT_NONE, TEXT("Test")));
	/* The footer may be missing, the data not. */
	for (size_t len = 0; len < whole.len - 7; len++)
		CHECK_TRUE(arena_printf(arena, "cut to %zu bytes", len),
			   !zone_tzif_parse(text_of(arena_copy(arena, whole.at, len), len),
					    TEXT("Test")));
}

/* Counts that promise more than there is, each in turn. */
static void test_counts(void)
{
	static const uint32_t counts[] = {1, 257, 5000, 0x7FFFFFFF, 0xFFFFFFFF};

	for (size_t field = 20; field < 44; field += 4) {
		for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
			struct text file = file_of(0, &plain, NULL);
			char *copy = arena_copy(arena, file.at, file.len);
			struct zone *z;

			for (int k = 0; k < 4; k++)
				copy[field + (size_t)k] = (char)(counts[i] >> (24 - 8 * k));
			z = zone_tzif_parse(text_of(copy, file.len), TEXT("Test"));
			if (counts[i] > 1)
				CHECK_TRUE("a count that is too large", !z);
			zone_destroy(z);
		}
	}
}

/* A change that is listed for the year 3000 does not stand beside the rule that repeats. */
static void test_far(void)
{
	static const int64_t times[] = {0, INT64_C(32503680000)};
	static const struct block data = {2, times, two_indexes, 2, two_types, 0};
	struct zone *z =
		zone_tzif_parse(file_of('2', &data, "CET-1CEST,M3.5.0,M10.5.0/3"), TEXT("Test"));
	int64_t at = 0, change;

	if (!CHECK_TRUE("reads", z != NULL))
		return;
	while (zone_next_change(z, at, &change)) {
		CHECK_TRUE("each change is one",
			   zone_offset(z, change) != zone_offset(z, change - 1));
		at = change + 1;
	}
	zone_destroy(z);
}

/* Around the end of the table, with changes on New Year's night, the way back is the way out. */
static void test_turn(void)
{
	static const struct type start = {0, 0, 0};
	static const struct block bare = {.types = 1, .type = &start};
	static const char *const footers[] = {"XXX3EDT4,0/1,J365/21", "XXX-12EDT-13,0/1,J365/21",
					      "XXX3EDT4,J365/23,0/4",
					      "NZST-12NZDT,M9.5.0,M4.1.0/3"};

	for (size_t i = 0; i < ARRAY_LEN(footers); i++) {
		struct zone *z = zone_tzif_parse(file_of('3', &bare, footers[i]), TEXT("Test"));

		if (!CHECK_TRUE(footers[i], z != NULL))
			continue;
		for (int64_t t = ZONE_TABLE_END - 3 * DAY_SECONDS;
		     t < ZONE_TABLE_END + 3 * DAY_SECONDS; t += 600) {
			int64_t local = zone_to_local(z, t);

			if (!CHECK_INT(footers[i], zone_offset(z, t),
				       zone_offset(z, t - ZONE_CYCLE)))
				break;
			if (zone_fit_of(z, local) == ZONE_ONCE)
				CHECK_INT(footers[i], zone_to_utc(z, local), t);
		}
		zone_destroy(z);
	}
}

/* "The Big Bang" and the end of time: neither overflows. */
static void test_extremes(void)
{
	static const int64_t times[] = {INT64_MIN, INT64_MIN + 1, 0, INT64_MAX};
	static const uint8_t indexes[] = {0, 1, 0, 1};
	static const struct block data = {4, times, indexes, 2, two_types, 0};
	struct zone *z =
		zone_tzif_parse(file_of('2', &data, "CET-1CEST,M3.5.0,M10.5.0/3"), TEXT("Test"));
	int64_t change;

	if (!CHECK_TRUE("reads", z != NULL))
		return;
	CHECK_INT("year 1", zone_offset(z, TIME_MIN), 7200);
	CHECK_INT("1970", zone_offset(z, 0), 3600);
	CHECK_TRUE("goes on", zone_next_change(z, seconds_of("20270101T000000Z"), &change));
	CHECK_INT("goes on", change, seconds_of("20270328T010000Z"));
	CHECK_TRUE("from the beginning", zone_next_change(z, INT64_MIN, &change));
	zone_destroy(z);
}

/* ---- footers (§3.3) ---- */

static void test_footers(void)
{
	static const struct {
		const char *name, *footer, *utc;
		int offset; /* 0 with utc NULL: refused */
	} rows[] = {
		{"one time", "EST5", "20270701T000000Z", -18000},
		{"east", "CET-1", "20270701T000000Z", 3600},
		{"minutes and seconds", "LMT-0:53:28", "20270701T000000Z", 3208},
		{"a quoted name", "<+0545>-5:45", "20270701T000000Z", 20700},
		{"daylight is an hour ahead", "EST5EDT,M3.2.0,M11.1.0", "20270701T000000Z", -14400},
		{"winter", "EST5EDT,M3.2.0,M11.1.0", "20270101T000000Z", -18000},
		{"the second before it begins", "EST5EDT,M3.2.0,M11.1.0", "20270314T065959Z",
		 -18000},
		{"as it begins", "EST5EDT,M3.2.0,M11.1.0", "20270314T070000Z", -14400},
		{"the second before it ends", "EST5EDT,M3.2.0,M11.1.0", "20271107T055959Z", -14400},
		{"as it ends", "EST5EDT,M3.2.0,M11.1.0", "20271107T060000Z", -18000},
		{"half an hour", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "20270101T000000Z", 39600},
		{"summer over the new year", "NZST-12NZDT,M9.5.0,M4.1.0/3", "20270101T000000Z",
		 46800},
		{"daylight that is behind (Dublin)", "IST-1GMT0,M10.5.0,M3.5.0/1",
		 "20270101T000000Z", 0},
		{"its standard time in summer", "IST-1GMT0,M10.5.0,M3.5.0/1", "20270701T000000Z",
		 3600},
		{"hours past a day", "EET-2EEST,M3.4.4/50,M10.4.4/50", "20270326T235959Z", 7200},
		{"as they begin", "EET-2EEST,M3.4.4/50,M10.4.4/50", "20270327T000000Z", 10800},
		{"hours before the day", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "20270328T010000Z",
		 -3600},
		{"J, no leap day", "AAA0BBB,J60/0,J300/0", "20280301T000000Z", 3600},
		{"J, the day before", "AAA0BBB,J60/0,J300/0", "20280229T235959Z", 0},
		{"n, with leap day", "AAA0BBB,59/0,300/0", "20280229T000000Z", 3600},
		{"n, the day before", "AAA0BBB,59/0,300/0", "20280228T235959Z", 0},
		{"daylight all year", "XXX3EDT4,0/0,J365/23", "20270115T000000Z", -14400},
		{"all year, also at its turn", "XXX3EDT4,0/0,J365/23", "20270101T040000Z", -14400},
		{"no offset", "CET", NULL, 0},
		{"a short name", "CE-1", NULL, 0},
		{"an open bracket", "<CET-1", NULL, 0},
		{"daylight without rule", "CET-1CEST", NULL, 0},
		{"one rule only", "CET-1CEST,M3.5.0", NULL, 0},
		{"more behind it", "CET-1CEST,M3.5.0,M10.5.0/3,", NULL, 0},
		{"month 13", "CET-1CEST,M13.5.0,M10.5.0", NULL, 0},
		{"month 0", "CET-1CEST,M0.5.0,M10.5.0", NULL, 0},
		{"week 6", "CET-1CEST,M3.6.0,M10.5.0", NULL, 0},
		{"weekday 7", "CET-1CEST,M3.5.7,M10.5.0", NULL, 0},
		{"J0", "CET-1CEST,J0,J300", NULL, 0},
		{"day 366", "CET-1CEST,366,300", NULL, 0},
		{"an hour past a week", "CET-1CEST,M3.5.0/168,M10.5.0", NULL, 0},
		{"an offset past a day", "CET-25", NULL, 0},
		{"a daylight offset past a day", "CET-1CEST-25,M3.5.0,M10.5.0", NULL, 0},
		{"a number past all bounds", "CET-99999999999999999999", NULL, 0},
	};
	static const struct type start = {0, 0, 0};
	static const struct block bare = {.types = 1, .type = &start};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct zone *z = zone_tzif_parse(file_of('3', &bare, rows[i].footer), TEXT("Test"));

		CHECK_INT(rows[i].name, z != NULL, rows[i].utc != NULL);
		if (z && rows[i].utc)
			CHECK_INT(rows[i].name, zone_offset(z, seconds_of(rows[i].utc)),
				  rows[i].offset);
		zone_destroy(z);
	}
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 24);
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_versions)
CASE(test_refused)
CASE(test_counts)
CASE(test_far)
CASE(test_turn)
CASE(test_extremes)
CASE(test_footers)

UNIT_SUITE("zone_tzif", {"versions", run_test_versions}, {"refused", run_test_refused},
	   {"counts that lie", run_test_counts}, {"far changes", run_test_far},
	   {"the end of the table", run_test_turn}, {"extremes", run_test_extremes},
	   {"footers", run_test_footers})
