/* step_connection - accounts elsewhere: connected, chosen from, at an end */

#include "calendar/change_outside.h"
#include "calendar/change_priv.h"
#include "calendar/copies.h"
#include "calendar/leaving.h"
#include "calendar/notices.h"

static const struct fault *find(struct change *c, struct db *db, int64_t owner, struct text id,
				struct connection **out)
{
	const struct fault *f = connection_get(db, c->arena, owner, id, out);

	if (!f && !*out)
		f = fault_make(c->arena, FAULT_NOT_FOUND, NULL, "There is no such connection.");
	return f;
}

/* ---- calendars ---------------------------------------------------------------------------------
 */

/* Floating times and dates are of the calendar's zone, else of the account's (decisions 43). */
static struct text zone_of(const struct connection *k, const struct outside_calendar *is)
{
	return is->timezone.len > 0 ? is->timezone : k->timezone;
}

/* What comes from there counts: it has a place here, and is read from the beginning. */
static const struct fault *begin_to_count(struct change *c, struct db *db,
					  const struct connection *k, struct outside_calendar *is,
					  bool is_known)
{
	struct collection place = {
		.owner = is->owner,
		.id = is->id,
		.components = COMP_VEVENT,
		.timezone = zone_of(k, is),
	};
	const struct fault *f = collection_add_outside(db, c->arena, &place);

	if (!f && is_known && place.id != is->id)
		f = outside_calendar_renumber(db, c->arena, is->owner, is->id, place.id);
	is->id = place.id;
	is->due_at = min64(is->due_at, c->now);
	return f;
}

static const struct fault *bury_place(struct change *c, struct db *db,
				      const struct outside_calendar *was)
{
	struct collection *place;
	const struct fault *f = collection_get(db, c->arena, was->owner, was->id, &place);

	return f || !place ? f : tree_bury_one(c, db, place);
}

static const struct fault *stop_counting(struct change *c, struct db *db,
					 const struct outside_calendar *was,
					 struct outside_calendar *is)
{
	const struct fault *f = bury_place(c, db, was);

	is->due_at = INT64_MAX;
	return f ? f : outside_calendar_forget(db, c->arena, was->owner, was->id);
}

/* Its zone may be another by now; then whatever floats there is taken at other times. */
static const struct fault *set_zone(struct change *c, struct db *db, const struct connection *k,
				    const struct outside_calendar *is)
{
	struct collection *place;
	const struct fault *f = collection_get(db, c->arena, is->owner, is->id, &place);

	if (f || !place || text_equal(place->timezone, zone_of(k, is)))
		return f;
	place->timezone = zone_of(k, is);
	return collection_update(db, c->arena, place);
}

static const struct fault *add_calendar(struct change *c, struct db *db, const struct connection *k,
					struct outside_calendar *is)
{
	struct outside_calendar *taking = NULL;
	const struct fault *f = owner_take_ids(db, c->arena, &is->owner, 1, 1, &is->id);

	if (!f && is->takes)
		f = outside_calendar_taking(db, c->arena, is->owner, &taking);
	is->takes = is->takes && !taking;
	if (!f && is->counts)
		f = begin_to_count(c, db, k, is, false);
	return f ? f : outside_calendar_add(db, c->arena, is);
}

/* By its number; one without, by what it is called there. */
static const struct outside_calendar *find_known(const struct outside_calendar *known, size_t count,
						 const struct outside_calendar *is)
{
	for (size_t i = 0; i < count; i++)
		if (is->id != 0 ? known[i].id == is->id : text_equal(known[i].remote, is->remote))
			return &known[i];
	return NULL;
}

/*
 * What a provider says of a calendar that is known. Whether it counts is for its owner to say, who
 * may have said otherwise since somebody looked.
 */
static void keep_choice(struct outside_calendar *is, const struct outside_calendar *was)
{
	is->counts = was->counts;
	is->takes = was->takes;
	is->skips_unanswered = was->skips_unanswered;
	is->due_at = was->counts ? min64(was->due_at, is->due_at) : INT64_MAX;
}

static const struct fault *put_known(struct change *c, struct db *db, const struct connection *k,
				     const struct outside_calendar *was,
				     struct outside_calendar *is)
{
	const struct fault *f = NULL;

	keep_choice(is, was);
	if (is->counts)
		f = set_zone(c, db, k, is);
	return f ? f : outside_calendar_choose(db, c->arena, is);
}

static const struct fault *put_calendars(struct change *c, struct db *db,
					 struct change_connection *x)
{
	const struct connection *k = &x->connection;
	struct outside_calendar *known;
	size_t count;
	const struct fault *f =
		outside_calendar_list(db, c->arena, k->owner, k->id, &known, &count);

