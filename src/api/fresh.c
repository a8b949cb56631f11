/* fresh - a request waits for calendars elsewhere; see fresh.h */
#include "api/fresh.h"

#include "base/clock.h"
#include "federation/rounds.h"

enum {
	FRESH_WAIT_MS = 2000,
	FRESH_ALWAYS_S = 5, /* who books just after somebody else need not ask again */
	NS_PER_MS = 1000000,
};

/* Those whose copies are older than that. */
struct stale {
	int64_t *owners;
	size_t count;
	int64_t age_s;
};

static void look_at(const struct api_request *ar, struct stale *s, const struct host *host)
{
	int64_t at = host ? host->owner.outside_at : INT64_MAX;

	if (at < ar->rq->now - s->age_s)
		s->owners[s->count++] = host->owner.id;
}

static const struct fault *look_at_pool(struct api_request *ar, struct stale *s,
					const struct booking_pool *pool)
{
	struct text *names = arena_alloc_array(ar->arena, pool->host_count, sizeof(*names));
	const struct host **hosts =
		arena_alloc_array(ar->arena, pool->host_count, sizeof(const struct host *));
	const struct fault *f;

	for (size_t i = 0; i < pool->host_count; i++)
		names[i] = pool->hosts[i].name;
	f = host_find_all(ar->desk, ar->db, ar->arena, names, pool->host_count, hosts);
	for (size_t i = 0; !f && i < pool->host_count; i++)
		look_at(ar, s, hosts[i]);
	return f;
}

/* Of a team whoever may come; else whose type it is. */
static const struct fault *find_stale(struct api_request *ar, const struct host *host,
				      const struct booking_type *type, struct stale *s)
{
	const struct booking_team *team = &type->team;
	size_t most = 1;
	const struct fault *f = NULL;

	for (size_t i = 0; i < team->pool_count; i++)
		most += team->pools[i].host_count;
	s->owners = arena_alloc_array(ar->arena, most, sizeof(*s->owners));
	if (team->mode == TEAM_NONE)
		look_at(ar, s, host);
	for (size_t i = 0; !f && team->mode != TEAM_NONE && i < team->pool_count; i++)
		f = look_at_pool(ar, s, &team->pools[i]);
	return f;
}

static const struct fault *go_on(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const api_fn *again = state;

	if (!f)
		f = api_reader(ar);
	return f ? f : (*again)(ar);
}

static void settle(void *waiting)
{
	http_settle(waiting, NULL);
}

static void wait_for(struct api_request *ar, const struct stale *s, api_fn again)
{
	int64_t until_ns = clock_monotonic_ns() + (int64_t)FRESH_WAIT_MS * NS_PER_MS;
	api_fn *kept = arena_alloc(ar->arena, sizeof(*kept));

	*kept = again;
	ar->is_fresh = true;
	/* From here on another thread may already go on. */
	rounds_ask(ar->house->federation->rounds, s->owners, s->count, s->age_s, until_ns, settle,
		   http_await(ar->rq, go_on, ar, kept));
}

/* Is there somebody to ask at all? Most hosts have nothing elsewhere, which their version says. */
static bool may_wait(const struct api_request *ar)
{
	const struct federation *fed = ar->house->federation;

	return fed && fed->rounds && !ar->is_fresh && ar->desk->max_age_s > 0;
}

const struct fault *fresh_wait(struct api_request *ar, const struct host *host,
			       const struct booking_type *type, enum fresh_purpose purpose,
			       api_fn again, bool *waits_out)
{
	struct stale s = {.age_s = ar->desk->max_age_s};
	const struct fault *f;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	if (purpose == FRESH_FOR_BOOKING && ar->house->reads_always)
		s.age_s = FRESH_ALWAYS_S;
	f = find_stale(ar, host, type, &s);
	if (f || s.count == 0)
		return f;
	*waits_out = true;
	wait_for(ar, &s, again);
	return NULL;
}

const struct fault *fresh_wait_booking(struct api_request *ar, api_fn again, bool *waits_out)
{
	const struct booking_type *type;
	struct api_booking at;
	const struct fault *f;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	f = api_find_booking(ar, &at);
	if (f)
		return f;
	type = host_type_by_id(at.host, at.booking->type);
	return type ? fresh_wait(ar, at.host, type, FRESH_FOR_BOOKING, again, waits_out) : NULL;
}
