/* step_token - secrets that open a part of what an owner has */

#include "calendar/change_priv.h"

static const struct fault *add_token_apply(struct change *c, struct step *s, struct db *db)
{
	return token_add(db, c->arena, s->data);
}

static const struct step_kind add_token_kind = {.name = "add-token", .apply = add_token_apply};

const struct fault *change_add_token(struct change *c, struct token *t)
{
	t->created = c->now;
	change_add_step(c, &add_token_kind, t->owner, t);
	return NULL;
}

static const struct fault *remove_token_apply(struct change *c, struct step *s, struct db *db)
{
	const int64_t *id = s->data;

	return token_remove(db, c->arena, s->owner, *id);
}

static const struct step_kind remove_token_kind = {
	.name = "remove-token",
	.apply = remove_token_apply,
};

const struct fault *change_remove_token(struct change *c, int64_t owner, int64_t id)
{
	int64_t *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = id;
	change_add_step(c, &remove_token_kind, owner, copy);
	return NULL;
}
