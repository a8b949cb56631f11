/* overlap - something else at the time of a booking; see book.h */
#include "booking/book.h"

#include "base/arena.h"
#include "freebusy/collect.h"
#include "freebusy/timeline.h"
#include "store/object.h"
#include "store/team.h"

/* In the calendars of one whose time it takes, beside the event that shows it there. */
static const struct fault *host_is_elsewhere(struct db *db, struct arena *a,
					     const struct booking *b, int64_t host, bool *out)
{
	struct timeline *t = timeline_create(a, b->start, b->end);
	struct stored_object *own = NULL;
	struct owner *owner;
	size_t count = 0;
	const struct fault *f = owner_get(db, a, host, &owner);

	if (f || !owner)
		return f;
	f = object_find_uid_anywhere(db, a, host, b->uid, 0, &own);
	if (!f)
		f = freebusy_collect_owner_but(db, a, owner, own ? own->id : 0, b->start, b->end,
					       t);
	if (!f)
		(void)timeline_periods(t, &count);
	*out = count > 0;
	return f;
}

const struct fault *book_is_overlapped(struct db *db, struct arena *a, const struct booking *b,
				       bool *out)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(db, a, b, &hosts, &count);

	*out = false;
	for (size_t i = 0; !f && !*out && i < count; i++)
		f = host_is_elsewhere(db, a, b, hosts[i].host, out);
	return f;
}
