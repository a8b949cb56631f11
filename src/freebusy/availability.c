/*
 * availability - reading VAVAILABILITY; see availability.h
 *
 * An AVAILABLE has the dates of an event, with rules, exceptions and overrides (RFC 7953 §3.1),
 * so it is read as one: its lines within VEVENT, beside the zones of the object, by the one reader
 * of events. What holds for them holds here, the limits as well.
 */
#include "freebusy/availability_priv.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/build.h"
#include "ical/expand.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"

enum {
	BLOCKS_MAX = 2000, /* observances of the zones, too */
	RANK_NONE = 10,	   /* PRIORITY 0 is none (RFC 5545 §3.8.1.9) */
	/* Each component is read with all zones, so a few of both may come to much. */
	MADE_BYTES_MAX = 1024 * 1024,
};

struct reader {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	struct buf zones; /* all VTIMEZONE components */
	size_t available_count, made_bytes;
	struct availability *out;
};

static const struct fault *refuse(struct reader *r, const char *why)
{
	return fault_make(r->arena, FAULT_BAD_OBJECT, NULL, "%s", why);
}

/* ---- one component as an object of its own ------------------------------------------------- */

static struct text body_of(const struct reader *r, size_t block)
{
	const struct ical_block *b = &r->blocks.at[block];

	return text_of(r->raw.at + b->body, b->body_end - b->body);
}

static void object_begin(struct reader *r, struct buf *out)
{
	buf_init(out, r->arena, 1024 + r->zones.len, 3 * AVAILABILITY_BYTES_MAX);
	buf_put_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	buf_put_text(out, buf_text(&r->zones));
}

/* UID is wanted (§3.1) and told nobody; one that has none gets it of its place. */
static void put_event(struct reader *r, struct buf *out, size_t block, struct text uid)
{
	buf_put_lit(out, "BEGIN:VEVENT\r\n");
	if (uid.len == 0)
		buf_printf(out, "UID:%zu\r\n", block);
	buf_put_text(out, body_of(r, block));
	buf_put_lit(out, "END:VEVENT\r\n");
}

static bool is_bound(const struct ical_time *t)
{
	return !t->present || t->form == TIME_UTC || (t->form == TIME_ZONED && t->zone);
}

/* §3.1: in UTC, or in a zone; an unknown one would open what nobody meant. */
static const struct fault *check_times(struct reader *r, const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (!is_bound(&o->items[i].dtstart) || !is_bound(&o->items[i].dtend))
			return refuse(r, "Times of availability are in UTC or in a known zone.");
	return NULL;
}

static const struct fault *object_end(struct reader *r, struct buf *text, struct ical_object **out)
{
	const struct fault *f;

	buf_put_lit(text, "END:VCALENDAR\r\n");
	r->made_bytes += text->len;
	if (text->overflow || r->made_bytes > MADE_BYTES_MAX)
		return fault_make(r->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				  "This availability is too large.");
	f = ical_object_parse(r->arena, buf_text(text), ICAL_FROM_CLIENT, out);
	return f ? f : check_times(r, *out);
}

/* ---- AVAILABLE ------------------------------------------------------------------------------ */

/* What ties an override to what it overrides. */
struct tie {
	struct text uid;
	bool is_override;
};

static struct tie tie_of(struct reader *r, size_t block)
{
	struct ical_walk w;
	struct ical_line line;
	struct tie t = {TEXT_NONE, false};

	ical_walk_begin(&w, r->arena, r->raw, &r->blocks, block);
	while (ical_walk_line(&w, &line)) {
		if (ical_line_is(&line, "UID") && t.uid.len == 0)
			t.uid = text_trim(line.value);
		t.is_override = t.is_override || ical_line_is(&line, "RECURRENCE-ID");
	}
	return t;
}

/* The component with those after and before it that override it. */
static const struct fault *read_available(struct reader *r, const size_t *blocks,
					  const struct tie *ties, size_t count, size_t at,
					  struct ical_object **out)
{
	struct buf text;

