/*
 * process_request - REQUEST and PUBLISH: an object comes to an attendee (RFC 5546 §3.2.1, §3.2.2)
 *
 * Each instance is judged for itself. Where the message brings the series, and no older one than
 * is known, it is the whole: what it leaves out is gone. Else it is about the instances that it
 * names and changes these alone (interop: receiving iMIP), so an override may also come first and
 * the series later.
 *
 * Revisions of one instance are ordered by SEQUENCE, then DTSTAMP (§2.1.5). For an instance that
 * only one side names, DTSTAMP alone tells which message is later, as SEQUENCE is counted for each.
 */
#include "base/arena.h"
#include "itip/process_priv.h"
#include "itip/range_priv.h"

struct merge {
	struct itip_work *work;
	const struct ical_object *message, *stored; /* stored NULL: it is new */
	struct itip_instances theirs, mine;
	const struct ical_item *their_series, *my_series; /* NULL: only overrides */
	struct itip_draft draft;
	struct itip_part series; /* of the message, while it is taken */
	size_t taken;		 /* components that were not older */
	bool is_new_to_them;	 /* one of these was seen for the first time */
	bool asks_anew;
	bool is_left_out; /* a THISANDFUTURE leaves the recipient out of all of the series */
	bool is_lost;	  /* an instance came that the recipient's series does not have */
};

/* ---- who is invited to what -------------------------------------------------------------- */

static bool is_meant(const struct merge *m, const struct ical_item *item)
{
	return m->work->in->method == ITIP_PUBLISH ||
	       itip_attendee_in(m->work->arena, item, m->work->in->user);
}

static bool is_declined(struct itip_work *w, const struct ical_item *item)
{
	const struct ical_attendee *own = itip_attendee_in(w->arena, item, w->in->user);

	return own && text_equal_nocase(own->partstat, TEXT("DECLINED"));
}

static const struct ical_item *series_of(const struct merge *m, const struct ical_object *o)
{
	return o && o->has_master && (o != m->message || is_meant(m, &o->items[0])) ? &o->items[0]
										    : NULL;
}

static int64_t stamp_of(const struct ical_item *item)
{
	return item->dtstamp.present ? item->dtstamp.seconds : TIME_MIN;
}

/*
 * What was cancelled is planned anew. An organizer whose program forgot it counts from 0 again, as
 * Thunderbird does when a removal is undone, so it is later than the CANCEL if it was written
 * later.
 */
static bool is_revived(const struct ical_item *their, const struct ical_item *my)
{
	return my->status == STATUS_CANCELLED && their->status != STATUS_CANCELLED &&
	       stamp_of(their) >= stamp_of(my);
}

static int compare(const struct merge *m, const struct ical_item *their, const struct ical_item *my)
{
	struct itip_stamp a = itip_stamp_of(m->work->arena, m->message, their);
	struct itip_stamp b = itip_stamp_of(m->work->arena, m->stored, my);

	return is_revived(their, my) ? 1 : itip_stamp_compare(&a, &b);
}

/* A revision that asks for an answer again. */
static bool is_later_sequence(const struct merge *m, const struct ical_item *their,
			      const struct ical_item *my)
{
	return is_revived(their, my) ||
	       itip_stamp_of(m->work->arena, m->message, their).sequence >
		       itip_stamp_of(m->work->arena, m->stored, my).sequence;
}

/* ---- one component ----------------------------------------------------------------------- */

/* What the recipient has for a component that came. */
static const struct itip_instance *find_mine(const struct merge *m, const struct ical_item *their,
					     bool *exact_out)
{
	const struct itip_instance *found;
	int64_t id;

	*exact_out = false;
	if (!m->stored)
		return NULL;
	id = itip_instance_id(m->stored, &their->recurrence_id);
	found = itip_instance_find(&m->mine, id);
	*exact_out = found && !found->is_master && found->id == id;
	return found;
}

