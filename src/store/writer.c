/*
 * writer - the queue of changes, and the threads that commit them
 *
 * SQLite: one thread takes what waits, runs all in one transaction, commits
 * once, and only then tells anybody (group commit). A savepoint for each work
 * would copy every page that the work writes; and works that are refused seldom
 * have written anything by then. So there are none, until one is refused too
 * late: then all begin again, with savepoints.
 *
 * While a work waits for the batch to fill, its client waits too; so the writer waits
 * only when there is reason to expect more, until as many have come as the
 * batch before had company, and never longer than GATHER_NS. A lone client is
 * never kept waiting.
 *
 * PostgreSQL: several threads, one transaction per work; the server groups the
 * flushes of its log by itself.
 *
 * When a transaction is lost, or its COMMIT fails, nothing of it stays: each of
 * its works is run once more, alone.
 */
#include <assert.h>
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/store_priv.h"

enum {
	GATHER_NS = 2000000,
	CROWD_MAX = 256,
	AGAIN_MAX = 12, /* races lost before a work is given up */
	ARENA_BYTES = 1 << 16,
};

struct writer {
	struct store *store;
	pthread_mutex_t lock; /* of all below, up to threads */
	pthread_cond_t wake;
	struct store_work *first, **last;
	size_t waiting;
	size_t expected; /* announced by store_expect_more() */
	size_t crowd;	 /* works that the last batch had, and that came meanwhile */
	size_t idle;	 /* threads that sleep */
	bool gathering, stopping;
	size_t threads, started;
	struct writer_thread *at;
};

struct writer_thread {
	struct writer *writer;
	pthread_t id;
	struct db *db;
	struct arena *arena; /* for faults on the way */
};

/* The queue */

static bool is_enough(const struct writer *w)
{
	if (w->stopping || w->waiting >= w->store->ops->batch_max)
		return true;
	return w->waiting >= w->crowd && !w->expected;
}

static void wake_if_enough(struct writer *w)
{
	if (w->gathering ? is_enough(w) : w->idle && w->waiting)
		pthread_cond_signal(&w->wake);
}

/* Wait a little for more; holds the lock. */
static void gather(struct writer *w)
{
	int64_t until = w->first->submitted_ns + GATHER_NS;
	struct timespec at = {until / 1000000000, until % 1000000000};

	w->gathering = true;
	while (!is_enough(w))
		if (pthread_cond_timedwait(&w->wake, &w->lock, &at))
			break;
	w->gathering = false;
}

/* Up to max works, in the order they came. NULL: the store closes. */
static struct store_work *take(struct writer *w, size_t max, size_t *count_out)
{
	struct store_work *batch = NULL, **end = &batch;

	*count_out = 0;
	pthread_mutex_lock(&w->lock);
	w->idle++;
	while (!w->waiting && !w->stopping)
		pthread_cond_wait(&w->wake, &w->lock);
	w->idle--;
	if (max > 1 && w->waiting)
		gather(w);
	for (; w->first && *count_out < max; (*count_out)++) {
		*end = w->first;
		end = &w->first->next;
		w->first = w->first->next;
	}
	*end = NULL;
	if (!w->first)
		w->last = &w->first;
	w->waiting -= *count_out;
	pthread_mutex_unlock(&w->lock);
	return batch;
}

/* How many may come together next time: those of now, and those that came meanwhile. */
static bool note_crowd(struct writer *w, size_t batch)
{
	bool idle;

	pthread_mutex_lock(&w->lock);
	w->crowd = batch + w->waiting;
	if (w->crowd > CROWD_MAX)
		w->crowd = CROWD_MAX;
	idle = !w->waiting;
	pthread_mutex_unlock(&w->lock);
	return idle;
}

/* Batches */

static void set_fault(struct store_work *w, const struct fault *f)
{
	w->fault = f ? fault_copy(w->arena, f) : NULL;
}

/* Was the transaction lost under this work, whatever it says itself? */
static bool is_lost(struct db *db, const struct store_work *w)
{
	if (db->trouble == DB_WELL && !w->fault && !db->ops->is_open(db))
		db->trouble = DB_LOST;
	return db->trouble != DB_WELL;
}

