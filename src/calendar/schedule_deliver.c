/*
 * schedule_deliver - each message to its recipient. See schedule_round_priv.h.
 *
 * For an owner of this store the message meets their copy at once: what itip/process.h makes of the
 * two is what will be written. For everybody else it is queued.
 */
#include "base/email.h"
#include "calendar/schedule_round_priv.h"

/* ---- what becomes of one -----------------------------------------------------------------------
 */

static const struct fault *take_outcome(struct schedule_round *r, struct schedule_delivery *d,
					struct schedule_copy *copy, const struct itip_outcome *out)
{
	if (out->action != ITIP_STORE)
		return NULL;
	if (copy->calendar == 0)
		return schedule_decide(d, "5.1",
				       "They have no calendar that takes such an object.");
	copy->keeps_tag = out->keeps_tag && (!copy->changed || copy->keeps_tag);
	copy->changed = true;
	return schedule_share_read(r->share, out->object, ICAL_FROM_STORE, &copy->is);
}

static const struct fault *add_item(struct schedule_round *r, const struct schedule_delivery *d,
				    struct schedule_copy *copy)
{
	struct schedule_item *item = arena_alloc(r->arena, sizeof(*item));
	const struct fault *f = schedule_share_plan(r->share, d->message, copy->owner, &copy->user,
						    &item->plan, &item->bytes);

	if (f)
		return f;
	item->proposal = d->proposal;
	if (copy->last_item)
		copy->last_item->next = item;
	else
		copy->items = item;
	copy->last_item = item;
	return NULL;
}

/* A room that answers has a calendar to be seen, and nobody who would empty an inbox. */
static bool is_shown(const struct schedule_delivery *d, const struct schedule_copy *copy,
		     const struct itip_outcome *out)
{
	return out->to_inbox && copy->inbox && !d->is_quiet && !schedule_is_unattended(copy);
}

static bool is_answered_here(const struct schedule_delivery *d, const struct schedule_copy *copy,
			     const struct itip_outcome *out)
{
	return schedule_answers_itself(copy) && out->action == ITIP_STORE && !d->is_quiet &&
	       (d->method == ITIP_REQUEST || d->method == ITIP_ADD);
}

const struct fault *schedule_process(struct schedule_round *r, struct schedule_delivery *d,
				     struct schedule_copy *copy, bool take_crashers)
{
	struct itip_incoming in = {
		.message = d->message,
		.method = d->method,
		.user = &copy->user,
		.sender = d->from,
		.is_forced = d->is_forced,
		.take_crashers = take_crashers,
		.now = r->c->now,
	};
	struct itip_outcome out = {0};
	bool is_answered;
	const struct fault *f = schedule_copy_load(r, copy, &in.stored);

	if (!f && d->sender == 0 && in.stored)
		f = schedule_is_deposed(r->db, r->scratch, d->from, in.stored, &in.no_deputies);
	if (!f)
		f = schedule_share_process(r->share, r->scratch, &in, &out);
	if (f)
		return schedule_refuse(r, d, f);
	(void)schedule_decide(d, out.status ? arena_strdup(r->arena, out.status) : "1.2",
			      out.why ? arena_strdup(r->arena, out.why) : "");
	if (out.action == ITIP_STORE && copy->calendar == 0)
		return schedule_decide(d, "5.1",
				       "They have no calendar that takes such an object.");
	if (out.action == ITIP_STORE && !d->is_quiet)
		f = schedule_take_time(r->scratch, r->share, copy, &out.object);
	if (f)
		return f;
	if (is_answered_here(d, copy, &out)) {
		f = schedule_answer_for(r, d, copy, &out, &is_answered);
		if (f || is_answered)
			return f;
	}
	if (out.proposal)
		schedule_note_proposal(r, d, out.proposal);
	f = take_outcome(r, d, copy, &out);
	if (!f && is_shown(d, copy, &out))
		f = add_item(r, d, copy);
	return f ? f : schedule_follow_up(r, d, copy, &out);
}

/* ---- one message ----------------------------------------------------------------------------- */

/* RFC 6638 §6.1: who is denied it brings no message, and is told so. */
static const struct fault *let_through(struct schedule_round *r, struct schedule_delivery *d,
				       struct schedule_copy *copy, bool take_crashers)
{
	const struct fault *f = NULL;

	if (copy->denies && !d->is_quiet)
		f = schedule_is_denied(r->db, r->arena, d, &d->is_denied);
	if (f)
		return f;
	if (d->is_denied)
		return schedule_decide(d, "3.8", "They take no such message from who sent it.");
	return schedule_process(r, d, copy, take_crashers);
}

/* Of a thousand who get the same message it is looked at once. */
static const struct fault *read_message(struct schedule_round *r, struct schedule_delivery *d,
					struct text text)
{
	const struct fault *f;

	if (r->last_message && r->last.at == text.at && r->last.len == text.len) {
		d->message = r->last_message;
		return NULL;
	}
	f = schedule_share_read(r->share, text, ICAL_FROM_MESSAGE, &d->message);
	if (!f && !r->is_answering) {
		r->last = text;
		r->last_message = d->message;
	}
	return f;
}

