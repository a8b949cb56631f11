/* What a save is about: the one object that is the meeting, and the people as they are by then. */

#include "base/arena.h"
#include "calendar/schedule.h"
#include "people.h"
#include "store/db_priv.h"
#include "unit.h"

static bool is_off(struct people *p, int64_t owner)
{
	return !copy_of(p, owner) || says(p, owner, "STATUS:CANCELLED", "", "");
}

/* Whatever a user has in one of their calendars; NULL: nothing. */
static struct stored_object *object_in(struct people *p, int64_t owner, const char *calendar,
				       const char *name)
{
	struct stored_object *o = NULL;

	CHECK_WELL(name,
		   object_find(p->t.h.db, p->t.a, owner, house_calendar(&p->t.h, owner, calendar),
			       text_from(name), &o));
	return o;
}

static const struct fault *imports(struct people *p, int64_t owner, const char *calendar,
				   const char *ics)
{
	struct change *c = change_open(&p->t.h.calendar, p->t.a, CHANGE_IMPORT, HOUSE_NOW);
	struct change_put *put = put_of(&p->t, "m.ics", ics);
	const struct fault *f;

	put->owner = owner;
	put->collection = house_calendar(&p->t.h, owner, calendar);
	put->source = ICAL_FROM_IMPORT;
	f = change_put(c, put);
	return f ? f : change_run(c);
}

static void copies_calendar(struct people *p, int64_t owner, const char *to)
{
	struct change_tree *tree = arena_alloc(p->t.a, sizeof(*tree));
	struct change *c = change_of(&p->t);

	*tree = (struct change_tree){
		.owner = owner,
		.from = TEXT("calendar"),
		.to = text_from(to),
		.collection = house_calendar(&p->t.h, owner, "calendar"),
	};
	CHECK_WELL(to, change_transfer_tree(c, tree));
	CHECK_WELL(to, change_run(c));
}

static void removes_calendar(struct people *p, int64_t owner, const char *name)
{
	int64_t id = house_calendar(&p->t.h, owner, name);
	struct change_purge purge = {.owner = owner, .collection = id, .max = 10};
	struct change *c = change_of(&p->t);

	CHECK_WELL(name, change_remove_collection(c, owner, id));
	CHECK_WELL(name, change_run(c));
	c = change_of(&p->t);
	CHECK_WELL(name, change_purge_collection(c, &purge));
	CHECK_WELL(name, change_run(c));
	CHECK_TRUE(name, purge.done);
}

/* ---- the one that is the meeting ------------------------------------------------------------- */

/* RFC 6638 §3.2.4.1: an import beside the meeting is a record of it. */
static void imported_beside(struct store_fixture *x)
{
	struct people p;
	const char *ics;

	people_open(&p, x);
	make_work(&p.t);
	ics = meeting(&p, EIGHT, NINE, ORGANIZER ME BOB EVE);
	CHECK_WELL("save", alice_saves(&p, ics));
	CHECK_WELL("import", imports(&p, p.t.alice, "work", ics));
	CHECK_INT("no scheduling object resource",
		  (int64_t)object_in(&p, p.t.alice, "work", "m.ics")->schedule_tag.len, 0);
	CHECK_WELL("removed", house_remove(&p.t.h, p.t.alice, "work", "m.ics"));
	CHECK_TRUE("bob is not told", !is_off(&p, p.bob));
	CHECK_INT("nor eve", jobs_to(&p, "CANCEL", "eve@example.com"), 0);
	CHECK_WELL("import", imports(&p, p.t.alice, "work", ics));
	removes_calendar(&p, p.t.alice, "work");
	CHECK_TRUE("with its calendar neither", !is_off(&p, p.bob));
	CHECK_WELL("the meeting", house_remove(&p.t.h, p.t.alice, "calendar", "m.ics"));
	CHECK_TRUE("is cancelled", is_off(&p, p.bob));
	people_close(&p);
}
STORE_CASE(imported_beside)

static void copied_calendar(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	copies_calendar(&p, p.t.alice, "copy");
	CHECK_INT("no second meeting",
		  (int64_t)object_in(&p, p.t.alice, "copy", "m.ics")->schedule_tag.len, 0);
	CHECK_WELL("the first goes on", alice_saves(&p, meeting(&p, NINE, TEN, ORGANIZER ME BOB)));
	CHECK_TRUE("as ever", says(&p, p.bob, "DTSTART:" NINE, "", ""));
	CHECK_WELL("the copy", house_remove(&p.t.h, p.t.alice, "copy", "m.ics"));
	CHECK_TRUE("tells nobody", !is_off(&p, p.bob));
	copies_calendar(&p, p.t.alice, "again");
	CHECK_WELL("the meeting", house_remove(&p.t.h, p.t.alice, "calendar", "m.ics"));
	CHECK_TRUE("is cancelled, copy or not", is_off(&p, p.bob));
	people_close(&p);
}
STORE_CASE(copied_calendar)

