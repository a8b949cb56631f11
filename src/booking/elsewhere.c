/* elsewhere - see elsewhere.h. Moving: move.c */
#include "booking/elsewhere.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/book_priv.h"
#include "ical/zone.h"

enum { DESCRIPTION_MAX = 64 * 1024 };

/* ---- what is to stand there ------------------------------------------------------------------ */

/* Of one invitee the name is what a host looks for; of several the type says more. */
static struct text title_of(struct arena *a, const struct booking_type *type,
			    const struct booking *b)
{
	struct text title = type ? type->title : TEXT("Meeting");

	if (type && type->seats > 1)
		return title;
	return text_from(arena_printf(a, "%.*s: %.*s", TEXT_ARG(title), TEXT_ARG(b->invitee_name)));
}

static void put_invitee(struct buf *out, struct arena *a, const struct booking_type *type,
			const struct booking *b)
{
	struct text notes = booking_event_notes(a, type, b);

	buf_printf(out, "%.*s <%.*s>\n", TEXT_ARG(b->invitee_name), TEXT_ARG(b->invitee_email));
	if (notes.len > 0) {
		buf_put_text(out, notes);
		buf_put_char(out, '\n');
	}
}

/* Nobody is invited by what stands there, so whoever comes is named (decisions 20). */
static struct text description_of(struct arena *a, const struct booking_type *type,
				  const struct booking *all, size_t count)
{
	struct buf b;

	buf_init(&b, a, 256, DESCRIPTION_MAX);
	for (size_t i = 0; i < count && !b.overflow; i++)
		if (booking_stands(&all[i]))
			put_invitee(&b, a, type, &all[i]);
	return b.overflow ? TEXT_NONE : buf_text(&b);
}

static struct text timezone_of(const struct host *host, const struct booking_type *type)
{
	const struct booking_schedule *s = type ? host_schedule(host, type->schedule) : NULL;

	return s ? zone_name(s->hours.zone) : host->owner.timezone;
}

/* Is it this host's time that it takes? */
static const struct fault *takes_time_of(struct db *db, struct arena *a, int64_t host,
					 const struct booking *b, bool *out)
{
	struct booking_host *hosts;
	size_t count;
	const struct fault *f = booking_holders(db, a, b, &hosts, &count);

	*out = false;
	for (size_t i = 0; !f && i < count; i++)
		*out = *out || hosts[i].host == host;
	return f;
}

static bool holds_time(const struct booking_type *type, const struct booking *b)
{
	return type ? book_holds_time(type, b)
		    : b->status != BOOKING_IS_PENDING || b->awaits_invitee;
}

/* Those who share the event of a booking, whatever became of them; count 0: there is none. */
static const struct fault *find_event(struct db *db, struct arena *a, int64_t owner,
				      struct text booking, struct booking **all, size_t *count)
{
	struct booking *b;
	size_t found, kept = 0;
	const struct fault *f = booking_find(db, a, owner, booking, &b);

	*count = 0;
	if (f || !b)
		return f;
	f = booking_list_by_uid(db, a, owner, b->uid, all, &found);
	for (size_t i = 0; !f && i < found; i++)
		if (text_equal(booking_holder(&(*all)[i]), booking))
			(*all)[kept++] = (*all)[i];
	*count = kept;
	return f;
}

static struct booking *first_of(struct booking *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (booking_stands(&all[i]))
			return &all[i];
	return count > 0 ? all : NULL;
}

const struct fault *book_find_elsewhere(struct db *db, struct arena *a, int64_t owner,
					struct text booking, struct booking **out)
{
	struct booking *all = NULL;
	size_t count;
	const struct fault *f = find_event(db, a, owner, booking, &all, &count);

	*out = f ? NULL : first_of(all, count);
	return f;
}

const struct fault *book_look_elsewhere(struct booking_desk *desk, struct db *db, struct arena *a,
					int64_t host, int64_t owner, struct text booking,
					struct book_elsewhere *out)
{
	const struct host *whose = NULL;
	const struct booking_type *type;
	struct booking *b, *all = NULL;
	size_t count;
	const struct fault *f = find_event(db, a, owner, booking, &all, &count);

	*out = (struct book_elsewhere){.booking = NULL};
	b = f ? NULL : first_of(all, count);
	if (b)
		f = host_get(desk, db, a, owner, &whose);
	if (!f && b)
		f = takes_time_of(db, a, host, b, &out->stands);
	if (f || !b || !whose)
		return f;
	type = host_type_by_id(whose, b->type);
	out->booking = b;
	out->stands = out->stands && booking_stands(b) && holds_time(type, b);
	out->is_tentative = b->status == BOOKING_IS_PENDING;
	out->title = title_of(a, type, b);
	out->description = description_of(a, type, all, count);
	out->location = b->location;
	out->manage = book_link(desk, a, b, BOOK_HOST);
	out->timezone = timezone_of(whose, type);
	out->place = type ? type->location.kind : PLACE_NONE;
	return arena_check(a);
}

/* ---- what its host has done there ------------------------------------------------------------ */

const struct fault *book_prepare_gone_there(struct booking_desk *desk, struct db *db,
					    struct arena *a, int64_t host, const struct booking *b,
					    int64_t now, struct change **change_out)
{
	struct stored_object *event = NULL;
	const struct fault *f = b->owner == host
					? booking_event_find(db, a, b, &event)
					: object_find_uid_anywhere(db, a, host, b->uid, 0, &event);

	*change_out = NULL;
	if (f || !event)
		return f;
	*change_out = change_open(desk->calendar, a, CHANGE_CLIENT, now);
	return book_remove_event(*change_out, a, event);
}