static void take(struct merge *m, struct itip_part *p, const struct ical_item *my, bool is_exact)
{
	struct itip_own own = {.item = my, .is_exact = is_exact};

	own.is_later = my && is_later_sequence(m, p->item, my);
	m->asks_anew = itip_part_take(m->work, p, &own) || m->asks_anew;
	m->taken++;
	if (!my || !is_exact || compare(m, p->item, my) > 0)
		m->is_new_to_them = true;
}

static struct text taken_part(struct merge *m, const struct ical_item *their,
			      const struct ical_item *my, bool is_exact)
{
	struct itip_part p;

	itip_part_begin(&p, m->work->arena, m->message, their);
	take(m, &p, my, is_exact);
	return itip_part_finish(&p);
}

static struct text bytes_of(const struct ical_object *o, const struct ical_item *item)
{
	const struct ical_block *b = &o->blocks.at[item->block];

	return text_sub(o->raw, b->begin, b->end - b->begin);
}

/* ---- the whole --------------------------------------------------------------------------- */

/* An instance that the recipient does not take part in is none to them. */
static void leave_out(struct merge *m, const struct ical_item *their)
{
	struct itip_part p;
	struct ical_line l;

	itip_draft_remove(&m->draft, their);
	itip_part_begin(&p, m->work->arena, m->message, their);
	if (m->their_series && !their->this_and_future && itip_part_find(&p, "RECURRENCE-ID", &l))
		itip_part_insert(&m->series, itip_date_line(m->work->arena, "EXDATE", &l));
}

static void take_override(struct merge *m, const struct ical_item *their)
{
	bool exact;
	const struct itip_instance *mine = find_mine(m, their, &exact);
	const struct ical_item *my = mine ? mine->item : NULL;

	if (!is_meant(m, their) || (exact && !my && is_declined(m->work, their)))
		leave_out(m, their);
	else if (exact && my && compare(m, their, my) < 0)
		itip_draft_replace(&m->draft, their, bytes_of(m->stored, my));
	else
		itip_draft_replace(&m->draft, their,
				   taken_part(m, their, my ? my : m->my_series, exact && my));
}

/* An answer for one instance stays, where the series that came has the instance as before. */
static void keep_answered(struct merge *m, const struct itip_instance *mine, int64_t id)
{
	struct itip_part p;

	if (!m->my_series || !itip_has_own_answer(m->work, mine->item, m->my_series) ||
	    is_later_sequence(m, m->their_series, mine->item) ||
	    itip_work_change(m->work, mine->item, m->their_series) == ITIP_TIMES ||
	    !itip_work_has_instance(m->work, m->message, id))
		return;
	itip_part_begin(&p, m->work->arena, m->message, m->their_series);
	if (!itip_part_to_instance(&p, id))
		return;
	take(m, &p, mine->item, true);
	itip_draft_add(&m->draft, itip_part_finish(&p));
}

/* What the recipient has of an instance that the message does not name. */
static void keep_unnamed(struct merge *m, const struct itip_instance *mine)
{
	int64_t id =
		mine->item ? itip_instance_id(m->message, &mine->item->recurrence_id) : mine->id;
	const struct itip_instance *their = itip_instance_find(&m->theirs, id);

	if (their && !their->is_master && their->id == id)
		return;
	if (!mine->item) {
		/* Deleted by the recipient: with the same SEQUENCE nobody brought it back. */
		if (m->my_series && !is_later_sequence(m, m->their_series, m->my_series))
			itip_part_insert(&m->series,
					 itip_part_instance_line(&m->series, "EXDATE", id));
	} else if (stamp_of(mine->item) > stamp_of(m->their_series)) {
		itip_draft_add(&m->draft, bytes_of(m->stored, mine->item));
	} else {
		keep_answered(m, mine, id);
	}
}

static bool concerns(void *ctx, const struct ical_item *item)
{
	return is_meant(ctx, item);
}

/*
 * The series that came, made the recipient's. What a THISANDFUTURE leaves them out of is not
 * theirs, and may be all of it.
 */
