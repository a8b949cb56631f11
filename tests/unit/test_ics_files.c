/*
 * test_ics_files - what becomes of real calendar files when they are imported
 *
 * tests/cases/ics-fates.tbl says beforehand, file by file, into how many
 * objects a file is cut and which of them are refused for what reason
 * (decisions 31). The files are other projects' and are read where they lie.
 */
#include <stdio.h>

#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "shared_files.h"

enum { MAX_TABLE_BYTES = 1 << 20, MAX_ROWS = 1000 };

struct fate {
	struct text path, want;
	bool is_met;
};

static struct fate fates[MAX_ROWS];
static size_t fate_count;
static char table[MAX_TABLE_BYTES];

/* "path<blanks>fate", '#' starts a comment. */
static bool load_table(void)
{
	FILE *f = fopen("tests/cases/ics-fates.tbl", "rb");
	struct text rest, line;

	if (!f)
		return false;
	rest = text_of(table, fread(table, 1, sizeof(table), f));
	fclose(f);
	fate_count = 0;
	while (text_next(&rest, '\n', &line) && fate_count < MAX_ROWS) {
		ptrdiff_t hash = text_find_char(line, '#', 0), blank;

		line = text_trim(hash < 0 ? line : text_sub(line, 0, (size_t)hash));
		blank = text_find_char(line, ' ', 0);
		if (blank > 0)
			fates[fate_count++] =
				(struct fate){text_sub(line, 0, (size_t)blank),
					      text_trim(text_sub(line, (size_t)blank, line.len)),
					      false};
	}
	return fate_count > 0;
}

/* "ok:3 BAD_DATA:1", or "refused:BAD_DATA" for the file as a whole. */
static struct text fate_of(struct arena *a, struct text file)
{
	size_t refused[FAULT_COUNT] = {0}, ok = 0, count;
	struct ical_part *parts;
	const struct fault *f = ical_file_split(a, file, &parts, &count);
	struct buf b;

	if (f)
		return text_from(arena_printf(a, "refused:%s", fault_row(f->code)->name));
	for (size_t i = 0; i < count; i++) {
		struct ical_object *o;

		f = parts[i].fault;
		if (!f)
			f = ical_object_parse(a, parts[i].raw, ICAL_FROM_IMPORT, &o);
		if (f)
			refused[f->code]++;
		else
			ok++;
		if (!f && !text_equal(o->uid, parts[i].uid))
			return TEXT("a part with another UID than its object");
		if (!f && o->method.at)
			return TEXT("a part with a METHOD");
	}
	buf_init(&b, a, 64, 4096);
	buf_printf(&b, "ok:%zu", ok);
	for (int code = 0; code < FAULT_COUNT; code++)
		if (refused[code] > 0)
			buf_printf(&b, " %s:%zu", fault_row((enum fault_code)code)->name,
				   refused[code]);
	return buf_text(&b);
}

static void check_file(const char *path, struct text file, void *ctx)
{
	struct arena *a = arena_create((size_t)1 << 28);
	struct text want = TEXT("(no row in the table)");

	(void)ctx;
	for (size_t i = 0; i < fate_count; i++) {
		if (!text_equal(fates[i].path, text_from(path)))
			continue;
		want = fates[i].want;
		fates[i].is_met = true;
	}
	CHECK_TEXT(path, fate_of(a, file), want);
	arena_destroy(a);
}

static void test_fates(void)
{
	if (!CHECK_TRUE("tests/cases/ics-fates.tbl", load_table()))
		return;
	if (shared_for_each_ics(check_file, NULL) == 0) {
		unit_skip("no folder with real calendar files");
		return;
	}
	for (size_t i = 0; i < fate_count; i++)
		if (!fates[i].is_met)
			CHECK_TEXT("a row without a file", TEXT(""), fates[i].path);
}

