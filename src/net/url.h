/*
 * url - may a user have this address asked, and where does it lead?
 *
 * What can be said of a URL before anything is sent, so that who gives one is told at once. A name
 * may lead anywhere, and elsewhere tomorrow: that is judged where the connection is made (fetch.h).
 */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/*
 * BAD_REQUEST: it is none of http or https, or has a name or password in it. FORBIDDEN, unless
 * allow_private: it is not https, or its host is an address or a name of this machine or of a
 * private network.
 */
MUST_CHECK const struct fault *net_url_check(struct arena *a, struct text url, bool allow_private);

/*
 * "https://host:443": two URLs lead to one server if these are equal, byte by byte. False: it is no
 * whole URL of http or https, or has a name or password in it.
 */
MUST_CHECK bool net_url_origin(struct arena *a, struct text url, struct text *out);

/*
 * What a reference means in a document at `base` (RFC 3986 §5), without its fragment. False: this
 * is none of http or https.
 */
MUST_CHECK bool net_url_resolve(struct arena *a, struct text base, struct text reference,
				struct text *out);

#endif
