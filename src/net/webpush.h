/*
 * webpush - what a push service and its client are shown (RFC 8291, RFC 8292)
 *
 * A message is encrypted for the client alone, by a key that is agreed on for this one message;
 * the push service is shown who sends it by a signed token. Both keys are of P-256. libcurl
 * does the sending (fetch.h). GnuTLS agrees on keys in TLS sessions only, so the curve is
 * nettle's, on which GnuTLS stands.
 *
 * Pure but for randomness. Threads: no state.
 */
#ifndef NET_WEBPUSH_H
#define NET_WEBPUSH_H

#include "base/secret.h"
#include "base/text.h"
#include "net/aes128gcm.h"

struct arena;

enum {
	WEBPUSH_SECRET_BYTES = 32,
	WEBPUSH_PUBLIC_BYTES = 65, /* a point in its uncompressed form: 4, x, y */
	WEBPUSH_AUTH_BYTES = 16,
	WEBPUSH_URL_MAX = 2048,
	WEBPUSH_TOKEN_S = 12 * 3600, /* how long a token is good; a day at most (RFC 8292 §2) */
};

struct webpush_key {
	unsigned char secret[WEBPUSH_SECRET_BYTES]; /* big-endian, as all numbers here */
	unsigned char public[WEBPUSH_PUBLIC_BYTES];
};

/* A new one, by chance: for one message. */
void webpush_key_make(struct webpush_key *out);
/* The key of this secret. False: it is no number from 1 to the order of the curve. */
MUST_CHECK bool webpush_key_set(const unsigned char secret[WEBPUSH_SECRET_BYTES],
				struct webpush_key *out);
/*
 * The key by which push services know the server, derived from the server's own: every process
 * that has the key file has it, and nothing need be kept.
 */
void webpush_key_derive(const struct secret_key *server, struct webpush_key *out);

/* What a client registered (RFC 8291 §2). */
struct webpush_client {
	unsigned char public[WEBPUSH_PUBLIC_BYTES];
	unsigned char auth[WEBPUSH_AUTH_BYTES];
};
/* Read both from base64url. False: not these lengths, or no point of the curve. */
MUST_CHECK bool webpush_client_read(struct text public_key, struct text auth,
				    struct webpush_client *out);

/* What is new for each message. */
struct webpush_once {
	struct webpush_key key;
	unsigned char salt[AES128GCM_SALT_BYTES];
};
/*
 * A body for Content-Encoding: aes128gcm (RFC 8291 §3.4, §4); plain is at most AES128GCM_PLAIN_MAX
 * bytes and padded to pad_to. Empty: the arena is spent.
 */
struct text webpush_encrypt(struct arena *a, const struct webpush_client *client,
			    const struct webpush_once *once, struct text plain, size_t pad_to);

/*
 * The origin of a push resource, "https://host[:port]" in lower case (RFC 6454 §6.2). False: it is
 * no absolute URL of http or https, or has in it what no push service needs: a user, a fragment, a
 * name beyond ASCII, more than WEBPUSH_URL_MAX bytes.
 */
MUST_CHECK bool webpush_origin(struct arena *a, struct text url, struct text *out);

/* May it stand in a token? mailto: or https:, and nothing that JSON would have to escape. */
bool webpush_contact_is_fit(struct text contact);

/* "vapid t=…, k=…" for messages to an origin (RFC 8292 §3); contact may be empty. */
struct text webpush_authorization(struct arena *a, const struct webpush_key *key,
				  struct text origin, struct text contact, int64_t now);

#endif
