/* watch - that providers tell us; see watch.h */

#include "federation/watch.h"

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/sync.h"
#include "store/store.h"

enum {
	WATCH_WANTED_S = 6 * 86400, /* less than the seven days of both, as clocks differ */
	WATCH_UNSURE_S = 600,	    /* whose answer is awaited, or that could not be renewed */
	WATCH_ARENA_BYTES = 16 * 1024 * 1024,
	NS_PER_S = 1000000000,
};

struct text watch_token(const struct federation *fed, struct arena *a, struct text watch)
{
	return secret_mac(a, &fed->calendar->key, "watch", watch);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The row as it was when its provider was asked (NULL: there was none), and as it is to be. */
struct row_work {
	struct store_work work;
	const struct outside_watch *was, *row;
	bool is_gone;
	bool asks; /* its calendar is to be read */
	int64_t now;
};

/*
 * While the provider was asked it may have told of the watch (notify.c): that it ends, or has
 * ended. What it said last stands; and what has gone meanwhile stays so.
 */
static const struct fault *put_run(struct db *db, struct row_work *w)
{
	struct outside_watch row = *w->row, *now;
	const struct fault *f;

	if (!w->was)
		return outside_watch_put(db, w->work.arena, &row);
	f = outside_watch_get(db, w->work.arena, row.owner, row.id, &now);
	if (f || !now)
		return f;
	if (now->expires_at != w->was->expires_at || now->renew_at != w->was->renew_at) {
		row.expires_at = now->expires_at;
		row.renew_at = now->renew_at;
	}
	return outside_watch_put(db, w->work.arena, &row);
}

static const struct fault *row_run(struct db *db, struct store_work *work)
{
	struct row_work *w = (struct row_work *)work;
	const struct fault *f =
		w->is_gone ? outside_watch_delete(db, work->arena, w->row->owner, w->row->id)
			   : put_run(db, w);

	if (f || !w->asks)
		return f;
	return outside_calendar_ask(db, work->arena, w->row->owner, w->row->calendar, w->now);
}

static enum call_end store_row(struct visit *v, struct row_work w)
{
	const struct fault *f;

	w.work = (struct store_work){.run = row_run, .arena = v->arena};
	w.now = v->now;
	f = store_run(v->fed->calendar->store, &w.work);
	if (f)
		v->why = text_from(f->message);
	return f ? CALL_BROKEN : CALL_OK;
}

static enum call_end put_row(struct visit *v, const struct outside_watch *was,
			     const struct outside_watch *row)
{
	return store_row(v, (struct row_work){.was = was, .row = row});
}

static enum call_end drop_row(struct visit *v, const struct outside_watch *row)
{
	return store_row(v, (struct row_work){.row = row, .is_gone = true});
}

/* ---- at the provider ---------------------------------------------------------------------------
 */

static struct remote_watch remote_of(struct visit *v, const struct outside_watch *row)
{
	return (struct remote_watch){
		.id = row->id,
		.token = watch_token(v->fed, v->arena, row->id),
		.url = text_from(arena_printf(v->arena, "%.*s/hooks/%s", TEXT_ARG(v->fed->url),
					      provider_words[v->provider->kind])),
		.remote = row->remote,
		.resource = row->resource,
		.expires_at = v->now + WATCH_WANTED_S,
	};
}

/* As it lives now: renewed when a quarter of its life is left, give or take some of it. */
static void note_life(struct visit *v, struct outside_watch *row, const struct remote_watch *w)
{
	int64_t life = max64(w->expires_at - v->now, 0);
	uint32_t n;

	secret_random(&n, sizeof(n));
	row->remote = w->remote;
	row->resource = w->resource;
	row->expires_at = w->expires_at;
	row->renew_at = v->now + life / 2 + life / 4 - n % (life / 8 + 1);
}

/*
 * The row first: the first message may be quicker than the answer. Where there is none, one that
 * was made all the same is not believed, and ends by itself.
 */
static enum call_end make(struct visit *v, const struct outside_calendar *c,
			  struct outside_watch *row)
{
	struct outside_watch first = {
		.owner = c->owner,
		.id = secret_id_make(v->arena, &v->fed->calendar->key, c->owner),
		.calendar = c->id,
		.connection = c->connection,
		.expires_at = v->now + WATCH_WANTED_S,
		.renew_at = v->now + WATCH_UNSURE_S,
	};
	struct remote_watch w = remote_of(v, &first);
	enum call_end end = put_row(v, NULL, &first);

