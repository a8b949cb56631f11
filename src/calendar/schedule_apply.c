/* schedule_apply - verified and written: copies, inboxes, jobs and notes. See schedule.h. */

#include "base/log.h"
#include "calendar/schedule_priv.h"
#include "store/path.h"
#include "store/schedule.h"

/* ---- is it still so?
 * ------------------------------------------------------------------------------ */

static bool same_etag(const struct stored_object *is, const struct stored_object *was)
{
	if (!is || !was)
		return !is && !was;
	return is->id == was->id && text_equal(is->etag, was->etag) &&
	       text_equal(is->schedule_tag, was->schedule_tag);
}

/* Something of theirs has changed; does it matter here? */
static const struct fault *verify_copy(struct change *c, struct db *db,
				       const struct schedule_plan *plan,
				       const struct schedule_copy *copy)
{
	struct stored_object *is, *taken = NULL;
	struct collection *calendar = NULL;
	const struct fault *f =
		object_find_uid_anywhere(db, c->arena, copy->owner, plan->uid, 0, &is);

	if (!f && !same_etag(is, copy->was))
		return change_is_stale(c);
	if (!f)
		f = schedule_verify_denials(c, db, plan, copy->owner);
	if (f || copy->was || !copy->calendar)
		return f;
	f = collection_get(db, c->arena, copy->owner, copy->calendar, &calendar);
	if (!f)
		f = object_find(db, c->arena, copy->owner, copy->calendar, copy->name, &taken);
	if (!f && (!calendar || taken))
		f = change_is_stale(c);
	return f;
}

const struct fault *schedule_verify(struct change *c, struct db *db,
				    const struct schedule_plan *plan,
				    const struct stored_object *existing)
{
	const struct fault *f;

	if (plan->is_skipped)
		return change_is_stale(c);
	if (plan->is_sending && !text_equal(existing ? existing->etag : TEXT_NONE, plan->etag))
		return change_is_stale(c);
	f = schedule_check_actor(c, db, plan);
	for (size_t i = 0; i < plan->copy_count && !f; i++) {
		const struct schedule_copy *copy = plan->copies[i];

		if (change_locked_version(c, copy->owner) == copy->version)
			f = schedule_check_member(c, db, copy);
		else if (copy->is_judged)
			f = change_is_stale(c);
		else
			f = verify_copy(c, db, plan, copy);
	}
	return f;
}

const struct fault *schedule_check_unique(struct change *c, struct db *db,
					  const struct schedule_plan *plan, int64_t collection)
{
	struct stored_object *other;
	struct collection *in = NULL;
	const struct fault *f;

	if (!plan->is_unique)
		return NULL;
	f = object_find_uid_elsewhere(db, c->arena, plan->owner, plan->uid, collection, &other);
	if (!f && other)
		f = collection_get(db, c->arena, plan->owner, other->collection, &in);
	if (f || !in)
		return f;
	return fault_make(c->arena, FAULT_UID_ELSEWHERE,
			  text_cstr(c->arena, path_join(c->arena, in->name, other->name)),
			  "Another calendar holds this meeting already.");
}

/* ---- written
 * -------------------------------------------------------------------------------------- */

static const struct fault *write_copy(struct change *c, struct db *db,
				      const struct schedule_copy *copy)
{
	struct stored_object o = {
		.owner = copy->owner,
		.collection = copy->calendar,
		.name = copy->name,
		.created = c->now,
	};
	const struct fault *f;

	if (copy->was)
		o = *copy->was;
	o.modified = c->now;
	f = change_next_seq(c, db, copy->owner, copy->calendar, PUSH_CONTENT, &o.seq);
	if (!f)
		f = object_plan_check(c, db, copy->plan);
	if (f)
		return f;
	schedule_set_tag(c, copy->was, true, copy->keeps_tag, copy->plan->etag, &o);
	f = schedule_keep_tag(c, db, copy->was, &o);
	return f ? f : object_plan_write(c, db, copy->plan, &o);
}

