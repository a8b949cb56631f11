/*
 * intake_trust - whose word a message is, and what proves that. See intake_priv.h.
 *
 * A scheduling message speaks for one person: the attendee who answers, or the organizer who
 * invites (RFC 6047 §2.2, §3). It counts if it came to the address that only that attendee was
 * given, or if they have signed it, or if it is from them: From, or Sender, is their address, and
 * where mail.auth_server is set, the receiving server found that to be so (RFC 8601). Nothing else
 * of a message proves anything, least of all what it only passes on.
 */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "ical/address.h"
#include "ical/line.h"

const struct intake_rule *intake_rule_of(enum itip_method method)
{
	static const struct intake_rule rules[] = {
		{ITIP_REPLY, INTAKE_SPEAKS_ATTENDEE,
		 "It is not known to be from the attendee who answers."},
		{ITIP_COUNTER, INTAKE_SPEAKS_ATTENDEE,
		 "It is not known to be from the attendee who proposes."},
		{ITIP_REFRESH, INTAKE_SPEAKS_ATTENDEE,
		 "It is not known to be from the attendee who asks."},
		{ITIP_REQUEST, INTAKE_SPEAKS_ORGANIZER,
		 "It is not known to be from the organizer who invites."},
		{ITIP_ADD, INTAKE_SPEAKS_ORGANIZER,
		 "It is not known to be from the organizer who adds dates."},
		{ITIP_CANCEL, INTAKE_SPEAKS_ORGANIZER,
		 "It is not known to be from the organizer who cancels."},
		{ITIP_DECLINECOUNTER, INTAKE_SPEAKS_ORGANIZER,
		 "It is not known to be from the organizer who declines."},
		{ITIP_PUBLISH, INTAKE_SPEAKS_ANYBODY,
		 "It tells of something, and invites nobody (RFC 5546 §3.2.1)."},
	};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (rules[i].method == method)
			return &rules[i];
	return NULL;
}

/* ---- whose address it is ----------------------------------------------------------------------
 */

static bool is_attendee(struct intake *in, struct text address)
{
	const struct itip_user who = {.addresses = &address, .count = 1};

	for (size_t i = 0; i < in->message->item_count; i++)
		if (itip_attendee_in(in->arena, &in->message->items[i], &who))
			return true;
	return false;
}

/* Who the owner's own copy says sends for another one (SENT-BY, RFC 5546 §3.2.2.5). */
static bool is_deputy(struct intake *in, struct text address, bool of_organizer)
{
	for (size_t i = 0; in->stored && i < in->stored->item_count; i++) {
		const struct ical_item *item = &in->stored->items[i];

		if (of_organizer)
			return item->has_organizer &&
			       ical_address_is_among(in->arena, item->organizer.sent_by, &address,
						     1);
		for (size_t n = 0; n < item->attendee_count; n++)
			if (ical_address_is_among(in->arena, item->attendees[n].sent_by, &address,
						  1))
				return true;
	}
	return false;
}

static struct text domain_of(struct text address)
{
	ptrdiff_t at = text_find_char(address, '@', 0);

	return at < 0 ? TEXT_NONE : text_sub(address, (size_t)at + 1, address.len);
}

static struct text organizer_in(struct arena *a, const struct ical_object *o)
{
	const struct ical_attendee *organizer = o ? itip_organizer_of(o) : NULL;

	return organizer ? ical_address(a, organizer->address) : TEXT_NONE;
}

/* Did it come from a calendar at Google? */
static bool is_of_google(struct intake *in)
{
	struct ical_line l;
	size_t pos = 0;

	while (in->stored && ical_line_next(in->arena, in->stored->raw, &pos, &l))
		if (ical_line_is(&l, "PRODID"))
			return text_starts(text_trim(l.value), TEXT("-//Google Inc//"));
	return false;
}

/*
 * Google sends what another editor of a calendar does from addresses of its own, which stand in
 * Sender of what any of its users sends: of events elsewhere they say nothing.
 */
static bool is_editor(struct intake *in, struct text address, struct text organizer)
{
	return in->post->auth_server.len > 0 && is_of_google(in) &&
	       text_equal(domain_of(address), TEXT("google.com")) &&
	       text_equal(organizer_in(in->arena, in->stored), organizer);
}

