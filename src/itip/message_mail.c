/*
 * message_mail - a message as programs read it that know it from mail alone
 *
 * A server that takes a message in reads all of what RFC 5545 allows; mail programs read less
 * (interop §6). So zones that the zone database knows are told by the two-rule form, whatever the
 * program of the organizer wrote: Outlook takes a zone from DTSTART and RRULE and does not know
 * one by its name, and what is written of one with RDATEs or since 1601 is an hour off. It is the
 * zone by which this server reads the times (zone.h), so nothing moves. And whoever is asked finds
 * that said on their ATTENDEE: what RFC 5545 §3.2 takes for said has no buttons in Gmail.
 */
#include "base/arena.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"
#include "itip/message_priv.h"
#include "itip/params.h"

struct mailed {
	struct arena *arena;
	const struct ical_object *message;
	struct text recipient; /* as ical_address() makes it */
	struct itip_zones zones;
	struct buf out;
};

/* ---- zones --------------------------------------------------------------------------------- */

/* Of a series the rules of today count: those it began by may be long past. */
static void note_zones(struct mailed *m)
{
	const struct ical_object *o = m->message;
	int64_t stamp = o->items[0].dtstamp.present ? o->items[0].dtstamp.seconds : TIME_MIN;
	bool recurs = false;

	for (size_t i = 0; i < o->item_count; i++) {
		recurs = recurs || o->items[i].has_rule;
		itip_zones_note_item(&m->zones, &o->items[i]);
	}
	for (size_t i = 0; recurs && i < m->zones.count; i++)
		m->zones.at[i].utc = max64(m->zones.at[i].utc, stamp);
}

/* The VTIMEZONE that this line begins, if the zone database knows it; NULL otherwise. */
static const struct ical_block *known_zone(struct mailed *m, const struct ical_line *l,
					   const struct itip_zone_use **use_out)
{
	const struct ical_blocks *blocks = &m->message->blocks;
	size_t i = 1;

	if (!ical_line_is(l, "BEGIN") || !text_equal_nocase(l->value, TEXT("VTIMEZONE")))
		return NULL;
	while (i < blocks->count && blocks->at[i].begin != l->begin)
		i = blocks->at[i].next;
	if (i >= blocks->count)
		return NULL;
	*use_out = itip_zones_find(&m->zones, m->message, i);
	return *use_out && zone_find_any((*use_out)->tzid) ? &blocks->at[i] : NULL;
}

/* ---- who is asked -------------------------------------------------------------------------- */

static bool is_asked(struct mailed *m, const struct ical_line *l)
{
	return text_equal_nocase(m->message->method, TEXT("REQUEST")) &&
	       ical_line_is(l, "ATTENDEE") &&
	       ical_address_is_among(m->arena, l->value, &m->recipient, 1);
}

/* What is there stays: nobody is asked who has answered, or who was not to be (RSVP=FALSE). */
static struct text asked_line(struct mailed *m, const struct ical_line *l)
{
	struct text partstat = ical_line_param(m->arena, l, "PARTSTAT");
	struct text role = ical_line_param(m->arena, l, "ROLE");
	struct text rsvp = ical_line_param(m->arena, l, "RSVP");
	struct itip_param all[3];
	size_t count = 0;

	if (!role.at)
		all[count++] = (struct itip_param){"ROLE", TEXT("REQ-PARTICIPANT")};
	if (!partstat.at)
		all[count++] = (struct itip_param){"PARTSTAT", TEXT("NEEDS-ACTION")};
	if (!rsvp.at && !text_equal_nocase(role, TEXT("NON-PARTICIPANT")) &&
	    (!partstat.at || text_equal_nocase(partstat, TEXT("NEEDS-ACTION"))))
		all[count++] = (struct itip_param){"RSVP", TEXT("TRUE")};
	return itip_params_set(m->arena, l, all, count);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void put_line(struct mailed *m, const struct ical_line *l)
{
	struct buf line;

	if (!l->value.at)
		return;
	if (is_asked(m, l)) {
		ical_put_line(&m->out, asked_line(m, l));
		return;
	}
	buf_init(&line, m->arena, l->end - l->begin, ICAL_MAX_SIZE_BYTES);
	buf_put_text(&line, l->name);
	buf_put_text(&line, l->params);
	buf_put_char(&line, ':');
	buf_put_text(&line, l->value);
	ical_put_line(&m->out, buf_text(&line));
}

const struct fault *itip_message_for_mail(struct arena *a, struct text message,
					  struct text recipient, struct text *out,
					  enum ical_component *type_out)
{
	const struct itip_zone_use *zone;
	const struct ical_block *block;
	struct ical_object *o;
	const struct fault *f = ical_object_parse(a, message, ICAL_FROM_STORE, &o);
	struct mailed m = {.arena = a, .message = o, .zones.arena = a};
	struct ical_line l;
	size_t pos = 0;

	if (f)
		return f;
	m.recipient = ical_address(a, recipient);
	buf_init(&m.out, a, message.len + message.len / 8, 2 * ICAL_MAX_SIZE_BYTES);
	note_zones(&m);
	while (ical_line_next(a, message, &pos, &l)) {
		block = known_zone(&m, &l, &zone);
		if (block) {
			zone_put_vtimezone(&m.out, zone->zone, zone->tzid, zone->utc);
			pos = block->end;
		} else {
			put_line(&m, &l);
		}
	}
	if (m.out.overflow)
		return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The message is too large for mail.");
	*out = buf_text(&m.out);
	*type_out = o->type;
	return arena_check(a);
}
