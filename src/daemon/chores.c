/* chores - what a server looks after by itself, now and then */

#include "daemon/chores.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/calendar.h"
#include "calendar/horizon.h"
#include "store/store.h"

enum { CHORE_ARENA_BYTES = 64 * 1024 * 1024 };

static const struct fault *move_horizon(struct calendar *cal, struct arena *a)
{
	int64_t now = clock_now();
	bool due = false;
	const struct fault *f = horizon_is_due(cal, a, now, &due);

	return !f && due ? horizon_move(cal, a, now) : f;
}

static const struct fault *audit_holds(struct calendar *cal, struct arena *a)
{
	int64_t overlaps;
	const struct fault *f = store_count_overlaps(cal->store, a, &overlaps);

	if (!f && overlaps > 0)
		log_event(LOG_ERROR, "holds-overlap", LOG_INT("count", overlaps));
	return f;
}

static const struct {
	const char *name;
	int64_t every_s;
	const struct fault *(*run)(struct calendar *cal, struct arena *a);
} chore_rows[] = {
	{"horizon", 600, move_horizon},
	{"audit", 3600, audit_holds},
};

struct chores {
	struct calendar *cal;
	pthread_mutex_t lock; /* of all below */
	int64_t due_ns[ARRAY_LEN(chore_rows)];
	bool running[ARRAY_LEN(chore_rows)];
};

struct chores *chores_create(struct calendar *cal)
{
	struct chores *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->cal = cal;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void chores_destroy(struct chores *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* Whose turn is it? Takes it. False: nobody's. */
static bool take_turn(struct chores *c, size_t *row_out)
{
	int64_t now = clock_monotonic_ns();
	size_t i;

	pthread_mutex_lock(&c->lock);
	for (i = 0; i < ARRAY_LEN(chore_rows); i++)
		if (!c->running[i] && c->due_ns[i] <= now)
			break;
	if (i < ARRAY_LEN(chore_rows)) {
		c->running[i] = true;
		c->due_ns[i] = now + chore_rows[i].every_s * 1000000000;
	}
	pthread_mutex_unlock(&c->lock);
	*row_out = i;
	return i < ARRAY_LEN(chore_rows);
}

void chores_do(struct chores *c)
{
	size_t i;

	while (take_turn(c, &i)) {
		struct arena *a = arena_create(CHORE_ARENA_BYTES);
		const struct fault *f = chore_rows[i].run(c->cal, a);

		if (f)
			log_event(LOG_ERROR, "chore", LOG_STR("name", chore_rows[i].name),
				  LOG_STR("why", f->message));
		arena_destroy(a);
		pthread_mutex_lock(&c->lock);
		c->running[i] = false;
		pthread_mutex_unlock(&c->lock);
	}
}
