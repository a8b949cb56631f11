/*
 * export - calendars as one VCALENDAR of any length, page by page
 *
 * For GET on a calendar and for `fasti export`: every object as its bytes stand, in the order of
 * names. Between pages no statement stays open, so what changes meanwhile may be in it or not.
 *
 * Memory: an export lives in the arena it was made in. Threads: one at a time.
 */
#ifndef DAV_EXPORT_H
#define DAV_EXPORT_H

#include "base/buf.h"
#include "store/collection.h"
#include "store/db.h"

struct dav_export;

/* The calendars must live as long; title (X-WR-CALNAME) may be empty. */
struct dav_export *dav_export_create(struct arena *a, const struct collection *calendars,
				     size_t count, struct text title);

/* Append the next page, some hundred kilobytes; page is scratch. *more_out is false after the last.
 */
MUST_CHECK const struct fault *dav_export_next(struct dav_export *x, struct db *db,
					       struct arena *page, struct buf *out, bool *more_out);

/* The name of a calendar to show: its DAV:displayname, else the one in its path. */
MUST_CHECK const struct fault *dav_export_title(struct db *db, struct arena *a,
						const struct collection *c, struct text *out);

#endif
