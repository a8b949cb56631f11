/*
 * report_owned - what the user owns, at any depth (RFC 3744 §9.3)
 *
 * DAV:principal-match with DAV:owner for the property. A user owns the own principal, the own home
 * and what is in it, so the way leads from the place that is asked about into the own home, or
 * nowhere; no access has to be judged on it. What it passes is written page by page.
 */

#include "dav/report.h"

struct owned {
	struct dav_asked asked;
	struct dav_request home; /* as if it were asked for the user's home */
	struct collection *all;	 /* those below the place, and at it; by name */
	size_t count, at;
	bool begun;    /* what is above them is written */
	bool has_self; /* ... and the collection all[at] itself */
	size_t after_len;
	char after[DAV_NAME_MAX]; /* name of the last object of it that is written */
};

/* ---- where it leads ------------------------------------------------------------------------- */

static bool is_at_or_below(struct text path, struct text root)
{
	return text_starts(path, root) && (path.len == root.len || path.at[root.len] == '/');
}

/* Of the own collections those that the place holds. */
static const struct fault *find_collections(struct dav_request *dr, struct owned *w)
{
	struct collection *all;
	size_t count;
	const struct fault *f;

	if (!(dr->kind & (DAV_ROOT | DAV_TOP | DAV_HOMES | DAV_HOME)) && !dr->collection)
		return NULL;
	f = collection_list(dr->db, dr->arena, dr->rq->user.owner, &all, &count);
	for (size_t i = 0; !f && i < count; i++)
		if (!dr->collection || is_at_or_below(all[i].name, dr->collection->name))
			all[w->count++] = all[i];
	w->all = all;
	return f;
}

/* ---- what is written ------------------------------------------------------------------------ */

static const struct fault *put_above(struct dav_request *dr, struct owned *w, struct arena *page,
				     struct buf *out)
{
	struct dav_view v = dav_view_of_target(&w->home, page);
	const struct fault *f = NULL;

	if (dr->kind & (DAV_ROOT | DAV_TOP | DAV_HOMES))
		f = dav_put_response(&v, &w->asked, out);
	v = dav_view_of_target(&w->home, page);
	v.kind = DAV_PRINCIPAL;
	if (!f && ((dr->kind & (DAV_ROOT | DAV_TOP | DAV_PRINCIPALS)) ||
		   (dr->kind == DAV_USERS && dr->whose.kind == OWNER_INDIVIDUAL)))
		f = dav_put_response(&v, &w->asked, out);
	return f;
}

/* The next objects of the collection at hand, as many as there is room for. */
static const struct fault *put_objects(struct owned *w, struct arena *page, struct buf *out,
				       size_t *room)
{
	const struct collection *c = &w->all[w->at];
	struct stored_object *o;
	size_t count, i;
	const struct fault *f =
		object_page(w->home.db, page, c->owner, c->id, text_of(w->after, w->after_len),
			    (int)*room, false, &o, &count);

	for (i = 0; !f && i < count && out->len < DAV_PAGE_BYTES; i++) {
		struct dav_view v = dav_view_of_object(&w->home, page, c, &o[i]);

		f = dav_put_response(&v, &w->asked, out);
		w->after_len = o[i].name.len;
		memcpy(w->after, o[i].name.at, o[i].name.len);
	}
	if (f)
		return f;
	/* All of it is written where there was room for more. */
	if (i == count && count < *room) {
		w->at++;
		w->has_self = false;
		w->after_len = 0;
		*room -= count;
	} else {
		*room = 0;
	}
	return NULL;
}

static const struct fault *put_collection(struct dav_request *dr, struct owned *w,
					  struct arena *page, struct buf *out, size_t *room)
{
	const struct collection *c = &w->all[w->at];
	bool is_place = dr->collection && dr->collection->id == c->id;
	const struct fault *f = NULL;

	if (!w->has_self && !is_place) {
		struct dav_view v = dav_view_of_collection(&w->home, page, c);

		f = dav_put_response(&v, &w->asked, out);
		--*room;
	}
	w->has_self = true;
	return f || *room == 0 ? f : put_objects(w, page, out, room);
}

static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct owned *w = ctx;
	size_t room = DAV_PAGE_OBJECTS;
	const struct fault *f = NULL;

	w->home.db = dr->db;
	if (!w->begun)
		f = put_above(dr, w, page, out);
	w->begun = true;
	while (!f && w->at < w->count && room > 0)
		f = put_collection(dr, w, page, out, &room);
	*more_out = w->at < w->count;
	return f;
}

const struct fault *dav_answer_owned(struct dav_request *dr, const struct dav_asked *asked)
{
	struct owned *w = arena_alloc(dr->arena, sizeof(*w));
	struct dav_whose user = {OWNER_INDIVIDUAL, dr->rq->user.name};
	bool is_nobodys = dr->kind & DAV_FOLDERS;
	const struct fault *f = NULL;

	w->asked = *asked;
	w->home = *dr;
	w->home.kind = DAV_HOME;
	w->home.whose = w->home.owned_by = user;
	w->home.owner_id = dr->rq->user.owner;
	w->home.owner = NULL;
	w->home.may = DAV_MAY_ALL;
	w->home.collection_name = w->home.object_name = TEXT_NONE;
	w->home.collection = NULL;
	w->begun = !is_nobodys;
	if (is_nobodys || dr->owner_id == dr->rq->user.owner)
		f = find_collections(dr, w);
	return f ? f : dav_answer_multistatus(dr, next_page, NULL, w);
}
