/* reassign - a booking of a team goes to another of its hosts; see team.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "booking/series.h"
#include "ical/edit.h"
#include "ical/object.h"

/* What it is about. */
struct reassigning {
	const struct booking *was;
	struct team_reassignment wish; /* by value: it is read in the transaction as well */
	const struct host *host;       /* the owner of the booking */
	const struct booking_type *type;
	struct team_had had;
	const struct booking_host *from;
	struct team_hosts come;	 /* the one who comes */
	struct team_hosts hosts; /* all of them, from then on */
	struct hold *times;	 /* all that it takes place at */
	int64_t *starts;	 /* of these */
	size_t count;
	bool held;		     /* whoever leaves holds them */
	struct stored_object *event; /* NULL: it is gone */
};

static const struct fault *wrong(struct arena *a, const char *about, const char *why)
{
	return fault_make(a, FAULT_UNPROCESSABLE, about, "%s", why);
}

/* ---- who ---------------------------------------------------------------------------------------
 */

static bool comes_already(const struct reassigning *r, int64_t id)
{
	for (size_t i = 0; i < r->had.count; i++)
		if (r->had.at[i].host == id)
			return true;
	return false;
}

/* Could this one leave for whoever comes from a pool? One who is in no pool any more for anybody.
 */
static const struct fault *may_leave(const struct reassigning *r, struct db *db, struct arena *a,
				     const struct booking_host *h, size_t pool, bool *out)
{
	const struct booking_team_host *says;
	struct owner *owner;
	size_t own;
	const struct fault *f = h->optional ? NULL : owner_get(db, a, h->host, &owner);

	*out = !f && !h->optional && owner &&
	       (!team_names(r->type, owner->name, &own, &says) || own == pool);
	return f;
}

/* Who leaves: one of those whose time it takes, and where there is but one, that one. */
static const struct fault *find_from(struct reassigning *r, struct db *db, struct arena *a,
				     size_t pool)
{
	bool is_named = r->wish.from.len > 0;
	struct owner *from = NULL;
	size_t count = 0;
	const struct fault *f = is_named ? owner_find(db, a, r->wish.from, &from) : NULL;

	for (size_t i = 0; !f && i < r->had.count; i++) {
		const struct booking_host *h = &r->had.at[i];
		bool may = false;

		if (is_named && !(from && from->id == h->host))
			continue;
		f = may_leave(r, db, a, h, pool, &may);
		count += may;
		if (may)
			r->from = h;
	}
	if (f || count == 1)
		return f;
	return wrong(a, "from",
		     count == 0 ? "This is none of the hosts of this booking whom that one could "
				  "stand in for."
				: "Several hosts come: say who leaves.");
}

/* Who comes: another one of the team, whose turn it then is. */
static const struct fault *find_to(struct reassigning *r, struct booking_desk *desk, struct db *db,
				   struct arena *a)
{
	struct team_host *to = arena_alloc(a, sizeof(*to));
	const struct booking_team_host *says;
	size_t pool;
	const struct fault *f = host_find(desk, db, a, r->wish.to, &to->host);

	if (f)
		return f;
	if (!to->host || comes_already(r, to->host->owner.id) ||
	    !team_names(r->type, r->wish.to, &pool, &says))
		return wrong(a, "to", "This is no other host of the team.");
	f = find_from(r, db, a, pool);
	if (f)
		return f;
	to->claim = (struct team_claim){
		.owner = r->was->owner,
		.type = r->was->type,
		.host = to->host->owner.id,
		.cost = r->from->cost > 0 ? TEAM_TURN / says->weight : 0,
		.at = r->was->created,
	};
	r->come = (struct team_hosts){to, 1};
	return team_require_guest(db, a, &r->come, r->was->invitee_email);
}

/* Those who stay as they are, and who comes. */
static const struct fault *list_hosts(struct reassigning *r, struct booking_desk *desk,
				      struct db *db, struct arena *a)
{
	struct team_host *at = arena_alloc_array(a, r->had.count, sizeof(*at));
	size_t count = 0;
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < r->had.count; i++) {
		const struct booking_host *h = &r->had.at[i];

		at[count] = r->come.at[0];
		if (h == r->from) {
			count++;
			continue;
		}
		at[count] = (struct team_host){.optional = h->optional,
					       .declined = h->declined,
					       .stays = true,
					       .claim.cost = h->cost};
		f = host_get(desk, db, a, h->host, &at[count].host);
		count += !f && at[count].host;
	}
	r->hosts = (struct team_hosts){at, count};
	return f;
}

/* As the booking was made, for one whose host holds no time. */
static const struct fault *times_as_booked(struct reassigning *r, struct arena *a)
{
	const struct booking *b = r->was;
	struct series all;
	const struct fault *f = series_move(a, r->host, r->type, b, b->start, &all);

	if (f)
		return f;
	r->count = all.count;
	r->times = arena_alloc_array(a, all.count, sizeof(*r->times));
	for (size_t i = 0; i < all.count; i++)
		r->times[i] = (struct hold){
			.start = all.starts[i],
			.end = all.starts[i] + (b->end - b->start),
		};
	return NULL;
}