	for (size_t i = 0; i < x->calendar_count && !f; i++) {
		struct outside_calendar *is = &x->calendars[i];
		const struct outside_calendar *was = find_known(known, count, is);

		if (!was && is->id != 0)
			return fault_make(c->arena, FAULT_NOT_FOUND, NULL,
					  "There is no such calendar.");
		is->owner = k->owner;
		is->connection = k->id;
		is->id = was ? was->id : 0;
		f = was ? put_known(c, db, k, was, is) : add_calendar(c, db, k, is);
	}
	return f;
}

/* ---- connect -----------------------------------------------------------------------------------
 */

/* Only what is another: whoever renews a token meanwhile would lose it. */
static const struct fault *connect_anew(struct change *c, struct db *db, const struct connection *k)
{
	struct connection *was;
	bool is_set = true;
	const struct fault *f = find(c, db, k->owner, k->id, &was);

	/* Nothing new is known of whether it works. */
	if (f || text_equal(was->secret, k->secret))
		return f;
	f = connection_set_secret(db, c->arena, k, &is_set);
	if (!f && !is_set)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL,
			       "Another one has just connected this account.");
	if (f || was->state == k->state)
		return f;
	return connection_set_state(db, c->arena, k, TEXT_NONE);
}

/* Of an account as it was, and of the calendar that took bookings. */
struct before {
	bool is_shut; /* its consent was gone */
	struct outside_calendar *taking;
};

static const struct fault *look_before(struct change *c, struct db *db, const struct connection *k,
				       struct before *out)
{
	struct connection *was;
	const struct fault *f = connection_get(db, c->arena, k->owner, k->id, &was);

	out->is_shut = !f && was && was->state == CONNECTION_RECONNECT;
	return f ? f : outside_calendar_taking(db, c->arena, k->owner, &out->taking);
}

/* Bookings to come are written where they are to be from now on, or where nothing could be. */
static const struct fault *look_at_copies(struct change *c, struct db *db,
					  const struct connection *k, const struct before *was)
{
	struct outside_calendar *is;
	const struct fault *f = outside_calendar_taking(db, c->arena, k->owner, &is);

	if (f || !is || (was->taking && was->taking->id == is->id && !was->is_shut))
		return f;
	return copies_queue_all(c, db, k->owner);
}

static const struct fault *connect_apply(struct change *c, struct step *s, struct db *db)
{
	struct change_connection *x = s->data;
	struct before was;
	const struct fault *f = look_before(c, db, &x->connection, &was);

	if (!f && x->is_new)
		f = connection_add(db, c->arena, &x->connection);
	if (!f)
		f = put_calendars(c, db, x);
	/* Last, as calendars that were due at no time are due at once by it. */
	if (!f && !x->is_new)
		f = connect_anew(c, db, &x->connection);
	if (!f)
		f = look_at_copies(c, db, &x->connection, &was);
	if (!f && was.is_shut)
		f = copies_hasten(c, db, s->owner);
	return f ? f : outside_note_age(db, c->arena, s->owner);
}

static const struct step_kind connect_kind = {.name = "connect", .apply = connect_apply};

const struct fault *change_connect(struct change *c, struct change_connection *x)
{
	change_add_step(c, &connect_kind, x->connection.owner, x);
	return NULL;
}

/* ---- chosen from -------------------------------------------------------------------------------
 */

struct choosing {
	struct text connection;
	struct change_choice *choices;
	size_t count;
};

static struct outside_calendar *find_chosen(struct outside_calendar *known, size_t count,
					    const struct change_choice *choice)
{
	for (size_t i = 0; i < count; i++)
		if (known[i].id == choice->calendar)
			return &known[i];
	return NULL;
}

/* What takes time there is other things: all is read anew, and stands as it is meanwhile. */
static const struct fault *change_unanswered(struct change *c, struct db *db,
					     const struct outside_calendar *was,
					     struct outside_calendar *is)
{
	if (!is->counts || is->skips_unanswered == was->skips_unanswered)
		return NULL;
	is->due_at = c->now;
	return outside_calendar_read_anew(db, c->arena, is->owner, is->id);
}

/* One that begins to count is read at once; one that does not, never. */
static const struct fault *choose_one(struct change *c, struct db *db, const struct connection *k,
				      const struct outside_calendar *was,
				      struct change_choice *choice)
{
	struct outside_calendar is = *was;
	const struct fault *f = NULL;

	if (choice->takes && !was->may_write)
		return fault_make(c->arena, FAULT_UNPROCESSABLE, "takes",
				  "This calendar can only be read there.");
	is.counts = choice->counts;
	is.takes = choice->takes;
	if (choice->skips_unanswered)
		is.skips_unanswered = *choice->skips_unanswered;
	choice->has_ended = was->counts && !is.counts;
	if (is.counts && !was->counts)
		f = begin_to_count(c, db, k, &is, true);
	else if (choice->has_ended)
		f = stop_counting(c, db, was, &is);
	else
		f = change_unanswered(c, db, was, &is);
	return f ? f : outside_calendar_choose(db, c->arena, &is);
}

