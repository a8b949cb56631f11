/*
 * smime - the content within signed-data (RFC 8551 §3.5.2)
 */
#ifndef MAIL_SMIME_PRIV_H
#define MAIL_SMIME_PRIV_H

#include "base/text.h"

struct arena;

/* False: it is no signed-data, or has nothing in it. It says nothing about who signed. */
bool smime_content(struct arena *a, struct text der, struct text *out);

#endif
