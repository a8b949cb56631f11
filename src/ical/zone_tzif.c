/*
 * zone_tzif - compiled time zone files (RFC 8536)
 *
 * Version 2 and later: the 64-bit block and the footer. Version 1: the 32-bit
 * block alone. Files with leap seconds ("right/") are refused: time here is
 * POSIX time. Every count is checked against the bytes that are there.
 */

#include "ical/zone_priv.h"

enum { TZIF_HEADER = 44, TZIF_MAX_TYPES = 256, TZIF_MAX_TIMES = 4096 };

struct tzif {
	struct text file;
	size_t at; /* of the data block */
	int time_size;
	uint32_t isutc, isstd, leap, times, types, chars;
};

static uint32_t get32(const struct tzif *t, size_t at)
{
	const unsigned char *p = (const unsigned char *)t->file.at + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get_time(const struct tzif *t, size_t at)
{
	if (t->time_size == 4)
		return (int32_t)get32(t, at);
	return (int64_t)((uint64_t)get32(t, at) << 32 | get32(t, at + 4));
}

/* Length of the data block that a header announces. */
static size_t tzif_block_size(const struct tzif *t)
{
	return (size_t)t->times * (size_t)t->time_size + t->times + (size_t)t->types * 6 +
	       t->chars + (size_t)t->leap * (size_t)(t->time_size + 4) + t->isstd + t->isutc;
}

/* Read the header at `at`; false unless it and its data block fit in the file. */
static bool tzif_header(struct tzif *t, size_t at, int time_size)
{
	if (t->file.len < at + TZIF_HEADER || memcmp(t->file.at + at, "TZif", 4) != 0)
		return false;
	t->time_size = time_size;
	t->isutc = get32(t, at + 20);
	t->isstd = get32(t, at + 24);
	t->leap = get32(t, at + 28);
	t->times = get32(t, at + 32);
	t->types = get32(t, at + 36);
	t->chars = get32(t, at + 40);
	t->at = at + TZIF_HEADER;
	if (t->times > TZIF_MAX_TIMES || t->types > TZIF_MAX_TYPES || t->chars > 1024 ||
	    t->leap > 1024 || t->isstd > TZIF_MAX_TYPES || t->isutc > TZIF_MAX_TYPES)
		return false;
	return tzif_block_size(t) <= t->file.len - t->at;
}

/* Offset and DST flag of a local time type; false when it is out of range. */
static bool tzif_type(const struct tzif *t, size_t types_at, unsigned type, int32_t *offset,
		      bool *is_dst)
{
	size_t at = types_at + (size_t)type * 6;

	if (type >= t->types)
		return false;
	*offset = (int32_t)get32(t, at);
	*is_dst = t->file.at[at + 4] != 0;
	return *offset > -DAY_SECONDS && *offset < DAY_SECONDS;
}

static bool tzif_read_changes(const struct tzif *t, struct zone_builder *b, int32_t *first_offset,
			      int64_t *last)
{
	size_t indexes = t->at + (size_t)t->times * (size_t)t->time_size;
	size_t types = indexes + t->times;
	bool is_dst;

	*last = INT64_MIN;
	if (!tzif_type(t, types, 0, first_offset, &is_dst))
		return false;
	for (uint32_t i = 0; i < t->times; i++) {
		int64_t when = get_time(t, t->at + (size_t)i * (size_t)t->time_size);
		unsigned type = (unsigned char)t->file.at[indexes + i];
		int32_t offset;

		if (!tzif_type(t, types, type, &offset, &is_dst) || (i > 0 && when <= *last))
			return false;
		if (when >= TIME_MAX)
			break;
		*last = when;
		/* Some files begin with "the Big Bang"; nothing here is older than year 1. */
		zone_builder_add(b, max64(when, TIME_MIN), offset, is_dst);
	}
	return true;
}

/* The footer: a POSIX TZ string between two line feeds. */
static struct text tzif_footer(const struct tzif *t)
{
	size_t at = t->at + tzif_block_size(t);
	struct text rest = text_sub(t->file, at, t->file.len);
	ptrdiff_t end;

	if (t->time_size == 4 || rest.len < 2 || rest.at[0] != '\n')
		return TEXT_NONE;
	end = text_find_char(rest, '\n', 1);
	return end < 0 ? TEXT_NONE : text_sub(rest, 1, (size_t)end - 1);
}

struct zone *zone_tzif_parse(struct text file, struct text name)
{
	struct tzif t = {.file = file};
	struct zone_builder b = {0};
	bool repeats = false;
	int32_t first_offset;
	int64_t last;
	struct text footer;

	if (!tzif_header(&t, 0, 4))
		return NULL;
	if (file.at[4] >= '2' && !tzif_header(&t, t.at + tzif_block_size(&t), 8))
		return NULL;
	if (t.leap != 0 || t.types == 0 || !tzif_read_changes(&t, &b, &first_offset, &last)) {
		free(b.changes);
		return NULL;
	}
	footer = tzif_footer(&t);
	if (footer.len > 0 && !zone_posix_add(&b, footer, last, &repeats)) {
		free(b.changes);
		return NULL;
	}
	return zone_builder_finish(&b, name, first_offset, repeats);
}
