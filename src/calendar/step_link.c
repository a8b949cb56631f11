/* step_link - booking links inside a change */

#include "calendar/change_priv.h"

/* ---- links -------------------------------------------------------------------------------- */

static const struct fault *add_apply(struct change *c, struct step *s, struct db *db)
{
	return link_add(db, c->arena, s->data);
}

static const struct step_kind add_kind = {.name = "add-link", .apply = add_apply};

const struct fault *change_add_link(struct change *c, const struct booking_link *l)
{
	struct booking_link *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *l;
	change_add_step(c, &add_kind, l->owner, copy);
	return NULL;
}

/* A step about one row that an owner has by an id. */
static void add_id_step(struct change *c, const struct step_kind *kind, int64_t owner,
			struct text id)
{
	struct text *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = id;
	change_add_step(c, kind, owner, copy);
}

static const struct fault *gone(struct change *c, const char *sentence)
{
	return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "%s", sentence);
}

static const struct fault *remove_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	bool deleted;
	const struct fault *f = link_delete(db, c->arena, s->owner, *id, &deleted);

	return f || deleted ? f : gone(c, "There is no such link.");
}

static const struct step_kind remove_kind = {.name = "remove-link", .apply = remove_apply};

const struct fault *change_remove_link(struct change *c, int64_t owner, struct text id)
{
	add_id_step(c, &remove_kind, owner, id);
	return NULL;
}

static const struct fault *use_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	bool used;
	const struct fault *f = link_use(db, c->arena, s->owner, *id, c->now, &used);

	if (f || used)
		return f;
	return fault_make(c->arena, FAULT_LINK_SPENT, "link",
			  "This link was used already; ask your host for another one.");
}

static const struct step_kind use_kind = {.name = "use-link", .apply = use_apply};

const struct fault *change_use_link(struct change *c, int64_t owner, struct text id)
{
	add_id_step(c, &use_kind, owner, id);
	return NULL;
}

static const struct fault *give_back_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;

	return link_give_back(db, c->arena, s->owner, *id);
}

static const struct step_kind give_back_kind = {.name = "give-back-link", .apply = give_back_apply};

const struct fault *change_give_back_link(struct change *c, int64_t owner, struct text id)
{
	add_id_step(c, &give_back_kind, owner, id);
	return NULL;
}
