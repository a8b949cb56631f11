/*
 * job_mail - the invitation, update or cancellation of a booking, by mail
 *
 * The job names the booking, the METHOD and the SEQUENCE it was queued for. What a
 * later change has overtaken is not sent: its own job says the newer thing (booking
 * case G10). Of what a stranger wrote only the name is in the mail, and booking/ keeps links
 * and line ends out of that: the address may be somebody else's (decisions 25).
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/names.h"
#include "booking/book.h"
#include "booking/seats.h"
#include "booking/team.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/job_post.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "itip/message.h"
#include "store/job.h"
#include "store/object.h"
#include "store/store.h"
#include "json/read.h"

struct invitation {
	struct job_context *x;
	const struct host *host;
	const struct booking_type *type; /* NULL: deleted meanwhile */
	struct booking *booking;
	struct text method;
	int64_t sequence;
	struct text event; /* CANCEL: as the invitee knows it; empty: not known */
	bool left;	   /* they come to another event now */
};

static const struct fault *read_payload(struct job_context *x, const struct job *j,
					struct invitation *v, struct text *booking)
{
	const struct json *root;
	const struct fault *f = json_parse(x->arena, j->payload, BOOKING_MAIL_PAYLOAD_MAX, &root);

	if (f)
		return f;
	if (!json_text(json_get(root, "booking"), booking) ||
	    !json_text(json_get(root, "method"), &v->method) ||
	    !json_int(json_get(root, "sequence"), &v->sequence))
		return fault_make(x->arena, FAULT_BAD_REQUEST, NULL,
				  "The job lacks its booking, method or sequence.");
	if (!json_text(json_get(root, "event"), &v->event))
		v->event = TEXT_NONE;
	if (!json_bool(json_get(root, "left"), &v->left))
		v->left = false;
	return NULL;
}

static const struct fault *load_invitation(struct job_context *x, const struct job *j,
					   struct invitation *v)
{
	struct text id;
	struct db *db;
	const struct fault *f = read_payload(x, j, v, &id);

	v->x = x;
	if (!f)
		f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = booking_find(db, x->arena, j->owner, id, &v->booking);
	if (!f)
		f = host_get(x->house->desk, db, x->arena, j->owner, &v->host);
	if (!f && (!v->booking || !v->host))
		f = fault_make(x->arena, FAULT_NOT_FOUND, NULL, "The booking no longer exists.");
	if (!f)
		v->type = host_type_by_id(v->host, v->booking->type);
	return f;
}

/* The event as it stands in the calendar, or stood there; empty where that is not known. */
static const struct fault *load_event(struct invitation *v, struct text *out)
{
	struct arena *a = v->x->arena;
	struct stored_object *o = NULL;
	struct db *db;
	const struct fault *f;

	*out = v->event;
	if (v->booking->status == BOOKING_IS_CANCELLED)
		return NULL;
	f = store_reader(v->x->house->store, a, &db);
	if (!f)
		f = booking_event_find(db, a, v->booking, &o);
	if (o)
		*out = o->data;
	return f;
}

static const struct fault *write_itip(struct invitation *v, struct text event, struct text *out)
{
	return itip_message_write(v->x->arena, event, v->method, v->booking->invitee_email,
				  v->booking->modified, out);
}

/*
 * Of the event; or of the booking, where the event is gone, cannot be read, or names the invitee
 * no more, as some programs leave attendees out when they move an event. The booking stands, and
 * whoever booked it must hear of the new time; a host who takes it back deletes the event.
 */
static const struct fault *make_itip(struct invitation *v, struct text *out)
{
	struct event_people hosts;
	struct text event;
	struct db *db;
	const struct fault *f;

	/* As it was seen when they left: the booking is about another one. */
	if (v->left)
		return write_itip(v, v->event, out);
	f = load_event(v, &event);
	if (f)
		return f;
	f = store_reader(v->x->house->store, v->x->arena, &db);
	if (!f)
		f = seats_event_for(db, v->x->arena, v->type, v->booking, event, &event);
	if (!f && event.len > 0 && !write_itip(v, event, out))
		return NULL;
	if (!f)
		f = team_people_find(db, v->x->arena, v->booking, &hosts);
	if (!f)
		f = booking_event_build(v->x->arena, v->host, v->type, v->booking, &hosts,
					v->booking->modified, &event);
	return f ? f : write_itip(v, event, out);
}

/* "Tuesday, 19 January 2027, 09:00 (Europe/Berlin)": every time has a zone (booking case G9). */
static void put_when(struct buf *b, int64_t utc, const struct zone *zone)
{
	int64_t local = zone_to_local(zone, utc);
	struct civil c;

	civil_from_local(local, &c);
	buf_printf(b, "%s, %d %s %d, %02d:%02d (%.*s",
		   day_names[weekday_of_day(floor_div(local, DAY_SECONDS))], c.day,
		   month_names[c.month - 1], c.year, c.hour, c.minute, TEXT_ARG(zone_name(zone)));
	if (zone_fit_of(zone, local) == ZONE_FOLD) {
		int minutes = zone_offset(zone, utc) / 60;

		buf_printf(b, ", UTC%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60,
			   abs(minutes) % 60);
	}
	buf_put_char(b, ')');
}

