/* links - what a host gives to those who may book what is not for everybody: /api/links */
#include "api/api_priv.h"

#include "booking/link.h"
#include "json/write.h"

enum { LINKS_MAX = 1000, SECRET_BYTES = 18, LABEL_MAX_BYTES = 400, USES_MAX = 1000000 };

/* ---- may they? -------------------------------------------------------------------------------
 */

const struct fault *api_check_link(struct api_request *ar, const struct host *host,
				   const struct booking_type *type, struct text secret,
				   struct text *id_out)
{
	struct booking_link *l;
	bool is_open = type->access == BOOKING_FOR_EVERYBODY ||
		       (ar->rq->user.owner != 0 && ar->rq->user.owner == host->owner.id);
	const struct fault *f = link_of_type(ar->db, ar->arena, host, type, secret, &l);

	*id_out = TEXT_NONE;
	if (f)
		return f;
	if (l) {
		*id_out = l->id;
		if (link_is_alive(l, ar->rq->now))
			return NULL;
		return fault_make(ar->arena, FAULT_LINK_SPENT, "link",
				  link_is_over(l, ar->rq->now)
					  ? "This link has expired; ask your host for another one."
					  : "This link was used already; ask your host for another "
					    "one.");
	}
	return is_open ? NULL
		       : fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				    "There is no such meeting type.");
}

/* ---- showing --------------------------------------------------------------------------------- */

static void put_link(struct json_writer *w, struct api_request *ar, const struct host *host,
		     const struct booking_link *l, struct text secret)
{
	const struct booking_type *t = host_type_by_id(host, l->type);

	json_begin_object(w);
	api_put_text(w, "id", l->id);
	api_put_text(w, "meeting_type_id", l->type);
	api_put_text(w, "label", l->label);
	json_key(w, "uses_max");
	json_add_int(w, l->uses_max);
	json_key(w, "uses");
	json_add_int(w, l->uses);
	if (l->expires_at > 0)
		api_put_time(w, "expires_at", l->expires_at);
	api_put_time(w, "created_at", l->created);
	if (secret.len > 0 && t) {
		api_put_text(w, "link", secret);
		api_put_text(w, "url",
			     text_from(arena_printf(ar->arena, "%.*s/book/%.*s/%.*s?link=%.*s",
						    TEXT_ARG(ar->desk->url),
						    TEXT_ARG(host->owner.name), TEXT_ARG(t->slug),
						    TEXT_ARG(secret))));
	}
	json_end_object(w);
}

const struct fault *api_links_list(struct api_request *ar)
{
	const struct host *host;
	struct booking_link *all;
	struct json_writer w;
	struct buf body;
	size_t count;
	const struct fault *f = api_find_self(ar, &host);

	if (!f)
		f = link_list(ar->db, ar->arena, host->owner.id, &all, &count);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "links");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		put_link(&w, ar, host, &all[i], TEXT_NONE);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* ---- making -----------------------------------------------------------------------------------
 */

struct link_call {
	const struct host *host;
	struct booking_link link;
	struct text secret;
};

struct link_body {
	struct api_type_name type;
	struct text label, expires_at;
	struct member_int uses_max;
};

static const struct member link_members[] = {
	{"meeting_type_id", JSON_KIND_TEXT, offsetof(struct link_body, type.id)},
	{"type", JSON_KIND_TEXT, offsetof(struct link_body, type.slug)},
	{"label", JSON_KIND_TEXT, offsetof(struct link_body, label)},
	{"uses_max", JSON_KIND_INT, offsetof(struct link_body, uses_max)},
	{"expires_at", JSON_KIND_TEXT, offsetof(struct link_body, expires_at)},
};

static const struct fault *check_link(struct api_request *ar, const struct link_body *body,
				      struct booking_link *l)
{
	struct arena *a = ar->arena;

	l->uses_max = body->uses_max.said ? body->uses_max.value : 1;
	if (l->uses_max < 0 || l->uses_max > USES_MAX)
		return fault_make(a, FAULT_UNPROCESSABLE, "uses_max",
				  "A link is used once, so many times, or (0) without an end.");
	if (body->label.len > LABEL_MAX_BYTES || !text_is_plain(body->label, ""))
		return fault_make(a, FAULT_UNPROCESSABLE, "label",
				  "A label is one line of at most 400 bytes.");
	if (body->expires_at.len > 0 &&
	    (!time_parse_rfc3339(body->expires_at, &l->expires_at) || l->expires_at <= ar->rq->now))
		return fault_make(a, FAULT_UNPROCESSABLE, "expires_at",
				  "Give an instant to come, like 2027-01-18T14:00:00Z.");
	return NULL;
}

static const struct fault *read_link(struct api_request *ar, struct link_call *call)
{
	struct link_body body = {.label = TEXT("")};
	struct booking_link *l = &call->link;
	const struct booking_type *type;
	struct booking_link *all;
	size_t count = 0;
	const struct fault *f =
		members_read(ar->arena, ar->body, link_members, ARRAY_LEN(link_members), &body);

	if (!f)
		f = api_find_self(ar, &call->host);
	if (!f)
		f = link_list(ar->db, ar->arena, call->host->owner.id, &all, &count);
	if (!f && count >= LINKS_MAX)
		f = fault_make(ar->arena, FAULT_CONFLICT, NULL, "A host has at most 1000 links.");
	if (!f)
		f = check_link(ar, &body, l);
	if (f)
		return f;
	type = body.type.id.len > 0 ? host_type_by_id(call->host, body.type.id)
				    : host_type_by_slug(call->host, body.type.slug);
	if (!type)
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL,
				  "There is no such meeting type.");
	call->secret = secret_token(ar->arena, SECRET_BYTES);
	l->owner = call->host->owner.id;
	l->id = secret_id_make(ar->arena, &ar->desk->calendar->key, l->owner);
	l->digest = secret_digest_hex(ar->arena, call->secret);
	l->type = type->id;
	l->label = body.label;
	l->created = ar->rq->now;
	return NULL;
}

static const struct fault *made(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct link_call *call = state;
	struct json_writer w;
	struct buf body;

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_link(&w, ar, call->host, &call->link, call->secret);
	api_answer(ar, 201, &body);
	return NULL;
}

const struct fault *api_link_make(struct api_request *ar)
{
	struct link_call *call = arena_alloc(ar->arena, sizeof(*call));
	struct change *c;
	const struct fault *f = read_link(ar, call);

	if (f)
		return f;
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_add_link(c, &call->link);
	if (!f)
		api_commit(ar, c, made, call);
	return f;
}

const struct fault *api_link_delete(struct api_request *ar)
{
	struct change *c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	const struct fault *f = change_remove_link(c, ar->rq->user.owner, api_segment(ar, 1));

	if (!f)
		api_commit(ar, c, api_answer_none, NULL);
	return f;
}
