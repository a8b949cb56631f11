/*
 * when - days and times as people write them
 *
 * In a language's own custom: "Tuesday, March 3, 2026 at 2:00 PM EST" for English readers at home
 * in North America, "Tuesday, 3 March 2026 at 19:00 GMT" for all others, "Dienstag, 3. März 2026,
 * 20:00 Uhr MEZ", "mardi 3 mars 2026 à 20:00 CET", "martes, 3 de marzo de 2026, 20:00 CET". Every
 * time has a zone label (booking case G9): what people call it, or else its offset from UTC; in a
 * fold both.
 *
 * Threads: no state.
 */
#ifndef POST_WHEN_H
#define POST_WHEN_H

#include "post/template_set.h"

struct zone;

/* Who reads it; zone NULL: not known. */
struct when_reader {
	enum template_language language;
	const struct zone *zone;
};

struct text when_instant(struct arena *a, const struct when_reader *r, const struct zone *zone,
			 int64_t utc);
/* Of local seconds, without a label: they are of no zone. */
struct text when_floating(struct arena *a, const struct when_reader *r, int64_t local);
struct text when_day(struct arena *a, const struct when_reader *r, int64_t local);
/* "45 min", "1 h 30 min": the same in all four languages. */
struct text when_length(struct arena *a, int64_t seconds);
/* "New York", of America/New_York; of a zone without a place its name. */
struct text when_city(struct arena *a, const struct zone *zone);

#endif
