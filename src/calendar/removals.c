/* removals - how long a calendar remembers what was removed from it */

#include "calendar/removals.h"

#include "calendar/change.h"
#include "ical/time.h"
#include "store/store.h"

enum {
	FORGET_PORTION = 500,	  /* removals in one transaction */
	FORGET_COLLECTIONS = 256, /* in one question */
	FORGET_ARENA_BYTES = 1024 * 1024,
};

/* One collection; portion is emptied after each change. The owner may have been deleted. */
static const struct fault *forget_in(struct calendar *cal, struct arena *portion,
				     struct collection_key key, const struct collection_old *old,
				     int64_t now)
{
	struct change_forget p = {.key = key, .old = *old, .max = FORGET_PORTION};
	const struct fault *f = NULL;

	while (!f && !p.done && !atomic_load(&cal->stopping)) {
		struct change *c;

		arena_reset(portion);
		c = change_open(cal, portion, CHANGE_CLIENT, now);
		f = change_forget_removals(c, &p);
		if (!f)
			f = change_run(c);
	}
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

/* The next collections; *count_out 0 at the end. */
static const struct fault *forget_page(struct calendar *cal, struct arena *page,
				       struct arena *portion, const struct collection_old *old,
				       int64_t now, struct collection_key *last, size_t *count_out)
{
	struct collection_key *list;
	struct db *db;
	const struct fault *f = store_reader(cal->store, page, &db);

	*count_out = 0;
	if (!f)
		f = collection_with_old(db, page, old, *last, FORGET_COLLECTIONS, &list, count_out);
	for (size_t i = 0; !f && i < *count_out && !atomic_load(&cal->stopping); i++) {
		f = fault_copy(page, forget_in(cal, portion, list[i], old, now));
		*last = list[i];
	}
	return f;
}

const struct fault *removals_forget(struct calendar *cal, struct arena *a, int64_t now)
{
	const struct collection_old old = {
		.before = now - (int64_t)REMOVALS_KEEP_DAYS * DAY_SECONDS,
		.keep = REMOVALS_KEEP_NEWEST,
	};
	struct arena *page = arena_create(FORGET_ARENA_BYTES);
	struct arena *portion = arena_create(FORGET_ARENA_BYTES);
	struct collection_key last = {0, 0};
	const struct fault *f = NULL;
	size_t count = 1;

	while (!f && count > 0 && !atomic_load(&cal->stopping)) {
		f = fault_copy(a, forget_page(cal, page, portion, &old, now, &last, &count));
		arena_reset(page);
	}
	arena_destroy(portion);
	arena_destroy(page);
	return f;
}
