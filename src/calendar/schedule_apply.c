/* schedule_apply - verified and written: copies, inboxes, jobs and notes. See schedule.h. */

#include "calendar/schedule_priv.h"
#include "store/path.h"

/* ---- is it still so? ------------------------------------------------------------------------- */

/* At the same place, and not written since: also what is remembered of answers is the same. */
static bool is_same_object(const struct stored_object *is, const struct stored_object *was)
{
	if (!is || !was)
		return !is && !was;
	return is->id == was->id && is->collection == was->collection &&
	       text_equal(is->name, was->name) && is->seq == was->seq;
}

/* Stale where it is known by other addresses than it was. */
static const struct fault *verify_user(struct change *c, struct db *db, int64_t owner,
				       const struct itip_user *user)
{
	struct text *addresses;
	size_t count;
	const struct fault *f = owner_addresses(db, c->arena, owner, &addresses, &count);
	bool same = !f && count == user->count;

	for (size_t i = 0; same && i < count; i++)
		same = text_equal(addresses[i], user->addresses[i]);
	return f || same ? f : change_is_stale(c);
}

/* Where a new object and messages go may be set anew, or be gone. */
static const struct fault *verify_places(struct change *c, struct db *db,
					 const struct schedule_copy *copy)
{
	struct collection *calendar, *inbox;
	struct stored_object *taken = NULL;
	const struct fault *f = collection_for_delivery(db, c->arena, copy->owner, copy->component,
							&calendar, &inbox);

	if (f)
		return f;
	if (copy->inbox != (inbox ? inbox->id : 0))
		return change_is_stale(c);
	if (copy->was)
		return NULL;
	if (copy->calendar != (calendar ? calendar->id : 0))
		return change_is_stale(c);
	if (calendar)
		f = object_find_bare(db, c->arena, copy->owner, calendar->id, copy->name, &taken);
	return f || !taken ? f : change_is_stale(c);
}

/* Something of theirs has changed; does it matter here? */
static const struct fault *verify_copy(struct change *c, struct db *db,
				       const struct schedule_plan *plan,
				       const struct schedule_copy *copy)
{
	struct stored_object *is;
	const struct fault *f;

	if (change_locked_version(c, copy->owner) == copy->version)
		return schedule_check_member(c, db, copy);
	if (copy->is_judged)
		return change_is_stale(c);
	f = object_find_uid_anywhere(db, c->arena, copy->owner, plan->uid, 0, &is);
	if (!f && !is_same_object(is, copy->was))
		return change_is_stale(c);
	if (!f)
		f = schedule_verify_denials(c, db, plan, copy->owner);
	if (!f)
		f = verify_user(c, db, copy->owner, &copy->user);
	return f ? f : verify_places(c, db, copy);
}

/* Whose save it is: by these addresses they have their part in it. */
static const struct fault *verify_saver(struct change *c, struct db *db,
					const struct schedule_plan *plan)
{
	if (!plan->user.addresses || change_locked_version(c, plan->owner) == plan->version)
		return NULL;
	return verify_user(c, db, plan->owner, &plan->user);
}

/* To whom mail would go are still people of elsewhere. */
static const struct fault *verify_strangers(struct change *c, struct db *db,
					    const struct schedule_plan *plan)
{
	struct text *outside = arena_alloc_array(c->arena, plan->delivery_count, sizeof(*outside));
	struct owner_match *here;
	size_t count = 0, here_count;
	const struct fault *f;

	for (size_t i = 0; i < plan->delivery_count; i++)
		if (plan->deliveries[i]->job)
			outside[count++] = plan->deliveries[i]->to;
	if (count == 0)
		return NULL;
	f = owner_match_addresses(db, c->arena, outside, count, &here, &here_count);
	return f || here_count == 0 ? f : change_is_stale(c);
}

