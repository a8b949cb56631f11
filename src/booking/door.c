/* door - what a message asks, and what is to be done; see door.h */
#include "booking/door_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/edit.h"
#include "ical/expand.h"
#include "ical/line.h"
#include "ical/zone.h"
#include "itip/message.h"

/* ---- reading ----------------------------------------------------------------------------------
 */

static const struct fault *wrong(struct arena *a, const char *about, const char *sentence)
{
	return fault_make(a, FAULT_UNPROCESSABLE, about, "%s", sentence);
}

static const struct fault *of_another(struct arena *a)
{
	return fault_make(a, FAULT_ORGANIZER_CHANGE, "ORGANIZER",
			  "This UID is known under another organizer.");
}

static const struct fault *read_message(struct arena *a, struct text raw, struct door *d)
{
	struct ical_object *o;
	const struct ical_attendee *organizer;
	const struct fault *f = ical_object_parse(a, raw, ICAL_FROM_MESSAGE, &o);

	if (!f)
		f = itip_check(a, o, &d->method);
	if (!f &&
	    ((d->method != ITIP_REQUEST && d->method != ITIP_CANCEL) || o->type != COMP_VEVENT))
		f = wrong(a, "METHOD",
			  "A REQUEST or a CANCEL of an event is what can be sent here.");
	if (f)
		return f;
	d->message = o;
	organizer = itip_organizer_of(o);
	d->organizer = organizer ? ical_address(a, organizer->address) : TEXT_NONE;
	return d->organizer.len > 0 ? NULL : wrong(a, "ORGANIZER", "It names no ORGANIZER.");
}

static const struct fault *read_user(struct db *db, struct arena *a, struct door *d)
{
	const struct fault *f = door_user(db, a, d->host->owner.id, &d->user);

	if (f || d->method != ITIP_REQUEST)
		return f;
	for (size_t i = 0; i < d->user.count; i++)
		if (text_equal(d->user.addresses[i], d->organizer))
			return wrong(a, "ORGANIZER", "Nobody books with themselves.");
	return itip_attendee_in(a, &d->message->items[0], &d->user)
		       ? NULL
		       : wrong(a, "ATTENDEE", "The host is not an ATTENDEE of it.");
}

/* The last booking of this UID, but one that stands before all others. */
static const struct fault *read_known(struct db *db, struct arena *a, struct door *d)
{
	struct booking *all;
	size_t count;
	const struct fault *f =
		booking_list_by_uid(db, a, d->host->owner.id, d->message->uid, &all, &count);

	d->known = NULL;
	for (size_t i = 0; !f && i < count; i++)
		if (!d->known || !booking_stands(d->known))
			d->known = &all[i];
	if (f || !d->known)
		return f;
	if (!d->known->received ||
	    !text_equal(ical_address(a, d->known->invitee_email), d->organizer))
		return of_another(a);
	if (d->method == ITIP_REQUEST && booking_stands(d->known) &&
	    !text_equal(d->known->type, d->type->id))
		return wrong(a, "type",
			     "This UID is booked as another meeting type; cancel that first.");
	return NULL;
}

/*
 * The event of the booking that is known. Another one of this UID is not the sender's to change:
 * an invitation that came otherwise is changed by who sent that, and nothing proves that here.
 */
static const struct fault *read_event(struct db *db, struct arena *a, struct door *d)
{
	const struct fault *f =
		object_find_uid_anywhere(db, a, d->host->owner.id, d->message->uid,
					 d->known ? d->known->collection : d->host->calendar,
					 &d->event);

	if (!f && d->event && !d->known)
		f = of_another(a);
	if (!f && d->event)
		f = object_get(db, a, d->host->owner.id, d->event->id, &d->event);
	d->stored = f ? NULL : booking_event_read(a, d->event);
	return f;
}

/* When it is; false: as a whole day, at nobody knows which hour, or more than once. */
static bool read_time(struct door *d)
{
	const struct ical_item *item = &d->message->items[0];
	const struct ical_time *start = &item->dtstart, *end = &item->dtend;

	if (d->message->item_count != 1 || !d->message->has_master || item->has_rule ||
	    item->rdates.count > 0 || item->period_count > 0)
		return false;
	if (!start->present || (start->form != TIME_UTC && !start->zone))
		return false;
	d->start = ical_time_utc(start, NULL);
	if (end->present && (end->form == TIME_UTC || end->zone))
		d->end = ical_time_utc(end, NULL);
	else if (!end->present && item->has_duration)
		d->end = zone_later(start->zone, d->start, item->duration);
	return d->end > d->start;
}

