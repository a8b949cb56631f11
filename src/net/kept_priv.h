/*
 * kept - handles of libcurl, each with the connection that it has open
 *
 * A connection was judged where it was made, by the rules of who had it made. So a handle goes on
 * only to requests under the same key, which holds these rules beside the place. A few wait at a
 * time, and none for long.
 *
 * Threads: all functions may be called from any thread; a handle belongs to one at a time.
 */
#ifndef NET_KEPT_PRIV_H
#define NET_KEPT_PRIV_H

#include <curl/curl.h>

#include "base/text.h"

enum { KEPT_MAX = 32, KEPT_S = 60 };

struct kept;

/* One that waits under this key, else a new one (an empty key: always). NULL: no memory. */
struct kept *kept_take(struct text key);
CURL *kept_curl(struct kept *k);
/* It is not needed any more: it waits for the next request, or ends if it has no key. */
void kept_give(struct kept *k);
/* End all that wait; those in use end when they are given back. */
void kept_end_all(void);

#endif
