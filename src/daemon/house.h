/*
 * house - what one server shares among its threads
 *
 * Made by serve.c, which gives each door what its own header asks for (dav/dav.h, api/api.h);
 * the jobs see all of it. Pointers only.
 */
#ifndef DAEMON_HOUSE_H
#define DAEMON_HOUSE_H

#include <stdbool.h>

struct booking_desk;
struct calendar;
struct federation;
struct freebusy_cache;
struct limiter;
struct mail_rates;
struct post;
struct push_sender;
struct store;

struct house {
	struct store *store;
	struct calendar *calendar;
	struct booking_desk *desk;
	struct freebusy_cache *timelines;
	struct limiter *limiter;
	const struct post *post;
	struct mail_rates *mail_rates;
	struct federation *federation;	/* calendars elsewhere */
	const struct push_sender *push; /* NULL: nobody is told of changes */
	bool webhooks_private;		/* webhooks may be at private addresses */
	bool reads_always;		/* federation.check */
};

#endif
