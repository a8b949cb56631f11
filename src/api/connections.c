/*
 * connections - accounts that a host has elsewhere: /api/connections (federation/connect.h)
 *
 * What asks a provider runs on a worker, with no change open; what shows things reads what is
 * stored, and says how old it is.
 */
#include "api/api_priv.h"

#include "base/clock.h"
#include "calendar/change_outside.h"
#include "federation/connect.h"
#include "federation/oauth.h"
#include "federation/rounds.h"
#include "json/write.h"

enum { REFRESH_S = 20 };

/* ---- showing --------------------------------------------------------------------------------- */

static void put_time_or_null(struct json_writer *w, const char *key, int64_t at)
{
	if (at > 0) {
		api_put_time(w, key, at);
		return;
	}
	json_key(w, key);
	json_add_null(w);
}

static void put_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_add_bool(w, value);
}

static void put_error(struct json_writer *w, struct text error)
{
	json_key(w, "last_error");
	if (error.len > 0)
		json_add_text(w, error);
	else
		json_add_null(w);
}

/* Bookings that are to stand there and do not, and why. */
static const struct fault *put_lacking(struct json_writer *w, struct api_request *ar,
				       const struct outside_calendar *c)
{
	struct text why = TEXT_NONE;
	int64_t count = 0;
	const struct fault *f =
		outside_copy_lacking(ar->db, ar->arena, c->owner, c->id, ar->rq->now, &count, &why);

	if (f || count == 0)
		return f;
	json_key(w, "unwritten");
	json_add_int(w, count);
	api_put_text(w, "write_error", why);
	return NULL;
}

static const struct fault *put_calendar(struct json_writer *w, struct api_request *ar,
					const struct outside_calendar *c)
{
	const struct fault *f;

	json_begin_object(w);
	json_key(w, "id");
	json_add_int(w, c->id);
	api_put_text(w, "title", c->title);
	put_bool(w, "is_primary", c->is_primary);
	put_bool(w, "may_write", c->may_write);
	put_bool(w, "is_gone", c->is_gone);
	put_bool(w, "counts", c->counts);
	put_bool(w, "takes", c->takes);
	put_bool(w, "skips_unanswered", c->skips_unanswered);
	put_time_or_null(w, "synced_at", c->synced_at);
	put_error(w, c->last_error);
	f = put_lacking(w, ar, c);
	json_end_object(w);
	return f;
}

static const struct fault *put_connection(struct json_writer *w, struct api_request *ar,
					  const struct connection *c)
{
	struct outside_calendar *all;
	size_t count;
	const struct fault *f =
		outside_calendar_list(ar->db, ar->arena, c->owner, c->id, &all, &count);

	if (f)
		return f;
	json_begin_object(w);
	api_put_text(w, "id", c->id);
	api_put_text(w, "provider", text_from(provider_words[c->provider]));
	api_put_text(w, "account", c->account);
	api_put_text(w, "state", text_from(connection_state_words[c->state]));
	api_put_time(w, "since", c->state_since);
	put_error(w, c->last_error);
	api_put_time(w, "created", c->created);
	json_key(w, "calendars");
	json_begin_list(w);
	for (size_t i = 0; !f && i < count; i++)
		f = put_calendar(w, ar, &all[i]);
	json_end_list(w);
	json_end_object(w);
	return f;
}

static bool is_offered(const struct federation *fed, enum provider_kind provider)
{
	return provider_of(provider) &&
	       (provider == PROVIDER_CALDAV || fed->apps[provider].client_id.len > 0);
}

static void put_providers(struct json_writer *w, const struct federation *fed)
{
	json_key(w, "providers");
	json_begin_list(w);
	for (int i = 0; i < PROVIDER_COUNT; i++)
		if (is_offered(fed, (enum provider_kind)i))
			json_add_str(w, provider_words[i]);
	json_end_list(w);
}

static const struct fault *answer_all(struct api_request *ar)
{
	int64_t owner = ar->rq->user.owner;
	struct connection *all;
	struct json_writer w;
	struct buf body;
	size_t count;
	bool trust;
	const struct fault *f = connection_list(ar->db, ar->arena, owner, &all, &count);

	if (!f)
		f = outside_trusts(ar->db, ar->arena, owner, &trust);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	put_providers(&w, ar->house->federation);
	put_bool(&w, "trust_last_copy", trust);
	json_key(&w, "connections");
	json_begin_list(&w);
	for (size_t i = 0; !f && i < count; i++)
		f = put_connection(&w, ar, &all[i]);
	json_end_list(&w);
	json_end_object(&w);
	if (!f)
		api_answer(ar, 200, &body);
	return f;
}

