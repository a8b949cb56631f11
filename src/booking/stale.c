/* stale - see stale.h */
#include "booking/stale.h"

#include "base/arena.h"
#include "booking/team.h"
#include "store/outside.h"

/* A calendar as it was before it was asked for. */
struct stale_mark {
	int64_t owner, calendar, lease;
};

/* ---- who is to be read ----------------------------------------------------------------------- */

static void look_at(struct stale *e, const struct host *host)
{
	int64_t at = host ? host->owner.outside_at : INT64_MAX;

	if (at != INT64_MAX && (e->is_strict || host_is_old(host, at, e->now)))
		e->owners[e->count++] = host->owner.id;
}

static const struct fault *look_at_all(struct stale *e, struct db *db, const struct host *host,
				       const struct booking_type *type)
{
	const struct host *const *hosts = &host;
	size_t count = 1;
	const struct fault *f = NULL;

	if (type->team.mode != TEAM_NONE) {
		f = team_find_all(e->desk, db, e->arena, &type->team, &hosts, &count);
		e->named = hosts;
	}
	e->owners = arena_alloc_array(e->arena, count, sizeof(*e->owners));
	for (size_t i = 0; !f && i < count; i++)
		look_at(e, hosts[i]);
	return f;
}

/* ---- a reading that begins now -----------------------------------------------------------------
 */

static const struct fault *mark_one(struct stale *e, struct db *db, int64_t owner)
{
	struct outside_calendar *all;
	struct stale_mark *marks;
	size_t count;
	const struct fault *f = outside_calendar_list(db, e->arena, owner, TEXT_NONE, &all, &count);

	if (f)
		return f;
	marks = arena_alloc_array(e->arena, e->mark_count + count, sizeof(*marks));
	if (e->mark_count > 0)
		memcpy(marks, e->marks, e->mark_count * sizeof(*marks));
	for (size_t i = 0; i < count; i++)
		if (all[i].counts)
			marks[e->mark_count++] =
				(struct stale_mark){owner, all[i].id, all[i].lease};
	e->marks = marks;
	return arena_check(e->arena);
}

const struct fault *stale_find(struct stale *e, struct db *db, const struct host *host,
			       const struct booking_type *type)
{
	const struct fault *f = look_at_all(e, db, host, type);

	for (size_t i = 0; !f && e->is_strict && i < e->count; i++)
		f = mark_one(e, db, e->owners[i]);
	return f;
}

int64_t stale_age_s(const struct stale *e)
{
	return e->is_strict ? 0 : e->desk->max_age_s;
}

/* One that was taken after the mark has read all of it; one that was given back has not. */
static bool was_read(const struct stale *e, const struct stale_mark *m,
		     const struct outside_calendar *is)
{
	return is->synced_by > m->lease && is->failures == 0 && is->synced_at >= e->now;
}

const struct fault *stale_desk(const struct stale *e, struct db *db, struct booking_desk **out)
{
	struct booking_desk *desk = arena_alloc(e->arena, sizeof(*desk));
	int64_t *unread;
	const struct fault *f = NULL;

	*desk = *e->desk;
	*out = desk;
	if (e->mark_count == 0)
		return NULL;
	unread = arena_alloc_array(e->arena, e->mark_count, sizeof(*unread));
	desk->unread = unread;
	desk->unread_count = 0;
	for (size_t i = 0; !f && i < e->mark_count; i++) {
		const struct stale_mark *m = &e->marks[i];
		struct outside_calendar *is;

		f = outside_calendar_get(db, e->arena, m->owner, m->calendar, &is);
		if (!f && is && is->counts && !was_read(e, m, is))
			unread[desk->unread_count++] = m->owner;
	}
	return f;
}
