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
#include "base/secret.h"
#include "ical/file_priv.h"
#include "ical/ical.h"
#include "ical/walk.h"

/* ---- collecting ---- */

static void add_calendar(struct splitter *s, size_t block)
{
	struct file_calendar *c = &s->calendars[s->calendar_count++];
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, s->arena, s->file, &s->blocks, block);
	while (ical_walk_line(&w, &l)) {
		struct text raw = file_slice(s, l.begin, l.end);

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
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, s->arena, s->file, &s->blocks, block);
	while (ical_walk_line(&w, &l)) {
		if (!ical_line_is(&l, "TZID"))
			continue;
		s->zones[s->zone_count++] = (struct file_zone){
			ical_tzid(s->arena, l.value),
			file_slice(s, s->blocks.at[block].begin, s->blocks.at[block].end),
			calendar};
		return;
	}
}

/* Which METHODs make a message that is no object to keep. */
static bool is_message(const struct splitter *s, int calendar, enum ical_component type)
{
	static const char *const methods[] = {"REPLY",	 "CANCEL",  "ADD",
					      "REFRESH", "COUNTER", "DECLINECOUNTER"};
	struct text method;

	if (calendar == FILE_NO_CALENDAR)
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
	struct text digest = secret_digest_hex(s->arena, file_slice(s, b->begin, b->end));

	return text_from(arena_printf(s->arena, "fasti-%.*s", TEXT_ARG(digest)));
}

static void add_entry(struct splitter *s, size_t block, enum ical_component type, int calendar)
{
	struct file_entry *e = &s->entries[s->entry_count];
	struct ical_walk w;
	struct ical_line l;

	*e = (struct file_entry){.block = block,
				 .order = s->entry_count++,
				 .type = type,
				 .calendar = calendar,
				 .is_message = is_message(s, calendar, type)};
	ical_walk_begin(&w, s->arena, s->file, &s->blocks, block);
	while (ical_walk_line(&w, &l)) {
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

static int compare_group(const struct file_entry *a, const struct file_entry *b)
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
	const struct file_entry *a = *(const struct file_entry *const *)left;
	const struct file_entry *b = *(const struct file_entry *const *)right;
	int c = compare_group(a, b);

	if (c == 0)
		c = text_compare(a->recurrence, b->recurrence);
	return c != 0 ? c : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *left, const void *right)
{
	const struct file_entry *a = *(const struct file_entry *const *)left;
	const struct file_entry *b = *(const struct file_entry *const *)right;

	return (a->order > b->order) - (a->order < b->order);
}

/* Mark all but the newest of the entries of one group that stand for one instance. */
static void supersede(struct file_entry **entries, size_t count)
{
	struct file_entry *newest = entries[0];

	for (size_t i = 1; i < count; i++) {
		struct file_entry *e = entries[i];
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

/* ---- parts ---- */

/* One group, in the order of by_group: newest versions found, then back to file order. */
static const struct fault *write_part(struct splitter *s, struct file_entry **entries, size_t count)
{
	struct ical_part *part;

	supersede(entries, count);
	qsort(entries, count, sizeof(struct file_entry *), by_order);
	part = &s->parts[entries[0]->order];
	part->uid = entries[0]->uid;
	if (entries[0]->is_message) {
		part->fault = fault_make(s->arena, FAULT_BAD_OBJECT, "METHOD",
					 "METHOD:%.*s makes this a message, not an object to keep.",
					 TEXT_ARG(s->calendars[entries[0]->calendar].method));
		return NULL;
	}
	file_write_part(s, entries, count, part);
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
	struct file_entry **sorted = arena_alloc_array(s->arena, s->entry_count, sizeof(*sorted));
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
	if ((f = arena_check(a)) || (f = collect(&s, 0, s.blocks.count, FILE_NO_CALENDAR)))
		return f;
	if (s.entry_count == 0 && s.calendar_count == 0)
		return fault_make(
			a, FAULT_BAD_DATA, NULL,
			"The file holds no calendar and no event, task or journal entry.");
	file_sort_zones(&s);
	if ((f = write_parts(&s)))
		return f;
	*parts_out = s.parts;
	*count_out = s.part_count;
	return NULL;
}
