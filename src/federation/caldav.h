/*
 * caldav - calendars on any CalDAV server (RFC 4791): iCloud, Fastmail, Nextcloud, another Fasti
 *
 * An account is a name and a password, and the URL where its calendars are, which is found from
 * whatever its owner knows of it (RFC 6764). A calendar or a thing in one is known by its path,
 * written in one way however the server writes it. Nothing is asked of another host than that of
 * the calendars.
 */
#ifndef FEDERATION_CALDAV_H
#define FEDERATION_CALDAV_H

#include "federation/provider.h"

/* Where an account's calendars are. */
struct caldav_place {
	struct text principal; /* its URL: what the account is, for life */
	struct text home;      /* its URL, for connection.url */
	struct text address;   /* of the account, without its scheme; or empty */
};

/*
 * Find them from an https URL of the server or the account, a mail address, or a domain. The
 * visit's connection has the secret sealed, and need not be stored; its url is left as the home.
 * CALL_CONSENT: name or password are wrong; CALL_REFUSED: there is no CalDAV.
 */
enum call_end caldav_discover(struct visit *v, struct text start, struct caldav_place *out);

#endif
