/*
 * copy - a booking stands in the host's calendar elsewhere, and what becomes of it there
 *
 * Written by a job (daemon/job_copy.c): made with an id, or a mark, that is known beforehand and
 * noted before the provider is asked, so that a second attempt finds the first; brought up to date
 * when the booking moves; taken away with it. The provider being away holds up nothing.
 *
 * What is read back and is ours is no busy time. Where its host has moved it, the booking moves;
 * where they have deleted it or called it off, it is cancelled; and the invitee is told as ever.
 * A user's copy of our copy carries our mark and another id: that one is a thing of its own.
 */
#ifndef FEDERATION_COPY_H
#define FEDERATION_COPY_H

#include "federation/provider.h"

struct booking;

/* Bring the copy of a booking in an owner's calendar to what the booking is now. */
enum call_end copy_write(struct federation *fed, struct arena *a, int64_t owner,
			 int64_t booking_owner, struct text booking, int64_t now,
			 struct text *why_out, int64_t *retry_at_out);

/*
 * It was tried too often: until the booking changes, or its account is connected anew, it is
 * refused, where its host sees it.
 */
void copy_give_up(struct federation *fed, struct arena *a, int64_t owner, int64_t booking_owner,
		  struct text booking, int64_t now, struct text why);

/* Was this mark made here for a copy of this owner's, be that known still or not? */
bool copy_mark_is_ours(struct arena *a, const struct secret_key *key, int64_t owner,
		       struct text mark);

/*
 * What was told of one that is ours. CALL_LATER: it cannot be followed just now, and the page is
 * to be read again.
 */
enum call_end copy_seen(struct visit *v, const struct outside_calendar *c,
			const struct outside_copy *copy, const struct remote_event *event);

/* Has nothing been noted of it since it was read? Neither may be NULL. */
bool copy_is_as_read(const struct outside_copy *now, const struct outside_copy *was);

#endif
