/*
 * rounds_renew - which watch is renewed when; see rounds.h
 *
 * A few are taken at a time, and shared among at most half of the threads: a provider that is slow
 * to renew holds up no reading.
 */

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/rounds_priv.h"
#include "federation/watch.h"

enum {
	RENEW_LOOK_S = 60,
	RENEW_PER_THREAD = 4,
	/* Those that wait for all before them included. */
	RENEW_LEASE_S = (RENEW_PER_THREAD + 1) * WATCH_VISIT_S,
	RENEW_ARENA_BYTES = 16 * 1024 * 1024,
};

static void renewals_free(struct renewals *w)
{
	if (!w)
		return;
	arena_destroy(w->arena);
	free(w);
}

/* Those that are due; NULL: none are. */
static struct renewals *take(struct rounds *r, int limit)
{
	struct renewals *w = calloc(1, sizeof(*w));
	const struct fault *f;

	if (!w)
		return NULL;
	w->arena = arena_create(RENEW_ARENA_BYTES);
	f = watch_take_due(r->fed, w->arena, clock_now(), RENEW_LEASE_S, limit, &w->list,
			   &w->count);
	rounds_log("watches", f);
	w->left = w->count;
	if (w->count > 0)
		return w;
	renewals_free(w);
	return NULL;
}

static bool run_take(struct rounds *r)
{
	struct renewals *w;
	int limit = (int)r->share * RENEW_PER_THREAD;
	unsigned seen = r->woken;
	bool goes_on;

	if (!r->fed->hears || r->takes_watches || clock_monotonic_ns() < r->renew_ns)
		return false;
	r->takes_watches = true;
	pthread_mutex_unlock(&r->lock);
	w = take(r, limit);
	pthread_mutex_lock(&r->lock);
	r->takes_watches = false;
	r->renewals = w;
	/* Woken meanwhile, it may not have seen why. */
	goes_on = seen != r->woken || (w && w->count == (size_t)limit);
	r->renew_ns = goes_on ? 0 : clock_monotonic_ns() + rounds_rest_ns(INT64_MAX, RENEW_LOOK_S);
	if (w)
		pthread_cond_broadcast(&r->work);
	return w != NULL;
}

static void run_one(struct rounds *r)
{
	struct renewals *w = r->renewals;
	struct outside_watch *row = &w->list[w->next++];

	if (w->next == w->count)
		r->renewals = NULL;
	r->renewing++;
	pthread_mutex_unlock(&r->lock);
	rounds_log("watch", watch_renew(r->fed, row, clock_now()));
	pthread_mutex_lock(&r->lock);
	r->renewing--;
	if (--w->left == 0)
		renewals_free(w);
}

bool rounds_renew(struct rounds_thread *t)
{
	struct rounds *r = t->rounds;

	t->has_renewed = false;
	if (atomic_load(&r->fed->calendar->stopping))
		return false;
	if (!r->renewals)
		return run_take(r);
	if (r->renewing >= r->share)
		return false;
	run_one(r);
	t->has_renewed = true;
	return true;
}

void rounds_end_renewals(struct rounds *r)
{
	renewals_free(r->renewals);
}
