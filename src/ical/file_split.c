/*
 * file_split - a whole file into objects of one UID each; see object.h
 *
 * Decisions 31: bare components are wrapped, METHOD is left out, of two
 * versions of one component the newer one stays (SEQUENCE, then DTSTAMP, then
 * the later in the file). A file that is one object already keeps each byte.
 * Messages that only speak about an event (REPLY, CANCEL, ADD, REFRESH, COUNTER,
 * DECLINECOUNTER) are refused: stored without their METHOD they would stand as
 * events that nobody planned, or take the place of the series they refer to.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "ical/build.h"
#include "ical/edit.h"
#include "ical/guard.h"
#include "ical/ical.h"
#include "ical/object.h"

enum { NO_CALENDAR = -1, MAX_PART_ZONES = 64 };

/* A VCALENDAR of the file; the lines are raw, with their line ends. */
struct calendar {
	size_t block;
	struct text version, prodid, calscale;
	struct text method;
	size_t method_begin, method_end;
};

struct zone_text {
	struct text tzid, raw;
	int calendar;
};

/* One event, task, … of the file. */
struct entry {
	size_t block, order;
	enum ical_component type;
	int calendar;
	struct text uid, recurrence, dtstamp;
	int64_t sequence;
	bool is_derived; /* its UID is ours */
	bool is_message; /* its METHOD makes it no object */
	bool is_superseded;
};

struct splitter {
	struct arena *arena;
	struct text file;
	struct ical_blocks blocks;
	struct calendar *calendars;
	struct zone_text *zones;
	struct entry *entries;
	size_t calendar_count, zone_count, entry_count;
	struct ical_part *parts;
	size_t part_count;
};

static struct text slice(const struct splitter *s, size_t begin, size_t end)
{
	return text_of(s->file.at + begin, end - begin);
}

/* A walk over a block's own lines, past the blocks inside it. */
struct own_lines {
	struct splitter *s;
	size_t block, pos, child;
};

static struct own_lines own_lines_of(struct splitter *s, size_t block)
{
	return (struct own_lines){s, block, s->blocks.at[block].body, block + 1};
}

static bool own_lines_next(struct own_lines *w, struct ical_line *l)
{
	const struct ical_blocks *blocks = &w->s->blocks;
	const struct ical_block *b = &blocks->at[w->block];
	struct text within = text_of(w->s->file.at, b->body_end);

	while (ical_line_next(w->s->arena, within, &w->pos, l)) {
		if (w->child >= b->next || l->begin != blocks->at[w->child].begin)
			return true;
		w->pos = blocks->at[w->child].end;
		w->child = blocks->at[w->child].next;
	}
	return false;
}

/* ---- collecting ---- */

static void add_calendar(struct splitter *s, size_t block)
{
	struct calendar *c = &s->calendars[s->calendar_count++];
	struct own_lines w = own_lines_of(s, block);
	struct ical_line l;

	*c = (struct calendar){.block = block};
	while (own_lines_next(&w, &l)) {
		struct text raw = slice(s, l.begin, l.end);

		if (ical_line_is(&l, "VERSION"))
			c->version = raw;
		else if (ical_line_is(&l, "PRODID"))
			c->prodid = raw;
		else if (ical_line_is(&l, "CALSCALE"))
			c->calscale = raw;
		else if (ical_line_is(&l, "METHOD") && !c->method.at) {
			c->method = text_trim(l.value);
			c->method_begin = l.begin;
			c->method_end = l.end;
		}
	}
}

static void add_zone(struct splitter *s, size_t block, int calendar)
{
	struct own_lines w = own_lines_of(s, block);
	struct ical_line l;

	while (own_lines_next(&w, &l)) {
		if (!ical_line_is(&l, "TZID"))
			continue;
		s->zones[s->zone_count++] = (struct zone_text){
			text_trim(l.value),
			slice(s, s->blocks.at[block].begin, s->blocks.at[block].end), calendar};
		return;
	}
}

/* Which METHODs make a message that is no object to keep. */
static bool is_message(const struct splitter *s, int calendar, enum ical_component type)
{
	static const char *const methods[] = {"REPLY",	 "CANCEL",  "ADD",
					      "REFRESH", "COUNTER", "DECLINECOUNTER"};
	struct text method;

	if (calendar == NO_CALENDAR)
		return false;
	method = s->calendars[calendar].method;
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (text_equal_nocase(method, text_from(methods[i])))
			return true;
	/* A REQUEST for free-busy is a question (RFC 5546 §3.3.2). */
	return type == COMP_VFREEBUSY && text_equal_nocase(method, TEXT("REQUEST"));
}

static struct text derive_uid(struct splitter *s, size_t block)
{
	const struct ical_block *b = &s->blocks.at[block];
	struct text digest = secret_digest_hex(s->arena, slice(s, b->begin, b->end));

	return text_from(arena_printf(s->arena, "fasti-%.*s", TEXT_ARG(digest)));
}

