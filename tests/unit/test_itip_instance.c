/* test_itip_instance - an object as instances, and how far it has changed */
#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"
#include "ical/object.h"
#include "itip/instance.h"
#include "unit.h"

static struct arena *arena;

static const struct ical_object *read_raw(const char *name, const char *raw)
{
	struct ical_object *o = NULL;

	CHECK_WELL(name, ical_object_parse(arena, text_from(raw), ICAL_FROM_STORE, &o));
	return o;
}

/* Components "A|B|C" with lines cut by '~', each with UID 1. */
static const struct ical_object *read_as(const char *name, const char *type, const char *brief)
{
	struct text rest = text_from(brief), part, line;
	struct buf b;

	buf_init(&b, arena, 512, 1 << 20);
	buf_put_str(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n");
	while (text_next(&rest, '|', &part)) {
		buf_printf(&b, "BEGIN:%s\r\nUID:1\r\n", type);
		while (text_next(&part, '~', &line))
			buf_printf(&b, "%.*s\r\n", TEXT_ARG(line));
		buf_printf(&b, "END:%s\r\n", type);
	}
	buf_put_str(&b, "END:VCALENDAR\r\n");
	return read_raw(name, text_cstr(arena, buf_text(&b)));
}

static const struct ical_object *read_event(const char *name, const char *brief)
{
	return read_as(name, "VEVENT", brief);
}

/* 09:00 in Berlin on 18 January 2027. */
#define BERLIN "DTSTART;TZID=Europe/Berlin:20270118T090000"
#define NINE   INT64_C(1800259200)

/* ---- ids ---- */

static const struct id_row {
	const char *name, *object, *id;
	int64_t want;
} id_rows[] = {
	{"own zone", BERLIN "~RRULE:FREQ=DAILY", "RECURRENCE-ID;TZID=Europe/Berlin:20270118T090000",
	 NINE},
	{"UTC (interop §7, Google)", BERLIN "~RRULE:FREQ=DAILY", "RECURRENCE-ID:20270118T080000Z",
	 NINE},
	{"another zone", BERLIN "~RRULE:FREQ=DAILY",
	 "RECURRENCE-ID;TZID=America/New_York:20270118T030000", NINE},
	{"a DATE is the local day", BERLIN "~RRULE:FREQ=DAILY", "RECURRENCE-ID;VALUE=DATE:20270118",
	 NINE},
	{"floating is the series' own", BERLIN "~RRULE:FREQ=DAILY", "RECURRENCE-ID:20270118T090000",
	 NINE},
	{"a day in a series of days", "DTSTART;VALUE=DATE:20270101~RRULE:FREQ=DAILY",
	 "RECURRENCE-ID;VALUE=DATE:20270118", INT64_C(1800230400)},
	{"a time in a series of days", "DTSTART;VALUE=DATE:20270101~RRULE:FREQ=DAILY",
	 "RECURRENCE-ID:20270118T090000", INT64_C(1800230400)},
	{"a series that floats", "DTSTART:20270101T090000~RRULE:FREQ=DAILY",
	 "RECURRENCE-ID:20270118T090000", INT64_C(1800262800)},
};

static void test_ids(void)
{
	for (size_t i = 0; i < ARRAY_LEN(id_rows); i++) {
		const struct id_row *row = &id_rows[i];
		const char *both =
			arena_printf(arena, "%s|DTSTART:20270118T110000Z~%s", row->object, row->id);
		const struct ical_object *o = read_event(row->name, both);
		struct itip_instances all;

		itip_instances(arena, o, &all);
		if (!CHECK_INT(row->name, all.count, 2))
			continue;
		CHECK_TRUE(row->name, all.at[0].is_master);
		CHECK_INT(row->name, all.at[1].id, row->want);
		CHECK_INT(row->name, itip_instance_id(o, &o->items[1].recurrence_id), row->want);
		CHECK_TRUE(row->name, itip_instance_find(&all, row->want)->item == &o->items[1]);
		CHECK_TRUE(row->name, itip_instance_find(&all, row->want + 86400)->is_master);
	}
}

static void test_list(void)
{
	const struct ical_object *o = read_event(
		"list", BERLIN
		"~RRULE:FREQ=DAILY~EXDATE:20270121T080000Z~EXDATE;TZID=Europe/Berlin:"
		"20270119T090000,20270120T090000~EXDATE;VALUE=DATE:20270121"
		"|DTSTART:20270123T110000Z~RECURRENCE-ID;RANGE=THISANDFUTURE:20270123T080000Z"
		"|DTSTART:20270120T110000Z~RECURRENCE-ID:20270120T080000Z"
		"|DTSTART:20270125T110000Z~RECURRENCE-ID:20270125T080000Z");
	struct itip_instances all;

	itip_instances(arena, o, &all);
	CHECK_INT("each once", all.count, 6);
	for (size_t i = 2; i < all.count; i++)
		CHECK_TRUE("ascending", all.at[i - 1].id < all.at[i].id);
	CHECK_TRUE("EXDATE", !itip_instance_find(&all, NINE + 86400)->item);
	CHECK_TRUE("an override counts before an EXDATE",
		   itip_instance_find(&all, NINE + 2 * 86400)->item == &o->items[2]);
	CHECK_TRUE("EXDATE twice in two forms", !itip_instance_find(&all, NINE + 3 * 86400)->item);
	CHECK_TRUE("the master before a range",
		   itip_instance_find(&all, NINE + 4 * 86400)->is_master);
	CHECK_TRUE("THISANDFUTURE itself",
		   itip_instance_find(&all, NINE + 5 * 86400)->item == &o->items[1]);
	CHECK_TRUE("THISANDFUTURE reaches (RFC 5545 §3.2.13)",
		   itip_instance_find(&all, NINE + 6 * 86400)->item == &o->items[1]);
	CHECK_TRUE("an override within it",
		   itip_instance_find(&all, NINE + 7 * 86400)->item == &o->items[3]);
	CHECK_TRUE("and after it",
		   itip_instance_find(&all, NINE + 8 * 86400)->item == &o->items[1]);

	o = read_event("no master", "DTSTART:20270123T110000Z~RECURRENCE-ID:20270123T080000Z");
	itip_instances(arena, o, &all);
	CHECK_INT("no master", all.count, 1);
	CHECK_TRUE("nobody speaks of it", !itip_instance_find(&all, NINE));
}

/* ---- changes ---- */

#define U      "DTSTART:20270118T080000Z"
#define ONE    U "~DTEND:20270118T090000Z~SUMMARY:S~ORGANIZER:mailto:al@x.y"
#define BO     "~ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bo@x.y"
#define WEEKLY BERLIN "~DURATION:PT1H~RRULE:FREQ=WEEKLY"
#define OVERRIDE(line)                                                                             \
	"|DTSTART:20270125T100000Z~DURATION:PT1H~RECURRENCE-ID:20270125T080000Z~" line

static const struct change_row {
	const char *name, *was, *is;
	enum itip_change want;
} change_rows[] = {
	/* What nobody is told */
	{"the same", ONE BO, ONE BO, ITIP_SAME},
	{"order of properties", ONE BO,
	 "ATTENDEE:mailto:bo@x.y~ORGANIZER:mailto:al@x.y~SUMMARY:S~DTEND:20270118T090000Z~" U,
	 ITIP_SAME},
	{"DTSTAMP, LAST-MODIFIED, CREATED, SEQUENCE", ONE,
	 ONE "~DTSTAMP:20270101T000000Z~LAST-MODIFIED:20270101T000000Z~CREATED:20270101T000000Z~"
	     "SEQUENCE:4",
	 ITIP_SAME},
	{"case of names, words and addresses", ONE BO,
	 U "~DTEND:20270118T090000Z~summary:S~ORGANIZER:MAILTO:Al@X.Y~"
	   "attendee;partstat=needs-action:MailTo:BO@x.y",
	 ITIP_SAME},
	{"folds", ONE, U "~DTEND:2027\r\n 0118T090000Z~SUM\r\n MARY:S~ORGANIZER:mailto:a\r\n l@x.y",
	 ITIP_SAME},
	{"order of parameters, quotes", ONE "~ATTENDEE;CN=B;ROLE=CHAIR:mailto:bo@x.y",
	 ONE "~ATTENDEE;ROLE=CHAIR;CN=\"B\":mailto:bo@x.y", ITIP_SAME},
	{"defaults (RFC 5545 §3.2.3, §3.2.12, §3.2.16, §3.8.1.3, §3.8.1.9)", ONE BO,
	 ONE "~ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:bo@x.y~"
	     "CLASS:PUBLIC~PRIORITY:0",
	 ITIP_SAME},
	{"private X-", ONE, ONE "~X-MOZ-LASTACK:20270101T000000Z~X-APPLE-TRAVEL-DURATION:PT1H",
	 ITIP_SAME},
	{"SCHEDULE-* (RFC 6638 §7)", ONE BO,
	 ONE "~ATTENDEE;SCHEDULE-STATUS=1.2;SCHEDULE-AGENT=CLIENT;SCHEDULE-FORCE-SEND=REQUEST:"
	     "mailto:bo@x.y",
	 ITIP_SAME},
	{"RSVP", ONE BO, ONE "~ATTENDEE;RSVP=TRUE:mailto:bo@x.y", ITIP_SAME},
	{"an alarm", ONE, ONE "~BEGIN:VALARM~ACTION:DISPLAY~DESCRIPTION:D~TRIGGER:-PT5M~END:VALARM",
	 ITIP_SAME},
	{"ACKNOWLEDGED, COLOR, TRANSP", ONE,
	 ONE "~ACKNOWLEDGED:20270101T000000Z~COLOR:red~TRANSP:TRANSPARENT", ITIP_SAME},
	{"an empty LOCATION", ONE, ONE "~LOCATION:", ITIP_SAME},
	{"the order of CATEGORIES", ONE "~CATEGORIES:a\\,b,c", ONE "~CATEGORIES:c,a\\,b",
	 ITIP_SAME},
	{"one way or another to escape", ONE "~COMMENT:a\\nb", ONE "~COMMENT:a\\Nb", ITIP_SAME},
	/* Answers */
	{"PARTSTAT", ONE BO, ONE "~ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@x.y", ITIP_PARTSTAT},
	{"DELEGATED-TO", ONE BO,
	 ONE "~ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:cy@x.y\":mailto:bo@x.y",
	 ITIP_PARTSTAT},
	{"SENT-BY", ONE BO, ONE "~ATTENDEE;SENT-BY=\"mailto:cy@x.y\":mailto:bo@x.y", ITIP_PARTSTAT},
	{"PERCENT-COMPLETE", ONE, ONE "~PERCENT-COMPLETE:50", ITIP_PARTSTAT},
	/* Details */
	{"SUMMARY", ONE, U "~DTEND:20270118T090000Z~SUMMARY:s~ORGANIZER:mailto:al@x.y",
	 ITIP_DETAILS},
	{"LOCATION", ONE, ONE "~LOCATION:L", ITIP_DETAILS},
	{"STATUS", ONE, ONE "~STATUS:TENTATIVE", ITIP_DETAILS},
	{"an attendee more", ONE, ONE BO, ITIP_DETAILS},
	{"an attendee less", ONE BO, ONE, ITIP_DETAILS},
	{"CN", ONE BO, ONE "~ATTENDEE;CN=Bo:mailto:bo@x.y", ITIP_DETAILS},
	{"public X- (interop §1)", ONE, ONE "~X-APPLE-STRUCTURED-LOCATION;VALUE=URI:geo:1,2",
	 ITIP_DETAILS},
	{"ROLE", ONE BO, ONE "~ATTENDEE;ROLE=CHAIR:mailto:bo@x.y", ITIP_DETAILS},
	{"CATEGORIES", ONE "~CATEGORIES:a\\,b,c", ONE "~CATEGORIES:a,b\\,c", ITIP_DETAILS},
	/* DTSTART, DTEND, DURATION: any change (RFC 6638 §3.2.8) */
	{"§3.2.8 DTSTART", U, "DTSTART:20270118T080001Z", ITIP_TIMES},
	{"§3.2.8 DTEND", U "~DTEND:20270118T090000Z", U "~DTEND:20270118T093000Z", ITIP_TIMES},
	{"§3.2.8 DURATION", U "~DURATION:PT1H", U "~DURATION:PT2H", ITIP_TIMES},
	{"DTEND and DURATION that say the same", U "~DTEND:20270118T090000Z", U "~DURATION:PT1H",
	 ITIP_SAME},
	{"no DTEND and one of no length", U, U "~DURATION:PT0S", ITIP_SAME},
	{"a day without end is one day", "DTSTART;VALUE=DATE:20270118",
	 "DTSTART;VALUE=DATE:20270118~DTEND;VALUE=DATE:20270119", ITIP_SAME},
	{"a day becomes its midnight", "DTSTART;VALUE=DATE:20270118", "DTSTART:20270118T000000Z",
	 ITIP_TIMES},
	{"a time that floats", BERLIN, "DTSTART:20270118T090000", ITIP_TIMES},
	{"a single one in another zone, at the same instant", BERLIN, U, ITIP_SAME},
	{"a zone nobody knows, twice", "DTSTART;TZID=Nowhere:20270118T090000",
	 "DTSTART;TZID=Nowhere:20270118T090000", ITIP_SAME},
	{"another zone nobody knows", "DTSTART;TZID=Nowhere:20270118T090000",
	 "DTSTART;TZID=Somewhere:20270118T090000", ITIP_TIMES},
	/* Series in zones */
	{"a series in UTC", WEEKLY, U "~DURATION:PT1H~RRULE:FREQ=WEEKLY", ITIP_TIMES},
	{"a series in a zone of other rules", WEEKLY,
	 "DTSTART;TZID=Africa/Lagos:20270118T090000~DURATION:PT1H~RRULE:FREQ=WEEKLY", ITIP_TIMES},
	{"a series in another name of the zone",
	 "DTSTART;TZID=Europe/Kiev:20270118T090000~RRULE:FREQ=WEEKLY",
	 "DTSTART;TZID=Europe/Kyiv:20270118T090000~RRULE:FREQ=WEEKLY", ITIP_SAME},
	{"a series of nominal days", BERLIN "~DURATION:P1D~RRULE:FREQ=WEEKLY",
	 BERLIN "~DURATION:PT24H~RRULE:FREQ=WEEKLY", ITIP_TIMES},
	/* RRULE: instances added or moved (§3.2.8) */
	{"§3.2.8 RRULE added", BERLIN "~DURATION:PT1H", WEEKLY, ITIP_TIMES},
	{"§3.2.8 RRULE removed", WEEKLY, BERLIN "~DURATION:PT1H", ITIP_DETAILS},
	{"§3.2.8 RRULE of another day", WEEKLY, WEEKLY ";BYDAY=TU", ITIP_TIMES},
	{"§3.2.8 RRULE more often", WEEKLY, WEEKLY ";BYDAY=MO,WE", ITIP_TIMES},
	{"§3.2.8 RRULE less often", WEEKLY ";BYDAY=MO,WE", WEEKLY ";BYDAY=MO", ITIP_DETAILS},
	{"§3.2.8 RRULE every second time", WEEKLY, WEEKLY ";INTERVAL=2", ITIP_DETAILS},
	{"RRULE that says the same", WEEKLY, WEEKLY ";INTERVAL=1;WKST=MO;BYDAY=MO", ITIP_SAME},
	{"§3.2.8 COUNT shortened", WEEKLY ";COUNT=5", WEEKLY ";COUNT=4", ITIP_DETAILS},
	{"§3.2.8 COUNT prolonged", WEEKLY ";COUNT=4", WEEKLY ";COUNT=5", ITIP_TIMES},
	{"§3.2.8 an end where there was none", WEEKLY, WEEKLY ";COUNT=5", ITIP_DETAILS},
	{"§3.2.8 no end where there was one", WEEKLY ";COUNT=5", WEEKLY, ITIP_TIMES},
	{"§3.2.8 UNTIL shortened", WEEKLY ";UNTIL=20270301T080000Z",
	 WEEKLY ";UNTIL=20270222T080000Z", ITIP_DETAILS},
	{"§3.2.8 UNTIL prolonged", WEEKLY ";UNTIL=20270222T080000Z",
	 WEEKLY ";UNTIL=20270301T080000Z", ITIP_TIMES},
	{"UNTIL moved between two instances", WEEKLY ";UNTIL=20270222T080000Z",
	 WEEKLY ";UNTIL=20270224T080000Z", ITIP_SAME},
	{"UNTIL and COUNT that end alike", WEEKLY ";COUNT=2", WEEKLY ";UNTIL=20270125T080000Z",
	 ITIP_SAME},
	/* RDATE (§3.2.8) */
	{"§3.2.8 RDATE added", WEEKLY, WEEKLY "~RDATE:20270119T080000Z", ITIP_TIMES},
	{"§3.2.8 RDATE removed", WEEKLY "~RDATE:20270119T080000Z", WEEKLY, ITIP_DETAILS},
	{"RDATE that the rule names", WEEKLY, WEEKLY "~RDATE:20270125T080000Z", ITIP_SAME},
	{"RDATEs in another order and zone", WEEKLY "~RDATE:20270119T080000Z,20270120T080000Z",
	 WEEKLY "~RDATE;TZID=Europe/Berlin:20270120T090000~RDATE:20270119T080000Z", ITIP_SAME},
	{"§3.2.8 a period of another length", WEEKLY "~RDATE;VALUE=PERIOD:20270119T080000Z/PT1H",
	 WEEKLY "~RDATE;VALUE=PERIOD:20270119T080000Z/PT2H", ITIP_TIMES},
	/* EXDATE (§3.2.8) */
	{"§3.2.8 EXDATE added", WEEKLY, WEEKLY "~EXDATE:20270125T080000Z", ITIP_DETAILS},
	{"§3.2.8 EXDATE removed", WEEKLY "~EXDATE:20270125T080000Z", WEEKLY, ITIP_TIMES},
	{"EXDATE that names nothing", WEEKLY "~EXDATE:20270126T080000Z", WEEKLY, ITIP_SAME},
	{"two EXDATEs in another order (pitfall 41)",
	 WEEKLY "~EXDATE:20270125T080000Z~EXDATE:20270201T080000Z",
	 WEEKLY "~EXDATE:20270201T080000Z~EXDATE:20270125T080000Z", ITIP_SAME},
	{"two EXDATEs on one line (pitfall 41)",
	 WEEKLY "~EXDATE:20270125T080000Z~EXDATE:20270201T080000Z",
	 WEEKLY "~EXDATE;TZID=Europe/Berlin:20270201T090000,20270125T090000", ITIP_SAME},
	{"EXDATE as a day", WEEKLY "~EXDATE:20270125T080000Z", WEEKLY "~EXDATE;VALUE=DATE:20270125",
	 ITIP_SAME},
	/* Overrides */
	{"an override that moves", WEEKLY, WEEKLY OVERRIDE("X-A:1"), ITIP_TIMES},
	{"an override that stays where it was", WEEKLY,
	 WEEKLY "|DTSTART:20270125T080000Z~DTEND:20270125T090000Z~RECURRENCE-ID:20270125T080000Z",
	 ITIP_SAME},
	{"an override with another SUMMARY", WEEKLY,
	 WEEKLY "|DTSTART:20270125T080000Z~DURATION:PT1H~RECURRENCE-ID:20270125T080000Z~SUMMARY:T",
	 ITIP_DETAILS},
	{"an answer to one instance", WEEKLY BO,
	 WEEKLY BO "|DTSTART:20270125T080000Z~DURATION:PT1H~RECURRENCE-ID:20270125T080000Z~"
		   "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.y",
	 ITIP_PARTSTAT},
	{"an override that goes back", WEEKLY OVERRIDE("X-A:1"), WEEKLY, ITIP_TIMES},
	{"an override that is cut out", WEEKLY OVERRIDE("X-A:1"), WEEKLY "~EXDATE:20270125T080000Z",
	 ITIP_DETAILS},
	{"an EXDATE that becomes an override", WEEKLY "~EXDATE:20270125T080000Z",
	 WEEKLY OVERRIDE("X-A:1"), ITIP_TIMES},
	{"RECURRENCE-ID in another form", WEEKLY OVERRIDE("X-A:1"),
	 WEEKLY "|DTSTART:20270125T100000Z~DURATION:PT1H~RECURRENCE-ID;VALUE=DATE:20270125",
	 ITIP_SAME},
	{"the order of overrides",
	 WEEKLY OVERRIDE("X-A:1") "|DTSTART:20270201T100000Z~RECURRENCE-ID:20270201T080000Z",
	 WEEKLY "|DTSTART:20270201T100000Z~RECURRENCE-ID:20270201T080000Z" OVERRIDE("X-A:2"),
	 ITIP_SAME},
	{"an override within THISANDFUTURE that shows what it shows",
	 WEEKLY "|DTSTART:20270125T100000Z~DURATION:PT1H~"
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20270125T080000Z",
	 WEEKLY "|DTSTART:20270125T100000Z~DURATION:PT1H~"
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20270125T080000Z"
		"|DTSTART:20270201T100000Z~DURATION:PT1H~RECURRENCE-ID:20270201T080000Z",
	 ITIP_SAME},
	{"an override within THISANDFUTURE as the master would be",
	 WEEKLY "|DTSTART:20270125T100000Z~DURATION:PT1H~"
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20270125T080000Z",
	 WEEKLY "|DTSTART:20270125T100000Z~DURATION:PT1H~"
		"RECURRENCE-ID;RANGE=THISANDFUTURE:20270125T080000Z"
		"|DTSTART:20270201T080000Z~DURATION:PT1H~RECURRENCE-ID:20270201T080000Z",
	 ITIP_TIMES},
	{"one instance more of those invited to",
	 "DTSTART:20270125T100000Z~RECURRENCE-ID:20270125T080000Z",
	 "DTSTART:20270125T100000Z~RECURRENCE-ID:20270125T080000Z|"
	 "DTSTART:20270201T100000Z~RECURRENCE-ID:20270201T080000Z",
	 ITIP_TIMES},
	{"one instance less",
	 "DTSTART:20270125T100000Z~RECURRENCE-ID:20270125T080000Z|"
	 "DTSTART:20270201T100000Z~RECURRENCE-ID:20270201T080000Z",
	 "DTSTART:20270125T100000Z~RECURRENCE-ID:20270125T080000Z", ITIP_DETAILS},
};

static void test_changes(void)
{
	for (size_t i = 0; i < ARRAY_LEN(change_rows); i++) {
		const struct change_row *row = &change_rows[i];
		const struct ical_object *was = read_event(row->name, row->was);
		const struct ical_object *is = read_event(row->name, row->is);

		if (was && is)
			CHECK_INT(row->name, itip_object_change(arena, was, is), row->want);
	}
}

static void test_todos(void)
{
	static const struct change_row rows[] = {
		{"§3.2.8 DUE", "DUE:20270118T080000Z", "DUE:20270119T080000Z", ITIP_TIMES},
		{"DUE is new", "SUMMARY:S", "SUMMARY:S~DUE:20270119T080000Z", ITIP_TIMES},
		{"no dates", "SUMMARY:S", "SUMMARY:S", ITIP_SAME},
		{"DUE in another zone", "DUE:20270118T080000Z",
		 "DUE;TZID=Europe/Berlin:20270118T090000", ITIP_SAME},
		{"progress", "SUMMARY:S", "SUMMARY:S~PERCENT-COMPLETE:40", ITIP_PARTSTAT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name,
			  itip_object_change(arena, read_as(rows[i].name, "VTODO", rows[i].was),
					     read_as(rows[i].name, "VTODO", rows[i].is)),
			  rows[i].want);
}

static void test_items(void)
{
	const struct ical_object *was = read_event("was", WEEKLY BO);
	const struct ical_object *is = read_event("is", WEEKLY BO OVERRIDE("X-A:1"));

	CHECK_INT("new", itip_item_change(arena, was, NULL, is, &is->items[0]), ITIP_TIMES);
	CHECK_INT("gone", itip_item_change(arena, was, &was->items[0], is, NULL), ITIP_DETAILS);
	CHECK_INT("neither", itip_item_change(arena, was, NULL, is, NULL), ITIP_SAME);
	CHECK_INT("master and master",
		  itip_item_change(arena, was, &was->items[0], is, &is->items[0]), ITIP_SAME);
	CHECK_INT("master and override",
		  itip_item_change(arena, was, &was->items[0], is, &is->items[1]), ITIP_TIMES);
}

static void with_arena(void (*run)(void))
{
	arena = arena_create((size_t)1 << 28);
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
CASE(test_ids)
CASE(test_list)
CASE(test_changes)
CASE(test_todos)
CASE(test_items)

UNIT_SUITE("itip_instance", {"ids are instants", run_test_ids}, {"instances", run_test_list},
	   {"changes", run_test_changes}, {"changes of a task", run_test_todos},
	   {"components", run_test_items})
