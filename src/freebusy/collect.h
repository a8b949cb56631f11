/*
 * collect - busy time of an owner or of one calendar, from the store
 *
 * Reads occurrence rows; past the expanded horizon, expands partial objects on
 * the spot (with the budget of one question; what cannot be expanded counts as
 * busy, case C12). Floating and all-day rows are bound to the zone of their
 * calendar, else the owner's (decisions 43). Hours for booking are no busy time;
 * what others are shown of them is collected apart.
 */
#ifndef FREEBUSY_COLLECT_H
#define FREEBUSY_COLLECT_H

#include "freebusy/timeline.h"
#include "store/collection.h"
#include "store/db.h"
#include "store/owner.h"

struct ical_object;
struct zone;

/* The zone of floating and all-day times in a calendar; never NULL, and the arena may hold it. */
const struct zone *freebusy_zone(struct arena *a, const struct owner *owner,
				 const struct collection *c);

/* May it be busy at all, or is every instance of it transparent, cancelled, or no event? */
bool freebusy_takes_time(const struct ical_object *o);
/* The same of what cannot be read, by its kind (enum ical_component) alone. */
bool freebusy_may_take_time(int component);

/* Add the busy time of one calendar within [from, to) to t. */
MUST_CHECK const struct fault *freebusy_collect_calendar(struct db *db, struct arena *a,
							 const struct owner *owner,
							 const struct collection *c, int64_t from,
							 int64_t to, struct timeline *t);

/* Of every calendar of the owner that counts: opaque, not inbox or outbox; elsewhere, too. */
MUST_CHECK const struct fault *freebusy_collect_owner(struct db *db, struct arena *a,
						      const struct owner *owner, int64_t from,
						      int64_t to, struct timeline *t);

/*
 * What the owner's hours close, once calendar apps are told of them (RFC 7953, decisions 12); such
 * as cannot be read close all of it.
 */
MUST_CHECK const struct fault *freebusy_collect_hours(struct db *db, struct arena *a, int64_t owner,
						      int64_t from, int64_t to, struct timeline *t);

/*
 * What stands in the way of a booking: without the instances that bookings of the owner hold (their
 * holds speak for them), and with BUSY_ELSEWHERE told apart. object as below.
 */
MUST_CHECK const struct fault *freebusy_collect_for_booking(struct db *db, struct arena *a,
							    const struct owner *owner,
							    int64_t object, int64_t from,
							    int64_t to, struct timeline *t);

/* The same, instance by instance, each with the number of its object: to say what it is. */
struct freebusy_instance {
	int64_t object, start, end;
	enum busy_type type;
};
typedef void (*freebusy_instance_fn)(void *ctx, const struct freebusy_instance *instance);
MUST_CHECK const struct fault *freebusy_collect_instances(struct db *db, struct arena *a,
							  const struct owner *owner, int64_t from,
							  int64_t to, freebusy_instance_fn fn,
							  void *ctx);

/*
 * As freebusy_collect_owner() without one object (its number; 0: none): a booking that moves is
 * not in its own way.
 */
MUST_CHECK const struct fault *freebusy_collect_owner_but(struct db *db, struct arena *a,
							  const struct owner *owner, int64_t object,
							  int64_t from, int64_t to,
							  struct timeline *t);

#endif
