/*
 * test_layers - what a schedule's week, overrides, holidays, journeys and calendar app come to
 *
 * A row is the JSON of a schedule in Berlin, what a calendar app says, if anything, the local dates
 * asked for, and the open stretches in UTC.
 */
#include "base/buf.h"
#include "base/secret.h"
#include "booking/rules.h"
#include "freebusy/availability.h"
#include "hours_rows.h"
#include "ical/ical.h"
#include "pinned_zones.h"
#include "unit.h"
#include "json/read.h"

enum { ARENA_BYTES = 64 << 20 };

#define VCALENDAR(inside)                                                                          \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" inside "END:VCALENDAR\r\n"
#define V(inside)                                                                                  \
	"BEGIN:VAVAILABILITY\r\nUID:v\r\nDTSTAMP:20260101T000000Z\r\n" inside                      \
	"END:VAVAILABILITY\r\n"
#define A(from, to, rest)                                                                          \
	"BEGIN:AVAILABLE\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:" from \
	"\r\nDTEND;TZID=Europe/Berlin:" to "\r\n" rest "END:AVAILABLE\r\n"
#define WEEKDAYS "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\n"
#define MORNINGS VCALENDAR(V(A("20260105T080000", "20260105T120000", WEEKDAYS)))
#define BUT_THE_18TH                                                                               \
	VCALENDAR(V(A("20260105T080000", "20260105T120000",                                        \
		      WEEKDAYS "EXDATE;TZID=Europe/Berlin:20270118T080000\r\n")))
#define NINE_TO_FIVE(day) "{\"day\":\"" day "\",\"start\":\"09:00\",\"end\":\"17:00\"}"
#define WEEK                                                                                                  \
	"{\"weekly\":[" NINE_TO_FIVE("mon") "," NINE_TO_FIVE("tue") "," NINE_TO_FIVE("wed") "," NINE_TO_FIVE( \
		"thu") "," NINE_TO_FIVE("fri") "," NINE_TO_FIVE("sat") "," NINE_TO_FIVE("sun") "]"

struct row {
	const char *name, *json, *said, *first, *last, *want;
};

