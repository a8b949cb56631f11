/*
 * api - JSON and pages: slots, bookings, what a host offers
 *
 * Reads requests, asks booking/ and writes answers; decides nothing about time.
 */
#ifndef API_API_H
#define API_API_H

#include "http/route.h"

/* Context of the rows is a struct house (calendar/house.h). Ended by a NULL prefix. */
extern const struct http_route api_routes[];

#endif
