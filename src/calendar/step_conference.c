/* step_conference - the link of a conference has come (booking/conference.h) */

#include "calendar/change_priv.h"
#include "calendar/copies.h"

struct link_step {
	struct booking booking;
	struct text url;
};

/* The invitation that waits for the link, as long as nobody has tried to send it; NULL: none does.
 */
static const struct fault *find_waiting(struct change *c, struct db *db, const struct booking *b,
					const struct job *mail, struct job **out)
{
	struct job *all;
	size_t count;
	const struct fault *f =
		job_list(db, c->arena, b->owner, mail->kind, mail->key, 0, 1, &all, &count);

	*out = !f && count > 0 && all[0].attempts == 0 && !all[0].given_up ? &all[0] : NULL;
	return f;
}

/*
 * One that waits leaves now. Where it has left, or may be leaving, an update follows, once; what
 * moved meanwhile has an update on its way, which says this too.
 */
static const struct fault *tell(struct change *c, struct db *db, const struct booking *b)
{
	struct job mail = booking_request_job(c->arena, b, c->now), *waiting;
	const struct fault *f;

	if (b->status != BOOKING_IS_CONFIRMED || b->received)
		return NULL;
	f = find_waiting(c, db, b, &mail, &waiting);
	if (f)
		return f;
	if (waiting) {
		c->queued_jobs = true;
		return job_renew(db, c->arena, waiting, c->now);
	}
	mail = booking_link_job(c->arena, b, c->now);
	return change_apply_job(c, db, &mail);
}

static const struct fault *set_one(struct change *c, struct db *db, struct booking *b,
				   struct text url)
{
	bool changed = false;
	const struct fault *f;

	b->join_url = b->location = url;
	b->version++;
	b->modified = c->now;
	f = booking_update(db, c->arena, b, &changed);
	if (!f && !changed)
		f = fault_make(c->arena, FAULT_CONFLICT, NULL, "The booking has just changed.");
	return f ? f : tell(c, db, b);
}

static const struct fault *link_apply(struct change *c, struct step *s, struct db *db)
{
	const struct link_step *x = s->data;
	struct booking *all;
	size_t count;
	const struct fault *f = booking_need_locked(c, db, &x->booking);

	if (!f)
		f = booking_list_by_uid(db, c->arena, x->booking.owner, x->booking.uid, &all,
					&count);
	for (size_t i = 0; !f && i < count; i++)
		if (booking_stands(&all[i]) && all[i].join_url.len == 0)
			f = set_one(c, db, &all[i], x->url);
	return f ? f : copies_queue_hosts(c, db, x->booking.owner, booking_holder(&x->booking));
}

static const struct step_kind link_kind = {.name = "set-join-url", .apply = link_apply};

const struct fault *change_set_join_url(struct change *c, const struct booking *b, struct text url)
{
	struct link_step *x = arena_alloc(c->arena, sizeof(*x));

	*x = (struct link_step){*b, url};
	change_add_step(c, &link_kind, b->owner, x);
	return NULL;
}