const struct fault *api_connections_list(struct api_request *ar)
{
	return answer_all(ar);
}

/* One of them, as it is by now. */
static const struct fault *answer_one(struct api_request *ar, int status, struct text id)
{
	struct connection *c = NULL;
	struct json_writer w;
	struct buf body;
	const struct fault *f = api_reader(ar);

	if (!f)
		f = connection_get(ar->db, ar->arena, ar->rq->user.owner, id, &c);
	if (!f && !c)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such account.");
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	f = put_connection(&w, ar, c);
	if (!f)
		api_answer(ar, status, &body);
	return f;
}

/* ---- whether old copies are trusted ------------------------------------------------------------
 */

static const struct fault *trusted(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	if (!f)
		f = api_reader(ar);
	return f ? f : answer_all(ar);
}

const struct fault *api_connections_change(struct api_request *ar)
{
	struct connections_body {
		const struct json *trust;
	} body = {NULL};
	static const struct member members[] = {
		{"trust_last_copy", JSON_KIND_NONE, offsetof(struct connections_body, trust)},
	};
	struct change *c;
	bool trust;
	const struct fault *f =
		members_read(ar->arena, ar->body, members, ARRAY_LEN(members), &body);

	if (!f && !json_bool(body.trust, &trust))
		f = fault_make(ar->arena, FAULT_UNPROCESSABLE, "trust_last_copy",
			       "This is true or false.");
	if (f)
		return f;
	c = change_open(ar->house->calendar, ar->arena, CHANGE_CLIENT, ar->rq->now);
	f = change_trust_outside(c, ar->rq->user.owner, trust);
	if (!f)
		api_commit(ar, c, trusted, NULL);
	return f;
}

/* ---- connecting --------------------------------------------------------------------------------
 */

struct connect_body {
	struct text provider, url, name, password, connection;
};

static const struct member connect_members[] = {
	{"provider", JSON_KIND_TEXT, offsetof(struct connect_body, provider)},
	{"url", JSON_KIND_TEXT, offsetof(struct connect_body, url)},
	{"name", JSON_KIND_TEXT, offsetof(struct connect_body, name)},
	{"password", JSON_KIND_TEXT, offsetof(struct connect_body, password)},
	{"connection", JSON_KIND_TEXT, offsetof(struct connect_body, connection)},
};

static const struct fault *read_provider(struct api_request *ar, struct text word,
					 enum provider_kind *out)
{
	for (int i = 0; i < PROVIDER_COUNT; i++)
		if (text_equal(word, text_from(provider_words[i])) &&
		    is_offered(ar->house->federation, (enum provider_kind)i)) {
			*out = (enum provider_kind)i;
			return NULL;
		}
	return fault_make(ar->arena, FAULT_UNPROCESSABLE, "provider",
			  "This server does not offer this provider; see GET /api/connections.");
}

/* Where the browser is to go; nothing is kept until it comes back. */
static const struct fault *answer_url(struct api_request *ar, enum provider_kind provider,
				      struct text connection)
{
	struct oauth_start start = {
		.owner = ar->rq->user.owner,
		.provider = provider,
		.connection = connection,
	};
	struct json_writer w;
	struct buf body;
	struct text url;
	const struct fault *f = api_reader(ar);

	if (!f)
		f = oauth_find_claims(ar->db, ar->arena, &start);
	if (!f)
		f = oauth_url(ar->house->federation, ar->arena, &start, ar->rq->now, &url);
	if (f)
		return f;
	buf_init(&body, ar->arena, API_HINT_BYTES, API_ANSWER_MAX);
	w = (struct json_writer){.out = &body};
	json_begin_object(&w);
	api_put_text(&w, "url", url);
	json_end_object(&w);
	api_answer(ar, 200, &body);
	return NULL;
}

static const struct fault *go_connect(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct connect_caldav *caldav = state;
	struct text id;

	if (!f)
		f = connect_caldav(ar->house->federation, ar->arena, caldav, ar->rq->now, &id);
	return f ? f : answer_one(ar, 201, id);
}

const struct fault *api_connection_make(struct api_request *ar)
{
	struct connect_body body = {.provider = TEXT_NONE};
	struct connect_caldav *caldav = arena_alloc(ar->arena, sizeof(*caldav));
	enum provider_kind provider = PROVIDER_CALDAV;
	const struct fault *f = members_read(ar->arena, ar->body, connect_members,
					     ARRAY_LEN(connect_members), &body);

	if (!f)
		f = read_provider(ar, body.provider, &provider);
	if (f)
		return f;
	if (provider != PROVIDER_CALDAV)
		return answer_url(ar, provider, body.connection);
	*caldav = (struct connect_caldav){
		.owner = ar->rq->user.owner,
		.url = body.url,
		.name = body.name,
		.password = body.password,
		.connection = body.connection,
	};
	http_go_slow_with(ar->rq, go_connect, ar, caldav);
	return NULL;
}

