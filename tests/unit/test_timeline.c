/*
 * test_timeline - busy periods: clipped, joined by type, flattened, searched
 */
#include "dice.h"
#include "freebusy/timeline.h"
#include "unit.h"

enum { PERIODS = 8, FROM = 100, TO = 200 };

#define T BUSY_TENTATIVE
#define B BUSY_BUSY
#define U BUSY_UNAVAILABLE

struct row {
	const char *name;
	struct busy_period in[PERIODS], want[PERIODS]; /* ended by one without length */
};

/* A timeline of [100, 200). */
static const struct row rows[] = {
	{"nothing", {{0}}, {{0}}},
	{"one", {{110, 120, B}}, {{110, 120, B}}},
	{"ascending", {{150, 160, B}, {110, 120, B}}, {{110, 120, B}, {150, 160, B}}},
	{"RFC 4791 §7.10: overlapping are joined", {{110, 130, B}, {120, 140, B}}, {{110, 140, B}}},
	{"RFC 4791 §7.10: consecutive are joined", {{110, 120, B}, {120, 140, B}}, {{110, 140, B}}},
	{"a second apart stays apart",
	 {{110, 119, B}, {120, 140, B}},
	 {{110, 119, B}, {120, 140, B}}},
	{"one inside another", {{110, 150, B}, {120, 130, B}}, {{110, 150, B}}},
	{"the same twice", {{110, 120, U}, {110, 120, U}}, {{110, 120, U}}},
	{"a chain out of order", {{130, 140, B}, {110, 120, B}, {120, 130, B}}, {{110, 140, B}}},
	{"other types are not joined",
	 {{110, 130, B}, {120, 140, T}},
	 {{110, 130, B}, {120, 140, T}}},
	{"joined across one of another type",
	 {{110, 130, B}, {115, 118, T}, {125, 140, B}},
	 {{110, 140, B}, {115, 118, T}}},
	{"one start, by type",
	 {{110, 120, U}, {110, 120, B}, {110, 130, T}},
	 {{110, 130, T}, {110, 120, B}, {110, 120, U}}},
	{"RFC 4791 §7.10: clipped at both ends",
	 {{90, 110, B}, {190, 210, B}},
	 {{100, 110, B}, {190, 200, B}}},
	{"clipped from both sides at once", {{0, 1000, T}}, {{100, 200, T}}},
	{"outside", {{10, 20, B}, {90, 100, B}, {200, 210, B}}, {{0}}},
	{"without length, or less", {{110, 110, B}, {130, 120, B}}, {{0}}},
	{"joined by the clipping", {{80, 90, B}, {90, 105, B}, {50, 110, B}}, {{100, 110, B}}},
};

static size_t length(const struct busy_period *p)
{
	size_t n = 0;

	while (n < PERIODS && p[n].start < p[n].end)
		n++;
	return n;
}

static void check_periods(const char *name, const struct busy_period *got, size_t count,
			  const struct busy_period *want, size_t want_count)
{
	if (!CHECK_INT(name, (int64_t)count, (int64_t)want_count))
		return;
	for (size_t i = 0; i < count; i++) {
		CHECK_INT(name, got[i].start, want[i].start);
		CHECK_INT(name, got[i].end, want[i].end);
		CHECK_INT(name, got[i].type, want[i].type);
	}
}

static void test_join(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(1 << 20);
		struct timeline *t = timeline_create(a, FROM, TO);
		const struct busy_period *got;
		size_t count;

		for (const struct busy_period *p = rows[i].in; p->end != 0; p++)
			timeline_add(t, *p);
		got = timeline_periods(t, &count);
		check_periods(rows[i].name, got, count, rows[i].want, length(rows[i].want));
		arena_destroy(a);
	}
}

