/*
 * timezone - CALDAV:calendar-timezone. See timezone.h.
 *
 * A zone that nobody knows by a name ("US-Eastern", as RFC 4791 itself has it) is followed by its
 * own rules (§7.3).
 */

#include "dav/timezone.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/build.h"
#include "ical/guard.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/zone.h"

enum { TIMEZONE_BLOCKS_MAX = 1100, TIMEZONE_BYTES_MAX = 60 * 1024 };

static const struct fault *bad(struct arena *a)
{
	return fault_make(a, FAULT_BAD_TIMEZONE, NULL,
			  "One VTIMEZONE within a VCALENDAR is wanted.");
}

/* The VTIMEZONE, when the object holds it and nothing else. */
static const struct ical_block *only_zone(const struct ical_blocks *blocks)
{
	const struct ical_block *outer = blocks->at;

	if (blocks->count < 2 || blocks->has_stray || !ical_block_is(&outer[0], "VCALENDAR") ||
	    !ical_block_is(&outer[1], "VTIMEZONE"))
		return NULL;
	if (outer[0].next != blocks->count || outer[1].next != blocks->count)
		return NULL;
	return &outer[1];
}

/* By its TZID, else by X-LIC-LOCATION, with which many clients say what they mean. */
static struct text setting_of(struct arena *a, struct text component)
{
	const struct zone *zone = NULL;
	struct ical_line line;
	size_t pos = 0;

	while (!zone && ical_line_next(a, component, &pos, &line))
		if (ical_line_is(&line, "TZID") || ical_line_is(&line, "X-LIC-LOCATION"))
			zone = zone_find_any(ical_text_unescape(a, line.value));
	return zone ? zone_name(zone) : component;
}

const struct fault *dav_timezone_read(struct arena *a, struct text value, struct text *setting_out)
{
	struct text raw = text_trim(value), component;
	const struct ical_block *block;
	const struct zone *compiled;
	struct ical_blocks blocks;
	const struct fault *f = ical_guard_bytes(a, raw, TIMEZONE_BYTES_MAX);

	*setting_out = TEXT("");
	if (!f)
		f = ical_guard_blocks(a, raw, true, TIMEZONE_BLOCKS_MAX, &blocks);
	block = f ? NULL : only_zone(&blocks);
	if (!block)
		return bad(a);
	component = text_sub(raw, block->begin, block->end - block->begin);
	f = zone_from_vtimezone(a, component, &compiled);
	if (f)
		return bad(a);
	*setting_out = setting_of(a, component);
	return NULL;
}

struct text dav_timezone_write(struct arena *a, const struct zone *zone, int64_t utc)
{
	struct buf b;

	buf_init(&b, a, 1024, 64 * 1024);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	zone_put_vtimezone(&b, zone, zone_name(zone), utc);
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	return buf_text(&b);
}
