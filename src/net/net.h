/*
 * net - every request that Fasti sends out
 *
 * What it is for: asking another server over HTTP, always with the same set
 * of guards. What it never does: decide whom to ask, or keep a connection.
 *
 * RFCs: RFC 9110 from the client's side; the address ranges of RFC 6890.
 * libcurl lives here and nowhere else.
 *
 * Reading order: fetch.h, fetch.c · address.h, address.c (who may be spoken to).
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "net/fetch.h"

#endif
