/*
 * schedule_rights - who sends in whose name, and who is let through (RFC 6638 §6)
 *
 * Who saves what another one owns speaks for the owner: that wants a privilege at the owner's
 * outbox (§6.2), and what is sent says by whom (SENT-BY, RFC 5545 §3.2.18). Answers to it go to the
 * owner. Who is spoken to may have denied it, by an entry at their home (§6.1).
 */
#include "calendar/rights.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"

static bool is_of_attendee(enum itip_method m)
{
	return m == ITIP_REPLY || m == ITIP_COUNTER || m == ITIP_REFRESH;
}

/* ---- for another one ------------------------------------------------------------------------ */

static const struct fault *may_not_send(struct change *c, struct db *db, int64_t owner,
					unsigned missing)
{
	bool invites = (missing & RIGHT_SEND_INVITE) != 0;
	struct owner *o;
	const struct fault *f = owner_get(db, c->arena, owner, &o);

	if (f)
		return f;
	return fault_make(c->arena, FAULT_FORBIDDEN,
			  arena_printf(c->arena, "schedule-send-%s %.*s",
				       invites ? "invite" : "reply",
				       TEXT_ARG(o ? o->name : TEXT_NONE)),
			  "%s, and you may not send for whose calendar it is.",
			  invites ? "Others are invited" : "The organizer would be answered");
}

const struct fault *schedule_may_send(struct change *c, struct db *db, int64_t owner,
				      unsigned needs)
{
	struct rights_asker who = {.principal = c->actor};
	unsigned may;
	const struct fault *f = NULL;

	if (!needs || c->actor == 0 || c->actor == owner)
		return NULL;
	f = rights_of(db, c->arena, &who, owner, 0, &may);
	if (f || !(needs & ~may))
		return f;
	return may_not_send(c, db, owner, needs & ~may);
}

const struct fault *schedule_may_bury(struct change *c, struct db *db,
				      const struct collection *gone)
{
	bool is_shared = false;
	const struct fault *f = NULL;

	if (c->actor == 0 || c->actor == gone->owner)
		return NULL;
	f = object_has_scheduled(db, c->arena, gone->owner, gone->id, &is_shared);
	if (f || !is_shared)
		return f;
	return schedule_may_send(c, db, gone->owner, RIGHT_SEND_INVITE | RIGHT_SEND_REPLY);
}

static const struct fault *read_address(struct schedule_voice *v)
{
	struct text *all;
	size_t count;
	const struct fault *f;

	if (v->is_read)
		return NULL;
	v->is_read = true;
	f = owner_addresses(v->db, v->c->arena, v->c->actor, &all, &count);
	if (!f && count > 0)
		v->address = all[0];
	return f;
}

/* Many recipients may be sent the same. */
static void sign(struct schedule_voice *v, struct itip_message *m)
{
	if (m->text.at != v->unsigned_at) {
		v->unsigned_at = m->text.at;
		v->signed_text =
			itip_message_sent_by(v->c->arena, m->text,
					     is_of_attendee(m->method) ? "ATTENDEE" : "ORGANIZER",
					     v->from, v->address);
	}
	m->text = v->signed_text;
}

const struct fault *schedule_speak(struct schedule_voice *v, struct itip_message *m)
{
	const struct fault *f;

	if (v->c->actor == 0 || v->c->actor == v->plan->owner)
		return NULL;
	if (!m->quiet)
		v->plan->sends |= is_of_attendee(m->method) ? RIGHT_SEND_REPLY : RIGHT_SEND_INVITE;
	f = schedule_may_send(v->c, v->db, v->plan->owner, v->plan->sends);
	if (!f)
		f = read_address(v);
	if (!f && v->address.len > 0)
		sign(v, m);
	return f;
}

void schedule_tell_who(const struct schedule_voice *v, struct schedule_delivery *d)
{
	if (v->address.len > 0)
		d->why =
			arena_printf(v->c->arena, "%s Sent by %.*s.", d->why, TEXT_ARG(v->address));
}

/* ---- to another one ------------------------------------------------------------------------- */

const struct fault *schedule_is_denied(struct db *db, struct arena *a,
				       const struct schedule_delivery *d, bool *out)
{
	struct rights_asker who = {.principal = d->sender};

	return rights_denied(db, a, &who, d->owner,
			     is_of_attendee(d->method) ? RIGHT_DELIVER_REPLY : RIGHT_DELIVER_INVITE,
			     out);
}

/* Whoever is of this store lets others send by rights here, and by nothing else. */
static const struct fault *may_stand_in(struct db *db, struct arena *a, struct text from,
					const struct ical_attendee *p, unsigned needs, bool *out)
{
	const struct text both[] = {ical_address(a, p->address), from};
	int64_t ids[] = {0, 0};
	struct owner_match *here;
	unsigned may = 0;
	size_t count;
	const struct fault *f = owner_match_addresses(db, a, both, ARRAY_LEN(both), &here, &count);

	for (size_t i = 0; i < count && !f; i++)
		ids[text_equal(here[i].address, from)] = here[i].id;
	if (!f && ids[0] && ids[1]) {
		struct rights_asker who = {.principal = ids[1]};

		f = rights_of(db, a, &who, ids[0], 0, &may);
	}
	*out = !ids[0] || ids[0] == ids[1] || (may & needs);
	return f;
}

const struct fault *schedule_is_deposed(struct db *db, struct arena *a, struct text from,
					const struct ical_object *stored, bool *out)
{
	const struct fault *f = NULL;
	bool may = true;

	for (size_t i = 0; i < stored->item_count && may && !f; i++) {
		const struct ical_item *item = &stored->items[i];

		if (item->has_organizer &&
		    ical_address_is_among(a, item->organizer.sent_by, &from, 1))
			f = may_stand_in(db, a, from, &item->organizer, RIGHT_SEND_INVITE, &may);
		for (size_t n = 0; n < item->attendee_count && may && !f; n++)
			if (ical_address_is_among(a, item->attendees[n].sent_by, &from, 1))
				f = may_stand_in(db, a, from, &item->attendees[n], RIGHT_SEND_REPLY,
						 &may);
	}
	*out = !may;
	return f;
}

const struct fault *schedule_verify_denials(struct change *c, struct db *db,
					    const struct schedule_plan *plan, int64_t owner)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < plan->delivery_count && !f; i++) {
		const struct schedule_delivery *d = plan->deliveries[i];
		bool denied;

		if (d->owner != owner || d->is_quiet)
			continue;
		f = schedule_is_denied(db, c->arena, d, &denied);
		if (!f && denied != d->is_denied)
			f = change_is_stale(c);
	}
	return f;
}
