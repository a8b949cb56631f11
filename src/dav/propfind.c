/* propfind - properties of a resource and of what is in it (RFC 4918 §9.1) */

#include "dav/proxy.h"
#include "store/access.h"
#include "store/listing.h"

struct walk {
	struct dav_asked asked;
	bool begun;		  /* the resource itself was written */
	bool has_inner;		  /* ... and the collections in it */
	struct access_share last; /* of a home: what is shared and was written */
	size_t after_len;
	char after[DAV_NAME_MAX]; /* name of the last object that was written */
};

static void remember(struct walk *w, struct text name)
{
	w->after_len = name.len;
	memcpy(w->after, name.at, name.len);
}

/* ---- what is in it -------------------------------------------------------------------------- */

/* Of the folders, whose members are given by the tree of paths. */
static const struct folder {
	enum dav_kind parent, member;
	enum owner_kind whose;
} folders[] = {
	{DAV_ROOT, DAV_TOP, OWNER_INDIVIDUAL},	      {DAV_TOP, DAV_PRINCIPALS, OWNER_INDIVIDUAL},
	{DAV_TOP, DAV_HOMES, OWNER_INDIVIDUAL},	      {DAV_PRINCIPALS, DAV_USERS, OWNER_INDIVIDUAL},
	{DAV_PRINCIPALS, DAV_USERS, OWNER_GROUP},     {DAV_PRINCIPALS, DAV_USERS, OWNER_ROOM},
	{DAV_PRINCIPALS, DAV_USERS, OWNER_RESOURCE},  {DAV_PRINCIPALS, DAV_USERS, OWNER_TEAM},
	{DAV_USERS, DAV_PRINCIPAL, OWNER_INDIVIDUAL}, {DAV_HOMES, DAV_HOME, OWNER_INDIVIDUAL},
};

static const struct fault *put_folders(struct dav_request *dr, struct walk *w, struct arena *page,
				       struct buf *out)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(folders) && !f; i++) {
		struct dav_view v = dav_view_of_target(dr, page);

		if (folders[i].parent != dr->kind ||
		    (dr->kind == DAV_USERS && folders[i].whose != dr->whose.kind))
			continue;
		v.kind = folders[i].member;
		v.whose = v.owned_by = (struct dav_whose){folders[i].whose, dr->rq->user.name};
		v.owner_id = dr->rq->user.owner;
		f = dav_put_response(&v, &w->asked, out);
	}
	return f;
}

/* A principal has two groups below it, if it has calendars. */
static const struct fault *put_proxies(struct dav_request *dr, struct walk *w, struct arena *page,
				       struct buf *out)
{
	const struct fault *f = NULL;

	for (const struct dav_proxy *p = dav_proxies; p->name.len > 0 && !f; p++) {
		struct dav_view v = dav_view_of_target(dr, page);

		v.kind = DAV_PROXY;
		v.collection_name = p->name;
		if (dr->whose.kind != OWNER_GROUP)
			f = dav_put_response(&v, &w->asked, out);
	}
	return f;
}

static const struct fault *put_shared(struct dav_request *dr, struct walk *w, struct arena *page,
				      struct buf *out, bool *more_out)
{
	struct dav_shared *shared;
	size_t count;
	const struct fault *f = dav_list_shared(dr, page, &w->last, &shared, &count, more_out);

	for (size_t i = 0; !f && i < count; i++) {
		struct dav_view v = dav_view_of_shared(dr, page, &shared[i]);

		f = dav_put_response(&v, &w->asked, out);
	}
	return f;
}

/* Those of a list that stand in it directly, `from` bytes behind the beginning of their paths. */
static const struct fault *put_collections(struct dav_request *dr, struct walk *w,
					   struct arena *page, struct buf *out,
					   const struct dav_open_list *all, size_t from)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < all->count; i++) {
		struct dav_view v = dav_view_of_open(dr, page, &all->at[i]);

		if (text_find_char(v.collection->name, '/', from) < 0)
			f = dav_put_response(&v, &w->asked, out);
	}
	return f;
}

static const struct fault *put_own(struct dav_request *dr, struct walk *w, struct arena *page,
				   struct buf *out)
{
	struct dav_open_list all;
	const struct fault *f;

	if (w->has_inner)
		return NULL;
	w->has_inner = true;
	f = dav_list_open(dr, page, TEXT_NONE, DAV_MAY_READ, &all);
	return f ? f : put_collections(dr, w, page, out, &all, 0);
}

static const struct fault *put_home(struct dav_request *dr, struct walk *w, struct arena *page,
				    struct buf *out, bool *more_out)
{
	const struct fault *f = put_own(dr, w, page, out);

	if (!f && dr->owner_id == dr->rq->user.owner)
		f = put_shared(dr, w, page, out, more_out);
	return f;
}

/* Plain collections hold others, which all stand on the first page. */
static const struct fault *put_inner(struct dav_request *dr, struct walk *w, struct arena *page,
				     struct buf *out)
{
	struct text name = dr->collection->name;
	struct dav_open_list all;
	const struct fault *f;

