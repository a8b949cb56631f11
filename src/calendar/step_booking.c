/*
 * step_booking - holds, bookings and idempotency keys inside a change
 *
 * What becomes of a booking when its host changes the event: follow.c.
 */

#include <assert.h>

#include "base/buf.h"
#include "calendar/change_priv.h"
#include "calendar/copies.h"
#include "calendar/hooks.h"
#include "calendar/notices.h"
#include "calendar/reminders.h"
#include "ical/edit.h"
#include "json/write.h"

/* ---- hold ------------------------------------------------------------------------ */

static const struct fault *hold_apply(struct change *c, struct step *s, struct db *db)
{
	const struct hold *h = s->data;
	bool taken;
	const struct fault *f;

	assert(change_locked_version(c, h->owner) >= 0);
	f = hold_take(db, c->arena, h, c->now, &taken);
	if (!f && taken)
		f = fault_make(c->arena, FAULT_SLOT_TAKEN, "held", "This time was just taken.");
	return f;
}

static const struct step_kind hold_kind = {.name = "take-hold", .apply = hold_apply};

const struct fault *change_take_hold(struct change *c, const struct hold *h)
{
	struct hold *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *h;
	change_add_step(c, &hold_kind, h->owner, copy);
	return NULL;
}

static const struct fault *confirm_apply(struct change *c, struct step *s, struct db *db)
{
	const struct hold *h = s->data;
	bool held;
	const struct fault *f;

	assert(change_locked_version(c, h->owner) >= 0);
	f = hold_confirm(db, c->arena, h->owner, h->booking, &held);
	return f || held ? f : hold_apply(c, s, db);
}

static const struct step_kind confirm_kind = {.name = "confirm-hold", .apply = confirm_apply};

const struct fault *change_confirm_hold(struct change *c, const struct hold *h)
{
	struct hold *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *h;
	change_add_step(c, &confirm_kind, h->owner, copy);
	return NULL;
}

bool change_takes_time_of(const struct change *c, int64_t owner)
{
	for (const struct step *s = c->first; s; s = s->next)
		if (s->owner == owner && (s->kind == &hold_kind || s->kind == &confirm_kind))
			return true;
	return false;
}

static const struct fault *release_apply(struct change *c, struct step *s, struct db *db)
{
	const struct hold *h = s->data;
	const struct fault *f;

	assert(change_locked_version(c, h->owner) >= 0);
	f = hold_release(db, c->arena, h->owner, h->booking);
	return f ? f : hold_return(db, c->arena, h->owner, c->now);
}

static const struct step_kind release_kind = {.name = "release-hold", .apply = release_apply};

const struct fault *change_release_hold(struct change *c, int64_t owner, struct text booking)
{
	struct hold *h = arena_alloc(c->arena, sizeof(*h));

	*h = (struct hold){.owner = owner, .booking = booking};
	change_add_step(c, &release_kind, owner, h);
	return NULL;
}

/* ---- handed over ------------------------------------------------------------------- */

struct handing {
	struct booking from;
	struct text to;
};

static void add_handing(struct change *c, const struct step_kind *kind, const struct booking *from,
			struct text to)
{
	struct handing *h = arena_alloc(c->arena, sizeof(*h));

	*h = (struct handing){*from, to};
	change_add_step(c, kind, from->owner, h);
}

static const struct fault *rename_apply(struct change *c, struct step *s, struct db *db)
{
	const struct handing *h = s->data;

	return hold_rename(db, c->arena, h->from.owner, h->from.id, h->to);
}

static const struct step_kind rename_kind = {.name = "rename-hold", .apply = rename_apply};

const struct fault *change_rename_hold(struct change *c, int64_t owner, struct text booking,
				       struct text to)
{
	const struct booking from = {.owner = owner, .id = booking};

	add_handing(c, &rename_kind, &from, to);
	return NULL;
}

static const struct fault *hand_over_apply(struct change *c, struct step *s, struct db *db)
{
	const struct handing *h = s->data;
	const struct fault *f = booking_hand_over(db, c->arena, &h->from, h->to);

	/* Their event is written as that of another one from now on. */
	return f ? f : copies_queue_hosts(c, db, h->from.owner, h->to);
}

static const struct step_kind hand_over_kind = {.name = "hand-over", .apply = hand_over_apply};