/* One transaction for one work. Its fault is in the work; db->trouble says whether to repeat. */
static void run_once(struct writer_thread *t, struct store_work *w)
{
	struct db *db = t->db;
	const struct fault *f = db->ops->begin(db, t->arena);

	if (f) {
		set_fault(w, f);
		return;
	}
	w->fault = w->run(db, w);
	if (is_lost(db, w) || w->fault) {
		db->ops->rollback(db);
		if (!w->fault)
			w->fault = fault_make(w->arena, FAULT_UNAVAILABLE, NULL,
					      "The store could not keep this just now.");
		return;
	}
	f = db->ops->commit(db, t->arena);
	set_fault(w, f);
	if (!f)
		metrics_add(METRIC_CHANGE_COMMITS, 0, 1);
}

static void back_off(int turn)
{
	struct timespec t = {0, 500000L * (turn < 8 ? 1 << turn : 256)};

	nanosleep(&t, NULL);
}

/* Run a work by itself until it is decided. lost: it was already, once. */
static void run_alone(struct writer_thread *t, struct store_work *w, bool lost)
{
	for (int again = 0;;) {
		run_once(t, w);
		if (t->db->trouble == DB_LOST && !lost)
			lost = true;
		else if (t->db->trouble == DB_AGAIN && again < AGAIN_MAX)
			back_off(again++);
		else
			return;
		arena_reset(t->arena);
	}
}

enum batch_end {
	BATCH_DONE,
	BATCH_SPOILT, /* what a refused work has written cannot be told from the rest */
	BATCH_LOST,   /* nothing of it stays */
};

static enum batch_end run_in_batch(struct writer_thread *t, struct store_work *w)
{
	struct db *db = t->db;
	int64_t before = db->ops->rows_written(db);

	w->fault = w->run(db, w);
	if (is_lost(db, w))
		return BATCH_LOST;
	return w->fault && db->ops->rows_written(db) != before ? BATCH_SPOILT : BATCH_DONE;
}

static enum batch_end run_apart(struct writer_thread *t, struct store_work *w)
{
	struct db *db = t->db;
	const struct fault *f = db->ops->savepoint(db, t->arena);

	if (f)
		return BATCH_LOST;
	w->fault = w->run(db, w);
	if (is_lost(db, w))
		return BATCH_LOST;
	f = w->fault ? db->ops->savepoint_undo(db, t->arena)
		     : db->ops->savepoint_keep(db, t->arena);
	return f ? BATCH_LOST : BATCH_DONE;
}

/* All in one transaction. */
static enum batch_end run_together(struct writer_thread *t, struct store_work *batch, bool apart)
{
	struct db *db = t->db;
	size_t kept = 0;
	const struct fault *f = db->ops->begin(db, t->arena);

	if (f) {
		for (struct store_work *w = batch; w; w = w->next)
			set_fault(w, f);
		return BATCH_DONE;
	}
	for (struct store_work *w = batch; w; w = w->next) {
		enum batch_end end = (apart ? run_apart : run_in_batch)(t, w);

		if (end != BATCH_DONE) {
			db->ops->rollback(db);
			return end;
		}
		kept += !w->fault;
	}
	if (!kept) {
		db->ops->rollback(db);
		return BATCH_DONE;
	}
	if (db->ops->commit(db, t->arena))
		return BATCH_LOST;
	metrics_add(METRIC_CHANGE_COMMITS, 0, 1);
	return BATCH_DONE;
}

static void run_batch(struct writer_thread *t, struct store_work *batch)
{
	enum batch_end end;

	if (!batch->next) {
		run_alone(t, batch, false);
		return;
	}
	end = run_together(t, batch, false);
	if (end == BATCH_SPOILT)
		end = run_together(t, batch, true);
	if (end == BATCH_DONE)
		return;
	log_event(LOG_WARN, "store-batch-lost", LOG_INT("trouble", t->db->trouble));
	for (struct store_work *w = batch; w; w = w->next)
		run_alone(t, w, true);
}

/* After COMMIT, and only then. done() may free the work. */
static void tell(struct store_work *batch)
{
	int64_t now = clock_monotonic_ns();

	for (struct store_work *w = batch, *next; w; w = next) {
		next = w->next;
		metrics_observe(METRIC_CHANGE_WAIT, 0, now - w->submitted_ns);
		if (w->done)
			w->done(w, w->fault);
	}
}

