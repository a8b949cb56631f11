/* job_message - see job_message.h */
#include "daemon/job_message.h"

#include "base/arena.h"
#include "base/log.h"
#include "calendar/schedule.h"
#include "daemon/house.h"
#include "store/job.h"
#include "store/store.h"
#include "json/read.h"

static const struct fault *read_payload(struct job_message *m, const struct job *j)
{
	const struct json *root;
	const struct {
		const char *key;
		struct text *into;
	} rows[] = {
		{"method", &m->method},
		{"from", &m->from},
		{"to", &m->to},
		{"uid", &m->uid},
	};
	const struct fault *f = json_parse(m->x->arena, j->payload, SCHEDULE_PAYLOAD_MAX, &root);

	for (size_t i = 0; i < ARRAY_LEN(rows) && !f; i++)
		if (!json_text(json_get(root, rows[i].key), rows[i].into))
			f = fault_make(m->x->arena, FAULT_BAD_REQUEST, NULL,
				       "The job lacks its %s.", rows[i].key);
	return f;
}

const struct fault *job_message_load(struct job_context *x, const struct job *j,
				     struct job_message *m)
{
	struct db *db;
	const struct fault *f;

	*m = (struct job_message){.x = x};
	f = read_payload(m, j);
	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = owner_get(db, x->arena, j->owner, &m->owner);
	if (!f && !m->owner)
		f = fault_make(x->arena, FAULT_NOT_FOUND, NULL,
			       "Whose message it is no longer exists.");
	if (!f)
		f = job_body_get(db, x->arena, j->owner, j->body, &m->message);
	if (!f)
		f = ical_object_parse(x->arena, m->message, ICAL_FROM_STORE, &m->object);
	return f;
}

/* The organizer sees it on the ATTENDEE, an attendee on the ORGANIZER (RFC 6638 §3.2.9). */
static const struct fault *note_failure(struct job_message *m, const struct job *j, bool is_refused,
					struct text why)
{
	struct schedule_failure failure = {
		.owner = j->owner,
		.job = j,
		/* Table of §3.2.9: there is no way, and it was tried too often. */
		.status = is_refused ? "5.2" : "5.1",
		.why = why,
	};
	struct change *c;
	const struct fault *f = read_payload(m, j);

	if (f)
		return f;
	failure.method = itip_method_find(m->method);
	failure.uid = m->uid;
	failure.recipient = m->to;
	c = change_open(m->x->house->calendar, m->x->arena, CHANGE_ITIP, m->x->now);
	f = schedule_note_failure(c, &failure);
	return f ? f : change_run(c);
}

void job_message_end(struct job_context *x, const struct job *j, bool is_refused, struct text why)
{
	struct job_message m = {.x = x};
	const struct fault *f = note_failure(&m, j, is_refused, why);

	/* The job stays for the operator all the same. */
	if (f && !fault_is(f, FAULT_NOT_FOUND))
		log_event(LOG_ERROR, "message-status", LOG_TEXT("key", j->key),
			  LOG_STR("why", f->message));
}
