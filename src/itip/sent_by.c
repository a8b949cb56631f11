/* sent_by - a message that somebody sends for another one. See message.h. */
#include "base/arena.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/walk.h"
#include "itip/message.h"
#include "itip/params.h"

struct text itip_message_sent_by(struct arena *a, struct text message, const char *as,
				 struct text from, struct text by)
{
	struct itip_param sent_by = {"SENT-BY",
				     text_from(arena_printf(a, "mailto:%.*s", TEXT_ARG(by)))};
	struct ical_edit *edit = ical_edit_begin(a, message);
	struct ical_blocks blocks;
	struct ical_walk walk;
	struct ical_line l;

	if (ical_guard_blocks(a, message, false, 4 * (size_t)ICAL_MAX_COMPONENTS, &blocks))
		return message;
	for (size_t i = 1; i < blocks.count; i = blocks.at[i].next) {
		ical_walk_begin(&walk, a, message, &blocks, i);
		while (ical_walk_line(&walk, &l))
			if (l.value.at && ical_line_is(&l, as) &&
			    text_equal(ical_address(a, l.value), from))
				ical_edit_replace_line(edit, l.begin, l.end,
						       itip_params_set(a, &l, &sent_by, 1));
	}
	return ical_edit_apply(edit);
}
