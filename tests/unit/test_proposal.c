/* Another time, proposed: kept with the meeting until the organizer decides (RFC 5546 §3.2.7). */

#include "base/buf.h"
#include "calendar/proposal.h"
#include "calendar/schedule.h"
#include "store/schedule.h"
#include "town.h"
#include "unit.h"

#define ORGANIZER "ORGANIZER:mailto:alice@example.org\r\n"
#define BOB	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"
#define CAROL	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@example.org\r\n"
#define EVE	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eve@example.com\r\n"
#define ALL	  "SUMMARY:Plans\r\n" ORGANIZER BOB CAROL EVE
#define HOUR	  3600

/* alice invites bob and carol, who are here, and eve, who is not. */
struct people {
	struct town t;
	int64_t bob, carol;
};

static void save(struct people *p, const char *start, const char *end, const char *more)
{
	CHECK_WELL("save", house_put(&p->t.h, p->t.alice, "calendar", "m.ics",
				     house_event(p->t.a, "m@x", start, end, more)));
}

static void people_open(struct people *p, struct store_fixture *x)
{
	town_open(&p->t, x);
	p->bob = house_user(&p->t.h, "bob");
	p->carol = house_user(&p->t.h, "carol");
	save(p, EIGHT, NINE, ALL);
}

static void people_close(struct people *p)
{
	town_close(&p->t);
}

static bool holds(struct people *p, int64_t owner, const char *word)
{
	struct stored_object *o = NULL, *whole = NULL;

	CHECK_WELL("look", object_find_uid_anywhere(p->t.h.db, p->t.a, owner, TEXT("m@x"), 0, &o));
	if (o)
		CHECK_WELL("read", object_get(p->t.h.db, p->t.a, owner, o->id, &whole));
	return whole && text_find(whole->data, text_from(word)) >= 0;
}

static int64_t in_inbox(struct people *p, int64_t owner, const char *method)
{
	struct stored_object *at;
	size_t count;
	int64_t n = 0;

	CHECK_WELL("inbox",
		   object_page(p->t.h.db, p->t.a, owner, house_calendar(&p->t.h, owner, "inbox"),
			       TEXT(""), 1000, true, &at, &count));
	for (size_t i = 0; i < count; i++)
		n += text_find(at[i].data,
			       text_from(arena_printf(p->t.a, "METHOD:%s\r\n", method))) >= 0;
	return n;
}

static int64_t jobs_to(struct people *p, const char *method, const char *to)
{
	return count_of(&p->t, arena_printf(p->t.a,
					    "SELECT count(*) FROM job WHERE kind = 'imip' AND"
					    " name LIKE '%%/%s/%s'",
					    method, to));
}

static struct proposal *proposals(struct people *p, size_t *count_out)
{
	struct proposal *all = NULL;

	CHECK_WELL("list", proposal_list(p->t.h.db, p->t.a, p->t.alice, TEXT_NONE, HOUSE_NOW, &all,
					 count_out));
	return all;
}

static size_t kept(struct people *p)
{
	size_t count;

	(void)proposals(p, &count);
	return count;
}

static const struct fault *propose(struct people *p, int64_t owner, int64_t start,
				   struct proposal_answer *answer_out)
{
	struct change *c = change_of(&p->t);
	struct change_propose x = {
		.owner = owner,
		.uid = TEXT("m@x"),
		.form = TIME_UTC,
		.start = start,
		.comment = TEXT("Later, please"),
	};
	const struct fault *f = change_propose(c, &x);

	if (!f)
		f = change_run(c);
	*answer_out = x.answer;
	return f;
}

/* The id of what is proposed now. */
static struct text proposed(struct people *p, int64_t owner, int64_t start)
{
	struct proposal_answer answer;
	struct proposal *all;
	size_t count;

	CHECK_WELL("propose", propose(p, owner, start, &answer));
	CHECK_STR("taken", answer.status, "1.2");
	all = proposals(p, &count);
	for (size_t i = 0; i < count; i++)
		if (all[i].is.start == start)
			return all[i].id;
	CHECK_TRUE("kept", false);
	return TEXT_NONE;
}

static const struct fault *accepted(struct people *p, struct text id)
{
	struct change *c = change_of(&p->t);
	struct change_accept *x = arena_alloc(p->t.a, sizeof(*x));
	const struct fault *f;

	*x = (struct change_accept){.owner = p->t.alice, .id = id};
	f = change_accept(c, x);
	return f ? f : change_run(c);
}

