/* xml/read: what is taken, what is refused, and the shape of the tree */
#include "xml/read.h"

#include "base/arena.h"
#include "base/buf.h"
#include "unit.h"

static const struct fault *parse(struct arena *a, struct text body)
{
	struct xml_node *root = NULL;
	const struct fault *f = xml_parse(a, body, &root);

	CHECK_TRUE("a root, or a fault", (f != NULL) != (root != NULL));
	return f;
}

static void test_refused(void)
{
	static const struct {
		const char *name;
		struct text body;
	} rows[] = {
		{"empty", TEXT_INIT("")},
		{"white space alone", TEXT_INIT(" \r\n")},
		{"no XML", TEXT_INIT("hello")},
		{"cut (RFC 4918 §8.2)", TEXT_INIT("<a><b>")},
		{"tags crossed", TEXT_INIT("<a><b></a></b>")},
		{"two roots", TEXT_INIT("<a/><b/>")},
		{"text behind the root", TEXT_INIT("<a/>x")},
		{"undeclared prefix of an element", TEXT_INIT("<D:propfind/>")},
		{"undeclared prefix of an attribute", TEXT_INIT("<a x:b=\"c\"/>")},
		{"attribute twice", TEXT_INIT("<a b=\"1\" b=\"2\"/>")},
		{"attribute twice by namespace",
		 TEXT_INIT("<a xmlns:x=\"u\" xmlns:y=\"u\" x:b=\"1\" y:b=\"2\"/>")},
		{"empty binding of a prefix", TEXT_INIT("<a xmlns:x=\"\"/>")},
		{"two colons", TEXT_INIT("<a xmlns:x=\"u\"><x:b:c/></a>")},
		{"document type", TEXT_INIT("<!DOCTYPE a><a/>")},
		{"document type in lower case", TEXT_INIT("<!doctype a><a/>")},
		{"internal entity", TEXT_INIT("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>")},
		{"external entity (RFC 4918 §20.6)",
		 TEXT_INIT("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>")},
		{"billion laughs",
		 TEXT_INIT("<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>")},
		{"document type behind a comment", TEXT_INIT("<!-- x --><!DOCTYPE a><a/>")},
		{"undeclared entity", TEXT_INIT("<a>&nbsp;</a>")},
		{"undeclared entity in a value", TEXT_INIT("<a b=\"&nbsp;\"/>")},
		{"character reference to NUL", TEXT_INIT("<a>&#0;</a>")},
		{"character reference to U+FFFE", TEXT_INIT("<a>&#xFFFE;</a>")},
		{"control character", TEXT_INIT("<a>\x01</a>")},
		{"NUL", TEXT_INIT("<a>\0</a>")},
		{"]]> in text", TEXT_INIT("<a>]]></a>")},
		{"Latin-1",
		 TEXT_INIT("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\xE4</a>")},
		{"Latin-1 declared",
		 TEXT_INIT("<?xml version=\"1.0\" encoding='iso-8859-1'?><a>x</a>")},
		{"UTF-16 declared, and is not",
		 TEXT_INIT("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>")},
		{"UTF-8 broken", TEXT_INIT("<a>\xC3</a>")},
		{"half a surrogate pair", TEXT_INIT("\xFF\xFE<\0a\0>\0\x00\xD8<\0/\0a\0>\0")},
		{"odd UTF-16", TEXT_INIT("\xFF\xFE<\0a\0/\0>\0\n")},
		{"comment not ended", TEXT_INIT("<a><!-- </a>")},
		{"value not ended", TEXT_INIT("<a b=\"></a>")},
		{"less-than in a value", TEXT_INIT("<a b=\"<\"/>")},
	};
	struct arena *a = arena_create(1 << 22);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct fault *f = parse(a, rows[i].body);

		if (CHECK_FAULT(rows[i].name, f, FAULT_BAD_XML))
			CHECK_TRUE(rows[i].name, !text_has_control(text_from(f->message)) &&
							 text_is_utf8(text_from(f->message)));
	}
	arena_destroy(a);
}

