/*
 * itip_rows.h - rows of tests of messages: what one makes of an object
 *
 * By default a message is from al@x.y to bo@x.y, in January 2027, about a meeting in February.
 */
#ifndef TESTS_ITIP_ROWS_H
#define TESTS_ITIP_ROWS_H

#include "itip_fixture.h"

#define ORGANIZER     "ORGANIZER:mailto:al@x.y\n"
#define BARE_BO	      "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bo@x.y\n"
#define AL	      "ORGANIZER:mailto:al@x.y\nATTENDEE;PARTSTAT=ACCEPTED:mailto:al@x.y\n"
#define CY	      "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:cy@x.y\n"
#define BO(partstat)  "ATTENDEE;PARTSTAT=" partstat ";RSVP=TRUE:mailto:bo@x.y\n"
#define DTSTAMP(hour) "DTSTAMP:20270110T" hour "0000Z\n"
#define EVENT(inner)  "BEGIN:VEVENT\nUID:1\n" inner "END:VEVENT\n"
#define ALARM	      "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:D\nTRIGGER:-PT5M\nEND:VALARM\n"
#define TIMES	      "DTSTART:20270201T090000Z\nDTEND:20270201T100000Z\nSUMMARY:S\n"
#define LATER	      "DTSTART:20270201T110000Z\nDTEND:20270201T120000Z\nSUMMARY:S\n"
#define DAILY	      TIMES "RRULE:FREQ=DAILY;COUNT=10\n"
#define ON(day, hour)                                                                              \
	"RECURRENCE-ID:202702" day "T090000Z\nDTSTART:202702" day "T" hour                         \
	"0000Z\nDTEND:202702" day "T" hour "3000Z\nSUMMARY:S\n"
#define ONWARD(day, hour)                                                                          \
	"RECURRENCE-ID;RANGE=THISANDFUTURE:202702" day "T090000Z\nDTSTART:202702" day "T" hour     \
	"0000Z\nDTEND:202702" day "T" hour "3000Z\nSUMMARY:S\n"
#define AS_IS(day)                                                                                 \
	"RECURRENCE-ID:202702" day "T090000Z\nDTSTART:202702" day "T090000Z\nDTEND:202702" day     \
	"T100000Z\nSUMMARY:S\n"

#define REPLIED(partstat, sequence, hour)                                                          \
	"ATTENDEE;PARTSTAT=" partstat ";SCHEDULE-STATUS=2.0;X-FASTI-REPLIED=" sequence             \
	"-20270110T" hour "0000Z:mailto:bo@x.y\n"
#define ASKED(sequence)                                                                            \
	"ATTENDEE;PARTSTAT=NEEDS-ACTION;X-FASTI-REPLIED=" sequence                                 \
	"-19691231T235959Z:mailto:bo@x.y\n"
#define FOLLOWS(partstat) "ATTENDEE;PARTSTAT=" partstat ";SCHEDULE-STATUS=2.0:mailto:bo@x.y\n"
#define SAYS(partstat)	  "ATTENDEE;PARTSTAT=" partstat ":mailto:bo@x.y\n"
#define TODO(inner)	  "BEGIN:VTODO\nUID:1\n" inner "END:VTODO\n"
#define TASK		  "DTSTART:20270201T090000Z\nDUE:20270202T090000Z\nSUMMARY:S\n"

/* The arena of the rows; it is made when it is first asked for, and emptied after each row. */
struct arena *itip_rows_arena(void);

/* One message, and what it makes of the object. */
struct itip_row {
	const char *name, *stored, *method, *message;
	enum itip_action action;
	bool keeps_tag, to_inbox;
	const char *status, *want; /* want NULL: as stored, or nothing */
};
void itip_check_rows(const struct itip_row *rows, size_t count, const char *user,
		     const char *sender);

/* A REPLY to al. */
struct itip_reply_row {
	const char *name, *stored, *message;
	enum itip_action action;
	bool keeps_tag, tell_others, crashers;
	const char *status, *sender, *want;
};
void itip_check_replies(const struct itip_reply_row *rows, size_t count);

/* The one answer that is sent back, as it is checked like any other; want NULL: any. */
void itip_check_answer(const char *name, const struct itip_outcome *out, enum itip_method method,
		       const char *recipient, const char *want);

#endif
