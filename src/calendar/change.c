/* change - the steps of one change, and its way through the store */

#include "calendar/change_priv.h"

#include <assert.h>
#include <stdlib.h>

#include "base/metrics.h"
#include "base/pool.h"

enum { CHANGE_MAX_ATTEMPTS = 5, CHANGE_MAX_OWNERS = 64 };

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

const struct fault *change_is_stale(struct change *c)
{
	c->stale = true;
	return fault_static(FAULT_UNAVAILABLE);
}

static int compare_owner(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The owners of all steps, ascending and once each: the order that cannot deadlock. */
static size_t change_owners(const struct change *c, int64_t owners[CHANGE_MAX_OWNERS])
{
	size_t count = 0;

	for (const struct step *s = c->first; s; s = s->next) {
		bool known = s->owner == 0;

		for (size_t i = 0; i < count && !known; i++)
			known = owners[i] == s->owner;
		if (known)
			continue;
		assert(count < CHANGE_MAX_OWNERS);
		owners[count++] = s->owner;
	}
	qsort(owners, count, sizeof(*owners), compare_owner);
	return count;
}

static const struct fault *change_lock(struct change *c, struct db *db, const int64_t *owners,
				       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t version;
		const struct fault *f = owner_lock(db, c->arena, owners[i], &version);

		if (f)
			return f;
		if (version < 0)
			return fault_make(c->arena, FAULT_NOT_FOUND, NULL,
					  "The owner of this calendar no longer exists.");
	}
	return NULL;
}

/* Does a step change what this owner offers? */
static bool change_is_of_rules(const struct change *c, int64_t owner)
{
	for (const struct step *s = c->first; s; s = s->next)
		if (s->kind->is_rules && s->owner == owner)
			return true;
	return false;
}

/* Inside the transaction: lock, require everything, apply everything, raise versions. */
static const struct fault *change_apply(struct db *db, struct store_work *w)
{
	struct change *c = (struct change *)w;
	int64_t owners[CHANGE_MAX_OWNERS] = {0};
	size_t count = change_owners(c, owners);
	const struct fault *f = change_lock(c, db, owners, count);

	c->stale = false;
	c->queued_jobs = false;
	for (struct step *s = c->first; s && !f; s = s->next)
		if (s->kind->require)
			f = s->kind->require(c, s, db);
	for (struct step *s = c->first; s && !f; s = s->next)
		if (s->kind->apply)
			f = s->kind->apply(c, s, db);
	for (size_t i = 0; i < count && !f; i++)
		f = owner_raise_version(db, c->arena, owners[i], change_is_of_rules(c, owners[i]));
	if (!f)
		f = arena_check(c->arena);
	return f;
}

static const struct fault *change_replan(struct change *c)
{
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
	/* done() may free the change: everything that is needed comes first. */
	struct calendar *cal = c->cal;
	bool wake = !f && c->queued_jobs && cal->wake_jobs;
	void (*wake_fn)(void *) = cal->wake_jobs;
	void *wake_ctx = cal->wake_ctx;

	change_count(f);
	if (!f)
		change_committed(c);
	c->done(c->done_ctx, f);
	if (wake)
		wake_fn(wake_ctx);
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
	c->queued_jobs = true;
	return job_add(db, c->arena, j);
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
