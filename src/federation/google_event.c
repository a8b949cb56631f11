/*
 * google_event - an event of Google's as lines of a VEVENT
 *
 * What does not recur is written in UTC, since an instant is all that is asked of it; a series in
 * its own zone, by which its rule is meant. Rules come as lines of text: they are taken as they
 * are where the reader of calendar objects takes them, and where it does not, the series counts as
 * repeating daily, which holds whatever a rule of days could name (booking case C12).
 *
 * Whoever invites somebody writes into that person's calendar, so nothing here is trusted.
 */
#include "base/arena.h"
#include "federation/google_time_priv.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/object.h"
#include "ical/zone.h"
#include "json/json.h"

enum {
	TITLE_MAX = 1000,
	ETAG_MAX = 256,
	MARK_MAX = 256,
	LINK_MAX = 2048,
	LINE_BYTES_MAX = ICAL_MAX_LINE_BYTES,
	LINES_BYTES_MAX = ICAL_MAX_SIZE_BYTES / 2,
	CHECK_ARENA_BYTES = 64 * 1024 * 1024,
};

static bool is_word(const struct json *object, const char *key, const char *word)
{
	struct text t;

	return json_text(json_get(object, key), &t) && text_equal(t, text_from(word));
}

/* ---- lines -------------------------------------------------------------------------------- */

static void put_utc(struct arena *a, struct buf *lines, const char *name, int64_t utc)
{
	struct buf b;

	buf_init(&b, a, 64, 256);
	buf_put_str(&b, name);
	buf_put_char(&b, ':');
	time_put_utc(&b, utc);
	ical_put_line(lines, buf_text(&b));
}

static void put_date(struct arena *a, struct buf *lines, const char *name, int64_t local)
{
	struct buf b;

	buf_init(&b, a, 64, 256);
	buf_put_str(&b, name);
	buf_put_lit(&b, ";VALUE=DATE:");
	time_put_date(&b, local);
	ical_put_line(lines, buf_text(&b));
}

static void put_zoned(struct arena *a, struct buf *lines, const char *name, struct text tzid,
		      int64_t local)
{
	struct buf b;

	buf_init(&b, a, 128, 1024);
	buf_put_str(&b, name);
	buf_put_lit(&b, ";TZID=");
	ical_put_param(&b, tzid);
	buf_put_char(&b, ':');
	time_put_local(&b, local);
	ical_put_line(lines, buf_text(&b));
}

/* What a zone says of an instant, where that is said of no other. */
static bool is_said_locally(const struct zone *z, int64_t utc)
{
	return zone_to_utc(z, zone_to_local(z, utc)) == utc;
}

static bool has_own_time(const struct zone *z)
{
	return z && !zone_is_same(z, zone_utc());
}

/*
 * In the zone that it names, so that it is as the DTSTART of its series. A zone that nobody knows
 * stays what it is called: its time counts wherever it may be (booking case C3).
 */
static void put_in_zone(struct arena *a, struct buf *lines, const char *name,
			const struct google_moment *m)
{
	if (m->is_date)
		put_date(a, lines, name, m->local);
	else if (m->tzid.len > 0 && !m->zone)
		put_zoned(a, lines, name, m->tzid, m->local);
	else if (has_own_time(m->zone) && is_said_locally(m->zone, m->utc))
		put_zoned(a, lines, name, zone_name(m->zone), zone_to_local(m->zone, m->utc));
	else
		put_utc(a, lines, name, m->utc);
}

static void put_plain(struct arena *a, struct buf *lines, const struct google_moment *start,
		      const struct google_moment *end)
{
	if (!start->is_date) {
		put_utc(a, lines, "DTSTART", start->utc);
		put_utc(a, lines, "DTEND", end->utc);
		return;
	}
	put_date(a, lines, "DTSTART", start->local);
	/* Without an end it is the whole day (RFC 5545 §3.6.1). */
	if (end->local > start->local)
		put_date(a, lines, "DTEND", end->local);
}

/* Start and end of a series, both in the zone of the start. */
static void put_series(struct google_reading *r, struct buf *lines, struct google_moment *start,
		       struct google_moment *end)
{
	struct arena *a = r->arena;

	if (start->is_date) {
		put_plain(a, lines, start, end);
		return;
	}
	if (start->tzid.len == 0) {
		start->zone = r->place->zone;
		start->tzid = zone_name(start->zone);
	}
	/* The rule is meant in the zone, also where the first time is said twice in it. */
	if (start->zone)
		start->local = zone_to_local(start->zone, start->utc);
	end->local = start->local + (end->utc - start->utc);
	end->tzid = start->tzid;
	end->zone = start->zone;
	if (has_own_time(start->zone))
		put_zoned(a, lines, "DTSTART", zone_name(start->zone), start->local);
	else
		put_in_zone(a, lines, "DTSTART", start);
	put_in_zone(a, lines, "DTEND", end);
}

/* At most max bytes of it, no character cut. */
static struct text clip(struct text t, size_t max)
{
	size_t n = max;

