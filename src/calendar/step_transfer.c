/*
 * step_transfer - COPY and MOVE of objects and files (RFC 4918 §9.8, §9.9)
 *
 * Within one owner's calendars, and within folders, nothing about an object changes but where it
 * stands: it is moved as it is, or copied with its occurrences. What comes into a calendar from
 * anywhere else is planned as a PUT of its bytes would be, since what time it takes depends on
 * whose calendar it is in. That plan holds as long as the bytes do.
 */

#include "calendar/schedule_priv.h"
#include "store/attachment.h"
#include "store/copy.h"

struct transfer_step {
	struct change_transfer *t;
	bool is_planned; /* its occurrences are new ones */
	struct object_plan plan;
	struct text planned_etag; /* of the bytes that were planned */
	struct transfer_schedule schedule;
};

/* Inside the transaction: what goes where. */
struct transfer {
	struct change *c;
	struct db *db;
	const struct transfer_step *step;
	struct change_transfer *t;
	struct collection *out_of, *into;
	struct stored_object *was;	/* with data where it is written again */
	struct stored_object *existing; /* under the new name; NULL: none */
	bool is_tagged;			/* ... will be a scheduling object resource */
	struct collection *folder;	/* ... or that one */
};

static bool is_folder(const struct collection *c)
{
	return c->kind == COLLECTION_FOLDER;
}

/* ---- planned -------------------------------------------------------------------------------- */

static const struct fault *find_ends(struct change *c, struct db *db,
				     const struct change_transfer *t, struct collection **out_of,
				     struct collection **into, struct stored_object **was)
{
	const struct change_place *from = &t->from, *to = &t->to;
	const struct fault *f = collection_get(db, c->arena, from->owner, from->collection, out_of);

	if (!f)
		f = object_find_bare(db, c->arena, from->owner, from->collection, from->name, was);
	if (!f)
		f = collection_get(db, c->arena, to->owner, to->collection, into);
	if (f)
		return f;
	if (!*out_of || !*was)
		return fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such object.");
	/* RFC 4918 §9.8.5: what should hold the new one is missing. */
	if (!*into)
		return fault_make(c->arena, FAULT_CONFLICT, NULL,
				  "There is no collection that could hold this.");
	return NULL;
}

/* The same with data; files are large, and what only moves is not read. */
static const struct fault *read_data(struct change *c, struct db *db, struct stored_object **was)
{
	int64_t owner = (*was)->owner, id = (*was)->id;
	const struct fault *f = object_get(db, c->arena, owner, id, was);

	return f || *was ? f : change_is_stale(c);
}

/* A file is taken for what it says it is; nothing said may be anything. */
static const struct fault *check_media(struct change *c, const struct stored_object *file)
{
	struct text rest = file->media_type, media;

	if (rest.len == 0 || !text_next(&rest, ';', &media) ||
	    text_equal_nocase(text_trim(media), TEXT("text/calendar")) ||
	    text_equal_nocase(text_trim(media), TEXT("application/octet-stream")))
		return NULL;
	return fault_make(c->arena, FAULT_BAD_MEDIA_DATA, NULL,
			  "Only text/calendar in UTF-8 is stored in a calendar.");
}

/* It leaves its owner's calendars, and with them the meeting that it is about. */
static bool leaves_calendars(const struct change_transfer *t, const struct collection *out_of,
			     const struct collection *into)
{
	return t->is_move && out_of->kind == COLLECTION_CALENDAR &&
	       (is_folder(into) || t->from.owner != t->to.owner);
}

/* The object as it will stand there, and what its place means to others. */
static const struct fault *plan_arrival(struct change *c, struct db *db, struct transfer_step *p,
					const struct stored_object *was, bool leaves)
{
	struct text raw = was->data;
	struct ical_object *o;
	const struct fault *f = people_name(c, &raw);

	if (!f)
		f = ical_object_parse(c->arena, raw, ICAL_FROM_CLIENT, &o);
	if (!f)
		f = transfer_schedule_plan(c, db, p->t, leaves ? was : NULL, o, &p->schedule);
	if (f)
		return f;
	f = object_plan_make(c->cal, c->arena, p->t->to.owner, p->schedule.comes->object, c->now,
			     &p->plan);
	p->plan.answers = p->schedule.comes->answers;
	return f;
}

