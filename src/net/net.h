/*
 * net - every request that Fasti sends out
 *
 * What it is for: asking another server over HTTP, always with the same set
 * of guards. What it never does: decide whom to ask.
 *
 * RFCs: RFC 9110 from the client's side; RFC 2782; the address ranges of RFC 6890; what Web Push
 * encrypts and signs (RFC 8188, RFC 8291, RFC 8292). libcurl and nettle live here and nowhere else.
 *
 * Reading order: fetch.h, fetch.c · kept.c (connections) · address.h, address.c (who may be spoken
 * to) · url.h, url.c (which addresses a user may give) · dns.h, dns.c (which server a domain names
 * for a service) · webpush.h, aes128gcm.h (messages for push
 * services).
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "net/fetch.h"

#endif
