/*
 * caldav_event - an object of a CalDAV server in the words of provider.h, and bookings as objects
 *
 * An object holds a whole series, so each is one event here; what it says is cut down by mirror.h.
 * A copy of a booking is known by its UID, which a program that moves it keeps.
 */
#include "base/arena.h"
#include "base/codec.h"
#include "federation/caldav_priv.h"
#include "federation/mirror.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/expand.h"
#include "ical/object.h"
#include "ical/zone.h"

#define COPY_PREFIX "fasti-"

/* ---- what is there ----------------------------------------------------------------------------
 */

/* The first UID that stands in it. */
static struct text uid_of(struct arena *a, struct text body)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, body, &pos, &l))
		if (ical_line_is(&l, "UID"))
			return text_trim(l.value);
	return TEXT_NONE;
}

static const struct zone *zone_of(const struct visit *v, const struct outside_calendar *c)
{
	const struct zone *zone = zone_find(c->timezone);

	if (!zone)
		zone = zone_find(v->connection->timezone);
	return zone ? zone : zone_utc();
}

/* When one that does not recur takes place, and whether it still does. */
static void read_copy(struct visit *v, const struct outside_calendar *c, struct text body,
		      struct remote_event *out)
{
	struct ical_object *o;
	const struct ical_item *item;

	if (ical_object_parse(v->arena, body, ICAL_FROM_IMPORT, &o) || !o->has_master)
		return;
	item = &o->items[0];
	out->is_cancelled = item->status == STATUS_CANCELLED;
	if (o->item_count > 1 || item->has_rule || item->rdates.count > 0 || !item->dtstart.present)
		return;
	out->start = ical_time_utc(&item->dtstart, zone_of(v, c));
	if (item->dtend.present)
		out->end = ical_time_utc(&item->dtend, zone_of(v, c));
	else if (item->has_duration)
		out->end = out->start + item->duration.days * 86400 + item->duration.seconds;
	else
		out->start = 0;
}

enum call_end caldav_me(struct visit *v, struct caldav_me *out)
{
	static const struct caldav_prop props[] = {{NS_CALDAV, "calendar-user-address-set"}};
	const struct xml_node *root, *href;
	const struct connection *c = v->connection;
	enum call_end end = CALL_NOT_FOUND;
	struct call call;

	*out = (struct caldav_me){arena_alloc_array(v->arena, 1, sizeof(*out->at)), 0};
	if (call_url_is_ours(v, c->subject))
		end = caldav_propfind(v, "account", c->subject, "0", props, ARRAY_LEN(props), &call,
				      &root);
	if (end == CALL_OK) {
		const struct xml_node *set = caldav_found(caldav_response(root, NULL), NS_CALDAV,
							  "calendar-user-address-set");

		out->at = arena_alloc_array(v->arena, 1 + xml_child_count(set), sizeof(*out->at));
		href = xml_child(set, NS_DAV, "href");
		for (; href; href = xml_next(href))
			out->at[out->count++] = ical_address(v->arena, xml_token_of(href));
	}
	if (text_find_char(c->account, '@', 0) > 0)
		out->at[out->count++] =
			ical_address(v->arena, text_from(arena_printf(v->arena, "mailto:%.*s",
								      TEXT_ARG(c->account))));
	/* A server without scheduling knows no addresses; the account's name has to do. */
	return end == CALL_NOT_FOUND || end == CALL_REFUSED ? CALL_OK : end;
}

/*
 * Of a server that gives no ETags: what stands there is another thing when its text is, but for
 * line ends, which XML has otherwise.
 */
static struct text etag_of(struct arena *a, struct text etag, struct text body)
{
	struct buf plain;

	if (etag.len > 0)
		return etag;
	buf_init(&plain, a, body.len + 1, body.len + 1);
	for (size_t i = 0; i < body.len; i++)
		if (body.at[i] != '\r')
			buf_put_char(&plain, body.at[i]);
	return text_from(arena_printf(a, "text %.*s",
				      TEXT_ARG(secret_sha256(a, text_trim(buf_text(&plain))))));
}