	*row = first;
	if (end != CALL_OK)
		return end;
	end = v->provider->watch(v, c, &w);
	if (end != CALL_OK)
		return end;
	note_life(v, row, &w);
	return put_row(v, &first, row);
}

/* The only one of its calendar: where it cannot be made just now, it is made when its row is due.
 */
static enum call_end make_only(struct visit *v, const struct outside_calendar *c)
{
	struct outside_watch row, was;
	enum call_end end = make(v, c, &row);

	if (end == CALL_OK)
		return CALL_OK;
	was = row;
	row.renew_at = max64(row.renew_at, v->retry_at);
	if (end == CALL_LATER || end == CALL_PAUSE)
		(void)put_row(v, &was, &row);
	else
		(void)drop_row(v, &row);
	return end;
}

/* ---- a calendar
 * ---------------------------------------------------------------------------------- */

static const struct fault *list_of(struct visit *v, int64_t calendar, struct outside_watch **out,
				   size_t *count_out)
{
	struct db *db;
	const struct fault *f = store_reader(v->fed->calendar->store, v->arena, &db);

	*count_out = 0;
	return f ? f
		 : outside_watch_list(db, v->arena, v->connection->owner, v->connection->id,
				      calendar, out, count_out);
}

static enum call_end broken(struct visit *v, const struct fault *f)
{
	v->why = text_from(f->message);
	return CALL_BROKEN;
}

static bool is_live(const struct outside_watch *w, int64_t now)
{
	return w->expires_at > now;
}

enum call_end watch_calendar(struct visit *v, const struct outside_calendar *c)
{
	struct outside_watch *list;
	size_t count;
	const struct fault *f;

	if (!v->fed->hears || !v->provider->watch)
		return CALL_OK;
	f = list_of(v, c->id, &list, &count);
	if (f)
		return broken(v, f);
	/* One whose answer is not known yet is settled when it is due. */
	for (size_t i = 0; i < count; i++)
		if (is_live(&list[i], v->now))
			return CALL_OK;
	return make_only(v, c);
}

enum call_end watch_take_back(struct visit *v, const struct outside_watch *row)
{
	const struct outside_calendar c = {.owner = row->owner, .id = row->calendar};
	const struct remote_watch w = remote_of(v, row);

	if (!v->provider->unwatch || row->remote.len == 0 || !is_live(row, v->now))
		return CALL_OK;
	return v->provider->unwatch(v, &c, &w);
}

static enum call_end stop_one(struct visit *v, const struct outside_watch *row)
{
	enum call_end end = watch_take_back(v, row);

	/* Told or not: what it says from now on is not believed, and it ends by itself. */
	(void)drop_row(v, row);
	return end;
}

enum call_end watch_stop(struct visit *v, int64_t calendar)
{
	struct outside_watch *list;
	size_t count;
	enum call_end end = CALL_OK;
	const struct fault *f = list_of(v, calendar, &list, &count);

	if (f)
		return broken(v, f);
	for (size_t i = 0; i < count; i++) {
		enum call_end one = stop_one(v, &list[i]);

		end = one == CALL_OK ? end : one;
	}
	return end;
}

/* ---- renewal
 * --------------------------------------------------------------------------------------- */

/*
 * Another lives on past this one, which has been replaced. Two that were taken together are
 * to be renewed at one time: the one that lives longer is.
 */
static bool is_replaced(const struct outside_watch *row, const struct outside_watch *list,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].remote.len > 0 && list[i].renew_at >= row->renew_at &&
		    list[i].expires_at > row->expires_at)
			return true;
	return false;
}

/* It could not be: again in a while, for as long as it lives. */
static enum call_end put_off(struct visit *v, struct outside_watch *row, enum call_end end)
{
	const struct outside_watch was = *row;