static const struct row rows[] = {
	{"the week", WEEK "}", "", "2027-01-18", "2027-01-18", "0118T0800-0118T1600"},
	{"a holiday closes its date",
	 WEEK ",\"holidays\":[{\"date\":\"2027-01-18\",\"name\":\"x\"}]}", "", "2027-01-18",
	 "2027-01-19", "0119T0800-0119T1600"},
	{"B5 an override goes before a holiday",
	 WEEK ",\"holidays\":[{\"date\":\"2027-01-18\",\"name\":\"x\"}],\"overrides\":[{\"date\":"
	      "\"2027-01-18\",\"windows\":[{\"start\":\"10:00\",\"end\":\"11:00\"}]}]}",
	 "", "2027-01-18", "2027-01-18", "0118T0900-0118T1000"},
	{"B12 before a journey",
	 WEEK ",\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-10\",\"timezone\":\"Asia/"
	      "Tokyo\"}]}",
	 "", "2027-04-30", "2027-04-29", "0429T0700-0429T1500 0430T0700-0430T1500"},
	{"B12 its first date, there",
	 WEEK ",\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-10\",\"timezone\":\"Asia/"
	      "Tokyo\"}]}",
	 "", "2027-05-01", "2027-05-01",
	 "0430T0700-0430T1500 0501T0000-0501T0800 0502T0000-0502T0800"},
	{"B12 its last date, and at home again",
	 WEEK ",\"travel\":[{\"from\":\"2027-05-01\",\"to\":\"2027-05-10\",\"timezone\":\"Asia/"
	      "Tokyo\"}]}",
	 "", "2027-05-10", "2027-05-10",
	 "0509T0000-0509T0800 0510T0000-0510T0800 0511T0700-0511T1500"},
	{"decisions 13: the app's week", WEEK "}", MORNINGS, "2027-01-17", "2027-01-18",
	 "0118T0700-0118T1100"},
	{"decisions 13: an override is a layer above",
	 WEEK ",\"overrides\":[{\"date\":\"2027-01-18\",\"windows\":[]}]}", MORNINGS, "2027-01-18",
	 "2027-01-19", "0119T0700-0119T1100"},
	{"and so is a holiday", WEEK ",\"holidays\":[{\"date\":\"2027-01-18\",\"name\":\"x\"}]}",
	 MORNINGS, "2027-01-18", "2027-01-18", ""},
	{"more than a week", WEEK "}", BUT_THE_18TH, "2027-01-18", "2027-01-19",
	 "0119T0700-0119T1100"},
	{"an override opens what it closes",
	 WEEK ",\"overrides\":[{\"date\":\"2027-01-18\",\"windows\":[{\"start\":\"10:00\",\"end\":"
	      "\"11:00\"}]}]}",
	 BUT_THE_18TH, "2027-01-18", "2027-01-19", "0118T0900-0118T1000 0119T0700-0119T1100"},
	{"C14 higher priority over the afternoon", WEEK "}",
	 VCALENDAR(V("PRIORITY:1\r\n" A("20260105T090000", "20260105T120000", WEEKDAYS))
			   V("PRIORITY:5\r\n" A("20260105T090000", "20260105T170000", WEEKDAYS))),
	 "2027-01-18", "2027-01-18", "0118T0800-0118T1100"},
	{"an absence alone: the week beside it", WEEK "}",
	 VCALENDAR(V("DTSTART:20270118T100000Z\r\nDTEND:20270118T120000Z\r\n")), "2027-01-18",
	 "2027-01-18", "0118T0800-0118T1000 0118T1200-0118T1600"},
	{"B2 open all the time: a grid each midnight", WEEK "}",
	 VCALENDAR(V(A("20260104T000000", "20260105T000000",
		       "RRULE:FREQ=DAILY;UNTIL=20300101T000000Z\r\n"))),
	 "2027-01-18", "2027-01-19", "0117T2300-0118T2300 0118T2300-0119T2300"},
	{"B1 a night is of the date it begins on", WEEK "}",
	 VCALENDAR(V(A("20260105T220000", "20260106T020000",
		       "RRULE:FREQ=DAILY;UNTIL=20300101T000000Z\r\n"))),
	 "2027-01-18", "2027-01-18", "0117T2300-0118T0100 0118T2100-0119T0100"},
	{"B4 and cut where the next date says otherwise",
	 WEEK ",\"overrides\":[{\"date\":\"2027-01-19\",\"windows\":[]}]}",
	 VCALENDAR(V(A("20260105T220000", "20260106T020000",
		       "RRULE:FREQ=DAILY;UNTIL=20300101T000000Z\r\n"))),
	 "2027-01-18", "2027-01-19", "0117T2300-0118T0100 0118T2100-0118T2300"},
};

static struct schedule row_of(struct arena *a, const char *json, const char *said)
{
	(void)a;
	return (struct schedule){
		.owner = 1,
		.id = TEXT("default"),
		.name = TEXT("Hours"),
		.timezone = TEXT("Europe/Berlin"),
		.rules = text_from(json),
		.version = 4,
		.availability = text_from(said),
		.availability_at = instant_row(TEXT("0104T1200")),
		.source = *said ? SCHEDULE_BY_CLIENT : SCHEDULE_BY_RULES,
	};
}

static int64_t day_row(const char *date)
{
	int64_t day = 0;

	CHECK_TRUE(date, day_parse(text_from(date), &day));
	return day;
}

static void check_open(const struct row *r, const struct hours *h, struct arena *a)
{
	struct hours_open *open;
	size_t count;
	struct buf got;

	buf_init(&got, a, 256, 4096);
	if (!CHECK_WELL(r->name,
			hours_open_on(a, h, day_row(r->first), day_row(r->last), &open, &count)))
		return;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(&got, ' ');
		instant_put(&got, open[i].start);
		buf_put_char(&got, '-');
		instant_put(&got, open[i].end);
		CHECK_INT(r->name, hours_day(h, open[i].start), open[i].day);
	}
	CHECK_TEXT(r->name, buf_text(&got), text_from(r->want));
}

static void test_rows(void)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct schedule row = row_of(a, rows[i].json, rows[i].said);
		struct booking_schedule s;

		if (CHECK_WELL(rows[i].name, booking_schedule_read(a, &row, TEXT("UTC"), &s)))
			check_open(&rows[i], &s.hours, a);
		arena_destroy(a);
	}
}