/* A file that is one object keeps each byte: parts hold the very bytes of their components. */
static void check_bytes(const char *path, struct text file, void *ctx)
{
	struct arena *a = arena_create((size_t)1 << 28);
	struct ical_part *parts;
	size_t count;

	(void)ctx;
	if (ical_file_split(a, file, &parts, &count))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		struct ical_object *o;

		if (parts[i].fault || ical_object_parse(a, parts[i].raw, ICAL_FROM_IMPORT, &o))
			continue;
		for (size_t k = 0; k < o->item_count; k++) {
			const struct ical_block *b = &o->blocks.at[o->items[k].block];
			struct text bytes = text_of(o->raw.at + b->begin, b->end - b->begin);

			if (!text_starts(o->uid, TEXT("fasti-")))
				CHECK_TRUE(path, text_find(file, text_trim(bytes)) >= 0);
		}
	}
	arena_destroy(a);
}

static void test_bytes(void)
{
	if (shared_for_each_ics(check_bytes, NULL) == 0)
		unit_skip("no folder with real calendar files");
}

/* Cut short, or with a byte flipped: an answer, never a crash; memory is watched elsewhere. */
static void check_damaged(const char *path, struct text file, void *ctx)
{
	uint32_t seed = 1;

	(void)path;
	(void)ctx;
	for (int turn = 0; turn < 12 && file.len > 0 && file.len < 20000; turn++) {
		struct arena *a = arena_create((size_t)1 << 26);
		char *copy = arena_copy(a, file.at, file.len);
		size_t len = file.len;

		seed = seed * 1664525 + 1013904223;
		if (turn % 2 == 0)
			len = seed % file.len;
		else
			copy[seed % file.len] ^= (char)(1 << (seed >> 29));
		CHECK_TRUE(path, fate_of(a, text_of(copy, len)).len > 0);
		arena_destroy(a);
	}
}

static void test_damaged(void)
{
	if (shared_for_each_ics(check_damaged, NULL) == 0)
		unit_skip("no folder with real calendar files");
}

/* ---- splitting, on small files of our own ---- */

#define EVENT(uid, more) "BEGIN:VEVENT\nUID:" uid "\nDTSTART:20270118T090000Z\n" more "END:VEVENT\n"
#define HEAD		 "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//T//T//EN\n"
#define FOOT		 "END:VCALENDAR\n"
#define ZONE(tzid)	 "BEGIN:VTIMEZONE\nTZID:" tzid "\nEND:VTIMEZONE\n"