/* RFC 6638 §3.2.2.4: who keeps the meeting has not declined it. */
static void attendee_has_two(struct store_fixture *x)
{
	struct people p;
	const struct stored_object *o;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	o = copy_of(&p, p.bob);
	copies_calendar(&p, p.bob, "copy");
	CHECK_WELL("the copy", house_remove(&p.t.h, p.bob, "copy", text_cstr(p.t.a, o->name)));
	CHECK_TRUE("is no answer", has_answered(&p, p.t.alice, "bob", "NEEDS-ACTION"));
	copies_calendar(&p, p.bob, "again");
	removes_calendar(&p, p.bob, "again");
	CHECK_TRUE("nor is a calendar of copies",
		   has_answered(&p, p.t.alice, "bob", "NEEDS-ACTION"));
	CHECK_WELL("the meeting",
		   house_remove(&p.t.h, p.bob, "calendar", text_cstr(p.t.a, o->name)));
	CHECK_TRUE("is", has_answered(&p, p.t.alice, "bob", "DECLINED"));
	people_close(&p);
}
STORE_CASE(attendee_has_two)

/* What was delivered while a removed calendar waits to be emptied is not declined with it. */
static void delivered_before_purge(struct store_fixture *x)
{
	struct people p;
	struct change_purge purge;
	struct change *c;

	people_open(&p, x);
	make_work(&p.t);
	CHECK_WELL("bob invites", house_put(&p.t.h, p.bob, "calendar", "m.ics",
					    house_event(p.t.a, "m@x", EIGHT, NINE,
							"ORGANIZER:mailto:bob@example.org\r\n"
							"ATTENDEE:mailto:alice@example.org\r\n")));
	{
		const struct stored_object *o = copy_of(&p, p.t.alice);
		struct change_transfer move = {
			.from = {p.t.alice, o->collection, o->name},
			.to = {p.t.alice, house_calendar(&p.t.h, p.t.alice, "work"), o->name},
			.is_move = true,
		};

		c = change_of(&p.t);
		CHECK_WELL("moved", change_transfer(c, &move));
		CHECK_WELL("moved", change_run(c));
		purge = (struct change_purge){
			.owner = p.t.alice, .collection = move.to.collection, .max = 10};
	}
	c = change_of(&p.t);
	CHECK_WELL("bury", change_remove_collection(c, p.t.alice, purge.collection));
	CHECK_WELL("bury", change_run(c));
	CHECK_WELL("bob moves it", house_put(&p.t.h, p.bob, "calendar", "m.ics",
					     house_event(p.t.a, "m@x", NINE, TEN,
							 "ORGANIZER:mailto:bob@example.org\r\n"
							 "ATTENDEE:mailto:alice@example.org\r\n")));
	c = change_of(&p.t);
	CHECK_WELL("purge", change_purge_collection(c, &purge));
	CHECK_WELL("purge", change_run(c));
	CHECK_TRUE("alice has it", copy_of(&p, p.t.alice) != NULL);
	CHECK_TRUE("and has not declined", !has_answered(&p, p.bob, "alice", "DECLINED"));
	people_close(&p);
}
STORE_CASE(delivered_before_purge)

static const struct fault *forget_tags_tx(struct db *db, struct arena *a, void *ctx)
{
	static const struct sql forget = {"UPDATE object SET schedule_tag = ''"};

	(void)ctx;
	return db_exec(db, a, &forget, NULL, 0, NULL);
}

/* What was stored before there were tags is a meeting as well. */
static void without_tag(struct store_fixture *x)
{
	struct people p;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB CAROL)));
	CHECK_WELL("forget", store_fixture_tx(x, forget_tags_tx, NULL));
	CHECK_WELL("bob deletes it", house_remove(&p.t.h, p.bob, "calendar",
						  text_cstr(p.t.a, copy_of(&p, p.bob)->name)));
	CHECK_TRUE("and declines", has_answered(&p, p.t.alice, "bob", "DECLINED"));
	CHECK_WELL("forget", store_fixture_tx(x, forget_tags_tx, NULL));
	CHECK_WELL("nobody's any more", alice_saves(&p, meeting(&p, EIGHT, NINE, "")));
	CHECK_TRUE("RFC 6638 §3.2.1.2: carol is told", is_off(&p, p.carol));
	people_close(&p);
}
STORE_CASE(without_tag)

