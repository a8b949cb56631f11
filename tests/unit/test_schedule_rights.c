/*
 * test_schedule_rights - who sends in whose name, and to whom (RFC 6638 §6)
 */
#include "people.h"

#include "calendar/rights.h"
#include "calendar/schedule.h"
#include "unit.h"

enum { READS = 1 << 0, BINDS = 1 << 3 }; /* privileges of no concern here */

/* The one entry of somebody's home, from now on. */
static void set_entry(struct people *p, int64_t owner, struct access_entry e)
{
	struct change_access x = {.owner = owner, .entries = &e, .count = e.privileges ? 1 : 0};
	struct change *c = change_of(&p->t);

	CHECK_WELL("entry", change_set_access(c, &x));
	CHECK_WELL("entry", change_run(c));
}

static void grant(struct people *p, int64_t owner, int64_t whom, unsigned privileges)
{
	set_entry(p, owner,
		  (struct access_entry){
			  .who = ACCESS_PRINCIPAL, .principal = whom, .privileges = privileges});
}

/* Bob saves what is in a calendar of alice's. */
static struct change *bob_acts(struct people *p)
{
	struct change *c = change_of(&p->t);

	change_act_as(c, p->bob);
	return c;
}

static struct change_put *invitation(struct people *p)
{
	return put_of(&p->t, "m.ics", meeting(p, EIGHT, NINE, ORGANIZER ME CAROL));
}

static struct change_put *another(struct people *p, struct text uid)
{
	const char *name = arena_printf(p->t.a, "%.*s.ics", TEXT_ARG(uid));

	return put_of(&p->t, name,
		      house_event(p->t.a, text_cstr(p->t.a, uid), EIGHT, NINE, ORGANIZER ME CAROL));
}

/* What was granted and taken away again, before and after it was looked at. */
static void sends(struct store_fixture *x)
{
	static const struct {
		const char *name;
		unsigned planned, applied; /* what bob is granted then */
		bool is_sent;
	} rows[] = {
		{"nothing", 0, 0, false},
		{"to answer", RIGHT_SEND_REPLY, RIGHT_SEND_REPLY, false},
		{"taken away meanwhile", RIGHT_SEND_INVITE, 0, false},
		{"exchanged meanwhile", RIGHT_SEND_INVITE, RIGHT_SEND_REPLY, false},
		{"to invite", RIGHT_SEND_INVITE, RIGHT_SEND_INVITE, true},
	};

	struct people p;

	people_open(&p, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct change *c;
		const struct fault *f;

		grant(&p, p.t.alice, p.bob, BINDS | rows[i].planned);
		c = bob_acts(&p);
		f = change_put(c, invitation(&p));
		grant(&p, p.t.alice, p.bob, BINDS | rows[i].applied);
		if (!f)
			f = change_run(c);
		if (rows[i].is_sent)
			CHECK_WELL(rows[i].name, f);
		else if (CHECK_FAULT(rows[i].name, f, FAULT_FORBIDDEN))
			CHECK_STR(rows[i].name, f->about, "schedule-send-invite alice");
		CHECK_INT(rows[i].name, in_inbox(&p, p.carol, "REQUEST"), rows[i].is_sent);
		CHECK_INT(rows[i].name, copy_of(&p, p.t.alice) != NULL, rows[i].is_sent);
	}
	people_close(&p);
}
STORE_CASE(sends)

/* RFC 5545 §3.2.18: it says by whom it was sent; what is stored says what was saved. */
static void signs(struct store_fixture *x)
{
	struct people p;
	struct change *c;

	people_open(&p, x);
	grant(&p, p.t.alice, p.bob, BINDS | RIGHT_SEND_INVITE);
	c = bob_acts(&p);
	CHECK_WELL("plan", change_put(c, invitation(&p)));
	CHECK_WELL("save", change_run(c));
	CHECK_TRUE("the copy", says(&p, p.carol, "ORGANIZER", "SENT-BY=\"mailto:bob@example.org\"",
				    "alice@example.org"));
	CHECK_TRUE("her own", !says(&p, p.t.alice, "ORGANIZER", "SENT-BY", ""));
	CHECK_WELL("an answer", answers(&p, p.carol, "carol", "ACCEPTED"));
	CHECK_TRUE("goes to her", has_answered(&p, p.t.alice, "carol", "ACCEPTED"));
	CHECK_WELL("alice herself", alice_saves(&p, meeting(&p, NINE, TEN, ORGANIZER ME CAROL)));
	CHECK_TRUE("sends it", !says(&p, p.carol, "ORGANIZER", "SENT-BY", ""));
	people_close(&p);
}
STORE_CASE(signs)