static void take_series(struct merge *m)
{
	itip_part_begin(&m->series, m->work->arena, m->message, m->their_series);
	if (itip_series_leave(&m->series, (struct itip_target_edit){m->series.edit, 0}, &m->theirs,
			      concerns, m))
		take(m, &m->series, m->my_series, m->my_series != NULL);
	else
		m->their_series = NULL;
	m->is_left_out = !m->their_series;
}

/* A message names overrides of ours with their ids; those of its own EXDATEs are as it counts. */
static void merge_whole(struct merge *m)
{
	const struct ical_object *o = m->message;

	itip_draft_begin(&m->draft, m->work->arena, o);
	if (m->their_series)
		take_series(m);
	for (size_t i = 0; i < o->item_count && itip_work_goes_on(m->work); i++) {
		if (o->items[i].recurrence_id.present)
			take_override(m, &o->items[i]);
		else if (!m->their_series)
			itip_draft_remove(&m->draft, &o->items[i]);
	}
	if (!m->their_series)
		return;
	for (size_t i = 0; m->stored && i < m->mine.count && itip_work_goes_on(m->work); i++)
		if (!m->mine.at[i].is_master)
			keep_unnamed(m, &m->mine.at[i]);
	itip_draft_replace(&m->draft, m->their_series, itip_part_finish(&m->series));
	if (m->stored)
		itip_draft_add_zones(&m->draft, m->stored);
}

/* ---- some instances ---------------------------------------------------------------------- */

/* EXDATEs of the recipient's series that the organizer invites to again. */
struct lifted {
	int64_t *ids;
	size_t count;
};

static void merge_override(struct merge *m, const struct ical_item *their, struct lifted *lifted)
{
	bool exact;
	const struct itip_instance *mine = find_mine(m, their, &exact);
	const struct ical_item *my = mine ? mine->item : NULL;

	if (exact && my) {
		if (compare(m, their, my) >= 0)
			itip_draft_replace(&m->draft, my, taken_part(m, their, my, true));
		return;
	}
	if (!my)
		my = m->my_series;
	if (my && stamp_of(their) < stamp_of(my))
		return;
	if (exact) {
		if (is_declined(m->work, their))
			return;
		lifted->ids[lifted->count++] = mine->id;
	} else if (mine &&
		   !itip_work_has_instance(m->work, m->stored,
					   itip_instance_id(m->stored, &their->recurrence_id))) {
		m->is_lost = true;
	}
	itip_draft_add(&m->draft, taken_part(m, their, my, false));
}

static void merge_some(struct merge *m)
{
	const struct ical_object *o = m->message;
	const bool *repeated = itip_work_repeated(m->work);
	struct lifted lifted = {
		.ids = arena_alloc_array(m->work->arena, o->item_count, sizeof(*lifted.ids))};

	itip_draft_begin(&m->draft, m->work->arena, m->stored);
	for (size_t i = 0; i < o->item_count && itip_work_goes_on(m->work); i++)
		if (o->items[i].recurrence_id.present && !repeated[i] && is_meant(m, &o->items[i]))
			merge_override(m, &o->items[i], &lifted);
	if (m->taken > 0)
		itip_draft_add_zones(&m->draft, o);
	if (lifted.count > 0) {
		struct itip_part p;

		itip_part_begin(&p, m->work->arena, m->stored, m->my_series);
		itip_part_lift_exdates(&p, lifted.ids, lifted.count);
		itip_draft_replace(&m->draft, m->my_series, itip_part_finish(&p));
	}
}

/* ---- what comes of it -------------------------------------------------------------------- */

static void merge_begin(struct merge *m, struct itip_work *w)
{
	*m = (struct merge){.work = w, .message = w->in->message, .stored = w->in->stored};
	m->their_series = series_of(m, m->message);
	m->my_series = series_of(m, m->stored);
	itip_instances(w->arena, m->message, &m->theirs);
	if (m->stored)
		itip_instances(w->arena, m->stored, &m->mine);
}