	if (w->has_inner || dr->kind != DAV_PLAIN)
		return NULL;
	w->has_inner = true;
	f = dav_list_open(dr, page, name, DAV_MAY_READ, &all);
	return f ? f : put_collections(dr, w, page, out, &all, name.len + 1);
}

struct listed {
	struct walk *w;
	struct dav_view view;
	struct buf *out;
	int count;
	const struct fault *fault;
};

static bool put_tag(void *ctx, const struct object_tag *tag)
{
	struct listed *l = ctx;

	l->view.object_name = tag->name;
	l->view.etag = tag->etag;
	l->fault = dav_put_response(&l->view, &l->w->asked, l->out);
	remember(l->w, tag->name);
	l->count++;
	return !l->fault && l->out->len < DAV_PAGE_BYTES;
}

/*
 * Most listings ask for no more than ETags. The name to go on from is copied, as those
 * that follow take its place while the statement runs.
 */
static const struct fault *put_tags(struct dav_request *dr, struct walk *w, struct arena *page,
				    struct buf *out, bool *more_out)
{
	struct listed l = {w, dav_view_of_objects(dr, page, dr->collection), out, 0, NULL};
	const struct fault *f = object_tags(dr->db, page, dr->collection->owner, dr->collection->id,
					    text_from(arena_copy(page, w->after, w->after_len)),
					    DAV_PAGE_OBJECTS, put_tag, &l);

	*more_out = l.count == DAV_PAGE_OBJECTS || out->len >= DAV_PAGE_BYTES;
	return f ? f : l.fault;
}

/* As many as fit into the page. */
static const struct fault *put_objects(struct dav_request *dr, struct walk *w, struct arena *page,
				       struct buf *out, bool *more_out)
{
	struct stored_object *o;
	size_t count, i;
	const struct fault *f =
		object_page(dr->db, page, dr->collection->owner, dr->collection->id,
			    text_of(w->after, w->after_len), DAV_PAGE_OBJECTS, false, &o, &count);

	for (i = 0; !f && i < count && out->len < DAV_PAGE_BYTES; i++) {
		struct dav_view v = dav_view_of_object(dr, page, dr->collection, &o[i]);

		f = dav_put_response(&v, &w->asked, out);
	}
	if (f)
		return f;
	*more_out = i < count || count == DAV_PAGE_OBJECTS;
	if (i > 0)
		remember(w, o[i - 1].name);
	return NULL;
}

/* ---- the pages ---------------------------------------------------------------------------------
 */

static const struct fault *put_members(struct dav_request *dr, struct walk *w, struct arena *page,
				       struct buf *out, bool *more_out)
{
	const struct fault *f;

	if (dr->kind & (DAV_CALENDAR | DAV_BOXES | DAV_PLAIN)) {
		f = put_inner(dr, w, page, out);
		if (f)
			return f;
		/* The type of a file stands in its row. */
		return dr->kind != DAV_PLAIN && dav_asks_for_tags_only(&w->asked)
			       ? put_tags(dr, w, page, out, more_out)
			       : put_objects(dr, w, page, out, more_out);
	}
	if (dr->kind == DAV_HOME)
		return put_home(dr, w, page, out, more_out);
	if (dr->kind == DAV_PRINCIPAL)
		return put_proxies(dr, w, page, out);
	return put_folders(dr, w, page, out);
}

static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct walk *w = ctx;
	struct dav_view self;
	const struct fault *f = NULL;

	*more_out = false;
	if (!w->begun && dr->no_root && dr->depth == DAV_DEPTH_1) {
		dav_say_applied(dr, DAV_PREFER_NO_ROOT);
	} else if (!w->begun) {
		self = dav_view_of_target(dr, page);
		f = dav_put_response(&self, &w->asked, out);
	}
	w->begun = true;
	if (!f && dr->depth == DAV_DEPTH_1)
		f = put_members(dr, w, page, out, more_out);
	return f;
}

/* ---- the method ---- */

/* Without the header the whole tree is meant (§9.1), and that is never given. */
static const struct fault *check_depth(struct dav_request *dr)
{
	if (dr->depth == DAV_DEPTH_BAD)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "Depth is 0, 1 or infinity.");
	if (dr->depth == DAV_DEPTH_0 || dr->depth == DAV_DEPTH_1 || (dr->kind & DAV_MEMBERS))
		return NULL;
	return fault_make(dr->arena, FAULT_INFINITE_DEPTH, NULL,
			  "Collections are listed one level at a time.");
}

const struct fault *dav_propfind(struct dav_request *dr)
{
	struct walk *w = arena_alloc(dr->arena, sizeof(*w));
	const struct fault *f = check_depth(dr);

	if (!f && dr->body && !xml_is(dr->body, NS_DAV, "propfind"))
		f = fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			       "The body of PROPFIND is a propfind element.");
	if (!f)
		f = dav_read_asked(dr, dr->body, &w->asked);
	if (f)
		return f;
	/* An object has no members, whatever the depth. */
	if (dr->kind & DAV_MEMBERS)
		dr->depth = DAV_DEPTH_0;
	return dav_answer_multistatus(dr, next_page, NULL, w);
}
