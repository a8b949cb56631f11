/* hooks - see hooks.h */
#include "calendar/hooks.h"

#include <assert.h>

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "calendar/reminders.h"
#include "ical/time.h"
#include "store/meeting.h"
#include "store/team.h"
#include "json/write.h"

const char *const hooks_words[BOOKING_EVENT_COUNT] = {
	[BOOKING_WAS_MADE] = "created",
	[BOOKING_WAS_REQUESTED] = "requested",
	[BOOKING_WAS_CONFIRMED] = "confirmed",
	[BOOKING_WAS_DECLINED] = "declined",
	[BOOKING_HAS_LAPSED] = "lapsed",
	[BOOKING_WAS_MOVED] = "rescheduled",
	[BOOKING_WAS_CANCELLED] = "cancelled",
	[BOOKING_WAS_REASSIGNED] = "reassigned",
	[BOOKING_HOST_DECLINED] = "host_declined",
	[BOOKING_IS_REMINDED_OF] = "reminder",
	[BOOKING_INVITEE_DECLINED] = "invitee_declined",
};

/* Where a telling of a booking has its id, which is longer. */
#define TEST "test"

struct text hooks_secret(struct arena *a, const struct secret_key *key, const struct webhook *w,
			 int64_t secret_no)
{
	const char *which = arena_printf(a, "%.*s/%lld", TEXT_ARG(w->id), (long long)secret_no);

	return secret_mac(a, key, "webhook", text_from(which));
}

