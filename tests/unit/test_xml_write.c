/* xml/write: escaping, elements, and subtrees that stand alone */
#include "xml/write.h"

#include "base/arena.h"
#include "unit.h"

static void test_escape(void)
{
	static const struct {
		const char *name;
		struct text in;
		const char *text, *value;
	} rows[] = {
		{"empty", TEXT_INIT(""), "", "\"\""},
		{"plain", TEXT_INIT("a b\xC3\xA4"), "a b\xC3\xA4", "\"a b\xC3\xA4\""},
		{"markup", TEXT_INIT("<a>&]]>"), "&lt;a&gt;&amp;]]&gt;",
		 "\"&lt;a&gt;&amp;]]&gt;\""},
		{"quotes", TEXT_INIT("\"'"), "\"'", "\"&quot;'\""},
		{"calendar line ends", TEXT_INIT("A:1\r\nB:2\r\n"), "A:1&#13;\nB:2&#13;\n",
		 "\"A:1&#13;&#10;B:2&#13;&#10;\""},
		{"tab", TEXT_INIT("a\tb"), "a\tb", "\"a&#9;b\""},
		{"what XML cannot hold",
		 TEXT_INIT("\0a\x01\x1F\x0B"
			   "b"),
		 "ab", "\"ab\""},
		{"U+FFFE and U+FFFF",
		 TEXT_INIT("a\xEF\xBF\xBE\xEF\xBF\xBF"
			   "b"),
		 "ab", "\"ab\""},
		{"U+FFFD and U+FF5E", TEXT_INIT("\xEF\xBF\xBD\xEF\xBD\x9E"),
		 "\xEF\xBF\xBD\xEF\xBD\x9E", "\"\xEF\xBF\xBD\xEF\xBD\x9E\""},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 0, 1000);
		xml_put_text(&b, rows[i].in);
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].text));
		buf_init(&b, a, 0, 1000);
		xml_put_attr(&b, "n", rows[i].in);
		CHECK_TEXT(rows[i].name, text_sub(buf_text(&b), 3, 1000), text_from(rows[i].value));
	}
	arena_destroy(a);
}

static void test_elements(void)
{
	struct arena *a = arena_create(1 << 20);
	struct xml_node *root = NULL;
	struct buf b;

	buf_init(&b, a, 0, 10000);
	xml_root(&b, NS_DAV, "multistatus");
	xml_element_text(&b, NS_DAV, "href", TEXT("/a&b"));
	xml_empty(&b, NS_CALDAV, "calendar");
	xml_tag(&b, NS_CALDAV, "comp");
	xml_put_attr(&b, "name", TEXT("VEVENT"));
	xml_tag_empty(&b);
	xml_tag(&b, NS_APPLE, "calendar-color");
	xml_put_attr(&b, "symbolic-color", TEXT("red"));
	xml_tag_open(&b);
	xml_close(&b, NS_APPLE, "calendar-color");
	xml_empty_name(&b, NS_OTHER, TEXT("urn:x&y"), TEXT("foo"));
	xml_open_name(&b, NS_NONE, TEXT(""), TEXT("bar"));
	xml_close_name(&b, NS_NONE, TEXT("bar"));
	xml_close(&b, NS_DAV, "multistatus");
	CHECK_TEXT("the bytes", buf_text(&b),
		   TEXT("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			"<D:multistatus xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" "
			"xmlns:CS=\"http://calendarserver.org/ns/\" "
			"xmlns:A=\"http://apple.com/ns/ical/\" "
			"xmlns:P=\"https://bitfire.at/webdav-push\">"
			"<D:href>/a&amp;b</D:href><C:calendar/><C:comp name=\"VEVENT\"/>"
			"<A:calendar-color symbolic-color=\"red\"></A:calendar-color>"
			"<X:foo xmlns:X=\"urn:x&amp;y\"/><bar></bar></D:multistatus>"));
	CHECK_WELL("can be parsed", xml_parse(a, buf_text(&b), &root));
	CHECK_INT("all six are there", (int64_t)xml_child_count(root), 6);
	arena_destroy(a);
}

