/*
 * test_store - owners, collections, objects and occurrences as they are kept, on both drivers; what
 * is booked and to be done: test_store_booking.c
 *
 * A case's body runs inside one change, so that it reads what it wrote.
 */
#include "store/collection.h"
#include "store/object.h"
#include "store/occurrence.h"
#include "store/owner.h"
#include "store/property.h"
#include "store_fixture.h"
#include "unit.h"

#define OK(f) CHECK_WELL(__func__, (f))

/* Run a body inside one change. */
static void in_change(struct store_fixture *x, store_tx_fn fn)
{
	CHECK_WELL("the change", store_fixture_tx(x, fn, NULL));
}

static const struct fault *home(struct db *db, struct arena *a, struct store_home *out)
{
	struct owner o = {.name = TEXT("alice"),
			  .display_name = TEXT("Alice"),
			  .email = TEXT("Alice@Example.org"),
			  .timezone = TEXT("Europe/Berlin"),
			  .kind = OWNER_INDIVIDUAL};
	struct collection c = {.name = TEXT("calendar"), .components = 2};
	const struct fault *f = owner_add(db, a, &o, TEXT("hash"), &out->owner);

	c.owner = out->owner;
	return f ? f : collection_add(db, a, &c, &out->calendar);
}

/* ---- owners -------------------------------------------------------------------------------- */

static bool count_owner(void *ctx, const struct owner *o)
{
	*(int64_t *)ctx += o->id;
	return true;
}

static const struct fault *owners(struct db *db, struct arena *a, void *ctx)
{
	struct owner bob = {.name = TEXT("bob"), .email = TEXT("bob@example.org")};
	struct owner *o;
	struct owner_entry *page;
	struct store_home h;
	struct text *addresses, hash;
	struct owner_version now;
	int64_t id, version, sum = 0;
	size_t count;
	bool found;

	(void)ctx;
	OK(home(db, a, &h));
	OK(owner_find(db, a, TEXT("alice"), &o));
	CHECK_INT("id", o->id, h.owner);
	CHECK_TEXT("address as written", o->email, TEXT("Alice@Example.org"));
	CHECK_TEXT("zone", o->timezone, TEXT("Europe/Berlin"));
	OK(owner_addresses(db, a, h.owner, &addresses, &count));
	CHECK_INT("addresses", (int64_t)count, 1);
	OK(owner_password_hash(db, a, TEXT("alice"), &id, &hash, &found));
	CHECK_TEXT("hash", hash, TEXT("hash"));
	OK(owner_password_hash(db, a, TEXT("carol"), &id, &hash, &found));
	CHECK_TRUE("no hash of nobody", !found);
	OK(owner_lock(db, a, h.owner, &version));
	OK(owner_raise_version(db, a, h.owner, false));
	OK(owner_version(db, a, h.owner, &now));
	CHECK_INT("version is raised", now.version, version + 1);
	CHECK_INT("the rules are the same", now.rules, 1);
	OK(owner_raise_version(db, a, h.owner, true));
	OK(owner_version(db, a, h.owner, &now));
	CHECK_INT("version is raised again", now.version, version + 2);
	CHECK_INT("the rules are others", now.rules, 2);
	OK(owner_version(db, a, 999, &now));
	CHECK_INT("version of nobody", now.version, -1);
	CHECK_FAULT("name taken", owner_add(db, a, o, TEXT_NONE, &id), FAULT_CONFLICT);
	bob.email = TEXT("alice@EXAMPLE.org");
	CHECK_FAULT("address taken", owner_add(db, a, &bob, TEXT_NONE, &id), FAULT_CONFLICT);
	CHECK_STR("and says so", owner_add(db, a, &bob, TEXT_NONE, &id)->about, "address");
	bob.email = TEXT_NONE;
	OK(owner_add(db, a, &bob, TEXT_NONE, &id));
	OK(owner_for_each(db, a, count_owner, &sum));
	CHECK_INT("both are listed", sum, h.owner + id);
	OK(owner_add_address(db, a, h.owner, TEXT("work@example.org"), 1));
	OK(owner_page(db, a, 0, 1, &page, &count));
	CHECK_INT("as many as are wanted", (int64_t)count, 1);
	CHECK_INT("the first", page[0].owner.id, h.owner);
	CHECK_INT("with all addresses", (int64_t)page[0].addresses.len, 17 + 1 + 16);
	CHECK_TRUE("a line each", text_find(page[0].addresses, TEXT("work@example.org")) >= 0 &&
					  text_find_char(page[0].addresses, '\n', 0) > 0);
	OK(owner_page(db, a, h.owner, 9, &page, &count));
	CHECK_INT("the rest", (int64_t)count, 1);
	CHECK_INT("past the first", page[0].owner.id, id);
	CHECK_TEXT("who has no address", page[0].addresses, TEXT(""));
	OK(owner_set_password(db, a, h.owner, TEXT("new")));
	OK(owner_delete(db, a, h.owner));
	OK(owner_get(db, a, h.owner, &o));
	CHECK_TRUE("gone", !o);
	OK(owner_addresses(db, a, h.owner, &addresses, &count));
	CHECK_INT("so are the addresses", (int64_t)count, 0);
	return NULL;
}

