/*
 * test_expand_series - the recurrence set, and what takes its instances' places (RFC 5545 §3.8.5)
 */
#include "expand_fixture.h"

#include "base/buf.h"

#define DAILY(more) EVENT(NINE_BERLIN "RRULE:FREQ=DAILY;COUNT=3\r\n" more)
#define WEEK	    "20270118T000000Z", "20270125T000000Z"
#define ON_18	    "20270118T080000Z/20270118T090000Z"
#define ON_19	    "20270119T080000Z/20270119T090000Z"
#define ON_20	    "20270120T080000Z/20270120T090000Z"
#define NOON_20	    "20270120T110000Z/20270120T120000Z"

static void test_dates(void)
{
	static const struct expand_row rows[] = {
		{"the rule", DAILY(""), WEEK, ON_18 " " ON_19 " " ON_20},
		{"EXDATE in the zone of DTSTART", DAILY("EXDATE" BERLIN "20270119T090000\r\n"),
		 WEEK, ON_18 " " ON_20},
		{"EXDATE in UTC: by instant", DAILY("EXDATE:20270119T080000Z\r\n"), WEEK,
		 ON_18 " " ON_20},
		{"EXDATE in another zone",
		 DAILY("EXDATE;TZID=America/New_York:20270119T030000\r\n"), WEEK, ON_18 " " ON_20},
		{"EXDATE at another time names nothing", DAILY("EXDATE:20270119T090000Z\r\n"), WEEK,
		 ON_18 " " ON_19 " " ON_20},
		{"EXDATE as DATE: the local day", DAILY("EXDATE;VALUE=DATE:20270119\r\n"), WEEK,
		 ON_18 " " ON_20},
		{"EXDATE of a day that is another one in UTC",
		 EVENT("DTSTART;TZID=Asia/Tokyo:20270118T080000\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
		       "EXDATE;VALUE=DATE:20270118\r\n"),
		 "20270117T000000Z", "20270125T000000Z", "20270118T230000Z/20270118T230000Z"},
		{"EXDATE of DTSTART", DAILY("EXDATE:20270118T080000Z\r\n"), WEEK, ON_19 " " ON_20},
		{"EXDATE as DATE-TIME in a series of days",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
		       "EXDATE:20270119T000000\r\n"),
		 WEEK, "20270118T000000/20270119T000000"},
		{"EXDATE wins over RDATE",
		 EVENT(NINE_UTC "RDATE:20270120T090000Z\r\nEXDATE:20270120T090000Z\r\n"), WEEK,
		 "20270118T090000Z/20270118T100000Z"},
		{"C7 RDATE adds", EVENT(NINE_BERLIN "RDATE" BERLIN "20270120T120000\r\n"), WEEK,
		 ON_18 " " NOON_20},
		{"RDATE in UTC", EVENT(NINE_BERLIN "RDATE:20270120T110000Z\r\n"), WEEK,
		 ON_18 " " NOON_20},
		{"RDATE before DTSTART", EVENT(NINE_BERLIN "RDATE:20270101T080000Z\r\n"),
		 "20270101T000000Z", "20270125T000000Z",
		 "20270101T080000Z/20270101T090000Z " ON_18},
		{"RDATE as DATE: DTSTART's time on that day",
		 EVENT(NINE_BERLIN "RDATE;VALUE=DATE:20270120\r\n"), WEEK, ON_18 " " ON_20},
		{"RDATE and rule name one instance once (§3.8.5.2)",
		 DAILY("RDATE:20270119T080000Z,20270119T080000Z\r\n"), WEEK,
		 ON_18 " " ON_19 " " ON_20},
		{"RDATE of a repeated hour, second pass, in UTC",
		 EVENT(NINE_BERLIN "RDATE:20271031T013000Z\r\n"), "20271031T000000Z",
		 "20271101T000000Z", "20271031T013000Z/20271031T023000Z"},
		{"RDATE with periods",
		 EVENT(NINE_BERLIN "RDATE;VALUE=PERIOD:20270119T110000Z/20270119T113000Z,"
				   "20270120T110000Z/PT1H\r\n"),
		 WEEK, ON_18 " 20270119T110000Z/20270119T113000Z " NOON_20},
		{"a period gives an instance of the rule its length",
		 DAILY("RDATE;VALUE=PERIOD:20270119T080000Z/PT3H\r\n"), WEEK,
		 ON_18 " 20270119T080000Z/20270119T110000Z " ON_20},
		{"a period wins over a time beside it",
		 EVENT(NINE_BERLIN "RDATE:20270119T080000Z\r\n"
				   "RDATE;VALUE=PERIOD:20270119T080000Z/PT3H\r\n"
				   "RDATE:20270119T080000Z\r\n"),
		 WEEK, ON_18 " 20270119T080000Z/20270119T110000Z"},
		{"a period in a series of days is at its time",
		 EVENT("DTSTART;VALUE=DATE:20270118\r\n"
		       "RDATE;VALUE=PERIOD:20270120T110000Z/PT1H\r\n"),
		 WEEK, "20270118T000000/20270119T000000 " NOON_20},
		{"DTSTART that the rule does not name is an instance (§3.8.5.3)",
		 EVENT(NINE_UTC "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2\r\n"), WEEK,
		 "20270118T090000Z/20270118T100000Z 20270119T090000Z/20270119T100000Z"},
		{"a rule without instances leaves DTSTART (pitfall 52)",
		 EVENT(NINE_UTC "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n"), WEEK,
		 "20270118T090000Z/20270118T100000Z"},
		{"UNTIL before DTSTART leaves DTSTART",
		 EVENT(NINE_UTC "RRULE:FREQ=DAILY;UNTIL=20270101T000000Z\r\n"), WEEK,
		 "20270118T090000Z/20270118T100000Z"},
		{"an instance that reaches into the window",
		 EVENT("DTSTART:20260101T200000Z\r\nDURATION:P2DT1H\r\nRRULE:FREQ=YEARLY\r\n"),
		 "20270103T203000Z", "20270103T210000Z", "20270101T200000Z/20270103T210000Z"},
		{"a RRULE of days", EVENT("DTSTART;VALUE=DATE:20260118\r\nRRULE:FREQ=YEARLY\r\n"),
		 WEEK, "20270118T000000/20270119T000000"},
		{"floating, at the slack's edge",
		 EVENT("DTSTART:20260101T090000\r\nRRULE:FREQ=DAILY\r\n"), "20270118T000000Z",
		 "20270118T010000Z", "20270118T090000/20270118T090000"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

static void test_ends(void)
{
#define FROM_2026(rule)                                                                            \
	EVENT("DTSTART" BERLIN "20260105T090000\r\nDTEND" BERLIN "20260105T100000\r\n"             \
	      "RRULE:FREQ=WEEKLY" rule "\r\n")
#define MONDAY	    "20270118T000000Z", "20270119T000000Z"
#define DAYS(until) EVENT("DTSTART;VALUE=DATE:20270118\r\nRRULE:FREQ=DAILY;UNTIL=" until "\r\n")
	static const struct expand_row rows[] = {
		{"C7 weekly without end", FROM_2026(""), MONDAY, ON_18},
		{"C7 COUNT=55 holds it", FROM_2026(";COUNT=55"), MONDAY, ON_18},
		{"C7 COUNT=54 does not", FROM_2026(";COUNT=54"), MONDAY, ""},
		{"C7 UNTIL at its instant holds it", FROM_2026(";UNTIL=20270118T080000Z"), MONDAY,
		 ON_18},
		{"UNTIL a second before does not", FROM_2026(";UNTIL=20270118T075959Z"), MONDAY,
		 ""},
		{"UNTIL as DATE: to the end of the local day", FROM_2026(";UNTIL=20270118"), MONDAY,
		 ON_18},
		{"UNTIL as local time of DTSTART's zone", FROM_2026(";UNTIL=20270118T090000"),
		 MONDAY, ON_18},
		{"UNTIL local, an hour short", FROM_2026(";UNTIL=20270118T080000"), MONDAY, ""},
		{"UNTIL=99991231T235959Z (pitfall 54)", FROM_2026(";UNTIL=99991231T235959Z"),
		 MONDAY, ON_18},
		{"UNTIL DATE of a series of days is included", DAYS("20270119"), WEEK,
		 "20270118T000000/20270119T000000 20270119T000000/20270120T000000"},
		{"UNTIL UTC for a series of days: its day", DAYS("20270119T120000Z"), WEEK,
		 "20270118T000000/20270119T000000 20270119T000000/20270120T000000"},
		{"UNTIL in the second pass of a repeated hour holds all of the first",
		 EVENT("DTSTART" BERLIN "20271031T020000\r\n"
		       "RRULE:FREQ=MINUTELY;INTERVAL=20;UNTIL=20271031T010500Z\r\n"),
		 "20271031T000000Z", "20271101T000000Z",
		 "20271031T000000Z/20271031T000000Z 20271031T002000Z/20271031T002000Z "
		 "20271031T004000Z/20271031T004000Z"},
		{"UNTIL in a zone nobody knows: at its latest",
		 EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\nDURATION:PT1H\r\n"
		       "RRULE:FREQ=DAILY;UNTIL=20270118T200000Z\r\n"),
		 WEEK, "20270117T190000Z/20270118T220000Z 20270118T190000Z/20270119T220000Z"},
		{"year 2500, daily since 1970, by arithmetic",
		 EVENT("DTSTART" BERLIN "19700101T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n"),
		 "25000118T000000Z", "25000119T000000Z", "25000118T080000Z/25000118T090000Z"},
		{"year 2500, every 3 seconds since 1970",
		 EVENT("DTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY;INTERVAL=3\r\n"),
		 "25000118T000000Z", "25000118T000004Z",
		 "25000118T000000Z/25000118T000000Z 25000118T000003Z/25000118T000003Z"},
		{"a far COUNT in closed form",
		 EVENT("DTSTART:19700101T000000Z\r\nRRULE:FREQ=DAILY;COUNT=193596\r\n"),
		 "25000117T000000Z", "25000201T000000Z", "25000117T000000Z/25000117T000000Z"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

static void test_gaps(void)
{
#define AT_HALF_PAST_TWO(rule)                                                                     \
	EVENT("DTSTART" BERLIN "20270101T023000\r\nDURATION:PT1H\r\nRRULE:" rule "\r\n")
#define GAP_DAYS "20270327T000000Z", "20270330T000000Z"
	static const struct expand_row rows[] = {
		{"C10 DTSTART's time in the gap is shifted (§3.3.5)",
		 AT_HALF_PAST_TWO("FREQ=DAILY"), GAP_DAYS,
		 "20270327T013000Z/20270327T023000Z 20270328T013000Z/20270328T023000Z "
		 "20270329T003000Z/20270329T013000Z"},
		{"C10 in the fold: the first pass, once", AT_HALF_PAST_TWO("FREQ=DAILY"),
		 "20271030T120000Z", "20271031T120000Z", "20271031T003000Z/20271031T013000Z"},
		{"BYHOUR in the gap is skipped (§3.3.10)", AT_HALF_PAST_TWO("FREQ=DAILY;BYHOUR=2"),
		 GAP_DAYS, "20270327T013000Z/20270327T023000Z 20270329T003000Z/20270329T013000Z"},
		{"a shifted one at the window's start",
		 EVENT("DTSTART" BERLIN "20270101T023000\r\nRRULE:FREQ=DAILY\r\n"),
		 "20270328T013000Z", "20270328T020000Z", "20270328T013000Z/20270328T013000Z"},
		{"an hourly rule skips it, and gives the hour after it once",
		 EVENT("DTSTART" BERLIN "20270327T003000\r\nRRULE:FREQ=HOURLY\r\n"),
		 "20270327T233000Z", "20270328T030000Z",
		 "20270327T233000Z/20270327T233000Z 20270328T003000Z/20270328T003000Z "
		 "20270328T013000Z/20270328T013000Z 20270328T023000Z/20270328T023000Z"},
		{"DTSTART itself in the gap is explicit",
		 EVENT("DTSTART" BERLIN "20270328T023000\r\nRRULE:FREQ=DAILY;BYHOUR=2;COUNT=2\r\n"),
		 GAP_DAYS, "20270328T013000Z/20270328T013000Z 20270329T003000Z/20270329T003000Z"},
		{"EXDATE finds a shifted instance by instant",
		 AT_HALF_PAST_TWO("FREQ=DAILY\r\nEXDATE:20270328T013000Z"), GAP_DAYS,
		 "20270327T013000Z/20270327T023000Z 20270329T003000Z/20270329T013000Z"},
		{"A14 in Casablanca it moves with Ramadan",
		 EVENT("DTSTART;TZID=Africa/Casablanca:20270201T100000\r\nDURATION:PT1H\r\n"
		       "RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=7\r\n"),
		 "20270201T000000Z", "20270316T000000Z",
		 "20270201T090000Z/20270201T100000Z 20270208T100000Z/20270208T110000Z "
		 "20270215T100000Z/20270215T110000Z 20270222T100000Z/20270222T110000Z "
		 "20270301T100000Z/20270301T110000Z 20270308T100000Z/20270308T110000Z "
		 "20270315T090000Z/20270315T100000Z"},
		{"A17 a local day that never was: once with its follower (Apia 2011)",
		 EVENT("DTSTART;TZID=Pacific/Apia:20111229T090000\r\nDURATION:PT1H\r\n"
		       "RRULE:FREQ=DAILY;COUNT=3\r\n"),
		 "20111229T000000Z", "20120101T000000Z",
		 "20111229T190000Z/20111229T200000Z 20111230T190000Z/20111230T200000Z"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

/* ---- overrides, RFC 5545 §3.8.4.4 ---- */

#define THREE	NINE_BERLIN "RRULE:FREQ=DAILY;COUNT=3\r\n"
#define FOREVER NINE_BERLIN "RRULE:FREQ=DAILY\r\n"
#define MOVED(id)                                                                                  \
	INSTANCE("RECURRENCE-ID" id "\r\nDTSTART:20270119T120000Z\r\nDTEND:20270119T130000Z\r\n")
#define AT_13 "20270119T120000Z/20270119T130000Z"

static void test_overrides(void)
{
	static const struct expand_row rows[] = {
		{"C8 moved", SERIES(THREE, MOVED(BERLIN "20270119T090000")), WEEK,
		 ON_18 " " AT_13 " " ON_20},
		{"RECURRENCE-ID in UTC: by instant", SERIES(THREE, MOVED(":20270119T080000Z")),
		 WEEK, ON_18 " " AT_13 " " ON_20},
		{"RECURRENCE-ID in another zone",
		 SERIES(THREE, MOVED(";TZID=Asia/Tokyo:20270119T170000")), WEEK,
		 ON_18 " " AT_13 " " ON_20},
		{"RECURRENCE-ID without zone", SERIES(THREE, MOVED(":20270119T090000")), WEEK,
		 ON_18 " " AT_13 " " ON_20},
		{"RECURRENCE-ID as DATE: the local day",
		 SERIES(THREE, MOVED(";VALUE=DATE:20270119")), WEEK, ON_18 " " AT_13 " " ON_20},
		{"one that names no instance is kept", SERIES(THREE, MOVED(":20270119T070000Z")),
		 WEEK, ON_18 " " ON_19 " " AT_13 " " ON_20},
		{"moved into the window", SERIES(FOREVER, MOVED(":20270318T080000Z")),
		 "20270119T090000Z", "20270120T000000Z", AT_13},
		{"moved out of the window", SERIES(FOREVER, MOVED(":20270318T080000Z")),
		 "20270318T000000Z", "20270319T000000Z", ""},
		{"C8 one instance cancelled",
		 SERIES(THREE, INSTANCE("RECURRENCE-ID:20270119T080000Z\r\nSTATUS:CANCELLED\r\n"
					"DTSTART:20270119T080000Z\r\nDURATION:PT1H\r\n")),
		 WEEK, ON_18 " " ON_19 "=free " ON_20},
		{"C8 one instance declined",
		 SERIES(THREE, INSTANCE("RECURRENCE-ID:20270119T080000Z\r\n"
					"ATTENDEE;PARTSTAT=DECLINED:mailto:alice@example.com\r\n"
					"DTSTART:20270119T080000Z\r\nDURATION:PT1H\r\n")),
		 WEEK, ON_18 " " ON_19 "=free " ON_20},
		{"C9 no master", HEAD MOVED(":20270119T080000Z") FOOT, WEEK, AT_13},
		{"an RDATE is overridden",
		 SERIES(NINE_BERLIN "RDATE:20270120T080000Z\r\n", MOVED(":20270120T080000Z")), WEEK,
		 ON_18 " " AT_13},
		{"DTSTART is overridden", SERIES(THREE, MOVED(":20270118T080000Z")), WEEK,
		 ON_19 " " AT_13 " " ON_20},
		{"an override has its own zone",
		 SERIES(THREE, INSTANCE("RECURRENCE-ID:20270119T080000Z\r\n"
					"DTSTART;TZID=America/New_York:20270119T070000\r\n"
					"DURATION:PT1H\r\n")),
		 WEEK, ON_18 " " AT_13 " " ON_20},
		{"VTODO: an override without dates stays at its instance",
		 HEAD COMPONENT("VTODO", "DTSTART:20270118T090000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\n")
			 COMPONENT("VTODO", "RECURRENCE-ID:20270119T090000Z\r\n"
					    "COMPLETED:20270301T000000Z\r\n") FOOT,
		 WEEK,
		 "20270118T090000Z/20270118T090000Z=free 20270119T090000Z/20270119T090000Z=free"},
		{"VTODO with DUE only recurs by it (pitfall 12)",
		 TODO("DUE:20270118T090000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"), WEEK,
		 "20270118T085959Z/20270118T090000Z=free 20270119T085959Z/20270119T090000Z=free"},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

static void test_ranges(void)
{
#define RANGE(id, lines) INSTANCE("RECURRENCE-ID;RANGE=THISANDFUTURE" id "\r\n" lines)
	static const struct expand_row rows[] = {
		{"C8 start and length of what follows change (§3.2.13, §3.8.4.4)",
		 SERIES(THREE, RANGE(BERLIN "20270119T090000",
				     "DTSTART" BERLIN "20270119T120000\r\nDURATION:PT30M\r\n")),
		 WEEK,
		 ON_18 " 20270119T110000Z/20270119T113000Z 20270120T110000Z/20270120T113000Z"},
		{"the shift is of local time, also when written in UTC",
		 SERIES(FOREVER, RANGE(":20270119T080000Z",
				       "DTSTART:20270119T100000Z\r\nDURATION:PT1H\r\n")),
		 "20270701T000000Z", "20270702T000000Z", "20270701T090000Z/20270701T100000Z"},
		{"a single override within the range keeps its own",
		 SERIES(THREE,
			RANGE(":20270119T080000Z", "DTSTART:20270119T110000Z\r\nDURATION:PT1H\r\n")
				INSTANCE("RECURRENCE-ID:20270120T080000Z\r\n"
					 "DTSTART:20270120T080000Z\r\nDURATION:PT1H\r\n")),
		 WEEK, ON_18 " 20270119T110000Z/20270119T120000Z " ON_20},
		{"a later range takes over, counted from the original start",
		 SERIES(FOREVER,
			RANGE(":20270119T080000Z", "DTSTART:20270119T110000Z\r\nDURATION:PT1H\r\n")
				RANGE(":20270120T080000Z",
				      "DTSTART:20270120T090000Z\r\nDURATION:PT2H\r\n")),
		 "20270118T000000Z", "20270122T000000Z",
		 ON_18 " 20270119T110000Z/20270119T120000Z 20270120T090000Z/20270120T110000Z "
		       "20270121T090000Z/20270121T110000Z"},
		{"instances that a range moves into the window, from after it",
		 SERIES(FOREVER, RANGE(":20270318T080000Z",
				       "DTSTART:20270218T080000Z\r\nDURATION:PT1H\r\n")),
		 "20270219T060000Z", "20270219T120000Z",
		 "20270219T080000Z/20270219T090000Z 20270219T080000Z/20270219T090000Z"},
		{"cancelled from there on",
		 SERIES(THREE, RANGE(":20270119T080000Z", "STATUS:CANCELLED\r\n"
							  "DTSTART:20270119T080000Z\r\n"
							  "DURATION:PT1H\r\n")),
		 WEEK, ON_18 " " ON_19 "=free " ON_20 "=free"},
		{"EXDATE counts within a range",
		 SERIES(THREE "EXDATE:20270120T080000Z\r\n",
			RANGE(":20270119T080000Z",
			      "DTSTART:20270119T110000Z\r\nDURATION:PT1H\r\n")),
		 WEEK, ON_18 " 20270119T110000Z/20270119T120000Z"},
		{"a time made a day",
		 SERIES(THREE, RANGE(":20270119T080000Z", "DTSTART;VALUE=DATE:20270119\r\n")), WEEK,
		 ON_18 " 20270119T000000/20270120T000000 20270120T000000/20270121T000000"},
		{"a day made a time",
		 SERIES("DTSTART;VALUE=DATE:20270118\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
			RANGE(";VALUE=DATE:20270119",
			      "DTSTART" BERLIN "20270119T090000\r\nDURATION:PT1H\r\n")),
		 WEEK, "20270118T000000/20270119T000000 " ON_19 " " ON_20},
	};

	expand_check(rows, ARRAY_LEN(rows));
}

/* What names an instance, for whoever writes it out. */
static void test_recurrence_ids(void)
{
	struct ical_object *o = expand_parse(
		"ids", SERIES(THREE, RANGE(":20270119T080000Z",
					   "DTSTART:20270119T110000Z\r\nDURATION:PT30M\r\n")));
	struct expansion e;

	if (!o || !CHECK_WELL("ids", ical_expand(expand_arena, o, TIME_MIN, TIME_MAX, NULL, 0,
						 expand_usual, &e)))
		return;
	CHECK_INT("count", (int64_t)e.count, 3);
	CHECK_INT("complete", e.complete, true);
	for (int i = 0; i < 3; i++) {
		int64_t day = expand_instant("20270118T000000Z") + i * DAY_SECONDS;

		CHECK_INT("local, as DTSTART", e.at[i].recurrence_local, day + 9 * 3600);
		CHECK_INT("item", e.at[i].item, i > 0);
		CHECK_INT("DTSTART", e.at[i].dtstart, day + (i > 0 ? 11 : 8) * 3600);
		CHECK_INT("DTEND", e.at[i].dtend - e.at[i].dtstart, i > 0 ? 1800 : 3600);
	}
}

/* ---- limits ---- */

static void test_budget(void)
{
	static const struct {
		const char *name, *raw;
		struct expand_limits limits;
	} rows[] = {
		{"C12 SECONDLY without end",
		 EVENT("DTSTART:20270118T000000Z\r\nRRULE:FREQ=SECONDLY\r\n"),
		 {5000, 100000}},
		{"C12 more than may be listed",
		 EVENT("DTSTART:20270118T000000Z\r\nRRULE:FREQ=MINUTELY\r\n"),
		 {100000, 100}},
		{"C12 COUNT that must be walked",
		 EVENT("DTSTART:00010101T000000Z\r\n"
		       "RRULE:FREQ=MINUTELY;INTERVAL=7;BYMONTHDAY=3;COUNT=100000000\r\n"),
		 {5000, 1000}},
		{"more dates than may be listed",
		 EVENT(NINE_UTC "RDATE:20270119T090000Z,20270120T090000Z,20270121T090000Z\r\n"),
		 {5000, 2}},
		{"floating",
		 EVENT("DTSTART:20270118T000000\r\nRRULE:FREQ=SECONDLY\r\n"),
		 {5000, 100000}},
	};
	int64_t from = expand_instant("20270118T000000Z"), to = expand_instant("20270218T000000Z");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_object *o = expand_parse(rows[i].name, rows[i].raw);
		struct expansion e, all;
		struct expand_limits ample = {100 * RECUR_BUDGET_DEFAULT, 1000000};
		size_t before = 0;

		if (!o || ical_expand(expand_arena, o, from, to, NULL, 0, rows[i].limits, &e) ||
		    ical_expand(expand_arena, o, from, to, NULL, 0, ample, &all))
			continue;
		CHECK_TRUE(rows[i].name, !e.complete);
		CHECK_TRUE(rows[i].name, e.count <= rows[i].limits.max_occurrences);
		CHECK_TRUE(rows[i].name, e.complete_until >= from && e.complete_until < to);
		/* What starts before complete_until is all there. */
		while (before < all.count && all.at[before].start < e.complete_until)
			before++;
		CHECK_TRUE(rows[i].name, before <= e.count);
		for (size_t k = 0; k < before; k++)
			CHECK_INT(rows[i].name, e.at[k].start, all.at[k].start);
	}
}

/* 10,000 overrides and as many dates: each is found by halves. */
static void test_many(void)
{
	struct buf b;
	struct ical_object *o = NULL;
	struct expansion e;
	struct expand_limits limits = {RECUR_BUDGET_DEFAULT, 100000};

	buf_init(&b, expand_arena, 1 << 20, 2 << 20);
	buf_put_lit(&b, HEAD "BEGIN:VEVENT\r\nUID:u\r\nDTSTART:20270118T000000Z\r\n"
			     "RRULE:FREQ=HOURLY;COUNT=20000\r\n");
	for (int i = 0; i < 5000; i++) {
		int64_t at = expand_instant("20270118T000000Z") + (int64_t)i * 7200;

		buf_put_lit(&b, "EXDATE:");
		time_put_utc(&b, at);
		buf_put_lit(&b, "\r\nRDATE:");
		time_put_utc(&b, at + 1800);
		buf_put_lit(&b, "\r\n");
	}
	buf_put_lit(&b, "END:VEVENT\r\n");
	for (int i = 0; i < 5000; i++) {
		buf_put_lit(&b, "BEGIN:VEVENT\r\nUID:u\r\nRECURRENCE-ID:");
		time_put_utc(&b, expand_instant("20270118T000000Z") + (int64_t)i * 7200 + 3600);
		buf_put_lit(&b, "\r\nDTSTART:20290101T000000Z\r\nEND:VEVENT\r\n");
	}
	buf_put_lit(&b, FOOT);
	if (!CHECK_WELL("parse",
			ical_object_parse(expand_arena, buf_text(&b), ICAL_FROM_IMPORT, &o)) ||
	    !CHECK_WELL("expand",
			ical_expand(expand_arena, o, TIME_MIN, TIME_MAX, NULL, 0, limits, &e)))
		return;
	CHECK_TRUE("complete", e.complete);
	CHECK_INT("10,000 of the rule, 5,000 RDATEs, 5,000 overrides", (int64_t)e.count, 20000);
}

static void test_extent(void)
{
	static const struct {
		const char *name, *raw, *first, *last; /* last NULL: endless */
	} rows[] = {
		{"one event", EVENT(NINE_BERLIN), "20270118T080000Z", "20270118T090000Z"},
		{"all-day stays local", EVENT("DTSTART;VALUE=DATE:20270118\r\n"),
		 "20270118T000000Z", "20270119T000000Z"},
		{"endless", EVENT(FOREVER), "20270118T080000Z", NULL},
		{"COUNT", EVENT(THREE), "20270118T080000Z", "20270120T090000Z"},
		{"a far COUNT",
		 EVENT("DTSTART:19700101T000000Z\r\nRRULE:FREQ=DAILY;COUNT=193596\r\n"),
		 "19700101T000000Z", "25000117T000000Z"},
		{"UNTIL at an instance",
		 EVENT(NINE_BERLIN "RRULE:FREQ=DAILY;UNTIL=20270701T070000Z\r\n"),
		 "20270118T080000Z", "20270701T080000Z"},
		{"UNTIL between instances",
		 EVENT(NINE_BERLIN "RRULE:FREQ=MONTHLY;UNTIL=20270717T000000Z\r\n"),
		 "20270118T080000Z", "20270618T080000Z"},
		{"UNTIL long after the last one of a rare rule",
		 EVENT("DTSTART:20240229T000000Z\r\nRRULE:FREQ=YEARLY;UNTIL=20350101T000000Z\r\n"),
		 "20240229T000000Z", "20320229T000000Z"},
		{"UNTIL=99991231T235959Z",
		 EVENT("DTSTART:20240101T000000Z\r\nRRULE:FREQ=YEARLY;UNTIL=99991231T235959Z\r\n"),
		 "20240101T000000Z", "99990101T000000Z"},
		{"an override beyond the rule",
		 SERIES(THREE, INSTANCE("RECURRENCE-ID:20270119T080000Z\r\n"
					"DTSTART:20280119T080000Z\r\nDURATION:PT1H\r\n")),
		 "20270118T080000Z", "20280119T090000Z"},
		{"an RDATE before DTSTART", EVENT(NINE_UTC "RDATE:20260118T090000Z\r\n"),
		 "20260118T090000Z", "20270118T100000Z"},
		{"a range that moves the rest",
		 SERIES(THREE, INSTANCE("RECURRENCE-ID;RANGE=THISANDFUTURE:20270119T080000Z\r\n"
					"DTSTART:20270119T100000Z\r\nDURATION:PT1H\r\n")),
		 "20270118T080000Z", "20270120T110000Z"},
		{"C3 spans its zones",
		 EVENT("DTSTART;TZID=Nowhere:20270118T090000\r\nDURATION:PT1H\r\n"),
		 "20270117T190000Z", "20270118T220000Z"},
		{"what EXDATE takes away still bounds",
		 EVENT(NINE_UTC "EXDATE:20270118T090000Z\r\n"), "20270118T090000Z",
		 "20270118T100000Z"},
		{"C12 too long to count",
		 EVENT("DTSTART:00010101T000000Z\r\n"
		       "RRULE:FREQ=MINUTELY;INTERVAL=7;BYMONTHDAY=3;COUNT=100000000\r\n"),
		 "00010101T000000Z", NULL},
		{"a VJOURNAL that never happens", JOURNAL(""), "19700101T000000Z",
		 "19700101T000000Z"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_object *o = expand_parse(rows[i].name, rows[i].raw);
		int64_t first, last;

		if (!o || !CHECK_WELL(rows[i].name,
				      ical_extent(expand_arena, o, expand_usual, &first, &last)))
			continue;
		CHECK_INT(rows[i].name, first, expand_instant(rows[i].first));
		CHECK_INT(rows[i].name, last,
			  rows[i].last ? expand_instant(rows[i].last) : INT64_MAX);
	}
}

#define CASE(name)                                                                                 \
	static void run_##name(void)                                                               \
	{                                                                                          \
		expand_run(test_##name);                                                           \
	}
CASE(dates)
CASE(ends)
CASE(gaps)
CASE(overrides)
CASE(ranges)
CASE(recurrence_ids)
CASE(budget)
CASE(many)
CASE(extent)

UNIT_SUITE("expand_series", {"RDATE and EXDATE (RFC 5545 §3.8.5)", run_dates},
	   {"COUNT and UNTIL (C7)", run_ends}, {"gaps and folds (C10)", run_gaps},
	   {"overrides (C8, C9)", run_overrides},
	   {"RANGE=THISANDFUTURE (RFC 5545 §3.2.13)", run_ranges},
	   {"RECURRENCE-ID, DTSTART, DTEND of instances", run_recurrence_ids},
	   {"budget and most (C12)", run_budget}, {"many overrides and dates", run_many},
	   {"extent", run_extent})
