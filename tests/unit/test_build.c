/*
 * test_build - events that the server makes itself
 */
#include "unit.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/build.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "ical/zone.h"

static struct arena *arena;

/* 2027-01-18T09:00Z for half an hour, alice with one invitee. */
static struct build_event sample(void)
{
	struct build_person *invitee = arena_alloc(arena, sizeof(*invitee));

	*invitee = (struct build_person){
		.name = TEXT("Jane Doe"),
		.address = TEXT("jane@example.org"),
		.partstat = TEXT("NEEDS-ACTION"),
		.rsvp = true,
	};
	return (struct build_event){
		.uid = TEXT("b1@example.org"),
		.summary = TEXT("Intro"),
		.start = INT64_C(1800262800),
		.end = INT64_C(1800264600),
		.zone = zone_find(TEXT("Europe/Berlin")),
		.stamp = INT64_C(1800000000),
		.sequence = 2,
		.organizer = {.name = TEXT("Alice"), .address = TEXT("alice@example.org")},
		.attendees = invitee,
		.attendee_count = 1,
	};
}

static struct ical_object *built(const char *name, const struct build_event *e, struct text *raw)
{
	struct ical_object *o;

	if (!CHECK_WELL(name, ical_build_event(arena, e, raw)) ||
	    !CHECK_WELL(name, ical_object_parse(arena, *raw, ICAL_FROM_CLIENT, &o)))
		return NULL;
	CHECK_INT(name, (int64_t)o->note_count, 0);
	return o;
}

static void check_lines(const char *name, struct text raw)
{
	struct text line;

	CHECK_TRUE(name, text_ends(raw, TEXT("END:VCALENDAR\r\n")));
	raw.len -= 1;
	while (text_next(&raw, '\n', &line)) {
		CHECK_TRUE(name, line.len <= 76);
		CHECK_TRUE(name, line.len > 0 && line.at[line.len - 1] == '\r');
		CHECK_TRUE(name, text_is_utf8(line));
	}
}

static void test_plain(void)
{
	struct build_event e = sample();
	struct text raw;
	struct ical_object *o = built("reads back", &e, &raw);

	if (!o)
		return;
	check_lines("lines", raw);
	CHECK_TRUE("no METHOD", o->method.len == 0);
	CHECK_TEXT("uid", o->uid, e.uid);
	CHECK_TEXT("tzid", o->items[0].dtstart.tzid, TEXT("Europe/Berlin"));
	CHECK_INT("start", zone_to_utc(e.zone, o->items[0].dtstart.seconds), e.start);
	CHECK_INT("end", zone_to_utc(e.zone, o->items[0].dtend.seconds), e.end);
	CHECK_INT("stamp", o->items[0].dtstamp.seconds, e.stamp);
	CHECK_INT("sequence", o->items[0].sequence, 2);
	CHECK_TEXT("organizer", o->items[0].organizer.address, TEXT("mailto:alice@example.org"));
	CHECK_TEXT("name", o->items[0].attendees[0].cn, TEXT("Jane Doe"));
	CHECK_TEXT("partstat", o->items[0].attendees[0].partstat, TEXT("NEEDS-ACTION"));
	CHECK_TRUE("rsvp", o->items[0].attendees[0].rsvp);
	CHECK_TRUE("its own VTIMEZONE (decisions 14)",
		   text_find(raw, TEXT("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin")) > 0);
}

static void test_utc(void)
{
	/* 2027-10-31T00:30Z and T01:30Z are both 02:30 in Berlin. */
	static const struct {
		const char *name;
		int64_t start;
		enum time_form form;
	} rows[] = {
		{"first pass of the fold", INT64_C(1824942600), TIME_ZONED},
		{"second pass (decisions 14)", INT64_C(1824946200), TIME_UTC},
		{"ends in the second pass", INT64_C(1824943500), TIME_UTC},
	};
	struct build_event e = sample();
	struct text raw;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct ical_object *o;

		e.start = rows[i].start;
		e.end = e.start + 900;
		o = built(rows[i].name, &e, &raw);
		if (!o)
			continue;
		CHECK_INT(rows[i].name, o->items[0].dtstart.form, rows[i].form);
		CHECK_INT(rows[i].name, o->items[0].dtend.form, rows[i].form);
	}
	e.zone = NULL;
	struct ical_object *o = built("no zone", &e, &raw);
	if (o)
		CHECK_INT("no zone", o->items[0].dtstart.form, TIME_UTC);
}

