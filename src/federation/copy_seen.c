/* copy_seen - what a host has done elsewhere to one that is ours; see copy.h */
#include "federation/copy_priv.h"

#include "base/arena.h"
#include "base/log.h"
#include "calendar/change.h"
#include "calendar/copies.h"
#include "federation/mirror.h"
#include "ical/expand.h"
#include "ical/object.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/store.h"

/* ---- what stands there ----------------------------------------------------------------------- */

static enum call_end calendar_is_there(struct visit *v, const struct outside_calendar *c, bool *out)
{
	struct remote_calendar *all;
	size_t count;
	enum call_end end = v->provider->calendars(v, &all, &count);

	*out = false;
	for (size_t i = 0; end == CALL_OK && i < count; i++)
		*out = *out || text_equal(all[i].remote, c->remote);
	return end;
}

enum call_end copy_look(struct visit *v, const struct outside_calendar *c, struct text remote,
			struct remote_event *out)
{
	struct text etag = TEXT_NONE;
	bool there;
	enum call_end end = v->provider->get(v, c, remote, out);

	if (end == CALL_OK && !out->is_gone) {
		out->remote = remote;
		return CALL_OK;
	}
	if (end != CALL_OK && end != CALL_NOT_FOUND && end != CALL_GONE)
		return end;
	if (end == CALL_OK)
		etag = out->etag;
	*out = (struct remote_event){.remote = remote, .etag = etag, .is_gone = true};
	/* What went with its whole calendar, nobody has called off. */
	end = calendar_is_there(v, c, &there);
	return end == CALL_OK && !there ? CALL_GONE : end;
}

/* When a series begins, only its lines say. */
static void find_time(struct arena *a, struct remote_event *event)
{
	const struct outside_event row = {.remote = event->remote,
					  .series = event->remote,
					  .kind = event->kind,
					  .lines = event->lines};
	const struct ical_item *item;
	struct ical_object *o;
	struct text object;

	if (event->end > event->start || event->lines.len == 0 ||
	    (event->kind != OUTSIDE_MASTER && event->kind != OUTSIDE_SINGLE))
		return;
	object = mirror_object(a, &row, 1, mirror_name(a, event->remote));
	if (object.len == 0 || ical_object_parse(a, object, ICAL_FROM_STORE, &o))
		return;
	item = &o->items[0];
	event->start = ical_time_utc(&item->dtstart, zone_utc());
	if (item->dtend.present)
		event->end = ical_time_utc(&item->dtend, zone_utc());
	else if (item->has_duration)
		event->end = zone_later(item->dtstart.zone, event->start, item->duration);
}

/* ---- what follows ---------------------------------------------------------------------------- */

struct following {
	struct visit *v;
	const struct outside_copy *was;
	struct outside_copy is; /* as it is noted */
	const struct remote_event *event;
	const struct booking *booking;
	struct db *db;
};

static enum call_end note(struct following *x)
{
	return copy_store(x->v, x->was, &x->is);
}

/* With the change of the booking; NULL: there is nothing to be changed. */
static const struct fault *run(struct following *x, struct change *c)
{
	struct arena *a = x->v->arena;

	if (!c)
		c = change_open(x->v->fed->calendar, a, CHANGE_PROVIDER, x->v->now);
	return change_run_unless(c, copy_say(c, a, x->was, &x->is));
}

/* What was changed there is no business of the booking's; or it stands there as we wrote it. */
static enum call_end note_same(struct following *x)
{
	bool is_unknown = x->was->state == COPY_WANTED;

	if (is_unknown) {
		x->is.state = COPY_STANDS;
		x->is.version = 0;
		x->is.start = x->event->start;
		x->is.end = x->event->end;
	} else if (text_equal(x->is.etag, x->was->etag)) {
		return CALL_OK;
	}
	return note(x);
}

static enum call_end note_another(struct following *x)
{
	if (x->was->state == COPY_DIFFERS)
		return CALL_OK;
	log_event(LOG_WARN, "copy-differs", LOG_TEXT("booking", x->was->booking),
		  LOG_TEXT("event", x->event->remote));
	x->is = *x->was;
	x->is.state = COPY_DIFFERS;
	return note(x);
}

