/*
 * test_hours - wall-clock rules as stretches of time
 *
 * Rows are the booking cases (A: gaps and folds, B: windows and overrides) in the
 * words of hours_rows.h: rules in a zone, the local dates asked for, and the
 * stretches in UTC.
 */
#include "base/buf.h"
#include "freebusy/hours.h"
#include "hours_rows.h"
#include "pinned_zones.h"
#include "unit.h"

struct row {
	const char *name, *zone, *weekly, *overrides, *first, *last, *want;
};

static const struct row rows[] = {
	{"A1 New York, the morning the clocks went on", "America/New_York", "sun 13:00-18:00", "",
	 "2027-03-14", "2027-03-14", "0314T1700-0314T2200"},
	{"A2 nine o'clock stays nine, spring", "America/New_York", EVERY("09:00-17:00"), "",
	 "2027-03-13", "2027-03-14", "0313T1400-0313T2200 0314T1300-0314T2100"},
	{"A2 nine o'clock stays nine, autumn", "America/New_York", EVERY("09:00-17:00"), "",
	 "2027-11-06", "2027-11-07", "1106T1300-1106T2100 1107T1400-1107T2200"},
	{"A3 Berlin, a gap inside", "Europe/Berlin", "sun 01:00-04:00", "", "2027-03-28",
	 "2027-03-28", "0328T0000-0328T0200"},
	{"A4 Berlin, a fold inside", "Europe/Berlin", "sun 01:00-04:00", "", "2027-10-31",
	 "2027-10-31", "1030T2300-1031T0300"},
	{"A5 begins in the gap", "Europe/Berlin", "sun 02:30-05:00", "", "2027-03-28", "2027-03-28",
	 "0328T0130-0328T0300"},
	{"A6 lies in the gap", "Europe/Berlin", "sun 02:00-03:00", "", "2027-03-28", "2027-03-28",
	 ""},
	{"A7 ends at the first of two", "Europe/Berlin", "sun 01:00-02:30", "", "2027-10-31",
	 "2027-10-31", "1030T2300-1031T0030"},
	{"A8 Lord Howe, half an hour back", "Australia/Lord_Howe", "sun 01:00-04:00", "",
	 "2027-04-04", "2027-04-04", "0403T1400-0403T1730"},
	{"A8 Lord Howe, half an hour on", "Australia/Lord_Howe", "sun 01:00-04:00", "",
	 "2027-10-03", "2027-10-03", "1002T1430-1002T1700"},
	{"A9 Lord Howe, an hour more", "Australia/Lord_Howe", "sun 01:00-05:00", "", "2027-10-03",
	 "2027-10-03", "1002T1430-1002T1800"},
	{"A10 Chatham, three quarters of an hour", "Pacific/Chatham", "sun 02:00-05:00", "",
	 "2027-04-04", "2027-04-04", "0403T1215-0403T1615"},
	{"A11 Troll, two hours at once", "Antarctica/Troll", "sun 00:00-05:00", "", "2027-03-28",
	 "2027-03-28", "0328T0000-0328T0300"},
	{"A12 Cairo, midnight does not exist", "Africa/Cairo", "fri 00:00-02:00", "", "2027-04-30",
	 "2027-04-30", "0429T2200-0429T2300"},
	{"A12 that day has 23 hours", "Africa/Cairo", "fri 00:00-24:00", "", "2027-04-30",
	 "2027-04-30", "0429T2200-0430T2100"},
	{"A13 Cairo, 25 hours before midnight", "Africa/Cairo", "thu 00:00-24:00", "", "2027-10-28",
	 "2027-10-28", "1027T2100-1028T2200"},
	{"A13 both 23:00 hours are Thursday's", "Africa/Cairo", "thu 23:00-24:00", "", "2027-10-28",
	 "2027-10-28", "1028T2000-1028T2200"},
	{"A13 Havana, 25 hours after midnight", "America/Havana", "sun 00:00-24:00", "",
	 "2027-11-07", "2027-11-07", "1107T0400-1108T0500"},
	{"A14 Casablanca before Ramadan", "Africa/Casablanca", "mon 10:00-11:00", "", "2027-02-01",
	 "2027-02-01", "0201T0900-0201T1000"},
	{"A14 in Ramadan", "Africa/Casablanca", "mon 10:00-11:00", "", "2027-02-08", "2027-02-08",
	 "0208T1000-0208T1100"},
	{"A14 and after", "Africa/Casablanca", "mon 10:00-11:00", "", "2027-03-15", "2027-03-15",
	 "0315T0900-0315T1000"},
	{"A15 Casablanca, the fold at three", "Africa/Casablanca", "sun 01:00-04:00", "",
	 "2027-02-07", "2027-02-07", "0207T0000-0207T0400"},
	{"A16 Apia, a date that does not exist", "Pacific/Apia", EVERY("09:00-10:00"), "",
	 "2011-12-29", "2011-12-31", "2011-1229T1900-2011-1229T2000 2011-1230T1900-2011-1230T2000"},
	{"A16 a Friday rule does not open Saturday", "Pacific/Apia", "fri 09:00-10:00", "",
	 "2011-12-29", "2011-12-31", ""},
	{"A16 nor does a night before it", "Pacific/Apia", "thu 22:00-02:00", "", "2011-12-29",
	 "2011-12-31", "2011-1230T0800-2011-1230T1000"},
	{"A18 Kolkata", "Asia/Kolkata", "mon 09:00-12:00", "", "2027-01-18", "2027-01-18",
	 "0118T0330-0118T0630"},
	{"A18 Kathmandu", "Asia/Kathmandu", "mon 09:00-12:00", "", "2027-01-18", "2027-01-18",
	 "0118T0315-0118T0615"},
	{"B1 past midnight", "America/Los_Angeles", "mon 21:00-02:00", "", "2027-01-18",
	 "2027-01-19", "0119T0500-0119T1000"},
	{"B2 whole days meet at midnight", "Europe/Berlin", EVERY("00:00-24:00"), "", "2027-01-18",
	 "2027-01-19", "0117T2300-0118T2300 0118T2300-0119T2300"},
	{"decisions 35: 00:00 is an end, too", "Europe/Berlin", "mon 22:00-00:00", "", "2027-01-18",
	 "2027-01-18", "0118T2100-0118T2300"},
	{"decisions 35: an equal end is a day on", "Europe/Berlin", "mon 09:00-09:00", "",
	 "2027-01-18", "2027-01-18", "0118T0800-0119T0800"},
	{"B3 touching windows are one", "Europe/Berlin", "mon 09:00-12:00, mon 12:00-15:00", "",
	 "2027-01-18", "2027-01-18", "0118T0800-0118T1400"},
	{"B3 overlapping windows are one", "Europe/Berlin",
	 "mon 09:00-12:00, mon 10:00-11:00, mon 11:30-15:00", "", "2027-01-18", "2027-01-18",
	 "0118T0800-0118T1400"},
	{"a lunch break stays one", "Europe/Berlin", "mon 09:00-12:00, mon 13:00-15:00", "",
	 "2027-01-18", "2027-01-18", "0118T0800-0118T1100 0118T1200-0118T1400"},
	{"B4 a closed date cuts the night before", "America/Los_Angeles", "mon 21:00-02:00",
	 "2027-01-19", "2027-01-18", "2027-01-19", "0119T0500-0119T0800"},
	{"B4 a closed date keeps its own night", "America/Los_Angeles",
	 "mon 21:00-02:00, tue 21:00-02:00", "2027-01-19", "2027-01-18", "2027-01-20",
	 "0119T0500-0119T0800"},
	{"B5 an override opens a closed weekday", "Europe/Berlin", "mon 09:00-17:00",
	 "2027-01-24 10:00-12:00", "2027-01-24", "2027-01-25",
	 "0124T0900-0124T1100 0125T0800-0125T1600"},
	{"B5 it replaces, and does not add", "Europe/Berlin", "mon 09:00-17:00",
	 "2027-01-18 18:00-19:00", "2027-01-18", "2027-01-18", "0118T1700-0118T1800"},
	{"B6 a quarter of an hour after midnight", "Europe/Berlin", "", "2027-01-24 00:00-00:15",
	 "2027-01-23", "2027-01-25", "0123T2300-0123T2315"},
	{"decisions 35: an override past midnight", "Europe/Berlin", "tue 09:00-10:00",
	 "2027-01-18 22:00-02:00", "2027-01-18", "2027-01-19",
	 "0118T2100-0119T0100 0119T0800-0119T0900"},
	{"decisions 35: not into another override", "Europe/Berlin", "",
	 "2027-01-18 22:00-02:00, 2027-01-19 09:00-10:00", "2027-01-18", "2027-01-19",
	 "0118T2100-0118T2300 0119T0800-0119T0900"},
	{"no rule at all", "Europe/Berlin", "", "", "2027-01-18", "2027-01-24", ""},
};

