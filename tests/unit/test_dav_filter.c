/*
 * test_dav_filter - RFC 4791 §9.7: which filters are read, and what rows can answer of them
 */
#include "base/buf.h"
#include "filter_fixture.h"
#include "ical/object.h"

/* ---- what is read ---------------------------------------------------------------------- */

static const struct {
	const char *name, *filter;
	int code; /* -1: well */
} read_rows[] = {
	{"§9.7.1 all components", "<C:comp-filter name=\"VCALENDAR\"/>", -1},
	{"§9.7.1 names have no case", "<C:comp-filter name=\"vcalendar\"/>", -1},
	{"§9.7 empty", "", FAULT_BAD_FILTER},
	{"§9.7 two comp-filters",
	 "<C:comp-filter name=\"VCALENDAR\"/><C:comp-filter name=\"VCALENDAR\"/>",
	 FAULT_BAD_FILTER},
	{"§9.7 no VCALENDAR", "<C:comp-filter name=\"VEVENT\"/>", FAULT_BAD_FILTER},
	{"§9.7 a prop-filter", PROP("UID", ""), FAULT_BAD_FILTER},
	{"§9.7 another namespace", "<D:comp-filter name=\"VCALENDAR\"/>", FAULT_BAD_FILTER},
	{"RFC 4918 §17 an element of others",
	 "<D:x/><C:comp-filter name=\"VCALENDAR\"><D:x/></C:comp-filter>", -1},
	{"RFC 4918 §17 beside is-not-defined", EVENT(PROP("UID", "<D:x/>" NONE)), -1},
	{"RFC 4918 §17 in a time-range",
	 EVENT("<C:time-range start=\"20270104T000000Z\"><D:x/></C:time-range>"), -1},
	{"§9.7 CalDAV's, but unknown", EVENT("<C:wish/>"), FAULT_BAD_FILTER},
	{"§9.7 words", "<C:comp-filter name=\"VCALENDAR\"/>and", FAULT_BAD_FILTER},
	{"§9.7.1 words", EVENT("soon"), FAULT_BAD_FILTER},
	{"§9.7.2 words", EVENT(PROP("UID", MATCH("a") "or")), FAULT_BAD_FILTER},
	{"§9.7.3 words", EVENT(PROP("UID", PARAM("X", "or"))), FAULT_BAD_FILTER},
	{"§9.7.4 words", EVENT("<C:is-not-defined>not</C:is-not-defined>"), FAULT_BAD_FILTER},
	{"§9.7.4 elements", EVENT("<C:is-not-defined>" NONE "</C:is-not-defined>"),
	 FAULT_BAD_FILTER},
	{"§9.9 words", EVENT("<C:time-range start=\"20270104T000000Z\">x</C:time-range>"),
	 FAULT_BAD_FILTER},
	{"§9.7.1 no name", "<C:comp-filter/>", FAULT_BAD_FILTER},
	{"§9.7.1 VEVENT in VTODO", TODO("<C:comp-filter name=\"VEVENT\"/>"), FAULT_BAD_FILTER},
	{"§9.7.1 VCALENDAR in VCALENDAR", CAL(CAL("")), FAULT_BAD_FILTER},
	{"§9.7.1 VALARM in VCALENDAR", CAL("<C:comp-filter name=\"VALARM\"/>"), FAULT_BAD_FILTER},
	{"§9.7.1 VALARM in VEVENT", EVENT("<C:comp-filter name=\"VALARM\"/>"), -1},
	{"§9.7.1 STANDARD in VTIMEZONE",
	 CAL("<C:comp-filter name=\"VTIMEZONE\"><C:comp-filter "
	     "name=\"STANDARD\"/></C:comp-filter>"),
	 -1},
	{"RFC 9073 §7 PARTICIPANT", EVENT("<C:comp-filter name=\"PARTICIPANT\"/>"), -1},
	{"RFC 9073 §7 VLOCATION of a PARTICIPANT",
	 EVENT("<C:comp-filter name=\"PARTICIPANT\"><C:comp-filter "
	       "name=\"VLOCATION\"/></C:comp-filter>"),
	 -1},
	{"RFC 9073 §7 VRESOURCE in VCALENDAR", CAL("<C:comp-filter name=\"VRESOURCE\"/>"),
	 FAULT_BAD_FILTER},
	{"RFC 9074 §8.2 VLOCATION of a VALARM",
	 EVENT("<C:comp-filter name=\"VALARM\"><C:comp-filter "
	       "name=\"VLOCATION\"/></C:comp-filter>"),
	 -1},
	{"§9.9 time-range on PARTICIPANT",
	 EVENT("<C:comp-filter name=\"PARTICIPANT\">" WEEK "</C:comp-filter>"), FAULT_BAD_FILTER},
	{"§7.7 unknown component", CAL("<C:comp-filter name=\"VWISH\"/>"), FAULT_UNKNOWN_FILTER},
	{"§7.7 private component", CAL("<C:comp-filter name=\"X-WISH\"/>"), -1},
	{"§7.7 private property", EVENT(PROP("X-ABC-GUID", MATCH("a"))), -1},
	{"§9.7.1 is-not-defined and more", EVENT(NONE PROP("UID", "")), FAULT_BAD_FILTER},
	{"§9.7.1 no VCALENDAR at all", CAL(NONE), FAULT_BAD_FILTER},
	{"§9.7.1 time-range on VCALENDAR", CAL(WEEK), FAULT_BAD_FILTER},
	{"§9.9 time-range on VTIMEZONE",
	 CAL("<C:comp-filter name=\"VTIMEZONE\">" WEEK "</C:comp-filter>"), FAULT_BAD_FILTER},
	{"§9.7.1 text-match on a component", EVENT(MATCH("a")), FAULT_BAD_FILTER},
	{"§9.7.2 no name", EVENT("<C:prop-filter/>"), FAULT_BAD_FILTER},
	{"§9.7.2 no proper name", EVENT(PROP("a b", "")), FAULT_BAD_FILTER},
	{"§7.8 time-range on SUMMARY", EVENT(PROP("SUMMARY", WEEK)), FAULT_BAD_FILTER},
	{"§9.9 time-range on DTSTAMP", EVENT(PROP("DTSTAMP", WEEK)), -1},
	{"§9.7.2 time-range and text-match", EVENT(PROP("DTSTART", WEEK MATCH("a"))),
	 FAULT_BAD_FILTER},
	{"§9.7.2 two text-matches", EVENT(PROP("UID", MATCH("a") MATCH("b"))), FAULT_BAD_FILTER},
	{"§9.7.2 is-not-defined and more", EVENT(PROP("UID", NONE MATCH("a"))), FAULT_BAD_FILTER},
	{"§9.7.2 comp-filter inside", EVENT(PROP("UID", CAL(""))), FAULT_BAD_FILTER},
	{"§9.7.3 no name", EVENT(PROP("UID", "<C:param-filter/>")), FAULT_BAD_FILTER},
	{"§9.7.3 time-range", EVENT(PROP("UID", PARAM("X", WEEK))), FAULT_BAD_FILTER},
	{"§9.7.3 is-not-defined and more", EVENT(PROP("UID", PARAM("X", NONE MATCH("a")))),
	 FAULT_BAD_FILTER},
	{"§9.7.5 negate-condition",
	 EVENT(PROP("UID", "<C:text-match negate-condition=\"true\">a</C:text-match>")),
	 FAULT_BAD_FILTER},
	{"§9.7.5 elements inside", EVENT(PROP("UID", "<C:text-match>a<D:b/></C:text-match>")),
	 FAULT_BAD_FILTER},
	{"§7.5 collation unknown",
	 EVENT(PROP("UID", "<C:text-match collation=\"i;unicode-casemap\">a</C:text-match>")),
	 FAULT_UNKNOWN_COLLATION},
	{"§7.5 wildcard", EVENT(PROP("UID", "<C:text-match collation=\"i;*\">a</C:text-match>")),
	 FAULT_UNKNOWN_COLLATION},
	{"§7.5 default", EVENT(PROP("UID", "<C:text-match collation=\"default\">a</C:text-match>")),
	 -1},
	{"§9.9 neither start nor end", EVENT("<C:time-range/>"), FAULT_BAD_FILTER},
	{"§9.9 start only", EVENT("<C:time-range start=\"20270104T000000Z\"/>"), -1},
	{"§9.9 end only", EVENT("<C:time-range end=\"20270104T000000Z\"/>"), -1},
	{"§9.9 from the first second on", EVENT("<C:time-range start=\"00010101T000000Z\"/>"), -1},
	{"§7.8 before min-date-time", EVENT("<C:time-range start=\"00001231T235959Z\"/>"),
	 FAULT_TOO_EARLY},
	{"§7.8 an end before min-date-time", EVENT("<C:time-range end=\"00001231T235959Z\"/>"),
	 FAULT_TOO_EARLY},
	{"§9.9 local time", EVENT("<C:time-range start=\"20270104T000000\"/>"), FAULT_BAD_FILTER},
	{"§9.9 a date", EVENT("<C:time-range start=\"20270104\"/>"), FAULT_BAD_FILTER},
	{"§9.9 no time", EVENT("<C:time-range start=\"monday\"/>"), FAULT_BAD_FILTER},
	{"§9.9 month 13", EVENT("<C:time-range start=\"20271304T000000Z\"/>"), FAULT_BAD_FILTER},
	{"§9.9 end at start", EVENT(RANGE("20270104T000000Z", "20270104T000000Z")),
	 FAULT_BAD_FILTER},
	{"§9.9 end before start", EVENT(RANGE("20270105T000000Z", "20270104T000000Z")),
	 FAULT_BAD_FILTER},
	{"§9.9 two ranges", EVENT(WEEK WEEK), FAULT_BAD_FILTER},
};

