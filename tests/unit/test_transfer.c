/*
 * test_transfer - files, and COPY and MOVE as steps of a change (RFC 4918 §9.8, §9.9)
 */
#include "ical/zone.h"
#include "pinned_zones.h"
#include "store/occurrence.h"
#include "town.h"
#include "unit.h"

/* ---- few words for it --------------------------------------------------------------------- */

static void make_folder(struct town *t, const char *name)
{
	struct change_collection *mk = arena_alloc(t->a, sizeof(*mk));
	struct change *c = change_of(t);

	*mk = (struct change_collection){
		.owner = t->alice, .name = text_from(name), .kind = COLLECTION_FOLDER};
	CHECK_WELL(name, change_make_collection(c, mk));
	CHECK_WELL(name, change_run(c));
}

static const struct fault *put_file(struct town *t, const char *folder, const char *name,
				    const char *data)
{
	struct change_file *put = arena_alloc(t->a, sizeof(*put));
	struct change *c = change_of(t);
	const struct fault *f;

	*put = (struct change_file){
		.owner = t->alice,
		.collection = house_calendar(&t->h, t->alice, folder),
		.name = text_from(name),
		.raw = text_from(data),
		.media_type = TEXT("text/calendar"),
	};
	f = change_put_file(c, put);
	return f ? f : change_run(c);
}

static struct change_transfer *transfer_of(struct town *t, const char *from, const char *name,
					   const char *to, const char *to_name)
{
	struct change_transfer *x = arena_alloc(t->a, sizeof(*x));

	x->from = (struct change_place){t->alice, house_calendar(&t->h, t->alice, from),
					text_from(name)};
	x->to = (struct change_place){t->alice, house_calendar(&t->h, t->alice, to),
				      text_from(to_name)};
	x->overwrite = true;
	return x;
}

static const struct fault *run_transfer(struct town *t, struct change_transfer *x)
{
	struct change *c = change_of(t);
	const struct fault *f = change_transfer(c, x);

	return f ? f : change_run(c);
}

static const struct fault *run_tree(struct town *t, struct change_tree *tree)
{
	struct change *c = change_of(t);

	tree->owner = t->alice;
	if (!tree->collection)
		tree->collection = house_calendar(&t->h, t->alice, text_cstr(t->a, tree->from));
	CHECK_WELL("a tree is planned", change_transfer_tree(c, tree));
	return change_run(c);
}

static struct stored_object *object_at(struct town *t, const char *collection, const char *name)
{
	struct stored_object *o = NULL;

	CHECK_WELL(name,
		   object_find(t->h.db, t->a, t->alice, house_calendar(&t->h, t->alice, collection),
			       text_from(name), &o));
	return o;
}

static void a_town(struct town *t, struct store_fixture *x)
{
	town_open(t, x);
	make_work(t);
	make_folder(t, "f");
	make_folder(t, "f/g");
	CHECK_WELL("an event",
		   house_put(&t->h, t->alice, "calendar", "a.ics",
			     house_event(t->a, "a", EIGHT, NINE, "RRULE:FREQ=DAILY;COUNT=5\r\n")));
	CHECK_WELL("a file", put_file(t, "f", "a.txt", "hello"));
}

static int64_t rows_in(struct town *t, const char *table, const char *collection)
{
	return count_of(t,
			arena_printf(t->a, "SELECT count(*) FROM %s WHERE collection = %lld", table,
				     (long long)house_calendar(&t->h, t->alice, collection)));
}

static void set_note(struct town *t, const char *collection, const char *name)
{
	struct change_property note = {
		{TEXT("urn:x"), TEXT("note"), TEXT("<note xmlns='urn:x'/>")}};
	struct stored_object *o = object_at(t, collection, name);
	struct change_properties p = {.owner = t->alice,
				      .collection = o->collection,
				      .object = o->id,
				      .properties = &note,
				      .property_count = 1};
	struct change *c = change_of(t);

	CHECK_WELL("a property", change_set_properties(c, &p));
	CHECK_WELL("a property", change_run(c));
}

/* ---- objects and files ---------------------------------------------------------------------- */

