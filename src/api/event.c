/* event - GET /api/bookings/ID/event.ics: a booking for the invitee's own calendar */
#include "api/api_priv.h"

#include "booking/team.h"

/*
 * As it is stored: no METHOD, so that whoever opens it is asked to keep it and not to answer
 * (RFC 5546 §1.4), and with the UID of the invitation, so that both are one event.
 */
const struct fault *api_booking_event(struct api_request *ar)
{
	struct api_booking at;
	struct event_people hosts;
	struct text event;
	const struct fault *f = api_find_booking(ar, &at);

	if (f)
		return f;
	if (at.booking->status == BOOKING_IS_CANCELLED || at.booking->status == BOOKING_IS_DECLINED)
		return fault_make(
			ar->arena, FAULT_CANCELLED, NULL,
			"This booking is cancelled, so there is no event of it any more.");
	if (at.booking->received)
		return fault_make(
			ar->arena, FAULT_NOT_FOUND, NULL,
			"Who asked for this meeting is its organizer, and has the event.");
	f = team_people_find(ar->db, ar->arena, at.booking, &hosts);
	if (!f)
		f = booking_event_build(ar->arena, at.host,
					host_type_by_id(at.host, at.booking->type), at.booking,
					&hosts, at.booking->modified, &event);
	if (f)
		return f;
	http_set_header(ar->rq, "Content-Disposition", TEXT("attachment; filename=\"event.ics\""));
	http_set_header(ar->rq, "Cache-Control", TEXT("no-store"));
	http_answer(ar->rq, 200, "text/calendar; charset=utf-8", event);
	return NULL;
}
