/*
 * hours - wall-clock rules of when a person takes bookings
 *
 * Weekly windows and date overrides in a zone, evaluated as wall clock (decisions
 * 11, 35): "09:00-17:00" is that on every date, whatever the clocks did in
 * the night. Windows touch or overlap freely and are joined. On the dates of a
 * journey they are those of another zone (booking case B12). What a calendar app
 * says instead of a week may be more than a week can say (availability.h). Pure.
 */
#ifndef FREEBUSY_HOURS_H
#define FREEBUSY_HOURS_H

#include "base/fault.h"
#include "ical/zone.h"

struct arena;
struct availability;

struct hours_window {
	int32_t start_min,
		end_min; /* minutes of the local day; end <= start: next day; 1440 allowed */
};

struct hours_override {
	int64_t day; /* day number of the local date */
	const struct hours_window *windows;
	size_t count; /* 0: closed all day */
};

/* On these dates, both included, the clock is that of another zone. */
struct hours_journey {
	int64_t first_day, last_day;
	const struct zone *zone;
};

struct hours {
	const struct zone *zone;
	const struct hours_window *weekly[7]; /* by MONDAY..SUNDAY, ascending by start */
	size_t weekly_count[7];
	const struct hours_override *overrides; /* ascending by day */
	size_t override_count;
	const struct hours_journey *journeys; /* ascending, and apart from one another */
	size_t journey_count;
	/* Holds on dates without an override; where it is silent, so does the week. NULL: the week.
	 */
	const struct availability *said;
};

/* One open stretch, UTC, half-open; `day` is the local date whose rule it comes from. */
struct hours_open {
	int64_t start, end;
	int64_t day;
};

/*
 * Open stretches of the local dates first_day..last_day (of h->zone), ascending and not joined
 * across dates, so that a grid can start at each (decisions 35); those of one date are joined.
 */
MUST_CHECK const struct fault *hours_open_on(struct arena *a, const struct hours *h,
					     int64_t first_day, int64_t last_day,
					     struct hours_open **out, size_t *count_out);

/* The union of ascending stretches: disjoint ones that do not touch. Each keeps its first day. */
struct hours_open *hours_join(struct arena *a, const struct hours_open *open, size_t count,
			      size_t *count_out);

/*
 * The zone that the host is in at an instant; *until_out is when the next one begins, TIME_MAX for
 * none. A journey begins at midnight where it leads to, and ends at midnight there.
 */
const struct zone *hours_zone_at(const struct hours *h, int64_t utc, int64_t *until_out);

/* The local date of an instant, in the zone that the host is in then. */
int64_t hours_day(const struct hours *h, int64_t utc);

/* The first instant with that date, or where no date is that one, with a later one. */
int64_t hours_day_start(const struct hours *h, int64_t day);

/* The override of a date, or NULL. */
const struct hours_override *hours_override_on(const struct hours *h, int64_t day);

#endif
