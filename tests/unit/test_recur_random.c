/*
 * test_recur_random - random rules against libical's iterator, and seeking against walking
 *
 * FASTI_RULES says how many (20,000; 2,000 with FASTI_QUICK). Rule n is the same on
 * every run, so a number names a failure. libical is asked only outside its known
 * faults, each a row of `classes` below; how many rules each one hides is printed.
 *
 * libical's iterator knows no budget, so it is asked for as many instances as
 * the walk here found, and for the end only where COUNT or UNTIL makes it.
 */
#include <libical/ical.h>

#include "unit.h"

#include "base/buf.h"
#include "ical/ical.h"
#include "ical/recur_priv.h"

enum { MOST_WALKED = 400, MOST_COMPARED = 40, MOST_SHOWN = 10, RULE_BYTES = 1024, PLENTY = 200000 };

/* ---- chance ---- */

static uint64_t state;

static uint64_t chance(void)
{
	uint64_t z = (state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* low..high, both included */
static int between(int low, int high)
{
	return low + (int)(chance() % (uint64_t)(high - low + 1));
}

static bool one_in(int n)
{
	return between(1, n) == 1;
}

/* ---- a rule ---- */

/* Ascending and without repeats: libical walks a list of times as it is written. */
static void put_numbers(struct buf *b, const char *name, int low, int high, bool negative)
{
	int n = between(1, 3);

	buf_printf(b, ";%s", name);
	for (int i = 0, at = between(low, high); i < n && at <= high; i++) {
		buf_printf(b, "%s%s%d", i ? "," : "=", negative && one_in(3) ? "-" : "", at);
		at += between(1, 1 + (high - low) / 3);
	}
}

static void put_weekdays(struct buf *b, int most_nth)
{
	static const char *const names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
	int n = between(1, 4), first = between(0, 6);

	buf_put_lit(b, ";BYDAY=");
	for (int i = 0; i < n; i++) {
		buf_put_str(b, i ? "," : "");
		if (most_nth && one_in(2))
			buf_printf(b, "%s%d", one_in(3) ? "-" : "", between(1, most_nth));
		buf_put_str(b, names[(first + 2 * i) % 7]);
	}
}

static void put_date_parts(struct buf *b, enum recur_freq freq)
{
	bool weeks = freq == FREQ_YEARLY && one_in(5);
	bool months = one_in(4);

	if (months)
		put_numbers(b, "BYMONTH", 1, 12, false);
	if (weeks)
		put_numbers(b, "BYWEEKNO", 1, 53, true);
	if ((freq == FREQ_YEARLY || freq < FREQ_DAILY) && one_in(8))
		put_numbers(b, "BYYEARDAY", 1, 366, true);
	if (freq != FREQ_WEEKLY && one_in(4))
		put_numbers(b, "BYMONTHDAY", 1, 31, true);
	if (one_in(2))
		put_weekdays(b, weeks || freq < FREQ_MONTHLY	 ? 0
				: freq == FREQ_MONTHLY || months ? 5
								 : 53);
}

static void put_time_parts(struct buf *b)
{
	if (one_in(5))
		put_numbers(b, "BYHOUR", 0, 23, false);
	if (one_in(6))
		put_numbers(b, "BYMINUTE", 0, 59, false);
	if (one_in(10))
		put_numbers(b, "BYSECOND", 0, 59, false);
}

static void put_rule(struct buf *b)
{
	static const char *const names[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
					    "WEEKLY",	"MONTHLY",  "YEARLY"};
	static const enum recur_freq freqs[] = {
		FREQ_YEARLY, FREQ_YEARLY, FREQ_YEARLY, FREQ_YEARLY,   FREQ_MONTHLY,  FREQ_MONTHLY,
		FREQ_WEEKLY, FREQ_WEEKLY, FREQ_WEEKLY, FREQ_DAILY,    FREQ_DAILY,    FREQ_MONTHLY,
		FREQ_DAILY,  FREQ_HOURLY, FREQ_HOURLY, FREQ_MINUTELY, FREQ_MINUTELY, FREQ_SECONDLY,
	};
	enum recur_freq freq = freqs[between(0, (int)ARRAY_LEN(freqs) - 1)];
	size_t bare;

	buf_printf(b, "FREQ=%s", names[freq]);
	if (one_in(2))
		buf_printf(b, ";INTERVAL=%d", between(1, one_in(4) ? 100 : 6));
	if (one_in(4))
		buf_printf(b, ";WKST=%s", one_in(2) ? "SU" : "WE");
	bare = b->len;
	put_date_parts(b, freq);
	put_time_parts(b);
	if (b->len > bare && one_in(5))
		put_numbers(b, "BYSETPOS", 1, 4, true);
}

/* ---- what libical cannot be asked ---- */

static bool days_from_the_end(const struct recur *r)
{
	bool year_day_back = false;

	for (int n = 1; n <= 366; n++)
		year_day_back |= recur_far_bit(r->by_year_day, -n);
	return r->freq <= FREQ_DAILY && (r->by_month_day_back || year_day_back);
}

static bool any_weeks(const struct recur *r)
{
	return r->by_week[0] || r->by_week[1];
}

static bool year_days_of_months(const struct recur *r)
{
	return r->freq == FREQ_YEARLY && r->has_by_year_day && r->by_month;
}

static bool positions_of_both_ends(const struct recur *r)
{
	return r->has_by_setpos &&
	       ((r->by_month_day && r->by_month_day_back) || r->has_by_year_day);
}

static bool month_days_of_year(const struct recur *r)
{
	return r->freq == FREQ_YEARLY && (r->by_month_day || r->by_month_day_back) && !r->by_month;
}

static bool positions_of_times(const struct recur *r)
{
	return r->has_by_setpos && (r->by_hour || r->by_minute || r->by_second);
}

static bool positions_of_days(const struct recur *r)
{
	return r->has_by_setpos && r->freq < FREQ_MONTHLY;
}

static bool list_of_own_unit(const struct recur *r)
{
	return (r->freq == FREQ_HOURLY && r->by_hour) ||
	       (r->freq == FREQ_MINUTELY && (r->by_minute || (r->by_hour && r->interval > 1))) ||
	       (r->freq == FREQ_SECONDLY &&
		(r->by_second || ((r->by_minute || r->by_hour) && r->interval > 1)));
}

static bool weeks_of_other_starts(const struct recur *r)
{
	return r->freq == FREQ_WEEKLY && r->interval > 1 && r->by_day_count > 1 &&
	       r->week_start != MONDAY && r->week_start != SUNDAY;
}

static const struct {
	const char *name;
	bool (*hides)(const struct recur *r);
} classes[] = {
	/* "DAILY;BYMONTHDAY=-1" gives nothing, and looks for it for hours. */
	{"days counted from the end, in daily and shorter rules", days_from_the_end},
	/* Week 1 is begun in the wrong year; DTSTART is passed over, many rules are refused. */
	{"BYWEEKNO (test_recur counts the weeks instead)", any_weeks},
	/* Refused, though §3.3.10 lets both limit and expand a year. */
	{"BYYEARDAY with BYMONTH, in yearly rules", year_days_of_months},
	/* A day that is named from both ends is counted twice. */
	{"BYSETPOS where days are counted from both ends", positions_of_both_ends},
	/* Taken in DTSTART's month alone, where the RFC expands it in every month. */
	{"BYMONTHDAY without BYMONTH, in yearly rules", month_days_of_year},
	/* Positions are counted in days; the times within each are not looked at. */
	{"BYSETPOS with BYHOUR, BYMINUTE, BYSECOND", positions_of_times},
	/* Passed over silently. */
	{"BYSETPOS in weekly and shorter rules", positions_of_days},
	/* "WKST=WE;BYDAY=SU,TU" from a Tuesday goes on with the Sunday two weeks later. */
	{"weekdays in weeks that begin on neither Monday nor Sunday", weeks_of_other_starts},
	/* The list is walked, with repeats, instead of the steps of INTERVAL that fall on it. */
	{"BYHOUR of hours, BYMINUTE of minutes, BYSECOND of seconds", list_of_own_unit},
};

/* ---- both walks ---- */

struct rule_case {
	struct arena *arena;
	struct text text;
	struct recur rule;
	int64_t start, until;
	int64_t times[MOST_WALKED];
	size_t count;
	bool has_ended;
};

static void walk(struct rule_case *c)
{
	struct recur_budget budget = {PLENTY};
	struct recur_walk w;
	enum recur_step step =
		recur_begin(&w, c->arena, &c->rule, c->start, false, c->until, INT64_MIN, &budget);

	c->count = 0;
	while (step == RECUR_FOUND && c->count < MOST_WALKED) {
		step = recur_next(&w, &budget, &c->times[c->count]);
		c->count += step == RECUR_FOUND;
	}
	c->has_ended = step == RECUR_END;
}

/* A rule, and a DTSTART that it names: libical gives no other (RFC 5545 §3.8.5.3). */
static bool make(struct rule_case *c, uint64_t number)
{
	struct buf b;

	state = number * UINT64_C(0xD1342543DE82EF95);
	buf_init(&b, c->arena, 256, RULE_BYTES);
	put_rule(&b);
	if (recur_parse(c->arena, buf_text(&b), RECUR_STRICT, &c->rule))
		return false;
	c->start = (int64_t)between(0, 20000) * DAY_SECONDS + between(0, 47) * 1800;
	c->until = TIME_MAX;
	walk(c);
	if (c->count < 2 || c->times[1] > days_from_civil(2100, 1, 1) * DAY_SECONDS)
		return false;
	c->start = c->times[1];
	if (one_in(5)) {
		buf_printf(&b, ";COUNT=%d", between(1, 60));
	} else if (one_in(4)) {
		buf_put_lit(&b, ";UNTIL=");
		c->until = c->start + (int64_t)between(0, 2000) * 43200;
		time_put_local(&b, c->until);
	}
	c->text = buf_text(&b);
	CHECK_WELL(text_cstr(c->arena, c->text),
		   recur_parse(c->arena, c->text, RECUR_STRICT, &c->rule));
	walk(c);
	return true;
}

static struct icaltimetype ical_of(int64_t local)
{
	struct icaltimetype t = icaltime_null_time();
	struct civil c;

	civil_from_local(local, &c);
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.hour = c.hour;
	t.minute = c.minute;
	t.second = c.second;
	return t;
}

static int64_t local_of(struct icaltimetype t)
{
	struct civil c = {t.year, t.month, t.day, t.hour, t.minute, t.second};

	return icaltime_is_null_time(t) ? INT64_MAX : local_from_civil(&c);
}

/* How far to follow a rule: libical passes over what does not match unit by unit. */
static int64_t horizon(const struct rule_case *c)
{
	static const int days[] = {
		[FREQ_SECONDLY] = 1,  [FREQ_MINUTELY] = 20,  [FREQ_HOURLY] = 400,
		[FREQ_DAILY] = 7000,  [FREQ_WEEKLY] = 15000, [FREQ_MONTHLY] = 20000,
		[FREQ_YEARLY] = 40000};

	return c->start + (int64_t)days[c->rule.freq] * DAY_SECONDS;
}

static unsigned shown;

static void show(const struct rule_case *c, uint64_t number, const char *what, size_t i,
		 int64_t got, int64_t want)
{
	char *name = arena_printf(c->arena, "rule %" PRIu64 ", %s, instance %zu", number, what, i);
	struct buf b, w;

	buf_init(&b, c->arena, 64, RULE_BYTES * 2);
	buf_init(&w, c->arena, 64, RULE_BYTES * 2);
	time_put_local(&b, c->start);
	buf_printf(&b, " %.*s: ", TEXT_ARG(c->text));
	buf_put_text(&w, buf_text(&b));
	if (got != INT64_MAX)
		time_put_local(&b, got);
	if (want != INT64_MAX)
		time_put_local(&w, want);
	if (shown++ < MOST_SHOWN)
		CHECK_TEXT(name, buf_text(&b), buf_text(&w));
}

static bool compare(const struct rule_case *c, uint64_t number)
{
	struct icalrecurrencetype r = icalrecurrencetype_from_string(text_cstr(c->arena, c->text));
	icalrecur_iterator *it = icalrecur_iterator_new(r, ical_of(c->start));
	bool has_end = c->has_ended && (c->rule.count || c->rule.has_until);
	bool is_equal = it != NULL;

	for (size_t i = 0; is_equal && i < MOST_COMPARED; i++) {
		int64_t want, got = i < c->count ? c->times[i] : INT64_MAX;

		if (i < c->count ? got > horizon(c) : !has_end)
			break;
		want = local_of(icalrecur_iterator_next(it));
		is_equal = got == want;
		if (!is_equal)
			show(c, number, "libical", i, got, want);
		if (i == c->count)
			break;
	}
	if (!it)
		show(c, number, "libical refuses it", 0, 0, INT64_MAX);
	icalrecur_iterator_free(it);
	return is_equal;
}

/* A window that begins at, before or after an instance shows what walking shows. */
static bool seek(const struct rule_case *c, uint64_t number)
{
	size_t at = (size_t)between(0, (int)c->count - 1);
	int64_t from = c->times[at] + between(-1, 1);
	struct recur_budget budget = {RECUR_BUDGET_DEFAULT};
	struct recur_walk w;
	enum recur_step step =
		recur_begin(&w, c->arena, &c->rule, c->start, false, c->until, from, &budget);

	while (at > 0 && c->times[at - 1] >= from)
		at--;
	while (at < c->count && c->times[at] < from)
		at++;
	for (size_t last = at + 10; at < last && (at < c->count || c->has_ended); at++) {
		int64_t local = INT64_MAX;

		if (step == RECUR_FOUND)
			step = recur_next(&w, &budget, &local);
		if (step == RECUR_OUT_OF_BUDGET)
			return true;
		if (step == RECUR_END && at == c->count)
			return true;
		if (step == RECUR_END || at == c->count || local != c->times[at]) {
			show(c, number, "from afar", at, step == RECUR_END ? INT64_MAX : local,
			     at < c->count ? c->times[at] : INT64_MAX);
			return false;
		}
	}
	return true;
}

/* ---- the run ---- */

static uint64_t rules_wanted(void)
{
	const char *written = getenv("FASTI_RULES");
	int64_t n;

	if (written && text_to_int64(text_from(written), 1, INT32_MAX, &n))
		return (uint64_t)n;
	return getenv("FASTI_QUICK") ? 2000 : 20000;
}

static int hidden_by(const struct recur *r)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (classes[i].hides(r))
			return (int)i;
	return -1;
}

static void test_random(void)
{
	uint64_t wanted = rules_wanted(), compared = 0, hidden = 0,
		 by_class[ARRAY_LEN(classes)] = {0};
	uint64_t differing = 0, ascending = 0;

	ical_init();
	for (uint64_t n = 1; compared + hidden < wanted; n++) {
		struct rule_case c = {.arena = arena_create((size_t)1 << 24)};

		if (make(&c, n)) {
			int class = hidden_by(&c.rule);

			for (size_t i = 1; i < c.count; i++)
				ascending += c.times[i] <= c.times[i - 1];
			differing += !seek(&c, n);
			if (class >= 0) {
				hidden++;
				by_class[class]++;
			} else {
				compared++;
				differing += !compare(&c, n);
			}
		}
		arena_destroy(c.arena);
	}
	printf("\t%" PRIu64 " rules compared, %" PRIu64 " kept from libical\n", compared, hidden);
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		printf("\t%8" PRIu64 "  %s\n", by_class[i], classes[i].name);
	CHECK_INT("rules that differ", (int64_t)differing, 0);
	CHECK_INT("instances out of order", (int64_t)ascending, 0);
	CHECK_TRUE("two thirds are compared", hidden * 100 < (compared + hidden) * 35);
}

UNIT_SUITE("recur_random", {"random rules", test_random})
