/*
 * mirror_trim - of an object of another server what says when its time is taken
 *
 * Whatever the object holds, its lines are read one by one and only those of a short list are kept.
 * Nothing is refused here: a character that no iCalendar may have is replaced, a line that is too
 * long is left out with its file, and what cannot be read in the end is the mirror's to judge.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "federation/mirror.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/zone.h"

enum {
	TRIM_INSIDE = 2, /* the depth of lines of a component inside VCALENDAR */
	/* The mirror writes lines of its own beside these. */
	TRIM_BYTES_MAX = ICAL_MAX_SIZE_BYTES / 2,
};

/* What is known of a component after one walk over it. */
struct part {
	struct text kind, uid, tzid;
	struct text lines; /* from its BEGIN past its END */
	bool is_instance;  /* it has a RECURRENCE-ID */
	bool is_free;	   /* called off, transparent, or declined */
	bool is_own;	   /* I organize it */
	bool is_unanswered;
	bool is_private;
};

struct parts {
	struct part *at;
	size_t count, cap;
};

/* ---- bytes ------------------------------------------------------------------------------- */

static bool is_sound(unsigned char c, bool is_utf8)
{
	return c >= 0x80 ? is_utf8 : (c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t';
}

/* As the reader wants it: no controls, and UTF-8 or ASCII. */
static struct text scrub(struct arena *a, struct text raw)
{
	char *out = arena_alloc(a, raw.len + 1);
	bool is_utf8 = text_is_utf8(raw);
	size_t len = 0;

	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.at[i];

		if (c == '\r')
			continue;
		out[len++] = is_sound(c, is_utf8) ? (char)c : '?';
	}
	return text_of(out, len);
}

/* ---- looking ----------------------------------------------------------------------------- */

static bool is_me(struct arena *a, const struct ical_line *l, const struct mirror_me *me)
{
	return ical_address_is_among(a, text_trim(l->value), me->at, me->count);
}

/* RFC 5545 §3.2.12: who has said nothing has not answered. */
static void look_at_attendee(struct arena *a, const struct ical_line *l, const struct mirror_me *me,
			     struct part *p)
{
	struct text answer = ical_line_param(a, l, "PARTSTAT");

	if (text_equal_nocase(answer, TEXT("DECLINED")))
		p->is_free = p->is_free || is_me(a, l, me);
	else if (answer.len == 0 || text_equal_nocase(answer, TEXT("NEEDS-ACTION")))
		p->is_unanswered = p->is_unanswered || is_me(a, l, me);
}

static void look_at_line(struct arena *a, const struct ical_line *l, const struct mirror_me *me,
			 struct part *p)
{
	struct text value = text_trim(l->value);

	if (ical_line_is(l, "UID"))
		p->uid = value;
	else if (ical_line_is(l, "TZID"))
		p->tzid = value;
	else if (ical_line_is(l, "RECURRENCE-ID"))
		p->is_instance = true;
	else if (ical_line_is(l, "CLASS"))
		p->is_private = !text_equal_nocase(value, TEXT("PUBLIC"));
	else if ((ical_line_is(l, "STATUS") && text_equal_nocase(value, TEXT("CANCELLED"))) ||
		 (ical_line_is(l, "TRANSP") && text_equal_nocase(value, TEXT("TRANSPARENT"))))
		p->is_free = true;
	else if (ical_line_is(l, "ORGANIZER"))
		p->is_own = is_me(a, l, me);
	else if (ical_line_is(l, "ATTENDEE"))
		look_at_attendee(a, l, me, p);
}

static void add_part(struct arena *a, struct parts *all, const struct part *p)
{
	if (all->count == all->cap) {
		struct part *at = arena_alloc_array(a, all->cap * 2 + 8, sizeof(*at));

		if (all->count > 0)
			memcpy(at, all->at, all->count * sizeof(*at));
		all->at = at;
		all->cap = all->cap * 2 + 8;
	}
	all->at[all->count++] = *p;
}

/* The components right inside the VCALENDAR; what is not closed is none. */
static struct parts find_parts(struct arena *a, struct text raw, const struct mirror_me *me)
{
	struct parts all = {0};
	struct part p = {0};
	struct ical_line l;
	size_t pos = 0, begin = 0, depth = 0;

	while (ical_line_next(a, raw, &pos, &l) && all.count < ICAL_MAX_COMPONENTS) {
		if (ical_line_is(&l, "BEGIN") && ++depth == TRIM_INSIDE) {
			begin = l.begin;
			p = (struct part){.kind = text_trim(l.value)};
		} else if (ical_line_is(&l, "END") && depth > 0 && depth-- == TRIM_INSIDE) {
			p.lines = text_sub(raw, begin, l.end - begin);
			if (me->skips_unanswered && p.is_unanswered && !p.is_own)
				p.is_free = true;
			add_part(a, &all, &p);
		} else if (depth == TRIM_INSIDE) {
			look_at_line(a, &l, me, &p);
		}
	}
	return all;
}

bool mirror_is_whole(struct arena *a, struct text object)
{
	struct text raw = scrub(a, object);
	size_t pos = 0, depth = 0;
	bool has_any = false;
	struct ical_line l;

	while (ical_line_next(a, raw, &pos, &l)) {
		bool is_end = ical_line_is(&l, "END");

		if (is_end && depth == 0)
			return false;
		if (depth == 0 && ical_line_is(&l, "BEGIN")) {
			if (!text_equal_nocase(text_trim(l.value), TEXT("VCALENDAR")))
				return false;
			has_any = true;
		}
		depth += ical_line_is(&l, "BEGIN");
		depth -= is_end;
	}
	return has_any && depth == 0;
}

/* ---- writing ----------------------------------------------------------------------------- */

