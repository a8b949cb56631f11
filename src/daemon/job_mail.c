/*
 * job_mail - the invitation, update or cancellation of a booking, by mail
 *
 * The job names the booking, the METHOD and the SEQUENCE it was queued for. What a
 * later change has overtaken is not sent: its own job says the newer thing (booking
 * case G10). What it says is a letter (post/letter.h). Of what a stranger wrote only the name is
 * in it, and booking/ keeps links and line ends out of that: the address may be somebody else's
 * (decisions 25).
 */

#include "base/arena.h"
#include "booking/book.h"
#include "booking/seats.h"
#include "booking/team.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "itip/message.h"
#include "post/letter.h"
#include "store/history.h"
#include "store/job.h"
#include "store/object.h"
#include "store/store.h"
#include "json/read.h"

struct invitation {
	struct job_context *x;
	const struct host *host;
	const struct booking_type *type; /* NULL: deleted meanwhile */
	struct booking *booking;
	struct text method;
	int64_t sequence;
	struct text event; /* CANCEL: as the invitee knows it; empty: not known */
	bool left;	   /* they come to another event now */
	bool linked;	   /* what they know already, with the link of its conference */
};

static const struct fault *read_payload(struct job_context *x, const struct job *j,
					struct invitation *v, struct text *booking)
{
	const struct json *root;
	const struct fault *f = json_parse(x->arena, j->payload, BOOKING_MAIL_PAYLOAD_MAX, &root);

	if (f)
		return f;
	if (!json_text(json_get(root, "booking"), booking) ||
	    !json_text(json_get(root, "method"), &v->method) ||
	    !json_int(json_get(root, "sequence"), &v->sequence))
		return fault_make(x->arena, FAULT_BAD_REQUEST, NULL,
				  "The job lacks its booking, method or sequence.");
	if (!json_text(json_get(root, "event"), &v->event))
		v->event = TEXT_NONE;
	if (!json_bool(json_get(root, "left"), &v->left))
		v->left = false;
	if (!json_bool(json_get(root, "linked"), &v->linked))
		v->linked = false;
	return NULL;
}

static const struct fault *load_invitation(struct job_context *x, const struct job *j,
					   struct invitation *v)
{
	struct text id;
	struct db *db;
	const struct fault *f = read_payload(x, j, v, &id);

	v->x = x;
	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = booking_find(db, x->arena, j->owner, id, &v->booking);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &v->host);
	if (!f && (!v->booking || !v->host))
		f = fault_make(x->arena, FAULT_NOT_FOUND, NULL, "The booking no longer exists.");
	if (!f)
		v->type = host_type_by_id(v->host, v->booking->type);
	return f;
}

/* The event as it stands in the calendar, or stood there; empty where that is not known. */
static const struct fault *load_event(struct invitation *v, struct text *out)
{
	struct arena *a = v->x->arena;
	struct stored_object *o = NULL;
	struct db *db;
	const struct fault *f;

	*out = v->event;
	if (v->booking->status == BOOKING_IS_CANCELLED)
		return NULL;
	f = store_reader(v->x->house->store, a, &db);
	if (!f)
		f = booking_event_find(db, a, v->booking, &o);
	if (o)
		*out = o->data;
	return f;
}

static const struct fault *write_itip(struct invitation *v, struct text event, struct text *out)
{
	return itip_message_write(v->x->arena, event, v->method, v->booking->invitee_email,
				  v->booking->modified, out);
}

/*
 * Of the event; or of the booking, where the event is gone, cannot be read, or names the invitee
 * no more, as some programs leave attendees out when they move an event. The booking stands, and
 * whoever booked it must hear of the new time; a host who takes it back deletes the event.
 */
static const struct fault *make_itip(struct invitation *v, struct text *out)
{
	struct event_people hosts;
	struct text event;
	struct db *db;
	const struct fault *f;

	/* As it was seen when they left: the booking is about another one. */
	if (v->left)
		return write_itip(v, v->event, out);
	f = load_event(v, &event);
	if (f)
		return f;
	f = store_reader(v->x->house->store, v->x->arena, &db);
	if (!f)
		f = seats_event_for(db, v->x->arena, v->type, v->booking, event, &event);
	if (!f && event.len > 0 && !write_itip(v, event, out))
		return NULL;
	if (!f)
		f = team_people_find(db, v->x->arena, v->booking, &hosts);
	if (!f)
		f = booking_event_build(v->x->arena, v->host, v->type, v->booking, &hosts,
					v->booking->modified, &event);
	return f ? f : write_itip(v, event, out);
}

