/* team - the hosts that a type names, and what is asked of each; see team.h */
#include "booking/team.h"

#include <stdlib.h>

#include "base/arena.h"
#include "booking/room.h"
#include "booking/slots_priv.h"

/* ---- who ---------------------------------------------------------------------------------------
 */

bool team_names(const struct booking_type *t, struct text name, size_t *pool_out,
		const struct booking_team_host **out)
{
	for (size_t p = 0; p < t->team.pool_count; p++)
		for (size_t h = 0; h < t->team.pools[p].host_count; h++) {
			*out = &t->team.pools[p].hosts[h];
			*pool_out = p;
			if (text_equal((*out)->name, name))
				return true;
		}
	return false;
}

/* NULL in *out when there is nobody by that name. */
static const struct fault *read_host(struct db *db, struct arena *a, struct text name,
				     int64_t max_age_s, const struct host **out)
{
	struct owner *owner;
	struct host *host;
	const struct fault *f = owner_find(db, a, name, &owner);

	*out = NULL;
	if (f || !owner)
		return f;
	host = arena_alloc(a, sizeof(*host));
	*out = host;
	return host_read(db, a, owner, max_age_s, host);
}

static struct text *list_names(struct arena *a, const struct booking_team *team, size_t *count_out)
{
	struct text *names;
	size_t count = 0;

	for (size_t p = 0; p < team->pool_count; p++)
		count += team->pools[p].host_count;
	names = arena_alloc_array(a, count, sizeof(*names));
	*count_out = count;
	count = 0;
	for (size_t p = 0; p < team->pool_count; p++)
		for (size_t h = 0; h < team->pools[p].host_count; h++)
			names[count++] = team->pools[p].hosts[h].name;
	return names;
}

const struct fault *team_find_all(struct booking_desk *desk, struct db *db, struct arena *a,
				  const struct booking_team *team, const struct host *const **out,
				  size_t *count_out)
{
	struct text *names = list_names(a, team, count_out);
	const struct host **hosts = arena_alloc_array(a, *count_out, sizeof(const struct host *));

	*out = hosts;
	return host_find_all(desk, db, a, names, *count_out, hosts);
}

/* The same from rows. */
static const struct fault *read_all(struct db *db, struct arena *a, const struct booking_team *team,
				    int64_t max_age_s, const struct host *const **out)
{
	size_t count;
	struct text *names = list_names(a, team, &count);
	const struct host **hosts = arena_alloc_array(a, count, sizeof(const struct host *));
	const struct fault *f = NULL;

	*out = hosts;
	for (size_t i = 0; !f && i < count; i++)
		f = read_host(db, a, names[i], max_age_s, &hosts[i]);
	return f;
}

/* ---- what --------------------------------------------------------------------------------------
 */

struct loader {
	struct booking_desk *desk; /* NULL: from rows */
	struct db *db;
	struct arena *arena;
	const struct slot_ask *ask;
	int64_t from, to;
};

/* Those hours that the type names, else the default ones; NULL: never, or not for this owner. */
static const struct fault *find_hours(const struct loader *l, const struct host *host,
				      const struct booking_schedule **out)
{
	const struct owner *whose = &l->ask->host->owner;
	bool takes_part = true;
	const struct fault *f;

	if (!host->room) {
		f = team_may_name(l->db, l->arena, whose, &host->owner, &takes_part);
		*out = host_schedule(host, l->ask->type->schedule);
		*out = *out ? *out : host_schedule(host, TEXT("default"));
		*out = takes_part ? *out : NULL;
		return f;
	}
	f = room_takes_part(l->db, l->arena, host->room, l->ask, whose, &takes_part);
	*out = takes_part ? &host->room->schedule : NULL;
	return f;
}

/* Whoever has no hours is never there. */
static const struct fault *load_member(const struct loader *l, const struct host *host,
				       struct slot_member *m)
{
	struct slot_ask ask = *l->ask;
	const struct fault *f = find_hours(l, host, &ask.schedule);

	ask.host = host;
	ask.from = l->from;
	ask.to = l->to;
	ask.of_team = true;
	ask.but_object = 0;
	if (f || !ask.schedule)
		return f;
	m->host = host;
	f = l->desk ? slot_load_host(l->desk, l->db, l->arena, &ask, &m->question)
		    : slot_load_host_stored(l->db, l->arena, &ask, &m->question);
	if (!f && host->room)
		room_limit_hours(l->arena, host->room, &m->question);
	return f;
}

