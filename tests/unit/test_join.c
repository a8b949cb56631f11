/*
 * test_join - many objects as one VCALENDAR, and apart again
 */
#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/join.h"
#include "ical/object.h"

#define HEAD	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define FOOT	    "END:VCALENDAR\r\n"
#define FRAME	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fasti//Fasti 1.0//EN\r\n"
#define ZONE(tzid)  "BEGIN:VTIMEZONE\r\nTZID:" tzid "\r\nX-A:1\r\nEND:VTIMEZONE\r\n"
#define EVENT(more) "BEGIN:VEVENT\r\n" more "END:VEVENT\r\n"
#define ALARM	    "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"

enum { MOST = 4, CEILING = 1 << 24, MOST_BYTES = 1 << 20 };

static struct text join(struct arena *a, const char *name, const char *const objects[MOST])
{
	struct ical_join *j = ical_join_create(a);
	struct buf out;

	buf_init(&out, a, 256, MOST_BYTES);
	ical_join_begin(j, &out, text_from(name));
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
		const char *name, *calendar;
		const char *objects[MOST];
		const char *want;
	} rows[] = {
		{"nothing", "", {NULL}, FRAME FOOT},
		{"one, of the object's own frame nothing stays",
		 "",
		 {HEAD "X-OWN:1\r\n" EVENT("UID:1\r\n") FOOT},
		 FRAME EVENT("UID:1\r\n") FOOT},
		{"a name is escaped", "a;b,c", {NULL}, FRAME "X-WR-CALNAME:a\\;b\\,c\r\n" FOOT},
		{"a name in two lines", "a\nX:y", {NULL}, FRAME "X-WR-CALNAME:a\\nX:y\r\n" FOOT},
		{"each byte of a component",
		 "",
		 {HEAD EVENT("UID:1\r\nSUMMARY:a\r\n b\nX-Y;P=\"q:r\":\\,;\r\n" ALARM) FOOT},
		 FRAME EVENT("UID:1\r\nSUMMARY:a\r\n b\nX-Y;P=\"q:r\":\\,;\r\n" ALARM) FOOT},
		{"a zone once, however many use it",
		 "",
		 {HEAD ZONE("A") EVENT("UID:1\r\n") FOOT, HEAD ZONE("A") EVENT("UID:2\r\n") FOOT,
		  HEAD ZONE("B") ZONE("A") EVENT("UID:3\r\n") FOOT},
		 FRAME ZONE("A") EVENT("UID:1\r\n") EVENT("UID:2\r\n") ZONE("B") EVENT("UID:3\r\n")
			 FOOT},
		{"a zone's name is told by case",
		 "",
		 {HEAD ZONE("A") FOOT, HEAD ZONE("a") FOOT},
		 FRAME ZONE("A") ZONE("a") FOOT},
		{"TZID is looked for in the zone itself",
		 "",
		 {HEAD "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nTZID:X\r\nEND:STANDARD\r\nTZID:A\r\n"
		       "END:VTIMEZONE\r\n" FOOT,
		  HEAD ZONE("X") FOOT},
		 FRAME "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nTZID:X\r\nEND:STANDARD\r\nTZID:A\r\n"
		       "END:VTIMEZONE\r\n" ZONE("X") FOOT},
		{"overrides and tasks",
		 "",
		 {HEAD EVENT("UID:1\r\n") EVENT("UID:1\r\nRECURRENCE-ID:20270118T090000Z\r\n") FOOT,
		  HEAD "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n" FOOT},
		 FRAME EVENT("UID:1\r\n") EVENT(
			 "UID:1\r\nRECURRENCE-ID:20270118T090000Z\r\n") "BEGIN:VTODO\r\nUID:"
									"2\r\nEND:VTODO\r\n" FOOT},
		{"a last line without its end",
		 "",
		 {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR"},
		 FRAME "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n" FOOT},
		{"names in lower case",
		 "",
		 {"begin:vcalendar\r\nbegin:vtimezone\r\ntzid:A\r\nend:vtimezone\r\nend:"
		  "vcalendar\r\n",
		  HEAD ZONE("A") FOOT},
		 FRAME "begin:vtimezone\r\ntzid:A\r\nend:vtimezone\r\n" FOOT},
		{"what is no calendar adds nothing", "", {"x", "END:VEVENT\r\n", ""}, FRAME FOOT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(CEILING);

		CHECK_TEXT(rows[i].name, join(a, rows[i].calendar, rows[i].objects),
			   text_from(rows[i].want));
		arena_destroy(a);
	}
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
	CHECK_WELL("splits", ical_file_split(a, join(a, "n", objects), &parts, &count));
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
	struct ical_join *j = ical_join_create(a);
	struct buf out;

	buf_init(&out, a, 16, 100);
	ical_join_begin(j, &out, TEXT(""));
	ical_join_add(j, &out, a, TEXT(HEAD EVENT("UID:1\r\nSUMMARY:long enough\r\n") FOOT));
	ical_join_end(j, &out);
	CHECK_TRUE("overflow", out.overflow);
	arena_destroy(a);
}

UNIT_SUITE("join", {"one frame around all", test_join}, {"there and back", test_round_trip},
	   {"a full buffer", test_overflow})
