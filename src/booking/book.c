/* book - a new booking as one change; see book.h. Moving: move.c; ending: rebook.c */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "booking/conference.h"
#include "booking/reserve.h"
#include "booking/seats.h"
#include "booking/series.h"
#include "ical/zone.h"
#include "store/store.h"

enum { KEY_LIFE_S = DAY_SECONDS };

/* ---- inside the transaction -------------------------------------------------------------- */

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

struct text book_uid(struct booking_desk *desk, struct arena *a, struct text id)
{
	return text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(id), TEXT_ARG(url_host(desk->url))));
}

/* A request, and what has been found out about it. */
struct plan {
	const struct book_request *rq;
	int32_t duration_min, seats;
	struct text mailbox;
	struct series series;
	struct seats_event joins;    /* of a meeting of several places */
	bool found;		     /* somebody has booked it: this one joins */
	struct stored_object *event; /* that it joins; NULL: there is none */
	struct team_hosts hosts;     /* of a team; none: its owner alone */
	struct team_had kept;	     /* who keep the time for it, by its reservation */
	int64_t wait_s;		     /* of its invitation, for the link of a conference */
};

/* The event is its organizer's, with their UID, and stands where it may have stood before. */
static void set_received(const struct book_received *r, struct booking *b)
{
	b->received = true;
	b->uid = r->uid;
	b->sequence = r->sequence;
	if (!r->event)
		return;
	b->collection = r->event->collection;
	b->object_name = r->event->name;
}

void book_share(const struct booking *first, struct booking *b)
{
	b->uid = first->uid;
	b->collection = first->collection;
	b->object_name = first->object_name;
	b->shares = booking_holder(first);
	b->location = first->location;
	b->join_url = first->join_url;
}

static void make_booking(struct booking_desk *desk, struct arena *a, const struct plan *p,
			 struct booking *out)
{
	const struct book_request *rq = p->rq;
	const struct booking_schedule *s = host_schedule(rq->host, rq->type->schedule);
	int64_t owner = rq->host->owner.id;

	*out = (struct booking){
		.owner = owner,
		.id = secret_id_make(a, &desk->calendar->key, owner),
		.type = rq->type->id,
		.collection = rq->host->calendar,
		.status = BOOKING_IS_CONFIRMED,
		.start = rq->start,
		.end = rq->start + (int64_t)p->duration_min * 60,
		.version = 1,
		.invitee_name = text_trim(rq->invitee_name),
		.invitee_email = rq->invitee_email,
		.invitee_timezone = rq->invitee_timezone,
		.language = rq->language,
		.answers = rq->answers.len > 0 ? rq->answers : TEXT("{}"),
		.created = rq->now,
		.modified = rq->now,
		.seats = p->seats,
		.rule = p->series.rule,
		.link = rq->link,
		.mailbox = p->mailbox,
		.reminders = booking_type_reminders(a, rq->type),
	};
	if (!out->invitee_timezone.at && s)
		out->invitee_timezone = zone_name(s->hours.zone);
	out->uid = book_uid(desk, a, out->id);
	out->object_name = text_from(arena_printf(a, "%.*s.ics", TEXT_ARG(out->id)));
	if (rq->received)
		set_received(rq->received, out);
	else
		book_set_place(a, &rq->type->location, out);
	/* Of who sends messages the address is known (door.c). */
	out->awaits_invitee = rq->type->confirm_address && !rq->received;
	if (rq->type->confirm || out->awaits_invitee)
		book_set_pending(rq->type, out);
	if (p->found)
		book_share(&p->joins.first, out);
}

/* The event of the others, with one more in it. */
const struct fault *book_join_event(struct change *c, struct arena *a,
				    const struct stored_object *event,
				    const struct booking_type *type, const struct booking *b)
{
	const struct ical_object *o = booking_event_read(a, event);

	if (!o)
		return fault_make(
			a, FAULT_CONFLICT, NULL,
			"The host's calendar does not take anybody else into this event.");
	return book_replace_event(c, a, event, seats_join(a, o, type, b));
}

