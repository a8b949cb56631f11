/*
 * team_name - whom a type may name as a host; see team.h
 *
 * A host's time is shown as open, taken, and written into their calendar, so nobody can be named
 * who keeps that from whoever has the type: who is closed to its invitations, or lets nobody see
 * when they are free. Whoever belongs to the team that has the type is its to name. Rooms have
 * limits of their own (room.h).
 */
#include "booking/team.h"

#include "base/arena.h"
#include "calendar/rights.h"

static const struct fault *belongs_to(struct db *db, struct arena *a, int64_t who, int64_t group,
				      bool *out)
{
	int64_t *groups;
	size_t count = 0;
	const struct fault *f = NULL;

	*out = who == group;
	if (!*out)
		f = member_groups(db, a, who, &groups, &count);
	for (size_t i = 0; !f && i < count && !*out; i++)
		*out = groups[i] == group;
	return f;
}

const struct fault *team_may_name(struct db *db, struct arena *a, const struct owner *whose,
				  const struct owner *host, bool *out)
{
	struct rights_asker asker = {.principal = whose->id};
	bool denies = false;
	const struct fault *f = belongs_to(db, a, host->id, whose->id, out);

	if (f || *out)
		return f;
	f = rights_denied(db, a, &asker, host->id, RIGHT_DELIVER_INVITE, &denies);
	*out = !f && !denies && host->free_busy != FREE_BUSY_NOBODY;
	return f;
}

static const struct fault *check_one(struct db *db, struct arena *a, const struct owner *whose,
				     struct text name)
{
	struct owner *host;
	bool may = false;
	const struct fault *f = owner_find(db, a, name, &host);

	if (!f && host)
		f = team_may_name(db, a, whose, host, &may);
	if (f || may)
		return f;
	return fault_make(a, FAULT_UNPROCESSABLE, "team",
			  host ? "%.*s is no host for others: their time is closed to them."
			       : "There is nobody here by the name of %.*s.",
			  TEXT_ARG(name));
}

const struct fault *team_check_names(struct db *db, struct arena *a, const struct owner *whose,
				     const struct booking_type *t)
{
	const struct fault *f = NULL;

	for (size_t p = 0; p < t->team.pool_count; p++)
		for (size_t h = 0; !f && h < t->team.pools[p].host_count; h++)
			f = check_one(db, a, whose, t->team.pools[p].hosts[h].name);
	return f;
}