static const struct fault *choose_all(struct change *c, struct db *db, const struct connection *k,
				      const struct choosing *x)
{
	struct outside_calendar *known;
	size_t count;
	const struct fault *f =
		outside_calendar_list(db, c->arena, k->owner, k->id, &known, &count);

	for (size_t i = 0; i < x->count && !f; i++) {
		const struct outside_calendar *was = find_chosen(known, count, &x->choices[i]);

		if (!was)
			return fault_make(c->arena, FAULT_UNPROCESSABLE, "calendars",
					  "There is no such calendar.");
		f = choose_one(c, db, k, was, &x->choices[i]);
	}
	return f;
}

static const struct fault *choose_apply(struct change *c, struct step *s, struct db *db)
{
	const struct choosing *x = s->data;
	struct connection *k;
	struct before was;
	const struct fault *f = find(c, db, s->owner, x->connection, &k);

	if (!f)
		f = look_before(c, db, k, &was);
	if (!f)
		f = choose_all(c, db, k, x);
	if (!f)
		f = look_at_copies(c, db, k, &was);
	return f ? f : outside_note_age(db, c->arena, s->owner);
}

static const struct step_kind choose_kind = {.name = "choose", .apply = choose_apply};

const struct fault *change_choose(struct change *c, int64_t owner, struct text connection,
				  struct change_choice *choices, size_t count)
{
	struct choosing *x = arena_alloc(c->arena, sizeof(*x));
	size_t taking = 0;

	for (size_t i = 0; i < count; i++)
		taking += choices[i].takes;
	if (taking > 1)
		return fault_make(c->arena, FAULT_UNPROCESSABLE, "takes",
				  "One calendar takes the bookings, not several.");
	*x = (struct choosing){connection, choices, count};
	change_add_step(c, &choose_kind, owner, x);
	return NULL;
}

/* ---- at an end ---------------------------------------------------------------------------------
 */

static const struct fault *disconnect_apply(struct change *c, struct step *s, struct db *db)
{
	const struct text *id = s->data;
	struct outside_calendar *known;
	struct connection *account;
	size_t count = 0;
	bool deleted;
	const struct fault *f = find(c, db, s->owner, *id, &account);

	if (!f)
		f = leaving_queue(c, db, account);
	if (!f)
		f = outside_calendar_list(db, c->arena, s->owner, *id, &known, &count);
	for (size_t i = 0; i < count && !f; i++)
		if (known[i].counts)
			f = bury_place(c, db, &known[i]);
	if (!f)
		f = connection_delete(db, c->arena, s->owner, *id, &deleted);
	return f ? f : outside_note_age(db, c->arena, s->owner);
}

static const struct step_kind disconnect_kind = {.name = "disconnect", .apply = disconnect_apply};

const struct fault *change_disconnect(struct change *c, int64_t owner, struct text connection)
{
	struct text *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = connection;
	change_add_step(c, &disconnect_kind, owner, copy);
	return NULL;
}

/* ---- its state ---------------------------------------------------------------------------------
 */

struct state_step {
	struct connection connection;
	struct text holder;
	bool told;
};

static const struct fault *tell_owner(struct change *c, struct db *db, const struct connection *k)
{
	struct notice n = {
		.letter = "host-reconnect",
		.owner = k->owner,
		.about = k->id,
		.version = k->state_since, /* told anew each time */
		.why = text_from(arena_printf(c->arena, "%.*s\n%.*s", TEXT_ARG(k->account),
					      TEXT_ARG(k->last_error))),
		.now = c->now,
	};
	struct job j = notice_job(c->arena, &n);

	return change_apply_job(c, db, &j);
}

static const struct fault *state_apply(struct change *c, struct step *s, struct db *db)
{
	const struct state_step *t = s->data;
	struct connection now = t->connection, *was;
	const struct fault *f = find(c, db, t->connection.owner, t->connection.id, &was);

	/* From there leads a new consent alone, whatever somebody has seen who read it before. */
	if (f || (was->state == CONNECTION_RECONNECT && now.state != CONNECTION_RECONNECT))
		return f;
	now.write_after = max64(now.write_after, was->write_after);
	f = connection_set_state(db, c->arena, &now, t->holder);
	if (f || !t->told || was->state == now.state)
		return f;
	return tell_owner(c, db, &now);
}

static const struct step_kind state_kind = {.name = "connection-state", .apply = state_apply};

const struct fault *change_connection_state(struct change *c, const struct connection *connection,
					    struct text holder, bool told)
{
	struct state_step *t = arena_alloc(c->arena, sizeof(*t));

	*t = (struct state_step){*connection, holder, told};
	change_add_step(c, &state_kind, connection->owner, t);
	change_leave_untold(c);
	return NULL;
}