enum call_end caldav_event(struct visit *v, const struct outside_calendar *c,
			   const struct caldav_me *me, struct text path, struct text etag,
			   struct text body, struct remote_event *out)
{
	const struct mirror_me who = {me->at, me->count, c->skips_unanswered};
	struct text uid = uid_of(v->arena, body);

	if (!mirror_is_whole(v->arena, body))
		return caldav_broken(v,
				     "The server tells an event in a way that is not understood.");
	*out = (struct remote_event){
		.remote = path,
		.series = path,
		.kind = OUTSIDE_SINGLE,
		.etag = etag_of(v->arena, etag, body),
		.lines = mirror_trim(v->arena, body, &who),
	};
	if (!text_starts(uid, TEXT(COPY_PREFIX)))
		return CALL_OK;
	out->mark = text_sub(uid, sizeof(COPY_PREFIX) - 1, uid.len);
	read_copy(v, c, body, out);
	return CALL_OK;
}

/*
 * Apache marks the ETag of an answer that it has packed, and knows it no more when it comes back;
 * in a multistatus it stands as it is.
 */
static struct text plain_etag(struct arena *a, struct text etag)
{
	static const struct text packed = TEXT_INIT("-gzip\"");

	if (!text_ends(etag, packed))
		return etag;
	return text_from(
		arena_printf(a, "%.*s\"", TEXT_ARG(text_sub(etag, 0, etag.len - packed.len))));
}

static enum call_end fetch(struct visit *v, struct text remote, struct call *call)
{
	const struct call_header accept = {"Accept", TEXT_INIT("text/calendar")};
	enum call_end end;

	*call = (struct call){
		.method = "GET",
		.url = caldav_url(v, remote),
		.headers = &accept,
		.header_count = 1,
		.what = "get",
	};
	end = call_run(v, call);
	call->headers = NULL;
	call->etag = plain_etag(v->arena, call->etag);
	return end;
}

enum call_end caldav_get(struct visit *v, const struct outside_calendar *c, struct text remote,
			 struct remote_event *out)
{
	struct caldav_me me;
	struct call call;
	enum call_end end = fetch(v, remote, &call);

	*out = (struct remote_event){.remote = remote, .series = remote, .is_gone = true};
	if (end == CALL_NOT_FOUND)
		return CALL_OK;
	if (end == CALL_OK)
		end = caldav_me(v, &me);
	if (end == CALL_OK)
		end = caldav_event(v, c, &me, remote, call.etag, call.answer, out);
	return end;
}

/* ---- what is written --------------------------------------------------------------------------
 */

static struct text copy_uid(struct arena *a, struct text mark)
{
	return text_from(arena_printf(a, COPY_PREFIX "%.*s", TEXT_ARG(mark)));
}

static struct text copy_path(struct arena *a, const struct outside_calendar *c, struct text mark)
{
	struct buf b;

	buf_init(&b, a, 256, OUTSIDE_REMOTE_MAX);
	buf_put_text(&b, c->remote);
	if (!text_ends(c->remote, TEXT("/")))
		buf_put_char(&b, '/');
	codec_put_segment(&b, copy_uid(a, mark));
	buf_put_lit(&b, ".ics");
	return buf_text(&b);
}

static enum call_end build(struct visit *v, const struct remote_copy *copy, struct text *out)
{
	const struct zone *zone = zone_find(copy->timezone);
	const struct build_event e = {
		.uid = copy_uid(v->arena, copy->mark),
		.summary = copy->title,
		.description = copy->description,
		.location = copy->location,
		.start = copy->start,
		.end = copy->end,
		.zone = zone ? zone : zone_utc(),
		.stamp = v->now,
		.tentative = copy->is_tentative,
		.recurrence = copy->rule,
	};
	const struct fault *f = ical_build_event(v->arena, &e, out);