static void add_entry(struct splitter *s, size_t block, enum ical_component type, int calendar)
{
	struct entry *e = &s->entries[s->entry_count];
	struct own_lines w = own_lines_of(s, block);
	struct ical_line l;

	*e = (struct entry){.block = block,
			    .order = s->entry_count++,
			    .type = type,
			    .calendar = calendar,
			    .is_message = is_message(s, calendar, type)};
	while (own_lines_next(&w, &l)) {
		if (ical_line_is(&l, "UID") && !e->uid.at)
			e->uid = l.value;
		else if (ical_line_is(&l, "RECURRENCE-ID") && !e->recurrence.at)
			e->recurrence = l.value;
		else if (ical_line_is(&l, "DTSTAMP"))
			e->dtstamp = l.value;
		else if (ical_line_is(&l, "SEQUENCE") &&
			 !text_to_int64(text_trim(l.value), 0, INT32_MAX, &e->sequence))
			e->sequence = 0;
	}
	if (e->uid.len == 0) {
		e->uid = derive_uid(s, block);
		e->is_derived = true;
	}
}

/* The guards bound the depth, so recursion into nested VCALENDARs is fine. */
static const struct fault *collect(struct splitter *s, size_t first, size_t end, int calendar)
{
	for (size_t i = first; i < end; i = s->blocks.at[i].next) {
		const struct ical_block *b = &s->blocks.at[i];
		enum ical_component type = ical_component_find(b->name);
		const struct fault *f = arena_check(s->arena);

		if (ical_block_is(b, "VCALENDAR")) {
			add_calendar(s, i);
			f = collect(s, i + 1, b->next, (int)s->calendar_count - 1);
		} else if (type) {
			add_entry(s, i, type, calendar);
		} else if (ical_block_is(b, "VTIMEZONE")) {
			add_zone(s, i, calendar);
		}
		if (f)
			return f;
	}
	return NULL;
}

/* Arrays for as many as there can be; alarms and observances outnumber them. */
static void make_room(struct splitter *s)
{
	size_t calendars = 0, zones = 0, entries = 0;

	for (size_t i = 0; i < s->blocks.count; i++) {
		const struct ical_block *b = &s->blocks.at[i];

		calendars += ical_block_is(b, "VCALENDAR");
		zones += ical_block_is(b, "VTIMEZONE");
		entries += ical_component_find(b->name) != 0;
	}
	s->calendars = arena_alloc_array(s->arena, calendars, sizeof(*s->calendars));
	s->zones = arena_alloc_array(s->arena, zones, sizeof(*s->zones));
	s->entries = arena_alloc_array(s->arena, entries, sizeof(*s->entries));
}

/* ---- grouping ---- */

static int compare_group(const struct entry *a, const struct entry *b)
{
	int c = text_compare(a->uid, b->uid);

	if (c == 0)
		c = (a->type > b->type) - (a->type < b->type);
	if (c == 0)
		c = (int)a->is_message - (int)b->is_message;
	return c;
}

static int by_group(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;
	int c = compare_group(a, b);

	if (c == 0)
		c = text_compare(a->recurrence, b->recurrence);
	return c != 0 ? c : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;

	return (a->order > b->order) - (a->order < b->order);
}

/* Mark all but the newest of the entries of one group that stand for one instance. */
static void supersede(struct entry **entries, size_t count)
{
	struct entry *newest = entries[0];

	for (size_t i = 1; i < count; i++) {
		struct entry *e = entries[i];
		bool is_newer;

		if (!text_equal(e->recurrence, newest->recurrence)) {
			newest = e;
			continue;
		}
		is_newer = e->sequence != newest->sequence
				   ? e->sequence > newest->sequence
				   : text_compare(e->dtstamp, newest->dtstamp) >= 0;
		(is_newer ? newest : e)->is_superseded = true;
		if (is_newer)
			newest = e;
	}
}

/* ---- writing ---- */

static int compare_zones(const void *left, const void *right)
{
	const struct zone_text *a = left, *b = right;
	int c = text_compare(a->tzid, b->tzid);

	if (c == 0)
		c = (a->calendar > b->calendar) - (a->calendar < b->calendar);
	return c != 0 ? c : (a->raw.at > b->raw.at) - (a->raw.at < b->raw.at);
}

/* The VTIMEZONE for this TZID: of the entry's own VCALENDAR, else any of the file. */
static const struct zone_text *find_zone(const struct splitter *s, struct text tzid, int calendar)
{
	size_t low = 0, high = s->zone_count;
	struct zone_text key = {tzid, {s->file.at, 0}, calendar};

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
	const struct zone_text *at[MAX_PART_ZONES];
	size_t count;
};

static void use_zone(const struct splitter *s, struct part_zones *used, struct text tzid,
		     int calendar)
{
	const struct zone_text *z = find_zone(s, text_trim(tzid), calendar);

	for (size_t i = 0; z && i < used->count; i++)
		if (text_equal(used->at[i]->tzid, z->tzid))
			return;
	if (z && used->count < MAX_PART_ZONES)
		used->at[used->count++] = z;
}

