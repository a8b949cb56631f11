/*
 * outlook_event - one event of Graph's as lines of iCalendar; pure
 *
 * Words are compared without case, as they are printed in several ways; one that is not known takes
 * the time. Titles of what is private are left out: nobody here has a use for them.
 */
#include "base/arena.h"
#include "federation/outlook_priv.h"
#include "ical/line.h"
#include "ical/zone.h"

enum {
	LINES_MAX = 8 * 1024,
	TITLE_MAX = 1000,
	ZONE_NAME_MAX = 200,
	TIME_LEN = 19,
	/* No clock is further from UTC. */
	ZONE_REACH_S = 14 * 3600,
};

/* An event, and its series for what it does not say itself. */
struct told {
	struct arena *arena;
	const struct json *item, *master;
	bool skips_unanswered;
};

static const struct json *told_of(const struct told *t, const char *key)
{
	const struct json *own = json_get(t->item, key);

	return json_kind(own) > JSON_KIND_NULL ? own : json_get(t->master, key);
}

static struct text told_text(const struct told *t, const char *key)
{
	struct text out = TEXT_NONE;

	return json_text(told_of(t, key), &out) ? out : TEXT_NONE;
}

static bool told_bool(const struct told *t, const char *key)
{
	bool yes = false;

	return json_bool(told_of(t, key), &yes) && yes;
}

bool outlook_event_is_bare(const struct json *item)
{
	return outlook_text(item, "seriesMasterId").len > 0 && !json_get(item, "showAs");
}

/* ---- when -------------------------------------------------------------------------------------
 */

/* A time as it is written, with the name of its zone. */
struct wall {
	int64_t local;
	struct text name;
	const struct zone *zone; /* NULL: nobody knows the name */
};

/*
 * Local seconds of "2026-01-18T09:00:00.0000000"; fractions do not count. The first and the last
 * days that can be said stand for what is beyond them, so that no zone leads past them.
 */
static bool read_local(struct text t, int64_t *out)
{
	char whole[TIME_LEN + 1];

	if (t.len < TIME_LEN)
		return false;
	memcpy(whole, t.at, TIME_LEN);
	whole[TIME_LEN] = 'Z';
	if (!time_parse_rfc3339(text_of(whole, sizeof(whole)), out))
		return false;
	*out = max64(*out, TIME_MIN + 2 * DAY_SECONDS);
	*out = min64(*out, TIME_MAX - 2 * DAY_SECONDS - 1);
	return true;
}

static bool read_wall(const struct json *time, struct wall *out)
{
	out->name = outlook_text(time, "timeZone");
	out->zone =
		text_equal_nocase(out->name, TEXT("UTC")) ? zone_utc() : zone_find_any(out->name);
	return read_local(outlook_text(time, "dateTime"), &out->local);
}

bool outlook_time(const struct json *time, int64_t *utc_out)
{
	struct wall w;

	if (!read_wall(time, &w) || !w.zone)
		return false;
	*utc_out = zone_to_utc(w.zone, w.local);
	return true;
}

/*
 * Whole days are dates, and are not moved from one zone to another. They come as midnights; where
 * these were turned into UTC, they are midnights in the zone in which the event was made.
 */
static bool to_date(const struct told *t, struct wall *w)
{
	const struct zone *made_in;

	if (w->local % DAY_SECONDS == 0)
		return true;
	made_in = zone_find_any(told_text(t, "originalStartTimeZone"));
	if (!made_in || !w->zone)
		return false;
	w->local = zone_to_local(made_in, zone_to_utc(w->zone, w->local));
	return w->local % DAY_SECONDS == 0;
}

/* A name that nobody knows is kept: what it means, ical/ knows (case C3). */
static struct text unknown_zone(struct text name)
{
	bool is_name = name.len > 0 && name.len <= ZONE_NAME_MAX && text_is_plain(name, "");

	return is_name ? name : TEXT("unknown");
}

