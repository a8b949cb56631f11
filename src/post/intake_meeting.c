/* intake_meeting - what a scheduling message makes of a calendar. See intake_priv.h. */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "booking/book.h"
#include "calendar/schedule.h"
#include "ical/address.h"
#include "store/booking.h"

enum { MEETING_ATTEMPTS = 4 };

/* ---- what only a person may decide ------------------------------------------------------------
 */

static bool is_new(const struct intake *in)
{
	return (in->method == ITIP_REQUEST || in->method == ITIP_ADD) && !in->stored &&
	       !in->is_vouched;
}

/* An invitation to something new: whose reach the calendar is the operator's to say. */
static const struct fault *may_invite(struct intake *in, const char **why_not_out)
{
	bool known = true;
	const struct fault *f = NULL;

	*why_not_out = NULL;
	if (!is_new(in))
		return NULL;
	switch (in->post->invitations) {
	case POST_INVITED_BY_ANYONE: return NULL;
	case POST_INVITED_BY_NOBODY: known = false; break;
	case POST_INVITED_BY_KNOWN:
		f = mail_is_of_known(in->db, in->arena, in->to.owner, in->speaker, &known);
		break;
	}
	if (!known)
		*why_not_out = "It invites to something new, by somebody whom this calendar has "
			       "not met.";
	return f;
}

/* Strangers bring so much a day and no more: their meetings take the host's time (case C6). */
static const struct fault *count_stranger(struct intake *in, struct change *c,
					  const char **why_not_out)
{
	struct text notes[2];
	bool known;
	const struct fault *f =
		mail_is_of_known(in->db, in->arena, in->to.owner, in->speaker, &known);

	if (f || known)
		return f;
	f = intake_quota(in, "invitation", in->to.owner, in->speaker, DAY_SECONDS,
			 in->post->invitations_of_one, &notes[0]);
	if (!f)
		f = intake_quota(in, "invitation", in->to.owner, TEXT_NONE, DAY_SECONDS,
				 in->post->invitations_of_all, &notes[1]);
	for (size_t i = 0; i < ARRAY_LEN(notes) && !f && !*why_not_out; i++) {
		const struct change_mail m = {
			.owner = in->to.owner, .digest = notes[i], .outcome = INTAKE_APPLIED};

		if (notes[i].len == 0)
			*why_not_out = "Strangers have sent more invitations than a day may have.";
		else
			f = change_settle_mail(c, &m);
	}
	return f;
}

/* Does it hand the invitation on, by the line that iTIP goes by? */
static bool delegates(struct intake *in)
{
	const struct itip_user who = {.addresses = &in->speaker, .count = 1};

	for (size_t i = 0; in->method == ITIP_REPLY && i < in->message->item_count; i++) {
		const struct ical_item *item = &in->message->items[i];
		const struct ical_attendee *own = itip_attendee_in(in->arena, item, &who);

		/* Of a deputy it is another's. */
		for (size_t n = 0; n < item->attendee_count; n++)
			if ((!own || own == &item->attendees[n]) &&
			    text_equal_nocase(text_trim(item->attendees[n].partstat),
					      TEXT("DELEGATED")))
				return true;
	}
	return false;
}

/*
 * Who hands an invitation on has us write to whomever they name, as many as they like and each of
 * those again. Of a meeting the host says so. A booking was made by anybody, so that its page
 * would write to anybody (decisions 25): there nobody comes in, whoever wants it.
 */
static const struct fault *may_hand_on(struct intake *in, const char **why_not_out)
{
	struct booking *all;
	size_t count = 0;
	const struct fault *f;

	*why_not_out = NULL;
	if (!delegates(in))
		return NULL;
	f = booking_list_by_uid(in->db, in->arena, in->to.owner, in->message->uid, &all, &count);
	if (count > 0)
		*why_not_out = "A booking is its invitee's own: it cannot be handed on.";
	else if (!in->post->take_crashers && !in->is_vouched)
		*why_not_out = "It hands the invitation on to somebody who was not invited.";
	return f;
}

/* The reason for which a message that is proved waits all the same; NULL: it does not. */
static const char *waits(const struct intake *in, const struct schedule_incoming *s)
{
	bool refused = text_equal(text_from(s->status), TEXT("3.8"));

	return !s->is_taken && refused && !in->is_vouched ? s->why : NULL;
}