/* ---- collections, properties --------------------------------------------------------------- */

static const struct fault *collections(struct db *db, struct arena *a, void *ctx)
{
	struct collection c = {.kind = COLLECTION_INBOX, .name = TEXT("inbox")}, *got;
	struct store_home h;
	struct collection_mark mark;
	int64_t id, taken;
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	c.owner = h.owner;
	OK(collection_add(db, a, &c, &id));
	CHECK_TRUE("numbers differ", id != h.calendar);
	CHECK_FAULT("name taken", collection_add(db, a, &c, &taken), FAULT_CONFLICT);
	OK(collection_next_seq(db, a, h.owner, h.calendar, &mark));
	OK(collection_next_seq(db, a, h.owner, h.calendar, &mark));
	CHECK_INT("sequence", mark.seq, 2);
	CHECK_INT("nobody to tell", mark.push_until, 0);
	OK(collection_find(db, a, h.owner, TEXT("calendar"), &got));
	CHECK_INT("sequence is kept", got->seq, 2);
	got->transparent = true;
	got->timezone = TEXT("UTC");
	OK(collection_update(db, a, got));
	OK(collection_get(db, a, h.owner, h.calendar, &got));
	CHECK_TRUE("transparent", got->transparent);
	CHECK_TEXT("zone", got->timezone, TEXT("UTC"));
	OK(collection_list(db, a, h.owner, &got, &count));
	CHECK_INT("two", (int64_t)count, 2);
	CHECK_TEXT("by name", got[0].name, TEXT("calendar"));
	OK(collection_find(db, a, h.owner + 1, TEXT("calendar"), &got));
	CHECK_TRUE("another's is not there", !got);
	CHECK_FAULT("no collection", collection_next_seq(db, a, h.owner, 999, &mark),
		    FAULT_NOT_FOUND);
	return NULL;
}

static const struct fault *properties(struct db *db, struct arena *a, void *ctx)
{
	struct property p = {TEXT("DAV:"), TEXT("displayname"), TEXT("<a/>")}, *got;
	size_t count;

	(void)ctx;
	OK(property_set(db, a, 1, 2, 0, &p));
	p.xml = TEXT("<b/>");
	OK(property_set(db, a, 1, 2, 0, &p));
	OK(property_set(db, a, 1, 2, 7, &p));
	OK(property_list(db, a, 1, 2, 0, &got, &count));
	CHECK_INT("one of that name", (int64_t)count, 1);
	CHECK_TEXT("replaced", got[0].xml, TEXT("<b/>"));
	OK(property_remove(db, a, 1, 2, 0, p.ns, p.name));
	OK(property_remove(db, a, 1, 2, 0, p.ns, p.name));
	OK(property_list(db, a, 1, 2, 0, &got, &count));
	CHECK_INT("none", (int64_t)count, 0);
	OK(property_list(db, a, 1, 2, 7, &got, &count));
	CHECK_INT("the object's stays", (int64_t)count, 1);
	OK(property_remove(db, a, 1, 2, 7, p.ns, p.name));
	return NULL;
}

