/*
 * jobs - workers that take what was queued
 *
 * Each row of the table has one thread, which takes one job at a time, so that a slow mail
 * server holds up nothing else, that at most one mail is between "sent" and "noted as
 * sent" when the process is killed (decisions 19), and that a job which ends the process
 * uses up its own attempts and no other's. Leases are short, so that what a killed server had
 * taken is soon taken by another; a keeper makes them longer while their work goes on.
 */

#include "daemon/jobs.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "calendar/calendar.h"
#include "daemon/house.h"
#include "daemon/job_message.h"
#include "store/job.h"
#include "store/store.h"

enum {
	JOBS_LEASE_S = 15,
	JOBS_KEEP_S = 5, /* how often leases are made longer */
	JOBS_LOOK_S = 5, /* how often to look without being woken */
	JOBS_STOP_S = 3, /* what a mail under way has left at the end */
	JOBS_ARENA_BYTES = 64 * 1024 * 1024,
	JOBS_KEEP_ARENA_BYTES = 1024 * 1024,
	JOBS_GIVE_UP_ATTEMPTS = 40, /* some five days of trying */
};

/* Seconds until the next try, by attempts so far; the last one repeats. */
static const int64_t jobs_back_off[] = {10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400};

static const struct job_kind {
	const char *name;
	job_run_fn run;
	bool needs_sender; /* waits untouched, and uncounted, while mail.smtp is not set */
	job_end_fn end;	   /* NULL: nobody but the operator is told */
} job_kinds[] = {
	{"mail", job_mail, true, NULL},
	{"imip", job_imip, true, job_message_end},
	{"door", job_door, false, job_message_end},
	{"purge", job_purge, false, NULL},
	{"lapse", job_lapse, false, NULL},
	{"host", job_host, false, NULL},
	{"place", job_place, false, NULL},
	{"notice", job_notice, true, NULL},
	/* Without a way out for mail they wait, and go when it is too late for them. */
	{"remind", job_remind, false, NULL},
	{"tell", job_tell, false, NULL},
	/* Three threads: a push service that keeps silent holds up but one of them. */
	{"push", job_push, false, NULL},
	{"push", job_push, false, NULL},
	{"push", job_push, false, NULL},
	/* Likewise for who receives webhooks. */
	{"webhook", job_webhook, false, job_webhook_end},
	{"webhook", job_webhook, false, job_webhook_end},
	{"webhook", job_webhook, false, job_webhook_end},
};

enum { JOBS_WORKERS = ARRAY_LEN(job_kinds) };

struct job_worker {
	struct jobs *jobs;
	const struct job_kind *kind;
	pthread_t thread;
	/* Taken and not yet settled, without its texts; id 0: none. Under the lock of the jobs. */
	struct job held;
};

struct jobs {
	struct house *house;
	struct mail_sender *sender;
	bool has_keeper;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t wake;
	bool stop, keeping;
	unsigned woken; /* counts wake-ups, so that none is missed */
	size_t worker_count;
	struct job_worker workers[JOBS_WORKERS];
	pthread_t keeper;
};

/* ---- taking and settling ---------------------------------------------------------------- */

struct take_work {
	struct store_work work;
	struct text kind;
	int64_t now;
	struct job *job;
};

static const struct fault *take_run(struct db *db, struct store_work *work)
{
	struct take_work *w = (struct take_work *)work;

	return job_take(db, work->arena, w->kind, w->now, JOBS_LEASE_S, &w->job);
}

/* The next job that is due; *out NULL: there is none before *due_out. */
static const struct fault *take_one(struct job_worker *worker, struct arena *a, struct job **out,
				    int64_t *due_out)
{
	struct store *store = worker->jobs->house->store;
	struct take_work w = {
		.work.run = take_run,
		.work.arena = a,
		.kind = text_from(worker->kind->name),
		.now = clock_now(),
	};
	int64_t due = INT64_MAX;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	/* Looking costs a read; only what is due costs a transaction. */
	if (!f)
		f = job_next_due(db, a, w.kind, &due);
	*due_out = due;
	if (!f && due <= w.now)
		f = store_run(store, &w.work);
	*out = f ? NULL : w.job;
	return f;
}

struct settle_work {
	struct store_work work;
	const struct job *job;
	enum job_result result;
	struct text why;
	int64_t now;
};

bool job_is_given_up(enum job_result result, const struct job *j)
{
	return result == JOB_NEVER || (result != JOB_DONE && j->attempts >= JOBS_GIVE_UP_ATTEMPTS);
}

/* A tenth more at most, so that what failed together does not come back together. */
static int64_t spread(int64_t rest)
{
	uint32_t dice;

	secret_random(&dice, sizeof(dice));
	return rest + dice % (rest / 10 + 1);
}