static void *writer_main(void *ctx)
{
	struct writer_thread *t = ctx;
	const struct db_ops *ops = t->writer->store->ops;
	struct store_work *batch;
	size_t count;

	while ((batch = take(t->writer, ops->batch_max, &count))) {
		bool idle;

		run_batch(t, batch);
		idle = note_crowd(t->writer, count);
		tell(batch);
		arena_reset(t->arena);
		if (ops->tidy)
			ops->tidy(t->db, idle);
	}
	return NULL;
}

/* Submitting */

void store_submit(struct store *s, struct store_work *work)
{
	struct writer *w = s->writer;

	work->next = NULL;
	work->fault = NULL;
	work->submitted_ns = clock_monotonic_ns();
	pthread_mutex_lock(&w->lock);
	assert(!w->stopping);
	*w->last = work;
	w->last = &work->next;
	w->waiting++;
	wake_if_enough(w);
	pthread_mutex_unlock(&w->lock);
}

void store_expect_more(struct store *s)
{
	struct writer *w = s->writer;

	pthread_mutex_lock(&w->lock);
	w->expected++;
	pthread_mutex_unlock(&w->lock);
}

void store_expect_less(struct store *s)
{
	struct writer *w = s->writer;

	pthread_mutex_lock(&w->lock);
	if (w->expected)
		w->expected--;
	wake_if_enough(w);
	pthread_mutex_unlock(&w->lock);
}

/* A work that stands for another one, whose thread waits. */
struct awaited {
	struct store_work work;
	struct store_work *inner;
	const struct fault *fault;
	bool ended;
	pthread_mutex_t lock;
	pthread_cond_t end;
};

static const struct fault *awaited_run(struct db *db, struct store_work *w)
{
	struct store_work *inner = ((struct awaited *)w)->inner;

	return inner->run(db, inner);
}

static void awaited_done(struct store_work *w, const struct fault *f)
{
	struct awaited *x = (struct awaited *)w;

	pthread_mutex_lock(&x->lock);
	x->fault = f;
	x->ended = true;
	pthread_cond_signal(&x->end);
	pthread_mutex_unlock(&x->lock);
}

const struct fault *store_run(struct store *s, struct store_work *w)
{
	struct awaited x = {.work = {awaited_run, awaited_done, w->arena, 0, NULL, NULL},
			    .inner = w,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .end = PTHREAD_COND_INITIALIZER};

	store_submit(s, &x.work);
	pthread_mutex_lock(&x.lock);
	while (!x.ended)
		pthread_cond_wait(&x.end, &x.lock);
	pthread_mutex_unlock(&x.lock);
	pthread_cond_destroy(&x.end);
	pthread_mutex_destroy(&x.lock);
	if (w->done)
		w->done(w, x.fault);
	return x.fault;
}

/* Starting and stopping */

static const struct fault *thread_start(struct arena *a, struct writer *w, struct writer_thread *t)
{
	const struct fault *f;

	t->writer = w;
	f = w->store->ops->open(a, w->store->target, DB_WRITER, &t->db);
	if (f)
		return f;
	t->arena = arena_create(ARENA_BYTES);
	if (pthread_create(&t->id, NULL, writer_main, t)) {
		t->db->ops->close(t->db);
		arena_destroy(t->arena);
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "A thread could not be started.");
	}
	pthread_setname_np(t->id, "writer");
	w->started++;
	return NULL;
}

const struct fault *writer_start(struct arena *a, struct store *s, size_t threads,
				 struct writer **out)
{
	struct writer *w = calloc(1, sizeof(*w));
	const struct fault *f = NULL;
	pthread_condattr_t attr;

	assert(w);
	w->store = s;
	w->last = &w->first;
	w->threads = threads;
	w->at = calloc(threads, sizeof(w->at[0]));
	assert(w->at);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	for (size_t i = 0; i < threads && !f; i++)
		f = thread_start(a, w, &w->at[i]);
	if (f)
		writer_stop(w);
	else
		*out = w;
	return f;
}

void writer_stop(struct writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (size_t i = 0; i < w->started; i++) {
		pthread_join(w->at[i].id, NULL);
		w->at[i].db->ops->close(w->at[i].db);
		arena_destroy(w->at[i].arena);
	}
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w->at);
	free(w);
}
