/* elsewhere - see elsewhere.h */
#include "elsewhere.h"

#include <assert.h>
#include <pthread.h>

#include "unit.h"

#include "base/clock.h"
#include "calendar/change_outside.h"
#include "federation/mirror.h"
#include "federation/sync.h"
#include "federation/watch.h"

struct thing {
	char remote[64], series[64], mark[64];
	char lines[256];
	enum outside_kind kind;
	bool is_gone;
	int64_t seq;
};

static struct {
	pthread_mutex_t lock;
	struct thing things[ELSEWHERE_MOST];
	int count, page_size;
	int64_t seq, oldest; /* cursors before the oldest are refused */
	bool makes_up_ids;
	int made_up;
	struct elsewhere_fault fault;
	int calls;
	void (*during)(void *ctx, int call);
	void *during_ctx;
	int during_calls;
	struct remote_calendar calendars[ELSEWHERE_CALENDARS_MOST];
	size_t calendar_count;
	struct elsewhere_watched watched;
	enum call_end watch_end;
} there = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct provider provider;

const struct provider *elsewhere_provider(void)
{
	return &provider;
}

/* ---- what stands there ------------------------------------------------------------------------
 */

void elsewhere_reset(int page_size)
{
	pthread_mutex_lock(&there.lock);
	there.count = there.calls = 0;
	there.seq++;
	there.page_size = page_size;
	there.makes_up_ids = false;
	there.fault = (struct elsewhere_fault){0};
	there.during = NULL;
	there.calendar_count = 0;
	there.watched = (struct elsewhere_watched){0};
	there.watch_end = CALL_OK;
	pthread_mutex_unlock(&there.lock);
}

static struct thing *thing_of(const char *remote)
{
	struct thing *t;

	for (int i = 0; i < there.count; i++)
		if (strcmp(there.things[i].remote, remote) == 0)
			return &there.things[i];
	assert(there.count < ELSEWHERE_MOST);
	t = &there.things[there.count++];
	*t = (struct thing){.kind = OUTSIDE_SINGLE};
	snprintf(t->remote, sizeof(t->remote), "%s", remote);
	snprintf(t->series, sizeof(t->series), "%s", remote);
	return t;
}

void elsewhere_put(const char *remote, const char *series, enum outside_kind kind,
		   const char *lines)
{
	struct thing *t;

	pthread_mutex_lock(&there.lock);
	t = thing_of(remote);
	snprintf(t->series, sizeof(t->series), "%s", series);
	snprintf(t->lines, sizeof(t->lines), "%s", lines);
	t->kind = kind;
	t->is_gone = false;
	t->seq = ++there.seq;
	pthread_mutex_unlock(&there.lock);
}

void elsewhere_mark(const char *remote, const char *mark)
{
	pthread_mutex_lock(&there.lock);
	snprintf(thing_of(remote)->mark, sizeof(thing_of(remote)->mark), "%s", mark);
	pthread_mutex_unlock(&there.lock);
}

void elsewhere_remove(const char *remote)
{
	struct thing *t;

	pthread_mutex_lock(&there.lock);
	t = thing_of(remote);
	t->is_gone = true;
	t->seq = ++there.seq;
	pthread_mutex_unlock(&there.lock);
}

void elsewhere_forget_cursors(void)
{
	pthread_mutex_lock(&there.lock);
	there.oldest = ++there.seq;
	pthread_mutex_unlock(&there.lock);
}

void elsewhere_put_many(const char *prefix, int count)
{
	char remote[32];

	for (int i = 0; i < count; i++) {
		snprintf(remote, sizeof(remote), "%s%d", prefix, i);
		elsewhere_put(remote, remote, OUTSIDE_SINGLE, ELSEWHERE_NINE);
	}
}

void elsewhere_make_up_ids(bool on)
{
	there.makes_up_ids = on;
}

void elsewhere_fail(int at_call, enum call_end end)
{
	pthread_mutex_lock(&there.lock);
	there.fault = (struct elsewhere_fault){at_call, end};
	pthread_mutex_unlock(&there.lock);
}

