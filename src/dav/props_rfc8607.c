/* props_rfc8607 - files that are attached, and where they are */

#include "calendar/calendar.h"
#include "dav/props.h"
#include "ical/ical.h"

/* Where clients may send their password for one (§6.1). */
static const struct fault *get_server(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text url = v->dr->house->url;

	(void)found_out;
	xml_open(out, NS_DAV, "href");
	xml_put_text(out, url);
	if (!text_ends(url, TEXT("/")))
		buf_put_char(out, '/');
	xml_close(out, NS_DAV, "href");
	return NULL;
}

static const struct fault *get_max_size(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	buf_put_int(out, v->dr->house->calendar->attachment_max);
	return NULL;
}

static const struct fault *get_max_count(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)v;
	(void)found_out;
	buf_put_int(out, ICAL_MAX_ATTACHMENTS);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc8607[] = {
	/* ns         name                             on            flags get            set   section */
	{ NS_CALDAV, "managed-attachments-server-URL", DAV_HOME,     0,    get_server,    NULL, "RFC 8607 §6.1" },
	{ NS_CALDAV, "max-attachment-size",            DAV_CALENDAR, 0,    get_max_size,  NULL, "RFC 8607 §6.2" },
	{ NS_CALDAV, "max-attachments-per-resource",   DAV_CALENDAR, 0,    get_max_count, NULL, "RFC 8607 §6.3" },
	{ 0 }
};
/* clang-format on */