static enum call_end follow_gone(struct following *x)
{
	struct visit *v = x->v;
	struct change *c = NULL;
	const struct fault *f = NULL;

	x->is.state = COPY_LOST;
	if (x->booking && booking_stands(x->booking))
		f = book_prepare_gone_there(v->fed->desk, x->db, v->arena, x->was->owner,
					    x->booking, v->now, &c);
	if (!f)
		f = run(x, c);
	return f ? copy_broken(v, f) : CALL_OK;
}

/* Nobody but who organizes a meeting moves it; elsewhere as here. */
static bool is_refusal(const struct fault *f)
{
	static const enum fault_code codes[] = {
		FAULT_ATTENDEE_CHANGE, FAULT_ORGANIZER_CHANGE, FAULT_SAME_ORGANIZER,
		FAULT_BAD_OBJECT,      FAULT_BAD_DATA,	       FAULT_UNPROCESSABLE,
		FAULT_FORBIDDEN,
	};

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (fault_is(f, codes[i]))
			return true;
	return fault_is(f, FAULT_CONFLICT) && f->about &&
	       (strcmp(f->about, "organizer") == 0 || strcmp(f->about, "series") == 0);
}

/* It is written over what its host made of it. */
static enum call_end put_back(struct following *x, const struct fault *why)
{
	struct visit *v = x->v;
	const struct copies_task task = {
		.host = x->was->owner, .owner = x->was->booking_owner, .booking = x->was->booking};
	struct job j = copies_job(v->arena, &task, v->now);
	struct change *c = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	const struct fault *f;

	log_event(LOG_WARN, "copy-put-back", LOG_TEXT("booking", x->was->booking),
		  LOG_STR("why", why->message));
	x->is.version = 0;
	f = change_job(c, &j);
	if (!f)
		f = copy_say(c, v->arena, x->was, &x->is);
	f = change_run_unless(c, f);
	return f ? copy_broken(v, f) : CALL_OK;
}

static enum call_end follow_moved(struct following *x)
{
	struct visit *v = x->v;
	struct change *c = NULL;
	const struct fault *f = NULL;

	x->is.state = COPY_STANDS;
	x->is.start = x->event->start;
	x->is.end = x->event->end;
	/* One that is over is on its way to be taken away there. */
	if (!x->booking || !booking_stands(x->booking))
		return CALL_OK;
	x->is.written = x->booking->version;
	f = book_prepare_moved_there(v->fed->desk, x->db, v->arena, x->was->owner, x->booking,
				     x->event->start, x->event->end, v->now, &c);
	if (!f)
		f = run(x, c);
	if (f && is_refusal(f))
		return put_back(x, f);
	return f ? copy_broken(v, f) : CALL_OK;
}

static const struct fault *load(struct following *x, struct copy_former *former)
{
	struct visit *v = x->v;
	struct booking_step *steps = NULL;
	struct booking *b = NULL;
	const struct fault *f = store_reader(v->fed->calendar->store, v->arena, &x->db);

	if (!f)
		f = book_find_elsewhere(x->db, v->arena, x->was->booking_owner, x->was->booking,
					&b);
	if (!f && b && x->was->state == COPY_WANTED)
		f = history_list(x->db, v->arena, b->owner, b->id, &steps, &former->count);
	former->at = steps;
	x->booking = b;
	return f;
}

enum call_end copy_follow(struct visit *v, const struct outside_copy *copy,
			  const struct remote_event *event)
{
	struct remote_event timed = *event;
	struct following x = {.v = v, .was = copy, .is = *copy, .event = &timed};
	struct copy_former former = {.count = 0};
	const struct fault *f = load(&x, &former);

	if (f)
		return copy_broken(v, f);
	find_time(v->arena, &timed);
	x.is.remote = event->remote;
	x.is.etag = event->etag;
	x.is.why = TEXT_NONE;
	if (!x.booking)
		return CALL_OK;
	switch (copy_judge(copy, x.booking, &timed, &former)) {
	case COPY_IS_GONE: return follow_gone(&x);
	case COPY_IS_MOVED: return follow_moved(&x);
	case COPY_IS_ANOTHER: return note_another(&x);
	default: return note_same(&x);
	}
}

