/* aes128gcm - encrypted content coding for HTTP. See aes128gcm.h. */

#include "net/aes128gcm.h"

#include <assert.h>
#include <nettle/gcm.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/kdf_priv.h"

enum { KEY_ID_MAX = 255, LAST_RECORD = 2 /* the delimiter that says so, §2 */ };

/* §2.1: salt, record size, and the name of the key. */
static void put_header(struct buf *out, const struct aes128gcm *how)
{
	buf_put(out, how->salt, sizeof(how->salt));
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_put_char(out, (char)(AES128GCM_RECORD_BYTES >> shift & 0xFF));
	buf_put_char(out, (char)how->key_id.len);
	buf_put_text(out, how->key_id);
}

static void set_keys(const struct aes128gcm *how, struct gcm_aes128_ctx *gcm)
{
	struct text salt = text_of((const char *)how->salt, sizeof(how->salt));
	unsigned char key[AES128_KEY_SIZE], nonce[GCM_IV_SIZE];

	/* The infos end with their NUL (§2.2, §2.3); record 0 leaves the nonce as it is. */
	net_hkdf(salt, how->key_material, TEXT("Content-Encoding: aes128gcm\0"), key, sizeof(key));
	net_hkdf(salt, how->key_material, TEXT("Content-Encoding: nonce\0"), nonce, sizeof(nonce));
	gcm_aes128_set_key(gcm, key);
	gcm_aes128_set_iv(gcm, sizeof(nonce), nonce);
	explicit_bzero(key, sizeof(key));
}

/* The plain text, its delimiter, and zeros. */
static struct text padded(struct arena *a, const struct aes128gcm *how, struct text plain)
{
	size_t len = (plain.len > how->pad_to ? plain.len : how->pad_to) + 1;
	char *at = arena_alloc(a, len);

	memset(at, 0, len);
	if (plain.len > 0)
		memcpy(at, plain.at, plain.len);
	at[plain.len] = LAST_RECORD;
	return text_of(at, len);
}

struct text aes128gcm_encrypt(struct arena *a, const struct aes128gcm *how, struct text plain)
{
	struct gcm_aes128_ctx gcm;
	struct text record;
	struct buf out;
	unsigned char *at;

	assert(plain.len <= AES128GCM_PLAIN_MAX && how->pad_to <= AES128GCM_PLAIN_MAX &&
	       how->key_id.len <= KEY_ID_MAX);
	record = padded(a, how, plain);
	buf_init(&out, a, 1024, 2 * AES128GCM_RECORD_BYTES);
	put_header(&out, how);
	at = (unsigned char *)buf_reserve(&out, record.len + AES128GCM_TAG_BYTES);
	if (!at)
		return TEXT_NONE;
	set_keys(how, &gcm);
	gcm_aes128_encrypt(&gcm, record.len, at, (const uint8_t *)record.at);
	gcm_aes128_digest(&gcm, AES128GCM_TAG_BYTES, at + record.len);
	explicit_bzero(&gcm, sizeof(gcm));
	out.len += record.len + AES128GCM_TAG_BYTES;
	return buf_text(&out);
}