const struct fault *change_hand_over(struct change *c, const struct booking *b, struct text to)
{
	add_handing(c, &hand_over_kind, b, to);
	return NULL;
}

/* ---- booking ---------------------------------------------------------------------- */

void change_invite(struct change *c, struct text email)
{
	struct text *all = arena_alloc_array(c->arena, c->invitee_count + 1, sizeof(*all));

	if (c->invitee_count > 0)
		memcpy(all, c->invitees, c->invitee_count * sizeof(*all));
	all[c->invitee_count++] = email;
	c->invitees = all;
}

/* A booking as it will be, and what makes it so. */
struct booking_step_data {
	struct booking booking;
	struct booking_deed deed;
};

bool change_says_booking(const struct change *c)
{
	return c->origin == CHANGE_BOOKING || c->origin == CHANGE_DOOR;
}

const struct fault *booking_record(struct change *c, struct db *db, const struct booking *b,
				   struct booking_deed deed)
{
	const struct fault *f = history_add(db, c->arena, b, deed);

	if (!f)
		f = hooks_queue(c, db, b, deed);
	if (!f)
		f = reminders_plan(c, db, b);
	if (!f)
		f = notices_queue(c, db, b, deed);
	if (!f)
		f = copies_queue(c, db, b);
	return f ? f : waiting_look(c, db, b, deed);
}

const struct fault *booking_need_locked(struct change *c, struct db *db, const struct booking *b)
{
	struct booking_host *hosts;
	size_t count;
	int64_t *owners;
	const struct fault *f = booking_holders(db, c->arena, b, &hosts, &count);

	if (f)
		return f;
	owners = arena_alloc_array(c->arena, count, sizeof(*owners));
	for (size_t i = 0; i < count; i++)
		owners[i] = hosts[i].host;
	return change_need_locked(c, owners, count);
}

/* One that is the first of its event has no hosts yet: these come with steps of their own. */
static const struct fault *add_apply(struct change *c, struct step *s, struct db *db)
{
	const struct booking_step_data *d = s->data;
	const struct fault *f = NULL;

	if (d->booking.shares.len > 0)
		f = booking_need_locked(c, db, &d->booking);
	if (!f)
		f = booking_add(db, c->arena, &d->booking);
	return f ? f : booking_record(c, db, &d->booking, d->deed);
}

static const struct step_kind add_kind = {.name = "add-booking", .apply = add_apply};

static void add_booking_step(struct change *c, const struct step_kind *kind,
			     const struct booking *b, struct booking_deed deed)
{
	struct booking_step_data *d = arena_alloc(c->arena, sizeof(*d));

	*d = (struct booking_step_data){*b, deed};
	change_add_step(c, kind, b->owner, d);
}

const struct fault *change_add_booking(struct change *c, const struct booking *b,
				       struct booking_deed deed)
{
	add_booking_step(c, &add_kind, b, deed);
	return NULL;
}

static const struct fault *update_apply(struct change *c, struct step *s, struct db *db)
{
	const struct booking_step_data *d = s->data;
	bool changed = false;
	const struct fault *f = booking_need_locked(c, db, &d->booking);

	if (!f)
		f = booking_update(db, c->arena, &d->booking, &changed);
	if (!f && !changed)
		f = fault_make(c->arena, FAULT_PRECONDITION, NULL,
			       "The booking has changed since; load it and try again.");
	return f ? f : booking_record(c, db, &d->booking, d->deed);
}

static const struct step_kind update_kind = {.name = "update-booking", .apply = update_apply};

const struct fault *change_update_booking(struct change *c, const struct booking *b,
					  struct booking_deed deed)
{
	add_booking_step(c, &update_kind, b, deed);
	return NULL;
}

/* ---- idempotency key ---------------------------------------------------------------- */

static const struct fault *key_apply(struct change *c, struct step *s, struct db *db)
{
	return booking_key_add(db, c->arena, s->data, c->now);
}

static const struct step_kind key_kind = {.name = "remember-key", .apply = key_apply};

const struct fault *change_remember_key(struct change *c, const struct booking_key *k)
{
	struct booking_key *copy = arena_alloc(c->arena, sizeof(*copy));

	*copy = *k;
	change_add_step(c, &key_kind, k->owner, copy);
	return NULL;
}