/* ---- what a reading tells -------------------------------------------------------------------- */

static bool is_instance(const struct remote_event *event)
{
	return event->kind == OUTSIDE_INSTANCE || event->kind == OUTSIDE_DROPPED;
}

/* Taken away before its id was known, or while it was being made: it is found now. */
static enum call_end take_away_late(struct visit *v, const struct outside_copy *copy,
				    const struct remote_event *event)
{
	const struct copies_task task = {
		.host = copy->owner, .owner = copy->booking_owner, .booking = copy->booking};
	struct job j = copies_job(v->arena, &task, v->now);
	struct outside_copy is = *copy;
	struct change *c;
	const struct fault *f;

	if (event->is_gone || copy->remote.len > 0 || is_instance(event))
		return CALL_OK;
	is.remote = event->remote;
	is.etag = event->etag;
	is.state = COPY_WANTED;
	c = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	f = change_job(c, &j);
	if (!f)
		f = copy_say(c, v->arena, copy, &is);
	f = change_run_unless(c, f);
	return f ? copy_broken(v, f) : CALL_OK;
}

/*
 * It is being made, and its job finds out what becomes of it; but where it is may be told only
 * here, if the answer is lost.
 */
static enum call_end note_where(struct visit *v, const struct outside_copy *copy,
				const struct remote_event *event)
{
	struct outside_copy is = *copy;

	if (copy->remote.len > 0 || event->is_gone)
		return CALL_OK;
	is.remote = event->remote;
	return copy_store(v, copy, &is);
}

/* It has a link by now: if one was asked for, its job takes it into the booking. */
static enum call_end tell_of_link(struct visit *v, const struct outside_copy *copy)
{
	const struct copies_task task = {
		.host = copy->owner, .owner = copy->booking_owner, .booking = copy->booking};
	struct job j = copies_job(v->arena, &task, v->now);
	struct change *c = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	const struct fault *f = change_run_unless(c, change_job(c, &j));

	return f ? copy_broken(v, f) : CALL_OK;
}

static bool is_of_series(const struct outside_copy *copy, const struct remote_event *event)
{
	return is_instance(event) && text_equal(event->series, copy->remote);
}

static bool stands_as_written(const struct outside_copy *copy, const struct remote_event *event)
{
	return !event->is_gone && !event->is_cancelled && event->start == copy->start &&
	       event->end == copy->end;
}

/*
 * A page may be older than what we have written since it was read, so before anything follows it is
 * asked what stands there now.
 */
static enum call_end look_again(struct visit *v, const struct outside_calendar *c,
				const struct outside_copy *copy)
{
	struct remote_event now;
	struct outside_copy gone = *copy;
	enum call_end end = copy_look(v, c, copy->remote, &now);

	gone.state = COPY_REMOVED;
	if (end == CALL_GONE)
		return copy_store(v, copy, &gone);
	return end == CALL_OK ? copy_follow(v, copy, &now) : CALL_LATER;
}

enum call_end copy_seen(struct visit *v, const struct outside_calendar *c,
			const struct outside_copy *copy, const struct remote_event *event)
{
	bool is_it = copy->remote.len == 0 || text_equal(copy->remote, event->remote);
	bool is_new = event->etag.len == 0 || !text_equal(event->etag, copy->etag);
	enum call_end end = CALL_OK;

	if (copy->state == COPY_REMOVED)
		return take_away_late(v, copy, event);
	if (copy->state == COPY_WANTED)
		return note_where(v, copy, event);
	if (copy->state == COPY_LOST || copy->remote.len == 0)
		return CALL_OK;
	/* Outlook tells of each time of a series, as it is in the series or not. */
	if (is_of_series(copy, event))
		return event->is_regular ? CALL_OK : copy_follow(v, copy, event);
	if (!is_it || (!event->is_gone && !is_new))
		return CALL_OK;
	if (event->link.len > 0 && copy->link.len == 0)
		end = tell_of_link(v, copy);
	if (end != CALL_OK)
		return CALL_LATER;
	if (stands_as_written(copy, event))
		return copy_follow(v, copy, event);
	end = look_again(v, c, copy);
	return end == CALL_OK ? CALL_OK : CALL_LATER;
}