const struct fault *team_load_host(struct db *db, struct arena *a, const struct slot_ask *ask,
				   const struct host *host, struct slot_member *out)
{
	const struct loader l = {NULL, db, a, ask, ask->from, ask->to};

	*out = (struct slot_member){.host = NULL};
	return load_member(&l, host, out);
}

static int compare_open(const void *a, const void *b)
{
	const struct hours_open *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* When any of them is there, so that a list need not ask each about the middle of the night. */
static void join_hours(struct arena *a, struct slot_pool *pool)
{
	struct hours_open *all;
	size_t count = 0;

	for (size_t i = 0; i < pool->count; i++)
		count += pool->members[i].question.hours_count;
	all = arena_alloc_array(a, count, sizeof(*all));
	count = 0;
	for (size_t i = 0; i < pool->count; i++) {
		const struct slot_question *q = &pool->members[i].question;

		for (size_t k = 0; k < q->hours_count; k++)
			all[count++] = q->hours[k];
	}
	if (count > 1)
		qsort(all, count, sizeof(*all), compare_open);
	pool->hours = hours_join(a, all, count, &pool->hours_count);
}

static const struct fault *load_pool(const struct loader *l, const struct booking_pool *says,
				     const struct host *const *hosts, struct slot_pool *pool)
{
	struct slot_member *members =
		arena_alloc_array(l->arena, says->host_count, sizeof(*members));
	const struct fault *f = arena_check(l->arena);

	*pool = (struct slot_pool){
		.members = members, .count = says->host_count, .need = says->need};
	for (size_t i = 0; !f && i < says->host_count; i++) {
		members[i] = (struct slot_member){.says = &says->hosts[i]};
		if (hosts[i])
			f = load_member(l, hosts[i], &members[i]);
	}
	return f;
}

static const struct fault *find_named(const struct loader *l, const struct host *const **out)
{
	const struct slot_ask *ask = l->ask;
	size_t count;

	*out = ask->named;
	if (ask->named)
		return NULL;
	if (l->desk)
		return team_find_all(l->desk, l->db, l->arena, &ask->type->team, out, &count);
	return read_all(l->db, l->arena, &ask->type->team, ask->host->max_age_s, out);
}

static const struct fault *load_pools(const struct loader *l, struct slot_pool *pools)
{
	const struct booking_team *says = &l->ask->type->team;
	const struct host *const *hosts;
	const struct fault *f = find_named(l, &hosts);

	for (size_t i = 0; !f && i < says->pool_count; i++) {
		f = load_pool(l, &says->pools[i], hosts, &pools[i]);
		hosts += says->pools[i].host_count;
	}
	return f;
}

/* All of those who were chosen are one pool. */
static const struct fault *load_chosen(const struct loader *l, struct slot_pool *pool)
{
	static const struct booking_team_host needed = {.weight = 1};
	size_t count = l->ask->chosen_count;
	struct slot_member *members = arena_alloc_array(l->arena, count, sizeof(*members));
	const struct fault *f = arena_check(l->arena);

	*pool = (struct slot_pool){.members = members, .count = count, .need = (int32_t)count};
	for (size_t i = 0; !f && i < count; i++) {
		members[i] = (struct slot_member){.says = &needed};
		f = load_member(l, l->ask->chosen[i], &members[i]);
	}
	return f;
}

const struct fault *team_load(struct booking_desk *desk, struct db *db, struct arena *a,
			      const struct slot_ask *ask, int64_t from, int64_t to,
			      struct slot_question *q)
{
	const struct loader l = {desk, db, a, ask, from, to};
	size_t count = ask->chosen ? 1 : ask->type->team.pool_count;
	struct slot_pool *pools = arena_alloc_array(a, count, sizeof(*pools));
	struct slot_team *team = arena_alloc(a, sizeof(*team));
	const struct fault *f = ask->chosen ? load_chosen(&l, &pools[0]) : load_pools(&l, pools);

	*team = (struct slot_team){pools, count, ask->chosen != NULL};
	for (size_t i = 0; !f && i < count; i++)
		join_hours(a, &pools[i]);
	q->team = team;
	return f ? f : arena_check(a);
}
