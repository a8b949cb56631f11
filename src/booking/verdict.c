/* verdict - may it be booked: early, and inside the transaction; see book_priv.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "booking/seats.h"

const struct fault *book_rules_now(struct db *db, struct arena *a, const struct host **host,
				   const struct booking_type **type)
{
	int64_t rules = (*host)->owner.rules;
	const struct fault *f = host_refresh(db, a, host);

	if (f || (*host && (*host)->owner.rules == rules))
		return f;
	*type = *host ? host_type_by_id(*host, (*type)->id) : NULL;
	if (*type)
		return NULL;
	return fault_make(a, FAULT_NOT_FOUND, NULL, "This meeting is not offered any more.");
}

/* D8: so many to come of one type for one mailbox. */
static const struct fault *require_limit(const struct book_verdict *v,
					 const struct booking_type *type, struct db *db,
					 struct arena *a)
{
	int64_t has = 0;
	const struct fault *f;

	if (type->limits.per_invitee == 0 || v->limit_mailbox.len == 0)
		return NULL;
	f = booking_count_of_mailbox(db, a, v->host->owner.id, v->limit_mailbox, type->id, v->now,
				     &has);
	if (f || has < type->limits.per_invitee)
		return f;
	return fault_make(a, FAULT_NOT_OFFERED, "limit",
			  "This address has as many of these meetings to come as it may have.");
}

/* Who comes next must come to the event that it was prepared for. */
static const struct fault *require_place(const struct book_verdict *v,
					 const struct booking_type *type, struct db *db,
					 struct arena *a)
{
	int64_t end = v->start + (int64_t)v->duration_min * 60;
	struct seats_event e;
	bool found;
	const struct fault *f =
		seats_find(db, a, v->host->owner.id, type, v->start, end, &e, &found);

	if (f)
		return f;
	if (found && !text_equal(e.first.uid, v->joins))
		return fault_make(a, FAULT_PRECONDITION, NULL, "Others have come meanwhile.");
	if (!found && v->joins.len > 0)
		return fault_make(a, FAULT_PRECONDITION, NULL, "All others have left meanwhile.");
	return NULL;
}

/*
 * A form that is sent twice (booking case E10), where the time itself is no obstacle: of a meeting
 * of several places, or one whose requests hold nothing.
 */
static const struct fault *require_once(const struct book_verdict *v,
					const struct booking_type *type, struct db *db,
					struct arena *a)
{
	struct booking *all;
	size_t count;
	const struct fault *f;

	if (!v->once || (type->seats <= 1 && !(type->confirm && !type->pending_blocks)))
		return NULL;
	f = booking_list_at(db, a, v->host->owner.id, type->id, v->start, &all, &count);
	for (size_t i = 0; !f && i < count; i++)
		if (text_equal(all[i].mailbox, v->limit_mailbox))
			f = fault_make(a, FAULT_CONFLICT, "invitee_email",
				       "This address has booked this meeting already.");
	return f;
}

static struct slot_ask ask_of(const struct book_verdict *v, const struct host *host,
			      const struct booking_type *type)
{
	return (struct slot_ask){
		.host = host,
		.type = type,
		.duration_min = v->duration_min,
		.seats = v->seats,
		.from = v->start,
		.to = v->start + 1,
		.now = v->now,
		.but = v->ignore_booking,
		.but_object = v->ignore_object,
		.series = v->series,
		.series_count = v->series_count,
	};
}

/* A team that has become one, or is none any more, is chosen anew. */
static const struct fault *require_slot(const struct book_verdict *v, const struct host *host,
					const struct booking_type *type, struct db *db,
					struct arena *a)
{
	struct slot_ask ask = ask_of(v, host, type);
	enum slot_verdict verdict;
	const struct fault *f;

	if ((type->team.mode != TEAM_NONE) != (v->hosts.count > 0))
		return fault_make(a, FAULT_PRECONDITION, NULL,
				  "Who hosts this meeting has changed meanwhile.");
	if (v->hosts.count > 0)
		return team_require_open(db, a, &ask, &v->hosts);
	f = slots_judge_stored(db, a, &ask, &verdict);
	return f ? f : slot_verdict_fault(a, verdict);
}

static const struct fault *require_open(void *ctx, struct db *db, struct arena *a)
{
	const struct book_verdict *v = ctx;
	const struct host *host = v->host;
	const struct booking_type *type = v->type;
	const struct fault *f = book_rules_now(db, a, &host, &type);

	if (!f && v->seats > 0)
		f = require_place(v, type, db, a);
	if (!f)
		f = require_limit(v, type, db, a);
	if (!f)
		f = require_slot(v, host, type, db, a);
	if (!f)
		f = require_once(v, type, db, a);
	if (!f && !booking_type_is_planned_alike(type, v->type))
		f = fault_make(a, FAULT_PRECONDITION, NULL,
			       "This meeting has become another one meanwhile.");
	return f;
}

const struct fault *book_require_open(struct change *c, const struct book_verdict *v)
{
	return change_require(c, v->host->owner.id, require_open, (void *)(uintptr_t)v);
}

const struct fault *book_judge_now(struct booking_desk *desk, struct db *db, struct arena *a,
				   const struct book_verdict *v, struct team_hosts *hosts_out)
{
	struct slot_ask ask = ask_of(v, v->host, v->type);

	*hosts_out = (struct team_hosts){.count = 0};
	if (v->type->team.mode != TEAM_NONE)
		return team_find_hosts(desk, db, a, &ask, v->kept, hosts_out);
	return require_open((void *)(uintptr_t)v, db, a);
}
