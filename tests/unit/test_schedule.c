/* Scheduling: a save by one is seen by all who are in it, in the same transaction (RFC 6638). */

#include "base/buf.h"
#include "calendar/schedule.h"
#include "people.h"
#include "store/schedule.h"
#include "unit.h"

/* ---- invited ------------------------------------------------------------------------------- */

/* RFC 6638 §3.2.1.1, §4.1: all who are invited have it; who is here in the same transaction. */
static void invites(struct store_fixture *x)
{
	struct people p;
	struct change_put *put;

	people_open(&p, x);
	put = put_of(&p.t, "m.ics",
		     meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL EVE "SUMMARY:Plans\r\n"));
	CHECK_WELL("save", run_put(&p.t, put));
	CHECK_TRUE("it has a tag", put->schedule_tag.len > 0);
	CHECK_TRUE("and other bytes than were sent", put->edited);
	CHECK_TRUE("bob has it", says(&p, p.bob, "SUMMARY:Plans", "", ""));
	CHECK_TRUE("with a tag", copy_of(&p, p.bob)->schedule_tag.len > 0);
	CHECK_INT("in the default calendar", copy_of(&p, p.bob)->collection,
		  house_calendar(&p.t.h, p.bob, "calendar"));
	CHECK_TRUE("without METHOD", !says(&p, p.bob, "METHOD", "", ""));
	CHECK_INT("and a message", in_inbox(&p, p.bob, "REQUEST"), 1);
	CHECK_INT("carol as well", in_inbox(&p, p.carol, "REQUEST"), 1);
	CHECK_INT("the organizer none", in_inbox(&p, p.t.alice, "REQUEST"), 0);
	CHECK_INT("outside by mail", jobs_to(&p, "REQUEST", "eve@example.com"), 1);
	CHECK_INT("and nobody else", count_of(&p.t, "SELECT count(*) FROM job"), 1);
	CHECK_INT("woken for", p.t.h.woken, 1);
	CHECK_TRUE("RFC 6638 §3.2.9: delivered",
		   says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=\"1.2\"", "bob@example.org") ||
			   says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=1.2",
				"bob@example.org"));
	CHECK_TRUE("RFC 6638 §3.2.9: queued",
		   says(&p, p.t.alice, "ATTENDEE", "1.1", "eve@example.com"));
	CHECK_TRUE("nobody else's business", !says(&p, p.bob, "ATTENDEE", "SCHEDULE-STATUS", ""));
	CHECK_TRUE("it takes bob's time",
		   count_of(&p.t, arena_printf(p.t.a,
					       "SELECT count(*) FROM occurrence WHERE owner"
					       " = %lld",
					       (long long)p.bob)) > 0);
	people_close(&p);
}
STORE_CASE(invites)

/* Decisions 1: an import invites nobody. */
static void imports(struct store_fixture *x)
{
	struct people p;
	struct change *c;
	struct change_put *put;

	people_open(&p, x);
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_IMPORT, HOUSE_NOW);
	put = put_of(&p.t, "m.ics", meeting(&p, EIGHT, NINE, ORGANIZER BOB EVE));
	put->source = ICAL_FROM_IMPORT;
	CHECK_WELL("import", change_put(c, put));
	CHECK_WELL("import", change_run(c));
	CHECK_TRUE("a scheduling object resource all the same", put->schedule_tag.len > 0);
	CHECK_TRUE("bob has nothing", !copy_of(&p, p.bob));
	CHECK_INT("nor eve", count_of(&p.t, "SELECT count(*) FROM job"), 0);
	people_close(&p);
}
STORE_CASE(imports)

/* Pitfall 46: what is refused tells nobody. */
static void refused(struct store_fixture *x)
{
	struct people p;
	struct change_put *put;
	struct text before;

	people_open(&p, x);
	before = house_dump(&p.t.h, p.t.a);
	put = put_of(&p.t, "m.ics", meeting(&p, EIGHT, NINE, ORGANIZER BOB EVE));
	put->condition = (struct change_condition){.has_if_match = true};
	CHECK_FAULT("If-Match of nothing", run_put(&p.t, put), FAULT_PRECONDITION);
	CHECK_TEXT("nothing has changed", house_dump(&p.t.h, p.t.a), before);
	people_close(&p);
}
STORE_CASE(refused)

