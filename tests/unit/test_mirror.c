/*
 * test_mirror - what is read of a calendar elsewhere becomes calendar objects
 */
#include "unit.h"

#include "dice.h"

#include "base/buf.h"
#include "base/secret.h"
#include "federation/mirror.h"
#include "ical/expand.h"
#include "ical/ical.h"
#include "ical/zone.h"

enum { CEILING = 1 << 28, ROWS_MOST = 8 };

#define HEAD	     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti 1.0//EN\r\n"
#define FOOT	     "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define OURS(lines)  "BEGIN:VEVENT\r\nUID:u\r\n" lines "END:VEVENT\r\n"
#define NINE	     "DTSTART:20270118T090000Z\r\nDTEND:20270118T100000Z\r\n"
#define DAILY	     NINE "RRULE:FREQ=DAILY;COUNT=5\r\n"
#define BERLIN                                                                                     \
	"DTSTART;TZID=Europe/Berlin:20270118T100000\r\n"                                           \
	"DTEND;TZID=Europe/Berlin:20270118T110000\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
#define ALL_DAY                                                                                    \
	"DTSTART;VALUE=DATE:20270118\r\nDTEND;VALUE=DATE:20270119\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
#define MOVED                                                                                      \
	"RECURRENCE-ID:20270119T090000Z\r\nDTSTART:20270119T150000Z\r\nDTEND:20270119T160000Z\r\n"

/* ---- objects from rows ---------------------------------------------------------------------- */

struct row {
	const char *remote;
	enum outside_kind kind;
	const char *lines;
};

static const struct mirror_me nobody = {NULL, 0, false};

static size_t events_of(const struct row *rows, struct outside_event *out)
{
	size_t count = 0;

	for (; count < ROWS_MOST && rows[count].remote; count++)
		out[count] = (struct outside_event){.remote = text_from(rows[count].remote),
						    .series = TEXT("s"),
						    .kind = rows[count].kind,
						    .lines = text_from(rows[count].lines)};
	return count;
}

