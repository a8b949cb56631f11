/* locking - what one request knows of locks, and where they have their roots; see lock.h */

#include "dav/lock.h"

struct dav_locking *dav_locking(struct dav_request *dr)
{
	if (!dr->locking)
		dr->locking = arena_alloc(dr->arena, sizeof(*dr->locking));
	return dr->locking;
}

bool dav_is_refresh(const struct dav_request *dr)
{
	return text_equal(dr->rq->method, TEXT("LOCK")) && text_trim(dr->rq->body).len == 0;
}

/* ---- paths and hrefs ------------------------------------------------------------------------- */

/* In the home of its owner, a collection has the name that is kept. */
struct dav_naming dav_naming_of(const struct dav_request *at)
{
	return (struct dav_naming){
		.whose = &at->whose,
		.shown = at->collection_name,
		.kept = at->collection ? at->collection->name : at->collection_name,
	};
}

struct text dav_lock_path(struct arena *a, const struct dav_request *at)
{
	if (!(at->kind & (DAV_LOCKABLE | DAV_FREE_CALENDAR)))
		return TEXT_NONE;
	return path_join(a, dav_naming_of(at).kept, at->object_name);
}

static void put_segments(struct buf *out, struct text path)
{
	struct text name;
	const char *slash = "";

	while (text_next(&path, '/', &name)) {
		buf_put_str(out, slash);
		dav_put_name(out, name);
		slash = "/";
	}
}

struct text dav_lock_root(struct arena *a, const struct dav_naming *n, const struct lock *l)
{
	struct text rest = l->path;
	struct buf out;

	buf_init(&out, a, 128, 16384);
	dav_put_path(&out, DAV_HOME, n->whose, TEXT_NONE, TEXT_NONE);
	if (text_equal(l->path, n->kept) || path_is_below(l->path, n->kept)) {
		put_segments(&out, n->shown);
		rest = text_sub(l->path, n->kept.len, l->path.len);
		if (rest.len > 0) {
			buf_put_char(&out, '/');
			rest = text_sub(rest, 1, rest.len);
		}
	}
	if (rest.len > 0)
		put_segments(&out, rest);
	if (l->is_collection)
		buf_put_char(&out, '/');
	return buf_text(&out);
}
