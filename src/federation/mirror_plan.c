/*
 * mirror_plan - what is told of a calendar elsewhere, said to a change
 *
 * The rows of all series that are concerned are read, what was told is applied to them in memory,
 * and each series that is another one by then gets its object anew. Of what is as it was nothing is
 * written but, in a reading from the beginning, that it was seen.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "calendar/change_outside.h"
#include "federation/mirror.h"

/* A row on its way. */
struct row {
	struct outside_event is;
	const struct outside_event *was; /* NULL: it is new */
	bool is_gone;
	bool is_named; /* the page tells of it */
};

struct plan {
	struct arena *arena;
	const struct outside_calendar *cal;
	struct row *rows;
	size_t count, cap;
	size_t *slots; /* index + 1 of a row, by its id */
	size_t slot_count;
	struct text *series; /* that are concerned, each once */
	size_t series_count;
};

/* ---- rows by their ids --------------------------------------------------------------------- */

static void index_begin(struct plan *p, size_t rows)
{
	p->slot_count = 16;
	while (p->slot_count < 2 * rows)
		p->slot_count *= 2;
	p->slots = arena_alloc_array(p->arena, p->slot_count, sizeof(*p->slots));
	p->rows = arena_alloc_array(p->arena, rows, sizeof(*p->rows));
	p->cap = rows;
}

/* Where the row of this id is, or would be. */
static size_t *find_slot(struct plan *p, struct text remote)
{
	size_t at = text_hash(remote) & (p->slot_count - 1);

	while (p->slots[at] && !text_equal(p->rows[p->slots[at] - 1].is.remote, remote))
		at = (at + 1) & (p->slot_count - 1);
	return &p->slots[at];
}

static struct row *row_of(struct plan *p, struct text remote)
{
	size_t *slot = find_slot(p, remote);

	if (*slot == 0) {
		assert(p->count < p->cap);
		p->rows[p->count++].is = (struct outside_event){
			.owner = p->cal->owner, .calendar = p->cal->id, .remote = remote};
		*slot = p->count;
	}
	return &p->rows[*slot - 1];
}

/* ---- what is there -------------------------------------------------------------------------- */

static int compare_texts(const void *left, const void *right)
{
	return text_compare(*(const struct text *)left, *(const struct text *)right);
}

static size_t unique(struct text *list, size_t count)
{
	size_t left = 0;

	qsort(list, count, sizeof(*list), compare_texts);
	for (size_t i = 0; i < count; i++)
		if (left == 0 || !text_equal(list[left - 1], list[i]))
			list[left++] = list[i];
	return left;
}

/* All rows of the series to which these ids belong, or belonged, or which they name. */
static const struct fault *load(struct plan *p, struct db *db, const struct text *remotes,
				size_t remote_count, const struct text *named, size_t named_count)
{
	struct outside_event *known, *all;
	size_t known_count, all_count;
	const struct fault *f = outside_event_find(db, p->arena, p->cal->owner, p->cal->id, remotes,
						   remote_count, &known, &known_count);

	if (f)
		return f;
	p->series = arena_alloc_array(p->arena, known_count + named_count, sizeof(*p->series));
	for (size_t i = 0; i < known_count; i++)
		p->series[p->series_count++] = known[i].series;
	for (size_t i = 0; i < named_count; i++)
		p->series[p->series_count++] = named[i];
	p->series_count = unique(p->series, p->series_count);
	f = outside_event_of_series(db, p->arena, p->cal->owner, p->cal->id, p->series,
				    p->series_count, &all, &all_count);
	if (f)
		return f;
	index_begin(p, all_count + remote_count);
	for (size_t i = 0; i < all_count; i++) {
		struct row *r = row_of(p, all[i].remote);

		r->is = all[i];
		r->was = &all[i];
	}
	return NULL;
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void drop_series(struct plan *p, struct text series, bool but_named)
{
	for (size_t i = 0; i < p->count; i++)
		if (text_equal(p->rows[i].is.series, series) && !(but_named && p->rows[i].is_named))
			p->rows[i].is_gone = true;
}

static void apply_event(struct plan *p, const struct remote_event *e)
{
	struct row *r;

	if (e->is_gone) {
		/* A series goes with its master. */
		drop_series(p, e->remote, false);
		r = row_of(p, e->remote);
		r->is_gone = r->is_named = true;
		return;
	}
	r = row_of(p, e->remote);
	r->is.series = mirror_series(e);
	r->is.kind = e->kind;
	r->is.etag = e->etag;
	r->is.lines = e->lines;
	r->is.round = p->cal->round;
	r->is_gone = false;
	r->is_named = true;
}

static bool is_usable(const struct remote_event *e)
{
	return e->remote.len > 0 && e->remote.len <= OUTSIDE_REMOTE_MAX &&
	       mirror_series(e).len <= OUTSIDE_REMOTE_MAX;
}

static void apply_events(struct plan *p, const struct remote_event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_usable(&events[i]))
			apply_event(p, &events[i]);
	for (size_t i = 0; i < count; i++)
		if (events[i].is_whole && is_usable(&events[i]))
			drop_series(p, mirror_series(&events[i]), true);
}

