/*
 * rounds_ask - those who cannot wait for the next round
 *
 * An ask waits for several owners, an owner may be wanted by many asks. An ask is told once: when
 * the last of its owners was read, or by the clock. Until nobody refers to it any more it stays.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "federation/rounds_priv.h"
#include "federation/sync.h"
#include "store/store.h"

enum {
	NS_PER_S = 1000000000,
	NS_PER_MS = 1000000,
	HELD_LOOK_MS = 50, /* how often to look whether another has read it */
	WANTED_ARENA_BYTES = 16 * 1024 * 1024,
};

struct ask {
	rounds_done_fn done;
	void *ctx;
	int64_t until_ns;
	size_t left; /* owners that are still to be read */
	bool is_told;
	struct ask *next;
};

struct waiter {
	struct ask *ask;
	struct waiter *next;
};

/* An owner to be read. */
struct wanted {
	int64_t owner, age_s, until_ns;
	int64_t asked_at;
	bool is_running;
	struct waiter *waiters;
	struct wanted *next;
};

/* ---- telling; hold the lock, but not while telling ------------------------------------------- */

static void unlink_ask(struct rounds *r, const struct ask *ask)
{
	struct ask **at = &r->asks;

	while (*at && *at != ask)
		at = &(*at)->next;
	if (*at)
		*at = ask->next;
}

static void tell(struct rounds *r, struct ask *ask)
{
	rounds_done_fn done = ask->done;
	void *ctx = ask->ctx;

	/* Without the lock it may go at any moment. */
	ask->is_told = true;
	unlink_ask(r, ask);
	pthread_mutex_unlock(&r->lock);
	done(ctx);
	pthread_mutex_lock(&r->lock);
}

/* One of its owners was read. */
static void one_less(struct rounds *r, struct ask *ask)
{
	if (--ask->left > 0)
		return;
	/* Told by the clock, it was let go already. */
	if (!ask->is_told)
		tell(r, ask);
	free(ask);
}

/* ---- asking
 * -------------------------------------------------------------------------------------- */

/*
 * One that gives what is wanted: it has not begun yet, or what it reads is young enough all the
 * same.
 */
static struct wanted *find_wanted(struct rounds *r, int64_t owner, int64_t age_s, int64_t now)
{
	for (struct wanted *w = r->wanted; w; w = w->next)
		if (w->owner == owner && (!w->is_running || w->asked_at > now - age_s))
			return w;
	return NULL;
}

static struct wanted *add_wanted(struct rounds *r, int64_t owner, int64_t age_s, int64_t until_ns)
{
	struct wanted *w = calloc(1, sizeof(*w)), **at = &r->wanted;

	if (!w)
		return NULL;
	*w = (struct wanted){.owner = owner, .age_s = age_s, .until_ns = until_ns};
	while (*at)
		at = &(*at)->next;
	*at = w;
	return w;
}

/* False: there is no memory, and it goes without. */
static bool want(struct rounds *r, struct ask *ask, int64_t owner, int64_t age_s)
{
	int64_t now = clock_now();
	struct waiter *waiter = calloc(1, sizeof(*waiter));
	struct wanted *w = find_wanted(r, owner, age_s, now);

	if (!w && waiter)
		w = add_wanted(r, owner, age_s, ask->until_ns);
	if (!w || !waiter) {
		free(waiter);
		return false;
	}
	if (!w->is_running) {
		w->age_s = min64(w->age_s, age_s);
		w->until_ns = max64(w->until_ns, ask->until_ns);
		w->asked_at = now;
	}
	*waiter = (struct waiter){ask, w->waiters};
	w->waiters = waiter;
	ask->left++;
	return true;
}

void rounds_ask(struct rounds *r, const int64_t *owners, size_t count, int64_t age_s,
		int64_t until_ns, rounds_done_fn done, void *ctx)
{
	struct ask *ask = r && count > 0 ? calloc(1, sizeof(*ask)) : NULL;

	if (!ask) {
		done(ctx);
		return;
	}
	*ask = (struct ask){.done = done, .ctx = ctx, .until_ns = until_ns, .left = 1};
	pthread_mutex_lock(&r->lock);
	ask->next = r->asks;
	r->asks = ask;
	for (size_t i = 0; i < count && r->has_clock && !r->stop; i++)
		(void)want(r, ask, owners[i], age_s);
	pthread_cond_broadcast(&r->work);
	pthread_cond_signal(&r->clock);
	/* Its own hold, by which it stayed until it was said whole. */
	one_less(r, ask);
	pthread_mutex_unlock(&r->lock);
}

