/* address - bookings that wait until their invitee has confirmed the address; see book.h */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "calendar/notices.h"
#include "ical/edit.h"

enum { CONFIRM_LIFE_S = 30 * 60 }; /* decisions 25 */

/* ---- waiting -------------------------------------------------------------------------------- */

void book_set_pending(const struct booking_type *t, struct booking *b)
{
	int64_t life = b->awaits_invitee ? CONFIRM_LIFE_S : (int64_t)t->pending_hours * 3600;

	b->status = BOOKING_IS_PENDING;
	b->lapses_at = min64(b->modified + life, b->start);
}

/* By its version: who goes on to wait for another's word has a day for that as well. */
static struct job lapse_job(struct arena *a, const struct booking *b)
{
	return (struct job){
		.owner = b->owner,
		.kind = TEXT("lapse"),
		.key = text_from(arena_printf(a, "%.*s/%d", TEXT_ARG(b->id), (int)b->version)),
		.payload = TEXT("{}"),
		.due_at = b->lapses_at,
	};
}

static struct job ask_job(struct arena *a, const struct booking *b)
{
	const struct notice n = {
		.letter = "address",
		.owner = b->owner,
		.about = b->id,
		.now = b->modified,
	};

	return notice_job(a, &n);
}

const struct fault *book_add_waiting(struct change *c, struct arena *a, const struct booking *b)
{
	struct job lapse = lapse_job(a, b), mail;
	const struct fault *f = change_job(c, &lapse);

	if (f || !b->awaits_invitee)
		return f;
	mail = ask_job(a, b);
	return change_job(c, &mail);
}

/* ---- confirming ----------------------------------------------------------------------------- */

/* The rules of its type; of one that is offered no more, its host decides. */
static const struct fault *find_type(struct booking_desk *desk, struct db *db, struct arena *a,
				     const struct booking *b, struct booking_type *out)
{
	const struct booking_type *type = NULL;
	const struct host *host;
	const struct fault *f = host_get(desk, db, a, b->owner, &host);

	if (!f && host)
		type = host_type_by_id(host, b->type);
	if (type) {
		*out = *type;
		return f;
	}
	booking_type_init(out);
	out->confirm = true;
	return f;
}

/* What its host alone keeps waiting takes nobody's time, if the type says so. */
static const struct fault *give_time_back(struct change *c, struct db *db, struct arena *a,
					  const struct booking *after)
{
	const struct ical_object *o;
	struct stored_object *event;
	struct ical_edit *e;
	const struct fault *f = team_release(c, db, a, after, false);

	if (!f)
		f = booking_event_find(db, a, after, &event);
	o = f ? NULL : booking_event_read(a, event);
	if (!o)
		return f;
	e = ical_edit_begin(a, o->raw);
	ical_edit_set_property(e, &o->blocks, o->items[0].block, "TRANSP",
			       TEXT("TRANSP:TRANSPARENT"));
	book_stamp_event(e, a, o, after);
	return book_replace_event(c, a, event, ical_edit_apply(e));
}

/* With a limit of its own, from now on. */
static const struct fault *wait_for_host(struct booking_desk *desk, struct db *db, struct arena *a,
					 const struct booking_type *type, int64_t now,
					 struct change **change_out, struct booking *after)
{
	const struct booking_deed deed = {.what = BOOKING_WAS_REQUESTED, .who = BOOKING_BY_INVITEE};
	struct change *c = change_open(desk->calendar, a, CHANGE_BOOKING, now);
	const struct fault *f;

	after->awaits_invitee = false;
	after->version++;
	after->modified = now;
	book_set_pending(type, after);
	f = change_update_booking(c, after, deed);
	if (!f && !book_holds_time(type, after))
		f = give_time_back(c, db, a, after);
	if (!f)
		f = book_add_waiting(c, a, after);
	*change_out = f ? NULL : c;
	return f;
}

const struct fault *book_prepare_confirm_address(struct booking_desk *desk, struct db *db,
						 struct arena *a, const struct booking *b,
						 int64_t now, struct change **change_out,
						 struct booking *after)
{
	const struct booking_deed made = {.what = BOOKING_WAS_MADE, .who = BOOKING_BY_INVITEE};
	struct booking_type type;
	const struct fault *f;

	*change_out = NULL;
	*after = *b;
	if (!booking_stands(b))
		return book_is_over(a, b);
	if (!booking_awaits_invitee(b))
		return NULL;
	/* The job that lets it lapse may be late. */
	if (b->lapses_at <= now)
		return fault_make(a, FAULT_CANCELLED, NULL,
				  "The time to confirm this booking is over.");
	f = find_type(desk, db, a, b, &type);
	if (f)
		return f;
	if (type.confirm)
		return wait_for_host(desk, db, a, &type, now, change_out, after);
	return book_build_confirmed(desk, db, a, b, made, now, change_out, after);
}
