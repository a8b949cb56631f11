/* draft - an object put together from components of two. See draft.h. */
#include "itip/draft.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "ical/walk.h"

/* ---- one component ----------------------------------------------------------------------- */

/* The blocks of a component and of what is inside it, counted from its BEGIN. */
static struct ical_blocks blocks_within(struct arena *a, const struct ical_blocks *all,
					size_t block)
{
	size_t count = all->at[block].next - block;
	struct ical_block *at = arena_alloc_array(a, count, sizeof(*at));
	size_t from = all->at[block].begin;

	for (size_t i = 0; i < count; i++) {
		at[i] = all->at[block + i];
		at[i].begin -= from;
		at[i].end -= from;
		at[i].body -= from;
		at[i].body_end -= from;
		at[i].next -= block;
	}
	return (struct ical_blocks){.at = at, .count = count};
}

void itip_part_begin(struct itip_part *p, struct arena *a, const struct ical_object *o,
		     const struct ical_item *item)
{
	const struct ical_block *b = &o->blocks.at[item->block];

	*p = (struct itip_part){.arena = a, .object = o, .item = item};
	p->raw = text_sub(o->raw, b->begin, b->end - b->begin);
	p->blocks = blocks_within(a, &o->blocks, item->block);
	p->edit = ical_edit_begin(a, p->raw);
}

void itip_part_insert(struct itip_part *p, struct text line)
{
	size_t at = p->blocks.count > 1 ? p->blocks.at[1].begin : p->blocks.at[0].body_end;

	ical_edit_insert_line(p->edit, at, line);
}

bool itip_part_find(const struct itip_part *p, const char *name, struct ical_line *out)
{
	struct ical_walk w;

	ical_walk_begin(&w, p->arena, p->raw, &p->blocks, 0);
	while (ical_walk_line(&w, out))
		if (ical_line_is(out, name))
			return true;
	*out = (struct ical_line){0};
	return false;
}

void itip_part_set(struct itip_part *p, const char *name, struct text line)
{
	struct ical_line l;

	if (itip_part_find(p, name, &l))
		ical_edit_replace_line(p->edit, l.begin, l.end, line);
	else
		itip_part_insert(p, line);
}

struct ical_line itip_part_person(const struct itip_part *p, const struct ical_attendee *person)
{
	size_t pos = person->begin - p->object->blocks.at[p->item->block].begin;
	struct ical_line l = {0};
	bool found = ical_line_next(p->arena, p->raw, &pos, &l);

	assert(found);
	return l;
}

struct text itip_part_finish(struct itip_part *p)
{
	return ical_edit_apply(p->edit);
}

/* ---- an object --------------------------------------------------------------------------- */

void itip_draft_begin(struct itip_draft *d, struct arena *a, const struct ical_object *base)
{
	*d = (struct itip_draft){.arena = a, .base = base};
	d->edit = ical_edit_begin(a, base->raw);
	ical_edit_remove_property(d->edit, &base->blocks, 0, "METHOD");
}

void itip_draft_replace(struct itip_draft *d, const struct ical_item *item, struct text component)
{
	const struct ical_block *b = &d->base->blocks.at[item->block];

	ical_edit_replace_bytes(d->edit, b->begin, b->end, component);
}

void itip_draft_remove(struct itip_draft *d, const struct ical_item *item)
{
	itip_draft_replace(d, item, TEXT(""));
}

void itip_draft_add(struct itip_draft *d, struct text component)
{
	size_t end = d->base->blocks.at[0].body_end;

	ical_edit_replace_bytes(d->edit, end, end, component);
}

static struct text tzid_of(struct arena *a, const struct ical_object *o, size_t block)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, a, o->raw, &o->blocks, block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "TZID"))
			return l.value;
	return TEXT_NONE;
}

static bool is_zone(const struct ical_object *o, size_t block)
{
	return o->blocks.at[block].depth == 2 && ical_block_is(&o->blocks.at[block], "VTIMEZONE");
}

static int compare_texts(const void *left, const void *right)
{
	return text_compare(*(const struct text *)left, *(const struct text *)right);
}

/* The names of an object's zones, in order: there may be thousands. */
static size_t known_zones(struct arena *a, const struct ical_object *o, struct text **out)
{
	struct text *at = arena_alloc_array(a, o->blocks.count, sizeof(*at));
	size_t count = 0;

	for (size_t i = 1; i < o->blocks.count; i = o->blocks.at[i].next)
		if (is_zone(o, i))
			at[count++] = tzid_of(a, o, i);
	qsort(at, count, sizeof(*at), compare_texts);
	*out = at;
	return count;
}

void itip_draft_add_zones(struct itip_draft *d, const struct ical_object *other)
{
	/* Before all components: some programs read zones only there. */
	size_t at = d->base->blocks.count > 1 ? d->base->blocks.at[1].begin
					      : d->base->blocks.at[0].body_end;
	struct text *known;
	size_t count = known_zones(d->arena, d->base, &known);

	for (size_t i = 1; i < other->blocks.count; i = other->blocks.at[i].next) {
		const struct ical_block *b = &other->blocks.at[i];
		struct text tzid = is_zone(other, i) ? tzid_of(d->arena, other, i) : TEXT_NONE;

		if (tzid.at && !bsearch(&tzid, known, count, sizeof(*known), compare_texts))
			ical_edit_replace_bytes(d->edit, at, at,
						text_sub(other->raw, b->begin, b->end - b->begin));
	}
}

struct text itip_draft_finish(struct itip_draft *d)
{
	return ical_edit_apply(d->edit);
}