/* RFC 6638 §3.2.4.1: one meeting, one calendar. */
static void unique(struct store_fixture *x)
{
	struct people p;
	const struct fault *f;

	people_open(&p, x);
	make_work(&p.t);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	f = house_put(&p.t.h, p.t.alice, "work", "n.ics", meeting(&p, EIGHT, NINE, ORGANIZER BOB));
	CHECK_FAULT("elsewhere", f, FAULT_UID_ELSEWHERE);
	CHECK_STR("where", f ? f->about : "", "calendar/m.ics");
	CHECK_WELL("without an organizer it is any other event",
		   house_put(&p.t.h, p.t.alice, "work", "n.ics", meeting(&p, EIGHT, NINE, "")));
	people_close(&p);
}
STORE_CASE(unique)

/* ---- answered ------------------------------------------------------------------------------ */

/* RFC 6638 §3.2.2, §4.2, §3.2.10: the organizer and the others see it, and keep their tags. */
static void accepts(struct store_fixture *x)
{
	struct people p;
	struct text alices, carols, bobs, etag;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	alices = copy_of(&p, p.t.alice)->schedule_tag;
	etag = copy_of(&p, p.t.alice)->etag;
	carols = copy_of(&p, p.carol)->schedule_tag;
	bobs = copy_of(&p, p.bob)->schedule_tag;
	CHECK_WELL("accept", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_TRUE("the organizer", has_answered(&p, p.t.alice, "bob", "ACCEPTED"));
	CHECK_TRUE("reads other bytes", !text_equal(copy_of(&p, p.t.alice)->etag, etag));
	CHECK_TEXT("under the same tag", copy_of(&p, p.t.alice)->schedule_tag, alices);
	CHECK_INT("and a message", in_inbox(&p, p.t.alice, "REPLY"), 1);
	CHECK_TRUE("carol sees it", has_answered(&p, p.carol, "bob", "ACCEPTED"));
	CHECK_TEXT("under her tag", copy_of(&p, p.carol)->schedule_tag, carols);
	CHECK_INT("and has no message of it", in_inbox(&p, p.carol, "REQUEST"), 1);
	CHECK_TRUE("bob's own tag is new", !text_equal(copy_of(&p, p.bob)->schedule_tag, bobs));
	CHECK_TRUE("RFC 6638 §7.3: and says that it arrived",
		   says(&p, p.bob, "ORGANIZER", "SCHEDULE-STATUS", ""));
	people_close(&p);
}
STORE_CASE(accepts)

static const struct fault *save_with(struct people *p, const char *ics,
				     const struct change_condition *condition, bool *merged_out)
{
	struct change_put *put = put_of(&p->t, "m.ics", ics);
	const struct fault *f;

	put->condition = *condition;
	f = run_put(&p->t, put);
	*merged_out = put->merged;
	return f;
}

/* Decisions 18, RFC 6638 §3.2.10: what is stale by answers alone is merged. */
static void merges(struct store_fixture *x)
{
	struct people p;
	struct text tag, etag;
	bool merged;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	etag = copy_of(&p, p.t.alice)->etag;
	tag = copy_of(&p, p.t.alice)->schedule_tag;
	CHECK_WELL("bob", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_WELL("carol", answers(&p, p.carol, "carol", "TENTATIVE"));
	{
		struct change_condition by_etag = {
			.has_if_match = true, .if_match = &etag, .if_match_count = 1};
		struct change_condition by_tag = {.has_schedule_tag = true, .schedule_tag = tag};
		struct change_condition by_none = {.has_schedule_tag = true};
		const char *ics = meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL "SUMMARY:a\r\n");

		p.t.h.calendar.strict_if_match = true;
		CHECK_FAULT("by option it is refused", save_with(&p, ics, &by_etag, &merged),
			    FAULT_PRECONDITION);
		p.t.h.calendar.strict_if_match = false;
		CHECK_FAULT("RFC 6638 §8.3: it has a tag", save_with(&p, ics, &by_none, &merged),
			    FAULT_PRECONDITION);
		CHECK_WELL("stale by answers", save_with(&p, ics, &by_etag, &merged));
		CHECK_TRUE("and told so", merged);
		CHECK_TRUE("which stay", has_answered(&p, p.t.alice, "bob", "ACCEPTED"));
		CHECK_TRUE("all", has_answered(&p, p.t.alice, "carol", "TENTATIVE"));
		CHECK_TRUE("with what is new", says(&p, p.t.alice, "SUMMARY:a", "", ""));
		CHECK_FAULT("stale by that", save_with(&p, ics, &by_etag, &merged),
			    FAULT_PRECONDITION);
		CHECK_FAULT("its tag as well", save_with(&p, ics, &by_tag, &merged),
			    FAULT_PRECONDITION);
		by_tag.schedule_tag = copy_of(&p, p.t.alice)->schedule_tag;
		CHECK_WELL("the new one", save_with(&p, ics, &by_tag, &merged));
		CHECK_TRUE("is no merge", !merged);
	}
	people_close(&p);
}
STORE_CASE(merges)

/* The ground moved between plan and transaction: planned again, no answer is lost. */
static void overtaken(struct store_fixture *x)
{
	struct people p;
	struct change *c;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	c = change_of(&p.t);
	CHECK_WELL("plan", change_put(c, put_of(&p.t, "m.ics",
						meeting(&p, EIGHT, NINE,
							ORGANIZER ME BOB CAROL "SUMMARY:b\r\n"))));
	CHECK_WELL("meanwhile", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_WELL("apply", change_run(c));
	CHECK_TRUE("the answer", has_answered(&p, p.t.alice, "bob", "ACCEPTED"));
	CHECK_TRUE("the change", says(&p, p.carol, "SUMMARY:b", "", ""));
	CHECK_TRUE("both", has_answered(&p, p.carol, "bob", "ACCEPTED"));
	people_close(&p);
}
STORE_CASE(overtaken)

/* RFC 6638 §3.2.2.4, §8.1, pitfall 40. */
static void declines(struct store_fixture *x)
{
	struct people p;
	struct stored_object *o;
	struct change_remove quiet = {.no_reply = true};
	struct change *c;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	o = copy_of(&p, p.bob);
	CHECK_WELL("bob deletes it",
		   house_remove(&p.t.h, p.bob, "calendar", text_cstr(p.t.a, o->name)));
	CHECK_TRUE("he has declined", has_answered(&p, p.t.alice, "bob", "DECLINED"));
	CHECK_INT("once", in_inbox(&p, p.t.alice, "REPLY"), 1);
	o = copy_of(&p, p.carol);
	quiet.owner = p.carol;
	quiet.collection = o->collection;
	quiet.name = o->name;
	c = change_of(&p.t);
	CHECK_WELL("Schedule-Reply: F", change_remove(c, &quiet));
	CHECK_WELL("Schedule-Reply: F", change_run(c));
	CHECK_TRUE("tells nobody", has_answered(&p, p.t.alice, "carol", "NEEDS-ACTION"));
	CHECK_WELL("another title",
		   alice_saves(&p,
			       meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL "SUMMARY:a\r\n")));
	CHECK_TRUE("does not bring it back", !copy_of(&p, p.bob));
	CHECK_WELL("another time",
		   alice_saves(&p, meeting(&p, NINE, TEN, ORGANIZER ME BOB CAROL "SUMMARY:a\r\n")));
	CHECK_TRUE("does", copy_of(&p, p.bob) != NULL);
	people_close(&p);
}
STORE_CASE(declines)

/* ---- cancelled ----------------------------------------------------------------------------- */

static bool is_off(struct people *p, int64_t owner)
{
	return !copy_of(p, owner) || says(p, owner, "STATUS:CANCELLED", "", "");
}

static const struct fault *end_mails(struct db *db, struct arena *a, void *ctx)
{
	struct job *j = ctx;
	const struct fault *f = NULL;

	while (!f && j) {
		f = job_take(db, a, TEXT("imip"), HOUSE_NOW, 60, &j);
		if (!f && j)
			f = job_done(db, a, j);
	}
	return f;
}

/* What was queued has been sent. */
static void mails_leave(struct people *p)
{
	struct job any;

	CHECK_WELL("mails", store_fixture_tx(p->t.h.x, end_mails, &any));
}

/* RFC 6638 §3.2.1.2, §3.2.1.3. */
static void cancels(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB CAROL EVE)));
	CHECK_WELL("without bob", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER CAROL EVE)));
	CHECK_TRUE("off for him", is_off(&p, p.bob));
	CHECK_INT("told", in_inbox(&p, p.bob, "CANCEL"), 1);
	CHECK_TRUE("not for carol", !is_off(&p, p.carol));
	mails_leave(&p);
	CHECK_WELL("gone", house_remove(&p.t.h, p.t.alice, "calendar", "m.ics"));
	CHECK_TRUE("for all", is_off(&p, p.carol));
	CHECK_INT("told", in_inbox(&p, p.carol, "CANCEL"), 1);
	CHECK_INT("outside", jobs_to(&p, "CANCEL", "eve@example.com"), 1);
	people_close(&p);
}
STORE_CASE(cancels)

