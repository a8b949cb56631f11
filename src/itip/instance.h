/*
 * instance - an object as instances, and what has become of each
 *
 * Two revisions are compared instance by instance: the series as its master has it, and each
 * instance that an override or an EXDATE speaks of; what a RDATE adds shows as the master does. An
 * instance is known by its RECURRENCE-ID as an instant, whatever the zone or form that a program
 * writes it in (a DATE by its local day); the master by none. THISANDFUTURE is read as the
 * instances that it reaches.
 *
 * Memory: results live in the arena and borrow the objects. Threads: no state.
 */
#ifndef ITIP_INSTANCE_H
#define ITIP_INSTANCE_H

#include "ical/object.h"

/* The id of the master. */
#define ITIP_MASTER INT64_MIN

struct itip_instance {
	bool is_master;
	int64_t id; /* instant of the RECURRENCE-ID (UTC; local seconds where the series floats) */
	const struct ical_item *item; /* NULL: an EXDATE of the master: it does not take place */
	const struct itip_instance *range; /* the THISANDFUTURE in force from here on; or NULL */
};

/* Master first, then by id, each once. Of an EXDATE and an override the override counts. */
struct itip_instances {
	struct itip_instance *at;
	size_t count;
};
void itip_instances(struct arena *a, const struct ical_object *o, struct itip_instances *out);

/*
 * The id of a RECURRENCE-ID or EXDATE as this series counts. A message names instances of the
 * stored series, so its RECURRENCE-IDs are given with that.
 */
int64_t itip_instance_id(const struct ical_object *series, const struct ical_time *t);

/*
 * The override or EXDATE for an id; else the THISANDFUTURE that reaches it; else the master, whose
 * rule may name it; NULL: none of them.
 */
const struct itip_instance *itip_instance_find(const struct itip_instances *all, int64_t id);

/* How far a component has changed; each includes the ones before it. */
enum itip_change {
	ITIP_SAME, /* nothing that others are told: alarms, private X-, DTSTAMP, LAST-MODIFIED … */
	ITIP_PARTSTAT, /* only answers: PARTSTAT and what hangs on it (§3.2.10) */
	ITIP_DETAILS,  /* SUMMARY, LOCATION, attendees, instances that are no more, … */
	ITIP_TIMES,    /* RFC 6638 §3.2.8: DTSTART, DTEND, DURATION, DUE, RRULE, RDATE, EXDATE such
			  that instances are added, reinstated or moved */
};

/*
 * Two revisions, whose components are read once however often they are compared. The functions
 * below take the same questions one at a time.
 */
struct itip_comparison;
struct itip_comparison *itip_compare(struct arena *a, const struct ical_object *was,
				     const struct ical_object *is);

/*
 * was NULL: it is new (TIMES); is NULL: it is gone (DETAILS). Values are compared, not bytes:
 * folds, order, case of names do not count. Of a master and an override, what the master shows at
 * that instance is compared.
 */
enum itip_change itip_compare_items(struct itip_comparison *c, const struct ical_item *was,
				    const struct ical_item *is);
enum itip_change itip_item_change(struct arena *a, const struct ical_object *was_in,
				  const struct ical_item *was, const struct ical_object *is_in,
				  const struct ical_item *is);
/* The furthest of all instances. */
enum itip_change itip_object_change(struct arena *a, const struct ical_object *was,
				    const struct ical_object *is);

#endif
