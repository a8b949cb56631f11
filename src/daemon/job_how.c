/*
 * job_how - somebody wrote to the address of a meeting type, without asking for a time
 *
 * They are told once a day (post/intake_door.c) where it is booked, and when it could be: as for
 * any answer of a program, nothing that they wrote is in it (RFC 3834 §3.1.5).
 */

#include "base/arena.h"
#include "booking/slots.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "post/letter.h"
#include "store/job.h"
#include "store/store.h"
#include "json/read.h"

enum { HOW_OFFERS = 5, HOW_DAYS = 14, HOW_PAYLOAD_MAX = 4096 };

struct how {
	const struct host *host;
	const struct booking_type *type; /* NULL: it is offered no more */
	struct text to;
	int64_t open[HOW_OFFERS];
	size_t open_count;
};

static const struct fault *read_payload(struct arena *a, const struct job *j, struct how *h,
					struct text *type_out)
{
	const struct json *root;
	const struct fault *f = json_parse(a, j->payload, HOW_PAYLOAD_MAX, &root);

	if (!f && (!json_text(json_get(root, "to"), &h->to) ||
		   !json_text(json_get(root, "type"), type_out)))
		f = fault_make(a, FAULT_BAD_REQUEST, NULL, "The job lacks to, or type.");
	return f;
}

/* When the shortest one could be. */
static const struct fault *find_open(struct job_context *x, struct db *db, struct how *h)
{
	struct slot_ask ask = {
		.host = h->host,
		.type = h->type,
		.duration_min = h->type->durations_min[0],
		.from = x->now,
		.to = x->now + HOW_DAYS * DAY_SECONDS,
		.now = x->now,
	};
	struct slot *slots;
	size_t count = 0;
	const struct fault *f = slots_list(x->house->desk, db, x->arena, &ask, &slots, &count);

	for (size_t i = 0; !f && i < count && h->open_count < HOW_OFFERS; i++)
		h->open[h->open_count++] = slots[i].start;
	return f;
}

static const struct fault *load(struct job_context *x, const struct job *j, struct how *h)
{
	struct text type = TEXT_NONE;
	struct db *db = NULL;
	const struct fault *f = read_payload(x->arena, j, h, &type);

	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &h->host);
	if (!f && h->host)
		h->type = host_type_by_id(h->host, type);
	return f || !h->type ? f : find_open(x, db, h);
}

static struct letter_facts facts_of(struct job_context *x, const struct how *h)
{
	const struct owner *o = &h->host->owner;

	return (struct letter_facts){
		.language = o->language,
		.zone = zone_find(o->timezone),
		.meeting = h->type->title,
		.host = owner_title(o),
		.host_email = o->email,
		.page = text_from(arena_printf(x->arena, "%.*s/book/%.*s/%.*s",
					       TEXT_ARG(x->house->desk->url), TEXT_ARG(o->name),
					       TEXT_ARG(h->type->slug))),
		.open = h->open,
		.open_count = h->open_count,
	};
}

static enum job_result send(struct job_context *x, const struct job *j, const struct how *h,
			    struct text *why_out)
{
	const struct letter_facts facts = facts_of(x, h);
	struct mail_message m = {
		.from.name = owner_title(&h->host->owner),
		.to.address = h->to,
		.reply_to.name = owner_title(&h->host->owner),
		.date = j->due_at,
	};
	const struct route_about about = {
		.owner = &h->host->owner,
		.address = h->host->owner.email,
		.uid = h->type->id,
		.to = h->to,
		.said = j->key,
	};
	struct letter letter;
	const struct fault *f =
		letter_write(x->house->post, x->arena, LETTER_REFUSED, &facts, &letter);

	if (f)
		return job_post_fault(f, why_out);
	m.subject = letter.subject;
	m.text = letter.text;
	m.html = letter.html;
	return job_post(x, &about, &m, why_out);
}

enum job_result job_how(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct how h = {.type = NULL};
	const struct fault *f = load(x, j, &h);

	if (f)
		return job_post_fault(f, why_out);
	return h.type ? send(x, j, &h, why_out) : JOB_DONE;
}
