/* fresh - a request waits for calendars elsewhere; see fresh.h */
#include "api/fresh.h"

#include "base/clock.h"
#include "federation/rounds.h"
#include "store/outside.h"

enum { FRESH_WAIT_MS = 2000, NS_PER_MS = 1000000 };

/* Those who are to be read first. */
struct wish {
	bool is_strict; /* by a reading that begins now; else by one that is young enough */
	int64_t *owners;
	size_t count;
};

/* A calendar as it was before it was asked for. */
struct mark {
	int64_t owner, calendar, lease;
};

/* What goes on when they were read, or could not be. */
struct pause {
	api_fn again;
	struct mark *marks; /* of a strict wish */
	size_t mark_count;
};

/* ---- who is to be read ----------------------------------------------------------------------- */

static void look_at(const struct api_request *ar, struct wish *w, const struct host *host)
{
	int64_t at = host ? host->owner.outside_at : INT64_MAX;

	if (at != INT64_MAX && (w->is_strict || host_is_stale(host, at, ar->rq->now)))
		w->owners[w->count++] = host->owner.id;
}

static const struct fault *look_at_pool(struct api_request *ar, struct wish *w,
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
		look_at(ar, w, hosts[i]);
	return f;
}

/* Of a team whoever may come; else whose type it is. */
static const struct fault *look_at_all(struct api_request *ar, const struct host *host,
				       const struct booking_type *type, struct wish *w)
{
	const struct booking_team *team = &type->team;
	size_t most = 1;
	const struct fault *f = NULL;

	for (size_t i = 0; i < team->pool_count; i++)
		most += team->pools[i].host_count;
	w->owners = arena_alloc_array(ar->arena, most, sizeof(*w->owners));
	if (team->mode == TEAM_NONE)
		look_at(ar, w, host);
	for (size_t i = 0; !f && team->mode != TEAM_NONE && i < team->pool_count; i++)
		f = look_at_pool(ar, w, &team->pools[i]);
	return f;
}

/* ---- a reading that begins now -----------------------------------------------------------------
 */

static const struct fault *mark_one(struct api_request *ar, int64_t owner, struct pause *out)
{
	struct outside_calendar *all;
	struct mark *marks;
	size_t count;
	const struct fault *f =
		outside_calendar_list(ar->db, ar->arena, owner, TEXT_NONE, &all, &count);

	if (f)
		return f;
	marks = arena_alloc_array(ar->arena, out->mark_count + count, sizeof(*marks));
	if (out->mark_count > 0)
		memcpy(marks, out->marks, out->mark_count * sizeof(*marks));
	for (size_t i = 0; i < count; i++)
		if (all[i].counts)
			marks[out->mark_count++] = (struct mark){owner, all[i].id, all[i].lease};
	out->marks = marks;
	return arena_check(ar->arena);
}

static const struct fault *mark_all(struct api_request *ar, const struct wish *w, struct pause *out)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < w->count; i++)
		f = mark_one(ar, w->owners[i], out);
	return f;
}

/* One that began after the mark has ended, and well; the next may be under way. */
static bool was_read(const struct api_request *ar, const struct mark *m,
		     const struct outside_calendar *is)
{
	int64_t ended = is->lease_until == 0 ? is->lease : is->lease - 1;

	return ended > m->lease && is->failures == 0 && is->synced_at >= ar->rq->now;
}

/* From here on the request is answered at a desk of its own, where those are closed. */
static const struct fault *close_unread(struct api_request *ar, const struct pause *w)
{
	struct booking_desk *desk = arena_alloc(ar->arena, sizeof(*desk));
	int64_t *unread = arena_alloc_array(ar->arena, w->mark_count, sizeof(*unread));
	const struct fault *f = NULL;

	*desk = *ar->desk;
	desk->unread = unread;
	for (size_t i = 0; !f && i < w->mark_count; i++) {
		const struct mark *m = &w->marks[i];
		struct outside_calendar *is;

		f = outside_calendar_get(ar->db, ar->arena, m->owner, m->calendar, &is);
		if (!f && is && is->counts && !was_read(ar, m, is))
			unread[desk->unread_count++] = m->owner;
	}
	ar->desk = desk;
	return f;
}

/* ---- waiting -----------------------------------------------------------------------------------
 */

static const struct fault *go_on(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct pause *w = state;

	if (!f)
		f = api_reader(ar);
	if (!f && w->mark_count > 0)
		f = close_unread(ar, w);
	return f ? f : w->again(ar);
}

static void settle(void *waiting)
{
	http_settle(waiting, NULL);
}

static void wait_for(struct api_request *ar, const struct wish *w, struct pause *state)
{
	int64_t until_ns = clock_monotonic_ns() + (int64_t)FRESH_WAIT_MS * NS_PER_MS;

	ar->is_fresh = true;
	/* From here on another thread may already go on. */
	rounds_ask(ar->house->federation->rounds, w->owners, w->count,
		   w->is_strict ? 0 : ar->desk->max_age_s, until_ns, settle,
		   http_await(ar->rq, go_on, ar, state));
}

static bool may_wait(const struct api_request *ar)
{
	const struct federation *fed = ar->house->federation;

	return fed && fed->rounds && !ar->is_fresh && ar->desk->max_age_s > 0;
}

const struct fault *fresh_wait(struct api_request *ar, const struct host *host,
			       const struct booking_type *type, enum fresh_purpose purpose,
			       api_fn again, bool *waits_out)
{
	struct wish w = {.is_strict = purpose == FRESH_FOR_BOOKING && ar->house->reads_always};
	struct pause *pause;
	const struct fault *f;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	f = look_at_all(ar, host, type, &w);
	if (f || w.count == 0)
		return f;
	pause = arena_alloc(ar->arena, sizeof(*pause));
	pause->again = again;
	if (w.is_strict)
		f = mark_all(ar, &w, pause);
	if (f)
		return f;
	*waits_out = true;
	wait_for(ar, &w, pause);
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
