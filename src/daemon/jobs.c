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
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "daemon/back_off.h"
#include "daemon/house.h"
#include "daemon/job_held.h"
#include "daemon/job_message.h"
#include "daemon/job_turn.h"
#include "store/store.h"

enum {
	JOBS_KEEP_S = 5,  /* how often leases are made longer */
	JOBS_LOOK_S = 5,  /* how often to look without being woken */
	JOBS_STOP_S = 3,  /* what a mail under way has left at the end */
	JOBS_YIELD_S = 1, /* what another is at is looked at again */
	JOBS_KEEP_ARENA_BYTES = 1024 * 1024,
};

#define NS_PER_S INT64_C(1000000000)

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
	{"answer", job_answer, false, NULL},
	{"how", job_how, true, NULL},
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
	/* A calendar that is slow holds up but one: what is for the same host goes one by one. */
	{"copy", job_copy, false, job_copy_end},
	{"copy", job_copy, false, job_copy_end},
	{"copy", job_copy, false, job_copy_end},
	{"copy", job_copy, false, job_copy_end},
	{"leave", job_leave, false, NULL},
};

enum { JOBS_WORKERS = ARRAY_LEN(job_kinds) };

struct job_worker {
	struct jobs *jobs;
	const struct job_kind *kind;
	pthread_t thread;
	struct job_turn turn;  /* of the thread */
	bool is_second;	       /* of the thread: another is at what the turn has taken */
	struct job_held *held; /* under the lock of the jobs */
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
	struct job_held held[JOBS_WORKERS];
	pthread_t keeper;
};

/* ---- running ------------------------------------------------------------------------------- */

static struct job_outcome run_job(struct job_worker *worker)
{
	const struct job_kind *kind = worker->kind;
	const struct job *j = worker->turn.job;
	struct job_context x = {
		.house = worker->jobs->house,
		.sender = worker->jobs->sender,
		.arena = worker->turn.arena,
		.job = j,
		.now = clock_now(),
	};
	struct job_outcome o = {.result = JOB_NEVER, .why = TEXT_NONE};

	/* Whoever fails gives it back or gives it up; only an end of the process does neither. */
	if (j->attempts > BACK_OFF_ATTEMPTS_MAX)
		o.why = TEXT("The server ended at each attempt.");
	else
		o.result = kind->run(&x, j, &o.why);
	if (kind->end && !x.is_told && job_is_given_up(o.result, j))
		kind->end(&x, j, o.result == JOB_NEVER, o.why);
	o.wait_until = x.wait_until;
	return o;
}

/* Before anything is done with what was taken. */
static void note_held(struct job_worker *worker)
{
	struct jobs *jobs = worker->jobs;

	pthread_mutex_lock(&jobs->lock);
	worker->is_second =
		!job_held_begin(jobs->held, ARRAY_LEN(jobs->held), worker->held, worker->turn.job);
	pthread_mutex_unlock(&jobs->lock);
}

/*
 * Before it is settled: what settles it may let another worker take the next of its lane before
 * this one hears of it.
 */
static void note_end(struct job_worker *worker)
{
	pthread_mutex_lock(&worker->jobs->lock);
	job_held_end(worker->held);
	pthread_mutex_unlock(&worker->jobs->lock);
}

static bool goes_on(struct jobs *jobs)
{
	bool on;

	pthread_mutex_lock(&jobs->lock);
	on = !jobs->stop;
	pthread_mutex_unlock(&jobs->lock);
	return on;
}

static void run_one(struct job_worker *worker)
{
	const struct job *j = worker->turn.job;
	struct job_outcome o = {.result = JOB_WAIT, .wait_until = clock_now() + JOBS_YIELD_S};

	if (!worker->is_second)
		o = run_job(worker);

	if (!job_is_settled(o.result))
		log_event(o.result == JOB_NEVER ? LOG_ERROR : LOG_WARN, "job",
			  LOG_TEXT("kind", j->kind), LOG_TEXT("key", j->key),
			  LOG_INT("attempts", j->attempts), LOG_TEXT("why", o.why));
	note_end(worker);
	job_turn_settle(&worker->turn, &o, goes_on(worker->jobs));
	note_held(worker);
}

/* Run the job under way, or the first that is due; false when none was, and when the next one is.
 */
static bool take_and_run(struct job_worker *worker, int64_t *due_out)
{
	*due_out = INT64_MAX;
	if (!worker->turn.job) {
		job_turn_take(&worker->turn, due_out);
		note_held(worker);
	}
	if (!worker->turn.job)
		return false;
	run_one(worker);
	return true;
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
	for (size_t i = 0; i < ARRAY_LEN(jobs->held); i++)
		if (jobs->held[i].job.id)
			w->list[w->count++] = jobs->held[i].job;
}

static void keep_leases(struct jobs *jobs)
{
	struct arena *a = arena_create(JOBS_KEEP_ARENA_BYTES);
	struct keep_work w = {
		.work.run = keep_run,
		.work.arena = a,
		.until = clock_now() + JOB_LEASE_S,
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

/* Sleep until woken or until then; holds the lock. */
static void sleep_until(struct jobs *jobs, int64_t ns)
{
	struct timespec until = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};

	pthread_cond_timedwait(&jobs->wake, &jobs->lock, &until);
}

/*
 * Until woken, or as long as nothing need be looked for: a second of a driven clock is none of
 * ours, so how far that one has come is looked at again and again. Holds the lock.
 */
static void rest(struct jobs *jobs, unsigned seen, int64_t due)
{
	int64_t now = clock_now(), now_ns = clock_monotonic_ns();
	bool is_ahead = due > now, is_driven = clock_is_driven();
	int64_t rest_s = is_ahead && !is_driven ? min64(due - now, JOBS_LOOK_S) : JOBS_LOOK_S;
	int64_t end_ns = now_ns + rest_s * NS_PER_S;

	while (!jobs->stop && seen == jobs->woken && now_ns < end_ns &&
	       !(is_ahead && clock_now() >= due)) {
		sleep_until(jobs, is_driven ? now_ns + NS_PER_S / 10 : end_ns);
		now_ns = clock_monotonic_ns();
	}
}

static void *keeper_thread(void *ctx)
{
	struct jobs *jobs = ctx;
	int64_t kept_ns = clock_monotonic_ns();

	pthread_mutex_lock(&jobs->lock);
	/* It ends after the workers: the last job of each may take its time. */
	while (jobs->keeping) {
		int64_t now_ns = clock_monotonic_ns();

		if (now_ns - kept_ns < JOBS_KEEP_S * NS_PER_S) {
			sleep_until(jobs, now_ns + NS_PER_S);
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
	while (!jobs->stop || worker->turn.job) {
		unsigned seen = jobs->woken;
		int64_t due;
		bool more;

		pthread_mutex_unlock(&jobs->lock);
		mail_sender_rest(jobs->sender);
		more = take_and_run(worker, &due);
		pthread_mutex_lock(&jobs->lock);
		if (!more)
			rest(jobs, seen, due);
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
		w->held = &jobs->held[jobs->worker_count];
		w->held->kind = text_from(w->kind->name);
		w->turn = (struct job_turn){.store = jobs->house->store,
					    .kind = text_from(w->kind->name)};
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