/* RFC 6638 §3.2.3: out of all calendars is a removal. */
static void into_folder(struct store_fixture *x)
{
	struct people p;
	struct change_collection mk = {.name = TEXT("f"), .kind = COLLECTION_FOLDER};
	struct change_transfer move = {.is_move = true};
	struct change *c;

	people_open(&p, x);
	mk.owner = p.t.alice;
	c = change_of(&p.t);
	CHECK_WELL("a folder", change_make_collection(c, &mk));
	CHECK_WELL("a folder", change_run(c));
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	move.from = (struct change_place){p.t.alice, p.t.calendar, TEXT("m.ics")};
	move.to = (struct change_place){p.t.alice, mk.id, TEXT("m.ics")};
	c = change_of(&p.t);
	CHECK_WELL("move", change_transfer(c, &move));
	CHECK_WELL("move", change_run(c));
	CHECK_TRUE("cancelled", is_off(&p, p.bob));
	people_close(&p);
}
STORE_CASE(into_folder)

/* Decisions 18: of what goes nothing is merged, so an answer that was not seen is no small thing.
 */
static void stale_removal(struct store_fixture *x)
{
	struct people p;
	struct change_remove gone = {.name = TEXT("m.ics")};
	struct text etag;
	struct change *c;

	people_open(&p, x);
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	etag = copy_of(&p, p.t.alice)->etag;
	CHECK_WELL("bob", answers(&p, p.bob, "bob", "ACCEPTED"));
	gone.owner = p.t.alice;
	gone.collection = p.t.calendar;
	gone.condition = (struct change_condition){
		.has_if_match = true, .if_match = &etag, .if_match_count = 1};
	c = change_of(&p.t);
	CHECK_WELL("plan", change_remove(c, &gone));
	CHECK_FAULT("unseen", change_run(c), FAULT_PRECONDITION);
	etag = copy_of(&p, p.t.alice)->etag;
	c = change_of(&p.t);
	CHECK_WELL("plan", change_remove(c, &gone));
	CHECK_WELL("seen", change_run(c));
	people_close(&p);
}
STORE_CASE(stale_removal)

/* ---- by several addresses -------------------------------------------------------------------- */

#define ZED "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:zed@example.org\r\n"
#define ZZ  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:zz@example.org\r\n"

