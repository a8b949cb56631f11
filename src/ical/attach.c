/* attach - ATTACH lines of files that the server keeps. See attach.h. */

#include "ical/attach.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/edit.h"
#include "ical/expand.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "ical/zone.h"

/* ---- the line -------------------------------------------------------------------------------- */

static void put_param(struct buf *b, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	buf_put_char(b, ';');
	buf_put_str(b, name);
	buf_put_char(b, '=');
	ical_put_param(b, value);
}

static struct text line_of(struct arena *a, const struct ical_attached *t)
{
	struct buf b;

	buf_init(&b, a, 256, ICAL_MAX_LINE_BYTES);
	buf_put_lit(&b, "ATTACH");
	put_param(&b, "MANAGED-ID", t->managed_id);
	put_param(&b, "FMTTYPE", t->media_type);
	buf_put_lit(&b, ";SIZE=");
	buf_put_int(&b, t->size_bytes);
	put_param(&b, "FILENAME", t->file_name);
	buf_put_char(&b, ':');
	buf_put_text(&b, t->url);
	return buf_text(&b);
}

/* ---- instances ------------------------------------------------------------------------------- */

static const struct fault *no_such_instance(struct arena *a, struct text rid)
{
	return fault_make(a, FAULT_BAD_INSTANCE, NULL, "There is no instance \"%.*s\".",
			  TEXT_ARG(ical_brief(rid)));
}

/*
 * What a rid says, as the master's DTSTART counts: local seconds, or UTC. False: it is none of
 * that form.
 */
static bool read_rid(struct text rid, const struct ical_time *start, int64_t *out)
{
	enum time_form form;

	if (!time_parse(rid, out, &form))
		return false;
	if (form == TIME_UTC && start->form == TIME_ZONED && start->zone) {
		*out = zone_to_local(start->zone, *out);
		return true;
	}
	return form == start->form || (form == TIME_FLOATING && start->form == TIME_ZONED);
}

static bool is_item(const struct ical_item *item, struct text rid)
{
	int64_t seconds;

	if (!item->recurrence_id.present)
		return text_equal(rid, TEXT("M"));
	return read_rid(rid, &item->recurrence_id, &seconds) &&
	       seconds == item->recurrence_id.seconds;
}

static const struct ical_item *find_item(const struct ical_object *o, struct text rid)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (is_item(&o->items[i], rid))
			return &o->items[i];
	return NULL;
}

/* Of an instance without a component of its own: what it is an instance of, and when. */
struct instance {
	const struct ical_item *master;
	const struct ical_item *item; /* the master, or the override of a range that it is in */
	int64_t id; /* of its RECURRENCE-ID, local or UTC as the master's DTSTART */
	int64_t end_utc;
	struct text params; /* of the master's DTSTART */
};

enum { STEPS = 100000, NEARBY_MAX = 10000 };

/* One that has a component of its own is no such thing, however its RECURRENCE-ID is written. */
static bool may_stand_for(const struct ical_item *item, const struct ical_item *master)
{
	return item == master ||
	       (item->this_and_future && item->recurrence_id.form == master->dtstart.form);
}

static struct text params_of_start(struct arena *a, const struct ical_object *o, size_t block)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, a, o->raw, &o->blocks, block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "DTSTART"))
			return l.params;
	return TEXT("");
}

static const struct fault *find_instance(struct arena *a, const struct ical_object *o,
					 struct text rid, struct instance *out)
{
	const struct expand_limits limits = {STEPS, NEARBY_MAX};
	const struct ical_item *master = &o->items[0];
	struct expansion x;
	const struct fault *f;

	if (!o->has_master || !master->dtstart.present ||
	    !read_rid(rid, &master->dtstart, &out->id))
		return no_such_instance(a, rid);
	/* Whatever its zone. */
	f = ical_expand(a, o, out->id - DAY_SECONDS, out->id + DAY_SECONDS, NULL, 0, limits, &x);
	if (f)
		return f;
	for (size_t i = 0; i < x.count; i++) {
		if (x.at[i].recurrence_local != out->id)
			continue;
		out->master = master;
		out->item = &o->items[x.at[i].item];
		out->end_utc = x.at[i].dtend;
		out->params = params_of_start(a, o, master->block);
		return may_stand_for(out->item, master) ? NULL : no_such_instance(a, rid);
	}
	return no_such_instance(a, rid);
}

