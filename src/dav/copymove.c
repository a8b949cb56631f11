/*
 * copymove - COPY and MOVE (RFC 4918 §9.8, §9.9)
 *
 * One change, so both ends are as they were or as they should be. An object goes into a calendar
 * under the same conditions as by PUT (RFC 4791 §5.3.2.1); what may go where is decided here by the
 * kinds of both ends, and once more by the change, where they may be others by then.
 */

#include "dav/destination.h"
#include "dav/lock.h"

struct transfer {
	struct dav_request *to;
	bool is_move, overwrite;
	unsigned may; /* around the new place */
	struct change_transfer object;
	struct change_tree tree;
};

/* ---- what the headers say ----------------------------------------------------------------- */

static const struct fault *bad_request(struct dav_request *dr, const char *why)
{
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "%s", why);
}

/* §10.6: "T" where nothing is said. */
static const struct fault *read_overwrite(struct dav_request *dr, bool *out)
{
	struct text value = http_header(dr->rq, "Overwrite");

	*out = !value.at || text_equal_nocase(value, TEXT("T"));
	if (*out || text_equal_nocase(value, TEXT("F")))
		return NULL;
	return bad_request(dr, "Overwrite is T or F.");
}

/* A collection is moved whole, and copied whole or without its members (§9.8.3, §9.9.2). */
static const struct fault *check_depth(struct dav_request *dr, bool is_move)
{
	if (dr->depth == DAV_DEPTH_BAD ||
	    ((dr->kind & DAV_COLLECTIONS) &&
	     (dr->depth == DAV_DEPTH_1 || (dr->depth == DAV_DEPTH_0 && is_move))))
		return bad_request(dr, is_move ? "Depth is infinity." : "Depth is 0 or infinity.");
	return NULL;
}

/* ---- what may go where ---------------------------------------------------------------------- */

/* Objects and files stand in calendars and plain collections, not in the home ... */
#define FOR_OBJECTS (DAV_MEMBERS | DAV_FREE_OBJECT | DAV_FREE_FILE | DAV_PLAIN)
/* ... collections in the home, and plain ones in plain ones too (RFC 4791 §4.2). */
#define FOR_COLLECTIONS (DAV_CALENDAR | DAV_FREE_CALENDAR | DAV_FILE | DAV_FREE_FILE | DAV_PLAIN)

static bool is_in_home(const struct dav_request *at)
{
	return !(at->kind & (DAV_MEMBERS | DAV_FREE_OBJECT | DAV_FREE_FILE)) &&
	       text_find_char(at->collection_name, '/', 0) < 0;
}

static const struct fault *no_parent(struct dav_request *dr)
{
	return fault_make(dr->arena, FAULT_CONFLICT, NULL,
			  "There is no collection that could hold this.");
}

static const struct fault *check_object(struct dav_request *dr, const struct dav_request *to)
{
	if (!(to->kind & FOR_OBJECTS) || is_in_home(to))
		return no_parent(dr);
	/* What stands in a box was delivered there, and is a message (RFC 6638 §2.2). */
	if (dav_kind_of(to->collection) & DAV_BOXES)
		return fault_make(dr->arena, FAULT_FORBIDDEN, "bind", "Nothing is put there.");
	if (dav_kind_of(dr->collection) & DAV_BOXES)
		return fault_make(dr->arena, FAULT_BAD_OBJECT, NULL,
				  "A scheduling message is no calendar object.");
	return NULL;
}

/* By the name that it has here, it is shared; whose home it stands in decides about its name. */
static bool is_shared_here(const struct dav_request *at)
{
	return !text_equal(at->whose.name, at->owned_by.name);
}

static const struct fault *check_collection(struct dav_request *dr, const struct dav_request *to)
{
	if ((to->kind & (DAV_OBJECT | DAV_FREE_OBJECT)) ||
	    (dr->kind == DAV_CALENDAR && !is_in_home(to)))
		return fault_make(dr->arena, FAULT_BAD_LOCATION, NULL,
				  "Calendars stand in the home of calendars, and hold no "
				  "collections.");
	if (!(to->kind & FOR_COLLECTIONS))
		return fault_make(dr->arena, FAULT_FORBIDDEN, "bind", "Nothing is put there.");
	/* Whose it is decides what counts as busy: each object would be planned anew. */
	if (dr->owner_id != to->owner_id || is_shared_here(dr) || is_shared_here(to))
		return fault_make(dr->arena, FAULT_BAD_TRANSFER, NULL,
				  "What somebody else owns is copied object by object.");
	return dav_check_condition(dr, true);
}

static const struct fault *check_ends(struct dav_request *dr, const struct dav_request *to)
{
	if (to->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	if (to->kind & (DAV_ORPHAN | DAV_NOTHING))
		return no_parent(dr);
	return dr->kind & DAV_MEMBERS ? check_object(dr, to) : check_collection(dr, to);
}

/* RFC 3744 appendix B: a MOVE takes away what it replaces, a COPY writes over it. */
static const struct fault *check_privileges(struct transfer *t)
{
	struct dav_request *to = t->to;
	const struct fault *f = dav_may_in_parent(to, &t->may);

	if (f)
		return f;
	if (to->kind & DAV_MISSING)
		return dav_need_of_parent(to, DAV_MAY_BIND);
	if (t->is_move || (to->kind & DAV_COLLECTIONS))
		return dav_need_of_parent(to, DAV_MAY_BIND | DAV_MAY_UNBIND);
	return dav_need(to, to->kind, DAV_MAY_WRITE_CONTENT | DAV_MAY_WRITE_PROPERTIES);
}

static const struct fault *check_target(struct dav_request *dr, struct transfer *t)
{
	const struct fault *f = check_ends(dr, t->to);

	if (!f)
		f = check_privileges(t);
	return dav_refused_at(t->to, f);
}

/* ---- the answer --------------------------------------------------------------------------------
 */

static void answer(struct dav_request *dr, const struct transfer *t, enum dav_kind kind,
		   bool created)
{
	struct dav_request *to = t->to;
	struct buf path;

	if (created) {
		buf_init(&path, dr->arena, 128, 16384);
		dav_put_path(&path, kind, &to->whose, to->collection_name, to->object_name);
		http_set_header(dr->rq, "Location", buf_text(&path));
	}
	http_answer(dr->rq, created ? 201 : 204, NULL, TEXT_NONE);
}

static const struct fault *object_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	struct transfer *t = state;

	if (f)
		return dav_name_conflict(t->to, f);
	dav_set_schedule_tag(dr, t->object.schedule_tag);
	http_set_header(dr->rq, "ETag", dav_quoted(dr->arena, t->object.etag));
	answer(dr, t, t->to->kind & DAV_FREE_FILE ? DAV_FILE : DAV_OBJECT, t->object.created);
	return NULL;
}