static void test_read(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(read_rows); i++) {
		const struct dav_comp_filter *f;
		const struct fault *fault =
			dav_filter_read(filter_arena, filter_parse(read_rows[i].filter), &f);

		if (read_rows[i].code < 0)
			CHECK_WELL(read_rows[i].name, fault);
		else
			CHECK_FAULT(read_rows[i].name, fault, (enum fault_code)read_rows[i].code);
	}
	CHECK_FAULT("§9.5 no filter",
		    dav_filter_read(filter_arena, NULL, &(const struct dav_comp_filter *){0}),
		    FAULT_BAD_FILTER);
	filter_end();
}

/* §7.8: "Servers SHOULD report the CALDAV:comp-filter … for which it does not provide support." */
static void test_named(void)
{
	const struct dav_comp_filter *f;
	const struct fault *fault;

	filter_begin();
	fault = dav_filter_read(filter_arena,
				filter_parse(EVENT("<C:comp-filter name=\"VWISH\"/>")), &f);
	CHECK_FAULT("unknown", fault, FAULT_UNKNOWN_FILTER);
	CHECK_TEXT("its name", text_from(fault->about), TEXT("VWISH"));
	filter_end();
}

/* As many parts as a filter may have, and one more. */
static void test_read_too_many(void)
{
	struct buf b;

	filter_begin();
	for (int extra = 0; extra < 2; extra++) {
		const struct dav_comp_filter *f;
		const struct fault *fault;

		buf_init(&b, filter_arena, 8192, 65536);
		buf_put_lit(&b, "<C:comp-filter name=\"VCALENDAR\">");
		for (int i = 0; i < DAV_FILTER_PROPS + extra; i++)
			buf_put_lit(&b, PROP("UID", ""));
		buf_put_lit(&b, "</C:comp-filter>");
		fault = dav_filter_read(filter_arena, filter_parse(b.at), &f);
		if (extra)
			CHECK_FAULT("one prop-filter too many", fault, FAULT_BAD_FILTER);
		else
			CHECK_WELL("as many prop-filters as fit", fault);
	}
	filter_end();
}

