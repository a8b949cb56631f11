/* change - the steps of one change, and its way through the store */

#include "calendar/change_priv.h"

#include <stdlib.h>

#include "base/metrics.h"
#include "base/pool.h"

/* Meetings of many, and rooms, are what many change at once: each turn one of them gets through. */
enum { CHANGE_MAX_ATTEMPTS = 100 };

/* A change that was planned but never submitted is expected by the writer no more. */
static void change_release(void *object)
{
	struct change *c = object;

	if (!c->submitted)
		store_expect_less(c->cal->store);
}

struct change *change_open(struct calendar *cal, struct arena *a, enum change_origin origin,
			   int64_t now)
{
	struct change *c = arena_alloc(a, sizeof(*c));

	c->cal = cal;
	c->arena = a;
	c->origin = origin;
	c->now = now;
	store_expect_more(cal->store);
	arena_defer(a, change_release, c);
	return c;
}

void change_act_as(struct change *c, int64_t user)
{
	c->actor = user;
}

void change_add_step(struct change *c, const struct step_kind *kind, int64_t owner, void *data)
{
	struct step *s = arena_alloc(c->arena, sizeof(*s));

	*s = (struct step){.kind = kind, .owner = owner, .data = data};
	if (c->last)
		c->last->next = s;
	else
		c->first = s;
	c->last = s;
}

void change_leave_untold(struct change *c)
{
	c->last->is_untold = true;
}

const struct fault *change_is_stale(struct change *c)
{
	c->stale = true;
	return fault_static(FAULT_UNAVAILABLE);
}

void change_also_lock(struct change *c, const int64_t *owners, size_t count)
{
	c->last->also = owners;
	c->last->also_count = count;
}

static int compare_lock(const void *a, const void *b)
{
	const struct change_owner_lock *x = a, *y = b;

	return (x->owner > y->owner) - (x->owner < y->owner);
}

static void collect_owners(struct change *c)
{
	size_t most = c->learned_count;

	for (const struct step *s = c->first; s; s = s->next)
		most += 1 + s->also_count;
	c->locks = arena_alloc_array(c->arena, most + 1, sizeof(*c->locks));
	c->lock_count = 0;
	for (const struct step *s = c->first; s; s = s->next) {
		if (s->owner != 0)
			c->locks[c->lock_count++] = (struct change_owner_lock){
				s->owner, -1, true, s->kind->is_rules, s->is_untold};
		for (size_t i = 0; i < s->also_count; i++)
			c->locks[c->lock_count++] =
				(struct change_owner_lock){s->also[i], -1, false, false, false};
	}
	for (size_t i = 0; i < c->learned_count; i++)
		c->locks[c->lock_count++] =
			(struct change_owner_lock){c->learned[i], -1, false, false, false};
}

/* The owners of all steps, ascending and once each: the order that cannot deadlock. */
static void change_owners(struct change *c)
{
	size_t kept = 0;

	collect_owners(c);
	qsort(c->locks, c->lock_count, sizeof(*c->locks), compare_lock);
	for (size_t i = 0; i < c->lock_count; i++) {
		if (kept == 0 || c->locks[kept - 1].owner != c->locks[i].owner) {
			c->locks[kept++] = c->locks[i];
			continue;
		}
		c->locks[kept - 1].is_needed |= c->locks[i].is_needed;
		c->locks[kept - 1].is_of_rules |= c->locks[i].is_of_rules;
		c->locks[kept - 1].is_untold &= c->locks[i].is_untold;
	}
	c->lock_count = kept;
}

/* One question for all, in the order in which they stand. */
static const struct fault *lock_all(struct change *c, struct db *db)
{
	int64_t *owners = arena_alloc_array(c->arena, c->lock_count, sizeof(*owners));
	int64_t *versions = arena_alloc_array(c->arena, c->lock_count, sizeof(*versions));
	const struct fault *f;

	for (size_t i = 0; i < c->lock_count; i++)
		owners[i] = c->locks[i].owner;
	f = owner_lock_many(db, c->arena, owners, c->lock_count, versions);
	for (size_t i = 0; i < c->lock_count; i++)
		c->locks[i].version = versions[i];
	return f;
}