/*
 * Answers repeat the SUMMARY, also by mail to an organizer whom nobody has confirmed: what would
 * be no name there is no title either (decisions 25).
 */
static struct text with_title(struct arena *a, const struct door *d, const struct ical_object *o)
{
	const struct ical_item *item = &o->items[0];
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	struct buf line;

	if (item->summary.at && !book_is_harmless(ical_text_unescape(a, item->summary))) {
		buf_init(&line, a, 256, 8 * RULES_MAX_TITLE_BYTES);
		buf_put_lit(&line, "SUMMARY:");
		ical_put_text(&line, d->type->title);
		ical_edit_set_property(e, &o->blocks, item->block, "SUMMARY", buf_text(&line));
	}
	return ical_edit_apply(e);
}

/* What the host's copy becomes, or is, by the rules of RFC 5546 alone. */
static const struct fault *read_copy(struct arena *a, struct door *d)
{
	const struct itip_incoming in = {
		.message = d->message,
		.method = d->method,
		.user = &d->user,
		.stored = d->stored,
		.sender = d->organizer,
		.now = d->now,
	};
	struct itip_outcome outcome;
	struct ical_object *copy;
	const struct fault *f = itip_process(a, &in, &outcome);

	if (f)
		return f;
	d->copy = d->stored;
	d->is_old = d->known && d->message->items[0].sequence < d->known->sequence;
	if (outcome.action != ITIP_STORE) {
		d->is_old = d->is_old || d->known;
		return d->copy ? NULL : wrong(a, NULL, outcome.why);
	}
	f = ical_object_parse(a, outcome.object, ICAL_FROM_STORE, &copy);
	if (!f)
		f = ical_object_parse(a, with_title(a, d, copy), ICAL_FROM_STORE, &copy);
	d->copy = f ? NULL : copy;
	return f;
}

const struct fault *door_read(struct db *db, struct arena *a, struct text message, struct door *d)
{
	const struct fault *f = read_message(a, message, d);

	if (!f)
		f = read_user(db, a, d);
	if (!f)
		f = read_known(db, a, d);
	if (!f)
		f = read_event(db, a, d);
	if (f || d->method == ITIP_CANCEL)
		return f;
	if (!read_time(d))
		d->start = d->end = 0;
	return read_copy(a, d);
}

const struct fault *door_read_span(struct db *db, struct arena *a, const struct door_span *span,
				   struct door *d)
{
	const struct build_person host = {
		.address = d->host->owner.email, .partstat = TEXT("NEEDS-ACTION"), .rsvp = true};
	const struct build_event e = {
		.uid = span->uid,
		.summary = span->summary,
		.start = span->start,
		.end = span->end,
		.zone = zone_utc(),
		.stamp = span->stamp,
		.sequence = span->sequence,
		.organizer = {.name = span->organizer_name, .address = span->organizer},
		.attendees = &host,
		.attendee_count = 1,
	};
	struct text event, message;
	const struct fault *f = ical_build_event(a, &e, &event);

	if (!f)
		f = itip_message_write(a, event, span->is_over ? TEXT("CANCEL") : TEXT("REQUEST"),
				       host.address, span->stamp, &message);
	return f ? f : door_read(db, a, message, d);
}

/* ---- CANCEL ------------------------------------------------------------------------------------
 */

/* The last word is the organizer's: no policy holds up who would not come anyway. */
static const struct fault *prepare_cancel(struct db *db, struct arena *a, struct door *d,
					  struct change **change_out)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = d->now};

	d->answer = DOOR_DONE;
	if (!d->known || !booking_stands(d->known) ||
	    d->message->items[0].sequence < d->known->sequence)
		return NULL;
	d->booking = *d->known;
	return book_build_end(d->desk, db, a, d->known, &by, BOOKING_WAS_CANCELLED, change_out,
			      &d->booking);
}

/* ---- REQUEST ------------------------------------------------------------------------------------
 */

/*
 * Many programs have no name of their user, or write the address: it is none (check.c). "john doe"
 * of john.doe@example.net.
 */
static struct text name_of(struct arena *a, const struct door *d)
{
	struct text cn = itip_organizer_of(d->message)->cn;
	ptrdiff_t at = text_find_char(d->organizer, '@', 0);
	char *name;