static const struct fault *declined(struct people *p, struct text id)
{
	struct change *c = change_of(&p->t);
	struct change_decline x = {.owner = p->t.alice, .id = id, .comment = TEXT("No")};
	const struct fault *f = change_decline(c, &x);

	return f ? f : change_run(c);
}

static const struct fault *posted(struct people *p, int64_t owner, const char *message,
				  struct change_message *out)
{
	struct change *c = change_of(&p->t);
	const struct fault *f;

	*out = (struct change_message){.owner = owner, .message = text_from(message)};
	f = change_message(c, out);
	return f ? f : change_run(c);
}

static const char *message(struct people *p, const char *method, const char *lines)
{
	return arena_printf(p->t.a,
			    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\nMETHOD:%s\r\n"
			    "BEGIN:VEVENT\r\nUID:m@x\r\nDTSTAMP:20270102T000000Z\r\nSEQUENCE:0\r\n"
			    "SUMMARY:Plans\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
			    method, lines);
}

static const struct fault *mailed(struct people *p, const char *text, struct schedule_incoming *in)
{
	struct change *c = change_open(&p->t.h.calendar, p->t.a, CHANGE_ITIP, HOUSE_NOW);
	const struct fault *f;

	*in = (struct schedule_incoming){
		.owner = p->t.alice, .sender = TEXT("eve@example.com"), .message = text_from(text)};
	f = schedule_incoming(c, in);
	return f ? f : change_run(c);
}

/* ---- kept ---------------------------------------------------------------------------------- */

/* §3.2.7: in the inbox, beside the meeting, and nothing of either copy has changed. */
static void is_kept(struct store_fixture *x)
{
	struct people p;
	struct proposal *all;
	struct proposal_answer answer;
	struct text first;
	size_t count;

	people_open(&p, x);
	first = proposed(&p, p.bob, MONDAY_8 + 6 * HOUR);
	all = proposals(&p, &count);
	CHECK_INT("one", (int64_t)count, 1);
	CHECK_TEXT("of whom", all[0].attendee, TEXT("bob@example.org"));
	CHECK_INT("from when", all[0].was.start, MONDAY_8);
	CHECK_INT("to when", all[0].is.start, MONDAY_8 + 6 * HOUR);
	CHECK_INT("as long", all[0].is.end, MONDAY_8 + 7 * HOUR);
	CHECK_TEXT("why", all[0].comment, TEXT("Later, please"));
	CHECK_INT("until it is over", all[0].expires, MONDAY_8 + 7 * HOUR);
	CHECK_INT("shown", in_inbox(&p, p.t.alice, "COUNTER"), 1);
	CHECK_TRUE("the organizer's stays", holds(&p, p.t.alice, "DTSTART:" EIGHT));
	CHECK_TRUE("and the attendee's", holds(&p, p.bob, "DTSTART:" EIGHT));
	CHECK_INT("nobody else is told", in_inbox(&p, p.carol, "REQUEST"), 1);
	CHECK_WELL("the newest counts", propose(&p, p.bob, MONDAY_8 + 7 * HOUR, &answer));
	all = proposals(&p, &count);
	CHECK_INT("instead of the older", (int64_t)count, 1);
	CHECK_INT("in the inbox as well", in_inbox(&p, p.t.alice, "COUNTER"), 1);
	CHECK_TRUE("by another id", !text_equal(all[0].id, first));
	CHECK_FAULT("the older is no more", accepted(&p, first), FAULT_NOT_FOUND);
	CHECK_WELL("another's", propose(&p, p.carol, MONDAY_8 + 8 * HOUR, &answer));
	CHECK_INT("stands beside it", (int64_t)kept(&p), 2);
	CHECK_FAULT("the organizer proposes nothing",
		    propose(&p, p.t.alice, MONDAY_8 + HOUR, &answer), FAULT_NOT_FOUND);
	people_close(&p);
}
STORE_CASE(is_kept)