void elsewhere_during(void (*fn)(void *ctx, int call), void *ctx)
{
	there.during_ctx = ctx;
	there.during_calls = 0;
	there.during = fn;
}

int elsewhere_calls(void)
{
	int calls;

	pthread_mutex_lock(&there.lock);
	calls = there.calls;
	there.calls = 0;
	pthread_mutex_unlock(&there.lock);
	return calls;
}

void elsewhere_calendars(const struct remote_calendar *list, size_t count)
{
	there.calendar_count = count;
	for (size_t i = 0; i < count; i++)
		there.calendars[i] = list[i];
}

struct elsewhere_watched elsewhere_watched(void)
{
	struct elsewhere_watched watched;

	pthread_mutex_lock(&there.lock);
	watched = there.watched;
	pthread_mutex_unlock(&there.lock);
	return watched;
}

void elsewhere_watch_ends(enum call_end end)
{
	there.watch_end = end;
}

/* ---- the provider -----------------------------------------------------------------------------
 */

/* What every call goes through; holds the lock after it. */
static enum call_end enter(struct visit *v)
{
	enum call_end end = CALL_OK;

	if (there.during)
		there.during(there.during_ctx, ++there.during_calls);
	pthread_mutex_lock(&there.lock);
	there.calls++;
	if (there.fault.at_call > 0 && --there.fault.at_call == 0)
		end = there.fault.end;
	if (end != CALL_OK)
		v->why = TEXT("It was told to fail.");
	return end;
}

static enum call_end calendars(struct visit *v, struct remote_calendar **out, size_t *count_out)
{
	enum call_end end = enter(v);

	*out = there.calendars;
	*count_out = there.calendar_count;
	pthread_mutex_unlock(&there.lock);
	return end;
}

static void tell(struct arena *a, const struct thing *t, struct remote_event *e)
{
	struct text remote = text_dup(a, text_from(t->remote));

	if (there.makes_up_ids)
		remote = text_from(arena_printf(a, "%d-%s", there.made_up, t->remote));
	*e = (struct remote_event){
		.remote = remote,
		.series = there.makes_up_ids ? remote : text_dup(a, text_from(t->series)),
		.is_gone = t->is_gone,
		.kind = t->kind,
		.mark = text_dup(a, text_from(t->mark)),
		.etag = text_from(arena_printf(a, "%lld", (long long)t->seq)),
		.lines = text_dup(a, text_from(t->lines)),
	};
}

/* "SINCE FROM UNTIL": what changed after SINCE, from this index on; the cursor then is UNTIL. */
static bool read_place(struct text place, int64_t out[3])
{
	struct text part;

	for (int i = 0; i < 3; i++)
		if (!text_next(&place, ' ', &part) || !text_to_int64(part, 0, INT64_MAX, &out[i]))
			return false;
	return true;
}

/* What never stood there for who reads from the beginning is not told. */
static void fill_page(struct visit *v, int64_t place[3], struct remote_page *out)
{
	int at = (int)place[1];

	out->events = arena_alloc_array(v->arena, (size_t)there.page_size, sizeof(*out->events));
	for (; at < there.count && out->count < (size_t)there.page_size; at++) {
		const struct thing *t = &there.things[at];

		if (t->seq > place[0] && !(place[0] == 0 && t->is_gone))
			tell(v->arena, t, &out->events[out->count++]);
	}
	if (at < there.count)
		out->next = text_from(arena_printf(v->arena, "%lld %d %lld", (long long)place[0],
						   at, (long long)place[2]));
	else
		out->cursor = text_from(arena_printf(v->arena, "%lld 0 0", (long long)place[2]));
}

static enum call_end changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out)
{
	enum call_end end = enter(v);
	int64_t place[3] = {0, 0, 0};
	struct text from = next.len > 0 ? next : c->cursor;