static void set_hours(struct arena *a, struct hours *h, const struct row *r)
{
	hours_row(a, r->zone, r->weekly, r->overrides, h);
}

/* "0118T0900-0118T1000 …", as rows say it. */
static struct text written(struct arena *a, const struct hours_open *at, size_t count)
{
	struct buf out;

	buf_init(&out, a, 64, 4096);
	for (size_t i = 0; i < count; i++) {
		buf_put_str(&out, i ? " " : "");
		instant_put(&out, at[i].start);
		buf_put_char(&out, '-');
		instant_put(&out, at[i].end);
	}
	return buf_text(&out);
}

static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct arena *a = arena_create(1 << 20);
		struct hours_open *open;
		struct hours h;
		int64_t first = 0, last = 0;
		size_t count;

		set_hours(a, &h, r);
		CHECK_TRUE(r->name, day_parse(text_from(r->first), &first) &&
					    day_parse(text_from(r->last), &last));
		CHECK_WELL(r->name, hours_open_on(a, &h, first, last, &open, &count));
		CHECK_TEXT(r->name, written(a, open, count), text_from(r->want));
		for (size_t j = 0; j < count; j++)
			CHECK_TRUE(r->name, open[j].day >= first && open[j].day <= last);
		arena_destroy(a);
	}
}

