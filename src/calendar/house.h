/*
 * house - what the doors to the outside share
 *
 * One per server, made by daemon/ and given to every route as its context.
 * Pointers only: a door includes the headers of what it uses.
 */
#ifndef CALENDAR_HOUSE_H
#define CALENDAR_HOUSE_H

struct limiter;
struct booking_desk;
struct calendar;
struct freebusy_cache;
struct store;

struct house {
	struct store *store;
	struct calendar *calendar;
	struct booking_desk *desk;
	struct freebusy_cache *timelines;
	struct limiter *limiter;
};

#endif