static void put_time(struct buf *lines, struct arena *a, const char *name, const struct wall *w,
		     bool is_date)
{
	struct buf b;

	buf_init(&b, a, 64, 1024);
	buf_put_str(&b, name);
	if (is_date) {
		buf_put_lit(&b, ";VALUE=DATE:");
		time_put_date(&b, w->local);
	} else if (w->zone) {
		buf_put_char(&b, ':');
		time_put_utc(&b, zone_to_utc(w->zone, w->local));
	} else {
		buf_put_lit(&b, ";TZID=");
		ical_put_param(&b, unknown_zone(w->name));
		buf_put_char(&b, ':');
		time_put_local(&b, w->local);
	}
	ical_put_line(lines, buf_text(&b));
}

/* When it takes place. */
struct span {
	struct wall start, end;
	bool is_date;
};

static int64_t utc_of(const struct wall *w)
{
	return zone_to_utc(w->zone, w->local);
}

static bool is_in_order(const struct span *s)
{
	if (!s->start.zone || !s->end.zone)
		return text_equal(s->start.name, s->end.name) && s->start.local <= s->end.local;
	return utc_of(&s->start) <= utc_of(&s->end);
}

static struct wall wall_utc(int64_t utc)
{
	return (struct wall){.local = utc, .zone = zone_utc()};
}

static int64_t earliest(const struct wall *w)
{
	return w->zone ? utc_of(w) : w->local - ZONE_REACH_S;
}

static int64_t latest(const struct wall *w)
{
	return w->zone ? utc_of(w) : w->local + ZONE_REACH_S;
}

/* All the time that it may mean. */
static void widen(struct span *s)
{
	int64_t from = min64(earliest(&s->start), earliest(&s->end));
	int64_t to = max64(latest(&s->start), latest(&s->end));

	s->start = wall_utc(from);
	s->end = wall_utc(to);
}

/* A day, of what says one end alone. False: it says neither, so that it is nowhere. */
static bool read_ends(const struct told *t, struct span *out)
{
	bool has_start = read_wall(json_get(t->item, "start"), &out->start);
	bool has_end = read_wall(json_get(t->item, "end"), &out->end);

	if (!has_start && has_end)
		out->start = wall_utc(earliest(&out->end) - DAY_SECONDS);
	else if (has_start && !has_end)
		out->end = wall_utc(latest(&out->start) + DAY_SECONDS);
	return has_start || has_end;
}

/* What cannot be understood takes time, too. */
static bool read_span(const struct told *t, struct span *out)
{
	struct span days;

	out->is_date = false;
	if (!read_ends(t, out))
		return false;
	if (!is_in_order(out))
		widen(out);
	days = *out;
	days.is_date = told_bool(t, "isAllDay") && to_date(t, &days.start) &&
		       to_date(t, &days.end) && days.start.local < days.end.local;
	if (days.is_date)
		*out = days;
	return true;
}

/* Which of its series: of an occurrence that was moved, where it was; any other is where it was. */
static void put_instance(struct buf *lines, const struct told *t, const struct span *span,
			 const char *name)
{
	struct wall was = {.zone = zone_utc()};

	if (!read_local(outlook_text(t->item, "originalStart"), &was.local) ||
	    (span->is_date && !to_date(t, &was)))
		was = span->start;
	put_time(lines, t->arena, name, &was, span->is_date);
}

/* ---- what ---------------------------------------------------------------------------------------
 */

