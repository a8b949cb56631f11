/*
 * recur_normal - a rule in the longest FREQ that says the same
 *
 * Every fourth hour is a day with six times, and every 1,440 minutes a day with
 * one: then days that cannot match are passed over whole, and COUNT is counted by
 * days. BYSETPOS counts within the period, so it keeps the period.
 */

#include "ical/recur_priv.h"

/* Bits 0..size-1 of every step-th place, through `place`. */
static uint64_t every(int size, int step, int place)
{
	uint64_t bits = 0;

	for (int i = place % step; i < size; i += step)
		bits |= UINT64_C(1) << i;
	return bits;
}

/*
 * Say a FREQ of which `size` make one of the next longer as that one, with BY part
 * `by`; DTSTART stands at `place` of it. False where INTERVAL does not fit.
 */
static bool lengthen(struct recur *r, int size, int place, uint64_t *by)
{
	uint64_t all;

	if (size % r->interval == 0) {
		all = every(size, r->interval, place);
		r->interval = 1;
	} else if (r->interval % size == 0) {
		all = UINT64_C(1) << place;
		r->interval /= size;
	} else {
		return false;
	}
	*by = *by ? *by & all : all;
	r->freq++;
	return true;
}

/* Instances of a DATE have no time; of several in a day one is left (RFC 5545 §3.3.10). */
static void normalise_date(struct recur *r)
{
	static const int32_t per_day[] = {
		[FREQ_SECONDLY] = 86400,
		[FREQ_MINUTELY] = 1440,
		[FREQ_HOURLY] = 24,
	};

	r->by_hour = 0;
	r->by_minute = r->by_second = 0;
	if (r->freq >= FREQ_DAILY)
		return;
	r->interval = r->interval > per_day[r->freq] ? r->interval / per_day[r->freq] : 1;
	r->freq = FREQ_DAILY;
}

bool recur_normalise(struct recur *r, int64_t start, bool date_only)
{
	int of_day = (int)(start - floor_div(start, DAY_SECONDS) * DAY_SECONDS);
	uint64_t hours = r->by_hour;

	if (date_only)
		normalise_date(r);
	if (r->has_by_setpos)
		return true;
	if (r->freq == FREQ_SECONDLY && lengthen(r, 60, of_day % 60, &r->by_second) &&
	    !r->by_second)
		return false;
	if (r->freq == FREQ_MINUTELY && lengthen(r, 60, of_day / 60 % 60, &r->by_minute) &&
	    !r->by_minute)
		return false;
	if (r->freq == FREQ_HOURLY && lengthen(r, 24, of_day / 3600, &hours)) {
		r->by_hour = (uint32_t)hours;
		return hours != 0;
	}
	return true;
}
