/*
 * variant - in which of its forms an object is given
 *
 * An object is kept as iCalendar and is given as it came, or made into something else for who
 * asks for that: jCal (RFC 7265), no VTIMEZONE that everybody has (RFC 7809), or both. Each
 * is a representation of its own and has an entity tag of its own (RFC 9110 §8.8.3): that
 * of the stored bytes, and what was made of them. A condition for a change knows
 * all of them for the same object.
 *
 * Memory: what is made lives in the arena. Threads: no state.
 */
#ifndef DAV_VARIANT_H
#define DAV_VARIANT_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct http_request;

struct dav_variant {
	bool as_jcal, by_reference;
};

/*
 * Does an Accept header take text/calendar, or application/calendar+json before it (RFC 9110
 * §12.5.1)? NULL-text: no header, all is taken. False: neither.
 */
MUST_CHECK bool dav_accepts(struct text accept, bool *jcal_out);

/* By Accept and CalDAV-Timezones. NOT_ACCEPTABLE: nothing that there is fits. */
MUST_CHECK const struct fault *dav_variant_read(const struct http_request *rq,
						struct dav_variant *out);
/* CalDAV-Timezones: F (RFC 7809 §3.1.3). */
bool dav_wants_no_zones(const struct http_request *rq);

bool dav_variant_is_stored(const struct dav_variant *v);
const char *dav_variant_type(const struct dav_variant *v);
/* The tag of a variant, and of any variant that of the stored bytes. */
struct text dav_variant_tag(struct arena *a, const struct dav_variant *v, struct text etag);
struct text dav_stored_tag(struct text tag);

MUST_CHECK const struct fault *dav_variant_make(struct arena *a, const struct dav_variant *v,
						struct text raw, struct text *out);

#define DAV_VARIANT_VARY "Accept, CalDAV-Timezones"

#endif
