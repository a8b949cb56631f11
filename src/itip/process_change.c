/*
 * process_change - ADD and CANCEL: instances come and go (RFC 5546 §3.2.4, §3.2.5)
 *
 * What is cancelled stays where the recipient can see that it was: with STATUS:CANCELLED, and
 * with the revision that cancelled it, so that an older message does not bring it back. An EXDATE
 * would have no revision, and an object that is gone has none either. Clients take it away
 * themselves when it was seen (Apple), or show it crossed out (Thunderbird).
 */
#include <inttypes.h>

#include "base/arena.h"
#include "ical/walk.h"
#include "itip/params.h"
#include "itip/process_priv.h"
#include "itip/range_priv.h"

static struct text number_line(struct arena *a, const char *name, int64_t n)
{
	return text_from(arena_printf(a, "%s:%" PRId64, name, n));
}

/* SEQUENCE and DTSTAMP of the message, where they are later. */
static void set_revision(struct itip_work *w, struct itip_part *p, const struct ical_item *their)
{
	struct itip_part from;
	struct ical_line l;

	if (their->sequence > p->item->sequence)
		itip_part_set(p, "SEQUENCE", number_line(w->arena, "SEQUENCE", their->sequence));
	itip_part_begin(&from, w->arena, w->in->message, their);
	if (itip_part_find(&from, "DTSTAMP", &l))
		itip_part_set(p, "DTSTAMP", itip_params_set(w->arena, &l, NULL, 0));
}

static int compare(struct itip_work *w, const struct ical_item *their, const struct ical_item *my)
{
	struct itip_stamp a = itip_stamp_of(w->arena, w->in->message, their);
	struct itip_stamp b = itip_stamp_of(w->arena, w->in->stored, my);

	return itip_stamp_compare(&a, &b);
}

static bool is_earlier(const struct ical_item *their, const struct ical_item *my)
{
	return their->dtstamp.present && my->dtstamp.present &&
	       their->dtstamp.seconds < my->dtstamp.seconds;
}

/* ---- CANCEL ------------------------------------------------------------------------------ */

struct cancelling {
	struct itip_work *work;
	struct itip_instances mine;
	struct itip_draft draft;
	struct itip_part series; /* edited at the end; its edits are gathered here */
	bool series_ends;
	bool is_older; /* than something that it would cancel */
	bool *gone;    /* by item: removed or replaced already */
	size_t count;
};

static void put_cancelled(struct cancelling *c, struct itip_part *p, const struct ical_item *their)
{
	itip_part_set(p, "STATUS", TEXT("STATUS:CANCELLED"));
	set_revision(c->work, p, their);
	c->count++;
}

static bool is_old(struct cancelling *c, const struct ical_item *their, const struct ical_item *my)
{
	bool old = compare(c->work, their, my) < 0;

	c->is_older = c->is_older || old;
	return old;
}

static void cancel_item(struct cancelling *c, const struct ical_item *my,
			const struct ical_item *their)
{
	const struct ical_object *o = c->work->in->stored;
	struct itip_part p;

	if (c->gone[my - o->items] || is_old(c, their, my) ||
	    (my->status == STATUS_CANCELLED && compare(c->work, their, my) == 0))
		return;
	itip_part_begin(&p, c->work->arena, o, my);
	put_cancelled(c, &p, their);
	itip_draft_replace(&c->draft, my, itip_part_finish(&p));
	c->gone[my - o->items] = true;
}

static void cancel_whole(struct cancelling *c, const struct ical_item *their)
{
	const struct ical_object *o = c->work->in->stored;

	for (size_t i = 0; i < o->item_count && itip_work_goes_on(c->work); i++)
		if (!o->has_master || i == 0 || !is_earlier(their, &o->items[i]))
			cancel_item(c, &o->items[i], their);
}

/*
 * An instance that only the rule names becomes an override, so that it is seen to be cancelled. One
 * that there is not is held as well (RFC 5546 §5.2.1): the series that has it may still be under
 * way, and then it is the older message.
 */
static void cancel_instance(struct cancelling *c, const struct ical_item *series, int64_t id,
			    const struct ical_item *their)
{
	struct itip_part p;

	c->is_older = c->is_older || is_earlier(their, series);
	if (is_earlier(their, series))
		return;
	itip_part_begin(&p, c->work->arena, c->work->in->stored, series);
	if (!itip_part_to_instance(&p, id))
		return;
	put_cancelled(c, &p, their);
	itip_draft_add(&c->draft, itip_part_finish(&p));
}

/* This instance and all that follow: the series ends before (RFC 5545 §3.2.13). */
static void cancel_future(struct cancelling *c, int64_t id, const struct ical_item *their)
{
	const struct ical_object *o = c->work->in->stored;
	struct itip_part *series = &c->series;

	if (c->series_ends || is_old(c, their, series->item))
		return;
	itip_series_end(series, (struct itip_target_edit){series->edit, 0}, id);
	for (size_t i = 1; i < o->item_count; i++)
		if (!c->gone[i] && itip_instance_id(o, &o->items[i].recurrence_id) >= id) {
			itip_draft_remove(&c->draft, &o->items[i]);
			c->gone[i] = true;
		}
	set_revision(c->work, series, their);
	c->series_ends = true;
	c->count++;
}

static void cancel_part(struct cancelling *c, const struct ical_item *their)
{
	const struct ical_object *o = c->work->in->stored;
	int64_t id = itip_instance_id(o, &their->recurrence_id);
	const struct itip_instance *mine = itip_instance_find(&c->mine, id);
	const struct ical_item *my = mine ? mine->item : NULL;
	bool exact = mine && !mine->is_master && mine->id == id;

	if (their->this_and_future && o->has_master) {
		if (o->items[0].dtstart.present && itip_instance_id(o, &o->items[0].dtstart) >= id)
			cancel_whole(c, their);
		else if ((exact && my) || itip_work_has_instance(c->work, o, id))
			cancel_future(c, id, their);
	} else if (exact && my) {
		cancel_item(c, my, their);
	} else if (my) {
		cancel_instance(c, my, id, their);
	}
}

