/* report - what the REPORTs share; see report.h */

#include "dav/report.h"

#include "calendar/horizon.h"
#include "dav/caldata.h"
#include "dav/filter.h"
#include "dav/variant.h"
#include "store/occurrence.h"

/* Some months on a screen. Two years over 20,000 events take a third of a second. */
enum { QUICK_RANGE_DAYS = 100 };

static bool says_what(const struct xml_node *body)
{
	return xml_child(body, NS_DAV, "prop") || xml_child(body, NS_DAV, "allprop") ||
	       xml_child(body, NS_DAV, "propname");
}

const struct fault *dav_report_asked(struct dav_request *dr, struct dav_asked *out)
{
	const struct xml_node *prop = xml_child(dr->body, NS_DAV, "prop");
	const struct xml_node *data = xml_child(prop, NS_CALDAV, "calendar-data");
	const struct fault *f = dav_read_asked(dr, says_what(dr->body) ? dr->body : NULL, out);

	if (!f && data)
		f = dav_caldata_read(dr->arena, data, dav_wants_no_zones(dr->rq),
				     &dr->calendar_data);
	return f;
}

const struct fault *dav_range_is_past_rows(struct dav_request *dr, const struct dav_range *r,
					   bool *out)
{
	int64_t from, until;
	const struct fault *f = occurrence_horizon(dr->db, dr->arena, &from, &until);

	*out = !f && (r->from < from || r->to > until);
	return f;
}

/* An open end is past the rows, so that the length is only taken of what has both. */
bool dav_range_looks_slow(const struct dav_request *dr, const struct dav_range *r)
{
	return r->from < dr->rq->now - (int64_t)HORIZON_BACK_DAYS * DAY_SECONDS ||
	       r->to > dr->rq->now + (int64_t)HORIZON_MIN_DAYS * DAY_SECONDS ||
	       r->to - r->from > (int64_t)QUICK_RANGE_DAYS * DAY_SECONDS;
}

bool dav_report_wants_data(const struct dav_asked *asked)
{
	for (size_t i = 0; i < asked->count; i++)
		if (asked->at[i].ns == NS_CALDAV &&
		    text_equal(asked->at[i].name, TEXT("calendar-data")))
			return true;
	return false;
}
