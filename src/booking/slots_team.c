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

static enum slot_verdict judge_member(const struct slot_member *m, int64_t start,
				      struct slot_why *why)
{
	if (m->host)
		return slot_explain_host(&m->question, start, why);
	*why = (struct slot_why){.rule = "team"};
	return SLOT_CLOSED;
}

bool slot_member_is_open(const struct slot_member *m, int64_t start)
{
	struct slot_why why;

	return judge_member(m, start, &why) == SLOT_OPEN;
}

/* What was found in a pool: how many at each distance, and the first of them. */
struct found {
	size_t count[SLOT_VERDICT_COUNT];
	struct slot_why first[SLOT_VERDICT_COUNT];
};

static void found_add(struct found *found, const struct slot_member *m, enum slot_verdict v,
		      const struct slot_why *why)
{
	int d = distance(v);

	if (found->count[d]++ > 0)
		return;
	found->first[d] = *why;
	found->first[d].verdict = v;
	found->first[d].host = m->host;
}

/* The verdict on the last one that a pool needs. */
static enum slot_verdict last_needed(const struct found *found, size_t need, struct slot_why *why)
{
	size_t count = 0;

	for (int d = 0; d < SLOT_VERDICT_COUNT; d++) {
		count += found->count[d];
		if (count < need)
			continue;
		*why = found->first[d];
		return why->verdict;
	}
	*why = (struct slot_why){.rule = "team"};
	return SLOT_CLOSED;
}

static size_t required_of(const struct slot_pool *pool)
{
	size_t count = 0;

	for (size_t i = 0; i < pool->count; i++)
		count += !pool->members[i].says->optional;
	return count;
}

static bool is_anybody_there(const struct slot_pool *pool, int64_t start)
{
	size_t i = slot_open_before(pool->hours, pool->hours_count, start);

	return i > 0 && start < pool->hours[i - 1].end;
}

/* Briefly, it is enough that so many are not open that the rest would be too few. */
static enum slot_verdict judge_pool(const struct slot_pool *pool, int64_t start, bool briefly,
				    struct slot_why *why)
{
	size_t required = required_of(pool), need = (size_t)pool->need, open = 0, others = 0;
	struct found found = {.count = {0}};

	if (briefly && !is_anybody_there(pool, start))
		return SLOT_OUTSIDE_HOURS;
	for (size_t i = 0; i < pool->count && open < need; i++) {
		const struct slot_member *m = &pool->members[i];
		struct slot_why of_member = {.verdict = SLOT_OPEN};
		enum slot_verdict v;

		if (m->says->optional)
			continue;
		v = judge_member(m, start, &of_member);
		open += v == SLOT_OPEN;
		others += v != SLOT_OPEN;
		if (briefly && need + others > required)
			return v;
		found_add(&found, m, v, &of_member);
	}
	return last_needed(&found, need, why);
}

/* Without a frame, a start is one if it is one of the hours of somebody who is needed. */
static bool is_on_any_grid(const struct slot_team *team, int64_t start)
{
	for (size_t p = 0; p < team->count; p++)
		for (size_t i = 0; i < team->pools[p].count; i++) {
			const struct slot_member *m = &team->pools[p].members[i];

			if (m->host && !m->says->optional && slot_is_on_grid(&m->question, start))
				return true;
		}
	return false;
}

static enum slot_verdict judge_pools(const struct slot_team *team, int64_t start, bool briefly,
				     struct slot_why *why)
{
	enum slot_verdict worst = SLOT_OPEN;
	const struct booked *instance = NULL;

	for (size_t i = 0; i < team->count && (!briefly || worst == SLOT_OPEN); i++) {
		struct slot_why of_pool = {.verdict = SLOT_OPEN};
		enum slot_verdict v = judge_pool(&team->pools[i], start, briefly, &of_pool);

		if (of_pool.instance)
			instance = of_pool.instance;
		if (distance(v) <= distance(worst))
			continue;
		worst = v;
		*why = of_pool;
	}
	why->instance = instance;
	return worst;
}

enum slot_verdict slot_explain_team(const struct slot_question *q, int64_t start, bool briefly,
				    struct slot_why *why)
{
	enum slot_verdict v = judge_pools(q->team, start, briefly, why);

	if (!q->unframed || q->team->chosen || distance(v) >= distance(SLOT_NOT_ON_GRID) ||
	    is_on_any_grid(q->team, start))
		return v;
	*why = (struct slot_why){.rule = q->type->align_to_clock ? "align_to_clock" : NULL};
	return SLOT_NOT_ON_GRID;
}
