/* props_apple - what Apple's clients keep on the server, and others took over */

#include "dav/proxy.h"

static const struct fault *get_mail_addresses(struct dav_view *v, struct buf *out, bool *found_out)
{
	struct text *all;
	size_t count;
	const struct fault *f = owner_addresses(v->db, v->arena, v->owner_id, &all, &count);

	*found_out = !f && count > 0;
	for (size_t i = 0; !f && i < count; i++)
		xml_element_text(out, NS_CS, "email-address", all[i]);
	return f;
}

/* clang-format off */
const struct dav_prop dav_props_apple[] = {
	/* ns        name                on             flags      get                 set       section */
	{ NS_APPLE, "calendar-color",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_APPLE, "calendar-order",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_CS,    "calendar-proxy-read-for",  DAV_PRINCIPAL, 0,  dav_get_reads_for,     NULL,     "Calendar Server" },
	{ NS_CS,    "calendar-proxy-write-for", DAV_PRINCIPAL, 0,  dav_get_writes_for,    NULL,     "Calendar Server" },
	{ NS_CS,    "email-address-set", DAV_PRINCIPAL, 0,         get_mail_addresses, NULL,     "Calendar Server" },
	{ 0 }
};
/* clang-format on */
