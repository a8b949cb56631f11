/*
 * outlook_write: bookings as events of Outlook's, and subscriptions. Sections are those of
 * facts.md.
 */
#include "unit.h"

#include "base/buf.h"
#include "federation/outlook_priv.h"
#include "graph_wire.h"
#include "ical/time.h"

#define TIMES(day, from, to)                                                                       \
	"'start':{'dateTime':'2026-12-" day "T" from ":00.0000000','timeZone':'UTC'},"             \
	"'end':{'dateTime':'2026-12-" day "T" to ":00.0000000','timeZone':'UTC'}"

/* ---- writing ------------------------------------------------------------------------------------
 */

#define EVENTS "/me/calendars/Cal=/events"

static const struct remote_copy booking = {
	.is_first = true,
	.mark = TEXT_INIT("mark1"),
	.title = TEXT_INIT("Talk \"x\" with Ann"),
	.description = TEXT_INIT("Ann\nann@example.org"),
	.location = TEXT_INIT("Room 1"),
	.start = INT64_C(1796119200), /* 2026-12-01T10:00:00Z */
	.end = INT64_C(1796121000),
	.timezone = TEXT_INIT("Europe/Vienna"),
};

static void test_made(void)
{
	BEGIN("a booking is made",
	      {"POST", EVENTS, 201, "{'id':'new=','@odata.etag':'e1','subject':'x'}"});
	struct remote_copy copy = booking;
	const struct json *b, *list;

	CHECK_INT("put", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_OK);
	graph_end();
	CHECK_TEXT("id", copy.remote_out, TEXT("new="));
	CHECK_TEXT("etag", copy.etag_out, TEXT("e1"));
	CHECK_TRUE("no link", !copy.link_pending && copy.link_out.len == 0);
	b = graph_body(0);
	CHECK_TEXT("title", outlook_text(b, "subject"), TEXT("Talk \"x\" with Ann"));
	CHECK_TEXT("in its zone, by Microsoft's name (§9)",
		   outlook_text(json_get(b, "start"), "timeZone"), TEXT("W. Europe Standard Time"));
	CHECK_TEXT("start", outlook_text(json_get(b, "start"), "dateTime"),
		   TEXT("2026-12-01T11:00:00"));
	CHECK_TEXT("end", outlook_text(json_get(b, "end"), "dateTime"),
		   TEXT("2026-12-01T11:30:00"));
	CHECK_TEXT("transactionId (§10)", outlook_text(b, "transactionId"), TEXT("mark1"));
	list = json_get(b, "singleValueExtendedProperties");
	CHECK_TEXT("mark (§10)", outlook_text(json_item(list, 0), "value"), TEXT("mark1"));
	CHECK_TEXT("busy", outlook_text(b, "showAs"), TEXT("busy"));
	CHECK_TRUE("nobody is invited (§10)", !json_get(b, "attendees"));
	CHECK_TRUE("no meeting", !json_get(b, "isOnlineMeeting"));
}

#define ALLOWED "/me/calendars/Cal=?$select=id,allowedOnlineMeetingProviders"

static void test_made_with_link(void)
{
	BEGIN("with a link (§10)",
	      {"GET", ALLOWED, 200,
	       "{'id':'Cal=','allowedOnlineMeetingProviders':['skypeForBusiness',"
	       "'teamsForBusiness']}"},
	      {"POST", EVENTS, 201, "{'id':'n','isOnlineMeeting':true,'onlineMeeting':null}"},
	      {"GET", ALLOWED, 200, "{'id':'Cal=','allowedOnlineMeetingProviders':[]}"},
	      {"POST", EVENTS, 201, "{'id':'n','isOnlineMeeting':false}"});
	struct remote_copy copy = booking;

	copy.wants_link = true;
	CHECK_INT("put", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_OK);
	CHECK_TRUE("it is being made", copy.link_pending && copy.link_out.len == 0);
	CHECK_TEXT("Teams", outlook_text(graph_body(1), "onlineMeetingProvider"),
		   TEXT("teamsForBusiness"));
	CHECK_INT("where there is no Teams", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_OK);
	CHECK_TRUE("there is no link", !copy.link_pending);
	CHECK_TRUE("and none is asked for", !json_get(graph_body(3), "isOnlineMeeting"));
	graph_end();
}

