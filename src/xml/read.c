/*
 * read - building the tree from libxml2's SAX events
 *
 * libxml2 tokenizes and resolves namespaces; no document of its own is built.
 * A handler that refuses keeps the first fault and stops the parser. libxml2
 * also carries on after some errors (an undeclared prefix, for one), so the
 * error it recorded counts as well, not only the well-formedness it claims.
 */
#include "xml/read.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/buf.h"
#include "xml/scan_priv.h"

enum { URIS_REMEMBERED = 8 };

struct parser {
	struct arena *arena;
	xmlParserCtxtPtr ctxt;
	const struct fault *fault;
	struct xml_node *root, *at; /* at: the element that is open */
	int depth, nodes;
	struct buf chars; /* character data since the last tag */
	/* libxml2 keeps each URI once, so its pointer is enough to know it again. */
	struct {
		const xmlChar *seen;
		struct text uri;
		enum xml_ns ns;
	} uris[URIS_REMEMBERED];
};

static void refuse(struct parser *p, const struct fault *f)
{
	if (!p->fault)
		p->fault = f;
	xmlStopParser(p->ctxt);
}

static void refuse_limit(struct parser *p, const char *sentence)
{
	refuse(p, fault_make(p->arena, FAULT_BAD_XML, NULL, "%s", sentence));
}

static struct text copy(struct parser *p, const xmlChar *s)
{
	return s ? text_dup(p->arena, text_from((const char *)s)) : TEXT("");
}

/*
 * As entities are not replaced, libxml2 leaves an ampersand in a value, also in that of a namespace
 * declaration, in the form "&#38;"; no other '&' can be in there.
 */
static struct text unescaped(struct parser *p, struct text raw)
{
	char *to = text_cstr(p->arena, raw);
	size_t len = 0;

	for (size_t i = 0; i < raw.len; i++) {
		to[len++] = raw.at[i];
		if (raw.at[i] == '&' && text_starts(text_sub(raw, i, 5), TEXT("&#38;")))
			i += 4;
	}
	to[len] = '\0';
	return text_of(to, len);
}

static enum xml_ns resolve(struct parser *p, const xmlChar *uri, struct text *uri_out)
{
	size_t slot;

	*uri_out = TEXT("");
	if (!uri || !*uri)
		return NS_NONE;
	slot = ((uintptr_t)uri >> 4) % URIS_REMEMBERED;
	if (p->uris[slot].seen != uri) {
		struct text t = text_from((const char *)uri);

		p->uris[slot].seen = uri;
		p->uris[slot].ns = xml_ns_of(t);
		p->uris[slot].uri = p->uris[slot].ns == NS_OTHER ? unescaped(p, t)
								 : xml_ns_uri(p->uris[slot].ns);
	}
	*uri_out = p->uris[slot].uri;
	return p->uris[slot].ns;
}

/* Hand the collected character data to the place it belongs to. */
static void flush_chars(struct parser *p)
{
	struct text t;

	if (p->chars.len == 0 || !p->at)
		return;
	t = text_dup(p->arena, buf_text(&p->chars));
	if (p->at->last_child)
		p->at->last_child->tail = t;
	else
		p->at->text = t;
	p->chars.len = 0;
}

/* libxml2 gives five pointers per attribute: name, prefix, URI, value, end of value. */
static void add_attrs(struct parser *p, struct xml_node *node, int count, const xmlChar **five)
{
	struct xml_attr **last = &node->first_attr;

	for (int i = 0; i < count; i++, five += 5) {
		struct xml_attr *attr = arena_alloc(p->arena, sizeof(*attr));

		attr->name = copy(p, five[0]);
		attr->prefix = copy(p, five[1]);
		attr->ns = resolve(p, five[2], &attr->uri);
		attr->value =
			unescaped(p, text_of((const char *)five[3], (size_t)(five[4] - five[3])));
		if (text_equal(attr->prefix, TEXT("xml")) && text_equal(attr->name, TEXT("lang")))
			node->lang = attr->value;
		*last = attr;
		last = &attr->next;
	}
}