/* From outside, by whatever brings mail in. */
static void comes_by_mail(struct store_fixture *x)
{
	struct people p;
	struct schedule_incoming in;

	people_open(&p, x);
	CHECK_WELL("eve's", mailed(&p,
				   message(&p, "COUNTER",
					   "DTSTART:" NINE "\r\nDTEND:" TEN "\r\n" ORGANIZER EVE),
				   &in));
	CHECK_INT("kept", (int64_t)kept(&p), 1);
	save(&p, NINE, TEN, ALL);
	CHECK_INT("answered by the PUT", (int64_t)kept(&p), 0);
	CHECK_WELL("of the earlier revision (§2.1.5)",
		   mailed(&p,
			  message(&p, "COUNTER",
				  "DTSTART:" EIGHT "\r\nDTEND:" TEN "\r\n" ORGANIZER EVE),
			  &in));
	CHECK_INT("is not kept", (int64_t)kept(&p), 0);
	CHECK_INT("nor shown", in_inbox(&p, p.t.alice, "COUNTER"), 1);
	CHECK_INT("its sender is told what stands", jobs_to(&p, "REQUEST", "eve@example.com"), 1);
	CHECK_TRUE("and why", text_find(text_from(in.why), TEXT("rescheduled")) > 0);
	people_close(&p);
}
STORE_CASE(comes_by_mail)

static void is_unwanted(struct store_fixture *x)
{
	struct people p;
	struct proposal_answer answer;
	struct change_message posted_out;

	people_open(&p, x);
	save(&p, EIGHT, NINE, "X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n" ALL);
	CHECK_FAULT("it is known here", propose(&p, p.bob, MONDAY_8 + HOUR, &answer),
		    FAULT_CONFLICT);
	CHECK_WELL("and whoever does not know",
		   posted(&p, p.bob,
			  message(&p, "COUNTER",
				  "DTSTART:" NINE "\r\nDTEND:" TEN "\r\n" ORGANIZER BOB),
			  &posted_out));
	CHECK_INT("is answered", in_inbox(&p, p.bob, "DECLINECOUNTER"), 1);
	CHECK_INT("nothing is kept", (int64_t)kept(&p), 0);
	CHECK_INT("nor shown", in_inbox(&p, p.t.alice, "COUNTER"), 0);
	people_close(&p);
}
STORE_CASE(is_unwanted)

/* So many of one meeting, the oldest of which go. */
static const struct fault *put_one(struct db *db, struct arena *a, const struct people *p, int i,
				   const char *attendee)
{
	struct proposal q = {
		.owner = p->t.alice,
		.id = text_from(arena_printf(a, "id%d", i)),
		.uid = TEXT("m@x"),
		.instance = i,
		.attendee = text_from(attendee),
		.at = i,
		.expires = HOUSE_NOW + 100 + i,
	};
	int64_t *items;
	size_t count;

	return proposal_put(db, a, &q, &items, &count);
}

static const struct fault *put_many(struct db *db, struct arena *a, void *ctx)
{
	const struct fault *f = NULL;

	for (int i = 0; i < PROPOSALS_PER_UID + 5 && !f; i++)
		f = put_one(db, a, ctx, i, arena_printf(a, "u%d@example.org", i % 10));
	return f ? f : proposal_remove_expired(db, a, HOUSE_NOW + 110);
}

static void is_bounded(struct store_fixture *x)
{
	struct people p;
	struct proposal *all;
	size_t count;

	people_open(&p, x);
	CHECK_WELL("many", store_fixture_tx(x, put_many, &p));
	all = proposals(&p, &count);
	CHECK_INT("the oldest went, and what has expired", (int64_t)count, PROPOSALS_PER_UID - 6);
	CHECK_TRUE("the newest first", count > 0 && all[0].at == PROPOSALS_PER_UID + 4);
	people_close(&p);
}
STORE_CASE(is_bounded)

static const struct fault *crowd_out(struct db *db, struct arena *a, void *ctx)
{
	const struct fault *f = put_one(db, a, ctx, 0, "carol@example.org");

	for (int i = 1; i <= PROPOSALS_PER_UID && !f; i++)
		f = put_one(db, a, ctx, i, "bob@example.org");
	return f;
}

/* Who proposes for each instance of a series pushes nobody else out. */
static void leaves_room(struct store_fixture *x)
{
	struct people p;
	struct proposal *all;
	size_t count;

	people_open(&p, x);
	CHECK_WELL("many", store_fixture_tx(x, crowd_out, &p));
	all = proposals(&p, &count);
	CHECK_INT("so many of one", (int64_t)count, PROPOSALS_PER_ATTENDEE + 1);
	CHECK_INT("the newest", all[0].at, PROPOSALS_PER_UID);
	CHECK_TEXT("and the other's", all[count - 1].attendee, TEXT("carol@example.org"));
	people_close(&p);
}
STORE_CASE(leaves_room)

