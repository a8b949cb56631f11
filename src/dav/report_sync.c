/*
 * report_sync - what changed since a token? (RFC 6578)
 *
 * A token is a number of the collection's sequence. The answer lists what bears
 * a later number, ascending, up to the one that stood when the request
 * came: what changes while pages go out is told next time. Cut off anywhere, the last
 * number told is a token.
 *
 * Removals are not remembered for ever (calendar/removals.h). A token from before the floor is
 * refused, but for one of a first answer that was cut: it may be as old as the oldest object,
 * and misses no removal as long as those since the answer began are known.
 */

#include "dav/report.h"

enum { SYNC_DATA_OBJECTS = 16 }; /* of a page, when it brings their data along */

struct sync {
	struct dav_asked asked;
	int64_t since, until; /* numbers: told already; to be told now */
	int64_t begun;	      /* removals up to this number are not told (§3.4) */
	int64_t left;	      /* responses that may still be given */
	bool has_told, is_cut;
};

/* ---- the body (§6.1 to §6.3) ------------------------------------------------------------- */

/* An empty token asks for everything; any other must be one of ours, and not too old (§3.2). */
static const struct fault *read_token(struct dav_request *dr, struct sync *s)
{
	const struct xml_node *node = xml_child(dr->body, NS_DAV, "sync-token");
	struct text text = xml_token_of(node);
	const struct collection *c = dr->collection;
	struct dav_sync_token token;

	if (!node)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There is no sync-token.");
	s->begun = c->seq;
	if (text.len == 0)
		return NULL;
	if (dav_read_sync_token(text, &token) && token.collection == c->id &&
	    max64(token.seq, token.begun) >= c->seq_floor &&
	    max64(token.seq, token.begun) <= c->seq) {
		s->since = token.seq;
		s->begun = token.begun;
		return NULL;
	}
	return fault_make(dr->arena, FAULT_BAD_SYNC_TOKEN, NULL,
			  "This sync-token is not known here, or too old.");
}

/* "1" and "infinite" are the same where there are no collections inside. Drafts had none. */
static const struct fault *read_level(struct dav_request *dr)
{
	const struct xml_node *node = xml_child(dr->body, NS_DAV, "sync-level");
	struct text level = xml_token_of(node);

	if (!node || text_equal(level, TEXT("1")) || text_equal(level, TEXT("infinite")))
		return NULL;
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
			  "The sync-level is neither 1 nor infinite.");
}

/* DAV:limit (RFC 5323 §5.17). */
static const struct fault *read_limit(struct dav_request *dr, struct sync *s)
{
	const struct xml_node *node = xml_child(dr->body, NS_DAV, "limit");

	s->left = INT64_MAX;
	if (!node || text_to_int64(xml_token_of(xml_child(node, NS_DAV, "nresults")), 1, INT32_MAX,
				   &s->left))
		return NULL;
	return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "The limit is no number.");
}

/* ---- the answer ------------------------------------------------------------------------------ */

static const struct fault *put_change(struct dav_request *dr, struct sync *s, struct arena *page,
				      const struct object_change *c, struct buf *out)
{
	struct dav_view v = dav_view_of_collection(dr, page, dr->collection);

	s->since = c->seq;
	if (c->removed && c->seq <= s->begun)
		return NULL;
	v.kind = DAV_OBJECT;
	v.object_name = c->name;
	v.object_id = c->object;
	v.etag = c->etag;
	s->left--;
	s->has_told = true;
	if (!c->removed)
		return dav_put_response(&v, &s->asked, out);
	dav_put_gone(&v, out, 404);
	return NULL;
}

/*
 * The rows of one number are told together or not at all: a token cannot stand
 * between them. When they are more than a client takes at once, nothing can be told (§3.7).
 */
static const struct fault *put_changes(struct dav_request *dr, struct sync *s, struct arena *page,
				       const struct object_change *rows, size_t count,
				       struct buf *out)
{
	const struct fault *f = NULL;

