/*
 * mirror - the object of a series, put together from its rows
 *
 * Rows are lines of others. Each is looked at alone, and one that the reader does not take is cut
 * down to its times; then all of them together, and where they do not fit, those that do are found
 * by halves.
 */
#include "federation/mirror.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/object.h"
#include "ical/zone.h"

enum {
	MIRROR_TRIES = 64, /* how often a series is put together anew to find what fits */
	MIRROR_SCRATCH_BYTES = 64 * 1024 * 1024,
};

struct text mirror_name(struct arena *a, struct text series)
{
	return text_from(arena_printf(a, "outside-%.*s", TEXT_ARG(secret_digest_hex(a, series))));
}

/* ---- dates that do not take place --------------------------------------------------------- */

/* How the master says its times; all bound to one form, or other programs would not see them. */
struct bound {
	bool is_known;
	enum time_form form;
	const struct zone *zone; /* of TIME_ZONED; NULL: only the object knows it */
	struct text params;	 /* of its DTSTART */
};

static struct bound bound_of(struct arena *a, const struct ical_line *dtstart)
{
	struct text tzid = ical_line_param(a, dtstart, "TZID");
	struct bound b = {.params = dtstart->params};
	int64_t seconds;

	b.is_known = time_parse(text_trim(dtstart->value), &seconds, &b.form);
	if (b.form == TIME_FLOATING && tzid.len > 0) {
		b.form = TIME_ZONED;
		b.zone = zone_find_any(tzid);
	}
	return b;
}

/* Is one of two an instant, and the other a local time in a zone that is known? */
static bool may_bind(const struct bound *from, const struct bound *to)
{
	return (from->form == TIME_UTC || (from->form == TIME_ZONED && from->zone)) &&
	       (to->form == TIME_UTC || (to->form == TIME_ZONED && to->zone));
}

static int64_t rebind(const struct bound *from, const struct bound *to, int64_t seconds)
{
	int64_t utc = from->form == TIME_UTC ? seconds : zone_to_utc(from->zone, seconds);

	return to->form == TIME_UTC ? utc : zone_to_local(to->zone, utc);
}

static void put_exdate_value(struct buf *line, const struct bound *to, int64_t seconds)
{
	buf_put_lit(line, "EXDATE");
	if (to->form == TIME_DATE)
		buf_put_lit(line, ";VALUE=DATE");
	else if (to->form == TIME_ZONED)
		buf_put_text(line, to->params);
	buf_put_char(line, ':');
	if (to->form == TIME_DATE)
		time_put_date(line, seconds);
	else if (to->form == TIME_UTC)
		time_put_utc(line, seconds);
	else
		time_put_local(line, seconds);
}

/* One date of one EXDATE line, in the form of the master (RFC 5545 §3.8.5.1). */
static void put_exdate(struct buf *out, struct arena *a, const struct ical_line *l,
		       struct text value, const struct bound *to)
{
	struct text tzid = ical_line_param(a, l, "TZID");
	struct bound from = {0};
	int64_t seconds;
	struct buf line;

	if (!time_parse(text_trim(value), &seconds, &from.form))
		return;
	if (from.form == TIME_FLOATING && tzid.len > 0)
		from = (struct bound){.form = TIME_ZONED, .zone = zone_find_any(tzid)};
	buf_init(&line, a, 64, ICAL_MAX_LINE_BYTES);
	if (to->form == TIME_DATE || to->form == from.form) {
		/* Of a date the day counts, and a wall clock is the same in whichever zone. */
		if (from.form == TIME_ZONED && to->form == TIME_ZONED && may_bind(&from, to))
			seconds = rebind(&from, to, seconds);
		put_exdate_value(&line, to, seconds);
	} else if (may_bind(&from, to)) {
		put_exdate_value(&line, to, rebind(&from, to, seconds));
	} else {
		buf_put_lit(&line, "EXDATE");
		buf_put_text(&line, l->params);
		buf_put_char(&line, ':');
		buf_put_text(&line, value);
	}
	ical_put_line(out, buf_text(&line));
}

static void put_exdates(struct buf *out, struct arena *a, struct text lines, const struct bound *to)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, lines, &pos, &l)) {
		struct text rest = l.value, value;

		while (ical_line_is(&l, "EXDATE") && text_next(&rest, ',', &value))
			put_exdate(out, a, &l, value, to);
	}
}

