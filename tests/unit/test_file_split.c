/*
 * test_file_split - what a hostile or large file costs when it is cut into objects
 *
 * How files are cut is in test_ics_files; here are limits and corners.
 */
#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"

#define HEAD "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//T//EN\n"
#define FOOT "END:VCALENDAR\n"

static struct arena *arena;

static const struct fault *split(struct text file, struct ical_part **parts, size_t *count)
{
	*parts = NULL;
	*count = 0;
	return ical_file_split(arena, file, parts, count);
}

static void test_refused(void)
{
	static const struct {
		const char *name, *file;
		enum fault_code code;
	} rows[] = {
		{"empty", "", FAULT_BAD_DATA},
		{"no calendar", "UID:1\n", FAULT_BAD_DATA},
		{"HTML", "<!DOCTYPE html>\n<html></html>\n", FAULT_BAD_DATA},
		{"only a zone", "BEGIN:VTIMEZONE\nTZID:A\nEND:VTIMEZONE\n", FAULT_BAD_DATA},
		{"only an alarm", "BEGIN:VALARM\nEND:VALARM\n", FAULT_BAD_DATA},
		{"a control character", HEAD "X:\x01\n" FOOT, FAULT_BAD_DATA},
		{"crossed components", "BEGIN:VEVENT\nBEGIN:VALARM\nEND:VEVENT\nEND:VALARM\n",
		 FAULT_BAD_DATA},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_part *parts;
		size_t count;

		CHECK_FAULT(rows[i].name, split(text_from(rows[i].file), &parts, &count),
			    rows[i].code);
		CHECK_INT(rows[i].name, (int64_t)count, 0);
	}
}

/* Thousands of objects in one file: each is a part, in order, zones by name. */
static void test_many(void)
{
	enum { EVENTS = 20000, ZONES = 500 };
	struct ical_part *parts;
	size_t count;
	struct buf b;

	buf_init(&b, arena, 1 << 20, 16 << 20);
	buf_put_lit(&b, HEAD);
	for (int i = 0; i < ZONES; i++)
		buf_printf(&b, "BEGIN:VTIMEZONE\nTZID:zone %d\nEND:VTIMEZONE\n", i);
	for (int i = 0; i < EVENTS; i++)
		buf_printf(&b, "BEGIN:VEVENT\nUID:%d\nX-Z;TZID=zone %d:1\nEND:VEVENT\n", EVENTS - i,
			   i % ZONES);
	buf_put_lit(&b, FOOT);
	if (!CHECK_WELL("splits", split(buf_text(&b), &parts, &count)) ||
	    !CHECK_INT("all of them", (int64_t)count, EVENTS))
		return;
	CHECK_TEXT("in their order", parts[0].uid, TEXT("20000"));
	CHECK_TEXT("with the zone that each uses", parts[ZONES + 7].raw,
		   TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\nPRODID:-//T//T//EN\n"
			"BEGIN:VTIMEZONE\nTZID:zone 7\nEND:VTIMEZONE\n"
			"BEGIN:VEVENT\nUID:19493\nX-Z;TZID=zone 7:1\nEND:VEVENT\n"
			"END:VCALENDAR\r\n"));
}

/* One object past the limit spoils itself alone. */
static void test_large(void)
{
	struct ical_part *parts;
	size_t count;
	struct buf b;

	buf_init(&b, arena, 1 << 20, 8 << 20);
	buf_put_lit(&b, HEAD "BEGIN:VEVENT\nUID:small\nEND:VEVENT\nBEGIN:VEVENT\nUID:large\n");
	while (b.len <= ICAL_MAX_SIZE_BYTES)
		buf_put_lit(&b, "DESCRIPTION:0123456789012345678901234567890123456789\n");
	buf_put_lit(&b, "END:VEVENT\n" FOOT);
	if (!CHECK_WELL("splits", split(buf_text(&b), &parts, &count)) ||
	    !CHECK_INT("both", (int64_t)count, 2))
		return;
	CHECK_WELL("the small one", parts[0].fault);
	CHECK_FAULT("the large one", parts[1].fault, FAULT_OBJECT_TOO_LARGE);
	b.len = 0;
	b.at[0] = 0;
	buf_put_lit(&b, HEAD "BEGIN:VEVENT\nUID:large\n");
	while (b.len <= ICAL_MAX_SIZE_BYTES)
		buf_put_lit(&b, "DESCRIPTION:0123456789012345678901234567890123456789\n");
	buf_put_lit(&b, "END:VEVENT\n" FOOT);
	if (CHECK_WELL("splits", split(buf_text(&b), &parts, &count)) &&
	    CHECK_INT("one", (int64_t)count, 1))
		CHECK_FAULT("alone in its file", parts[0].fault, FAULT_OBJECT_TOO_LARGE);
}

/* The zone of an object's own VCALENDAR is meant, though another has its name. */
static void test_zone_of_own_calendar(void)
{
#define ZONE(x)	   "BEGIN:VTIMEZONE\nTZID:A\nX-N:" x "\nEND:VTIMEZONE\n"
#define EVENT(uid) "BEGIN:VEVENT\nUID:" uid "\nX-Z;TZID=A:1\nEND:VEVENT\n"
	struct ical_part *parts;
	size_t count;

	if (!CHECK_WELL("splits", split(TEXT(HEAD ZONE("1") EVENT("1") FOOT HEAD ZONE("2")
						     EVENT("2") FOOT HEAD EVENT("3") FOOT),
					&parts, &count)) ||
	    !CHECK_INT("three", (int64_t)count, 3))
		return;
	CHECK_TRUE("the first", text_find(parts[0].raw, TEXT("X-N:1")) > 0);
	CHECK_TRUE("the second", text_find(parts[1].raw, TEXT("X-N:2")) > 0);
	CHECK_TRUE("any other where its own has none", text_find(parts[2].raw, TEXT("X-N:")) > 0);
#undef ZONE
#undef EVENT
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 28);
	CHECK_WELL("secrets", secret_init(arena));
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_refused)
CASE(test_many)
CASE(test_large)
CASE(test_zone_of_own_calendar)

UNIT_SUITE("file_split", {"what is no calendar", run_test_refused},
	   {"thousands of objects", run_test_many}, {"an object that is too large", run_test_large},
	   {"zones of the same name", run_test_zone_of_own_calendar})