/* When it is over nobody can decide on it any more, whenever it is removed. */
static void expires(struct store_fixture *x)
{
	struct change_accept accept = {0};
	struct change_decline decline = {0};
	struct people p;
	struct change *c;
	struct proposal *all;
	size_t count;

	people_open(&p, x);
	accept.owner = decline.owner = p.t.alice;
	accept.id = decline.id = proposed(&p, p.bob, MONDAY_8 + HOUR);
	CHECK_WELL("list", proposal_list(p.t.h.db, p.t.a, p.t.alice, TEXT("m@x"),
					 MONDAY_8 + 2 * HOUR - 1, &all, &count));
	CHECK_INT("to the end of it", (int64_t)count, 1);
	CHECK_WELL("list", proposal_list(p.t.h.db, p.t.a, p.t.alice, TEXT("m@x"),
					 MONDAY_8 + 2 * HOUR, &all, &count));
	CHECK_INT("no longer", (int64_t)count, 0);
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_CLIENT, MONDAY_8 + 2 * HOUR);
	CHECK_FAULT("accept", change_accept(c, &accept), FAULT_NOT_FOUND);
	CHECK_FAULT("decline", change_decline(c, &decline), FAULT_NOT_FOUND);
	people_close(&p);
}
STORE_CASE(expires)

/* Who proposes for each instance of a series fills no inbox: what is kept no more is not shown. */
static void fills_no_inbox(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	save(&p, EIGHT, NINE, "RRULE:FREQ=DAILY;COUNT=30\r\n" ALL);
	for (int i = 0; i < PROPOSALS_PER_ATTENDEE + 5; i++) {
		struct change *c = change_of(&p.t);
		struct change_propose one = {
			.owner = p.bob,
			.uid = TEXT("m@x"),
			.has_instance = true,
			.instance = MONDAY_8 + (int64_t)i * 24 * HOUR,
			.form = TIME_UTC,
			.start = MONDAY_8 + (int64_t)i * 24 * HOUR + HOUR,
		};

		CHECK_WELL("plan", change_propose(c, &one));
		CHECK_WELL("propose", change_run(c));
	}
	CHECK_INT("kept", (int64_t)kept(&p), PROPOSALS_PER_ATTENDEE);
	CHECK_INT("shown", in_inbox(&p, p.t.alice, "COUNTER"), PROPOSALS_PER_ATTENDEE);
	people_close(&p);
}
STORE_CASE(fills_no_inbox)

/* ---- decided on ---------------------------------------------------------------------------- */

static const struct by_put {
	const char *name;
	const char *start, *end, *more; /* start NULL: removed */
	size_t left;
} by_put[] = {
	{"moved to that time", NINE, TEN, ALL, 0},
	{"moved to another", "20270118T120000Z", "20270118T130000Z", ALL, 0},
	{"given another title", EIGHT, NINE, "SUMMARY:Plan B\r\n" ORGANIZER BOB CAROL EVE, 1},
	{"without who proposed", EIGHT, NINE, "SUMMARY:Plans\r\n" ORGANIZER CAROL EVE, 0},
	{"removed", NULL, NULL, NULL, 0},
};

static void put_decides(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	for (size_t i = 0; i < ARRAY_LEN(by_put); i++) {
		const struct by_put *b = &by_put[i];

		save(&p, EIGHT, NINE, ALL);
		(void)proposed(&p, p.bob, MONDAY_8 + HOUR);
		if (b->start)
			save(&p, b->start, b->end, b->more);
		else
			CHECK_WELL(b->name, house_remove(&p.t.h, p.t.alice, "calendar", "m.ics"));
		CHECK_INT(b->name, (int64_t)kept(&p), (int64_t)b->left);
	}
	people_close(&p);
}
STORE_CASE(put_decides)

