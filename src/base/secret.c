/*
 * secret - tokens, MACs, sealed secrets and public ids on libsodium
 *
 * The server's one key is never used itself: each purpose has a key of its
 * own derived from it, so that a MAC made for one can mean nothing for another.
 * Passwords are in password.c, the key file in keyfile.c.
 */
#include "base/secret.h"

#include <assert.h>
#include <sodium.h>

#include "base/arena.h"
#include "base/codec.h"

enum {
	MAC_BYTES = 32,
	ID_RANDOM = 12,
	ID_OWNER = 6,
	ID_BYTES = ID_RANDOM + ID_OWNER,
	ID_CHARS = ID_BYTES / 3 * 4,
	SEAL_VERSION = 1,
	SEAL_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEAL_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEAL_BYTES = 1 + SEAL_NONCE + SEAL_TAG, /* beside what is sealed */
};

const struct fault *secret_init(struct arena *a)
{
	if (sodium_init() < 0)
		return fault_make(a, FAULT_INTERNAL, NULL, "The system gives no random numbers.");
	return NULL;
}

void secret_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

static struct text as_base64url(struct arena *a, const void *at, size_t len)
{
	struct buf b;

	buf_init(&b, a, len * 2, len * 2);
	codec_put_base64url(&b, at, len);
	return buf_text(&b);
}

struct text secret_token(struct arena *a, size_t bytes)
{
	void *raw = arena_alloc(a, bytes);

	secret_random(raw, bytes);
	return as_base64url(a, raw, bytes);
}

void secret_digest(const struct secret_key *key, struct text data,
		   unsigned char out[SECRET_DIGEST_BYTES])
{
	crypto_generichash(out, SECRET_DIGEST_BYTES, (const unsigned char *)data.at, data.len,
			   key ? key->bytes : NULL, key ? sizeof(key->bytes) : 0);
}

struct text secret_digest_hex(struct arena *a, struct text data)
{
	unsigned char digest[SECRET_DIGEST_BYTES];
	struct buf hex;

	secret_digest(NULL, data, digest);
	buf_init(&hex, a, 2 * sizeof(digest), 2 * sizeof(digest));
	codec_put_hex(&hex, digest, sizeof(digest));
	return buf_text(&hex);
}

/* The key for one purpose: BLAKE2b of its name under the server's key. */
static struct secret_key key_for(const struct secret_key *key, const char *purpose)
{
	struct secret_key derived;

	crypto_generichash(derived.bytes, sizeof(derived.bytes), (const unsigned char *)purpose,
			   strlen(purpose), key->bytes, sizeof(key->bytes));
	return derived;
}

struct text secret_mac(struct arena *a, const struct secret_key *key, const char *purpose,
		       struct text data)
{
	struct secret_key own = key_for(key, purpose);
	unsigned char mac[MAC_BYTES];

	crypto_generichash(mac, sizeof(mac), (const unsigned char *)data.at, data.len, own.bytes,
			   sizeof(own.bytes));
	sodium_memzero(&own, sizeof(own));
	return as_base64url(a, mac, sizeof(mac));
}

struct text secret_hmac_sha256(struct arena *a, struct text key, struct text data)
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	struct buf b;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.at, key.len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)data.at, data.len);
	crypto_auth_hmacsha256_final(&state, mac);
	buf_init(&b, a, 2 * sizeof(mac), 2 * sizeof(mac));
	codec_put_base64(&b, mac, sizeof(mac));
	return buf_text(&b);
}

/* What the tag covers beside the secret: the version, so that none can be put in its place. */
static struct text sealed_about(struct arena *a, unsigned char version, struct text about)
{
	char *at = arena_alloc(a, 1 + about.len);

	at[0] = (char)version;
	if (about.len)
		memcpy(at + 1, about.at, about.len);
	return text_of(at, 1 + about.len);
}

struct text secret_seal(struct arena *a, const struct secret_key *key, const char *purpose,
			struct text about, struct text plain)
{
	struct secret_key own = key_for(key, purpose);
	struct text ad = sealed_about(a, SEAL_VERSION, about);
	unsigned char *sealed = arena_alloc(a, SEAL_BYTES + plain.len);
	unsigned char *nonce = sealed + 1;

	sealed[0] = SEAL_VERSION;
	secret_random(nonce, SEAL_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + SEAL_NONCE, NULL,
						   (const unsigned char *)plain.at, plain.len,
						   (const unsigned char *)ad.at, ad.len, NULL,
						   nonce, own.bytes);
	sodium_memzero(&own, sizeof(own));
	return as_base64url(a, sealed, SEAL_BYTES + plain.len);
}

bool secret_open(struct arena *a, const struct secret_key *key, const char *purpose,
		 struct text about, struct text sealed, struct text *plain_out)
{
	struct text ad = sealed_about(a, SEAL_VERSION, about);
	size_t len = sealed.len;
	unsigned char *raw = arena_alloc(a, len);
	unsigned char *plain = arena_alloc(a, len);
	struct secret_key own;
	bool opened;

	*plain_out = TEXT_NONE;
	if (!codec_base64url_decode(sealed, raw, &len) || len < SEAL_BYTES ||
	    raw[0] != SEAL_VERSION)
		return false;
	own = key_for(key, purpose);
	opened = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, raw + 1 + SEAL_NONCE,
							    len - 1 - SEAL_NONCE,
							    (const unsigned char *)ad.at, ad.len,
							    raw + 1, own.bytes) == 0;
	sodium_memzero(&own, sizeof(own));
	if (opened)
		*plain_out = text_of((const char *)plain, len - SEAL_BYTES);
	return opened;
}

struct text secret_sha256(struct arena *a, struct text data)
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(digest, (const unsigned char *)data.at, data.len);
	return as_base64url(a, digest, sizeof(digest));
}

bool secret_equal(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || sodium_memcmp(a.at, b.at, a.len) == 0);
}

/* The stream that hides the owner: it depends on the random part, so no two ids look alike. */
static void mask_owner(const struct secret_key *key, const unsigned char *random_part,
		       unsigned char *owner)
{
	struct secret_key own = key_for(key, "public id");
	unsigned char mask[crypto_generichash_BYTES];

	crypto_generichash(mask, sizeof(mask), random_part, ID_RANDOM, own.bytes,
			   sizeof(own.bytes));
	for (size_t i = 0; i < ID_OWNER; i++)
		owner[i] ^= mask[i];
	sodium_memzero(&own, sizeof(own));
	sodium_memzero(mask, sizeof(mask));
}

struct text secret_id_make(struct arena *a, const struct secret_key *key, int64_t owner)
{
	unsigned char id[ID_BYTES];

	assert(owner >= 0 && owner < INT64_C(1) << (8 * ID_OWNER));
	secret_random(id, ID_RANDOM);
	for (size_t i = 0; i < ID_OWNER; i++)
		id[ID_RANDOM + i] = (unsigned char)(owner >> (8 * i));
	mask_owner(key, id, id + ID_RANDOM);
	return as_base64url(a, id, sizeof(id));
}

bool secret_id_owner(const struct secret_key *key, struct text id, int64_t *owner_out)
{
	unsigned char raw[ID_BYTES];
	size_t len = sizeof(raw);
	int64_t owner = 0;

	if (id.len != ID_CHARS || !codec_base64url_decode(id, raw, &len))
		return false;
	mask_owner(key, raw, raw + ID_RANDOM);
	for (size_t i = 0; i < ID_OWNER; i++)
		owner |= (int64_t)raw[ID_RANDOM + i] << (8 * i);
	*owner_out = owner;
	return true;
}