static void put_text(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

static void put_time(struct json_writer *w, const char *key, int64_t utc)
{
	struct buf b;

	buf_init(&b, w->out->arena, 24, 32);
	time_put_rfc3339(&b, utc);
	put_text(w, key, buf_text(&b));
}

/* A booking, and what it is called by who books it. */
struct telling {
	const struct booking *booking;
	const struct owner *host;
	const struct meeting_type *type; /* NULL: it is gone */
	struct booking_host *hosts;	 /* of a team; none: its owner has it alone */
	struct owner **people;		 /* the same; NULL: gone */
	size_t host_count;
	const struct reminder *reminder; /* of BOOKING_IS_REMINDED_OF */
	int64_t instance;		 /* likewise: the start of what is near */
};

static void put_text_or_null(struct json_writer *w, const char *key, const struct text *value)
{
	json_key(w, key);
	if (value)
		json_add_text(w, *value);
	else
		json_add_null(w);
}

static void put_host(struct json_writer *w, const struct booking_host *h, const struct owner *o)
{
	json_begin_object(w);
	put_text(w, "name", o->name);
	put_text(w, "title", owner_title(o));
	json_key(w, "optional");
	json_add_bool(w, h->optional);
	json_key(w, "comes");
	json_add_bool(w, !h->declined);
	json_end_object(w);
}

static void put_hosts(struct json_writer *w, const struct telling *t)
{
	bool needs_host = false;

	if (t->host_count == 0)
		return;
	json_key(w, "hosts");
	json_begin_list(w);
	for (size_t i = 0; i < t->host_count; i++) {
		needs_host = needs_host || t->hosts[i].declined;
		if (t->people[i])
			put_host(w, &t->hosts[i], t->people[i]);
	}
	json_end_list(w);
	json_key(w, "needs_host");
	json_add_bool(w, needs_host);
}

static void put_reminder(struct json_writer *w, const struct telling *t)
{
	struct buf span;

	if (!t->reminder)
		return;
	buf_init(&span, w->out->arena, 16, 32);
	reminder_put_span(&span, t->reminder);
	json_key(w, "reminder");
	json_begin_object(w);
	put_text(w, "before", buf_text(&span));
	put_time(w, "start_time", t->instance);
	json_end_object(w);
}

/* The members of a booking in the API, but its links: whoever reads this needs none. */
static void put_booking(struct json_writer *w, const struct telling *t)
{
	const struct booking *b = t->booking;

	json_begin_object(w);
	put_text(w, "id", b->id);
	put_text(w, "status", text_from(booking_status_words[b->status]));
	json_key(w, "waits_for");
	if (b->status != BOOKING_IS_PENDING)
		json_add_null(w);
	else
		json_add_str(w, booking_awaits_invitee(b) ? "invitee" : "host");
	put_int(w, "version", b->version);
	put_text(w, "host", t->host->name);
	put_text(w, "meeting_type_id", b->type);
	put_text_or_null(w, "type", t->type ? &t->type->slug : NULL);
	put_text_or_null(w, "title", t->type ? &t->type->title : NULL);
	put_time(w, "start_time", b->start);
	put_time(w, "end_time", b->end);
	put_text(w, "invitee_name", b->invitee_name);
	put_text(w, "invitee_email", b->invitee_email);
	put_text(w, "invitee_timezone", b->invitee_timezone);
	put_text(w, "language", b->language);
	json_key(w, "answers");
	json_add_raw(w, b->answers.len > 0 ? b->answers : TEXT("{}"));
	put_int(w, "seats", b->seats);
	put_text(w, "location", b->location);
	put_text(w, "recurrence", b->rule);
	put_text(w, "reason", b->reason);
	put_text(w, "calendar_event_id", b->uid);
	put_time(w, "created_at", b->created);
	put_time(w, "updated_at", b->modified);
	put_hosts(w, t);
	put_reminder(w, t);
	json_end_object(w);
}

/* Who comes as the change leaves it, which sets hosts before it tells of their booking. */
static const struct fault *find_hosts(struct db *db, struct arena *a, struct telling *t)
{
	const struct booking *b = t->booking;
	const struct fault *f =
		booking_hosts(db, a, b->owner, booking_holder(b), &t->hosts, &t->host_count);

	if (f)
		return f;
	t->people = arena_alloc_array(a, t->host_count, sizeof(struct owner *));
	for (size_t i = 0; !f && i < t->host_count; i++)
		f = owner_get(db, a, t->hosts[i].host, &t->people[i]);
	return f ? f : arena_check(a);
}

static const struct fault *payload_of(struct change *c, struct db *db, enum booking_event what,
				      struct telling *t, struct text *out)
{
	struct arena *a = c->arena;
	struct owner *host = NULL;
	struct meeting_type *kind = NULL;
	struct buf body;
	struct json_writer w = {.out = &body};
	const struct booking *b = t->booking;
	const char *type = arena_printf(a, "booking.%s", hooks_words[what]);
	const struct fault *f = owner_get(db, a, b->owner, &host);

	if (!f)
		f = meeting_type_find(db, a, b->owner, b->type, &kind);
	if (!f)
		f = find_hosts(db, a, t);
	if (f)
		return f;
	assert(host);
	t->host = host;
	t->type = kind;
	buf_init(&body, a, 1024, HOOKS_PAYLOAD_MAX);
	json_begin_object(&w);
	put_text(&w, "type", text_from(type));
	put_time(&w, "timestamp", c->now);
	json_key(&w, "data");
	put_booking(&w, t);
	json_end_object(&w);
	*out = buf_text(&body);
	return NULL;
}

/* "WEBHOOK/BOOKING/VERSION", or when a reminder is due: the queue is what stands before the last
 * slash. */
static const struct fault *queue_one(struct change *c, struct db *db, const struct webhook *w,
				     const char *about, int64_t number, struct text payload)
{
	struct arena *a = c->arena;
	const char *queue = arena_printf(a, "%.*s/%s", TEXT_ARG(w->id), about);
	struct job j = {
		.owner = w->owner,
		.kind = TEXT("webhook"),
		.key = text_from(arena_printf(a, "%s/%lld", queue, (long long)number)),
		.queue = text_from(queue),
		.says = JOB_SAYS_MORE,
		.payload = payload,
		.due_at = c->now,
	};
	bool queued;

	c->queued_jobs = true;
	return job_enqueue(db, a, &j, c->now, &queued);
}

/* For each webhook that wants it; number: of it among all that is told of the booking. */
static const struct fault *queue_all(struct change *c, struct db *db, enum booking_event what,
				     struct telling *t, int64_t number)
{
	const struct booking *b = t->booking;
	const char *about = text_cstr(c->arena, b->id);
	struct webhook *all;
	struct text payload = TEXT_NONE;
	size_t count;
	const struct fault *f = webhook_list(db, c->arena, b->owner, &all, &count);

	for (size_t i = 0; i < count && !f; i++) {
		if (all[i].disabled || !(all[i].events & 1u << what))
			continue;
		if (!payload.at)
			f = payload_of(c, db, what, t, &payload);
		if (!f)
			f = queue_one(c, db, &all[i], about, number, payload);
	}
	return f;
}

const struct fault *hooks_queue(struct change *c, struct db *db, const struct booking *b,
				struct booking_deed deed)
{
	struct telling t = {.booking = b};

	return queue_all(c, db, deed.what, &t, b->version);
}

const struct fault *hooks_queue_reminder(struct change *c, struct db *db, const struct booking *b,
					 const struct reminder *r, int64_t start)
{
	struct telling t = {.booking = b, .reminder = r, .instance = start};

	return queue_all(c, db, BOOKING_IS_REMINDED_OF, &t,
			 reminder_due(r, reminder_zone(b), start, start));
}

const struct fault *hooks_queue_test(struct change *c, struct db *db, const struct webhook *w)
{
	struct buf body;
	struct json_writer out = {.out = &body};

	buf_init(&body, c->arena, 128, HOOKS_PAYLOAD_MAX);
	json_begin_object(&out);
	put_text(&out, "type", TEXT("webhook.test"));
	put_time(&out, "timestamp", c->now);
	json_key(&out, "data");
	json_begin_object(&out);
	put_text(&out, "webhook_id", w->id);
	json_end_object(&out);
	json_end_object(&out);
	return queue_one(c, db, w, TEST, c->now, buf_text(&body));
}

struct text hooks_webhook_of(const struct job *j)
{
	struct text rest = j->key, id = TEXT_NONE;

	(void)text_next(&rest, '/', &id);
	return id;
}

bool hooks_is_test(const struct job *j)
{
	struct text rest = j->key, word = TEXT_NONE;

	return text_next(&rest, '/', &word) && text_next(&rest, '/', &word) &&
	       text_equal(word, TEXT(TEST));
}

struct text hooks_message_id(struct arena *a, const struct job *j)
{
	return secret_digest_hex(a, j->key);
}