/* ---- objects ------------------------------------------------------------------------------- */

static const struct fault *put(struct db *db, struct arena *a, struct store_home h,
			       const char *name, const char *uid, int64_t seq, int64_t *id)
{
	struct stored_object o = {.owner = h.owner,
				  .collection = h.calendar,
				  .name = text_from(name),
				  .uid = text_from(uid),
				  .component = 1,
				  .etag = text_from(arena_printf(a, "e%lld", (long long)seq)),
				  .data = TEXT("BEGIN:\0\xff END"),
				  .size_bytes = 12,
				  .seq = seq,
				  .first_start = 1000,
				  .last_end = 2000};

	return object_write(db, a, &o, id);
}

static const struct fault *objects(struct db *db, struct arena *a, void *ctx)
{
	struct stored_object *o, *many;
	struct store_home h;
	int64_t id, other;
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	OK(put(db, a, h, "a.ics", "uid-a", 1, &id));
	OK(put(db, a, h, "b.ics", "uid-b", 2, &other));
	OK(object_find_by_path(db, a, h.owner, TEXT("calendar"), TEXT("a.ics"), &o));
	CHECK_INT("by path", o->id, id);
	CHECK_TEXT("byte for byte", o->data, TEXT("BEGIN:\0\xff END"));
	OK(object_find_by_path(db, a, h.owner, TEXT("tasks"), TEXT("a.ics"), &o));
	CHECK_TRUE("not in another", !o);
	OK(object_find_by_uid(db, a, h.owner, h.calendar, TEXT("uid-b"), &o));
	CHECK_TEXT("by UID", o->name, TEXT("b.ics"));
	CHECK_INT("without data", (int64_t)o->data.len, 0);
	OK(object_find_uid_anywhere(db, a, h.owner, TEXT("uid-b"), 0, &o));
	CHECK_TRUE("anywhere", o && o->id == other);
	OK(object_get(db, a, h.owner, other, &o));
	CHECK_TEXT("by number", o->name, TEXT("b.ics"));
	OK(object_get_many(db, a, h.owner, (int64_t[]){other, 99999, id}, 3, true, &many, &count));
	CHECK_INT("those of many that are there", (int64_t)count, 2);
	CHECK_INT("ascending by number", many[0].id, id);
	CHECK_TEXT("with data", many[1].data, TEXT("BEGIN:\0\xff END"));
	OK(object_get_many(db, a, h.owner, &other, 1, false, &many, &count));
	CHECK_TEXT("one of many", many[0].name, TEXT("b.ics"));
	CHECK_INT("many without data", (int64_t)many[0].data.len, 0);
	OK(object_get_many(db, a, h.owner, NULL, 0, true, &many, &count));
	CHECK_INT("none of many", (int64_t)count, 0);
	CHECK_FAULT("name taken", put(db, a, h, "a.ics", "uid-x", 3, &other), FAULT_CONFLICT);
	CHECK_STR("UID taken", put(db, a, h, "x.ics", "uid-a", 3, &other)->about, "uid");
	o->etag = TEXT("new");
	o->data = TEXT("other");
	o->size_bytes = 5;
	o->partial = true;
	OK(object_write(db, a, o, &other));
	OK(object_find(db, a, h.owner, h.calendar, TEXT("b.ics"), &o));
	CHECK_TEXT("replaced", o->data, TEXT("other"));
	CHECK_TRUE("partial", o->partial);
	CHECK_INT("the same number", o->id, other);
	OK(object_page(db, a, h.owner, h.calendar, TEXT_NONE, 1, false, &o, &count));
	CHECK_TEXT("first page", o[0].name, TEXT("a.ics"));
	OK(object_page(db, a, h.owner, h.calendar, o[0].name, 5, true, &o, &count));
	CHECK_INT("second page", (int64_t)count, 1);
	CHECK_TEXT("with data", o[0].data, TEXT("other"));
	o[0].id = 999;
	CHECK_FAULT("replacing nothing", object_write(db, a, &o[0], &id), FAULT_NOT_FOUND);
	return NULL;
}

