/*
 * report - what the REPORTs share
 *
 * Memory: all lives in the request's arena. Threads: as the request.
 */
#ifndef DAV_REPORT_H
#define DAV_REPORT_H

#include "dav/props.h"

struct dav_range;

/*
 * What the body asks to know of each resource; allprop when it does not say (RFC 4791 §9.5). What
 * it wants of C:calendar-data becomes dr->calendar_data.
 */
MUST_CHECK const struct fault *dav_report_asked(struct dav_request *dr, struct dav_asked *out);

/* Does a time reach out of what occurrence rows stand for, so that objects must be expanded? */
MUST_CHECK const struct fault *dav_range_is_past_rows(struct dav_request *dr,
						      const struct dav_range *r, bool *out);

/*
 * Would a range take longer than others should wait: because it seems to reach past the rows, or
 * is so long that there may be very many? Told without a read, by where rows stand in a store that
 * is served (calendar/horizon.h): good for choosing a thread, not for an answer.
 */
bool dav_range_looks_slow(const struct dav_request *dr, const struct dav_range *r);

/* All that the user owns of what is in the collection, with what is asked of each. */
MUST_CHECK const struct fault *dav_answer_owned(struct dav_request *dr,
						const struct dav_asked *asked);

/* Is C:calendar-data among it? */
bool dav_report_wants_data(const struct dav_asked *asked);

#endif