static const struct fault *remove_copy(struct change *c, struct db *db,
				       const struct schedule_copy *copy)
{
	int64_t seq;
	const struct fault *f =
		change_next_seq(c, db, copy->owner, copy->calendar, PUSH_CONTENT, &seq);

	if (!f)
		f = object_remove(db, c->arena, copy->was, seq, c->now);
	return f ? f : change_forget_locks(c, db, copy->was);
}

/* Messages of one UID stand side by side in an inbox, so its objects go by their names. */
static const struct fault *write_item(struct change *c, struct db *db,
				      const struct schedule_copy *copy,
				      const struct object_plan *plan)
{
	struct stored_object o = {
		.owner = copy->owner,
		.collection = copy->inbox,
		.created = c->now,
		.modified = c->now,
	};
	const struct fault *f =
		change_next_seq(c, db, copy->owner, copy->inbox, PUSH_CONTENT, &o.seq);

	if (!f)
		f = object_plan_check(c, db, plan);
	if (f)
		return f;
	o.name = text_from(arena_printf(c->arena, "%lld-%.*s.ics", (long long)o.seq,
					TEXT_ARG(text_sub(plan->etag, 0, 16))));
	return object_plan_write_as(c, db, plan, o.name, &o);
}

static bool changes_holds(const struct schedule_copy *copy)
{
	return copy->changed && !copy->keeps_tag && schedule_may_hold(copy);
}

static const struct fault *write_all_of(struct change *c, struct db *db,
					const struct schedule_plan *plan,
					const struct schedule_copy *copy)
{
	const struct fault *f = NULL;

	if (copy->changed && copy->is)
		f = write_copy(c, db, copy);
	else if (copy->changed && copy->was)
		f = remove_copy(c, db, copy);
	for (const struct schedule_item *item = copy->items; item && !f; item = item->next)
		f = write_item(c, db, copy, item->plan);
	if (!f && changes_holds(copy))
		f = schedule_write_holds(c, db, plan->uid, copy);
	return f;
}

static const struct fault *note_sent(struct change *c, struct db *db, struct schedule_note n,
				     const struct schedule_delivery *d)
{
	n.owner = d->sender;
	n.peer = d->to;
	n.is_sent = true;
	return d->sender ? schedule_note_add(db, c->arena, &n) : NULL;
}

static const struct fault *note_received(struct change *c, struct db *db, struct schedule_note n,
					 const struct schedule_delivery *d)
{
	n.owner = d->owner;
	n.peer = d->from;
	return d->owner ? schedule_note_add(db, c->arena, &n) : NULL;
}

/* For both ends, as far as they are here. Of many by one sender only the newest are kept. */
static const struct fault *write_notes(struct change *c, struct db *db,
				       const struct schedule_plan *plan, size_t i)
{
	const struct schedule_delivery *d = plan->deliveries[i];
	struct schedule_note n = {
		.uid = plan->uid,
		.at = c->now,
		.method = text_from(itip_method_name(d->method)),
		.status = text_from(d->status),
		.why = text_from(d->why),
	};
	const struct fault *f = note_received(c, db, n, d);

	if (f || plan->delivery_count - i > SCHEDULE_NOTES_KEPT)
		return f;
	return note_sent(c, db, n, d);
}

const struct fault *schedule_write(struct change *c, struct db *db,
				   const struct schedule_plan *plan)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < plan->copy_count && !f; i++)
		f = write_all_of(c, db, plan, plan->copies[i]);
	for (size_t i = 0; i < plan->delivery_count && !f; i++) {
		const struct schedule_delivery *d = plan->deliveries[i];

		if (d->is_queued)
			f = schedule_queue(c, db, d->sender, d);
		if (!f)
			f = write_notes(c, db, plan, i);
	}
	return f;
}

void schedule_log(const struct schedule_plan *plan)
{
	for (size_t i = 0; i < plan->delivery_count; i++) {
		const struct schedule_delivery *d = plan->deliveries[i];

		log_event(LOG_INFO, "schedule", LOG_TEXT("uid", plan->uid),
			  LOG_STR("method", itip_method_name(d->method)),
			  LOG_TEXT("recipient", d->to), LOG_STR("status", d->status),
			  LOG_STR("why", d->why));
	}
}
