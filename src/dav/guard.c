/* guard - no method writes past a lock (RFC 4918 §7). See lock.h. */

#include "dav/lock.h"

struct dav_guarded {
	struct change_guard guard;
	const struct dav_request *at;
	struct dav_guarded *next;
};

/* ---- guards ------------------------------------------------------------------------------------
 */

const struct fault *dav_guard(struct dav_request *dr, struct change *c,
			      const struct dav_request *at, unsigned touches)
{
	struct dav_locking *k = dav_locking(dr);
	struct text path = dav_lock_path(dr->arena, at);
	struct dav_guarded *g;

	k->is_guarded = true;
	if (!path.at)
		return NULL;
	g = arena_alloc(dr->arena, sizeof(*g));
	g->guard = (struct change_guard){
		.owner = at->owner_id,
		.path = path,
		.touches = touches,
		.collection = at->collection ? at->collection->id : 0,
		.collection_name = at->collection ? at->collection->name : TEXT_NONE,
		.user = dr->rq->user.owner,
		.tokens = k->condition ? k->condition->tokens : NULL,
		.token_count = k->condition ? k->condition->token_count : 0,
	};
	g->at = at;
	g->next = k->guarded;
	k->guarded = g;
	return change_guard(c, &g->guard);
}

const struct fault *dav_guard_rest(struct dav_request *dr, struct change *c)
{
	struct dav_locking *k = dav_locking(dr);
	const struct fault *f = NULL;

	if (!k->is_guarded)
		f = dav_guard(dr, c, dr, TOUCH_CONTENT);
	if (!f && k->condition)
		f = change_require(c, dr->owner_id, dav_require_if, dr);
	return f;
}

/* ---- what the client is told
 * ---------------------------------------------------------------------
 */

static const struct dav_guarded *find_blocked(const struct dav_request *dr)
{
	struct dav_guarded *g = dr->locking->guarded;

	while (g && !g->guard.blocked_by)
		g = g->next;
	return g;
}

/* A member is what keeps the whole from being done, and the client is told which one. */
static void answer_member(struct dav_request *dr, const struct fault *f)
{
	struct buf out;

	buf_init(&out, dr->arena, 1024, 64 * 1024);
	xml_root(&out, NS_DAV, "multistatus");
	xml_open(&out, NS_DAV, "response");
	xml_element_text(&out, NS_DAV, "href", text_from(f->about));
	dav_put_status(&out, fault_row(f->code)->http_status);
	dav_put_error(dr, &out, f);
	xml_close(&out, NS_DAV, "response");
	xml_close(&out, NS_DAV, "multistatus");
	http_note_fault(dr->rq, f);
	http_answer(dr->rq, 207, DAV_XML_TYPE, buf_text(&out));
}

const struct fault *dav_tell_lock(struct dav_request *dr, const struct fault *f)
{
	const struct dav_guarded *g = fault_is(f, FAULT_LOCKED) ? find_blocked(dr) : NULL;
	struct dav_naming naming;
	struct text root;

	if (!g)
		return f;
	naming = dav_naming_of(g->at);
	root = dav_lock_root(dr->arena, &naming, g->guard.blocked_by);
	f = fault_make(dr->arena, FAULT_LOCKED, root.at, "%s", f->message);
	if (!path_is_below(g->guard.blocked_by->path, g->guard.path))
		return f;
	answer_member(dr, f);
	return NULL;
}
