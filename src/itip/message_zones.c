/*
 * message_zones - the VTIMEZONEs of a message
 *
 * "MUST be present if any date/time refers to a timezone" (RFC 5546 §3.1.2); others are left out,
 * as programs of clients store dozens. Where an object names a zone without bringing it (RFC 7809),
 * a short one of our own is added: mail never names a zone by reference (interop §6, §8).
 */
#include "base/arena.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"
#include "itip/message_priv.h"

static const struct itip_zone_use *find_use(const struct itip_zones *z, struct text tzid)
{
	struct text name = ical_tzid(z->arena, tzid);

	for (size_t i = 0; i < z->count; i++)
		if (text_equal(ical_tzid(z->arena, z->at[i].tzid), name))
			return &z->at[i];
	return NULL;
}

void itip_zones_note(struct itip_zones *z, const struct ical_time *t)
{
	if (!t->present || t->form != TIME_ZONED || find_use(z, t->tzid))
		return;
	if (z->count == z->cap) {
		size_t cap = z->cap ? 2 * z->cap : 4;
		struct itip_zone_use *at = arena_alloc_array(z->arena, cap, sizeof(*at));

		if (z->count > 0)
			memcpy(at, z->at, z->count * sizeof(*at));
		z->at = at;
		z->cap = cap;
	}
	z->at[z->count++] = (struct itip_zone_use){
		.tzid = t->tzid,
		.zone = t->zone,
		.utc = t->zone ? zone_to_utc(t->zone, t->seconds) : t->seconds,
	};
}

static void note_dates(struct itip_zones *z, const struct ical_dates *d)
{
	for (size_t i = 0; i < d->count; i++)
		itip_zones_note(z, &d->at[i]);
}

void itip_zones_note_times(struct itip_zones *z, const struct ical_item *item)
{
	itip_zones_note(z, &item->dtstart);
	itip_zones_note(z, &item->dtend);
	itip_zones_note(z, &item->due);
	itip_zones_note(z, &item->recurrence_id);
}

void itip_zones_note_item(struct itip_zones *z, const struct ical_item *item)
{
	itip_zones_note_times(z, item);
	note_dates(z, &item->rdates);
	note_dates(z, &item->exdates);
	for (size_t i = 0; i < item->period_count; i++)
		itip_zones_note(z, &item->periods[i].start);
}

/* The TZID of a VTIMEZONE of the object; NULL-text where the block is none. */
static struct text tzid_of_block(struct arena *a, const struct ical_object *o, size_t block)
{
	struct ical_walk w;
	struct ical_line l;

	if (o->blocks.at[block].depth != 2 || !ical_block_is(&o->blocks.at[block], "VTIMEZONE"))
		return TEXT_NONE;
	ical_walk_begin(&w, a, o->raw, &o->blocks, block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "TZID"))
			return ical_tzid(a, l.value);
	return TEXT("");
}

static const struct ical_block *find_block(struct arena *a, const struct ical_object *o,
					   struct text tzid)
{
	for (size_t i = 1; i < o->blocks.count; i = o->blocks.at[i].next)
		if (text_equal(tzid_of_block(a, o, i), ical_tzid(a, tzid)))
			return &o->blocks.at[i];
	return NULL;
}

const struct itip_zone_use *itip_zones_find(const struct itip_zones *z, const struct ical_object *o,
					    size_t block)
{
	struct text tzid = tzid_of_block(z->arena, o, block);

	return tzid.at ? find_use(z, tzid) : NULL;
}

void itip_zones_write(const struct itip_zones *z, const struct ical_object *o, struct buf *out)
{
	for (size_t i = 0; i < z->count; i++) {
		const struct itip_zone_use *use = &z->at[i];
		const struct ical_block *b = find_block(z->arena, o, use->tzid);

		if (b)
			buf_put(out, o->raw.at + b->begin, b->end - b->begin);
		else if (use->zone)
			zone_put_vtimezone(out, use->zone, use->tzid, use->utc);
	}
}

/* Content lines one by one, as an edit takes them. */
static void insert_lines(struct ical_edit *e, struct arena *a, size_t at, struct text lines)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, lines, &pos, &l)) {
		char *line = arena_printf(a, "%.*s%.*s:%.*s", TEXT_ARG(l.name), TEXT_ARG(l.params),
					  TEXT_ARG(l.value));

		ical_edit_insert_line(e, at, text_from(line));
	}
}

void itip_zones_edit(const struct itip_zones *z, const struct ical_object *o, struct ical_edit *e)
{
	struct buf missing;

	for (size_t i = 1; i < o->blocks.count; i = o->blocks.at[i].next) {
		const struct ical_block *b = &o->blocks.at[i];
		struct text tzid = tzid_of_block(z->arena, o, i);

		if (tzid.at && !find_use(z, tzid))
			ical_edit_remove(e, b->begin, b->end);
	}
	buf_init(&missing, z->arena, 0, ICAL_MAX_SIZE_BYTES);
	for (size_t i = 0; i < z->count; i++)
		if (z->at[i].zone && !find_block(z->arena, o, z->at[i].tzid))
			zone_put_vtimezone(&missing, z->at[i].zone, z->at[i].tzid, z->at[i].utc);
	insert_lines(e, z->arena, o->blocks.at[1].begin, buf_text(&missing));
}
