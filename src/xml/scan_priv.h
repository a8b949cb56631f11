/*
 * scan_priv - what is settled before libxml2 sees a body
 *
 * Its encoding (UTF-8 or UTF-16, RFC 4918 §19), and what libxml2 would take
 * too long over or should never be asked: a document type, a start tag of
 * unreasonable length.
 */
#ifndef XML_SCAN_PRIV_H
#define XML_SCAN_PRIV_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/* The document as UTF-8 without a byte order mark; it may be body itself. BAD_XML. */
MUST_CHECK const struct fault *xml_scan(struct arena *a, struct text body, struct text *utf8_out);

#endif