static const struct fault *tombstones(struct db *db, struct arena *a, void *ctx)
{
	struct object_change *c;
	struct stored_object *o;
	struct property p = {TEXT("DAV:"), TEXT("x"), TEXT("<x/>")}, *props;
	struct occurrence_row row = {.start = 10, .end = 20, .busy = 1};
	struct store_home h;
	int64_t id;
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	OK(put(db, a, h, "a.ics", "uid-a", 1, &id));
	OK(property_set(db, a, h.owner, h.calendar, id, &p));
	OK(occurrence_replace(db, a, h.owner, h.calendar, id, &row, 1));
	OK(put(db, a, h, "b.ics", "uid-b", 2, &id));
	OK(object_find(db, a, h.owner, h.calendar, TEXT("a.ics"), &o));
	OK(object_remove(db, a, o, 3, 100));
	OK(property_list(db, a, h.owner, h.calendar, o->id, &props, &count));
	CHECK_INT("properties went with it", (int64_t)count, 0);
	OK(object_changes(db, a, h.owner, h.calendar, 0, 10, &c, &count));
	CHECK_INT("two changes", (int64_t)count, 2);
	CHECK_TEXT("the older first", c[0].name, TEXT("b.ics"));
	CHECK_TRUE("the other is gone", c[1].removed && c[1].object == 0 && c[1].seq == 3);
	OK(put(db, a, h, "a.ics", "uid-a", 4, &id));
	OK(object_changes(db, a, h.owner, h.calendar, 2, 10, &c, &count));
	CHECK_INT("came back", (int64_t)count, 1);
	CHECK_TRUE("and is no tombstone", !c[0].removed && c[0].object == id);
	return NULL;
}

/*
 * Pages of 2 over seqs 1, 2, 2, 2, 3, 4, 5, 6: no page ends between the 2s, and the one that
 * holds them grows (RFC 6578 §3.6).
 */
static const struct fault *change_pages(struct db *db, struct arena *a, void *ctx)
{
	static const int64_t seqs[] = {1, 2, 2, 2, 3, 4, 5, 6};
	static const size_t want[] = {1, 4, 2, 1, 0};
	struct object_change *c;
	struct store_home h;
	int64_t id, token = 0;
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	for (size_t i = 0; i < ARRAY_LEN(seqs); i++)
		OK(put(db, a, h, arena_printf(a, "%zu.ics", i), arena_printf(a, "uid-%zu", i),
		       seqs[i], &id));
	for (size_t page = 0; page < ARRAY_LEN(want); page++) {
		OK(object_changes(db, a, h.owner, h.calendar, token, 2, &c, &count));
		CHECK_INT("rows of a page", (int64_t)count, (int64_t)want[page]);
		if (count)
			token = c[count - 1].seq;
	}
	return NULL;
}

/*
 * Old removals go, the oldest first, up to the first that is young or among the newest that are
 * kept; those of one number go together (RFC 6578 §3.2). Removals have the numbers 1, 2, 3 …
 */
struct forget_row {
	const char *name;
	int64_t removed[6]; /* when; 0 ends them */
	struct collection_old old;
	int max;
	int64_t floor, left;
	bool done;
};
static const struct forget_row forget_rows[] = {
	/* clang-format off */
	{"none is old", {100, 200, 300}, {.before = 100, .keep = 1}, 9, 0, 3, true},
	{"some are", {100, 200, 300, 400}, {.before = 300, .keep = 1}, 9, 2, 2, true},
	{"the newest stay", {100, 200, 300, 400}, {.before = 900, .keep = 3}, 9, 1, 3, true},
	{"all are among the newest", {100, 200}, {.before = 900, .keep = 2}, 9, 0, 2, true},
	{"a portion", {100, 200, 300, 400}, {.before = 900, .keep = 1}, 2, 2, 2, false},
	{"a clock that stepped back", {100, 500, 200, 600}, {.before = 400, .keep = 1}, 9, 1, 3, true},
	{"none at all", {0}, {.before = 900, .keep = 1}, 9, 0, 0, true},
	/* clang-format on */
};