/* Pitfall 40: a calendar that goes cancels and declines what it held. */
static void buries(struct store_fixture *x)
{
	struct people p;
	struct change_properties inbox = {.set_default_calendar = true,
					  .default_calendar = TEXT("tasks")};
	struct change_purge purge;
	struct change *c;

	people_open(&p, x);
	make_work(&p.t);
	CHECK_WELL("save", house_put(&p.t.h, p.t.alice, "work", "m.ics",
				     meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	purge = (struct change_purge){.owner = p.t.alice,
				      .collection = house_calendar(&p.t.h, p.t.alice, "work"),
				      .max = 10};
	c = change_of(&p.t);
	CHECK_WELL("bury", change_remove_collection(c, p.t.alice,
						    house_calendar(&p.t.h, p.t.alice, "work")));
	CHECK_WELL("bury", change_run(c));
	CHECK_TRUE("not yet", !is_off(&p, p.bob));
	c = change_of(&p.t);
	CHECK_WELL("purge", change_purge_collection(c, &purge));
	CHECK_WELL("purge", change_run(c));
	CHECK_TRUE("done", purge.done);
	CHECK_TRUE("cancelled", is_off(&p, p.bob));
	CHECK_INT("told", in_inbox(&p, p.bob, "CANCEL"), 1);
	c = change_of(&p.t);
	CHECK_WELL("plan",
		   change_remove_collection(c, p.bob, house_calendar(&p.t.h, p.bob, "calendar")));
	CHECK_FAULT("RFC 6638 §4.3: where invitations go", change_run(c), FAULT_DEFAULT_CALENDAR);
	inbox.owner = p.bob;
	inbox.collection = house_calendar(&p.t.h, p.bob, "inbox");
	inbox.default_calendar = TEXT("outbox");
	c = change_of(&p.t);
	CHECK_WELL("plan", change_set_properties(c, &inbox));
	CHECK_FAULT("RFC 6638 §9.2: no calendar", change_run(c), FAULT_BAD_DEFAULT_CALENDAR);
	people_close(&p);
}
STORE_CASE(buries)

/* RFC 6638 §4.3: where the inbox says. */
static void elsewhere(struct store_fixture *x)
{
	struct people p;
	struct change_properties inbox = {.set_default_calendar = true,
					  .default_calendar = TEXT("bobs")};
	struct change_collection mk = {.name = TEXT("bobs"), .components = COMP_VEVENT};
	struct change *c;

	people_open(&p, x);
	mk.owner = inbox.owner = p.bob;
	inbox.collection = house_calendar(&p.t.h, p.bob, "inbox");
	c = change_of(&p.t);
	CHECK_WELL("make", change_make_collection(c, &mk));
	CHECK_WELL("name", change_set_properties(c, &inbox));
	CHECK_WELL("run", change_run(c));
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	CHECK_INT("there", copy_of(&p, p.bob)->collection, mk.id);
	people_close(&p);
}
STORE_CASE(elsewhere)

/* ---- many ----------------------------------------------------------------------------------- */

enum {
	MANY = 100,
	LONG_GUESTS = 20, /* so many copies of so many bytes are more than SCHEDULE_BYTES_MAX */
	LONG_BYTES = 900 << 10,
};

static int64_t notes_of(struct people *p, int64_t owner)
{
	struct schedule_note *notes;
	size_t count;

	CHECK_WELL("notes",
		   schedule_note_list(p->t.h.db, p->t.a, owner, TEXT("m@x"), &notes, &count));
	return (int64_t)count;
}

/* A hundred attendees, one transaction. */
static void many(struct store_fixture *x)
{
	struct people p;
	struct buf who;
	int64_t before, last = 0;

	people_open(&p, x);
	buf_init(&who, p.t.a, 4096, 1 << 16);
	buf_put_str(&who, ORGANIZER);
	for (int i = 0; i < MANY; i++) {
		last = house_user(&p.t.h, arena_printf(p.t.a, "u%d", i));
		buf_printf(&who, "ATTENDEE:mailto:u%d@example.org\r\n", i);
	}
	buf_put_char(&who, '\0');
	before = count_of(&p.t, "SELECT count(*) FROM object");
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, who.at)));
	CHECK_INT("all have it, and a message", count_of(&p.t, "SELECT count(*) FROM object"),
		  before + 1 + 2 * MANY);
	CHECK_INT("all are busy", count_of(&p.t, "SELECT count(DISTINCT owner) FROM occurrence"),
		  1 + MANY);
	CHECK_INT("nobody twice: in an inbox no time is taken",
		  count_of(&p.t, "SELECT count(*) FROM occurrence"), 1 + MANY);
	CHECK_INT("what was decided is one note, as it is the same for all",
		  notes_of(&p, p.t.alice), 1);
	CHECK_INT("who are told have one as well", notes_of(&p, last), 1);
	CHECK_INT("in common", count_of(&p.t, "SELECT count(*) FROM schedule_note"), 2);
	CHECK_INT("nobody else has", notes_of(&p, last + 1), 0);
	CHECK_INT("a hundred times the same bytes are kept once, of the copies and the messages",
		  count_of(&p.t, "SELECT count(*) FROM object_body"), 2);
	people_close(&p);
}
STORE_CASE(many)

