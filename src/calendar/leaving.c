/* leaving - see leaving.h */
#include "calendar/leaving.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/change_priv.h"
#include "json/read.h"
#include "json/write.h"

enum {
	LEAVING_S = 4 * 86400, /* before a job is given up by the number of its attempts */
	LEAVING_WATCHES_MAX = 2 * OUTSIDE_CALENDARS_MAX,
	LEAVING_MAX_BYTES = 8 * 1024 * 1024, /* if all of it has to be escaped */
};

/* ---- writing --------------------------------------------------------------------------------- */

static void put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

static void put_watch(struct json_writer *w, const struct outside_watch *watch)
{
	json_begin_object(w);
	put_text(w, "id", watch->id);
	put_text(w, "remote", watch->remote);
	put_text(w, "resource", watch->resource);
	put_int(w, "expires_at", watch->expires_at);
	json_end_object(w);
}

static struct text write_down(struct arena *a, const struct leaving *l)
{
	const struct connection *c = &l->connection;
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 4096, LEAVING_MAX_BYTES);
	json_begin_object(&w);
	put_int(&w, "account_of", c->owner);
	put_text(&w, "connection", c->id);
	put_int(&w, "provider", (int64_t)c->provider);
	put_text(&w, "subject", c->subject);
	put_text(&w, "secret", c->secret);
	put_int(&w, "expires_at", c->expires_at);
	put_int(&w, "until", l->until);
	json_key(&w, "watches");
	json_begin_list(&w);
	for (size_t i = 0; i < l->watch_count; i++)
		put_watch(&w, &l->watches[i]);
	json_end_list(&w);
	json_end_object(&w);
	assert(!b.overflow);
	return buf_text(&b);
}

const struct fault *leaving_queue(struct change *c, struct db *db, const struct connection *account)
{
	struct leaving l = {.connection = *account, .until = c->now + LEAVING_S};
	struct job j = {.kind = TEXT("leave"), .key = account->id, .due_at = c->now};
	const struct fault *f;

	if (account->provider == PROVIDER_CALDAV || account->state == CONNECTION_RECONNECT)
		return NULL;
	f = outside_watch_list(db, c->arena, account->owner, account->id, 0, &l.watches,
			       &l.watch_count);
	if (f)
		return f;
	/* Those past it end by themselves. */
	if (l.watch_count > LEAVING_WATCHES_MAX)
		l.watch_count = LEAVING_WATCHES_MAX;
	j.payload = write_down(c->arena, &l);
	return change_apply_job(c, db, &j);
}

const struct fault *leaving_queue_all(struct change *c, struct db *db, int64_t owner)
{
	struct connection *all;
	size_t count = 0;
	const struct fault *f = connection_list(db, c->arena, owner, &all, &count);

	for (size_t i = 0; !f && i < count; i++)
		f = leaving_queue(c, db, &all[i]);
	return f;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_watch(const struct json *o, const struct connection *c, struct outside_watch *out)
{
	*out = (struct outside_watch){.owner = c->owner, .connection = c->id};
	return json_text(json_get(o, "id"), &out->id) &&
	       json_text(json_get(o, "remote"), &out->remote) &&
	       json_text(json_get(o, "resource"), &out->resource) &&
	       json_int(json_get(o, "expires_at"), &out->expires_at);
}

static bool read_account(const struct json *o, struct connection *out)
{
	int64_t provider;

	if (!json_int(json_get(o, "account_of"), &out->owner) ||
	    !json_text(json_get(o, "connection"), &out->id) ||
	    !json_int(json_get(o, "provider"), &provider) || provider < 0 ||
	    provider >= PROVIDER_CALDAV || !json_text(json_get(o, "subject"), &out->subject) ||
	    !json_text(json_get(o, "secret"), &out->secret) ||
	    !json_int(json_get(o, "expires_at"), &out->expires_at))
		return false;
	out->provider = (enum provider_kind)provider;
	out->state = CONNECTION_WORKS;
	return true;
}

static bool read_all(struct arena *a, const struct json *root, struct leaving *out)
{
	const struct json *list = json_get(root, "watches");

	if (!read_account(root, &out->connection) ||
	    !json_int(json_get(root, "until"), &out->until))
		return false;
	out->watch_count = json_item_count(list);
	if (out->watch_count > LEAVING_WATCHES_MAX)
		return false;
	out->watches = arena_alloc_array(a, out->watch_count, sizeof(*out->watches));
	for (size_t i = 0; i < out->watch_count; i++)
		if (!read_watch(json_item(list, i), &out->connection, &out->watches[i]))
			return false;
	return true;
}

const struct fault *leaving_read(struct arena *a, const struct job *j, struct leaving *out)
{
	const struct json *root;
	const struct fault *f = json_parse(a, j->payload, LEAVING_MAX_BYTES, &root);

	*out = (struct leaving){.until = 0};
	if (!f && !read_all(a, root, out))
		f = fault_make(a, FAULT_BAD_REQUEST, NULL,
			       "The job does not say which account is left.");
	return f;
}
