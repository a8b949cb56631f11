/* sync_list - which calendars an account has; see sync.h */

#include "base/arena.h"
#include "calendar/change_outside.h"
#include "federation/sync.h"
#include "store/store.h"

static const struct remote_calendar *find_remote(const struct remote_calendar *list, size_t count,
						 struct text remote)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(list[i].remote, remote))
			return &list[i];
	return NULL;
}

static bool is_known(const struct outside_calendar *known, size_t count, struct text remote)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(known[i].remote, remote))
			return true;
	return false;
}

/*
 * As it is now; true: it was otherwise. One that is not named goes on counting, as what is not
 * known is not free: it cannot be read, which its host is shown, until it is there again or they
 * choose otherwise.
 */
static bool bring_up_to_date(struct outside_calendar *is, const struct remote_calendar *there)
{
	struct outside_calendar was = *is;

	is->is_gone = there == NULL;
	is->due_at = INT64_MAX; /* it is no sooner due for that */
	if (there) {
		is->title = there->title;
		is->timezone = there->timezone;
		is->may_write = there->may_write;
		is->is_primary = there->is_primary;
	}
	return is->is_gone != was.is_gone || !text_equal(is->title, was.title) ||
	       !text_equal(is->timezone, was.timezone) || is->may_write != was.may_write ||
	       is->is_primary != was.is_primary;
}

struct merged {
	struct outside_calendar *list;
	size_t count;
};

/* All that is new or has changed. */
static struct merged merge(struct visit *v, const struct outside_calendar *known,
			   size_t known_count, const struct remote_calendar *there, size_t count)
{
	struct merged m = {arena_alloc_array(v->arena, known_count + count, sizeof(*m.list)), 0};

	for (size_t i = 0; i < known_count; i++) {
		m.list[m.count] = known[i];
		m.count += bring_up_to_date(&m.list[m.count],
					    find_remote(there, count, known[i].remote));
	}
	for (size_t i = 0; i < count && known_count + i < OUTSIDE_CALENDARS_MAX; i++)
		if (!is_known(known, known_count, there[i].remote))
			m.list[m.count++] = (struct outside_calendar){
				.owner = v->connection->owner,
				.connection = v->connection->id,
				.remote = there[i].remote,
				.title = there[i].title,
				.timezone = there[i].timezone,
				.may_write = there[i].may_write,
				.is_primary = there[i].is_primary,
				.due_at = INT64_MAX,
			};
	return m;
}

static const struct fault *store_list(struct visit *v, const struct remote_calendar *there,
				      size_t count)
{
	struct outside_calendar *known;
	struct change_connection x = {.connection = *v->connection};
	struct merged m;
	size_t known_count;
	struct change *c;
	struct db *db;
	const struct fault *f = store_reader(v->fed->calendar->store, v->arena, &db);

	if (!f)
		f = outside_calendar_list(db, v->arena, v->connection->owner, v->connection->id,
					  &known, &known_count);
	if (f)
		return f;
	/* A server that is being mended shows an empty house. */
	if (count == 0 && known_count > 0)
		return fault_make(v->arena, FAULT_UNAVAILABLE, NULL,
				  "The account names no calendar at all.");
	m = merge(v, known, known_count, there, count);
	if (m.count == 0)
		return NULL;
	x.calendars = m.list;
	x.calendar_count = m.count;
	c = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	return change_run_unless(c, change_connect(c, &x));
}

enum call_end sync_calendars(struct visit *v)
{
	struct remote_calendar *there;
	size_t count;
	enum call_end end = v->provider->calendars(v, &there, &count);
	const struct fault *f;

	if (end != CALL_OK)
		return end;
	f = store_list(v, there, count);
	if (f)
		v->why = text_from(f->message);
	return f ? CALL_BROKEN : CALL_OK;
}
