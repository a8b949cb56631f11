/* tokens - what opens a part of what a host has, for one program: /api/tokens (decisions 29) */
#include "api/api_priv.h"

#include "store/token.h"
#include "json/write.h"

enum { LABEL_MAX_BYTES = 100 };

static const char *const details[] = {[TOKEN_DETAIL_FULL] = "full", [TOKEN_DETAIL_BUSY] = "busy"};

/* ---- showing --------------------------------------------------------------------------------- */

/* The secret is shown when it is made, and never again. */
static void put_token(struct json_writer *w, struct api_request *ar, const struct token *t,
		      struct text secret)
{
	json_begin_object(w);
	json_key(w, "id");
	json_add_int(w, t->id);
	json_key(w, "scope");
	json_add_str(w, token_scope_words[t->scope]);
	if (t->scope == TOKEN_FEED) {
		json_key(w, "detail");
		json_add_str(w, details[t->detail]);
	}
	api_put_text(w, "label", t->label);
	api_put_time(w, "created_at", t->created);
	if (secret.len > 0)
		api_put_text(w, "secret", secret);
	if (secret.len > 0 && t->scope == TOKEN_FEED)
		api_put_text(w, "url",
			     text_from(arena_printf(ar->arena, "%.*s/feeds/%.*s.ics",
						    TEXT_ARG(ar->desk->url), TEXT_ARG(secret))));
	json_end_object(w);
}

const struct fault *api_tokens_list(struct api_request *ar)
{
	struct json_writer w;
	struct token *all;
	struct buf body;
	size_t count;
	const struct fault *f = token_list(ar->db, ar->arena, ar->rq->user.owner, &all, &count);

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	json_key(&w, "tokens");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++)
		put_token(&w, ar, &all[i], TEXT_NONE);
	json_end_list(&w);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

/* ---- making ---------------------------------------------------------------------------------- */

struct token_call {
	struct token token;
	struct text secret;
};

struct token_body {
	struct text scope, detail, label;
};

static const struct member token_members[] = {
	{"scope", JSON_KIND_TEXT, offsetof(struct token_body, scope)},
	{"detail", JSON_KIND_TEXT, offsetof(struct token_body, detail)},
	{"label", JSON_KIND_TEXT, offsetof(struct token_body, label)},
};

static const struct fault *check_label(struct arena *a, struct text label)
{
	if (text_trim(label).len > 0 && label.len <= LABEL_MAX_BYTES && text_is_utf8(label) &&
	    !text_has_control(label))
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "label",
			  "Say what it is for, on one line of at most 100 bytes.");
}

/* Of a program alone: who reads busy times is a setting of its own, which the command line knows.
 */
static const struct fault *read_scope(struct arena *a, struct text word, enum token_scope *out)
{
	for (*out = TOKEN_FEED; *out < TOKEN_SCOPE_COUNT; ++*out)
		if (*out != TOKEN_FREE_BUSY && text_equal(word, text_from(token_scope_words[*out])))
			return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "scope", "The scope is dav, api or feed.");
}

static const struct fault *read_token(struct api_request *ar, struct token *t)
{
	struct token_body body = {.detail = TEXT("full")};
	const struct fault *f =
		members_read(ar->arena, ar->body, token_members, ARRAY_LEN(token_members), &body);

	if (!f)
		f = check_label(ar->arena, body.label);
	if (!f)
		f = read_scope(ar->arena, body.scope, &t->scope);
	if (f)
		return f;
	t->owner = ar->rq->user.owner;
	t->label = text_trim(body.label);
	t->detail = text_equal(body.detail, TEXT("busy")) ? TOKEN_DETAIL_BUSY : TOKEN_DETAIL_FULL;
	if (!text_equal(body.detail, text_from(details[t->detail])))
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "detail",
				  "The detail is full or busy.");
	return NULL;
}

static const struct fault *made(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct token_call *call = state;
	struct json_writer w;
	struct buf body;

	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	put_token(&w, ar, &call->token, call->secret);
	api_answer(ar, 201, &body);
	return NULL;
}

/* What was stolen with a program would live on in what it made, and open what it does not. */
static const struct fault *check_maker(struct api_request *ar)
{
	if (!ar->rq->by_token)
		return NULL;
	return fault_make(ar->arena, FAULT_FORBIDDEN, "Authorization",
			  "A token makes no other tokens: the user does, with the password.");
}

const struct fault *api_token_make(struct api_request *ar)
{
	struct token_call *call = arena_alloc(ar->arena, sizeof(*call));
	const struct fault *f = check_maker(ar);
	struct change *c;

	if (!f)
		f = read_token(ar, &call->token);
	if (f)
		return f;
	call->secret = secret_token(ar->arena, TOKEN_BYTES);
	call->token.digest = token_digest(ar->arena, call->secret);
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_add_token(c, &call->token);
	if (!f)
		api_commit(ar, c, made, call);
	return f;
}

/* ---- revoking -------------------------------------------------------------------------------- */

static const struct fault *revoked(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	if (!f)
		http_answer(ar->rq, 204, NULL, TEXT_NONE);
	return f;
}

const struct fault *api_token_revoke(struct api_request *ar)
{
	int64_t id;
	struct change *c;
	const struct fault *f;

	if (!text_to_int64(api_segment(ar, 1), 1, INT64_MAX, &id))
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such token.");
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_remove_token(c, ar->rq->user.owner, id);
	if (!f)
		api_commit(ar, c, revoked, NULL);
	return f;
}
