/*
 * sync_page - what one page of a reading says is done
 *
 * What became of our own copies comes first: it moves and cancels bookings, and what it cannot do
 * now leaves the page to be read again. All else becomes rows and objects, in changes of a few
 * hundred events.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "booking/elsewhere.h"
#include "calendar/change_outside.h"
#include "federation/copy.h"
#include "federation/mirror.h"
#include "federation/sync_priv.h"
#include "store/store.h"

enum { SLICE_ARENA_BYTES = 256 * 1024 * 1024 };

/* ---- ours ---------------------------------------------------------------------------------- */

/* A page, parted into what is ours and what is not. */
struct parted {
	struct remote_event *theirs;
	size_t count;
	struct text *ours; /* ids of those that are */
	size_t ours_count;
	struct text *seen; /* ids of all that a copy was found for */
	size_t seen_count;
};

/* Ours by its id, or its series'; by its mark only while the id is not known. */
static bool is_of(const struct outside_copy *copy, const struct remote_event *e)
{
	if (copy->remote.len > 0)
		return text_equal(copy->remote, e->remote) || text_equal(copy->remote, e->series);
	return e->mark.len > 0 && text_equal(copy->mark, e->mark);
}

/* That of this account before one that another account of the host shows as well. */
static const struct outside_copy *find_copy(const struct sync *s, const struct outside_copy *copies,
					    size_t count, const struct remote_event *e)
{
	const struct outside_copy *other = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_of(&copies[i], e))
			continue;
		if (text_equal(copies[i].connection, s->c->connection))
			return &copies[i];
		other = &copies[i];
	}
	return other;
}

struct saw_work {
	struct store_work work;
	const struct outside_calendar *c;
	const struct text *remotes;
	size_t count;
};

static const struct fault *saw_run(struct db *db, struct store_work *work)
{
	const struct saw_work *w = (struct saw_work *)work;

	return outside_copy_saw(db, work->arena, w->c->owner, w->c->id, w->c->round, w->remotes,
				w->count);
}

/* A reading from the beginning that is cut short and goes on has not to ask for them again. */
static enum call_end note_seen(struct sync *s, const struct text *remotes, size_t count)
{
	struct saw_work w = {
		.work = {.run = saw_run, .arena = s->v->arena},
		.c = s->c,
		.remotes = remotes,
		.count = count,
	};

	if (!s->is_full || count == 0)
		return CALL_OK;
	return sync_fault(s, store_run(s->v->fed->calendar->store, &w.work));
}

/* The copies that a page may tell of. */
static const struct fault *match(struct sync *s, struct db *db, const struct remote_page *page,
				 struct outside_copy **out, size_t *count_out)
{
	struct arena *a = s->v->arena;
	struct text *names = arena_alloc_array(a, 3 * page->count, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < page->count; i++) {
		const struct remote_event *e = &page->events[i];

		names[count++] = e->remote;
		if (e->series.len > 0 && !text_equal(e->series, e->remote))
			names[count++] = e->series;
		if (e->mark.len > 0)
			names[count++] = e->mark;
	}
	return outside_copy_match(db, a, s->c->owner, names, count, out, count_out);
}

/*
 * It was not long ago that its booking changed. A copy that nobody takes for longer than that holds
 * up no reading: its job finds out what became of it, when it is written at last.
 */
static const struct fault *is_being_written(struct sync *s, struct db *db,
					    const struct outside_copy *copy, bool *out)
{
	struct booking *b = NULL;
	const struct fault *f = NULL;

	if (copy->state == COPY_WANTED)
		f = book_find_elsewhere(db, s->v->arena, copy->booking_owner, copy->booking, &b);
	*out = b && b->modified + SYNC_WRITTEN_S > clock_now();
	return f;
}

/*
 * Its job may note something of it between the look at what is known and the telling. That is no
 * trouble of the calendar's, for which its host would be closed: it is told of as it is now.
 */
static enum call_end see_copy(struct sync *s, const struct outside_copy *copy,
			      const struct remote_event *e)
{
	enum call_end end = sync_keep_lease(s);

	if (end == CALL_OK)
		end = copy_seen(s->v, s->c, copy, e);
	for (int again = 0; end == CALL_LATER && again < SYNC_SEES; again++) {
		struct outside_copy *now = NULL;
		struct db *db;
		const struct fault *f = store_reader(s->v->fed->calendar->store, s->v->arena, &db);

		if (!f)
			f = outside_copy_get(db, s->v->arena, copy->owner, copy->booking, &now);
		if (f)
			return sync_fault(s, f);
		if (!now || copy_is_as_read(now, copy))
			return end;
		copy = now;
		end = copy_seen(s->v, s->c, copy, e);
	}
	return end;
}

