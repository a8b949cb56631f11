/*
 * door_priv - what door.c, door_answer.c and door_copy.c share
 */
#ifndef BOOKING_DOOR_PRIV_H
#define BOOKING_DOOR_PRIV_H

#include "booking/book_priv.h"
#include "booking/door.h"

enum { DOOR_COMMENT_MAX_BYTES = 2048 };

/* A host with all addresses, as attendees are compared. */
MUST_CHECK const struct fault *door_user(struct db *db, struct arena *a, int64_t owner,
					 struct itip_user *out);

/*
 * The host's copy with an answer in it: their PARTSTAT, and what they have to say (plain; may be
 * empty).
 */
MUST_CHECK const struct fault *door_answered(struct arena *a, const struct ical_object *copy,
					     const struct itip_user *user, struct text partstat,
					     struct text comment, const struct ical_object **out);

/* Accepted, or as far as that goes without the host's word. */
struct text door_partstat(enum booking_status status);

/* Is it for those alone who have confirmed their address, which nothing proves here? */
bool door_needs_mail(const struct door *d);

/* The REPLY that says what stands in an answered copy; before: the copy without its answer. */
MUST_CHECK const struct fault *door_reply(struct arena *a, struct door *d,
					  const struct ical_object *answered,
					  const struct ical_object *before);

#endif
