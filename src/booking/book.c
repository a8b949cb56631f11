/* book - a new booking as one change; see book.h. Moving and ending: rebook.c */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/event.h"
#include "ical/zone.h"
#include "store/store.h"

enum { KEY_LIFE_S = DAY_SECONDS };

/* ---- inside the transaction -------------------------------------------------------------- */

/* The rules as this transaction sees them; those it was prepared with, if they are the same. */
static const struct fault *rules_now(const struct book_verdict *v, struct db *db, struct arena *a,
				     const struct host **host, const struct booking_type **type)
{
	struct owner_version now;
	struct owner *owner = NULL;
	struct host *fresh;
	const struct fault *f = owner_version(db, a, v->host->owner.id, &now);

	*host = v->host;
	*type = v->type;
	if (f || now.rules == v->host->owner.rules)
		return f;
	fresh = arena_alloc(a, sizeof(*fresh));
	f = owner_get(db, a, v->host->owner.id, &owner);
	if (!f && owner)
		f = host_read(db, a, owner, fresh);
	if (f)
		return f;
	*host = fresh;
	*type = owner ? host_type_by_id(fresh, v->type->id) : NULL;
	if (!*type)
		return fault_make(a, FAULT_NOT_FOUND, NULL,
				  "This meeting is not offered any more.");
	return NULL;
}

static const struct fault *require_open(void *ctx, struct db *db, struct arena *a)
{
	const struct book_verdict *v = ctx;
	const struct host *host;
	const struct booking_type *type;
	enum slot_verdict verdict;
	const struct fault *f = rules_now(v, db, a, &host, &type);

	if (!f)
		f = slots_judge_stored(db, a, host, type, v->duration_min, v->start, v->now,
				       v->ignore_booking, v->ignore_object, &verdict);
	return f ? f : slot_verdict_fault(a, verdict);
}

const struct fault *book_require_open(struct change *c, const struct book_verdict *v)
{
	return change_require(c, v->host->owner.id, require_open, (void *)(uintptr_t)v);
}

/* Two requests with one key at the same time: the second finds the first here. */
static const struct fault *require_new_key(void *ctx, struct db *db, struct arena *a)
{
	const struct book_request *rq = ctx;
	struct booking_key *known;
	const struct fault *f =
		booking_key_find(db, a, rq->host->owner.id, rq->key, rq->now, &known);

	if (!f && known)
		f = fault_make(a, FAULT_CONFLICT, "Idempotency-Key",
			       "A request with this key was quicker.");
	return f;
}

/* ---- parts of the change -------------------------------------------------------------------- */

/* The host part of the public address, for UIDs: "https://cal.example.org:8443" has
 * cal.example.org. */
static struct text url_host(struct text url)
{
	ptrdiff_t scheme = text_find(url, TEXT("://"));
	struct text host = scheme < 0 ? url : text_sub(url, (size_t)scheme + 3, url.len);
	ptrdiff_t end = text_find_char(host, '/', 0);

	if (end >= 0)
		host = text_sub(host, 0, (size_t)end);
	if (host.len > 0 && host.at[0] == '[')
		return TEXT("localhost");
	end = text_find_char(host, ':', 0);
	if (end >= 0)
		host = text_sub(host, 0, (size_t)end);
	return host.len > 0 ? host : TEXT("localhost");
}

static void make_booking(struct booking_desk *desk, struct arena *a, const struct book_request *rq,
			 int32_t duration_min, struct booking *out)
{
	const struct booking_schedule *s = host_schedule(rq->host, rq->type->schedule);
	int64_t owner = rq->host->owner.id;

	*out = (struct booking){
		.owner = owner,
		.id = secret_id_make(a, &desk->calendar->key, owner),
		.type = rq->type->id,
		.collection = rq->host->calendar,
		.status = BOOKING_IS_CONFIRMED,
		.start = rq->start,
		.end = rq->start + (int64_t)duration_min * 60,
		.version = 1,
		.invitee_name = text_trim(rq->invitee_name),
		.invitee_email = rq->invitee_email,
		.invitee_timezone = rq->invitee_timezone,
		.answers = rq->answers.len > 0 ? rq->answers : TEXT("{}"),
		.created = rq->now,
		.modified = rq->now,
	};
	if (!out->invitee_timezone.at && s)
		out->invitee_timezone = zone_name(s->hours.zone);
	out->uid = text_from(
		arena_printf(a, "%.*s@%.*s", TEXT_ARG(out->id), TEXT_ARG(url_host(desk->url))));
	out->object_name = text_from(arena_printf(a, "%.*s.ics", TEXT_ARG(out->id)));
}