/* Whatever clients do with their inbox. */
static void inbox_decides_nothing(struct store_fixture *x)
{
	struct people p;
	struct stored_object *at;
	size_t count;

	people_open(&p, x);
	(void)proposed(&p, p.bob, MONDAY_8 + HOUR);
	CHECK_WELL("inbox", object_page(p.t.h.db, p.t.a, p.t.alice,
					house_calendar(&p.t.h, p.t.alice, "inbox"), TEXT(""), 10,
					false, &at, &count));
	CHECK_INT("it is there", (int64_t)count, 1);
	CHECK_WELL("emptied",
		   house_remove(&p.t.h, p.t.alice, "inbox", text_cstr(p.t.a, at[0].name)));
	CHECK_INT("and still kept", (int64_t)kept(&p), 1);
	people_close(&p);
}
STORE_CASE(inbox_decides_nothing)

/* §3.2.7: accepted by rescheduling, of which all are told. */
static void accepts(struct store_fixture *x)
{
	struct people p;
	struct proposal_answer answer;
	struct text id;

	people_open(&p, x);
	CHECK_WELL("carol's", propose(&p, p.carol, MONDAY_8 + 3 * HOUR, &answer));
	id = proposed(&p, p.bob, MONDAY_8 + HOUR);
	CHECK_WELL("accept", accepted(&p, id));
	CHECK_TRUE("moved", holds(&p, p.t.alice, "DTSTART:" NINE "\r\n"));
	CHECK_TRUE("SEQUENCE rises (§2.1.4)", holds(&p, p.t.alice, "SEQUENCE:1\r\n"));
	CHECK_TRUE("for bob", holds(&p, p.bob, "DTSTART:" NINE "\r\n"));
	CHECK_TRUE("for carol", holds(&p, p.carol, "DTSTART:" NINE "\r\n"));
	CHECK_INT("told by REQUEST", in_inbox(&p, p.bob, "REQUEST"), 2);
	CHECK_INT("outside, too", jobs_to(&p, "REQUEST", "eve@example.com"), 1);
	CHECK_INT("all that was proposed is answered", (int64_t)kept(&p), 0);
	CHECK_FAULT("once", accepted(&p, id), FAULT_NOT_FOUND);
	people_close(&p);
}
STORE_CASE(accepts)

/* Between the look at a proposal and the change another one decides. */
static void too_late(struct store_fixture *x)
{
	struct people p;
	struct change *c;
	struct change_accept accept = {0};
	struct change_decline decline = {0};

	people_open(&p, x);
	accept.owner = decline.owner = p.t.alice;
	accept.id = decline.id = proposed(&p, p.bob, MONDAY_8 + HOUR);
	c = change_of(&p.t);
	CHECK_WELL("plan", change_accept(c, &accept));
	CHECK_WELL("another declines", declined(&p, accept.id));
	CHECK_FAULT("too late to accept", change_run(c), FAULT_CONFLICT);
	CHECK_TRUE("nothing is moved", holds(&p, p.t.alice, "DTSTART:" EIGHT));

	decline.id = proposed(&p, p.bob, MONDAY_8 + HOUR);
	c = change_of(&p.t);
	CHECK_WELL("plan", change_decline(c, &decline));
	CHECK_WELL("another accepts", accepted(&p, decline.id));
	CHECK_FAULT("too late to decline", change_run(c), FAULT_CONFLICT);
	CHECK_INT("nothing is sent", in_inbox(&p, p.bob, "DECLINECOUNTER"), 1);

	accept.id = proposed(&p, p.bob, MONDAY_8 + 5 * HOUR);
	c = change_of(&p.t);
	CHECK_WELL("plan", change_accept(c, &accept));
	save(&p, NINE, TEN, "SUMMARY:Plan B\r\n" ORGANIZER BOB CAROL EVE);
	CHECK_FAULT("the object has changed: made anew", change_run(c), FAULT_PRECONDITION);
	CHECK_TRUE("nothing of that is lost", holds(&p, p.t.alice, "SUMMARY:Plan B"));
	people_close(&p);
}
STORE_CASE(too_late)

/* A COUNTER that comes after the save was planned is answered by it as well. */
static void crosses(struct store_fixture *x)
{
	struct people p;
	struct change *c;

	people_open(&p, x);
	c = change_of(&p.t);
	CHECK_WELL("plan",
		   change_put(c, put_of(&p.t, "m.ics", house_event(p.t.a, "m@x", NINE, TEN, ALL))));
	(void)proposed(&p, p.bob, MONDAY_8 + 3 * HOUR);
	CHECK_WELL("run", change_run(c));
	CHECK_INT("answered", (int64_t)kept(&p), 0);
	people_close(&p);
}
STORE_CASE(crosses)

