/*
 * filter_fixture.h - filters and objects of the tests of calendar-query as rows
 *
 * Filters are written with the macros below, which are the content of C:filter. Of times a row
 * says "#0900" for 9:00 UTC of 2027-01-04, a Monday, and "+0100" for 1:00 of the day after.
 */
#ifndef TESTS_FILTER_FIXTURE_H
#define TESTS_FILTER_FIXTURE_H

#include "unit.h"

#include "dav/filter.h"

struct xml_node;

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example Corp.//CalDAV Client//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"

#define CAL(x)	    "<C:comp-filter name=\"VCALENDAR\">" x "</C:comp-filter>"
#define EVENT(x)    CAL("<C:comp-filter name=\"VEVENT\">" x "</C:comp-filter>")
#define TODO(x)	    CAL("<C:comp-filter name=\"VTODO\">" x "</C:comp-filter>")
#define PROP(n, x)  "<C:prop-filter name=\"" n "\">" x "</C:prop-filter>"
#define PARAM(n, x) "<C:param-filter name=\"" n "\">" x "</C:param-filter>"
#define MATCH(x)    "<C:text-match>" x "</C:text-match>"
#define NOT(x)	    "<C:text-match negate-condition=\"yes\">" x "</C:text-match>"
#define OCTET(x)    "<C:text-match collation=\"i;octet\">" x "</C:text-match>"
#define NONE	    "<C:is-not-defined/>"
#define RANGE(s, e) "<C:time-range start=\"" s "\" end=\"" e "\"/>"
#define WEEK	    RANGE("20270104T000000Z", "20270111T000000Z")

/* Of the running test. */
extern struct arena *filter_arena;

void filter_begin(void);
void filter_end(void);

/* C:filter with this inside, as a tree, and read; NULL, and a failure, when it cannot be. */
struct xml_node *filter_parse(const char *inside);
const struct dav_comp_filter *filter_read(const char *row, const char *inside);

/* Does the filter of a row match the object? Floating times are those of the zone; NULL: UTC. */
bool filter_matches(const char *row, const char *filter, const char *object, const char *zone);

/* An object of one component with these lines, which '\n' ends. */
const char *filter_object(const char *comp, const char *lines);

/*
 * A filter for "#0900/+0100" (or one end of it) on a component, or on what is inside it, which is
 * the content of a tag: "prop-filter name=\"DUE\"".
 */
const char *filter_of_range(const char *comp, const char *inner, const char *range);

#endif