static struct text host_name(const struct invitation *v)
{
	return owner_title(&v->host->owner);
}

/* In the guest's zone, and in the host's where that is another (booking case G9). */
static void put_both(struct buf *b, const struct invitation *v)
{
	const struct zone *guest = zone_find(v->booking->invitee_timezone);
	const struct zone *host = zone_find(v->host->owner.timezone);

	if (!guest)
		guest = host ? host : zone_utc();
	buf_put_lit(b, "When: ");
	if (!host || zone_is_same(guest, host)) {
		put_when(b, v->booking->start, guest);
		return;
	}
	buf_put_lit(b, "for you ");
	put_when(b, v->booking->start, guest);
	buf_put_lit(b, " · for your host ");
	put_when(b, v->booking->start, host);
}

static const char *news(const struct invitation *v)
{
	if (v->booking->status == BOOKING_IS_CANCELLED)
		return "has been cancelled";
	return v->sequence > 0 ? "has a new time" : "is booked";
}

static struct text invitation_text(struct invitation *v, struct text title)
{
	struct buf b;

	buf_init(&b, v->x->arena, 512, 16 * 1024);
	buf_printf(&b, "%.*s %s.\n\n", TEXT_ARG(title), news(v));
	put_both(&b, v);
	buf_printf(&b, "\nWith: %.*s <%.*s>\n", TEXT_ARG(host_name(v)),
		   TEXT_ARG(v->host->owner.email));
	return buf_text(&b);
}

static const char link_words[] = "Change or cancel";

/* The same words as the plain text, as a page: escaped by the one function for it. */
static struct text invitation_html(struct invitation *v, struct text plain, struct text link)
{
	struct buf b;
	struct text rest = plain, line;

	buf_init(&b, v->x->arena, 1024, 64 * 1024);
	buf_put_lit(&b, "<!doctype html><html><body style=\"font-family:sans-serif\">");
	while (text_next(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		buf_put_lit(&b, "<p>");
		codec_put_html(&b, line);
		buf_put_lit(&b, "</p>");
	}
	if (link.len > 0) {
		buf_put_lit(&b, "<p><a href=\"");
		codec_put_html(&b, link);
		buf_printf(&b, "\">%s</a></p>", link_words);
	}
	buf_put_lit(&b, "</body></html>\n");
	return buf_text(&b);
}

/* Empty once cancelled: there is nothing left to change. */
static struct text manage_link(struct invitation *v)
{
	if (v->booking->status == BOOKING_IS_CANCELLED)
		return TEXT_NONE;
	return book_link(v->x->house->desk, v->x->arena, v->booking, BOOK_INVITEE);
}

static void put_bodies(struct invitation *v, struct text title, struct mail_message *m)
{
	struct text link = manage_link(v);

	m->text = invitation_text(v, title);
	m->html = invitation_html(v, m->text, link);
	if (link.len > 0)
		m->text = text_from(arena_printf(v->x->arena, "%.*s\n%s: %.*s\n", TEXT_ARG(m->text),
						 link_words, TEXT_ARG(link)));
}

/*
 * The subject is the same for every mail of the booking, so that programs that sort by
 * it keep them together, and holds no word about the state (booking case G2).
 */
static struct mail_message compose(struct invitation *v, struct text itip)
{
	struct text title = v->type ? v->type->title : TEXT("Your meeting");
	struct mail_message m = {
		.from.name = host_name(v),
		.to = {v->booking->invitee_name, v->booking->invitee_email},
		.reply_to.name = host_name(v),
		.calendar = itip,
		.method = v->method,
		.date = v->booking->modified,
	};

	m.subject =
		text_from(arena_printf(v->x->arena, "%.*s: %.*s and %.*s", TEXT_ARG(title),
				       TEXT_ARG(host_name(v)), TEXT_ARG(v->booking->invitee_name)));
	put_bodies(v, title, &m);
	return m;
}

/* Overtaken: a newer change of this booking has queued its own mail. */
static bool is_overtaken(const struct invitation *v)
{
	bool cancel = text_equal(v->method, TEXT("CANCEL"));

	if (v->left)
		return false;
	return v->sequence != v->booking->sequence ||
	       cancel != (v->booking->status == BOOKING_IS_CANCELLED);
}

/* The same words for the same (booking, SEQUENCE, METHOD): a second delivery is the same mail. */
static struct text said(const struct invitation *v)
{
	return text_from(arena_printf(v->x->arena, "%.*s/%lld/%.*s", TEXT_ARG(v->booking->id),
				      (long long)v->sequence, TEXT_ARG(v->method)));
}

enum job_result job_mail(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct invitation v = {0};
	struct text itip = TEXT_NONE;
	struct route_about about;
	struct mail_message m;
	const struct fault *f = load_invitation(x, j, &v);

	if (!f && is_overtaken(&v))
		return JOB_DONE;
	if (!f)
		f = make_itip(&v, &itip);
	if (f)
		return job_post_fault(f, why_out);
	about = (struct route_about){.owner = &v.host->owner,
				     .address = v.host->owner.email,
				     .uid = v.booking->uid,
				     .to = v.booking->invitee_email,
				     .said = said(&v),
				     .organizes = true};
	m = compose(&v, itip);
	return job_post(x, &about, &m, why_out);
}
