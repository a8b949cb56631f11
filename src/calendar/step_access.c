/* step_access - who else may do what with a calendar or a home, and who belongs to a group */

#include "calendar/change_priv.h"

/* ---- access control entries -------------------------------------------------------- */

/* What is shared stands in the home of whoever it is shared with (members of groups ask by
 * themselves). */
static const struct fault *note_homes(struct change *c, struct db *db,
				      const struct access_entry *entries, size_t count)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < count && !f; i++)
		if (entries[i].who == ACCESS_PRINCIPAL)
			f = change_note(c, db, entries[i].principal, 0, PUSH_CONTENT);
	return f;
}

static const struct fault *access_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_access *x = s->data;
	struct collection *there;
	struct access_entry *before;
	size_t count;
	const struct fault *f = NULL;

	if (x->collection) {
		f = collection_get(db, c->arena, x->owner, x->collection, &there);
		if (!f && !there)
			f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
				       "There is no such calendar.");
	}
	if (!f)
		f = access_list(db, c->arena, x->owner, x->collection, &before, &count);
	if (!f)
		f = access_set(db, c->arena, x->owner, x->collection, x->entries, x->count);
	if (!f)
		f = note_homes(c, db, before, count);
	if (!f)
		f = note_homes(c, db, x->entries, x->count);
	return f ? f : change_note(c, db, x->owner, x->collection, PUSH_PROPERTY);
}

static const struct step_kind access_kind = {.name = "access", .apply = access_apply};

const struct fault *change_set_access(struct change *c, const struct change_access *x)
{
	struct change_access *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *x;
	change_add_step(c, &access_kind, x->owner, copy);
	return NULL;
}

/* ---- leaving what is shared ----------------------------------------------------------- */

struct leave_step {
	int64_t owner, collection, principal;
};

/* What is granted to a group stays: it is not the member's to give up for the others. */
static const struct fault *leave_apply(struct change *c, struct step *s, struct db *db)
{
	const struct leave_step *l = s->data;
	struct access_entry *entries;
	size_t count, kept = 0;
	const struct fault *f =
		access_list(db, c->arena, l->owner, l->collection, &entries, &count);

	for (size_t i = 0; i < count && !f; i++)
		if (entries[i].who != ACCESS_PRINCIPAL || entries[i].principal != l->principal)
			entries[kept++] = entries[i];
	if (!f && kept == count)
		f = fault_make(c->arena, FAULT_FORBIDDEN, "unbind",
			       "This calendar is shared with a group, not with you alone.");
	if (!f)
		f = access_set(db, c->arena, l->owner, l->collection, entries, kept);
	return f ? f : change_note(c, db, l->principal, 0, PUSH_CONTENT);
}

static const struct step_kind leave_kind = {.name = "leave", .apply = leave_apply};

const struct fault *change_leave_shared(struct change *c, int64_t owner, int64_t collection,
					int64_t principal)
{
	struct leave_step *l = arena_alloc(c->arena, sizeof(*l));

	*l = (struct leave_step){owner, collection, principal};
	change_add_step(c, &leave_kind, owner, l);
	return NULL;
}

/* ---- members of a group ---------------------------------------------------------------- */

struct members_step {
	int64_t group;
	const int64_t *members;
	size_t count;
};

static const struct fault *members_apply(struct change *c, struct step *s, struct db *db)
{
	const struct members_step *m = s->data;

	return member_set(db, c->arena, m->group, m->members, m->count);
}

static const struct step_kind members_kind = {.name = "members", .apply = members_apply};

const struct fault *change_set_members(struct change *c, int64_t group, const int64_t *members,
				       size_t count)
{
	struct members_step *m = arena_alloc(c->arena, sizeof(*m));

	*m = (struct members_step){group, members, count};
	change_add_step(c, &members_kind, group, m);
	return NULL;
}