static const struct fault *change_lock(struct change *c, struct db *db)
{
	const struct fault *f = NULL;

	if (c->lock_count == 1)
		f = owner_lock(db, c->arena, c->locks[0].owner, &c->locks[0].version);
	else if (c->lock_count > 1)
		f = lock_all(c, db);
	for (size_t i = 0; i < c->lock_count && !f; i++) {
		struct change_owner_lock *l = &c->locks[i];

		if (l->version < 0 && l->is_needed)
			return fault_make(c->arena, FAULT_NOT_FOUND, NULL,
					  "The owner of this calendar no longer exists.");
		if (l->version < 0) {
			/* Who is still there will be met again. */
			c->learned_count = 0;
			return change_is_stale(c);
		}
	}
	return f;
}

static const struct fault *change_raise(struct change *c, struct db *db)
{
	int64_t *others = arena_alloc_array(c->arena, c->lock_count + 1, sizeof(*others));
	size_t count = 0;
	const struct fault *f = NULL;

	for (size_t i = 0; i < c->lock_count && !f; i++) {
		const struct change_owner_lock *l = &c->locks[i];

		if (l->is_untold)
			continue;
		if (l->is_of_rules || c->lock_count == 1)
			f = owner_raise_version(db, c->arena, l->owner, l->is_of_rules);
		else
			others[count++] = l->owner;
	}
	return f || count == 0 ? f : owner_raise_many(db, c->arena, others, count);
}

int64_t change_locked_version(const struct change *c, int64_t owner)
{
	struct change_owner_lock key = {.owner = owner};
	const struct change_owner_lock *l =
		bsearch(&key, c->locks, c->lock_count, sizeof(key), compare_lock);

	return l ? l->version : -1;
}

