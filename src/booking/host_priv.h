/*
 * host_priv - what the room keeps in memory
 */
#ifndef BOOKING_HOST_PRIV_H
#define BOOKING_HOST_PRIV_H

#include "base/lru.h"
#include "booking/host.h"

/* Values of all three tables are immutable and good for one version of the owner. */
struct host_cache {
	struct lru *by_name; /* host entries by the name they were asked for */
	struct lru *by_id;   /* the same entries by the owner's number */
	struct lru *booked;  /* pieces of booked time, see booked.c */
};

#endif
