/* kdf - HKDF with SHA-256. See kdf_priv.h. */

#include <nettle/hkdf.h>
#include <nettle/hmac.h>

#include "net/kdf_priv.h"

static void update(void *ctx, size_t len, const uint8_t *data)
{
	hmac_sha256_update(ctx, len, data);
}

static void digest(void *ctx, size_t len, uint8_t *out)
{
	hmac_sha256_digest(ctx, len, out);
}

static const uint8_t *bytes(struct text t)
{
	return (const uint8_t *)t.at;
}

void net_hkdf(struct text salt, struct text material, struct text info, void *out, size_t len)
{
	unsigned char extracted[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, salt.len, bytes(salt));
	hkdf_extract(&hmac, update, digest, sizeof(extracted), material.len, bytes(material),
		     extracted);
	hmac_sha256_set_key(&hmac, sizeof(extracted), extracted);
	hkdf_expand(&hmac, update, digest, sizeof(extracted), info.len, bytes(info), len, out);
	explicit_bzero(extracted, sizeof(extracted));
	explicit_bzero(&hmac, sizeof(hmac));
}