static void test_add_again(void)
{
	static const struct busy_period want[] = {{110, 140, B}, {150, 160, B}};
	struct arena *a = arena_create(1 << 20);
	struct timeline *t = timeline_create(a, FROM, TO);
	const struct busy_period *got;
	size_t count;

	timeline_add(t, (struct busy_period){150, 160, B});
	timeline_add(t, (struct busy_period){110, 130, B});
	timeline_periods(t, &count);
	CHECK_INT("two", (int64_t)count, 2);
	timeline_add(t, (struct busy_period){130, 140, B});
	got = timeline_periods(t, &count);
	check_periods("what comes after a look is joined, too", got, count, want, 2);
	arena_destroy(a);
}

static void test_flatten(void)
{
	static const struct busy_period in[] = {
		{110, 130, T}, {120, 125, B}, {130, 140, U}, {150, 160, T}, {159, 170, B}};
	static const struct busy_period want[] = {{110, 140, B}, {150, 170, B}};
	struct arena *a = arena_create(1 << 20);
	const struct busy_period *got;
	size_t count;

	got = timeline_flatten(a, in, ARRAY_LEN(in), &count);
	check_periods("whatever the type", got, count, want, 2);
	timeline_flatten(a, NULL, 0, &count);
	CHECK_INT("nothing", (int64_t)count, 0);
	arena_destroy(a);
}

static void test_overlaps(void)
{
	static const struct busy_period flat[] = {{110, 120, B}, {130, 140, B}, {150, 160, B}};
	static const struct {
		const char *name;
		int64_t start, end;
		bool want;
	} questions[] = {
		{"before all", 90, 110, false},
		{"touches the first", 90, 111, true},
		{"begins at an end", 120, 130, false},
		{"inside", 132, 133, true},
		{"around", 125, 145, true},
		{"between", 141, 149, false},
		{"last second", 159, 170, true},
		{"after all", 160, 170, false},
		{"all", 0, 1000, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(questions); i++)
		CHECK_INT(questions[i].name,
			  timeline_overlaps(flat, ARRAY_LEN(flat), questions[i].start,
					    questions[i].end),
			  questions[i].want);
	CHECK_TRUE("nothing is in nobody's way", !timeline_overlaps(NULL, 0, 0, 1000));
}

/* Second by second: a period of each type covers what went in, and no more. */
static void test_random(void)
{
	struct dice d = {7};

	for (int round = 0; round < 300; round++) {
		struct arena *a = arena_create(1 << 20);
		struct timeline *t = timeline_create(a, FROM, TO);
		bool want[BUSY_TYPE_COUNT][TO + 1] = {{false}},
						got[BUSY_TYPE_COUNT][TO + 1] = {{0}};
		const struct busy_period *p;
		int64_t last[BUSY_TYPE_COUNT] = {0};
		size_t count;

		for (int64_t n = dice_roll(&d, 0, 39); n > 0; n--) {
			int64_t start = dice_roll(&d, 80, 209);
			struct busy_period in = {start, start + dice_roll(&d, 0, 19),
						 (enum busy_type)dice_roll(&d, 0,
									   BUSY_TYPE_COUNT - 1)};

			timeline_add(t, in);
			for (int64_t s = max64(in.start, FROM); s < min64(in.end, TO); s++)
				want[in.type][s] = true;
		}
		p = timeline_periods(t, &count);
		for (size_t i = 0; i < count; i++) {
			CHECK_TRUE("ascending", i == 0 || p[i - 1].start <= p[i].start);
			CHECK_TRUE("apart", p[i].start > last[p[i].type]);
			last[p[i].type] = p[i].end;
			for (int64_t s = p[i].start; s < p[i].end; s++)
				got[p[i].type][s] = true;
		}
		CHECK_INT("the same seconds", memcmp(want, got, sizeof(want)), 0);
		arena_destroy(a);
	}
}

UNIT_SUITE("timeline", {"clipped, joined, in order", test_join},
	   {"added to after a look", test_add_again}, {"flattened", test_flatten},
	   {"searched", test_overlaps}, {"random periods, second by second", test_random})