static const struct fault *sweep_tx(struct db *db, struct arena *a, void *ctx)
{
	return object_body_sweep(db, a, ctx);
}

/* What several have in common stays until the last of them has something else. */
static void in_common(struct store_fixture *x)
{
	struct people p;
	int64_t after = 0;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	CHECK_INT("a copy and a message", count_of(&p.t, "SELECT count(*) FROM object_body"), 2);
	CHECK_WELL("bob answers", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_TRUE("in a copy of his own", has_answered(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_TRUE("carol has not answered", has_answered(&p, p.carol, "carol", "NEEDS-ACTION"));
	CHECK_WELL("sweep", store_fixture_tx(x, sweep_tx, &after));
	CHECK_INT("nobody has the first copy, both have the message",
		  count_of(&p.t, "SELECT count(*) FROM object_body"), 1);
	CHECK_INT("to the end", after, 0);
	CHECK_INT("it is read", in_inbox(&p, p.carol, "REQUEST"), 1);
	people_close(&p);
}
STORE_CASE(in_common)

/* Numbers are not used again, so that after years the first is a large one. */
static const struct fault *sweep_far(struct db *db, struct arena *a, void *ctx)
{
	static const struct sql far = {"INSERT INTO object_body (id, data) VALUES ($1, $2)"};
	int64_t *after = ctx;
	const struct fault *f = NULL;

	for (int64_t i = 0; i < 1001 && !f; i++)
		f = db_exec(db, a, &far, DB_ARGS(DB_INT(100000000 + 3 * i), DB_BLOB(TEXT("x"))),
			    NULL);
	for (int portion = 0; portion < 2 && !f; portion++) {
		f = object_body_sweep(db, a, after);
		CHECK_TRUE("by what is there", (*after == 100000000 + 3 * 999) == (portion == 0));
	}
	return f;
}

static void swept_far(struct store_fixture *x)
{
	struct people p;
	int64_t after = 0;

	people_open(&p, x);
	CHECK_WELL("sweep", store_fixture_tx(x, sweep_far, &after));
	CHECK_INT("to the end", after, 0);
	CHECK_INT("nothing is left", count_of(&p.t, "SELECT count(*) FROM object_body"), 0);
	people_close(&p);
}
STORE_CASE(swept_far)

/* RFC 4918 §9.8: of a calendar that is copied each object has its data, whoever else has them. */
static void in_common_copied(struct store_fixture *x)
{
	struct change_tree tree = {.from = TEXT("calendar"), .to = TEXT("second")};
	struct people p;
	struct stored_object *was, *is;
	struct change *c;
	int64_t after = 0;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	was = copy_of(&p, p.bob);
	tree.owner = p.bob;
	tree.collection = house_calendar(&p.t.h, p.bob, "calendar");
	c = change_of(&p.t);
	CHECK_WELL("plan", change_transfer_tree(c, &tree));
	CHECK_WELL("copy", change_run(c));
	CHECK_WELL("bob answers", answers(&p, p.bob, "bob", "ACCEPTED"));
	CHECK_WELL("carol, too", answers(&p, p.carol, "carol", "ACCEPTED"));
	CHECK_WELL("sweep", store_fixture_tx(x, sweep_tx, &after));
	CHECK_WELL("look", object_find(p.t.h.db, p.t.a, p.bob,
				       house_calendar(&p.t.h, p.bob, "second"), was->name, &is));
	CHECK_TEXT("it has what it had", is ? is->data : TEXT_NONE, was->data);
	CHECK_INT("a sound store",
		  count_of(&p.t, "SELECT count(*) FROM object o WHERE o.body <> 0"
				 " AND NOT EXISTS (SELECT 1 FROM object_body b"
				 " WHERE b.id = o.body)"),
		  0);
	people_close(&p);
}
STORE_CASE(in_common_copied)

/* A meeting nearly as long as one may be. */
static const char *long_meeting(struct people *p, const char *start, const char *who)
{
	struct buf b;

	buf_init(&b, p->t.a, LONG_BYTES, 2 * LONG_BYTES);
	for (int i = 0; i < LONG_BYTES / 80; i++)
		buf_printf(&b, "CONTACT:%070d\r\n", i);
	buf_put_str(&b, who);
	buf_put_char(&b, '\0');
	return meeting(p, start, NINE, b.at);
}

/* A note of their own is in the copy from now on, so that it is like nobody else's. */
static void makes_own(struct people *p, int64_t owner, int i)
{
	struct arena *of_all = p->t.a;
	const struct stored_object *o;
	struct change_put put = {.owner = owner, .source = ICAL_FROM_CLIENT};
	ptrdiff_t at;

	p->t.a = arena_create(64 * LONG_BYTES);
	o = copy_of(p, owner);
	at = text_find(o->data, TEXT("END:VEVENT"));
	put.collection = o->collection;
	put.name = o->name;
	put.raw = text_from(arena_printf(p->t.a, "%.*sX-NOTE:%d\r\n%.*s", (int)at, o->data.at, i,
					 TEXT_ARG(text_sub(o->data, (size_t)at, o->data.len))));
	CHECK_WELL("a note", run_put(&p->t, &put));
	arena_destroy(p->t.a);
	p->t.a = of_all;
}

/* What one change writes is bounded: many copies are one, unless each is another. */
static void too_large(struct store_fixture *x)
{
	struct people p;
	struct buf who;
	int64_t guests[LONG_GUESTS];
	const struct fault *f;

	people_open(&p, x);
	buf_init(&who, p.t.a, 4096, 1 << 16);
	buf_put_str(&who, ORGANIZER);
	for (int i = 0; i < LONG_GUESTS; i++) {
		guests[i] = house_user(&p.t.h, arena_printf(p.t.a, "u%d", i));
		buf_printf(&who, "ATTENDEE:mailto:u%d@example.org\r\n", i);
	}
	buf_put_char(&who, '\0');
	CHECK_WELL("the same for all", alice_saves(&p, long_meeting(&p, EIGHT, who.at)));
	CHECK_WELL("still", alice_saves(&p, long_meeting(&p, "20270118T081500Z", who.at)));
	for (int i = 0; i < LONG_GUESTS; i++)
		makes_own(&p, guests[i], i);
	f = alice_saves(&p, long_meeting(&p, "20270118T083000Z", who.at));
	CHECK_INT("each another", f ? f->code : 0, FAULT_MEETING_TOO_LARGE);
	CHECK_TRUE("nobody is told", says(&p, guests[0], "DTSTART", "T081500Z", ""));
	people_close(&p);
}
STORE_CASE(too_large)

/* ---- from outside ---------------------------------------------------------------------------- */

/* A mailed answer: the organizer sees it, and those who are here. */
static void comes_in(struct store_fixture *x)
{
	struct people p;
	struct schedule_note *notes;
	size_t count = 0;
	struct schedule_incoming in = {
		.sender = TEXT("eve@example.com"),
		.message =
			TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//E//EN\r\nMETHOD:REPLY\r\n"
			     "BEGIN:VEVENT\r\nUID:m@x\r\nDTSTAMP:20270102T000000Z\r\n"
			     "DTSTART:" EIGHT "\r\nORGANIZER:mailto:alice@example.org\r\n"
			     "ATTENDEE;PARTSTAT=TENTATIVE:mailto:eve@example.com\r\n"
			     "END:VEVENT\r\nEND:VCALENDAR\r\n")};
	struct change *c;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER BOB EVE)));
	in.owner = p.t.alice;
	c = change_open(&p.t.h.calendar, p.t.a, CHANGE_ITIP, HOUSE_NOW);
	CHECK_WELL("plan", schedule_incoming(c, &in));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("it is a REPLY", in.method, ITIP_REPLY);
	CHECK_TRUE("seen",
		   says(&p, p.t.alice, "ATTENDEE", "PARTSTAT=TENTATIVE", "eve@example.com"));
	CHECK_TRUE("by bob too",
		   says(&p, p.bob, "ATTENDEE", "PARTSTAT=TENTATIVE", "eve@example.com"));
	CHECK_INT("and shown", in_inbox(&p, p.t.alice, "REPLY"), 1);
	CHECK_INT("nothing goes back", count_of(&p.t, "SELECT count(*) FROM job"), 1);
	CHECK_WELL("notes",
		   schedule_note_list(p.t.h.db, p.t.a, p.t.alice, TEXT("m@x"), &notes, &count));
	CHECK_TRUE("all is explained", count >= 3 && notes[2].why.len > 0);
	people_close(&p);
}
STORE_CASE(comes_in)

