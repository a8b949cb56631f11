/*
 * step_attachment - a file is attached to an object, replaced, or taken off (RFC 8607 §3.4 to §3.6)
 *
 * The object is read and edited while planning. The plan holds as long as its bytes do; another
 * edit in between is no fault, but lets it be planned anew. To others it means what a PUT of the
 * edited bytes would.
 */

#include "calendar/schedule_priv.h"
#include "store/attachment.h"

struct attach_step {
	struct change_attachment *x;
	struct object_plan plan;
	struct schedule_plan *schedule;
	struct text planned_etag; /* of the bytes that were edited */
};

/* With data. */
static const struct fault *find_object(struct change *c, struct db *db,
				       const struct change_attachment *x,
				       struct stored_object **out)
{
	bool merged;
	const struct fault *f = object_find(db, c->arena, x->owner, x->collection, x->name, out);

	if (f)
		return f;
	if (!*out)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such object.");
	return schedule_check_condition(c, db, &x->condition, *out, &merged);
}

/* What is attached to a meeting is its organizer's (RFC 6638 §3.2.4.4). */
static const struct fault *plan_schedule(struct change *c, struct attach_step *p,
					 const struct stored_object *there,
					 const struct ical_object *o)
{
	struct schedule_save save = {.owner = p->x->owner, .was = there, .is = o};
	const struct fault *f = schedule_plan_save(c, &save, &p->schedule);

	if (f || p->schedule->role != ITIP_ATTENDEE)
		return f;
	return fault_make(c->arena, FAULT_ATTENDEE_CHANGE, NULL,
			  "Attachments of a meeting are its organizer's.");
}

static const struct fault *attach_plan(struct change *c, struct attach_step *p)
{
	struct change_attachment *x = p->x;
	struct stored_object *there = NULL;
	struct ical_object *o;
	struct text raw = TEXT_NONE;
	struct db *db;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	if (!f)
		f = find_object(c, db, x, &there);
	if (f)
		return f;
	f = ical_object_parse(c->arena, there->data, ICAL_FROM_STORE, &o);
	if (!f)
		f = ical_attach(c->arena, o, &x->edit, &raw);
	if (!f)
		f = ical_object_parse(c->arena, raw, ICAL_FROM_STORE, &o);
	if (f)
		return f;
	p->planned_etag = there->etag;
	f = plan_schedule(c, p, there, o);
	if (!f)
		f = object_plan_make(c->cal, c->arena, x->owner, p->schedule->object, c->now,
				     &p->plan);
	if (!f)
		p->plan.answers = p->schedule->answers;
	return f;
}

static const struct fault *attach_replan(struct change *c, struct step *s)
{
	struct attach_step *p = s->data;
	const struct fault *f = attach_plan(c, p);

	s->also = p->schedule ? p->schedule->owners : NULL;
	s->also_count = p->schedule ? p->schedule->copy_count : 0;
	return f;
}

static const struct fault *add_file(struct change *c, struct db *db,
				    const struct change_attachment *x)
{
	const struct ical_attached *line = &x->edit.line;
	const struct attachment t = {
		.owner = x->owner,
		.id = line->managed_id,
		.name = line->file_name,
		.media_type = x->media_type,
		.size_bytes = line->size_bytes,
		.digest = object_etag(c->arena, x->data),
		.created = c->now,
	};

	return attachment_add(db, c->arena, &t, x->data);
}

static const struct fault *write_object(struct change *c, struct attach_step *p, struct db *db,
					const struct stored_object *there)
{
	struct stored_object o = *there;
	bool is_tagged;
	const struct fault *f =
		schedule_judge_tagged(c, db, p->schedule, there, p->x->collection, &is_tagged);

	if (!f)
		f = change_next_seq(c, db, o.owner, o.collection, PUSH_CONTENT, &o.seq);
	if (f)
		return f;
	o.modified = c->now;
	schedule_set_tag(c, there, is_tagged, false, p->plan.etag, &o);
	f = schedule_keep_tag(c, db, there, &o);
	if (!f)
		f = object_plan_write(c, db, &p->plan, &o);
	return f ? f : schedule_write(c, db, p->schedule);
}

static const struct fault *attach_apply(struct change *c, struct step *s, struct db *db)
{
	struct attach_step *p = s->data;
	struct change_attachment *x = p->x;
	bool brings = x->edit.action != ATTACH_REMOVE;
	struct stored_object *there;
	const struct fault *f = object_plan_check(c, db, &p->plan);

	if (!f)
		f = find_object(c, db, x, &there);
	if (!f && !text_equal(there->etag, p->planned_etag))
		f = change_is_stale(c);
	if (!f)
		f = schedule_verify(c, db, p->schedule, there);
	if (!f && brings)
		f = add_file(c, db, x);
	if (!f)
		f = write_object(c, p, db, there);
	/* What it replaces is gone by now. */
	if (!f && brings)
		f = attachments_check_room(c, db, x->owner);
	x->stored = p->plan.raw;
	x->etag = p->plan.etag;
	return f;
}

static void attach_committed(const struct change *c, const struct step *s)
{
	const struct attach_step *p = s->data;

	(void)c;
	schedule_log(p->schedule);
}

static const struct step_kind attach_kind = {
	.name = "attach",
	.replan = attach_replan,
	.apply = attach_apply,
	.committed = attach_committed,
};

const struct fault *change_attach(struct change *c, struct change_attachment *x)
{
	struct attach_step *p = arena_alloc(c->arena, sizeof(*p));
	const struct fault *f;

	if (x->data.len > (size_t)c->cal->attachment_max)
		return fault_make(c->arena, FAULT_ATTACHMENT_TOO_LARGE, NULL,
				  "An attachment has at most %lld MB.",
				  (long long)(c->cal->attachment_max >> 20));
	p->x = x;
	f = attach_plan(c, p);
	if (f)
		return f;
	change_add_step(c, &attach_kind, x->owner, p);
	change_also_lock(c, p->schedule->owners, p->schedule->copy_count);
	return NULL;
}
