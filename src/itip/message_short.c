/*
 * message_short - messages of one component with no more than their METHOD needs
 *
 * A REFRESH names what its sender misses, a DECLINECOUNTER what it declines, and both say
 * nothing else of it (RFC 5546 §3.2.6, §3.2.8).
 */
#include <inttypes.h>

#include "base/arena.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "itip/draft.h"
#include "itip/message_priv.h"
#include "itip/params.h"

/* An address as it is written; ical_address() makes it from that again. */
static struct text written(struct arena *a, struct text address)
{
	if (text_find_char(address, ':', 0) >= 0 || text_starts(address, TEXT("/")))
		return address;
	return text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(address)));
}

static void put_copy(struct buf *b, const struct itip_part *from, const char *name)
{
	struct ical_line l;

	if (itip_part_find(from, name, &l))
		ical_put_line(b, itip_params_set(from->arena, &l, NULL, 0));
}

static void put_person(struct buf *b, struct arena *a, const char *name, struct text address)
{
	ical_put_line(b, text_from(arena_printf(a, "%s:%.*s", name, TEXT_ARG(address))));
}

static void put_comment(struct buf *b, struct arena *a, struct text comment)
{
	struct buf line;

	buf_init(&line, a, comment.len + 64, ICAL_MAX_LINE_BYTES);
	buf_put_lit(&line, "COMMENT:");
	ical_put_text(&line, comment);
	ical_put_line(b, buf_text(&line));
}

/* §3.2.8: which revision, which instance, and why not. */
static void put_declined(struct buf *b, const struct itip_short *s, const struct itip_part *from)
{
	const struct ical_item *item = &s->message->items[0];

	ical_put_line(b, text_from(arena_printf(from->arena, "SEQUENCE:%" PRId32, item->sequence)));
	put_copy(b, from, "RECURRENCE-ID");
	if (s->comment.len > 0)
		put_comment(b, from->arena, s->comment);
}

struct text itip_message_short(struct arena *a, const struct itip_short *s)
{
	const struct ical_item *item = &s->message->items[0];
	const char *component = ical_component_name(item->type);
	struct itip_zones zones = {.arena = a};
	struct itip_part from;
	struct buf b;

	itip_part_begin(&from, a, s->message, item);
	buf_init(&b, a, 512, ICAL_MAX_SIZE_BYTES);
	buf_printf(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\nMETHOD:%s\r\n",
		   itip_method_name(s->method));
	if (s->method == ITIP_DECLINECOUNTER && item->recurrence_id.present) {
		itip_zones_note(&zones, &item->recurrence_id);
		itip_zones_write(&zones, s->message, &b);
	}
	buf_printf(&b, "BEGIN:%s\r\n", component);
	put_copy(&b, &from, "UID");
	buf_put_lit(&b, "DTSTAMP:");
	time_put_utc(&b, s->now);
	buf_put_lit(&b, "\r\n");
	if (s->organizer)
		put_person(&b, a, "ORGANIZER", s->organizer->address);
	put_person(&b, a, "ATTENDEE", written(a, s->attendee));
	if (s->method == ITIP_DECLINECOUNTER)
		put_declined(&b, s, &from);
	buf_printf(&b, "END:%s\r\nEND:VCALENDAR\r\n", component);
	return buf_text(&b);
}
