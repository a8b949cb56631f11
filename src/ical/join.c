/* join - many calendar objects as one VCALENDAR */

#include "ical/join.h"

#include "base/arena.h"
#include "ical/build.h"
#include "ical/line.h"
#include "ical/veil.h"
#include "ical/zone.h"

enum { JOIN_BUCKETS = 1024 };

struct seen_zone {
	struct text tzid;
	uint64_t hash;
	struct seen_zone *next;
};

struct ical_join {
	struct arena *arena;
	unsigned flags;
	struct text key;
	struct seen_zone *zones[JOIN_BUCKETS];
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

static bool join_is_new_zone(struct ical_join *j, struct text tzid)
{
	uint64_t hash = text_hash(tzid);
	struct seen_zone **bucket = &j->zones[hash % JOIN_BUCKETS], *z;

	for (z = *bucket; z; z = z->next)
		if (z->hash == hash && text_equal(z->tzid, tzid))
			return false;
	z = arena_alloc(j->arena, sizeof(*z));
	z->tzid = text_dup(j->arena, tzid);
	z->hash = hash;
	z->next = *bucket;
	*bucket = z;
	return true;
}

/* Lines always end when they leave here, also the last of a file that had no line end. */
static void join_put_lines(struct buf *out, struct text lines)
{
	buf_put_text(out, lines);
	if (lines.len > 0 && lines.at[lines.len - 1] != '\n')
		buf_put_lit(out, "\r\n");
}

struct component {
	struct text kind, tzid, lines;
};

static void join_put(struct ical_join *j, struct buf *out, struct arena *scratch,
		     const struct component *c)
{
	if (text_equal_nocase(c->kind, TEXT("VTIMEZONE"))) {
		bool is_known = (j->flags & ICAL_JOIN_BY_REFERENCE) && zone_find(c->tzid);

		if (is_known || !join_is_new_zone(j, c->tzid))
			return;
		if (j->flags & ICAL_JOIN_VEILED)
			ical_put_veiled_zone(out, scratch, c->lines, j->key);
		else
			join_put_lines(out, c->lines);
	} else if (!(j->flags & ICAL_JOIN_VEILED)) {
		join_put_lines(out, c->lines);
	} else if (text_equal_nocase(c->kind, TEXT("VEVENT"))) {
		ical_put_veiled(out, scratch, c->lines, j->key);
	}
}

void ical_join_add(struct ical_join *j, struct buf *out, struct arena *scratch, struct text raw)
{
	struct component c = {TEXT_NONE, TEXT_NONE, TEXT_NONE};
	struct ical_line line;
	size_t pos = 0, begin = 0;
	int depth = 0;

	while (ical_line_next(scratch, raw, &pos, &line)) {
		if (ical_line_is(&line, "BEGIN") && depth++ == 1) {
			begin = line.begin;
			c.kind = line.value;
			c.tzid = TEXT_NONE;
		}
		if (depth == 2 && ical_line_is(&line, "TZID"))
			c.tzid = line.value;
		if (!ical_line_is(&line, "END") || --depth != 1)
			continue;
		c.lines = text_sub(raw, begin, line.end - begin);
		join_put(j, out, scratch, &c);
	}
}

void ical_join_end(struct ical_join *j, struct buf *out)
{
	memset(j->zones, 0, sizeof(j->zones));
	buf_put_lit(out, "END:VCALENDAR\r\n");
}