static const struct fault *transfer_plan(struct change *c, struct transfer_step *p)
{
	struct change_transfer *t = p->t;
	struct collection *out_of, *into;
	struct stored_object *was;
	struct db *db;
	bool leaves;
	const struct fault *f = store_reader(c->cal->store, c->arena, &db);

	if (!f)
		f = find_ends(c, db, t, &out_of, &into, &was);
	if (f)
		return f;
	p->is_planned = !is_folder(into) &&
			(t->from.owner != t->to.owner || out_of->kind != COLLECTION_CALENDAR);
	leaves = leaves_calendars(t, out_of, into);
	if (p->is_planned && is_folder(out_of))
		f = check_media(c, was);
	if (!f && (p->is_planned || leaves))
		f = read_data(c, db, &was);
	if (f)
		return f;
	if (!p->is_planned)
		return transfer_schedule_plan(c, db, t, leaves ? was : NULL, NULL, &p->schedule);
	f = plan_arrival(c, db, p, was, leaves);
	p->planned_etag = was->etag;
	return f;
}

static const struct fault *transfer_replan(struct change *c, struct step *s)
{
	struct transfer_step *p = s->data;
	const struct fault *f = transfer_plan(c, p);

	s->also = p->schedule.owners;
	s->also_count = p->schedule.owner_count;
	return f;
}

/* ---- may it go there? ------------------------------------------------------------------------ */

static const struct fault *check_plan(const struct transfer *x)
{
	if (!x->step->is_planned)
		return NULL;
	if (!text_equal(x->was->etag, x->step->planned_etag))
		return change_is_stale(x->c);
	return object_plan_check(x->c, x->db, &x->step->plan);
}

static const struct fault *find_existing(struct transfer *x)
{
	const struct change_place *to = &x->t->to;
	struct arena *a = x->c->arena;
	const struct fault *f =
		object_find(x->db, a, to->owner, to->collection, to->name, &x->existing);

	if (!f && is_folder(x->into))
		f = collection_find(x->db, a, to->owner, path_join(a, x->into->name, to->name),
				    &x->folder);
	if (f)
		return f;
	if (x->existing && x->existing->id == x->was->id && to->owner == x->was->owner)
		return fault_make(a, FAULT_BAD_TRANSFER, NULL, "It stands there already.");
	if (x->folder && x->t->no_bury)
		return fault_make(a, FAULT_FORBIDDEN, "unbind",
				  "This collection may not be changed so.");
	if (!x->folder)
		f = object_check_right(x->c, x->existing != NULL, x->t->no_create,
				       x->t->no_replace);
	if (f)
		return f;
	if ((x->existing || x->folder) && !x->t->overwrite)
		return fault_make(a, FAULT_PRECONDITION, NULL,
				  "There is something of this name already.");
	return NULL;
}

/* RFC 4791 §5.3.2.1: what holds for PUT holds for COPY and MOVE. */
static const struct fault *check_calendar(const struct transfer *x)
{
	bool is_planned = x->step->is_planned;
	const struct ical_object *o = x->step->plan.object;
	int64_t leaving = x->t->is_move && x->was->owner == x->into->owner ? x->was->id : 0;
	const struct fault *f;

	if (is_folder(x->into))
		return NULL;
	f = object_check_component(x->c, x->into, is_planned ? o->type : x->was->component);
	return f ? f
		 : object_check_uid(x->c, x->db, x->into, is_planned ? o->uid : x->was->uid,
				    x->existing, leaving);
}

static const struct fault *check_schedule(struct transfer *x)
{
	const struct transfer_schedule *s = &x->step->schedule;
	const struct fault *f = transfer_schedule_check(
		x->c, x->db, s, x->was, leaves_calendars(x->t, x->out_of, x->into), x->existing);

	if (!f)
		f = schedule_judge_tagged(x->c, x->db, s->comes, x->existing, x->into->id,
					  &x->is_tagged);
	if (f || is_folder(x->into))
		return f;
	return transfer_schedule_check_second(x->c, x->db, x->t, x->was);
}

/* ---- written -------------------------------------------------------------------------------- */

/* What stood there goes first (RFC 4918 §9.8.4). */
static const struct fault *clear_place(const struct transfer *x)
{
	int64_t seq;
	const struct fault *f;

	if (x->folder)
		return tree_bury(x->c, x->db, x->folder);
	if (!x->existing)
		return NULL;
	f = change_next_seq(x->c, x->db, x->into->owner, x->into->id, PUSH_CONTENT, &seq);
	return f ? f : object_remove(x->db, x->c->arena, x->existing, seq, x->c->now);
}