static const struct sql sql_removal = {
	"INSERT INTO tombstone (owner, collection, name, seq, removed)"
	" VALUES ($1, $2, $3, $4, $5)"};
static const struct sql sql_forget_all = {"DELETE FROM tombstone"};
static const struct sql sql_no_floor = {"UPDATE collection SET seq_floor = 0"};

static const struct fault *forget_one(struct db *db, struct arena *a, struct store_home h,
				      const struct forget_row *row)
{
	struct collection_key key = {h.owner, h.calendar}, *list;
	struct object_change *c;
	struct collection *there;
	size_t count;
	bool done;

	OK(db_exec(db, a, &sql_forget_all, DB_NO_ARGS, NULL));
	OK(db_exec(db, a, &sql_no_floor, DB_NO_ARGS, NULL));
	for (int64_t seq = 1; seq <= 6 && row->removed[seq - 1]; seq++)
		OK(db_exec(db, a, &sql_removal,
			   DB_ARGS(DB_INT(h.owner), DB_INT(h.calendar),
				   DB_TEXT(text_from(arena_printf(a, "%d.ics", (int)seq))),
				   DB_INT(seq), DB_INT(row->removed[seq - 1])),
			   NULL));
	OK(collection_with_old(db, a, &row->old, (struct collection_key){0, 0}, 9, &list, &count));
	CHECK_INT(row->name, (int64_t)count, row->floor > 0);
	CHECK_TRUE(row->name, count == 0 || list[0].id == h.calendar);
	OK(collection_with_old(db, a, &row->old, key, 9, &list, &count));
	CHECK_INT(row->name, (int64_t)count, 0);
	OK(collection_forget(db, a, key, &row->old, row->max, &done));
	CHECK_TRUE(row->name, done == row->done);
	OK(object_changes(db, a, h.owner, h.calendar, 0, 9, &c, &count));
	CHECK_INT(row->name, (int64_t)count, row->left);
	OK(collection_get(db, a, h.owner, h.calendar, &there));
	CHECK_INT(row->name, there->seq_floor, row->floor);
	return NULL;
}

static const struct fault *forgetting(struct db *db, struct arena *a, void *ctx)
{
	struct store_home h;

	(void)ctx;
	OK(home(db, a, &h));
	for (size_t i = 0; i < ARRAY_LEN(forget_rows); i++)
		OK(forget_one(db, a, h, &forget_rows[i]));
	return NULL;
}

static const struct fault *purging(struct db *db, struct arena *a, void *ctx)
{
	struct collection *c;
	struct stored_object *o;
	struct store_home h;
	int64_t id;
	bool done;

	(void)ctx;
	OK(home(db, a, &h));
	for (int i = 0; i < 5; i++)
		OK(put(db, a, h, arena_printf(a, "%d.ics", i), arena_printf(a, "uid-%d", i), 1,
		       &id));
	CHECK_FAULT("in use", collection_purge(db, a, h.owner, h.calendar, 3, &done),
		    FAULT_CONFLICT);
	OK(collection_bury(db, a, h.owner, h.calendar));
	OK(collection_find(db, a, h.owner, TEXT("calendar"), &c));
	CHECK_TRUE("out of sight", !c);
	OK(object_find_by_path(db, a, h.owner, TEXT("calendar"), TEXT("0.ics"), &o));
	CHECK_TRUE("with what it held", !o);
	OK(object_find_uid_anywhere(db, a, h.owner, TEXT("uid-0"), 0, &o));
	CHECK_TRUE("its UIDs are free", !o);
	OK(collection_purge(db, a, h.owner, h.calendar, 3, &done));
	CHECK_TRUE("a portion", !done);
	OK(collection_purge(db, a, h.owner, h.calendar, 3, &done));
	CHECK_TRUE("the rest", done);
	OK(object_get(db, a, h.owner, id, &o));
	CHECK_TRUE("nothing left", !o);
	return NULL;
}

