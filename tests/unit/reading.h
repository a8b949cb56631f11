/*
 * reading - a calendar elsewhere, read to the end of its pages
 *
 * For tests of a provider alone: what Fasti makes of the pages is tested with federation/sync.
 */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include "federation/provider.h"

enum { READING_EVENTS_MAX = 200, READING_PAGES_MAX = 50 };

/* What was told, in its order; the texts lie in the visit's arena. */
struct reading {
	struct remote_event events[READING_EVENTS_MAX];
	size_t count;
	int pages;
};

/*
 * From the calendar's cursor on, which is the new one after a CALL_OK. CALL_BROKEN: the pages have
 * no end.
 */
enum call_end reading_take(const struct provider *provider, struct visit *v,
			   struct outside_calendar *c, struct reading *out);
/* What was told last of an event; an empty one if nothing was. Lives as long as the reading. */
const struct remote_event *reading_find(const struct reading *r, struct text remote);

#endif