/* Dead properties, as clients send them: the first child of the root. */
static void test_subtree(void)
{
	static const struct {
		const char *name, *body, *want;
	} rows[] = {
		{"calendar-color keeps its attribute",
		 "<r xmlns:A='http://apple.com/ns/ical/'>"
		 "<A:calendar-color symbolic-color='custom'>#FF2968FF</A:calendar-color></r>",
		 "<A:calendar-color xmlns:A=\"http://apple.com/ns/ical/\" "
		 "symbolic-color=\"custom\">"
		 "#FF2968FF</A:calendar-color>"},
		{"language in scope (RFC 4918 §4.3)", "<r xml:lang='fr'><a>x</a></r>",
		 "<a xml:lang=\"fr\">x</a>"},
		{"own language is not said twice", "<r xml:lang='fr'><a xml:lang='de'>x</a></r>",
		 "<a xml:lang=\"de\">x</a>"},
		{"mixed content", "<r><a>x<b>y</b>z<c/> </a></r>", "<a>x<b>y</b>z<c/> </a>"},
		{"default namespace, and out of it again",
		 "<r xmlns='urn:x'><a><b xmlns=''><c/></b></a></r>",
		 "<a xmlns=\"urn:x\"><b xmlns=\"\"><c/></b></a>"},
		{"one prefix, two namespaces",
		 "<p:r xmlns:p='urn:1'><p:a><p:b xmlns:p='urn:2'/><p:c/></p:a></p:r>",
		 "<p:a xmlns:p=\"urn:1\"><p:b xmlns:p=\"urn:2\"/><p:c/></p:a>"},
		{"attribute with a namespace", "<r xmlns:p='urn:1'><a p:b='1' b='2'/></r>",
		 "<a xmlns:p=\"urn:1\" p:b=\"1\" b=\"2\"/>"},
		{"line ends of a calendar", "<r><a>B&#13;\nC&#13;\n</a></r>",
		 "<a>B&#13;\nC&#13;\n</a>"},
		{"D means something else", "<r xmlns:D='urn:d'><D:a/></r>",
		 "<D:a xmlns:D=\"urn:d\"/>"},
		{"white space in a value", "<r><a b='x&#10;&#9;y'/></r>", "<a b=\"x&#10;&#9;y\"/>"},
		{"ampersand in a value", "<r><a b='&amp;lt;&quot;'/></r>",
		 "<a b=\"&amp;lt;&quot;\"/>"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct xml_node *root = NULL, *again = NULL;
		struct buf b, second;

		if (!CHECK_WELL(rows[i].name, xml_parse(a, text_from(rows[i].body), &root)))
			continue;
		buf_init(&b, a, 0, 1000);
		xml_put_node(&b, root->first_child);
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
		if (!CHECK_WELL(rows[i].name, xml_parse(a, buf_text(&b), &again)))
			continue;
		buf_init(&second, a, 0, 1000);
		xml_put_node(&second, again);
		CHECK_TEXT("written twice, the same", buf_text(&second), buf_text(&b));
	}
	arena_destroy(a);
}

/* Eight bytes are looked at together: each special byte in each place, among plain ones. */
static void test_places(void)
{
	static const struct {
		const char *name, *escape;
		char c;
	} rows[] = {
		{"ampersand", "&amp;", '&'}, {"less", "&lt;", '<'},
		{"greater", "&gt;", '>'},    {"return", "&#13;", '\r'},
		{"control", "", '\x01'},     {"DEL stays", "\x7F", '\x7F'},
		{"NUL", "", '\0'},	     {"blank stays", " ", ' '},
	};
	struct arena *a = arena_create(1 << 22);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (int place = 0; place < 20; place++) {
			char in[21] = "abcdefghijklmnopqrst";
			struct buf got, want;

			in[place] = rows[i].c;
			buf_init(&got, a, 0, 100);
			xml_put_text(&got, text_of(in, 20));
			buf_init(&want, a, 0, 100);
			buf_put(&want, in, (size_t)place);
			buf_put_str(&want, rows[i].escape);
			buf_put(&want, in + place + 1, (size_t)(19 - place));
			if (!CHECK_TEXT(rows[i].name, buf_text(&got), buf_text(&want)))
				break;
		}
	}
	arena_destroy(a);
}

UNIT_SUITE("xml_write", {"escaping (XML 1.0 §2.2, §2.11)", test_escape},
	   {"special bytes in every place", test_places}, {"elements", test_elements},
	   {"dead properties (RFC 4918 §4.3)", test_subtree})
