/* sync_lease - where a reading stands is settled, while it is ours; see sync_priv.h */
#include "base/clock.h"
#include "calendar/calendar.h"
#include "federation/sync_priv.h"
#include "store/store.h"

enum call_end sync_fault(struct sync *s, const struct fault *f)
{
	if (!f)
		return CALL_OK;
	s->v->why = text_dup(s->arena, text_from(f->message));
	/* Whoever took the lease meanwhile reads it. */
	s->is_lost = s->is_lost || f->code == FAULT_CONFLICT || f->code == FAULT_NOT_FOUND;
	return s->is_lost ? CALL_LATER : CALL_BROKEN;
}

struct settle_work {
	struct store_work work;
	const struct outside_calendar *c;
	bool ends;
};

static const struct fault *settle_run(struct db *db, struct store_work *work)
{
	const struct settle_work *w = (struct settle_work *)work;
	const struct fault *f = outside_calendar_settle(db, work->arena, w->c, w->ends);

	return f || !w->ends ? f : outside_note_age(db, work->arena, w->c->owner);
}

enum call_end sync_settle(struct sync *s, bool ends)
{
	struct settle_work w = {
		.work = {.run = settle_run, .arena = s->v->arena}, .c = s->c, .ends = ends};

	s->c->lease_until = clock_now() + SYNC_LEASE_S;
	return sync_fault(s, store_run(s->v->fed->calendar->store, &w.work));
}

enum call_end sync_keep_lease(struct sync *s)
{
	if (s->c->lease_until - clock_now() > SYNC_LEASE_S / 2)
		return CALL_OK;
	return sync_settle(s, false);
}
