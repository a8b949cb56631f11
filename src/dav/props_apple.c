/* props_apple - what Apple's clients keep on the server, and others took over */

#include "dav/props.h"
#include "store/access.h"

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

/*
 * Whose calendars the user looks after: those whose home is open to the user (RFC 3744 entries at
 * the home). Apple Calendar shows them as delegates.
 */
static const struct fault *put_proxies(struct dav_view *v, struct buf *out, bool writing)
{
	int64_t *ids;
	size_t count;
	const struct fault *f;

	/* To whom others open their homes is theirs to tell. */
	if (v->owner_id != v->dr->rq->user.owner)
		return NULL;
	f = access_homes(v->db, v->arena, v->owner_id, &ids, &count);
	for (size_t i = 0; i < count && !f; i++) {
		struct dav_whose whose;
		struct owner *o = NULL;
		unsigned may;

		f = dav_access(v->dr, ids[i], 0, &may);
		if (!f && (may & DAV_MAY_READ) && writing == !!(may & DAV_MAY_WRITE_CONTENT))
			f = owner_get(v->db, v->arena, ids[i], &o);
		if (f || !o)
			continue;
		whose = (struct dav_whose){o->kind, o->name};
		dav_put_href(out, DAV_PRINCIPAL, &whose, TEXT_NONE, TEXT_NONE);
	}
	return f;
}

static const struct fault *get_reads_for(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	return put_proxies(v, out, false);
}

static const struct fault *get_writes_for(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	return put_proxies(v, out, true);
}

/* clang-format off */
const struct dav_prop dav_props_apple[] = {
	/* ns        name                on             flags      get                 set       section */
	{ NS_APPLE, "calendar-color",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_APPLE, "calendar-order",    DAV_CALENDAR,  PROP_KEPT, NULL,               dav_keep, "Apple Calendar" },
	{ NS_CS,    "calendar-proxy-read-for",  DAV_PRINCIPAL, 0,  get_reads_for,      NULL,     "Calendar Server" },
	{ NS_CS,    "calendar-proxy-write-for", DAV_PRINCIPAL, 0,  get_writes_for,     NULL,     "Calendar Server" },
	{ NS_CS,    "email-address-set", DAV_PRINCIPAL, 0,         get_mail_addresses, NULL,     "Calendar Server" },
	{ 0 }
};
/* clang-format on */
