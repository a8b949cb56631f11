/*
 * slots_team - verdicts of several hosts as one; see slots.h. Pure.
 *
 * A pool takes those first who are nearest to open, and the verdict on the last one that it needs
 * is its own: with all of them open it is open, and else it says what stands in the way once all
 * others have been found. A team is as near as the farthest of its pools.
 */
#include "booking/slots_priv.h"

/* How far from open: 0 is open, then what is taken, then what is against a rule. */
static int distance(enum slot_verdict v)
{
	return v == SLOT_OPEN ? 0 : SLOT_VERDICT_COUNT - (int)v;
}

struct slot_why slot_explain_member(const struct slot_member *m, int64_t start)
{
	struct slot_why why = {.verdict = SLOT_CLOSED, .rule = "team"};

	if (m->host) {
		why = slot_explain(&m->question, start);
		why.host = m->host;
	}
	return why;
}

/* The pool's own, among the verdicts on its members at each distance. */
static struct slot_why verdict_of(const struct slot_pool *pool, const size_t *at_distance,
				  const struct slot_why *first)
{
	size_t found = 0;
	int d = 0;

	for (; d < SLOT_VERDICT_COUNT; d++) {
		found += at_distance[d];
		if (found >= (size_t)pool->need)
			return first[d];
	}
	return (struct slot_why){.verdict = SLOT_CLOSED, .rule = "team"};
}

static struct slot_why explain_pool(const struct slot_pool *pool, int64_t start)
{
	size_t at_distance[SLOT_VERDICT_COUNT + 1] = {0};
	struct slot_why first[SLOT_VERDICT_COUNT + 1];

	for (size_t i = 0; i < pool->count && at_distance[0] < (size_t)pool->need; i++) {
		struct slot_why why;
		int d;

		if (pool->members[i].says->optional)
			continue;
		why = slot_explain_member(&pool->members[i], start);
		d = distance(why.verdict);
		if (at_distance[d]++ == 0)
			first[d] = why;
	}
	return verdict_of(pool, at_distance, first);
}

struct slot_why slot_explain_team(const struct slot_team *team, int64_t start)
{
	struct slot_why worst = {.verdict = SLOT_OPEN};

	for (size_t i = 0; i < team->count; i++) {
		struct slot_why why = explain_pool(&team->pools[i], start);

		if (distance(why.verdict) > distance(worst.verdict))
			worst = why;
		else if (why.instance)
			worst.instance = why.instance;
	}
	return worst;
}

/* Hosts who are not needed, and yet may be: with these gone, the pool is as well. */
static bool pool_is_open(const struct slot_pool *pool, int64_t start)
{
	size_t spare = 0, open = 0;

	for (size_t i = 0; i < pool->count; i++)
		spare += !pool->members[i].says->optional;
	if (spare < (size_t)pool->need)
		return false;
	spare -= (size_t)pool->need;
	for (size_t i = 0; i < pool->count && open < (size_t)pool->need; i++) {
		if (pool->members[i].says->optional)
			continue;
		if (slot_explain_member(&pool->members[i], start).verdict == SLOT_OPEN)
			open++;
		else if (spare-- == 0)
			return false;
	}
	return true;
}

bool slot_team_is_open(const struct slot_team *team, int64_t start)
{
	for (size_t i = 0; i < team->count; i++)
		if (!pool_is_open(&team->pools[i], start))
			return false;
	return true;
}