/* ---- the mail that tells of it -------------------------------------------------------------- */

/*
 * Of what waits the newest leaves, and nothing does of what is over before anything can have left
 * (booking case G10). A booking that was confirmed later was told of before, by a notice.
 */
static struct job mail_job(struct arena *a, const struct booking *b, const char *method,
			   struct text event, const char *flag, int64_t now)
{
	struct job mail = {.owner = b->owner, .kind = TEXT("mail"), .due_at = now, .queue = b->id};
	struct json_writer w;
	struct buf payload;

	mail.key =
		text_from(arena_printf(a, "%.*s/%d/%s", TEXT_ARG(b->id), (int)b->sequence, method));
	buf_init(&payload, a, 256 + event.len, BOOKING_MAIL_PAYLOAD_MAX);
	w = (struct json_writer){.out = &payload};
	json_begin_object(&w);
	json_key(&w, "booking");
	json_add_text(&w, b->id);
	json_key(&w, "method");
	json_add_str(&w, method);
	json_key(&w, "sequence");
	json_add_int(&w, b->sequence);
	if (event.len > 0) {
		json_key(&w, "event");
		json_add_text(&w, event);
	}
	if (flag) {
		json_key(&w, flag);
		json_add_bool(&w, true);
	}
	json_end_object(&w);
	mail.payload = buf_text(&payload);
	return mail;
}

struct job booking_request_job(struct arena *a, const struct booking *b, int64_t now)
{
	struct job mail = mail_job(a, b, "REQUEST", TEXT_NONE, NULL, now);

	mail.says = b->version == 1 ? JOB_SAYS_FIRST : JOB_SAYS_ALL;
	return mail;
}

struct job booking_link_job(struct arena *a, const struct booking *b, int64_t now)
{
	struct job mail = mail_job(a, b, "REQUEST", TEXT_NONE, "linked", now);

	mail.key = text_from(arena_printf(a, "%.*s/linked", TEXT_ARG(mail.key)));
	mail.says = JOB_SAYS_MORE;
	return mail;
}

struct job booking_cancel_job(struct arena *a, const struct booking *b,
			      const struct ical_object *event, int64_t now)
{
	struct text last = event ? booking_event_at(a, event, b->sequence) : TEXT_NONE;
	struct job mail = mail_job(a, b, "CANCEL", last, NULL, now);

	mail.says = JOB_SAYS_END;
	return mail;
}

struct job booking_left_job(struct arena *a, const struct booking *b,
			    const struct ical_object *event, int64_t now)
{
	struct job mail =
		mail_job(a, b, "CANCEL", booking_event_at(a, event, b->sequence), "left", now);

	mail.says = JOB_SAYS_END;
	return mail;
}

struct job booking_declined_job(struct arena *a, const struct booking *b, int64_t now)
{
	const struct notice n = {
		.letter = "declined",
		.owner = b->owner,
		.about = b->id,
		.now = now,
	};

	return notice_job(a, &n);
}

bool booking_hears_decline(const struct booking *b)
{
	return b->status == BOOKING_IS_PENDING && !b->awaits_invitee;
}

int32_t booking_next_sequence(const struct booking *b, int32_t event)
{
	int32_t last = event > b->sequence ? event : b->sequence;

	return last < INT32_MAX ? last + 1 : last;
}

struct text booking_event_at(struct arena *a, const struct ical_object *o, int32_t sequence)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	char *line = arena_printf(a, "SEQUENCE:%d", (int)sequence);

	ical_edit_set_property(e, &o->blocks, o->items[0].block, "SEQUENCE", text_from(line));
	return ical_edit_apply(e);
}

const struct ical_object *booking_event_read(struct arena *a, const struct stored_object *event)
{
	struct ical_object *o;

	if (!event || event->data.len == 0 || event->data.len > BOOKING_EVENT_MAX ||
	    ical_object_parse(a, event->data, ICAL_FROM_STORE, &o))
		return NULL;
	return o;
}

const struct fault *booking_event_find(struct db *db, struct arena *a, const struct booking *b,
				       struct stored_object **out)
{
	const struct fault *f =
		object_find_uid_anywhere(db, a, b->owner, b->uid, b->collection, out);

	if (!f && *out)
		f = object_get(db, a, b->owner, (*out)->id, out);
	return f;
}
