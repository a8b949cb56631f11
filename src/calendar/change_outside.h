/*
 * change_outside - the steps by which calendars elsewhere come into a change (change.h)
 *
 * Accounts are connected and end, what is read of their calendars enters, and where copies of
 * bookings stand there is noted: federation/ says these steps, and nobody else knows how the rows
 * of store/outside.h and store/connection.h hang together.
 *
 * Memory and threads are those of change.h.
 */
#ifndef CALENDAR_CHANGE_OUTSIDE_H
#define CALENDAR_CHANGE_OUTSIDE_H

#include "calendar/change.h"
#include "store/outside.h"

/*
 * What is read of a calendar elsewhere (store/outside.h): its rows, beside the objects that are put
 * into its collection by the same change. While applying: CONFLICT: another holds the lease.
 */
struct change_outside {
	struct outside_calendar calendar; /* as it is settled */
	bool ends;			  /* the lease is over */
	const struct outside_event *put;
	size_t put_count;
	const struct text *gone; /* their ids there */
	size_t gone_count;
	bool untold; /* nothing that takes time has changed: no version rises */
};
MUST_CHECK const struct fault *change_outside(struct change *c, const struct change_outside *o);

/* An account is connected, or connected anew, with calendars of it; those without id get one. */
struct change_connection {
	struct connection connection;
	bool is_new;
	/* Added, or brought up to date; id: result. Of those that are known what their owner has
	   chosen stays, and they are read at due_at at the latest; a new one takes bookings only
	   where none does. */
	struct outside_calendar *calendars;
	size_t calendar_count;
};
/* Those that count have a collection from now on. While applying: STORE_FULL, CONFLICT, NOT_FOUND.
 */
MUST_CHECK const struct fault *change_connect(struct change *c, struct change_connection *x);
/* What an owner wants of one of their calendars elsewhere. */
struct change_choice {
	int64_t calendar;
	bool counts, takes;	      /* see store/outside.h */
	const bool *skips_unanswered; /* NULL: as it is */
	/* result */
	bool has_ended; /* it counted before, and does not any more */
};
/*
 * Only of those that are named. One that counts has a collection from now on; one that no longer
 * does loses it with all that is in it. One of an owner's takes bookings: another does so no more.
 * UNPROCESSABLE: two are to. While applying: NOT_FOUND, UNPROCESSABLE.
 */
MUST_CHECK const struct fault *change_choose(struct change *c, int64_t owner,
					     struct text connection, struct change_choice *choices,
					     size_t count);
/* It is over, with all that came from there. NOT_FOUND. */
MUST_CHECK const struct fault *change_disconnect(struct change *c, int64_t owner,
						 struct text connection);
/* Another state of an account; told: its owner gets a letter about it. */
MUST_CHECK const struct fault *change_connection_state(struct change *c,
						       const struct connection *connection,
						       struct text holder, bool told);
/* What an owner says of copies that cannot be brought up to date (decisions 21). */
MUST_CHECK const struct fault *change_trust_outside(struct change *c, int64_t owner, bool trust);
/* A copy of a booking elsewhere, as it is noted. */
MUST_CHECK const struct fault *change_copy(struct change *c, const struct outside_copy *copy);

#endif