static void link_node(struct parser *p, struct xml_node *node)
{
	node->parent = p->at;
	if (!p->at) {
		p->root = node;
	} else {
		node->lang = p->at->lang;
		if (p->at->last_child)
			p->at->last_child->next = node;
		else
			p->at->first_child = node;
		p->at->last_child = node;
	}
	p->at = node;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int ns_count, const xmlChar **ns, int attr_count, int defaulted,
		     const xmlChar **attrs)
{
	struct parser *p = ctx;
	struct xml_node *node;
	const struct fault *f = arena_check(p->arena);

	(void)ns_count;
	(void)ns;
	(void)defaulted;
	if (f) {
		refuse(p, f);
		return;
	}
	if (++p->depth > XML_DEPTH_MAX) {
		refuse_limit(p, "The XML has elements nested too deeply.");
		return;
	}
	if (++p->nodes > XML_NODES_MAX) {
		refuse_limit(p, "The XML has too many elements.");
		return;
	}
	flush_chars(p);
	node = arena_alloc(p->arena, sizeof(*node));
	node->name = copy(p, name);
	node->prefix = copy(p, prefix);
	node->ns = resolve(p, uri, &node->uri);
	link_node(p, node);
	add_attrs(p, node, attr_count, attrs);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct parser *p = ctx;

	(void)name;
	(void)prefix;
	(void)uri;
	flush_chars(p);
	if (p->at)
		p->at = p->at->parent;
	p->depth--;
}

static void on_chars(void *ctx, const xmlChar *at, int len)
{
	struct parser *p = ctx;

	if (p->at)
		buf_put(&p->chars, at, (size_t)len);
}

/* The scan has refused every document type; should one still come, it stops here. */
static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
		       const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	refuse_limit(ctx, "The XML has a document type, which is not allowed here.");
}

static void on_entity(void *ctx, const xmlChar *name)
{
	(void)name;
	refuse_limit(ctx, "The XML has an entity, which is not allowed here.");
}

/*
 * What is no URI to libxml2 is the name of a namespace all the same, and compared as it stands: it
 * takes "&#38;" in one, which is all that it sees of an ampersand, for the beginning of a fragment.
 * libxml2 ends its sentences with a line end, and they may quote the client.
 */
static void on_error(void *ctx, xmlErrorPtr error)
{
	struct parser *p = ctx;
	struct text t = text_trim(text_from(error->message));
	char *message;

	if (error->level < XML_ERR_ERROR || error->code == XML_WAR_NS_URI || p->fault)
		return;
	message = text_cstr(p->arena, text_sub(t, 0, 200));
	for (char *c = message; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			*c = ' ';
	if (!text_is_utf8(text_from(message)))
		message = arena_strdup(p->arena, "a character is out of place");
	p->fault = fault_make(p->arena, FAULT_BAD_XML, NULL, "The XML is broken in line %d: %s.",
			      error->line, message);
}

static pthread_once_t started = PTHREAD_ONCE_INIT;

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_chars,
	.ignorableWhitespace = on_chars,
	.cdataBlock = on_chars,
	.internalSubset = on_doctype,
	.externalSubset = on_doctype,
	.reference = on_entity,
	.serror = on_error,
};

static const struct fault *verdict(const struct parser *p)
{
	const struct fault *f = arena_check(p->arena);

	if (f)
		return f;
	if (p->fault)
		return p->fault;
	if (!p->ctxt->wellFormed || (p->ctxt->errNo != 0 && p->ctxt->errNo != XML_WAR_NS_URI) ||
	    !p->root || p->at)
		return fault_make(p->arena, FAULT_BAD_XML, NULL, "The XML is not well-formed.");
	return NULL;
}

const struct fault *xml_parse(struct arena *a, struct text body, struct xml_node **root_out)
{
	struct parser p = {.arena = a};
	const struct fault *f;
	struct text utf8;

	f = xml_scan(a, body, &utf8);
	if (f)
		return f;
	if (utf8.len > INT_MAX)
		return fault_static(FAULT_BAD_XML);
	pthread_once(&started, xmlInitParser);
	p.ctxt = xmlCreateMemoryParserCtxt(utf8.at, (int)utf8.len);
	if (!p.ctxt)
		return fault_static(FAULT_OUT_OF_MEMORY);
	*p.ctxt->sax = handler;
	p.ctxt->userData = &p;
	/* The encoding is UTF-8 by now, whatever the declaration said before. */
	xmlCtxtUseOptions(p.ctxt, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC);
	buf_init(&p.chars, a, 256, utf8.len);
	xmlParseDocument(p.ctxt);
	f = verdict(&p);
	xmlFreeParserCtxt(p.ctxt);
	if (!f)
		*root_out = p.root;
	return f;
}