/* Is what ends here still the last, or not? */
static const struct fault *verify_end(struct change *c, struct db *db,
				      const struct schedule_plan *plan,
				      const struct stored_object *existing)
{
	bool is_elsewhere = false;
	const struct fault *f = NULL;

	if (plan->is_end && existing)
		f = schedule_stands_elsewhere(c, db, existing, &is_elsewhere);
	return f || is_elsewhere == plan->is_elsewhere ? f : change_is_stale(c);
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
	f = schedule_may_send(c, db, plan->owner, plan->sends);
	if (!f)
		f = verify_saver(c, db, plan);
	if (!f)
		f = verify_end(c, db, plan, existing);
	for (size_t i = 0; i < plan->copy_count && !f; i++)
		f = verify_copy(c, db, plan, plan->copies[i]);
	return f ? f : verify_strangers(c, db, plan);
}

const struct fault *schedule_judge_tagged(struct change *c, struct db *db,
					  const struct schedule_plan *plan,
					  const struct stored_object *existing, int64_t collection,
					  bool *out)
{
	struct stored_object *other;
	struct collection *in = NULL;
	const struct fault *f;

	*out = plan && plan->is_tagged;
	if (!*out || (existing && existing->schedule_tag.len > 0))
		return NULL;
	f = object_find_uid_elsewhere(db, c->arena, plan->owner, plan->uid, collection, &other);
	if (f || !other || other->schedule_tag.len == 0)
		return f;
	*out = false;
	if (!plan->is_unique)
		return NULL;
	f = collection_get(db, c->arena, plan->owner, other->collection, &in);
	if (f)
		return f;
	return fault_make(c->arena, FAULT_UID_ELSEWHERE,
			  text_cstr(c->arena, path_join(c->arena, in->name, other->name)),
			  "Another calendar holds this meeting already.");
}

/* ---- written --------------------------------------------------------------------------------- */

static void count_user(struct schedule_bytes *b, bool begins)
{
	b->users = begins ? 0 : b->users + 1;
	b->body = 0;
}

/* Who will have the same bytes as others has them in common with them. */
static void count_users(const struct schedule_plan *plan, bool begins)
{
	for (size_t i = 0; i < plan->copy_count; i++) {
		const struct schedule_copy *copy = plan->copies[i];

		if (copy->changed && copy->bytes)
			count_user(copy->bytes, begins);
		for (const struct schedule_item *item = copy->items; item; item = item->next)
			count_user(item->bytes, begins);
	}
}

/* answers: what is remembered of them is one owner's alone, and stands with their data; as do an
 * organizer's bytes, which are nobody else's. */
static const struct fault *share(struct change *c, struct db *db, struct schedule_bytes *b,
				 struct text answers, struct stored_object *o)
{
	const struct fault *f = NULL;

	if (!b || answers.len > 0 || b->users < 2)
		return NULL;
	if (!b->body)
		f = object_body_add(db, c->arena, b->raw, &b->body);
	o->shared = b->body;
	return f;
}

static const struct fault *write_copy(struct change *c, struct db *db, struct schedule_copy *copy)
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
	else
		o.taken_id = schedule_next_id(copy);
	o.modified = c->now;
	f = schedule_next_seq(c, db, copy, copy->calendar, &o.seq);
	if (!f)
		f = object_plan_check(c, db, copy->plan);
	if (f)
		return f;
	schedule_set_tag(c, copy->was, true, copy->keeps_tag, copy->plan->etag, &o);
	f = schedule_keep_tag(c, db, copy->was, &o);
	if (!f)
		f = share(c, db, copy->bytes, copy->plan->answers, &o);
	if (!f)
		f = object_plan_write(c, db, copy->plan, &o);
	return f ? f : booking_follow_replies(c, db, copy->owner, copy->plan->object);
}

