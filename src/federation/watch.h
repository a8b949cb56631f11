/*
 * watch - that providers tell us: made, renewed before they end, taken back
 *
 * A watch is in the store before the provider is asked for it: its first message may be quicker
 * than the answer. Of a provider that cannot renew, another one is made while the old one lives. An
 * account that cannot be watched is read by the clock alone; that is no fault.
 */
#ifndef FEDERATION_WATCH_H
#define FEDERATION_WATCH_H

#include "federation/provider.h"

enum { WATCH_VISIT_S = 60 }; /* at most, for one renewal */

/* The secret of a watch, which each message of it has to show (notify.h). */
struct text watch_token(const struct federation *fed, struct arena *a, struct text watch);

/* See to it that a calendar is watched until some time after `now`. */
enum call_end watch_calendar(struct visit *v, const struct outside_calendar *c);
/*
 * Up to limit that are to be renewed by now, each to be renewed within lease_s: until then nobody
 * else takes it.
 */
MUST_CHECK const struct fault *watch_take_due(struct federation *fed, struct arena *a, int64_t now,
					      int64_t lease_s, int limit,
					      struct outside_watch **out, size_t *count_out);
/* One that was taken. */
MUST_CHECK const struct fault *watch_renew(struct federation *fed, struct outside_watch *row,
					   int64_t now);
/* Of a calendar, or with 0 all of the account's. */
enum call_end watch_stop(struct visit *v, int64_t calendar);
/* The provider alone is asked: of a row that is no more. */
enum call_end watch_take_back(struct visit *v, const struct outside_watch *row);

#endif
