/* job_lapse - what its host has not confirmed in time is declined (booking case E8) */

#include "booking/book.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/store.h"

/* It may have been decided on meanwhile. */
static const struct fault *lapse(struct job_context *x, const struct job *j)
{
	struct book_by by = {.who = BOOKING_BY_SERVER, .now = x->now};
	struct booking *b = NULL, after;
	struct change *c = NULL;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	if (!f)
		f = booking_find(db, x->arena, j->owner, j->key, &b);
	if (f || !b || b->status != BOOKING_IS_PENDING)
		return f;
	f = book_prepare_decline(x->house->desk, db, x->arena, b, &by, &c, &after);
	return f || !c ? f : change_run(c);
}

enum job_result job_lapse(struct job_context *x, const struct job *j, struct text *why_out)
{
	const struct fault *f = lapse(x, j);

	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