/* A2: every date of 2027 opens at 09:00 local for eight hours. */
static void test_year(void)
{
	struct row r = {
		.zone = "America/New_York", .weekly = EVERY("09:00-17:00"), .overrides = ""};
	struct arena *a = arena_create(1 << 20);
	int64_t first = days_from_civil(2027, 1, 1);
	struct hours_open *open;
	struct hours h;
	size_t count;

	set_hours(a, &h, &r);
	CHECK_WELL("a year", hours_open_on(a, &h, first, first + 364, &open, &count));
	CHECK_INT("dates", (int64_t)count, 365);
	for (size_t i = 0; i < count; i++) {
		CHECK_INT("nine", zone_to_local(h.zone, open[i].start),
			  (first + (int64_t)i) * DAY_SECONDS + 9 * 3600);
		CHECK_INT("eight hours", open[i].end - open[i].start, 8 * 3600);
		CHECK_INT("its date", open[i].day, first + (int64_t)i);
	}
	arena_destroy(a);
}

/* B2: weeks of 168 hours, 167 with a gap, 169 with a fold, and none lost at midnight. */
static void test_weeks(void)
{
	static const struct {
		const char *monday;
		int64_t hours;
	} weeks[] = {{"2027-01-18", 168}, {"2027-03-22", 167}, {"2027-10-25", 169}};
	struct row r = {.zone = "Europe/Berlin", .weekly = EVERY("00:00-24:00"), .overrides = ""};

	for (size_t i = 0; i < ARRAY_LEN(weeks); i++) {
		struct arena *a = arena_create(1 << 20);
		struct hours_open *open, *joined;
		struct hours h;
		int64_t day;
		size_t count;

		set_hours(a, &h, &r);
		CHECK_TRUE("a date", day_parse(text_from(weeks[i].monday), &day));
		CHECK_WELL("a week", hours_open_on(a, &h, day, day + 6, &open, &count));
		CHECK_INT(weeks[i].monday, (int64_t)count, 7);
		joined = hours_join(a, open, count, &count);
		CHECK_INT(weeks[i].monday, (int64_t)count, 1);
		CHECK_INT(weeks[i].monday, (joined->end - joined->start) / 3600, weeks[i].hours);
		arena_destroy(a);
	}
}

