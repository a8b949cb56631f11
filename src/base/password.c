/*
 * password - the slow hashes of secret.h
 *
 * New hashes are argon2id. Hashes brought along from elsewhere ($2b$, $6$, $y$
 * and whatever else crypt_r knows) are only checked.
 */
#include <crypt.h>
#include <errno.h>
#include <sodium.h>

#include "base/arena.h"
#include "base/secret.h"

enum { ARGON2ID_PASSES = 2, ARGON2ID_BYTES = 19 * 1024 * 1024 };

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

/* libsodium says -1 for either; malloc has left word when there was no memory. */
static enum secret_verdict check_argon2id(struct text password, struct text hash)
{
	char stored[crypto_pwhash_STRBYTES] = {0};

	if (hash.len >= sizeof(stored))
		return SECRET_DIFFERS;
	memcpy(stored, hash.at, hash.len);
	errno = 0;
	if (crypto_pwhash_str_verify(stored, password.at, password.len) == 0)
		return SECRET_FITS;
	return errno == ENOMEM ? SECRET_NO_MEMORY : SECRET_DIFFERS;
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
