/*
 * itip - scheduling messages
 *
 * What a message must say and how one is made from a stored object, for one
 * recipient. Values in, values out: no store, no clock, no mail. Delivery (inbox,
 * mail, provider) is decided elsewhere; applying what came in is the change's
 * business, with what is read here.
 *
 * Owns RFC 5546 (iTIP) and the parts of RFC 6638 that say what a message holds.
 *
 * Reading order: address.h (whose address is it) · message.h (METHODs: written
 * and checked).
 */
#ifndef ITIP_ITIP_H
#define ITIP_ITIP_H

#include "itip/address.h"
#include "itip/message.h"

#endif
