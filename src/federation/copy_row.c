/* copy_row - what is known of a copy is noted, if it still is what it was read as; see copy_priv.h
 */
#include "base/arena.h"
#include "calendar/change_outside.h"
#include "federation/copy_priv.h"

enum call_end copy_broken(struct visit *v, const struct fault *f)
{
	v->why = text_from(f->message);
	v->retry_at = v->now + COPY_AGAIN_S;
	return fault_is(f, FAULT_CONFLICT) || fault_is(f, FAULT_PRECONDITION) ? CALL_LATER
									      : CALL_BROKEN;
}

struct text copy_reason(struct text why)
{
	return why.len > 0 ? why : TEXT("The provider does not take it.");
}

static bool is_same(const struct outside_copy *x, const struct outside_copy *y)
{
	if (!x || !y)
		return x == y;
	return x->generation == y->generation && x->state == y->state && x->version == y->version &&
	       x->start == y->start && x->end == y->end && x->calendar == y->calendar &&
	       text_equal(x->connection, y->connection) && text_equal(x->etag, y->etag);
}

bool copy_is_as_read(const struct outside_copy *now, const struct outside_copy *was)
{
	return is_same(now, was) && text_equal(now->remote, was->remote);
}

struct as_read {
	int64_t owner;
	struct text booking, remote;
	const struct outside_copy *was;
};

/* A reading may have found where it is while the answer that says so was on its way. */
static bool is_where_it_was(const struct as_read *r, const struct outside_copy *now)
{
	return !now || text_equal(now->remote, r->was->remote) ||
	       (r->was->remote.len == 0 && text_equal(now->remote, r->remote));
}

static const struct fault *require_as_read(void *ctx, struct db *db, struct arena *a)
{
	const struct as_read *r = ctx;
	struct outside_copy *now;
	const struct fault *f = outside_copy_get(db, a, r->owner, r->booking, &now);

	if (!f && (!is_same(now, r->was) || !is_where_it_was(r, now)))
		f = fault_make(a, FAULT_CONFLICT, "copy", "What is known of it has just changed.");
	return f;
}

const struct fault *copy_say(struct change *c, struct arena *a, const struct outside_copy *was,
			     const struct outside_copy *is)
{
	struct as_read *r = arena_alloc(a, sizeof(*r));
	const struct fault *f;

	*r = (struct as_read){
		.owner = is->owner, .booking = is->booking, .remote = is->remote, .was = was};
	f = change_require(c, is->owner, require_as_read, r);
	return f ? f : change_copy(c, is);
}

enum call_end copy_store(struct visit *v, const struct outside_copy *was,
			 const struct outside_copy *is)
{
	struct change *c = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	const struct fault *f = change_run_unless(c, copy_say(c, v->arena, was, is));

	return f ? copy_broken(v, f) : CALL_OK;
}