static const struct {
	const char *name;
	struct row rows[ROWS_MOST];
	const char *want;
} object_rows[] = {
	{"nothing", {{0}}, ""},
	{"one event gets the UID", {{"s", OUTSIDE_SINGLE, EVENT(NINE)}}, HEAD OURS(NINE) FOOT},
	{"the lines of an event without a frame",
	 {{"s", OUTSIDE_SINGLE, NINE}},
	 HEAD OURS(NINE) FOOT},
	{"another UID does not stay",
	 {{"s", OUTSIDE_SINGLE, EVENT("UID:theirs\r\n" NINE)}},
	 HEAD OURS(NINE) FOOT},
	{"what takes no time", {{"s", OUTSIDE_SINGLE, ""}}, ""},
	{"RFC 5545 §3.8.4.4 an instance that came before its master",
	 {{"s_2", OUTSIDE_INSTANCE, EVENT(MOVED)}, {"s", OUTSIDE_MASTER, EVENT(DAILY)}},
	 HEAD OURS(DAILY) OURS(MOVED) FOOT},
	{"an instance of which no master is known",
	 {{"s_2", OUTSIDE_INSTANCE, EVENT(MOVED)}},
	 HEAD OURS(MOVED) FOOT},
	{"an instance that takes time, of a series that takes none",
	 {{"s", OUTSIDE_MASTER, ""}, {"s_2", OUTSIDE_INSTANCE, EVENT(MOVED)}},
	 HEAD OURS(MOVED) FOOT},
	{"RFC 5545 §3.8.5.1 what does not take place, in UTC",
	 {{"s_2", OUTSIDE_DROPPED, "EXDATE:20270119T090000Z\r\n"},
	  {"s", OUTSIDE_MASTER, EVENT(DAILY)}},
	 HEAD OURS(DAILY "EXDATE:20270119T090000Z\r\n") FOOT},
	{"... told in UTC, of a series in a zone",
	 {{"s", OUTSIDE_MASTER, EVENT(BERLIN)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE:20270119T090000Z\r\n"}},
	 HEAD OURS(BERLIN "EXDATE;TZID=Europe/Berlin:20270119T100000\r\n") FOOT},
	{"... told in another zone",
	 {{"s", OUTSIDE_MASTER, EVENT(BERLIN)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE;TZID=Asia/Tokyo:20270119T180000\r\n"}},
	 HEAD OURS(BERLIN "EXDATE;TZID=Europe/Berlin:20270119T100000\r\n") FOOT},
	{"... told in a zone, of a series in UTC",
	 {{"s", OUTSIDE_MASTER, EVENT(DAILY)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE;TZID=Europe/Berlin:20270119T100000\r\n"}},
	 HEAD OURS(DAILY "EXDATE:20270119T090000Z\r\n") FOOT},
	{"... told as a time, of a series of days",
	 {{"s", OUTSIDE_MASTER, EVENT(ALL_DAY)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE;TZID=Europe/Berlin:20270119T000000\r\n"}},
	 HEAD OURS(ALL_DAY "EXDATE;VALUE=DATE:20270119\r\n") FOOT},
	{"... told as a day, of a series of times",
	 {{"s", OUTSIDE_MASTER, EVENT(DAILY)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE;VALUE=DATE:20270119\r\n"}},
	 HEAD OURS(DAILY "EXDATE;VALUE=DATE:20270119\r\n") FOOT},
	{"... two in one line",
	 {{"s", OUTSIDE_MASTER, EVENT(DAILY)},
	  {"s_2", OUTSIDE_DROPPED, "EXDATE:20270119T090000Z,20270120T090000Z\r\n"}},
	 HEAD OURS(DAILY "EXDATE:20270119T090000Z\r\nEXDATE:20270120T090000Z\r\n") FOOT},
	{"... without a master", {{"s_2", OUTSIDE_DROPPED, "EXDATE:20270119T090000Z\r\n"}}, ""},
	{"... that cannot be read",
	 {{"s", OUTSIDE_MASTER, EVENT(DAILY)}, {"s_2", OUTSIDE_DROPPED, "EXDATE:20271399\r\n"}},
	 HEAD OURS(DAILY) FOOT},
	{"a whole object in one row, with its own zone",
	 {{"s", OUTSIDE_SINGLE,
	   "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
	   "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	   "BEGIN:VEVENT\r\nDTSTART;TZID=Mine:20270118T100000\r\nEND:VEVENT\r\n"}},
	 HEAD "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
	      "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" OURS(
		      "DTSTART;TZID=Mine:20270118T100000\r\n") FOOT},
	{"C12 a rule that nobody can read counts where the event begins",
	 {{"s", OUTSIDE_MASTER, EVENT(NINE "RRULE:FREQ=SOMETIMES\r\nSUMMARY:a\r\n")}},
	 HEAD OURS(NINE) FOOT},
	{"an instance that cannot be read takes no other with it",
	 {{"s", OUTSIDE_MASTER, EVENT(DAILY)},
	  {"s_2", OUTSIDE_INSTANCE, EVENT("RECURRENCE-ID:when\r\n" NINE)},
	  {"s_3", OUTSIDE_INSTANCE, EVENT(MOVED)}},
	 HEAD OURS(DAILY) OURS(MOVED) FOOT},
	{"two that say to be one instance: the first by its id",
	 {{"s_3", OUTSIDE_INSTANCE, EVENT(MOVED "SUMMARY:b\r\n")},
	  {"s", OUTSIDE_MASTER, EVENT(DAILY)},
	  {"s_2", OUTSIDE_INSTANCE, EVENT(MOVED "SUMMARY:a\r\n")}},
	 HEAD OURS(DAILY) OURS(MOVED "SUMMARY:a\r\n") FOOT},
	{"lines that lead out of their event",
	 {{"s", OUTSIDE_SINGLE, EVENT(NINE "END:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VEVENT\r\n")}},
	 ""},
	{"no lines at all", {{"s", OUTSIDE_SINGLE, EVENT("")}}, ""},
};

static void test_object(void)
{
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(object_rows); i++) {
		struct outside_event rows[ROWS_MOST];
		size_t count = events_of(object_rows[i].rows, rows);

		CHECK_TEXT(object_rows[i].name, mirror_object(a, rows, count, TEXT("u")),
			   text_from(object_rows[i].want));
	}
	arena_destroy(a);
}

static void shuffle(struct dice *d, struct outside_event *rows, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t k = (size_t)dice_roll(d, 0, (int64_t)i - 1);
		struct outside_event kept = rows[i - 1];

		rows[i - 1] = rows[k];
		rows[k] = kept;
	}
}

/* Whatever the order in which they came. */
static void test_any_order(void)
{
	struct arena *a = arena_create(CEILING);
	struct dice d = {20270118};

	for (size_t i = 0; i < ARRAY_LEN(object_rows); i++)
		for (int turn = 0; turn < 20; turn++) {
			struct outside_event rows[ROWS_MOST];
			size_t count = events_of(object_rows[i].rows, rows);

			shuffle(&d, rows, count);
			CHECK_TEXT(object_rows[i].name, mirror_object(a, rows, count, TEXT("u")),
				   text_from(object_rows[i].want));
		}
	arena_destroy(a);
}

/* Pieces of lines, put together at random: the reader takes what comes of them, or it is nothing.
 */
static struct text random_lines(struct arena *a, struct dice *d)
{
	static const char *const pieces[] = {
		"BEGIN:VEVENT\r\n",
		"END:VEVENT\r\n",
		"BEGIN:VTIMEZONE\r\n",
		"END:VTIMEZONE\r\n",
		NINE,
		DAILY,
		MOVED,
		BERLIN,
		ALL_DAY,
		"DTSTART:",
		"RRULE:FREQ=DAILY;INTERVAL=0\r\n",
		"RRULE:FREQ=SECONDLY\r\n",
		"RECURRENCE-ID:20270119T090000Z\r\n",
		"UID:x\r\n",
		"\xff",
		"EXDATE:20270120T090000Z\r\n",
		"END:VCALENDAR\r\n",
		"BEGIN:VCALENDAR\r\n",
		" fold\r\n",
		"DURATION:-PT1H\r\n",
		"\x01",
		"BEGIN:VALARM\r\n",
		"END:VALARM\r\n",
		"TZID:Mine\r\n",
		"DTEND:20260101T000000Z\r\n",
		":",
		";",
		"\"",
		"\r\n",
		"STATUS:CANCELLED\r\n",
	};
	struct buf b;

	buf_init(&b, a, 256, 1 << 16);
	for (int64_t n = dice_roll(d, 0, 8); n > 0; n--)
		buf_put_str(&b, pieces[dice_roll(d, 0, ARRAY_LEN(pieces) - 1)]);
	return buf_text(&b);
}

static void test_always_readable(void)
{
	struct dice d = {4791};
	int made = 0;

	for (int turn = 0; turn < 3000; turn++) {
		struct arena *a = arena_create(CEILING);
		struct outside_event rows[ROWS_MOST];
		size_t count = (size_t)dice_roll(&d, 0, ROWS_MOST);
		struct ical_object *o;
		struct text got;

		for (size_t i = 0; i < count; i++)
			rows[i] = (struct outside_event){
				.remote = text_from(arena_printf(a, "%zu", i)),
				.kind = (enum outside_kind)dice_roll(&d, 0, OUTSIDE_DROPPED),
				.lines = random_lines(a, &d)};
		got = mirror_object(a, rows, count, TEXT("u"));
		if (got.len > 0) {
			CHECK_WELL("readable", ical_object_parse(a, got, ICAL_FROM_IMPORT, &o));
			made++;
		}
		got = mirror_trim(a, random_lines(a, &d), &nobody);
		CHECK_TRUE("trimmed", text_is_utf8(got));
		arena_destroy(a);
	}
	/* Else nothing was tried. */
	CHECK_TRUE("some were made", made > 100);
}

/* A series with so many instances that differ that they are no object any more. */
static void test_too_many(void)
{
	enum { MANY = ICAL_MAX_COMPONENTS + 500 };
	struct arena *a = arena_create(CEILING);
	struct outside_event *rows = arena_alloc_array(a, MANY, sizeof(*rows));
	struct ical_object *o = NULL;
	struct text got;

	for (size_t i = 0; i < MANY; i++) {
		struct buf b;

		buf_init(&b, a, 64, 1024);
		buf_put_lit(&b, "RECURRENCE-ID:");
		time_put_utc(&b, (int64_t)i * 3600);
		buf_put_lit(&b, "\r\nDTSTART:");
		time_put_utc(&b, (int64_t)i * 3600);
		buf_put_lit(&b, "\r\n");
		rows[i] = (struct outside_event){.remote = text_from(arena_printf(a, "%08zu", i)),
						 .kind = OUTSIDE_INSTANCE,
						 .lines = buf_text(&b)};
	}
	got = mirror_object(a, rows, MANY, TEXT("u"));
	CHECK_WELL("readable", ical_object_parse(a, got, ICAL_FROM_IMPORT, &o));
	CHECK_TRUE("most of it", o && o->item_count > ICAL_MAX_COMPONENTS / 2);
	arena_destroy(a);
}

static void test_name(void)
{
	struct arena *a = arena_create(CEILING);
	struct text one = mirror_name(a, TEXT("AAkAL/=")), other = mirror_name(a, TEXT("aakal/="));

	CHECK_TEXT("the same each time", one, mirror_name(a, TEXT("AAkAL/=")));
	CHECK_TRUE("ids are told apart by case", !text_equal(one, other));
	CHECK_TRUE("a segment of a path", text_find_char(one, '/', 0) < 0);
	arena_destroy(a);
}

/* ---- trimming ------------------------------------------------------------------------------- */

#define THEIRS(lines)                                                                              \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n" lines "END:VCALENDAR\r\n"
#define FREE		 "TRANSP:TRANSPARENT\r\n"
#define DECLINED(person) "ATTENDEE;PARTSTAT=DECLINED:" person "\r\n"
#define OWN_ZONE                                                                                   \
	"BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"            \
	"TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"

static const struct {
	const char *name, *raw, *want;
} trim_rows[] = {
	{"what says when it is", THEIRS(EVENT("UID:1\r\n" DAILY "SEQUENCE:2\r\n")),
	 EVENT(DAILY "SEQUENCE:2\r\n")},
	{"no people, files, alarms, notes, extensions",
	 THEIRS("X-WR-CALNAME:x\r\n" EVENT(
		 "UID:1\r\nORGANIZER:mailto:o@example.org\r\nATTENDEE:mailto:a@example.org\r\n"
		 "ATTACH:http://example.org/"
		 "x\r\nDESCRIPTION:d\r\nX-A:1\r\nDTSTAMP:20270101T000000Z\r\n" NINE
		 "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nDURATION:PT1M\r\nEND:VALARM\r\nSUMMARY:s\r\n")),
	 EVENT(NINE "SUMMARY:s\r\n")},
	{"RFC 5545 §3.8.1.3 the title of what is private",
	 THEIRS(EVENT("UID:1\r\nSUMMARY:s\r\nCLASS:PRIVATE\r\n" NINE)), EVENT(NINE)},
	{"how Outlook says that one works elsewhere",
	 THEIRS(EVENT("UID:1\r\n" NINE "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n")),
	 EVENT(NINE "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n")},
	{"RFC 5545 §3.2.12 declined by me",
	 THEIRS(EVENT("UID:1\r\n" NINE DECLINED("MAILTO:Me@Example.org"))), ""},
	{"declined by another", THEIRS(EVENT("UID:1\r\n" NINE DECLINED("mailto:a@example.org"))),
	 EVENT(NINE)},
	{"RFC 5545 §3.8.2.7 transparent", THEIRS(EVENT("UID:1\r\n" NINE FREE)), ""},
	{"RFC 5545 §3.8.1.11 called off", THEIRS(EVENT("UID:1\r\n" NINE "STATUS:CANCELLED\r\n")),
	 ""},
	{"an instance that I have declined stands in for its own, and takes no time",
	 THEIRS(EVENT("UID:1\r\n" MOVED DECLINED("mailto:me@example.org"))
			EVENT("UID:1\r\n" DAILY)),
	 EVENT(DAILY) EVENT(MOVED FREE)},
	{"an instance that I come to, of a series that I have declined",
	 THEIRS(EVENT("UID:1\r\n" DAILY DECLINED("mailto:me@example.org"))
			EVENT("UID:1\r\n" MOVED)),
	 EVENT(MOVED)},
	{"and one that I have declined as well",
	 THEIRS(EVENT("UID:1\r\n" DAILY FREE) EVENT("UID:1\r\n" MOVED FREE)), ""},
	{"a zone that nobody else knows",
	 THEIRS(OWN_ZONE EVENT("UID:1\r\nDTSTART;TZID=Mine:20270118T090000\r\n")),
	 OWN_ZONE EVENT("DTSTART;TZID=Mine:20270118T090000\r\n")},
	{"a zone that everybody knows",
	 THEIRS("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n" EVENT(
		 "UID:1\r\n" BERLIN)),
	 EVENT(BERLIN)},
	{"no tasks", THEIRS("BEGIN:VTODO\r\nUID:1\r\n" NINE "END:VTODO\r\n"), ""},
	{"RFC 4791 §4.1 one object is one event",
	 THEIRS(EVENT("UID:1\r\n" NINE) EVENT("UID:2\r\n" DAILY)), EVENT(NINE)},
	{"a control character in a title", THEIRS(EVENT("UID:1\r\n" NINE "SUMMARY:a\x01z\r\n")),
	 EVENT(NINE "SUMMARY:a?z\r\n")},
	{"no UTF-8", THEIRS(EVENT("UID:1\r\n" NINE "SUMMARY:\xe4\r\n")),
	 EVENT(NINE "SUMMARY:?\r\n")},
	{"bare line feeds and folds",
	 "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:2027\n "
	 "0118T090000Z\nEND:VEVENT\nEND:VCALENDAR",
	 EVENT("DTSTART:20270118T090000Z\r\n")},
	{"an event that is not closed", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" NINE, ""},
	{"ends without begins", "END:VEVENT\r\nEND:VCALENDAR\r\n", ""},
	{"a web page", "<html>", ""},
	{"nothing", "", ""},
};

static void test_trim(void)
{
	const struct text address = TEXT("me@example.org");
	const struct mirror_me me = {&address, 1, false};
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(trim_rows); i++)
		CHECK_TEXT(trim_rows[i].name, mirror_trim(a, text_from(trim_rows[i].raw), &me),
			   text_from(trim_rows[i].want));
	arena_destroy(a);
}

/* Whether it takes time, by what its owner has chosen of what they have not answered. */
static void test_unanswered(void)
{
#define ASKED(person) "ATTENDEE;PARTSTAT=NEEDS-ACTION:" person "\r\n"
#define ME	      "mailto:me@example.org"
	static const struct {
		const char *name, *lines;
		bool is_unanswered;
	} rows[] = {
		{"RFC 5545 §3.2.12 not answered", ASKED(ME), true},
		{"by default, too", "ATTENDEE:" ME "\r\n", true},
		{"by another", ASKED("mailto:a@example.org"), false},
		{"accepted", "ATTENDEE;PARTSTAT=ACCEPTED:" ME "\r\n", false},
		{"perhaps", "ATTENDEE;PARTSTAT=TENTATIVE:" ME "\r\n", false},
		{"one's own", "ORGANIZER:" ME "\r\n" ASKED(ME), false},
		{"one's own, said later", ASKED(ME) "ORGANIZER:" ME "\r\n", false},
		{"nobody is asked", "", false},
	};
	const struct text address = TEXT("me@example.org");
	const struct mirror_me me = {&address, 1, false}, skips = {&address, 1, true};
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text raw = text_from(
			arena_printf(a, THEIRS(EVENT("UID:1\r\n" NINE "%s")), rows[i].lines));

		CHECK_TEXT(rows[i].name, mirror_trim(a, raw, &me), TEXT(EVENT(NINE)));
		CHECK_TEXT(rows[i].name, mirror_trim(a, raw, &skips),
			   rows[i].is_unanswered ? TEXT("") : TEXT(EVENT(NINE)));
	}
	CHECK_TEXT("an instance of a series that was accepted",
		   mirror_trim(a,
			       TEXT(THEIRS(EVENT("UID:1\r\n" DAILY)
						   EVENT("UID:1\r\n" MOVED ASKED(ME)))),
			       &skips),
		   TEXT(EVENT(DAILY) EVENT(MOVED FREE)));
	arena_destroy(a);
}

/* A file inside an event is larger than any object may be. */
static void test_large_file(void)
{
	struct arena *a = arena_create(CEILING);
	struct buf b;

	buf_init(&b, a, 1024, 1 << 26);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nATTACH;ENCODING=BASE64:");
	for (int i = 0; i < 100000; i++)
		buf_put_lit(&b, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo");
	buf_put_lit(&b, "\r\n" NINE "END:VEVENT\r\nEND:VCALENDAR\r\n");
	CHECK_TEXT("its time", mirror_trim(a, buf_text(&b), &nobody), TEXT(EVENT(NINE)));
	arena_destroy(a);
}

/* Dates that are too many to be kept are not left out: each day counts (case C12). */
static void test_too_many_dates(void)
{
	static const struct {
		const char *name, *begin, *each, *end;
		int count;
	} rows[] = {
		{"in one line", "RDATE:20270101T000000Z", ",20270101T000000Z", "\r\n", 4000},
		{"in many lines", "", "RDATE:20270101T000000Z\r\n", "", 20000},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(CEILING);
		struct buf b;

		buf_init(&b, a, 1024, 1 << 26);
		buf_put_lit(&b, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n" NINE);
		buf_put_str(&b, rows[i].begin);
		for (int k = 0; k < rows[i].count; k++)
			buf_put_str(&b, rows[i].each);
		buf_put_str(&b, rows[i].end);
		buf_put_lit(&b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
		CHECK_TEXT(rows[i].name, mirror_trim(a, buf_text(&b), &nobody),
			   TEXT(EVENT(NINE "RRULE:FREQ=DAILY\r\n")));
		arena_destroy(a);
	}
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void test_sort(void)
{
	struct arena *a = arena_create(CEILING);
	struct remote_event events[] = {
		{.remote = TEXT("b"), .series = TEXT("b"), .etag = TEXT("1")},
		{.remote = TEXT("a_1"), .series = TEXT("a")},
		{.remote = TEXT("b"), .series = TEXT("b"), .etag = TEXT("2")},
		{.remote = TEXT("a"), .is_gone = true},
		{.remote = TEXT("a_0"), .series = TEXT("a")},
	};
	size_t left = mirror_sort(a, events, ARRAY_LEN(events));

	CHECK_INT("of one id the last", (int64_t)left, 4);
	CHECK_TEXT("by series", events[0].remote, TEXT("a_1"));
	CHECK_TEXT("in the order they came", events[1].remote, TEXT("a"));
	CHECK_TEXT("in the order they came", events[2].remote, TEXT("a_0"));
	CHECK_TEXT("of one id the last", events[3].etag, TEXT("2"));
	arena_destroy(a);
}

UNIT_SUITE("mirror", {"a series from its rows", test_object}, {"rows in any order", test_any_order},
	   {"what comes of hostile lines can be read", test_always_readable},
	   {"more instances than an object holds", test_too_many}, {"names of objects", test_name},
	   {"objects of other servers", test_trim},
	   {"invitations that were not answered", test_unanswered},
	   {"dates that are too many", test_too_many_dates},
	   {"a large file inside an event", test_large_file}, {"the events of a page", test_sort})
