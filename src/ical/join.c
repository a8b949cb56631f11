/* join - many calendar objects as one VCALENDAR */

#include "ical/join.h"

#include "base/arena.h"
#include "ical/build.h"
#include "ical/line.h"

enum { JOIN_BUCKETS = 1024 };

struct seen_zone {
	struct text tzid;
	uint64_t hash;
	struct seen_zone *next;
};

struct ical_join {
	struct arena *arena;
	struct seen_zone *zones[JOIN_BUCKETS];
};

struct ical_join *ical_join_create(struct arena *a)
{
	struct ical_join *j = arena_alloc(a, sizeof(*j));

	j->arena = a;
	return j;
}

void ical_join_begin(struct ical_join *j, struct buf *out, struct text name)
{
	struct buf line;

	buf_put_lit(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" ICAL_PRODID "\r\n");
	if (name.len == 0)
		return;
	buf_init(&line, j->arena, 128, 4096);
	buf_put_lit(&line, "X-WR-CALNAME:");
	ical_put_text(&line, name);
	ical_put_line(out, buf_text(&line));
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
static void join_put_lines(struct buf *out, struct text raw, size_t begin, size_t end)
{
	buf_put(out, raw.at + begin, end - begin);
	if (end > begin && raw.at[end - 1] != '\n')
		buf_put_lit(out, "\r\n");
}

void ical_join_add(struct ical_join *j, struct buf *out, struct arena *scratch, struct text raw)
{
	struct text kind = TEXT_NONE, tzid = TEXT_NONE;
	struct ical_line line;
	size_t pos = 0, begin = 0;
	int depth = 0;

	while (ical_line_next(scratch, raw, &pos, &line)) {
		if (ical_line_is(&line, "BEGIN") && depth++ == 1) {
			begin = line.begin;
			kind = line.value;
			tzid = TEXT_NONE;
		}
		if (depth == 2 && ical_line_is(&line, "TZID"))
			tzid = line.value;
		if (!ical_line_is(&line, "END") || --depth != 1)
			continue;
		if (text_equal_nocase(kind, TEXT("VTIMEZONE")) && !join_is_new_zone(j, tzid))
			continue;
		join_put_lines(out, raw, begin, line.end);
	}
}

void ical_join_end(struct ical_join *j, struct buf *out)
{
	memset(j->zones, 0, sizeof(j->zones));
	buf_put_lit(out, "END:VCALENDAR\r\n");
}
