/* job_answer - a booking whose invitee has answered that they do not come (booking case G4) */

#include "booking/book.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/store.h"

/* The answer may have been another one by now, and the booking is another one where it moved. */
static const struct fault *still_declined(struct job_context *x, struct db *db,
					  const struct booking *b, bool *out)
{
	struct stored_object *at = NULL;
	const struct ical_object *event;
	const struct fault *f = booking_event_find(db, x->arena, b, &at);

	*out = false;
	event = f ? NULL : booking_event_read(x->arena, at);
	return event ? booking_is_declined(db, x->arena, b, event, out) : f;
}

/* Told once for each time that it is booked for. */
static const struct fault *was_noted(struct job_context *x, struct db *db, const struct booking *b,
				     bool *out)
{
	struct booking_step *steps;
	size_t count;
	const struct fault *f = history_list(db, x->arena, b->owner, b->id, &steps, &count);

	*out = false;
	for (size_t i = 0; !f && i < count; i++)
		*out = steps[i].deed.what == BOOKING_INVITEE_DECLINED ||
		       (*out && steps[i].deed.what != BOOKING_WAS_MOVED);
	return f;
}

/* Too late to be cancelled by an answer: it stands, and the host decides. */
static const struct fault *note(struct job_context *x, struct db *db, const struct booking *b)
{
	const struct booking_deed deed = {.what = BOOKING_INVITEE_DECLINED,
					  .who = BOOKING_BY_INVITEE};
	struct booking after = *b;
	struct change *c;
	bool noted;
	const struct fault *f = was_noted(x, db, b, &noted);

	if (f || noted)
		return f;
	after.version++;
	after.modified = x->now;
	after.reason = TEXT_NONE;
	c = change_open(x->house->calendar, x->arena, CHANGE_BOOKING, x->now);
	return change_run_unless(c, change_update_booking(c, &after, deed));
}

/* The key is that of the booking, a slash, and its version when it was answered. */
static const struct fault *follow(struct job_context *x, const struct job *j)
{
	struct book_by by = {.who = BOOKING_BY_INVITEE, .now = x->now};
	struct text rest = j->key, id = TEXT_NONE;
	struct booking *b = NULL, after;
	struct change *c = NULL;
	bool declined = false;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	(void)text_next(&rest, '/', &id);
	if (!f)
		f = booking_find(db, x->arena, j->owner, id, &b);
	if (!f && b && booking_stands(b))
		f = still_declined(x, db, b, &declined);
	if (f || !declined)
		return f;
	f = book_prepare_cancel(x->house->desk, db, x->arena, b, &by, &c, &after);
	if (fault_is(f, FAULT_NOT_OFFERED))
		return note(x, db, b);
	return f || !c ? f : change_run(c);
}

enum job_result job_answer(struct job_context *x, const struct job *j, struct text *why_out)
{
	const struct fault *f = follow(x, j);

	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
