/*
 * dns - which server a domain names for a service (RFC 2782, RFC 6763 §6)
 *
 * Asked of the resolver that the system is set up for. What it answers is not proved: nobody has
 * checked signatures (DNSSEC), so whoever goes by it has to judge where it leads. Asked by UDP
 * alone (with EDNS, RFC 6891): of more than a packet holds, what is in the packet counts.
 *
 * Blocks for some seconds at most: never on an event thread, and never while a change is open.
 * Threads: any number at once.
 */
#ifndef NET_DNS_H
#define NET_DNS_H

#include "base/text.h"

struct arena;

struct net_service {
	struct text host; /* without a dot at its end, in lower case */
	int port;
	struct text path; /* of the TXT record beside it: begins with a slash; empty: it has none */
};

/*
 * The server of a service ("_caldavs._tcp") at a domain: of several one of the best priority, by
 * the dice as their weights say. False: none is named, or nobody answers. resolver_port: 0, or of
 * a resolver on loopback, for tests.
 */
MUST_CHECK bool net_dns_service(struct arena *a, const char *service, struct text domain,
				int resolver_port, struct net_service *out);

/* Is it this domain, or a name within it? */
bool net_dns_is_within(struct text host, struct text domain);

#endif
