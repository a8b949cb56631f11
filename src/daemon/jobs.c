/* jobs - workers that take what was queued */

#include "daemon/jobs.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "calendar/calendar.h"
#include "calendar/horizon.h"
#include "calendar/house.h"
#include "store/job.h"
#include "store/store.h"

enum {
	JOBS_THREADS = 2,
	JOBS_BATCH = 8,
	JOBS_LEASE_S = 120,
	JOBS_LOOK_S = 5,      /* how often to look without being woken */
	JOBS_HORIZON_S = 600, /* how often to look at the horizon */
	JOBS_ARENA_BYTES = 64 * 1024 * 1024,
	JOBS_GIVE_UP_ATTEMPTS = 40, /* some five days of trying */
};

/* Seconds until the next try, by attempts so far; the last one repeats. */
static const int64_t jobs_back_off[] = {10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400};

struct jobs {
	struct house *house;
	struct mail_sender *sender;
	struct text mail_from;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	unsigned woken; /* counts wake-ups, so that none is missed */
	int64_t horizon_looked_ns;
	size_t thread_count;
	pthread_t threads[JOBS_THREADS];
};

static const struct {
	const char *kind;
	job_run_fn run;
} job_kinds[] = {
	{"mail", job_mail},
	{"purge", job_purge},
};

/* ---- taking and settling ---------------------------------------------------------------- */

struct take_work {
	struct store_work work;
	int64_t now;
	struct job *list;
	size_t count;
};

static const struct fault *take_run(struct db *db, struct store_work *work)
{
	struct take_work *w = (struct take_work *)work;

	return job_take(db, work->arena, w->now, JOBS_LEASE_S, JOBS_BATCH, &w->list, &w->count);
}

struct settle_work {
	struct store_work work;
	const struct job *job;
	enum job_result result;
	struct text why;
	int64_t now;
};

static const struct fault *settle_run(struct db *db, struct store_work *work)
{
	struct settle_work *w = (struct settle_work *)work;
	size_t step = (size_t)w->job->attempts;

	if (w->result == JOB_DONE)
		return job_done(db, work->arena, w->job);
	if (w->result == JOB_NEVER || w->job->attempts >= JOBS_GIVE_UP_ATTEMPTS)
		return job_give_up(db, work->arena, w->job, w->why);
	if (step >= ARRAY_LEN(jobs_back_off))
		step = ARRAY_LEN(jobs_back_off) - 1;
	return job_retry(db, work->arena, w->job, w->now + jobs_back_off[step], w->why);
}

static enum job_result job_run(struct job_context *x, const struct job *j, struct text *why)
{
	for (size_t i = 0; i < ARRAY_LEN(job_kinds); i++)
		if (text_equal(j->kind, text_from(job_kinds[i].kind)))
			return job_kinds[i].run(x, j, why);
	*why = TEXT("no worker knows this kind of job");
	return JOB_NEVER;
}

static void jobs_run_one(struct jobs *jobs, struct arena *a, const struct job *j)
{
	struct job_context x = {
		.house = jobs->house,
		.sender = jobs->sender,
		.mail_from = jobs->mail_from,
		.arena = a,
		.now = clock_now(),
	};
	struct settle_work w = {
		.work.run = settle_run,
		.work.arena = a,
		.job = j,
		.why = TEXT_NONE,
		.now = x.now,
	};
	const struct fault *f;

	w.result = job_run(&x, j, &w.why);
	if (w.result != JOB_DONE)
		log_event(w.result == JOB_NEVER ? LOG_ERROR : LOG_WARN, "job",
			  LOG_TEXT("kind", j->kind), LOG_TEXT("key", j->key),
			  LOG_INT("attempts", j->attempts + 1), LOG_TEXT("why", w.why));
	/* What cannot be settled now is taken again when its lease has run out. */
	f = store_run(jobs->house->store, &w.work);
	if (f)
		log_event(LOG_ERROR, "job-settle", LOG_TEXT("key", j->key),
			  LOG_STR("why", f->message));
}

