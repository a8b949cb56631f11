/* inboxes - what nobody takes out of them. See inboxes.h. */

#include "calendar/inboxes.h"

#include "calendar/change_priv.h"
#include "ical/time.h"
#include "store/inbox.h"
#include "store/schedule.h"
#include "store/store.h"

enum {
	THIN_PORTION = 200, /* messages in one transaction */
	THIN_INBOXES = 256, /* in one question */
	THIN_ARENA_BYTES = 4 * 1024 * 1024,
	FORGET_NOTES = 5000, /* in one transaction */
};

/* ---- one inbox ------------------------------------------------------------------------------- */

struct thin_step {
	struct collection_key key;
	const struct collection_old *old;
	bool done; /* result: nothing old is left */
};

const struct fault *inboxes_take_out(struct change *c, struct db *db, const struct stored_object *o)
{
	int64_t seq;
	const struct fault *f = change_next_seq(c, db, o->owner, o->collection, PUSH_CONTENT, &seq);

	if (!f)
		f = object_remove(db, c->arena, o, seq, c->now);
	return f ? f : change_forget_locks(c, db, o);
}

static const struct fault *thin_apply(struct change *c, struct step *step, struct db *db)
{
	struct thin_step *s = step->data;
	struct stored_object *old;
	size_t count = 0;
	const struct fault *f =
		inbox_list_old(db, c->arena, s->key, s->old, THIN_PORTION, &old, &count);

	for (size_t i = 0; i < count && !f; i++)
		f = inboxes_take_out(c, db, &old[i]);
	s->done = count < THIN_PORTION;
	return f;
}

static const struct step_kind thin_kind = {.name = "thin", .apply = thin_apply};

/* portion is emptied after each change. The owner may have been deleted. */
static const struct fault *thin_inbox(struct calendar *cal, struct arena *portion,
				      struct collection_key key, const struct collection_old *old,
				      int64_t now)
{
	struct thin_step s = {.key = key, .old = old};
	const struct fault *f = NULL;

	while (!f && !s.done && !atomic_load(&cal->stopping)) {
		struct change *c;

		arena_reset(portion);
		c = change_open(cal, portion, CHANGE_ITIP, now);
		change_add_step(c, &thin_kind, key.owner, &s);
		f = change_run(c);
	}
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* The next inboxes; *count_out 0 at the end. */
static const struct fault *thin_page(struct calendar *cal, struct arena *page,
				     struct arena *portion, const struct collection_old *old,
				     int64_t now, struct collection_key *last, size_t *count_out)
{
	struct collection_key *list;
	struct db *db;
	const struct fault *f = store_reader(cal->store, page, &db);

	*count_out = 0;
	if (!f)
		f = inbox_with_old(db, page, old, *last, THIN_INBOXES, &list, count_out);
	for (size_t i = 0; !f && i < *count_out && !atomic_load(&cal->stopping); i++) {
		f = fault_copy(page, thin_inbox(cal, portion, list[i], old, now));
		*last = list[i];
	}
	return f;
}

const struct fault *inboxes_thin(struct calendar *cal, struct arena *a, int64_t now)
{
	const struct collection_old old = {
		.before = now - cal->keep.inbox_days * DAY_SECONDS,
		.keep = cal->keep.inbox_items,
	};
	struct arena *page = arena_create(THIN_ARENA_BYTES);
	struct arena *portion = arena_create(THIN_ARENA_BYTES);
	struct collection_key last = {0, 0};
	const struct fault *f = NULL;
	size_t count = 1;

	while (!f && count > 0 && !atomic_load(&cal->stopping)) {
		f = fault_copy(a, thin_page(cal, page, portion, &old, now, &last, &count));
		arena_reset(page);
	}
	arena_destroy(portion);
	arena_destroy(page);
	return f;
}

/* ---- notes ----------------------------------------------------------------------------------- */

struct forget_work {
	struct store_work work;
	int64_t before;
	bool done;
};

static const struct fault *forget_run(struct db *db, struct store_work *work)
{
	struct forget_work *w = (struct forget_work *)work;

	return schedule_note_forget(db, work->arena, w->before, FORGET_NOTES, &w->done);
}

/* They concern no client, so no owner is locked and no version raised. */
const struct fault *inboxes_forget_notes(struct calendar *cal, struct arena *a, int64_t now)
{
	struct forget_work w = {
		.work.run = forget_run,
		.work.arena = a,
		.before = now - cal->keep.note_days * DAY_SECONDS,
	};
	const struct fault *f = NULL;

	while (!f && !w.done && !atomic_load(&cal->stopping))
		f = store_run(cal->store, &w.work);
	return f;
}
