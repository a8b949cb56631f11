/*
 * week - weekly hours as somebody writes them in one line
 *
 *	mon-thu 08:00-12:00 13:00-18:00, fri 08:00-14:00
 *
 * Days, or ranges of days, then their windows, and the next days after a comma. A window that ends
 * before it begins ends on the next day; 24:00 is midnight. Days that are not named are closed.
 */
#ifndef FREEBUSY_WEEK_H
#define FREEBUSY_WEEK_H

#include "freebusy/hours.h"

enum { WEEK_BYTES_MAX = 1000 };

/* UNPROCESSABLE: says what cannot be read. */
MUST_CHECK const struct fault *week_read(struct arena *a, struct text week, const struct zone *zone,
					 struct hours *out);

#endif
