/* freebusy - a question when people are busy; see freebusy.h */
#include "itip/freebusy.h"

#include "base/arena.h"
#include "ical/walk.h"
#include "itip/check.h"

static const struct fault *bad_message(struct arena *a, const char *why)
{
	return fault_make(a, FAULT_BAD_MESSAGE, NULL, "%s (RFC 5546 §3.3.2)", why);
}

static const struct fault *check(struct arena *a, const struct ical_object *o)
{
	const struct ical_item *item = &o->items[0];
	const struct fault *f;

	if (o->type != COMP_VFREEBUSY)
		return fault_make(a, FAULT_BAD_COMPONENT, NULL,
				  "An outbox takes questions for free time and nothing else.");
	f = itip_check_sent(a, o);
	if (f)
		return bad_message(a, f->message);
	if (itip_method_find(o->method) != ITIP_REQUEST)
		return bad_message(a, "It is no METHOD:REQUEST.");
	if (item->dtend.seconds <= item->dtstart.seconds)
		return bad_message(a, "The time that is asked about ends before it begins.");
	return NULL;
}

static struct text read_mask(struct arena *a, const struct ical_object *o)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, a, o->raw, &o->blocks, o->items[0].block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, "X-CALENDARSERVER-MASK-UID"))
			return ical_text_unescape(a, l.value);
	return TEXT_NONE;
}

const struct fault *itip_freebusy_read(struct arena *a, struct text body,
				       struct itip_freebusy_request *out)
{
	struct ical_object *o;
	const struct ical_item *item;
	const struct fault *f = ical_object_parse(a, body, ICAL_FROM_MESSAGE, &o);

	if (fault_is(f, FAULT_BAD_OBJECT))
		return bad_message(a, f->message);
	if (!f)
		f = check(a, o);
	if (f)
		return f;
	item = &o->items[0];
	*out = (struct itip_freebusy_request){
		.uid = item->uid,
		.organizer = item->organizer.address,
		.from = item->dtstart.seconds,
		.to = item->dtend.seconds,
		.attendees = arena_alloc_array(a, item->attendee_count, sizeof(*out->attendees)),
		.attendee_count = item->attendee_count,
		.mask_uid = read_mask(a, o),
	};
	for (size_t i = 0; i < item->attendee_count; i++)
		out->attendees[i] = item->attendees[i].address;
	return arena_check(a);
}
