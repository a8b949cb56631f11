/*
 * report_multiget - these objects, please (RFC 4791 §7.9)
 *
 * An href may come in any valid percent-encoding, and is answered once, in ours.
 * What is not there, or not below the resource that was asked, is 404; what is no
 * path of ours is given back as it came. How many they are is bounded by the length of
 * the body alone: some clients ask for a whole calendar in one go.
 */

#include "dav/report.h"

enum { MULTIGET_BATCH = 16 };

struct wanted {
	struct text href; /* as it came, when it is no path of an object */
	struct dav_shape shape;
};

struct multiget {
	struct dav_asked asked;
	struct wanted *at;
	size_t count, next;
	/* The calendar of the last one: most share it. */
	struct dav_open place;
	struct text place_name;
};

/* ---- what is wanted ----------------------------------------------------------------------- */

/* Names that are known already, by hash; half of the slots stay free. */
struct seen {
	struct text *slots;
	size_t mask;
};

static void seen_init(struct seen *s, struct arena *a, size_t most)
{
	size_t slots = 16;

	while (slots < 2 * most)
		slots *= 2;
	s->slots = arena_alloc_array(a, slots, sizeof(*s->slots));
	s->mask = slots - 1;
}

/* False when it was there before. */
static bool seen_add(struct seen *s, struct text name)
{
	size_t i = text_hash(name) & s->mask;

	for (; s->slots[i].at; i = (i + 1) & s->mask)
		if (text_equal(s->slots[i], name))
			return false;
	s->slots[i] = name;
	return true;
}

/* Below the resource that was asked? */
static bool is_below(const struct dav_request *dr, const struct dav_shape *shape)
{
	if (shape->kind != DAV_OBJECT || !text_equal(shape->whose.name, dr->whose.name))
		return false;
	if (dr->kind == DAV_HOME)
		return true;
	return text_equal(shape->collection, dr->collection_name) &&
	       (dr->kind != DAV_OBJECT || text_equal(shape->object, dr->object_name));
}

static struct text canonical(struct dav_request *dr, const struct wanted *w)
{
	struct buf path;

	if (w->shape.kind != DAV_OBJECT)
		return w->href;
	buf_init(&path, dr->arena, 128, 8192);
	dav_put_path(&path, DAV_OBJECT, &w->shape.whose, w->shape.collection, w->shape.object);
	return buf_text(&path);
}

static const struct fault *read_hrefs(struct dav_request *dr, struct multiget *g)
{
	size_t most = xml_child_count(dr->body);
	struct seen seen;

	g->at = arena_alloc_array(dr->arena, most, sizeof(*g->at));
	seen_init(&seen, dr->arena, most);
	for (const struct xml_node *n = xml_child(dr->body, NS_DAV, "href"); n; n = xml_next(n)) {
		struct wanted *w = &g->at[g->count];

		w->href = xml_token_of(n);
		w->shape = dav_shape_of_href(dr->arena, w->href);
		if (w->href.len > 0 && seen_add(&seen, canonical(dr, w)))
			g->count++;
	}
	if (g->count == 0)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There is no href.");
	return arena_check(dr->arena);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static const struct fault *find_collection(struct dav_request *dr, struct multiget *g,
					   struct text name)
{
	if (dr->kind != DAV_HOME) {
		g->place = (struct dav_open){dr->collection, dr->may};
		return NULL;
	}
	if (g->place_name.at && text_equal(g->place_name, name))
		return NULL;
	g->place_name = name;
	return dav_find_open(dr, name, DAV_MAY_READ, &g->place);
}

static void put_unknown(struct dav_request *dr, const struct wanted *w, struct arena *page,
			struct buf *out)
{
	struct dav_view v = {
		.dr = dr,
		.arena = page,
		.kind = w->shape.kind,
		.whose = w->shape.whose,
		.collection_name = w->shape.collection,
		.object_name = w->shape.object,
	};

	if (w->shape.kind == DAV_OBJECT) {
		dav_put_gone(&v, out, 404);
		return;
	}
	buf_put_lit(out, "<D:response>");
	xml_element_text(out, NS_DAV, "href", w->href);
	dav_put_status(out, 404);
	buf_put_lit(out, "</D:response>\n");
}

static const struct fault *put_wanted(struct dav_request *dr, struct multiget *g,
				      const struct wanted *w, struct arena *page, struct buf *out)
{
	struct stored_object *o = NULL;
	struct dav_view v;
	const struct fault *f = NULL;

	if (is_below(dr, &w->shape)) {
		f = find_collection(dr, g, w->shape.collection);
		if (!f && g->place.collection)
			f = object_find(dr->db, page, dr->owner_id, g->place.collection->id,
					w->shape.object, &o);
		if (f)
			return f;
	}
	if (!o) {
		put_unknown(dr, w, page, out);
		return NULL;
	}
	v = dav_view_of_object(dr, page, g->place.collection, o);
	v.may = g->place.may;
	return dav_put_response(&v, &g->asked, out);
}

static const struct fault *put_page(struct dav_request *dr, struct multiget *g, struct arena *page,
				    struct buf *out)
{
	size_t end = g->next + DAV_PAGE_OBJECTS, begin = out->len;

	while (g->next < g->count && g->next < end && out->len - begin < DAV_PAGE_BYTES) {
		const struct fault *f;

		if (g->next % MULTIGET_BATCH == 0)
			arena_reset(page);
		f = put_wanted(dr, g, &g->at[g->next++], page, out);
		if (!f)
			f = arena_check(page);
		if (f)
			return f;
	}
	return NULL;
}

/* In one snapshot, as each object would take and leave SQLite's file locks by itself. */
static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	struct multiget *g = ctx;
	const struct fault *f = store_snapshot_begin(dr->db, dr->arena);

	if (f)
		return f;
	f = put_page(dr, g, page, out);
	store_snapshot_end(dr->db);
	*more_out = g->next < g->count;
	return f;
}

const struct fault *dav_report_multiget(struct dav_request *dr)
{
	struct multiget *g = arena_alloc(dr->arena, sizeof(*g));
	const struct fault *f = dav_report_asked(dr, &g->asked);

	if (!f)
		f = read_hrefs(dr, g);
	return f ? f : dav_answer_multistatus(dr, next_page, NULL, g);
}
