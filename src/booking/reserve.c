/* reserve - holds that expire; see reserve.h */
#include "booking/reserve.h"

#include "base/arena.h"
#include "booking/book_priv.h"

enum { SECRET_BYTES = 18, TOKEN_MAX_BYTES = 200 };

bool reserve_type_of(struct text token, struct text *type_out)
{
	ptrdiff_t dot = text_find_char(token, '.', 0);

	if (dot <= 0 || token.len > TOKEN_MAX_BYTES)
		return false;
	*type_out = text_sub(token, 0, (size_t)dot);
	return true;
}

bool reserve_is_of(struct text token, const struct booking_type *type)
{
	struct text named;

	return reserve_type_of(token, &named) && text_equal(named, type->id);
}

/* The holder's token stays, so that what was told once goes on to hold. */
static struct text choose_token(struct arena *a, const struct reserve_request *rq)
{
	if (reserve_is_of(rq->token, rq->type))
		return rq->token;
	return text_from(arena_printf(a, "%.*s.%.*s", TEXT_ARG(rq->type->id),
				      TEXT_ARG(secret_token(a, SECRET_BYTES))));
}

static const struct fault *require_few(void *ctx, struct db *db, struct arena *a)
{
	const struct book_verdict *v = ctx;
	int64_t count = 0;
	const struct fault *f = hold_count_reserved(db, a, v->host->owner.id, v->now, &count);

	if (f || count < RESERVE_MAX_OF_HOST)
		return f;
	return fault_make(a, FAULT_TOO_MANY_REQUESTS, NULL,
			  "Too many times of this host are reserved; book without.");
}

static const struct fault *check(struct arena *a, const struct reserve_request *rq)
{
	if (rq->type->seats > 1 || rq->type->team.mode != TEAM_NONE)
		return fault_make(a, FAULT_UNPROCESSABLE, "meeting_type_id",
				  "A meeting of several places or with a team is booked without a "
				  "reservation.");
	return NULL;
}

const struct fault *reserve_prepare(struct booking_desk *desk, struct arena *a,
				    const struct reserve_request *rq, struct change **change_out,
				    struct text *token_out, int64_t *expires_out)
{
	struct book_verdict *v = arena_alloc(a, sizeof(*v));
	struct text token = choose_token(a, rq);
	struct hold h = {
		.owner = rq->host->owner.id,
		.start = rq->start,
		.reason = HOLD_RESERVE,
		.booking = token,
		.expires_at = rq->now + RESERVE_S,
	};
	struct change *c;
	const struct fault *f = check(a, rq);

	*change_out = NULL;
	*v = (struct book_verdict){
		.host = rq->host,
		.type = rq->type,
		.start = rq->start,
		.now = rq->now,
		.ignore_booking = token,
	};
	if (!f)
		f = slot_choose_duration(a, rq->type, rq->duration_min, &v->duration_min);
	if (f)
		return f;
	h.end = h.start + (int64_t)v->duration_min * 60;
	c = change_open(desk->calendar, a, CHANGE_BOOKING, rq->now);
	f = change_require(c, h.owner, require_few, v);
	if (!f)
		f = book_require_open(c, v);
	if (!f)
		f = change_release_hold(c, h.owner, token);
	if (!f)
		f = change_take_hold(c, &h);
	*change_out = f ? NULL : c;
	*token_out = token;
	*expires_out = h.expires_at;
	return f;
}
