/* schedule_failed - a message could not be brought: its sender's object says so. See schedule.h. */

#include "base/log.h"
#include "calendar/notices.h"
#include "calendar/schedule_priv.h"
#include "ical/address.h"
#include "store/schedule.h"

struct failure_step {
	struct schedule_failure *x;
	struct stored_object *was; /* NULL: the owner has no such object any more */
	struct object_plan plan;
	bool changes;	   /* the line of the recipient is in it, and said something else */
	bool is_overtaken; /* once applied */
};

static const struct fault *plan_object(struct change *c, struct db *db, struct failure_step *s)
{
	const struct itip_delivery delivery = {s->x->recipient, s->x->status};
	struct stored_object *whole;
	struct ical_object *o;
	struct text bytes;
	const struct fault *f = object_get(db, c->arena, s->was->owner, s->was->id, &whole);

	if (f || !whole)
		return f;
	bytes = itip_note_deliveries(c->arena, whole->data, &delivery, 1);
	s->changes = !text_equal(bytes, whole->data);
	if (!s->changes)
		return NULL;
	f = ical_object_parse(c->arena, bytes, ICAL_FROM_STORE, &o);
	if (!f)
		f = object_plan_make(c->cal, c->arena, s->was->owner, o, c->now, &s->plan);
	s->plan.answers = whole->answers;
	return f;
}

static const struct fault *failure_plan(struct change *c, struct failure_step *s)
{
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	s->changes = false;
	if (!f)
		f = object_find_uid_anywhere(db, c->arena, s->x->owner, s->x->uid, 0, &s->was);
	return f || !s->was ? f : plan_object(c, db, s);
}

static const struct fault *failure_replan(struct change *c, struct step *step)
{
	return failure_plan(c, step->data);
}

/* Only what the server itself enters has changed: the tag stays (RFC 6638 §3.2.10). */
static const struct fault *write_object(struct change *c, struct db *db, struct failure_step *s)
{
	struct stored_object o = *s->was;
	const struct fault *f = change_next_seq(c, db, o.owner, o.collection, PUSH_CONTENT, &o.seq);

	if (!f)
		f = object_plan_check(c, db, &s->plan);
	if (f)
		return f;
	o.modified = c->now;
	schedule_set_tag(c, s->was, s->was->schedule_tag.len > 0, true, s->plan.etag, &o);
	f = schedule_keep_tag(c, db, s->was, &o);
	return f ? f : object_plan_write(c, db, &s->plan, &o);
}

static const struct fault *verify_object(struct change *c, struct db *db,
					 const struct failure_step *s)
{
	struct stored_object *is;
	const struct fault *f =
		object_find_uid_anywhere(db, c->arena, s->x->owner, s->x->uid, 0, &is);

	if (f)
		return f;
	if (!is || !s->was)
		return is || s->was ? change_is_stale(c) : NULL;
	return is->id == s->was->id && is->collection == s->was->collection &&
			       is->seq == s->was->seq
		       ? NULL
		       : change_is_stale(c);
}

/* Hosts are told when mail begins to fail; of what stands noted they have heard. */
static const struct fault *write_booking(struct change *c, struct db *db, const struct booking *b,
					 struct text noted, struct text why)
{
	const struct fault *f = booking_set_mail_fault(db, c->arena, b->owner, b->id, noted);

	return f || noted.len == 0 || b->mail_fault.len > 0 ? f : notices_bounce(c, db, b, why);
}

/* Whoever books is told by mail of what stands in the event. */
static const struct fault *write_bookings(struct change *c, struct db *db,
					  const struct schedule_failure *x)
{
	struct text noted = TEXT("");
	struct booking *list;
	size_t count;
	const struct fault *f = booking_list_by_uid(db, c->arena, x->owner, x->uid, &list, &count);

	if (x->why.len > 0)
		noted = text_from(arena_printf(c->arena, "%s %.*s", x->status, TEXT_ARG(x->why)));
	for (size_t i = 0; i < count && !f; i++)
		if (text_equal(ical_address(c->arena, list[i].invitee_email), x->recipient))
			f = write_booking(c, db, &list[i], noted, x->why);
	return f;
}

static const struct fault *write_note(struct change *c, struct db *db,
				      const struct schedule_failure *x)
{
	const struct schedule_note n = {
		.owner = x->owner,
		.uid = x->uid,
		.at = c->now,
		.method = text_from(itip_method_name(x->method)),
		.peer = x->recipient,
		.is_sent = true,
		.status = text_from(x->status),
		.why = text_from(
			arena_printf(c->arena, "No mail could be brought: %.*s", TEXT_ARG(x->why))),
	};

	return schedule_note_add(db, c->arena, &n);
}

static const struct fault *failure_apply(struct change *c, struct step *step, struct db *db)
{
	struct failure_step *s = step->data;
	const struct fault *f = NULL;

	if (s->x->job)
		f = job_is_overtaken(db, c->arena, s->x->job, &s->is_overtaken);
	if (f || s->is_overtaken)
		return f;
	f = verify_object(c, db, s);
	if (!f && s->changes)
		f = write_object(c, db, s);
	if (!f)
		f = write_bookings(c, db, s->x);
	return f || s->x->why.len == 0 ? f : write_note(c, db, s->x);
}

static void failure_committed(const struct change *c, const struct step *step)
{
	const struct failure_step *s = step->data;

	(void)c;
	if (!s->is_overtaken && s->x->why.len > 0)
		log_event(LOG_WARN, "schedule", LOG_TEXT("uid", s->x->uid),
			  LOG_STR("method", itip_method_name(s->x->method)),
			  LOG_TEXT("recipient", s->x->recipient), LOG_STR("status", s->x->status),
			  LOG_TEXT("why", s->x->why));
}

static const struct step_kind failure_kind = {
	.name = "failure",
	.replan = failure_replan,
	.apply = failure_apply,
	.committed = failure_committed,
};

const struct fault *schedule_note_failure(struct change *c, struct schedule_failure *x)
{
	struct failure_step *s = arena_alloc(c->arena, sizeof(*s));
	const struct fault *f;

	*s = (struct failure_step){.x = x};
	f = failure_plan(c, s);
	if (!f)
		change_add_step(c, &failure_kind, x->owner, s);
	return f;
}