	if (at <= 0 || (cn.len > 0 && text_find_char(cn, '@', 0) < 0))
		return cn.len > 0 ? cn : d->organizer;
	name = arena_alloc(a, (size_t)at);
	for (ptrdiff_t i = 0; i < at; i++)
		name[i] = d->organizer.at[i] == '.' ? ' ' : d->organizer.at[i];
	return text_of(name, (size_t)at);
}

static const struct fault *prepare_new(struct db *db, struct arena *a, struct door *d,
				       const struct ical_object *answered,
				       struct change **change_out)
{
	const struct book_received received = {
		.uid = d->message->uid,
		.sequence = d->message->items[0].sequence,
		.copy = answered->raw,
		.event = d->event,
	};
	struct book_request rq = {
		.host = d->host,
		.type = d->type,
		.duration_min = (int32_t)((d->end - d->start) / 60),
		.start = d->start,
		.invitee_name = name_of(a, d),
		.invitee_email = d->organizer,
		.link = d->link,
		.received = &received,
		.now = d->now,
	};
	struct book_outcome outcome;
	const struct fault *f = book_prepare(d->desk, db, a, &rq, change_out, &outcome);

	d->booking = outcome.booking;
	return f;
}

/* The time it held before is given back first: it is the same meeting. */
static const struct fault *add_move(struct arena *a, const struct door *d, struct change *c)
{
	const struct booking *b = &d->booking;
	struct book_verdict *v = arena_alloc(a, sizeof(*v));
	const struct hold h = {
		.owner = b->owner,
		.start = b->start,
		.end = b->end,
		.reason = b->status == BOOKING_IS_PENDING ? HOLD_PENDING : HOLD_BOOKING,
		.booking = booking_holder(b),
	};
	const struct fault *f;

	*v = (struct book_verdict){
		.host = d->host,
		.type = d->type,
		.duration_min = (int32_t)((b->end - b->start) / 60),
		.start = b->start,
		.now = d->now,
		.ignore_booking = booking_holder(b),
		.ignore_object = d->event ? d->event->id : 0,
	};
	f = book_require_open(c, v);
	if (!f)
		f = change_release_hold(c, b->owner, h.booking);
	return f || !book_holds_time(d->type, b) ? f : change_take_hold(c, &h);
}

static const struct fault *put_copy(struct arena *a, struct door *d, struct change *c,
				    const struct ical_object *answered)
{
	struct change_put *put;

	if (d->event)
		return book_replace_event(c, a, d->event, answered->raw);
	put = arena_alloc(a, sizeof(*put));
	*put = (struct change_put){
		.owner = d->booking.owner,
		.collection = d->booking.collection,
		.name = d->booking.object_name,
		.raw = answered->raw,
		.source = ICAL_FROM_STORE,
		.condition = {.if_none_match_any = true},
	};
	return change_put(c, put);
}

/* One that stands, as its organizer has it now. */
static const struct fault *prepare_update(struct arena *a, struct door *d,
					  const struct ical_object *answered,
					  struct change **change_out)
{
	const struct book_by by = {.who = BOOKING_BY_INVITEE, .now = d->now};
	const struct booking_deed deed = {
		.what = BOOKING_WAS_MOVED,
		.who = BOOKING_BY_INVITEE,
		.from = d->known->start,
	};
	bool moves = d->start != d->known->start || d->end != d->known->end;
	struct booking *b = &d->booking;
	struct change *c;
	const struct fault *f = NULL;

	if (moves)
		f = book_check_policy(a, d->known, &by, d->type->move_until_min, "move_until");
	if (f)
		return f;
	c = change_open(d->desk->calendar, a, CHANGE_DOOR, d->now);
	if (moves) {
		b->start = d->start;
		b->end = d->end;
		b->sequence = d->message->items[0].sequence;
		b->version++;
		b->modified = d->now;
		f = add_move(a, d, c);
		if (!f)
			f = change_update_booking(c, b, deed);
	}
	if (!f)
		f = put_copy(a, d, c, answered);
	*change_out = f ? NULL : c;
	return f;
}

/* One that was overtaken, or is here already. */
static const struct fault *answer_old(struct arena *a, struct door *d)
{
	const struct ical_object *answered = d->copy;
	bool stands = booking_stands(d->known);
	const struct fault *f = NULL;

	d->booking = *d->known;
	d->answer = stands ? DOOR_ACCEPTED : DOOR_DECLINED;
	if (!stands || !d->stored)
		f = door_answered(a, d->copy, &d->user, door_partstat(d->known->status), TEXT_NONE,
				  &answered);
	else
		answered = d->stored;
	return f ? f : door_reply(a, d, answered, answered);
}