const struct fault *change_need_locked(struct change *c, const int64_t *owners, size_t count)
{
	int64_t *all = arena_alloc_array(c->arena, c->learned_count + count + 1, sizeof(*all));
	size_t known = c->learned_count, kept = known;

	if (known > 0)
		memcpy(all, c->learned, known * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		if (change_locked_version(c, owners[i]) < 0)
			all[kept++] = owners[i];
	if (kept == known)
		return NULL;
	c->learned = all;
	c->learned_count = kept;
	return change_is_stale(c);
}

/* Inside the transaction: lock, require everything, apply everything, raise versions. */
static const struct fault *change_apply(struct db *db, struct store_work *w)
{
	struct change *c = (struct change *)w;
	const struct fault *f;

	c->stale = false;
	c->queued_jobs = false;
	change_owners(c);
	f = change_lock(c, db);
	for (struct step *s = c->first; s && !f; s = s->next)
		if (s->kind->require)
			f = s->kind->require(c, s, db);
	for (struct step *s = c->first; s && !f; s = s->next)
		if (s->kind->apply)
			f = s->kind->apply(c, s, db);
	if (!f)
		f = change_raise(c, db);
	if (!f)
		f = arena_check(c->arena);
	return f;
}

enum { REPLAN_MORE_BYTES = 16 << 20, REPLAN_ARENA_BYTES = 64 << 20 };

/*
 * What the plan before took is not given back, as results may lie in it. Where that is so much that
 * the next might not fit, it has an arena of its own; of small ones a hundred fit.
 */
static void change_make_room(struct change *c)
{
	if (arena_used(c->arena) < REPLAN_MORE_BYTES)
		return;
	c->arena = arena_create_in(c->arena, REPLAN_ARENA_BYTES);
	c->work.arena = c->arena;
}

static const struct fault *change_replan(struct change *c)
{
	change_make_room(c);
	for (struct step *s = c->first; s; s = s->next) {
		const struct fault *f = s->kind->replan ? s->kind->replan(c, s) : NULL;

		if (f)
			return f;
	}
	return NULL;
}

static void change_committed(const struct change *c)
{
	for (const struct step *s = c->first; s; s = s->next)
		if (s->kind->committed)
			s->kind->committed(c, s);
}

static void change_count(const struct fault *f)
{
	metrics_add(METRIC_CHANGES,
		    !f ? CHANGE_DONE
		       : (fault_row(f->code)->http_status >= 500 ? CHANGE_FAILED : CHANGE_REFUSED),
		    1);
}

static void change_finish(struct change *c, const struct fault *f)
{
	struct calendar *cal = c->cal;

	change_count(f);
	if (!f)
		change_committed(c);
	if (!f && c->queued_jobs && cal->wake_jobs)
		cal->wake_jobs(cal->wake_ctx);
	/* Last: it may free the change. */
	c->done(c->done_ctx, f);
}

static void change_replan_and_submit(void *ctx)
{
	struct change *c = ctx;
	const struct fault *f = change_replan(c);

	if (f)
		change_finish(c, f);
	else
		store_submit(c->cal->store, &c->work);
}

static void change_done(struct store_work *w, const struct fault *f)
{
	struct change *c = (struct change *)w;

	if (f && c->stale && ++c->attempts < CHANGE_MAX_ATTEMPTS && c->cal->workers &&
	    pool_submit(c->cal->workers, change_replan_and_submit, c))
		return;
	change_finish(c, f);
}

static void change_prepare(struct change *c)
{
	c->work.run = change_apply;
	c->work.arena = c->arena;
	c->submitted = true;
}

void change_submit(struct change *c, change_done_fn done, void *ctx)
{
	struct store *store = c->cal->store;

	change_prepare(c);
	c->work.done = change_done;
	c->done = done;
	c->done_ctx = ctx;
	/* From here on the change is the writer's, and may be gone at any moment. */
	store_submit(store, &c->work);
	store_expect_less(store);
}

const struct fault *change_run(struct change *c)
{
	const struct fault *f;

	change_prepare(c);
	store_expect_less(c->cal->store);
	for (;;) {
		f = store_run(c->cal->store, &c->work);
		if (!f || !c->stale || ++c->attempts >= CHANGE_MAX_ATTEMPTS)
			break;
		f = change_replan(c);
		if (f)
			break;
	}
	change_count(f);
	if (!f)
		change_committed(c);
	if (!f && c->queued_jobs && c->cal->wake_jobs)
		c->cal->wake_jobs(c->cal->wake_ctx);
	return f;
}

const struct fault *change_run_unless(struct change *c, const struct fault *f)
{
	if (!f)
		return change_run(c);
	store_expect_less(c->cal->store);
	c->submitted = true;
	return f;
}

/* ---- steps that belong to no one kind of thing ------------------------------ */

struct require_step {
	change_require_fn fn;
	void *ctx;
};

static const struct fault *require_run(struct change *c, struct step *s, struct db *db)
{
	struct require_step *r = s->data;

	return r->fn(r->ctx, db, c->arena);
}

static const struct step_kind require_kind = {.name = "require", .require = require_run};

const struct fault *change_require(struct change *c, int64_t owner, change_require_fn fn, void *ctx)
{
	struct require_step *r = arena_alloc(c->arena, sizeof(*r));

	*r = (struct require_step){fn, ctx};
	change_add_step(c, &require_kind, owner, r);
	return NULL;
}

const struct fault *change_apply_job(struct change *c, struct db *db, const struct job *j)
{
	bool queued;

	c->queued_jobs = true;
	return j->queue.len > 0 ? job_enqueue(db, c->arena, j, c->now, &queued)
				: job_add(db, c->arena, j);
}

static const struct fault *job_apply(struct change *c, struct step *s, struct db *db)
{
	return change_apply_job(c, db, s->data);
}

static const struct step_kind job_kind = {.name = "job", .apply = job_apply};

const struct fault *change_job(struct change *c, const struct job *j)
{
	struct job *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *j;
	change_add_step(c, &job_kind, j->owner, copy);
	return NULL;
}
