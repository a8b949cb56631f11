/*
 * observe - what an operator and a load balancer ask
 *
 * /healthz: the process answers. /readyz: the store can be read, and takes changes as far as is
 * known: it does not once one has failed, until it takes one again (chores.c looks every two
 * seconds). Says so when a test drives the clock. /metrics: Prometheus text.
 */
#ifndef DAEMON_OBSERVE_H
#define DAEMON_OBSERVE_H

#include "http/route.h"

/* Ended by a row with a NULL prefix. */
extern const struct http_route observe_routes[];

#endif
