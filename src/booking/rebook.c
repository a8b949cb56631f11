/* rebook - the event of a booking changed, and a booking that ends; see book.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/seats.h"
#include "ical/edit.h"

/* ---- the event ------------------------------------------------------------------------------ */

struct change_condition book_if_unchanged(struct arena *a, const struct stored_object *o)
{
	struct text *etag = arena_alloc(a, sizeof(*etag));

	*etag = o->etag;
	return (struct change_condition){
		.if_match = etag, .if_match_count = 1, .has_if_match = true};
}

const struct fault *book_remove_event(struct change *c, struct arena *a,
				      const struct stored_object *o)
{
	struct change_remove *r = arena_alloc(a, sizeof(*r));

	*r = (struct change_remove){
		.owner = o->owner,
		.collection = o->collection,
		.name = o->name,
		.condition = book_if_unchanged(a, o),
	};
	return change_remove(c, r);
}

const struct fault *book_replace_event(struct change *c, struct arena *a,
				       const struct stored_object *o, struct text raw)
{
	struct change_put *put = arena_alloc(a, sizeof(*put));

	*put = (struct change_put){
		.owner = o->owner,
		.collection = o->collection,
		.name = o->name,
		.raw = raw,
		/* What stood there may have come by an import, and was read as leniently. */
		.source = ICAL_FROM_STORE,
		.condition = book_if_unchanged(a, o),
	};
	return change_put(c, put);
}

static struct text stamp_line(struct arena *a, const char *name, int64_t utc)
{
	struct buf b;

	buf_init(&b, a, 48, 256);
	buf_put_str(&b, name);
	buf_put_char(&b, ':');
	time_put_utc(&b, utc);
	return buf_text(&b);
}