/* ---- what follows ---------------------------------------------------------------------------- */

static bool says_the_same(const struct outside_event *a, const struct outside_event *b)
{
	return a->kind == b->kind && text_equal(a->lines, b->lines) &&
	       text_equal(a->series, b->series);
}

static bool is_changed(const struct row *r)
{
	if (!r->was || r->is_gone)
		return (r->was != NULL) == r->is_gone;
	return !says_the_same(&r->is, r->was);
}

static bool is_to_be_put(const struct row *r)
{
	return !r->is_gone && (is_changed(r) || r->is.round != r->was->round ||
			       !text_equal(r->is.etag, r->was->etag));
}

static void list_rows(struct plan *p, struct change_outside *out)
{
	struct outside_event *put = arena_alloc_array(p->arena, p->count, sizeof(*put));
	struct text *gone = arena_alloc_array(p->arena, p->count, sizeof(*gone));

	out->put = put;
	out->gone = gone;
	out->put_count = out->gone_count = 0;
	for (size_t i = 0; i < p->count; i++) {
		const struct row *r = &p->rows[i];

		if (is_to_be_put(r))
			put[out->put_count++] = r->is;
		else if (r->is_gone && r->was)
			gone[out->gone_count++] = r->is.remote;
	}
}

static int by_series_of_row(const void *left, const void *right)
{
	const struct outside_event *a = left, *b = right;

	return text_compare(a->series, b->series);
}

/* All rows that are left, those of one series together. */
static struct outside_event *live_rows(const struct plan *p, size_t *count_out)
{
	struct outside_event *live = arena_alloc_array(p->arena, p->count, sizeof(*live));

	*count_out = 0;
	for (size_t i = 0; i < p->count; i++)
		if (!p->rows[i].is_gone)
			live[(*count_out)++] = p->rows[i].is;
	qsort(live, *count_out, sizeof(*live), by_series_of_row);
	return live;
}

static const struct fault *remove_object(struct change *c, struct db *db, struct plan *p,
					 struct text name, bool *any_out)
{
	struct stored_object *there;
	const struct fault *f =
		object_find_bare(db, p->arena, p->cal->owner, p->cal->id, name, &there);
	struct change_remove *r = arena_alloc(p->arena, sizeof(*r));

	if (f || !there)
		return f;
	*any_out = true;
	*r = (struct change_remove){.owner = p->cal->owner, .collection = p->cal->id, .name = name};
	return change_remove(c, r);
}