/* ---- the plan ---- */

static const struct {
	const char *name, *filter;
	bool is_whole, has_range, has_uid;
	unsigned components;
} plan_rows[] = {
	{"all", "<C:comp-filter name=\"VCALENDAR\"/>", true, false, false, ~0U},
	{"events", EVENT(""), true, false, false, COMP_VEVENT},
	{"events of a week", EVENT(WEEK), true, true, false, COMP_VEVENT},
	{"no events", CAL("<C:comp-filter name=\"VEVENT\">" NONE "</C:comp-filter>"), true, false,
	 false, ~(unsigned)COMP_VEVENT},
	{"events and to-dos at once",
	 CAL("<C:comp-filter name=\"VEVENT\"/><C:comp-filter name=\"VTODO\"/>"), true, false, false,
	 0},
	{"a property", EVENT(PROP("SUMMARY", "")), false, false, false, COMP_VEVENT},
	{"a UID", EVENT(PROP("UID", OCTET("u1"))), false, false, true, COMP_VEVENT},
	{"a UID that is escaped", EVENT(PROP("UID", OCTET("u,1"))), false, false, false,
	 COMP_VEVENT},
	{"not a UID", EVENT(PROP("UID", NOT("u1"))), false, false, false, COMP_VEVENT},
	{"a week and a property", EVENT(WEEK PROP("SUMMARY", "")), false, true, false, COMP_VEVENT},
	{"an alarm", EVENT("<C:comp-filter name=\"VALARM\"/>"), false, false, false, COMP_VEVENT},
	{"a zone", CAL("<C:comp-filter name=\"VTIMEZONE\"/>"), false, false, false, ~0U},
	{"a calendar's property", CAL(PROP("PRODID", "")), false, false, false, ~0U},
};

static void test_plan(void)
{
	filter_begin();
	for (size_t i = 0; i < ARRAY_LEN(plan_rows); i++) {
		const struct dav_comp_filter *f =
			filter_read(plan_rows[i].name, plan_rows[i].filter);
		struct dav_filter_plan plan = dav_filter_plan(f);

		CHECK_INT(plan_rows[i].name, plan.is_whole, plan_rows[i].is_whole);
		CHECK_INT(plan_rows[i].name, plan.range != NULL, plan_rows[i].has_range);
		CHECK_INT(plan_rows[i].name, plan.uid != NULL, plan_rows[i].has_uid);
		CHECK_INT(plan_rows[i].name, plan.components, plan_rows[i].components);
	}
	filter_end();
}

UNIT_SUITE("dav_filter", {"filters that are read, and not", test_read},
	   {"what is not supported is named", test_named}, {"ceilings", test_read_too_many},
	   {"plans", test_plan})
