/*
 * test_join - many objects as one VCALENDAR, and apart again
 */
#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/join.h"
#include "ical/object.h"

#define HEAD		 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define FOOT		 "END:VCALENDAR\r\n"
#define FRAME		 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti 1.0//EN\r\n"
#define ZONE(tzid)	 "BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\nX-A:1\r\nEND:VTIMEZONE\r\n"
#define OTHER_ZONE(tzid) "BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\nX-A:2\r\nEND:VTIMEZONE\r\n"
#define BARE_ZONE(tzid)	 "BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\nEND:VTIMEZONE\r\n"
#define EVENT(more)	 "BEGIN:VEVENT\r\n" more "END:VEVENT\r\n"
#define ALARM		 "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"

enum { MOST = 4, CEILING = 1 << 24, MOST_BYTES = 1 << 20 };

static const struct ical_join_head no_head;

static struct text join(struct arena *a, unsigned flags, const struct ical_join_head *head,
			const char *const objects[MOST])
{
	struct ical_join *j = ical_join_create(a, flags, TEXT("key"));
	struct buf out;

	buf_init(&out, a, 256, MOST_BYTES);
	ical_join_begin(j, &out, head);
	for (size_t i = 0; i < MOST && objects[i]; i++) {
		struct arena *scratch = arena_create(CEILING);

		ical_join_add(j, &out, scratch, text_from(objects[i]));
		/* What is remembered of an object does not live in its scratch. */
		arena_destroy(scratch);
	}
	ical_join_end(j, &out);
	return buf_text(&out);
}