/* §3.2.8: who proposed is told, here or outside; the meeting stays. */
static void declines(struct store_fixture *x)
{
	struct people p;
	struct schedule_incoming in;
	struct schedule_note *notes;
	struct proposal *all;
	size_t count;

	people_open(&p, x);
	CHECK_WELL("decline", declined(&p, proposed(&p, p.bob, MONDAY_8 + HOUR)));
	CHECK_INT("told", in_inbox(&p, p.bob, "DECLINECOUNTER"), 1);
	CHECK_INT("not the others", in_inbox(&p, p.carol, "DECLINECOUNTER"), 0);
	CHECK_INT("decided", (int64_t)kept(&p), 0);
	CHECK_TRUE("bob's stays", holds(&p, p.bob, "DTSTART:" EIGHT));
	CHECK_WELL("eve's", mailed(&p,
				   message(&p, "COUNTER",
					   "DTSTART:" NINE "\r\nDTEND:" TEN "\r\n" ORGANIZER EVE),
				   &in));
	all = proposals(&p, &count);
	if (CHECK_INT("kept", (int64_t)count, 1))
		CHECK_WELL("decline", declined(&p, all[0].id));
	CHECK_INT("by mail", jobs_to(&p, "DECLINECOUNTER", "eve@example.com"), 1);
	CHECK_WELL("notes",
		   schedule_note_list(p.t.h.db, p.t.a, p.t.alice, TEXT("m@x"), &notes, &count));
	CHECK_TEXT("explained", notes[count - 1].method, TEXT("DECLINECOUNTER"));
	people_close(&p);
}
STORE_CASE(declines)

/* ---- made by clients ----------------------------------------------------------------------- */

#define PROPOSED "DTSTART:" NINE "\r\nDTEND:" TEN "\r\n"

static void clients_make_it(struct store_fixture *x)
{
	struct people p;
	struct change_message out;

	people_open(&p, x);
	CHECK_WELL("COUNTER",
		   posted(&p, p.bob, message(&p, "COUNTER", PROPOSED ORGANIZER BOB), &out));
	CHECK_INT("to the organizer", (int64_t)out.answer_count, 1);
	CHECK_TEXT("by name", out.answers[0].recipient, TEXT("alice@example.org"));
	CHECK_INT("kept", (int64_t)kept(&p), 1);
	CHECK_FAULT("by who is not invited",
		    posted(&p, house_user(&p.t.h, "dave"),
			   message(&p, "COUNTER", PROPOSED ORGANIZER BOB), &out),
		    FAULT_BAD_MESSAGE);
	CHECK_FAULT("for another one",
		    posted(&p, p.carol, message(&p, "COUNTER", PROPOSED ORGANIZER BOB), &out),
		    FAULT_BAD_MESSAGE);
	CHECK_FAULT("to another one",
		    posted(&p, p.bob,
			   message(&p, "COUNTER",
				   PROPOSED "ORGANIZER:mailto:carol@example.org\r\n" BOB),
			   &out),
		    FAULT_BAD_ORGANIZER);
	CHECK_FAULT("a REPLY", posted(&p, p.bob, message(&p, "REPLY", ORGANIZER BOB), &out),
		    FAULT_BAD_MESSAGE);
	CHECK_FAULT("declined by an attendee",
		    posted(&p, p.carol, message(&p, "DECLINECOUNTER", ORGANIZER BOB), &out),
		    FAULT_BAD_ORGANIZER);
	CHECK_INT("all that changed nothing", (int64_t)kept(&p), 1);
	CHECK_FAULT("declined to who is not invited",
		    posted(&p, p.t.alice,
			   message(&p, "DECLINECOUNTER",
				   ORGANIZER "ATTENDEE:mailto:dave@example.org\r\n"),
			   &out),
		    FAULT_BAD_MESSAGE);
	CHECK_WELL("to another one than who proposed",
		   posted(&p, p.t.alice, message(&p, "DECLINECOUNTER", ORGANIZER CAROL), &out));
	CHECK_INT("leaves it", (int64_t)kept(&p), 1);
	CHECK_WELL("declined",
		   posted(&p, p.t.alice, message(&p, "DECLINECOUNTER", ORGANIZER BOB), &out));
	CHECK_INT("told", in_inbox(&p, p.bob, "DECLINECOUNTER"), 1);
	CHECK_INT("decided", (int64_t)kept(&p), 0);
	people_close(&p);
}
STORE_CASE(clients_make_it)

