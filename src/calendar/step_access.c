/* step_access - who else may do what with a calendar or a home, and who belongs to a group */

#include "calendar/change_priv.h"

#include <limits.h>
#include <stdlib.h>

/* ---- access control entries -------------------------------------------------------- */

struct homes {
	int64_t *owners;
	size_t count;
};

static void add_homes(struct homes *h, const struct access_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].who == ACCESS_PRINCIPAL)
			h->owners[h->count++] = entries[i].principal;
}

static int compare_owner(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * What is shared stands in the home of whoever it is shared with (members of groups ask by
 * themselves), and there is news of the place itself. Owners of those homes are not locked, as
 * nothing of theirs changes, but rows of registrations there are: all who do this go by ascending
 * owners, so that nobody waits for each other.
 */
static const struct fault *note_homes(struct change *c, struct db *db,
				      const struct change_access *x, struct homes *h)
{
	const struct fault *f = NULL;

	if (x->collection)
		f = change_note(c, db, x->owner, x->collection, PUSH_PROPERTY);
	else
		h->owners[h->count++] = x->owner;
	qsort(h->owners, h->count, sizeof(*h->owners), compare_owner);
	for (size_t i = 0; i < h->count && !f; i++)
		if (i == 0 || h->owners[i] != h->owners[i - 1])
			f = change_note(c, db, h->owners[i], 0,
					h->owners[i] == x->owner ? PUSH_PROPERTY : PUSH_CONTENT);
	return f;
}

static const struct fault *set_entries(struct change *c, struct db *db,
				       const struct change_access *x)
{
	struct access_entry *before;
	struct homes homes = {NULL, 0};
	size_t count;
	const struct fault *f = access_list(db, c->arena, x->owner, x->collection, &before, &count);

	if (!f)
		f = access_set(db, c->arena, x->owner, x->collection, x->entries, x->count);
	if (!f)
		f = change_lose_locks(c, db, x->owner, x->locking);
	if (f)
		return f;
	homes.owners = arena_alloc_array(c->arena, count + x->count + 1, sizeof(*homes.owners));
	add_homes(&homes, before, count);
	add_homes(&homes, x->entries, x->count);
	return note_homes(c, db, x, &homes);
}

static const struct fault *access_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_access *x = s->data;
	struct collection *there;
	const struct fault *f = NULL;

	if (x->collection) {
		f = collection_get(db, c->arena, x->owner, x->collection, &there);
		if (!f && !there)
			f = fault_make(c->arena, FAULT_NOT_FOUND, NULL,
				       "There is no such calendar.");
	}
	return f ? f : set_entries(c, db, x);
}

static const struct step_kind access_kind = {.name = "access", .apply = access_apply};

const struct fault *change_set_access(struct change *c, const struct change_access *x)
{
	struct change_access *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *x;
	change_add_step(c, &access_kind, x->owner, copy);
	return NULL;
}

/* ---- proxies --------------------------------------------------------------------------- */

static bool is_among(int64_t id, const int64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool has_entry(const struct change_proxies *x, const struct access_entry *entries,
		      size_t count, int64_t member)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].principal == member &&
		    access_is_member(&entries[i], x->grants, x->beyond))
			return true;
	return false;
}

/* Who is named comes before what is said of many, and who was a member keeps their place. */
static size_t merge_members(const struct change_proxies *x, const struct access_entry *before,
			    size_t count, struct access_entry *out)
{
	size_t n = 0;

	for (size_t i = 0; i < x->count; i++)
		if (!has_entry(x, before, count, x->members[i]) &&
		    !is_among(x->members[i], x->members, i))
			out[n++] = (struct access_entry){.who = ACCESS_PRINCIPAL,
							 .principal = x->members[i],
							 .privileges = x->grants};
	for (size_t i = 0; i < count; i++)
		if (!access_is_member(&before[i], x->grants, x->beyond) ||
		    is_among(before[i].principal, x->members, x->count))
			out[n++] = before[i];
	return n;
}

static const struct fault *proxies_apply(struct change *c, struct step *s, struct db *db)
{
	const struct change_proxies *x = s->data;
	struct change_access whole = {.owner = x->owner, .locking = x->locking};
	struct access_entry *before, *after;
	size_t count;
	const struct fault *f = access_list(db, c->arena, x->owner, 0, &before, &count);

	if (f)
		return f;
	after = arena_alloc_array(c->arena, count + x->count + 1, sizeof(*after));
	whole.entries = after;
	whole.count = merge_members(x, before, count, after);
	if (whole.count > CHANGE_ENTRIES_MAX)
		return fault_make(c->arena, FAULT_TOO_MANY_ENTRIES, NULL,
				  "There are at most %d entries.", CHANGE_ENTRIES_MAX);
	return set_entries(c, db, &whole);
}

static const struct step_kind proxies_kind = {.name = "proxies", .apply = proxies_apply};

const struct fault *change_set_proxies(struct change *c, const struct change_proxies *x)
{
	struct change_proxies *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *x;
	change_add_step(c, &proxies_kind, x->owner, copy);
	return NULL;
}

/* ---- leaving what is shared ----------------------------------------------------------- */

struct leave_step {
	int64_t owner, collection, principal;
};

/* Only what is granted to the one alone is given up: a denial is not theirs to lift. */
static bool is_given_up(const struct leave_step *l, const struct access_entry *e)
{
	return e->who == ACCESS_PRINCIPAL && e->principal == l->principal && !e->denies;
}

/* Does something still grant, to a group of theirs or to everybody? */
static const struct fault *check_gone(struct change *c, struct db *db, const struct leave_step *l,
				      const struct access_entry *entries, size_t count)
{
	int64_t *groups;
	size_t group_count;
	bool granted = false;
	const struct fault *f = member_groups(db, c->arena, l->principal, &groups, &group_count);

	for (size_t i = 0; i < count && !f; i++) {
		const struct access_entry *e = &entries[i];

		if (e->denies || is_given_up(l, e))
			continue;
		granted = granted || e->who == ACCESS_AUTHENTICATED || e->who == ACCESS_ALL;
		for (size_t n = 0; n < group_count; n++)
			granted = granted ||
				  (e->who == ACCESS_PRINCIPAL && e->principal == groups[n]);
	}
	if (f || !granted)
		return f;
	return fault_make(c->arena, FAULT_FORBIDDEN, "unbind",
			  "This calendar is shared with more than you alone.");
}

static const struct fault *leave_apply(struct change *c, struct step *s, struct db *db)
{
	const struct leave_step *l = s->data;
	struct access_entry *entries, *home;
	size_t count, home_count, kept = 0;
	const struct fault *f =
		access_list(db, c->arena, l->owner, l->collection, &entries, &count);

	if (!f)
		f = access_list(db, c->arena, l->owner, 0, &home, &home_count);
	if (!f)
		f = check_gone(c, db, l, entries, count);
	if (!f)
		f = check_gone(c, db, l, home, home_count);
	for (size_t i = 0; i < count && !f; i++)
		if (!is_given_up(l, &entries[i]))
			entries[kept++] = entries[i];
	if (!f && kept == count)
		f = fault_make(c->arena, FAULT_FORBIDDEN, "unbind",
			       "It is the whole home that is open to you: ask its owner.");
	if (!f)
		f = access_set(db, c->arena, l->owner, l->collection, entries, kept);
	if (!f)
		f = change_lose_locks(c, db, l->owner, UINT_MAX);
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
