/* join - many calendar objects as one VCALENDAR */

#include "ical/join.h"

#include "base/arena.h"
#include "ical/build.h"
#include "ical/edit.h"
#include "ical/ical.h"
#include "ical/line.h"
#include "ical/veil.h"
#include "ical/zone.h"

enum { JOIN_BUCKETS = 1024 };

/* Another zone than the first of its name: what it is called here. */
struct other_zone {
	uint64_t lines;
	struct text name;
	struct other_zone *next;
};

struct zone_name {
	struct text tzid;
	uint64_t hash, lines; /* of the name, of the definition */
	bool is_written;
	struct other_zone *others;
	int last; /* how many names were made of it */
	struct zone_name *next;
};

struct ical_join {
	struct arena *arena;
	unsigned flags;
	struct text key;
	struct zone_name *zones[JOIN_BUCKETS];
};

struct ical_join *ical_join_create(struct arena *a, unsigned flags, struct text key)
{
	struct ical_join *j = arena_alloc(a, sizeof(*j));

	j->arena = a;
	j->flags = flags;
	j->key = key;
	return j;
}

static void put_head(struct ical_join *j, struct buf *out, const char *property, struct text value)
{
	struct buf line;

	if (value.len == 0)
		return;
	buf_init(&line, j->arena, 128, 64 * 1024);
	buf_put_str(&line, property);
	buf_put_char(&line, ':');
	ical_put_text(&line, value);
	ical_put_line(out, buf_text(&line));
}

void ical_join_begin(struct ical_join *j, struct buf *out, const struct ical_join_head *head)
{
	bool is_css = head->color.len > 0 && head->color.at[0] != '#';

	buf_put_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	put_head(j, out, "NAME", head->name);
	put_head(j, out, "X-WR-CALNAME", head->name);
	put_head(j, out, "DESCRIPTION", head->description);
	put_head(j, out, "X-WR-CALDESC", head->description);
	put_head(j, out, is_css ? "COLOR" : "X-APPLE-CALENDAR-COLOR", head->color);
	put_head(j, out, "REFRESH-INTERVAL;VALUE=DURATION", head->refresh);
	put_head(j, out, "X-PUBLISHED-TTL", head->refresh);
}

/* ---- zones by their names --------------------------------------------------------------- */

static struct zone_name *find_zone(const struct ical_join *j, struct text tzid)
{
	uint64_t hash = text_hash(tzid);
	struct zone_name *z = j->zones[hash % JOIN_BUCKETS];

	while (z && !(z->hash == hash && text_equal(z->tzid, tzid)))
		z = z->next;
	return z;
}

static void add_zone(struct ical_join *j, struct text tzid, uint64_t lines)
{
	struct zone_name *z = arena_alloc(j->arena, sizeof(*z)), **bucket;

	z->tzid = text_dup(j->arena, tzid);
	z->hash = text_hash(tzid);
	z->lines = lines;
	bucket = &j->zones[z->hash % JOIN_BUCKETS];
	z->next = *bucket;
	*bucket = z;
}

/* A name that no zone has yet. */
static struct text new_name(struct ical_join *j, struct zone_name *z)
{
	struct text name;

	do {
		z->last++;
		name = text_from(
			arena_printf(j->arena, "%.*s (%d)", TEXT_ARG(z->tzid), z->last + 1));
	} while (find_zone(j, name));
	return name;
}

/* What the zone is called here: as in its object, but where another one was first. */
static struct text name_of_zone(struct ical_join *j, struct text tzid, struct text lines)
{
	/* What one that everybody knows says of itself counts for nothing (object_zone.c). */
	uint64_t hash = zone_find_any(tzid) ? 0 : text_hash(lines);
	struct zone_name *z = find_zone(j, tzid);
	struct other_zone *other;

	if (!z)
		add_zone(j, tzid, hash);
	if (!z || z->lines == hash)
		return tzid;
	for (other = z->others; other; other = other->next)
		if (other->lines == hash)
			return other->name;
	other = arena_alloc(j->arena, sizeof(*other));
	*other = (struct other_zone){hash, new_name(j, z), z->others};
	z->others = other;
	add_zone(j, other->name, hash);
	return other->name;
}

/* Lines always end when they leave here, also the last of a file that had no line end. */
static void join_put_lines(struct buf *out, struct text lines)
{
	buf_put_text(out, lines);
	if (lines.len > 0 && lines.at[lines.len - 1] != '\n')
		buf_put_lit(out, "\r\n");
}

/* ---- the components of one object --------------------------------------------------------- */

struct component {
	struct text kind, tzid, lines;
};

static bool is_zone(const struct component *c)
{
	return text_equal_nocase(c->kind, TEXT("VTIMEZONE"));
}

static bool next_component(struct arena *scratch, struct text raw, size_t *pos, int *depth,
			   struct component *out)
{
	struct ical_line line;
	size_t begin = 0;

