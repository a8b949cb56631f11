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

/* See to it that a calendar is watched until some time after `now`. */
enum call_end watch_calendar(struct visit *v, const struct outside_calendar *c);
/* What is due; says how many were. */
MUST_CHECK const struct fault *watch_renew_due(struct federation *fed, struct arena *a, int64_t now,
					       int limit, int *count_out);
/* Of a calendar, or with 0 all of the account's. */
enum call_end watch_stop(struct visit *v, int64_t calendar);

#endif