	object_begin(r, &text);
	put_event(r, &text, blocks[at], ties[at].uid);
	for (size_t i = 0; i < count; i++)
		if (ties[i].is_override && text_equal(ties[i].uid, ties[at].uid))
			put_event(r, &text, blocks[i], ties[i].uid);
	return object_end(r, &text, out);
}

static const struct fault *read_all_available(struct reader *r, const size_t *blocks, size_t count,
					      struct availability_part *part)
{
	struct tie *ties = arena_alloc_array(r->arena, count, sizeof(*ties));
	const struct fault *f = arena_check(r->arena);

	part->available = arena_alloc_array(r->arena, count, sizeof(struct ical_object *));
	for (size_t i = 0; i < count; i++)
		ties[i] = tie_of(r, blocks[i]);
	for (size_t i = 0; i < count && !f; i++) {
		if (ties[i].is_override)
			continue;
		f = read_available(r, blocks, ties, count, i,
				   &part->available[part->available_count]);
		part->available_count++;
	}
	return f;
}

/* Those right inside a VAVAILABILITY; other components mean nothing here. */
static const struct fault *find_available(struct reader *r, size_t outer, size_t **out,
					  size_t *count_out)
{
	const struct ical_block *at = r->blocks.at;
	size_t count = 0;
	size_t *blocks = arena_alloc_array(r->arena, AVAILABILITY_PARTS_MAX, sizeof(*blocks));

	for (size_t b = outer + 1; b < at[outer].next; b = at[b].next) {
		if (!ical_block_is(&at[b], "AVAILABLE"))
			continue;
		if (++r->available_count > AVAILABILITY_PARTS_MAX)
			return fault_make(r->arena, FAULT_TOO_MANY_INSTANCES, NULL,
					  "At most %d AVAILABLE are taken.",
					  AVAILABILITY_PARTS_MAX);
		blocks[count++] = b;
	}
	*out = blocks;
	*count_out = count;
	return NULL;
}

/* ---- VAVAILABILITY -------------------------------------------------------------------------- */

static enum availability_state busy_type_of(struct text value)
{
	value = text_trim(value);
	if (text_equal_nocase(value, TEXT("BUSY")))
		return AVAILABILITY_BUSY;
	if (text_equal_nocase(value, TEXT("BUSY-TENTATIVE")))
		return AVAILABILITY_TENTATIVE;
	return AVAILABILITY_UNAVAILABLE;
}

/* PRIORITY and BUSYTYPE, which events do not have in this sense. */
static const struct fault *read_words(struct reader *r, size_t block,
				      struct availability_part *part)
{
	struct ical_walk w;
	struct ical_line line;
	int64_t priority;

	ical_walk_begin(&w, r->arena, r->raw, &r->blocks, block);
	while (ical_walk_line(&w, &line)) {
		if (ical_line_is(&line, "BUSYTYPE"))
			part->closed = busy_type_of(line.value);
		if (!ical_line_is(&line, "PRIORITY"))
			continue;
		if (!text_to_int64(text_trim(line.value), 0, 9, &priority))
			return fault_make(r->arena, FAULT_BAD_DATA, "PRIORITY",
					  "PRIORITY is a number from 0 to 9.");
		part->rank = priority == 0 ? RANK_NONE : (int)priority;
	}
	return arena_check(r->arena);
}

/* What it covers: DTSTART, and DTEND or DURATION (§3.1). */
static const struct fault *read_bounds(struct reader *r, size_t block,
				       struct availability_part *part)
{
	struct ical_object *o;
	const struct ical_item *item;
	struct buf text;
	const struct fault *f;

