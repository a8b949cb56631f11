/*
 * test_dav_variant - which form of an object is asked for, and what its tag is
 */
#include "unit.h"

#include "dav/variant.h"

enum { CEILING = 1 << 22 };

/* RFC 9110 §12.5.1; 'i' iCalendar, 'j' jCal, '-' neither. */
static const struct {
	const char *name, *accept;
	char want;
} accept_rows[] = {
	{"no header", NULL, 'i'},
	{"an empty one", "", 'i'},
	{"all", "*/*", 'i'},
	{"text/calendar", "text/calendar", 'i'},
	{"any text", "text/*", 'i'},
	{"jCal", "application/calendar+json", 'j'},
	{"any application", "application/*", 'j'},
	{"without case", "Application/Calendar+JSON", 'j'},
	{"both alike", "application/calendar+json, text/calendar", 'i'},
	{"jCal before all else", "application/calendar+json, */*;q=0.1", 'j'},
	{"jCal less than all else", "application/calendar+json;q=0.1, */*", 'i'},
	{"weights", "text/calendar;q=0.5, application/calendar+json;q=0.8", 'j'},
	{"weights the other way", "text/calendar;q=0.812, application/calendar+json;q=0.81", 'i'},
	{"the exact range counts, however low",
	 "text/*;q=1, text/calendar;q=0.1, "
	 "application/calendar+json;q=0.2",
	 'j'},
	{"excluded by name", "text/calendar;q=0, */*", 'j'},
	{"both excluded", "text/calendar;q=0, application/calendar+json;q=0.000, */*", '-'},
	{"all excluded", "*/*;q=0", '-'},
	{"blanks", " text/calendar ; q=0.2 ,\tapplication/calendar+json ; q = 0.3 ", 'j'},
	{"a parameter of the type", "text/calendar; charset=utf-8; q=0.7", 'i'},
	{"no weight at all", "text/calendar;q=high", '-'},
	{"a weight past one", "text/calendar;q=1.001", '-'},
	{"a weight of many digits", "text/calendar;q=0.12345", '-'},
	{"a weight of a point", "text/calendar;q=1.", 'i'},
	{"another text", "text/plain", '-'},
	{"XML", "text/xml, application/xml;q=0.9", '-'},
	{"a prefix is no range", "text/calend*", '-'},
	{"a range of no name", "text/", '-'},
	{"empty items", ",, ,text/calendar,", 'i'},
};

static void test_accepts(void)
{
	for (size_t i = 0; i < ARRAY_LEN(accept_rows); i++) {
		bool jcal;
		bool fits = dav_accepts(text_from(accept_rows[i].accept), &jcal);

		CHECK_INT(accept_rows[i].name, !fits ? '-' : jcal ? 'j' : 'i', accept_rows[i].want);
	}
}

static void test_tags(void)
{
	static const struct {
		const char *name;
		struct dav_variant variant;
		const char *tag;
	} rows[] = {
		{"as stored", {false, false}, "abc"},
		{"jCal", {true, false}, "abc+jcal"},
		{"zones by name", {false, true}, "abc+zones-by-name"},
		{"both", {true, true}, "abc+zones-by-name+jcal"},
	};
	struct arena *a = arena_create(CEILING);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text tag = dav_variant_tag(a, &rows[i].variant, TEXT("abc"));

		CHECK_STR(rows[i].name, text_cstr(a, tag), rows[i].tag);
		CHECK_TEXT(rows[i].name, dav_stored_tag(tag), TEXT("abc"));
	}
	arena_destroy(a);
}

#define NL "\r\n"
#define ZONE(tzid)                                                                                 \
	"BEGIN:VTIMEZONE" NL "TZID:" tzid NL "BEGIN:STANDARD" NL "DTSTART:19700101T000000" NL      \
	"TZOFFSETFROM:+0100" NL "TZOFFSETTO:+0100" NL "END:STANDARD" NL "END:VTIMEZONE" NL
#define EVENT                                                                                      \
	"BEGIN:VEVENT" NL "UID:1" NL "DTSTART;TZID=Europe/Berlin:20270118T090000" NL "END:"        \
	"VEVENT" NL

/* RFC 7809 §3.1.3: what the zone database knows goes, what only the client knows stays. */
static void test_by_reference(void)
{
	static const struct {
		const char *name, *raw, *want;
	} rows[] = {
		{"one", "BEGIN:VCALENDAR" NL ZONE("Europe/Berlin") EVENT "END:VCALENDAR" NL,
		 "BEGIN:VCALENDAR" NL EVENT "END:VCALENDAR" NL},
		{"one of two",
		 "BEGIN:VCALENDAR" NL ZONE("Mine") ZONE("Europe/Berlin") EVENT "END:VCALENDAR" NL,
		 "BEGIN:VCALENDAR" NL ZONE("Mine") EVENT "END:VCALENDAR" NL},
		{"behind the event",
		 "BEGIN:VCALENDAR" NL EVENT ZONE("Europe/Berlin") "END:VCALENDAR" NL,
		 "BEGIN:VCALENDAR" NL EVENT "END:VCALENDAR" NL},
		{"none", "BEGIN:VCALENDAR" NL EVENT "END:VCALENDAR" NL,
		 "BEGIN:VCALENDAR" NL EVENT "END:VCALENDAR" NL},
		{"a Windows name is not everybody's",
		 "BEGIN:VCALENDAR" NL ZONE("W. Europe Standard Time") EVENT "END:VCALENDAR" NL,
		 "BEGIN:VCALENDAR" NL ZONE("W. Europe Standard Time") EVENT "END:VCALENDAR" NL},
		{"no calendar", "x", "x"},
	};
	static const struct dav_variant variant = {.by_reference = true};
	struct arena *a = arena_create(CEILING);
	struct text out;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (CHECK_WELL(rows[i].name,
			       dav_variant_make(a, &variant, text_from(rows[i].raw), &out)))
			CHECK_TEXT(rows[i].name, out, text_from(rows[i].want));
	arena_destroy(a);
}

static void test_as_jcal(void)
{
	static const struct dav_variant variant = {.as_jcal = true};
	struct arena *a = arena_create(CEILING);
	struct text out;

	if (CHECK_WELL("made",
		       dav_variant_make(a, &variant, TEXT("BEGIN:VCALENDAR" NL "END:VCALENDAR" NL),
					&out)))
		CHECK_TEXT("jCal", out, TEXT("[\"vcalendar\",[],[]]"));
	arena_destroy(a);
}

UNIT_SUITE("dav_variant", {"RFC 9110 §12.5.1 Accept", test_accepts},
	   {"RFC 9110 §8.8.3 tags", test_tags},
	   {"RFC 7809 §3.1.3 zones by name", test_by_reference}, {"RFC 7265 jCal", test_as_jcal})
