/*
 * import - a file of somebody's calendar, object by object
 *
 * Cuts the file (ical_file_split), and stores each object by a change of its
 * own, so that one bad object does not hold up the others and a huge file locks
 * nobody out. Nobody is invited by an import (decisions 1, 31).
 */
#ifndef CALENDAR_IMPORT_H
#define CALENDAR_IMPORT_H

#include "calendar/calendar.h"

struct import_result {
	size_t created, replaced, unchanged, failed;
};

/* Told for every object that failed. */
typedef void (*import_report_fn)(void *ctx, struct text uid, const struct fault *f);

/* The fault is for a file that is no calendar at all; single failures are counted. */
MUST_CHECK const struct fault *calendar_import(struct calendar *cal, struct arena *a, int64_t owner,
					       int64_t collection, struct text file, int64_t now,
					       import_report_fn report, void *ctx,
					       struct import_result *out);

#endif