/* How time that is taken is shown; NULL: none is. */
static const struct {
	const char *word, *line;
} shown[] = {
	{"free", NULL},
	{"tentative", "STATUS:TENTATIVE"},
	{"workingElsewhere", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"},
};

static const char *shown_as(const struct told *t)
{
	struct text word = told_text(t, "showAs");

	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (text_equal_nocase(word, text_from(shown[i].word)))
			return shown[i].line;
	return "STATUS:CONFIRMED";
}

/* To what nobody is invited the response is "none", or "organizer". */
static bool is_let_pass(const struct told *t)
{
	struct text answer = outlook_text(told_of(t, "responseStatus"), "response");

	return text_equal_nocase(answer, TEXT("declined")) ||
	       (t->skips_unanswered && text_equal_nocase(answer, TEXT("notResponded")));
}

/* At most so many bytes, and no part of a character. */
static struct text cut(struct text t, size_t most)
{
	if (t.len <= most)
		return t;
	while (most > 0 && ((unsigned char)t.at[most] & 0xC0) == 0x80)
		most--;
	return text_sub(t, 0, most);
}

static void put_title(struct buf *lines, const struct told *t)
{
	struct text level = told_text(t, "sensitivity"), title = told_text(t, "subject");
	struct buf b;

	if (level.len > 0 && !text_equal_nocase(level, TEXT("normal"))) {
		ical_put_line(lines, text_equal_nocase(level, TEXT("confidential"))
					     ? TEXT("CLASS:CONFIDENTIAL")
					     : TEXT("CLASS:PRIVATE"));
	} else if (title.len > 0) {
		buf_init(&b, t->arena, 64, 4 * TITLE_MAX);
		buf_put_lit(&b, "SUMMARY:");
		ical_put_text(&b, cut(title, TITLE_MAX));
		ical_put_line(lines, buf_text(&b));
	}
}

static bool takes_time(const struct told *t)
{
	return shown_as(t) && !told_bool(t, "isCancelled") && !is_let_pass(t);
}

/*
 * What takes no time has no lines, but for an instance, whose one line says which it is. What is
 * nowhere in time takes none.
 */
static void put_lines(struct buf *lines, const struct told *t, struct remote_event *out)
{
	/* Whose days they are. */
	const struct zone *made_in = zone_find_any(told_text(t, "originalStartTimeZone"));
	struct span span;

	if (!read_span(t, &span))
		return;
	if (!span.is_date && span.start.zone && span.end.zone) {
		out->start = utc_of(&span.start);
		out->end = utc_of(&span.end);
	} else if (span.is_date && made_in) {
		out->start = zone_to_utc(made_in, span.start.local);
		out->end = zone_to_utc(made_in, span.end.local);
	}
	if (out->kind == OUTSIDE_MASTER)
		return;
	if (out->kind == OUTSIDE_INSTANCE)
		put_instance(lines, t, &span, takes_time(t) ? "RECURRENCE-ID" : "EXDATE");
	if (!takes_time(t))
		return;
	put_time(lines, t->arena, "DTSTART", &span.start, span.is_date);
	put_time(lines, t->arena, "DTEND", &span.end, span.is_date);
	ical_put_line(lines, text_from(shown_as(t)));
	put_title(lines, t);
}

/* Ours: what it was made with, or the property where that was asked for. */
static struct text mark_of(const struct told *t)
{
	const struct json *list = json_get(t->item, "singleValueExtendedProperties");
	struct text mark = told_text(t, "transactionId");

	for (size_t i = 0; mark.len == 0 && i < json_item_count(list); i++)
		if (text_equal_nocase(outlook_text(json_item(list, i), "id"), TEXT(OUTLOOK_MARK)))
			mark = outlook_text(json_item(list, i), "value");
	return mark;
}

static bool id_fits(struct text id)
{
	return id.len > 0 && id.len <= OUTSIDE_REMOTE_MAX;
}

bool outlook_event_read(struct arena *a, const struct json *item, const struct json *master,
			bool skips_unanswered, struct remote_event *out)
{
	const struct told t = {a, item, master, skips_unanswered};
	struct text series = outlook_text(item, "seriesMasterId");
	struct buf lines;

	*out = (struct remote_event){
		.remote = outlook_text(item, "id"),
		.series = id_fits(series) ? series : outlook_text(item, "id"),
		.is_gone = json_get(item, "@removed") != NULL,
		.kind = id_fits(series) ? OUTSIDE_INSTANCE : OUTSIDE_SINGLE,
	};
	if (!id_fits(out->remote) || out->is_gone)
		return id_fits(out->remote);
	if (text_equal_nocase(outlook_text(item, "type"), TEXT("seriesMaster")))
		out->kind = OUTSIDE_MASTER;
	out->is_regular = text_equal_nocase(outlook_text(item, "type"), TEXT("occurrence"));
	out->etag = outlook_text(item, "@odata.etag");
	out->mark = mark_of(&t);
	out->is_cancelled = told_bool(&t, "isCancelled");
	out->link = outlook_text(told_of(&t, "onlineMeeting"), "joinUrl");
	buf_init(&lines, a, 256, LINES_MAX);
	put_lines(&lines, &t, out);
	out->lines = buf_text(&lines);
	if (out->kind == OUTSIDE_INSTANCE && !takes_time(&t))
		out->kind = OUTSIDE_DROPPED;
	return true;
}