struct wait {
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool is_told;
};

static void end_wait(void *ctx)
{
	struct wait *w = ctx;

	pthread_mutex_lock(&w->lock);
	w->is_told = true;
	pthread_cond_signal(&w->told);
	pthread_mutex_unlock(&w->lock);
}

void rounds_wait(struct rounds *r, const int64_t *owners, size_t count, int64_t age_s,
		 int64_t until_ns)
{
	struct wait w = {.lock = PTHREAD_MUTEX_INITIALIZER, .told = PTHREAD_COND_INITIALIZER};

	rounds_ask(r, owners, count, age_s, until_ns, end_wait, &w);
	pthread_mutex_lock(&w.lock);
	while (!w.is_told)
		pthread_cond_wait(&w.told, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_cond_destroy(&w.told);
	pthread_mutex_destroy(&w.lock);
}

/* ---- reading an owner
 * ------------------------------------------------------------------------------ */

struct take_one {
	struct store_work work;
	int64_t owner, id;
	struct outside_calendar *taken;
};

static const struct fault *take_one_run(struct db *db, struct store_work *work)
{
	struct take_one *w = (struct take_one *)work;
	int64_t now = clock_now();

	return outside_calendar_take_one(db, work->arena, w->owner, w->id, now, now + SYNC_LEASE_S,
					 &w->taken);
}

static bool is_time_left(struct rounds *r, const struct wanted *w)
{
	return !atomic_load(&r->fed->calendar->stopping) && clock_monotonic_ns() < w->until_ns;
}

static bool is_young(const struct wanted *w, const struct outside_calendar *c)
{
	return c->synced_at > w->asked_at - w->age_s;
}

/* One that only waits in our own batch waits for nobody: whoever asks comes first. */
static bool release(struct rounds *r, const struct outside_calendar *c)
{
	struct outside_calendar waiting;
	bool is_found = false;

	pthread_mutex_lock(&r->lock);
	for (size_t i = r->batch ? r->batch->next : 0; r->batch && i < r->batch->count; i++) {
		struct batch *b = r->batch;

		if (b->list[i].owner != c->owner || b->list[i].id != c->id)
			continue;
		waiting = *rounds_hand_out(r, i);
		/* Its texts are the batch's, which stays until it is given back. */
		is_found = true;
		pthread_mutex_unlock(&r->lock);
		rounds_give_back(r, &waiting, waiting.due_at);
		pthread_mutex_lock(&r->lock);
		rounds_leave(b);
		break;
	}
	pthread_mutex_unlock(&r->lock);
	return is_found;
}

static const struct fault *look(struct rounds *r, struct arena *a, struct outside_calendar **at)
{
	struct db *db;
	const struct fault *f = store_reader(r->fed->calendar->store, a, &db);

	if (!f)
		f = outside_calendar_get(db, a, (*at)->owner, (*at)->id, at);
	return f ? f : arena_check(a);
}

/* Another reads it: its reading may do, and else it is read after that. */
static const struct fault *wait_for_other(struct rounds *r, struct arena *a,
					  struct outside_calendar **at)
{
	const struct timespec pause = {0, HELD_LOOK_MS * NS_PER_MS};

	if (!release(r, *at))
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	return look(r, a, at);
}

/*
 * Take it and read it. Where it could not be taken, and nobody has held it meanwhile either (each
 * lease has a number), nobody may: its account is to be connected anew.
 */
static const struct fault *take_and_read(struct rounds *r, struct arena *a, const struct wanted *w,
					 struct outside_calendar **at, bool *goes_on_out)
{
	struct take_one t = {
		.work = {.run = take_one_run, .arena = a}, .owner = (*at)->owner, .id = (*at)->id};
	int64_t lease = (*at)->lease;
	const struct fault *f = store_run(r->fed->calendar->store, &t.work);

	*goes_on_out = false;
	if (f)
		return f;
	if (t.taken) {
		rounds_read(r, t.taken, w->until_ns, true);
		return NULL;
	}
	f = look(r, a, at);
	*goes_on_out = !f && *at && (*at)->lease != lease;
	return f;
}

static const struct fault *read_calendar(struct rounds *r, struct arena *a, const struct wanted *w,
					 struct outside_calendar *c)
{
	bool goes_on = true;
	const struct fault *f = NULL;

	while (!f && goes_on && c && c->counts && !is_young(w, c) && is_time_left(r, w)) {
		if (c->lease_until > clock_now())
			f = wait_for_other(r, a, &c);
		else
			f = take_and_read(r, a, w, &c, &goes_on);
	}
	return f;
}

static void read_owner(struct rounds *r, const struct wanted *w)
{
	struct arena *a = arena_create(WANTED_ARENA_BYTES);
	struct outside_calendar *list = NULL;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(r->fed->calendar->store, a, &db);

	if (!f)
		f = outside_calendar_list(db, a, w->owner, TEXT_NONE, &list, &count);
	for (size_t i = 0; i < count && !f; i++)
		if (list[i].counts)
			f = read_calendar(r, a, w, &list[i]);
	if (f)
		log_event(LOG_ERROR, "federation-rounds", LOG_STR("what", "asked"),
			  LOG_STR("why", f->message));
	arena_destroy(a);
}

static void end_wanted(struct rounds *r, struct wanted *w)
{
	struct wanted **at = &r->wanted;
	struct waiter *waiters = w->waiters;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	free(w);
	while (waiters) {
		struct waiter *next = waiters->next;

		one_less(r, waiters->ask);
		free(waiters);
		waiters = next;
	}
}

static bool is_being_read(const struct rounds *r, int64_t owner)
{
	for (const struct wanted *w = r->wanted; w; w = w->next)
		if (w->owner == owner && w->is_running)
			return true;
	return false;
}

/* However many ask, some threads go on with what is due. */
static bool may_serve(const struct rounds_thread *t)
{
	const struct rounds *r = t->rounds;
	size_t serving = 0, polling = 0;

	for (size_t i = 0; i < r->thread_count; i++) {
		serving += r->threads[i].is_asked;
		polling += !r->threads[i].asked_only;
	}
	return t->asked_only || (polling > 1 && serving < r->share);
}

bool rounds_run_wanted(struct rounds_thread *t)
{
	struct rounds *r = t->rounds;
	struct wanted *w = r->wanted;

	/* One who asks again and again is served by one thread. */
	while (w && is_being_read(r, w->owner))
		w = w->next;
	if (!w || !may_serve(t))
		return false;
	w->is_running = true;
	t->is_asked = !t->asked_only;
	pthread_mutex_unlock(&r->lock);
	read_owner(r, w);
	pthread_mutex_lock(&r->lock);
	t->is_asked = false;
	end_wanted(r, w);
	/* The next one of its owner may be waiting for this thread's end. */
	pthread_cond_broadcast(&r->work);
	return true;
}

/* ---- the clock
 * -------------------------------------------------------------------------------------- */

static struct ask *earliest(const struct rounds *r)
{
	struct ask *first = r->asks;

	for (struct ask *a = r->asks; a; a = a->next)
		if (a->until_ns < first->until_ns)
			first = a;
	return first;
}

void *rounds_clock(void *ctx)
{
	struct rounds *r = ctx;

	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		struct ask *first = earliest(r);

		if (!first) {
			pthread_cond_wait(&r->clock, &r->lock);
		} else if (clock_monotonic_ns() >= first->until_ns) {
			tell(r, first);
		} else {
			struct timespec until = {first->until_ns / NS_PER_S,
						 first->until_ns % NS_PER_S};

			pthread_cond_timedwait(&r->clock, &r->lock, &until);
		}
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

void rounds_end_asks(struct rounds *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->wanted)
		end_wanted(r, r->wanted);
	pthread_mutex_unlock(&r->lock);
}