/* ---- occurrences --------------------------------------------------------------------------- */

enum { DAY = 86400, HOUR = 3600 };

static const struct occurrence_row rows[] = {
	{.start = 0, .end = HOUR, .busy = 1},
	{.start = 10 * HOUR, .end = 10 * HOUR, .busy = 1},		 /* no length */
	{.start = -3 * DAY, .end = 12 * HOUR, .busy = 2},		 /* long */
	{.start = 20 * HOUR, .end = 21 * HOUR, .busy = 0},		 /* free */
	{.start = 2 * DAY, .end = 3 * DAY, .busy = 1, .floating = true}, /* all-day */
	{.start = 5 * DAY, .end = 9 * DAY, .busy = 1, .floating = true}, /* long, all-day */
	{.start = 40 * DAY, .end = 40 * DAY + HOUR, .busy = 1},
	{.start = 40 * DAY, .end = 40 * DAY + 2 * HOUR, .busy = 1}, /* same start */
};

static const struct range_row {
	const char *name;
	int64_t from, to;
	bool busy_only;
	unsigned want; /* bit i: rows[i] */
} ranges[] = {
	{"overlap", 1800, 2 * HOUR, false, 1 << 0 | 1 << 2},
	{"an end is outside", HOUR, 2 * HOUR, false, 1 << 2},
	{"a start is inside, the end not", -HOUR, 0, false, 1 << 2},
	{"no length, at the start", 10 * HOUR, 11 * HOUR, false, 1 << 1 | 1 << 2},
	{"no length, at the end", 9 * HOUR, 10 * HOUR, false, 1 << 2},
	{"long, begun before", 11 * HOUR, 13 * HOUR, false, 1 << 2},
	{"long, over", 12 * HOUR, 13 * HOUR, false, 0},
	{"free is told", 20 * HOUR, 22 * HOUR, false, 1 << 3},
	{"free is left out", 20 * HOUR, 22 * HOUR, true, 0},
	{"floating, 14 hours before", 2 * DAY - 13 * HOUR, 2 * DAY - 12 * HOUR, false, 1 << 4},
	{"floating, 15 hours before", 2 * DAY - 16 * HOUR, 2 * DAY - 15 * HOUR, false, 0},
	{"floating, 13 hours after", 3 * DAY + 13 * HOUR, 3 * DAY + 14 * HOUR, false, 1 << 4},
	{"floating, long", 8 * DAY, 8 * DAY + 1, false, 1 << 5},
	{"two at one start", 40 * DAY, 41 * DAY, false, 1 << 6 | 1 << 7},
};

static bool note_row(void *ctx, const struct occurrence_row *r)
{
	unsigned *bits = ctx;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].start == r->start && rows[i].end == r->end && rows[i].busy == r->busy &&
		    rows[i].floating == r->floating)
			*bits |= 1u << i;
	return true;
}