static void test_taken(void)
{
	static const struct {
		const char *name;
		struct text body;
		const char *content;
	} rows[] = {
		{"plain", TEXT_INIT("<a>x</a>"), "x"},
		{"declaration and mark", TEXT_INIT("\xEF\xBB\xBF<?xml version=\"1.0\"?><a>x</a>"),
		 "x"},
		{"UTF-8 declared",
		 TEXT_INIT("<?xml version='1.0' encoding='utf-8' "
			   "standalone='yes'?>\n<a>\xC3\xA4</a>\n"),
		 "\xC3\xA4"},
		{"UTF-16, little-endian", TEXT_INIT("\xFF\xFE<\0a\0>\0\xE4\0<\0/\0a\0>\0"),
		 "\xC3\xA4"},
		{"UTF-16, big-endian, beyond U+FFFF",
		 TEXT_INIT("\xFE\xFF\0<\0a\0>\xD8\x3D\xDE\x00\0<\0/\0a\0>"), "\xF0\x9F\x98\x80"},
		{"the five entities", TEXT_INIT("<a>&lt;&gt;&amp;&quot;&apos;</a>"), "<>&\"'"},
		{"double escaping stays", TEXT_INIT("<a>&amp;lt;&#38;#38;</a>"), "&lt;&#38;"},
		{"references", TEXT_INIT("<a>&#13;&#x1F600;</a>"), "\r\xF0\x9F\x98\x80"},
		{"line ends become one (XML 1.0 §2.11)", TEXT_INIT("<a>x\r\ny\rz</a>"), "x\ny\nz"},
		{"CDATA", TEXT_INIT("<a>x<![CDATA[<b>&amp;]]>y</a>"), "x<b>&amp;y"},
		{"greater-than in a value is no end", TEXT_INIT("<a b='>'>x</a>"), "x"},
		{"comment with a tag", TEXT_INIT("<a>x<!-- <b> -->y<?pi <c ?>z</a>"), "xyz"},
	};
	struct arena *a = arena_create(1 << 22);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct xml_node *root = NULL;

		if (CHECK_WELL(rows[i].name, xml_parse(a, rows[i].body, &root)))
			CHECK_TEXT(rows[i].name, xml_text_of(root), text_from(rows[i].content));
	}
	arena_destroy(a);
}

static void test_tree(void)
{
	static const struct text body = TEXT_INIT(
		"<D:propfind xmlns:D=\"DAV:\" xmlns='urn:ietf:params:xml:ns:caldav' "
		"xml:lang=\"de\">\n"
		" <D:prop a=\"1&amp;2&lt;&#38;#38;\">\n"
		"  <D:getetag/> <calendar-data content-type='text/calendar' xml:lang='en'/>\n"
		"  <x:getctag xmlns:x='http://calendarserver.org/ns/'> t </x:getctag>\n"
		"  <D:getetag/><y xmlns=''/><x:z xmlns:x='urn:x'/>\n"
		" </D:prop>\n"
		"</D:propfind>");
	struct arena *a = arena_create(1 << 20);
	const struct xml_node *prop, *node;
	struct xml_node *root = NULL;
	struct text value = TEXT_NONE;

	if (!CHECK_WELL("parse", xml_parse(a, body, &root)))
		return;
	CHECK_TRUE("root", xml_is(root, NS_DAV, "propfind"));
	CHECK_TRUE("not another name", !xml_is(root, NS_DAV, "prop"));
	CHECK_TRUE("not another namespace", !xml_is(root, NS_CALDAV, "propfind"));
	CHECK_TRUE("NULL is nothing", !xml_is(NULL, NS_DAV, "propfind"));
	prop = xml_child(root, NS_DAV, "prop");
	CHECK_INT("children", (int64_t)xml_child_count(prop), 6);
	CHECK_TRUE("an attribute", xml_attr(prop, "a", &value));
	CHECK_TEXT("its value", value, TEXT("1&2<&#38;"));
	CHECK_TRUE("no attribute", !xml_attr(prop, "b", &value));
	node = xml_child(prop, NS_CALDAV, "calendar-data");
	CHECK_TRUE("default namespace", node != NULL);
	CHECK_TEXT("own language", node ? node->lang : TEXT_NONE, TEXT("en"));
	CHECK_TEXT("inherited language", prop->lang, TEXT("de"));
	node = xml_child(prop, NS_CS, "getctag");
	CHECK_TEXT("text", xml_text_of(node), TEXT(" t "));
	CHECK_TEXT("token", xml_token_of(node), TEXT("t"));
	node = xml_child(prop, NS_DAV, "getetag");
	CHECK_TRUE("the first", node == prop->first_child);
	node = node ? xml_next(node) : NULL;
	CHECK_TRUE("the second", node && xml_is(node, NS_DAV, "getetag"));
	CHECK_TRUE("no third", node && !xml_next(node));
	CHECK_TRUE("no namespace", xml_child(prop, NS_NONE, "y") != NULL);
	node = xml_child(prop, NS_OTHER, "z");
	CHECK_TEXT("another namespace", node ? node->uri : TEXT_NONE, TEXT("urn:x"));
	CHECK_TRUE("child of nothing", xml_child(NULL, NS_DAV, "x") == NULL);
	arena_destroy(a);
}

