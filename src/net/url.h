/*
 * url - may a user have this address asked?
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

#endif