/* Take a batch and run it; false when nothing was due. */
static bool jobs_round(struct jobs *jobs)
{
	struct arena *a = arena_create(JOBS_ARENA_BYTES);
	struct take_work w = {.work.run = take_run, .work.arena = a, .now = clock_now()};
	int64_t due = INT64_MAX;
	struct db *db;
	const struct fault *f = store_reader(jobs->house->store, a, &db);

	/* Looking costs a read; only what is due costs a transaction. */
	if (!f)
		f = job_next_due(db, a, &due);
	if (!f && due <= w.now)
		f = store_run(jobs->house->store, &w.work);
	if (f)
		log_event(LOG_ERROR, "jobs", LOG_STR("why", f->message));
	for (size_t i = 0; !f && i < w.count; i++)
		jobs_run_one(jobs, a, &w.list[i]);
	arena_destroy(a);
	return w.count > 0;
}

/* ---- the threads --------------------------------------------------------------------------- */

static void jobs_look_at_horizon(struct jobs *jobs)
{
	struct arena *a;
	int64_t ns = clock_monotonic_ns();
	bool due = false;
	const struct fault *f;

	pthread_mutex_lock(&jobs->lock);
	if (jobs->horizon_looked_ns &&
	    ns - jobs->horizon_looked_ns < (int64_t)JOBS_HORIZON_S * 1000000000) {
		pthread_mutex_unlock(&jobs->lock);
		return;
	}
	jobs->horizon_looked_ns = ns;
	pthread_mutex_unlock(&jobs->lock);

	a = arena_create(JOBS_ARENA_BYTES);
	f = horizon_is_due(jobs->house->calendar, a, clock_now(), &due);
	if (!f && due)
		f = horizon_move(jobs->house->calendar, a, clock_now());
	if (f)
		log_event(LOG_ERROR, "horizon", LOG_STR("why", f->message));
	arena_destroy(a);
}

static void *jobs_thread(void *ctx)
{
	struct jobs *jobs = ctx;
	unsigned seen = 0;

	pthread_mutex_lock(&jobs->lock);
	while (!jobs->stop) {
		bool more;

		seen = jobs->woken;
		pthread_mutex_unlock(&jobs->lock);
		jobs_look_at_horizon(jobs);
		more = jobs_round(jobs);
		pthread_mutex_lock(&jobs->lock);
		if (!more && !jobs->stop && seen == jobs->woken) {
			struct timespec until;

			clock_gettime(CLOCK_MONOTONIC, &until);
			until.tv_sec += JOBS_LOOK_S;
			pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until);
		}
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

void jobs_wake(void *ctx)
{
	struct jobs *jobs = ctx;

	pthread_mutex_lock(&jobs->lock);
	jobs->woken++;
	pthread_cond_signal(&jobs->wake);
	pthread_mutex_unlock(&jobs->lock);
}

struct jobs *jobs_start(struct house *house, struct mail_sender *sender, struct text mail_from)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	pthread_condattr_t attr;

	if (!jobs)
		return NULL;
	jobs->house = house;
	jobs->sender = sender;
	jobs->mail_from = mail_from;
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&jobs->wake, &attr);
	pthread_condattr_destroy(&attr);
	while (jobs->thread_count < JOBS_THREADS &&
	       pthread_create(&jobs->threads[jobs->thread_count], NULL, jobs_thread, jobs) == 0)
		jobs->thread_count++;
	if (jobs->thread_count == 0) {
		jobs_stop(jobs);
		return NULL;
	}
	return jobs;
}

void jobs_stop(struct jobs *jobs)
{
	if (!jobs)
		return;
	pthread_mutex_lock(&jobs->lock);
	jobs->stop = true;
	pthread_cond_broadcast(&jobs->wake);
	pthread_mutex_unlock(&jobs->lock);
	for (size_t i = 0; i < jobs->thread_count; i++)
		pthread_join(jobs->threads[i], NULL);
	pthread_cond_destroy(&jobs->wake);
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}