static const struct fault *occurrences(struct db *db, struct arena *a, void *ctx)
{
	(void)ctx;
	OK(occurrence_replace(db, a, 1, 2, 3, rows, ARRAY_LEN(rows)));
	OK(occurrence_replace(db, a, 1, 5, 4, rows, ARRAY_LEN(rows)));
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		const struct range_row *r = &ranges[i];
		unsigned bits = 0;

		OK(occurrence_range(db, a, 1, 2, r->from, r->to, r->busy_only, note_row, &bits));
		CHECK_INT(r->name, bits, r->want);
	}
	/* Another set: some stay, some go, one changes, one comes. */
	{
		struct occurrence_row next[] = {rows[0], rows[6], rows[4]};
		unsigned bits = 0;

		next[1].end += HOUR; /* becomes rows[7] */
		OK(occurrence_replace(db, a, 1, 2, 3, next, ARRAY_LEN(next)));
		OK(occurrence_range(db, a, 1, 2, -9 * DAY, 99 * DAY, false, note_row, &bits));
		CHECK_INT("replaced", bits, 1 << 0 | 1 << 4 | 1 << 7);
		OK(occurrence_replace(db, a, 1, 2, 3, NULL, 0));
		bits = 0;
		OK(occurrence_range(db, a, 1, 2, -9 * DAY, 99 * DAY, false, note_row, &bits));
		CHECK_INT("none", bits, 0);
		OK(occurrence_range(db, a, 1, 5, -9 * DAY, 99 * DAY, false, note_row, &bits));
		CHECK_INT("another object's stay", bits, 0xff);
		OK(occurrence_replace(db, a, 1, 5, 4, NULL, 0));
	}
	return NULL;
}

/* More rows than one trip carries. */
static const struct fault *many_occurrences(struct db *db, struct arena *a, void *ctx)
{
	struct occurrence_row *many = arena_alloc_array(a, 1000, sizeof(*many));
	unsigned bits = 0;

	(void)ctx;
	for (int i = 0; i < 1000; i++)
		many[i] = (struct occurrence_row){.start = i * DAY, .end = i * DAY + 1, .busy = 1};
	many[999] = rows[7];
	OK(occurrence_replace(db, a, 1, 2, 3, many, 1000));
	OK(occurrence_range(db, a, 1, 2, 40 * DAY, 41 * DAY, true, note_row, &bits));
	CHECK_INT("the last one came too", bits, 1 << 7);
	OK(occurrence_replace(db, a, 1, 2, 3, NULL, 0));
	return NULL;
}

static const struct fault *horizon(struct db *db, struct arena *a, void *ctx)
{
	struct object_key none = {0, 0}, *k;
	struct stored_object *o;
	struct store_home h;
	int64_t from, until, id[3];
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	OK(occurrence_horizon(db, a, &from, &until));
	CHECK_INT("not set", until, 0);
	OK(occurrence_set_horizon(db, a, 5, 10));
	OK(occurrence_set_horizon(db, a, 4, 20));
	OK(occurrence_set_horizon(db, a, 3, 15));
	OK(occurrence_horizon(db, a, &from, &until));
	CHECK_INT("from", from, 5);
	CHECK_INT("until", until, 20);
	for (int i = 0; i < 3; i++) {
		const char *name = arena_printf(a, "%d.ics", i);

		OK(put(db, a, h, name, name, i + 1, &id[i]));
		OK(object_get(db, a, h.owner, id[i], &o));
		o->partial = i > 0;
		o->last_end = i == 2 ? INT64_MAX : 2000;
		OK(object_write(db, a, o, &id[i]));
	}
	OK(object_candidates(db, a, h.owner, h.calendar, 1500, 1600, 0, 9, &o, &count));
	CHECK_INT("candidates are partial", (int64_t)count, 2);
	OK(object_candidates(db, a, h.owner, h.calendar, 90000, 90001, 0, 9, &o, &count));
	CHECK_INT("and reach so far", (int64_t)count, 1);
	CHECK_INT("with data", (int64_t)o[0].data.len, 12);
	OK(object_candidates(db, a, h.owner, h.calendar, 1500, 1600, id[1], 9, &o, &count));
	CHECK_INT("after one seen", (int64_t)count, 1);
	OK(object_candidates(db, a, h.owner, h.calendar, -90000, -80000, 0, 9, &o, &count));
	CHECK_INT("none so early", (int64_t)count, 0);
	OK(occurrence_stale_objects(db, a, 1999, none, 9, &k, &count));
	CHECK_INT("stale", (int64_t)count, 2);
	OK(occurrence_stale_objects(db, a, 1999, k[0], 9, &k, &count));
	CHECK_INT("stale, after one", (int64_t)count, 1);
	OK(occurrence_stale_objects(db, a, 2000, none, 9, &k, &count));
	CHECK_INT("past until only", (int64_t)count, 1);
	return NULL;
}

