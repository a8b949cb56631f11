/*
 * test_dav_target - what a path names, and how it is written back
 */
#include "unit.h"

#include "dav/target.h"
#include "store/collection.h"

static struct arena *arena;

static const struct dav_whose alice = {OWNER_INDIVIDUAL, TEXT_INIT("alice")};

static void test_href(void)
{
	static const struct {
		const char *name, *href;
		enum dav_kind kind;
		const char *collection, *object;
	} rows[] = {
		{"root", "/", DAV_ROOT, "", ""},
		{"top", "/dav/", DAV_TOP, "", ""},
		{"top without a slash", "/dav", DAV_TOP, "", ""},
		{"a registration (WebDAV-Push)", "/dav/push/abc", DAV_REGISTRATION, "", "abc"},
		{"none of them", "/dav/push/", DAV_MISPLACED, "", ""},
		{"nothing below one", "/dav/push/abc/d", DAV_MISPLACED, "", ""},
		{"principals", "/dav/principals/", DAV_PRINCIPALS, "", ""},
		{"users", "/dav/principals/users/", DAV_USERS, "", ""},
		{"groups", "/dav/principals/groups/", DAV_USERS, "", ""},
		{"no kind of principal", "/dav/principals/dogs/", DAV_NOTHING, "", ""},
		{"a principal", "/dav/principals/users/alice/", DAV_PRINCIPAL, "", ""},
		{"below a principal", "/dav/principals/users/alice/x/", DAV_NOTHING, "", ""},
		{"a group of proxies", "/dav/principals/users/alice/calendar-proxy-read/",
		 DAV_PROXY, "calendar-proxy-read", ""},
		{"below one", "/dav/principals/users/alice/calendar-proxy-read/x", DAV_NOTHING, "",
		 ""},
		{"a group's", "/dav/principals/groups/all/calendar-proxy-read/", DAV_NOTHING, "",
		 ""},
		{"homes", "/dav/calendars/", DAV_HOMES, "", ""},
		{"a home", "/dav/calendars/alice/", DAV_HOME, "", ""},
		{"a calendar", "/dav/calendars/alice/work/", DAV_CALENDAR, "work", ""},
		{"a calendar without a slash", "/dav/calendars/alice/work", DAV_CALENDAR, "work",
		 ""},
		{"an object", "/dav/calendars/alice/work/a.ics", DAV_OBJECT, "work", "a.ics"},
		{"an object with a slash", "/dav/calendars/alice/work/a.ics/", DAV_NOTHING, "", ""},
		{"in a plain collection (RFC 4918 §5.2)", "/dav/calendars/alice/work/a/b",
		 DAV_OBJECT, "work/a", "b"},
		{"far down", "/dav/calendars/alice/a/b/c/d/e/f/g", DAV_OBJECT, "a/b/c/d/e/f", "g"},
		{"as far as may be",
		 "/dav/calendars/alice/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/a", DAV_OBJECT,
		 "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "a"},
		{"an escaped slash on the way", "/dav/calendars/alice/a%2Fb/c", DAV_MISNAMED, "",
		 ""},
		{"with a host (RFC 4918 §8.3)", "https://h:8443/dav/calendars/alice/work/a",
		 DAV_OBJECT, "work", "a"},
		{"a host alone", "https://h", DAV_ROOT, "", ""},
		{"blanks around it", " /dav/calendars/alice/\n", DAV_HOME, "", ""},
		{"escaped letters (pitfall 13)", "/d%61v/calendars/alic%65/w%6Frk/%61", DAV_OBJECT,
		 "work", "a"},
		{"a blank", "/dav/calendars/alice/work/a%20b", DAV_OBJECT, "work", "a b"},
		{"a plus is a plus", "/dav/calendars/alice/work/a+b", DAV_OBJECT, "work", "a+b"},
		{"decoded once only", "/dav/calendars/alice/work/a%2520b", DAV_OBJECT, "work",
		 "a%20b"},
		{"UTF-8", "/dav/calendars/alice/work/%C3%A4", DAV_OBJECT, "work", "\xC3\xA4"},
		{"no UTF-8", "/dav/calendars/alice/work/%FF", DAV_NOTHING, "", ""},
		{"a NUL (pitfall 48)", "/dav/calendars/alice/work%00/a", DAV_NOTHING, "", ""},
		{"a broken escape", "/dav/calendars/alice/work/%4", DAV_NOTHING, "", ""},
		{"an escaped slash (pitfall 48)", "/dav/calendars/alice%2Fwork/", DAV_HOME, "", ""},
		{"an escaped slash in an object", "/dav/calendars/alice/work/a%2Fb", DAV_OBJECT,
		 "work",
		 "a\x1F"
		 "b"},
		{"what stands for it", "/dav/calendars/alice/work/a%1Fb", DAV_MISNAMED, "", ""},
		{"an escaped slash in a calendar", "/dav/calendars/alice/a%2Fb/", DAV_MISNAMED, "",
		 ""},
		{"two dots", "/dav/calendars/bob/../alice/", DAV_MISNAMED, "", ""},
		{"two dots in an object", "/dav/calendars/alice/work/%2e%2e", DAV_MISNAMED, "", ""},
		{"an empty segment", "/dav//calendars/alice/", DAV_NOTHING, "", ""},
		{"a control character", "/dav/calendars/alice/a%0Ab/", DAV_MISNAMED, "", ""},
		{"a query", "/dav/calendars/alice/?x", DAV_NOTHING, "", ""},
		{"a relative path", "dav/calendars/alice/", DAV_NOTHING, "", ""},
		{"nothing at all", "", DAV_NOTHING, "", ""},
		{"too deep", "/dav/calendars/alice/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/a",
		 DAV_NOTHING, "", ""},
		{"another tree", "/api/slots", DAV_NOTHING, "", ""},
		{"no place for anything", "/dav/a.ics", DAV_MISPLACED, "", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dav_shape s = dav_shape_of_href(arena, text_from(rows[i].href));

		CHECK_INT(rows[i].name, s.kind, rows[i].kind);
		if (s.kind != rows[i].kind || s.kind == DAV_NOTHING)
			continue;
		CHECK_TEXT(rows[i].name, s.collection, text_from(rows[i].collection));
		CHECK_TEXT(rows[i].name, s.object, text_from(rows[i].object));
	}
}

/* The whole path of a plain collection is one key of the store. */
static void test_long_path(void)
{
	struct text segments[8] = {TEXT_INIT("dav"), TEXT_INIT("calendars"), TEXT_INIT("alice")};
	char *name = arena_alloc(arena, DAV_NAME_MAX);

	memset(name, 'x', DAV_NAME_MAX);
	for (size_t i = 3; i < ARRAY_LEN(segments); i++)
		segments[i] = text_of(name, DAV_NAME_MAX);
	CHECK_INT("three long names", dav_shape_of(arena, segments, 6).kind, DAV_OBJECT);
	CHECK_INT("four", dav_shape_of(arena, segments, 7).kind, DAV_ORPHAN);
	segments[6].len = COLLECTION_PATH_MAX - 3 * (DAV_NAME_MAX + 1);
	CHECK_INT("as many bytes as may be", dav_shape_of(arena, segments, 7).kind, DAV_OBJECT);
	segments[6].len++;
	CHECK_INT("one more", dav_shape_of(arena, segments, 7).kind, DAV_ORPHAN);
}

static void test_long_name(void)
{
	struct text segments[] = {TEXT_INIT("dav"), TEXT_INIT("calendars"), TEXT_INIT("alice"),
				  TEXT_NONE};
	char *name = arena_alloc(arena, DAV_NAME_MAX + 1);

	memset(name, 'x', DAV_NAME_MAX + 1);
	segments[3] = text_of(name, DAV_NAME_MAX);
	CHECK_INT("as long as may be", dav_shape_of(arena, segments, 4).kind, DAV_CALENDAR);
	segments[3].len++;
	CHECK_INT("longer", dav_shape_of(arena, segments, 4).kind, DAV_MISNAMED);
}

/* What is written is read back as the same, and is always spelled alike. */
static void test_path(void)
{
	static const struct {
		enum dav_kind kind;
		const char *collection, *object, *path, *xml;
	} rows[] = {
		{DAV_ROOT, "", "", "/", "/"},
		{DAV_TOP, "", "", "/dav/", "/dav/"},
		{DAV_PRINCIPALS, "", "", "/dav/principals/", "/dav/principals/"},
		{DAV_USERS, "", "", "/dav/principals/users/", "/dav/principals/users/"},
		{DAV_PRINCIPAL, "", "", "/dav/principals/users/alice/",
		 "/dav/principals/users/alice/"},
		{DAV_HOMES, "", "", "/dav/calendars/", "/dav/calendars/"},
		{DAV_HOME, "", "", "/dav/calendars/alice/", "/dav/calendars/alice/"},
		{DAV_CALENDAR, "work", "", "/dav/calendars/alice/work/",
		 "/dav/calendars/alice/work/"},
		{DAV_OBJECT, "work", "a.ics", "/dav/calendars/alice/work/a.ics",
		 "/dav/calendars/alice/work/a.ics"},
		{DAV_OBJECT, "w", "a b+c@d:e", "/dav/calendars/alice/w/a%20b+c@d:e",
		 "/dav/calendars/alice/w/a%20b+c@d:e"},
		{DAV_OBJECT, "w", "R&D <1>", "/dav/calendars/alice/w/R&D%20%3C1%3E",
		 "/dav/calendars/alice/w/R&amp;D%20%3C1%3E"},
		{DAV_OBJECT, "w", "50%.ics", "/dav/calendars/alice/w/50%25.ics",
		 "/dav/calendars/alice/w/50%25.ics"},
		{DAV_OBJECT, "a b/c", "d", "/dav/calendars/alice/a%20b/c/d",
		 "/dav/calendars/alice/a%20b/c/d"},
		{DAV_CALENDAR, "\xC3\xA4", "", "/dav/calendars/alice/%C3%A4/",
		 "/dav/calendars/alice/%C3%A4/"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text collection = text_from(rows[i].collection);
		struct text object = text_from(rows[i].object);
		struct dav_shape s;
		struct buf path, xml;

		buf_init(&path, arena, 64, 4096);
		buf_init(&xml, arena, 64, 4096);
		dav_put_path(&path, rows[i].kind, &alice, collection, object);
		dav_put_path_xml(&xml, rows[i].kind, &alice, collection, object);
		CHECK_TEXT("path", buf_text(&path), text_from(rows[i].path));
		CHECK_TEXT("in XML", buf_text(&xml), text_from(rows[i].xml));
		s = dav_shape_of_href(arena, buf_text(&path));
		CHECK_INT(rows[i].path, s.kind, rows[i].kind);
		CHECK_TEXT(rows[i].path, s.collection, collection);
		CHECK_TEXT(rows[i].path, s.object, object);
	}
}

static void with_arena(void (*test)(void))
{
	arena = arena_create(1024 * 1024);
	test();
	arena_destroy(arena);
}

/* clang-format off */
static void hrefs(void)     { with_arena(test_href); }
static void long_name(void) { with_arena(test_long_name); }
static void long_path(void) { with_arena(test_long_path); }
static void paths(void)     { with_arena(test_path); }

UNIT_SUITE("dav-target",
	{ "an href names a resource, or nothing (pitfalls 13, 48)", hrefs },
	{ "names have a longest length", long_name },
	{ "a path is one key of the store", long_path },
	{ "one canonical spelling", paths })
/* clang-format on */
