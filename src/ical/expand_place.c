/* expand_place - local seconds on the time line, and what lies between two times */

#include "ical/expand_priv.h"
#include "ical/zone.h"

struct place place_of(const struct ical_time *t)
{
	return (struct place){.form = t->form, .zone = t->zone};
}

bool place_is_fixed(const struct place *p)
{
	return p->form == TIME_UTC || (p->form == TIME_ZONED && p->zone);
}

bool place_is_floating(const struct place *p)
{
	return p->form == TIME_DATE || p->form == TIME_FLOATING;
}

static bool has_clock(const struct place *p)
{
	return p->form == TIME_ZONED && p->zone;
}

int64_t place_bind(const struct place *p, int64_t local)
{
	return has_clock(p) ? zone_to_utc(p->zone, local) : local;
}

int64_t place_local(const struct place *p, int64_t utc)
{
	return has_clock(p) ? zone_to_local(p->zone, utc) : utc;
}

bool place_is_gap(const struct place *p, int64_t local, int64_t bound)
{
	return has_clock(p) && zone_to_local(p->zone, bound) != local;
}

/* A time in a gap takes the offset before it, so the offset of the day before counts as well. */
int64_t place_local_floor(const struct place *p, int64_t bound)
{
	if (!has_clock(p))
		return bound;
	return bound +
	       min64(zone_offset(p->zone, bound), zone_offset(p->zone, bound - DAY_SECONDS));
}

int64_t place_bind_floor(const struct place *p, int64_t local)
{
	int64_t bound = place_bind(p, local);

	if (!has_clock(p))
		return bound;
	return local -
	       max64(zone_offset(p->zone, bound), zone_offset(p->zone, bound - DAY_SECONDS));
}

int64_t ical_time_utc(const struct ical_time *t, const struct zone *default_zone)
{
	if (t->form == TIME_UTC)
		return t->seconds;
	return zone_to_utc(t->form == TIME_ZONED && t->zone ? t->zone : default_zone, t->seconds);
}

/* ---- lengths ----------------------------------------------------------------------------- */

/* An end that is bound otherwise than its start: the latest instant it may mean. */
static int64_t latest_end(const struct place *start, const struct ical_time *end)
{
	struct place p = place_of(end);

	if (place_is_floating(&p))
		p = *start;
	else if (!place_is_fixed(&p))
		return end->seconds + ZONE_BEHIND_SECONDS;
	return place_bind(&p, end->seconds);
}

struct length length_between(const struct ical_time *start, const struct ical_time *end)
{
	struct place p = place_of(start);

	if (!place_is_fixed(&p))
		return (struct length){.seconds = end->seconds - start->seconds};
	return (struct length){.seconds = latest_end(&p, end) - place_bind(&p, start->seconds)};
}

struct length length_of_period(const struct ical_period *p)
{
	struct length l = {.days = p->duration.days, .seconds = p->duration.seconds};

	if (p->has_end)
		l = length_between(&p->start, &p->end);
	l.seconds = max64(l.seconds, 0);
	return l;
}
