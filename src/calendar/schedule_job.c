/* schedule_job - a message to somebody outside, as a job for daemon/job_imip.c */

#include "base/buf.h"
#include "calendar/schedule_priv.h"
#include "json/write.h"

/* A message as JSON: each of its bytes may become six. */
enum { PAYLOAD_MAX = 8 * 1024 * 1024 };

/*
 * A REQUEST says all there is, so the newest stands for all that still wait. What is about single
 * instances stands beside what is about others.
 */
static struct text instances_of(struct arena *a, const struct schedule_delivery *d)
{
	struct buf b;

	buf_init(&b, a, 64, 64 * (d->message->item_count + 1));
	for (size_t i = 0; i < d->message->item_count && d->method != ITIP_REQUEST; i++) {
		const struct ical_time *id = &d->message->items[i].recurrence_id;

		buf_printf(&b, "/%lld", id->present ? (long long)id->seconds : -1LL);
	}
	return buf_text(&b);
}

static struct text job_key(struct arena *a, const struct schedule_delivery *d)
{
	struct text about = text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(d->message->uid),
						   TEXT_ARG(instances_of(a, d))));

	return text_from(arena_printf(a, "%.*s/%s/%.*s", TEXT_ARG(object_etag(a, about)),
				      itip_method_name(d->method), TEXT_ARG(d->to)));
}

const struct fault *schedule_queue(struct change *c, struct db *db, int64_t owner,
				   const struct schedule_delivery *d)
{
	struct buf b;
	struct json_writer w = {.out = &b};
	struct job j = {.owner = owner, .kind = TEXT("imip"), .due_at = c->now};
	const struct {
		const char *key;
		struct text value;
	} rows[] = {
		{"method", text_from(itip_method_name(d->method))},
		{"from", d->from},
		{"to", d->to},
		{"uid", d->message->uid},
		{"message", d->message->raw},
	};

	buf_init(&b, c->arena, d->message->raw.len + 256, PAYLOAD_MAX);
	json_begin_object(&w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_key(&w, rows[i].key);
		json_add_text(&w, rows[i].value);
	}
	json_end_object(&w);
	if (b.overflow)
		return fault_make(c->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The message to %.*s is too large.", TEXT_ARG(d->to));
	j.key = job_key(c->arena, d);
	j.payload = buf_text(&b);
	c->queued_jobs = true;
	return job_replace(db, c->arena, &j);
}
