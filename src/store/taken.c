/* taken - holds with their bookings and events. See taken.h. */
#include "store/taken.h"

#include "store/db_priv.h"

/* As in hold.c: holds of an owner do not overlap, so the last that begins before reaches in. */
#define REACHES_INTO                                                                               \
	"h.owner = $1 AND h.starts < $3 AND h.ends > $2 AND h.starts >= coalesce("                 \
	"(SELECT max(starts) FROM hold WHERE owner = $1 AND starts <= $2), $2)"

#define OF_TEAM " booking_host m ON m.host = h.owner AND m.booking = h.booking"

static const struct sql sql_range = {
	"SELECT h.starts, h.ends, h.expires_at, h.booking, coalesce(b.type, t.type, ''),"
	" coalesce(b.owner, t.owner, 0), (SELECT CAST(coalesce(sum(s.seats), 0) AS BIGINT)"
	" FROM booking s WHERE s.owner = coalesce(b.owner, t.owner)"
	" AND s.uid = coalesce(b.uid, t.uid) AND s.status IN (0, 1))"
	" FROM hold h LEFT JOIN booking b ON b.owner = h.owner AND b.id = h.booking"
	" LEFT JOIN" OF_TEAM " LEFT JOIN booking t ON t.owner = m.owner AND t.id = m.booking"
	" WHERE " REACHES_INTO " ORDER BY h.starts"};
/* None is longer than a booking may be, but for what its host made of it; they are few. */
static const struct sql sql_forced = {
	"SELECT starts, ends, 0, booking, '', 0, 0 FROM hold_forced"
	" WHERE owner = $1 AND starts < $3 AND ends > $2 ORDER BY starts, ends"};
static const struct sql sql_without_hold = {
	"SELECT starts, ends, 0, id, type, owner, seats FROM booking b"
	" WHERE owner = $1 AND starts >= $2 AND starts < $3 AND status IN (0, 1) AND shares = ''"
	" AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.owner = $1 AND h.booking = b.id)"
	" AND NOT EXISTS (SELECT 1 FROM booking_host m WHERE m.owner = $1 AND m.booking = b.id)"
	" ORDER BY starts"};
/* Of a team, to be confirmed and open for others meanwhile: who would come counts it (D6). */
static const struct sql sql_team_without_hold = {
	"SELECT b.starts, b.ends, 0, b.id, b.type, b.owner, b.seats FROM booking b"
	" JOIN booking_host m ON m.owner = b.owner AND m.booking = b.id AND m.host = $1"
	" WHERE b.status = 0 AND b.starts >= $2 AND b.starts < $3 AND b.shares = ''"
	" AND m.optional = 0"
	" AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.owner = $1 AND h.booking = b.id)"
	" ORDER BY b.starts"};
static const struct sql sql_events = {
	"SELECT o.id, h.starts, h.ends FROM hold h"
	" JOIN booking b ON b.owner = h.owner AND b.id = h.booking"
	" JOIN object o ON o.owner = h.owner AND o.uid = b.uid WHERE " REACHES_INTO
	" UNION ALL SELECT o.id, h.starts, h.ends FROM hold h JOIN" OF_TEAM
	" JOIN booking b ON b.owner = m.owner AND b.id = m.booking"
	" JOIN object o ON o.owner = h.owner AND o.uid = b.uid WHERE " REACHES_INTO
	" UNION ALL SELECT o.id, b.starts, b.ends FROM booking b"
	" JOIN object o ON o.owner = b.owner AND o.uid = b.uid"
	" WHERE b.owner = $1 AND b.starts < $3 AND b.ends > $2 AND b.starts > $2 - 90000"
	" AND EXISTS (SELECT 1 FROM booking_host m WHERE m.owner = $1 AND m.booking = b.id)"};

static const struct sql sql_by_meeting = {
	"SELECT h.booking FROM hold h JOIN" OF_TEAM
	" JOIN booking b ON b.owner = m.owner AND b.id = m.booking"
	" WHERE b.uid = $2 AND h.owner = $1 LIMIT 1"};

static bool take_taken(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct taken *t = row_list_add(l);

	if (!t)
		return false;
	t->start = row_int(row, 0);
	t->end = row_int(row, 1);
	t->expires_at = row_int(row, 2);
	t->booking = row_text(l->arena, row, 3);
	t->type = row_text(l->arena, row, 4);
	t->type_owner = row_int(row, 5);
	t->seats = (int32_t)row_int(row, 6);
	return true;
}

static bool take_event(void *ctx, struct db_row *row)
{
	struct row_list *l = ctx;
	struct taken_event *e = row_list_add(l);

	if (!e)
		return false;
	e->object = row_int(row, 0);
	e->start = row_int(row, 1);
	e->end = row_int(row, 2);
	return true;
}