/* RFC 6638 §6.1.1: looked at again, where it changes before it is done. */
static void denies(struct store_fixture *x)
{
	static const struct {
		const char *name;
		unsigned planned, applied; /* what carol denies alice then */
		int64_t invited;
	} rows[] = {
		{"nothing", 0, 0, 1},
		{"invitations", RIGHT_DELIVER_INVITE, RIGHT_DELIVER_INVITE, 0},
		{"answers", RIGHT_DELIVER_REPLY, RIGHT_DELIVER_REPLY, 1},
		{"invitations meanwhile", 0, RIGHT_DELIVER_INVITE, 0},
		{"nothing any more", RIGHT_DELIVER_INVITE, 0, 1},
	};

	struct people p;

	people_open(&p, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t before = in_inbox(&p, p.carol, "REQUEST");
		struct text uid = text_from(arena_printf(p.t.a, "%zu@x", i));
		struct change *c;
		struct access_entry e = {.who = ACCESS_PRINCIPAL, .denies = true};

		e.principal = p.t.alice;
		e.privileges = rows[i].planned;
		set_entry(&p, p.carol, e);
		c = change_of(&p.t);
		CHECK_WELL(rows[i].name, change_put(c, another(&p, uid)));
		e.privileges = rows[i].applied;
		set_entry(&p, p.carol, e);
		CHECK_WELL(rows[i].name, change_run(c));
		CHECK_INT(rows[i].name, in_inbox(&p, p.carol, "REQUEST") - before, rows[i].invited);
	}
	people_close(&p);
}
STORE_CASE(denies)

/* Who has no account is meant by DAV:all alone. */
static void from_outside(struct store_fixture *x)
{
	static const struct {
		const char *name;
		enum access_who who;
		const char *status;
	} rows[] = {
		{"all", ACCESS_ALL, "3.8"},
		{"who has an account", ACCESS_AUTHENTICATED, "1.2"},
	};

	struct people p;

	people_open(&p, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct schedule_incoming in = {
			.sender = TEXT("eve@example.com"),
			.message = TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\n"
					"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m@x\r\n"
					"DTSTAMP:20270102T000000Z\r\nDTSTART:" EIGHT "\r\n"
					"ORGANIZER:mailto:eve@example.com\r\n"
					"ATTENDEE:mailto:bob@example.org\r\n"
					"END:VEVENT\r\nEND:VCALENDAR\r\n"),
		};
		struct change *c;

		set_entry(&p, p.bob,
			  (struct access_entry){.who = rows[i].who,
						.denies = true,
						.privileges = READS | RIGHT_DELIVER_INVITE});
		in.owner = p.bob;
		c = change_open(&p.t.h.calendar, p.t.a, CHANGE_ITIP, HOUSE_NOW);
		CHECK_WELL(rows[i].name, schedule_incoming(c, &in));
		CHECK_WELL(rows[i].name, change_run(c));
		CHECK_STR(rows[i].name, in.status, rows[i].status);
	}
	people_close(&p);
}
STORE_CASE(from_outside)

/* Who sent for alice once, by mail: counts as long as he may. RFC 5546 §3.2.2.5. */
static void by_mail(struct store_fixture *x)
{
	static const struct {
		const char *name;
		unsigned granted;
		const char *status;
	} rows[] = {
		{"not any more", 0, "3.8"},
		{"to answer alone", RIGHT_SEND_REPLY, "3.8"},
		{"to invite", RIGHT_SEND_INVITE, "1.2"},
	};
	struct people p;
	struct change *c;

	people_open(&p, x);
	grant(&p, p.t.alice, p.bob, BINDS | RIGHT_SEND_INVITE);
	c = bob_acts(&p);
	CHECK_WELL("plan", change_put(c, invitation(&p)));
	CHECK_WELL("save", change_run(c));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct schedule_incoming in = {
			.owner = p.carol,
			.sender = TEXT("bob@example.org"),
			.message = TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\n"
					"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:m@x\r\n"
					"DTSTAMP:20370102T000000Z\r\nDTSTART:" TEN "\r\n"
					"ORGANIZER;SENT-BY=\"mailto:bob@example.org\":"
					"mailto:alice@example.org\r\n"
					"ATTENDEE:mailto:carol@example.org\r\n"
					"END:VEVENT\r\nEND:VCALENDAR\r\n"),
		};

		grant(&p, p.t.alice, p.bob, BINDS | rows[i].granted);
		c = change_open(&p.t.h.calendar, p.t.a, CHANGE_ITIP, HOUSE_NOW);
		CHECK_WELL(rows[i].name, schedule_incoming(c, &in));
		CHECK_WELL(rows[i].name, change_run(c));
		CHECK_STR(rows[i].name, in.status, rows[i].status);
	}
	people_close(&p);
}
STORE_CASE(by_mail)

UNIT_SUITE("schedule_rights", STORE_ROWS("RFC 6638 §6.2.2: who sends for another one", sends),
	   STORE_ROWS("RFC 5545 §3.2.18: and says so", signs),
	   STORE_ROWS("RFC 6638 §6.1.1: who is not let through", denies),
	   STORE_ROWS("RFC 6638 §6.1: nor from outside", from_outside),
	   STORE_ROWS("RFC 5546 §3.2.2.5: who sent once, and may no more", by_mail))
