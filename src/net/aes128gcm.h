/*
 * aes128gcm - encrypted content coding for HTTP (RFC 8188), of one record
 *
 * A message that fits into one record is all that Web Push allows (RFC 8291 §4), so more is not
 * written here. Pure. Threads: no state.
 */
#ifndef NET_AES128GCM_H
#define NET_AES128GCM_H

#include "base/text.h"

struct arena;

enum {
	AES128GCM_SALT_BYTES = 16,
	AES128GCM_RECORD_BYTES = 4096,
	AES128GCM_TAG_BYTES = 16,
	/* What one record holds: the tag and the delimiter of the padding take the rest (§2). */
	AES128GCM_PLAIN_MAX = AES128GCM_RECORD_BYTES - AES128GCM_TAG_BYTES - 1,
};

struct aes128gcm {
	unsigned char salt[AES128GCM_SALT_BYTES]; /* never twice with the same material */
	struct text key_material;		  /* IKM, §2.2 */
	struct text key_id; /* at most 255 bytes; goes into the header, §2.1 */
	size_t pad_to;	    /* plain text is padded to this length; 0: it tells its own */
};

/* Header and record; plain and pad_to are at most AES128GCM_PLAIN_MAX. Empty: the arena is spent.
 */
struct text aes128gcm_encrypt(struct arena *a, const struct aes128gcm *how, struct text plain);

#endif
