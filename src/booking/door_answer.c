/* door_answer - what is said to a message: REPLY, or one COUNTER; see door.h */
#include "booking/door_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/zone.h"

enum {
	OFFERS = 5, /* the nearest is proposed, the others are named */
	LOOK_DAYS = 62,
	LOOKS_MAX = 12, /* two years */
};

/* ---- the answer ----------------------------------------------------------------------------- */

const struct fault *door_reply(struct arena *a, struct door *d, const struct ical_object *answered,
			       const struct ical_object *before)
{
	const struct itip_answered what = {.before = before};

	return itip_message_reply(a, answered, &d->user, &what, d->now, &d->reply);
}

/*
 * The address of a new organizer is to be confirmed (decisions 25), and their program sends
 * messages: it would not know what to do with a mail that asks for a click.
 */
bool door_needs_mail(const struct door *d)
{
	return d->type->confirm_address && !d->is_signed && !(d->known && booking_stands(d->known));
}

/* ---- what is open instead -------------------------------------------------------------------- */

/* The nearest first; of two that are as near, the earlier. */
struct offers {
	int64_t wanted;
	int64_t starts[OFFERS];
	size_t count;
};

static bool is_nearer(const struct offers *o, int64_t x, int64_t y)
{
	int64_t dx = llabs(x - o->wanted), dy = llabs(y - o->wanted);

	return dx < dy || (dx == dy && x < y);
}

static void offer(struct offers *o, int64_t start)
{
	size_t i = o->count < OFFERS ? o->count++ : OFFERS;

	for (; i > 0 && is_nearer(o, start, o->starts[i - 1]); i--)
		if (i < OFFERS)
			o->starts[i] = o->starts[i - 1];
	if (i < OFFERS)
		o->starts[i] = start;
}

/* The length that was asked for, if the type has it; else its first one. */
static int32_t offered_length(const struct door *d)
{
	for (int32_t i = 0; i < d->type->duration_count; i++)
		if ((int64_t)d->type->durations_min[i] * 60 == d->end - d->start)
			return d->type->durations_min[i];
	return d->type->durations_min[0];
}

/* Can a later start be nearer than what was found? */
static bool is_settled(const struct offers *o, int64_t from)
{
	return o->count == OFFERS && from > o->wanted &&
	       from - o->wanted > llabs(o->starts[OFFERS - 1] - o->wanted);
}

static const struct fault *find_offers(struct db *db, struct arena *a, const struct door *d,
				       struct offers *out)
{
	int64_t last = d->now + (int64_t)(d->type->window_days + 2) * DAY_SECONDS;
	int64_t from = d->now;
	const struct fault *f = NULL;

	*out = (struct offers){.wanted = d->start};
	for (int i = 0; i < LOOKS_MAX && from < last && !is_settled(out, from) && !f; i++) {
		const struct slot_ask ask = {
			.host = d->host,
			.type = d->type,
			.duration_min = offered_length(d),
			.from = from,
			.to = min64(last, from + (int64_t)LOOK_DAYS * DAY_SECONDS),
			.now = d->now,
			.but = d->known ? booking_holder(d->known) : TEXT_NONE,
		};
		struct slot *slots;
		size_t count;

		f = slots_list(d->desk, db, a, &ask, &slots, &count);
		for (size_t k = 0; k < count; k++)
			offer(out, slots[k].start);
		from = ask.to;
	}
	return f;
}

/* "2027-01-19 10:00" */
static void put_local(struct buf *b, const struct zone *z, int64_t utc)
{
	int64_t local = zone_to_local(z, utc), of_day = local % DAY_SECONDS;

	day_put(b, local / DAY_SECONDS);
	buf_printf(b, " %02d:%02d", (int)(of_day / 3600), (int)(of_day / 60 % 60));
}

static int by_time(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

/* Why not, and what else is open. */
static struct text counter_comment(struct arena *a, const struct door *d, struct offers *o,
				   const char *why)
{
	const struct booking_schedule *s = host_schedule(d->host, d->type->schedule);
	const struct zone *z = s ? s->hours.zone : zone_utc();
	struct buf b;

	buf_init(&b, a, 256, DOOR_COMMENT_MAX_BYTES);
	buf_put_str(&b, why);
	if (o->count > 1) {
		qsort(o->starts + 1, o->count - 1, sizeof(o->starts[0]), by_time);
		buf_put_lit(&b, " Also open (");
		buf_put_text(&b, zone_name(z));
		buf_put_lit(&b, "): ");
	}
	for (size_t i = 1; i < o->count; i++) {
		if (i > 1)
			buf_put_lit(&b, ", ");
		put_local(&b, z, o->starts[i]);
	}
	return buf_text(&b);
}

/* ---- no ---------------------------------------------------------------------------------------
 */

static const struct fault *counter(struct arena *a, struct door *d, struct offers *o,
				   const struct fault *why)
{
	const struct itip_counter c = {
		.instance = ITIP_MASTER,
		.form = TIME_UTC,
		.start = o->starts[0],
		.end = o->starts[0] + (int64_t)offered_length(d) * 60,
		.has_end = true,
		.comment = counter_comment(a, d, o, why->message),
		.now = d->now,
	};
	const struct ical_object *declined;
	const struct fault *f =
		door_answered(a, d->copy, &d->user, TEXT("DECLINED"), TEXT_NONE, &declined);

	d->answer = DOOR_COUNTER;
	return f ? f : itip_counter_write(a, declined, &c, &d->reply);
}

static const struct fault *decline(struct arena *a, struct door *d, const struct fault *why)
{
	const struct ical_object *declined;
	const struct fault *f = door_answered(a, d->copy, &d->user, TEXT("DECLINED"),
					      text_from(why->message), &declined);

	d->answer = DOOR_DECLINED;
	return f ? f : door_reply(a, d, declined, d->copy);
}

const struct fault *door_refuse(struct db *db, struct arena *a, struct door *d,
				const struct fault *why)
{
	bool fits = d->start < d->end && d->type->seats <= 1 && d->type->team.mode == TEAM_NONE &&
		    !door_needs_mail(d);
	struct offers o = {.count = 0};
	const struct fault *f = fits ? find_offers(db, a, d, &o) : NULL;

	if (f)
		return f;
	/* What is open, but not for this organizer, is nothing to propose. */
	if (o.count > 0 && o.starts[0] == d->start &&
	    (int64_t)offered_length(d) * 60 == d->end - d->start)
		o.count = 0;
	if (o.count > 0 && !itip_counter_is_unwanted(a, d->copy))
		return counter(a, d, &o, why);
	return decline(a, d, why);
}
