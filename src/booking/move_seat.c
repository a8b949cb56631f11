/*
 * move_seat - an invitee of a meeting of several places goes to another one; see move_priv.h
 *
 * They leave one event and come to another, or begin it. The booking keeps its id; its UID is that
 * of the event that it stands for, so they get a CANCEL for the one that they leave and a REQUEST
 * for the one that they come to. Others hear of nothing (booking case G7).
 */
#include "booking/move_priv.h"

#include "base/arena.h"
#include "ical/object.h"

/* ---- leaving ----------------------------------------------------------------------------------
 */

/* The time of the others goes by one of them from now on. */
static const struct fault *hand_over(struct change *c, struct db *db, struct arena *a,
				     const struct move *m, const struct booking *b)
{
	struct text to = m->others[0].id;
	struct booking_host *hosts;
	size_t count;
	const struct fault *f;

	if (b->shares.len > 0)
		return NULL;
	f = booking_holders(db, a, b, &hosts, &count);
	for (size_t i = 0; !f && i < count; i++)
		f = change_rename_hold(c, hosts[i].host, b->id, to);
	return f ? f : change_hand_over(c, b, to);
}

static const struct fault *leave_last(struct change *c, struct db *db, struct arena *a,
				      const struct move *m, const struct booking *b)
{
	const struct team_hosts none = {.count = 0};
	const struct fault *f = team_release(c, db, a, b, false);

	if (!f)
		f = team_set_hosts(c, a, b, &none, &m->had);
	return f || !m->event ? f : book_remove_event(c, a, m->event);
}

static const struct fault *leave(struct change *c, struct db *db, struct arena *a,
				 const struct move *m, const struct booking *b)
{
	const struct fault *f;

	if (m->other_count == 0)
		return leave_last(c, db, a, m, b);
	f = hand_over(c, db, a, m, b);
	if (f || !m->parsed)
		return f;
	return book_replace_event(c, a, m->event, seats_leave(a, m->parsed, m->type, b));
}

/* ---- coming -----------------------------------------------------------------------------------
 */

/* An event of its own: another one than any that this booking has stood for. */
static void set_own(struct booking_desk *desk, struct arena *a, const struct move *m,
		    struct booking *after)
{
	const char *id = arena_printf(a, "%.*s-%d", TEXT_ARG(after->id), (int)after->version);

	after->shares = TEXT_NONE;
	after->collection = m->host->calendar;
	after->object_name = text_from(arena_printf(a, "%s.ics", id));
	after->uid = book_uid(desk, a, text_from(id));
	after->location = after->join_url = TEXT_NONE;
	book_set_place(a, &m->type->location, after);
}

static const struct fault *come_first(struct change *c, struct arena *a, const struct move *m,
				      const struct booking *after)
{
	const struct team_had none = {.count = 0};
	struct change_put *put = arena_alloc(a, sizeof(*put));
	struct event_people people = team_people(a, &m->hosts);
	const struct hold hold = {
		.owner = after->owner,
		.start = after->start,
		.end = after->end,
		.reason = HOLD_BOOKING,
		.booking = after->id,
	};
	const struct fault *f;

	*put = (struct change_put){
		.owner = after->owner,
		.collection = after->collection,
		.name = after->object_name,
		.source = ICAL_FROM_STORE,
		.condition = {.if_none_match_any = true},
	};
	f = team_take_holds(c, &m->hosts, &hold);
	if (!f)
		f = team_set_hosts(c, a, after, &m->hosts, &none);
	if (!f)
		f = booking_event_build_own(a, m->host, m->type, after, &people, after->modified,
					    &put->raw);
	return f ? f : change_put(c, put);
}

static const struct fault *come(struct change *c, struct db *db, struct arena *a,
				const struct move *m, const struct booking *after)
{
	struct stored_object *event;
	const struct fault *f;

	if (!m->found)
		return come_first(c, a, m, after);
	f = booking_event_find(db, a, &m->joins.first, &event);
	return f ? f : book_join_event(c, a, event, m->type, after);
}

/* ---- both -------------------------------------------------------------------------------------
 */

static const struct fault *tell(struct change *c, struct db *db, struct arena *a,
				const struct move *m, const struct booking *b,
				const struct booking *after)
{
	const struct ical_object *seen;
	struct job mail;
	const struct fault *f = book_event_seen(db, a, b, m->parsed, &seen);

	if (f)
		return f;
	mail = booking_left_job(a, after, seen, after->modified);
	if (seen)
		f = change_job(c, &mail);
	mail = booking_request_job(a, after, after->modified);
	/* Of the event that they come to now nothing was said. */
	if (seen)
		mail.says = JOB_SAYS_FIRST;
	return f ? f : change_job(c, &mail);
}

/* What must be so: alone in its event, a booking is not in its own way. */
static struct book_verdict *verdict_of(struct arena *a, const struct move *m,
				       const struct booking *b, const struct booking *after)
{
	struct book_verdict *v = arena_alloc(a, sizeof(*v));

	*v = (struct book_verdict){
		.host = m->host,
		.type = m->type,
		.duration_min = m->duration_min,
		.start = after->start,
		.now = after->modified,
		.seats = b->seats,
		.joins = m->found ? m->joins.first.uid : TEXT_NONE,
	};
	if (m->other_count == 0) {
		v->ignore_booking = booking_holder(b);
		v->ignore_object = m->event ? m->event->id : 0;
	}
	return v;
}

const struct fault *move_seat(struct booking_desk *desk, struct db *db, struct arena *a,
			      struct move *m, const struct booking *b, struct booking *after,
			      enum booking_actor who, struct change **change_out)
{
	struct book_verdict *v = verdict_of(a, m, b, after);
	struct change *c;
	const struct fault *f = book_judge_now(desk, db, a, v, &m->hosts);

	if (f)
		return f;
	v->hosts = m->hosts;
	if (m->found)
		book_share(&m->joins.first, after);
	else
		set_own(desk, a, m, after);
	c = change_open(desk->calendar, a, CHANGE_BOOKING, after->modified);
	change_invite(c, b->invitee_email);
	f = book_require_open(c, v);
	if (!f)
		f = leave(c, db, a, m, b);
	if (!f)
		f = change_update_booking(c, after,
					  (struct booking_deed){.what = BOOKING_WAS_MOVED,
								.who = who,
								.from = b->start});
	if (!f)
		f = come(c, db, a, m, after);
	if (!f && m->type->waiting_list)
		f = change_serve_waiting(c, after);
	if (!f)
		f = tell(c, db, a, m, b, after);
	*change_out = f ? NULL : c;
	return f;
}
