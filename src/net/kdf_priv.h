/*
 * kdf - HKDF with SHA-256 (RFC 5869), as RFC 8188 and RFC 8291 use it
 */
#ifndef NET_KDF_PRIV_H
#define NET_KDF_PRIV_H

#include "base/text.h"

/* len bytes of key, at most 255 * 32. */
void net_hkdf(struct text salt, struct text material, struct text info, void *out, size_t len);

#endif
