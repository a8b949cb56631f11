/*
 * test_door - a booking that comes as a message, or as a span: what is decided, and what is kept
 */
#include "base/buf.h"
#include "booking/door.h"
#include "booking/host.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600, MONDAY_9 = MONDAY_8 + HOUR, MONDAY_10 = MONDAY_8 + 2 * HOUR };

#define AN_HOUR "{\"durations\":[60]}"
#define IVY	"ivy@example.net"

static void open_with(struct town *t, struct store_fixture *x, const char *rules)
{
	town_open(t, x);
	house_type(&t->h, t->alice, "intro", rules);
}

static struct door door_of(struct town *t)
{
	struct door d = {.desk = &t->h.desk, .now = HOUSE_NOW};

	CHECK_WELL("host", host_get(&t->h.desk, t->h.db, t->a, t->alice, &d.host));
	d.type = &d.host->types[0];
	return d;
}

/* What becomes of what was read, as whoever brings messages does it. */
static const struct fault *decide(struct town *t, struct door *d, const struct fault *f)
{
	struct change *c = NULL;

	if (!f)
		f = door_prepare(t->h.db, t->a, d, &c);
	if (!f && c)
		f = change_run(c);
	if (fault_is(f, FAULT_SLOT_TAKEN) || fault_is(f, FAULT_NOT_OFFERED))
		f = door_refuse(t->h.db, t->a, d, f);
	return f;
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct text message_of(struct arena *a, const char *method, const char *lines)
{
	return text_from(
		arena_printf(a,
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nMETHOD:%s\r\n"
			     "BEGIN:VEVENT\r\nUID:m1\r\nDTSTAMP:20270101T000000Z\r\n%s"
			     "END:VEVENT\r\nEND:VCALENDAR\r\n",
			     method, lines));
}

#define FROM_IVY                                                                                   \
	"ORGANIZER:mailto:" IVY "\r\n"                                                             \
	"ATTENDEE;RSVP=TRUE:mailto:alice@example.org\r\n"
#define AT_8 "DTSTART:20270118T080000Z\r\nDTEND:20270118T090000Z\r\n"

static const struct message_row {
	const char *name, *method, *lines;
	enum door_answer answer;
	const char *reply; /* of it, some words */
} message_rows[] = {
	{"RFC 5546 §3.2.2: an hour that is open", "REQUEST", "SEQUENCE:0\r\n" FROM_IVY AT_8,
	 DOOR_ACCEPTED, "PARTSTAT=ACCEPTED"},
	{"DURATION for DTEND", "REQUEST", FROM_IVY "DTSTART:20270118T080000Z\r\nDURATION:PT1H\r\n",
	 DOOR_ACCEPTED, "PARTSTAT=ACCEPTED"},
	{"RFC 5546 §3.2.7: before hours", "REQUEST",
	 FROM_IVY "DTSTART:20270118T060000Z\r\nDTEND:20270118T070000Z\r\n", DOOR_COUNTER,
	 "DTSTART:20270118T080000Z"},
	{"another length, at that start", "REQUEST",
	 FROM_IVY "DTSTART:20270118T080000Z\r\nDTEND:20270118T083000Z\r\n", DOOR_COUNTER,
	 "DTEND:20270118T090000Z"},
	{"between two, the earlier", "REQUEST",
	 FROM_IVY "DTSTART:20270118T083000Z\r\nDTEND:20270118T093000Z\r\n", DOOR_COUNTER,
	 "DTSTART:20270118T080000Z"},
	{"four more are named", "REQUEST",
	 FROM_IVY "DTSTART:20270118T083000Z\r\nDTEND:20270118T093000Z\r\n", DOOR_COUNTER,
	 "2027-01-18 10:00\\, 2027-01-18 11:00\\, 2027-01-18 12:00\\, 2027-01-18 13:00"},
	{"a whole day", "REQUEST", FROM_IVY "DTSTART;VALUE=DATE:20270118\r\n", DOOR_DECLINED,
	 "PARTSTAT=DECLINED"},
	{"at nobody knows which hour", "REQUEST",
	 FROM_IVY "DTSTART:20270118T080000\r\nDTEND:20270118T090000\r\n", DOOR_DECLINED,
	 "PARTSTAT=DECLINED"},
	{"a series", "REQUEST", FROM_IVY AT_8 "RRULE:FREQ=DAILY;COUNT=2\r\n", DOOR_DECLINED,
	 "PARTSTAT=DECLINED"},
	{"a CANCEL of what is not known", "CANCEL", FROM_IVY AT_8, DOOR_DONE, NULL},
};

/* RFC 5545 §3.1. */
static struct text unfolded(struct arena *a, struct text raw)
{
	struct buf b;

	buf_init(&b, a, raw.len + 1, raw.len + 1);
	for (size_t i = 0; i < raw.len; i++)
		if (text_starts(text_sub(raw, i, raw.len - i), TEXT("\r\n ")))
			i += 2;
		else
			buf_put_char(&b, raw.at[i]);
	return buf_text(&b);
}

/* Nothing is run, so that each row meets the same empty calendar. */
static void messages(struct store_fixture *x)
{
	struct town t;

	open_with(&t, x, AN_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(message_rows); i++) {
		const struct message_row *r = &message_rows[i];
		struct door d = door_of(&t);
		struct change *c = NULL;
		const struct fault *f =
			door_read(t.h.db, t.a, message_of(t.a, r->method, r->lines), &d);

		if (!f)
			f = door_prepare(t.h.db, t.a, &d, &c);
		CHECK_WELL(r->name, f);
		CHECK_INT(r->name, d.answer, r->answer);
		CHECK_INT(r->name, c != NULL, r->answer == DOOR_ACCEPTED);
		if (r->reply)
			CHECK_TRUE(r->name,
				   text_find(unfolded(t.a, d.reply), text_from(r->reply)) >= 0);
	}
	town_close(&t);
}
STORE_CASE(messages)

static const struct refused_row {
	const char *name, *method, *lines;
	enum fault_code code;
} refused_rows[] = {
	{"RFC 5546 §3.2: another METHOD", "REFRESH", FROM_IVY, FAULT_UNPROCESSABLE},
	{"the host is not invited", "REQUEST",
	 "ORGANIZER:mailto:" IVY "\r\nATTENDEE:mailto:bob@example.org\r\n" AT_8,
	 FAULT_UNPROCESSABLE},
	{"by the host", "REQUEST",
	 "ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:alice@example.org\r\n" AT_8,
	 FAULT_UNPROCESSABLE},
	{"two meetings in one", "REQUEST",
	 FROM_IVY AT_8
	 "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:m2\r\nDTSTAMP:20270101T000000Z\r\n" FROM_IVY AT_8,
	 FAULT_BAD_OBJECT},
};

static void refused(struct store_fixture *x)
{
	struct town t;

	open_with(&t, x, AN_HOUR);
	for (size_t i = 0; i < ARRAY_LEN(refused_rows); i++) {
		const struct refused_row *r = &refused_rows[i];
		struct door d = door_of(&t);

		CHECK_FAULT(r->name,
			    door_read(t.h.db, t.a, message_of(t.a, r->method, r->lines), &d),
			    r->code);
	}
	CHECK_INT("nothing is kept", count_of(&t, "SELECT count(*) FROM object"), 0);
	town_close(&t);
}
STORE_CASE(refused)

/* ---- spans ----------------------------------------------------------------------------------- */

static struct door_span span_at(int64_t start, const char *uid, const char *organizer)
{
	return (struct door_span){
		.uid = text_from(uid),
		.summary = TEXT("Talk"),
		.organizer = text_from(organizer),
		.organizer_name = TEXT("Ivy"),
		.stamp = HOUSE_NOW,
		.start = start,
		.end = start + HOUR,
	};
}

static struct door met(struct town *t, const char *what, const struct door_span *span)
{
	struct door d = door_of(t);

	CHECK_WELL(what, decide(t, &d, door_read_span(t->h.db, t->a, span, &d)));
	return d;
}

static void spans(struct store_fixture *x)
{
	struct door_span ivy = span_at(MONDAY_8, "s1", IVY), eve, old;
	struct door d;
	struct town t;

	open_with(&t, x, AN_HOUR);
	d = met(&t, "open", &ivy);
	CHECK_INT("open", d.answer, DOOR_ACCEPTED);
	CHECK_TEXT("its organizer's UID", d.booking.uid, TEXT("s1"));
	CHECK_TEXT("and name", d.booking.invitee_name, TEXT("Ivy"));
	CHECK_TRUE("the host's answer", text_find(d.reply, TEXT("PARTSTAT=ACCEPTED")) >= 0);
	CHECK_INT("the time is held", count_of(&t, "SELECT starts FROM hold"), MONDAY_8);
	CHECK_INT("nobody is mailed",
		  count_of(&t, "SELECT count(*) FROM job WHERE kind IN ('mail', 'imip')"), 0);
	eve = span_at(MONDAY_8, "s2", "eve@example.net");
	d = met(&t, "taken", &eve);
	CHECK_INT("taken", d.answer, DOOR_COUNTER);
	CHECK_TRUE("the nearest", text_find(d.reply, TEXT("DTSTART:20270118T090000Z")) >= 0);
	ivy = span_at(MONDAY_10, "s1", IVY);
	ivy.sequence = 1;
	d = met(&t, "moved", &ivy);
	CHECK_INT("moved", d.booking.start, MONDAY_10);
	CHECK_INT("and its hold", count_of(&t, "SELECT starts FROM hold"), MONDAY_10);
	old = span_at(MONDAY_9, "s1", IVY);
	d = met(&t, "an older one", &old);
	CHECK_TRUE("is told how things are", d.is_old && d.answer == DOOR_ACCEPTED);
	CHECK_INT("and changes nothing", count_of(&t, "SELECT starts FROM hold"), MONDAY_10);
	town_close(&t);
}
STORE_CASE(spans)

static void ends(struct store_fixture *x)
{
	struct door_span ivy = span_at(MONDAY_8, "s1", IVY), eve;
	struct door d;
	struct town t;

	open_with(&t, x, AN_HOUR);
	(void)met(&t, "open", &ivy);
	eve = span_at(MONDAY_8, "s1", "eve@example.net");
	eve.sequence = 5;
	eve.is_over = true;
	d = door_of(&t);
	CHECK_FAULT("another's (decisions 44)", door_read_span(t.h.db, t.a, &eve, &d),
		    FAULT_ORGANIZER_CHANGE);
	ivy.sequence = 1;
	ivy.is_over = true;
	d = met(&t, "CANCEL", &ivy);
	CHECK_INT("nothing is said", d.answer, DOOR_DONE);
	CHECK_INT("over", d.booking.status, BOOKING_IS_CANCELLED);
	CHECK_INT("free again", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("no event", count_of(&t, "SELECT count(*) FROM object"), 0);
	town_close(&t);
}
STORE_CASE(ends)

/*
 * Decisions 25: an organizer whom nobody has confirmed is sent to the page, and not to another
 * time; one whom the server knows is not asked.
 */
static void addresses(struct store_fixture *x)
{
	struct text message;
	struct change *c = NULL;
	struct door d;
	struct town t;

	open_with(&t, x, "{\"durations\":[60],\"confirm_address\":true}");
	message = message_of(t.a, "REQUEST", FROM_IVY AT_8);
	d = door_of(&t);
	CHECK_WELL("posted", decide(&t, &d, door_read(t.h.db, t.a, message, &d)));
	CHECK_INT("declined", d.answer, DOOR_DECLINED);
	CHECK_TRUE("REPLY", text_find(unfolded(t.a, d.reply), TEXT("PARTSTAT=DECLINED")) >= 0);
	CHECK_TRUE("where to go",
		   text_find(unfolded(t.a, d.reply), TEXT("booked at its page")) >= 0);
	CHECK_INT("nothing is kept", count_of(&t, "SELECT count(*) FROM booking"), 0);
	d = door_of(&t);
	d.is_signed = true;
	CHECK_WELL("of a user", decide(&t, &d, door_read(t.h.db, t.a, message, &d)));
	CHECK_INT("accepted", d.answer, DOOR_ACCEPTED);
	CHECK_INT("at once", d.booking.status, BOOKING_IS_CONFIRMED);
	/* What is booked is moved by whoever has its UID, as ever. */
	message = message_of(t.a, "REQUEST",
			     "SEQUENCE:1\r\n" FROM_IVY
			     "DTSTART:20270118T090000Z\r\nDTEND:20270118T100000Z\r\n");
	d = door_of(&t);
	CHECK_WELL("read", door_read(t.h.db, t.a, message, &d));
	CHECK_WELL("moved", door_prepare(t.h.db, t.a, &d, &c));
	CHECK_TRUE("to another hour", c != NULL && d.answer == DOOR_ACCEPTED);
	town_close(&t);
}
STORE_CASE(addresses)

/* clang-format off */
UNIT_SUITE("door",
	STORE_ROWS("RFC 5546: messages are judged", messages),
	STORE_ROWS("what is no such message", refused),
	STORE_ROWS("a span is the message that it stands for (decisions 16)", spans),
	STORE_ROWS("a span that is over ends it", ends),
	STORE_ROWS("decisions 25: an address that nobody has confirmed", addresses))
/* clang-format on */
