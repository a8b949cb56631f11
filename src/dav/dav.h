/*
 * dav - calendars as WebDAV resources
 *
 * The door through which calendar apps come: paths become resources, methods,
 * properties and REPORTs are rows in tables, answers are multistatus written
 * page by page. Writing goes through calendar/change.h alone. Never decides
 * what a calendar object means (ical/), nor when somebody is busy (freebusy/).
 *
 * Owns RFC 4918, RFC 4791, RFC 3744, RFC 6578, RFC 5397, RFC 5689, RFC 6764
 * §6, of RFC 6638 §2, §5, §6, §8 and §9, RFC 5995, RFC 7809, RFC 8144, RFC 8607, WebDAV-Push.
 *
 * Reading order: dav_priv.h (one request) · target.h (paths) · dispatch.c, methods.c · request.c,
 * resolve.c, need.c, commit.c (what methods stand on) · offer.h · props.h and props_rfc*.c ·
 * response.c (properties out) · patch.c (and in) · reports.c · multistatus.c (answers by pages) ·
 * variant.h (iCalendar or jCal) · export.h · feed.h · outbox.h (others' free time) · error.c ·
 * disposition.h (names of files) · lock.h (locks and the If header) · then one method or REPORT per
 * file; filter.h (what calendar-query matches) and caldata.h (what calendar-data returns) are pure.
 */
#ifndef DAV_DAV_H
#define DAV_DAV_H

#include "http/route.h"

struct arena;
struct calendar;
struct change;
struct db;
struct dav_push;
struct freebusy_cache;
struct store;

/* What the rows need as their context. */
struct dav_house {
	struct store *store;
	struct calendar *calendar;
	struct freebusy_cache *timelines;
	const struct dav_push *push; /* push.h; NULL: it is not offered */
	struct text url;	     /* what the server is called outside */
};

/* Ended by a NULL prefix. */
extern const struct http_route dav_routes[];

/*
 * Who reads all that stands in an owner's home, or (writes) changes it too and sends in the owner's
 * name: these alone from now on (proxy.h). TOO_MANY_ENTRIES.
 */
MUST_CHECK const struct fault *dav_plan_proxies(struct change *c, int64_t owner, bool writes,
						const int64_t *members, size_t count);
/* Who they are now. */
MUST_CHECK const struct fault *dav_list_proxies(struct db *db, struct arena *a, int64_t owner,
						bool writes, int64_t **out, size_t *count_out);

/* For their mount: a file that is attached may be longer than any other body. */
size_t dav_body_max(const struct http_request *rq);

#endif