/* Of six objects, three versions twice: 0 is of no zone data, 7 is what is asked for. */
static const struct fault *zone_versions(struct db *db, struct arena *a, void *ctx)
{
	static const int64_t versions[] = {0, 7, 8, 8, 7, 0};
	struct object_key none = {0, 0}, *k;
	struct occurrence_ground g;
	struct stored_object *o;
	struct store_home h;
	int64_t id[ARRAY_LEN(versions)];
	size_t count;

	(void)ctx;
	OK(home(db, a, &h));
	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		const char *name = arena_printf(a, "%zu.ics", i);

		OK(put(db, a, h, name, name, (int64_t)i + 1, &id[i]));
		OK(object_get(db, a, h.owner, id[i], &o));
		o->zone_version = versions[i];
		OK(object_write(db, a, o, &id[i]));
	}
	OK(occurrence_other_zones(db, a, 7, none, 9, &k, &count));
	CHECK_INT("of other zone data", (int64_t)count, 2);
	CHECK_TRUE("in order", k[0].owner == h.owner && k[0].object == id[2]);
	OK(object_get(db, a, h.owner, id[2], &o));
	CHECK_INT("each with its version", o->zone_version, 8);
	OK(occurrence_other_zones(db, a, 7, k[0], 9, &k, &count));
	CHECK_INT("after one seen", (int64_t)count, 1);
	CHECK_INT("the other", k[0].object, id[3]);
	OK(occurrence_other_zones(db, a, 9, none, 3, &k, &count));
	CHECK_INT("a portion", (int64_t)count, 3);
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("not looked at yet", g.zones, 0);
	OK(occurrence_set_zones(db, a, -7));
	OK(occurrence_settle_zones(db, a, 8));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("another's end is none", g.zones, -7);
	OK(occurrence_settle_zones(db, a, 7));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("settled", g.zones, 7);
	OK(occurrence_note_zones(db, a, 7));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("its own rows", g.zones, 7);
	OK(occurrence_note_zones(db, a, 8));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("rows of others", g.zones, 0);
	OK(occurrence_set_zones(db, a, -7));
	OK(occurrence_note_zones(db, a, 7));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("rows of those that are being made", g.zones, -7);
	OK(occurrence_note_zones(db, a, 8));
	OK(occurrence_ground(db, a, &g));
	CHECK_INT("rows of others meanwhile", g.zones, 0);
	return NULL;
}

#define BODY(fn)                                                                                   \
	static void test_##fn(struct store_fixture *x)                                             \
	{                                                                                          \
		in_change(x, fn);                                                                  \
	}                                                                                          \
	STORE_CASE(test_##fn)

BODY(owners)
BODY(collections)
BODY(properties)
BODY(objects)
BODY(tombstones)
BODY(change_pages)
BODY(forgetting)
BODY(purging)
BODY(occurrences)
BODY(many_occurrences)
BODY(horizon)
BODY(zone_versions)

UNIT_SUITE("store", STORE_ROWS("owners", test_owners), STORE_ROWS("collections", test_collections),
	   STORE_ROWS("properties", test_properties), STORE_ROWS("objects", test_objects),
	   STORE_ROWS("tombstones (RFC 6578 §3.5.2)", test_tombstones),
	   STORE_ROWS("pages of changes (RFC 6578 §3.6)", test_change_pages),
	   STORE_ROWS("forgetting removals (RFC 6578 §3.2)", test_forgetting),
	   STORE_ROWS("purging a collection", test_purging),
	   STORE_ROWS("occurrences (RFC 4791 §9.9)", test_occurrences),
	   STORE_ROWS("many occurrences", test_many_occurrences),
	   STORE_ROWS("horizon", test_horizon), STORE_ROWS("zone versions", test_zone_versions))