static const struct fault *add_event(struct change *c, struct arena *a, const struct plan *p,
				     const struct booking *b)
{
	const struct book_request *rq = p->rq;
	struct event_people people;
	struct change_put *put;
	const struct fault *f = NULL;

	change_invite(c, b->invitee_email);
	if (p->found)
		return book_join_event(c, a, p->event, rq->type, b);
	if (rq->received && rq->received->event)
		return book_replace_event(c, a, rq->received->event, rq->received->copy);
	put = arena_alloc(a, sizeof(*put));
	*put = (struct change_put){
		.owner = b->owner,
		.collection = b->collection,
		.name = b->object_name,
		.source = ICAL_FROM_STORE,
		.condition = {.if_none_match_any = true},
	};
	people = team_people(a, &p->hosts);
	if (rq->received)
		put->raw = rq->received->copy;
	else
		f = booking_event_build_own(a, rq->host, rq->type, b, &people, rq->now, &put->raw);
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

/* A reservation is given back before the time is taken: it is the same. */
static const struct fault *add_holds(struct change *c, const struct plan *p,
				     const struct booking *b)
{
	const struct book_request *rq = p->rq;
	bool pending = b->status == BOOKING_IS_PENDING;
	struct hold h = {
		.owner = b->owner,
		.reason = pending ? HOLD_PENDING : HOLD_BOOKING,
		.booking = b->id,
	};
	const struct fault *f = NULL;

	for (size_t i = 0; i < p->kept.count && !f; i++)
		f = change_release_hold(c, p->kept.at[i].host, rq->hold);
	if (f || p->found || !book_holds_time(rq->type, b))
		return f;
	for (size_t i = 0; i < p->series.count && !f; i++) {
		h.start = p->series.starts[i];
		h.end = h.start + (int64_t)p->duration_min * 60;
		f = team_take_holds(c, &p->hosts, &h);
	}
	return f;
}

/*
 * What is to be confirmed is no invitation yet: it has a day on which it lapses. Who invited is
 * not invited.
 */
static const struct fault *add_job(struct change *c, struct arena *a, const struct plan *p,
				   const struct booking *b)
{
	struct job mail;

	if (b->status == BOOKING_IS_PENDING)
		return book_add_waiting(c, a, b);
	if (b->received)
		return NULL;
	mail = booking_request_job(a, b, b->created);
	mail.due_at += p->wait_s;
	return change_job(c, &mail);
}

/* What must be so for one of its times. */
static void plan_verdict(const struct plan *p, int64_t start, struct book_verdict *out)
{
	const struct book_request *rq = p->rq;

	*out = (struct book_verdict){
		.host = rq->host,
		.type = rq->type,
		.duration_min = p->duration_min,
		.start = start,
		.now = rq->now,
		.ignore_booking = rq->hold,
		.ignore_object = rq->received && rq->received->event ? rq->received->event->id : 0,
		.seats = rq->type->seats > 1 ? p->seats : 0,
		.joins = p->found ? p->joins.first.uid : TEXT_NONE,
		.limit_mailbox = p->mailbox,
		/* Of messages the UID says which are one. */
		.once = !rq->received,
		.hosts = p->hosts,
		.kept = &p->kept,
	};
}

static const struct fault *add_checks(struct change *c, struct arena *a, const struct plan *p)
{
	struct book_request *rq = arena_alloc(a, sizeof(*rq));
	const struct fault *f = NULL;

	*rq = *p->rq;
	if (rq->key.len > 0)
		f = change_require(c, rq->host->owner.id, require_new_key, rq);
	for (size_t i = 0; i < p->series.count && !f; i++) {
		struct book_verdict *v = arena_alloc(a, sizeof(*v));

		plan_verdict(p, p->series.starts[i], v);
		v->series = p->series.starts;
		v->series_count = i;
		/* Who is chosen stays chosen there, and the plan is gone by then. */
		v->kept = NULL;
		f = book_require_open(c, v);
	}
	return f;
}

static const struct fault *build_change(struct booking_desk *desk, struct arena *a,
					const struct plan *p, struct change **change_out,
					struct booking *b)
{
	const struct book_request *rq = p->rq;
	struct change *c = change_open(desk->calendar, a,
				       rq->received ? CHANGE_DOOR : CHANGE_BOOKING, rq->now);
	struct booking_deed deed = {.what = BOOKING_WAS_MADE, .who = BOOKING_BY_INVITEE};
	const struct fault *f;

	make_booking(desk, a, p, b);
	if (b->status == BOOKING_IS_PENDING)
		deed.what = BOOKING_WAS_REQUESTED;
	f = add_checks(c, a, p);
	if (!f)
		f = add_holds(c, p, b);
	if (!f)
		f = add_event(c, a, p, b);
	if (!f && !p->found)
		f = team_set_hosts(c, a, b, &p->hosts, &(struct team_had){.count = 0});
	if (!f)
		f = change_add_booking(c, b, deed);
	if (!f && rq->type->waiting_list)
		f = change_serve_waiting(c, b);
	if (!f && rq->link.len > 0)
		f = change_use_link(c, b->owner, rq->link);
	if (!f)
		f = add_key(c, a, rq, b);
	if (!f)
		f = add_job(c, a, p, b);
	*change_out = f ? NULL : c;
	return f;
}

/* One that somebody else organizes is where they say. */
static const struct fault *find_wait(struct db *db, struct arena *a, struct plan *p)
{
	const struct book_request *rq = p->rq;
	int64_t *hosts = arena_alloc_array(a, p->hosts.count + 1, sizeof(*hosts)), maker = 0;
	const struct fault *f = NULL;

	hosts[0] = rq->host->owner.id;
	for (size_t i = 0; i < p->hosts.count; i++)
		hosts[i] = p->hosts.at[i].host->owner.id;
	if (!rq->received)
		f = conference_maker(db, a, rq->type->location.kind, hosts,
				     p->hosts.count > 0 ? p->hosts.count : 1, &maker);
	p->wait_s = maker != 0 ? CONFERENCE_WAIT_S : 0;
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

/* Whoever is chosen first stays for a whole series, which only teams have that need all of them. */
static const struct fault *judge_one(struct booking_desk *desk, struct db *db, struct arena *a,
				     struct plan *p, const struct book_judging *j, int64_t start)
{
	struct book_verdict v;
	struct team_hosts hosts;
	const struct fault *f;

	plan_verdict(p, start, &v);
	v.series = j->fine;
	v.series_count = j->fine_count;
	f = book_judge_now(desk, db, a, &v, &hosts);
	if (!f)
		f = team_require_guest(db, a, &hosts, p->rq->invitee_email);
	if (!f && p->hosts.count == 0)
		p->hosts = hosts;
	return f;
}

struct book_judging book_judging(struct arena *a, const struct series *series,
				 struct book_outcome *outcome)
{
	outcome->clashes = arena_alloc_array(a, series->count, sizeof(*outcome->clashes));
	outcome->clash_count = 0;
	return (struct book_judging){
		.arena = a,
		.series = series,
		.outcome = outcome,
		.fine = arena_alloc_array(a, series->count, sizeof(int64_t)),
	};
}

const struct fault *book_note_clash(struct book_judging *j, int64_t start, const struct fault *f)
{
	struct book_outcome *o = j->outcome;

	if (!f)
		j->fine[j->fine_count++] = start;
	if (!f || (!fault_is(f, FAULT_SLOT_TAKEN) && !fault_is(f, FAULT_NOT_OFFERED)))
		return f;
	j->first = j->first ? j->first : f;
	o->clashes[o->clash_count++] = (struct book_clash){start, f->about};
	return NULL;
}

/* As those that clash can be left out, a series is in the way of others, whatever it is. */
const struct fault *book_judged(const struct book_judging *j)
{
	const struct book_outcome *o = j->outcome;

	if (!j->first || j->series->rule.len == 0)
		return j->first;
	return fault_make(j->arena, FAULT_SLOT_TAKEN, "series",
			  o->clashes[0].start == j->series->starts[0]
				  ? "%zu of its %zu times cannot be booked, the first among them; "
				    "begin it at another time."
				  : "%zu of its %zu times cannot be booked; leave them out.",
			  o->clash_count, j->series->count);
}

static const struct fault *judge_early(struct booking_desk *desk, struct db *db, struct arena *a,
				       struct plan *p, struct book_outcome *outcome)
{
	struct book_judging j = book_judging(a, &p->series, outcome);
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < p->series.count; i++)
		f = book_note_clash(&j, p->series.starts[i],
				    judge_one(desk, db, a, p, &j, p->series.starts[i]));
	return f ? f : book_judged(&j);
}

static const struct fault *make_plan(struct db *db, struct arena *a, const struct book_request *rq,
				     struct plan *p)
{
	int64_t owner = rq->host->owner.id;
	const struct fault *f =
		slot_choose_duration(a, rq->type, rq->duration_min, &p->duration_min);

	p->rq = rq;
	p->mailbox = email_mailbox(a, rq->invitee_email);
	p->seats = rq->seats > 0 ? rq->seats : 1;
	/* Nothing else that holds time is given up by whoever knows its name. */
	if (!f && rq->hold.len > 0 && !reserve_is_of(rq->hold, rq->type))
		f = fault_make(a, FAULT_UNPROCESSABLE, "hold",
			       "This is no reservation of this meeting type.");
	if (!f && p->seats > 1 && p->seats > rq->type->seats)
		f = fault_make(a, FAULT_UNPROCESSABLE, "seats",
			       "This meeting has not so many places.");
	if (!f)
		f = reserve_find(db, a, rq->hold, &p->kept);
	if (!f)
		f = series_make(a, rq, &p->series);
	if (!f)
		f = seats_find(db, a, owner, rq->type, rq->start,
			       rq->start + (int64_t)p->duration_min * 60, &p->joins, &p->found);
	if (!f && p->found)
		f = booking_event_find(db, a, &p->joins.first, &p->event);
	return f;
}

const struct fault *book_prepare(struct booking_desk *desk, struct db *db, struct arena *a,
				 const struct book_request *rq, struct change **change_out,
				 struct book_outcome *outcome)
{
	struct plan p = {.found = false};
	bool found = false;
	const struct fault *f = book_check_request(a, rq), *late;

	*change_out = NULL;
	*outcome = (struct book_outcome){.replayed = false};
	if (!f)
		f = book_find_replay(db, a, rq, outcome, &found);
	if (f || found)
		return f;
	f = book_check_answers(a, rq);
	if (!f)
		f = make_plan(db, a, rq, &p);
	if (f)
		return f;
	f = judge_early(desk, db, a, &p, outcome);
	if (fault_is(f, FAULT_SLOT_TAKEN) && rq->key.len > 0) {
		/* Perhaps taken by this very request, sent twice at once. */
		late = book_find_replay(db, a, rq, outcome, &found);
		if (late || found)
			return late;
	}
	if (!f)
		f = find_wait(db, a, &p);
	return f ? f : build_change(desk, a, &p, change_out, &outcome->booking);
}
