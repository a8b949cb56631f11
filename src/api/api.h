/*
 * api - JSON and pages: what invitees, hosts' programs and browsers ask
 *
 * Reads a request, asks booking/ (where every rule lives), and writes the
 * answer. Decides nothing about time itself, writes only by a change, and is,
 * beside dav/, the only room that knows both faults and HTTP statuses.
 *
 * What it speaks is written down in docs/openapi.yaml. Problems are RFC 9457;
 * conditions RFC 9110 §13; pages are files under web/, part of the program.
 *
 * Reading order: api_priv.h (one request inside this room) · routes.c (the
 * table of endpoints) · request.c, commit.c (what they stand on) · problem.h (faults as answers) ·
 * query.h, members.h (reading) · slots.c, slot_write.h · bookings.c, book.c, rebook.c, event.c (the
 * invitee's) · types.c, schedules.c, links.c, tokens.c (the host's) · session.c (who is signed in)
 * · proposals.c (other times for meetings) · connections.c, page_oauth.c, hooks_in.c (calendars
 * elsewhere) · answers.c (mail that waits for the host) · caps.c, limiter.h (how often) · page.h,
 * page_lang.h.
 */
#ifndef API_API_H
#define API_API_H

#include "http/route.h"

struct booking_desk;
struct calendar;
struct federation;
struct limiter;
struct post;
struct store;

/* What the rows need as their context. */
struct api_house {
	struct store *store;
	struct calendar *calendar;
	struct booking_desk *desk;
	struct limiter *limiter;
	const struct post *post;
	bool webhooks_private;	       /* webhooks may be at private addresses, and over http */
	struct federation *federation; /* NULL: no calendars elsewhere are read */
	bool reads_always; /* a booking reads calendars elsewhere first, however fresh they are */
};

/* /api, /book, /hooks, /host, /manage, /oauth, /problems and /web; ended by a NULL prefix. */
extern const struct http_route api_routes[];

#endif
