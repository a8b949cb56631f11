/* step_object - calendar object resources: stored, replaced, removed */

#include "base/buf.h"
#include "base/log.h"
#include "calendar/schedule_priv.h"
#include "store/occurrence.h"

struct put_step {
	struct change_put *put;
	const struct ical_object *sent; /* as the client sent it */
	struct object_plan plan;
	struct schedule_plan *schedule; /* NULL: nothing in it is about others */
	bool look_at_was;		/* what stands there may concern others */
	bool is_tagged;			/* what is stored is a scheduling object resource */
	struct text known_etag; /* import: of what stood there with this UID when it was planned */
	bool skip;		/* import: what stands there is as new */
	bool is_outside;	/* read of a calendar elsewhere: nobody hears of it */
};

/* ---- put ---------------------------------------------------------------------- */

/* Newer by SEQUENCE, then DTSTAMP, as RFC 5546 §2.1.5 orders revisions. */
static bool object_is_newer(const struct ical_object *a, const struct ical_object *b)
{
	const struct ical_item *x = &a->items[0], *y = &b->items[0];

	if (x->sequence != y->sequence)
		return x->sequence > y->sequence;
	if (x->dtstamp.seconds != y->dtstamp.seconds)
		return x->dtstamp.seconds > y->dtstamp.seconds;
	return false;
}

/* Import: is this UID known here, and is the new one newer? */
static const struct fault *put_look_up_known(struct change *c, struct put_step *p)
{
	struct db *db;
	struct stored_object *known, *whole = NULL;
	struct ical_object *old;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	p->known_etag = TEXT_NONE;
	p->skip = false;
	if (!f)
		f = object_find_by_uid(db, c->arena, p->put->owner, p->put->collection,
				       p->plan.object->uid, &known);
	if (f || !known)
		return f;
	p->known_etag = known->etag;
	f = object_find(db, c->arena, p->put->owner, p->put->collection, known->name, &whole);
	if (f || !whole)
		return f;
	f = ical_object_parse(c->arena, whole->data, ICAL_FROM_STORE, &old);
	/* What stands there and cannot be read any more is replaced. */
	if (f)
		return NULL;
	p->skip = !object_is_newer(p->plan.object, old);
	return schedule_judge_import(c, db, p->put->owner, old, p->plan.object);
}

static bool put_names_people(const struct ical_object *o)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].has_organizer || o->items[i].attendee_count > 0)
			return true;
	return false;
}

/* What it means to others, if anything (schedule.h). */
static const struct fault *put_schedule(struct change *c, struct put_step *p)
{
	struct change_put *put = p->put;
	struct schedule_save save = {
		.owner = put->owner, .is = p->sent, .condition = &put->condition};
	struct stored_object *was;
	struct db *db;
	const struct fault *f;

	p->schedule = NULL;
	if (!p->look_at_was && !put_names_people(p->sent))
		return NULL;
	f = store_reader(c->cal->store, c->arena, &db);
	if (!f)
		f = object_find(db, c->arena, put->owner, put->collection, put->name, &was);
	if (f)
		return f;
	save.was = was;
	return schedule_plan_save(c, &save, &p->schedule);
}

const struct fault *object_look_outside(struct change *c, int64_t owner, int64_t collection,
					bool *out)
{
	struct db *db;
	const struct fault *f;

	*out = false;
	f = store_reader(c->cal->store, c->arena, &db);
	return f ? f : collection_is_outside(db, c->arena, owner, collection, out);
}

static const struct fault *put_plan(struct change *c, struct put_step *p)
{
	const struct ical_object *o = p->sent;
	const struct fault *f = NULL;

	/* Others put nothing there: object_check_component(). */
	if (c->origin == CHANGE_PROVIDER)
		f = object_look_outside(c, p->put->owner, p->put->collection, &p->is_outside);
	if (!f && !p->is_outside)
		f = put_schedule(c, p);
	if (!f && p->schedule)
		o = p->schedule->object;
	if (!f)
		f = object_plan_make(c->cal, c->arena, p->put->owner, o, c->now, &p->plan);
	p->plan.answers = p->schedule ? p->schedule->answers : TEXT_NONE;
	if (!f && p->put->replace_known_uid)
		f = put_look_up_known(c, p);
	return f;
}

static const struct fault *put_replan(struct change *c, struct step *s)
{
	struct put_step *p = s->data;
	const struct fault *f = put_plan(c, p);

	s->also = p->schedule ? p->schedule->owners : NULL;
	s->also_count = p->schedule ? p->schedule->copy_count : 0;
	return f;
}

