/*
 * address - how a mail address goes over the wire
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/text.h"

struct arena;

/*
 * A valid address with its domain as A-labels (RFC 5890), where that makes all of it ASCII;
 * otherwise as it is, and then it can only go to a server with SMTPUTF8 (RFC 6531).
 */
struct text mail_address_to_ascii(struct arena *a, struct text address);

bool mail_is_ascii(struct text t);

#endif