/* A user with two addresses. */
static int64_t has_alias(struct people *p, const char *name, const char *alias)
{
	struct text other = text_from(alias);
	struct change_owner o = {
		.owner = {.name = text_from(name),
			  .display_name = text_from(name),
			  .email = text_from(arena_printf(p->t.a, "%s@example.org", name)),
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

	CHECK_WELL(name, change_add_owner(c, &o));
	CHECK_WELL(name, change_run(c));
	return o.id;
}

/* RFC 6638 §2.4.1: by whichever address, it is one who is invited. */
static void by_another_address(struct store_fixture *x)
{
	static const struct {
		const char *name, *before, *after;
		bool off;
	} rows[] = {
		{"by another", ORGANIZER ME ZZ, ORGANIZER ME ZED, false},
		{"by one of two", ORGANIZER ME ZED ZZ, ORGANIZER ME ZED, false},
		{"by the other of two", ORGANIZER ME ZED ZZ, ORGANIZER ME ZZ, false},
		{"by neither", ORGANIZER ME ZED ZZ, ORGANIZER ME BOB, true},
	};
	struct people p;
	int64_t zed;

	people_open(&p, x);
	zed = has_alias(&p, "zed", "zz@example.org");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t cancels = in_inbox(&p, zed, "CANCEL");

		CHECK_WELL(rows[i].name, alice_saves(&p, meeting(&p, EIGHT, NINE, rows[i].before)));
		CHECK_TRUE(rows[i].name, !is_off(&p, zed));
		CHECK_WELL(rows[i].name, alice_saves(&p, meeting(&p, EIGHT, NINE, rows[i].after)));
		CHECK_INT(rows[i].name, is_off(&p, zed), rows[i].off);
		CHECK_INT(rows[i].name, in_inbox(&p, zed, "CANCEL") - cancels, rows[i].off);
	}
	people_close(&p);
}
STORE_CASE(by_another_address)

/* ---- as they are by then --------------------------------------------------------------------- */

/* The recipient moves their copy while a change of it is planned: it is changed where it is. */
static void moved_meanwhile(struct store_fixture *x)
{
	struct people p;
	struct change_collection mk = {.name = TEXT("bobs"), .components = COMP_VEVENT};
	struct change_transfer move = {.is_move = true};
	struct change *c, *m;
	const struct stored_object *o;

	people_open(&p, x);
	mk.owner = p.bob;
	c = change_of(&p.t);
	CHECK_WELL("make", change_make_collection(c, &mk));
	CHECK_WELL("make", change_run(c));
	CHECK_WELL("save", alice_saves(&p, meeting(&p, EIGHT, NINE, ORGANIZER ME BOB)));
	o = copy_of(&p, p.bob);
	c = change_of(&p.t);
	CHECK_WELL("plan",
		   change_put(c, put_of(&p.t, "m.ics", meeting(&p, NINE, TEN, ORGANIZER ME BOB))));
	move.from = (struct change_place){p.bob, o->collection, o->name};
	move.to = (struct change_place){p.bob, mk.id, TEXT("other.ics")};
	m = change_of(&p.t);
	CHECK_WELL("meanwhile", change_transfer(m, &move));
	CHECK_WELL("meanwhile", change_run(m));
	CHECK_WELL("apply", change_run(c));
	o = object_in(&p, p.bob, "bobs", "other.ics");
	CHECK_TRUE("where it is", o && says(&p, p.bob, "DTSTART:" NINE, "", ""));
	CHECK_INT("with its rows",
		  count_of(&p.t, arena_printf(p.t.a,
					      "SELECT count(*) FROM occurrence WHERE owner = %lld"
					      " AND collection = %lld",
					      (long long)p.bob, (long long)move.from.collection)),
		  0);
	people_close(&p);
}
STORE_CASE(moved_meanwhile)

/* Who was to be written to becomes a user of this server: no mail, but the object. */
static void arrives_meanwhile(struct store_fixture *x)
{
	struct people p;
	struct change *c;
	int64_t eve;

	people_open(&p, x);
	c = change_of(&p.t);
	CHECK_WELL("plan", change_put(c, put_of(&p.t, "m.ics",
						meeting(&p, EIGHT, NINE, ORGANIZER ME EVE))));
	eve = has_alias(&p, "eve", "eve@example.com");
	CHECK_WELL("apply", change_run(c));
	CHECK_INT("no mail", count_of(&p.t, "SELECT count(*) FROM job"), 0);
	CHECK_TRUE("she has it", copy_of(&p, eve) != NULL);
	people_close(&p);
}
STORE_CASE(arrives_meanwhile)

/* A meeting of too many for the memory that there is goes with its calendar, untold. */
static void too_large_to_tell(struct store_fixture *x)
{
	struct people p;
	struct change_purge purge = {.max = 10};
	struct arena *small = arena_create(8 * 1024);
	struct change *c;

	people_open(&p, x);
	make_work(&p.t);
	CHECK_WELL("save", house_put(&p.t.h, p.t.alice, "work", "m.ics",
				     meeting(&p, EIGHT, NINE, ORGANIZER BOB)));
	purge.owner = p.t.alice;
	purge.collection = house_calendar(&p.t.h, p.t.alice, "work");
	c = change_of(&p.t);
	CHECK_WELL("bury", change_remove_collection(c, p.t.alice, purge.collection));
	CHECK_WELL("bury", change_run(c));
	c = change_open(&p.t.h.calendar, small, CHANGE_CLIENT, HOUSE_NOW);
	CHECK_FAULT("no room", change_purge_collection(c, &purge), FAULT_OUT_OF_MEMORY);
	arena_destroy(small);
	purge.untold = true;
	c = change_of(&p.t);
	CHECK_WELL("purge", change_purge_collection(c, &purge));
	CHECK_WELL("purge", change_run(c));
	CHECK_TRUE("done", purge.done);
	CHECK_TRUE("untold", !is_off(&p, p.bob));
	people_close(&p);
}
STORE_CASE(too_large_to_tell)

UNIT_SUITE("schedule_plan",
	   STORE_ROWS("RFC 6638 §3.2.4.1: an import beside the meeting", imported_beside),
	   STORE_ROWS("RFC 6638 §3.2.4.1: the copy of a calendar", copied_calendar),
	   STORE_ROWS("RFC 6638 §3.2.2.4: who keeps it declines nothing", attendee_has_two),
	   STORE_ROWS("what comes before the purge stays", delivered_before_purge),
	   STORE_ROWS("a meeting without a tag", without_tag),
	   STORE_ROWS("RFC 6638 §3.2.3: out of all calendars", into_folder),
	   STORE_ROWS("decisions 18: a stale removal is refused", stale_removal),
	   STORE_ROWS("RFC 6638 §2.4.1: by another address the same", by_another_address),
	   STORE_ROWS("a copy that is moved meanwhile", moved_meanwhile),
	   STORE_ROWS("a user who arrives meanwhile", arrives_meanwhile),
	   STORE_ROWS("too large to be told", too_large_to_tell))