/* B13: a schedule that follows its host is in the zone the host is in; another stays. */
static void test_follows(void)
{
	static const struct {
		const char *json, *zone;
	} follows[] = {
		{WEEK ",\"follow_host\":true}", "America/New_York"},
		{WEEK "}", "Europe/Berlin"},
	};

	for (size_t i = 0; i < ARRAY_LEN(follows); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct schedule row = row_of(a, follows[i].json, "");
		struct booking_schedule s;

		CHECK_WELL("reads", booking_schedule_read(a, &row, TEXT("America/New_York"), &s));
		CHECK_TEXT("zone", zone_name(s.hours.zone), text_from(follows[i].zone));
		arena_destroy(a);
	}
}

/* Removed in the app: what a new host has, whatever the rules were before. */
static void test_removed(void)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct schedule row =
		row_of(a, WEEK ",\"overrides\":[{\"date\":\"2027-01-18\",\"windows\":[]}]}", "");
	static const struct row want = {"decisions 13: never opens what was closed",
					NULL,
					NULL,
					"2027-01-17",
					"2027-01-19",
					"0119T0800-0119T1600"};
	struct booking_schedule s;

	row.source = SCHEDULE_BY_NOBODY;
	if (CHECK_WELL("reads", booking_schedule_read(a, &row, TEXT("UTC"), &s)))
		check_open(&want, &s.hours, a);
	arena_destroy(a);
}

/* ---- what a host makes of it ------------------------------------------------------------------
 */

static void read_body(struct arena *a, const char *json, struct booking_schedule *out)
{
	const struct json *root;

	CHECK_WELL("JSON", json_parse(a, text_from(json), RULES_MAX_BYTES, &root));
	CHECK_WELL("body", booking_schedule_from_json(a, root, NULL, TEXT("Europe/Berlin"), out));
	out->id = TEXT("default");
	out->name = TEXT("Hours");
	out->version = 5;
}

static const struct {
	const char *name, *json, *said, *body;
	enum schedule_source source;
	bool is_refused, is_kept;
} edits[] = {
	{"decisions 12: the same week is not told", WEEK "}", "",
	 WEEK ",\"overrides\":[{\"date\":\"2027-01-18\",\"windows\":[]}]}", SCHEDULE_BY_RULES,
	 false, true},
	{"decisions 12: another one is", WEEK "}", "", "{\"weekly\":[" NINE_TO_FIVE("mon") "]}",
	 SCHEDULE_BY_HOST, false, false},
	{"the app's own week, sent back, keeps its bytes", WEEK "}", MORNINGS,
	 "{\"weekly\":[{\"day\":\"mon\",\"start\":\"08:00\",\"end\":\"12:00\"},"
	 "{\"day\":\"tue\",\"start\":\"08:00\",\"end\":\"12:00\"},"
	 "{\"day\":\"wed\",\"start\":\"08:00\",\"end\":\"12:00\"},"
	 "{\"day\":\"thu\",\"start\":\"08:00\",\"end\":\"12:00\"},"
	 "{\"day\":\"fri\",\"start\":\"08:00\",\"end\":\"12:00\"}]}",
	 SCHEDULE_BY_CLIENT, false, true},
	{"another one takes its place", WEEK "}", MORNINGS,
	 "{\"weekly\":[" NINE_TO_FIVE("mon") "]}", SCHEDULE_BY_HOST, false, false},
	{"what the API cannot show it does not replace", WEEK "}", BUT_THE_18TH,
	 "{\"weekly\":[" NINE_TO_FIVE("mon") "]}", SCHEDULE_BY_CLIENT, true, true},
	{"but other layers are the host's", WEEK "}", BUT_THE_18TH,
	 "{\"weekly\":[],\"overrides\":[{\"date\":\"2027-01-18\",\"windows\":[]}]}",
	 SCHEDULE_BY_CLIENT, false, true},
};

static void test_edits(void)
{
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		struct arena *a = arena_create(ARENA_BYTES);
		struct schedule before = row_of(a, edits[i].json, edits[i].said), after;
		struct booking_schedule old, s, again;
		const struct fault *f;

		CHECK_WELL(edits[i].name, booking_schedule_read(a, &before, TEXT("UTC"), &old));
		read_body(a, edits[i].body, &s);
		f = booking_schedule_row(a, &s, &old, 1, instant_row(TEXT("0105T1200")), &after);
		if (edits[i].is_refused) {
			CHECK_FAULT(edits[i].name, f, FAULT_CONFLICT);
		} else if (CHECK_WELL(edits[i].name, f)) {
			CHECK_INT(edits[i].name, after.source, edits[i].source);
			CHECK_INT(edits[i].name,
				  text_equal(after.availability, before.availability),
				  edits[i].is_kept);
			CHECK_WELL(edits[i].name,
				   booking_schedule_read(a, &after, TEXT("UTC"), &again));
			CHECK_INT(edits[i].name, (int64_t)again.hours.weekly_count[MONDAY],
				  (int64_t)s.hours.weekly_count[MONDAY]);
		}
		arena_destroy(a);
	}
}