/* May this address speak for whom the message speaks? */
static bool may_speak(struct intake *in, const struct intake_rule *rule, struct text address,
		      struct text organizer)
{
	if (address.len == 0)
		return false;
	if (rule->speaker == INTAKE_SPEAKS_ATTENDEE)
		return is_attendee(in, address) || is_deputy(in, address, false);
	return text_equal(address, organizer) || is_deputy(in, address, true) ||
	       is_editor(in, address, organizer);
}

/* ---- what proves it ---------------------------------------------------------------------------
 */

static enum intake_proof proof_of(struct intake *in, struct text address)
{
	/* Of several in From nobody can say who it is. */
	if (in->read->from_count > 1)
		return INTAKE_UNPROVED;
	/* It was changed, or is another's: that somebody signed it makes it no better. */
	if (in->part->signature && in->part->signature->verdict == MAIL_FAIL)
		return INTAKE_UNPROVED;
	if (in->part->is_signed && text_equal(ical_address(in->arena, in->read->from), address))
		return INTAKE_BY_SIGNATURE;
	if (in->post->auth_server.len == 0)
		return INTAKE_BY_FROM;
	return mail_authentication(in->arena, in->mail->message, in->post->auth_server, address) ==
			       MAIL_PASS
		       ? INTAKE_BY_SERVER
		       : INTAKE_UNPROVED;
}

/* The token's attendee, not their delegate; else From, then Sender, whoever of them is the one it
 * speaks for. */
static void prove_attendee(struct intake *in, const struct intake_rule *rule)
{
	const struct text senders[] = {in->said.sender, in->read->from, in->read->sender};

	in->speaker = ical_address(in->arena, in->said.sender);
	if (in->said.is_by_token && !in->said.is_delegate) {
		in->proof = INTAKE_BY_TOKEN;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(senders) && in->proof == INTAKE_UNPROVED; i++) {
		struct text address = ical_address(in->arena, senders[i]);

		if (!may_speak(in, rule, address, TEXT_NONE))
			continue;
		in->speaker = address;
		in->proof = proof_of(in, address);
	}
}

static void prove_organizer(struct intake *in, const struct intake_rule *rule)
{
	const struct text senders[] = {in->read->from, in->read->sender};
	struct text organizer = organizer_in(in->arena, in->message);

	/* A DECLINECOUNTER or CANCEL without one is about what is known. */
	if (organizer.len == 0)
		organizer = organizer_in(in->arena, in->stored);
	in->speaker = organizer;
	/* Who stands behind an alias that their provider writes (dialect.h). */
	if (in->said.sender.len > 0 && text_equal(in->said.sender, organizer))
		in->proof = proof_of(in, ical_address(in->arena, in->read->from));
	for (size_t i = 0; i < ARRAY_LEN(senders) && in->proof == INTAKE_UNPROVED; i++) {
		struct text address = ical_address(in->arena, senders[i]);

		if (may_speak(in, rule, address, organizer))
			in->proof = proof_of(in, address);
	}
}

/* Who looked at it has seen whose answer it is, where it is one person's. */
static void believe(struct intake *in, const struct intake_rule *rule)
{
	const struct ical_item *item = &in->message->items[0];

	in->proof = INTAKE_BY_HOST;
	if (rule->speaker == INTAKE_SPEAKS_ATTENDEE && !is_attendee(in, in->speaker) &&
	    item->attendee_count == 1)
		in->speaker = ical_address(in->arena, item->attendees[0].address);
}

void intake_prove(struct intake *in, const struct intake_rule *rule)
{
	in->proof = INTAKE_UNPROVED;
	switch (rule->speaker) {
	case INTAKE_SPEAKS_ATTENDEE: prove_attendee(in, rule); break;
	case INTAKE_SPEAKS_ORGANIZER: prove_organizer(in, rule); break;
	case INTAKE_SPEAKS_ANYBODY:
		in->speaker = organizer_in(in->arena, in->message);
		if (in->speaker.len == 0)
			in->speaker = ical_address(in->arena, in->read->from);
		break;
	}
	/* What is passed on says nothing of who passes it on; a token was known to who did. */
	if (in->part->is_forwarded)
		in->proof = INTAKE_UNPROVED;
	if (in->is_vouched)
		believe(in, rule);
}
