/*
 * spread - the answers in an organizer's object, entered in another attendee's copy
 *
 * A message of the whole object would bring the same to a copy that is up to date, at many times
 * the cost: here the lines of those who answered take the place of what the copy has, and each
 * other byte stays (RFC 6638 §4.2). So a meeting of a hundred with a hundred overrides is answered
 * in time.
 *
 * Memory: results live in the arena and borrow the objects. Threads: no state.
 */
#ifndef ITIP_SPREAD_H
#define ITIP_SPREAD_H

#include "itip/person.h"

struct arena;

/* Who answered what, read once for all copies. */
struct itip_answers;
struct itip_answers *itip_answers_read(struct arena *a, const struct ical_object *organizers);

enum itip_spread {
	ITIP_SPREAD_NOTHING, /* the copy says all that already */
	ITIP_SPREAD_LINES,   /* *out is the copy with the answers */
	/* The copy lacks a person or a component, or it is a to-do, where answers change more. */
	ITIP_SPREAD_MESSAGE,
};
/* The user's own lines in their copy stay as they are. */
enum itip_spread itip_answers_spread(struct arena *a, const struct itip_answers *answers,
				     const struct ical_object *copy, const struct itip_user *user,
				     struct text *out);

#endif