static void test_join(void)
{
	static const struct {
		const char *name;
		unsigned flags;
		const char *objects[MOST];
		const char *want;
	} rows[] = {
		{"nothing", 0, {NULL}, FRAME FOOT},
		{"one, of the object's own frame nothing stays",
		 0,
		 {HEAD "X-OWN:1\r\n" EVENT("UID:1\r\n") FOOT},
		 FRAME EVENT("UID:1\r\n") FOOT},
		{"each byte of a component",
		 0,
		 {HEAD EVENT("UID:1\r\nSUMMARY:a\r\n b\nX-Y;P=\"q:r\":\\,;\r\n" ALARM) FOOT},
		 FRAME EVENT("UID:1\r\nSUMMARY:a\r\n b\nX-Y;P=\"q:r\":\\,;\r\n" ALARM) FOOT},
		{"a zone once, however many use it",
		 0,
		 {HEAD ZONE("A") EVENT("UID:1\r\n") FOOT, HEAD ZONE("A") EVENT("UID:2\r\n") FOOT,
		  HEAD ZONE("B") ZONE("A") EVENT("UID:3\r\n") FOOT},
		 FRAME ZONE("A") EVENT("UID:1\r\n") EVENT("UID:2\r\n") ZONE("B") EVENT("UID:3\r\n")
			 FOOT},
		{"another zone of the same name gets another one, and so do its times",
		 0,
		 {HEAD ZONE("A") EVENT("UID:1\r\nDTSTART;TZID=A:1\r\n") FOOT,
		  HEAD OTHER_ZONE("A") EVENT("UID:2\r\nDTSTART;X=\"b;TZID=A\";tzid=A;Y=1:2\r\n"
					     "DTEND;TZID=B:3\r\n") FOOT,
		  HEAD EVENT("UID:3\r\nDTSTART;TZID=\"A\":4\r\n") OTHER_ZONE("A") FOOT,
		  HEAD ZONE("A") EVENT("UID:4\r\nDTSTART;TZID=A:5\r\n") FOOT},
		 FRAME ZONE("A") EVENT("UID:1\r\nDTSTART;TZID=A:1\r\n") OTHER_ZONE("A (2)")
			 EVENT("UID:2\r\nDTSTART;X=\"b;TZID=A\";TZID=A (2);Y=1:2\r\n"
			       "DTEND;TZID=B:3\r\n") EVENT("UID:3\r\nDTSTART;TZID=A (2):4\r\n")
				 EVENT("UID:4\r\nDTSTART;TZID=A:5\r\n") FOOT},
		{"but a name that a zone has is not given to another",
		 0,
		 {HEAD ZONE("A (2)") FOOT, HEAD ZONE("A") FOOT, HEAD OTHER_ZONE("A") FOOT},
		 FRAME ZONE("A (2)") ZONE("A") OTHER_ZONE("A (3)") FOOT},
		{"what a zone that everybody knows says of itself counts for nothing",
		 0,
		 {HEAD ZONE("Europe/Berlin") FOOT, HEAD OTHER_ZONE("Europe/Berlin") FOOT},
		 FRAME ZONE("Europe/Berlin") FOOT},
		{"of two zones of one name in one object the first counts",
		 0,
		 {HEAD ZONE("A") OTHER_ZONE("A") EVENT("UID:1\r\n") FOOT},
		 FRAME ZONE("A") EVENT("UID:1\r\n") FOOT},
		{"a zone's name is told by case",
		 0,
		 {HEAD ZONE("A") FOOT, HEAD ZONE("a") FOOT},
		 FRAME ZONE("A") ZONE("a") FOOT},
		{"TZID is looked for in the zone itself",
		 0,
		 {HEAD "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nTZID:X\r\nEND:STANDARD\r\nTZID:A\r\n"
		       "END:VTIMEZONE\r\n" FOOT,
		  HEAD ZONE("X") FOOT},
		 FRAME "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nTZID:X\r\nEND:STANDARD\r\nTZID:A\r\n"
		       "END:VTIMEZONE\r\n" ZONE("X") FOOT},
		{"overrides and tasks",
		 0,
		 {HEAD EVENT("UID:1\r\n") EVENT("UID:1\r\nRECURRENCE-ID:20270118T090000Z\r\n") FOOT,
		  HEAD "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n" FOOT},
		 FRAME EVENT("UID:1\r\n") EVENT(
			 "UID:1\r\nRECURRENCE-ID:20270118T090000Z\r\n") "BEGIN:VTODO\r\nUID:"
									"2\r\nEND:VTODO\r\n" FOOT},
		{"a last line without its end",
		 0,
		 {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR"},
		 FRAME "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n" FOOT},
		{"names in lower case",
		 0,
		 {"begin:vcalendar\r\nbegin:vtimezone\r\ntzid:A\r\nend:vtimezone\r\nend:"
		  "vcalendar\r\n",
		  "begin:vcalendar\r\nbegin:vtimezone\r\ntzid:A\r\nend:vtimezone\r\nEND:"
		  "VCALENDAR\r\n"},
		 FRAME "begin:vtimezone\r\ntzid:A\r\nend:vtimezone\r\n" FOOT},
		{"RFC 7809 §3.1.3 a zone that everybody knows",
		 ICAL_JOIN_BY_REFERENCE,
		 {HEAD ZONE("Europe/Berlin") ZONE("Mine") EVENT("UID:1\r\n") FOOT},
		 FRAME ZONE("Mine") EVENT("UID:1\r\n") FOOT},
		{"veiled: times and what is needed for them",
		 ICAL_JOIN_VEILED,
		 {HEAD ZONE("Europe/Berlin") EVENT(
			 "DTSTART;X-WHY=Secret;TZID=Europe/Berlin:20270118T090000\r\n"
			 "SUMMARY:Secret\r\nRRULE:FREQ=\r\n "
			 "DAILY\r\nLOCATION:There\r\nX-A:b\r\n" ALARM
			 "DURATION:PT1H\r\nATTENDEE:mailto:a@x.org\r\n") "BEGIN:VTODO\r\nUID:"
									 "2\r\nEND:VTODO\r\n" FOOT},
		 FRAME BARE_ZONE("Europe/Berlin")
			 EVENT("DTSTART;TZID=Europe/Berlin:20270118T090000\r\nRRULE:FREQ=DAILY\r\n"
			       "DURATION:PT1H\r\nSUMMARY:Busy\r\n") FOOT},
		{"veiled: what takes no time is not there",
		 ICAL_JOIN_VEILED,
		 {HEAD EVENT("TRANSP:TRANSPARENT\r\n") EVENT("STATUS:cancelled\r\n")
			  EVENT("TRANSP:OPAQUE\r\n") FOOT},
		 FRAME EVENT("TRANSP:OPAQUE\r\nSUMMARY:Busy\r\n") FOOT},
		{"veiled: but an instance of a series is",
		 ICAL_JOIN_VEILED,
		 {HEAD EVENT("RECURRENCE-ID:20270118T090000Z\r\nSTATUS:CANCELLED\r\n") FOOT},
		 FRAME EVENT("RECURRENCE-ID:20270118T090000Z\r\nSTATUS:CANCELLED\r\nSUMMARY:Free"
			     "\r\n") FOOT},
		{"what is no calendar adds nothing", 0, {"x", "END:VEVENT\r\n", ""}, FRAME FOOT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(CEILING);

		CHECK_TEXT(rows[i].name, join(a, rows[i].flags, &no_head, rows[i].objects),
			   text_from(rows[i].want));
		arena_destroy(a);
	}
}

/* What a subscriber's app calls the calendar, its colour, and how often it asks. */
static void test_head(void)
{
	static const struct {
		const char *name;
		struct ical_join_head head;
		const char *want;
	} rows[] = {
		{"RFC 7986 §5.1 a name is escaped",
		 {.name = TEXT_INIT("a;b,c")},
		 FRAME "NAME:a\\;b\\,c\r\nX-WR-CALNAME:a\\;b\\,c\r\n" FOOT},
		{"a name in two lines",
		 {.name = TEXT_INIT("a\nX:y")},
		 FRAME "NAME:a\\nX:y\r\nX-WR-CALNAME:a\\nX:y\r\n" FOOT},
		{"RFC 7986 §5.2 a description",
		 {.description = TEXT_INIT("d")},
		 FRAME "DESCRIPTION:d\r\nX-WR-CALDESC:d\r\n" FOOT},
		{"Apple's colour",
		 {.color = TEXT_INIT("#FF2968FF")},
		 FRAME "X-APPLE-CALENDAR-COLOR:#FF2968FF\r\n" FOOT},
		{"RFC 7986 §5.9 a colour by name",
		 {.color = TEXT_INIT("turquoise")},
		 FRAME "COLOR:turquoise\r\n" FOOT},
		{"RFC 7986 §5.7 how often",
		 {.refresh = TEXT_INIT("PT1H")},
		 FRAME "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n" FOOT},
	};
	static const char *const nothing[MOST];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(CEILING);

		CHECK_TEXT(rows[i].name, join(a, 0, &rows[i].head, nothing),
			   text_from(rows[i].want));
		arena_destroy(a);
	}
}

/* One event is the same event at each reading, and neither its UID nor its zone tells anything. */
static void test_veiled_uid(void)
{
	static const char *const objects[MOST] = {
		HEAD ZONE("At acme") EVENT("UID:deal-with-acme\r\n"
					   "DTSTART;TZID=At acme:20270118T090000\r\n") FOOT};
	struct arena *a = arena_create(CEILING);
	struct text once = join(a, ICAL_JOIN_VEILED, &no_head, objects);

	CHECK_TEXT("the same", join(a, ICAL_JOIN_VEILED, &no_head, objects), once);
	CHECK_TRUE("there is one", text_find(once, TEXT("\r\nUID:")) > 0);
	CHECK_TRUE("another", text_find(once, TEXT("acme")) < 0);
	arena_destroy(a);
}

/* Joined and split again, objects are what they were: an export can be imported. */
static void test_round_trip(void)
{
	static const char *const objects[MOST] = {
		HEAD ZONE("A") EVENT("UID:1\r\nX-Z;TZID=A:1\r\n" ALARM)
			EVENT("UID:1\r\nRECURRENCE-ID;TZID=A:20270118T090000\r\n") FOOT,
		HEAD EVENT("UID:2\r\nSUMMARY:fol\r\n ded\r\n") FOOT,
		HEAD ZONE("A") EVENT("UID:3\r\nX-Z;TZID=A:1\r\n") FOOT,
		HEAD "BEGIN:VTODO\r\nUID:4\r\nEND:VTODO\r\n" FOOT,
	};
	struct arena *a = arena_create(CEILING);
	struct ical_part *parts;
	size_t count = 0;

	CHECK_WELL("secrets", secret_init(a));
	CHECK_WELL("splits", ical_file_split(a, join(a, 0, &no_head, objects), &parts, &count));
	if (CHECK_INT("as many", (int64_t)count, MOST))
		for (size_t i = 0; i < MOST; i++) {
			struct text body =
				text_sub(text_from(objects[i]), strlen(HEAD), SIZE_MAX / 2);

			CHECK_WELL(objects[i], parts[i].fault);
			CHECK_TEXT("the same but for the frame",
				   text_sub(parts[i].raw, strlen(FRAME), SIZE_MAX / 2), body);
		}
	arena_destroy(a);
}

/* A full buffer is told by its overflow, and nothing breaks. */
static void test_overflow(void)
{
	struct arena *a = arena_create(CEILING);
	struct ical_join *j = ical_join_create(a, 0, TEXT_NONE);
	struct buf out;

	buf_init(&out, a, 16, 100);
	ical_join_begin(j, &out, &no_head);
	ical_join_add(j, &out, a, TEXT(HEAD EVENT("UID:1\r\nSUMMARY:long enough\r\n") FOOT));
	ical_join_end(j, &out);
	CHECK_TRUE("overflow", out.overflow);
	arena_destroy(a);
}

UNIT_SUITE("join", {"one frame around all", test_join}, {"what it says of itself", test_head},
	   {"veiled UIDs", test_veiled_uid}, {"there and back", test_round_trip},
	   {"a full buffer", test_overflow})