/* ---- a component for an instance --------------------------------------------------------------
 */

static void put_time(struct buf *b, enum time_form form, int64_t seconds)
{
	if (form == TIME_DATE)
		time_put_date(b, seconds);
	else if (form == TIME_UTC)
		time_put_utc(b, seconds);
	else
		time_put_local(b, seconds);
}

/* The line again, with another name and time. */
static void put_dated(struct buf *out, struct arena *a, const char *name, struct text params,
		      enum time_form form, int64_t seconds)
{
	struct buf line;

	buf_init(&line, a, 128, ICAL_MAX_LINE_BYTES);
	buf_put_str(&line, name);
	buf_put_text(&line, params);
	buf_put_char(&line, ':');
	put_time(&line, form, seconds);
	ical_put_line(out, buf_text(&line));
}

static int64_t moved_end(const struct instance *n, const struct ical_time *end, int64_t shift)
{
	return end->form == TIME_UTC ? n->end_utc : end->seconds + shift;
}

/* One line of what it is an instance of, as the instance has it. */
static void put_instance_line(struct buf *out, struct arena *a, const struct instance *n,
			      struct text raw, const struct ical_line *l)
{
	static const char *const of_series[] = {"RRULE", "RDATE", "EXDATE", "EXRULE",
						"RECURRENCE-ID"};
	const struct ical_item *item = n->item;
	const struct ical_time *as =
		item->recurrence_id.present ? &item->recurrence_id : &item->dtstart;
	int64_t shift = n->id - as->seconds;

	for (size_t i = 0; i < ARRAY_LEN(of_series); i++)
		if (ical_line_is(l, of_series[i]))
			return;
	if (ical_line_is(l, "DTSTART")) {
		put_dated(out, a, "RECURRENCE-ID", n->params, n->master->dtstart.form, n->id);
		put_dated(out, a, "DTSTART", l->params, item->dtstart.form,
			  item->dtstart.seconds + shift);
	} else if (ical_line_is(l, "DTEND")) {
		put_dated(out, a, "DTEND", l->params, item->dtend.form,
			  moved_end(n, &item->dtend, shift));
	} else if (ical_line_is(l, "DUE")) {
		put_dated(out, a, "DUE", l->params, item->due.form,
			  moved_end(n, &item->due, shift));
	} else {
		buf_put_text(out, text_sub(raw, l->begin, l->end - l->begin));
	}
}

static void put_instance(struct buf *out, struct arena *a, const struct ical_object *o,
			 const struct instance *n)
{
	const struct ical_block *b = &o->blocks.at[n->item->block];
	struct ical_walk w;
	struct ical_line l;
	size_t inner;

	buf_put_text(out, text_sub(o->raw, b->begin, b->body - b->begin));
	ical_walk_begin(&w, a, o->raw, &o->blocks, n->item->block);
	while (ical_walk_next(&w, &l, &inner)) {
		const struct ical_block *i = &o->blocks.at[inner];

		if (inner)
			buf_put_text(out, text_sub(o->raw, i->begin, i->end - i->begin));
		else
			put_instance_line(out, a, n, o->raw, &l);
	}
	buf_put_text(out, text_sub(o->raw, b->body_end, b->end - b->body_end));
}

/* The object with components for all instances that are asked for, after its last one. */
static const struct fault *make_instances(struct arena *a, const struct ical_object *o,
					  const struct ical_attach *x,
					  const struct ical_object **out)
{
	size_t at = o->blocks.at[o->items[o->item_count - 1].block].end, count = 0;
	struct ical_object *made;
	struct buf b;
	const struct fault *f = NULL;

	buf_init(&b, a, o->raw.len + 4096, ICAL_MAX_SIZE_BYTES);
	buf_put_text(&b, text_sub(o->raw, 0, at));
	for (size_t i = 0; i < x->instance_count && !f; i++) {
		struct instance n;

		if (find_item(o, x->instances[i]))
			continue;
		f = find_instance(a, o, x->instances[i], &n);
		if (!f)
			put_instance(&b, a, o, &n);
		count++;
	}
	*out = o;
	if (f || count == 0)
		return f;
	buf_put_text(&b, text_sub(o->raw, at, o->raw.len));
	if (b.overflow)
		return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL,
				  "With the attachment, the object is too large.");
	f = ical_object_parse(a, buf_text(&b), ICAL_FROM_STORE, &made);
	*out = made;
	return f;
}