/* What is held says when a series takes place, whatever its host made of it since. */
static const struct fault *find_times(struct reassigning *r, struct db *db, struct arena *a)
{
	const struct fault *f =
		hold_list(db, a, r->from->host, booking_holder(r->was), &r->times, &r->count);

	r->held = !f && r->count > 0;
	if (!f && !r->held)
		f = times_as_booked(r, a);
	if (f)
		return f;
	r->starts = arena_alloc_array(a, r->count, sizeof(*r->starts));
	for (size_t i = 0; i < r->count; i++)
		r->starts[i] = r->times[i].start;
	if (r->count > 0 && r->times[r->count - 1].end <= r->wish.by.now)
		return slot_verdict_fault(a, SLOT_PAST);
	return arena_check(a);
}

static const struct fault *find_all(struct reassigning *r, struct booking_desk *desk, struct db *db,
				    struct arena *a)
{
	struct booking_host *had;
	const struct fault *f = host_get(desk, db, a, r->was->owner, &r->host);

	if (f)
		return f;
	r->type = r->host ? host_type_by_id(r->host, r->was->type) : NULL;
	if (!r->type)
		return fault_make(a, FAULT_NOT_OFFERED, "closed",
				  "This meeting is not offered any more.");
	f = booking_hosts(db, a, r->was->owner, booking_holder(r->was), &had, &r->had.count);
	r->had.at = had;
	if (!f)
		f = find_to(r, desk, db, a);
	if (!f)
		f = find_times(r, db, a);
	if (!f)
		f = list_hosts(r, desk, db, a);
	return f ? f : booking_event_find(db, a, r->was, &r->event);
}

/* ---- when it is --------------------------------------------------------------------------------
 */

static const struct fault *require_one(const struct reassigning *r, struct db *db, struct arena *a,
				       const struct host *host, size_t i)
{
	const struct hold *at = &r->times[i];
	const struct slot_ask ask = {
		.host = r->host,
		.type = r->type,
		.duration_min = (int32_t)((at->end - at->start) / 60),
		.from = at->start,
		.to = at->start + 1,
		.now = r->wish.by.now,
		.but = booking_holder(r->was),
		.series = r->starts,
		.series_count = i,
	};
	struct slot_member m;
	const struct fault *f = team_load_host(db, a, &ask, host, &m);

	if (f)
		return f;
	return slot_verdict_fault(a, m.host ? slot_judge(&m.question, at->start) : SLOT_CLOSED);
}

/*
 * Whoever comes must be there at all times that are not over; how soon or late it may be booked,
 * and where its grid is, was asked when it was.
 */
static const struct fault *require_there(void *ctx, struct db *db, struct arena *a)
{
	const struct reassigning *r = ctx;
	const struct host *host = r->come.at[0].host;
	const struct fault *f = team_refresh(db, a, &host);

	for (size_t i = 0; !f && i < r->count; i++)
		if (r->times[i].end > r->wish.by.now)
			f = require_one(r, db, a, host, i);
	return f;
}

/* ---- the change --------------------------------------------------------------------------------
 */

/* One that nobody can read is left as it is: the holds say who comes. */
static const struct fault *edit_event(struct reassigning *r, struct change *c, struct db *db,
				      struct arena *a, const struct booking *after)
{
	const struct ical_object *o = booking_event_read(a, r->event);
	struct ical_edit *e;
	const struct fault *f;

	if (!o)
		return NULL;
	e = ical_edit_begin(a, o->raw);
	book_stamp_event(e, a, o, after);
	f = team_edit_people(e, db, a, o, &r->hosts, &r->had);
	return f ? f : book_replace_event(c, a, r->event, ical_edit_apply(e));
}

/* The time of one goes back, and that of the other is taken, if the booking holds any. */
static const struct fault *pass_holds(struct reassigning *r, struct change *c)
{
	const struct booking *b = r->was;
	struct hold h = {
		.reason = b->status == BOOKING_IS_PENDING ? HOLD_PENDING : HOLD_BOOKING,
		.booking = booking_holder(b),
	};
	bool takes = r->held || (r->from->declined && book_holds_time(r->type, b));
	const struct fault *f = change_release_hold(c, r->from->host, booking_holder(b));

	for (size_t i = 0; !f && takes && i < r->count; i++) {
		h.start = r->times[i].start;
		h.end = r->times[i].end;
		f = team_take_holds(c, &r->come, &h);
	}
	return f;
}