/* ---- choosing ----------------------------------------------------------------------------------
 */

struct choosing {
	struct change_choice *choices;
	size_t count;
};

static const struct fault *read_choice(struct arena *a, const struct json *o,
				       struct change_choice *out)
{
	struct choice_body {
		struct member_int id;
		const struct json *counts, *takes, *skips;
	} body = {.id = {false, 0}};
	static const struct member members[] = {
		{"id", JSON_KIND_INT, offsetof(struct choice_body, id)},
		{"counts", JSON_KIND_NONE, offsetof(struct choice_body, counts)},
		{"takes", JSON_KIND_NONE, offsetof(struct choice_body, takes)},
		{"skips_unanswered", JSON_KIND_NONE, offsetof(struct choice_body, skips)},
	};
	bool *skips = arena_alloc(a, sizeof(*skips));
	const struct fault *f = NULL;

	if (json_kind(o) != JSON_KIND_OBJECT)
		return fault_make(a, FAULT_BAD_REQUEST, "calendars", "Each is an object.");
	f = members_read(a, o, members, ARRAY_LEN(members), &body);
	if (!f && (!body.id.said || !json_bool(body.counts, &out->counts) ||
		   !json_bool(body.takes, &out->takes)))
		f = fault_make(a, FAULT_UNPROCESSABLE, "calendars",
			       "Each says its id, and by true or false whether it counts as busy "
			       "and whether it takes bookings.");
	if (!f && body.skips && !json_bool(body.skips, skips))
		f = fault_make(a, FAULT_UNPROCESSABLE, "skips_unanswered",
			       "This is true or false.");
	out->calendar = body.id.value;
	out->skips_unanswered = body.skips ? skips : NULL;
	return f;
}

static const struct fault *read_choices(struct api_request *ar, struct choosing *out)
{
	const struct json *list = json_get(ar->body, "calendars");
	const struct fault *f = NULL;

	out->count = json_item_count(list);
	if (json_kind(list) != JSON_KIND_LIST || out->count == 0 ||
	    out->count > OUTSIDE_CALENDARS_MAX)
		return fault_make(ar->arena, FAULT_UNPROCESSABLE, "calendars",
				  "This is a list of calendars of the account.");
	out->choices = arena_alloc_array(ar->arena, out->count, sizeof(*out->choices));
	for (size_t i = 0; !f && i < out->count; i++)
		f = read_choice(ar->arena, json_item(list, i), &out->choices[i]);
	return f;
}

static const struct fault *go_choose(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct choosing *x = state;
	struct text id = api_segment(ar, 1);

	if (!f)
		f = connect_choose(ar->house->federation, ar->arena, ar->rq->user.owner, id,
				   x->choices, x->count, ar->rq->now);
	return f ? f : answer_one(ar, 200, id);
}

const struct fault *api_connection_choose(struct api_request *ar)
{
	struct choosing *x = arena_alloc(ar->arena, sizeof(*x));
	const struct fault *f = read_choices(ar, x);

	if (!f)
		http_go_slow_with(ar->rq, go_choose, ar, x);
	return f;
}

/* ---- reading at once, and leaving --------------------------------------------------------------
 */

static const struct fault *refreshed(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	return f ? f : answer_one(ar, 200, api_segment(ar, 1));
}

static void were_read(void *waiting)
{
	http_settle(waiting, NULL);
}

const struct fault *api_connection_refresh(struct api_request *ar)
{
	struct rounds *rounds = ar->house->federation->rounds;
	struct connection *c;
	const struct fault *f =
		connection_get(ar->db, ar->arena, ar->rq->user.owner, api_segment(ar, 1), &c);

	if (!f && !c)
		f = fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is no such account.");
	if (f)
		return f;
	rounds_ask(rounds, &ar->rq->user.owner, 1, 0,
		   clock_monotonic_ns() + REFRESH_S * INT64_C(1000000000), were_read,
		   http_await(ar->rq, refreshed, ar, NULL));
	return NULL;
}

static const struct fault *go_end(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	if (!f)
		f = connect_end(ar->house->federation, ar->arena, ar->rq->user.owner,
				api_segment(ar, 1), ar->rq->now);
	return api_answer_none(ar, state, f);
}

const struct fault *api_connection_end(struct api_request *ar)
{
	http_go_slow_with(ar->rq, go_end, ar, NULL);
	return NULL;
}