	*out = (struct remote_page){0};
	if (end == CALL_OK && from.len > 0 && !read_place(from, place))
		end = CALL_BROKEN;
	if (end == CALL_OK && from.len == 0)
		there.made_up++;
	if (place[2] == 0)
		place[2] = there.seq;
	if (end == CALL_OK && from.len > 0 && (place[0] ? place[0] : place[2]) < there.oldest)
		end = CALL_GONE;
	if (end == CALL_OK)
		fill_page(v, place, out);
	pthread_mutex_unlock(&there.lock);
	return end;
}

static enum call_end get(struct visit *v, const struct outside_calendar *c, struct text remote,
			 struct remote_event *out)
{
	enum call_end end = enter(v);

	(void)c;
	*out = (struct remote_event){.remote = remote, .series = remote, .is_gone = true};
	for (int i = 0; end == CALL_OK && i < there.count; i++)
		if (text_equal(remote, text_from(there.things[i].remote)))
			tell(v->arena, &there.things[i], out);
	pthread_mutex_unlock(&there.lock);
	return end;
}

static enum call_end watch(struct visit *v, const struct outside_calendar *c,
			   struct remote_watch *w)
{
	enum call_end end = enter(v);

	(void)c;
	if (end == CALL_OK)
		end = there.watch_end;
	if (end == CALL_OK) {
		there.watched.made++;
		snprintf(there.watched.id, sizeof(there.watched.id), "%.*s", TEXT_ARG(w->id));
		snprintf(there.watched.token, sizeof(there.watched.token), "%.*s",
			 TEXT_ARG(w->token));
		w->remote = text_from(arena_printf(v->arena, "w%d", there.watched.made));
		w->resource = TEXT("r");
	}
	pthread_mutex_unlock(&there.lock);
	return end;
}

static enum call_end renew(struct visit *v, const struct outside_calendar *c,
			   struct remote_watch *w)
{
	enum call_end end = enter(v);

	(void)c;
	(void)w;
	if (end == CALL_OK)
		end = there.watch_end;
	there.watched.renewed += end == CALL_OK;
	pthread_mutex_unlock(&there.lock);
	return end;
}

static enum call_end unwatch(struct visit *v, const struct outside_calendar *c,
			     const struct remote_watch *w)
{
	enum call_end end = enter(v);

	(void)c;
	(void)w;
	there.watched.stopped++;
	pthread_mutex_unlock(&there.lock);
	return end;
}

void elsewhere_kind(enum provider_kind kind, bool tells)
{
	provider = (struct provider){
		.kind = kind, .calendars = calendars, .changes = changes, .get = get};
	if (!tells)
		return;
	provider.watch = watch;
	provider.unwatch = unwatch;
	/* Google's cannot be renewed. */
	provider.renew = kind == PROVIDER_OUTLOOK ? renew : NULL;
}

/* ---- an account --------------------------------------------------------------------------------
 */

void elsewhere_clock(struct elsewhere *e, int64_t now)
{
	FILE *f = fopen(e->clock, "we");

	assert(f);
	fprintf(f, "%lld\n", (long long)now);
	fclose(f);
}

static void connect(struct elsewhere *e)
{
	struct outside_calendar c = {.remote = TEXT("primary"),
				     .title = TEXT("Mine"),
				     .is_primary = true,
				     .counts = true,
				     .due_at = HOUSE_NOW};
	struct change_connection x = {
		.connection = {.owner = e->owner,
			       .id = secret_id_make(e->a, &e->h.calendar.key, e->owner),
			       .provider = PROVIDER_GOOGLE,
			       .account = TEXT("alice@elsewhere.example"),
			       .subject = TEXT("1"),
			       .created = HOUSE_NOW},
		.is_new = true,
		.calendars = &c,
		.calendar_count = 1,
	};
	struct change *ch = change_open(&e->h.calendar, e->a, CHANGE_CLIENT, HOUSE_NOW);

	CHECK_WELL("connect", change_run_unless(ch, change_connect(ch, &x)));
	e->connection = x.connection.id;
	e->calendar = c.id;
}

