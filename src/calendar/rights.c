/* rights - what entries of access control come to. See rights.h. */

#include "calendar/rights.h"

#include <limits.h>

static const struct fault *read_groups(struct db *db, struct arena *a, struct rights_asker *who)
{
	if (who->has_groups || who->principal == 0)
		return NULL;
	who->has_groups = true;
	return member_groups(db, a, who->principal, &who->groups, &who->group_count);
}

static bool speaks_of(const struct access_entry *e, const struct rights_asker *who)
{
	if (e->who == ACCESS_ALL)
		return true;
	if (who->principal == 0)
		return false;
	if (e->who == ACCESS_AUTHENTICATED || e->principal == who->principal)
		return true;
	for (size_t i = 0; i < who->group_count; i++)
		if (who->groups[i] == e->principal)
			return true;
	return false;
}

/* Those of one place, where some privileges are decided already. */
struct judging {
	struct db *db;
	struct arena *arena;
	struct rights_asker *who;
	unsigned granted, decided;
};

static const struct fault *judge_place(struct judging *j, int64_t owner, int64_t collection)
{
	struct access_entry *entries;
	size_t count;
	const struct fault *f = access_list(j->db, j->arena, owner, collection, &entries, &count);

	if (!f && count > 0)
		f = read_groups(j->db, j->arena, j->who);
	for (size_t i = 0; i < count && !f; i++) {
		unsigned fresh = entries[i].privileges & ~j->decided;

		if (!speaks_of(&entries[i], j->who))
			continue;
		j->decided |= fresh;
		if (!entries[i].denies)
			j->granted |= fresh;
	}
	return f;
}

const struct fault *rights_of(struct db *db, struct arena *a, struct rights_asker *who,
			      int64_t owner, int64_t collection, unsigned *out)
{
	struct judging j = {.db = db, .arena = a, .who = who};
	const struct fault *f = NULL;

	*out = owner == who->principal ? UINT_MAX : 0;
	if (*out)
		return NULL;
	if (collection)
		f = judge_place(&j, owner, collection);
	if (!f)
		f = judge_place(&j, owner, 0);
	*out = f ? 0 : j.granted;
	return f;
}

const struct fault *rights_denied(struct db *db, struct arena *a, struct rights_asker *who,
				  int64_t owner, unsigned privileges, bool *out)
{
	struct judging j = {.db = db, .arena = a, .who = who};
	const struct fault *f = judge_place(&j, owner, 0);

	*out = (j.decided & ~j.granted & privileges) != 0;
	return f;
}