/* To who is removed it says so by name; to others, all is over only where STATUS says it. */
static bool concerns(struct itip_work *w, const struct ical_item *their)
{
	return their->attendee_count == 0 || their->status == STATUS_CANCELLED ||
	       itip_attendee_in(w->arena, their, w->in->user);
}

static void cancel_begin(struct cancelling *c, struct itip_work *w)
{
	const struct ical_object *o = w->in->stored;

	*c = (struct cancelling){.work = w};
	itip_instances(w->arena, o, &c->mine);
	itip_draft_begin(&c->draft, w->arena, o);
	itip_part_begin(&c->series, w->arena, o, &o->items[0]);
	c->gone = arena_alloc_array(w->arena, o->item_count, sizeof(*c->gone));
}

const struct fault *itip_process_cancel(struct itip_work *w)
{
	const struct ical_object *message = w->in->message;
	const bool *repeated = itip_work_repeated(w);
	struct cancelling c;

	cancel_begin(&c, w);
	for (size_t i = 0; i < message->item_count && itip_work_goes_on(w); i++) {
		const struct ical_item *their = &message->items[i];

		if (repeated[i] || !concerns(w, their))
			continue;
		if (their->recurrence_id.present)
			cancel_part(&c, their);
		else
			cancel_whole(&c, their);
	}
	if (c.count == 0 && c.is_older)
		return itip_work_ignore(w, "5.1",
					"What it cancels has a later revision (RFC 5546 §2.1.5).");
	if (c.count == 0)
		return itip_work_ignore(w, "1.2",
					"What it cancels is not there, or was cancelled before "
					"(RFC 5546 §2.1.5).");
	if (c.series_ends)
		itip_draft_replace(&c.draft, c.series.item, itip_part_finish(&c.series));
	itip_work_store(w, itip_draft_finish(&c.draft),
			"What was cancelled stays with STATUS:CANCELLED, to be seen (RFC 5546 "
			"§3.2.5).");
	return NULL;
}

/* ---- ADD --------------------------------------------------------------------------------- */

struct adding {
	struct itip_work *work;
	struct itip_instances mine;
	struct itip_draft draft;
	struct itip_part series;
	const struct ical_item *last; /* the latest that was added */
};

/* "As if it were referenced via an RDATE" (RFC 5546 §3.2.4), with what it says of itself. */
static void add_item(struct adding *s, const struct ical_item *their)
{
	struct itip_work *w = s->work;
	int64_t id = itip_instance_id(w->in->stored, &their->dtstart);
	const struct itip_instance *mine = itip_instance_find(&s->mine, id);
	struct itip_own own = {.item = s->series.item, .is_later = true};
	struct itip_part p;
	struct ical_line dtstart;

	if (mine && !mine->is_master && mine->id == id && mine->item)
		return;
	itip_part_begin(&p, w->arena, w->in->message, their);
	if (!itip_part_find(&p, "DTSTART", &dtstart))
		return;
	itip_part_insert(&s->series, itip_part_instance_line(&s->series, "RDATE", id));
	itip_part_insert(&p, itip_part_instance_line(&s->series, "RECURRENCE-ID", id));
	(void)itip_part_take(w, &p, &own);
	itip_draft_add(&s->draft, itip_part_finish(&p));
	if (!s->last || their->sequence >= s->last->sequence)
		s->last = their;
}

/* SEQUENCE is counted for each instance; an ADD counts on from the furthest (RFC 5546 §4.4.6). */
static int64_t last_sequence(const struct ical_object *o)
{
	int64_t last = 0;

	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].sequence > last)
			last = o->items[i].sequence;
	return last;
}

/* Does nothing stand between what is known and the ADD, and does it name instances one by one? */
static bool can_add(struct itip_work *w)
{
	const struct ical_object *o = w->in->stored, *message = w->in->message;
	int64_t last = last_sequence(o);

	if (!o->has_master || !o->items[0].dtstart.present)
		return false;
	for (size_t i = 0; i < message->item_count; i++) {
		const struct ical_item *their = &message->items[i];

		if (their->recurrence_id.present || !their->dtstart.present || their->has_rule ||
		    their->rdates.count > 0 || their->period_count > 0 ||
		    their->sequence > last + 1)
			return false;
	}
	return true;
}

const struct fault *itip_process_add(struct itip_work *w)
{
	const struct ical_object *o = w->in->stored, *message = w->in->message;
	const bool *repeated = itip_work_repeated(w);
	struct adding s = {.work = w};

	if (!can_add(w))
		return itip_process_ask(w);
	itip_instances(w->arena, o, &s.mine);
	itip_draft_begin(&s.draft, w->arena, o);
	itip_part_begin(&s.series, w->arena, o, &o->items[0]);
	for (size_t i = 0; i < message->item_count && itip_work_goes_on(w); i++)
		if (!repeated[i] && compare(w, &message->items[i], &o->items[0]) > 0)
			add_item(&s, &message->items[i]);
	if (!s.last)
		return itip_work_ignore(w, "1.2",
					"What it adds is there already (RFC 5546 §2.1.5).");
	set_revision(w, &s.series, s.last);
	itip_draft_replace(&s.draft, &o->items[0], itip_part_finish(&s.series));
	itip_draft_add_zones(&s.draft, message);
	itip_work_store(w, itip_draft_finish(&s.draft),
			"Instances were added to the series (RFC 5546 §3.2.4).");
	return NULL;
}
