/*
 * process_reply - REPLY: what an attendee answers (RFC 5546 §3.2.3, §3.4.3; RFC 6638 §4.2)
 *
 * Programs reply with the whole object, with many attendees, without ORGANIZER, with another
 * form of RECURRENCE-ID (interop: receiving iMIP): the sender's own ATTENDEE counts, in the
 * component that its RECURRENCE-ID means, and nothing else of it.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/walk.h"
#include "itip/process_priv.h"

/* One component of the message. */
struct reply_to {
	int64_t id; /* ITIP_MASTER: the series */
	struct itip_reply reply;
};

struct replying {
	struct itip_work *work;
	const struct ical_object *stored;
	struct text host; /* whom the sender answers for */
	struct itip_instances mine;
	struct itip_draft draft;
	struct reply_to *replies;
	size_t reply_count;
	bool series_counts; /* the answer to the series is its last */
	enum itip_answer furthest;
};

/* ---- what the message says --------------------------------------------------------------- */

/* RFC 5546 §3.6: codes, of several with commas between; "2.0" where there is none. */
static struct text request_status(struct itip_work *w, const struct ical_item *item)
{
	enum { CODES_MAX = 8 };
	struct itip_part p;
	struct ical_walk walk;
	struct ical_line l;
	struct buf b;
	size_t codes = 0;

	itip_part_begin(&p, w->arena, w->in->message, item);
	buf_init(&b, w->arena, 16, 128);
	ical_walk_begin(&walk, w->arena, p.raw, &p.blocks, 0);
	while (codes < CODES_MAX && ical_walk_line(&walk, &l)) {
		size_t len = 0;

		if (!ical_line_is(&l, "REQUEST-STATUS"))
			continue;
		while (len < l.value.len && len < 12 &&
		       (l.value.at[len] == '.' ||
			(l.value.at[len] >= '0' && l.value.at[len] <= '9')))
			len++;
		if (len == 0)
			continue;
		buf_put_str(&b, codes++ > 0 ? "," : "");
		buf_put(&b, l.value.at, len);
	}
	return codes > 0 ? buf_text(&b) : TEXT("2.0");
}

/* "3-20270118T090000Z" */
static struct text stamp(struct itip_work *w, const struct ical_item *item)
{
	struct itip_stamp r = itip_stamp_of(w->arena, w->in->message, item);
	struct buf b;

	buf_init(&b, w->arena, 32, 64);
	buf_put_int(&b, r.sequence);
	buf_put_char(&b, '-');
	time_put_utc(&b, item->dtstamp.present ? r.dtstamp : 0);
	return buf_text(&b);
}

/* For whom the sender is known to answer (SENT-BY, RFC 5546 §3.2.2.5); empty: nobody. */
static struct text find_host(struct itip_work *w, const struct ical_object *stored)
{
	for (size_t i = 0; i < stored->item_count; i++)
		for (size_t n = 0; n < stored->items[i].attendee_count; n++) {
			const struct ical_attendee *p = &stored->items[i].attendees[n];

			if (p->sent_by.len > 0 && !w->in->no_deputies &&
			    ical_address_is_among(w->arena, p->sent_by, &w->in->sender, 1))
				return ical_address(w->arena, p->address);
		}
	return TEXT_NONE;
}

static const struct ical_attendee *answer_in(struct replying *r, const struct ical_item *item)
{
	struct itip_user host = {.addresses = &r->host, .count = 1};
	const struct ical_attendee *own = itip_attendee_in(r->work->arena, item, &r->work->sender);

	return own || r->host.len == 0 ? own : itip_attendee_in(r->work->arena, item, &host);
}

