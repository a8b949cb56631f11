/*
 * federation - calendars that a host has elsewhere: Google, Outlook, any CalDAV server
 *
 * An account is connected once; from then on its busy time counts here, and what is booked here
 * appears there. All that enters goes through the door (calendar/change_outside.h,
 * CHANGE_PROVIDER); no provider is ever asked while a change, a transaction or a lock is open
 * (decisions 4). What is not known is neither free nor deleted: an answer that cannot be had
 * leaves things as they are, and too old a copy closes the host's time (decisions 21).
 *
 * Reading order: provider.h (what a provider can do; google.h, outlook.h, caldav.h do it) · gate.h
 * (manners: how often whom) · oauth.h (consent, tokens) · call.h (one request) · mirror.h (what is
 * read becomes objects) · sync.h (one reading of a calendar) · rounds.h (when which is read) ·
 * notify.h (a provider tells of changes) · watch.h (so that it does) · copy.h (bookings written
 * there, and what becomes of them) · connect.h (accounts come and go).
 */
#ifndef FEDERATION_FEDERATION_H
#define FEDERATION_FEDERATION_H

#include "base/secret.h"
#include "base/text.h"
#include "store/connection.h"

struct booking_desk;
struct calendar;
struct gate;
struct rounds;

/* Where a provider is, and as whom we come; texts of the configuration. */
struct federation_app {
	struct text client_id; /* empty: this provider is not offered */
	struct text secret;    /* of the application */
	struct text auth_url, token_url, revoke_url, api_url;
};

/* What the room shares among threads; made by daemon/. */
struct federation {
	struct calendar *calendar;
	struct booking_desk *desk;
	struct federation_app apps[PROVIDER_COUNT]; /* of CALDAV nothing is set */
	struct text url;			    /* server.url: of callbacks and hooks */
	struct text holder;			    /* of leases: names this process */
	struct gate *gate;
	struct rounds *rounds; /* NULL in commands */
	const char *ca_file;   /* NULL: the system's */
	bool allow_private;    /* providers at private addresses, and over http: for tests */
	int resolver_port;     /* of DNS on loopback, for tests; 0: the system's */
	bool hears;	       /* server.url can be reached from outside: watches are asked for */
	int64_t poll_s;	       /* between two readings of a calendar */
	int64_t max_age_s;     /* federation.max_age */
};

#endif
