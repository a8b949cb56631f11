/* props_rfc6578 - how clients learn that something changed: sync-token and its forerunner, CTag */

#include "dav/props.h"

static const struct fault *get_token(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	dav_put_sync_token(out, &(struct dav_sync_token){v->collection->id, v->collection->seq, 0});
	return NULL;
}

/* Made anew under the same name, a calendar must not show the tag of the one before. */
static const struct fault *get_ctag(struct dav_view *v, struct buf *out, bool *found_out)
{
	(void)found_out;
	buf_put_int(out, v->collection->id);
	buf_put_char(out, '-');
	buf_put_int(out, v->collection->seq);
	return NULL;
}

/* clang-format off */
const struct dav_prop dav_props_rfc6578[] = {
	/* ns      name         on                        flags get        set   section */
	{ NS_DAV, "sync-token", DAV_CALENDAR | DAV_BOXES, 0,    get_token, NULL, "RFC 6578 §4" },
	{ NS_CS,  "getctag",    DAV_CALENDAR | DAV_BOXES, 0,    get_ctag,  NULL, "caldav-ctag §4.1" },
	{ 0 }
};
/* clang-format on */
