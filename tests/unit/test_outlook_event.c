/*
 * outlook_event: what Graph's events become. Rows are named for the section of facts.md (§8, §9)
 * that they come from; JSON is written with single quotes.
 */
#include "base/buf.h"
#include "federation/outlook_priv.h"
#include "graph_description.h"
#include "ical/object.h"
#include "shared_files.h"
#include "unit.h"

enum { SAMPLES_MAX = 1 << 20, TITLE_BYTES = 10001 };

static const struct json *parse(struct arena *a, const char *quoted)
{
	struct text body = text_dup(a, text_from(quoted));
	const struct json *v = NULL;

	for (size_t i = 0; i < body.len; i++)
		if (body.at[i] == '\'')
			((char *)(uintptr_t)body.at)[i] = '"';
	CHECK_WELL("JSON of a row", json_parse(a, body, SAMPLES_MAX, &v));
	return v;
}

/* Are they lines of an event, as ical/ reads them? */
static bool is_event(struct arena *a, struct text lines, struct ical_object **out)
{
	const char *raw = arena_printf(a,
				       "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
				       "BEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\n"
				       "%.*sEND:VEVENT\r\nEND:VCALENDAR\r\n",
				       TEXT_ARG(lines));

	return CHECK_WELL("ical/ reads it",
			  ical_object_parse(a, text_from(raw), ICAL_FROM_IMPORT, out));
}

#define FROM(start, end)                                                                           \
	"'start':{'dateTime':'" start "','timeZone':'UTC'},"                                       \
	"'end':{'dateTime':'" end "','timeZone':'UTC'}"
#define TEN	  FROM("2026-12-01T10:00:00.0000000", "2026-12-01T11:00:00.0000000")
#define TEN_LINES "DTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\n"
#define TEN_UTC	  INT64_C(1796119200)
#define HOUR	  3600

