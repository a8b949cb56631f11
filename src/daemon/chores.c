/* chores - what a server looks after by itself, now and then */

#include "daemon/chores.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "calendar/calendar.h"
#include "calendar/horizon.h"
#include "calendar/inboxes.h"
#include "calendar/locks.h"
#include "calendar/removals.h"
#include "store/hold.h"
#include "store/job.h"
#include "store/mail.h"
#include "store/object.h"
#include "store/proposal.h"
#include "store/push.h"
#include "store/store.h"
#include "store/waiting.h"

enum { CHORE_ARENA_BYTES = 64 * 1024 * 1024, NS_PER_S = 1000000000 };

struct chores {
	struct calendar *cal;
	int64_t kept_days; /* for which mail that waits for a person is kept */
	int64_t failed;	   /* changes that had failed at the last look */
	pthread_t thread;
	pthread_mutex_t lock; /* of what is below */
	pthread_cond_t wake;
	bool stop;
};

/* ---- the chores ---------------------------------------------------------------------------- */

static const struct fault *move_horizon(struct chores *c, struct arena *a)
{
	int64_t now = clock_now();
	bool due = false;
	const struct fault *f = horizon_is_due(c->cal, a, now, &due);

	return !f && due ? horizon_move(c->cal, a, now) : f;
}

static const struct fault *forget_removals(struct chores *c, struct arena *a)
{
	return removals_forget(c->cal, a, clock_now());
}

static const struct fault *expire_locks(struct chores *c, struct arena *a)
{
	return locks_expire(c->cal, a, clock_now());
}

static const struct fault *thin_inboxes(struct chores *c, struct arena *a)
{
	return inboxes_thin(c->cal, a, clock_now());
}

static const struct fault *forget_notes(struct chores *c, struct arena *a)
{
	return inboxes_forget_notes(c->cal, a, clock_now());
}

/* Forced holds are their hosts' own wish: told once, when there are others than before. */
static const struct fault *count_forced(struct chores *c, struct arena *a)
{
	int64_t before = metrics_get(METRIC_FORCED_HOLDS, 0), forced;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, a, &db);

	if (!f)
		f = hold_count_forced(db, a, &forced);
	if (f)
		return f;
	metrics_set(METRIC_FORCED_HOLDS, 0, forced);
	if (forced > before)
		log_event(LOG_WARN, "holds-forced", LOG_INT("count", forced));
	return NULL;
}

static const struct fault *audit_holds(struct chores *c, struct arena *a)
{
	int64_t overlaps;
	const struct fault *f = store_count_overlaps(c->cal->store, a, &overlaps);

	if (!f && overlaps > 0)
		log_event(LOG_ERROR, "holds-overlap", LOG_INT("count", overlaps));
	return f ? f : count_forced(c, a);
}

static const struct fault *count_jobs(struct chores *c, struct arena *a)
{
	int64_t waiting, given_up;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, a, &db);

	if (!f)
		f = job_count(db, a, &waiting, &given_up);
	if (f)
		return f;
	metrics_set(METRIC_JOBS_WAITING, 0, waiting);
	metrics_set(METRIC_JOBS_GIVEN_UP, 0, given_up);
	return NULL;
}

static const struct fault *expire_push_run(struct db *db, struct store_work *work)
{
	return push_remove_expired(db, work->arena, clock_now());
}

/* Registrations that have expired concern nobody any more. */
static const struct fault *expire_push(struct chores *c, struct arena *a)
{
	struct store_work w = {.run = expire_push_run, .arena = a};

	return store_run(c->cal->store, &w);
}

static const struct fault *expire_proposals_run(struct db *db, struct store_work *work)
{
	return proposal_remove_expired(db, work->arena, clock_now());
}

/* What was proposed for a time that is over, or so long ago that nobody will decide on it. */
static const struct fault *expire_proposals(struct chores *c, struct arena *a)
{
	struct store_work w = {.run = expire_proposals_run, .arena = a};

	return store_run(c->cal->store, &w);
}

static const struct fault *expire_waiting_run(struct db *db, struct store_work *work)
{
	return waiting_expire(db, work->arena, clock_now());
}

/* Who waited for a place in a meeting that has begun. */
static const struct fault *expire_waiting(struct chores *c, struct arena *a)
{
	struct store_work w = {.run = expire_waiting_run, .arena = a};

	return store_run(c->cal->store, &w);
}

/* A message that nobody brings again after so long is not brought again. */
enum { SEEN_SECONDS = 90 * 86400 };

struct forget_mail {
	struct store_work work;
	int64_t kept_before;
};

static const struct fault *forget_mail_run(struct db *db, struct store_work *work)
{
	struct forget_mail *w = (struct forget_mail *)work;
	const struct fault *f = mail_seen_forget(db, work->arena, clock_now() - SEEN_SECONDS);

	return f ? f : mail_kept_expire(db, work->arena, w->kept_before);
}

static const struct fault *forget_mail(struct chores *c, struct arena *a)
{
	struct forget_mail w = {
		.work = {.run = forget_mail_run, .arena = a},
		.kept_before = clock_now() - c->kept_days * 86400,
	};

	return store_run(c->cal->store, &w.work);
}

