/*
 * post - what POST is for: one table, in post.c
 *
 * To add one: add its row, its function here, and the kinds of resource to DAV_POSTED, from which
 * Allow is made.
 */
#ifndef DAV_POST_H
#define DAV_POST_H

#include "dav/dav_priv.h"

#define DAV_POSTED (DAV_HOME | DAV_CALENDAR | DAV_BOXES | DAV_OBJECT)

/* Find the row that fits query, type and root element, and run it. */
const struct fault *dav_post(struct dav_request *dr);

/* put.c: an object without a name of its own (RFC 5995 §3.2). */
const struct fault *dav_add_member(struct dav_request *dr);

/* put.c: the calendar data of the body. BAD_MEDIA_DATA: it is of another type. */
MUST_CHECK const struct fault *dav_read_calendar(struct dav_request *dr, struct text *out);

/* ---- attach.c: files of calendar object resources (RFC 8607) ----------------------------------
 */

const struct fault *dav_attachment_add(struct dav_request *dr);
const struct fault *dav_attachment_update(struct dav_request *dr);
const struct fault *dav_attachment_remove(struct dav_request *dr);

/* Is its body to be a file? */
bool dav_brings_attachment(const struct http_request *rq);

#endif
