/* seats - several invitees of one event; see seats.h */
#include "booking/seats.h"

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/change.h"
#include "ical/address.h"
#include "ical/edit.h"
#include "ical/line.h"
#include "ical/walk.h"

const struct fault *seats_find(struct db *db, struct arena *a, int64_t owner,
			       const struct booking_type *type, int64_t start, int64_t end,
			       struct seats_event *out, bool *found_out)
{
	struct booking *all;
	size_t count;
	const struct fault *f;

	*out = (struct seats_event){.taken = 0};
	*found_out = false;
	if (type->seats <= 1)
		return NULL;
	f = booking_list_at(db, a, owner, type->id, start, &all, &count);
	for (size_t i = 0; !f && i < count; i++) {
		if (all[i].end != end || (*found_out && !text_equal(all[i].uid, out->first.uid)))
			continue;
		if (!*found_out)
			out->first = all[i];
		*found_out = true;
		out->taken += all[i].seats;
	}
	return f;
}

/* ---- the event ------------------------------------------------------------------------------ */

static struct text attendee_line(struct arena *a, const struct booking *b)
{
	struct buf line;

	buf_init(&line, a, 128, 4096);
	buf_put_lit(&line, "ATTENDEE;CN=");
	ical_put_param(&line, b->invitee_name);
	buf_put_lit(&line, ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
			   "RSVP=TRUE:mailto:");
	buf_put_text(&line, b->invitee_email);
	return buf_text(&line);
}

struct text seats_join(struct arena *a, const struct ical_object *o, const struct booking *b)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);
	struct ical_walk walk;
	struct ical_line l;
	size_t at = 0;

	ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[0].block);
	while (ical_walk_line(&walk, &l))
		if (at == 0 || ical_line_is(&l, "ATTENDEE"))
			at = l.end;
	ical_edit_insert_line(e, at, attendee_line(a, b));
	return ical_edit_apply(e);
}

typedef bool (*is_other_fn)(struct arena *a, struct text address, const void *ctx);

/* Without the ATTENDEE lines of whom `goes` says, in the master and in all overrides. */
static struct text without(struct arena *a, const struct ical_object *o, is_other_fn goes,
			   const void *ctx)
{
	struct ical_edit *e = ical_edit_begin(a, o->raw);

	for (size_t i = 0; i < o->item_count; i++) {
		struct ical_walk walk;
		struct ical_line l;

		ical_walk_begin(&walk, a, o->raw, &o->blocks, o->items[i].block);
		while (ical_walk_line(&walk, &l))
			if (ical_line_is(&l, "ATTENDEE") && goes(a, l.value, ctx))
				ical_edit_remove(e, l.begin, l.end);
	}
	return ical_edit_apply(e);
}

static bool is_address(struct arena *a, struct text address, const void *ctx)
{
	return ical_address_is_among(a, address, ctx, 1);
}

struct text seats_leave(struct arena *a, const struct ical_object *o, const struct booking *b)
{
	struct text leaves = ical_address(a, b->invitee_email);

	return without(a, o, is_address, &leaves);
}

/* ---- what an invitee sees -------------------------------------------------------------------- */

struct others {
	struct text *at;
	size_t count;
};

static bool is_other(struct arena *a, struct text address, const void *ctx)
{
	const struct others *o = ctx;

	return ical_address_is_among(a, address, o->at, o->count);
}

/* Everybody else who booked this event, whatever became of it. */
static const struct fault *find_others(struct db *db, struct arena *a, const struct booking *b,
				       struct others *out)
{
	struct text self = ical_address(a, b->invitee_email);
	struct booking *all;
	size_t count;
	const struct fault *f = booking_list_by_uid(db, a, b->owner, b->uid, &all, &count);

	*out = (struct others){.count = 0};
	if (f || count == 0)
		return f;
	out->at = arena_alloc_array(a, count, sizeof(*out->at));
	for (size_t i = 0; i < count; i++)
		if (!ical_address_is_among(a, all[i].invitee_email, &self, 1))
			out->at[out->count++] = ical_address(a, all[i].invitee_email);
	return NULL;
}

const struct fault *seats_event_for(struct db *db, struct arena *a, const struct booking_type *type,
				    const struct booking *b, struct text event, struct text *out)
{
	struct ical_object *o;
	struct others others;
	const struct fault *f;

	*out = event;
	if (event.len == 0 || (type && type->seats_show_others))
		return NULL;
	f = find_others(db, a, b, &others);
	if (f || others.count == 0)
		return f;
	f = ical_object_parse(a, event, ICAL_FROM_STORE, &o);
	if (!f)
		*out = without(a, o, is_other, &others);
	return f;
}