static const struct {
	const char *name, *item;
	const char *master; /* NULL: none */
	enum outside_kind kind;
	const char *lines;
	int64_t start, end;
} decoded[] = {
	{"§9: UTC, seven fraction digits",
	 "{'id':'a','type':'singleInstance','subject':'Lunch','showAs':'busy'," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\nSUMMARY:Lunch\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"§9: no fraction", "{'id':'a'," FROM("2026-12-01T10:00:00", "2026-12-01T11:00:00") "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: a Windows name is a zone",
	 "{'id':'a','start':{'dateTime':'2026-12-01T11:00:00.0000000','timeZone':'W. Europe "
	 "Standard Time'},'end':{'dateTime':'2026-12-01T12:00:00.0000000','timeZone':'W. Europe "
	 "Standard Time'}}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: an unknown zone is not taken for UTC (case C3)",
	 "{'id':'a','start':{'dateTime':'2026-12-01T11:00:00.0000000','timeZone':'Customized Time "
	 "Zone'},'end':{'dateTime':'2026-12-01T12:00:00.0000000','timeZone':'Customized Time "
	 "Zone'}}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART;TZID=Customized Time Zone:20261201T110000\r\n"
	 "DTEND;TZID=Customized Time Zone:20261201T120000\r\nSTATUS:CONFIRMED\r\n",
	 0, 0},
	{"§9: no zone, or one that is no name, is not taken for UTC",
	 "{'id':'a','start':{'dateTime':'2026-12-01T11:00:00'},'end':{'dateTime':"
	 "'2026-12-01T12:00:00'}}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART;TZID=unknown:20261201T110000\r\nDTEND;TZID=unknown:20261201T120000\r\n"
	 "STATUS:CONFIRMED\r\n",
	 0, 0},
	{"§9: whole days are dates",
	 "{'id':'a','isAllDay':true," FROM("2026-12-01T00:00:00.0000000",
					   "2026-12-03T00:00:00.0000000") "}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\nSTATUS:CONFIRMED\r\n", 0, 0},
	{"§9: whole days that were turned into UTC are not moved",
	 "{'id':'a','isAllDay':true,'originalStartTimeZone':'W. Europe Standard Time'," FROM(
		 "2026-11-30T23:00:00.0000000", "2026-12-02T23:00:00.0000000") "}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261203\r\nSTATUS:CONFIRMED\r\n",
	 TEN_UTC - 11 * HOUR, TEN_UTC + 37 * HOUR},
	{"§9: whole days of a booking are the days of whom it was made for",
	 "{'id':'a','isAllDay':true,'originalStartTimeZone':'W. Europe Standard Time'," FROM(
		 "2026-12-01T00:00:00.0000000", "2026-12-02T00:00:00.0000000") "}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\nSTATUS:CONFIRMED\r\n",
	 TEN_UTC - 11 * HOUR, TEN_UTC + 13 * HOUR},
	{"§9: whole days that are none are times", "{'id':'a','isAllDay':true," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: the same, with a zone in which they were made",
	 "{'id':'a','isAllDay':true,'originalStartTimeZone':'W. Europe Standard Time'," TEN "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: free takes no time", "{'id':'a','showAs':'free'," TEN "}", NULL, OUTSIDE_SINGLE, "",
	 TEN_UTC, TEN_UTC + HOUR},
	{"§9: words are compared without case", "{'id':'a','showAs':'Free'," TEN "}", NULL,
	 OUTSIDE_SINGLE, "", TEN_UTC, TEN_UTC + HOUR},
	{"§9: tentative", "{'id':'a','showAs':'Tentative'," TEN "}", NULL, OUTSIDE_SINGLE,
	 TEN_LINES "STATUS:TENTATIVE\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: oof", "{'id':'a','showAs':'oof'," TEN "}", NULL, OUTSIDE_SINGLE,
	 TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: workingElsewhere", "{'id':'a','showAs':'workingElsewhere'," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"§9: unknown takes the time", "{'id':'a','showAs':'unknown'," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: a word that is not known takes the time", "{'id':'a','showAs':'asleep'," TEN "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§9: called off", "{'id':'a','isCancelled':true," TEN "}", NULL, OUTSIDE_SINGLE, "",
	 TEN_UTC, TEN_UTC + HOUR},
	{"§9: declined", "{'id':'a','responseStatus':{'response':'Declined'}," TEN "}", NULL,
	 OUTSIDE_SINGLE, "", TEN_UTC, TEN_UTC + HOUR},
	{"§9: not answered", "{'id':'a','responseStatus':{'response':'notResponded'}," TEN "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"private has no title", "{'id':'a','sensitivity':'private','subject':'Doctor'," TEN "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\nCLASS:PRIVATE\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"confidential", "{'id':'a','sensitivity':'Confidential','subject':'Sale'," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\nCLASS:CONFIDENTIAL\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"a level that is not known is private",
	 "{'id':'a','sensitivity':'secret','subject':'Sale'," TEN "}", NULL, OUTSIDE_SINGLE,
	 TEN_LINES "STATUS:CONFIRMED\r\nCLASS:PRIVATE\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"normal has one", "{'id':'a','sensitivity':'normal','subject':'Sale'," TEN "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\nSUMMARY:Sale\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"a title is one line of text",
	 "{'id':'a','subject':'a\\nEND:VEVENT\\r\\nb;c,d\\\\e'," TEN "}", NULL, OUTSIDE_SINGLE,
	 TEN_LINES "STATUS:CONFIRMED\r\nSUMMARY:a\\nEND:VEVENT\\nb\\;c\\,d\\\\e\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"§8: a series takes no time itself", "{'id':'s','type':'seriesMaster'," TEN "}", NULL,
	 OUTSIDE_MASTER, "", TEN_UTC, TEN_UTC + HOUR},
	{"§8: a bare occurrence has its master's word",
	 "{'id':'o','type':'occurrence','seriesMasterId':'s'," TEN "}",
	 "{'id':'s','type':'seriesMaster','subject':'Weekly','showAs':'tentative'}",
	 OUTSIDE_INSTANCE,
	 "RECURRENCE-ID:20261201T100000Z\r\n" TEN_LINES "STATUS:TENTATIVE\r\nSUMMARY:Weekly\r\n",
	 TEN_UTC, TEN_UTC + HOUR},
	{"§8: one of a free series is left out of it",
	 "{'id':'o','type':'occurrence','seriesMasterId':'s'," TEN "}",
	 "{'id':'s','type':'seriesMaster','subject':'Weekly','showAs':'free'}", OUTSIDE_DROPPED,
	 "EXDATE:20261201T100000Z\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"§8: one whose master nobody knows takes its time",
	 "{'id':'o','type':'occurrence','seriesMasterId':'s'," TEN "}", NULL, OUTSIDE_INSTANCE,
	 "RECURRENCE-ID:20261201T100000Z\r\n" TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC,
	 TEN_UTC + HOUR},
	{"§8: whole days of a series",
	 "{'id':'o','type':'occurrence','seriesMasterId':'s'," FROM(
		 "2026-12-01T00:00:00.0000000", "2026-12-02T00:00:00.0000000") "}",
	 "{'id':'s','isAllDay':true}", OUTSIDE_INSTANCE,
	 "RECURRENCE-ID;VALUE=DATE:20261201\r\nDTSTART;VALUE=DATE:20261201\r\n"
	 "DTEND;VALUE=DATE:20261202\r\nSTATUS:CONFIRMED\r\n",
	 0, 0},
	{"§8: an exception says where it was, and has its own word",
	 "{'id':'e','type':'exception','seriesMasterId':'s','showAs':'busy','subject':'Moved',"
	 "'originalStart':'2026-12-01T08:00:00Z'," TEN "}",
	 "{'id':'s','subject':'Weekly','showAs':'free'}", OUTSIDE_INSTANCE,
	 "RECURRENCE-ID:20261201T080000Z\r\n" TEN_LINES "STATUS:CONFIRMED\r\nSUMMARY:Moved\r\n",
	 TEN_UTC, TEN_UTC + HOUR},
	{"null is not said", "{'id':'o','seriesMasterId':'s','subject':null,'showAs':null," TEN "}",
	 "{'id':'s','subject':'Weekly','showAs':'tentative'}", OUTSIDE_INSTANCE,
	 "RECURRENCE-ID:20261201T100000Z\r\n" TEN_LINES "STATUS:TENTATIVE\r\nSUMMARY:Weekly\r\n",
	 TEN_UTC, TEN_UTC + HOUR},
	{"hostile: no time", "{'id':'a'}", NULL, OUTSIDE_SINGLE, "", 0, 0},
	{"hostile: times of another kind", "{'id':'a','start':7,'end':[]}", NULL, OUTSIDE_SINGLE,
	 "", 0, 0},
	{"hostile: no date",
	 "{'id':'a'," FROM("2026-13-01T10:00:00.0000000", "2026-13-01T11:00:00.0000000") "}", NULL,
	 OUTSIDE_SINGLE, "", 0, 0},
	{"hostile: it ends before it begins",
	 "{'id':'a'," FROM("2026-12-01T11:00:00.0000000", "2026-12-01T10:00:00.0000000") "}", NULL,
	 OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
	{"no end: the day from its start",
	 "{'id':'a','start':{'dateTime':'2026-12-01T10:00:00','timeZone':'UTC'}}", NULL,
	 OUTSIDE_SINGLE,
	 "DTSTART:20261201T100000Z\r\nDTEND:20261202T100000Z\r\nSTATUS:CONFIRMED\r\n", TEN_UTC,
	 TEN_UTC + 24 * HOUR},
	{"no start: the day before its end",
	 "{'id':'a','end':{'dateTime':'2026-12-01T10:00:00','timeZone':'UTC'}}", NULL,
	 OUTSIDE_SINGLE,
	 "DTSTART:20261130T100000Z\r\nDTEND:20261201T100000Z\r\nSTATUS:CONFIRMED\r\n",
	 TEN_UTC - 24 * HOUR, TEN_UTC},
	{"an unknown zone to another: wherever it may be",
	 "{'id':'a','start':{'dateTime':'2026-12-01T10:00:00','timeZone':'Customized'},"
	 "'end':{'dateTime':'2026-12-01T11:00:00','timeZone':'UTC'}}",
	 NULL, OUTSIDE_SINGLE,
	 "DTSTART:20261130T200000Z\r\nDTEND:20261202T000000Z\r\nSTATUS:CONFIRMED\r\n",
	 TEN_UTC - 14 * HOUR, TEN_UTC + 14 * HOUR},
	{"hostile: from before all time",
	 "{'id':'a'," FROM("0001-01-01T00:00:00.0000000", "2026-12-01T11:00:00.0000000") "}", NULL,
	 OUTSIDE_SINGLE,
	 "DTSTART:00010103T000000Z\r\nDTEND:20261201T110000Z\r\nSTATUS:CONFIRMED\r\n",
	 INT64_C(-62135424000), TEN_UTC + HOUR},
	{"hostile: everything is of another kind",
	 "{'id':'a','subject':{},'showAs':[],'sensitivity':1,'isAllDay':'yes','isCancelled':1,"
	 "'responseStatus':[],'onlineMeeting':'x','transactionId':{}," TEN "}",
	 NULL, OUTSIDE_SINGLE, TEN_LINES "STATUS:CONFIRMED\r\n", TEN_UTC, TEN_UTC + HOUR},
};

static void test_decoded(void)
{
	struct arena *a = arena_create(1 << 24);

	for (size_t i = 0; i < ARRAY_LEN(decoded); i++) {
		const struct json *item = parse(a, decoded[i].item);
		const struct json *master = decoded[i].master ? parse(a, decoded[i].master) : NULL;
		struct remote_event e;
		struct ical_object *o;

		if (!CHECK_TRUE(decoded[i].name, outlook_event_read(a, item, master, false, &e)))
			continue;
		CHECK_TEXT(decoded[i].name, e.lines, text_from(decoded[i].lines));
		CHECK_INT(decoded[i].name, e.kind, decoded[i].kind);
		CHECK_INT(decoded[i].name, e.start, decoded[i].start);
		CHECK_INT(decoded[i].name, e.end, decoded[i].end);
		if (e.lines.len > 0 && e.kind != OUTSIDE_DROPPED)
			is_event(a, e.lines, &o);
	}
	arena_destroy(a);
}

static void test_who(void)
{
	struct arena *a = arena_create(1 << 20);
	struct remote_event e;

	CHECK_TRUE("an event",
		   outlook_event_read(
			   a,
			   parse(a, "{'id':'Aa=','@odata.etag':'W/\\'1\\'','transactionId':'m1',"
				    "'onlineMeeting':{'joinUrl':'https://t/1'}," TEN "}"),
			   NULL, false, &e));
	CHECK_TEXT("id, byte by byte (§8)", e.remote, TEXT("Aa="));
	CHECK_TEXT("series", e.series, TEXT("Aa="));
	CHECK_TEXT("mark (§10)", e.mark, TEXT("m1"));
	CHECK_TEXT("link", e.link, TEXT("https://t/1"));
	CHECK_TRUE("not gone", !e.is_gone && !e.is_cancelled);
	CHECK_TRUE("a property",
		   outlook_event_read(a,
				      parse(a, "{'id':'a','singleValueExtendedProperties':["
					       "{'id':'other','value':'x'},{'id':'" OUTLOOK_MARK
					       "','value':'m2'}]}"),
				      NULL, false, &e));
	CHECK_TEXT("mark (§10)", e.mark, TEXT("m2"));
	CHECK_TRUE("an instance of ours",
		   outlook_event_read(a, parse(a, "{'id':'o','seriesMasterId':'s'," TEN "}"),
				      parse(a, "{'id':'s','transactionId':'m1'}"), false, &e));
	CHECK_TEXT("its mark", e.mark, TEXT("m1"));
	CHECK_TEXT("its series", e.series, TEXT("s"));
	CHECK_TRUE("an exception, perhaps", !e.is_regular);
	CHECK_TRUE("one that is none",
		   outlook_event_read(
			   a, parse(a, "{'id':'o','type':'occurrence','seriesMasterId':'s'}"), NULL,
			   false, &e) &&
			   e.is_regular);
	CHECK_TRUE("@removed (§8)",
		   outlook_event_read(a, parse(a, "{'id':'a','@removed':{'reason':'deleted'}}"),
				      NULL, false, &e) &&
			   e.is_gone);
	CHECK_TRUE("called off",
		   outlook_event_read(a, parse(a, "{'id':'a','isCancelled':true," TEN "}"), NULL,
				      false, &e) &&
			   e.is_cancelled && e.lines.len == 0);
	CHECK_TRUE("no id", !outlook_event_read(a, parse(a, "{" TEN "}"), NULL, false, &e));
	CHECK_TRUE("an empty one",
		   !outlook_event_read(a, parse(a, "{'id':''," TEN "}"), NULL, false, &e));
	CHECK_TRUE("a list is no event", !outlook_event_read(a, parse(a, "[]"), NULL, false, &e));
	arena_destroy(a);
}

static void test_bounds(void)
{
	struct arena *a = arena_create(1 << 24);
	char *id = arena_alloc(a, OUTSIDE_REMOTE_MAX + 2);
	char *title = arena_alloc(a, TITLE_BYTES + 1);
	struct remote_event e;
	struct ical_object *o;

	memset(id, 'i', OUTSIDE_REMOTE_MAX);
	CHECK_TRUE("an id that fits",
		   outlook_event_read(a, parse(a, arena_printf(a, "{'id':'%s'," TEN "}", id)), NULL,
				      false, &e));
	id[OUTSIDE_REMOTE_MAX] = 'i';
	CHECK_TRUE("one that does not",
		   !outlook_event_read(a, parse(a, arena_printf(a, "{'id':'%s'," TEN "}", id)),
				       NULL, false, &e));
	CHECK_TRUE(
		"a series that does not stands alone",
		outlook_event_read(
			a,
			parse(a, arena_printf(a, "{'id':'a','seriesMasterId':'%s'," TEN "}", id)),
			NULL, false, &e) &&
			e.kind == OUTSIDE_SINGLE);
	/* An odd beginning, so that the cut falls into a character. */
	title[0] = 'x';
	for (size_t i = 1; i + 2 <= TITLE_BYTES; i += 2)
		memcpy(title + i, "\xC3\xA4", 2);
	CHECK_TRUE("a long title",
		   outlook_event_read(
			   a, parse(a, arena_printf(a, "{'id':'a','subject':'%s'," TEN "}", title)),
			   NULL, false, &e));
	CHECK_TRUE("is cut, and no character with it",
		   text_is_utf8(e.lines) && e.lines.len < 1200 && e.lines.len > 1000);
	is_event(a, e.lines, &o);
	arena_destroy(a);
}

/* ---- what the documentation prints --------------------------------------------------------------
 */

struct samples {
	struct arena *arena;
	struct graph *graph;
	size_t events;
};

static void check_sample_event(struct samples *s, const struct json *item)
{
	struct remote_event e;
	struct ical_object *o;
	struct text title;

	bool is_read = outlook_event_read(s->arena, item, NULL, false, &e);

	/* One is printed without an id. */
	CHECK_INT("an event of the documentation", is_read, outlook_text(item, "id").len > 0);
	if (!is_read)
		return;
	s->events++;
	CHECK_TRUE("it has a time", e.kind == OUTSIDE_MASTER || e.lines.len > 0);
	CHECK_TRUE("one that is known",
		   e.start < e.end || outlook_is(item, "isAllDay") || e.kind == OUTSIDE_MASTER);
	if (e.kind == OUTSIDE_MASTER || !is_event(s->arena, e.lines, &o))
		return;
	CHECK_TRUE("and a title", !json_text(json_get(item, "subject"), &title) ||
					  o->items[0].summary.len > 0 ||
					  text_find(e.lines, TEXT("CLASS:")) >= 0);
}

static void check_sample(struct samples *s, const struct json *exchange)
{
	struct text path = outlook_text(exchange, "path"),
		    schema = outlook_text(exchange, "schema");
	const struct json *body = json_get(exchange, "body"), *list = json_get(body, "value");

	if (schema.len == 0)
		return;
	CHECK_TEXT(path.at, graph_check_value(s->graph, text_cstr(s->arena, schema), body),
		   TEXT(""));
	if (text_equal(schema, TEXT("event")))
		check_sample_event(s, body);
	for (size_t i = 0; text_equal(schema, TEXT("eventCollection")) && i < json_item_count(list);
	     i++)
		check_sample_event(s, json_item(list, i));
	for (size_t i = 0;
	     text_equal(schema, TEXT("calendarCollection")) && i < json_item_count(list); i++) {
		struct remote_calendar c;

		CHECK_TRUE(path.at, outlook_calendar_read(json_item(list, i), TEXT("UTC"), &c));
		CHECK_TRUE(path.at, c.title.len > 0);
	}
}

static void test_samples(void)
{
	struct arena *a = arena_create(64 << 20);
	struct text raw = shared_read(a, "federation/msgraph-doc-samples.json");
	struct samples s = {a, graph_load(a), 0};
	const struct json *root = NULL, *list;

	if (!raw.at || !s.graph) {
		unit_skip("the folder of shared files is not at hand");
	} else if (CHECK_WELL("samples", json_parse(a, raw, SAMPLES_MAX, &root))) {
		list = json_get(root, "exchanges");
		for (size_t i = 0; i < json_item_count(list); i++)
			check_sample(&s, json_item(list, i));
		CHECK_TRUE("there are some", s.events >= 10);
	}
	arena_destroy(a);
}

/* Of one who has not answered, where they have chosen that it takes no time. */
static void test_unanswered(void)
{
	static const struct {
		const char *name, *answer;
		bool takes_time;
	} rows[] = {
		{"§9: not answered", "NotResponded", false},  {"§9: accepted", "accepted", true},
		{"§9: perhaps", "tentativelyAccepted", true}, {"§9: one's own", "organizer", true},
		{"§9: nobody is asked", "none", true},
	};
	struct arena *a = arena_create(1 << 24);
	struct remote_event e;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *json = arena_printf(
			a, "{'id':'a','responseStatus':{'response':'%s'}," TEN "}", rows[i].answer);

		CHECK_TRUE(rows[i].name, outlook_event_read(a, parse(a, json), NULL, true, &e));
		CHECK_INT(rows[i].name, e.lines.len > 0, rows[i].takes_time);
	}
	arena_destroy(a);
}

UNIT_SUITE("outlook_event", {"what is decoded (facts §8, §9)", test_decoded},
	   {"whose it is", test_who}, {"bounds", test_bounds},
	   {"invitations that were not answered", test_unanswered},
	   {"what the documentation prints", test_samples})