static const struct fault *add_event(struct change *c, struct arena *a,
				     const struct book_request *rq, const struct booking *b)
{
	struct change_put *put = arena_alloc(a, sizeof(*put));
	const struct fault *f;

	*put = (struct change_put){
		.owner = b->owner,
		.collection = b->collection,
		.name = b->object_name,
		.source = ICAL_FROM_STORE,
		.condition = {.if_none_match_any = true},
	};
	change_invite(c, b->invitee_email);
	f = booking_event_build(a, rq->host, rq->type, b, rq->now, &put->raw);
	return f ? f : change_put(c, put);
}

static const struct fault *add_key(struct change *c, struct arena *a, const struct book_request *rq,
				   const struct booking *b)
{
	struct booking_key key = {
		.owner = b->owner,
		.key = rq->key,
		.booking = b->id,
		.expires_at = rq->now + KEY_LIFE_S,
	};

	if (rq->key.len == 0)
		return NULL;
	key.body_digest = secret_digest_hex(a, rq->body);
	return change_remember_key(c, &key);
}

static const struct fault *add_checks(struct change *c, struct arena *a,
				      const struct book_request *rq, int32_t duration_min)
{
	struct book_request *copy = arena_alloc(a, sizeof(*copy));
	struct book_verdict *v = arena_alloc(a, sizeof(*v));
	const struct fault *f = NULL;

	*copy = *rq;
	*v = (struct book_verdict){
		.host = rq->host,
		.type = rq->type,
		.duration_min = duration_min,
		.start = rq->start,
		.now = rq->now,
	};
	if (rq->key.len > 0)
		f = change_require(c, rq->host->owner.id, require_new_key, copy);
	return f ? f : book_require_open(c, v);
}

static const struct fault *build_change(struct booking_desk *desk, struct arena *a,
					const struct book_request *rq, int32_t duration_min,
					struct change **change_out, struct booking *b)
{
	struct change *c = change_open(desk->calendar, a, CHANGE_BOOKING, rq->now);
	struct hold hold;
	struct job mail;
	const struct fault *f;

	make_booking(desk, a, rq, duration_min, b);
	hold = (struct hold){
		.owner = b->owner,
		.start = b->start,
		.end = b->end,
		.reason = HOLD_BOOKING,
		.booking = b->id,
	};
	f = add_checks(c, a, rq, duration_min);
	if (!f)
		f = change_take_hold(c, &hold);
	if (!f)
		f = add_event(c, a, rq, b);
	if (!f)
		f = change_add_booking(c, b,
				       (struct booking_deed){BOOKING_WAS_MADE, BOOKING_BY_INVITEE});
	if (!f)
		f = add_key(c, a, rq, b);
	mail = booking_request_job(a, b, rq->now);
	if (!f)
		f = change_job(c, &mail);
	*change_out = f ? NULL : c;
	return f;
}

/* ---- the doors ----------------------------------------------------------------------------- */

const struct fault *book_find_replay(struct db *db, struct arena *a, const struct book_request *rq,
				     struct book_outcome *outcome, bool *found_out)
{
	struct booking_key *known = NULL;
	struct booking *b = NULL;
	const struct fault *f = NULL;

	*found_out = false;
	if (rq->key.len > 0)
		f = booking_key_find(db, a, rq->host->owner.id, rq->key, rq->now, &known);
	if (f || !known)
		return f;
	if (!text_equal(known->body_digest, secret_digest_hex(a, rq->body)))
		return fault_make(a, FAULT_KEY_REUSED, "Idempotency-Key",
				  "This Idempotency-Key was used for another request.");
	f = booking_find(db, a, known->owner, known->booking, &b);
	if (f || !b)
		return f;
	*outcome = (struct book_outcome){.booking = *b, .replayed = true};
	*found_out = true;
	return NULL;
}

/* An early word, from the few rows around it: those who come late never bother the writer. */
static const struct fault *judge_early(struct db *db, struct arena *a,
				       const struct book_request *rq, int32_t duration_min)
{
	enum slot_verdict verdict;
	const struct fault *f = slots_judge_stored(db, a, rq->host, rq->type, duration_min,
						   rq->start, rq->now, TEXT_NONE, 0, &verdict);

	return f ? f : slot_verdict_fault(a, verdict);
}

const struct fault *book_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				 const struct book_request *rq, struct change **change_out,
				 struct book_outcome *outcome)
{
	int32_t duration_min;
	bool found = false;
	const struct fault *f = book_check_request(a, rq), *late;

	*change_out = NULL;
	*outcome = (struct book_outcome){.replayed = false};
	if (!f)
		f = book_find_replay(db, a, rq, outcome, &found);
	if (f || found)
		return f;
	f = slot_choose_duration(a, rq->type, rq->duration_min, &duration_min);
	if (f)
		return f;
	f = judge_early(db, a, rq, duration_min);
	if (fault_is(f, FAULT_SLOT_TAKEN) && rq->key.len > 0) {
		/* Perhaps taken by this very request, sent twice at once. */
		late = book_find_replay(db, a, rq, outcome, &found);
		if (late || found)
			return late;
	}
	return f ? f : build_change(desk, a, rq, duration_min, change_out, &outcome->booking);
}
