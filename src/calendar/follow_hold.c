/* follow_hold - the time that a booking takes follows its event. See follow_priv.h. */

#include "base/log.h"
#include "calendar/follow_priv.h"
#include "calendar/notices.h"

/* The host may not have seen it: calendar apps show one event over another. */
static const struct fault *warn(const struct follow *w, int64_t host, size_t forced)
{
	const struct booking *b = w->booking;
	const struct notice n = {
		.letter = "host-overlap",
		.owner = b->owner,
		.about = b->id,
		.reader = host,
		.version = b->version,
		.now = w->c->now,
	};
	struct job j = notice_job(w->c->arena, &n);

	log_event(LOG_WARN, "booking-over-another", LOG_INT("owner", host),
		  LOG_TEXT("booking", b->id), LOG_INT("times", (int64_t)forced));
	return change_apply_job(w->c, w->db, &j);
}

/* The host is obeyed, also over another booking: those holds are then forced ones. */
static const struct fault *hold_anew(struct follow *w, const struct follow_course *course,
				     int64_t host)
{
	const struct booking *b = w->booking;
	struct hold *all = arena_alloc_array(w->c->arena, course->count, sizeof(*all));
	size_t count = 0, forced = 0;
	bool held;
	const struct fault *f = hold_exists(w->db, w->c->arena, host, booking_holder(b), &held);

	/* What waits to be confirmed may hold nothing. */
	if (f || (!held && b->status == BOOKING_IS_PENDING))
		return f;
	for (size_t i = 0; i < course->count; i++)
		if (course->at[i].start < course->at[i].end)
			all[count++] = (struct hold){
				.owner = host,
				.start = course->at[i].start,
				.end = course->at[i].end,
				.reason = b->status == BOOKING_IS_PENDING ? HOLD_PENDING
									  : HOLD_BOOKING,
				.booking = booking_holder(b),
			};
	if (b->status == BOOKING_IS_CONFIRMED)
		f = hold_confirm(w->db, w->c->arena, host, booking_holder(b), &held);
	if (!f)
		f = hold_replace(w->db, w->c->arena, all, count, w->c->now, &forced);
	if (!f && forced > 0)
		f = warn(w, host, forced);
	return f ? f : hold_return(w->db, w->c->arena, host, w->c->now);
}

const struct fault *follow_hold(struct follow *w, const struct follow_course *course)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(w->db, w->c->arena, w->booking, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++)
		f = hold_anew(w, course, hosts[i].host);
	return f;
}

const struct fault *follow_release(struct follow *w)
{
	const struct booking *b = w->booking;
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(w->db, w->c->arena, b, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++) {
		struct team_claim x = {b->owner, b->type,	hosts[i].host,
				       0,	 hosts[i].cost, b->created};

		f = hold_release(w->db, w->c->arena, hosts[i].host, booking_holder(b));
		if (!f)
			f = hold_return(w->db, w->c->arena, hosts[i].host, w->c->now);
		if (!f && x.cost > 0)
			f = team_turn_give_back(w->db, w->c->arena, &x);
	}
	return f;
}
