/* Others' answers, entered in a copy (itip/spread.h): the same that a REQUEST would bring. */

#include "itip/itip.h"
#include "unit.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
#define SERIES                                                                                     \
	"BEGIN:VEVENT\r\nUID:m\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20280118T080000Z\r\n"        \
	"DTEND:20280118T090000Z\r\nRRULE:FREQ=DAILY\r\nORGANIZER:mailto:al@x.y\r\n"
#define ONE                                                                                        \
	"BEGIN:VEVENT\r\nUID:m\r\nDTSTAMP:20270101T000000Z\r\nRECURRENCE-ID:20280119T080000Z\r\n"  \
	"DTSTART:20280119T100000Z\r\nDTEND:20280119T110000Z\r\nORGANIZER:mailto:al@x.y\r\n"
#define END    "END:VEVENT\r\n"
#define TAIL   "END:VCALENDAR\r\n"
#define BOB    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@x.y\r\n"
#define BOB_OK "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@x.y\r\n"
#define CY     "ATTENDEE:mailto:cy@x.y\r\n"
#define CY_NO  "ATTENDEE;PARTSTAT=DECLINED;X-FASTI-REPLIED=0-20270101T000000Z:mailto:cy@x.y\r\n"
#define CY_NOT "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.y\r\n"
#define DI     "ATTENDEE:mailto:di@x.y\r\n"
#define ALARM  "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT0S\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"

/* Copies are bob's. */
static const struct row {
	const char *name, *organizers, *copy;
	enum itip_spread how;
	const char *becomes;
} rows[] = {
	{"RFC 6638 §4.2: an answer is entered, without what is the server's alone",
	 HEAD SERIES BOB_OK CY_NO END TAIL, HEAD SERIES BOB_OK CY "X-MINE:1\r\n" ALARM END TAIL,
	 ITIP_SPREAD_LINES, HEAD SERIES BOB_OK CY_NOT "X-MINE:1\r\n" ALARM END TAIL},
	{"nothing is new", HEAD SERIES BOB_OK CY_NO END TAIL, HEAD SERIES BOB_OK CY_NOT END TAIL,
	 ITIP_SPREAD_NOTHING, NULL},
	{"one's own answer is one's own", HEAD SERIES BOB CY END TAIL,
	 HEAD SERIES BOB_OK CY END TAIL, ITIP_SPREAD_NOTHING, NULL},
	{"the very instance", HEAD SERIES BOB CY END ONE BOB CY_NO END TAIL,
	 HEAD SERIES BOB CY END ONE BOB CY END TAIL, ITIP_SPREAD_LINES,
	 HEAD SERIES BOB CY END ONE BOB CY_NOT END TAIL},
	{"an instance that the copy does not have", HEAD SERIES BOB CY END ONE BOB CY_NO END TAIL,
	 HEAD SERIES BOB CY END TAIL, ITIP_SPREAD_MESSAGE, NULL},
	{"one that its owner declined and took out",
	 HEAD SERIES BOB CY END ONE "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.y\r\n" CY_NO END TAIL,
	 HEAD SERIES "EXDATE:20280119T080000Z\r\n" BOB CY END TAIL, ITIP_SPREAD_NOTHING, NULL},
	{"one that its owner declined with the series, which shows it",
	 HEAD SERIES "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.y\r\n" CY END ONE
		     "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.y\r\n" CY_NO END TAIL,
	 HEAD SERIES "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@x.y\r\n" CY END TAIL,
	 ITIP_SPREAD_MESSAGE, NULL},
	{"one that the copy alone has", HEAD SERIES BOB CY_NO END TAIL,
	 HEAD SERIES BOB CY END ONE BOB CY END TAIL, ITIP_SPREAD_MESSAGE, NULL},
	{"one to which they are not invited", HEAD SERIES BOB CY END ONE CY_NO END TAIL,
	 HEAD SERIES "EXDATE:20280119T080000Z\r\n" BOB CY END TAIL, ITIP_SPREAD_NOTHING, NULL},
	{"somebody came in", HEAD SERIES BOB CY DI END TAIL, HEAD SERIES BOB CY END TAIL,
	 ITIP_SPREAD_MESSAGE, NULL},
	{"somebody else came in", HEAD SERIES BOB DI END TAIL, HEAD SERIES BOB CY END TAIL,
	 ITIP_SPREAD_MESSAGE, NULL},
};

static struct ical_object *parse(struct arena *a, const char *name, const char *text)
{
	struct ical_object *o = NULL;

	CHECK_WELL(name, ical_object_parse(a, text_from(text), ICAL_FROM_STORE, &o));
	return o;
}

static void test_rows(void)
{
	struct arena *a = arena_create(1 << 22);
	struct text bob = TEXT("bob@x.y");
	struct itip_user user = {&bob, 1};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct itip_answers *answers =
			itip_answers_read(a, parse(a, r->name, r->organizers));
		struct text out = TEXT_NONE;

		CHECK_INT(r->name,
			  itip_answers_spread(a, answers, parse(a, r->name, r->copy), &user, &out),
			  r->how);
		if (r->becomes)
			CHECK_TEXT(r->name, out, text_from(r->becomes));
	}
	arena_destroy(a);
}

/* What an answer changes of a to-do is more than a line: COMPLETED, STATUS (RFC 5546 §3.4.3). */
static void test_to_do(void)
{
	struct arena *a = arena_create(1 << 20);
	struct text bob = TEXT("bob@x.y"), out;
	struct itip_user user = {&bob, 1};
	struct ical_object *o =
		parse(a, "to-do",
		      HEAD "BEGIN:VTODO\r\nUID:m\r\nDTSTAMP:20270101T000000Z\r\n"
			   "ORGANIZER:mailto:al@x.y\r\n" BOB CY "END:VTODO\r\n" TAIL);

	CHECK_INT("a to-do", itip_answers_spread(a, itip_answers_read(a, o), o, &user, &out),
		  ITIP_SPREAD_MESSAGE);
	arena_destroy(a);
}

UNIT_SUITE("itip_spread", {"rows", test_rows}, {"to-dos take a message", test_to_do})