static const struct fault *settle_run(struct db *db, struct store_work *work)
{
	struct settle_work *w = (struct settle_work *)work;
	size_t step = (size_t)w->job->attempts - 1;
	bool in_vain = w->result != JOB_UNSURE;

	if (w->result == JOB_DONE)
		return job_done(db, work->arena, w->job);
	if (job_is_given_up(w->result, w->job))
		return job_give_up(db, work->arena, w->job, in_vain, w->why);
	if (step >= ARRAY_LEN(jobs_back_off))
		step = ARRAY_LEN(jobs_back_off) - 1;
	return job_retry(db, work->arena, w->job, w->now + spread(jobs_back_off[step]), in_vain,
			 w->why);
}

static enum job_result run_job(struct job_worker *worker, struct arena *a, const struct job *j,
			       struct text *why_out)
{
	struct jobs *jobs = worker->jobs;
	const struct job_kind *kind = worker->kind;
	struct job_context x = {
		.house = jobs->house,
		.sender = jobs->sender,
		.arena = a,
		.job = j,
		.now = clock_now(),
	};
	enum job_result result = JOB_NEVER;

	/* Whoever fails gives it back or gives it up; only an end of the process does neither. */
	if (j->attempts > JOBS_GIVE_UP_ATTEMPTS)
		*why_out = TEXT("The server ended at each attempt.");
	else
		result = kind->run(&x, j, why_out);
	if (kind->end && !x.is_told && job_is_given_up(result, j))
		kind->end(&x, j, result == JOB_NEVER, *why_out);
	return result;
}

static void run_one(struct job_worker *worker, struct arena *a, const struct job *j)
{
	struct settle_work w = {
		.work.run = settle_run,
		.work.arena = a,
		.job = j,
		.why = TEXT_NONE,
	};
	const struct fault *f;

	w.result = run_job(worker, a, j, &w.why);
	w.now = clock_now();
	if (w.result != JOB_DONE)
		log_event(w.result == JOB_NEVER ? LOG_ERROR : LOG_WARN, "job",
			  LOG_TEXT("kind", j->kind), LOG_TEXT("key", j->key),
			  LOG_INT("attempts", j->attempts), LOG_TEXT("why", w.why));
	/* What cannot be settled now is taken again when its lease has run out. */
	f = store_run(worker->jobs->house->store, &w.work);
	if (f)
		log_event(LOG_ERROR, "job-settle", LOG_TEXT("key", j->key),
			  LOG_STR("why", f->message));
}

/* What a job points to goes with its arena, so only its numbers are kept. */
static void note_held(struct job_worker *worker, const struct job *j)
{
	pthread_mutex_lock(&worker->jobs->lock);
	worker->held = (struct job){.owner = j->owner, .id = j->id, .attempts = j->attempts};
	pthread_mutex_unlock(&worker->jobs->lock);
}

/* Take a job and run it; false when none was due, and how long none will be. */
static bool take_and_run(struct job_worker *worker, int *rest_s_out)
{
	static const struct job none = {.id = 0};
	struct arena *a = arena_create(JOBS_ARENA_BYTES);
	struct job *j;
	int64_t due = INT64_MAX, now = clock_now();
	const struct fault *f = take_one(worker, a, &j, &due);
	bool taken = j != NULL;

	if (f)
		log_event(LOG_ERROR, "jobs", LOG_STR("why", f->message));
	if (taken) {
		note_held(worker, j);
		run_one(worker, a, j);
		note_held(worker, &none);
	}
	arena_destroy(a);
	*rest_s_out = due > now && due < now + JOBS_LOOK_S ? (int)(due - now) : JOBS_LOOK_S;
	return taken;
}

/* ---- the keeper of leases -------------------------------------------------------------- */

struct keep_work {
	struct store_work work;
	int64_t until;
	struct job list[JOBS_WORKERS];
	size_t count;
};

static const struct fault *keep_run(struct db *db, struct store_work *work)
{
	struct keep_work *w = (struct keep_work *)work;
	const struct fault *f = NULL;

	for (size_t i = 0; i < w->count && !f; i++)
		f = job_extend(db, work->arena, &w->list[i], w->until);
	return f;
}

/* Holds the lock. */
static void list_held(const struct jobs *jobs, struct keep_work *w)
{
	for (size_t i = 0; i < jobs->worker_count; i++)
		if (jobs->workers[i].held.id)
			w->list[w->count++] = jobs->workers[i].held;
}

