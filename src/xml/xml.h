/*
 * xml - the bodies of WebDAV, in and out
 *
 * What it is for: turning a request body into a light tree in the arena of
 * the request, and writing answers without one. What it never does: load
 * anything from outside, expand entities, know what an element means.
 *
 * RFCs: XML 1.0 and its namespaces as RFC 4918 §4.3, §8.2, §17 and §20.6 ask.
 * libxml2 lives here and nowhere else, and only as a tokenizer.
 *
 * Reading order: read.h (the tree, and asking it) · scan.c (what is refused
 * before libxml2 sees it) · read.c (building the tree) · ask.c · write.h, write.c
 * (escaping, elements) · node.c (a subtree that stands alone: dead properties).
 */
#ifndef XML_XML_H
#define XML_XML_H

#include "xml/read.h"
#include "xml/write.h"

#endif
