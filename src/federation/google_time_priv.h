/*
 * google_time_priv - when an event of Google's begins and ends
 *
 * Times are written with an offset, with a zone beside it, or with either alone; dates are meant in
 * the zone of the calendar. What is written is kept beside the instant that it comes to, since a
 * series is meant by its clock.
 */
#ifndef FEDERATION_GOOGLE_TIME_PRIV_H
#define FEDERATION_GOOGLE_TIME_PRIV_H

#include "federation/google_priv.h"

/* One event on its way. */
struct google_reading {
	struct arena *arena;
	const struct json *event;
	const struct google_place *place;
	struct remote_event *out;
};

/* EventDateTime: a date, or a time that may have a zone beside its offset. */
struct google_moment {
	bool is_date;
	int64_t local; /* as it is written: of a date its midnight */
	int64_t utc;
	int64_t slack;		 /* how far that may be off, either way */
	struct text tzid;	 /* as it is written; empty: none, or none that could be */
	const struct zone *zone; /* NULL: nobody knows it */
};

/* A member of the event. False: it is not there, or no time. */
bool google_moment_read(const struct google_reading *r, const char *key, struct google_moment *out);

/* A year that UTC takes out of the calendar cannot be written. */
bool google_moment_is_within(const struct google_moment *m);

/*
 * What cannot be understood takes time, too: of a span with one end, a day. False: neither is
 * said, so that it is nowhere.
 */
bool google_span_read(const struct google_reading *r, struct google_moment *start,
		      struct google_moment *end);

#endif