/* ---- a booking that waits for its invitee ------------------------------------------------------
 */

/*
 * Who answers what was sent to an address reads the mail that goes there (decisions 25). That
 * From says so proves nothing of the kind: whoever booked knows the UID as well.
 */
static const struct fault *confirm_address(struct intake *in)
{
	const struct booking *waiting = NULL;
	struct booking *all, after;
	struct change *c = NULL;
	size_t count;
	const struct fault *f = booking_list_by_uid(in->db, in->arena, in->to.owner,
						    in->message->uid, &all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (booking_awaits_invitee(&all[i]) &&
		    text_equal(ical_address(in->arena, all[i].invitee_email), in->speaker))
			waiting = &all[i];
	if (f || !waiting)
		return f;
	f = book_prepare_confirm_address(in->post->desk, in->db, in->arena, waiting, in->now, &c,
					 &after);
	return f || !c ? f : change_run(c);
}

static bool accepts(struct intake *in)
{
	const struct itip_user who = {.addresses = &in->speaker, .count = 1};
	const struct ical_attendee *me = itip_attendee_in(in->arena, &in->message->items[0], &who);

	return in->method == ITIP_REPLY && me && text_equal_nocase(me->partstat, TEXT("ACCEPTED"));
}

/* ---- the change ------------------------------------------------------------------------------ */

static const struct fault *try_once(struct intake *in, struct schedule_incoming *s,
				    const char **waits_out)
{
	struct change *c = change_open(in->post->calendar, in->arena, CHANGE_ITIP, in->now);
	const struct fault *f;

	*s = (struct schedule_incoming){
		.owner = in->to.owner,
		.message = in->said.calendar,
		.sender = in->speaker,
		.take_crashers = in->post->take_crashers || in->is_vouched,
	};
	f = schedule_incoming(c, s);
	*waits_out = f ? NULL : waits(in, s);
	if (!f && !*waits_out && is_new(in))
		f = count_stranger(in, c, waits_out);
	if (!f && *waits_out)
		f = fault_make(in->arena, FAULT_FORBIDDEN, NULL, "%s", *waits_out);
	if (!f)
		f = intake_settle_with(in, c, s->is_taken ? INTAKE_APPLIED : INTAKE_IGNORED);
	return change_run_unless(c, f);
}

/* What is wrong with it, or with the calendar, is for a person to see. */
static const struct fault *refused(struct intake *in, const struct fault *f)
{
	if (fault_row(f->code)->http_status >= 500)
		return f;
	in->is_quoted = true;
	return intake_keep(in, KEPT_UNVERIFIED, f->message);
}

static const struct fault *apply(struct intake *in)
{
	struct schedule_incoming s = {.owner = 0};
	const char *why = NULL;
	bool done = false;
	const struct fault *f = NULL, *failed;

	for (int i = 0; i < MEETING_ATTEMPTS; i++) {
		f = try_once(in, &s, &why);
		if (!f) {
			intake_settled(in, s.is_taken ? INTAKE_APPLIED : INTAKE_IGNORED, s.why);
			return NULL;
		}
		if (why)
			return intake_keep(in, KEPT_UNVERIFIED, why);
		if (!fault_is(f, FAULT_CONFLICT))
			break;
		/* Somebody was quicker: with the meeting, or with this very message. */
		failed = in->kept.len > 0 ? NULL : intake_was_settled(in, &done);
		if (failed || done)
			return failed;
	}
	return refused(in, f);
}

/* Of a signature that is wrong its own reason, which says more. */
static const char *why_unproved(const struct intake *in, const struct intake_rule *rule)
{
	const struct mail_signature *s = in->part->signature;

	return s && s->verdict == MAIL_FAIL ? s->why : rule->unproved;
}

const struct fault *intake_meeting(struct intake *in, const struct intake_rule *rule)
{
	const char *why_not;
	const struct fault *f;

	if (in->proof == INTAKE_UNPROVED)
		return intake_keep(in, KEPT_UNVERIFIED, why_unproved(in, rule));
	f = may_invite(in, &why_not);
	if (!f && !why_not)
		f = may_hand_on(in, &why_not);
	if (f)
		return f;
	if (why_not)
		return intake_keep(in, KEPT_UNVERIFIED, why_not);
	if (in->proof > INTAKE_BY_FROM && accepts(in))
		f = confirm_address(in);
	return f ? f : apply(in);
}
