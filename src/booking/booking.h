/*
 * booking - may this be booked, and booking it
 *
 * Holds a host's rules (type, schedule), lists the open slots and judges a wanted one with
 * the same function, and turns an accepted request into one change: event,
 * hold, booking, mail jobs. Never answers HTTP; never writes but by a change.
 *
 * Reading order: rules.h (what a host offers) · host.h (kept in memory by
 * version) · slots.h (list and judge) · book.h (book, cancel).
 */
#ifndef BOOKING_BOOKING_H
#define BOOKING_BOOKING_H

#include "calendar/calendar.h"

struct freebusy_cache;
struct host_cache;

/* What booking shares across requests; made by daemon/. */
struct booking_desk {
	struct calendar *calendar;
	struct freebusy_cache *timelines;
	struct host_cache *hosts;
	struct text url; /* public base of links, without a slash at the end */
	/* For so long a copy of a calendar elsewhere is trusted (decisions 21); 0: for ever. */
	int64_t max_age_s;
	/* Owners whose copies are not trusted, however young: they could not be read just now. */
	const int64_t *unread;
	size_t unread_count;
};

#endif
