/*
 * password - the slow hashes of secret.h
 *
 * New hashes are argon2id. Hashes brought along from elsewhere ($2b$, $6$, $y$
 * and whatever else crypt_r knows) are only checked.
 */
#include <crypt.h>
#include <sodium.h>

#include "base/arena.h"
#include "base/secret.h"

enum {
	ARGON2ID_PASSES = 2,
	ARGON2ID_BYTES = 19 * 1024 * 1024,
	/* What a stored hash may ask for; others were not made here. */
	ARGON2_KIB_MAX = 1024 * 1024,
	ARGON2_PASSES_MAX = 64,
};

/* Costs what a real hash costs and is the hash of no known password. */
static const char hash_of_nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
				     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* A NUL would end the password for crypt_r, and whatever follows would be let through. */
static bool is_acceptable(struct text password)
{
	return password.len > 0 && password.len <= SECRET_PASSWORD_MAX &&
	       text_find_char(password, '\0', 0) < 0;
}

const struct fault *secret_password_hash(struct arena *a, struct text password, struct text *out)
{
	char *hash;

	if (!is_acceptable(password))
		return fault_make(a, FAULT_UNPROCESSABLE, "password",
				  "A password has 1 to %d bytes, and no NUL among them.",
				  SECRET_PASSWORD_MAX);
	hash = arena_alloc(a, crypto_pwhash_STRBYTES);
	if (crypto_pwhash_str_alg(hash, password.at, password.len, ARGON2ID_PASSES, ARGON2ID_BYTES,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return fault_make(a, FAULT_UNAVAILABLE, NULL,
				  "There is no memory left to hash a password.");
	*out = text_from(hash);
	return NULL;
}

/* crypt_data is 32 KB, too much for a thread's stack; crypt_r wants it zeroed. */
static enum secret_verdict check_crypt(const char *password, const char *hash)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *made;
	bool fits;

	if (!data)
		return SECRET_NO_MEMORY;
	made = crypt_r(password, hash, data);
	fits = made && made[0] != '*' && secret_equal(text_from(made), text_from(hash));
	sodium_memzero(data, sizeof(*data));
	free(data);
	return fits ? SECRET_FITS : SECRET_DIFFERS;
}

/* $argon2id$v=19$m=KIB,t=PASSES,p=1$SALT$HASH, as libsodium writes it. */
struct argon2id {
	int64_t kib, passes;
	unsigned char salt[crypto_pwhash_SALTBYTES], hash[64];
	size_t hash_len;
};

static bool read_number(struct text *rest, const char *prefix, char end, int64_t max, int64_t *out)
{
	struct text part;

	return text_next(rest, end, &part) && text_starts(part, text_from(prefix)) &&
	       text_to_int64(text_sub(part, strlen(prefix), part.len), 1, max, out);
}

static bool read_base64(struct text *rest, unsigned char *out, size_t max, size_t *len_out)
{
	struct text part;

	return text_next(rest, '$', &part) &&
	       sodium_base642bin(out, max, part.at, part.len, NULL, len_out, NULL,
				 sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0;
}

static bool read_argon2id(struct text hash, struct argon2id *out)
{
	struct text rest = text_sub(hash, strlen("$argon2id$"), hash.len);
	int64_t version, lanes;
	size_t salt_len;

	return read_number(&rest, "v=", '$', INT64_MAX, &version) && version == 19 &&
	       read_number(&rest, "m=", ',', ARGON2_KIB_MAX, &out->kib) && out->kib >= 8 &&
	       read_number(&rest, "t=", ',', ARGON2_PASSES_MAX, &out->passes) &&
	       read_number(&rest, "p=", '$', 1, &lanes) &&
	       read_base64(&rest, out->salt, sizeof(out->salt), &salt_len) &&
	       salt_len == sizeof(out->salt) &&
	       read_base64(&rest, out->hash, sizeof(out->hash), &out->hash_len) &&
	       out->hash_len >= crypto_pwhash_BYTES_MIN && !rest.at;
}

/*
 * Hashed again by hand: crypto_pwhash_str_verify() says of a password that it has no
 * memory to hash that it is wrong.
 */
static enum secret_verdict check_argon2id(struct text password, struct text hash)
{
	unsigned char made[sizeof(((struct argon2id *)NULL)->hash)];
	struct argon2id stored;
	bool fits;

	if (!read_argon2id(hash, &stored))
		return SECRET_DIFFERS;
	if (crypto_pwhash(made, stored.hash_len, password.at, password.len, stored.salt,
			  (unsigned long long)stored.passes, (size_t)stored.kib * 1024,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return SECRET_NO_MEMORY;
	fits = sodium_memcmp(made, stored.hash, stored.hash_len) == 0;
	sodium_memzero(made, sizeof(made));
	return fits ? SECRET_FITS : SECRET_DIFFERS;
}

static enum secret_verdict check_hash(struct text password, struct text hash)
{
	char secret[SECRET_PASSWORD_MAX + 1], stored[CRYPT_OUTPUT_SIZE];
	enum secret_verdict verdict;

	if (text_starts(hash, TEXT("$argon2id$")))
		return check_argon2id(password, hash);
	if (hash.len >= sizeof(stored))
		return SECRET_DIFFERS;
	memcpy(secret, password.at, password.len);
	secret[password.len] = '\0';
	memcpy(stored, hash.at, hash.len);
	stored[hash.len] = '\0';
	verdict = check_crypt(secret, stored);
	sodium_memzero(secret, sizeof(secret));
	return verdict;
}

enum secret_verdict secret_password_check(struct text password, struct text hash)
{
	if (!is_acceptable(password))
		return SECRET_DIFFERS;
	if (hash.len > 0)
		return check_hash(password, hash);
	return check_argon2id(password, text_from(hash_of_nobody)) == SECRET_NO_MEMORY
		       ? SECRET_NO_MEMORY
		       : SECRET_DIFFERS;
}