static void test_escaping(void)
{
	struct build_event e = sample();
	struct text raw, unescaped;
	struct ical_object *o;
	struct build_person *invitee = arena_alloc(arena, sizeof(*invitee));

	*invitee = e.attendees[0];
	invitee->name = TEXT("\"J\", Doe; ^n: \xC3\xA4");
	e.attendees = invitee;
	e.summary =
		TEXT("a, b; c\\d\r\nATTENDEE:mailto:x@y \xF0\x9F\x98\x80 and a very long line "
		     "that has to be folded somewhere, \xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4");
	e.description = TEXT("one\rtwo\nthree\x01");
	o = built("hostile text", &e, &raw);
	if (!o)
		return;
	check_lines("lines", raw);
	CHECK_INT("no attendee came in", (int64_t)o->items[0].attendee_count, 1);
	CHECK_TEXT("the name, in carets (RFC 6868)", o->items[0].attendees[0].cn, invitee->name);
	unescaped = ical_text_unescape(arena, o->items[0].summary);
	CHECK_TRUE("summary", text_starts(unescaped, TEXT("a, b; c\\d\nATTENDEE:mailto:x@y ")));
	CHECK_TEXT("description", ical_text_unescape(arena, o->items[0].description),
		   TEXT("one\ntwo\nthree"));
}

static void test_refused(void)
{
	static const struct {
		const char *name;
		struct text address, person;
	} rows[] = {
		{"CRLF in the address (pitfall 49)", TEXT_INIT("a@b\r\nX:y"), TEXT_INIT("J")},
		{"LF in the name", TEXT_INIT("a@b"), TEXT_INIT("J\nX:y")},
		{"NUL in the address", TEXT_INIT("a@b\0c"), TEXT_INIT("J")},
		{"no domain", TEXT_INIT("a@"), TEXT_INIT("J")},
		{"no local part", TEXT_INIT("@b"), TEXT_INIT("J")},
		{"no address", TEXT_INIT(""), TEXT_INIT("J")},
		{"a blank", TEXT_INIT("a b@c"), TEXT_INIT("J")},
		{"angle brackets", TEXT_INIT("<a@c>"), TEXT_INIT("J")},
		{"a header field (RFC 6068)", TEXT_INIT("a@c?cc=d@e"), TEXT_INIT("J")},
		{"a second address", TEXT_INIT("a@c,d@e"), TEXT_INIT("J")},
		{"a domain that is none", TEXT_INIT("a@c..d"), TEXT_INIT("J")},
		{"not UTF-8", TEXT_INIT("a@c"), TEXT_INIT("\xE4")},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct build_event e = sample();
		struct build_person p = {
			.name = rows[i].person, .address = rows[i].address, .rsvp = true};
		struct text raw;

		e.attendees = &p;
		CHECK_FAULT(rows[i].name, ical_build_event(arena, &e, &raw), FAULT_UNPROCESSABLE);
		e = sample();
		e.organizer = p;
		CHECK_FAULT(rows[i].name, ical_build_event(arena, &e, &raw), FAULT_UNPROCESSABLE);
	}
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 24);
	CHECK_WELL("secrets", secret_init(arena));
	ical_init();
	run();
	arena_destroy(arena);
}

#define CASE(fn)                                                                                   \
	static void run_##fn(void)                                                                 \
	{                                                                                          \
		with_arena(fn);                                                                    \
	}
CASE(test_plain)
CASE(test_utc)
CASE(test_escaping)
CASE(test_refused)

UNIT_SUITE("build", {"an event", run_test_plain}, {"UTC where the clock repeats", run_test_utc},
	   {"text and names are escaped", run_test_escaping}, {"refused", run_test_refused})