static const struct fault *bury_calendars_tx(struct db *db, struct arena *a, void *ctx)
{
	static const struct sql bury = {
		"UPDATE collection SET buried = 1 WHERE owner = $1 AND kind = 0"};
	const int64_t *owner = ctx;

	return db_exec(db, a, &bury, DB_ARGS(DB_INT(*owner)), NULL);
}

/* RFC 6638 §3.2.9: what could not be delivered is not shown either. */
static void homeless(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("bury", store_fixture_tx(x, bury_calendars_tx, &p.bob));
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	CHECK_TRUE("5.1 to the organizer",
		   says(&p, p.t.alice, "ATTENDEE", "SCHEDULE-STATUS=5.1", "bob@example.org"));
	CHECK_INT("and no message in the inbox", in_inbox(&p, p.bob, "REQUEST"), 0);
	CHECK_INT("carol has hers", in_inbox(&p, p.carol, "REQUEST"), 1);
	people_close(&p);
}
STORE_CASE(homeless)

UNIT_SUITE("schedule", STORE_ROWS("RFC 6638 §3.2.1.1: who is invited has it", invites),
	   STORE_ROWS("RFC 4918 §9.8: a copied calendar has what others have as well",
		      in_common_copied),
	   STORE_ROWS("what one change writes is bounded", too_large),
	   STORE_ROWS("decisions 1: an import invites nobody", imports),
	   STORE_ROWS("pitfall 46: what is refused tells nobody", refused),
	   STORE_ROWS("RFC 6638 §3.2.4.1: one meeting, one calendar", unique),
	   STORE_ROWS("RFC 6638 §3.2.2: who answers is seen by all", accepts),
	   STORE_ROWS("RFC 6638 §3.2.9: who has no calendar is shown nothing", homeless),
	   STORE_ROWS("decisions 18: what is stale by answers is merged", merges),
	   STORE_ROWS("decisions 2: a plan that was overtaken is made again", overtaken),
	   STORE_ROWS("RFC 6638 §3.2.2.4: a DELETE declines", declines),
	   STORE_ROWS("RFC 6638 §3.2.1.3: cancelled for all", cancels),
	   STORE_ROWS("pitfall 40: a calendar that goes", buries),
	   STORE_ROWS("RFC 6638 §4.3: the default calendar", elsewhere),
	   STORE_ROWS("a hundred in one transaction", many),
	   STORE_ROWS("what several have in common", in_common),
	   STORE_ROWS("bodies are swept by what is there", swept_far),
	   STORE_ROWS("RFC 6638 §4.2: an answer from outside", comes_in))