/* ---- putting together --------------------------------------------------------------------- */

/* Rows on their way into an object. */
struct series {
	const struct outside_event *const *rows; /* masters first */
	const struct text *lines;		 /* of each; empty: left out */
	size_t count;
	struct text uid;
};

static void put_dropped(struct buf *out, struct arena *a, const struct series *s,
			const struct bound *master)
{
	for (size_t i = 0; master->is_known && i < s->count; i++)
		if (s->rows[i]->kind == OUTSIDE_DROPPED)
			put_exdates(out, a, s->lines[i], master);
}

/* The component under way. */
struct writing {
	size_t depth;
	bool is_event, is_instance;
	struct bound bound;
};

static void begin_component(struct buf *out, const struct series *s, struct writing *w,
			    const struct ical_line *l)
{
	*w = (struct writing){.depth = 1,
			      .is_event = text_equal_nocase(text_trim(l->value), TEXT("VEVENT"))};
	buf_put_lit(out, "BEGIN:");
	buf_put_text(out, text_trim(l->value));
	buf_put_lit(out, "\r\n");
	if (!w->is_event)
		return;
	buf_put_lit(out, "UID:");
	buf_put_text(out, s->uid);
	buf_put_lit(out, "\r\n");
}

static void put_property(struct buf *out, struct arena *a, struct text lines,
			 const struct ical_line *l, struct writing *w)
{
	if (w->is_event && ical_line_is(l, "UID"))
		return;
	if (w->is_event && ical_line_is(l, "RECURRENCE-ID"))
		w->is_instance = true;
	if (w->is_event && ical_line_is(l, "DTSTART"))
		w->bound = bound_of(a, l);
	buf_put_text(out, text_sub(lines, l->begin, l->end - l->begin));
	if (out->len > 0 && out->at[out->len - 1] != '\n')
		buf_put_lit(out, "\r\n");
}

/* A row's components with the UID, and in the master what does not take place. */
static void put_row(struct buf *out, struct arena *a, const struct series *s, struct text lines)
{
	struct writing w = {0};
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, lines, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN") && w.depth == 0) {
			begin_component(out, s, &w, &l);
			continue;
		}
		if (w.depth == 0)
			continue;
		w.depth += ical_line_is(&l, "BEGIN");
		if (ical_line_is(&l, "END") && --w.depth == 0 && w.is_event && !w.is_instance)
			put_dropped(out, a, s, &w.bound);
		put_property(out, a, lines, &l, &w);
	}
}

static struct text put_together(struct arena *a, const struct series *s)
{
	struct buf out;

	buf_init(&out, a, 1024, ICAL_MAX_SIZE_BYTES);
	buf_put_lit(&out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i]->kind != OUTSIDE_DROPPED)
			put_row(&out, a, s, s->lines[i]);
	buf_put_lit(&out, "END:VCALENDAR\r\n");
	return out.overflow ? TEXT_NONE : buf_text(&out);
}

/* Does the reader take it, as whoever puts it into the store will ask? */
static bool is_readable(struct text object)
{
	struct arena *scratch = arena_create(MIRROR_SCRATCH_BYTES);
	struct ical_object *o;
	bool is = object.len > 0 && !ical_object_parse(scratch, object, ICAL_FROM_IMPORT, &o) &&
		  !arena_check(scratch);

	arena_destroy(scratch);
	return is;
}

/* ---- what does not fit -------------------------------------------------------------------- */