static void refused(struct store_fixture *x)
{
	static const struct row {
		const char *name, *from, *object, *to, *as;
		enum fault_code fault;
		bool is_move, overwrite;
	} rows[] = {
		{"onto itself (§9.8.5)", "f", "a.txt", "f", "a.txt", FAULT_BAD_TRANSFER, true,
		 true},
		{"a copy onto itself", "f", "a.txt", "f", "a.txt", FAULT_BAD_TRANSFER, false, true},
		{"what is not there", "f", "b.txt", "f", "c.txt", FAULT_NOT_FOUND, true, true},
		{"over a file, not asked for (§9.8.4)", "f", "a.txt", "f", "b.ics",
		 FAULT_PRECONDITION, true, false},
		{"over a folder, not asked for", "f", "a.txt", "f", "g", FAULT_PRECONDITION, true,
		 false},
		{"no calendar data (RFC 4791 §5.3.2.1)", "f", "a.txt", "calendar", "b.ics",
		 FAULT_BAD_DATA, true, true},
		{"no-uid-conflict: one calendar", "calendar", "a.ics", "calendar", "b.ics",
		 FAULT_UID_TAKEN, false, true},
		{"no-uid-conflict: the other has it", "f", "b.ics", "calendar", "c.ics",
		 FAULT_UID_TAKEN, true, true},
		{"no-uid-conflict: over another UID", "calendar", "a.ics", "calendar", "other.ics",
		 FAULT_UID_TAKEN, true, true},
		{"supported-calendar-component", "calendar", "task.ics", "work", "task.ics",
		 FAULT_BAD_COMPONENT, false, true},
	};
	struct town t;

	a_town(&t, x);
	CHECK_WELL("b.ics", put_file(&t, "f", "b.ics", house_event(t.a, "a", EIGHT, NINE, "")));
	CHECK_WELL("other", house_put(&t.h, t.alice, "calendar", "other.ics",
				      house_event(t.a, "other", EIGHT, NINE, "")));
	CHECK_WELL(
		"a calendar for tasks",
		store_fixture_sql(
			x,
			&(const struct sql){
				"UPDATE collection SET components = 3 WHERE name = 'calendar'"}));
	CHECK_WELL("a task", house_put(&t.h, t.alice, "calendar", "task.ics",
				       "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
				       "BEGIN:VTODO\r\nUID:task\r\nDTSTAMP:20260101T000000Z\r\n"
				       "END:VTODO\r\nEND:VCALENDAR\r\n"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct change_transfer *m =
			transfer_of(&t, row->from, row->object, row->to, row->as);
		struct text before = house_dump(&t.h, t.a);

		m->is_move = row->is_move;
		m->overwrite = row->overwrite;
		CHECK_FAULT(row->name, run_transfer(&t, m), row->fault);
		CHECK_TEXT(row->name, house_dump(&t.h, t.a), before);
	}
	town_close(&t);
}
STORE_CASE(refused)

/* RFC 3744 appendix B, of what turns out to stand there. */
static void rights(struct store_fixture *x)
{
	static const struct row {
		const char *name, *to, *as;
		bool no_create, no_replace, no_bury;
	} rows[] = {
		{"new, without bind", "f", "new.txt", true, false, false},
		{"over a file, without write-content", "f", "b.txt", false, true, false},
		{"over a folder, without unbind", "f", "g", false, false, true},
	};
	struct town t;

	a_town(&t, x);
	CHECK_WELL("b.txt", put_file(&t, "f", "b.txt", "there"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct change_transfer *m = transfer_of(&t, "f", "a.txt", row->to, row->as);
		struct text before = house_dump(&t.h, t.a);

		m->no_create = row->no_create;
		m->no_replace = row->no_replace;
		m->no_bury = row->no_bury;
		CHECK_FAULT(row->name, run_transfer(&t, m), FAULT_FORBIDDEN);
		CHECK_TEXT(row->name, house_dump(&t.h, t.a), before);
	}
	town_close(&t);
}
STORE_CASE(rights)

/* RFC 6638 §2.2: what stands in a box was delivered there. */
static void into_a_box(struct store_fixture *x)
{
	static const char *const boxes[] = {"inbox", "outbox"};
	struct town t;

	a_town(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
		struct text before = house_dump(&t.h, t.a);

		CHECK_FAULT(boxes[i],
			    house_put(&t.h, t.alice, boxes[i], "b.ics",
				      house_event(t.a, "b", EIGHT, NINE, "")),
			    FAULT_FORBIDDEN);
		CHECK_FAULT(boxes[i],
			    run_transfer(&t,
					 transfer_of(&t, "calendar", "a.ics", boxes[i], "b.ics")),
			    FAULT_FORBIDDEN);
		CHECK_TEXT(boxes[i], house_dump(&t.h, t.a), before);
	}
	town_close(&t);
}
STORE_CASE(into_a_box)

static void moved(struct store_fixture *x)
{
	struct change_transfer *m;
	struct stored_object *was, *is;
	struct town t;

	a_town(&t, x);
	set_note(&t, "calendar", "a.ics");
	was = object_at(&t, "calendar", "a.ics");
	m = transfer_of(&t, "calendar", "a.ics", "work", "b.ics");
	m->is_move = true;
	CHECK_WELL("moved", run_transfer(&t, m));
	CHECK_TRUE("nothing stood there", m->created);
	CHECK_TRUE("gone", !object_at(&t, "calendar", "a.ics"));
	is = object_at(&t, "work", "b.ics");
	CHECK_INT("the same one", is->id, was->id);
	CHECK_TEXT("its tag", is->etag, was->etag);
	CHECK_INT("§15.1: creationdate", is->created, was->created);
	CHECK_INT("occurrences", rows_in(&t, "occurrence", "work"), 5);
	CHECK_INT("none is left", rows_in(&t, "occurrence", "calendar"), 0);
	CHECK_INT("properties", rows_in(&t, "property", "work"), 1);
	CHECK_INT("RFC 6578 §3.5.2", rows_in(&t, "tombstone", "calendar"), 1);
	m = transfer_of(&t, "work", "b.ics", "calendar", "a.ics");
	m->is_move = true;
	CHECK_WELL("and back", run_transfer(&t, m));
	CHECK_INT("there again", rows_in(&t, "tombstone", "calendar"), 0);
	town_close(&t);
}
STORE_CASE(moved)

static void copied(struct store_fixture *x)
{
	struct change_transfer *m;
	struct town t;

	a_town(&t, x);
	set_note(&t, "calendar", "a.ics");
	m = transfer_of(&t, "calendar", "a.ics", "work", "b.ics");
	CHECK_WELL("copied", run_transfer(&t, m));
	CHECK_INT("occurrences of both", rows_in(&t, "occurrence", "work"), 5);
	CHECK_INT("... and of the first", rows_in(&t, "occurrence", "calendar"), 5);
	CHECK_INT("properties", rows_in(&t, "property", "work"), 1);
	CHECK_TEXT("the bytes", object_at(&t, "work", "b.ics")->data,
		   object_at(&t, "calendar", "a.ics")->data);
	CHECK_WELL("once more", run_transfer(&t, m));
	CHECK_TRUE("over the first copy", !m->created);
	CHECK_INT("which is gone", rows_in(&t, "object", "work"), 1);
	CHECK_INT("with its occurrences", rows_in(&t, "occurrence", "work"), 5);
	town_close(&t);
}
STORE_CASE(copied)

static void converted(struct store_fixture *x)
{
	struct change_transfer *m;
	struct stored_object *file;
	struct town t;

	a_town(&t, x);
	set_note(&t, "calendar", "a.ics");
	m = transfer_of(&t, "calendar", "a.ics", "f", "g");
	m->is_move = true;
	CHECK_WELL("an event over a folder", run_transfer(&t, m));
	CHECK_TRUE("which stood there", !m->created);
	file = object_at(&t, "f", "g");
	CHECK_INT("a file", file->component, 0);
	CHECK_TEXT("by its name", file->uid, TEXT("g"));
	CHECK_INT("takes no time", count_of(&t, "SELECT count(*) FROM occurrence"), 0);
	CHECK_INT("the folder is out of sight", house_calendar(&t.h, t.alice, "f/g"), 0);
	m = transfer_of(&t, "f", "g", "work", "a.ics");
	m->is_move = true;
	CHECK_WELL("and an event again", run_transfer(&t, m));
	CHECK_TEXT("by its UID", object_at(&t, "work", "a.ics")->uid, TEXT("a"));
	CHECK_INT("takes its time", rows_in(&t, "occurrence", "work"), 5);
	CHECK_INT("its property is with it", rows_in(&t, "property", "work"), 1);
	town_close(&t);
}
STORE_CASE(converted)

/* What was planned is no longer what stands there. */
static void planned_anew(struct store_fixture *x)
{
	struct change_transfer *m;
	struct change *c;
	struct town t;

	a_town(&t, x);
	CHECK_WELL("a file", put_file(&t, "f", "b.ics", house_event(t.a, "b", EIGHT, NINE, "")));
	m = transfer_of(&t, "f", "b.ics", "work", "b.ics");
	c = change_of(&t);
	CHECK_WELL("planned", change_transfer(c, m));
	CHECK_WELL("changed meanwhile",
		   put_file(&t, "f", "b.ics", house_event(t.a, "later", NINE, TEN, "")));
	CHECK_WELL("applied", change_run(c));
	CHECK_TEXT("as it was changed", object_at(&t, "work", "b.ics")->uid, TEXT("later"));
	town_close(&t);
}
STORE_CASE(planned_anew)

/* ---- collections ------------------------------------------------------------------------------
 */

static void trees_refused(struct store_fixture *x)
{
	static const struct row {
		const char *name, *from, *to;
		enum fault_code fault;
		bool is_move, overwrite;
	} rows[] = {
		{"onto itself", "f", "f", FAULT_BAD_TRANSFER, false, true},
		{"into itself", "f", "f/g/h", FAULT_BAD_TRANSFER, true, true},
		{"over what is around it", "f/g", "f", FAULT_CONFLICT, true, true},
		{"where no folder is", "f", "none/f", FAULT_CONFLICT, true, true},
		{"into a calendar", "f", "work/f", FAULT_CONFLICT, true, true},
		{"below a file", "f/g", "f/a.txt/g", FAULT_CONFLICT, true, true},
		{"a calendar into a folder (RFC 4791 §4.2)", "work", "f/work", FAULT_BAD_LOCATION,
		 true, true},
		{"a folder over a calendar", "f", "work", FAULT_NOT_EMPTY_PLACE, true, true},
		{"a calendar over the inbox", "work", "inbox", FAULT_NOT_EMPTY_PLACE, true, true},
		{"over a calendar, not asked for", "work", "calendar", FAULT_PRECONDITION, true,
		 false},
		{"over a file, not asked for", "f/g", "f/a.txt", FAULT_PRECONDITION, true, false},
		{"what is not there", "none", "more", FAULT_NOT_FOUND, true, true},
	};
	struct town t;

	a_town(&t, x);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text before = house_dump(&t.h, t.a);
		struct change_tree tree = {
			.from = text_from(rows[i].from),
			.to = text_from(rows[i].to),
			.is_move = rows[i].is_move,
			.overwrite = rows[i].overwrite,
		};

		CHECK_FAULT(rows[i].name, run_tree(&t, &tree), rows[i].fault);
		CHECK_TEXT(rows[i].name, house_dump(&t.h, t.a), before);
	}
	town_close(&t);
}
STORE_CASE(trees_refused)

/* What was judged when it was planned may be another one by its name when it is done. */
static void trees_changed(struct store_fixture *x)
{
	struct change_tree away = {.from = TEXT("work"), .to = TEXT("away"), .is_move = true};
	struct change_tree other = {.from = TEXT("calendar"), .to = TEXT("work"), .is_move = true};
	struct change_tree meant = {.from = TEXT("work"), .to = TEXT("to"), .is_move = true};
	struct change_tree over = {.from = TEXT("work"), .to = TEXT("away"), .overwrite = true};
	struct change *c;
	struct text before;
	struct town t;

	a_town(&t, x);
	meant.collection = house_calendar(&t.h, t.alice, "work");
	c = change_of(&t);
	CHECK_WELL("bury", change_remove_collection(c, t.alice, meant.collection));
	CHECK_WELL("moved away", run_tree(&t, &away));
	CHECK_WELL("another in its place", run_tree(&t, &other));
	before = house_dump(&t.h, t.a);
	CHECK_FAULT("not the one that was meant", run_tree(&t, &meant), FAULT_CONFLICT);
	over.no_replace = true;
	CHECK_FAULT("over a calendar, without unbind", run_tree(&t, &over), FAULT_FORBIDDEN);
	CHECK_TEXT("nothing has moved", house_dump(&t.h, t.a), before);
	CHECK_WELL("bury", change_run(c));
	CHECK_INT("the one that was meant", house_calendar(&t.h, t.alice, "away"), 0);
	CHECK_TRUE("the other stays", object_at(&t, "work", "a.ics") != NULL);
	town_close(&t);
}
STORE_CASE(trees_changed)

static void tree_moved(struct store_fixture *x)
{
	struct change_tree tree = {.from = TEXT("f"), .to = TEXT("to"), .is_move = true};
	struct town t;

	a_town(&t, x);
	make_folder(&t, "f.g");
	make_folder(&t, "f0");
	CHECK_WELL("moved", run_tree(&t, &tree));
	CHECK_TRUE("the file is there", object_at(&t, "to", "a.txt") != NULL);
	CHECK_TRUE("and the folder in it", house_calendar(&t.h, t.alice, "to/g") != 0);
	CHECK_INT("nothing is left", house_calendar(&t.h, t.alice, "f/g"), 0);
	CHECK_TRUE("a name that begins alike", house_calendar(&t.h, t.alice, "f.g") != 0);
	CHECK_TRUE("... or that follows", house_calendar(&t.h, t.alice, "f0") != 0);
	town_close(&t);
}
STORE_CASE(tree_moved)

static void tree_copied(struct store_fixture *x)
{
	struct change_tree folders = {.from = TEXT("f"), .to = TEXT("to")};
	struct change_tree alone = {.from = TEXT("f"), .to = TEXT("empty"), .alone = true};
	struct change_tree events = {
		.from = TEXT("calendar"), .to = TEXT("work"), .overwrite = true};
	struct town t;

	a_town(&t, x);
	set_note(&t, "f", "a.txt");
	set_note(&t, "calendar", "a.ics");
	CHECK_WELL("copied", run_tree(&t, &folders));
	CHECK_TEXT("the file", object_at(&t, "to", "a.txt")->data, TEXT("hello"));
	CHECK_INT("its property", rows_in(&t, "property", "to"), 1);
	CHECK_TRUE("the folder in it", house_calendar(&t.h, t.alice, "to/g") != 0);
	CHECK_WELL("without members", run_tree(&t, &alone));
	CHECK_INT("none", rows_in(&t, "object", "empty"), 0);
	CHECK_INT("no folder", house_calendar(&t.h, t.alice, "empty/g"), 0);
	CHECK_WELL("a calendar over another", run_tree(&t, &events));
	CHECK_TRUE("which stood there", !events.created);
	CHECK_INT("occurrences", rows_in(&t, "occurrence", "work"), 5);
	CHECK_INT("its name, and the object's property", rows_in(&t, "property", "work"), 2);
	CHECK_WELL("numbers go on behind the copied ones",
		   house_put(&t.h, t.alice, "work", "new.ics",
			     house_event(t.a, "new", EIGHT, NINE, "")));
	town_close(&t);
}
STORE_CASE(tree_copied)

/* ---- how many ------------------------------------------------------------------------------- */

static void add_folder(struct town *t, struct change *c, int n)
{
	struct change_collection *mk = arena_alloc(t->a, sizeof(*mk));

	*mk = (struct change_collection){
		.owner = t->alice,
		.name = text_from(arena_printf(t->a, "n%d", n)),
		.kind = COLLECTION_FOLDER,
	};
	CHECK_WELL("planned", change_make_collection(c, mk));
}

static void bounded(struct store_fixture *x)
{
	struct change_tree copy = {.from = TEXT("n0"), .to = TEXT("copy")};
	struct collection *all;
	struct change *c;
	struct town t;
	size_t there;
	int n = 0;

	a_town(&t, x);
	CHECK_WELL("at first", collection_list(t.h.db, t.a, t.alice, &all, &there));
	while (there + n < CHANGE_COLLECTIONS_MAX) {
		c = change_of(&t);
		for (int i = 0; i < 50 && there + n < CHANGE_COLLECTIONS_MAX; i++)
			add_folder(&t, c, n++);
		CHECK_WELL("below the bound", change_run(c));
	}
	c = change_of(&t);
	add_folder(&t, c, n);
	CHECK_FAULT("one more", change_run(c), FAULT_STORE_FULL);
	CHECK_FAULT("or copied", run_tree(&t, &copy), FAULT_STORE_FULL);
	town_close(&t);
}
STORE_CASE(bounded)

static void test_pinned(void)
{
	pinned_zones_use();
	CHECK_TRUE("zones", zone_find(TEXT("Europe/Berlin")) != NULL);
}

UNIT_SUITE("transfer", {"zones are pinned", test_pinned},
	   STORE_ROWS("what is refused leaves all as it was", refused),
	   STORE_ROWS("RFC 3744 appendix B: by what stands there", rights),
	   STORE_ROWS("RFC 6638 §2.2: nothing is put into a box", into_a_box),
	   STORE_ROWS("RFC 4918 §9.9: moved as it is", moved),
	   STORE_ROWS("RFC 4918 §9.8: copied", copied),
	   STORE_ROWS("an event becomes a file, and a file an event", converted),
	   STORE_ROWS("decisions 2: planned anew when the bytes are others", planned_anew),
	   STORE_ROWS("collections that may not go there", trees_refused),
	   STORE_ROWS("what another collection's name has become", trees_changed),
	   STORE_ROWS("RFC 4918 §9.9.2: a collection moved", tree_moved),
	   STORE_ROWS("RFC 4918 §9.8.3: a collection copied", tree_copied),
	   STORE_ROWS("an owner has so many collections, however they come", bounded))