static size_t count_meant(const struct merge *m, bool *all_declined_out)
{
	size_t count = 0;

	*all_declined_out = true;
	for (size_t i = 0; i < m->message->item_count; i++) {
		if (!is_meant(m, &m->message->items[i]))
			continue;
		count++;
		if (!is_declined(m->work, &m->message->items[i]))
			*all_declined_out = false;
	}
	return count;
}

#define AGAIN "It is sent again as the organizer asked (RFC 6638 §7.2)."

static const struct fault *not_meant(struct itip_work *w)
{
	return itip_work_ignore(w, "3.7",
				"The recipient is no attendee in the message (RFC 5546 §3.2.2.6).");
}

const struct fault *itip_process_new(struct itip_work *w)
{
	struct merge m;
	bool all_declined;

	merge_begin(&m, w);
	if (count_meant(&m, &all_declined) == 0)
		return not_meant(w);
	/* Only PUBLISH comes to who is not in it. */
	if (all_declined && w->in->method == ITIP_REQUEST && !w->in->is_forced)
		return itip_work_ignore(w, "1.2",
					"The recipient has declined and removed this; an update "
					"does not bring it back (RFC 6638 §3.2.2.4).");
	merge_whole(&m);
	if (m.taken == 0)
		return not_meant(w);
	itip_work_store(w, itip_draft_finish(&m.draft),
			w->in->is_forced ? AGAIN
			: w->in->method == ITIP_PUBLISH
				? "Published, and stored as it is (RFC 5546 §3.2.1)."
				: "A new invitation is stored (RFC 6638 §4.1).");
	return NULL;
}

static const struct fault *finish(struct merge *m)
{
	struct itip_work *w = m->work;
	struct text object = itip_draft_finish(&m->draft);
	struct ical_object *o;
	const struct fault *f = ical_object_parse(w->arena, object, ICAL_FROM_STORE, &o);
	enum itip_change change;

	if (f)
		return f;
	change = itip_object_change(w->arena, m->stored, o);
	if (change == ITIP_SAME && !m->is_new_to_them && !w->in->is_forced)
		return itip_work_ignore(w, "1.2",
					"This revision was seen before (RFC 5546 §2.1.5).");
	if (change > ITIP_PARTSTAT || m->asks_anew) {
		itip_work_store(
			w, object,
			m->asks_anew ? "It was rescheduled, so the answer is asked for anew "
				       "(RFC 5546 §3.2.2.1)."
				     : "The organizer's part is updated; the recipient's own stays "
				       "(RFC 6638 §4.1).");
		return NULL;
	}
	itip_work_store(w, object,
			w->in->is_forced
				? AGAIN
				: "Only answers of others came, which change no schedule-tag and "
				  "need no notice (RFC 6638 §3.2.10).");
	w->out->keeps_tag = true;
	w->out->to_inbox = w->in->is_forced;
	return NULL;
}

static bool is_whole(const struct merge *m)
{
	return m->their_series && (!m->my_series || compare(m, m->their_series, m->my_series) >= 0);
}

const struct fault *itip_process_request(struct itip_work *w)
{
	struct merge m;
	const struct fault *f;
	bool all_declined;

	merge_begin(&m, w);
	if (count_meant(&m, &all_declined) == 0)
		return not_meant(w);
	if (is_whole(&m))
		merge_whole(&m);
	else
		merge_some(&m);
	if (m.taken == 0 && m.is_left_out)
		return not_meant(w);
	if (m.taken == 0)
		return itip_work_ignore(w, "5.1",
					"It is older than what is known (RFC 5546 §2.1.5).");
	if ((f = finish(&m)))
		return f;
	/* Kept all the same: to an organizer who sends no whole, it is all there is. */
	if (m.is_lost)
		itip_work_ask(w, "The series has no such instance, so a revision of it was missed "
				 "(RFC 5546 §4.7.2).");
	return NULL;
}

const struct fault *itip_process_publish(struct itip_work *w)
{
	return w->in->stored ? itip_process_request(w) : itip_process_new(w);
}