static bool is_too_long(const struct ical_line *l)
{
	return l->params.len + l->value.len > ICAL_MAX_LINE_BYTES / 2;
}

static bool is_recurrence(const struct ical_line *l)
{
	return ical_line_is(l, "RRULE") || ical_line_is(l, "RDATE");
}

/* What says when it is, and what of it a host is shown. */
static bool is_kept(const struct ical_line *l, const struct part *p)
{
	static const char *const names[] = {
		"DTSTART", "DTEND",	    "DURATION", "RRULE",    "RDATE",
		"EXDATE",  "RECURRENCE-ID", "STATUS",	"SEQUENCE", "X-MICROSOFT-CDO-BUSYSTATUS",
	};

	if (is_too_long(l))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return !p->is_private && ical_line_is(l, "SUMMARY");
}

static void put_line(struct buf *out, const struct ical_line *l)
{
	struct buf line;

	buf_init(&line, out->arena, 128, ICAL_MAX_LINE_BYTES);
	buf_put_text(&line, l->name);
	buf_put_text(&line, l->params);
	buf_put_char(&line, ':');
	buf_put_text(&line, l->value);
	ical_put_line(out, buf_text(&line));
}

/* Whole, or not at all: of very many the last ones are left out. */
static void put_whole(struct buf *out, const struct buf *component)
{
	if (!component->overflow && component->len <= out->max - out->len)
		buf_put_text(out, buf_text(component));
}

/* Can its rules and dates not be kept? */
static bool is_endless(struct arena *a, const struct part *p)
{
	struct ical_line l;
	size_t pos = 0, bytes = 0;
	bool is_over = false;

	while (ical_line_next(a, p->lines, &pos, &l)) {
		if (!is_recurrence(&l))
			continue;
		bytes += l.end - l.begin;
		is_over = is_over || is_too_long(&l) || bytes > TRIM_BYTES_MAX / 2;
	}
	return is_over;
}

/* One whose dates are too many counts daily, which holds the most of them (booking case C12). */
static void put_event(struct buf *out, struct arena *a, const struct part *p)
{
	bool is_daily = is_endless(a, p);
	struct ical_line l;
	size_t pos = 0, depth = 0;
	struct buf b;

	buf_init(&b, a, 256, TRIM_BYTES_MAX);
	buf_put_lit(&b, "BEGIN:VEVENT\r\n");
	while (ical_line_next(a, p->lines, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN"))
			depth++;
		else if (ical_line_is(&l, "END") && depth > 0)
			depth--;
		else if (depth == 1 && is_kept(&l, p) && !(is_daily && is_recurrence(&l)))
			put_line(&b, &l);
	}
	if (is_daily && !p->is_instance)
		buf_put_lit(&b, "RRULE:FREQ=DAILY\r\n");
	/* It stands in for its instance all the same, but takes no time. */
	if (p->is_free)
		buf_put_lit(&b, "TRANSP:TRANSPARENT\r\n");
	buf_put_lit(&b, "END:VEVENT\r\n");
	put_whole(out, &b);
}

/* The database's own word on a zone counts (decisions 43), so that one need not be kept. */
static bool is_own_zone(struct arena *a, const struct part *p)
{
	return text_equal_nocase(p->kind, TEXT("VTIMEZONE")) && p->tzid.len > 0 &&
	       !zone_find_any(ical_tzid(a, p->tzid));
}

static void put_zone(struct buf *out, struct arena *a, const struct part *p)
{
	struct ical_line l;
	size_t pos = 0;
	struct buf b;

	buf_init(&b, a, 512, TRIM_BYTES_MAX);
	while (ical_line_next(a, p->lines, &pos, &l))
		put_line(&b, &l);
	put_whole(out, &b);
}

/* One object is one event: what has another UID has no place in it (RFC 4791 §4.1). */
static bool is_event(const struct part *p, struct text uid)
{
	return text_equal_nocase(p->kind, TEXT("VEVENT")) && text_equal(p->uid, uid);
}

static struct text uid_of(const struct parts *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (text_equal_nocase(all->at[i].kind, TEXT("VEVENT")))
			return all->at[i].uid;
	return TEXT_NONE;
}

static void put_zones(struct buf *out, struct arena *a, const struct parts *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_own_zone(a, &all->at[i]))
			put_zone(out, a, &all->at[i]);
}

/* The first that takes time, if any does. */
static bool put_master(struct buf *out, struct arena *a, const struct parts *all, struct text uid)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct part *p = &all->at[i];

		if (is_event(p, uid) && !p->is_instance && !p->is_free) {
			put_event(out, a, p);
			return true;
		}
	}
	return false;
}

/* A free one says only what its series does not do. */
static bool put_instances(struct buf *out, struct arena *a, const struct parts *all,
			  struct text uid, bool has_master)
{
	bool takes_time = false;

	for (size_t i = 0; i < all->count; i++) {
		const struct part *p = &all->at[i];

		if (!is_event(p, uid) || !p->is_instance || (p->is_free && !has_master))
			continue;
		put_event(out, a, p);
		takes_time = takes_time || !p->is_free;
	}
	return takes_time;
}

struct text mirror_trim(struct arena *a, struct text object, const struct mirror_me *me)
{
	struct parts all = find_parts(a, scrub(a, object), me);
	struct text uid = uid_of(&all);
	bool has_master, takes_time;
	struct buf out;

	buf_init(&out, a, 512, TRIM_BYTES_MAX);
	put_zones(&out, a, &all);
	has_master = put_master(&out, a, &all, uid);
	takes_time = put_instances(&out, a, &all, uid, has_master) || has_master;
	return takes_time ? buf_text(&out) : TEXT_NONE;
}
