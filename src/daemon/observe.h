/*
 * observe - what an operator and a load balancer ask
 *
 * /healthz: the process answers. /readyz: the store answers and a booking would
 * be taken; says so when a test drives the clock. /metrics: Prometheus text.
 */
#ifndef DAEMON_OBSERVE_H
#define DAEMON_OBSERVE_H

#include "http/route.h"

/* Ended by a row with a NULL prefix. */
extern const struct http_route observe_routes[];

#endif
