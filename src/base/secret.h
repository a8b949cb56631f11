/*
 * secret - passwords, tokens, keys
 *
 * libsodium behind few doors: argon2id for passwords, BLAKE2b for digests and
 * MACs, XChaCha20-Poly1305 for what is kept sealed, its generator for randomness.
 * Secrets are compared in constant time and never logged.
 *
 * Threads: after secret_init(), all functions may be called from any thread.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

enum { SECRET_KEY_BYTES = 32, SECRET_DIGEST_BYTES = 16, SECRET_PASSWORD_MAX = 1024 };

/* The server's own key (secrets.key_file); never in the database. */
struct secret_key {
	unsigned char bytes[SECRET_KEY_BYTES];
};

/* Once per process, before anything else here. INTERNAL when there is no randomness. */
MUST_CHECK const struct fault *secret_init(struct arena *a);

/* Read the key file; made with mode 0600 when it is missing and may_create. */
MUST_CHECK const struct fault *secret_key_load(struct arena *a, const char *path, bool may_create,
					       struct secret_key *out);

/*
 * An argon2id hash (19 MiB, t=2) of a password, as libsodium's string. Costs
 * some 20 ms and 19 MiB: never on an event thread. UNPROCESSABLE: empty,
 * longer than SECRET_PASSWORD_MAX, or with a NUL.
 */
MUST_CHECK const struct fault *secret_password_hash(struct arena *a, struct text password,
						    struct text *out);

enum secret_verdict {
	SECRET_DIFFERS,
	SECRET_FITS,
	SECRET_NO_MEMORY, /* nobody knows: a right password must not be called wrong */
};

/*
 * Does the password fit the stored hash ($argon2id$, or any crypt_r knows)?
 * An empty hash costs as much as a real one and fits nothing, so that an
 * unknown user takes as long as a wrong password.
 */
MUST_CHECK enum secret_verdict secret_password_check(struct text password, struct text hash);

/* Random bytes. */
void secret_random(void *out, size_t len);

/* A random token of `bytes` bytes as base64url. */
struct text secret_token(struct arena *a, size_t bytes);

/* 16-byte BLAKE2b digest, for ETags and cache keys; key may be NULL. */
void secret_digest(const struct secret_key *key, struct text data,
		   unsigned char out[SECRET_DIGEST_BYTES]);

/* The same without a key, in hex. */
struct text secret_digest_hex(struct arena *a, struct text data);

/* MAC of data under the key, for one purpose ("manage", …), as base64url. */
struct text secret_mac(struct arena *a, const struct secret_key *key, const char *purpose,
		       struct text data);

/* HMAC-SHA256 (RFC 2104) of data under a key of any length, as base64: for those who check it with
 * what we have told them. */
struct text secret_hmac_sha256(struct arena *a, struct text key, struct text data);

/*
 * Seal a secret under the key, for one purpose: base64url of a version, a nonce and what
 * XChaCha20-Poly1305 makes of it. It opens only with what it is `about` (whose it is, and which
 * one), so that a row copied to another place is worth nothing there.
 */
struct text secret_seal(struct arena *a, const struct secret_key *key, const char *purpose,
			struct text about, struct text plain);
/*
 * Open what was sealed. False, and nothing in *plain_out, for all that was not sealed just so; by
 * whom or why it is none of ours is not told apart.
 */
MUST_CHECK bool secret_open(struct arena *a, const struct secret_key *key, const char *purpose,
			    struct text about, struct text sealed, struct text *plain_out);

/* SHA-256 of data as base64url: what an S256 code challenge is (RFC 7636 §4.2). */
struct text secret_sha256(struct arena *a, struct text data);

/* Equal, in time that depends on the lengths alone. */
bool secret_equal(struct text a, struct text b);

/*
 * A public id (24 characters, base64url): 12 random bytes and the owner's
 * number masked by a keyed stream, so that it names its owner to us and tells
 * others nothing. secret_id_owner() is false for text that is no such id; it
 * proves nothing: the row must still be looked up by owner and id.
 */
struct text secret_id_make(struct arena *a, const struct secret_key *key, int64_t owner);
MUST_CHECK bool secret_id_owner(const struct secret_key *key, struct text id, int64_t *owner_out);

#endif
