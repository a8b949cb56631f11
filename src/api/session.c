/* session - signing in and out with a browser, and who is signed in: /api/session (decisions 29) */
#include "api/api_priv.h"

#include "http/session.h"
#include "json/write.h"

/* ---- who is it? --------------------------------------------------------------------------------
 */

static const struct fault *find_owner(struct api_request *ar, struct owner **out)
{
	const struct fault *f = owner_get(ar->db, ar->arena, ar->rq->user.owner, out);

	if (!f && !*out)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "This user no longer exists.");
	return f;
}

/* The word is told to who has the cookie; without one, nothing needs a word. */
static void answer(struct api_request *ar, int status, const struct owner *o, struct text secret)
{
	struct json_writer w;
	struct buf body;

	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "name", o->name);
	api_put_text(&w, "title", owner_title(o));
	api_put_text(&w, "email", o->email);
	api_put_text(&w, "timezone", o->timezone);
	json_key(&w, "csrf_token");
	if (secret.len > 0)
		json_add_text(&w, http_session_word(ar->arena, secret));
	else
		json_add_null(&w);
	json_end_object(&w);
	api_answer(ar, status, &body);
}

/* Of two ways to be somebody, Authorization counts (http/auth.h). */
static struct text used_secret(const struct api_request *ar)
{
	return http_header(ar->rq, "Authorization").at ? TEXT_NONE : http_session_secret(ar->rq);
}

const struct fault *api_session_get(struct api_request *ar)
{
	struct owner *o;
	const struct fault *f = api_need_user(ar);

	if (!f)
		f = find_owner(ar, &o);
	if (!f)
		answer(ar, 200, o, used_secret(ar));
	return f;
}

/* ---- signing in -------------------------------------------------------------------------------
 */

struct sign_in {
	struct api_request *ar;
	struct owner *owner;
	struct text secret;
	struct session session, old; /* old: of the same browser; owner 0: none */
};

static const struct fault *signed_in(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct sign_in *s = state;

	if (f)
		return f;
	http_session_give(ar->rq, s->secret, SESSION_SECONDS);
	answer(ar, 200, s->owner, s->secret);
	return NULL;
}

/* What the browser has had ends: a secret that somebody else put there opens nothing then. */
static const struct fault *find_old(struct api_request *ar, struct sign_in *s)
{
	struct text name, secret = http_session_secret(ar->rq);

	if (secret.len == 0)
		return NULL;
	s->old.digest = session_digest(ar->arena, secret);
	return session_find(ar->db, ar->arena, secret, ar->rq->now, &s->old.owner, &name);
}

static const struct fault *begin(struct api_request *ar, struct sign_in *s)
{
	struct change *c;
	const struct fault *f = api_reader(ar);

	if (!f)
		f = find_owner(ar, &s->owner);
	if (!f)
		f = find_old(ar, s);
	if (f)
		return f;
	s->secret = secret_token(ar->arena, SESSION_BYTES);
	s->session.owner = s->owner->id;
	s->session.digest = session_digest(ar->arena, s->secret);
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	if (s->old.owner)
		change_sign_out(c, &s->old);
	change_sign_in(c, &s->session);
	api_commit(ar, c, signed_in, s);
	return NULL;
}

/* The password was right. */
static void go_on(void *who)
{
	struct sign_in *s = who;
	const struct fault *f = begin(s->ar, s);

	if (f)
		api_answer_fault(s->ar->rq, f);
}

/* A page of another site may not sign a browser in, as its own user for instance. */
static const struct fault *check_site(const struct api_request *ar)
{
	struct text site = http_header(ar->rq, "Sec-Fetch-Site");

	if (!site.at || text_equal(site, TEXT("same-origin")) || text_equal(site, TEXT("none")))
		return NULL;
	return fault_make(ar->arena, FAULT_FORBIDDEN, NULL,
			  "Signing in is for pages of this server alone.");
}

struct sign_in_body {
	struct text name, password;
};

static const struct member sign_in_members[] = {
	{"name", JSON_KIND_TEXT, offsetof(struct sign_in_body, name)},
	{"password", JSON_KIND_TEXT, offsetof(struct sign_in_body, password)},
};

const struct fault *api_session_make(struct api_request *ar)
{
	struct sign_in_body body = {.name = TEXT_NONE};
	struct sign_in *s = arena_alloc(ar->arena, sizeof(*s));
	const struct fault *f = check_site(ar);

	if (!f)
		f = members_read(ar->arena, ar->body, sign_in_members, ARRAY_LEN(sign_in_members),
				 &body);
	if (!f && (body.name.len == 0 || body.password.len == 0))
		f = fault_make(ar->arena, FAULT_UNPROCESSABLE,
			       body.name.len == 0 ? "name" : "password",
			       "A user name and a password are needed.");
	if (f)
		return f;
	s->ar = ar;
	http_sign_in(ar->rq, body.name, body.password, go_on, s);
	return NULL;
}

/* ---- signing out ------------------------------------------------------------------------------
 */

static const struct fault *signed_out(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	if (f)
		return f;
	http_session_give(ar->rq, TEXT(""), 0);
	http_answer(ar->rq, 204, NULL, TEXT_NONE);
	return NULL;
}

const struct fault *api_session_end(struct api_request *ar)
{
	struct session *s = arena_alloc(ar->arena, sizeof(*s));
	struct text secret = used_secret(ar);
	const struct fault *f = api_need_user(ar);
	struct change *c;

	if (f)
		return f;
	s->owner = ar->rq->user.owner;
	s->digest = session_digest(ar->arena, secret);
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	change_sign_out(c, s);
	api_commit(ar, c, signed_out, NULL);
	return NULL;
}
