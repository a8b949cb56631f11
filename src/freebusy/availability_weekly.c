/*
 * availability_weekly - VAVAILABILITY that says no more than weekly hours, in and out
 *
 * Calendar apps show availability as the hours of each weekday and write it as one component with
 * a weekly AVAILABLE for each window; so do we, and read such back.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "freebusy/availability_priv.h"
#include "ical/build.h"
#include "ical/expand.h"

enum {
	DAYS = 7,
	DAY_MINUTES = 1440,
	MINUTE_SECONDS = 60,
};

/* ---- reading -------------------------------------------------------------------------------- */

/* The weekdays of a rule that is every week alike: bits; 0: it is another rule. */
static unsigned days_of_rule(const struct recur *r, int64_t first_day)
{
	unsigned days = 0;

	if ((r->freq != FREQ_WEEKLY && r->freq != FREQ_DAILY) || r->interval != 1 || r->count > 0 ||
	    r->has_until || r->has_by_setpos || r->has_by_year_day || r->by_second ||
	    r->by_minute || r->by_hour || r->by_month || r->by_month_day || r->by_month_day_back ||
	    r->by_week[0] || r->by_week[1])
		return 0;
	for (int d = 0; d < DAYS; d++) {
		if (r->by_day[d] > 1 || r->by_day_back[d])
			return 0;
		days |= (unsigned)r->by_day[d] << d;
	}
	if (r->by_day_count > 0)
		return days;
	return r->freq == FREQ_DAILY ? (1U << DAYS) - 1 : 1U << weekday_of_day(first_day);
}

static bool is_plain(const struct ical_object *o)
{
	const struct ical_item *item = &o->items[0];

	return o->item_count == 1 && o->has_master && item->has_rule && item->rdates.count == 0 &&
	       item->exdates.count == 0 && item->period_count == 0;
}

/* Whole minutes on one day or into the next, shorter than a day or all of it. */
static bool window_of(const struct ical_item *item, struct hours_window *out)
{
	int64_t start = item->dtstart.seconds, length = item->dtend.seconds - start;
	int64_t in_day = start - floor_div(start, DAY_SECONDS) * DAY_SECONDS;

	if (in_day % MINUTE_SECONDS || length % MINUTE_SECONDS || length <= 0 ||
	    length > DAY_SECONDS)
		return false;
	out->start_min = (int32_t)(in_day / MINUTE_SECONDS);
	out->end_min = out->start_min + (int32_t)(length / MINUTE_SECONDS);
	if (out->end_min > DAY_MINUTES)
		out->end_min -= DAY_MINUTES;
	return true;
}

/* Has the rule begun at this instant, but for weekdays that are not its own? */
static bool has_begun(const struct zone *z, const struct ical_time *start, unsigned days,
		      int64_t at)
{
	int64_t first = floor_div(start->seconds, DAY_SECONDS);
	int64_t today = floor_div(zone_to_local(z, at), DAY_SECONDS);

	/* DTSTART is an instance, whatever the rule says (RFC 5545 §3.8.5.3). */
	if (!(days & 1U << weekday_of_day(first)))
		return first + 1 < today;
	if (first - today >= DAYS)
		return false;
	for (int64_t day = today; day < first; day++)
		if (days & 1U << weekday_of_day(day))
			return false;
	return true;
}

static bool is_in_zone(const struct ical_time *t, const struct zone *z)
{
	return t->present && t->form == TIME_ZONED && (t->zone == z || zone_is_same(t->zone, z));
}

struct week {
	struct hours_window *windows[DAYS];
	size_t counts[DAYS];
};

static bool take(struct week *week, const struct ical_object *o, const struct zone *z, int64_t at)
{
	const struct ical_item *item = &o->items[0];
	struct hours_window w;
	unsigned days;

	if (!is_plain(o) || !is_in_zone(&item->dtstart, z) || !is_in_zone(&item->dtend, z) ||
	    !window_of(item, &w))
		return false;
	days = days_of_rule(&item->rule, floor_div(item->dtstart.seconds, DAY_SECONDS));
	if (days == 0 || !has_begun(z, &item->dtstart, days, at))
		return false;
	for (int d = 0; d < DAYS; d++)
		if (days & 1U << d)
			week->windows[d][week->counts[d]++] = w;
	return true;
}

static int compare_window(const void *a, const void *b)
{
	const struct hours_window *x = a, *y = b;

	if (x->start_min != y->start_min)
		return x->start_min < y->start_min ? -1 : 1;
	return (x->end_min > y->end_min) - (x->end_min < y->end_min);
}