static bool says_when(const struct ical_line *l)
{
	static const char *const names[] = {"BEGIN", "END",	 "DTSTART",
					    "DTEND", "DURATION", "RECURRENCE-ID"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (ical_line_is(l, names[i]))
			return true;
	return false;
}

/* Only when it is: a rule that nobody can read counts where the event itself says it begins. */
static struct text times_alone(struct arena *a, struct text lines)
{
	struct ical_line l;
	size_t pos = 0;
	bool is_inside = false;
	struct buf out;

	buf_init(&out, a, 256, ICAL_MAX_SIZE_BYTES);
	while (ical_line_next(a, lines, &pos, &l)) {
		if (ical_line_is(&l, "BEGIN"))
			is_inside = text_equal_nocase(text_trim(l.value), TEXT("VEVENT"));
		if (!is_inside || says_when(&l))
			buf_put_text(&out, text_sub(lines, l.begin, l.end - l.begin));
	}
	return buf_text(&out);
}

static bool is_alone_readable(struct arena *a, const struct series *s, size_t i, struct text lines)
{
	const struct series one = {&s->rows[i], &lines, 1, s->uid};

	return is_readable(put_together(a, &one));
}

/* Each row as the reader takes it alone; empty: not at all. */
static void mend_rows(struct arena *a, const struct series *s, struct text *lines)
{
	for (size_t i = 0; i < s->count && !arena_check(a); i++) {
		if (s->rows[i]->kind == OUTSIDE_DROPPED || lines[i].len == 0 ||
		    is_alone_readable(a, s, i, lines[i]))
			continue;
		lines[i] = times_alone(a, lines[i]);
		if (!is_alone_readable(a, s, i, lines[i]))
			lines[i] = TEXT_NONE;
	}
}

/* Add rows [from, to) to what is kept already, or of them as many as fit. */
struct halves {
	struct arena *arena;
	const struct series *all;
	struct text *kept; /* lines of each row, or empty */
	int tries;
};

static void keep_fitting(struct halves *h, size_t from, size_t to)
{
	const struct series s = {h->all->rows, h->kept, h->all->count, h->all->uid};
	size_t middle = from + (to - from) / 2;

	if (from == to || h->tries == 0 || arena_check(h->arena))
		return;
	h->tries--;
	memcpy(&h->kept[from], &h->all->lines[from], (to - from) * sizeof(*h->kept));
	if (is_readable(put_together(h->arena, &s)))
		return;
	memset(&h->kept[from], 0, (to - from) * sizeof(*h->kept));
	if (to - from == 1)
		return;
	keep_fitting(h, from, middle);
	keep_fitting(h, middle, to);
}

static struct text find_fitting(struct arena *a, const struct series *all)
{
	struct halves h = {a, all, arena_alloc_array(a, all->count, sizeof(*h.kept)), MIRROR_TRIES};
	const struct series kept = {all->rows, h.kept, all->count, all->uid};
	struct text object;

	keep_fitting(&h, 0, all->count);
	object = put_together(a, &kept);
	return is_readable(object) ? object : TEXT_NONE;
}

/* ---- the object ---------------------------------------------------------------------------- */

/* Masters first; the rest by their ids, so that the same rows are the same bytes. */
static int compare_rows(const void *left, const void *right)
{
	const struct outside_event *a = *(const struct outside_event *const *)left;
	const struct outside_event *b = *(const struct outside_event *const *)right;
	bool a_is_master = a->kind <= OUTSIDE_MASTER, b_is_master = b->kind <= OUTSIDE_MASTER;

	if (a_is_master != b_is_master)
		return a_is_master ? -1 : 1;
	return text_compare(a->remote, b->remote);
}

/* A provider gives whole components, or the lines of one event alone. */
static struct text as_component(struct arena *a, struct text lines)
{
	if (lines.len == 0 || text_starts_nocase(lines, TEXT("BEGIN:")))
		return lines;
	return text_from(arena_printf(a, "BEGIN:VEVENT\r\n%.*sEND:VEVENT\r\n", TEXT_ARG(lines)));
}

static bool takes_time(const struct series *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i]->kind != OUTSIDE_DROPPED && s->lines[i].len > 0)
			return true;
	return false;
}

struct text mirror_object(struct arena *a, const struct outside_event *rows, size_t count,
			  struct text uid)
{
	const struct outside_event **sorted = arena_alloc_array(a, count, sizeof(*sorted));
	struct text *lines = arena_alloc_array(a, count, sizeof(*lines));
	const struct series s = {sorted, lines, count, uid};
	struct text object;

	for (size_t i = 0; i < count; i++)
		sorted[i] = &rows[i];
	qsort(sorted, count, sizeof(*sorted), compare_rows);
	for (size_t i = 0; i < count; i++)
		lines[i] = sorted[i]->kind == OUTSIDE_DROPPED ? sorted[i]->lines
							      : as_component(a, sorted[i]->lines);
	if (!takes_time(&s))
		return TEXT_NONE;
	object = put_together(a, &s);
	if (is_readable(object))
		return object;
	mend_rows(a, &s, lines);
	return takes_time(&s) ? find_fitting(a, &s) : TEXT_NONE;
}