#define FIND                                                                                       \
	EVENTS "?$top=1&$filter=singleValueExtendedProperties%2FAny%28ep%3A%20ep%2Fid%20eq%20"     \
	       "%27String%20%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking"      \
	       "%27%20and%20ep%2Fvalue%20eq%20%27mark1%27%29"

static void test_made_before(void)
{
	BEGIN("an earlier attempt made it (§10)",
	      {"POST", EVENTS, 409, "{'error':{'code':'ErrorDuplicateTransactionId'}}"},
	      {"GET", FIND, 200, "{'value':[{'id':'old','@odata.etag':'e1'}]}"},
	      {"POST", EVENTS, 201,
	       "{'id':'old','@odata.etag':'e1','start':{'dateTime':'2020-01-01T10:00:00',"
	       "'timeZone':'UTC'}}"},
	      {"POST", EVENTS, 409, "{'error':{'code':'ErrorDuplicateTransactionId'}}"},
	      {"GET", FIND, 200, "{'value':[]}"});
	struct remote_copy copy = booking;

	CHECK_INT("put", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_EXISTS);
	CHECK_TEXT("it is found", copy.remote_out, TEXT("old"));
	CHECK_INT("answered as it was made then",
		  provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_EXISTS);
	CHECK_TEXT("where it is", copy.remote_out, TEXT("old"));
	CHECK_INT("deleted since", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_EXISTS);
	CHECK_INT("it is nowhere", copy.remote_out.len, 0);
	graph_end();
}

/* How long a transactionId is known is not documented. */
static void test_looked_for(void)
{
	BEGIN("what may have been made before is looked for first",
	      {"GET", FIND, 200, "{'value':[{'id':'old','@odata.etag':'e1'}]}"},
	      {"GET", FIND, 503, NULL}, {"GET", FIND, 200, "{'value':[]}"},
	      {"POST", EVENTS, 201, "{'id':'new','@odata.etag':'e1'}"});
	struct remote_copy copy = booking;

	copy.is_first = false;
	CHECK_INT("it is there", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_EXISTS);
	CHECK_TEXT("and found", copy.remote_out, TEXT("old"));
	CHECK_INT("nobody can tell", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_LATER);
	CHECK_INT("it is not there", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_OK);
	CHECK_TEXT("made", copy.remote_out, TEXT("new"));
	graph_end();
}

