/*
 * house_fixture.h - calendar and booking over a fresh store
 *
 * What daemon/ puts together, on the store of a store_fixture, at a time that stands
 * still: 2027-01-01T00:00:00Z. Users live in Europe/Berlin, with the hours every
 * user starts with.
 */
#ifndef TESTS_HOUSE_FIXTURE_H
#define TESTS_HOUSE_FIXTURE_H

#include <stdatomic.h>

#include "booking/booking.h"
#include "calendar/change.h"
#include "store_fixture.h"

#define HOUSE_NOW INT64_C(1798761600)

struct house_fixture {
	struct store_fixture *x;
	struct arena *arena; /* ends when the house closes */
	struct calendar calendar;
	struct booking_desk desk;
	atomic_int woken; /* how often jobs were announced */
	struct db *db;	  /* the reader of this thread */
};

/* Ends the program when it cannot be made. */
void house_open(struct house_fixture *h, struct store_fixture *x);
void house_close(struct house_fixture *h);

/* A user with default hours; the number of the owner. */
int64_t house_user(struct house_fixture *h, const char *name);

/* The number of a calendar; 0: there is none. */
int64_t house_calendar(struct house_fixture *h, int64_t owner, const char *name);

/* Store an object as a client would. */
const struct fault *house_put(struct house_fixture *h, int64_t owner, const char *calendar,
			      const char *name, const char *ics);
const struct fault *house_remove(struct house_fixture *h, int64_t owner, const char *calendar,
				 const char *name);

/* A meeting type; its id is its slug, its version 1. Without reminders, unless its rules say some.
 */
void house_type(struct house_fixture *h, int64_t owner, const char *slug, const char *rules);

/* An event from one UTC time to another ("20270118T080000Z"); more are further lines. */
const char *house_event(struct arena *a, const char *uid, const char *start, const char *end,
			const char *more);

/* Every row of every table as text, in an order of its own. */
struct text house_dump(struct house_fixture *h, struct arena *a);

/* What store_check() finds; empty when all is well. */
struct text house_findings(struct house_fixture *h, struct arena *a);

/* Statements that this thread's reader runs from now on, until house_count_end(). */
void house_count_begin(struct house_fixture *h);
int house_count_end(struct house_fixture *h);

#endif
