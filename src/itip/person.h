/*
 * person - who somebody is in an object
 *
 * A calendar user has several addresses; in an object one of them is the organizer, or an
 * attendee of all instances or of some. All addresses are compared in the form that ical_address()
 * makes (RFC 6638 §2.4.1).
 *
 * Memory: results live in the arena or borrow the object. Threads: no state.
 */
#ifndef ITIP_PERSON_H
#define ITIP_PERSON_H

#include "ical/object.h"

/* One calendar user: all addresses as ical_address() makes them; the first is the preferred one. */
struct itip_user {
	const struct text *addresses;
	size_t count;
};

/* To so many others an attendee may hand an invitation on (RFC 5546 §3.2.2.3). */
enum { ITIP_DELEGATES_MAX = 10 };

enum itip_role {
	ITIP_NOBODY,	/* no ORGANIZER at all, or one with SCHEDULE-AGENT=CLIENT or NONE on an
			   attendee's object: an object like any other */
	ITIP_ORGANIZER, /* RFC 6638 §3.1: theirs, with at least one ATTENDEE */
	ITIP_ATTENDEE,
	ITIP_STRANGER, /* it has an organizer, and they are not in it (a party crasher, or a copy)
			*/
};

enum itip_role itip_role_of(struct arena *a, const struct ical_object *o,
			    const struct itip_user *user);

/* The first ORGANIZER that a component names; NULL: none does. */
const struct ical_attendee *itip_organizer_of(const struct ical_object *o);

/* The user's line in one component; NULL: not in it. */
const struct ical_attendee *itip_attendee_in(struct arena *a, const struct ical_item *item,
					     const struct itip_user *user);

/* An address that is known to be somebody's: those with one number are one person's. */
struct itip_known {
	struct text address; /* as ical_address() makes it */
	int64_t person;
};

/* Everybody invited to any component, once each, in order of appearance, without the organizer. */
struct itip_invitee {
	struct text address;		   /* as ical_address() makes it */
	const struct ical_attendee *first; /* where they appear first */
	enum ical_agent agent;		   /* the strictest that is said: SERVER < CLIENT < NONE */
	bool force_request;		   /* SCHEDULE-FORCE-SEND=REQUEST somewhere (§7.2) */
};
void itip_invitees(struct arena *a, const struct ical_object *o, struct itip_invitee **out,
		   size_t *count_out);

/* BAD_OBJECT's kin: SAME_ORGANIZER (RFC 6638 §3.2.4.2) unless all components name one organizer. */
MUST_CHECK const struct fault *itip_check_one_organizer(struct arena *a,
							const struct ical_object *o);

#endif
