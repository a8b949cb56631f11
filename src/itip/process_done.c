/*
 * process_done - REPLY: how far a to-do is (RFC 5546 §3.4.3)
 *
 * Each attendee's own is their PARTSTAT. The to-do as a whole is as far as the one who does it;
 * where several do it, it is done when all are who did not decline.
 */
#include "base/arena.h"
#include "ical/address.h"
#include "itip/params.h"
#include "itip/process_priv.h"

static bool is_at(struct text partstat, const char *word)
{
	return text_equal_nocase(partstat, text_from(word));
}

/* Of all but who answers: nobody takes part; all who do are done; somebody is not. */
enum others { NO_OTHERS, OTHERS_DONE, OTHERS_BUSY };

static enum others look_at_others(struct itip_work *w, const struct ical_item *item,
				  const struct ical_attendee *but)
{
	struct text address = ical_address(w->arena, but->address);
	enum others found = NO_OTHERS;

	for (size_t i = 0; i < item->attendee_count; i++) {
		const struct ical_attendee *p = &item->attendees[i];

		if (ical_address_is_among(w->arena, p->address, &address, 1) ||
		    (item->has_organizer &&
		     text_equal(ical_address(w->arena, p->address),
				ical_address(w->arena, item->organizer.address))) ||
		    is_at(p->partstat, "DECLINED") || is_at(p->partstat, "DELEGATED"))
			continue;
		if (!is_at(p->partstat, "COMPLETED"))
			return OTHERS_BUSY;
		found = OTHERS_DONE;
	}
	return found;
}

static void copy(struct itip_work *w, struct itip_part *to, const struct itip_part *from,
		 const char *name)
{
	struct ical_line l;

	if (itip_part_find(from, name, &l))
		itip_part_set(to, name, itip_params_set(w->arena, &l, NULL, 0));
}

void itip_part_note_done(struct itip_work *w, struct itip_part *p, const struct itip_reply *r,
			 struct text partstat)
{
	bool done = is_at(partstat, "COMPLETED");
	struct itip_part from;
	enum others others;

	if (p->item->type != COMP_VTODO)
		return;
	others = look_at_others(w, p->item, r->answer);
	if (others == OTHERS_BUSY || (others == OTHERS_DONE && !done))
		return;
	itip_part_begin(&from, w->arena, w->in->message, r->item);
	copy(w, p, &from, "PERCENT-COMPLETE");
	if (done) {
		copy(w, p, &from, "COMPLETED");
		itip_part_set(p, "STATUS", TEXT("STATUS:COMPLETED"));
	} else if (is_at(partstat, "IN-PROCESS")) {
		itip_part_set(p, "STATUS", TEXT("STATUS:IN-PROCESS"));
	}
}