static const struct fault *list(struct row_list *l, struct db *db, const struct sql *sql,
				int64_t owner, int64_t from, int64_t to, db_row_fn take)
{
	return row_list_query(l, db, sql, DB_ARGS(DB_INT(owner), DB_INT(from), DB_INT(to)), take);
}

/* ---- what was put over others ------------------------------------------------------------------
 */

static int compare_start(const void *a, const void *b)
{
	const struct taken *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/*
 * What a forced hold has beside the time that is taken already: so all that is taken stays apart
 * and ascending, and nobody is offered the rest. Its booking counts by itself
 * (taken_without_hold()), however many parts there are.
 */
static void add_uncovered(struct row_list *out, const struct row_list *holds,
			  const struct taken *forced, int64_t from, int64_t to)
{
	const struct taken *hold = holds->at;
	size_t count = holds->count; /* `out` may be the same list */
	int64_t start = forced->start;

	for (size_t i = 0; i <= count && start < forced->end; i++) {
		int64_t end = i < count ? min64(hold[i].start, forced->end) : forced->end;
		struct taken *part;

		if (start < end && start < to && end > from && (part = row_list_add(out))) {
			*part = *forced;
			part->start = start;
			part->end = end;
		}
		if (i < count)
			start = max64(start, hold[i].end);
	}
}

/* Those holds as well that lie over a forced one beyond the range, so that neighbours agree. */
static const struct fault *list_beneath(struct row_list *l, struct db *db, struct arena *a,
					int64_t owner, const struct row_list *forced)
{
	const struct taken *f = forced->at;
	int64_t from = f[0].start, to = f[0].end;

	for (size_t i = 1; i < forced->count; i++)
		to = max64(to, f[i].end);
	row_list_init(l, a, sizeof(struct taken), 32);
	return list(l, db, &sql_range, owner, from, to, take_taken);
}

/* One after the other, as they may overlap each other, too. */
static const struct fault *add_forced(struct row_list *out, struct db *db, struct arena *a,
				      int64_t owner, int64_t from, int64_t to)
{
	struct row_list forced, beneath;
	const struct fault *f;

	row_list_init(&forced, a, sizeof(struct taken), 4);
	f = list(&forced, db, &sql_forced, owner, from, to, take_taken);
	if (f || forced.count == 0)
		return f;
	f = list_beneath(&beneath, db, a, owner, &forced);
	for (size_t i = 0; !f && i < forced.count; i++) {
		const struct taken *x = (const struct taken *)forced.at + i;

		add_uncovered(out, &beneath, x, from, to);
		add_uncovered(&beneath, &beneath, x, INT64_MIN, INT64_MAX);
		qsort(beneath.at, beneath.count, sizeof(*x), compare_start);
	}
	if (!f)
		qsort(out->at, out->count, sizeof(struct taken), compare_start);
	return f;
}

const struct fault *taken_range(struct db *db, struct arena *a, int64_t owner, int64_t from,
				int64_t to, struct taken **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct taken), 32);
	f = list(&l, db, &sql_range, owner, from, to, take_taken);
	if (!f)
		f = add_forced(&l, db, a, owner, from, to);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *taken_without_hold(struct db *db, struct arena *a, int64_t owner, int64_t from,
				       int64_t to, bool own, struct taken **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct taken), 8);
	f = list(&l, db, &sql_team_without_hold, owner, from, to, take_taken);
	if (!f && own)
		f = list(&l, db, &sql_without_hold, owner, from, to, take_taken);
	if (!f && own && l.count > 1)
		qsort(l.at, l.count, sizeof(struct taken), compare_start);
	*out = l.at;
	*count_out = l.count;
	return f;
}

const struct fault *taken_events(struct db *db, struct arena *a, int64_t owner, int64_t from,
				 int64_t to, struct taken_event **out, size_t *count_out)
{
	struct row_list l;
	const struct fault *f;

	row_list_init(&l, a, sizeof(struct taken_event), 32);
	f = list(&l, db, &sql_events, owner, from, to, take_event);
	*out = l.at;
	*count_out = l.count;
	return f;
}

struct booking_found {
	struct arena *arena;
	struct text id;
};

static bool take_booking(void *ctx, struct db_row *row)
{
	struct booking_found *found = ctx;

	found->id = row_text(found->arena, row, 0);
	return false;
}

const struct fault *taken_by_meeting(struct db *db, struct arena *a, int64_t owner, struct text uid,
				     struct text *booking_out)
{
	struct booking_found found = {.arena = a};
	const struct fault *f = db_query(
		db, a, &sql_by_meeting, DB_ARGS(DB_INT(owner), DB_TEXT(uid)), take_booking, &found);

	*booking_out = found.id;
	return f;
}