const struct fault *object_check_component(struct change *c, const struct collection *into,
					   unsigned component)
{
	bool may = into->kind == COLLECTION_CALENDAR;

	/* What stands in a box was delivered there (RFC 6638 §2.2). */
	if (!may && c->origin == CHANGE_ITIP)
		may = into->kind != COLLECTION_OUTSIDE;
	if (!may && c->origin == CHANGE_PROVIDER)
		may = into->kind == COLLECTION_OUTSIDE;
	if (!may)
		return fault_make(c->arena, FAULT_FORBIDDEN, "bind", "Nothing is put there.");
	if (into->components & component)
		return NULL;
	return fault_make(c->arena, FAULT_BAD_COMPONENT, NULL, "This calendar does not take %s.",
			  ical_component_name(component));
}

const struct fault *object_check_uid(struct change *c, struct db *db, const struct collection *into,
				     struct text uid, const struct stored_object *existing,
				     int64_t leaving)
{
	struct stored_object *other;
	const struct fault *f;

	if (existing && !text_equal(existing->uid, uid))
		return fault_make(c->arena, FAULT_UID_TAKEN, text_cstr(c->arena, existing->name),
				  "This name holds an object with another UID.");
	if (existing)
		return NULL;
	f = object_find_by_uid(db, c->arena, into->owner, into->id, uid, &other);
	if (f || !other || other->id == leaving)
		return f;
	return fault_make(c->arena, FAULT_UID_TAKEN, text_cstr(c->arena, other->name),
			  "Another object of this calendar has the same UID.");
}

static const struct fault *put_find_collection(struct change *c, struct put_step *p, struct db *db,
					       struct collection **out)
{
	const struct fault *f =
		collection_get(db, c->arena, p->put->owner, p->put->collection, out);

	if (f)
		return f;
	if (!*out)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such calendar.");
	return object_check_component(c, *out, p->plan.object->type);
}

/* The UID where that is safe, and no other object has its name already. */
static const struct fault *put_choose_name(struct change *c, struct put_step *p, struct db *db)
{
	struct text uid = p->plan.object->uid;
	bool plain = object_uid_is_safe(uid);
	struct stored_object *there = NULL;
	const struct fault *f = NULL;

	if (plain)
		f = object_find(db, c->arena, p->put->owner, p->put->collection,
				object_name_of(c->arena, uid, true), &there);
	p->put->name_out = object_name_of(c->arena, uid, plain && !there);
	return f;
}

static const struct fault *put_find_existing(struct change *c, struct put_step *p, struct db *db,
					     struct stored_object **out)
{
	struct change_put *put = p->put;
	struct stored_object *known = NULL;
	const struct fault *f;

	put->name_out = put->name;
	if (put->replace_known_uid) {
		f = object_find_by_uid(db, c->arena, put->owner, put->collection,
				       p->plan.object->uid, &known);
		if (f)
			return f;
		if (!text_equal(known ? known->etag : TEXT_NONE, p->known_etag))
			return change_is_stale(c);
		put->name_out = known ? known->name : put->name;
	}
	if (put->name_out.len == 0) {
		f = put_choose_name(c, p, db);
		if (f)
			return f;
	}
	return object_find(db, c->arena, put->owner, put->collection, put->name_out, out);
}

/* A booking of this event follows it, and may want another SEQUENCE in its bytes. */
static const struct fault *put_let_follow(struct change *c, struct db *db,
					  const struct stored_object *at,
					  const struct stored_object *existing,
					  struct object_plan *plan)
{
	struct text raw = plan->raw;
	const struct fault *f = booking_follow_put(c, db, at, plan->object, existing, &plan->raw);

	if (!f && plan->raw.at != raw.at)
		plan->etag = object_etag(c->arena, plan->raw);
	return f;
}

const struct fault *object_check_right(struct change *c, bool exists, bool no_create,
				       bool no_replace)
{
	if (!(exists ? no_replace : no_create))
		return NULL;
	return fault_make(c->arena, FAULT_FORBIDDEN, exists ? "write-content" : "bind",
			  "This collection may not be changed so.");
}

static const struct fault *put_write(struct change *c, struct put_step *p, struct db *db,
				     const struct stored_object *existing)
{
	struct change_put *put = p->put;
	struct stored_object o = {
		.owner = put->owner,
		.collection = put->collection,
		.id = existing ? existing->id : 0,
		.name = put->name_out,
		.last_end = p->plan.last_end,
		.created = existing ? existing->created : c->now,
		.modified = c->now,
		.attached = existing ? existing->attached : 0,
	};
	struct object_plan plan = p->plan;
	const struct fault *f =
		change_next_seq(c, db, put->owner, put->collection, PUSH_CONTENT, &o.seq);

	if (!f && existing && !change_says_booking(c))
		f = put_let_follow(c, db, &o, existing, &plan);
	schedule_set_tag(c, existing, p->is_tagged, false, plan.etag, &o);
	if (!f)
		f = schedule_keep_tag(c, db, existing, &o);
	if (!f)
		f = object_plan_write(c, db, &plan, &o);
	if (!f && existing)
		f = schedule_follow_holds(c, db, existing, &plan);
	if (!f && p->schedule)
		f = schedule_write(c, db, p->schedule);
	if (!f && existing)
		f = booking_follow_answers(c, db, put->owner, plan.object);
	put->created = !existing;
	put->edited = plan.raw.at != put->raw.at;
	put->stored = plan.raw;
	put->etag = plan.etag;
	put->schedule_tag = o.schedule_tag;
	return f;
}

