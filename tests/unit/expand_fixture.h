/*
 * expand_fixture.h - objects and windows of the tests of expansion as rows
 *
 * A row holds an object, a window, and what is expected as one text: each
 * occurrence as "start/end", with Z unless floating, and what it means when
 * that is not busy. The owner has the addresses alice@example.com and
 * a.liddell@example.org.
 */
#ifndef TESTS_EXPAND_FIXTURE_H
#define TESTS_EXPAND_FIXTURE_H

#include "unit.h"

#include "ical/expand.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n"
#define FOOT "END:VCALENDAR\r\n"
#define COMPONENT(type, lines)                                                                     \
	"BEGIN:" type "\r\nUID:u1\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:" type "\r\n"
#define EVENT(lines)	HEAD COMPONENT("VEVENT", lines) FOOT
#define TODO(lines)	HEAD COMPONENT("VTODO", lines) FOOT
#define JOURNAL(lines)	HEAD COMPONENT("VJOURNAL", lines) FOOT
#define FREEBUSY(lines) HEAD COMPONENT("VFREEBUSY", lines) FOOT
#define SERIES(lines, it)                                                                          \
	HEAD COMPONENT("VEVENT", lines)                                                            \
	it FOOT
#define INSTANCE(lines) COMPONENT("VEVENT", lines)

/* Nine to ten in Berlin, which is 08Z to 09Z in winter. */
#define BERLIN	    ";TZID=Europe/Berlin:"
#define NINE_BERLIN "DTSTART" BERLIN "20270118T090000\r\nDTEND" BERLIN "20270118T100000\r\n"
#define NINE_UTC    "DTSTART:20270118T090000Z\r\nDTEND:20270118T100000Z\r\n"

/* Of the running test. */
extern struct arena *expand_arena;

extern const struct expand_limits expand_usual;

/* Run a test with an arena of its own. */
void expand_run(void (*test)(void));

int64_t expand_instant(const char *s);

/* The object of a row; NULL, and a failure, when it cannot be parsed. */
struct ical_object *expand_parse(const char *name, const char *raw);

struct expand_row {
	const char *name, *raw, *from, *to, *want;
};
void expand_check(const struct expand_row *rows, size_t count);

#endif
