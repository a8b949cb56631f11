/*
 * node - a subtree written so that it stands alone
 *
 * Prefixes are those of the client (RFC 4918 §4.3 would have them kept). A
 * namespace is declared on the first element that uses it and whose
 * surroundings do not bind the prefix so already; hence the same tree always
 * gives the same bytes, and parsing them gives the same tree.
 */
#include "base/arena.h"
#include "xml/write.h"
#include "xml/write_priv.h"

/* The bindings in force, innermost first; they live on the stack of put_element(). */
struct scope {
	const struct scope *outer;
	struct text prefix, uri;
};

static struct text bound_to(const struct scope *s, struct text prefix)
{
	for (; s; s = s->outer)
		if (text_equal(s->prefix, prefix))
			return s->uri;
	return TEXT("");
}

static void put_name(struct buf *b, struct text prefix, struct text name)
{
	if (prefix.len) {
		buf_put_text(b, prefix);
		buf_put_char(b, ':');
	}
	buf_put_text(b, name);
}

/* Declare prefix unless it is bound so already; the new binding is in the arena of b. */
static const struct scope *declare(struct buf *b, const struct scope *s, struct text prefix,
				   struct text uri)
{
	struct scope *inner;

	/* "xml" is bound always, and cannot be bound anew (namespaces in XML §3). */
	if (text_equal(prefix, TEXT("xml")) || text_equal(bound_to(s, prefix), uri))
		return s;
	buf_put_lit(b, " xmlns");
	if (prefix.len) {
		buf_put_char(b, ':');
		buf_put_text(b, prefix);
	}
	buf_put_char(b, '=');
	xml_put_value(b, uri);

	inner = arena_alloc(b->arena, sizeof(*inner));
	*inner = (struct scope){s, prefix, uri};
	return inner;
}

static void put_attrs(struct buf *b, const struct xml_node *node)
{
	for (const struct xml_attr *attr = node->first_attr; attr; attr = attr->next) {
		buf_put_char(b, ' ');
		put_name(b, attr->prefix, attr->name);
		buf_put_char(b, '=');
		xml_put_value(b, attr->value);
	}
}

static bool has_lang(const struct xml_node *node)
{
	for (const struct xml_attr *attr = node->first_attr; attr; attr = attr->next)
		if (text_equal(attr->prefix, TEXT("xml")) && text_equal(attr->name, TEXT("lang")))
			return true;
	return false;
}

/* Recursion is bounded by XML_DEPTH_MAX. is_top: nothing around it gives a language. */
static void put_element(struct buf *b, const struct xml_node *node, const struct scope *s,
			bool is_top)
{
	buf_put_char(b, '<');
	put_name(b, node->prefix, node->name);
	s = declare(b, s, node->prefix, node->uri);
	for (const struct xml_attr *attr = node->first_attr; attr; attr = attr->next)
		if (attr->prefix.len)
			s = declare(b, s, attr->prefix, attr->uri);
	if (is_top && node->lang.len && !has_lang(node))
		xml_put_attr(b, "xml:lang", node->lang);
	put_attrs(b, node);
	if (!node->first_child && node->text.len == 0) {
		buf_put_lit(b, "/>");
		return;
	}
	buf_put_char(b, '>');
	xml_put_text(b, node->text);
	for (const struct xml_node *child = node->first_child; child; child = child->next) {
		put_element(b, child, s, false);
		xml_put_text(b, child->tail);
	}
	buf_put_lit(b, "</");
	put_name(b, node->prefix, node->name);
	buf_put_char(b, '>');
}

void xml_put_node(struct buf *b, const struct xml_node *node)
{
	put_element(b, node, NULL, true);
}
