/*
 * export - calendars as one VCALENDAR of any length, page by page
 *
 * For GET on a calendar, for feeds and for `fasti export`: every object as its bytes stand, in
 * the order of names. Between pages no statement stays open, so what changes meanwhile may be in
 * it or not.
 *
 * Memory: an export lives in the arena it was made in. Threads: one at a time.
 */
#ifndef DAV_EXPORT_H
#define DAV_EXPORT_H

#include "base/buf.h"
#include "ical/join.h"
#include "store/collection.h"
#include "store/db.h"

struct dav_export;

/* How it is written. */
struct dav_export_form {
	struct ical_join_head head;
	unsigned join;	 /* ICAL_JOIN_* */
	struct text key; /* of what is veiled: a secret of the reader */
	bool as_jcal;	 /* RFC 7265 */
};

/* The calendars and the form must live as long. */
struct dav_export *dav_export_create(struct arena *a, const struct collection *calendars,
				     size_t count, const struct dav_export_form *form);

/* Append the next page, some hundred kilobytes; page is scratch. *more_out is false after the last.
 */
MUST_CHECK const struct fault *dav_export_next(struct dav_export *x, struct db *db,
					       struct arena *page, struct buf *out, bool *more_out);

/* What clients have said of a calendar; its name is DAV:displayname, else the one in its path. */
MUST_CHECK const struct fault *dav_export_head(struct db *db, struct arena *a,
					       const struct collection *c,
					       struct ical_join_head *out);

/*
 * The entity tag of calendars in a form: another one whenever something in them, or in the
 * head, is. It is made of the numbers of their last changes, so nothing of them is read.
 */
struct text dav_export_tag(struct arena *a, const struct collection *calendars, size_t count,
			   const struct dav_export_form *form);

#endif
