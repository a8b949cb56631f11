/* note - what became of the messages, written into the object. See organizer.h. */
#include "base/arena.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/organizer.h"
#include "itip/params.h"
#include "itip/roll.h"

struct note {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	struct text organizer; /* as ical_address() makes it; empty: none */
	struct itip_roll recipients;
	const char **statuses; /* by number of the recipient */
	struct ical_edit *edit;
};

typedef void (*note_line_fn)(struct note *n, const struct ical_line *l);

/* Components stand right inside the VCALENDAR. */
static void each_line(struct note *n, note_line_fn fn)
{
	struct ical_walk walk;
	struct ical_line l;

	for (size_t i = 1; i < n->blocks.count; i = n->blocks.at[i].next) {
		ical_walk_begin(&walk, n->arena, n->raw, &n->blocks, i);
		while (ical_walk_line(&walk, &l))
			if (l.value.at)
				fn(n, &l);
	}
}

static void find_organizer(struct note *n, const struct ical_line *l)
{
	if (n->organizer.len == 0 && ical_line_is(l, "ORGANIZER"))
		n->organizer = ical_address(n->arena, l->value);
}

/* An organizer invites nobody by a line without an address, which is as invalid as others. */
static void note_nobody(struct note *n, const struct ical_line *l)
{
	struct itip_param status = {"SCHEDULE-STATUS", TEXT("3.7")};

	if (itip_roll_find(&n->recipients, n->organizer) == SIZE_MAX &&
	    ical_line_param(n->arena, l, "SCHEDULE-AGENT").len == 0 &&
	    !text_equal(ical_line_param(n->arena, l, status.name), status.value))
		ical_edit_replace_line(n->edit, l->begin, l->end,
				       itip_params_set(n->arena, l, &status, 1));
}

/* Who organizes may be invited as well: what is sent to them is sent to the organizer. */
static void note_line(struct note *n, const struct ical_line *l)
{
	bool is_organizer = ical_line_is(l, "ORGANIZER");
	struct itip_param status = {.name = "SCHEDULE-STATUS"};
	struct text address;
	size_t number;

	if (!is_organizer && !ical_line_is(l, "ATTENDEE"))
		return;
	address = ical_address(n->arena, l->value);
	if (address.len == 0 && !is_organizer)
		note_nobody(n, l);
	number = itip_roll_find(&n->recipients, address);
	if (number == SIZE_MAX || is_organizer != text_equal(address, n->organizer))
		return;
	status.value = text_from(n->statuses[number]);
	if (!text_equal(ical_line_param(n->arena, l, status.name), status.value))
		ical_edit_replace_line(n->edit, l->begin, l->end,
				       itip_params_set(n->arena, l, &status, 1));
}

struct text itip_note_deliveries(struct arena *a, struct text object,
				 const struct itip_delivery *deliveries, size_t count)
{
	struct note n = {.arena = a, .raw = object};

	if (ical_guard_blocks(a, object, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &n.blocks))
		return object;
	n.edit = ical_edit_begin(a, object);
	n.statuses = arena_alloc_array(a, count, sizeof(*n.statuses));
	itip_roll_init(&n.recipients, a, count);
	for (size_t i = 0; i < count; i++)
		n.statuses[itip_roll_number(&n.recipients, deliveries[i].recipient)] =
			deliveries[i].status;
	each_line(&n, find_organizer);
	each_line(&n, note_line);
	return ical_edit_apply(n.edit);
}