static const struct fault *build(struct reassigning *r, struct change *c, struct db *db,
				 struct arena *a, const struct booking *after)
{
	const struct booking_deed deed = {.what = BOOKING_WAS_REASSIGNED, .who = r->wish.by.who};
	struct job mail = booking_request_job(a, after, after->modified);
	const struct fault *f = change_require(c, r->come.at[0].host->owner.id, require_there, r);

	if (!f)
		f = team_set_hosts(c, a, after, &r->hosts, &r->had);
	if (!f)
		f = change_update_booking(c, after, deed);
	if (!f)
		f = pass_holds(r, c);
	if (!f)
		f = edit_event(r, c, db, a, after);
	if (!f && after->status == BOOKING_IS_CONFIRMED)
		f = change_job(c, &mail);
	return f;
}

const struct fault *team_prepare_reassign(struct booking_desk *desk, struct db *db, struct arena *a,
					  const struct booking *b,
					  const struct team_reassignment *wish,
					  struct change **change_out, struct booking *after)
{
	struct reassigning *r = arena_alloc(a, sizeof(*r));
	const struct ical_object *o;
	struct change *c;
	const struct fault *f = book_check_reason(a, wish->by.reason);

	*change_out = NULL;
	*after = *b;
	*r = (struct reassigning){.was = b, .wish = *wish};
	if (!f && !booking_stands(b))
		f = fault_make(a, FAULT_CANCELLED, NULL, "This booking is over.");
	if (!f)
		f = find_all(r, desk, db, a);
	if (!f)
		f = require_there(r, db, a);
	if (f)
		return f;
	o = booking_event_read(a, r->event);
	after->sequence = booking_next_sequence(b, o ? o->items[0].sequence : 0);
	after->reason = wish->by.reason;
	after->version++;
	after->modified = wish->by.now;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, wish->by.now);
	f = build(r, c, db, a, after);
	*change_out = f ? NULL : c;
	return f;
}

/* ---- of one who has declined -------------------------------------------------------------------
 */

/* Does it go without the one who is missing? */
static bool is_missing(const struct booking_host *hosts, size_t count, int64_t missing)
{
	for (size_t i = 0; i < count; i++)
		if (hosts[i].host == missing)
			return hosts[i].declined;
	return false;
}

/* That one of them cannot come is no fault of ours: the next one is asked. */
static bool cannot(const struct fault *f)
{
	return fault_is(f, FAULT_UNPROCESSABLE) || fault_is(f, FAULT_SLOT_TAKEN) ||
	       fault_is(f, FAULT_NOT_OFFERED);
}

/* Has this host declined this very booking, be it long ago? */
static const struct fault *has_declined(struct db *db, struct arena *a, const struct booking *b,
					struct text name, bool *out)
{
	struct booking_step *steps = NULL;
	struct owner *owner = NULL;
	size_t count = 0;
	const struct fault *f = owner_find(db, a, name, &owner);

	if (!f && owner)
		f = history_list(db, a, b->owner, b->id, &steps, &count);
	*out = false;
	for (size_t i = 0; !f && i < count; i++)
		*out = *out || (steps[i].deed.what == BOOKING_HOST_DECLINED &&
				steps[i].deed.host == owner->id);
	return f;
}

static const struct fault *ask_pool(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct booking *b, struct team_reassignment *wish,
				    const struct booking_pool *pool, struct change **change_out)
{
	struct booking after;

	for (size_t i = 0; i < pool->host_count; i++) {
		bool declined = false;
		const struct fault *f;

		wish->to = pool->hosts[i].name;
		if (pool->hosts[i].optional)
			continue;
		f = has_declined(db, a, b, wish->to, &declined);
		if (f)
			return f;
		if (declined)
			continue;
		f = team_prepare_reassign(desk, db, a, b, wish, change_out, &after);
		if (!f || !cannot(f))
			return f;
	}
	*change_out = NULL;
	return NULL;
}

const struct fault *team_prepare_substitute(struct booking_desk *desk, struct db *db,
					    struct arena *a, const struct booking *b,
					    int64_t missing, int64_t now,
					    struct change **change_out)
{
	struct team_reassignment wish = {.by = {.who = BOOKING_BY_SERVER, .now = now}};
	const struct booking_team_host *says;
	const struct booking_type *type;
	struct booking_host *hosts = NULL;
	const struct host *host;
	struct owner *from = NULL;
	size_t count = 0, pool;
	const struct fault *f = host_get(desk, db, a, b->owner, &host);

	*change_out = NULL;
	type = !f && host ? host_type_by_id(host, b->type) : NULL;
	if (!f)
		f = booking_hosts(db, a, b->owner, booking_holder(b), &hosts, &count);
	if (!f)
		f = owner_get(db, a, missing, &from);
	if (f || !type || !from || !booking_stands(b) || !is_missing(hosts, count, missing) ||
	    !team_names(type, from->name, &pool, &says))
		return f;
	wish.from = from->name;
	return ask_pool(desk, db, a, b, &wish, &type->team.pools[pool], change_out);
}
