/* job_turn - see job_turn.h */
#include "daemon/job_turn.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "daemon/back_off.h"
#include "store/store.h"

enum { TURN_ARENA_BYTES = 64 * 1024 * 1024 };

bool job_is_settled(enum job_result result)
{
	return result == JOB_DONE || result == JOB_IDLE || result == JOB_WAIT;
}

bool job_is_given_up(enum job_result result, const struct job *j)
{
	if (job_is_settled(result))
		return false;
	return result == JOB_NEVER || j->attempts >= BACK_OFF_ATTEMPTS_MAX;
}

/* One that ends, one that begins, or both. */
struct turn_work {
	struct store_work work;
	const struct job *ended; /* NULL: none */
	const struct job_outcome *outcome;
	int64_t rest_s; /* if it is to be tried again */
	struct text kind;
	int64_t now;
	struct arena *arena; /* of the next; NULL: none is taken */
	struct job *taken;
};

static const struct fault *settle(struct db *db, struct arena *a, const struct turn_work *w)
{
	const struct job_outcome *o = w->outcome;
	bool in_vain = o->result != JOB_UNSURE;

	if (o->result == JOB_DONE)
		return job_done(db, a, w->ended);
	if (o->result == JOB_IDLE)
		return job_skip(db, a, w->ended);
	if (o->result == JOB_WAIT)
		return job_put_back(db, a, w->ended, o->wait_until);
	if (job_is_given_up(o->result, w->ended))
		return job_give_up(db, a, w->ended, in_vain, o->why);
	return job_retry(db, a, w->ended, w->now + w->rest_s, in_vain, o->why);
}

static const struct fault *turn_run(struct db *db, struct store_work *work)
{
	struct turn_work *w = (struct turn_work *)work;
	const struct fault *f = NULL;

	if (w->ended)
		f = settle(db, work->arena, w);
	w->taken = NULL;
	if (!f && w->arena)
		f = job_take(db, w->arena, w->kind, w->now, JOB_LEASE_S, &w->taken);
	return f;
}

static void begin(struct job_turn *t, struct arena *a, struct job *j)
{
	if (!j)
		arena_destroy(a);
	t->arena = j ? a : NULL;
	t->job = j;
}

void job_turn_take(struct job_turn *t, int64_t *due_out)
{
	struct arena *a = arena_create(TURN_ARENA_BYTES);
	struct turn_work w = {
		.work.run = turn_run,
		.work.arena = a,
		.kind = t->kind,
		.now = clock_now(),
		.arena = a,
	};
	struct db *db;
	const struct fault *f = store_reader(t->store, a, &db);

	*due_out = INT64_MAX;
	/* Looking costs a read; only what is due costs a transaction. */
	if (!f)
		f = job_next_due(db, a, w.kind, w.now, due_out);
	if (!f && *due_out <= w.now)
		f = store_run(t->store, &w.work);
	if (f)
		log_event(LOG_ERROR, "jobs", LOG_STR("why", f->message));
	begin(t, a, f ? NULL : w.taken);
}

void job_turn_settle(struct job_turn *t, const struct job_outcome *o, bool goes_on)
{
	struct arena *next = goes_on ? arena_create(TURN_ARENA_BYTES) : NULL;
	struct arena *ended = t->arena;
	struct turn_work w = {
		.work.run = turn_run,
		.work.arena = ended,
		.ended = t->job,
		.outcome = o,
		.kind = t->kind,
		.now = clock_now(),
		.arena = next,
	};
	const struct fault *f;
	uint32_t dice;

	secret_random(&dice, sizeof(dice));
	w.rest_s = back_off(t->job->attempts, dice);
	f = store_run(t->store, &w.work);
	/* What was done is not done again because there was no next. */
	if (f && next) {
		w.arena = NULL;
		f = store_run(t->store, &w.work);
	}
	/* What cannot be settled now is taken again when its lease has run out. */
	if (f)
		log_event(LOG_ERROR, "job-settle", LOG_TEXT("key", t->job->key),
			  LOG_STR("why", f->message));
	begin(t, next, f ? NULL : w.taken);
	arena_destroy(ended);
}
