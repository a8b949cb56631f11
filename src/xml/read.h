/*
 * xml/read - a request body as a tree of elements
 *
 * Comments and processing instructions are dropped; character data is kept,
 * also between elements, so that a subtree can be written out again.
 *
 * Memory: everything lives in the arena given to xml_parse(); nothing of it
 * points into the body. Threads: a tree belongs to one request.
 */
#ifndef XML_READ_H
#define XML_READ_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/* The namespaces that the tables of dav/ name; all others are XML_NS_OTHER. */
enum xml_ns {
	NS_NONE,   /* no namespace */
	NS_DAV,	   /* DAV: */
	NS_CALDAV, /* urn:ietf:params:xml:ns:caldav */
	NS_CS,	   /* http://calendarserver.org/ns/ */
	NS_APPLE,  /* http://apple.com/ns/ical/ */
	NS_PUSH,   /* https://bitfire.at/webdav-push */
	NS_OTHER,
};

enum {
	XML_DEPTH_MAX = 64,	  /* elements within elements */
	XML_NODES_MAX = 100000,	  /* elements in all */
	XML_START_TAG_MAX = 8192, /* bytes of one tag: libxml2 is quadratic in attributes */
	/* What http/ should let through at most: 20,000 hrefs of 200 bytes are a first sync. */
	XML_BODY_MAX = 4 * 1024 * 1024,
};

struct xml_attr {
	struct xml_attr *next;
	enum xml_ns ns;
	struct text uri, prefix, name, value;
};

/* All fields are read-only outside of xml/. No list holds anything but elements. */
struct xml_node {
	struct xml_node *parent, *first_child, *next;
	enum xml_ns ns;
	struct text uri;    /* of the namespace; empty for NS_NONE */
	struct text prefix; /* as the client wrote it; may be empty */
	struct text name;   /* local name */
	struct text lang;   /* xml:lang in scope (RFC 4918 §4.3); may be empty */
	struct text text;   /* character data before the first child */
	struct text tail;   /* character data behind this element, within its parent */
	struct xml_attr *first_attr;

	struct xml_node *last_child;
};

/*
 * Parse a whole document. BAD_XML: not well-formed, an undeclared prefix, any
 * DOCTYPE (and so any entity of its own), neither UTF-8 nor UTF-16, or past
 * one of the limits above. OUT_OF_MEMORY: past the ceiling of the arena.
 */
MUST_CHECK const struct fault *xml_parse(struct arena *a, struct text body,
					 struct xml_node **root_out);

/* Is node this element? False for NULL. */
bool xml_is(const struct xml_node *node, enum xml_ns ns, const char *name);

/* The first child with this name, or NULL; node may be NULL. */
const struct xml_node *xml_child(const struct xml_node *node, enum xml_ns ns, const char *name);

/* The next sibling with the same name as node, or NULL. */
const struct xml_node *xml_next(const struct xml_node *node);

/* The character data of an element without children, as it stands; empty for NULL. */
struct text xml_text_of(const struct xml_node *node);

/* The same without white space around it: hrefs, numbers, tokens. */
struct text xml_token_of(const struct xml_node *node);

/* Value of an attribute in no namespace; false when there is none. */
bool xml_attr(const struct xml_node *node, const char *name, struct text *value_out);

/* The number of child elements. */
size_t xml_child_count(const struct xml_node *node);

/* Which of the known namespaces is this? NS_NONE for the empty text. */
enum xml_ns xml_ns_of(struct text uri);

/* The URI of a known namespace; empty for NS_NONE and NS_OTHER. */
struct text xml_ns_uri(enum xml_ns ns);

#endif