void book_stamp_event(struct ical_edit *e, struct arena *a, const struct ical_object *o,
		      const struct booking *b)
{
	const struct {
		const char *name;
		struct text line;
	} lines[] = {
		{"SEQUENCE", text_from(arena_printf(a, "SEQUENCE:%d", (int)b->sequence))},
		{"DTSTAMP", stamp_line(a, "DTSTAMP", b->modified)},
		{"LAST-MODIFIED", stamp_line(a, "LAST-MODIFIED", b->modified)},
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		ical_edit_set_property(e, &o->blocks, o->items[0].block, lines[i].name,
				       lines[i].line);
}

/* ---- end ------------------------------------------------------------------------------------ */

/* What an end is about. */
struct ending {
	struct booking_desk *desk;
	const struct booking *was;
	struct booking *is;
	const struct book_by *by;
	struct stored_object *event;	  /* NULL: it is gone */
	const struct ical_object *parsed; /* NULL: it cannot be read */
	const struct booking_type *type;  /* NULL: it is offered no more */
	bool others;			  /* who booked the same event, and stay */
};

const struct fault *book_find_others(struct db *db, struct arena *a, const struct booking *b,
				     struct booking **out, size_t *count_out)
{
	struct booking *all;
	size_t count;
	const struct fault *f = booking_list_by_uid(db, a, b->owner, b->uid, &all, &count);

	*out = all;
	*count_out = 0;
	for (size_t i = 0; !f && i < count; i++)
		if (booking_stands(&all[i]) && !text_equal(all[i].id, b->id))
			all[(*count_out)++] = all[i];
	return f;
}

/* The type of a booking as it is now; NULL: it is offered no more. */
static const struct fault *find_type(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct booking *b, const struct booking_type **out)
{
	const struct host *host;
	const struct fault *f = host_get(desk, db, a, b->owner, &host);

	*out = !f && host ? host_type_by_id(host, b->type) : NULL;
	return f;
}

static const struct fault *end_load(struct ending *e, struct db *db, struct arena *a)
{
	struct booking *others;
	size_t count = 0;
	const struct fault *f = booking_event_find(db, a, e->was, &e->event);

	if (!f)
		f = book_find_others(db, a, e->was, &others, &count);
	e->others = count > 0;
	if (!f)
		f = find_type(e->desk, db, a, e->was, &e->type);
	if (!f)
		e->parsed = booking_event_read(a, e->event);
	return f;
}

/* The last to leave takes the event along, and the time that it held. */
static const struct fault *end_event(struct ending *e, struct change *c, struct db *db,
				     struct arena *a)
{
	const struct booking *b = e->was;
	const struct fault *f;

	if (e->others && e->parsed)
		return book_replace_event(c, a, e->event, seats_leave(a, e->parsed, e->type, b));
	if (e->others)
		return NULL;
	f = team_release(c, db, a, b, true);
	return f || !e->event ? f : book_remove_event(c, a, e->event);
}

const struct fault *book_event_seen(struct db *db, struct arena *a, const struct booking *b,
				    const struct ical_object *o, const struct ical_object **out)
{
	struct ical_object *seen = NULL;
	struct text bytes;
	const struct fault *f;

	*out = NULL;
	if (!o)
		return NULL;
	f = seats_event_for(db, a, NULL, b, o->raw, &bytes);
	if (!f)
		f = ical_object_parse(a, bytes, ICAL_FROM_STORE, &seen);
	*out = seen;
	return f;
}

/*
 * Who was sent an invitation hears that it is off; what was never confirmed was none, and its
 * invitee is told plainly, unless it is they who end it. Who sent it hears of it by scheduling, as
 * the host's copy goes.
 */
static const struct fault *end_tell(struct ending *e, struct change *c, struct db *db,
				    struct arena *a)
{
	const struct ical_object *last;
	struct job mail;
	const struct fault *f;

	if (e->was->received)
		return NULL;
	if (e->was->status != BOOKING_IS_CONFIRMED) {
		if (e->by->who == BOOKING_BY_INVITEE || !booking_hears_decline(e->was))
			return NULL;
		mail = booking_declined_job(a, e->is, e->by->now);
		return change_job(c, &mail);
	}
	f = book_event_seen(db, a, e->was, e->parsed, &last);
	if (f)
		return f;
	mail = booking_cancel_job(a, e->is, last, e->by->now);
	return change_job(c, &mail);
}

/* The use of a link comes back, unless it is the invitee who leaves (booking case E13). */
static const struct fault *end_link(const struct ending *e, struct change *c)
{
	if (e->was->link.len == 0 || e->by->who == BOOKING_BY_INVITEE)
		return NULL;
	return change_give_back_link(c, e->was->owner, e->was->link);
}

const struct fault *book_build_end(struct booking_desk *desk, struct db *db, struct arena *a,
				   const struct booking *b, const struct book_by *by,
				   enum booking_event what, struct change **change_out,
				   struct booking *after)
{
	struct ending e = {.desk = desk, .was = b, .is = after, .by = by};
	struct change *c;
	const struct fault *f = book_check_reason(a, by->reason);

	if (!f)
		f = end_load(&e, db, a);
	if (f)
		return f;
	after->status = what == BOOKING_WAS_CANCELLED ? BOOKING_IS_CANCELLED : BOOKING_IS_DECLINED;
	after->sequence = booking_next_sequence(b, e.parsed ? e.parsed->items[0].sequence : 0);
	after->reason = by->reason;
	after->version++;
	after->modified = by->now;
	/* Who takes back their own invitation has no need to be told. */
	c = change_open(desk->calendar, a,
			b->received && by->who == BOOKING_BY_INVITEE ? CHANGE_DOOR : CHANGE_BOOKING,
			by->now);
	f = change_update_booking(c, after, (struct booking_deed){.what = what, .who = by->who});
	if (!f)
		f = end_event(&e, c, db, a);
	if (!f)
		f = end_link(&e, c);
	if (!f)
		f = end_tell(&e, c, db, a);
	*change_out = f ? NULL : c;
	return f;
}

const struct fault *book_prepare_cancel(struct booking_desk *desk, struct db *db, struct arena *a,
					const struct booking *b, const struct book_by *by,
					struct change **change_out, struct booking *after)
{
	const struct booking_type *type = NULL;
	const struct fault *f = NULL;

	*change_out = NULL;
	*after = *b;
	if (!booking_stands(b))
		return NULL;
	if (by->who == BOOKING_BY_INVITEE)
		f = find_type(desk, db, a, b, &type);
	if (!f && type)
		f = book_check_policy(a, b, by, type->cancel_until_min, "cancel_until");
	if (f)
		return f;
	return book_build_end(desk, db, a, b, by, BOOKING_WAS_CANCELLED, change_out, after);
}