/* What will stand there, as far as the place decides it. */
static struct stored_object as_placed(const struct transfer *x)
{
	struct stored_object o = *x->was;

	o.owner = x->into->owner;
	o.collection = x->into->id;
	o.id = 0;
	o.name = x->t->to.name;
	if (!x->t->is_move) {
		o.created = o.modified = x->c->now;
		o.schedule_tag = TEXT_NONE; /* the other one has it */
	}
	o.attached = 0;
	if (!is_folder(x->into)) {
		o.media_type = TEXT_NONE;
		return o;
	}
	o.uid = o.name;
	o.component = 0;
	o.schedule_tag = TEXT_NONE;
	o.first_start = o.last_end = 0;
	o.partial = false;
	o.zone_version = 0;
	if (!is_folder(x->out_of))
		o.media_type = TEXT("text/calendar; charset=utf-8");
	return o;
}

/* Of another owner's: that one has the attachments, too. */
static const struct fault *borrow_attachments(const struct transfer *x)
{
	const struct ical_object *o = x->step->plan.object;
	struct change_lent *lent;

	if (x->was->owner == x->into->owner)
		return NULL;
	lent = arena_alloc_array(x->c->arena, o->managed_count, sizeof(*lent));
	for (size_t i = 0; i < o->managed_count; i++)
		lent[i] = (struct change_lent){x->was->owner, o->managed[i]};
	return attachments_borrow(x->c, x->db, x->into->owner, lent, o->managed_count);
}

static const struct fault *write_planned(const struct transfer *x, struct stored_object *o)
{
	const struct fault *f = borrow_attachments(x);

	return f ? f : object_plan_write(x->c, x->db, &x->step->plan, o);
}

/* Within the calendars of one owner, or within folders. */
static const struct fault *write_again(const struct transfer *x, struct stored_object *o)
{
	struct arena *a = x->c->arena;
	const struct fault *f;

	if (!is_folder(x->into))
		o->attached = x->was->attached;
	f = object_write(x->db, a, o, &o->id);
	if (!f && !is_folder(x->into))
		f = copy_occurrences(x->db, a, x->was, o);
	if (!f && o->attached)
		f = attachment_copy_uses(x->db, a, o->owner, x->was->id, o->id);
	return f;
}

static const struct fault *write_copy(const struct transfer *x, struct stored_object *o)
{
	const struct fault *f = x->step->is_planned ? write_planned(x, o) : write_again(x, o);

	return f ? f : copy_properties(x->db, x->c->arena, x->was, o);
}

static const struct fault *next_seq_of_source(const struct transfer *x, int64_t *out)
{
	return change_next_seq(x->c, x->db, x->out_of->owner, x->out_of->id, PUSH_CONTENT, out);
}

/* Nothing about it changes but the place. */
static bool only_moves(const struct transfer *x)
{
	return x->t->is_move && x->into->owner == x->out_of->owner && !x->step->is_planned &&
	       is_folder(x->into) == is_folder(x->out_of);
}

static const struct fault *write_there(const struct transfer *x, struct stored_object *o)
{
	int64_t gone;
	const struct fault *f = x->t->is_move ? next_seq_of_source(x, &gone) : NULL;

	if (!f)
		f = change_next_seq(x->c, x->db, o->owner, o->collection, PUSH_CONTENT, &o->seq);
	if (!f && only_moves(x)) {
		o->id = x->was->id;
		return object_move(x->db, x->c->arena, x->was, o, gone, x->c->now);
	}
	if (x->step->is_planned)
		schedule_set_tag(x->c, NULL, x->is_tagged, false, x->step->plan.etag, o);
	if (!f)
		f = write_copy(x, o);
	if (!f && x->t->is_move)
		f = object_remove(x->db, x->c->arena, x->was, gone, x->c->now);
	return f;
}

/* ---- bookings -------------------------------------------------------------------------------- */