void elsewhere_open(struct elsewhere *e, struct store_fixture *x)
{
	*e = (struct elsewhere){.a = arena_create(1 << 28)};
	house_open(&e->h, x);
	e->clock = arena_printf(e->a, "%s/clock", x->dir);
	elsewhere_clock(e, HOUSE_NOW);
	clock_use_file(e->clock);
	e->owner = house_user(&e->h, "alice");
	e->fed = (struct federation){
		.calendar = &e->h.calendar,
		.desk = &e->h.desk,
		.url = TEXT("https://fasti.example.org"),
		.holder = TEXT("test"),
		.poll_s = 600,
		.max_age_s = 3600,
	};
	elsewhere_reset(10);
	elsewhere_kind(PROVIDER_GOOGLE, false);
	connect(e);
}

void elsewhere_close(struct elsewhere *e)
{
	clock_use_file(NULL);
	house_close(&e->h);
	arena_destroy(e->a);
}

struct outside_calendar elsewhere_row(struct elsewhere *e)
{
	struct outside_calendar *c = NULL;

	CHECK_WELL("row", outside_calendar_get(e->h.db, e->a, e->owner, e->calendar, &c));
	return c ? *c : (struct outside_calendar){0};
}

struct connection elsewhere_account(struct elsewhere *e)
{
	struct connection *k = NULL;

	CHECK_WELL("account", connection_get(e->h.db, e->a, e->owner, e->connection, &k));
	return k ? *k : (struct connection){0};
}

struct take {
	struct elsewhere *e;
	struct outside_calendar *c;
};

static const struct fault *take_tx(struct db *db, struct arena *a, void *ctx)
{
	struct take *t = ctx;
	int64_t now = clock_now();

	(void)a;
	return outside_calendar_take_one(db, t->e->a, t->e->owner, t->e->calendar, now,
					 now + SYNC_LEASE_S, &t->c);
}

enum call_end elsewhere_read_by(struct elsewhere *e, struct visit *v, struct outside_calendar *out)
{
	struct take t = {.e = e};
	enum call_end end = CALL_BROKEN;

	CHECK_WELL("take", store_fixture_tx(e->h.x, take_tx, &t));
	CHECK_TRUE("taken", t.c != NULL);
	if (t.c && v->connection)
		end = sync_calendar(v, t.c);
	*out = elsewhere_row(e);
	return end;
}

enum call_end elsewhere_read(struct elsewhere *e, struct outside_calendar *out)
{
	struct visit v;

	CHECK_WELL("visit", visit_begin(&e->fed, e->a, e->owner, e->connection, clock_now(),
					clock_monotonic_ns() + INT64_C(60000000000), &v));
	return elsewhere_read_by(e, &v, out);
}

int64_t elsewhere_objects(struct elsewhere *e)
{
	struct stored_object *list;
	size_t count = 0;

	CHECK_WELL("objects", object_page(e->h.db, e->a, e->owner, e->calendar, TEXT_NONE, 100000,
					  false, &list, &count));
	return (int64_t)count;
}

struct text elsewhere_object(struct elsewhere *e, const char *series)
{
	struct stored_object *o = NULL;

	CHECK_WELL("object", object_find(e->h.db, e->a, e->owner, e->calendar,
					 mirror_name(e->a, text_from(series)), &o));
	return o ? o->data : TEXT_NONE;
}

bool elsewhere_has(struct elsewhere *e, const char *series)
{
	return elsewhere_object(e, series).len > 0;
}

int64_t elsewhere_version(struct elsewhere *e)
{
	struct owner_version v;

	CHECK_WELL("version", owner_version(e->h.db, e->a, e->owner, &v));
	return v.version;
}

int elsewhere_renew(struct elsewhere *e, int64_t now)
{
	struct outside_watch *list;
	size_t count;

	CHECK_WELL("due", watch_take_due(&e->fed, e->a, now, 600, 10, &list, &count));
	for (size_t i = 0; i < count; i++)
		CHECK_WELL("renewal", watch_renew(&e->fed, &list[i], now));
	return (int)count;
}