	if (!f)
		return CALL_OK;
	v->why = text_from(f->message);
	return CALL_REFUSED;
}

/* RFC 9110 §13.1.1: no weak one holds for If-Match, nor does what was made up for want of any. */
static bool is_strong(struct text etag)
{
	return text_starts(etag, TEXT("\""));
}

/* When a copy takes place there, and its ETag; is_gone where it is not. */
static enum call_end look(struct visit *v, const struct outside_calendar *c, struct text remote,
			  struct remote_event *out)
{
	struct call call;
	enum call_end end = fetch(v, remote, &call);

	*out = (struct remote_event){.remote = remote, .is_gone = end == CALL_NOT_FOUND};
	if (end != CALL_OK)
		return end == CALL_NOT_FOUND ? CALL_OK : end;
	out->etag = etag_of(v->arena, call.etag, call.answer);
	read_copy(v, c, call.answer, out);
	return CALL_OK;
}

/* In the place of If-Match, where the server would not understand it. */
static enum call_end require_unchanged(struct visit *v, const struct outside_calendar *c,
				       const struct remote_copy *copy)
{
	struct remote_event now;
	enum call_end end = look(v, c, copy->remote, &now);

	if (end != CALL_OK)
		return end;
	return !now.is_gone && call_is_same_etag(now.etag, copy->etag) ? CALL_OK : CALL_CHANGED;
}

/*
 * RFC 4791 §5.3.4: a server that stores other bytes than it was sent gives no ETag. Whoever has
 * moved it by now is told from that by when it takes place. That it is not there may be said by a
 * part of the server that does not know of it yet: it is asked once more before that is believed.
 */
static enum call_end ask_etag(struct visit *v, const struct outside_calendar *c,
			      struct remote_copy *copy)
{
	struct remote_event now;
	enum call_end end = look(v, c, copy->remote_out, &now);

	if (end != CALL_OK)
		return end;
	if (now.is_gone) {
		v->why = TEXT("The server does not show what it has just taken.");
		return CALL_LATER;
	}
	if (now.end > now.start && (now.start != copy->start || now.end != copy->end))
		return CALL_CHANGED;
	copy->etag_out = now.etag;
	return CALL_OK;
}

enum call_end caldav_put(struct visit *v, const struct outside_calendar *c,
			 struct remote_copy *copy)
{
	bool is_new = copy->remote.len == 0, is_exact = is_new || is_strong(copy->etag);
	struct call_header condition = {"If-Match", copy->etag};
	struct call call = {
		.method = "PUT",
		.media_type = TEXT("text/calendar; charset=utf-8"),
		.headers = &condition,
		.what = "put",
	};
	enum call_end end = build(v, copy, &call.body);

	if (end != CALL_OK)
		return end;
	copy->remote_out = is_new ? copy_path(v->arena, c, copy->mark) : copy->remote;
	if (is_new)
		condition = (struct call_header){"If-None-Match", TEXT("*")};
	if (!is_exact && copy->etag.len > 0)
		end = require_unchanged(v, c, copy);
	if (end != CALL_OK)
		return end;
	call.header_count = is_exact;
	call.url = caldav_url(v, copy->remote_out);
	end = call_run(v, &call);
	copy->etag_out = plain_etag(v->arena, call.etag);
	if (end == CALL_OK && call.etag.len == 0)
		end = ask_etag(v, c, copy);
	return end;
}

enum call_end caldav_remove(struct visit *v, const struct outside_calendar *c,
			    const struct remote_copy *copy)
{
	const struct call_header condition = {"If-Match", copy->etag};
	struct call call = {
		.method = "DELETE",
		.headers = &condition,
		.header_count = is_strong(copy->etag),
		.what = "remove",
	};
	enum call_end end;

	/* One whose id was never noted is where its mark says. */
	call.url =
		caldav_url(v, copy->remote.len ? copy->remote : copy_path(v->arena, c, copy->mark));
	end = call_run(v, &call);
	return end == CALL_NOT_FOUND ? CALL_OK : end;
}
