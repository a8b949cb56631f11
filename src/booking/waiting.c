/* waiting - who would take a place; see waiting.h */
#include "booking/waiting.h"

#include "base/arena.h"
#include "base/email.h"
#include "booking/book_priv.h"

/* Where in the list; CONFLICT if the mailbox is in it already. */
static const struct fault *find_place(struct db *db, struct arena *a, const struct waiting *w,
				      size_t *place_out)
{
	struct text mailbox = email_mailbox(a, w->email);
	struct waiting *all;
	size_t count;
	const struct fault *f = waiting_list(db, a, w->owner, w->type, w->start, &all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(email_mailbox(a, all[i].email), mailbox))
			return fault_make(a, FAULT_CONFLICT, "waiting",
					  "This address waits for a place already.");
	if (!f && count >= WAITING_MAX)
		return fault_make(a, FAULT_STORE_FULL, NULL, "Too many wait for this meeting.");
	*place_out = count + 1;
	return f;
}

/* Who waits would book at once if there were a place: nothing else may be against it. */
static const struct fault *require_full(struct db *db, struct arena *a,
					const struct book_request *rq, const struct waiting *w)
{
	struct slot_ask ask = {
		.host = rq->host,
		.type = rq->type,
		.seats = w->seats,
		.from = w->start,
		.now = rq->now,
	};
	enum slot_verdict verdict = SLOT_OPEN;
	const struct fault *f =
		slot_choose_duration(a, rq->type, rq->duration_min, &ask.duration_min);

	if (!f)
		f = slots_judge_stored(db, a, &ask, &verdict);
	if (f || verdict == SLOT_FULL)
		return f;
	if (verdict == SLOT_OPEN)
		return fault_make(a, FAULT_CONFLICT, "waiting", "There is a place: book it.");
	return slot_verdict_fault(a, verdict);
}

const struct fault *waiting_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct book_request *rq, struct change **change_out,
				    struct waiting *out, size_t *place_out)
{
	int64_t owner = rq->host->owner.id;
	struct change *c;
	const struct fault *f = book_check_request(a, rq);

	*change_out = NULL;
	*out = (struct waiting){
		.owner = owner,
		.type = rq->type->id,
		.start = rq->start,
		.id = secret_id_make(a, &desk->calendar->key, owner),
		.seats = rq->seats > 0 ? rq->seats : 1,
		.name = text_trim(rq->invitee_name),
		.email = rq->invitee_email,
		.timezone = rq->invitee_timezone,
		.answers = rq->answers.len > 0 ? rq->answers : TEXT("{}"),
		.created = rq->now,
	};
	if (!f && !rq->type->waiting_list)
		f = fault_make(a, FAULT_UNPROCESSABLE, "meeting_type_id",
			       "Nobody waits for a place in this meeting.");
	if (!f && out->seats > rq->type->seats)
		f = fault_make(a, FAULT_UNPROCESSABLE, "seats",
			       "This meeting has not so many places.");
	if (!f)
		f = require_full(db, a, rq, out);
	if (!f)
		f = find_place(db, a, out, place_out);
	if (f)
		return f;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, rq->now);
	f = change_add_waiting(c, out);
	*change_out = f ? NULL : c;
	return f;
}