/* What another account shows of it as well takes no time, and is followed where it was written. */
static enum call_end tell_copy(struct sync *s, struct db *db, const struct outside_copy *copy,
			       const struct remote_event *e)
{
	const struct fault *f;
	bool is_early;

	if (!text_equal(copy->connection, s->c->connection))
		return CALL_OK;
	f = is_being_written(s, db, copy, &is_early);
	if (f)
		return sync_fault(s, f);
	s->is_early = s->is_early || is_early;
	return see_copy(s, copy, e);
}

/*
 * A single time that was moved is not followed, so it takes time as any event does; and what such
 * times there were go with their series.
 */
static bool is_theirs(const struct outside_copy *copy, const struct remote_event *e)
{
	if (text_equal(copy->remote, e->remote))
		return e->is_gone || e->is_cancelled;
	return e->kind == OUTSIDE_INSTANCE && !e->is_gone && !e->is_cancelled && !e->is_regular &&
	       copy->remote.len > 0 && text_equal(copy->remote, e->series);
}

static void take_theirs(struct parted *out, const struct remote_event *e)
{
	struct remote_event *at = &out->theirs[out->count++];

	*at = *e;
	at->is_gone = e->is_gone || e->is_cancelled;
}

/*
 * Written for a booking, and no copy is known of it any more: its account was disconnected since,
 * say. The booking has its time, or has given it up.
 */
static bool is_left_over(const struct sync *s, const struct outside_copy *copies, size_t count,
			 const struct remote_event *e)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(copies[i].mark, e->mark))
			return false;
	return copy_mark_is_ours(s->v->arena, &s->v->fed->calendar->key, s->c->owner, e->mark);
}

/* What is ours is told to whoever minds it. */
static enum call_end part(struct sync *s, const struct remote_page *page, struct parted *out)
{
	struct arena *a = s->v->arena;
	struct outside_copy *copies;
	size_t copy_count;
	struct db *db;
	const struct fault *f = store_reader(s->v->fed->calendar->store, a, &db);

	if (!f)
		f = match(s, db, page, &copies, &copy_count);
	if (f)
		return sync_fault(s, f);
	out->theirs = arena_alloc_array(a, page->count, sizeof(*out->theirs));
	out->ours = arena_alloc_array(a, page->count, sizeof(*out->ours));
	out->seen = arena_alloc_array(a, page->count, sizeof(*out->seen));
	for (size_t i = 0; i < page->count; i++) {
		const struct remote_event *e = &page->events[i];
		const struct outside_copy *copy = find_copy(s, copies, copy_count, e);
		enum call_end end;

		if (!copy) {
			if (is_left_over(s, copies, copy_count, e))
				out->ours[out->ours_count++] = e->remote;
			else
				out->theirs[out->count++] = *e;
			continue;
		}
		end = tell_copy(s, db, copy, e);
		if (end != CALL_OK)
			return end;
		if (is_theirs(copy, e))
			take_theirs(out, e);
		else
			out->ours[out->ours_count++] = e->remote;
		out->seen[out->seen_count++] = e->remote;
	}
	return note_seen(s, out->seen, out->seen_count);
}

/* ---- rows and objects ------------------------------------------------------------------------ */

/* One change, in an arena of its own. */
struct slice {
	struct sync *s;
	struct arena *arena;
	struct db *db;
	struct change *change;
	struct change_outside rows;
};

static const struct fault *slice_begin(struct sync *s, struct slice *x)
{
	struct calendar *cal = s->v->fed->calendar;

	*x = (struct slice){.s = s, .arena = arena_create(SLICE_ARENA_BYTES)};
	x->change = change_open(cal, x->arena, CHANGE_PROVIDER, s->v->now);
	return store_reader(cal->store, x->arena, &x->db);
}

/* What was planned is committed, with the place where the reading stands. */
static enum call_end slice_end(struct slice *x, const struct fault *f)
{
	struct change_outside *rows = &x->rows;
	bool is_empty = rows->put_count == 0 && rows->gone_count == 0 && rows->untold;
	enum call_end end = CALL_OK;

	x->s->c->lease_until = clock_now() + SYNC_LEASE_S;
	rows->calendar = *x->s->c;
	if (!f)
		f = arena_check(x->arena);
	if (!f && !is_empty)
		f = change_outside(x->change, rows);
	if (f || !is_empty)
		end = sync_fault(x->s, change_run_unless(x->change, f));
	arena_destroy(x->arena);
	return end;
}

static enum call_end put_slice(struct sync *s, const struct remote_event *events, size_t count)
{
	struct slice x;
	const struct fault *f = slice_begin(s, &x);

	if (!f)
		f = mirror_plan(x.change, x.db, x.arena, s->c, events, count, &x.rows);
	return slice_end(&x, f);
}

static enum call_end drop_slice(struct sync *s, const struct text *remotes, size_t count)
{
	struct slice x;
	const struct fault *f = slice_begin(s, &x);

	if (!f)
		f = mirror_plan_drop(x.change, x.db, x.arena, s->c, remotes, count, &x.rows);
	return slice_end(&x, f);
}