static void use_zones_of(struct splitter *s, struct part_zones *used, const struct entry *e)
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

/* Whole lines; the last line of a file may lack its end. */
static void put_lines(struct buf *b, struct text raw)
{
	buf_put_text(b, raw);
	if (raw.len > 0 && raw.at[raw.len - 1] != '\n')
		buf_put_lit(b, "\r\n");
}

static void put_entry(struct splitter *s, struct buf *b, const struct entry *e)
{
	const struct ical_block *block = &s->blocks.at[e->block];

	if (!e->is_derived) {
		put_lines(b, slice(s, block->begin, block->end));
		return;
	}
	put_lines(b, slice(s, block->begin, block->body));
	buf_put_lit(b, "UID:");
	buf_put_text(b, e->uid);
	buf_put_lit(b, "\r\n");
	put_lines(b, slice(s, block->body, block->end));
}

static void put_head(struct buf *b, const struct calendar *c)
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
static void assemble(struct splitter *s, struct entry **entries, size_t count,
		     struct ical_part *part)
{
	int calendar = entries[0]->calendar;
	struct part_zones used = {.count = 0};
	struct buf b;

	buf_init(&b, s->arena, 1024, ICAL_MAX_SIZE_BYTES);
	put_head(&b, calendar == NO_CALENDAR ? NULL : &s->calendars[calendar]);
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
static void keep_whole(struct splitter *s, struct entry **entries, size_t count,
		       struct ical_part *part)
{
	const struct ical_block *root = &s->blocks.at[0];
	const struct calendar *c = &s->calendars[0];
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

/* One group, in the order of by_group: newest versions found, then back to file order. */
static const struct fault *write_part(struct splitter *s, struct entry **entries, size_t count)
{
	struct ical_part *part;
	size_t kept = 0;

	supersede(entries, count);
	qsort(entries, count, sizeof(struct entry *), by_order);
	part = &s->parts[entries[0]->order];
	part->uid = entries[0]->uid;
	if (entries[0]->is_message) {
		part->fault = fault_make(s->arena, FAULT_BAD_OBJECT, "METHOD",
					 "METHOD:%.*s makes this a message, not an object to keep.",
					 TEXT_ARG(s->calendars[entries[0]->calendar].method));
		return NULL;
	}
	if (is_one_object(s, count)) {
		keep_whole(s, entries, count, part);
		return arena_check(s->arena);
	}
	for (size_t i = 0; i < count; i++)
		if (!entries[i]->is_superseded)
			entries[kept++] = entries[i];
	assemble(s, entries, kept, part);
	return arena_check(s->arena);
}

/* Parts stand at the place of their first entry; close the gaps between them. */
static void pack_parts(struct splitter *s)
{
	for (size_t i = 0; i < s->entry_count; i++)
		if (s->parts[i].uid.at)
			s->parts[s->part_count++] = s->parts[i];
}

static const struct fault *write_parts(struct splitter *s)
{
	struct entry **sorted = arena_alloc_array(s->arena, s->entry_count, sizeof(*sorted));
	size_t from = 0;

	for (size_t i = 0; i < s->entry_count; i++)
		sorted[i] = &s->entries[i];
	qsort(sorted, s->entry_count, sizeof(*sorted), by_group);
	s->parts = arena_alloc_array(s->arena, s->entry_count, sizeof(*s->parts));
	for (size_t i = 1; i <= s->entry_count; i++) {
		const struct fault *f;

		if (i < s->entry_count && compare_group(sorted[from], sorted[i]) == 0)
			continue;
		if ((f = write_part(s, sorted + from, i - from)))
			return f;
		from = i;
	}
	pack_parts(s);
	return NULL;
}

const struct fault *ical_file_split(struct arena *a, struct text file, struct ical_part **parts_out,
				    size_t *count_out)
{
	struct splitter s = {.arena = a, .file = file};
	const struct fault *f;

	*parts_out = NULL;
	*count_out = 0;
	if ((f = ical_guard_bytes(a, file, ICAL_MAX_FILE_BYTES)) ||
	    (f = ical_guard_blocks(a, file, false, SIZE_MAX, &s.blocks)))
		return f;
	make_room(&s);
	if ((f = arena_check(a)) || (f = collect(&s, 0, s.blocks.count, NO_CALENDAR)))
		return f;
	if (s.entry_count == 0 && s.calendar_count == 0)
		return fault_make(
			a, FAULT_BAD_DATA, NULL,
			"The file holds no calendar and no event, task or journal entry.");
	qsort(s.zones, s.zone_count, sizeof(*s.zones), compare_zones);
	if ((f = write_parts(&s)))
		return f;
	*parts_out = s.parts;
	*count_out = s.part_count;
	return NULL;
}
