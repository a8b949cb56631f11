/*
 * peer_priv - who is at the other end
 *
 * An address is 16 bytes, IPv4 as IPv4-mapped. Of an IPv6 address the first 64 bits count
 * where addresses are limited: whoever has one of them has them all.
 *
 * Threads: no state; peer_counts belong under the lock of their owner.
 */
#ifndef HTTP_PEER_PRIV_H
#define HTTP_PEER_PRIV_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/text.h"

struct arena;

struct peer {
	struct in6_addr address;
	bool is_loopback;
	bool is_trusted; /* a proxy whose X-Forwarded-For counts */
	char text[INET6_ADDRSTRLEN];
};

struct peer_list {
	struct in6_addr *at;
	size_t count;
};

/* BAD_REQUEST: not a comma-separated list of addresses. */
MUST_CHECK const struct fault *peer_list_read(struct arena *a, struct text list,
					      struct peer_list *out);

void peer_init(struct peer *p, const struct sockaddr *from, const struct peer_list *trusted);

/*
 * Who the trusted proxies say the client is: the last address in the list that is
 * none of theirs, since whatever is in front of it a client may have written. NULL-text
 * when they say nothing that can be read.
 */
struct text peer_forwarded(struct text list, const struct peer_list *trusted);

struct peer_counts;

struct peer_counts *peer_counts_create(void);
void peer_counts_destroy(struct peer_counts *c);
void peer_counts_add(struct peer_counts *c, const struct peer *p, int n);
unsigned peer_counts_get(const struct peer_counts *c, const struct peer *p);

#endif
