/* remind - see remind.h. What the mail says: remind_mail.c */
#include "post/remind.h"

#include "base/arena.h"
#include "booking/booking.h"
#include "booking/host.h"
#include "calendar/change.h"
#include "ical/expand.h"
#include "ical/recur.h"
#include "ical/time.h"
#include "store/opt_out.h"
#include "store/store.h"
#include "store/team.h"

enum { INSTANCES_MAX = 64 }; /* of a series, as calendar/follow_event.c looks at as many */

/* ---- when it takes place -------------------------------------------------------------------- */

struct meeting {
	int64_t start, end;
};

/* The instances of a series, ascending, as its event says; none where nobody can read that. */
static const struct fault *list_instances(struct db *db, struct arena *a, const struct booking *b,
					  struct meeting **out, size_t *count_out)
{
	const struct expand_limits limits = {RECUR_BUDGET_DEFAULT, INSTANCES_MAX};
	struct stored_object *event;
	const struct ical_object *o;
	struct expansion x;
	const struct fault *f = booking_event_find(db, a, b, &event);

	*count_out = 0;
	o = f ? NULL : booking_event_read(a, event);
	if (!o || ical_expand(a, o, TIME_MIN, TIME_MAX, NULL, 0, limits, &x))
		return f;
	*out = arena_alloc_array(a, x.count, sizeof(**out));
	for (size_t i = 0; i < x.count; i++) {
		const struct occurrence *at = &x.at[i];

		if (!at->floating && o->items[at->item].status != STATUS_CANCELLED)
			(*out)[(*count_out)++] = (struct meeting){at->dtstart, at->dtend};
	}
	return arena_check(a);
}

static const struct fault *list_meetings(struct db *db, struct arena *a, const struct booking *b,
					 struct meeting **out, size_t *count_out)
{
	if (b->rule.len > 0)
		return list_instances(db, a, b, out, count_out);
	*out = arena_alloc(a, sizeof(**out));
	**out = (struct meeting){b->start, b->end};
	*count_out = 1;
	return NULL;
}

/* Which of them the job is about, and of a series which comes next. */
static const struct fault *find_instance(struct db *db, struct arena *a, struct remind *r,
					 int64_t now)
{
	const struct zone *zone = reminder_zone(r->booking);
	struct meeting *all = NULL;
	size_t count = 0;
	const struct fault *f = list_meetings(db, a, r->booking, &all, &count);

	for (size_t i = 0; !f && i < count; i++) {
		int64_t due = reminder_due(&r->reminder, zone, all[i].start, all[i].end);

		if (all[i].start == r->task.start) {
			r->start = all[i].start;
			r->end = all[i].end;
			r->is_early = due > now;
		} else if (r->booking->rule.len > 0 && due > now &&
			   (r->next == 0 || due < r->next_due)) {
			r->next_due = due;
			r->next = all[i].start;
		}
	}
	return f;
}

/* ---- who is told ------------------------------------------------------------------------------
 */

/* Of a team, each of those who come; who declined has been told otherwise. */
static const struct fault *find_hosts(struct db *db, struct arena *a, struct remind *r)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f =
		booking_hosts(db, a, r->booking->owner, r->booking->id, &hosts, &count);

	r->reader = count == 0 ? &r->host->owner : NULL;
	r->others = arena_alloc_array(a, count, sizeof(*r->others));
	for (size_t i = 0; !f && i < count; i++) {
		struct owner *o;

		f = owner_get(db, a, hosts[i].host, &o);
		if (f || !o || hosts[i].declined)
			continue;
		if (r->task.host == o->id)
			r->reader = o;
		else if (r->task.host == 0)
			r->others[r->other_count++] = o;
	}
	return f ? f : arena_check(a);
}

static const struct fault *find_reader(struct db *db, struct arena *a, struct remind *r)
{
	bool out = false;
	const struct fault *f;

	switch (r->task.side) {
	case REMIND_HOST:
		/* One mail about an event that several have booked: with that of the first. */
		if (r->booking->shares.len > 0)
			return NULL;
		return find_hosts(db, a, r);
	case REMIND_INVITEE:
		f = opt_out_find(db, a, r->booking->owner, r->booking->mailbox, &out);
		r->is_idle = r->is_idle || out;
		return f;
	default: return NULL;
	}
}

static const struct fault *load_booking(const struct post *p, struct db *db, struct arena *a,
					const struct job *j, struct remind *r)
{
	struct reminders all;
	const struct fault *f = booking_find(db, a, j->owner, r->task.booking, &r->booking);

	if (!f)
		f = host_get(p->desk, db, a, j->owner, &r->host);
	if (f || !r->booking || !r->host || r->booking->status != BOOKING_IS_CONFIRMED)
		return f;
	r->type = host_type_by_id(r->host, r->booking->type);
	reminders_read(r->booking->reminders, &all);
	if (r->task.which >= all.count)
		return NULL;
	r->reminder = all.at[r->task.which];
	r->is_idle = false;
	return NULL;
}

/* What its host says afterwards is theirs to take back. */
static bool has_words(const struct remind *r)
{
	return !r->reminder.after || (r->type && r->type->follow_up.text.len > 0);
}

const struct fault *remind_load(const struct post *p, struct arena *a, const struct job *j,
				int64_t now, struct remind *out)
{
	struct db *db;
	const struct fault *f = reminder_task_read(a, j, &out->task);

	*out = (struct remind){.task = out->task, .is_idle = true};
	if (!f)
		f = store_reader(p->store, a, &db);
	if (!f)
		f = load_booking(p, db, a, j, out);
	if (f || out->is_idle)
		return f;
	f = find_instance(db, a, out, now);
	if (!f)
		f = find_reader(db, a, out);
	if (out->start == 0 || !has_words(out) ||
	    (!out->is_early && !reminder_is_timely(&out->reminder, reminder_zone(out->booking),
						   out->start, out->end, now)) ||
	    (out->task.side == REMIND_HOST && !out->reader))
		out->is_idle = true;
	return f;
}

/* ---- what follows -----------------------------------------------------------------------------
 */

static const struct fault *queue(struct change *c, struct arena *a, const struct remind *r,
				 int64_t start, int64_t host, int64_t due)
{
	struct reminder_task task = r->task;
	struct job *j = arena_alloc(a, sizeof(*j));

	task.start = start;
	task.host = host;
	*j = reminder_job(a, r->booking->owner, &task, due);
	return change_job(c, j);
}

const struct fault *remind_go_on(const struct post *p, struct arena *a, const struct remind *r,
				 int64_t now)
{
	struct change *c = change_open(p->calendar, a, CHANGE_BOOKING, now);
	bool splits = r->start != 0 && r->other_count > 0;
	const struct fault *f = NULL;

	if (r->next == 0 && !splits)
		return NULL;
	if (r->next != 0)
		f = queue(c, a, r, r->next, r->task.host, r->next_due);
	for (size_t i = 0; splits && !f && i < r->other_count; i++)
		f = queue(c, a, r, r->start, r->others[i]->id, now);
	return f ? f : change_run(c);
}

const struct fault *remind_tell_webhooks(const struct post *p, struct arena *a,
					 const struct remind *r, int64_t now)
{
	struct change *c = change_open(p->calendar, a, CHANGE_BOOKING, now);
	const struct fault *f = change_tell_reminder(c, r->booking, &r->reminder, r->start);

	return f ? f : change_run(c);
}
