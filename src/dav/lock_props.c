/* lock_props - what a resource says of locks (RFC 4918 §15.8, §15.10) */

#include "dav/lock.h"

/* The locks of one home, read once per request: a listing asks for them at each member. */
struct dav_known_locks {
	int64_t owner;
	struct lock *at;
	size_t count;
	struct dav_known_locks *next;
};

static const struct fault *know_locks(struct dav_view *v, const struct dav_known_locks **out)
{
	struct dav_request *dr = v->dr;
	struct dav_locking *k = dav_locking(dr);
	struct dav_known_locks *known = k->known;
	const struct fault *f;

	while (known && known->owner != v->owner_id)
		known = known->next;
	*out = known;
	if (known)
		return NULL;
	known = arena_alloc(dr->arena, sizeof(*known));
	f = lock_list(v->db, dr->arena, v->owner_id, dr->rq->now, &known->at, &known->count);
	known->owner = v->owner_id;
	known->next = k->known;
	k->known = known;
	*out = known;
	return f;
}

void dav_put_active_lock(struct buf *out, const struct dav_naming *n, const struct lock *l,
			 int64_t now)
{
	xml_open(out, NS_DAV, "activelock");
	xml_open(out, NS_DAV, "lockscope");
	xml_empty(out, NS_DAV, l->shared ? "shared" : "exclusive");
	xml_close(out, NS_DAV, "lockscope");
	buf_put_lit(out, "<D:locktype><D:write/></D:locktype>");
	xml_element_text(out, NS_DAV, "depth", l->infinite ? TEXT("infinity") : TEXT("0"));
	buf_put_text(out, l->holder);
	xml_open(out, NS_DAV, "timeout");
	buf_put_lit(out, "Second-");
	buf_put_int(out, max64(l->expires - now, 0));
	xml_close(out, NS_DAV, "timeout");
	xml_open(out, NS_DAV, "locktoken");
	xml_element_text(out, NS_DAV, "href", l->token);
	xml_close(out, NS_DAV, "locktoken");
	xml_open(out, NS_DAV, "lockroot");
	xml_element_text(out, NS_DAV, "href", dav_lock_root(out->arena, n, l));
	xml_close(out, NS_DAV, "lockroot");
	xml_close(out, NS_DAV, "activelock");
}

const struct fault *dav_get_lockdiscovery(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct dav_naming naming = {&v->whose, v->collection_name, v->collection->name};
	const struct dav_known_locks *known;
	struct text path;
	const struct fault *f = know_locks(v, &known);

	(void)found_out;
	if (f || known->count == 0)
		return f;
	path = path_join(v->arena, v->collection->name,
			 v->kind & DAV_MEMBERS ? v->object_name : TEXT_NONE);
	for (size_t i = 0; i < known->count; i++)
		if (lock_covers(&known->at[i], path))
			dav_put_active_lock(out, &naming, &known->at[i], v->dr->rq->now);
	return NULL;
}

const struct fault *dav_get_supportedlock(struct dav_view *v, struct buf *out, bool *found_out)
{
	static const char *const scopes[] = {"exclusive", "shared"};

	(void)v;
	(void)found_out;
	for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
		buf_put_lit(out, "<D:lockentry><D:lockscope>");
		xml_empty(out, NS_DAV, scopes[i]);
		buf_put_lit(out, "</D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>");
	}
	return NULL;
}
