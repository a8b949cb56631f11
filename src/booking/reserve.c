/* reserve - holds that expire; see reserve.h */
#include "booking/reserve.h"

#include "base/arena.h"
#include "booking/book_priv.h"
#include "store/hold.h"

enum { SECRET_BYTES = 18 };

const struct fault *reserve_find(struct db *db, struct arena *a, struct text token,
				 struct team_had *out)
{
	struct booking_host *hosts;
	struct hold *holds;
	size_t count;
	const struct fault *f = NULL;

	*out = (struct team_had){.kept = true};
	if (token.len > 0)
		f = hold_list_reserved(db, a, token, &holds, &count);
	if (f || token.len == 0)
		return f;
	hosts = arena_alloc_array(a, count, sizeof(*hosts));
	for (size_t i = 0; i < count; i++)
		hosts[i] = (struct booking_host){.host = holds[i].owner};
	out->at = hosts;
	out->count = count;
	return arena_check(a);
}

/* ---- reserving --------------------------------------------------------------------------------
 */

/* A reservation, and what has been found out about it. */
struct plan {
	const struct reserve_request *rq;
	struct text token;
	struct team_had kept; /* who keep a time under this token now */
	struct book_verdict verdict;
};

/*
 * The holder's token stays, so that what was told once goes on to hold. One under which nothing is
 * held may be anybody's invention, and two who invent the same would share it.
 */
static const struct fault *choose_token(struct db *db, struct arena *a, struct plan *p)
{
	const struct reserve_request *rq = p->rq;
	const struct fault *f = NULL;

	p->kept = (struct team_had){.kept = true};
	if (reserve_is_of(rq->token, rq->type))
		f = reserve_find(db, a, rq->token, &p->kept);
	p->token = rq->token;
	if (p->kept.count == 0)
		p->token = text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(rq->type->id),
						  TEXT_ARG(secret_token(a, SECRET_BYTES))));
	return f;
}

struct few {
	int64_t owner, now;
};

static const struct fault *require_few(void *ctx, struct db *db, struct arena *a)
{
	const struct few *few = ctx;
	int64_t count = 0;
	const struct fault *f = hold_count_reserved(db, a, few->owner, few->now, &count);

	if (f || count < RESERVE_MAX_OF_HOST)
		return f;
	return fault_make(a, FAULT_TOO_MANY_REQUESTS, NULL,
			  "Too many times of this host are reserved; book without.");
}

static const struct fault *add_few(struct change *c, struct arena *a, int64_t owner, int64_t now)
{
	struct few *few = arena_alloc(a, sizeof(*few));

	*few = (struct few){owner, now};
	return change_require(c, owner, require_few, few);
}

/* Of everybody who will keep the time. */
static const struct fault *require_few_of_all(struct change *c, struct arena *a,
					      const struct book_verdict *v)
{
	const struct fault *f = NULL;

	if (v->hosts.count == 0)
		return add_few(c, a, v->host->owner.id, v->now);
	for (size_t i = 0; !f && i < v->hosts.count; i++)
		if (!v->hosts.at[i].optional)
			f = add_few(c, a, v->hosts.at[i].host->owner.id, v->now);
	return f;
}

static const struct fault *release_all(struct change *c, struct text token,
				       const struct team_had *kept)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < kept->count; i++)
		f = change_release_hold(c, kept->at[i].host, token);
	return f;
}

static const struct fault *make_plan(struct booking_desk *desk, struct db *db, struct arena *a,
				     struct plan *p)
{
	const struct reserve_request *rq = p->rq;
	struct book_verdict *v = &p->verdict;
	const struct fault *f = choose_token(db, a, p);

	*v = (struct book_verdict){
		.host = rq->host,
		.type = rq->type,
		.start = rq->start,
		.now = rq->now,
		.ignore_booking = p->token,
		.kept = &p->kept,
	};
	/* A hold is the whole time's, and would shut out who comes to the other places. */
	if (!f && rq->type->seats > 1)
		f = fault_make(a, FAULT_UNPROCESSABLE, "meeting_type_id",
			       "A place among several is booked without a reservation.");
	if (!f)
		f = slot_choose_duration(a, rq->type, rq->duration_min, &v->duration_min);
	return f ? f : book_judge_now(desk, db, a, v, &v->hosts);
}

const struct fault *reserve_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				    const struct reserve_request *rq, struct change **change_out,
				    struct reservation *out)
{
	struct plan *p = arena_alloc(a, sizeof(*p));
	struct hold h = {
		.owner = rq->host->owner.id,
		.start = rq->start,
		.reason = HOLD_RESERVE,
		.expires_at = rq->now + RESERVE_S,
	};
	struct change *c;
	const struct fault *f;

	*change_out = NULL;
	p->rq = rq;
	f = make_plan(desk, db, a, p);
	if (f)
		return f;
	h.booking = p->token;
	h.end = h.start + (int64_t)p->verdict.duration_min * 60;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, rq->now);
	f = require_few_of_all(c, a, &p->verdict);
	if (!f)
		f = book_require_open(c, &p->verdict);
	if (!f)
		f = release_all(c, p->token, &p->kept);
	if (!f)
		f = team_take_holds(c, &p->verdict.hosts, &h);
	*change_out = f ? NULL : c;
	*out = (struct reservation){p->token, h.expires_at};
	return f;
}

const struct fault *reserve_prepare_release(struct booking_desk *desk, struct db *db,
					    struct arena *a, struct text token, int64_t now,
					    struct change **change_out)
{
	struct team_had kept;
	struct change *c;
	const struct fault *f = reserve_find(db, a, token, &kept);

	*change_out = NULL;
	if (f || kept.count == 0)
		return f;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	f = release_all(c, token, &kept);
	*change_out = f ? NULL : c;
	return f;
}