	if (t.len <= max)
		return t;
	while (n > 0 && ((unsigned char)t.at[n] & 0xC0) == 0x80)
		n--;
	return text_sub(t, 0, n);
}

static void put_words(const struct google_reading *r, struct buf *lines)
{
	struct text title = TEXT_NONE;
	struct buf b;

	if (json_text(json_get(r->event, "summary"), &title) && title.len > 0) {
		title = clip(title, TITLE_MAX);
		buf_init(&b, r->arena, title.len + 16, 2 * (size_t)TITLE_MAX + 16);
		buf_put_lit(&b, "SUMMARY:");
		ical_put_text(&b, title);
		ical_put_line(lines, buf_text(&b));
	}
	if (is_word(r->event, "visibility", "private") ||
	    is_word(r->event, "visibility", "confidential"))
		ical_put_line(lines, TEXT("CLASS:PRIVATE"));
}

/* ---- what it means ------------------------------------------------------------------------ */

/* The answer of whose calendar this is; empty: not asked. */
static struct text own_answer(const struct json *event)
{
	const struct json *attendees = json_get(event, "attendees");
	struct text answer = TEXT_NONE;

	for (size_t i = 0; i < json_item_count(attendees); i++) {
		const struct json *person = json_item(attendees, i);
		bool self = false;

		if (json_bool(json_get(person, "self"), &self) && self &&
		    json_text(json_get(person, "responseStatus"), &answer))
			return answer;
	}
	return TEXT_NONE;
}

/* Who is not asked has nothing to answer. */
static bool is_let_pass(const struct google_reading *r)
{
	struct text answer = own_answer(r->event);

	return text_equal(answer, TEXT("declined")) ||
	       (r->place->skips_unanswered && text_equal(answer, TEXT("needsAction")));
}

/* A place of work, and a birthday, say something of the day and take no time of it. */
static bool takes_time(const struct google_reading *r)
{
	return !is_word(r->event, "transparency", "transparent") &&
	       !is_word(r->event, "eventType", "workingLocation") &&
	       !is_word(r->event, "eventType", "birthday") && !is_let_pass(r);
}

static void put_status(const struct google_reading *r, struct buf *lines)
{
	if (is_word(r->event, "status", "tentative") ||
	    text_equal(own_answer(r->event), TEXT("tentative")))
		ical_put_line(lines, TEXT("STATUS:TENTATIVE"));
}

/* ---- series ------------------------------------------------------------------------------- */

static bool is_recurrence(struct arena *a, struct text line)
{
	static const char *const names[] = {"RRULE", "EXRULE", "RDATE", "EXDATE"};
	struct ical_line l;
	size_t pos = 0;

	if (!ical_line_next(a, line, &pos, &l) || !l.value.at)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(&l, names[i]))
			return true;
	return false;
}

/* False: one of them cannot be a line. What is no recurrence is left out. */
static bool put_recurrence(const struct google_reading *r, struct buf *lines)
{
	const struct json *list = json_get(r->event, "recurrence");

	for (size_t i = 0; i < json_item_count(list); i++) {
		struct text line;

		if (!json_text(json_item(list, i), &line) || line.len > LINE_BYTES_MAX ||
		    text_has_control(line))
			return false;
		if (is_recurrence(r->arena, line))
			ical_put_line(lines, line);
	}
	return !lines->overflow;
}

/* Does the reader of calendar objects take it? */
static bool is_readable(struct text lines)
{
	struct arena *a = arena_create(CHECK_ARENA_BYTES);
	struct ical_object *o;
	struct buf b;
	bool well;

	buf_init(&b, a, lines.len + 256, ICAL_MAX_SIZE_BYTES);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID
			"\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20000101T000000Z\r\n");
	buf_put_text(&b, lines);
	buf_put_lit(&b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	well = !b.overflow && !ical_object_parse(a, buf_text(&b), ICAL_FROM_IMPORT, &o) &&
	       !arena_check(a);
	arena_destroy(a);
	return well;
}

/* ---- the kinds ---------------------------------------------------------------------------- */

static bool read_series(struct google_reading *r)
{
	struct google_moment start, end;
	struct buf lines;
	size_t without_rule;

	if (!takes_time(r))
		return true;
	if (!google_span_read(r, &start, &end))
		return false;
	buf_init(&lines, r->arena, 1024, LINES_BYTES_MAX);
	put_series(r, &lines, &start, &end);
	put_words(r, &lines);
	put_status(r, &lines);
	without_rule = lines.len;
	if (!put_recurrence(r, &lines) || !is_readable(buf_text(&lines))) {
		buf_cut(&lines, without_rule);
		ical_put_line(&lines, TEXT("RRULE:FREQ=DAILY"));
	}
	r->out->lines = buf_text(&lines);
	return true;
}

static bool read_single(struct google_reading *r)
{
	struct google_moment start, end;
	struct buf lines;

	if (!google_span_read(r, &start, &end))
		return !takes_time(r);
	r->out->start = start.utc;
	r->out->end = end.utc;
	/* Changes are told of what is past as well. */
	if (!takes_time(r) || end.utc <= r->place->since)
		return true;
	buf_init(&lines, r->arena, 512, LINES_BYTES_MAX);
	put_plain(r->arena, &lines, &start, &end);
	put_words(r, &lines);
	put_status(r, &lines);
	r->out->lines = buf_text(&lines);
	return true;
}

