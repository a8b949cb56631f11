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
	size_t notes; /* about what went in */
};

/* Who is told about single objects while they go in. */
struct import_report {
	void *ctx;
	void (*failed)(void *ctx, struct text uid, const struct fault *f);
	/* It went in, but something in it was read otherwise than it is written. */
	void (*noted)(void *ctx, struct text uid, struct text note);
};

/* The fault is for a file that is no calendar at all; single failures are counted. */
MUST_CHECK const struct fault *calendar_import(struct calendar *cal, struct arena *a, int64_t owner,
					       int64_t collection, struct text file, int64_t now,
					       const struct import_report *report,
					       struct import_result *out);

#endif