/* ---- holidays -----------------------------------------------------------------------------------
 */

#define EVENT(uid, rest)                                                                           \
	"BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20260101T000000Z\r\n" rest "END:VEVENT\r\n"

static void test_holidays(void)
{
	static const char file[] = VCALENDAR(
		EVENT("1", "SUMMARY:New Year\\, again\r\nTRANSP:TRANSPARENT\r\n"
			   "DTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\n")
			EVENT("2", "SUMMARY:Easter\r\nDTSTART;VALUE=DATE:20270328\r\n"
				   "DTEND;VALUE=DATE:20270330\r\n")
				EVENT("3", "SUMMARY:A meeting\r\nDTSTART:20270601T090000Z\r\n")
					EVENT("4",
					      "SUMMARY:Long ago\r\nDTSTART;VALUE=DATE:20100101\r\n")
						EVENT("5", "SUMMARY:Not at "
							   "all\r\nSTATUS:CANCELLED\r\nDTSTART;"
							   "VALUE=DATE:20270701\r\n"));
	static const char *const want[] = {"2027-01-01", "2027-03-28", "2027-03-29",
					   "2028-01-01", "2029-01-01", "2030-01-01"};
	int64_t now = instant_row(TEXT("0115T1200"));
	struct arena *a = arena_create(ARENA_BYTES);
	struct booking_schedule s;

	read_body(a,
		  WEEK ",\"overrides\":[{\"date\":\"2027-03-28\",\"windows\":[{\"start\":\"10:00\","
		       "\"end\":\"11:00\"}]}]}",
		  &s);
	CHECK_WELL("takes", booking_schedule_take_holidays(a, text_from(file), now, &s));
	if (CHECK_INT("count", (int64_t)s.holiday_count, ARRAY_LEN(want)))
		for (size_t i = 0; i < ARRAY_LEN(want); i++)
			CHECK_INT(want[i], s.holidays[i].day, day_row(want[i]));
	CHECK_TEXT("name", s.holidays[0].name, TEXT("New Year, again"));
	CHECK_INT("closed", (int64_t)hours_override_on(&s.hours, day_row("2027-03-29"))->count, 0);
	CHECK_INT("but for an override",
		  (int64_t)hours_override_on(&s.hours, day_row("2027-03-28"))->count, 1);
	CHECK_FAULT("no calendar", booking_schedule_take_holidays(a, TEXT("hello"), now, &s),
		    FAULT_BAD_DATA);
	CHECK_FAULT("meetings alone are no holidays",
		    booking_schedule_take_holidays(
			    a, TEXT(VCALENDAR(EVENT("1", "DTSTART:20270601T090000Z\r\n"))), now,
			    &s),
		    FAULT_UNPROCESSABLE);
	CHECK_WELL("none at all are none",
		   booking_schedule_take_holidays(
			   a,
			   TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n"
				"END:VCALENDAR\r\n"),
			   now, &s));
	CHECK_FAULT("each day of years",
		    booking_schedule_take_holidays(
			    a,
			    TEXT(VCALENDAR(EVENT("1", "DTSTART;VALUE=DATE:20200101\r\n"
						      "RRULE:FREQ=DAILY\r\n"))),
			    now, &s),
		    FAULT_UNPROCESSABLE);
	arena_destroy(a);
}

static void test_prepare(void)
{
	struct arena *a = arena_create(4096);

	CHECK_WELL("libsodium", secret_init(a));
	arena_destroy(a);
	ical_init();
	pinned_zones_use_with("Zone Asia/Tokyo 9:00 - JST");
}

UNIT_SUITE("layers", {"zones are pinned", test_prepare}, {"layers", test_rows},
	   {"B13: follows the host", test_follows}, {"removed", test_removed},
	   {"edited by the host", test_edits}, {"holidays", test_holidays})
