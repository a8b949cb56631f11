/*
 * file_part - one object of a file, written; see file_priv.h
 *
 * Its bytes are kept: put into a new VCALENDAR, or, where the file is one object
 * already, edited where something must change.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/build.h"
#include "ical/edit.h"
#include "ical/file_priv.h"
#include "ical/ical.h"

enum { MAX_PART_ZONES = 64 };

/* ---- zones ---- */

static int compare_zones(const void *left, const void *right)
{
	const struct file_zone *a = left, *b = right;
	int c = text_compare(a->tzid, b->tzid);

	if (c == 0)
		c = (a->calendar > b->calendar) - (a->calendar < b->calendar);
	return c != 0 ? c : (a->raw.at > b->raw.at) - (a->raw.at < b->raw.at);
}

void file_sort_zones(struct splitter *s)
{
	qsort(s->zones, s->zone_count, sizeof(*s->zones), compare_zones);
}

/* The VTIMEZONE for this TZID: of the entry's own VCALENDAR, else any of the file. */
static const struct file_zone *find_zone(const struct splitter *s, struct text tzid, int calendar)
{
	size_t low = 0, high = s->zone_count;
	struct file_zone key = {tzid, {s->file.at, 0}, calendar};

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare_zones(&s->zones[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < s->zone_count && text_equal(s->zones[low].tzid, tzid))
		return &s->zones[low];
	if (low > 0 && text_equal(s->zones[low - 1].tzid, tzid))
		return &s->zones[low - 1];
	return NULL;
}

/* Which VTIMEZONEs a part holds. */
struct part_zones {
	const struct file_zone *at[MAX_PART_ZONES];
	size_t count;
};

static void use_zone(const struct splitter *s, struct part_zones *used, struct text tzid,
		     int calendar)
{
	const struct file_zone *z = find_zone(s, ical_tzid(s->arena, tzid), calendar);

	for (size_t i = 0; z && i < used->count; i++)
		if (text_equal(used->at[i]->tzid, z->tzid))
			return;
	if (z && used->count < MAX_PART_ZONES)
		used->at[used->count++] = z;
}

static void use_zones_of(struct splitter *s, struct part_zones *used, const struct file_entry *e)
{
	const struct ical_block *b = &s->blocks.at[e->block];
	struct text within = text_of(s->file.at, b->end);
	size_t pos = b->begin;
	struct ical_line l;

	while (ical_line_next(s->arena, within, &pos, &l)) {
		struct text tzid =
			l.params.len > 0 ? ical_line_param(s->arena, &l, "TZID") : TEXT_NONE;

		if (tzid.at)
			use_zone(s, used, tzid, e->calendar);
	}
}

/* ---- lines ---- */

/* Whole lines; the last line of a file may lack its end. */
static void put_lines(struct buf *b, struct text raw)
{
	buf_put_text(b, raw);
	if (raw.len > 0 && raw.at[raw.len - 1] != '\n')
		buf_put_lit(b, "\r\n");
}

static void put_entry(struct splitter *s, struct buf *b, const struct file_entry *e)
{
	const struct ical_block *block = &s->blocks.at[e->block];

	if (!e->is_derived) {
		put_lines(b, file_slice(s, block->begin, block->end));
		return;
	}
	put_lines(b, file_slice(s, block->begin, block->body));
	buf_put_lit(b, "UID:");
	buf_put_text(b, e->uid);
	buf_put_lit(b, "\r\n");
	put_lines(b, file_slice(s, block->body, block->end));
}

static void put_head(struct buf *b, const struct file_calendar *c)
{
	buf_put_lit(b, "BEGIN:VCALENDAR\r\n");
	if (c && c->version.at)
		put_lines(b, c->version);
	else
		buf_put_lit(b, "VERSION:2.0\r\n");
	if (c && c->prodid.at)
		put_lines(b, c->prodid);
	else
		buf_put_lit(b, "PRODID:" ICAL_PRODID "\r\n");
	if (c && c->calscale.at)
		put_lines(b, c->calscale);
}

/* A new VCALENDAR around the entries of one group, their bytes kept. */
static void assemble(struct splitter *s, struct file_entry **entries, size_t count,
		     struct ical_part *part)
{
	int calendar = entries[0]->calendar;
	struct part_zones used = {.count = 0};
	struct buf b;

	buf_init(&b, s->arena, 1024, ICAL_MAX_SIZE_BYTES);
	put_head(&b, calendar == FILE_NO_CALENDAR ? NULL : &s->calendars[calendar]);
	for (size_t i = 0; i < count; i++)
		use_zones_of(s, &used, entries[i]);
	for (size_t i = 0; i < used.count; i++)
		put_lines(&b, used.at[i]->raw);
	for (size_t i = 0; i < count; i++)
		put_entry(s, &b, entries[i]);
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	part->raw = buf_text(&b);
	if (b.overflow)
		part->fault =
			fault_make(s->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				   "One object is larger than %d bytes.", ICAL_MAX_SIZE_BYTES);
}

/* The file is one VCALENDAR with one UID: only what must change does. */
static void keep_whole(struct splitter *s, struct file_entry **entries, size_t count,
		       struct ical_part *part)
{
	const struct ical_block *root = &s->blocks.at[0];
	const struct file_calendar *c = &s->calendars[0];
	struct ical_edit *e = ical_edit_begin(s->arena, text_of(s->file.at + root->begin,
								root->end - root->begin));
	size_t from = root->begin;

	if (!c->version.at)
		ical_edit_insert_line(e, root->body - from, TEXT("VERSION:2.0"));
	if (!c->prodid.at)
		ical_edit_insert_line(e, root->body - from, TEXT("PRODID:" ICAL_PRODID));
	if (c->method.at)
		ical_edit_remove(e, c->method_begin - from, c->method_end - from);
	for (size_t i = 0; i < count; i++) {
		const struct ical_block *b = &s->blocks.at[entries[i]->block];
		char *line = arena_printf(s->arena, "UID:%.*s", TEXT_ARG(entries[i]->uid));

		if (entries[i]->is_superseded)
			ical_edit_remove(e, b->begin - from, b->end - from);
		else if (entries[i]->is_derived)
			ical_edit_insert_line(e, b->body - from, text_from(line));
	}
	part->raw = ical_edit_apply(e);
	if (part->raw.len > ICAL_MAX_SIZE_BYTES)
		part->fault =
			fault_make(s->arena, FAULT_OBJECT_TOO_LARGE, NULL,
				   "The object is larger than %d bytes.", ICAL_MAX_SIZE_BYTES);
}

static bool is_one_object(const struct splitter *s, size_t count)
{
	return count == s->entry_count && s->calendar_count == 1 && !s->blocks.has_stray &&
	       s->blocks.at[0].next == s->blocks.count && s->entries[0].calendar == 0;
}

void file_write_part(struct splitter *s, struct file_entry **entries, size_t count,
		     struct ical_part *part)
{
	size_t kept = 0;

	if (is_one_object(s, count)) {
		keep_whole(s, entries, count, part);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (!entries[i]->is_superseded)
			entries[kept++] = entries[i];
	assemble(s, entries, kept, part);
}
