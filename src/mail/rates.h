/*
 * rates - how much mail goes to one domain
 *
 * A bucket for each domain: so many mails a minute, a sixth of them at once. Whoever has to wait is
 * told until when, each later than the one before, so that a thousand do not all come back at once.
 *
 * Threads: may be used by several. Time is an argument, UTC seconds.
 */
#ifndef MAIL_RATES_H
#define MAIL_RATES_H

#include "base/text.h"

struct mail_rates;

/* per_minute 0: nobody waits. NULL: no memory. */
struct mail_rates *mail_rates_create(int per_minute);
/* Accepts NULL. */
void mail_rates_destroy(struct mail_rates *r);

/* One mail to this address: 0, it may go; otherwise when to ask again, later than now. */
int64_t mail_rates_ask(struct mail_rates *r, struct text to, int64_t now);

#endif
