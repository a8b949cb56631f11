/*
 * object - what a calendar object resource says; see object.h
 *
 * This file walks: guards, the VCALENDAR's own lines, then each component.
 */
#include "ical/object.h"

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/object_priv.h"
#include "ical/walk.h"

/* VERSION, PRODID, CALSCALE and METHOD, RFC 5545 §3.6 and §3.7. */
struct head {
	struct text version, prodid, calscale, method;
	bool has_method;
};

static const struct fault *check_head(struct reader *r, const struct head *h)
{
	if (h->version.len > 0 && !text_equal(h->version, TEXT("2.0")))
		return fault_make(r->arena, FAULT_BAD_DATA, "VERSION",
				  "The VERSION is not 2.0, so this is not iCalendar.");
	if (h->version.len == 0 && r->source == ICAL_FROM_CLIENT)
		return fault_make(r->arena, FAULT_BAD_DATA, "VERSION",
				  "The VCALENDAR has no VERSION:2.0.");
	if (h->calscale.len > 0 && !text_equal_nocase(h->calscale, TEXT("GREGORIAN")))
		return fault_make(r->arena, FAULT_BAD_DATA, "CALSCALE",
				  "Only the Gregorian calendar scale is supported.");
	if (h->has_method && r->source == ICAL_FROM_CLIENT)
		return fault_make(r->arena, FAULT_BAD_OBJECT, "METHOD",
				  "A calendar object resource has no METHOD (RFC 4791 §4.1).");
	if (h->method.len == 0 && r->source == ICAL_FROM_MESSAGE)
		return fault_make(r->arena, FAULT_BAD_OBJECT, "METHOD",
				  "A scheduling message needs a METHOD (RFC 5546 §1.4).");
	if (h->version.len == 0)
		object_note(r, "VERSION is missing.");
	if (h->prodid.len == 0)
		object_note(r, "PRODID is missing.");
	r->object->method = h->method;
	return NULL;
}

static const struct fault *read_head(struct reader *r)
{
	struct head h = {0};
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, r->arena, r->raw, r->blocks, 0);
	while (ical_walk_line(&w, &l)) {
		if (ical_line_is(&l, "VERSION")) {
			h.version = text_trim(l.value);
		} else if (ical_line_is(&l, "PRODID")) {
			h.prodid = l.value;
		} else if (ical_line_is(&l, "CALSCALE")) {
			h.calscale = text_trim(l.value);
		} else if (ical_line_is(&l, "METHOD")) {
			h.method = text_trim(l.value);
			h.has_method = true;
		}
	}
	return check_head(r, &h);
}

/* Which lines of a component mean what RFC 5545 says; nobody knows inside X- components. */
static bool is_private(const struct ical_block *b)
{
	return text_starts_nocase(b->name, TEXT("X-"));
}

/*
 * A component that stands for itself holds no other one (RFC 5545 §3.6.1 to §3.6.4), but for the
 * choices of a VPOLL.
 */
static const struct fault *check_inner(struct reader *r, const struct ical_block *inner)
{
	bool is_wrong = r->source == ICAL_FROM_CLIENT && r->object->type != COMP_VPOLL &&
			ical_component_find(inner->name);

	if (!is_wrong)
		return NULL;
	return fault_make(r->arena, FAULT_BAD_DATA, NULL, "A %.*s stands within another component.",
			  TEXT_ARG(inner->name));
}

/* Read the lines of the block and of all that it holds. */
static const struct fault *read_block(struct reader *r, size_t index)
{
	const struct ical_block *b = &r->blocks->at[index];
	struct text within = text_of(r->raw.at, b->end);
	struct ical_item *own = r->item;
	size_t pos = b->begin, child = index + 1;
	const struct fault *f;
	struct ical_line l;
	int depth = 0;

	while (ical_line_next(r->arena, within, &pos, &l)) {
		bool is_begin = ical_line_is(&l, "BEGIN");

		if (is_begin && l.begin != b->begin) {
			const struct ical_block *inner = &r->blocks->at[child++];

			if (is_private(inner)) {
				pos = inner->end;
				child = inner->next;
				continue;
			}
			if ((f = check_inner(r, inner)))
				return f;
		}
		if (is_begin || ical_line_is(&l, "END")) {
			depth += is_begin ? 1 : -1;
			object_judge_line(r, &l);
			continue;
		}
		r->item = depth == 1 ? own : NULL;
		r->is_lenient = false;
		if ((f = object_read_line(r, &l)))
			return f;
	}
	r->item = own;
	return arena_check(r->arena);
}