static int compare_replies(const void *left, const void *right)
{
	const struct reply_to *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static void read_replies(struct replying *r)
{
	const struct ical_object *message = r->work->in->message;
	const bool *repeated = itip_work_repeated(r->work);

	r->replies = arena_alloc_array(r->work->arena, message->item_count, sizeof(*r->replies));
	for (size_t i = 0; i < message->item_count && itip_work_goes_on(r->work); i++) {
		const struct ical_item *item = &message->items[i];
		struct reply_to *to = &r->replies[r->reply_count];

		to->reply.answer = answer_in(r, item);
		if (!to->reply.answer || repeated[i])
			continue;
		to->reply.item = item;
		to->reply.request_status = request_status(r->work, item);
		to->reply.stamp = stamp(r->work, item);
		to->id = item->recurrence_id.present
				 ? itip_instance_id(r->stored, &item->recurrence_id)
				 : ITIP_MASTER;
		r->reply_count++;
	}
	qsort(r->replies, r->reply_count, sizeof(*r->replies), compare_replies);
}

static const struct reply_to *reply_for(const struct replying *r, int64_t id)
{
	struct reply_to key = {.id = id};

	return bsearch(&key, r->replies, r->reply_count, sizeof(key), compare_replies);
}

/* ---- the components ---------------------------------------------------------------------- */

static void note(struct replying *r, enum itip_answer answer)
{
	if (answer > r->furthest)
		r->furthest = answer;
}

/*
 * A component that stands. An answer to the series is also one for overrides that wait for it:
 * some programs answer the series alone, where all was asked (interop: Thunderbird).
 */
static void answer_item(struct replying *r, const struct itip_instance *mine)
{
	const struct reply_to *to = reply_for(r, mine->id);
	enum itip_target target = ITIP_TARGET_OWN;
	enum itip_answer answer;
	struct itip_part p;

	if (!to && !mine->is_master && r->series_counts) {
		to = reply_for(r, ITIP_MASTER);
		target = ITIP_TARGET_WAITING;
	}
	if (!to)
		return;
	itip_part_begin(&p, r->work->arena, r->stored, mine->item);
	answer = itip_part_answer(r->work, &p, &to->reply, target);
	if (mine->is_master)
		r->series_counts = answer >= ITIP_ANSWER_SAME;
	if (answer >= ITIP_ANSWER_SAME)
		itip_draft_replace(&r->draft, mine->item, itip_part_finish(&p));
	note(r, answer);
}

/*
 * An instance that only the rule names gets an override, also where the series has the same answer:
 * that one may change.
 */
static void answer_instance(struct replying *r, const struct reply_to *to)
{
	const struct itip_instance *mine = itip_instance_find(&r->mine, to->id);
	enum itip_answer answer;
	struct itip_part p;

	if (!mine || !mine->item || (!mine->is_master && mine->id == to->id) ||
	    !itip_work_has_instance(r->work, r->stored, to->id))
		return;
	itip_part_begin(&p, r->work->arena, r->stored, mine->item);
	if (!(to->reply.item->this_and_future ? itip_part_to_range(&p, to->id)
					      : itip_part_to_instance(&p, to->id)))
		return;
	answer = itip_part_answer(r->work, &p, &to->reply, ITIP_TARGET_INSTANCE);
	if (answer >= ITIP_ANSWER_SAME)
		itip_draft_add(&r->draft, itip_part_finish(&p));
	note(r, answer);
}

static const struct fault *not_taken(struct itip_work *w, enum itip_answer furthest)
{
	static const struct {
		const char *status, *why;
	} reasons[] = {
		[ITIP_ANSWER_NOWHERE] = {"5.1", "There is no such instance (RFC 5546 §4.7.2)."},
		[ITIP_ANSWER_SEEN] = {"1.2", "The answer was seen before (RFC 5546 §2.1.5)."},
		[ITIP_ANSWER_OLD] = {"5.1",
				     "The answer is to an older revision, or older than the last "
				     "one (RFC 5546 §2.1.5)."},
		[ITIP_ANSWER_UNINVITED] = {"3.8",
					   "The sender was not invited, and nobody is let in "
					   "unasked (RFC 5546 §3.2.2.6)."},
	};

	return itip_work_ignore(w, reasons[furthest].status, reasons[furthest].why);
}

const struct fault *itip_process_reply(struct itip_work *w)
{
	struct replying r = {.work = w, .stored = w->in->stored};

	r.host = find_host(w, r.stored);
	read_replies(&r);
	if (r.reply_count == 0)
		return itip_work_ignore(w, "3.8",
					"The sender is none of those who answer in it (RFC 5546 "
					"§6.1.2).");
	itip_instances(w->arena, r.stored, &r.mine);
	itip_draft_begin(&r.draft, w->arena, r.stored);
	for (size_t i = 0; i < r.mine.count && itip_work_goes_on(w); i++)
		if (r.mine.at[i].item)
			answer_item(&r, &r.mine.at[i]);
	for (size_t i = 0; i < r.reply_count && itip_work_goes_on(w); i++)
		if (r.replies[i].id != ITIP_MASTER)
			answer_instance(&r, &r.replies[i]);
	if (r.furthest < ITIP_ANSWER_SAME)
		return not_taken(w, r.furthest);
	itip_work_store(w, itip_draft_finish(&r.draft),
			r.furthest == ITIP_ANSWER_MORE
				? "The answer is noted, and somebody comes in with it (RFC 5546 "
				  "§3.2.2.3, §3.2.2.6)."
				: "The answer is noted (RFC 6638 §4.2).");
	w->out->keeps_tag = r.furthest != ITIP_ANSWER_MORE;
	w->out->tell_others = r.furthest > ITIP_ANSWER_SAME;
	return itip_work_send_invitations(w);
}
