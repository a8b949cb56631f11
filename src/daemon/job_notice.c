/*
 * job_notice - a letter that is no invitation (calendar/notices.h)
 *
 * To whoever waits for a place, to an address that is to be confirmed, to whoever asked for a
 * meeting that waits for its host, or was declined: that was no invitation, so no CANCEL tells it.
 * And to hosts, of what became of their bookings, who say of which things they want to hear.
 *
 * What has been overtaken by then is not told any more. Of what strangers wrote only their name
 * goes to an address that may be somebody else's (decisions 25); hosts read all of it.
 */

#include "base/arena.h"
#include "booking/book.h"
#include "booking/waiting.h"
#include "calendar/notices.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "ical/zone.h"
#include "post/letter.h"
#include "store/job.h"
#include "store/store.h"

struct telling {
	struct job_context *x;
	struct notice notice;
	enum letter_kind letter;
	const struct host *host;	 /* whose it is */
	const struct booking_type *type; /* NULL: it is offered no more */
	const struct booking *booking;	 /* NULL: it is about none */
	const struct owner *reader;	 /* of a letter to hosts */
	struct letter_facts facts;
	struct text to_name, to, uid;
	int64_t date;
	bool is_idle; /* there is nothing to tell any more */
};

/* ---- to whom --------------------------------------------------------------------------------- */

/* When a booking is still to be told of like this. */
typedef bool (*still_fn)(const struct telling *t);

static bool still_stands(const struct telling *t)
{
	return booking_stands(t->booking);
}

static bool still_over(const struct telling *t)
{
	return !booking_stands(t->booking);
}

static bool still_waits(const struct telling *t)
{
	return t->booking->status == BOOKING_IS_PENDING && !t->booking->awaits_invitee &&
	       t->booking->start > t->x->now;
}

static bool still_unconfirmed(const struct telling *t)
{
	return booking_awaits_invitee(t->booking) && t->booking->lapses_at > t->x->now &&
	       t->booking->start > t->x->now;
}

/* What letters of a job are about; those to hosts with what these may have switched off. */
static const struct rule {
	enum letter_kind letter;
	enum owner_notice notice; /* NOTICE_COUNT: it is to an invitee */
	still_fn still;		  /* NULL: it is about no booking */
} rules[] = {
	{LETTER_PENDING, NOTICE_COUNT, still_waits},
	{LETTER_ADDRESS, NOTICE_COUNT, still_unconfirmed},
	{LETTER_DECLINED, NOTICE_COUNT, still_over},
	{LETTER_PLACE, NOTICE_COUNT, NULL},
	{LETTER_HOST_BOOKED, NOTICE_BOOKED, still_stands},
	{LETTER_HOST_MOVED, NOTICE_MOVED, still_stands},
	{LETTER_HOST_CANCELLED, NOTICE_CANCELLED, still_over},
	{LETTER_HOST_DECLINED, NOTICE_CANCELLED, still_stands},
	{LETTER_HOST_TO_CONFIRM, NOTICE_TO_CONFIRM, still_waits},
	{LETTER_HOST_NEEDED, NOTICE_NEEDS_HOST, still_stands},
	{LETTER_HOST_OVERLAP, NOTICE_OVERLAP, still_stands},
	{LETTER_HOST_BOUNCE, NOTICE_BOUNCE, still_stands},
	{LETTER_HOST_WEBHOOK, NOTICE_WEBHOOK, NULL},
	{LETTER_HOST_RECONNECT, NOTICE_RECONNECT, NULL},
	{LETTER_HOST_UNVERIFIED, NOTICE_UNVERIFIED, NULL},
};

static const struct rule *rule_of(enum letter_kind letter)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (rules[i].letter == letter)
			return &rules[i];
	return NULL;
}

/* They may have booked meanwhile, or wait no more; once it has begun nobody takes part. */
static const struct fault *load_place(struct telling *t, struct db *db)
{
	struct arena *a = t->x->arena;
	struct booking like;
	struct waiting *w;
	const struct fault *f = waiting_find(db, a, t->notice.owner, t->notice.about, &w);

	t->is_idle = !w || w->start <= t->x->now;
	if (f || t->is_idle)
		return f;
	t->type = host_type_by_id(t->host, w->type);
	t->is_idle = !t->type;
	/* What they wait for is as a booking would be. */
	like = (struct booking){
		.owner = w->owner,
		.type = w->type,
		.start = w->start,
		.end = w->start + (int64_t)w->duration_min * 60,
		.status = BOOKING_IS_CANCELLED,
		.invitee_name = w->name,
		.invitee_email = w->email,
		.invitee_timezone = w->timezone,
		.language = w->language,
	};
	t->facts = letter_of_booking(t->x->house->post, a, t->host, t->type, &like);
	t->to_name = w->name;
	t->to = w->email;
	t->uid = w->id;
	t->date = w->told_at;
	return NULL;
}