	if ((int64_t)count > s->left) {
		s->is_cut = true;
		if (!s->has_told)
			f = fault_make(dr->arena, FAULT_TOO_MANY_MATCHES, NULL,
				       "One change touched more than the limit.");
		return f;
	}
	for (size_t i = 0; !f && i < count; i++) {
		f = put_change(dr, s, page, &rows[i], out);
		if (!f)
			f = arena_check(page);
	}
	return f;
}

/*
 * Were removals forgotten meanwhile that were not told yet? Then the answer ends here, with a
 * token that is too old already.
 */
static const struct fault *look_for_floor(struct dav_request *dr, struct sync *s,
					  struct arena *page)
{
	struct collection *now;
	const struct fault *f =
		collection_get(dr->db, page, dr->collection->owner, dr->collection->id, &now);

	if (!f && (!now || max64(s->since, s->begun) < now->seq_floor))
		s->is_cut = true;
	return f;
}

/* How many of the rows are to be told now. */
static size_t due(const struct sync *s, const struct object_change *rows, size_t count)
{
	while (count > 0 && rows[count - 1].seq > s->until)
		count--;
	return count;
}

/* Some more of them; *more_out false when all are told, or as many as the client takes. */
static const struct fault *next_changes(struct dav_request *dr, struct sync *s, struct arena *page,
					struct buf *out, bool *more_out)
{
	int64_t most = dav_report_wants_data(&s->asked) ? SYNC_DATA_OBJECTS : DAV_PAGE_OBJECTS;
	int limit = (int)max64(1, min64(s->left, most));
	struct object_change *rows;
	size_t count;
	const struct fault *f = object_changes(dr->db, page, dr->collection->owner,
					       dr->collection->id, s->since, limit, &rows, &count);

	*more_out = false;
	/* Looked at after the rows, as the floor only rises. */
	if (!f)
		f = look_for_floor(dr, s, page);
	if (f || s->is_cut)
		return f;
	count = due(s, rows, count);
	if (count == 0)
		return NULL;
	if (s->left > 0)
		f = put_changes(dr, s, page, rows, count, out);
	else
		s->is_cut = true;
	*more_out = !s->is_cut && s->since < s->until;
	return f;
}

static const struct fault *next_page(struct dav_request *dr, void *ctx, struct arena *page,
				     struct buf *out, bool *more_out)
{
	size_t begin = out->len;
	const struct fault *f;

	do {
		arena_reset(page);
		f = next_changes(dr, ctx, page, out, more_out);
	} while (!f && *more_out && out->len - begin < DAV_PAGE_BYTES);
	return f;
}

static void put_end(struct dav_request *dr, void *ctx, struct buf *out)
{
	const struct sync *s = ctx;
	struct dav_sync_token token = {
		.collection = dr->collection->id,
		.seq = s->is_cut ? s->since : s->until,
		.begun = s->is_cut ? s->begun : 0,
	};

	if (s->is_cut) {
		buf_put_lit(out, "<D:response>");
		dav_put_href(out, dr->kind, &dr->whose, dr->collection_name, TEXT_NONE);
		dav_put_status(out, 507);
		dav_put_error(dr, out, fault_static(FAULT_TOO_MANY_MATCHES));
		buf_put_lit(out, "</D:response>\n");
	}
	xml_open(out, NS_DAV, "sync-token");
	dav_put_sync_token(out, &token);
	xml_close(out, NS_DAV, "sync-token");
}

const struct fault *dav_report_sync(struct dav_request *dr)
{
	struct sync *s = arena_alloc(dr->arena, sizeof(*s));
	const struct fault *f;

	s->until = dr->collection->seq;
	if ((f = read_token(dr, s)) || (f = read_level(dr)) || (f = read_limit(dr, s)))
		return f;
	if (!xml_child(dr->body, NS_DAV, "prop"))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "There is no prop.");
	f = dav_report_asked(dr, &s->asked);
	return f ? f : dav_answer_multistatus(dr, next_page, put_end, s);
}
