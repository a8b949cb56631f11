/* meeting - copies of a meeting, answered and read */
#include "meeting.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/expand.h"
#include "itip/draft.h"
#include "itip/params.h"
#include "unit.h"

const struct ical_item *meeting_item(struct arena *a, const struct ical_object *o, int64_t id,
				     bool *own_out)
{
	struct itip_instances all;
	const struct itip_instance *found;

	*own_out = false;
	if (id == ITIP_MASTER)
		return o->has_master ? &o->items[0] : NULL;
	itip_instances(a, o, &all);
	found = itip_instance_find(&all, id);
	*own_out = found && found->item && !found->is_master;
	return found ? found->item : NULL;
}

struct text meeting_answered(struct arena *a, const char *name, const struct ical_object *copy,
			     const struct itip_user *user, int64_t id, const char *partstat)
{
	struct itip_param param = {"PARTSTAT", text_from(partstat)};
	bool own, is_new;
	const struct ical_item *item = meeting_item(a, copy, id, &own);
	struct itip_draft draft;
	struct itip_part part;
	struct ical_line l;

	is_new = id != ITIP_MASTER && !own;
	itip_draft_begin(&draft, a, copy);
	itip_part_begin(&part, a, copy, item);
	l = itip_part_person(&part, itip_attendee_in(a, item, user));
	if (is_new)
		CHECK_TRUE(name, itip_part_to_instance(&part, id));
	ical_edit_replace_line(part.edit, l.begin, l.end, itip_params_set(a, &l, &param, 1));
	if (is_new)
		itip_draft_add(&draft, itip_part_finish(&part));
	else
		itip_draft_replace(&draft, item, itip_part_finish(&part));
	return itip_draft_finish(&draft);
}

struct text meeting_times(struct arena *a, const char *name, const struct ical_object *o)
{
	struct expand_limits limits = {.steps = RECUR_BUDGET_DEFAULT, .max_occurrences = 100};
	struct expansion all = {0};
	struct buf b;

	buf_init(&b, a, 256, 4096);
	if (!o || !CHECK_WELL(name, ical_expand(a, o, TIME_MIN, TIME_MAX, NULL, 0, limits, &all)))
		return TEXT("");
	for (size_t i = 0; i < all.count; i++) {
		if (o->items[all.at[i].item].status == STATUS_CANCELLED)
			continue;
		time_put_utc(&b, all.at[i].dtstart);
		buf_put_char(&b, ' ');
	}
	return buf_text(&b);
}

void meeting_put_time(struct buf *b, const char *name, bool zoned, int64_t local)
{
	buf_put_str(b, name);
	buf_put_str(b, zoned ? ";TZID=Europe/Berlin:" : ":");
	if (zoned)
		time_put_local(b, local);
	else
		time_put_utc(b, local);
	buf_put_lit(b, "\r\n");
}
