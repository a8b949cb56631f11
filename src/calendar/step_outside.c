/* step_outside - what is read of calendars elsewhere, and copies of bookings there */

#include "calendar/change_outside.h"
#include "calendar/change_priv.h"

static const struct fault *outside_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_outside *o = s->data;
	const struct outside_calendar *at = &o->calendar;
	const struct fault *f = outside_calendar_settle(db, c->arena, at, o->ends);

	for (size_t i = 0; i < o->gone_count && !f; i++)
		f = outside_event_delete(db, c->arena, at->owner, at->id, o->gone[i]);
	for (size_t i = 0; i < o->put_count && !f; i++)
		f = outside_event_put(db, c->arena, &o->put[i]);
	return f ? f : outside_note_age(db, c->arena, at->owner);
}

static const struct step_kind outside_kind = {.name = "outside", .apply = outside_apply};

const struct fault *change_outside(struct change *c, const struct change_outside *o)
{
	struct change_outside *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *o;
	change_add_step(c, &outside_kind, o->calendar.owner, copy);
	if (o->untold)
		change_leave_untold(c);
	return NULL;
}

struct trust_step {
	bool trust;
};

static const struct fault *trust_apply(struct change *c, struct step *s, struct db *db)
{
	const struct trust_step *t = s->data;

	return outside_set_trust(db, c->arena, s->owner, t->trust);
}

static const struct step_kind trust_kind = {.name = "trust-outside", .apply = trust_apply};

const struct fault *change_trust_outside(struct change *c, int64_t owner, bool trust)
{
	struct trust_step *t = arena_alloc(c->arena, sizeof(*t));

	t->trust = trust;
	change_add_step(c, &trust_kind, owner, t);
	return NULL;
}

static const struct fault *copy_apply(struct change *c, struct step *s, struct db *db)
{
	return outside_copy_put(db, c->arena, s->data);
}

static const struct step_kind copy_kind = {.name = "copy", .apply = copy_apply};

const struct fault *change_copy(struct change *c, const struct outside_copy *copy)
{
	struct outside_copy *kept = arena_alloc(c->arena, sizeof(*kept));

	*kept = *copy;
	change_add_step(c, &copy_kind, copy->owner, kept);
	change_leave_untold(c);
	return NULL;
}
