/* props_rfc5995 - where something is added under a name of the server's */

#include "dav/props.h"

/* A POST to the calendar itself does (§3.2.1). */
static const struct fault *get_add_member(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_href(out, v->kind, &v->whose, v->collection_name, TEXT_NONE);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc5995[] = {
	/* ns      name          on            flags get             set   section */
	{ NS_DAV, "add-member", DAV_CALENDAR, 0,    get_add_member, NULL, "RFC 5995 §3.2.1" },
	{ 0 }
};
/* clang-format on */