static const struct fault *tree_done(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	struct transfer *t = state;

	if (!f)
		answer(dr, t, dr->kind, t->tree.created);
	return f;
}

/* ---- the change --------------------------------------------------------------------------------
 */

/* As the store calls it (store/collection.h). */
static struct text store_name(const struct dav_request *at)
{
	struct text around = at->collection ? at->collection->name : at->collection_name;

	return path_join(at->arena, around, at->object_name);
}

/* A plain collection in the way stands in another one, which holds what replaces it. */
static const struct fault *find_holder(struct dav_request *to)
{
	struct text path = to->collection->name;
	struct collection *around;
	const struct fault *f =
		collection_find(to->db, to->arena, to->owner_id, path_parent(path), &around);

	if (!f && !around)
		return no_parent(to);
	if (f)
		return f;
	to->collection = around;
	to->collection_name = around->name;
	to->object_name = path_leaf(path);
	to->kind = DAV_FILE;
	return NULL;
}

static const struct fault *plan_object(struct dav_request *dr, struct transfer *t, struct change *c)
{
	struct dav_request *to = t->to;
	const struct fault *f = to->kind == DAV_PLAIN ? find_holder(to) : NULL;

	if (f)
		return f;
	t->object = (struct change_transfer){
		.from = {dr->owner_id, dr->collection->id, dr->object_name},
		.to = {to->owner_id, to->collection->id, to->object_name},
		.is_move = t->is_move,
		.overwrite = t->overwrite,
		.no_create = !(t->may & DAV_MAY_BIND),
		.no_replace = !(t->may & (t->is_move ? DAV_MAY_UNBIND : DAV_MAY_WRITE_CONTENT)),
		.no_bury = !(t->may & DAV_MAY_UNBIND),
	};
	dav_read_condition(dr->rq, &t->object.condition);
	return change_transfer(c, &t->object);
}

static const struct fault *plan_tree(struct dav_request *dr, struct transfer *t, struct change *c)
{
	t->tree = (struct change_tree){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.from = dr->collection->name,
		.to = store_name(t->to),
		.is_move = t->is_move,
		.overwrite = t->overwrite,
		.alone = dr->depth == DAV_DEPTH_0,
		.no_replace = !(t->may & DAV_MAY_UNBIND),
	};
	return change_transfer_tree(c, &t->tree);
}

/* What locks have to say to it (§7.4, §7.5). */
static const struct fault *guard(struct dav_request *dr, const struct transfer *t, struct change *c)
{
	const struct fault *f = dav_guard(dr, c, dr, t->is_move ? TOUCH_REMOVAL : 0);

	if (f)
		return f;
	return dav_guard(dr, c, t->to, TOUCH_CONTENT | TOUCH_NEW | TOUCH_TREE);
}

static const struct fault *commit(struct dav_request *dr, struct transfer *t)
{
	bool is_object = dr->kind & DAV_MEMBERS;
	struct change *c = dav_change(dr);
	const struct fault *f = is_object ? plan_object(dr, t, c) : plan_tree(dr, t, c);

	if (!f)
		f = guard(dr, t, c);
	if (!f)
		f = dav_require_rights(t->to, c);
	if (!f)
		dav_commit(dr, c, is_object ? object_done : tree_done, t);
	return f;
}

/* From a file, or another's calendar: its bytes are parsed and expanded. */
static bool is_slow(const struct dav_request *dr, const struct dav_request *to)
{
	return (dr->kind & DAV_MEMBERS) && (to->kind & (DAV_OBJECT | DAV_FREE_OBJECT)) &&
	       (dr->kind == DAV_FILE || dr->owner_id != to->owner_id);
}

static const struct fault *commit_on_a_worker(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	struct transfer *t = state;

	if (!f)
		f = dav_reader(dr);
	t->to->db = dr->db;
	return f ? f : commit(dr, t);
}

/* ---- the methods
 * ---------------------------------------------------------------------------------- */

static const struct fault *transfer(struct dav_request *dr, bool is_move)
{
	struct transfer *t = arena_alloc(dr->arena, sizeof(*t));
	const struct fault *f = read_overwrite(dr, &t->overwrite);

	t->is_move = is_move;
	if (!f)
		f = check_depth(dr, is_move);
	if (!f)
		f = dav_read_destination(dr, &t->to);
	if (!f)
		f = check_target(dr, t);
	if (f || !is_slow(dr, t->to))
		return f ? f : commit(dr, t);
	http_go_slow_with(dr->rq, commit_on_a_worker, dr, t);
	return NULL;
}

const struct fault *dav_copy(struct dav_request *dr)
{
	return transfer(dr, false);
}

const struct fault *dav_move(struct dav_request *dr)
{
	return transfer(dr, true);
}
