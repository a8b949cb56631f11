/*
 * reports - which REPORTs there are, and where (RFC 3253 §3.6)
 *
 * DAV:supported-report-set is computed from these rows.
 */

#include "dav/dav_priv.h"
#include "dav/variant.h"

#define DEPTH_0	  (1U << DAV_DEPTH_ABSENT | 1U << DAV_DEPTH_0)
#define DEPTH_0_1 (DEPTH_0 | 1U << DAV_DEPTH_1)
#define DEPTH_ALL (DEPTH_0_1 | 1U << DAV_DEPTH_INFINITY)
#define DEPTH_ANY (DEPTH_ALL | 1U << DAV_DEPTH_BAD) /* not looked at */

/* clang-format off */
const struct dav_report dav_reports[] = {
	/* ns         name                 on                                                  depths     needs                   function             section */
	{ NS_CALDAV, "calendar-query",     DAV_HOME | DAV_CALENDAR | DAV_INBOX | DAV_OBJECT, DEPTH_ALL, DAV_MAY_READ,           dav_report_query,    "RFC 4791 §7.8" },
	{ NS_CALDAV, "calendar-multiget",  DAV_HOME | DAV_CALENDAR | DAV_INBOX | DAV_OBJECT, DEPTH_ANY, DAV_MAY_READ,           dav_report_multiget, "RFC 4791 §7.9" },
	{ NS_CALDAV, "free-busy-query",    DAV_HOME | DAV_CALENDAR,                          DEPTH_ALL, DAV_MAY_READ_FREE_BUSY, dav_report_freebusy, "RFC 4791 §7.10" },
	/* Depth: 1 is what Thunderbird sends; the level is said in the body. */
	{ NS_DAV,    "expand-property",    DAV_EXISTING,                                       DEPTH_0_1, DAV_MAY_READ,           dav_report_expand,   "RFC 3253 §3.8" },
	{ NS_DAV,    "acl-principal-prop-set", DAV_HOME | DAV_CALENDAR | DAV_OBJECT,           DEPTH_0,   DAV_MAY_READ_ACL,       dav_report_acl_principals, "RFC 3744 §9.2" },
	{ NS_DAV,    "principal-match",    DAV_COLLECTIONS,                                    DEPTH_0,   DAV_MAY_READ,           dav_report_principal_match, "RFC 3744 §9.3" },
	{ NS_DAV,    "principal-property-search", DAV_COLLECTIONS,                             DEPTH_0,   DAV_MAY_READ,           dav_report_principal_search, "RFC 3744 §9.4" },
	{ NS_DAV,    "principal-search-property-set", DAV_COLLECTIONS,                         DEPTH_0,   DAV_MAY_READ,           dav_report_search_properties, "RFC 3744 §9.5" },
	{ NS_CS,     "calendarserver-principal-search", DAV_COLLECTIONS,                       DEPTH_0,   DAV_MAY_READ,           dav_report_principal_words, "Calendar Server" },
	{ NS_DAV,    "sync-collection",    DAV_CALENDAR | DAV_BOXES,                         DEPTH_0_1, DAV_MAY_READ,           dav_report_sync,     "RFC 6578 §3.2" },
	{ 0 }
};
/* clang-format on */

static const struct dav_report *find_report(const struct dav_request *dr)
{
	for (const struct dav_report *r = dav_reports; r->name; r++)
		if (xml_is(dr->body, r->ns, r->name) && (r->on & dr->kind))
			return r;
	return NULL;
}

/* Objects are parsed to be cut or given in another form: that takes longer than others should wait.
 */
static bool asks_for_parts(const struct dav_request *dr)
{
	const struct xml_node *prop = xml_child(dr->body, NS_DAV, "prop");
	const struct xml_node *data = xml_child(prop, NS_CALDAV, "calendar-data");
	struct text type = TEXT("text/calendar");

	if (!data)
		return false;
	(void)xml_attr(data, "content-type", &type);
	return data->first_child || !text_equal(type, TEXT("text/calendar")) ||
	       dav_wants_no_zones(dr->rq);
}

static const struct fault *run_on_a_worker(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;

	(void)state;
	if (!f)
		f = dav_reader(dr);
	return f ? f : find_report(dr)->run(dr);
}

const struct fault *dav_report(struct dav_request *dr)
{
	const struct dav_report *r;
	const struct fault *f;

	if (!dr->body)
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL, "Which REPORT is wanted?");
	r = find_report(dr);
	if (!r)
		return fault_make(dr->arena, FAULT_UNKNOWN_REPORT, NULL,
				  "There is no such REPORT on this resource.");
	f = dav_need(dr, dr->kind, r->needs);
	if (f)
		return f;
	if (!(r->depths & 1U << dr->depth))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "This REPORT is not made with such a Depth (%s).", r->section);
	if (!asks_for_parts(dr))
		return r->run(dr);
	http_go_slow_with(dr->rq, run_on_a_worker, dr, NULL);
	return NULL;
}