/* An instance of which nobody knows which one it was stands alone. */
static bool read_stray(struct google_reading *r, bool is_cancelled)
{
	r->out->kind = OUTSIDE_SINGLE;
	r->out->series = r->out->remote;
	r->out->is_gone = is_cancelled;
	return is_cancelled || read_single(r);
}

static bool read_instance(struct google_reading *r, bool is_cancelled)
{
	struct google_moment start, end, original;
	bool takes = !is_cancelled && takes_time(r);
	bool has_span = !is_cancelled && google_span_read(r, &start, &end);
	struct buf lines;

	if (!google_moment_read(r, "originalStartTime", &original) ||
	    !google_moment_is_within(&original) || original.slack > 0)
		return read_stray(r, is_cancelled);
	if (takes && !has_span)
		return false;
	if (has_span) {
		r->out->start = start.utc;
		r->out->end = end.utc;
	}
	buf_init(&lines, r->arena, 512, LINES_BYTES_MAX);
	if (takes) {
		put_plain(r->arena, &lines, &start, &end);
		put_words(r, &lines);
		put_status(r, &lines);
	} else {
		r->out->kind = OUTSIDE_DROPPED;
	}
	put_in_zone(r->arena, &lines, takes ? "RECURRENCE-ID" : "EXDATE", &original);
	r->out->lines = buf_text(&lines);
	return true;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static struct text safe_link(const struct json *object, const char *key)
{
	struct text uri = google_text(object, key, LINK_MAX);

	return text_starts(uri, TEXT("https://")) && text_is_plain(uri, "") &&
			       text_find_char(uri, ' ', 0) < 0
		       ? uri
		       : TEXT_NONE;
}

struct text google_event_link(const struct json *event, bool *pending_out)
{
	const struct json *conference = json_get(event, "conferenceData");
	const struct json *entries = json_get(conference, "entryPoints");
	const struct json *status = json_get(json_get(conference, "createRequest"), "status");
	struct text link = TEXT_NONE;

	for (size_t i = 0; i < json_item_count(entries) && link.len == 0; i++)
		if (is_word(json_item(entries, i), "entryPointType", "video"))
			link = safe_link(json_item(entries, i), "uri");
	if (link.len == 0)
		link = safe_link(event, "hangoutLink");
	*pending_out = link.len == 0 && is_word(status, "statusCode", "pending");
	return link;
}

struct text google_event_id(struct arena *a, struct text mark)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv"; /* RFC 4648 §7 */
	unsigned bits = 0, count = 0;
	struct buf b;

	buf_init(&b, a, mark.len * 2 + 8, mark.len * 2 + 8);
	/* No id has less than five characters. */
	buf_put_lit(&b, "fasti");
	for (size_t i = 0; i < mark.len; i++) {
		bits = (bits << 8 | (unsigned char)mark.at[i]) & 0xFFF;
		for (count += 8; count >= 5; count -= 5)
			buf_put_char(&b, digits[bits >> (count - 5) & 31]);
	}
	if (count > 0)
		buf_put_char(&b, digits[bits << (5 - count) & 31]);
	return buf_text(&b);
}

/* Whoever copies an event there copies its mark, and not the id that follows from it. */
static struct text mark_of(struct arena *a, const struct json *event, struct text series)
{
	const struct json *own = json_get(json_get(event, "extendedProperties"), "private");
	struct text mark = google_text(own, "fasti", MARK_MAX);

	return text_equal(google_event_id(a, mark), series) ? mark : TEXT_NONE;
}

bool google_event_read(struct arena *a, const struct json *event, const struct google_place *place,
		       struct remote_event *out)
{
	struct google_reading r = {.arena = a, .event = event, .place = place, .out = out};
	bool is_cancelled = is_word(event, "status", "cancelled"), pending;
	struct text id;

	*out = (struct remote_event){0};
	if (!json_text(json_get(event, "id"), &id) || id.len == 0)
		return false;
	out->remote = out->series = google_text(event, "id", OUTSIDE_REMOTE_MAX);
	out->etag = google_text(event, "etag", ETAG_MAX);
	out->link = google_event_link(event, &pending);
	out->kind = OUTSIDE_SINGLE;
	if (json_kind(json_get(event, "recurringEventId")) == JSON_KIND_TEXT) {
		out->kind = OUTSIDE_INSTANCE;
		out->series = google_text(event, "recurringEventId", OUTSIDE_REMOTE_MAX);
		if (out->series.len == 0)
			out->remote = TEXT_NONE;
	}
	out->mark = mark_of(a, event, out->series);
	if (out->kind == OUTSIDE_INSTANCE)
		return read_instance(&r, is_cancelled);
	out->is_gone = is_cancelled;
	if (is_cancelled)
		return true;
	if (json_item_count(json_get(event, "recurrence")) == 0)
		return read_single(&r);
	out->kind = OUTSIDE_MASTER;
	return read_series(&r);
}