static const struct fault *read_item(struct reader *r, size_t index, enum ical_component type)
{
	struct ical_object *o = r->object;
	struct ical_item *item = &o->items[o->item_count++];
	const struct fault *f;

	if (o->type && o->type != type)
		return fault_make(r->arena, FAULT_BAD_OBJECT, NULL,
				  "One resource holds %s and %s (RFC 4791 §4.1).",
				  ical_component_name(o->type), ical_component_name(type));
	o->type = type;
	item->type = type;
	item->block = index;
	r->item = item;
	r->seen = 0;
	r->rdate_cap = r->exdate_cap = r->period_cap = r->attendee_cap = 0;
	if ((f = read_block(r, index)))
		return f;
	return object_check_item(r, item);
}

/* Zones first: an item may come before the VTIMEZONE it refers to. */
static const struct fault *read_components(struct reader *r)
{
	const struct ical_blocks *blocks = r->blocks;
	size_t first = 1, items = 0;

	for (size_t i = first; i < blocks->count; i = blocks->at[i].next)
		items += ical_component_find(blocks->at[i].name) != 0;
	if (items == 0)
		return fault_make(r->arena, FAULT_BAD_OBJECT, NULL,
				  "There is no event, task or journal entry in it.");
	if (items > ICAL_MAX_COMPONENTS)
		return fault_make(r->arena, FAULT_TOO_MANY_INSTANCES, NULL,
				  "There are more than %d overrides.", ICAL_MAX_COMPONENTS);
	r->object->items = arena_alloc_array(r->arena, items, sizeof(*r->object->items));
	for (size_t i = first; i < blocks->count; i = blocks->at[i].next) {
		enum ical_component type = ical_component_find(blocks->at[i].name);
		const struct fault *f = NULL;

		r->item = NULL;
		if (type)
			f = read_item(r, i, type);
		else if (ical_block_is(&blocks->at[i], "VTIMEZONE"))
			f = read_block(r, i);
		if (f)
			return f;
	}
	return NULL;
}

/* One VCALENDAR, whole, and nothing beside it. */
static const struct fault *guard(struct arena *a, struct text raw, struct ical_blocks *blocks)
{
	const struct fault *f = ical_guard_bytes(a, raw, ICAL_MAX_SIZE_BYTES);

	if (!f)
		f = ical_guard_blocks(a, raw, true, 4 * (size_t)ICAL_MAX_COMPONENTS, blocks);
	if (f)
		return f;
	if (blocks->count == 0 || !ical_block_is(&blocks->at[0], "VCALENDAR"))
		return fault_make(a, FAULT_BAD_DATA, NULL,
				  "The data is no iCalendar: it does not begin with a VCALENDAR.");
	if (blocks->has_stray || blocks->at[0].next != blocks->count)
		return fault_make(a, FAULT_BAD_DATA, NULL,
				  "There is something beside the one VCALENDAR.");
	return NULL;
}

const struct fault *ical_object_parse(struct arena *a, struct text raw, enum ical_source source,
				      struct ical_object **out)
{
	struct ical_object *o = arena_alloc(a, sizeof(*o));
	struct reader *r;
	const struct fault *f;

	if ((f = guard(a, raw, &o->blocks)))
		return f;
	o->raw = raw;
	r = arena_alloc(a, sizeof(*r));
	r->arena = a;
	r->raw = raw;
	r->source = source;
	r->blocks = &o->blocks;
	r->object = o;
	buf_init(&r->judge, a, 512, ICAL_MAX_SIZE_BYTES + 64);
	buf_put_lit(&r->judge, "BEGIN:VCALENDAR\r\n");
	if ((f = read_head(r)) || (f = read_components(r)) || (f = object_check_whole(r)) ||
	    (f = object_judge(r)))
		return f;
	*out = o;
	return arena_check(a);
}
