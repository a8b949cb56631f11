/* lock - LOCK and UNLOCK (RFC 4918 §9.10, §9.11) */

#include "dav/lock.h"

enum { HOLDER_MAX = 4096 }; /* bytes of DAV:owner */

/* ---- where ---------------------------------------------------------------------------------- */

static const struct fault *check_place(struct dav_request *dr)
{
	if (dr->kind == DAV_MISNAMED)
		return dav_bad_name(dr);
	/* §9.10.6: what is missing around it is not made by the way. */
	if (dr->kind & DAV_NO_PARENT)
		return fault_make(dr->arena, FAULT_CONFLICT, NULL,
				  "There is no collection that could hold this.");
	http_set_header(dr->rq, "Cache-Control", TEXT("no-cache"));
	return NULL;
}

/* RFC 3744 appendix B. */
static const struct fault *check_may_lock(struct dav_request *dr)
{
	if (dr->kind & DAV_MISSING)
		return dav_need_of_parent(dr, DAV_MAY_BIND);
	return dav_need(dr, dr->kind, DAV_MAY_WRITE_CONTENT);
}

/* ---- the body (§14.11) -------------------------------------------------------------------------
 */

static const struct fault *read_scope(struct dav_request *dr, struct lock *l)
{
	const struct xml_node *scope = xml_child(dr->body, NS_DAV, "lockscope");
	const struct xml_node *type = xml_child(dr->body, NS_DAV, "locktype");
	bool exclusive = xml_child(scope, NS_DAV, "exclusive") != NULL;

	l->shared = xml_child(scope, NS_DAV, "shared") != NULL;
	if (!xml_is(dr->body, NS_DAV, "lockinfo") || !scope || !type)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "The body of LOCK is a lockinfo element with scope and type.");
	if (exclusive == l->shared || !xml_child(type, NS_DAV, "write"))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "There are exclusive and shared write locks.");
	return NULL;
}

static const struct fault *read_holder(struct dav_request *dr, struct lock *l)
{
	const struct xml_node *holder = xml_child(dr->body, NS_DAV, "owner");
	struct buf out;

	if (!holder)
		return NULL;
	buf_init(&out, dr->arena, 256, HOLDER_MAX);
	xml_put_node(&out, holder);
	l->holder = buf_text(&out);
	if (!out.overflow)
		return NULL;
	return fault_make(dr->arena, FAULT_BODY_TOO_LARGE, NULL,
			  "The owner of a lock has at most %d bytes.", HOLDER_MAX);
}

static const struct fault *read_depth(struct dav_request *dr, struct lock *l)
{
	l->infinite = dr->depth == DAV_DEPTH_ABSENT || dr->depth == DAV_DEPTH_INFINITY;
	if (l->infinite || dr->depth == DAV_DEPTH_0)
		return NULL;
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "A lock has Depth 0 or infinity.");
}

/* ---- the answer --------------------------------------------------------------------------------
 */

static void answer_lock(struct dav_request *dr, int status, const struct lock *l)
{
	struct dav_naming naming = dav_naming_of(dr);
	struct buf out;

	buf_init(&out, dr->arena, 1024, 64 * 1024);
	xml_root(&out, NS_DAV, "prop");
	xml_open(&out, NS_DAV, "lockdiscovery");
	dav_put_active_lock(&out, &naming, l, dr->rq->now);
	xml_close(&out, NS_DAV, "lockdiscovery");
	xml_close(&out, NS_DAV, "prop");
	http_answer(dr->rq, status, DAV_XML_TYPE, buf_text(&out));
}

/* ---- a new lock ------------------------------------------------------------------------------ */

static const struct fault *taken(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_lock *t = state;
	struct dav_naming naming = dav_naming_of(dr);
	struct text token;

	if (fault_is(f, FAULT_LOCK_CONFLICT))
		return fault_make(dr->arena, FAULT_LOCK_CONFLICT,
				  dav_lock_root(dr->arena, &naming, t->blocked_by).at, "%s",
				  f->message);
	if (f)
		return f;
	token = text_from(arena_printf(dr->arena, "<%.*s>", TEXT_ARG(t->granted.token)));
	http_set_header(dr->rq, "Lock-Token", token);
	answer_lock(dr, dr->kind & DAV_MISSING ? 201 : 200, &t->granted);
	return NULL;
}

/* If-Match and If-None-Match, with the owner locked. */
static const struct fault *require_condition(void *ctx, struct db *db, struct arena *a)
{
	struct dav_request *dr = ctx;
	bool is_collection = (dr->kind & DAV_COLLECTIONS) != 0;
	struct change_condition condition;
	struct stored_object *o = NULL;
	const struct fault *f = NULL;

	dav_read_condition(dr->rq, &condition);
	if (!is_collection)
		f = object_find(db, a, dr->owner_id, dr->collection->id, dr->object_name, &o);
	if (f || change_judge_condition(&condition, is_collection || o, o ? o->etag : TEXT_NONE) ==
			 CONDITION_HOLDS)
		return f;
	return fault_make(a, FAULT_PRECONDITION, NULL,
			  "The resource is not in the state that was asked for.");
}

