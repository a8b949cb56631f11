/*
 * test_follow - bookings follow their events
 *
 * What a host does to the event of a booking in a calendar app (booking case
 * G5), and what becomes of bookings when their calendar goes.
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "town.h"
#include "unit.h"

enum { HOUR = 3600 };

/* ---- bookings and their events ------------------------------------------------------------- */

/* A booking of alice's with its event and hold, as book.h makes it. */
static void book_with(struct town *t, const char *id, const char *start, const char *end,
		      int64_t from, int64_t to, const char *more)
{
	struct booking b = {.owner = t->alice,
			    .id = text_from(id),
			    .type = TEXT("intro"),
			    .uid = text_from(arena_printf(t->a, "%s@x", id)),
			    .collection = t->calendar,
			    .object_name = text_from(arena_printf(t->a, "%s.ics", id)),
			    .status = BOOKING_IS_CONFIRMED,
			    .start = from,
			    .end = to,
			    .version = 1,
			    .invitee_email = TEXT("bob@example.org"),
			    .answers = TEXT("{}")};
	struct hold hold = {.owner = t->alice, .start = from, .end = to, .booking = b.id};
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_BOOKING, HOUSE_NOW);

	CHECK_WELL(id, change_take_hold(c, &hold));
	CHECK_WELL(id, change_put(c, put_of(t, b.object_name.at,
					    house_event(t->a, b.uid.at, start, end, more))));
	CHECK_WELL(id, change_add_booking(c, &b,
					  (struct booking_deed){.what = BOOKING_WAS_MADE,
								.who = BOOKING_BY_HOST}));
	CHECK_WELL(id, change_run(c));
}

static void book(struct town *t, const char *id, const char *start, const char *end, int64_t from,
		 int64_t to)
{
	book_with(t, id, start, end, from, to, "");
}

static const struct fault *put_at(struct town *t, int64_t now, const char *name, const char *ics)
{
	struct change *c = change_open(&t->h.calendar, t->a, CHANGE_CLIENT, now);
	const struct fault *f = change_put(c, put_of(t, name, ics));

	return f ? f : change_run(c);
}

/* The event that stands under this name. */
static struct text event_of(struct town *t, const char *name)
{
	struct stored_object *o = NULL;

	CHECK_WELL(name, object_find(t->h.db, t->a, t->alice, t->calendar, text_from(name), &o));
	return o ? o->data : TEXT_NONE;
}

static bool says(struct text ics, const char *line)
{
	return text_find(ics, text_from(line)) >= 0;
}

/* What is queued about this booking. */
static struct text payload_of(struct town *t, const char *key)
{
	struct text rest = house_dump(&t->h, t->a), line;

	while (text_next(&rest, '\n', &line))
		if (text_starts(line, TEXT("job|")) && says(line, key))
			return line;
	return TEXT_NONE;
}

#define BOB "ATTENDEE:mailto:bob@example.org\r\n"

static struct booking *booking_of(struct town *t, const char *id)
{
	static struct booking none;
	struct booking *b = NULL;

	CHECK_WELL(id, booking_find(t->h.db, t->a, t->alice, text_from(id), &b));
	CHECK_TRUE(id, b != NULL);
	return b ? b : &none;
}

/* The keys of all jobs of bookings, in their order. */
static const char *jobs(struct town *t)
{
	struct text rest = house_dump(&t->h, t->a), line;
	const char *said = "";

	while (text_next(&rest, '\n', &line)) {
		struct text field, fields = line;

		if (!text_starts(line, TEXT("job|")) || text_find(line, TEXT("|imip|")) >= 0)
			continue;
		for (int i = 0; i < 4; i++)
			if (!text_next(&fields, '|', &field))
				break;
		said = arena_printf(t->a, "%s%s%.*s", said, said[0] ? " " : "", TEXT_ARG(field));
	}
	return said;
}

