/*
 * schedule_proposal - what an attendee proposes is kept until the organizer has answered
 *
 * Whether a save answers it is found out while planning. Inside the transaction it is only looked
 * whether the same proposals stand, which a COUNTER that came meanwhile changes.
 */
#include "calendar/inboxes.h"
#include "calendar/proposal.h"
#include "calendar/schedule_round_priv.h"
#include "store/schedule.h"

/* ---- one that has come --------------------------------------------------------------------- */

static struct proposal_span span_of(const struct itip_span *s)
{
	struct proposal_span out = {.start = s->start, .end = s->end};

	if (s->present)
		out.form = s->form == TIME_DATE	 ? PROPOSAL_DAYS
			   : s->form == TIME_UTC ? PROPOSAL_UTC
						 : PROPOSAL_LOCAL;
	return out;
}

/* Of what takes place once, by the clock of the world, when that is over, but not before somebody
 * could look. */
static int64_t expiry_of(const struct itip_proposal *p, const struct ical_object *message,
			 int64_t now)
{
	const struct ical_item *item = &message->items[0];
	bool recurs = item->has_rule || item->rdates.count > 0 || item->period_count > 0;
	bool is_once = p->instance != ITIP_MASTER || !recurs;
	int64_t latest = now + PROPOSAL_KEPT_S;

	if (!is_once || p->is.form != TIME_UTC)
		return latest;
	return min64(latest, max64(p->is.end, now + DAY_SECONDS));
}

void schedule_note_proposal(struct schedule_round *r, struct schedule_delivery *d,
			    const struct itip_proposal *p)
{
	struct proposal *kept = arena_alloc(r->arena, sizeof(*kept));

	if (d->message->raw.len > PROPOSAL_MESSAGE_MAX) {
		d->why = "A proposal, which is in the inbox alone: it is too large to be kept.";
		return;
	}
	*kept = (struct proposal){
		.owner = d->owner,
		.id = secret_id_make(r->arena, &r->c->cal->key, d->owner),
		.uid = r->plan->uid,
		.instance = p->instance,
		.attendee = d->from,
		.sequence = p->sequence,
		.was = span_of(&p->was),
		.is = span_of(&p->is),
		.location = text_dup(r->arena, p->location),
		.comment = text_dup(r->arena, p->comment),
		.partstat = text_dup(r->arena, p->partstat),
		.at = r->c->now,
		.expires = expiry_of(p, d->message, r->c->now),
		.message = d->message->raw,
	};
	d->proposal = kept;
}

/* Unless its owner took it out of the inbox. */
static const struct fault *hide(struct change *c, struct db *db, int64_t owner, int64_t item)
{
	struct stored_object *o;
	struct collection *in = NULL;
	const struct fault *f = object_get(db, c->arena, owner, item, &o);

	if (!f && o)
		f = collection_get(db, c->arena, owner, o->collection, &in);
	if (f || !in || in->kind != COLLECTION_INBOX)
		return f;
	return inboxes_take_out(c, db, o);
}

const struct fault *schedule_keep_proposal(struct change *c, struct db *db,
					   const struct proposal *p)
{
	int64_t *items;
	size_t count;
	const struct fault *f = proposal_put(db, c->arena, p, &items, &count);

	for (size_t i = 0; i < count && !f; i++)
		f = hide(c, db, p->owner, items[i]);
	return f;
}

/* ---- answered ------------------------------------------------------------------------------ */

const struct fault *schedule_plan_settling(struct change *c, struct db *db,
					   struct schedule_plan *plan,
					   const struct ical_object *was)
{
	struct itip_comparison *comparison = NULL;
	const struct fault *f = proposal_list(db, c->arena, plan->owner, plan->uid, c->now,
					      &plan->proposals, &plan->proposal_count);

	plan->settles = arena_alloc_array(c->arena, plan->proposal_count + 1, sizeof(bool));
	for (size_t i = 0; i < plan->proposal_count && !f; i++) {
		const struct proposal *p = &plan->proposals[i];

		if (!comparison && plan->object)
			comparison = itip_compare(c->arena, was, plan->object);
		plan->settles[i] = !plan->object ||
				   itip_counter_is_settled(c->arena, comparison, was, plan->object,
							   p->instance, p->attendee);
	}
	plan->is_settling = true;
	return f ? f : arena_check(c->arena);
}

static const struct fault *check_same(struct change *c, struct db *db,
				      const struct schedule_plan *plan)
{
	struct proposal *now;
	size_t count;
	const struct fault *f =
		proposal_list(db, c->arena, plan->owner, plan->uid, c->now, &now, &count);

	if (!f && count != plan->proposal_count)
		f = change_is_stale(c);
	for (size_t i = 0; i < count && !f; i++)
		if (!text_equal(now[i].id, plan->proposals[i].id))
			f = change_is_stale(c);
	return f;
}

static const struct fault *note_settled(struct change *c, struct db *db, const struct proposal *p)
{
	const struct schedule_note n = {
		.owner = p->owner,
		.uid = p->uid,
		.at = c->now,
		.method = TEXT("COUNTER"),
		.peer = p->attendee,
		.status = TEXT("2.0"),
		.why = TEXT("What was proposed is answered by what was saved (RFC 5546 §3.2.7)."),
	};

	return schedule_note_add(db, c->arena, &n);
}

const struct fault *schedule_settle(struct change *c, struct db *db,
				    const struct schedule_plan *plan)
{
	const struct fault *f;

	if (!plan->is_settling)
		return NULL;
	f = check_same(c, db, plan);
	for (size_t i = 0; i < plan->proposal_count && !f; i++) {
		if (!plan->settles[i])
			continue;
		f = proposal_remove(db, c->arena, plan->owner, plan->proposals[i].id);
		if (!f)
			f = note_settled(c, db, &plan->proposals[i]);
	}
	return f;
}
