/*
 * proxy - calendar user proxies (Calendar Server's caldav-proxy, as Apple Calendar has delegates)
 *
 * Each principal with calendars has two groups below it: who belongs to "calendar-proxy-read" reads
 * all that stands in the home, who belongs to "calendar-proxy-write" changes it too, and sends in
 * the owner's name. They are kept as what they mean: an entry of access control at the home
 * (RFC 3744). So the ACL shows them, whoever sets such an entry has made a proxy, and nothing but
 * the entries decides.
 */
#ifndef DAV_PROXY_H
#define DAV_PROXY_H

#include "dav/props.h"

/* What an entry of a member grants, and what it does not, or it would be something else. */
struct dav_proxy {
	struct text name; /* the last segment of its path */
	enum xml_ns ns;
	unsigned grants, beyond;
};

/* Ended by a name of no length. */
extern const struct dav_proxy dav_proxies[];

/* DAV:group-member-set of a proxy group: read by its owner alone, and set. */
MUST_CHECK const struct fault *dav_put_proxy_members(struct dav_view *v, struct buf *out);
const struct fault *dav_set_proxy_members(struct dav_patch *p, const struct xml_node *value);
/* The proxy groups that the user is a member of, for DAV:group-membership. */
MUST_CHECK const struct fault *dav_put_proxy_groups(struct dav_view *v, struct buf *out);

/* calendar-proxy-read-for and -write-for: whose calendars the user looks after. */
const struct fault *dav_get_reads_for(struct dav_view *v, struct buf *out, bool *found_out);
const struct fault *dav_get_writes_for(struct dav_view *v, struct buf *out, bool *found_out);

/* Let a change set the members that a patch brings. */
MUST_CHECK const struct fault *dav_change_proxies(struct dav_request *dr, struct change *c,
						  const struct dav_patch *p);

#endif
