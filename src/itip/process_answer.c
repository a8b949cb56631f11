/* process_answer - REFRESH, COUNTER and DECLINECOUNTER, and what is sent back. */
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "itip/organizer.h"
#include "itip/params.h"
#include "itip/process_priv.h"

static void send(struct itip_work *w, enum itip_method method, struct text recipient,
		 struct text message, const char *why)
{
	struct itip_message *m = arena_alloc(w->arena, sizeof(*m));

	*m = (struct itip_message){
		.method = method, .recipient = recipient, .text = message, .why = why};
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

/* ---- short messages ---------------------------------------------------------------------- */

/* An address as it is written; ical_address() makes it from that again. */
static struct text written(struct arena *a, struct text address)
{
	if (text_find_char(address, ':', 0) >= 0 || text_starts(address, TEXT("/")))
		return address;
	return text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(address)));
}

static void put_copy(struct itip_work *w, struct buf *b, const struct itip_part *from,
		     const char *name)
{
	struct ical_line l;

	if (itip_part_find(from, name, &l))
		ical_put_line(b, itip_params_set(w->arena, &l, NULL, 0));
}

static void put_organizer(struct itip_work *w, struct buf *b)
{
	const struct ical_object *o = w->in->stored ? w->in->stored : w->in->message;

	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].has_organizer) {
			ical_put_line(b, text_from(arena_printf(
						 w->arena, "ORGANIZER:%.*s",
						 TEXT_ARG(o->items[i].organizer.address))));
			return;
		}
}

/* One component with no more than such a METHOD needs (RFC 5546 §3.2.6, §3.2.8). */
static struct text short_message(struct itip_work *w, enum itip_method method, struct text attendee)
{
	const struct ical_item *item = &w->in->message->items[0];
	const char *component = ical_component_name(item->type);
	struct itip_part from;
	struct buf b;

	itip_part_begin(&from, w->arena, w->in->message, item);
	buf_init(&b, w->arena, 512, ICAL_MAX_SIZE_BYTES);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	buf_printf(&b, "METHOD:%s\r\nBEGIN:%s\r\n", itip_method_name(method), component);
	put_copy(w, &b, &from, "UID");
	buf_put_lit(&b, "DTSTAMP:");
	time_put_utc(&b, w->in->now);
	buf_put_lit(&b, "\r\n");
	put_organizer(w, &b);
	ical_put_line(&b, text_from(arena_printf(w->arena, "ATTENDEE:%.*s",
						 TEXT_ARG(written(w->arena, attendee)))));
	if (method == ITIP_DECLINECOUNTER) {
		ical_put_line(
			&b, text_from(arena_printf(w->arena, "SEQUENCE:%" PRId32, item->sequence)));
		put_copy(w, &b, &from, "RECURRENCE-ID");
	}
	buf_printf(&b, "END:%s\r\nEND:VCALENDAR\r\n", component);
	return buf_text(&b);
}

/* ---- to the organizer -------------------------------------------------------------------- */

void itip_work_ask(struct itip_work *w, const char *why)
{
	if (w->in->user->count > 0)
		send(w, ITIP_REFRESH, w->in->sender,
		     short_message(w, ITIP_REFRESH, w->in->user->addresses[0]), why);
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

const struct fault *itip_process_refresh(struct itip_work *w)
{
	static const char why[] = "An attendee asked for what stands (RFC 5546 §3.2.6).";
	struct text message;
	const struct fault *f;

	if (!is_invited(w))
		return not_invited(w);
	f = itip_message_write(w->arena, w->in->stored->raw, TEXT("REQUEST"), w->in->sender,
			       w->in->now, &message);
	if (f)
		return f;
	(void)itip_work_ignore(w, "1.2", why);
	send(w, ITIP_REQUEST, w->in->sender, message, why);
	return NULL;
}

/* [MS-OXCICAL] §2.1.3.1.1.20.23 */
static bool forbids_counter(struct itip_work *w)
{
	struct itip_part p;
	struct ical_line l;

	itip_part_begin(&p, w->arena, w->in->stored, &w->in->stored->items[0]);
	return itip_part_find(&p, "X-MICROSOFT-DISALLOW-COUNTER", &l) &&
	       text_equal_nocase(text_trim(l.value), TEXT("TRUE"));
}

/* A proposal for an instance is compared with that instance, else with the series. */
static bool is_outdated(struct itip_work *w)
{
	const struct ical_object *o = w->in->stored;
	const struct ical_item *their = &w->in->message->items[0];
	const struct ical_item *my = &o->items[0];
	struct itip_instances mine;
	const struct itip_instance *found = NULL;

	itip_instances(w->arena, o, &mine);
	if (their->recurrence_id.present)
		found = itip_instance_find(&mine, itip_instance_id(o, &their->recurrence_id));
	if (found && found->item)
		my = found->item;
	return their->sequence < my->sequence;
}

const struct fault *itip_process_counter(struct itip_work *w)
{
	static const char why[] = "The organizer takes no proposals for this "
				  "(X-MICROSOFT-DISALLOW-COUNTER).";

	if (!is_invited(w))
		return not_invited(w);
	if (is_outdated(w))
		return itip_work_ignore(
			w, "1.2",
			"It proposes another time for what has been rescheduled since "
			"(RFC 5546 §2.1.5).");
	if (!forbids_counter(w))
		return itip_work_note(w,
				      "A proposal, which the organizer accepts by rescheduling or "
				      "declines (RFC 5546 §3.2.7).");
	(void)itip_work_ignore(w, "1.2", why);
	send(w, ITIP_DECLINECOUNTER, w->in->sender,
	     short_message(w, ITIP_DECLINECOUNTER, w->in->sender), why);
	return NULL;
}

const struct fault *itip_process_declinecounter(struct itip_work *w)
{
	return itip_work_note(w, "The organizer stays with what was planned (RFC 5546 §3.2.8).");
}