static void test_split(void)
{
	static const struct {
		const char *name, *file;
		const char *want; /* the parts, CRs left out, joined by '|' */
	} rows[] = {
		{"one object keeps its bytes",
		 HEAD "X-A:1\n" ZONE("a") EVENT("1", "X-B:\n y\n") FOOT,
		 HEAD "X-A:1\n" ZONE("a") EVENT("1", "X-B:\n y\n") FOOT},
		{"without METHOD", HEAD "METHOD:PUBLISH\n" EVENT("1", "") FOOT,
		 HEAD EVENT("1", "") FOOT},
		{"bare components are wrapped", EVENT("1", ""),
		 "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Fasti//Fasti 1.0//EN\n" EVENT("1", "")
			 FOOT},
		{"VERSION and PRODID are completed", "BEGIN:VCALENDAR\n" EVENT("1", "") FOOT,
		 "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Fasti//Fasti 1.0//EN\n" EVENT("1", "")
			 FOOT},
		{"two UIDs, in order, what is about the file left out",
		 HEAD "X-WR-CALNAME:n\nCALSCALE:GREGORIAN\n" EVENT("2", "") EVENT("1", "") FOOT,
		 HEAD "CALSCALE:GREGORIAN\n" EVENT("2", "") FOOT
		 "|" HEAD "CALSCALE:GREGORIAN\n" EVENT("1", "") FOOT},
		{"overrides stay with their master",
		 HEAD EVENT("1", "RECURRENCE-ID:20270119T090000Z\n") EVENT("2", "") EVENT("1", "")
			 FOOT,
		 HEAD EVENT("1", "RECURRENCE-ID:20270119T090000Z\n") EVENT("1", "") FOOT
		 "|" HEAD EVENT("2", "") FOOT},
		{"zones that are used go along",
		 HEAD ZONE("a") ZONE("b") EVENT("1", "X-A;TZID=b:1\n") EVENT("2", "") FOOT,
		 HEAD ZONE("b") EVENT("1", "X-A;TZID=b:1\n") FOOT "|" HEAD EVENT("2", "") FOOT},
		{"the newer version stays (SEQUENCE)",
		 HEAD EVENT("1", "SEQUENCE:2\n") EVENT("1", "SEQUENCE:1\n") FOOT,
		 HEAD EVENT("1", "SEQUENCE:2\n") FOOT},
		{"the newer version stays (DTSTAMP)",
		 HEAD EVENT("1", "DTSTAMP:20270101T000000Z\n")
			 EVENT("1", "DTSTAMP:20260101T000000Z\n") FOOT,
		 HEAD EVENT("1", "DTSTAMP:20270101T000000Z\n") FOOT},
		{"equal versions: the later one", HEAD EVENT("1", "X:1\n") EVENT("1", "X:2\n") FOOT,
		 HEAD EVENT("1", "X:2\n") FOOT},
		{"UIDs differ by case", HEAD EVENT("a", "") EVENT("A", "") FOOT,
		 HEAD EVENT("a", "") FOOT "|" HEAD EVENT("A", "") FOOT},
		{"several VCALENDARs", HEAD EVENT("1", "") FOOT "\n" HEAD EVENT("2", "") FOOT,
		 HEAD EVENT("1", "") FOOT "|" HEAD EVENT("2", "") FOOT},
		{"a cancellation is refused", HEAD "METHOD:CANCEL\n" EVENT("1", "") FOOT,
		 "BAD_OBJECT"},
		{"but does not touch its event",
		 HEAD EVENT("1", "") FOOT HEAD "METHOD:CANCEL\n" EVENT("1", "") FOOT,
		 HEAD EVENT("1", "") FOOT "|BAD_OBJECT"},
		{"nothing in it", HEAD FOOT, ""},
		{"no line end at the end", "BEGIN:VEVENT\nUID:1\nEND:VEVENT",
		 "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Fasti//Fasti 1.0//EN\n"
		 "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n" FOOT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create((size_t)1 << 24);
		struct ical_part *parts;
		struct buf b;
		size_t count = 0;

		buf_init(&b, a, 1024, 1 << 20);
		CHECK_WELL(rows[i].name,
			   ical_file_split(a, text_from(rows[i].file), &parts, &count));
		for (size_t p = 0; p < count; p++) {
			if (p > 0)
				buf_put_char(&b, '|');
			if (parts[p].fault)
				buf_put_str(&b, fault_row(parts[p].fault->code)->name);
			for (size_t k = 0; !parts[p].fault && k < parts[p].raw.len; k++)
				if (parts[p].raw.at[k] != '\r')
					buf_put_char(&b, parts[p].raw.at[k]);
		}
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
		arena_destroy(a);
	}
}

static void test_derived_uid(void)
{
	struct arena *a = arena_create((size_t)1 << 24);
	struct text file = TEXT(HEAD "BEGIN:VEVENT\nDTSTART:20270118T090000Z\nEND:VEVENT\n"
				     "BEGIN:VEVENT\nDTSTART:20270118T090000Z\nEND:VEVENT\n"
				     "BEGIN:VEVENT\nDTSTART:20270119T090000Z\nEND:VEVENT\n" FOOT);
	struct ical_part *first, *second;
	struct ical_object *o;
	size_t count = 0, again = 0;

	CHECK_WELL("splits", ical_file_split(a, file, &first, &count));
	CHECK_WELL("splits", ical_file_split(a, file, &second, &again));
	if (CHECK_INT("equal ones are one", (int64_t)count, 2) &&
	    CHECK_INT("", (int64_t)again, 2)) {
		CHECK_TEXT("the same each time", first[0].uid, second[0].uid);
		CHECK_TRUE("by content", !text_equal(first[0].uid, first[1].uid));
		CHECK_WELL("reads", ical_object_parse(a, first[1].raw, ICAL_FROM_CLIENT, &o));
	}
	arena_destroy(a);
}

static void prepare(void)
{
	struct arena *a = arena_create(1 << 16);

	CHECK_WELL("secrets", secret_init(a));
	ical_init();
	arena_destroy(a);
}

UNIT_SUITE("ics_files", {"libraries", prepare}, {"splitting", test_split},
	   {"items without a UID", test_derived_uid}, {"the fate of each file", test_fates},
	   {"parts keep the bytes", test_bytes}, {"damaged files", test_damaged})
