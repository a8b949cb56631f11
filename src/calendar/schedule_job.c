/*
 * schedule_job - messages that go another way than into a calendar, as jobs
 *
 * To people outside they are of kind "imip" (daemon/job_imip.c), to the address of a meeting type
 * of kind "door" (daemon/job_door.c). The others who are told of an answer later are so by one of
 * kind "tell" (schedule_rest.c).
 *
 * Planned with everything else, so that inside the transaction rows are written and nothing is
 * made. A message is kept once, however many get it. All that one person is told about one UID
 * stands in one queue, so that a mail that has to be tried again is never overtaken by
 * what was said later, and what it makes outdated does not leave at all (store/job.h).
 */

#include "base/buf.h"
#include "calendar/schedule_priv.h"
#include "json/write.h"

/* A UID as JSON: each of its bytes may become six. */
enum { PAYLOAD_MAX = 6 * 64 * 1024 };

struct schedule_body {
	int64_t owner; /* the sender of all that have it */
	struct text message;
	int64_t uses; /* jobs of this plan */
	int64_t id;   /* while applying */
	struct schedule_body *next;
};

/* ---- while planning ------------------------------------------------------------------------- */

/* What is about single instances stands beside what is about others. */
static struct text instances_of(struct arena *a, const struct schedule_delivery *d,
				const struct ical_object *message)
{
	struct buf b;

	buf_init(&b, a, 64, 64 * (message->item_count + 1));
	for (size_t i = 0; i < message->item_count && d->method != ITIP_REQUEST; i++) {
		const struct ical_time *id = &message->items[i].recurrence_id;

		buf_printf(&b, "/%lld", id->present ? (long long)id->seconds : -1LL);
	}
	return buf_text(&b);
}

static struct text job_key(struct arena *a, const struct schedule_delivery *d,
			   const struct ical_object *message)
{
	struct text about = text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(message->uid),
						   TEXT_ARG(instances_of(a, d, message))));

	return text_from(arena_printf(a, "%.*s/%s/%.*s", TEXT_ARG(object_etag(a, about)),
				      itip_method_name(d->method), TEXT_ARG(d->to)));
}

static struct text job_queue(struct arena *a, const struct schedule_delivery *d, struct text uid)
{
	return text_from(
		arena_printf(a, "%.*s/%.*s", TEXT_ARG(object_etag(a, uid)), TEXT_ARG(d->to)));
}

static const struct fault *write_payload(struct arena *a, const struct schedule_delivery *d,
					 struct text uid, struct text *out)
{
	struct buf b;
	struct json_writer w = {.out = &b};
	const struct {
		const char *key;
		struct text value;
	} rows[] = {
		{"method", text_from(itip_method_name(d->method))},
		{"from", d->from},
		{"to", d->to},
		{"uid", uid},
	};

	buf_init(&b, a, 256, SCHEDULE_PAYLOAD_MAX);
	json_begin_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_key(&w, rows[i].key);
		json_add_text(&w, rows[i].value);
	}
	json_end_object(&w);
	*out = buf_text(&b);
	if (!b.overflow)
		return arena_check(a);
	return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL, "The UID is too long to be mailed.");
}

static bool is_same(struct text a, struct text b)
{
	return a.len == b.len && (a.at == b.at || text_equal(a, b));
}

static struct schedule_body *body_of(struct arena *a, struct schedule_plan *plan,
				     const struct schedule_delivery *d, struct text message)
{
	struct schedule_body *b = plan->bodies;

	while (b && (b->owner != d->sender || !is_same(b->message, message)))
		b = b->next;
	if (!b) {
		b = arena_alloc(a, sizeof(*b));
		*b = (struct schedule_body){
			.owner = d->sender, .message = message, .next = plan->bodies};
		plan->bodies = b;
	}
	b->uses++;
	return b;
}

const struct fault *schedule_plan_job(struct change *c, struct schedule_plan *plan,
				      struct schedule_delivery *d, struct text kind,
				      const struct ical_object *message, struct text text)
{
	static const enum job_says says[] = {
		[ITIP_SAYS_MORE] = JOB_SAYS_MORE,
		[ITIP_SAYS_FIRST] = JOB_SAYS_FIRST,
		[ITIP_SAYS_ALL] = JOB_SAYS_ALL,
		[ITIP_SAYS_END] = JOB_SAYS_END,
	};
	struct job *j = arena_alloc(c->arena, sizeof(*j));

	*j = (struct job){
		.owner = d->sender,
		.kind = kind,
		.key = job_key(c->arena, d, message),
		.queue = job_queue(c->arena, d, message->uid),
		.says = says[d->says],
		.due_at = c->now,
	};
	d->job = j;
	d->body = body_of(c->arena, plan, d, text);
	return write_payload(c->arena, d, message->uid, &j->payload);
}

/* ---- while applying ------------------------------------------------------------------------- */

static const struct fault *write_job(struct change *c, struct db *db, struct schedule_delivery *d)
{
	struct job j = *d->job;
	const struct fault *f;

	j.body = d->body->id;
	f = job_enqueue(db, c->arena, &j, c->now, &d->is_queued);
	if (f)
		return f;
	c->queued_jobs = c->queued_jobs || d->is_queued;
	return d->is_queued ? NULL : job_body_release(db, c->arena, j.owner, j.body);
}

const struct fault *schedule_write_jobs(struct change *c, struct db *db,
					const struct schedule_plan *plan)
{
	const struct fault *f = NULL;

	for (struct schedule_body *b = plan->bodies; b && !f; b = b->next)
		f = job_body_add(db, c->arena, b->owner, b->message, b->uses, &b->id);
	for (size_t i = 0; i < plan->delivery_count && !f; i++)
		if (plan->deliveries[i]->job)
			f = write_job(c, db, plan->deliveries[i]);
	return f;
}

/* ---- the others of an answer ------------------------------------------------------------------
 */

const struct fault *schedule_queue_rest(struct change *c, struct db *db, int64_t organizer,
					struct text uid)
{
	struct buf b;
	struct json_writer w = {.out = &b};
	struct job j = {.owner = organizer, .kind = TEXT("tell"), .due_at = c->now};
	bool queued;
	const struct fault *f;

	buf_init(&b, c->arena, uid.len + 32, PAYLOAD_MAX);
	json_begin_object(&w);
	json_key(&w, "uid");
	json_add_text(&w, uid);
	json_end_object(&w);
	if (b.overflow)
		return fault_make(c->arena, FAULT_OBJECT_TOO_LARGE, NULL, "The UID is too long.");
	j.key = j.queue = object_etag(c->arena, uid);
	j.payload = buf_text(&b);
	f = job_enqueue(db, c->arena, &j, c->now, &queued);
	c->queued_jobs = c->queued_jobs || queued;
	return f;
}
