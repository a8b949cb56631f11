/*
 * host - a host with all rules, kept in memory by version
 *
 * Looking a host up costs no read when the store proves that nothing was
 * committed since (store_generation), one point read of the version otherwise,
 * and a full load only when that version is new.
 *
 * Threads: any. A host is held by the arena it was given to and never changes.
 */
#ifndef BOOKING_HOST_H
#define BOOKING_HOST_H

#include "booking/booking.h"
#include "booking/rules.h"
#include "store/owner.h"

struct host_room;

struct host {
	struct owner owner;
	struct booking_type *types;
	size_t type_count;
	struct booking_schedule *schedules;
	size_t schedule_count;
	int64_t calendar;	      /* the collection that bookings go to; 0: there is none */
	const struct host_room *room; /* NULL: neither room nor resource (room.h) */
	int32_t buffer_max_min; /* the longest buffer that any type keeps around its bookings */
	int64_t max_age_s;	/* the desk's */
	bool is_unread;		/* likewise */
};

/* Is a copy of a calendar that the host has elsewhere so old that it is to be read first? */
static inline bool host_is_old(const struct host *h, int64_t outside_at, int64_t now)
{
	return h->max_age_s > 0 && outside_at < now - h->max_age_s;
}

/* And if it could not be read: is it not to be trusted? There is no last copy before the first. */
static inline bool host_is_stale(const struct host *h, int64_t outside_at, bool trusts, int64_t now)
{
	return (h->is_unread || host_is_old(h, outside_at, now)) && !(trusts && outside_at > 0);
}

/* Room for so many hosts of usual size; those with a great many rules take that of several. */
struct host_cache *host_cache_create(size_t max_hosts);
void host_cache_destroy(struct host_cache *cache);

/* NULL in *out when there is no such host. */
MUST_CHECK const struct fault *host_find(struct booking_desk *desk, struct db *db, struct arena *a,
					 struct text name, const struct host **out);
MUST_CHECK const struct fault *host_get(struct booking_desk *desk, struct db *db, struct arena *a,
					int64_t owner, const struct host **out);
/* Several, each NULL if there is none of that name: their versions are one question, not many. */
MUST_CHECK const struct fault *host_find_all(struct booking_desk *desk, struct db *db,
					     struct arena *a, const struct text *names,
					     size_t count, const struct host **out);

/*
 * From rows, past the cache; also inside a transaction. The owner lives as long as the arena. A
 * type or schedule that cannot be read is left out and logged: what nobody understands
 * is not offered.
 */
MUST_CHECK const struct fault *host_read(struct db *db, struct arena *a, const struct owner *owner,
					 int64_t max_age_s, struct host *out);

/*
 * Inside a transaction: the host as it is now, rules and the age of copies; NULL: there is none any
 * more. Where the rules are the same, what the host points to is, too.
 */
MUST_CHECK const struct fault *host_refresh(struct db *db, struct arena *a,
					    const struct host **host);

/* NULL when there is none. */
const struct booking_type *host_type_by_slug(const struct host *h, struct text slug);
const struct booking_type *host_type_by_id(const struct host *h, struct text id);
const struct booking_schedule *host_schedule(const struct host *h, struct text id);

#endif
