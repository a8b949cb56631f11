/* waiting - who would take a place, and hears of one; see waiting.h */
#include "booking/waiting.h"

#include "base/arena.h"
#include "base/email.h"
#include "booking/book_priv.h"

/* Where in the list; CONFLICT if the mailbox is in it already. */
static const struct fault *find_place(struct db *db, struct arena *a, const struct waiting *w,
				      size_t *place_out)
{
	struct waiting *all;
	size_t count;
	const struct fault *f = waiting_list(db, a, w->owner, w->type, w->start, &all, &count);

	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(all[i].mailbox, w->mailbox))
			return fault_make(a, FAULT_CONFLICT, "waiting",
					  "This address waits for a place already.");
	if (!f && count >= WAITING_MAX)
		return fault_make(a, FAULT_STORE_FULL, NULL, "Too many wait for this meeting.");
	*place_out = count + 1;
	return f;
}

static const struct fault *judge(struct db *db, struct arena *a, const struct book_request *rq,
				 const struct waiting *w, int32_t seats, enum slot_verdict *out)
{
	const struct slot_ask ask = {
		.host = rq->host,
		.type = rq->type,
		.duration_min = w->duration_min,
		.seats = seats,
		.from = w->start,
		.to = w->start + 1,
		.now = rq->now,
	};

	return slots_judge_stored(db, a, &ask, out);
}

/* Who waits would book at once if there were a place: nothing else may be against it. */
static const struct fault *require_full(struct db *db, struct arena *a,
					const struct book_request *rq, struct waiting *w)
{
	enum slot_verdict verdict = SLOT_OPEN;
	const struct fault *f =
		slot_choose_duration(a, rq->type, rq->duration_min, &w->duration_min);

	if (!f)
		f = judge(db, a, rq, w, w->seats, &verdict);
	if (f || verdict == SLOT_FULL)
		return f;
	if (verdict == SLOT_OPEN)
		return fault_make(a, FAULT_CONFLICT, "waiting", "There is a place: book it.");
	return slot_verdict_fault(a, verdict);
}

static const struct fault *check_type(struct arena *a, const struct book_request *rq, int32_t seats)
{
	if (!rq->type->waiting_list)
		return fault_make(a, FAULT_UNPROCESSABLE, "meeting_type_id",
				  "Nobody waits for a place in this meeting.");
	if (seats > rq->type->seats)
		return fault_make(a, FAULT_UNPROCESSABLE, "seats",
				  "This meeting has not so many places.");
	return NULL;
}

static const struct fault *check(struct arena *a, const struct book_request *rq, int32_t seats)
{
	const struct fault *f = check_type(a, rq, seats);

	if (!f)
		f = book_check_request(a, rq);
	return f ? f : book_check_answers(a, rq);
}

/* Who joins, and what for. */
struct joining {
	struct book_request rq;
	struct waiting *waiting;
	size_t *place;
};

/*
 * Decided where the places are: one that is given back before this finds nobody who waits, and is
 * told to nobody later; and a form that is sent twice waits once.
 */
static const struct fault *require_waits(void *ctx, struct db *db, struct arena *a)
{
	const struct joining *j = ctx;
	struct book_request rq = j->rq;
	const struct fault *f = book_rules_now(db, a, &rq.host, &rq.type);

	if (!f)
		f = check_type(a, &rq, j->waiting->seats);
	if (!f)
		f = require_full(db, a, &rq, j->waiting);
	return f ? f : find_place(db, a, j->waiting, j->place);
}

const struct fault *waiting_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct book_request *rq, struct text language,
				    struct change **change_out, struct waiting *out,
				    size_t *place_out)
{
	int64_t owner = rq->host->owner.id;
	struct joining *j = arena_alloc(a, sizeof(*j));
	struct change *c;
	const struct fault *f;

	*change_out = NULL;
	*j = (struct joining){*rq, out, place_out};
	*out = (struct waiting){
		.owner = owner,
		.type = rq->type->id,
		.start = rq->start,
		.id = secret_id_make(a, &desk->calendar->key, owner),
		.seats = rq->seats > 0 ? rq->seats : 1,
		.name = text_trim(rq->invitee_name),
		.email = rq->invitee_email,
		.mailbox = email_mailbox(a, rq->invitee_email),
		.timezone = rq->invitee_timezone,
		.language = language,
		.answers = rq->answers.len > 0 ? rq->answers : TEXT("{}"),
		.created = rq->now,
	};
	f = check(a, rq, out->seats);
	if (!f)
		f = require_waits(j, db, a);
	if (f)
		return f;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, rq->now);
	f = change_require(c, owner, require_waits, j);
	if (!f)
		f = change_add_waiting(c, out);
	*change_out = f ? NULL : c;
	return f;
}

/* ---- telling -------------------------------------------------------------------------------- */

/* Places that somebody was told of, and may still book. */
static int32_t count_offered(const struct waiting *all, size_t count, int64_t now)
{
	int32_t offered = 0;

	for (size_t i = 0; i < count; i++)
		if (all[i].told_at > 0 && all[i].told_at + WAITING_OFFER_S > now)
			offered += all[i].seats;
	return offered;
}

/*
 * In their order; who needs more places than there are is passed over, and keeps their turn. What
 * has been offered counts as taken, so that not all hear of the same one.
 */
static const struct fault *tell_all(struct db *db, struct arena *a, const struct book_request *of,
				    const struct waiting *all, size_t count, struct change *c,
				    size_t *told_out)
{
	int32_t offered = count_offered(all, count, of->now);
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < count; i++) {
		const struct waiting *w = &all[i];
		enum slot_verdict verdict;

		if (w->told_at > 0)
			continue;
		f = judge(db, a, of, w, offered + w->seats, &verdict);
		if (f || verdict != SLOT_OPEN)
			continue;
		offered += w->seats;
		(*told_out)++;
		f = change_tell_waiting(c, w, of->now + WAITING_OFFER_S);
	}
	return f;
}

const struct fault *waiting_prepare_telling(struct booking_desk *desk, struct db *db,
					    struct arena *a, const struct waiting *slot,
					    int64_t now, struct change **change_out)
{
	struct book_request of = {.now = now};
	struct waiting *all;
	struct change *c;
	size_t count, told = 0;
	const struct fault *f = host_get(desk, db, a, slot->owner, &of.host);

	*change_out = NULL;
	if (!f && of.host)
		of.type = host_type_by_id(of.host, slot->type);
	if (!of.type || !of.type->waiting_list)
		return f;
	f = waiting_list(db, a, slot->owner, slot->type, slot->start, &all, &count);
	if (f)
		return f;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	f = tell_all(db, a, &of, all, count, c, &told);
	*change_out = f || told == 0 ? NULL : c;
	return f;
}