	while (ical_line_next(scratch, raw, pos, &line)) {
		if (ical_line_is(&line, "BEGIN") && (*depth)++ == 1) {
			begin = line.begin;
			*out = (struct component){line.value, TEXT_NONE, TEXT_NONE};
		}
		if (*depth == 2 && ical_line_is(&line, "TZID"))
			out->tzid = line.value;
		if (!ical_line_is(&line, "END") || --*depth != 1)
			continue;
		out->lines = text_sub(raw, begin, line.end - begin);
		return true;
	}
	return false;
}

struct renamed {
	struct text from, to;
	struct renamed *next;
};

/* Zones of the object that are called otherwise here; of two with one name the first counts. */
static struct renamed *find_renamed(struct ical_join *j, struct arena *scratch, struct text raw)
{
	struct renamed *all = NULL, *r;
	struct component c = {TEXT_NONE, TEXT_NONE, TEXT_NONE};
	size_t pos = 0;
	int depth = 0;
	bool any = false;

	while (next_component(scratch, raw, &pos, &depth, &c)) {
		if (!is_zone(&c))
			continue;
		for (r = all; r && !text_equal(r->from, c.tzid); r = r->next)
			;
		if (r)
			continue;
		r = arena_alloc(scratch, sizeof(*r));
		*r = (struct renamed){c.tzid, name_of_zone(j, c.tzid, c.lines), all};
		any = any || !text_equal(r->from, r->to);
		all = r;
	}
	return any ? all : NULL;
}

static const struct renamed *find_from(const struct renamed *all, struct text tzid)
{
	while (all && !text_equal(all->from, tzid))
		all = all->next;
	return all;
}

/* The line with another TZID; quotes may hold what looks like one. */
static struct text with_tzid(struct arena *scratch, const struct ical_line *l, struct text tzid)
{
	static const struct text wanted = TEXT_INIT(";TZID=");
	bool is_quoted = false, is_inside = false;
	struct buf b;

	buf_init(&b, scratch, 256, ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	for (size_t i = 0; i < l->params.len; i++) {
		char c = l->params.at[i];

		is_quoted = is_quoted != (c == '"');
		if (c == ';' && !is_quoted) {
			is_inside =
				text_starts_nocase(text_sub(l->params, i, l->params.len), wanted);
			if (is_inside) {
				buf_put_text(&b, wanted);
				ical_put_param(&b, tzid);
			}
		}
		if (!is_inside)
			buf_put_char(&b, c);
	}
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	return buf_text(&b);
}

static struct text rename_zones(struct arena *scratch, struct text raw, const struct renamed *all)
{
	struct ical_edit *e = ical_edit_begin(scratch, raw);
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(scratch, raw, &pos, &l)) {
		struct text tzid = ical_line_param(scratch, &l, "TZID");
		const struct renamed *of_line = tzid.at ? find_from(all, tzid) : NULL;
		const struct renamed *of_zone =
			ical_line_is(&l, "TZID") ? find_from(all, l.value) : NULL;

		if (of_line)
			ical_edit_replace_line(e, l.begin, l.end,
					       with_tzid(scratch, &l, of_line->to));
		else if (of_zone)
			ical_edit_replace_line(e, l.begin, l.end,
					       text_from(arena_printf(scratch, "TZID:%.*s",
								      TEXT_ARG(of_zone->to))));
	}
	return ical_edit_apply(e);
}

static void join_put_zone(struct ical_join *j, struct buf *out, struct arena *scratch,
			  const struct component *c)
{
	struct zone_name *z = find_zone(j, c->tzid);
	bool is_known = (j->flags & ICAL_JOIN_BY_REFERENCE) && zone_find(c->tzid);

	/* A name that was cleaned of controls on its way is told again, not remembered. */
	if (is_known || (z && z->is_written))
		return;
	if (z)
		z->is_written = true;
	if (j->flags & ICAL_JOIN_VEILED)
		ical_put_veiled_zone(out, scratch, c->lines, j->key);
	else
		join_put_lines(out, c->lines);
}

static void join_put(struct ical_join *j, struct buf *out, struct arena *scratch,
		     const struct component *c)
{
	if (is_zone(c))
		join_put_zone(j, out, scratch, c);
	else if (!(j->flags & ICAL_JOIN_VEILED))
		join_put_lines(out, c->lines);
	else if (text_equal_nocase(c->kind, TEXT("VEVENT")))
		ical_put_veiled(out, scratch, c->lines, j->key);
}

void ical_join_add(struct ical_join *j, struct buf *out, struct arena *scratch, struct text raw)
{
	const struct renamed *renamed = find_renamed(j, scratch, raw);
	struct component c = {TEXT_NONE, TEXT_NONE, TEXT_NONE};
	size_t pos = 0;
	int depth = 0;

	if (renamed)
		raw = rename_zones(scratch, raw, renamed);
	while (next_component(scratch, raw, &pos, &depth, &c))
		join_put(j, out, scratch, &c);
}

void ical_join_end(struct ical_join *j, struct buf *out)
{
	memset(j->zones, 0, sizeof(j->zones));
	buf_put_lit(out, "END:VCALENDAR\r\n");
}
