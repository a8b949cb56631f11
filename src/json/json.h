/*
 * json - the bodies of the API, in and out
 *
 * What it is for: reading a small request strictly (no duplicate keys, no
 * trailing bytes, bounded size and depth), and appending answers to a buf
 * without building them first. What it never does: know what a key means.
 *
 * RFCs: RFC 8259, RFC 7493 (I-JSON). jansson lives in read.c and nowhere else.
 *
 * Reading order: read.h, read.c · write.h, write.c.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "json/read.h"
#include "json/write.h"

#endif
