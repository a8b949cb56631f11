/*
 * write_priv - what node.c shares with write.c
 */
#ifndef XML_WRITE_PRIV_H
#define XML_WRITE_PRIV_H

#include "base/buf.h"

/* A value in quotes, escaped. */
void xml_put_value(struct buf *b, struct text value);

#endif
