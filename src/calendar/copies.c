/* copies - see copies.h */
#include "calendar/copies.h"

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/change_priv.h"
#include "store/outside.h"
#include "json/read.h"
#include "json/write.h"

enum { TASK_MAX_BYTES = 4096 };

/* ---- jobs ------------------------------------------------------------------------------------ */

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

static struct text task_payload(struct arena *a, const struct copies_task *task)
{
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 192, TASK_MAX_BYTES);
	json_begin_object(&w);
	put_int(&w, "host", task->host);
	put_int(&w, "owner", task->owner);
	json_key(&w, "booking");
	json_add_text(&w, task->booking);
	if (task->booking.len == 0) {
		json_key(&w, "elsewhere");
		json_add_bool(&w, task->elsewhere);
		put_int(&w, "from", task->from);
		json_key(&w, "after");
		json_add_text(&w, task->after);
	}
	json_end_object(&w);
	return buf_text(&b);
}

static struct text lane_of(struct arena *a, int64_t host)
{
	return text_from(arena_printf(a, "%lld", (long long)host));
}

/*
 * A queue of its own for each booking in each calendar; what waits there is outdated by the next.
 * Those of all bookings are one queue: who names another calendar meanwhile begins anew. That asks
 * no provider, so it is in no lane.
 */
struct job copies_job(struct arena *a, const struct copies_task *task, int64_t now)
{
	bool all = task->booking.len == 0;
	struct text about = all ? TEXT("all") : task->booking;
	struct text queue =
		text_from(arena_printf(a, "%lld/%.*s", (long long)task->host, TEXT_ARG(about)));

	return (struct job){
		.owner = all ? task->host : task->owner,
		.kind = TEXT("copy"),
		.key = queue,
		.queue = queue,
		.says = JOB_SAYS_ALL,
		.payload = task_payload(a, task),
		.due_at = now,
		.lane = all ? TEXT_NONE : lane_of(a, task->host),
	};
}

const struct fault *copies_hasten(struct change *c, struct db *db, int64_t host)
{
	c->queued_jobs = true;
	return job_hasten(db, c->arena, TEXT("copy"), lane_of(c->arena, host), c->now);
}

const struct fault *copies_task_read(struct arena *a, const struct job *j, struct copies_task *out)
{
	const struct json *root;
	const struct fault *f = json_parse(a, j->payload, TASK_MAX_BYTES, &root);

	*out = (struct copies_task){.host = 0};
	if (f)
		return f;
	if (!json_int(json_get(root, "host"), &out->host) ||
	    !json_int(json_get(root, "owner"), &out->owner) ||
	    !json_text(json_get(root, "booking"), &out->booking) ||
	    (out->booking.len == 0 && (!json_bool(json_get(root, "elsewhere"), &out->elsewhere) ||
				       !json_int(json_get(root, "from"), &out->from) ||
				       !json_text(json_get(root, "after"), &out->after))))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The job does not say which booking is to be written.");
	return NULL;
}

/* ---- when a booking changes ------------------------------------------------------------------ */

/* One look at an index for those who have no calendar elsewhere, and never had. */
static const struct fault *is_written(struct change *c, struct db *db, int64_t host,
				      struct text booking, bool *out)
{
	struct outside_calendar *taking = NULL;
	struct outside_copy *copy = NULL;
	const struct fault *f = outside_calendar_taking(db, c->arena, host, &taking);

	if (!f && !taking)
		f = outside_copy_get(db, c->arena, host, booking, &copy);
	*out = taking || copy;
	return f;
}

static const struct fault *queue_one(struct change *c, struct db *db, int64_t host, int64_t owner,
				     struct text booking)
{
	const struct copies_task task = {.host = host, .owner = owner, .booking = booking};
	struct job j;
	bool written;
	const struct fault *f = is_written(c, db, host, booking, &written);

	if (f || !written)
		return f;
	j = copies_job(c->arena, &task, c->now);
	return change_apply_job(c, db, &j);
}

const struct fault *copies_queue_hosts(struct change *c, struct db *db, int64_t owner,
				       struct text booking)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_hosts(db, c->arena, owner, booking, &hosts, &count);

	for (size_t i = 0; !f && i < count; i++)
		f = queue_one(c, db, hosts[i].host, owner, booking);
	if (!f && count == 0)
		f = queue_one(c, db, owner, owner, booking);
	return f;
}

const struct fault *copies_queue(struct change *c, struct db *db, const struct booking *b)
{
	return copies_queue_hosts(c, db, b->owner, booking_holder(b));
}

/* ---- when another calendar takes them -------------------------------------------------------- */

const struct fault *copies_queue_all(struct change *c, struct db *db, int64_t owner)
{
	const struct copies_task task = {
		.host = owner, .owner = owner, .from = c->now - OUTSIDE_SERIES_S};
	struct job j = copies_job(c->arena, &task, c->now);

	return change_apply_job(c, db, &j);
}

static bool is_to_come(const struct booking *b, int64_t now)
{
	return booking_stands(b) && (b->rule.len > 0 || b->end > now);
}

static const struct fault *plan_jobs(struct change *c, struct arena *a, int64_t host,
				     const struct booking *all, size_t count, int64_t now)
{
	const struct fault *f = NULL;

	for (size_t i = 0; !f && i < count; i++) {
		const struct copies_task one = {
			.host = host, .owner = all[i].owner, .booking = booking_holder(&all[i])};
		struct job j = copies_job(a, &one, now);

		if (is_to_come(&all[i], now))
			f = change_job(c, &j);
	}
	return f;
}

/* Its own bookings first, then those of teams to which it comes; false: these were all. */
static bool next_portion(struct copies_task *task, const struct booking *all, size_t count,
			 int64_t now)
{
	if (count == COPIES_PORTION) {
		task->from = all[count - 1].start;
		task->after = all[count - 1].id;
		return true;
	}
	if (task->elsewhere)
		return false;
	task->elsewhere = true;
	task->from = now - OUTSIDE_SERIES_S;
	task->after = TEXT_NONE;
	return true;
}

const struct fault *copies_plan_portion(struct change *c, struct db *db, struct arena *a,
					const struct copies_task *task, int64_t now)
{
	const struct booking_page page = {
		.owner = task->host,
		.from = task->from,
		.to = INT64_MAX,
		.after = task->after,
		.status = -1,
		.limit = COPIES_PORTION,
	};
	struct copies_task rest = *task;
	struct booking *all;
	size_t count;
	struct job j;
	const struct fault *f = task->elsewhere ? booking_page_of_host(db, a, &page, &all, &count)
						: booking_page(db, a, &page, &all, &count);

	if (!f)
		f = plan_jobs(c, a, task->host, all, count, now);
	if (f || !next_portion(&rest, all, count, now))
		return f;
	j = copies_job(a, &rest, now);
	return change_job(c, &j);
}
