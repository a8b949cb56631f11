/*
 * job_door - a local user's invitation to the address of a meeting type (booking/door.h)
 *
 * It was queued by the save that it comes from (calendar/schedule_deliver.c), and is judged here
 * as one that is posted to /book is. What is decided is brought to who sent it as any message is,
 * in a change of its own: when the server ends between the two, the message is met again, found to
 * be known, and answered with how things are.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "booking/door.h"
#include "booking/host.h"
#include "booking/stale.h"
#include "calendar/schedule.h"
#include "daemon/house.h"
#include "daemon/job_message.h"
#include "federation/federation.h"
#include "federation/rounds.h"
#include "store/job.h"
#include "store/store.h"

#define DOOR_WAIT_NS INT64_C(5000000000)

static const struct fault *find_type(struct db *db, const struct job_message *m, struct door *d)
{
	struct arena *a = m->x->arena;
	struct owner_type *at;
	const struct fault *f = owner_find_type_at(db, a, m->to, &at);

	d->now = m->x->now;
	d->is_signed = true;
	if (!f && at)
		f = host_get(d->desk, db, a, at->owner, &d->host);
	if (!f && d->host)
		d->type = host_type_by_id(d->host, at->type);
	if (f || (d->type && d->type->access == BOOKING_FOR_EVERYBODY))
		return f;
	return fault_make(a, FAULT_NOT_FOUND, NULL, "There is no such meeting type.");
}

/* A copy of a calendar elsewhere that is too old is read first (decisions 21). */
static const struct fault *be_fresh(const struct job_message *m, struct db *db, struct door *d)
{
	struct rounds *rounds = m->x->house->federation->rounds;
	struct stale e = {
		.desk = d->desk,
		.arena = m->x->arena,
		.now = m->x->now,
		.is_strict = m->x->house->reads_always,
	};
	const struct fault *f;

	if (d->desk->max_age_s == 0)
		return NULL;
	f = stale_find(&e, db, d->host, d->type);
	if (f || e.count == 0)
		return f;
	rounds_wait(rounds, e.owners, e.count, stale_age_s(&e),
		    clock_monotonic_ns() + DOOR_WAIT_NS);
	f = store_reader(m->x->house->store, m->x->arena, &db);
	if (!f)
		f = stale_desk(&e, db, &d->desk);
	return f ? f : find_type(db, m, d);
}

/* To who sent it; one who is gone, or has no calendar any more, needs no answer. */
static const struct fault *reply(const struct job_message *m, int64_t sender, const struct door *d)
{
	struct schedule_incoming in = {
		.owner = sender,
		.message = d->reply,
		.sender = m->to,
	};
	struct change *c = change_open(m->x->house->calendar, m->x->arena, CHANGE_ITIP, m->x->now);
	const struct fault *f = schedule_incoming(c, &in);

	if (!f)
		f = change_run(c);
	return fault_is(f, FAULT_NOT_FOUND) ? NULL : f;
}

enum job_result job_door(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct job_message m = {.x = x};
	struct door d = {.desk = x->house->desk};
	bool is_done;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	if (!f)
		f = job_message_load(x, j, &m);
	if (!f)
		f = find_type(db, &m, &d);
	if (!f)
		f = be_fresh(&m, db, &d);
	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = door_visit(db, x->arena, m.message, &d, NULL, NULL, &is_done);
	if (!f && d.reply.len > 0)
		f = reply(&m, j->owner, &d);
	if (!f)
		return JOB_DONE;
	*why_out = text_from(f->message);
	return door_is_overtaken(f) || fault_row(f->code)->http_status >= 500 ? JOB_LATER
									      : JOB_NEVER;
}