/*
 * What a lock on a free name makes (§7.3): in a plain collection an empty file. In a calendar the
 * name is only kept free for whoever holds the lock: an empty resource would be no calendar object,
 * and be shown to every client that reads the calendar. It is answered as if it had been made.
 */
static const struct fault *make_resource(struct dav_request *dr, struct change *c)
{
	struct change_file *file;

	if (dr->kind != DAV_FREE_FILE)
		return NULL;
	file = arena_alloc(dr->arena, sizeof(*file));
	*file = (struct change_file){
		.owner = dr->owner_id,
		.collection = dr->collection->id,
		.name = dr->object_name,
		.raw = TEXT(""),
		.media_type = TEXT("application/octet-stream"),
		.condition = {.if_none_match_any = true},
	};
	return change_put_file(c, file);
}

static const struct fault *read_lock(struct dav_request *dr, struct lock *l)
{
	const struct fault *f;

	*l = (struct lock){
		.owner = dr->owner_id,
		.path = dav_lock_path(dr->arena, dr),
		.is_collection = (dr->kind & DAV_COLLECTIONS) != 0,
		.creator = dr->rq->user.owner,
		.seconds = dav_read_timeout(http_header(dr->rq, "Timeout")),
	};
	if (!l->seconds)
		l->seconds = LOCK_SECONDS;
	f = read_scope(dr, l);
	if (!f)
		f = read_depth(dr, l);
	return f ? f : read_holder(dr, l);
}

static const struct fault *take(struct dav_request *dr)
{
	struct change_lock *t = arena_alloc(dr->arena, sizeof(*t));
	struct change *c = dav_change(dr);
	const struct fault *f = read_lock(dr, &t->lock);

	if (!f)
		f = dav_guard(dr, c, dr, dr->kind & DAV_MISSING ? TOUCH_NAME : 0);
	if (!f)
		f = change_require(c, dr->owner_id, require_condition, dr);
	if (!f)
		f = change_take_lock(c, t);
	if (!f)
		f = make_resource(dr, c);
	if (!f)
		dav_commit(dr, c, taken, t);
	return f;
}

/* ---- a lock that is there -------------------------------------------------------------------- */

static const struct fault *refreshed(void *who, void *state, const struct fault *f)
{
	const struct change_lock_use *u = state;

	if (!f)
		answer_lock(who, 200, &u->granted);
	return f;
}

static const struct fault *released(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	(void)state;
	if (!f)
		http_answer(dr->rq, 204, NULL, TEXT_NONE);
	return f;
}

/* The one lock token of the If header; "DAV:no-lock" is none (§10.4.8). */
static bool find_token(const struct dav_request *dr, struct text *out)
{
	const struct dav_if *condition = dr->locking ? dr->locking->condition : NULL;
	size_t count = 0;

	for (size_t i = 0; condition && i < condition->token_count; i++) {
		if (text_starts(condition->tokens[i], TEXT("DAV:")))
			continue;
		*out = condition->tokens[i];
		count++;
	}
	return count == 1;
}

/* The Lock-Token header: "<urn:uuid:…>" (§10.5). */
static bool read_token(struct text header, struct text *out)
{
	if (!text_starts(header, TEXT("<")) || !text_ends(header, TEXT(">")) || header.len < 3)
		return false;
	*out = text_sub(header, 1, header.len - 2);
	return true;
}

static struct change_lock_use *use_of(struct dav_request *dr, struct text token)
{
	struct change_lock_use *u = arena_alloc(dr->arena, sizeof(*u));

	*u = (struct change_lock_use){
		.owner = dr->owner_id,
		.path = dav_lock_path(dr->arena, dr),
		.token = token,
		.user = dr->rq->user.owner,
		.seconds = dav_read_timeout(http_header(dr->rq, "Timeout")),
		.may_release = (dr->may & DAV_MAY_UNLOCK) != 0,
	};
	dav_locking(dr)->is_guarded = true;
	return u;
}

static const struct fault *refresh(struct dav_request *dr)
{
	struct change *c = dav_change(dr);
	struct change_lock_use *u;
	struct text token;
	const struct fault *f;

	if (!find_token(dr, &token))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "A LOCK without a body names one lock in its If header.");
	u = use_of(dr, token);
	f = change_refresh_lock(c, u);
	if (!f)
		dav_commit(dr, c, refreshed, u);
	return f;
}

/* ---- the methods -------------------------------------------------------------------------------
 */

const struct fault *dav_lock(struct dav_request *dr)
{
	const struct fault *f = check_place(dr);

	if (!f)
		f = check_may_lock(dr);
	if (f)
		return f;
	return dav_is_refresh(dr) ? refresh(dr) : take(dr);
}

const struct fault *dav_unlock(struct dav_request *dr)
{
	struct change *c;
	struct change_lock_use *u;
	struct text token;
	const struct fault *f = check_place(dr);

	if (f)
		return f;
	if (!read_token(http_header(dr->rq, "Lock-Token"), &token))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "The Lock-Token header names the lock, in angle brackets.");
	c = dav_change(dr);
	u = use_of(dr, token);
	f = change_release_lock(c, u);
	if (!f)
		dav_commit(dr, c, released, u);
	return f;
}
