/*
 * saves_fixture - objects in few words, and what a save makes of them
 *
 * al organizes, bo, cy and di are invited. An object is written as its components, one content
 * line a line; the fixture puts the VCALENDAR around them.
 */
#ifndef TESTS_SAVES_FIXTURE_H
#define TESTS_SAVES_FIXTURE_H

#include "unit.h"

#include "base/buf.h"

#include "itip/itip.h"

enum { SAVES_NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */

/* A component: at nine every day, of an hour, unless it says otherwise. */
#define EVENT(lines)  "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260101T000000Z\n" lines "END:VEVENT\n"
#define ORGANIZED     "ORGANIZER:mailto:al@x.y\n"
#define INVITED(who)  "ATTENDEE:mailto:" who "@x.y\n"
#define ACCEPTED(who) "ATTENDEE;PARTSTAT=ACCEPTED:mailto:" who "@x.y\n"
#define NINE	      "DTSTART:20270118T090000Z\nDTEND:20270118T100000Z\n"
#define TEN	      "DTSTART:20270118T100000Z\nDTEND:20270118T110000Z\n"
#define DAILY	      NINE "RRULE:FREQ=DAILY;COUNT=10\n"
#define ON(day)                                                                                    \
	"RECURRENCE-ID:202701" day "T090000Z\nDTSTART:202701" day "T090000Z\nDTEND:202701" day     \
	"T100000Z\n"

void saves_fixture_begin(void);
void saves_fixture_end(void);
struct arena *saves_fixture_arena(void);

/* The user with this name: name@x.y. */
const struct itip_user *saves_fixture_user(const char *name);

/* NULL for NULL. */
struct ical_object *saves_fixture_object(const char *row, const char *components);
/* The text of the object around these components. */
struct text saves_fixture_text(const char *components);
/* Without CR, and unfolded. */
struct text saves_fixture_plain(struct text t);

/*
 * The messages of a plan in one line: "REQUEST bo series -20T09 25T09; CANCEL cy 20T09". What is
 * named: the series, instances by day and hour, with a minus those that an EXDATE takes out, in a
 * REPLY with the answer, and COMMENTs in brackets; a plus after one that is with all that follow:
 * "REPLY al series=ACCEPTED"; SEQUENCE after a '#', where it is not 0;
 * "(quiet)".
 */
struct text saves_fixture_messages(const struct itip_plan *plan);

/* One save, and what has to come of it. */
struct saves_row {
	const char *name;
	const char *was, *is; /* components; NULL: it is new, or removed */
	const char *messages; /* as saves_fixture_messages() tells them */
	const char *stored;   /* components; NULL: as the client wrote them */
};
typedef const struct fault *(*saves_plan_fn)(struct arena *a, const struct itip_save *s,
					     struct itip_plan *out);
/* Bytes are compared but for CR; and what is stored, saved again, sends nothing. */
void saves_fixture_rows(const struct saves_row *rows, size_t count, const char *user,
			saves_plan_fn plan, bool saw_answers);

/* Each message is what RFC 5546 allows, and nobody's private things are in it. */
void saves_fixture_check(const char *row, const struct itip_plan *plan);

#endif
