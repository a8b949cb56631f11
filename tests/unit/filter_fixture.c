/* filter_fixture - filters and objects of the tests of calendar-query; see filter_fixture.h */
#include "filter_fixture.h"

#include "base/buf.h"
#include "ical/ical.h"
#include "ical/zone.h"
#include "xml/read.h"

struct arena *filter_arena;

void filter_begin(void)
{
	ical_init();
	filter_arena = arena_create((size_t)1 << 26);
}

void filter_end(void)
{
	arena_destroy(filter_arena);
}

struct xml_node *filter_parse(const char *inside)
{
	struct xml_node *root = NULL;
	struct buf b;

	buf_init(&b, filter_arena, 1024, 65536);
	buf_put_lit(&b, "<C:filter xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\">");
	buf_put_str(&b, inside);
	buf_put_lit(&b, "</C:filter>");
	if (!CHECK_WELL(inside, xml_parse(filter_arena, buf_text(&b), &root)))
		return NULL;
	return root;
}

const struct dav_comp_filter *filter_read(const char *row, const char *inside)
{
	const struct dav_comp_filter *f = NULL;

	CHECK_WELL(row, dav_filter_read(filter_arena, filter_parse(inside), &f));
	return f;
}

bool filter_matches(const char *row, const char *filter, const char *object, const char *zone)
{
	const struct dav_comp_filter *f = filter_read(row, filter);
	int64_t steps = DAV_FILTER_STEPS;
	bool match = false;

	if (f)
		CHECK_WELL(row, dav_filter_match(filter_arena, f, text_from(object),
						 zone ? zone_find(text_from(zone)) : zone_utc(),
						 &steps, &match));
	return match;
}

/* "#0900" is 9:00 on the day, "+0100" 1:00 on the next one. */
static void put_day(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text != '#' && *text != '+') {
			if (*text == '\n')
				buf_put_char(b, '\r');
			buf_put_char(b, *text);
			continue;
		}
		buf_put_str(b, *text == '#' ? "20270104T" : "20270105T");
		buf_put(b, text + 1, 4);
		buf_put_lit(b, "00Z");
		text += 4;
	}
}

const char *filter_object(const char *comp, const char *lines)
{
	struct buf b;

	buf_init(&b, filter_arena, 512, 65536);
	buf_printf(&b, HEAD "BEGIN:%s\r\nUID:u1\r\nDTSTAMP:20270101T000000Z\r\n", comp);
	put_day(&b, lines);
	buf_printf(&b, "\r\nEND:%s\r\n" TAIL, comp);
	return b.at;
}

static void put_range(struct buf *b, const char *range)
{
	struct text rest = text_from(range), start;

	(void)text_next(&rest, '/', &start);
	buf_put_lit(b, "<C:time-range");
	if (start.len > 0) {
		buf_put_lit(b, " start=\"");
		put_day(b, text_cstr(filter_arena, start));
		buf_put_char(b, '"');
	}
	if (rest.len > 0) {
		buf_put_lit(b, " end=\"");
		put_day(b, text_cstr(filter_arena, rest));
		buf_put_char(b, '"');
	}
	buf_put_lit(b, "/>");
}

const char *filter_of_range(const char *comp, const char *inner, const char *range)
{
	struct buf b;

	buf_init(&b, filter_arena, 512, 65536);
	buf_printf(&b, "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"%s\">", comp);
	if (inner)
		buf_printf(&b, "<C:%s>", inner);
	put_range(&b, range);
	if (inner)
		buf_printf(&b, "</C:%.11s>", inner); /* comp-filter or prop-filter */
	buf_put_lit(&b, "</C:comp-filter></C:comp-filter>");
	return b.at;
}
