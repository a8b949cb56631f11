/*
 * google_time - when an event of Google's begins and ends; see google_time_priv.h
 */
#include "federation/google_time_priv.h"

#include "base/arena.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "json/json.h"

enum {
	ZONE_MAX = 128,
	/* No clock is further from UTC. */
	ZONE_REACH_S = 14 * 3600,
};

static void read_zone(const struct json *v, struct google_moment *out)
{
	out->tzid = google_text(v, "timeZone", ZONE_MAX);
	if (!text_is_plain(out->tzid, ""))
		out->tzid = TEXT_NONE;
	if (out->tzid.len > 0)
		out->zone = zone_find_any(out->tzid);
}

static bool read_date_time(struct arena *a, struct text written, struct google_moment *out)
{
	enum { UP_TO_SECONDS = 19 };
	struct text local = text_sub(written, 0, UP_TO_SECONDS);

	local = text_from(arena_printf(a, "%.*sZ", TEXT_ARG(local)));
	if (!time_parse_rfc3339(local, &out->local))
		return false;
	if (time_parse_rfc3339(written, &out->utc))
		return true;
	/* The offset may be missing where a zone is named. */
	if (out->zone && written.len == UP_TO_SECONDS) {
		out->utc = zone_to_utc(out->zone, out->local);
	} else {
		out->utc = out->local;
		out->slack = ZONE_REACH_S;
	}
	return true;
}

bool google_moment_read(const struct google_reading *r, const char *key, struct google_moment *out)
{
	const struct json *v = json_get(r->event, key);
	struct text written;
	int64_t day;

	*out = (struct google_moment){0};
	read_zone(v, out);
	if (json_text(json_get(v, "dateTime"), &written))
		return read_date_time(r->arena, written, out);
	if (!json_text(json_get(v, "date"), &written) || !day_parse(written, &day))
		return false;
	out->is_date = true;
	out->local = day * DAY_SECONDS;
	out->utc = zone_to_utc(r->place->zone, out->local);
	return true;
}

bool google_moment_is_within(const struct google_moment *m)
{
	return m->utc >= TIME_MIN + DAY_SECONDS && m->utc < TIME_MAX - DAY_SECONDS;
}

static struct google_moment later_by(const struct google_moment *m, int64_t seconds)
{
	struct google_moment out = *m;

	out.local += seconds;
	out.utc += seconds;
	return out;
}

static struct google_moment moment_utc(int64_t utc)
{
	utc = max64(utc, TIME_MIN + DAY_SECONDS);
	utc = min64(utc, TIME_MAX - DAY_SECONDS - 1);
	return (struct google_moment){.local = utc, .utc = utc};
}

/* All the time that they may mean. */
static void widen(struct google_moment *start, struct google_moment *end)
{
	int64_t from = min64(start->utc - start->slack, end->utc - end->slack);
	int64_t to = max64(start->utc + start->slack, end->utc + end->slack);

	*start = moment_utc(from);
	*end = moment_utc(to);
}

static bool is_plain(const struct google_moment *start, const struct google_moment *end)
{
	return start->is_date == end->is_date && start->slack == 0 && end->slack == 0 &&
	       google_moment_is_within(start) && google_moment_is_within(end);
}

bool google_span_read(const struct google_reading *r, struct google_moment *start,
		      struct google_moment *end)
{
	bool has_start = google_moment_read(r, "start", start),
	     has_end = google_moment_read(r, "end", end);

	if (!has_start && !has_end)
		return false;
	if (!has_start)
		*start = later_by(end, -DAY_SECONDS);
	if (!has_end)
		*end = later_by(start, DAY_SECONDS);
	if (!is_plain(start, end))
		widen(start, end);
	if (end->utc < start->utc)
		*end = *start;
	return true;
}