/* What the message cannot ask for at all. */
static const struct fault *check_fit(struct arena *a, const struct door *d)
{
	const char *why = NULL;

	if (d->start == d->end)
		why = "One meeting at a time is booked here, at a time in a known zone.";
	else if (d->type->seats > 1 || d->type->team.mode != TEAM_NONE)
		why = "This meeting is booked at its page.";
	else if (door_needs_mail(d))
		why = "Nobody has confirmed this address: this meeting is booked at its page.";
	else if ((d->end - d->start) % 60 != 0 || d->end - d->start > RULES_MAX_MINUTES * 60)
		return slot_verdict_fault(a, SLOT_DURATION);
	return why ? fault_make(a, FAULT_NOT_OFFERED, "type", "%s", why) : NULL;
}

static const struct fault *prepare_request(struct db *db, struct arena *a, struct door *d,
					   struct change **change_out)
{
	const struct ical_object *answered;
	bool is_known = d->known && booking_stands(d->known);
	enum booking_status status = is_known		? d->known->status
				     : d->type->confirm ? BOOKING_IS_PENDING
							: BOOKING_IS_CONFIRMED;
	const struct fault *f = check_fit(a, d);

	if (!f)
		f = door_answered(a, d->copy, &d->user, door_partstat(status), TEXT_NONE,
				  &answered);
	if (f)
		return f;
	d->answer = DOOR_ACCEPTED;
	if (is_known) {
		d->booking = *d->known;
		f = prepare_update(a, d, answered, change_out);
	} else {
		f = prepare_new(db, a, d, answered, change_out);
	}
	return f ? f : door_reply(a, d, answered, d->copy);
}

/* It may be taken by this very message, sent twice at once. */
static const struct fault *read_again(struct db *db, struct arena *a, struct door *d)
{
	const struct fault *f = read_known(db, a, d);

	d->is_old = !f && d->known && booking_stands(d->known);
	return d->is_old ? read_event(db, a, d) : f;
}

const struct fault *door_prepare(struct db *db, struct arena *a, struct door *d,
				 struct change **change_out)
{
	const struct fault *f, *failed;
	bool was_known = d->known;

	*change_out = NULL;
	if (d->method == ITIP_CANCEL)
		return prepare_cancel(db, a, d, change_out);
	if (d->is_old)
		return answer_old(a, d);
	f = prepare_request(db, a, d, change_out);
	if (!fault_is(f, FAULT_SLOT_TAKEN) && !fault_is(f, FAULT_NOT_OFFERED))
		return f;
	*change_out = NULL;
	failed = was_known ? NULL : read_again(db, a, d);
	if (failed)
		return failed;
	return d->is_old ? answer_old(a, d) : door_refuse(db, a, d, f);
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

enum { DOOR_ATTEMPTS = 4 }; /* others come to the same time, or the same event */

bool door_is_overtaken(const struct fault *f)
{
	return fault_is(f, FAULT_PRECONDITION) || fault_is(f, FAULT_CONFLICT) ||
	       fault_is(f, FAULT_UID_TAKEN) || fault_is(f, FAULT_SLOT_TAKEN);
}

static const struct fault *try_once(struct db *db, struct arena *a, struct text message,
				    struct door *d, door_add_fn add, void *ctx, bool *done_out)
{
	struct change *c = NULL;
	const struct fault *f = door_read(db, a, message, d);

	if (!f)
		f = door_prepare(db, a, d, &c);
	if (f || !c)
		return f;
	if (add)
		f = add(ctx, c, d);
	f = change_run_unless(c, f);
	*done_out = !f;
	return f;
}

const struct fault *door_visit(struct db *db, struct arena *a, struct text message, struct door *d,
			       door_add_fn add, void *ctx, bool *done_out)
{
	const struct fault *f = NULL;

	*done_out = false;
	for (int i = 0; i < DOOR_ATTEMPTS; i++) {
		f = try_once(db, a, message, d, add, ctx, done_out);
		if (!door_is_overtaken(f))
			break;
	}
	if (fault_is(f, FAULT_SLOT_TAKEN) || fault_is(f, FAULT_NOT_OFFERED))
		f = door_refuse(db, a, d, f);
	return f;
}