struct sweep {
	struct store_work work;
	int64_t after;
};

static const struct fault *sweep_run(struct db *db, struct store_work *work)
{
	struct sweep *s = (struct sweep *)work;

	return object_body_sweep(db, work->arena, &s->after);
}

/* Invitations that each who got them has answered or removed since. */
static const struct fault *sweep_bodies(struct chores *c, struct arena *a)
{
	struct sweep s = {.work = {.run = sweep_run, .arena = a}};
	const struct fault *f;

	do
		f = store_run(c->cal->store, &s.work);
	while (!f && s.after && !atomic_load(&c->cal->stopping));
	return f;
}

/* Written and removed: no reader ever sees it, and yet the store had to take it. */
static const struct fault *probe_run(struct db *db, struct store_work *work)
{
	struct job *taken;
	const struct job probe = {
		.kind = TEXT("probe"), .key = TEXT("probe"), .payload = TEXT("{}")};
	const struct fault *f = job_add(db, work->arena, &probe);

	if (!f)
		f = job_take(db, work->arena, probe.kind, clock_now(), 0, &taken);
	if (!f && taken)
		f = job_done(db, work->arena, taken);
	return f;
}

/*
 * Nobody sees that a disk is full, or a database read-only, before something is written. So a
 * change that failed raises the question, and from then on it is asked at each turn. A store that
 * takes all its changes is not written to.
 */
static const struct fault *probe_store(struct chores *c, struct arena *a)
{
	struct store_work w = {.run = probe_run, .arena = a};
	int64_t refused = metrics_get(METRIC_STORE_REFUSES, 0);
	int64_t failed = metrics_get(METRIC_CHANGES, CHANGE_FAILED);
	const struct fault *f;

	if (failed == c->failed && !refused)
		return NULL;
	c->failed = failed;
	f = store_run(c->cal->store, &w);
	metrics_set(METRIC_STORE_REFUSES, 0, f != NULL);
	if (f && !refused)
		log_event(LOG_ERROR, "store-refuses", LOG_STR("why", f->message));
	else if (!f && refused)
		log_event(LOG_INFO, "store-takes-again");
	return NULL;
}

static const struct {
	const char *name;
	int64_t every_s;
	const struct fault *(*run)(struct chores *c, struct arena *a);
} chore_rows[] = {
	{"probe", 2, probe_store},
	{"jobs", 5, count_jobs},
	{"audit", 3600, audit_holds},
	{"horizon", 600, move_horizon},
	{"removals", 86400, forget_removals},
	{"locks", 3600, expire_locks},
	{"inboxes", 3600, thin_inboxes},
	{"notes", 86400, forget_notes},
	{"bodies", 3600, sweep_bodies},
	{"push", 3600, expire_push},
	{"proposals", 3600, expire_proposals},
	{"waiting", 3600, expire_waiting},
	{"mail", 3600, forget_mail},
};

/* ---- the thread ------------------------------------------------------------------------------ */

static void have_turn(struct chores *c, size_t i)
{
	struct arena *a = arena_create(CHORE_ARENA_BYTES);
	const struct fault *f = chore_rows[i].run(c, a);

	if (f && !atomic_load(&c->cal->stopping))
		log_event(LOG_ERROR, "chore", LOG_STR("name", chore_rows[i].name),
			  LOG_STR("why", f->message));
	arena_destroy(a);
}

/* The row whose turn is next, and when. */
static size_t next_turn(const int64_t due_ns[])
{
	size_t next = 0;

	for (size_t i = 1; i < ARRAY_LEN(chore_rows); i++)
		if (due_ns[i] < due_ns[next])
			next = i;
	return next;
}

/* Sleep until then; false: the end has come. */
static bool wait_until(struct chores *c, int64_t until_ns)
{
	struct timespec until = {until_ns / NS_PER_S, until_ns % NS_PER_S};
	bool go_on;

	pthread_mutex_lock(&c->lock);
	while (!c->stop && clock_monotonic_ns() < until_ns)
		pthread_cond_timedwait(&c->wake, &c->lock, &until);
	go_on = !c->stop;
	pthread_mutex_unlock(&c->lock);
	return go_on;
}

static void *chores_thread(void *ctx)
{
	struct chores *c = ctx;
	int64_t due_ns[ARRAY_LEN(chore_rows)] = {0};
	size_t i = 0;

	while (wait_until(c, due_ns[i])) {
		have_turn(c, i);
		due_ns[i] = clock_monotonic_ns() + chore_rows[i].every_s * NS_PER_S;
		i = next_turn(due_ns);
	}
	return NULL;
}

static void chores_free(struct chores *c)
{
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

struct chores *chores_start(struct calendar *cal, int64_t kept_days)
{
	struct chores *c = calloc(1, sizeof(*c));
	pthread_condattr_t attr;

	if (!c)
		return NULL;
	c->cal = cal;
	c->kept_days = kept_days;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&c->thread, NULL, chores_thread, c) != 0) {
		chores_free(c);
		return NULL;
	}
	pthread_setname_np(c->thread, "chores");
	return c;
}

void chores_stop(struct chores *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	chores_free(c);
}
