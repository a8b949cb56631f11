/* job_lapse - what nobody has confirmed in time is declined (booking case E8, decisions 25) */

#include "booking/book.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/store.h"

/*
 * The key is that of the booking, a slash, and the version that waits. It may have been decided on
 * meanwhile, or wait for somebody else now, with a job of its own.
 */
static const struct fault *lapse(struct job_context *x, const struct job *j)
{
	struct book_by by = {.who = BOOKING_BY_SERVER, .now = x->now};
	struct text rest = j->key, id = TEXT_NONE;
	struct booking *b = NULL, after;
	struct change *c = NULL;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	(void)text_next(&rest, '/', &id);
	if (!f)
		f = booking_find(db, x->arena, j->owner, id, &b);
	if (f || !b || b->status != BOOKING_IS_PENDING || b->lapses_at > x->now)
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
