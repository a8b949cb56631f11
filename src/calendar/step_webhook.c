/* step_webhook - who is told of bookings, inside a change */

#include "calendar/change_priv.h"

static const struct fault *add_apply(struct change *c, struct step *s, struct db *db)
{
	return webhook_add(db, c->arena, s->data);
}

static const struct step_kind add_kind = {.name = "add-webhook", .apply = add_apply};

const struct fault *change_add_webhook(struct change *c, const struct webhook *w)
{
	struct webhook *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *w;
	change_add_step(c, &add_kind, w->owner, copy);
	return NULL;
}

static const struct fault *remove_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	bool deleted;
	const struct fault *f = webhook_delete(db, c->arena, s->owner, *id, &deleted);

	return f || deleted
		       ? f
		       : fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such webhook.");
}

static const struct step_kind remove_kind = {.name = "remove-webhook", .apply = remove_apply};

const struct fault *change_remove_webhook(struct change *c, int64_t owner, struct text id)
{
	struct text *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = id;
	change_add_step(c, &remove_kind, owner, copy);
	return NULL;
}
