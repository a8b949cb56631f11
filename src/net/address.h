/*
 * net/address - may we speak to this address?
 *
 * What a user names (an address to import from, a webhook) must not reach
 * services that trust our own network. The special ranges of RFC 6890 and its
 * successors, also when wrapped in IPv6. Threads: no state.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"

/* True for a public unicast address; false also for unknown families. */
bool net_address_is_public(const struct sockaddr *address, socklen_t len);

#endif
