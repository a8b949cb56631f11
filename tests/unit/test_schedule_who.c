/*
 * test_schedule_who - whose meeting a save is about, and as whom it is made
 */
#include "base/arena.h"
#include "calendar/schedule.h"
#include "people.h"
#include "unit.h"

#define AGAIN "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:mailto:bob@example.org\r\n"

static const struct fault *saves_copy(struct people *p, int64_t owner, const char *ics)
{
	struct stored_object *o = copy_of(p, owner);

	return house_put(&p->t.h, owner, "calendar", text_cstr(p->t.a, o->name), ics);
}

/* RFC 6638 §7.2: what is sent again is shown again, and comes back to who has thrown it away. */
static void forced(struct store_fixture *x)
{
	struct people p;
	const char *again;

	people_open(&p, x);
	again = meeting(&p, EIGHT, NINE, ORGANIZER ME AGAIN);
	CHECK_WELL("invited", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	CHECK_WELL("again", alice_saves(&p, again));
	CHECK_INT("shown twice", in_inbox(&p, p.bob, "REQUEST"), 2);
	CHECK_WELL("accepted", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_WELL("once more", alice_saves(&p, again));
	CHECK_INT("shown once more", in_inbox(&p, p.bob, "REQUEST"), 3);
	CHECK_TRUE("the answer stays", has_answered(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_WELL("removed, so declined",
		   house_remove(&p.t.h, p.bob, "calendar",
				text_cstr(p.t.a, copy_of(&p, p.bob)->name)));
	CHECK_WELL("an update", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	CHECK_TRUE("brings nothing back", copy_of(&p, p.bob) == NULL);
	CHECK_WELL("forced", alice_saves(&p, again));
	CHECK_TRUE("this does", copy_of(&p, p.bob) != NULL);
	CHECK_TRUE("it is no answer", has_answered(&p, p.bob, "bob", "DECLINED"));
	people_close(&p);
}
STORE_CASE(forced)

static int64_t add_zed(struct people *p)
{
	struct text other = TEXT("zz@example.org");
	struct change_owner o = {
		.owner = {.name = TEXT("zed"),
			  .display_name = TEXT("Zed"),
			  .email = TEXT("zed@example.org"),
			  .timezone = TEXT("Europe/Berlin")},
		.schedule = {.id = TEXT("default"),
			     .name = TEXT("Hours"),
			     .timezone = TEXT("Europe/Berlin"),
			     .rules = TEXT("{}"),
			     .version = 1},
		.aliases = &other,
		.alias_count = 1,
	};
	struct change *c = change_of(&p->t);

	CHECK_WELL("zed", change_add_owner(c, &o));
	CHECK_WELL("zed", change_run(c));
	return o.id;
}

/* RFC 6638 §2.4.1, interop §2: a program writes the user's other address into the answer. */
static void by_another_address(struct store_fixture *x)
{
	static const char as_zz[] = "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:zz@example.org\r\n";
	static const char as_zed[] = "ATTENDEE;PARTSTAT=DECLINED:mailto:zed@example.org\r\n";
	struct people p;
	int64_t zed;

	people_open(&p, x);
	zed = add_zed(&p);
	CHECK_WELL("invited", alice_saves(&p, meeting(&p, EIGHT, NINE,
						      arena_printf(p.t.a, ORGANIZER "%s", as_zz))));
	CHECK_WELL("answered", saves_copy(&p, zed,
					  meeting(&p, EIGHT, NINE,
						  arena_printf(p.t.a, ORGANIZER "%s", as_zed))));
	CHECK_TRUE("alice hears it", has_answered(&p, p.t.alice, "zz", "DECLINED"));
	CHECK_TRUE("as zed has it", has_answered(&p, zed, "zz", "DECLINED"));
	people_close(&p);
}
STORE_CASE(by_another_address)

static const struct fault *imports(struct people *p, int64_t owner, const char *ics)
{
	struct change *c = change_open(&p->t.h.calendar, p->t.a, CHANGE_IMPORT, HOUSE_NOW);
	struct change_put *put = put_of(&p->t, "m.ics", ics);
	const struct fault *f;

	put->owner = owner;
	put->collection = house_calendar(&p->t.h, owner, "calendar");
	put->source = ICAL_FROM_IMPORT;
	put->replace_known_uid = true;
	f = change_put(c, put);
	return f ? f : change_run(c);
}

/* RFC 6638 §3.2.4.3: a meeting does not change hands by a file either. */
static void imported(struct store_fixture *x)
{
	static const char by_bob[] = "ORGANIZER:mailto:bob@example.org\r\n" ME;
	struct people p;
	const struct fault *f;

	people_open(&p, x);
	CHECK_WELL("invited", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	f = imports(&p, p.bob, meeting(&p, EIGHT, NINE, by_bob));
	CHECK_TRUE("not his", f && fault_is(f, FAULT_ORGANIZER_CHANGE));
	f = imports(&p, p.bob, meeting(&p, EIGHT, NINE, "SUMMARY:Mine\r\n"));
	CHECK_TRUE("nor nobody's", f && fault_is(f, FAULT_ORGANIZER_CHANGE));
	CHECK_TRUE("it stands", says(&p, p.bob, "ORGANIZER", "", "alice@example.org"));
	f = imports(&p, p.t.alice, meeting(&p, EIGHT, NINE, by_bob));
	CHECK_TRUE("nor his for alice", f && fault_is(f, FAULT_ORGANIZER_CHANGE));
	CHECK_WELL("as it was", imports(&p, p.bob, meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	people_close(&p);
}
STORE_CASE(imported)

/* RFC 6638 §3.1: journals are not scheduled, whoever is in them. */
static void journal(struct store_fixture *x)
{
	static const char ics[] =
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VJOURNAL\r\nUID:m@x\r\n"
		"DTSTAMP:20270101T000000Z\r\nSUMMARY:Day\r\n" ORGANIZER BOB
		"END:VJOURNAL\r\nEND:VCALENDAR\r\n";
	struct change_collection mk = {.name = TEXT("days"), .components = COMP_VJOURNAL};
	struct people p;
	struct change *c;

	people_open(&p, x);
	c = change_of(&p.t);
	mk.owner = p.t.alice;
	CHECK_WELL("calendar", change_make_collection(c, &mk));
	CHECK_WELL("calendar", change_run(c));
	CHECK_WELL("save", house_put(&p.t.h, p.t.alice, "days", "m.ics", ics));
	CHECK_TRUE("as it came", text_equal(copy_of(&p, p.t.alice)->data, text_from(ics)));
	CHECK_INT("no tag", (int64_t)copy_of(&p, p.t.alice)->schedule_tag.len, 0);
	CHECK_TRUE("bob has nothing", copy_of(&p, p.bob) == NULL);
	CHECK_WELL("gone", house_remove(&p.t.h, p.t.alice, "days", "m.ics"));
	people_close(&p);
}
STORE_CASE(journal)

/* Somebody who asks why nobody came finds it. */
static void nobody_invites(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, BOB)));
	CHECK_INT("it is said",
		  count_of(&p.t, "SELECT count(*) FROM schedule_note"
				 " WHERE why LIKE '%ORGANIZER%'"),
		  1);
	people_close(&p);
}
STORE_CASE(nobody_invites)

/* RFC 6638 §3.2.9: each attendee has a status, an empty address that of an invalid one. */
static void empty_address(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save",
		   alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB "ATTENDEE:mailto:\r\n")));
	CHECK_TRUE("invalid", says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=3.7", ":mailto:"));
	CHECK_WELL("answered", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_TRUE("the answer comes", has_answered(&p, p.t.alice, "bob", "ACCEPTED"));
	people_close(&p);
}
STORE_CASE(empty_address)

UNIT_SUITE("schedule_who", STORE_ROWS("RFC 6638 §7.2: sent again, and shown again", forced),
	   STORE_ROWS("RFC 6638 §2.4.1: an answer by another address", by_another_address),
	   STORE_ROWS("RFC 6638 §3.2.4.3: a file does not change the organizer", imported),
	   STORE_ROWS("RFC 6638 §3.1: a journal is stored untouched", journal),
	   STORE_ROWS("RFC 6638 §3.1: attendees without an organizer", nobody_invites),
	   STORE_ROWS("RFC 6638 §3.2.9: an attendee without an address", empty_address))
