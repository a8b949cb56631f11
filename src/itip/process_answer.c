/* process_answer - REFRESH, COUNTER and DECLINECOUNTER, and what is sent back. */
#include "base/arena.h"
#include "itip/organizer.h"
#include "itip/process_priv.h"

static void send(struct itip_work *w, enum itip_method method, struct text recipient,
		 struct text message, const char *why)
{
	struct itip_message *m = arena_alloc(w->arena, sizeof(*m));

	*m = (struct itip_message){
		.method = method,
		.says = method == ITIP_REQUEST ? ITIP_SAYS_ALL : ITIP_SAYS_MORE,
		.recipient = recipient,
		.text = message,
		.why = why,
	};
	w->out->answers = m;
	w->out->answer_count = 1;
}

static bool is_invited(struct itip_work *w)
{
	const struct ical_object *o = w->in->stored;

	for (size_t i = 0; i < o->item_count; i++)
		if (itip_attendee_in(w->arena, &o->items[i], &w->sender))
			return true;
	return false;
}

static const struct fault *not_invited(struct itip_work *w)
{
	return itip_work_ignore(w, "3.8",
				"The sender is not invited, so is told nothing (RFC 5546 §6.1.6).");
}

/* What the METHOD needs, and no more (RFC 5546 §3.2.6). */
static struct text refresh_message(struct itip_work *w)
{
	struct itip_short s = {
		.method = ITIP_REFRESH,
		.message = w->in->message,
		.organizer = itip_organizer_of(w->in->stored ? w->in->stored : w->in->message),
		.attendee = w->in->user->addresses[0],
		.now = w->in->now,
	};

	return itip_message_short(w->arena, &s);
}

/* ---- to the organizer -------------------------------------------------------------------- */

void itip_work_ask(struct itip_work *w, const char *why)
{
	if (w->in->user->count > 0)
		send(w, ITIP_REFRESH, w->in->sender, refresh_message(w), why);
}

const struct fault *itip_process_ask(struct itip_work *w)
{
	static const char why[] = "Something before it was missed, or it adds what repeats, so the "
				  "organizer is asked for the whole (RFC 5546 §3.2.4).";

	(void)itip_work_ignore(w, "1.2", why);
	itip_work_ask(w, why);
	return NULL;
}

/* ---- to an attendee ---------------------------------------------------------------------- */

/* The sender is told of what stands. */
static const struct fault *send_request(struct itip_work *w, const char *why)
{
	struct text message;
	const struct fault *f = itip_message_write(w->arena, w->in->stored->raw, TEXT("REQUEST"),
						   w->in->sender, w->in->now, &message);

	if (f)
		return f;
	(void)itip_work_ignore(w, "1.2", why);
	send(w, ITIP_REQUEST, w->in->sender, message, why);
	return NULL;
}

const struct fault *itip_work_send_invitations(struct itip_work *w)
{
	struct itip_message *all;
	const struct fault *f;

	if (w->invited_count == 0)
		return NULL;
	all = arena_alloc_array(w->arena, w->invited_count, sizeof(*all));
	for (size_t i = 0; i < w->invited_count; i++) {
		all[i] = (struct itip_message){.method = ITIP_REQUEST,
					       .says = ITIP_SAYS_FIRST,
					       .recipient = w->invited[i],
					       .why = "An attendee has handed it on, or a delegate "
						      "back (RFC 5546 §3.2.2.3, "
						      "§4.2.7)."};
		if ((f = itip_message_write(w->arena, w->out->object, TEXT("REQUEST"),
					    w->invited[i], w->in->now, &all[i].text)))
			return f;
	}
	w->out->answers = all;
	w->out->answer_count = w->invited_count;
	return NULL;
}

static bool is_called_off(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].status != STATUS_CANCELLED)
			return false;
	return true;
}

/* The instance that is asked for; false: all of it, or one that takes place. */
static bool is_instance_off(struct itip_work *w, int64_t *id_out)
{
	const struct ical_item *asked = &w->in->message->items[0];
	const struct itip_instance *found;
	struct itip_instances mine;

	if (!asked->recurrence_id.present)
		return false;
	*id_out = itip_instance_id(w->in->stored, &asked->recurrence_id);
	itip_instances(w->arena, w->in->stored, &mine);
	found = itip_instance_find(&mine, *id_out);
	return found && found->id == *id_out && !found->is_master &&
	       (!found->item || found->item->status == STATUS_CANCELLED);
}

/* "Unless it has been cancelled, in which case the Organizer MUST send a CANCEL" (§3.4.6). */
static const struct fault *send_cancel(struct itip_work *w, const int64_t *id)
{
	static const char why[] = "An attendee asked for what is cancelled (RFC 5546 §3.4.6).";
	struct itip_which which = {.ids = id, .count = 1};
	struct text message;
	const struct fault *f =
		id ? itip_message_cancel_instances(w->arena, w->in->stored, w->in->sender, &which,
						   w->in->now, &message)
		   : itip_message_write(w->arena, w->in->stored->raw, TEXT("CANCEL"), w->in->sender,
					w->in->now, &message);

	if (f)
		return f;
	(void)itip_work_ignore(w, "1.2", why);
	send(w, ITIP_CANCEL, w->in->sender, message, why);
	return NULL;
}

const struct fault *itip_process_refresh(struct itip_work *w)
{
	int64_t id;

	if (!is_invited(w))
		return not_invited(w);
	if (is_called_off(w->in->stored))
		return send_cancel(w, NULL);
	if (is_instance_off(w, &id))
		return send_cancel(w, &id);
	return send_request(w, "An attendee asked for what stands (RFC 5546 §3.2.6).");
}

static const struct fault *decline_counter(struct itip_work *w, const char *why)
{
	struct text message = itip_counter_decline(w->arena, w->in->stored, w->in->message,
						   w->in->sender, TEXT_NONE, w->in->now);

	(void)itip_work_ignore(w, "1.2", why);
	send(w, ITIP_DECLINECOUNTER, w->in->sender, message, why);
	return NULL;
}

const struct fault *itip_process_counter(struct itip_work *w)
{
	struct itip_proposal *p = arena_alloc(w->arena, sizeof(*p));

	if (!is_invited(w))
		return not_invited(w);
	if (itip_counter_is_unwanted(w->arena, w->in->stored))
		return decline_counter(w, "The organizer takes no proposals for this "
					  "(X-MICROSOFT-DISALLOW-COUNTER).");
	if (!itip_counter_read(w->arena, w->in->stored, w->in->message, &w->sender, p))
		return itip_work_ignore(w, "5.1",
					"It is about an instance that does not take place, or a "
					"time that cannot be (RFC 5546 §3.2.7).");
	if (p->is_outdated)
		return send_request(w, "It proposes another time for what has been rescheduled "
				       "since, so its sender is told of that (RFC 5546 §2.1.5).");
	(void)itip_work_note(w,
			     "A proposal, kept for the organizer, who accepts it by rescheduling, "
			     "or declines (RFC 5546 §3.2.7).");
	w->out->proposal = p;
	return NULL;
}

const struct fault *itip_process_declinecounter(struct itip_work *w)
{
	return itip_work_note(w, "The organizer stays with what was planned (RFC 5546 §3.2.8).");
}
