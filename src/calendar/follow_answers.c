/*
 * follow_answers - somebody declines the event of a booking: a host of a team, or who booked it
 *
 * A host who deletes their copy, or answers DECLINED, does not come: their time is theirs again at
 * once. The booking stands, as its invitee has been promised a meeting; its owner is told, and a
 * job gives it to another host who is there (daemon/job_host.c). One instance of a series that is
 * declined alone is left to people.
 */
#include "calendar/follow_priv.h"

/* All who share the event, and what of it its organizer has now. */
struct answers {
	struct change *c;
	struct db *db;
	const struct ical_object *o;
	struct booking *all;
	size_t count;
};

static bool has_declined(const struct ical_attendee *who)
{
	return text_equal_nocase(who->partstat, TEXT("DECLINED"));
}

/* Does anybody? Of most that is stored nothing else has to be asked. */
static bool somebody_declined(const struct ical_object *o)
{
	const struct ical_item *first = &o->items[0];

	for (size_t i = 0; i < first->attendee_count; i++)
		if (has_declined(&first->attendees[i]))
			return true;
	return false;
}

static const struct fault *is_declined_by(const struct answers *x, int64_t host, bool *out)
{
	struct itip_user user = {0};
	const struct ical_attendee *me = NULL;
	struct text *addresses;
	const struct fault *f = owner_addresses(x->db, x->c->arena, host, &addresses, &user.count);

	user.addresses = addresses;
	if (!f)
		me = itip_attendee_in(x->c->arena, &x->o->items[0], &user);
	*out = me && has_declined(me);
	return f;
}

static const struct fault *find_standing(struct answers *x, int64_t owner)
{
	size_t count;
	const struct fault *f =
		booking_list_by_uid(x->db, x->c->arena, owner, x->o->uid, &x->all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (booking_stands(&x->all[i]))
			x->all[x->count++] = x->all[i];
	return f;
}

static const struct fault *look_for_another(const struct answers *x, int64_t host)
{
	const struct booking *b = &x->all[0];
	const struct job j = {
		.owner = b->owner,
		.kind = TEXT("host"),
		.key = text_from(arena_printf(x->c->arena, "%.*s/%lld", TEXT_ARG(booking_holder(b)),
					      (long long)host)),
		.payload = TEXT("{}"),
		.due_at = x->c->now,
	};

	return change_apply_job(x->c, x->db, &j);
}

/* A step in the history of each who booked it. */
static const struct fault *note(const struct answers *x, int64_t host, struct booking *b)
{
	const struct booking_deed deed = {
		.what = BOOKING_HOST_DECLINED, .who = BOOKING_BY_CALENDAR, .host = host};
	bool changed;
	const struct fault *f;

	b->version++;
	b->modified = x->c->now;
	b->reason = TEXT_NONE;
	f = booking_update(x->db, x->c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(x->c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	return f ? f : booking_record(x->c, x->db, b, deed);
}

static const struct fault *lose_host(const struct answers *x, int64_t host)
{
	struct text holder = booking_holder(&x->all[0]);
	struct arena *a = x->c->arena;
	const struct fault *f = change_need_locked(x->c, &host, 1);

	if (!f)
		f = booking_host_decline(x->db, a, x->all[0].owner, holder, host);
	if (!f)
		f = hold_release(x->db, a, host, holder);
	if (!f)
		f = hold_return(x->db, a, host, x->c->now);
	for (size_t i = 0; !f && i < x->count; i++)
		f = note(x, host, &x->all[i]);
	return f ? f : look_for_another(x, host);
}

/* ---- who booked it ----------------------------------------------------------------------------
 */

/*
 * An invitee who answers DECLINED does not come (booking case G4). Whether that cancels the booking
 * says its type; a job asks (daemon/job_answer.c), once for each state of the booking.
 */
static const struct fault *look_at_answer(const struct answers *x, const struct booking *b)
{
	const struct job j = {
		.owner = b->owner,
		.kind = TEXT("answer"),
		.key = text_from(arena_printf(x->c->arena, "%.*s/%lld", TEXT_ARG(b->id),
					      (long long)b->version)),
		.payload = TEXT("{}"),
		.due_at = x->c->now,
	};

	return change_apply_job(x->c, x->db, &j);
}

static const struct fault *follow_invitees(const struct answers *x)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < x->count && !f; i++) {
		bool declined = false;

		if (!x->all[i].received)
			f = booking_is_declined(x->db, x->c->arena, &x->all[i], x->o, &declined);
		if (!f && declined)
			f = look_at_answer(x, &x->all[i]);
	}
	return f;
}

const struct fault *booking_is_declined(struct db *db, struct arena *a, const struct booking *b,
					const struct ical_object *event, bool *out)
{
	struct itip_user invitee = {.count = 0};
	const struct ical_attendee *who = NULL;
	const struct fault *f = schedule_person(db, a, b->invitee_email, &invitee);

	if (!f)
		who = itip_attendee_in(a, &event->items[0], &invitee);
	*out = who && has_declined(who);
	return f;
}

/* ---- both -------------------------------------------------------------------------------------
 */

static const struct fault *follow_hosts(const struct answers *x, int64_t owner)
{
	struct booking_host *hosts;
	size_t count = 0;
	const struct fault *f = booking_hosts(x->db, x->c->arena, owner, booking_holder(&x->all[0]),
					      &hosts, &count);

	for (size_t i = 0; i < count && !f; i++) {
		bool declined = false;

		if (hosts[i].optional || hosts[i].declined)
			continue;
		f = is_declined_by(x, hosts[i].host, &declined);
		if (!f && declined)
			f = lose_host(x, hosts[i].host);
	}
	return f;
}

static const struct fault *follow_all(struct change *c, struct db *db, int64_t owner,
				      const struct ical_object *o, bool is_reply)
{
	struct answers x = {.c = c, .db = db, .o = o};
	const struct fault *f;

	if (change_says_booking(c) || o->type != COMP_VEVENT || !somebody_declined(o))
		return NULL;
	f = find_standing(&x, owner);
	if (f || x.count == 0)
		return f;
	f = follow_hosts(&x, owner);
	return f || !is_reply ? f : follow_invitees(&x);
}

const struct fault *booking_follow_answers(struct change *c, struct db *db, int64_t owner,
					   const struct ical_object *o)
{
	return follow_all(c, db, owner, o, false);
}

const struct fault *booking_follow_replies(struct change *c, struct db *db, int64_t owner,
					   const struct ical_object *o)
{
	return follow_all(c, db, owner, o, true);
}