/* ---- the lines ------------------------------------------------------------------------------- */

static bool is_meant(const struct ical_attach *x, const struct ical_item *item)
{
	for (size_t i = 0; i < x->instance_count; i++)
		if (is_item(item, x->instances[i]))
			return true;
	return x->instance_count == 0;
}

/* Properties come before the components inside (RFC 5545 §3.6.1). */
static void add_line(struct ical_edit *e, const struct ical_object *o, size_t block,
		     struct text line)
{
	const struct ical_block *b = &o->blocks.at[block];

	ical_edit_insert_line(e, b->next > block + 1 ? b[1].begin : b->body_end, line);
}

/* Replace the lines of that id, or (line empty) take them out; how many there were. */
static size_t change_lines(struct arena *a, struct ical_edit *e, const struct ical_object *o,
			   const struct ical_attach *x, size_t block, struct text line)
{
	struct ical_walk w;
	struct ical_line l;
	size_t count = 0;

	ical_walk_begin(&w, a, o->raw, &o->blocks, block);
	while (ical_walk_line(&w, &l)) {
		if (!ical_line_is(&l, "ATTACH") ||
		    !text_equal(ical_line_param(a, &l, "MANAGED-ID"), x->managed_id))
			continue;
		count++;
		if (line.len > 0)
			ical_edit_replace_line(e, l.begin, l.end, line);
		else
			ical_edit_remove(e, l.begin, l.end);
	}
	return count;
}

static const struct fault *edit(struct arena *a, const struct ical_object *o,
				const struct ical_attach *x, struct text *raw_out)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	struct text line = x->action == ATTACH_REMOVE ? TEXT("") : line_of(a, &x->line);
	size_t changed = 0;

	for (size_t i = 0; i < o->item_count; i++) {
		size_t block = o->items[i].block;

		if (!is_meant(x, &o->items[i]))
			continue;
		if (x->action == ATTACH_ADD)
			add_line(e, o, block, line);
		else
			changed += change_lines(a, e, o, x, block, line);
	}
	if (x->action != ATTACH_ADD && changed == 0)
		return fault_make(a, FAULT_BAD_MANAGED_ID, NULL,
				  "There is no attachment of this id.");
	*raw_out = ical_edit_apply(e);
	return arena_check(a);
}

/* ---- together -------------------------------------------------------------------------------- */

static const struct fault *check(struct arena *a, const struct ical_object *o,
				 const struct ical_attach *x)
{
	if (o->type == COMP_VFREEBUSY || o->type == COMP_VAVAILABILITY)
		return fault_make(a, FAULT_BAD_OBJECT, NULL, "A %s has no attachments.",
				  ical_component_name(o->type));
	if (x->action == ATTACH_UPDATE && x->instance_count > 0)
		return fault_make(a, FAULT_BAD_INSTANCE, NULL,
				  "An attachment is replaced wherever it stands.");
	if (x->instance_count > ATTACH_INSTANCES_MAX)
		return fault_make(a, FAULT_BAD_INSTANCE, NULL,
				  "At most %d instances are named at once.", ATTACH_INSTANCES_MAX);
	if (x->action == ATTACH_ADD && o->managed_count >= ICAL_MAX_ATTACHMENTS)
		return fault_make(a, FAULT_TOO_MANY_ATTACHMENTS, NULL,
				  "One resource has at most %d attachments.", ICAL_MAX_ATTACHMENTS);
	for (size_t i = 0; i < x->instance_count; i++)
		for (size_t k = 0; k < i; k++)
			if (text_equal(x->instances[i], x->instances[k]))
				return fault_make(a, FAULT_BAD_INSTANCE, NULL,
						  "An instance is named twice.");
	return NULL;
}

const struct fault *ical_attach(struct arena *a, const struct ical_object *o,
				const struct ical_attach *x, struct text *raw_out)
{
	const struct ical_object *with;
	const struct fault *f = check(a, o, x);

	if (!f)
		f = make_instances(a, o, x, &with);
	return f ? f : edit(a, with, x, raw_out);
}
