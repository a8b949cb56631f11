/*
 * memory - what is remembered of answers, apart from the object. See memory.h.
 *
 * One line for each that has answered: "2 5 0-20270110T100000Z", the sixth ATTENDEE of the third
 * component, in the order in which they stand.
 */
#include "itip/memory.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "itip/params.h"

/* One ATTENDEE being looked at. */
struct seen {
	size_t item, attendee;
	struct ical_line line;
	struct text stamp; /* what its line says */
};

static void read_line(struct arena *a, const struct ical_object *o, struct seen *s)
{
	size_t pos = o->items[s->item].attendees[s->attendee].begin;

	if (ical_line_next(a, o->raw, &pos, &s->line))
		s->stamp = ical_line_param(a, &s->line, ITIP_PARAM_REPLIED);
}

/* at NULL: it says nothing. */
static void set_stamp(struct arena *a, struct ical_edit *e, const struct seen *s, struct text stamp)
{
	struct itip_param param = {ITIP_PARAM_REPLIED, stamp};

	ical_edit_replace_line(e, s->line.begin, s->line.end,
			       itip_params_set(a, &s->line, &param, 1));
}

struct text itip_memory_part(struct arena *a, const struct ical_object *o, struct text *memory_out)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	struct buf memory;

	buf_init(&memory, a, 64, 2 * ICAL_MAX_SIZE_BYTES);
	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			struct seen s = {.item = i, .attendee = n};

			read_line(a, o, &s);
			if (!s.stamp.at)
				continue;
			set_stamp(a, e, &s, TEXT_NONE);
			buf_printf(&memory, "%zu %zu %.*s\n", i, n, TEXT_ARG(s.stamp));
		}
	*memory_out = buf_text(&memory);
	return ical_edit_apply(e);
}

/* ---- put in again -------------------------------------------------------------------------- */

/* The next line of what is remembered. */
struct entry {
	bool is_there;
	int64_t item, attendee;
	struct text stamp;
};

static struct entry next_entry(struct text *memory)
{
	struct entry e = {.is_there = false};
	struct text line, item, attendee;

	if (!text_next(memory, '\n', &line) || !text_next(&line, ' ', &item) ||
	    !text_next(&line, ' ', &attendee) || line.len == 0)
		return e;
	e.is_there = text_to_int64(item, 0, INT32_MAX, &e.item) &&
		     text_to_int64(attendee, 0, INT32_MAX, &e.attendee);
	e.stamp = line;
	return e;
}

struct text itip_memory_join(struct arena *a, const struct ical_object *o, struct text memory)
{
	struct ical_edit *edit = ical_edit_begin(a, o->raw);
	struct entry e = next_entry(&memory);

	for (size_t i = 0; i < o->item_count; i++)
		for (size_t n = 0; n < o->items[i].attendee_count; n++) {
			struct seen s = {.item = i, .attendee = n};
			struct text stamp = TEXT_NONE;

			if (e.is_there && e.item == (int64_t)i && e.attendee == (int64_t)n) {
				stamp = e.stamp;
				e = next_entry(&memory);
			}
			read_line(a, o, &s);
			if (stamp.at || s.stamp.at)
				set_stamp(a, edit, &s, stamp);
		}
	return ical_edit_apply(edit);
}
