/*
 * itip - scheduling messages
 *
 * How a message is made from a stored object, for one recipient. Values in, values
 * out: no store, no clock, no mail. Delivery is decided elsewhere.
 *
 * Owns RFC 5546 (iTIP), as far as what is sent goes.
 *
 * Reading order: message.h (METHODs, written).
 */
#ifndef ITIP_ITIP_H
#define ITIP_ITIP_H

#include "itip/message.h"

#endif
