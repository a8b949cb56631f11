/*
 * ask - questions to a parsed tree
 */
#include "xml/read.h"

/* clang-format off */
static const struct text uris[] = {
	[NS_NONE]   = TEXT_INIT(""),
	[NS_DAV]    = TEXT_INIT("DAV:"),
	[NS_CALDAV] = TEXT_INIT("urn:ietf:params:xml:ns:caldav"),
	[NS_CS]     = TEXT_INIT("http://calendarserver.org/ns/"),
	[NS_APPLE]  = TEXT_INIT("http://apple.com/ns/ical/"),
	[NS_PUSH]   = TEXT_INIT("https://bitfire.at/webdav-push"),
	[NS_OTHER]  = TEXT_INIT(""),
};
/* clang-format on */

enum xml_ns xml_ns_of(struct text uri)
{
	for (enum xml_ns ns = NS_NONE; ns < NS_OTHER; ns++)
		if (text_equal(uri, uris[ns]))
			return ns;
	return NS_OTHER;
}

struct text xml_ns_uri(enum xml_ns ns)
{
	return uris[ns];
}

static bool named(const struct xml_node *node, enum xml_ns ns, struct text name)
{
	return node->ns == ns && text_equal(node->name, name);
}

bool xml_is(const struct xml_node *node, enum xml_ns ns, const char *name)
{
	return node && named(node, ns, text_from(name));
}

const struct xml_node *xml_child(const struct xml_node *node, enum xml_ns ns, const char *name)
{
	const struct xml_node *child = node ? node->first_child : NULL;
	struct text wanted = text_from(name);

	while (child && !named(child, ns, wanted))
		child = child->next;
	return child;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
	const struct xml_node *next = node->next;

	while (next && !(named(next, node->ns, node->name) && text_equal(next->uri, node->uri)))
		next = next->next;
	return next;
}

struct text xml_text_of(const struct xml_node *node)
{
	return node ? node->text : TEXT("");
}

struct text xml_token_of(const struct xml_node *node)
{
	return text_trim(xml_text_of(node));
}

bool xml_attr(const struct xml_node *node, const char *name, struct text *value_out)
{
	struct text wanted = text_from(name);

	for (const struct xml_attr *attr = node ? node->first_attr : NULL; attr;
	     attr = attr->next) {
		if (attr->ns == NS_NONE && text_equal(attr->name, wanted)) {
			*value_out = attr->value;
			return true;
		}
	}
	return false;
}

size_t xml_child_count(const struct xml_node *node)
{
	size_t count = 0;

	for (const struct xml_node *c = node ? node->first_child : NULL; c; c = c->next)
		count++;
	return count;
}
