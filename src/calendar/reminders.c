/* reminders - see reminders.h */
#include "calendar/reminders.h"

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/change_priv.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "json/read.h"
#include "json/write.h"

enum {
	LINE_MAX_BYTES = 64,
	PAYLOAD_MAX = 1024,
	FOLLOW_UP_LATE_S = 3 * DAY_SECONDS,
};

const char *const reminder_by_words[] = {"mail", "webhook", NULL};
const char *const reminder_to_words[] = {"invitee", "host", "both", NULL};

/* In keys, which are read by nobody but the store. */
static const char *const side_words[] = {
	[REMIND_INVITEE] = "invitee", [REMIND_HOST] = "host", [REMIND_WEBHOOKS] = "webhooks", NULL};

/* ---- as text ----------------------------------------------------------------------------------
 */

bool reminder_read_span(struct text span, struct reminder *out)
{
	struct duration d;

	if (!duration_parse(span, &d) || (d.days != 0) == (d.seconds != 0) || d.seconds % 60 != 0)
		return false;
	if (d.days < 0 || d.days > REMINDER_MAX_DAYS)
		return false;
	if (d.days == 0 && (d.seconds < REMINDER_MIN_MINUTES * 60 ||
			    d.seconds > (int64_t)REMINDER_MAX_MINUTES * 60))
		return false;
	out->days = (int32_t)d.days;
	out->minutes = (int32_t)(d.seconds / 60);
	return true;
}

void reminder_put_span(struct buf *b, const struct reminder *r)
{
	if (r->days > 0) {
		buf_printf(b, "P%dD", (int)r->days);
		return;
	}
	buf_put_lit(b, "PT");
	if (r->minutes >= 60)
		buf_printf(b, "%dH", (int)r->minutes / 60);
	if (r->minutes % 60 > 0)
		buf_printf(b, "%dM", (int)r->minutes % 60);
}

struct text reminders_text(struct arena *a, const struct reminders *all)
{
	struct buf b;

	buf_init(&b, a, LINE_MAX_BYTES, REMINDERS_IN_ALL * LINE_MAX_BYTES);
	for (size_t i = 0; i < all->count; i++) {
		const struct reminder *r = &all->at[i];

		if (i > 0)
			buf_put_char(&b, '\n');
		reminder_put_span(&b, r);
		buf_printf(&b, " %s %s", reminder_by_words[r->by],
			   r->after ? "after" : reminder_to_words[r->to]);
	}
	return buf_text(&b);
}

static int place_of(struct text word, const char *const words[])
{
	for (int i = 0; words[i]; i++)
		if (text_equal(word, text_from(words[i])))
			return i;
	return -1;
}

bool reminder_read_by(struct text word, enum reminder_by *out)
{
	int place = place_of(word, reminder_by_words);

	*out = place < 0 ? REMINDER_BY_MAIL : (enum reminder_by)place;
	return place >= 0;
}

bool reminder_read_to(struct text word, enum reminder_to *out)
{
	int place = place_of(word, reminder_to_words);

	*out = place < 0 ? REMINDER_TO_INVITEE : (enum reminder_to)place;
	return place >= 0;
}

static bool read_line(struct text line, struct reminder *out)
{
	struct text span, by, to;

	*out = (struct reminder){.days = 0};
	if (!text_next(&line, ' ', &span) || !text_next(&line, ' ', &by) ||
	    !text_next(&line, ' ', &to) || !reminder_read_span(span, out))
		return false;
	out->after = text_equal(to, TEXT("after"));
	return reminder_read_by(by, &out->by) && (out->after || reminder_read_to(to, &out->to));
}

void reminders_read(struct text kept, struct reminders *out)
{
	struct text line;

	out->count = 0;
	while (out->count < REMINDERS_IN_ALL && text_next(&kept, '\n', &line))
		if (read_line(line, &out->at[out->count]))
			out->count++;
}

/* ---- when -------------------------------------------------------------------------------------
 */

/* So many days on, at the same time of the day. */
static int64_t shift_days(const struct zone *zone, int64_t at, int64_t days)
{
	return zone_to_utc(zone, zone_to_local(zone, at) + days * DAY_SECONDS);
}

int64_t reminder_due(const struct reminder *r, const struct zone *zone, int64_t start, int64_t end)
{
	int64_t exact = (int64_t)r->minutes * 60;

	if (r->after)
		return r->days > 0 ? shift_days(zone, end, r->days) : end + exact;
	return r->days > 0 ? shift_days(zone, start, -(int64_t)r->days) : start - exact;
}