static void set_invitee(struct telling *t)
{
	const struct post *p = t->x->house->post;
	struct arena *a = t->x->arena;
	const struct booking *b = t->booking;

	t->facts = letter_of_booking(p, a, t->host, t->type, b);
	if (t->letter == LETTER_ADDRESS)
		t->facts.manage = book_link(p->desk, a, b, BOOK_ADDRESS);
	t->to_name = b->invitee_name;
	t->to = b->invitee_email;
	t->date = t->letter == LETTER_ADDRESS ? b->created : b->modified;
}

static void set_host(struct telling *t)
{
	const struct post *p = t->x->house->post;
	struct arena *a = t->x->arena;

	if (t->booking) {
		t->facts = letter_to_host(p, a, t->host, t->type, t->booking, t->reader);
		t->facts.was_start = t->notice.was_start;
	} else {
		t->facts = (struct letter_facts){
			.language = t->reader->language,
			.zone = zone_find(t->reader->timezone),
			.manage = text_from(arena_printf(a, "%.*s/host", TEXT_ARG(p->desk->url))),
			.to_host = true,
		};
	}
	t->facts.why = t->notice.why;
	t->to_name = owner_title(t->reader);
	t->to = t->reader->email;
	t->date = t->notice.now;
}

static const struct fault *load_booking(struct telling *t, struct db *db, still_fn still)
{
	struct booking *b;
	const struct fault *f = booking_find(db, t->x->arena, t->notice.owner, t->notice.about, &b);

	t->booking = b;
	t->is_idle = !b || !still(t);
	if (f || t->is_idle)
		return f;
	t->type = host_type_by_id(t->host, b->type);
	t->uid = b->uid;
	return NULL;
}

/* One who has no address, or does not want to hear of it, is told nothing. */
static const struct fault *load_reader(struct telling *t, struct db *db, enum owner_notice about)
{
	struct owner *reader = NULL;
	const struct fault *f = NULL;

	t->reader = &t->host->owner;
	if (t->notice.reader != 0 && t->notice.reader != t->reader->id) {
		f = owner_get(db, t->x->arena, t->notice.reader, &reader);
		t->reader = reader;
	}
	t->is_idle = t->is_idle || !t->reader || t->reader->email.len == 0 ||
		     !owner_wants(t->reader, about);
	return f;
}

static const struct fault *load_rest(struct telling *t, struct db *db, const struct rule *rule)
{
	const struct fault *f = NULL;

	if (t->letter == LETTER_PLACE)
		return load_place(t, db);
	t->uid = t->notice.about;
	if (rule->still)
		f = load_booking(t, db, rule->still);
	if (!f && rule->notice != NOTICE_COUNT)
		f = load_reader(t, db, rule->notice);
	if (f || t->is_idle)
		return f;
	if (rule->notice == NOTICE_COUNT)
		set_invitee(t);
	else
		set_host(t);
	return NULL;
}

static const struct fault *load(struct job_context *x, const struct job *j, struct telling *t)
{
	const struct rule *rule;
	struct text letter;
	struct db *db;
	const struct fault *f = notice_read(x->arena, j, &t->notice, &letter);

	t->x = x;
	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &t->host);
	if (f)
		return f;
	rule = letter_find(letter, &t->letter) ? rule_of(t->letter) : NULL;
	if (!rule)
		return fault_make(x->arena, FAULT_BAD_REQUEST, NULL,
				  "No letter of the name %.*s is told so.", TEXT_ARG(letter));
	t->is_idle = !t->host;
	return t->is_idle ? NULL : load_rest(t, db, rule);
}

/* ---- the mail -------------------------------------------------------------------------------- */

static enum job_result send(const struct telling *t, const struct job *j, struct text *why_out)
{
	const struct owner *from = t->reader ? t->reader : &t->host->owner;
	struct mail_message m = {
		.from.name = owner_title(&t->host->owner),
		.to = {t->to_name, t->to},
		.reply_to.name = owner_title(&t->host->owner),
		.date = t->date,
	};
	/* They are told once of each thing, and a second delivery is the same mail. */
	const struct route_about about = {
		.owner = from,
		.address = from->email,
		.uid = t->uid,
		.to = t->to,
		.said = j->key,
		/* What a host answers to it is no answer of an invitee. */
		.organizes = !t->reader,
	};
	struct letter letter;
	const struct fault *f =
		letter_write(t->x->house->post, t->x->arena, t->letter, &t->facts, &letter);

	if (f)
		return job_post_fault(f, why_out);
	m.subject = letter.subject;
	m.text = letter.text;
	m.html = letter.html;
	return job_post(t->x, &about, &m, why_out);
}

enum job_result job_notice(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct telling t = {.x = x};
	const struct fault *f = load(x, j, &t);

	if (f)
		return job_post_fault(f, why_out);
	return t.is_idle ? JOB_DONE : send(&t, j, why_out);
}
