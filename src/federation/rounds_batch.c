/* rounds_batch - calendars that are due: taken, read, or given back; see rounds_priv.h */

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "federation/rounds_priv.h"
#include "federation/sync.h"
#include "store/store.h"

enum {
	NS_PER_S = 1000000000,
	ROUNDS_HELD_S = 30, /* in a batch, without a look whether it still is */
	BATCH_ARENA_BYTES = 64 * 1024 * 1024,
	VISIT_ARENA_BYTES = 64 * 1024 * 1024,
};

int64_t rounds_after_s(int64_t seconds)
{
	return clock_monotonic_ns() + seconds * NS_PER_S;
}

int64_t rounds_rest_ns(int64_t due, int64_t most_s)
{
	int64_t now = clock_now();

	if (clock_is_driven() || due <= now)
		return NS_PER_S / 10;
	return min64(due - now, most_s) * NS_PER_S;
}

void rounds_log(const char *what, const struct fault *f)
{
	if (f)
		log_event(LOG_ERROR, "federation-rounds", LOG_STR("what", what),
			  LOG_STR("why", f->message));
}

/* ---- one calendar --------------------------------------------------------------------------- */

void rounds_read(struct rounds *r, struct outside_calendar *c, int64_t until_ns, bool is_awaited)
{
	struct arena *a = arena_create(VISIT_ARENA_BYTES);
	struct visit v;
	const struct fault *f =
		visit_begin(r->fed, a, c->owner, c->connection, clock_now(), until_ns, &v);

	rounds_log("visit", f);
	v.is_awaited = is_awaited;
	/* Without a fault, but also without an account, that one has just gone. */
	if (!f && v.connection)
		(void)sync_calendar(&v, c);
	arena_destroy(a);
}

/* ---- its lease --------------------------------------------------------------------------------
 */

struct settle_work {
	struct store_work work;
	const struct outside_calendar *c;
	bool ends;
};

static const struct fault *settle_run(struct db *db, struct store_work *work)
{
	const struct settle_work *w = (struct settle_work *)work;

	return outside_calendar_settle(db, work->arena, w->c, w->ends);
}

/* False: another holds it by now, and reads it. */
static bool settle(struct rounds *r, const struct outside_calendar *c, bool ends)
{
	struct arena *a = arena_create(VISIT_ARENA_BYTES);
	struct settle_work w = {.work = {.run = settle_run, .arena = a}, .c = c, .ends = ends};
	const struct fault *f = store_run(r->fed->calendar->store, &w.work);
	bool is_settled = !f;

	if (f && f->code != FAULT_CONFLICT)
		rounds_log("lease", f);
	arena_destroy(a);
	return is_settled;
}

void rounds_give_back(struct rounds *r, struct outside_calendar *c, int64_t due_at)
{
	c->due_at = due_at;
	(void)settle(r, c, true);
}

bool rounds_hold(struct rounds *r, struct outside_calendar *c)
{
	int64_t now = clock_now();

	if (now + SYNC_LEASE_S - ROUNDS_HELD_S < c->lease_until)
		return true;
	c->lease_until = now + SYNC_LEASE_S;
	return settle(r, c, false);
}

/* ---- taking what is due ---------------------------------------------------------------------- */

struct take_work {
	struct store_work work;
	struct batch *batch;
	int64_t now;
	int limit;
};

static const struct fault *take_run(struct db *db, struct store_work *work)
{
	struct take_work *w = (struct take_work *)work;

	return outside_calendar_take(db, work->arena, w->now, w->now + SYNC_LEASE_S, w->limit,
				     &w->batch->list, &w->batch->count);
}

void rounds_batch_free(struct batch *b)
{
	if (!b)
		return;
	arena_destroy(b->arena);
	free(b);
}

void rounds_leave(struct batch *b)
{
	if (--b->left == 0)
		rounds_batch_free(b);
}

struct outside_calendar *rounds_hand_out(struct rounds *r, size_t at)
{
	struct batch *b = r->batch;
	struct outside_calendar picked = b->list[at];

	/* What was handed out before stays where its readers have it. */
	b->list[at] = b->list[b->next];
	b->list[b->next] = picked;
	if (b->next + 1 == b->count)
		r->batch = NULL;
	return &b->list[b->next++];
}

/* Is anything due? Asked without a transaction, as mostly nothing is. */
static const struct fault *look(struct rounds *r, struct arena *a, int64_t *due_out)
{
	struct db *db;
	const struct fault *f = store_reader(r->fed->calendar->store, a, &db);

	return f ? f : outside_calendar_next_due(db, a, due_out);
}

struct batch *rounds_take(struct rounds *r, int64_t *due_out)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct take_work w = {.work.run = take_run, .now = clock_now(), .limit = r->limit};
	const struct fault *f;

	*due_out = INT64_MAX;
	if (!b)
		return NULL;
	b->arena = arena_create(BATCH_ARENA_BYTES);
	w.work.arena = b->arena;
	w.batch = b;
	f = look(r, b->arena, due_out);
	if (!f && *due_out <= w.now)
		f = store_run(r->fed->calendar->store, &w.work);
	rounds_log("take", f);
	if (!f && b->count > 0) {
		b->left = b->count;
		return b;
	}
	rounds_batch_free(b);
	return NULL;
}