bool reminder_is_timely(const struct reminder *r, const struct zone *zone, int64_t start,
			int64_t end, int64_t now)
{
	int64_t due = reminder_due(r, zone, start, end);

	if (now < due)
		return false;
	if (r->after)
		return now - due <= FOLLOW_UP_LATE_S;
	return now < start && now - due <= (start - due) / 2;
}

const struct zone *reminder_zone(const struct booking *b)
{
	const struct zone *zone = zone_find(b->invitee_timezone);

	return zone ? zone : zone_utc();
}

/* ---- jobs -------------------------------------------------------------------------------------
 */

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_add_int(w, value);
}

static struct text task_payload(struct arena *a, const struct reminder_task *task)
{
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, a, 128, PAYLOAD_MAX);
	json_begin_object(&w);
	json_key(&w, "booking");
	json_add_text(&w, task->booking);
	put_int(&w, "which", (int64_t)task->which);
	put_int(&w, "side", task->side);
	put_int(&w, "start", task->start);
	put_int(&w, "host", task->host);
	json_end_object(&w);
	return buf_text(&b);
}

/* All keys of a booking begin with its id and a slash. */
struct job reminder_job(struct arena *a, int64_t owner, const struct reminder_task *task,
			int64_t due)
{
	return (struct job){
		.owner = owner,
		.kind = TEXT("remind"),
		.key = text_from(arena_printf(a, "%.*s/%zu/%s/%lld/%lld", TEXT_ARG(task->booking),
					      task->which, side_words[task->side],
					      (long long)task->host, (long long)task->start)),
		.payload = task_payload(a, task),
		.due_at = due,
	};
}

const struct fault *reminder_task_read(struct arena *a, const struct job *j,
				       struct reminder_task *out)
{
	const struct json *root;
	int64_t which, side;
	const struct fault *f = json_parse(a, j->payload, PAYLOAD_MAX, &root);

	if (f)
		return f;
	if (!json_text(json_get(root, "booking"), &out->booking) ||
	    !json_int(json_get(root, "which"), &which) || which < 0 || which >= REMINDERS_IN_ALL ||
	    !json_int(json_get(root, "side"), &side) || side < 0 || side > REMIND_WEBHOOKS ||
	    !json_int(json_get(root, "start"), &out->start) ||
	    !json_int(json_get(root, "host"), &out->host))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The job does not say which reminder it is.");
	out->which = (size_t)which;
	out->side = (enum reminder_side)side;
	return NULL;
}

static const struct fault *queue_one(struct change *c, struct db *db, const struct booking *b,
				     const struct reminder *r, size_t which,
				     enum reminder_side side)
{
	const struct reminder_task task = {
		.booking = b->id,
		.which = which,
		.side = side,
		.start = b->rule.len > 0 ? 0 : b->start,
	};
	int64_t due = reminder_due(r, reminder_zone(b), b->start, b->end);
	struct job j;

	/* Of a series the event says when, and that may be the one that this change puts. */
	if (b->rule.len > 0)
		due = c->now;
	else if (due <= c->now)
		return NULL;
	j = reminder_job(c->arena, b->owner, &task, due);
	return change_apply_job(c, db, &j);
}

static const struct fault *queue(struct change *c, struct db *db, const struct booking *b,
				 const struct reminder *r, size_t which)
{
	const struct fault *f = NULL;

	if (r->by == REMINDER_BY_WEBHOOK)
		return queue_one(c, db, b, r, which, REMIND_WEBHOOKS);
	if (r->to != REMINDER_TO_HOST)
		f = queue_one(c, db, b, r, which, REMIND_INVITEE);
	if (!f && r->to != REMINDER_TO_INVITEE)
		f = queue_one(c, db, b, r, which, REMIND_HOST);
	return f;
}

const struct fault *reminders_plan(struct change *c, struct db *db, const struct booking *b)
{
	struct reminders all;
	const struct fault *f;

	if (b->reminders.len == 0)
		return NULL;
	f = job_forget(db, c->arena, b->owner, TEXT("remind"),
		       text_from(arena_printf(c->arena, "%.*s/", TEXT_ARG(b->id))));
	if (b->status != BOOKING_IS_CONFIRMED)
		return f;
	reminders_read(b->reminders, &all);
	for (size_t i = 0; !f && i < all.count; i++)
		f = queue(c, db, b, &all.at[i], i);
	return f;
}
