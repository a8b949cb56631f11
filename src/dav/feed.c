/*
 * feed - calendars for whoever has a secret link (GET /feeds/TOKEN.ics)
 *
 * An app subscribes to it and asks again every hour or so, without a password: the token in the
 * path is all that opens it, so the path is in no log (http/access.c), and what is not a token
 * looks like what never was one. How much is told, and of which calendars, stands with the token.
 */

#include "dav/feed.h"
#include "dav/export.h"
#include "dav/variant.h"
#include "store/token.h"

enum { FEED_SECRET_MAX = 100 };

#define FEED_REFRESH TEXT("PT1H")

static const struct fault *no_such_feed(struct dav_request *dr)
{
	return fault_make(dr->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
}

/* "/feeds/SECRET.ics" */
static bool read_secret(const struct http_request *rq, struct text *out)
{
	struct text name = rq->segment_count == 2 ? rq->segments[1] : TEXT_NONE;

	if (rq->path_ends_slash || !text_ends(name, TEXT(".ics")))
		return false;
	*out = text_sub(name, 0, name.len - strlen(".ics"));
	return out->len > 0 && out->len <= FEED_SECRET_MAX;
}

/* Its calendars, without what is no calendar; none of them may be left. */
static const struct fault *list_calendars(struct dav_request *dr, const struct token *t,
					  struct collection **out, size_t *count_out)
{
	size_t count, kept = 0;
	const struct fault *f;

	if (t->collection) {
		f = collection_get(dr->db, dr->arena, t->owner, t->collection, out);
		*count_out = *out != NULL;
		return f || *out ? f : no_such_feed(dr);
	}
	f = collection_list(dr->db, dr->arena, t->owner, out, &count);
	for (size_t i = 0; !f && i < count; i++)
		if ((*out)[i].kind == COLLECTION_CALENDAR)
			(*out)[kept++] = (*out)[i];
	*count_out = kept;
	return f;
}

/* Of a veiled calendar its name is the owner's: what it is for is told to nobody. */
static const struct fault *read_head(struct dav_request *dr, const struct token *t,
				     const struct collection *calendars, struct ical_join_head *out)
{
	struct owner *owner;
	const struct fault *f;

	if (t->collection && t->detail == TOKEN_DETAIL_FULL)
		return dav_export_head(dr->db, dr->arena, calendars, out);
	f = owner_get(dr->db, dr->arena, t->owner, &owner);
	if (!f && !owner)
		f = no_such_feed(dr);
	if (!f)
		out->name = owner_title(owner);
	return f;
}

static const struct fault *answer(struct dav_request *dr, const struct token *t, struct text secret,
				  const struct dav_variant *v)
{
	struct dav_export_form *form = arena_alloc(dr->arena, sizeof(*form));
	struct collection *calendars = NULL;
	size_t count = 0;
	const struct fault *f = list_calendars(dr, t, &calendars, &count);

	if (!f)
		f = read_head(dr, t, calendars, &form->head);
	if (f)
		return f;
	form->head.refresh = FEED_REFRESH;
	form->as_jcal = v->as_jcal;
	form->key = secret;
	form->join = (v->by_reference ? ICAL_JOIN_BY_REFERENCE : 0) |
		     (t->detail == TOKEN_DETAIL_BUSY ? ICAL_JOIN_VEILED : 0);
	http_set_header(dr->rq, "Cache-Control", TEXT("private, no-cache"));
	return dav_answer_calendars(dr, calendars, count, form);
}

static const struct fault *handle(struct dav_request *dr)
{
	struct token *t = NULL;
	struct dav_variant v;
	struct text secret = TEXT_NONE;
	const struct fault *f = dav_reader(dr);

	http_add_header(dr->rq, "Vary", TEXT(DAV_VARIANT_VARY));
	if (!f && read_secret(dr->rq, &secret))
		f = token_find(dr->db, dr->arena, TOKEN_FEED, secret, &t);
	if (!f && !t)
		f = no_such_feed(dr);
	if (!f)
		f = dav_variant_read(dr->rq, &v);
	return f ? f : answer(dr, t, secret, &v);
}

void dav_feed(struct http_request *rq)
{
	struct dav_request *dr = arena_alloc(rq->arena, sizeof(*dr));
	const struct fault *f;

	dr->rq = rq;
	dr->arena = rq->arena;
	dr->house = rq->context;
	f = handle(dr);
	if (f)
		http_answer_fault(rq, f);
}
