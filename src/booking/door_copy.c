/* door_copy - a host's copy of a message, with their answer in it; see door.h */
#include "booking/door_priv.h"

#include "base/buf.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "itip/draft.h"
#include "itip/params.h"

const struct fault *door_user(struct db *db, struct arena *a, int64_t owner, struct itip_user *out)
{
	struct text *all;
	const struct fault *f = owner_addresses(db, a, owner, &all, &out->count);

	for (size_t i = 0; !f && i < out->count; i++)
		all[i] = ical_address(a, all[i]);
	out->addresses = all;
	return f;
}

static struct text comment_line(struct arena *a, struct text comment)
{
	struct buf b;

	buf_init(&b, a, 256, 4 * DOOR_COMMENT_MAX_BYTES);
	buf_put_lit(&b, "COMMENT:");
	ical_put_text(&b, comment);
	return buf_text(&b);
}

const struct fault *door_answered(struct arena *a, const struct ical_object *copy,
				  const struct itip_user *user, struct text partstat,
				  struct text comment, const struct ical_object **out)
{
	const struct ical_item *item = &copy->items[0];
	const struct ical_attendee *me = itip_attendee_in(a, item, user);
	const struct itip_param params[] = {{"PARTSTAT", partstat}, {"RSVP", TEXT_NONE}};
	struct ical_object *answered;
	struct ical_line line;
	struct itip_draft d;
	struct itip_part p;
	const struct fault *f;

	if (!me)
		return fault_make(a, FAULT_UNPROCESSABLE, "ATTENDEE",
				  "The host is not an ATTENDEE of it.");
	itip_part_begin(&p, a, copy, item);
	line = itip_part_person(&p, me);
	ical_edit_replace_line(p.edit, line.begin, line.end,
			       itip_params_set(a, &line, params, ARRAY_LEN(params)));
	if (comment.len > 0)
		itip_part_insert(&p, comment_line(a, comment));
	itip_draft_begin(&d, a, copy);
	itip_draft_replace(&d, item, itip_part_finish(&p));
	f = ical_object_parse(a, itip_draft_finish(&d), ICAL_FROM_STORE, &answered);
	*out = f ? NULL : answered;
	return f;
}

struct text door_partstat(enum booking_status status)
{
	if (status == BOOKING_IS_CONFIRMED)
		return TEXT("ACCEPTED");
	return status == BOOKING_IS_PENDING ? TEXT("TENTATIVE") : TEXT("DECLINED");
}