static void keep_leases(struct jobs *jobs)
{
	struct arena *a = arena_create(JOBS_KEEP_ARENA_BYTES);
	struct keep_work w = {
		.work.run = keep_run,
		.work.arena = a,
		.until = clock_now() + JOBS_LEASE_S,
	};
	const struct fault *f = NULL;

	pthread_mutex_lock(&jobs->lock);
	list_held(jobs, &w);
	pthread_mutex_unlock(&jobs->lock);
	if (w.count > 0)
		f = store_run(jobs->house->store, &w.work);
	if (f)
		log_event(LOG_ERROR, "job-leases", LOG_STR("why", f->message));
	arena_destroy(a);
}

/* ---- the threads --------------------------------------------------------------------------- */

/* Sleep until woken or for so many seconds; holds the lock. */
static void sleep_for(struct jobs *jobs, int seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until);
}

static void *keeper_thread(void *ctx)
{
	struct jobs *jobs = ctx;
	int64_t kept_ns = clock_monotonic_ns();

	pthread_mutex_lock(&jobs->lock);
	/* It ends after the workers: the last job of each may take its time. */
	while (jobs->keeping) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns - kept_ns < (int64_t)JOBS_KEEP_S * 1000000000) {
			sleep_for(jobs, 1);
			continue;
		}
		kept_ns = now_ns;
		pthread_mutex_unlock(&jobs->lock);
		keep_leases(jobs);
		pthread_mutex_lock(&jobs->lock);
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

static void *worker_thread(void *ctx)
{
	struct job_worker *worker = ctx;
	struct jobs *jobs = worker->jobs;

	pthread_mutex_lock(&jobs->lock);
	while (!jobs->stop) {
		unsigned seen = jobs->woken;
		int rest_s;
		bool more;

		pthread_mutex_unlock(&jobs->lock);
		mail_sender_rest(jobs->sender);
		more = take_and_run(worker, &rest_s);
		pthread_mutex_lock(&jobs->lock);
		if (!more && !jobs->stop && seen == jobs->woken)
			sleep_for(jobs, rest_s);
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

/* From any thread. */
static void wake(void *ctx)
{
	struct jobs *jobs = ctx;

	pthread_mutex_lock(&jobs->lock);
	jobs->woken++;
	pthread_cond_broadcast(&jobs->wake);
	pthread_mutex_unlock(&jobs->lock);
}

static bool start_threads(struct jobs *jobs)
{
	/* Before the keeper looks, or it ends at once. */
	jobs->keeping = true;
	jobs->has_keeper = pthread_create(&jobs->keeper, NULL, keeper_thread, jobs) == 0;
	if (!jobs->has_keeper)
		return false;
	for (size_t i = 0; i < JOBS_WORKERS; i++) {
		struct job_worker *w = &jobs->workers[jobs->worker_count];

		if (job_kinds[i].needs_sender && !mail_sender_is_set(jobs->sender))
			continue;
		w->jobs = jobs;
		w->kind = &job_kinds[i];
		if (pthread_create(&w->thread, NULL, worker_thread, w) != 0)
			return false;
		pthread_setname_np(w->thread, w->kind->name);
		pthread_mutex_lock(&jobs->lock);
		jobs->worker_count++;
		pthread_mutex_unlock(&jobs->lock);
	}
	return true;
}

struct jobs *jobs_start(struct house *house, struct mail_sender *sender)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	pthread_condattr_t attr;

	if (!jobs)
		return NULL;
	jobs->house = house;
	jobs->sender = sender;
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&jobs->wake, &attr);
	pthread_condattr_destroy(&attr);
	/* Before any thread can read it. */
	house->calendar->wake_ctx = jobs;
	house->calendar->wake_jobs = wake;
	if (!start_threads(jobs)) {
		jobs_stop(jobs);
		jobs_destroy(jobs);
		return NULL;
	}
	return jobs;
}

static void tell(struct jobs *jobs, bool *flag, bool value)
{
	pthread_mutex_lock(&jobs->lock);
	*flag = value;
	pthread_cond_broadcast(&jobs->wake);
	pthread_mutex_unlock(&jobs->lock);
}

void jobs_stop(struct jobs *jobs)
{
	if (!jobs)
		return;
	tell(jobs, &jobs->stop, true);
	mail_sender_stop(jobs->sender, JOBS_STOP_S);
	for (size_t i = 0; i < jobs->worker_count; i++)
		pthread_join(jobs->workers[i].thread, NULL);
	tell(jobs, &jobs->keeping, false);
	if (jobs->has_keeper)
		pthread_join(jobs->keeper, NULL);
}

void jobs_destroy(struct jobs *jobs)
{
	if (!jobs)
		return;
	jobs->house->calendar->wake_jobs = NULL;
	jobs->house->calendar->wake_ctx = NULL;
	pthread_cond_destroy(&jobs->wake);
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}