static void test_updated(void)
{
	BEGIN("brought up to date (§10)",
	      {"PATCH", EVENTS "/a%2Fb", 200,
	       "{'id':'a/b','@odata.etag':'e2','isOnlineMeeting':true,'onlineMeeting':{'joinUrl':"
	       "'https://t/1'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 412, "{'error':{'code':'ErrorIrresolvableConflict'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 409, "{'error':{'code':'ErrorIrresolvableConflict'}}"},
	      {"PATCH", EVENTS "/a%2Fb", 404, "{'error':{'code':'ErrorItemNotFound'}}"});
	struct remote_copy copy = booking;
	const struct json *b;

	copy.remote = TEXT("a/b");
	copy.etag = TEXT("W/\"1\"");
	copy.wants_link = copy.is_tentative = true;
	CHECK_INT("put", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_OK);
	CHECK_TEXT("If-Match", graph_wire.if_match, TEXT("W/\"1\""));
	CHECK_TEXT("etag", copy.etag_out, TEXT("e2"));
	CHECK_TEXT("link", copy.link_out, TEXT("https://t/1"));
	b = graph_body(0);
	CHECK_TEXT("tentative", outlook_text(b, "showAs"), TEXT("tentative"));
	CHECK_TRUE("transactionId cannot change", !json_get(b, "transactionId"));
	CHECK_TRUE("the provider is left out", !json_get(b, "onlineMeetingProvider"));
	CHECK_TRUE("what Graph wrote into the text stays", !json_get(b, "body"));
	CHECK_INT("412", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_CHANGED);
	CHECK_INT("409", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_CHANGED);
	CHECK_INT("404", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_NOT_FOUND);
	graph_end();
}

static void test_zones_written(void)
{
	static const struct {
		const char *name, *timezone;
		int64_t start;
		const char *dateTime, *windows;
	} rows[] = {
		{"a zone without a Windows name", "Antarctica/Troll", INT64_C(1796119200),
		 "2026-12-01T10:00:00", "UTC"},
		{"no zone", "", INT64_C(1796119200), "2026-12-01T10:00:00", "UTC"},
		{"the first of an hour that comes twice", "Europe/Berlin", INT64_C(1792888200),
		 "2026-10-25T02:30:00", "W. Europe Standard Time"},
		{"the second", "Europe/Berlin", INT64_C(1792891800), "2026-10-25T01:30:00", "UTC"},
		{"an alias", "Asia/Kolkata", INT64_C(1796119200), "2026-12-01T15:30:00",
		 "India Standard Time"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct remote_copy copy = booking;
		const struct json *json = NULL;
		struct text out;

		copy.timezone = text_from(rows[i].timezone);
		copy.start = rows[i].start;
		CHECK_TRUE(rows[i].name, outlook_copy_body(a, &copy, true, false, &out));
		CHECK_WELL(rows[i].name, json_parse(a, out, 1 << 20, &json));
		json = json_get(json, "start");
		CHECK_TEXT(rows[i].name, outlook_text(json, "dateTime"),
			   text_from(rows[i].dateTime));
		CHECK_TEXT(rows[i].name, outlook_text(json, "timeZone"),
			   text_from(rows[i].windows));
	}
	arena_destroy(a);
}

static void test_rules(void)
{
#define RANGE(count)                                                                               \
	"\"range\":{\"type\":\"numbered\",\"startDate\":\"2026-12-01\","                           \
	"\"numberOfOccurrences\":" count ",\"recurrenceTimeZone\":\"W. Europe Standard Time\"}}}"
	static const struct {
		const char *name, *rule, *want; /* NULL: it cannot be said */
	} rows[] = {
		{"daily", "RRULE:FREQ=DAILY;COUNT=3\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"daily\",\"interval\":1}," RANGE("3")},
		{"weekly, dates left out",
		 "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4\n"
		 "EXDATE;TZID=Europe/Vienna:20261215T110000\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"weekly\",\"interval\":2,\"daysOfWeek\":"
		 "[\"tuesday\"],\"firstDayOfWeek\":\"monday\"}," RANGE("4")},
		{"monthly, other line ends", "RRULE:FREQ=MONTHLY;COUNT=2\r\n",
		 "{\"recurrence\":{\"pattern\":{\"type\":\"absoluteMonthly\",\"interval\":1,"
		 "\"dayOfMonth\":1}," RANGE("2")},
		{"without an end", "RRULE:FREQ=DAILY\n", NULL},
		{"a part that is not known", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO\n", NULL},
		{"another frequency", "RRULE:FREQ=YEARLY;COUNT=2\n", NULL},
		{"a date more", "RRULE:FREQ=DAILY;COUNT=2\nRDATE:20270101T100000Z\n", NULL},
		{"two rules", "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2\n", NULL},
		{"no rule", "EXDATE:20270101T100000Z\n", NULL},
		{"too many", "RRULE:FREQ=DAILY;COUNT=1000\n", NULL},
	};
	struct arena *a = arena_create(1 << 20);
	struct remote_copy copy = booking;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_writer w;
		struct buf b;
		bool said;

		buf_init(&b, a, 256, 4096);
		w = (struct json_writer){.out = &b};
		copy.rule = text_from(rows[i].rule);
		json_begin_object(&w);
		said = outlook_put_recurrence(&w, &copy);
		json_end_object(&w);
		CHECK_INT(rows[i].name, said, rows[i].want != NULL);
		if (said && rows[i].want)
			CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
	}
	arena_destroy(a);
}

static void test_rules_of_months(void)
{
	BEGIN("a month without that day", {"POST", EVENTS, 201, "{'id':'n'}"});
	struct remote_copy copy = booking;

	copy.rule = TEXT("RRULE:FREQ=MONTHLY;COUNT=3\n");
	copy.start += 27 * (int64_t)DAY_SECONDS;
	copy.end += 27 * (int64_t)DAY_SECONDS;
	CHECK_INT("the 28th", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_OK);
	copy.start += 3 * (int64_t)DAY_SECONDS;
	copy.end += 3 * (int64_t)DAY_SECONDS;
	CHECK_INT("the 31st", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_REFUSED);
	CHECK_TRUE("and why", v.why.len > 0);
	copy = booking;
	copy.timezone = TEXT("Antarctica/Troll");
	copy.rule = TEXT("RRULE:FREQ=DAILY;COUNT=3\n");
	CHECK_INT("a rule needs its zone", provider_outlook.put(&v, &graph_wire.calendar, &copy),
		  CALL_REFUSED);
	graph_end();
}

static void test_left_out(void)
{
	BEGIN("dates that are left out of a series",
	      {"POST", EVENTS, 201, "{'id':'s','@odata.etag':'e1'}"},
	      {"GET",
	       EVENTS "/s/instances?startDateTime=2026-12-08T10:00:00Z&endDateTime="
		      "2026-12-16T10:00:00Z&$select=id,start",
	       200,
	       "{'value':[{'id':'s1'," TIMES("08", "10:00", "10:30") "},{'id':'s2'," TIMES(
		       "09", "10:00", "10:30") "},{'id':'s3'," TIMES("15", "10:00", "10:30") "}]}"},
	      {"DELETE", EVENTS "/s1", 204, NULL},
	      {"DELETE", EVENTS "/s3", 404, "{'error':{'code':'ErrorItemNotFound'}}"},
	      {"GET",
	       EVENTS "/s?$expand=singleValueExtendedProperties(%24filter%3Did%20eq%20%27String%20"
		      "%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking%27)",
	       200, "{'id':'s','@odata.etag':'e3'," TIMES("01", "10:00", "10:30") "}"});
	struct remote_copy copy = booking;

	copy.rule = TEXT("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Vienna:20261208T110000\n"
			 "EXDATE:20261215T100000Z\n");
	CHECK_INT("put", provider_outlook.put(&v, &graph_wire.calendar, &copy), CALL_OK);
	graph_end();
	CHECK_TEXT("the etag after all of it", copy.etag_out, TEXT("e3"));
}

static void test_removal(void)
{
	static const struct {
		const char *name;
		int status;
		enum call_end end;
	} rows[] = {
		{"204", 204, CALL_OK},	     {"404 (§10)", 404, CALL_OK},
		{"410 (§10)", 410, CALL_OK}, {"412", 412, CALL_CHANGED},
		{"503", 503, CALL_LATER},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct graph_exchange x = {"DELETE", EVENTS "/a", rows[i].status, NULL};
		struct visit v = graph_begin(rows[i].name, &x, 1);
		struct remote_copy copy = booking;

		copy.remote = TEXT("a");
		copy.etag = TEXT("e1");
		CHECK_INT(rows[i].name, provider_outlook.remove(&v, &graph_wire.calendar, &copy),
			  rows[i].end);
		CHECK_TEXT(rows[i].name, graph_wire.if_match, TEXT("e1"));
		graph_end();
	}
}

#define GET_A                                                                                      \
	EVENTS "/a?$expand=singleValueExtendedProperties(%24filter%3Did%20eq%20%27String%20"       \
	       "%7B5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52%7D%20Name%20FastiBooking%27)"

static void test_get(void)
{
	BEGIN("one thing",
	      {"GET", GET_A, 200,
	       "{'id':'a','transactionId':'m'," TIMES("01", "08:00", "09:00") "}"},
	      {"GET", GET_A, 404, "{'error':{'code':'ErrorItemNotFound'}}"},
	      {"GET", GET_A, 200, "{}"}, {"GET", GET_A, 503, NULL});
	struct remote_event e;

	CHECK_INT("get", provider_outlook.get(&v, &graph_wire.calendar, TEXT("a"), &e), CALL_OK);
	CHECK_TEXT("mark", e.mark, TEXT("m"));
	CHECK_INT("gone", provider_outlook.get(&v, &graph_wire.calendar, TEXT("a"), &e), CALL_OK);
	CHECK_TRUE("gone", e.is_gone && text_equal(e.remote, TEXT("a")));
	CHECK_INT("no event", provider_outlook.get(&v, &graph_wire.calendar, TEXT("a"), &e),
		  CALL_BROKEN);
	CHECK_INT("503", provider_outlook.get(&v, &graph_wire.calendar, TEXT("a"), &e), CALL_LATER);
	graph_end();
}

/* ---- being told ---------------------------------------------------------------------------------
 */

static struct remote_watch watch_of(int64_t expires_at)
{
	return (struct remote_watch){
		.id = TEXT("w1"),
		.token = TEXT("secret"),
		.url = TEXT("https://fasti.test/hooks/outlook"),
		.expires_at = expires_at,
	};
}

static void test_watch(void)
{
	BEGIN("a subscription (§11)",
	      {"POST", "/subscriptions", 201,
	       "{'id':'sub','expirationDateTime':'2026-12-03T10:00:00Z'}"},
	      {"POST", "/subscriptions", 403, "{'error':{'code':'ExtensionError'}}"},
	      {"POST", "/subscriptions", 404, "{'error':{'code':'ResourceNotFound'}}"},
	      {"POST", "/subscriptions", 201, "{'id':'sub'}"});
	struct remote_watch w = watch_of(GRAPH_NOW + 30 * (int64_t)DAY_SECONDS);
	const struct json *b;

	CHECK_INT("watch", provider_outlook.watch(&v, &graph_wire.calendar, &w), CALL_OK);
	CHECK_TEXT("id", w.remote, TEXT("sub"));
	CHECK_INT("until when it is told", w.expires_at, INT64_C(1796292000));
	b = graph_body(0);
	CHECK_TEXT("changes", outlook_text(b, "changeType"), TEXT("created,updated,deleted"));
	CHECK_TEXT("of the calendar", outlook_text(b, "resource"),
		   TEXT("/me/calendars/Cal=/events"));
	CHECK_TEXT("secret", outlook_text(b, "clientState"), TEXT("w1.secret"));
	CHECK_TEXT("where", outlook_text(b, "notificationUrl"),
		   TEXT("https://fasti.test/hooks/outlook"));
	CHECK_TEXT("and of its life", outlook_text(b, "lifecycleNotificationUrl"),
		   TEXT("https://fasti.test/hooks/outlook"));
	CHECK_TEXT("for 10,000 minutes at most", outlook_text(b, "expirationDateTime"),
		   TEXT("2026-12-03T10:40:00Z"));
	CHECK_INT("an account that cannot be subscribed",
		  provider_outlook.watch(&v, &graph_wire.calendar, &w), CALL_REFUSED);
	CHECK_INT("nor this one", provider_outlook.watch(&v, &graph_wire.calendar, &w),
		  CALL_REFUSED);
	CHECK_INT("no subscription", provider_outlook.watch(&v, &graph_wire.calendar, &w),
		  CALL_BROKEN);
	graph_end();
}

static void test_renew(void)
{
	BEGIN("renewed (§11)",
	      {"PATCH", "/subscriptions/sub", 200,
	       "{'id':'sub','expirationDateTime':'2026-11-27T12:00:00Z'}"},
	      {"PATCH", "/subscriptions/sub", 404, "{'error':{'code':'ResourceNotFound'}}"},
	      {"DELETE", "/subscriptions/sub", 204, NULL},
	      {"DELETE", "/subscriptions/sub", 404, NULL});
	struct remote_watch w = watch_of(GRAPH_NOW + DAY_SECONDS);

	w.remote = TEXT("sub");
	CHECK_INT("renew", provider_outlook.renew(&v, &graph_wire.calendar, &w), CALL_OK);
	CHECK_INT("until", w.expires_at, GRAPH_NOW + DAY_SECONDS);
	CHECK_TEXT("as wanted", outlook_text(graph_body(0), "expirationDateTime"),
		   TEXT("2026-11-27T12:00:00Z"));
	CHECK_INT("gone", provider_outlook.renew(&v, &graph_wire.calendar, &w), CALL_NOT_FOUND);
	CHECK_INT("ended", provider_outlook.unwatch(&v, &graph_wire.calendar, &w), CALL_OK);
	CHECK_INT("ended already", provider_outlook.unwatch(&v, &graph_wire.calendar, &w), CALL_OK);
	graph_end();
}

GRAPH_CASE(test_made)
GRAPH_CASE(test_made_with_link)
GRAPH_CASE(test_made_before)
GRAPH_CASE(test_updated)
GRAPH_CASE(test_zones_written)
GRAPH_CASE(test_rules)
GRAPH_CASE(test_rules_of_months)
GRAPH_CASE(test_left_out)
GRAPH_CASE(test_looked_for)
GRAPH_CASE(test_removal)
GRAPH_CASE(test_get)
GRAPH_CASE(test_watch)
GRAPH_CASE(test_renew)

UNIT_SUITE("outlook_write", {"made", run_test_made}, {"made with a link", run_test_made_with_link},
	   {"made before", run_test_made_before}, {"looked for", run_test_looked_for},
	   {"brought up to date", run_test_updated}, {"zones", run_test_zones_written},
	   {"rules", run_test_rules}, {"rules of months", run_test_rules_of_months},
	   {"dates left out", run_test_left_out}, {"removed", run_test_removal},
	   {"one thing", run_test_get}, {"watched", run_test_watch}, {"renewed", run_test_renew})