/* G5: the host moves the event, and the booking, its hold and the invitee follow. */
static void host_moves(struct store_fixture *x)
{
	struct booking *b;
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	CHECK_WELL("another title",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     house_event(t.a, "b1@x", EIGHT, NINE, "SUMMARY:New title\r\n")));
	CHECK_INT("moves nothing", booking_of(&t, "b1")->version, 1);
	CHECK_STR("and tells nobody", jobs(&t), "");
	CHECK_WELL("an hour on", house_put(&t.h, t.alice, "calendar", "b1.ics",
					   house_event(t.a, "b1@x", NINE, TEN, "")));
	b = booking_of(&t, "b1");
	CHECK_INT("start", b->start, MONDAY_8 + HOUR);
	CHECK_INT("end", b->end, MONDAY_8 + 2 * HOUR);
	CHECK_INT("version", b->version, 2);
	CHECK_INT("SEQUENCE", b->sequence, 1);
	CHECK_INT("the hold", count_of(&t, "SELECT starts FROM hold"), MONDAY_8 + HOUR);
	CHECK_STR("the invitee is told", jobs(&t), "b1/1/REQUEST");
	CHECK_INT("and woken for", t.h.woken, 1);
	CHECK_WELL("a program that counts",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     house_event(t.a, "b1@x", EIGHT, TEN, "SEQUENCE:7\r\n")));
	CHECK_INT("SEQUENCE is the event's", booking_of(&t, "b1")->sequence, 7);
	CHECK_INT("never past its end", booking_next_sequence(booking_of(&t, "b1"), INT32_MAX),
		  INT32_MAX);
	CHECK_WELL("an end by DURATION",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:" EIGHT "\r\n"
			     "DURATION:PT45M\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	CHECK_INT("45 minutes", booking_of(&t, "b1")->end, MONDAY_8 + 45 * 60);
	CHECK_WELL("all day",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\n"
			     "DTSTART;VALUE=DATE:20270118\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	b = booking_of(&t, "b1");
	CHECK_INT("decisions 43: Berlin's midnight", b->start, MONDAY_8 - 9 * HOUR);
	CHECK_INT("a day", b->end, MONDAY_8 + 15 * HOUR);
	CHECK_WELL("a day by DURATION, over the change of clocks (§3.3.6: nominal)",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
			     "UID:b1@x\r\nDTSTAMP:20270101T000000Z\r\n"
			     "DTSTART;TZID=Europe/Berlin:20270327T120000\r\n"
			     "DURATION:P1D\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
	b = booking_of(&t, "b1");
	CHECK_INT("23 hours", b->end - b->start, 23 * HOUR);
	town_close(&t);
}
STORE_CASE(host_moves)

static const struct fault *raise_tx(struct db *db, struct arena *a, void *ctx)
{
	bool changed;

	return booking_update(db, a, ctx, &changed);
}

/* Whom the host invites beside who booked is told of the revision that stands (RFC 5546 §2.1.4). */
static void others_follow(struct store_fixture *x)
{
	static const char who[] = "ORGANIZER:mailto:alice@example.org\r\n"
				  "ATTENDEE:mailto:bob@example.org\r\n"
				  "ATTENDEE:mailto:carol@example.org\r\n";
	struct stored_object *o = NULL, *whole = NULL;
	struct booking *b;
	struct town t;
	int64_t carol;

	town_open(&t, x);
	carol = house_user(&t.h, "carol");
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	b = booking_of(&t, "b1");
	b->sequence = 5;
	b->version++;
	CHECK_WELL("the invitee knows a later one", store_fixture_tx(x, raise_tx, b));
	CHECK_WELL("invited", house_put(&t.h, t.alice, "calendar", "b1.ics",
					house_event(t.a, "b1@x", EIGHT, NINE, who)));
	CHECK_TRUE("all the same one", says(event_of(&t, "b1.ics"), "SEQUENCE:5\r\n"));
	CHECK_WELL("moved", house_put(&t.h, t.alice, "calendar", "b1.ics",
				      house_event(t.a, "b1@x", NINE, TEN, who)));
	CHECK_TRUE("stored", says(event_of(&t, "b1.ics"), "SEQUENCE:6\r\n"));
	CHECK_WELL("find", object_find_uid_anywhere(t.h.db, t.a, carol, TEXT("b1@x"), 0, &o));
	CHECK_WELL("read", object_get(t.h.db, t.a, carol, o->id, &whole));
	CHECK_TRUE("and sent", says(whole->data, "SEQUENCE:6\r\n"));
	CHECK_INT("as the booking has it", booking_of(&t, "b1")->sequence, 6);
	town_close(&t);
}
STORE_CASE(others_follow)

static const struct fault *alias_tx(struct db *db, struct arena *a, void *ctx)
{
	return owner_add_address(db, a, *(int64_t *)ctx, TEXT("bob@work.example"), 1);
}

/* Who booked is one person, whichever of their addresses the host writes (RFC 6638 §2.4.1). */
static void by_another_address(struct store_fixture *x)
{
	static const char both[] =
		"ORGANIZER:mailto:alice@example.org\r\n" BOB "ATTENDEE:mailto:bob@work.example\r\n"
		"ATTENDEE:mailto:carol@example.org\r\n";
	static const char alias[] = "ORGANIZER:mailto:alice@example.org\r\n"
				    "ATTENDEE:mailto:bob@work.example\r\n"
				    "ATTENDEE:mailto:carol@example.org\r\n";
	struct stored_object *o = NULL;
	struct town t;
	int64_t bob, carol;

	town_open(&t, x);
	bob = house_user(&t.h, "bob");
	carol = house_user(&t.h, "carol");
	CHECK_WELL("alias", store_fixture_tx(x, alias_tx, &bob));
	book_with(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR, BOB);
	CHECK_WELL("by both", house_put(&t.h, t.alice, "calendar", "b1.ics",
					house_event(t.a, "b1@x", EIGHT, NINE, both)));
	CHECK_WELL("find", object_find_uid_anywhere(t.h.db, t.a, carol, TEXT("b1@x"), 0, &o));
	CHECK_TRUE("the other one is invited", o != NULL);
	CHECK_WELL("find", object_find_uid_anywhere(t.h.db, t.a, bob, TEXT("b1@x"), 0, &o));
	CHECK_TRUE("who booked is not, once more", o == NULL);
	CHECK_WELL("by the other", house_put(&t.h, t.alice, "calendar", "b1.ics",
					     house_event(t.a, "b1@x", EIGHT, NINE, alias)));
	CHECK_INT("nobody was taken off", booking_of(&t, "b1")->status, BOOKING_IS_CONFIRMED);
	CHECK_STR("so no mail goes", jobs(&t), "");
	CHECK_WELL("find", object_find_uid_anywhere(t.h.db, t.a, bob, TEXT("b1@x"), 0, &o));
	CHECK_TRUE("nor an invitation", o == NULL);
	town_close(&t);
}
STORE_CASE(by_another_address)

/*
 * RFC 5546 §2.1.4, booking case G1: SEQUENCE rises when the host moves the event, in the event as
 * well, and when nothing is moved it does not.
 */
static void sequence_rises(struct store_fixture *x)
{
	static const struct {
		const char *name, *start, *end, *sequence;
		int want;
		bool edited;
	} rows[] = {
		{"moved, without a SEQUENCE", NINE, TEN, "", 1, true},
		{"a title", NINE, TEN, "SEQUENCE:1\r\nSUMMARY:x\r\n", 1, false},
		{"a title that forgets SEQUENCE", NINE, TEN, "SUMMARY:y\r\n", 1, true},
		{"moved with the same", EIGHT, NINE, "SEQUENCE:1\r\n", 2, true},
		{"moved with a lower one", NINE, TEN, "SEQUENCE:0\r\n", 3, true},
		{"moved by one that counts", EIGHT, NINE, "SEQUENCE:9\r\n", 9, false},
		{"a title that counts", EIGHT, NINE, "SEQUENCE:12\r\nSUMMARY:z\r\n", 12, false},
		{"moved with that one", NINE, TEN, "SEQUENCE:12\r\n", 13, true},
	};
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *ics = house_event(t.a, "b1@x", rows[i].start, rows[i].end,
					      arena_printf(t.a, "%s" BOB, rows[i].sequence));
		struct change_put *put = put_of(&t, "b1.ics", ics);
		struct stored_object *o = NULL;
		struct ical_object *parsed;

		CHECK_WELL(rows[i].name, run_put(&t, put));
		CHECK_INT(rows[i].name, put->edited, rows[i].edited);
		CHECK_WELL(rows[i].name,
			   object_find(t.h.db, t.a, t.alice, t.calendar, TEXT("b1.ics"), &o));
		CHECK_WELL(rows[i].name,
			   ical_object_parse(t.a, o->data, ICAL_FROM_CLIENT, &parsed));
		CHECK_INT(rows[i].name, parsed->items[0].sequence, rows[i].want);
		CHECK_TEXT("what is told", put->stored, o->data);
		CHECK_TEXT("its tag", put->etag, o->etag);
		CHECK_INT("its size", o->size_bytes, (int64_t)o->data.len);
		if (!rows[i].edited)
			CHECK_TEXT("byte for byte", o->data, text_from(ics));
	}
	CHECK_STR("of all moves the newest waits", jobs(&t), "b1/13/REQUEST");
	CHECK_WELL("gone", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	CHECK_INT("past the last", booking_of(&t, "b1")->sequence, 14);
	town_close(&t);
}
STORE_CASE(sequence_rises)

/* RFC 5546 §3.2.5: an invitee who is taken off the event gets a CANCEL. */
static void host_uninvites(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book_with(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR, BOB);
	book_with(&t, "b2", NINE, TEN, MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR, BOB);
	CHECK_WELL("taken off", house_put(&t.h, t.alice, "calendar", "b1.ics",
					  house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL");
	CHECK_TRUE("of what they were invited to",
		   says(payload_of(&t, "b1/1/CANCEL"), "ATTENDEE:mailto:bob@example.org"));
	CHECK_INT("its hold is gone", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_TRUE("the event stays", event_of(&t, "b1.ics").len > 0);
	CHECK_WELL("a program that knows no scheduling moves the other",
		   house_put(&t.h, t.alice, "calendar", "b2.ics",
			     house_event(t.a, "b2@x", EIGHT, TEN, "")));
	CHECK_INT("which stands", booking_of(&t, "b2")->status, BOOKING_IS_CONFIRMED);
	CHECK_WELL("and changes its title",
		   house_put(&t.h, t.alice, "calendar", "b2.ics",
			     house_event(t.a, "b2@x", EIGHT, TEN, "SUMMARY:x\r\n")));
	CHECK_INT("also then", booking_of(&t, "b2")->status, BOOKING_IS_CONFIRMED);
	CHECK_STR("told of the new time", jobs(&t), "b1/1/CANCEL b2/1/REQUEST");
	CHECK_WELL("back on it", house_put(&t.h, t.alice, "calendar", "b2.ics",
					   house_event(t.a, "b2@x", EIGHT, TEN, BOB)));
	CHECK_WELL("moved, for somebody else",
		   house_put(&t.h, t.alice, "calendar", "b2.ics",
			     house_event(t.a, "b2@x", NINE, TEN,
					 "ORGANIZER:mailto:alice@example.org\r\n"
					 "ATTENDEE:mailto:eve@example.org\r\n")));
	CHECK_INT("cancelled", booking_of(&t, "b2")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL b2/2/CANCEL");
	CHECK_INT("who was not booked is invited like by any other event",
		  count_of(&t, "SELECT count(*) FROM job WHERE kind = 'imip'"), 1);
	town_close(&t);
}
STORE_CASE(host_uninvites)

/* A booking is one meeting: made to recur, it stays the first, and the invitee hears of the rest.
 */
static void host_repeats(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book_with(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR, BOB);
	CHECK_WELL("weekly",
		   house_put(&t.h, t.alice, "calendar", "b1.ics",
			     house_event(t.a, "b1@x", EIGHT, NINE, "RRULE:FREQ=WEEKLY\r\n" BOB)));
	CHECK_INT("start", booking_of(&t, "b1")->start, MONDAY_8);
	CHECK_INT("SEQUENCE", booking_of(&t, "b1")->sequence, 1);
	CHECK_TRUE("in the event", says(event_of(&t, "b1.ics"), "SEQUENCE:1"));
	CHECK_STR("told", jobs(&t), "b1/1/REQUEST");
	CHECK_INT("one hold", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_TRUE("all instances are busy", count_of(&t, "SELECT count(*) FROM occurrence") > 50);
	CHECK_WELL("a title", house_put(&t.h, t.alice, "calendar", "b1.ics",
					house_event(t.a, "b1@x", EIGHT, NINE,
						    "SUMMARY:x\r\nSEQUENCE:1\r\n"
						    "RRULE:FREQ=WEEKLY\r\n" BOB)));
	CHECK_STR("is not told", jobs(&t), "b1/1/REQUEST");
	CHECK_WELL("all but one, when the first is long over",
		   put_at(&t, MONDAY_8 + 30 * DAY_SECONDS, "b1.ics",
			  house_event(t.a, "b1@x", EIGHT, NINE,
				      "RRULE:FREQ=WEEKLY\r\nEXDATE:20270308T080000Z\r\n" BOB)));
	CHECK_STR("is told", jobs(&t), "b1/2/REQUEST");
	town_close(&t);
}
STORE_CASE(host_repeats)

/* The first instance is the first that takes place. */
static const struct first_row {
	const char *name, *rule, *override; /* the override's own lines; NULL: none */
	int64_t start;			    /* after MONDAY_8; -1: cancelled */
} first_rows[] = {
	{"all of them", "RRULE:FREQ=WEEKLY\r\n", NULL, 0},
	{"but the first", "RRULE:FREQ=WEEKLY\r\nEXDATE:20270118T080000Z\r\n", NULL,
	 7 * DAY_SECONDS},
	{"but the only two",
	 "RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:20270118T080000Z,20270125T080000Z\r\n", NULL, -1},
	{"the first later", "RRULE:FREQ=WEEKLY\r\n",
	 "DTSTART:20270118T100000Z\r\nDTEND:20270118T110000Z\r\n", 2 * HOUR},
	{"the first past the second", "RRULE:FREQ=WEEKLY\r\n",
	 "DTSTART:20270126T100000Z\r\nDTEND:20270126T110000Z\r\n", 7 * DAY_SECONDS},
	{"the first cancelled", "RRULE:FREQ=WEEKLY\r\n",
	 "DTSTART:20270118T080000Z\r\nDTEND:20270118T090000Z\r\nSTATUS:CANCELLED\r\n",
	 7 * DAY_SECONDS},
	{"the only one cancelled", "RRULE:FREQ=WEEKLY;COUNT=1\r\n",
	 "DTSTART:20270118T080000Z\r\nDTEND:20270118T090000Z\r\nSTATUS:CANCELLED\r\n", -1},
};

static void host_skips_first(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(first_rows); i++) {
		const struct first_row *r = &first_rows[i];
		const char *id = arena_printf(t.a, "b%zu", i);
		const char *override = "";
		struct booking *b;

		book_with(&t, id, EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR, BOB);
		if (r->override)
			override = arena_printf(t.a,
						"BEGIN:VEVENT\r\nUID:%s@x\r\n"
						"DTSTAMP:20270101T000000Z\r\n"
						"RECURRENCE-ID:20270118T080000Z\r\n%s" BOB
						"END:VEVENT\r\n",
						id, r->override);
		CHECK_WELL(r->name,
			   house_put(&t.h, t.alice, "calendar", arena_printf(t.a, "%s.ics", id),
				     arena_printf(t.a,
						  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
						  "PRODID:-//T//EN\r\nBEGIN:VEVENT\r\nUID:%s@x\r\n"
						  "DTSTAMP:20270101T000000Z\r\n"
						  "DTSTART:20270118T080000Z\r\n"
						  "DTEND:20270118T090000Z\r\n%s" BOB
						  "END:VEVENT\r\n%sEND:VCALENDAR\r\n",
						  id, r->rule, override)));
		b = booking_of(&t, id);
		CHECK_INT(r->name, b->status,
			  r->start < 0 ? BOOKING_IS_CANCELLED : BOOKING_IS_CONFIRMED);
		if (r->start >= 0)
			CHECK_INT(r->name, b->start, MONDAY_8 + r->start);
		CHECK_WELL(r->name, house_remove(&t.h, t.alice, "calendar",
						 arena_printf(t.a, "%s.ics", id)));
	}
	town_close(&t);
}
STORE_CASE(host_skips_first)

/* RFC 5546 §3.2.5: what is cancelled is named as the invitee knows it, all-day as it was. */
static void cancel_in_its_form(struct store_fixture *x)
{
	struct text job;
	struct town t;

	town_open(&t, x);
	book_with(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR, BOB);
	CHECK_WELL("all day", house_put(&t.h, t.alice, "calendar", "b1.ics",
					"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
					"BEGIN:VEVENT\r\nUID:b1@x\r\nDTSTAMP:20270101T000000Z\r\n"
					"DTSTART;VALUE=DATE:20270118\r\nSUMMARY:\"Quoted\"\r\n" BOB
					"END:VEVENT\r\nEND:VCALENDAR\r\n"));
	CHECK_WELL("gone", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	job = payload_of(&t, "b1/2/CANCEL");
	CHECK_TRUE("a date", says(job, "DTSTART;VALUE=DATE:20270118\\r\\n"));
	CHECK_TRUE("escaped", says(job, "\\\"Quoted\\\""));
	CHECK_TRUE("its SEQUENCE", says(job, "SEQUENCE:2\\r\\n"));
	town_close(&t);
}
STORE_CASE(cancel_in_its_form)

/* G5: gone with the event, or cancelled in it; once. */
static void host_deletes(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	book(&t, "b2", NINE, TEN, MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_WELL("deleted", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL");
	CHECK_WELL("STATUS:CANCELLED",
		   house_put(&t.h, t.alice, "calendar", "b2.ics",
			     house_event(t.a, "b2@x", NINE, TEN, "STATUS:CANCELLED\r\n")));
	CHECK_INT("cancelled", booking_of(&t, "b2")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("told", jobs(&t), "b1/1/CANCEL b2/1/CANCEL");
	CHECK_WELL("deleted as well", house_remove(&t.h, t.alice, "calendar", "b2.ics"));
	CHECK_STR("once", jobs(&t), "b1/1/CANCEL b2/1/CANCEL");
	CHECK_INT("no hold", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_WELL("put back", house_put(&t.h, t.alice, "calendar", "b1.ics",
					 house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_INT("is an event, no booking", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	town_close(&t);
}
STORE_CASE(host_deletes)

/* A meeting that is over is history: whoever tidies up their calendar tells nobody. */
static void host_tidies(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", "20261218T080000Z", "20261218T090000Z", MONDAY_8 - 31 * DAY_SECONDS,
	     MONDAY_8 - 31 * DAY_SECONDS + HOUR);
	CHECK_WELL("deleted", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_STR("and nobody told", jobs(&t), "");
	town_close(&t);
}
STORE_CASE(host_tidies)

/* decisions 8: dragged over another booking, the host is obeyed; the hold is a forced one. */
static void host_forces(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	book(&t, "b2", NINE, TEN, MONDAY_8 + HOUR, MONDAY_8 + 2 * HOUR);
	CHECK_WELL("over b2", house_put(&t.h, t.alice, "calendar", "b1.ics",
					house_event(t.a, "b1@x", NINE, TEN, "")));
	CHECK_INT("b1 is moved", booking_of(&t, "b1")->start, MONDAY_8 + HOUR);
	CHECK_INT("one hold", count_of(&t, "SELECT count(*) FROM hold"), 1);
	CHECK_INT("one forced", count_of(&t, "SELECT count(*) FROM hold_forced"), 1);
	CHECK_WELL("and back", house_put(&t.h, t.alice, "calendar", "b1.ics",
					 house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_INT("two holds", count_of(&t, "SELECT count(*) FROM hold"), 2);
	CHECK_INT("none forced", count_of(&t, "SELECT count(*) FROM hold_forced"), 0);
	town_close(&t);
}
STORE_CASE(host_forces)

/* A program moves an event to another calendar: PUT there, DELETE here. */
static void host_relocates(struct store_fixture *x)
{
	struct stored_object *o = NULL;
	struct booking *b;
	struct town t;

	town_open(&t, x);
	make_work(&t);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	CHECK_WELL("a copy", house_put(&t.h, t.alice, "work", "moved.ics",
				       house_event(t.a, "b1@x", EIGHT, NINE, "")));
	CHECK_WELL("an edit of the copy", house_put(&t.h, t.alice, "work", "moved.ics",
						    house_event(t.a, "b1@x", NINE, TEN, "")));
	CHECK_INT("moves nothing", booking_of(&t, "b1")->start, MONDAY_8);
	CHECK_WELL("the first goes", house_remove(&t.h, t.alice, "calendar", "b1.ics"));
	b = booking_of(&t, "b1");
	CHECK_INT("still confirmed", b->status, BOOKING_IS_CONFIRMED);
	CHECK_INT("in the other calendar", b->collection, house_calendar(&t.h, t.alice, "work"));
	CHECK_TEXT("under its name", b->object_name, TEXT("moved.ics"));
	CHECK_INT("at its time", b->start, MONDAY_8 + HOUR);
	CHECK_STR("the invitee is told of that", jobs(&t), "b1/1/REQUEST");
	CHECK_WELL("G1", object_find(t.h.db, t.a, t.alice, b->collection, TEXT("moved.ics"), &o));
	CHECK_TRUE("the event says so, too", o && says(o->data, "SEQUENCE:1"));
	CHECK_WELL("and gone for good", house_remove(&t.h, t.alice, "work", "moved.ics"));
	CHECK_INT("cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	town_close(&t);
}
STORE_CASE(host_relocates)

/* RFC 4918 §9.9: the ETag that is told is that of what stands there. */
static void told_as_it_stands(struct store_fixture *x)
{
	struct change_transfer move = {.is_move = true};
	struct stored_object *o = NULL;
	struct change *c;
	struct booking *b;
	struct town t;

	town_open(&t, x);
	make_work(&t);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	b = booking_of(&t, "b1");
	b->sequence = 5;
	b->version++;
	CHECK_WELL("the invitee knows a later one", store_fixture_tx(x, raise_tx, b));
	move.from = (struct change_place){t.alice, t.calendar, TEXT("b1.ics")};
	move.to = (struct change_place){t.alice, house_calendar(&t.h, t.alice, "work"),
					TEXT("b1.ics")};
	c = change_of(&t);
	CHECK_WELL("move", change_transfer(c, &move));
	CHECK_WELL("move", change_run(c));
	CHECK_WELL("find",
		   object_find(t.h.db, t.a, t.alice, move.to.collection, TEXT("b1.ics"), &o));
	CHECK_TRUE("the event counts on", o && says(o->data, "SEQUENCE:5"));
	CHECK_TEXT("and is told so", move.etag, o->etag);
	town_close(&t);
}
STORE_CASE(told_as_it_stands)

/* ---- removed calendars --------------------------------------------------------------------- */

static bool purge(struct town *t, int max)
{
	struct change_purge p = {.owner = t->alice, .collection = t->calendar, .max = max};
	struct change *c = change_of(t);

	CHECK_WELL("purge", change_purge_collection(c, &p));
	CHECK_WELL("purge", change_run(c));
	return p.done;
}

static void removed_calendar(struct store_fixture *x)
{
	struct collection *gone;
	struct change_properties inbox = {.set_default_calendar = true,
					  .default_calendar = TEXT("work")};
	struct change *c;
	struct town t;
	int portions = 1;

	town_open(&t, x);
	book(&t, "b1", EIGHT, NINE, MONDAY_8, MONDAY_8 + HOUR);
	for (int i = 0; i < 5; i++) {
		const char *uid = arena_printf(t.a, "e%d", i);

		CHECK_WELL(uid,
			   house_put(&t.h, t.alice, "calendar", arena_printf(t.a, "%s.ics", uid),
				     house_event(t.a, uid, NINE, TEN, "")));
	}
	CHECK_WELL("gone later", house_remove(&t.h, t.alice, "calendar", "e4.ics"));
	make_work(&t);
	c = change_of(&t);
	inbox.owner = t.alice;
	inbox.collection = house_calendar(&t.h, t.alice, "inbox");
	CHECK_WELL("invitations go elsewhere", change_set_properties(c, &inbox));
	CHECK_WELL("bury",
		   change_remove_collection(c, t.alice, house_calendar(&t.h, t.alice, "calendar")));
	CHECK_WELL("bury", change_run(c));
	CHECK_WELL("out of sight", collection_find(t.h.db, t.a, t.alice, TEXT("calendar"), &gone));
	CHECK_TRUE("at once", !gone);
	CHECK_INT("a job", count_of(&t, "SELECT count(*) FROM job WHERE kind = 'purge'"), 1);
	CHECK_INT("woken for", t.h.woken, 1);
	CHECK_INT("the name is free", house_calendar(&t.h, t.alice, "calendar"), 0);
	while (!purge(&t, 2))
		portions++;
	CHECK_INT("in portions", portions, 3);
	CHECK_TRUE("again is no harm", purge(&t, 2));
	CHECK_INT("objects", count_of(&t, "SELECT count(*) FROM object"), 0);
	CHECK_INT("data", count_of(&t, "SELECT count(*) FROM object_data"), 0);
	CHECK_INT("occurrences", count_of(&t, "SELECT count(*) FROM occurrence"), 0);
	CHECK_INT("tombstones", count_of(&t, "SELECT count(*) FROM tombstone"), 0);
	CHECK_INT("holds", count_of(&t, "SELECT count(*) FROM hold"), 0);
	CHECK_INT("the booking is cancelled", booking_of(&t, "b1")->status, BOOKING_IS_CANCELLED);
	CHECK_INT("its invitee is told",
		  count_of(&t, "SELECT count(*) FROM job WHERE name = 'b1/1/CANCEL'"), 1);
	town_close(&t);
}
STORE_CASE(removed_calendar)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("follow", {"zones are pinned", test_pinned},
	   STORE_ROWS("G5: the host moves a booking", host_moves),
	   STORE_ROWS("RFC 5546 §2.1.4, G1: SEQUENCE", sequence_rises),
	   STORE_ROWS("RFC 5546 §2.1.4: others who are invited", others_follow),
	   STORE_ROWS("who booked, by another address", by_another_address),
	   STORE_ROWS("RFC 5546 §3.2.5: the host takes the invitee off", host_uninvites),
	   STORE_ROWS("the host lets a booking recur", host_repeats),
	   STORE_ROWS("without its first instance", host_skips_first),
	   STORE_ROWS("RFC 5546 §3.2.5: a CANCEL in the form of the event", cancel_in_its_form),
	   STORE_ROWS("G5: the host deletes a booking", host_deletes),
	   STORE_ROWS("the host tidies up", host_tidies),
	   STORE_ROWS("decisions 8: forced holds", host_forces),
	   STORE_ROWS("to another calendar", host_relocates),
	   STORE_ROWS("RFC 4918 §9.9: the ETag of a MOVE", told_as_it_stands),
	   STORE_ROWS("a removed calendar", removed_calendar))