/* The object of a series as its rows are now. */
static const struct fault *put_object(struct change *c, struct db *db, struct plan *p,
				      struct text series, const struct outside_event *rows,
				      size_t count, bool *any_out)
{
	struct text name = mirror_name(p->arena, series);
	struct text raw = mirror_object(p->arena, rows, count, name);
	struct change_put *put = arena_alloc(p->arena, sizeof(*put));

	if (raw.len == 0)
		return remove_object(c, db, p, name, any_out);
	*any_out = true;
	*put = (struct change_put){
		.owner = p->cal->owner,
		.collection = p->cal->id,
		.name = name,
		.raw = raw,
		.source = ICAL_FROM_IMPORT,
	};
	return change_put(c, put);
}

static void mark(const struct plan *p, struct text series, bool *is_concerned)
{
	const struct text *at =
		bsearch(&series, p->series, p->series_count, sizeof(*p->series), compare_texts);

	if (at)
		is_concerned[at - p->series] = true;
}

/* Those of which a row has changed, and those which have lost one to another. */
static bool *concerned_series(const struct plan *p)
{
	bool *is_concerned = arena_alloc_array(p->arena, p->series_count, sizeof(bool));

	for (size_t i = 0; i < p->count; i++) {
		const struct row *r = &p->rows[i];

		if (!is_changed(r))
			continue;
		mark(p, r->is.series, is_concerned);
		if (r->was)
			mark(p, r->was->series, is_concerned);
	}
	return is_concerned;
}

static const struct fault *put_objects(struct change *c, struct db *db, struct plan *p,
				       bool *any_out)
{
	bool *is_concerned = concerned_series(p);
	size_t live_count, from = 0;
	struct outside_event *live = live_rows(p, &live_count);
	const struct fault *f = NULL;

	*any_out = false;
	for (size_t i = 0; i < p->series_count && !f; i++) {
		size_t to;

		while (from < live_count && text_compare(live[from].series, p->series[i]) < 0)
			from++;
		for (to = from; to < live_count && text_equal(live[to].series, p->series[i]); to++)
			;
		if (is_concerned[i])
			f = put_object(c, db, p, p->series[i], live + from, to - from, any_out);
		from = to;
		if (!f)
			f = arena_check(p->arena);
	}
	return f;
}

static const struct fault *finish(struct change *c, struct db *db, struct plan *p,
				  struct change_outside *rows_out)
{
	bool any;
	const struct fault *f = put_objects(c, db, p, &any);

	list_rows(p, rows_out);
	rows_out->untold = !any;
	return f;
}

const struct fault *mirror_plan(struct change *c, struct db *db, struct arena *a,
				const struct outside_calendar *cal,
				const struct remote_event *events, size_t count,
				struct change_outside *rows_out)
{
	struct plan p = {.arena = a, .cal = cal};
	struct text *remotes = arena_alloc_array(a, count, sizeof(*remotes));
	struct text *named = arena_alloc_array(a, 2 * count, sizeof(*named));
	size_t used = 0;
	const struct fault *f;

	for (size_t i = 0; i < count; i++) {
		if (!is_usable(&events[i]))
			continue;
		remotes[used] = events[i].remote;
		named[2 * used] = events[i].remote;
		named[2 * used + 1] = mirror_series(&events[i]);
		used++;
	}
	f = load(&p, db, remotes, used, named, 2 * used);
	if (f)
		return f;
	apply_events(&p, events, count);
	return finish(c, db, &p, rows_out);
}

const struct fault *mirror_plan_drop(struct change *c, struct db *db, struct arena *a,
				     const struct outside_calendar *cal, const struct text *remotes,
				     size_t count, struct change_outside *rows_out)
{
	struct plan p = {.arena = a, .cal = cal};
	const struct fault *f = load(&p, db, remotes, count, NULL, 0);

	if (f)
		return f;
	for (size_t i = 0; i < count; i++) {
		size_t slot = *find_slot(&p, remotes[i]);

		if (slot)
			p.rows[slot - 1].is_gone = true;
	}
	return finish(c, db, &p, rows_out);
}