/* What goes on is what is told of a meeting, not whatever its sender put in. */
static void goes_on_clean(struct store_fixture *x)
{
	struct people p;
	struct change_message out;
	struct stored_object *at;
	size_t count;

	people_open(&p, x);
	CHECK_WELL("COUNTER",
		   posted(&p, p.bob,
			  message(&p, "COUNTER",
				  PROPOSED "X-SECRET:of bob\r\nCOMMENT:Later\r\n" ORGANIZER BOB),
			  &out));
	CHECK_WELL("inbox", object_page(p.t.h.db, p.t.a, p.t.alice,
					house_calendar(&p.t.h, p.t.alice, "inbox"), TEXT(""), 10,
					true, &at, &count));
	if (CHECK_INT("one", (int64_t)count, 1)) {
		CHECK_TRUE("proposed", text_find(at[0].data, TEXT("DTSTART:" NINE)) > 0);
		CHECK_TRUE("and why", text_find(at[0].data, TEXT("COMMENT:Later")) > 0);
		CHECK_TRUE("no more", text_find(at[0].data, TEXT("X-SECRET")) < 0);
	}
	people_close(&p);
}
STORE_CASE(goes_on_clean)

/* alice is invited by eve, and no more before what she proposes is sent. */
static void is_uninvited(struct store_fixture *x)
{
	struct people p;
	struct schedule_incoming in;
	struct stored_object *o = NULL;
	struct change *c;
	struct change_propose mine = {
		.uid = TEXT("e@x"), .form = TIME_UTC, .start = MONDAY_8 + HOUR};

	people_open(&p, x);
	mine.owner = p.t.alice;
	CHECK_WELL("invited",
		   mailed(&p,
			  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\nMETHOD:REQUEST\r\n"
			  "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20270102T000000Z\r\nSUMMARY:E\r\n"
			  "DTSTART:" EIGHT "\r\nDTEND:" NINE "\r\n"
			  "ORGANIZER:mailto:eve@example.com\r\n"
			  "ATTENDEE:mailto:alice@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
			  &in));
	c = change_of(&p.t);
	CHECK_WELL("plan", change_propose(c, &mine));
	CHECK_WELL("look",
		   object_find_uid_anywhere(p.t.h.db, p.t.a, p.t.alice, TEXT("e@x"), 0, &o));
	CHECK_WELL("removed",
		   house_remove(&p.t.h, p.t.alice, "calendar", text_cstr(p.t.a, o->name)));
	CHECK_FAULT("too late to propose", change_run(c), FAULT_NOT_FOUND);
	CHECK_INT("nothing is sent", jobs_to(&p, "COUNTER", "eve@example.com"), 0);
	people_close(&p);
}
STORE_CASE(is_uninvited)

/* clang-format off */
UNIT_SUITE("proposal",
	   STORE_ROWS("RFC 5546 §3.2.7: kept with the meeting", is_kept),
	   STORE_ROWS("RFC 5546 §3.2.7, §2.1.5: from outside", comes_by_mail),
	   STORE_ROWS("MS-OXCICAL: unwanted", is_unwanted),
	   STORE_ROWS("bounded", is_bounded), STORE_ROWS("one attendee pushes nobody out", leaves_room),
	   STORE_ROWS("expired", expires),
	   STORE_ROWS("the inbox shows what is kept", fills_no_inbox),
	   STORE_ROWS("RFC 5546 §3.2.7: answered by a save", put_decides),
	   STORE_ROWS("an emptied inbox decides nothing", inbox_decides_nothing),
	   STORE_ROWS("RFC 5546 §3.2.7: accepted", accepts),
	   STORE_ROWS("two decide at once", too_late),
	   STORE_ROWS("a save and a COUNTER cross", crosses),
	   STORE_ROWS("RFC 5546 §3.2.8: declined", declines),
	   STORE_ROWS("the right to speak is looked at under the lock", is_uninvited),
	   STORE_ROWS("what clients make goes on clean", goes_on_clean),
	   STORE_ROWS("made by clients", clients_make_it))
