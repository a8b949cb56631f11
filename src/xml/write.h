/*
 * xml/write - XML appended to a buf
 *
 * No tree and no state: an element is opened and closed by its name. The
 * known namespaces have fixed prefixes (D, C, CS, A, P), declared once by
 * xml_root(); there is never a default namespace. Text must be UTF-8.
 *
 *	xml_root(&b, NS_DAV, "multistatus");
 *	xml_open(&b, NS_DAV, "response");
 *	xml_element_text(&b, NS_DAV, "href", href);
 *	xml_close(&b, NS_DAV, "response");
 *	xml_close(&b, NS_DAV, "multistatus");
 *
 * Overflow is that of buf.h: ask b->overflow once at the end. Threads: no state.
 */
#ifndef XML_WRITE_H
#define XML_WRITE_H

#include "base/buf.h"
#include "xml/read.h"

/* The XML declaration and the root element, open, with all prefixes. */
void xml_root(struct buf *b, enum xml_ns ns, const char *name);

/* <D:name>, </D:name>, <D:name/> and <D:name>text</D:name>; not for NS_OTHER. */
void xml_open(struct buf *b, enum xml_ns ns, const char *name);
void xml_close(struct buf *b, enum xml_ns ns, const char *name);
void xml_empty(struct buf *b, enum xml_ns ns, const char *name);
void xml_element_text(struct buf *b, enum xml_ns ns, const char *name, struct text content);

/*
 * A start tag with attributes: xml_tag(), xml_put_attr() for each, and then
 * xml_tag_open() ("<D:name a="b">") or xml_tag_empty() ("<D:name a="b"/>").
 */
void xml_tag(struct buf *b, enum xml_ns ns, const char *name);
void xml_put_attr(struct buf *b, const char *name, struct text value);
void xml_tag_open(struct buf *b);
void xml_tag_empty(struct buf *b);

/* The same for a name of any namespace, as a request brought it; uri matters for NS_OTHER only. */
void xml_open_name(struct buf *b, enum xml_ns ns, struct text uri, struct text name);
void xml_close_name(struct buf *b, enum xml_ns ns, struct text name);
void xml_empty_name(struct buf *b, enum xml_ns ns, struct text uri, struct text name);

/*
 * Character data. Besides & < > the carriage return is escaped, or parsers
 * would drop it from calendar data (XML 1.0 §2.11). Characters that XML cannot
 * hold at all are left out.
 */
void xml_put_text(struct buf *b, struct text t);

/*
 * An element with all it holds: attributes, namespaces with the prefixes of
 * the client, xml:lang in scope (RFC 4918 §4.3). What is written declares all
 * its namespaces itself, so it can be stored, parsed alone, and put into any
 * answer of this file. Writing what was parsed from it gives the same bytes.
 */
void xml_put_node(struct buf *b, const struct xml_node *node);

#endif