/* ---- what it says --------------------------------------------------------------------------- */

/* The last step that the invitee is to hear of; NULL: there is none. */
static const struct booking_step *find_step(const struct booking_step *steps, size_t count)
{
	static const bool is_told[BOOKING_EVENT_COUNT] = {
		[BOOKING_WAS_MADE] = true,	 [BOOKING_WAS_CONFIRMED] = true,
		[BOOKING_WAS_MOVED] = true,	 [BOOKING_WAS_CANCELLED] = true,
		[BOOKING_WAS_REASSIGNED] = true,
	};

	for (size_t i = count; i-- > 0;)
		if (is_told[steps[i].deed.what])
			return &steps[i];
	return NULL;
}

static enum letter_kind kind_of(const struct invitation *v, const struct booking_step *last)
{
	bool by_invitee = last && last->deed.who == BOOKING_BY_INVITEE;

	if (v->booking->status == BOOKING_IS_CANCELLED)
		return by_invitee ? LETTER_CANCELLED_OWN : LETTER_CANCELLED;
	if (v->linked)
		return LETTER_CHANGED;
	if (v->sequence == 0)
		return LETTER_BOOKED;
	return last && last->deed.what == BOOKING_WAS_REASSIGNED ? LETTER_CHANGED : LETTER_MOVED;
}

/*
 * Why, of what hosts wrote alone: whoever moves or cancels as the invitee may be a stranger to the
 * address that this goes to (decisions 25).
 */
static const struct fault *write_letter(const struct invitation *v, struct letter *out)
{
	const struct booking *b = v->booking;
	struct letter_facts facts =
		letter_of_booking(v->x->house->post, v->x->arena, v->host, v->type, b);
	const struct booking_step *last = NULL;
	struct booking_step *steps;
	size_t count;
	struct db *db;
	const struct fault *f = store_reader(v->x->house->store, v->x->arena, &db);

	if (!f)
		f = history_list(db, v->x->arena, b->owner, b->id, &steps, &count);
	if (f)
		return f;
	last = find_step(steps, count);
	if (last && last->deed.who != BOOKING_BY_INVITEE)
		facts.reason = last->reason;
	if (last && last->deed.what == BOOKING_WAS_MOVED && last > steps)
		facts.was_start = last[-1].start;
	return letter_write(v->x->house->post, v->x->arena, kind_of(v, last), &facts, out);
}

static struct mail_message compose(const struct invitation *v, const struct letter *letter,
				   struct text itip)
{
	struct text host = owner_title(&v->host->owner);

	return (struct mail_message){
		.from.name = host,
		.to = {v->booking->invitee_name, v->booking->invitee_email},
		.reply_to.name = host,
		.subject = letter->subject,
		.text = letter->text,
		.html = letter->html,
		.calendar = itip,
		.method = v->method,
		.date = v->booking->modified,
	};
}

/* Overtaken: a newer change of this booking has queued its own mail. */
static bool is_overtaken(const struct invitation *v)
{
	bool cancel = text_equal(v->method, TEXT("CANCEL"));

	if (v->left)
		return false;
	return v->sequence != v->booking->sequence ||
	       cancel != (v->booking->status == BOOKING_IS_CANCELLED);
}

/* The same words for the same (booking, SEQUENCE, METHOD): a second delivery is the same mail. */
static struct text said(const struct invitation *v)
{
	return text_from(arena_printf(v->x->arena, "%.*s/%lld/%.*s%s", TEXT_ARG(v->booking->id),
				      (long long)v->sequence, TEXT_ARG(v->method),
				      v->linked ? "/linked" : ""));
}

enum job_result job_mail(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct invitation v = {0};
	struct text itip = TEXT_NONE;
	struct letter letter = {TEXT_NONE, TEXT_NONE, TEXT_NONE};
	struct route_about about;
	struct mail_message m;
	const struct fault *f = load_invitation(x, j, &v);

	if (!f && is_overtaken(&v))
		return JOB_IDLE;
	if (!f)
		f = make_itip(&v, &itip);
	if (!f)
		f = write_letter(&v, &letter);
	if (f)
		return job_post_fault(f, why_out);
	about = (struct route_about){.owner = &v.host->owner,
				     .address = v.host->owner.email,
				     .uid = v.booking->uid,
				     .to = v.booking->invitee_email,
				     .said = said(&v),
				     .organizes = true};
	m = compose(&v, &letter, itip);
	return job_post(x, &about, &m, why_out);
}