bool availability_weekly(struct arena *a, const struct availability *v, const struct zone *zone,
			 int64_t at, struct hours *out)
{
	const struct availability_part *part = &v->parts[0];
	struct week week = {.counts = {0}};

	if (v->count != 1 || part->start > at || part->end != TIME_MAX)
		return false;
	for (int d = 0; d < DAYS; d++)
		week.windows[d] =
			arena_alloc_array(a, part->available_count + 1, sizeof(*week.windows[d]));
	for (size_t i = 0; i < part->available_count; i++)
		if (!take(&week, part->available[i], zone, at))
			return false;
	for (int d = 0; d < DAYS; d++) {
		qsort(week.windows[d], week.counts[d], sizeof(*week.windows[d]), compare_window);
		out->weekly[d] = week.windows[d];
		out->weekly_count[d] = week.counts[d];
	}
	return true;
}

/* ---- writing -------------------------------------------------------------------------------- */

static const char *const day_words[DAYS] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static bool is_same(const struct hours_window *a, const struct hours_window *b)
{
	return a->start_min == b->start_min && a->end_min == b->end_min;
}

static bool day_has(const struct hours *h, int day, const struct hours_window *w)
{
	for (size_t i = 0; i < h->weekly_count[day]; i++)
		if (is_same(&h->weekly[day][i], w))
			return true;
	return false;
}

/* Was it written with an earlier day, or before on this one? */
static bool is_written(const struct hours *h, int day, size_t i)
{
	const struct hours_window *w = &h->weekly[day][i];

	for (int d = 0; d < day; d++)
		if (day_has(h, d, w))
			return true;
	return i > 0 && is_same(&h->weekly[day][i - 1], w);
}

static void put_local(struct buf *out, const char *name, const struct zone *z, int64_t local)
{
	buf_put_str(out, name);
	buf_put_lit(out, ";TZID=");
	buf_put_text(out, zone_name(z));
	buf_put_char(out, ':');
	time_put_local(out, local);
	buf_put_lit(out, "\r\n");
}

static void put_rule(struct buf *out, const struct hours *h, int first,
		     const struct hours_window *w)
{
	buf_put_lit(out, "RRULE:FREQ=WEEKLY;BYDAY=");
	for (int d = first; d < DAYS; d++) {
		if (!day_has(h, d, w))
			continue;
		if (d > first)
			buf_put_char(out, ',');
		buf_put_str(out, day_words[d]);
	}
	buf_put_lit(out, "\r\n");
}

static void put_head(struct buf *out, struct text uid, size_t part, int64_t at)
{
	buf_put_lit(out, "UID:");
	buf_put_text(out, uid);
	if (part > 0)
		buf_printf(out, "-%zu", part);
	buf_put_lit(out, "\r\nDTSTAMP:");
	time_put_utc(out, at);
	buf_put_lit(out, "\r\n");
}

/* monday: of the week before the hours hold, as a day number. */
static void put_window(struct buf *out, const struct hours *h, int day,
		       const struct hours_window *w, int64_t monday)
{
	int64_t midnight = (monday + day) * DAY_SECONDS;
	int32_t end = w->end_min <= w->start_min ? w->end_min + DAY_MINUTES : w->end_min;

	put_local(out, "DTSTART", h->zone, midnight + w->start_min * MINUTE_SECONDS);
	put_local(out, "DTEND", h->zone, midnight + end * MINUTE_SECONDS);
	put_rule(out, h, day, w);
}

void availability_write(struct buf *out, const struct hours *h, struct text uid, int64_t at)
{
	int64_t today = floor_div(zone_to_local(h->zone, at), DAY_SECONDS);
	int64_t monday = today - weekday_of_day(today) - DAYS;
	size_t part = 0;

	buf_put_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	zone_put_vtimezone(out, h->zone, zone_name(h->zone), at);
	buf_put_lit(out, "BEGIN:VAVAILABILITY\r\n");
	put_head(out, uid, 0, at);
	for (int day = 0; day < DAYS; day++)
		for (size_t i = 0; i < h->weekly_count[day]; i++) {
			if (is_written(h, day, i))
				continue;
			buf_put_lit(out, "BEGIN:AVAILABLE\r\n");
			put_head(out, uid, ++part, at);
			put_window(out, h, day, &h->weekly[day][i], monday);
			buf_put_lit(out, "END:AVAILABLE\r\n");
		}
	buf_put_lit(out, "END:VAVAILABILITY\r\nEND:VCALENDAR\r\n");
}
