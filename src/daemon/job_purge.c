/* job_purge - the contents of a removed calendar, in portions */

#include "base/arena.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/jobs.h"

/* Room for a portion of bookings, each with its event to be told of. */
enum { PORTION_ARENA_BYTES = 64 * 1024 * 1024 };

/*
 * What outgrows that is taken alone, and a meeting that is still too large goes untold: a calendar
 * that was removed has to go.
 */
static const struct portion {
	int max;
	bool untold;
} portions[] = {{200, false}, {1, false}, {1, true}};

/* One change, with an arena of its own: a calendar may hold a million objects. */
static const struct fault *purge_portion(struct job_context *x, struct change_purge *p)
{
	struct arena *a = arena_create(PORTION_ARENA_BYTES);
	struct change *c = change_open(x->house->calendar, a, CHANGE_CLIENT, x->now);
	const struct fault *f = change_purge_collection(c, p);

	if (!f)
		f = change_run(c);
	f = fault_copy(x->arena, f);
	arena_destroy(a);
	return f;
}

static const struct fault *purge_next(struct job_context *x, struct change_purge *p)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(portions); i++) {
		p->max = portions[i].max;
		p->untold = portions[i].untold;
		f = purge_portion(x, p);
		if (!f || !fault_is(f, FAULT_OUT_OF_MEMORY))
			break;
	}
	return f;
}

enum job_result job_purge(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct change_purge p = {.owner = j->owner};
	const struct fault *f = NULL;

	if (!text_to_int64(j->key, 1, INT64_MAX, &p.collection)) {
		*why_out = TEXT("the job names no calendar");
		return JOB_NEVER;
	}
	while (!f && !p.done && !atomic_load(&x->house->calendar->stopping))
		f = purge_next(x, &p);
	if (!f && !p.done) {
		*why_out = TEXT("The server stopped amid the work.");
		return JOB_LATER;
	}
	/* The owner was deleted meanwhile, with all that was theirs. */
	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
