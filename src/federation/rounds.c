/* rounds - which calendar elsewhere is read when; see rounds.h */

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/rounds_priv.h"
#include "store/store.h"

enum {
	NS_PER_S = 1000000000,
	ROUNDS_LOOK_S = 2,  /* without being woken: other processes ask as well */
	ROUNDS_TURN_S = 60, /* of one calendar, then the next has its own */
	ROUNDS_TURN_MAX_S = 600,
	ROUNDS_PER_THREAD = 4, /* of a batch: who waits in it is read by nobody else */
	ROUNDS_PUT_OFF_S = 5,
	ROUNDS_ASKED_THREADS = 2, /* kept for those who wait */
};

/* Whose pages take longer than a turn gets a longer one each time, after a longer rest. */
static int64_t turn_s(const struct outside_calendar *c)
{
	return c->failures < 4 ? (int64_t)ROUNDS_TURN_S << c->failures : ROUNDS_TURN_MAX_S;
}

/* ---- turns; all hold the lock, but not while they work ----------------------------------------
 */

/* The next whose owner does not hold the part of the threads that one may. */
static struct outside_calendar *pick(struct rounds *r)
{
	struct batch *b = r->batch;

	for (size_t i = b->next; i < b->count; i++) {
		size_t readings = 0;

		for (size_t n = 0; n < r->thread_count; n++)
			readings += r->threads[n].owner == b->list[i].owner;
		if (readings < r->share)
			return rounds_hand_out(r, i);
	}
	return NULL;
}

static void run_one(struct rounds_thread *t, struct outside_calendar *c)
{
	struct rounds *r = t->rounds;

	t->owner = c->owner;
	pthread_mutex_unlock(&r->lock);
	if (rounds_hold(r, c))
		rounds_read(r, c, rounds_after_s(turn_s(c)), false);
	pthread_mutex_lock(&r->lock);
	t->owner = 0;
}

/* Those that are left are all of owners who hold enough: others come before them. */
static void put_off(struct rounds *r, struct batch *b)
{
	size_t from = b->next;

	b->left -= b->count - from;
	b->left++;
	b->next = b->count;
	r->batch = NULL;
	pthread_mutex_unlock(&r->lock);
	for (size_t i = from; i < b->count; i++)
		rounds_give_back(r, &b->list[i], clock_now() + ROUNDS_PUT_OFF_S);
	pthread_mutex_lock(&r->lock);
}

static bool run_batch(struct rounds_thread *t)
{
	struct rounds *r = t->rounds;
	struct batch *b = r->batch;
	struct outside_calendar *c;

	if (!b)
		return false;
	t->has_renewed = false;
	c = pick(r);
	if (c)
		run_one(t, c);
	else
		put_off(r, b);
	rounds_leave(b);
	return true;
}

static bool run_take(struct rounds *r)
{
	struct batch *b;
	int64_t due;
	unsigned seen = r->woken;

	if (r->is_taking || r->batch || clock_monotonic_ns() < r->look_ns)
		return false;
	r->is_taking = true;
	pthread_mutex_unlock(&r->lock);
	b = rounds_take(r, &due);
	pthread_mutex_lock(&r->lock);
	r->is_taking = false;
	r->batch = b;
	/* Woken meanwhile, it may not have seen why. */
	r->look_ns = b || seen != r->woken
			     ? 0
			     : clock_monotonic_ns() + rounds_rest_ns(due, ROUNDS_LOOK_S);
	if (b)
		pthread_cond_broadcast(&r->work);
	return b != NULL;
}

static void rest(struct rounds *r)
{
	int64_t until_ns = r->is_taking ? rounds_after_s(ROUNDS_LOOK_S) : r->look_ns;
	struct timespec until = {until_ns / NS_PER_S, until_ns % NS_PER_S};

	pthread_cond_timedwait(&r->work, &r->lock, &until);
}

static bool have_turn(struct rounds_thread *t)
{
	struct rounds *r = t->rounds;

	if (rounds_run_wanted(t))
		return true;
	if (t->asked_only)
		return false;
	/*
	 * By turns: what is not told any more would have to be read all the more, and what is
	 * told is to be read.
	 */
	if (!t->has_renewed && rounds_renew(t))
		return true;
	return run_batch(t) || run_take(r) || rounds_renew(t);
}

static void *rounds_main(void *ctx)
{
	struct rounds_thread *t = ctx;
	struct rounds *r = t->rounds;

	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		unsigned seen = r->woken;

		if (have_turn(t) || seen != r->woken || r->stop)
			continue;
		if (t->asked_only)
			pthread_cond_wait(&r->work, &r->lock);
		else
			rest(r);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

void rounds_wake(struct rounds *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->woken++;
	r->look_ns = r->renew_ns = 0;
	pthread_cond_broadcast(&r->work);
	pthread_mutex_unlock(&r->lock);
}

/* ---- start and stop ----------------------------------------------------------------------------
 */

static bool start_threads(struct rounds *r, int threads)
{
	size_t count = (size_t)threads + ROUNDS_ASKED_THREADS;

	r->threads = calloc(count, sizeof(*r->threads));
	if (!r->threads)
		return false;
	r->has_clock = pthread_create(&r->clock_thread, NULL, rounds_clock, r) == 0;
	for (size_t i = 0; r->has_clock && i < count; i++) {
		struct rounds_thread *t = &r->threads[i];

		*t = (struct rounds_thread){.rounds = r, .asked_only = i >= (size_t)threads};
		if (pthread_create(&t->thread, NULL, rounds_main, t) != 0)
			return false;
		pthread_setname_np(t->thread, "federation");
		r->thread_count++;
	}
	return r->has_clock;
}

struct rounds *rounds_create(struct federation *fed)
{
	struct rounds *r = calloc(1, sizeof(*r));
	pthread_condattr_t attr;

	if (!r)
		return NULL;
	r->fed = fed;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->work, &attr);
	pthread_cond_init(&r->clock, &attr);
	pthread_condattr_destroy(&attr);
	return r;
}

bool rounds_start(struct rounds *r, int threads)
{
	bool started;

	/* Who asks meanwhile sees all of it or nothing. */
	pthread_mutex_lock(&r->lock);
	r->limit = threads * ROUNDS_PER_THREAD;
	r->share = threads > 1 ? (size_t)threads / 2 : 1;
	started = start_threads(r, threads);
	pthread_mutex_unlock(&r->lock);
	return started;
}

void rounds_stop(struct rounds *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->work);
	pthread_cond_broadcast(&r->clock);
	pthread_mutex_unlock(&r->lock);
	for (size_t i = 0; i < r->thread_count; i++)
		pthread_join(r->threads[i].thread, NULL);
	if (r->has_clock)
		pthread_join(r->clock_thread, NULL);
	rounds_end_asks(r);
	/* What was taken and not dealt with is due when its lease has ended. */
	rounds_batch_free(r->batch);
	rounds_end_renewals(r);
	pthread_cond_destroy(&r->work);
	pthread_cond_destroy(&r->clock);
	pthread_mutex_destroy(&r->lock);
	free(r->threads);
	free(r);
}