/* Past the last event of a slice: no series is cut in two. */
static size_t slice_until(const struct remote_event *events, size_t count, size_t from)
{
	size_t to = min64((int64_t)(from + SYNC_SLICE), (int64_t)count);

	while (to < count && text_equal(mirror_series(&events[to - 1]), mirror_series(&events[to])))
		to++;
	return to;
}

/* ---- made-up ids ----------------------------------------------------------------------------- */

static const struct fault *count_known(struct sync *s, const struct remote_event *events,
				       size_t count, size_t *known_out, size_t *rows_out)
{
	struct arena *a = s->v->arena;
	struct text *remotes = arena_alloc_array(a, count, sizeof(*remotes));
	struct outside_event *list;
	struct db *db;
	const struct fault *f = store_reader(s->v->fed->calendar->store, a, &db);

	for (size_t i = 0; i < count; i++)
		remotes[i] = events[i].remote;
	if (!f)
		f = outside_event_find(db, a, s->c->owner, s->c->id, remotes, count, &list,
				       known_out);
	if (!f)
		f = outside_event_unseen(db, a, s->c->owner, s->c->id, s->c->round, TEXT_NONE,
					 SYNC_STRANGERS, &list, rows_out);
	return f;
}

/*
 * A calendar that was read before, and of which nothing is known by its id any more, makes up ids
 * at each reading: its events would be taken for new ones each time.
 */
static enum call_end refuse_strangers(struct sync *s, const struct remote_event *events,
				      size_t count)
{
	size_t known = 0, rows = 0;
	const struct fault *f;

	if (!s->is_full || s->pages > 1 || s->c->synced_at == 0 || count < SYNC_STRANGERS)
		return CALL_OK;
	f = count_known(s, events, min64((int64_t)count, SYNC_SLICE), &known, &rows);
	if (f || known > 0 || rows < SYNC_STRANGERS)
		return sync_fault(s, f);
	s->v->why = TEXT("All events of the calendar have other ids than before.");
	return CALL_BROKEN;
}

/* ---- a page ------------------------------------------------------------------------------------
 */

enum call_end sync_page(struct sync *s, const struct remote_page *page)
{
	struct parted p = {.count = 0};
	enum call_end end = page->count > 0 ? part(s, page, &p) : CALL_OK;

	p.count = mirror_sort(s->v->arena, p.theirs, p.count);
	if (end == CALL_OK)
		end = refuse_strangers(s, p.theirs, p.count);
	/* What was read before it was known to be ours takes no time any more. */
	if (end == CALL_OK && p.ours_count > 0)
		end = drop_slice(s, p.ours, p.ours_count);
	for (size_t from = 0; end == CALL_OK && from < p.count;) {
		size_t to = slice_until(p.theirs, p.count, from);

		end = put_slice(s, p.theirs + from, to - from);
		from = to;
	}
	return end;
}

/* ---- the sweep ---------------------------------------------------------------------------------
 */

static const struct fault *find_unseen(struct sync *s, struct text **out, size_t *count_out)
{
	struct arena *a = s->v->arena;
	struct outside_event *list;
	struct db *db;
	const struct fault *f = store_reader(s->v->fed->calendar->store, a, &db);

	*count_out = 0;
	if (!f)
		f = outside_event_unseen(db, a, s->c->owner, s->c->id, s->c->round, TEXT_NONE,
					 SYNC_SLICE, &list, count_out);
	if (f)
		return f;
	*out = arena_alloc_array(a, *count_out, sizeof(**out));
	for (size_t i = 0; i < *count_out; i++)
		(*out)[i] = list[i].remote;
	return NULL;
}

/* Whoever minds our copies asks what has become of those that were not among all there is. */
static enum call_end miss_copy(struct sync *s, const struct outside_copy *copy)
{
	const struct remote_event gone = {.remote = copy->remote, .is_gone = true};
	enum call_end end = see_copy(s, copy, &gone);

	if (end == CALL_OK)
		end = note_seen(s, &copy->remote, 1);
	s->has_moved = s->has_moved || end == CALL_OK;
	return end;
}

static enum call_end miss_copies(struct sync *s)
{
	struct arena *a = s->v->arena;
	struct outside_copy *copies = NULL;
	size_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(s->v->fed->calendar->store, a, &db);
	enum call_end end;

	if (!f)
		f = outside_copy_standing(db, a, s->c->owner, s->c->id, s->v->now, s->c->round,
					  &copies, &count);
	end = sync_fault(s, f);
	for (size_t i = 0; end == CALL_OK && i < count; i++)
		end = miss_copy(s, &copies[i]);
	return end;
}

enum call_end sync_sweep(struct sync *s)
{
	enum call_end end = miss_copies(s);
	size_t count = SYNC_SLICE;

	while (end == CALL_OK && count == SYNC_SLICE) {
		struct text *remotes = NULL;

		end = sync_fault(s, find_unseen(s, &remotes, &count));
		if (end == CALL_OK && count > 0)
			end = drop_slice(s, remotes, count);
	}
	return end;
}