static void test_join(void)
{
	static const struct hours_open in[] = {{10, 20, 1}, {20, 30, 2}, {25, 28, 3},
					       {31, 40, 4}, {40, 40, 5}, {50, 60, 6}};
	struct arena *a = arena_create(1 << 20);
	struct hours_open *got;
	size_t count;

	got = hours_join(a, in, ARRAY_LEN(in), &count);
	CHECK_INT("three are left", (int64_t)count, 3);
	CHECK_INT("joined", got[0].end, 30);
	CHECK_INT("keeps its first day", got[0].day, 1);
	CHECK_INT("a second apart", got[1].start, 31);
	hours_join(a, NULL, 0, &count);
	CHECK_INT("nothing", (int64_t)count, 0);
	arena_destroy(a);
}

static void test_override_on(void)
{
	struct row r = {.zone = "Europe/Berlin",
			.weekly = "",
			.overrides = "2027-01-18, 2027-01-19 09:00-10:00, 2027-02-01"};
	struct arena *a = arena_create(1 << 20);
	struct hours h;
	int64_t day = days_from_civil(2027, 1, 17);

	set_hours(a, &h, &r);
	CHECK_TRUE("before", !hours_override_on(&h, day));
	CHECK_TRUE("the first", hours_override_on(&h, day + 1) == &h.overrides[0]);
	CHECK_TRUE("the next", hours_override_on(&h, day + 2) == &h.overrides[1]);
	CHECK_TRUE("between", !hours_override_on(&h, day + 3));
	CHECK_TRUE("the last", hours_override_on(&h, day + 15) == &h.overrides[2]);
	CHECK_TRUE("after", !hours_override_on(&h, day + 16));
	arena_destroy(a);
}

/* A22: names of one zone are equal, each is kept, and an unknown one is none. */
static void test_names(void)
{
	static const char *const pairs[][2] = {{"Asia/Katmandu", "Asia/Kathmandu"},
					       {"Europe/Kiev", "Europe/Kyiv"}};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const struct zone *x = zone_find(text_from(pairs[i][0]));
		const struct zone *y = zone_find(text_from(pairs[i][1]));

		CHECK_TRUE(pairs[i][0], x && y && zone_is_same(x, y));
		CHECK_TEXT("the given name", zone_name(x), text_from(pairs[i][0]));
	}
	CHECK_TRUE("unknown", !zone_find(TEXT("Europe/Atlantis")));
	CHECK_TRUE("others differ", !zone_is_same(zone_find(TEXT("Europe/Berlin")),
						  zone_find(TEXT("America/New_York"))));
}

/* B12: a date begins with the first instant that has it, on journeys and around them. */
static void test_dates(void)
{
	static const struct {
		const char *home, *first, *second; /* zones of two journeys, one after the other */
	} trips[] = {{"Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata"},
		     {"Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"},
		     {"Pacific/Chatham", "America/Los_Angeles", "America/New_York"},
		     {"America/Los_Angeles", "Pacific/Chatham", "Europe/Berlin"}};
	int64_t day = instant_row(TEXT("0118T0000")) / DAY_SECONDS;

	for (size_t i = 0; i < ARRAY_LEN(trips); i++) {
		struct hours_journey journeys[] = {
			{day, day + 1, zone_find(text_from(trips[i].first))},
			{day + 2, day + 2, zone_find(text_from(trips[i].second))}};
		struct hours h = {.zone = zone_find(text_from(trips[i].home)),
				  .journeys = journeys,
				  .journey_count = 2};

		for (int64_t t = (day - 2) * DAY_SECONDS; t < (day + 6) * DAY_SECONDS; t += 900) {
			int64_t at = hours_day(&h, t);

			CHECK_TRUE(trips[i].home, hours_day_start(&h, at) <= t);
			CHECK_TRUE(trips[i].home, t < hours_day_start(&h, at + 1));
		}
	}
}

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("only what is pinned",
		   zone_find(TEXT("Europe/Berlin")) && !zone_find(TEXT("Europe/Paris")));
}

UNIT_SUITE("hours", {"zones are pinned", test_pinned}, {"booking cases A and B", test_cases},
	   {"A2: a year of mornings", test_year}, {"B2: weeks", test_weeks}, {"joined", test_join},
	   {"overrides found by date", test_override_on}, {"A22: names of zones", test_names},
	   {"B12: dates of journeys", test_dates})