/* Of a thousand who are told different things all that stays of these is their bytes. */
static const struct fault *send_out(struct schedule_round *r, struct schedule_delivery *d,
				    struct text text, struct text kind, const char *why)
{
	const struct fault *f = NULL;

	/* An answer lives no longer than what caused it. */
	if (r->is_answering)
		text = text_dup(r->arena, text);
	if (r->outside_text.at != text.at || r->outside_text.len != text.len) {
		struct ical_object *o;

		arena_reset(r->outside);
		r->outside_text = TEXT_NONE;
		f = ical_object_parse(r->outside, text, ICAL_FROM_MESSAGE, &o);
		if (f)
			return schedule_refuse(r, d, fault_copy(r->arena, f));
		r->outside_text = text;
		r->outside_message = o;
	}
	f = schedule_plan_job(r->c, r->plan, d, kind, r->outside_message, text);
	return f ? f : schedule_decide(d, "1.1", why);
}

/*
 * The address of a meeting type asks for a booking, which is judged by rules that calendar/ does
 * not know, and answered as soon as this save is done. Nobody reads what else is sent there.
 */
static const struct fault *send_to_type(struct schedule_round *r, struct schedule_delivery *d,
					struct text text)
{
	if (d->method != ITIP_REQUEST && d->method != ITIP_CANCEL)
		return schedule_decide(d, "1.2", "A meeting type needs no such message.");
	return send_out(r, d, text, TEXT("door"), "It is judged by the rules of its meeting type.");
}

static const struct fault *deliver(struct schedule_round *r, struct schedule_delivery *d,
				   struct text text)
{
	struct schedule_known *k = schedule_round_find(r, d->to);
	struct owner_type *type = NULL;
	struct schedule_copy *copy;
	const struct fault *f = k ? NULL : owner_find_type_at(r->db, r->arena, d->to, &type);

	if (f)
		return f;
	if (k && k->match.id == r->plan->owner && !r->plan->saves_nothing) {
		d->owner = k->match.id;
		(void)schedule_decide(d, "1.2", "Whose save it is reads it in what is saved.");
		return r->is_answering ? read_message(r, d, text) : NULL;
	}
	if (k && k->match.kind == OWNER_GROUP)
		return schedule_decide(d, "3.7", "A group has no calendar.");
	if (type)
		return send_to_type(r, d, text);
	if (!k && !email_is_valid(d->to))
		return schedule_decide(d, "3.7",
				       "Nobody here has this address, and no mail goes there.");
	if (!k)
		return send_out(r, d, text, TEXT("imip"), "It goes out by mail.");
	f = read_message(r, d, text);
	if (f)
		return schedule_refuse(r, d, f);
	d->owner = k->match.id;
	f = schedule_copy_of(r, k, d->message->type, &copy);
	return f ? f : let_through(r, d, copy, false);
}

const struct fault *schedule_deliver(struct schedule_round *r, const struct itip_message *m,
				     struct text from, int64_t sender,
				     struct schedule_delivery **out)
{
	struct schedule_delivery *d;
	const struct fault *f;

	*out = NULL;
	if (m->quiet && !schedule_round_find(r, m->recipient))
		return NULL;
	d = schedule_add_delivery(r);
	*d = (struct schedule_delivery){.method = m->method,
					.from = from,
					.to = m->recipient,
					.sender = sender,
					.says = m->says,
					.cause = m->why,
					.is_forced = m->is_forced,
					.is_quiet = m->quiet};
	f = deliver(r, d, m->text);
	arena_reset(r->scratch);
	*out = d;
	if (!f)
		f = schedule_share_check(r->share);
	return f ? f : arena_check(r->arena);
}

const struct fault *schedule_receive(struct schedule_round *r, const struct schedule_incoming *in)
{
	struct schedule_delivery *d = schedule_add_delivery(r);
	struct owner *owner;
	const struct ical_object *message;
	struct schedule_copy *copy;
	const struct fault *f =
		schedule_share_read(r->share, in->message, ICAL_FROM_MESSAGE, &message);

	if (!f)
		f = owner_get(r->db, r->arena, in->owner, &owner);
	if (!f && !owner)
		f = fault_make(r->arena, FAULT_NOT_FOUND, NULL, "There is no such user.");
	if (!f) {
		struct owner_match m = {
			.address = owner->email,
			.id = owner->id,
			.version = owner->version,
			.kind = owner->kind,
			.answers = owner->answers,
			.denies = true,
		};

		f = schedule_copy_read(r, &m, message->type, &copy);
	}
	if (f)
		return f;
	*d = (struct schedule_delivery){
		.method = in->method,
		.from = in->sender,
		.to = copy->user.count ? copy->user.addresses[0] : owner->email,
		.owner = in->owner,
		.message = message,
	};
	return let_through(r, d, copy, in->take_crashers);
}