/* No sequence is taken, as nobody syncs it, and no tag: it is no scheduling object resource. */
static const struct fault *put_write_outside(struct change *c, struct put_step *p, struct db *db,
					     const struct stored_object *existing)
{
	struct stored_object o = {
		.owner = p->put->owner,
		.collection = p->put->collection,
		.id = existing ? existing->id : 0,
		.name = p->put->name_out,
		.created = existing ? existing->created : c->now,
		.modified = c->now,
		.attached = existing ? existing->attached : 0,
	};

	p->put->created = !existing;
	p->put->stored = p->plan.raw;
	p->put->etag = p->plan.etag;
	return object_plan_write(c, db, &p->plan, &o);
}

/* Does what was planned for others still hold, and may it be? */
static const struct fault *put_check_schedule(struct change *c, struct put_step *p, struct db *db,
					      const struct stored_object *existing)
{
	const struct fault *f;

	if (!p->schedule) {
		p->is_tagged = false;
		p->look_at_was = existing && schedule_may_concern(existing);
		return p->look_at_was ? change_is_stale(c) : NULL;
	}
	f = schedule_verify(c, db, p->schedule, existing);
	return f ? f
		 : schedule_judge_tagged(c, db, p->schedule, existing, p->put->collection,
					 &p->is_tagged);
}

static const struct fault *put_apply(struct change *c, struct step *s, struct db *db)
{
	struct put_step *p = s->data;
	struct stored_object *existing = NULL;
	struct collection *into;
	const struct fault *f = object_plan_check(c, db, &p->plan);

	if (!f)
		f = put_find_collection(c, p, db, &into);
	if (!f)
		f = put_find_existing(c, p, db, &existing);
	if (f)
		return f;
	p->put->unchanged = p->skip;
	if (p->skip)
		return NULL;
	f = object_check_right(c, existing != NULL, p->put->no_create, p->put->no_replace);
	if (!f)
		f = schedule_check_condition(c, db, &p->put->condition, existing, &p->put->merged);
	if (!f)
		f = object_check_uid(c, db, into, p->plan.object->uid, existing, 0);
	if (!f && p->is_outside)
		return put_write_outside(c, p, db, existing);
	if (!f)
		f = attachments_borrow(c, db, p->put->owner, p->put->lent, p->put->lent_count);
	if (!f)
		f = attachments_check(c, db, p->put->owner, p->plan.object, existing);
	if (!f)
		f = put_check_schedule(c, p, db, existing);
	if (!f)
		f = put_write(c, p, db, existing);
	return f;
}

/* What was read otherwise than it is written (decisions 43, booking case C3). */
static void put_log_notes(const struct change *c, const struct step *s)
{
	const struct put_step *p = s->data;
	const struct ical_object *o = p->sent;

	/* Who imports is told by the import. */
	for (size_t i = 0; c->origin != CHANGE_IMPORT && i < o->note_count; i++)
		log_event(LOG_INFO, "calendar-note", LOG_INT("owner", p->put->owner),
			  LOG_TEXT("uid", o->uid), LOG_TEXT("note", o->notes[i]));
	if (p->schedule && !p->skip)
		schedule_log(p->schedule);
}

static const struct step_kind put_kind = {
	.name = "put",
	.replan = put_replan,
	.apply = put_apply,
	.committed = put_log_notes,
};

const struct fault *change_put(struct change *c, struct change_put *put)
{
	struct put_step *p = arena_alloc(c->arena, sizeof(*p));
	struct text raw = put->raw;
	struct ical_object *o;
	const struct fault *f = people_name(c, &raw);

	if (!f)
		f = ical_object_parse(c->arena, raw, put->source, &o);
	if (f)
		return f;
	p->put = put;
	p->sent = put->object = o;
	f = put_plan(c, p);
	if (f)
		return f;
	change_add_step(c, &put_kind, put->owner, p);
	if (p->schedule)
		change_also_lock(c, p->schedule->owners, p->schedule->copy_count);
	return NULL;
}
