/*
 * team_choose - whose turn it is; see team.h. Pure.
 *
 * Hosts are compared by what they were given, a booking divided by their weight, and whoever has
 * the least comes next (start-time fair queueing). A clock per pool and priority remembers how far
 * those had come who were chosen last. Nobody is behind it by more than a little credit: who was
 * away, or is new, begins where the others are, and is neither flooded nor punished (case F3).
 */
#include "booking/team.h"

#include <stdlib.h>

#include "base/arena.h"

enum {
	CREDIT = 2 * TEAM_TURN, /* so much of what was missed or given back is made up for */
	PRIORITIES = 1000,	/* more than there are: apart by pool */
};

struct candidate {
	const struct slot_member *member;
	const struct booking_host *had; /* who comes already stays; NULL: does not */
	int64_t clock, floor, taken, last;
	size_t at;
};

/* ---- turns -------------------------------------------------------------------------------------
 */

static const struct team_turn *turn_of(const struct team_choice *c, int64_t host)
{
	for (size_t i = 0; i < c->turn_count; i++)
		if (c->turns[i].host == host)
			return &c->turns[i];
	return NULL;
}

/* The clock of a pool and priority stands in the place of a host. */
static int64_t clock_of(size_t pool, int32_t priority)
{
	return -1 - (int64_t)pool * PRIORITIES - priority;
}

static void set_turn(const struct team_choice *c, size_t pool, struct candidate *x)
{
	int32_t priority = x->member->says->priority;
	const struct team_turn *clock = turn_of(c, clock_of(pool, priority));
	const struct team_turn *own = turn_of(c, x->member->host->owner.id);
	int64_t now = clock ? clock->taken : 0;

	x->clock = clock_of(pool, priority);
	x->floor = own ? now - CREDIT : now;
	x->taken = own ? max64(own->taken, x->floor) : x->floor;
	x->last = own ? own->last : 0;
}

/* ---- choosing ----------------------------------------------------------------------------------
 */

static const struct booking_host *had_before(const struct team_choice *c, const struct host *host)
{
	for (size_t i = 0; c->had && i < c->had->count; i++)
		if (c->had->at[i].host == host->owner.id && !c->had->at[i].optional)
			return &c->had->at[i];
	return NULL;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_candidate(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	const int by[] = {
		compare(y->had != NULL, x->had != NULL),
		compare(y->member->says->priority, x->member->says->priority),
		compare(x->taken, y->taken),
		compare(x->last, y->last),
		compare((int64_t)x->at, (int64_t)y->at),
	};

	for (size_t i = 0; i < ARRAY_LEN(by); i++)
		if (by[i] != 0)
			return by[i];
	return 0;
}

/* Who of a pool is needed and open, those first whose turn it is. */
static size_t rank(struct arena *a, const struct team_choice *c, size_t pool,
		   struct candidate **out)
{
	const struct slot_pool *p = &c->frame->team->pools[pool];
	size_t count = 0;

	*out = arena_alloc_array(a, p->count, sizeof(**out));
	for (size_t i = 0; i < p->count; i++) {
		const struct slot_member *m = &p->members[i];
		struct candidate *x = &(*out)[count];

		if (m->says->optional || !slot_member_is_open(m, c->start))
			continue;
		*x = (struct candidate){.member = m, .at = i};
		x->had = had_before(c, m->host);
		set_turn(c, pool, x);
		count++;
	}
	if (count > 1)
		qsort(*out, count, sizeof(**out), compare_candidate);
	return count;
}

/* Has the pool more hosts than it needs? Else it is nobody's turn, as all come. */
static bool has_choice(const struct slot_pool *p)
{
	size_t required = 0;

	for (size_t i = 0; i < p->count; i++)
		required += !p->members[i].says->optional;
	return required > (size_t)p->need;
}

static struct team_host chosen(const struct team_choice *c, const struct slot_pool *p,
			       const struct candidate *x)
{
	struct team_claim claim = {
		.owner = c->owner,
		.type = c->frame->type->id,
		.host = x->member->host->owner.id,
		.floor = x->floor,
		.cost = has_choice(p) ? TEAM_TURN / x->member->says->weight : 0,
		.at = c->now,
	};
	struct team_claim clock = claim;
	bool stays = x->had && !c->had->kept;

	clock.host = x->clock;
	clock.floor = x->taken;
	clock.cost = 0;
	if (stays)
		claim.cost = x->had->cost;
	return (struct team_host){
		.host = x->member->host,
		.stays = stays,
		.claim = claim,
		.clock = clock,
	};
}

void team_choose(struct arena *a, const struct team_choice *c, struct team_hosts *out)
{
	const struct slot_team *team = c->frame->team;
	struct team_host *at;
	size_t most = 0;

	for (size_t i = 0; i < team->count; i++)
		most += team->pools[i].count;
	at = arena_alloc_array(a, most, sizeof(*at));
	*out = (struct team_hosts){.at = at};
	for (size_t i = 0; i < team->count; i++) {
		const struct slot_pool *p = &team->pools[i];
		struct candidate *ranked;
		size_t count = rank(a, c, i, &ranked);

		for (size_t k = 0; k < count && k < (size_t)p->need; k++)
			at[out->count++] = chosen(c, p, &ranked[k]);
		for (size_t k = 0; k < p->count; k++)
			if (p->members[k].says->optional && p->members[k].host)
				at[out->count++] = (struct team_host){.host = p->members[k].host,
								      .optional = true};
	}
}