	row->renew_at = max64(v->now + WATCH_UNSURE_S, v->retry_at);
	(void)(is_live(row, row->renew_at) ? put_row(v, &was, row) : drop_row(v, row));
	return end;
}

/* Another one, and only then the old one is taken back. */
static enum call_end replace(struct visit *v, const struct outside_calendar *c,
			     struct outside_watch *row)
{
	struct outside_watch next;
	enum call_end end = make(v, c, &next);

	if (end != CALL_OK) {
		(void)drop_row(v, &next);
		return put_off(v, row, end);
	}
	(void)stop_one(v, row);
	return CALL_OK;
}

/* It lives no more, or nobody knows whether it does: what was not told meanwhile is read. */
static enum call_end begin_anew(struct visit *v, const struct outside_calendar *c,
				const struct outside_watch *row)
{
	enum call_end end =
		store_row(v, (struct row_work){.row = row, .is_gone = true, .asks = true});

	return end == CALL_OK ? make_only(v, c) : end;
}

static enum call_end renew(struct visit *v, const struct outside_calendar *c,
			   struct outside_watch *row)
{
	const struct outside_watch was = *row;
	struct remote_watch w = remote_of(v, row);
	enum call_end end;

	if (row->remote.len == 0 || !is_live(row, v->now))
		return begin_anew(v, c, row);
	if (!v->provider->renew)
		return replace(v, c, row);
	end = v->provider->renew(v, c, &w);
	if (end == CALL_NOT_FOUND || end == CALL_GONE)
		return begin_anew(v, c, row);
	if (end != CALL_OK)
		return put_off(v, row, end);
	note_life(v, row, &w);
	return put_row(v, &was, row);
}

static const struct fault *renew_one(struct visit *v, struct outside_watch *row)
{
	struct outside_calendar *c;
	struct outside_watch *list;
	size_t count;
	struct db *db;
	const struct fault *f = store_reader(v->fed->calendar->store, v->arena, &db);

	if (!f)
		f = outside_calendar_get(db, v->arena, row->owner, row->calendar, &c);
	if (!f)
		f = list_of(v, row->calendar, &list, &count);
	if (f)
		return f;
	if (!c || !c->counts || !v->provider->watch || is_replaced(row, list, count))
		(void)stop_one(v, row);
	else
		(void)renew(v, c, row);
	return NULL;
}

/* Of an account that has gone, or that is to be connected anew, nothing can be renewed. */
const struct fault *watch_renew(struct federation *fed, struct outside_watch *row, int64_t now)
{
	struct arena *a = arena_create(WATCH_ARENA_BYTES);
	struct visit v;
	const struct fault *f =
		visit_begin(fed, a, row->owner, row->connection, now,
			    clock_monotonic_ns() + (int64_t)WATCH_VISIT_S * NS_PER_S, &v);

	if (!f && (!v.connection || v.connection->state == CONNECTION_RECONNECT))
		(void)drop_row(&v, row);
	else if (!f)
		f = renew_one(&v, row);
	arena_destroy(a);
	/* Of the row's arena nothing is left; what is wrong with the store the next one says. */
	return f ? fault_static(f->code) : NULL;
}

struct take_work {
	struct store_work work;
	int64_t now, until;
	int limit;
	struct outside_watch *list;
	size_t count;
};

static const struct fault *take_run(struct db *db, struct store_work *work)
{
	struct take_work *w = (struct take_work *)work;

	return outside_watch_take(db, work->arena, w->now, w->until, w->limit, &w->list, &w->count);
}

const struct fault *watch_take_due(struct federation *fed, struct arena *a, int64_t now,
				   int64_t lease_s, int limit, struct outside_watch **out,
				   size_t *count_out)
{
	struct take_work w = {.work = {.run = take_run, .arena = a},
			      .now = now,
			      .until = now + lease_s,
			      .limit = limit};
	struct db *db;
	int64_t due;
	const struct fault *f = store_reader(fed->calendar->store, a, &db);

	/* Asked without a transaction, as mostly none is. */
	if (!f)
		f = outside_watch_next_due(db, a, &due);
	if (!f && due <= now)
		f = store_run(fed->calendar->store, &w.work);
	*out = w.list;
	*count_out = f ? 0 : w.count;
	return f;
}