/* Others' answers are entered: nothing but the bytes is new. */
static const struct fault *write_told(struct change *c, struct db *db, struct schedule_copy *copy)
{
	struct stored_object o = *copy->was;
	const struct fault *f = schedule_next_seq(c, db, copy, copy->calendar, &o.seq);

	if (f)
		return f;
	o.modified = c->now;
	o.etag = copy->bytes->etag;
	o.data = copy->bytes->raw;
	o.size_bytes = (int64_t)o.data.len;
	schedule_set_tag(c, copy->was, true, copy->keeps_tag, o.etag, &o);
	f = schedule_keep_tag(c, db, copy->was, &o);
	if (!f)
		f = share(c, db, copy->bytes, o.answers, &o);
	return f ? f : object_write(db, c->arena, &o, &o.id);
}

static const struct fault *remove_copy(struct change *c, struct db *db, struct schedule_copy *copy)
{
	int64_t seq;
	const struct fault *f = schedule_next_seq(c, db, copy, copy->calendar, &seq);

	if (!f)
		f = object_remove(db, c->arena, copy->was, seq, c->now);
	return f ? f : change_forget_locks(c, db, copy->was);
}

/* As it stands in an inbox: nobody is busy there, and a query reads each (dav/report_query.c). */
static struct object_plan plan_without_rows(const struct object_plan *plan)
{
	struct object_plan out = *plan;

	out.row_count = 0;
	out.partial = false;
	out.zone_version = 0;
	return out;
}

/* Messages of one UID stand side by side in an inbox, so its objects go by their names. */
static const struct fault *write_item(struct change *c, struct db *db, struct schedule_copy *copy,
				      const struct schedule_item *item)
{
	const struct object_plan plan = plan_without_rows(item->plan);
	struct stored_object o = {
		.owner = copy->owner,
		.collection = copy->inbox,
		.created = c->now,
		.modified = c->now,
		.taken_id = schedule_next_id(copy),
		.is_unheard = true,
	};
	const struct fault *f = schedule_next_seq(c, db, copy, copy->inbox, &o.seq);

	if (!f)
		f = share(c, db, item->bytes, plan.answers, &o);
	if (f)
		return f;
	o.name = text_from(arena_printf(c->arena, "%lld-%.*s.ics", (long long)o.seq,
					TEXT_ARG(text_sub(plan.etag, 0, 16))));
	f = object_plan_write_as(c, db, &plan, o.name, &o);
	if (item->proposal)
		item->proposal->item = o.id;
	return f;
}

static bool changes_holds(const struct schedule_copy *copy)
{
	return copy->changed && !copy->keeps_tag && schedule_may_hold(copy);
}

static const struct fault *write_all_of(struct change *c, struct db *db,
					const struct schedule_plan *plan,
					struct schedule_copy *copy)
{
	const struct fault *f = NULL;

	if (copy->changed && copy->is)
		f = write_copy(c, db, copy);
	else if (copy->changed && copy->bytes)
		f = write_told(c, db, copy);
	else if (copy->changed && copy->was)
		f = remove_copy(c, db, copy);
	for (const struct schedule_item *item = copy->items; item && !f; item = item->next)
		f = write_item(c, db, copy, item);
	if (!f && changes_holds(copy))
		f = schedule_write_holds(c, db, plan->uid, copy);
	return f;
}

const struct fault *schedule_write(struct change *c, struct db *db,
				   const struct schedule_plan *plan)
{
	const struct fault *f = schedule_settle(c, db, plan);

	count_users(plan, true);
	count_users(plan, false);
	if (!f)
		f = schedule_take_numbers(c, db, plan);
	for (size_t i = 0; i < plan->copy_count && !f; i++)
		f = write_all_of(c, db, plan, plan->copies[i]);
	if (!f)
		f = schedule_write_jobs(c, db, plan);
	if (!f && plan->tells_later)
		f = schedule_queue_rest(c, db, plan->tells_later, plan->uid);
	for (size_t i = 0; i < plan->delivery_count && !f; i++)
		if (plan->deliveries[i]->proposal)
			f = schedule_keep_proposal(c, db, plan->deliveries[i]->proposal);
	return f ? f : schedule_write_notes(c, db, plan);
}
