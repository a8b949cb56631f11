/*
 * sync - one reading of a calendar elsewhere
 *
 * Page by page: what became of our own copies first (copy_seen()), then rows and objects, in one
 * change each; the cursor is stored with the last page. A reading from the beginning swaps nothing
 * out before it has seen all: what it did not see goes at its end. Ended anywhere, it is done again
 * and nothing is doubled. All ids new at once is no reading but a calendar that makes up ids: it
 * stops, and says so.
 */
#ifndef FEDERATION_SYNC_H
#define FEDERATION_SYNC_H

#include "federation/provider.h"

enum { SYNC_LEASE_S = 120 };

/*
 * Read what the lease of `c` is held for, and give it back. What went wrong stands in the row, and
 * is returned for who waits for it.
 */
enum call_end sync_calendar(struct visit *v, struct outside_calendar *c);

/* Bring the list of an account's calendars up to date: new ones, other titles, such as went. */
enum call_end sync_calendars(struct visit *v);

/* A visit for an account; NULL in v->connection: there is none. */
MUST_CHECK const struct fault *visit_begin(struct federation *fed, struct arena *a, int64_t owner,
					   struct text connection, int64_t now, int64_t until_ns,
					   struct visit *out);

#endif