	object_begin(r, &text);
	buf_put_text(&text, text_of(r->raw.at + r->blocks.at[block].begin,
				    r->blocks.at[block].end - r->blocks.at[block].begin));
	f = object_end(r, &text, &o);
	if (f)
		return f;
	item = &o->items[0];
	if (item->has_duration && !item->dtstart.present)
		return refuse(r, "A DURATION is counted from a DTSTART (RFC 7953 §3.1).");
	if (item->dtstart.present)
		part->start = ical_time_utc(&item->dtstart, zone_utc());
	if (item->dtend.present)
		part->end = ical_time_utc(&item->dtend, zone_utc());
	if (item->has_duration)
		part->end = zone_later(item->dtstart.zone, part->start, item->duration);
	return NULL;
}

static const struct fault *read_part(struct reader *r, size_t block)
{
	struct availability_part *part = &r->out->parts[r->out->count++];
	size_t *available = NULL;
	size_t count = 0;
	const struct fault *f;

	*part = (struct availability_part){
		.start = TIME_MIN,
		.end = TIME_MAX,
		.rank = RANK_NONE,
		.closed = AVAILABILITY_UNAVAILABLE,
	};
	if ((f = read_words(r, block, part)) || (f = read_bounds(r, block, part)) ||
	    (f = find_available(r, block, &available, &count)))
		return f;
	return read_all_available(r, available, count, part);
}

/* ---- the object ------------------------------------------------------------------------------ */

/* One VCALENDAR around all. */
static bool is_calendar(const struct ical_blocks *b)
{
	return b->count > 0 && !b->has_stray && ical_block_is(&b->at[0], "VCALENDAR") &&
	       b->at[0].next == b->count;
}

static const struct fault *read_zones(struct reader *r, size_t *parts_out)
{
	const struct ical_block *at = r->blocks.at;

	*parts_out = 0;
	for (size_t b = 1; b < r->blocks.count; b = at[b].next) {
		if (ical_block_is(&at[b], "VTIMEZONE"))
			buf_put(&r->zones, r->raw.at + at[b].begin, at[b].end - at[b].begin);
		else if (ical_block_is(&at[b], "VAVAILABILITY"))
			++*parts_out;
		else
			return refuse(r, "Availability is told by VAVAILABILITY alone.");
	}
	if (*parts_out == 0)
		return refuse(r, "There is no VAVAILABILITY.");
	if (*parts_out > AVAILABILITY_PARTS_MAX)
		return refuse(r, "There are too many VAVAILABILITY.");
	return NULL;
}

static int compare_rank(const void *a, const void *b)
{
	const struct availability_part *x = a, *y = b;

	return x->rank - y->rank;
}

static const struct fault *read_parts(struct reader *r)
{
	const struct ical_block *at = r->blocks.at;
	const struct fault *f;
	size_t count;

	buf_init(&r->zones, r->arena, 1024, AVAILABILITY_BYTES_MAX);
	f = read_zones(r, &count);
	if (f)
		return f;
	r->out->parts = arena_alloc_array(r->arena, count, sizeof(*r->out->parts));
	for (size_t b = 1; b < r->blocks.count && !f; b = at[b].next)
		if (ical_block_is(&at[b], "VAVAILABILITY"))
			f = read_part(r, b);
	qsort(r->out->parts, r->out->count, sizeof(*r->out->parts), compare_rank);
	return f ? f : arena_check(r->arena);
}

const struct fault *availability_read(struct arena *a, struct text raw, struct availability **out)
{
	struct reader r = {.arena = a, .raw = text_trim(raw)};
	const struct fault *f = ical_guard_bytes(a, r.raw, AVAILABILITY_BYTES_MAX);

	*out = r.out = arena_alloc(a, sizeof(**out));
	if (!f)
		f = ical_guard_blocks(a, r.raw, true, BLOCKS_MAX, &r.blocks);
	if (f)
		return f;
	if (!is_calendar(&r.blocks))
		return fault_make(a, FAULT_BAD_DATA, NULL, "One VCALENDAR is wanted.");
	return read_parts(&r);
}