/* RFC 4918 §4.3: the name of a namespace is kept as it was meant. */
static void test_namespace_names(void)
{
	static const struct {
		const char *name;
		struct text body;
		const char *element, *attribute;
	} rows[] = {
		{"an ampersand", TEXT_INIT("<a xmlns='http://a/?x&amp;y'/>"), "http://a/?x&y",
		 NULL},
		{"several, by number",
		 TEXT_INIT("<a xmlns='u:?x&#38;y&amp;z' xmlns:b='u:&#x26;' b:c=''/>"), "u:?x&y&z",
		 "u:&"},
		{"what looks escaped", TEXT_INIT("<a xmlns='u:&amp;#38;'/>"), "u:&#38;", NULL},
		{"a prefix", TEXT_INIT("<x:a xmlns:x='u:&amp;&amp;'/>"), "u:&&", NULL},
		{"no URI at all", TEXT_INIT("<a xmlns='u:\"&lt; '/>"), "u:\"< ", NULL},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct xml_node *root = NULL;

		if (!CHECK_WELL(rows[i].name, xml_parse(a, rows[i].body, &root)))
			continue;
		CHECK_TEXT(rows[i].name, root->uri, text_from(rows[i].element));
		if (rows[i].attribute && CHECK_TRUE(rows[i].name, root->first_attr != NULL))
			CHECK_TEXT(rows[i].name, root->first_attr->uri,
				   text_from(rows[i].attribute));
	}
	arena_destroy(a);
}

static void test_limits(void)
{
	struct arena *a = arena_create(64 << 20);
	struct buf b;

	buf_init(&b, a, 0, 1 << 22);
	for (int i = 0; i < XML_DEPTH_MAX; i++)
		buf_put_lit(&b, "<a>");
	for (int i = 0; i < XML_DEPTH_MAX; i++)
		buf_put_lit(&b, "</a>");
	CHECK_WELL("as deep as allowed", parse(a, buf_text(&b)));

	buf_init(&b, a, 0, 1 << 22);
	for (int i = 0; i <= XML_DEPTH_MAX; i++)
		buf_put_lit(&b, "<a>");
	for (int i = 0; i <= XML_DEPTH_MAX; i++)
		buf_put_lit(&b, "</a>");
	CHECK_FAULT("deeper", parse(a, buf_text(&b)), FAULT_BAD_XML);

	buf_init(&b, a, 0, 1 << 22);
	buf_put_lit(&b, "<a");
	for (int i = 0; i < 100000; i++)
		buf_printf(&b, " a%d=''", i);
	buf_put_lit(&b, "/>");
	CHECK_FAULT("100,000 attributes", parse(a, buf_text(&b)), FAULT_BAD_XML);

	buf_init(&b, a, 0, 1 << 22);
	buf_put_lit(&b, "<a>");
	for (int i = 0; i < XML_NODES_MAX; i++)
		buf_put_lit(&b, "<b/>");
	buf_put_lit(&b, "</a>");
	CHECK_FAULT("one element too many", parse(a, buf_text(&b)), FAULT_BAD_XML);

	buf_init(&b, a, 0, 1 << 22);
	buf_put_lit(&b, "<a>");
	for (int i = 0; i < 200000; i++)
		buf_put_lit(&b, "x&amp;");
	buf_put_lit(&b, "</a>");
	CHECK_WELL("long text", parse(a, buf_text(&b)));
	arena_destroy(a);

	a = arena_create(4096);
	CHECK_FAULT("past the ceiling of the arena",
		    parse(a, TEXT("<a><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/>"
				  "<b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/></a>")),
		    FAULT_OUT_OF_MEMORY);
	arena_destroy(a);
}

UNIT_SUITE("xml_read", {"what is refused", test_refused}, {"what is taken", test_taken},
	   {"the tree", test_tree}, {"names of namespaces (RFC 4918 §4.3)", test_namespace_names},
	   {"limits", test_limits})