static const struct fault *rebook_one(const struct transfer *x, struct booking *b,
				      const struct stored_object *o)
{
	bool changed;
	const struct fault *f;

	b->collection = o->collection;
	b->object_name = o->name;
	b->version++;
	b->modified = x->c->now;
	f = booking_update(x->db, x->c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(x->c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	return f;
}

/* The bookings of this event stand where it does now, whatever else has its UID. */
static const struct fault *rebook_place(const struct transfer *x, const struct stored_object *o)
{
	struct booking *all;
	size_t count;
	const struct fault *f =
		booking_list_by_uid(x->db, x->c->arena, x->was->owner, x->was->uid, &all, &count);

	for (size_t i = 0; i < count && !f; i++)
		if (booking_stands(&all[i]) && all[i].collection == x->was->collection &&
		    text_equal(all[i].object_name, x->was->name))
			f = rebook_one(x, &all[i], o);
	return f;
}

/* What a room has accepted stays in its calendars, or is given up. */
static const struct fault *let_holds_follow(const struct transfer *x)
{
	const struct fault *f = NULL;

	if (x->existing)
		f = schedule_follow_holds(x->c, x->db, x->existing,
					  x->step->is_planned ? &x->step->plan : NULL);
	if (!f && leaves_calendars(x->t, x->out_of, x->into))
		f = schedule_follow_holds(x->c, x->db, x->was, NULL);
	return f;
}

/* What was replaced, and what left its place: the zone of floating times may be another there. */
static const struct fault *let_follow(const struct transfer *x, const struct stored_object *o)
{
	bool left = x->t->is_move && x->was->component;
	const struct fault *f = NULL;

	if (left && !is_folder(x->into) && o->owner == x->was->owner)
		f = rebook_place(x, o);
	if (!f && left)
		f = booking_follow_removal(x->c, x->db, x->was);
	if (!f && x->existing && x->existing->component)
		f = booking_follow_removal(x->c, x->db, x->existing);
	return f;
}

/* What followed may have raised the SEQUENCE of what was moved. */
static const struct fault *tell_what_stands(const struct transfer *x, const struct stored_object *o)
{
	struct stored_object *there;
	const struct fault *f =
		object_find_bare(x->db, x->c->arena, o->owner, o->collection, o->name, &there);

	if (!f && there) {
		x->t->etag = there->etag;
		x->t->schedule_tag = there->schedule_tag;
	}
	return f;
}

/* ---- the step -------------------------------------------------------------------------------- */

static const struct fault *transfer_apply(struct change *c, struct step *s, struct db *db)
{
	const struct transfer_step *p = s->data;
	struct change_transfer *t = p->t;
	struct transfer x = {.c = c, .db = db, .step = p, .t = t};
	struct stored_object o;
	const struct fault *f = find_ends(c, db, t, &x.out_of, &x.into, &x.was);

	if (!f)
		f = schedule_check_condition(c, db, &t->condition, x.was, NULL);
	if (!f)
		f = check_plan(&x);
	if (!f)
		f = find_existing(&x);
	if (!f)
		f = check_calendar(&x);
	if (!f && !only_moves(&x))
		f = read_data(c, db, &x.was);
	if (!f)
		f = check_schedule(&x);
	if (!f)
		f = clear_place(&x);
	if (f)
		return f;
	o = as_placed(&x);
	t->created = !x.existing && !x.folder;
	f = write_there(&x, &o);
	if (!f)
		f = let_follow(&x, &o);
	if (!f)
		f = tell_what_stands(&x, &o);
	if (!f)
		f = let_holds_follow(&x);
	return f ? f : transfer_schedule_write(c, db, &p->schedule);
}

static void transfer_committed(const struct change *c, const struct step *s)
{
	const struct transfer_step *p = s->data;

	(void)c;
	transfer_schedule_log(&p->schedule);
}

static const struct step_kind transfer_kind = {
	.name = "transfer",
	.replan = transfer_replan,
	.apply = transfer_apply,
	.committed = transfer_committed,
};

/* Whose it was: locked as well, and for a MOVE changed. */
static const struct step_kind source_kind = {.name = "transfer-source"};

const struct fault *change_transfer(struct change *c, struct change_transfer *t)
{
	struct transfer_step *p = arena_alloc(c->arena, sizeof(*p));
	const struct fault *f;

	p->t = t;
	f = transfer_plan(c, p);
	if (f)
		return f;
	change_add_step(c, &transfer_kind, t->to.owner, p);
	change_also_lock(c, p->schedule.owners, p->schedule.owner_count);
	if (t->from.owner != t->to.owner)
		change_add_step(c, &source_kind, t->from.owner, NULL);
	return NULL;
}
