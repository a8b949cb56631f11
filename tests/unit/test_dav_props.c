/*
 * test_dav_props - the tables of properties, and what clients may set
 */
#include "unit.h"

#include "dav/lock.h"
#include "dav/props.h"
#include "dav/timezone.h"

static struct arena *arena;

/* ---- the tables ------------------------------------------------------------------------ */

struct tally {
	size_t rows;
	enum xml_ns ns;
	struct text name;
};

static void check_row(const struct dav_prop *row, void *ctx)
{
	struct tally *t = ctx;
	struct text name = text_from(row->name);

	CHECK_TRUE(row->name, row->get || (row->flags & PROP_KEPT));
	CHECK_TRUE(row->name,
		   row->on != 0 && (row->on & ~(unsigned)(DAV_EXISTING | DAV_LOCKABLE)) == 0);
	CHECK_TRUE(row->name, row->section && strlen(row->section) > 4);
	CHECK_TRUE(row->name, row->ns != NS_NONE && row->ns != NS_OTHER);
	if (row->flags & PROP_KEPT)
		CHECK_TRUE(row->name, row->set != NULL);
	if (row->flags & PROP_CREATE)
		CHECK_TRUE(row->name, row->set && (row->on & DAV_CALENDAR));
	CHECK_TRUE(row->name, dav_prop_find(row->ns, name) == row);
	if (t->rows++ > 0)
		CHECK_TRUE(row->name, t->ns != row->ns || text_compare(t->name, name) < 0);
	t->ns = row->ns;
	t->name = name;
}

static void test_tables(void)
{
	struct tally t = {.rows = 0};

	dav_prop_for_each(check_row, &t);
	CHECK_TRUE("there are rows", t.rows > 30);
	CHECK_TRUE("no such name", !dav_prop_find(NS_DAV, TEXT("no-such")));
	CHECK_TRUE("no such namespace", !dav_prop_find(NS_OTHER, TEXT("getetag")));
}

/* What clients ask for by name (client-traffic), and where they need it. */
static void test_wanted(void)
{
	static const struct {
		enum xml_ns ns;
		const char *name;
		enum dav_kind on;
	} rows[] = {
		{NS_DAV, "resourcetype", DAV_ROOT},
		{NS_DAV, "current-user-principal", DAV_ROOT},
		{NS_DAV, "current-user-privilege-set", DAV_HOME},
		{NS_DAV, "owner", DAV_CALENDAR},
		{NS_DAV, "supported-report-set", DAV_CALENDAR},
		{NS_DAV, "getcontenttype", DAV_OBJECT},
		{NS_DAV, "getetag", DAV_OBJECT},
		{NS_DAV, "sync-token", DAV_CALENDAR},
		{NS_CS, "getctag", DAV_CALENDAR},
		{NS_CALDAV, "calendar-home-set", DAV_PRINCIPAL},
		{NS_CALDAV, "calendar-user-address-set", DAV_PRINCIPAL},
		{NS_CALDAV, "schedule-inbox-URL", DAV_PRINCIPAL},
		{NS_CALDAV, "schedule-outbox-URL", DAV_PRINCIPAL},
		{NS_CALDAV, "schedule-default-calendar-URL", DAV_INBOX},
		{NS_CALDAV, "schedule-tag", DAV_OBJECT},
		{NS_CS, "getctag", DAV_INBOX},
		{NS_CALDAV, "supported-calendar-component-set", DAV_CALENDAR},
		{NS_CALDAV, "calendar-timezone-id", DAV_CALENDAR},
		{NS_APPLE, "calendar-color", DAV_CALENDAR},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct dav_prop *row = dav_prop_find(rows[i].ns, text_from(rows[i].name));

		CHECK_TRUE(rows[i].name, row && (row->on & rows[i].on));
	}
}

/* ---- what may be set --------------------------------------------------------------------- */

#define PROP(inside)                                                                               \
	"<D:prop xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\""                       \
	" xmlns:A=\"http://apple.com/ns/ical/\" xmlns:X=\"urn:x\">" inside "</D:prop>"
#define VTIMEZONE(tzid)                                                                            \
	"BEGIN:VTIMEZONE\nTZID:" tzid "\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"                \
	"TZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
#define VCALENDAR(inside) "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//EN\n" inside "END:VCALENDAR\n"
#define WELL		  FAULT_COUNT

static struct dav_patch patch_of(struct dav_request *dr, enum dav_kind kind, bool creating)
{
	*dr = (struct dav_request){.arena = arena};
	return (struct dav_patch){.dr = dr, .kind = kind, .creating = creating};
}

/* A body with one instruction; what becomes of it. */
static const struct fault *apply(struct dav_patch *p, const char *prop, bool remove)
{
	const char *what = remove ? "remove" : "set";
	const char *body = arena_printf(
		arena, "<D:propertyupdate xmlns:D=\"DAV:\"><D:%s>%s</D:%s></D:propertyupdate>",
		what, prop, what);
	struct dav_outcomes outcomes;
	struct xml_node *root;

	CHECK_WELL(prop, xml_parse(arena, text_from(body), &root));
	CHECK_WELL(prop, dav_patch_read(p, root, true, &outcomes));
	CHECK_INT(prop, (int64_t)outcomes.count, 1);
	CHECK_INT(prop, outcomes.failed, outcomes.at[0].fault != NULL);
	return outcomes.at[0].fault;
}

static void test_patch(void)
{
	static const struct {
		const char *name, *xml;
		enum dav_kind kind;
		bool creating, remove;
		enum fault_code want;
	} rows[] = {
		{"displayname", PROP("<D:displayname>x</D:displayname>"), DAV_CALENDAR, false,
		 false, WELL},
		{"displayname removed", PROP("<D:displayname/>"), DAV_CALENDAR, false, true, WELL},
		{"a dead property", PROP("<X:note><X:a/></X:note>"), DAV_CALENDAR, false, false,
		 WELL},
		{"a dead property in no namespace", PROP("<note/>"), DAV_CALENDAR, false, false,
		 WELL},
		{"getetag is protected", PROP("<D:getetag>x</D:getetag>"), DAV_OBJECT, false, false,
		 FAULT_PROTECTED_PROPERTY},
		{"getetag removed", PROP("<D:getetag/>"), DAV_OBJECT, false, true,
		 FAULT_PROTECTED_PROPERTY},
		{"sync-token", PROP("<D:sync-token/>"), DAV_CALENDAR, false, false,
		 FAULT_PROTECTED_PROPERTY},
		{"a name of WebDAV's own", PROP("<D:source/>"), DAV_CALENDAR, false, false,
		 FAULT_PROTECTED_PROPERTY},
		{"and its removal (RFC 4918 §14.23)", PROP("<D:source/>"), DAV_CALENDAR, false,
		 true, WELL},
		{"not on this kind", PROP("<A:calendar-color>#fff</A:calendar-color>"), DAV_HOME,
		 false, false, FAULT_PROTECTED_PROPERTY},
		{"a colour with an attribute (Apple)",
		 PROP("<A:calendar-color symbolic-color=\"red\">#FF2968FF</A:calendar-color>"),
		 DAV_CALENDAR, false, false, WELL},
		{"components (RFC 4791 §5.2.3)",
		 PROP("<C:supported-calendar-component-set><C:comp name=\"VTODO\"/>"
		      "</C:supported-calendar-component-set>"),
		 DAV_CALENDAR, true, false, WELL},
		{"components of what is there",
		 PROP("<C:supported-calendar-component-set><C:comp name=\"VTODO\"/>"
		      "</C:supported-calendar-component-set>"),
		 DAV_CALENDAR, false, false, FAULT_PROTECTED_PROPERTY},
		{"an unknown component",
		 PROP("<C:supported-calendar-component-set><C:comp name=\"VCARD\"/>"
		      "</C:supported-calendar-component-set>"),
		 DAV_CALENDAR, true, false, FAULT_BAD_COMPONENT},
		{"no component", PROP("<C:supported-calendar-component-set/>"), DAV_CALENDAR, true,
		 false, FAULT_BAD_COMPONENT},
		{"a resource type (RFC 5689 §3.3)",
		 PROP("<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"),
		 DAV_CALENDAR, true, false, WELL},
		{"a plain collection", PROP("<D:resourcetype><D:collection/></D:resourcetype>"),
		 DAV_CALENDAR, true, false, FAULT_BAD_RESOURCE_TYPE},
		{"an unknown type",
		 PROP("<D:resourcetype><D:collection/><C:calendar/><X:more/></D:resourcetype>"),
		 DAV_CALENDAR, true, false, FAULT_BAD_RESOURCE_TYPE},
		{"the type of what is there",
		 PROP("<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"),
		 DAV_CALENDAR, false, false, FAULT_PROTECTED_PROPERTY},
		{"transparent (RFC 6638 §9.1)",
		 PROP("<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"),
		 DAV_CALENDAR, false, false, WELL},
		{"neither opaque nor transparent", PROP("<C:schedule-calendar-transp/>"),
		 DAV_CALENDAR, false, false, FAULT_CONFLICT},
		{"a zone by its id (RFC 7809 §5.2)",
		 PROP("<C:calendar-timezone-id> Europe/Berlin </C:calendar-timezone-id>"),
		 DAV_CALENDAR, false, false, WELL},
		{"an unknown id",
		 PROP("<C:calendar-timezone-id>Mars/Olympus</C:calendar-timezone-id>"),
		 DAV_CALENDAR, false, false, FAULT_UNKNOWN_TIMEZONE},
		{"a VTIMEZONE",
		 PROP("<C:calendar-timezone>" VCALENDAR(
			 VTIMEZONE("Europe/Berlin")) "</C:calendar-timezone>"),
		 DAV_CALENDAR, false, false, WELL},
		{"no VTIMEZONE", PROP("<C:calendar-timezone>x</C:calendar-timezone>"), DAV_CALENDAR,
		 false, false, FAULT_BAD_TIMEZONE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dav_request dr;
		struct dav_patch p = patch_of(&dr, rows[i].kind, rows[i].creating);
		const struct fault *f = apply(&p, rows[i].xml, rows[i].remove);

		if (rows[i].want == WELL)
			CHECK_WELL(rows[i].name, f);
		else
			CHECK_FAULT(rows[i].name, f, rows[i].want);
	}
}

static void test_kept(void)
{
	struct dav_request dr;
	struct dav_patch p = patch_of(&dr, DAV_CALENDAR, false);
	struct text big = text_of(arena_alloc(arena, DAV_KEPT_BYTES_MAX), DAV_KEPT_BYTES_MAX);
	char *xml;

	CHECK_WELL("set", apply(&p, PROP("<X:note a=\"1\">one&amp;two</X:note>"), false));
	CHECK_WELL("removed", apply(&p, PROP("<X:note/>"), true));
	CHECK_INT("both, in their order", (int64_t)p.kept_count, 2);
	CHECK_TEXT("as it came, and alone (RFC 4918 §4.3)", p.kept[0].property.xml,
		   TEXT("<X:note xmlns:X=\"urn:x\" a=\"1\">one&amp;two</X:note>"));
	CHECK_TEXT("uri", p.kept[1].property.ns, TEXT("urn:x"));
	CHECK_INT("empty: remove", (int64_t)p.kept[1].property.xml.len, 0);

	memset((char *)big.at, 'x', big.len);
	xml = arena_printf(arena, PROP("<X:note>%.*s</X:note>"), TEXT_ARG(big));
	CHECK_FAULT("too long to be kept", apply(&p, xml, false), FAULT_STORE_FULL);
}

static void test_zone_id_replaces_zone(void)
{
	struct dav_request dr;
	struct dav_patch p = patch_of(&dr, DAV_CALENDAR, false);

	CHECK_WELL("id",
		   apply(&p, PROP("<C:calendar-timezone-id>Asia/Tokyo</C:calendar-timezone-id>"),
			 false));
	CHECK_TRUE("set", p.set_timezone);
	CHECK_TEXT("name", p.timezone, TEXT("Asia/Tokyo"));
	CHECK_INT("the old VTIMEZONE goes", (int64_t)p.kept_count, 1);
	CHECK_TEXT("that one", p.kept[0].property.name, TEXT("calendar-timezone"));
	CHECK_INT("is removed", (int64_t)p.kept[0].property.xml.len, 0);
}

/* ---- calendar-timezone ----------------------------------------------------------------------- */

static void test_timezone(void)
{
	static const struct {
		const char *name, *value, *zone; /* zone NULL: refused */
	} rows[] = {
		{"a name of the database", VCALENDAR(VTIMEZONE("Europe/Berlin")), "Europe/Berlin"},
		{"a Windows name", VCALENDAR(VTIMEZONE("Tokyo Standard Time")), "Asia/Tokyo"},
		{"a path (Evolution)",
		 VCALENDAR(VTIMEZONE("/freeassociation.sourceforge.net/Europe/Berlin")),
		 "Europe/Berlin"},
		{"a name nobody knows stands for its rules (RFC 4791 §7.3)",
		 VCALENDAR(VTIMEZONE("US-Eastern")), VTIMEZONE("US-Eastern")},
		{"and what it stands for",
		 VCALENDAR(VTIMEZONE("Mine\nX-LIC-LOCATION:Europe/Paris")), "Europe/Paris"},
		{"blanks around it", "\n  " VCALENDAR(VTIMEZONE("Europe/Berlin")) "  ",
		 "Europe/Berlin"},
		{"two zones", VCALENDAR(VTIMEZONE("Europe/Berlin") VTIMEZONE("Europe/Paris")),
		 NULL},
		{"an event beside it",
		 VCALENDAR(VTIMEZONE("Europe/Berlin") "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n"), NULL},
		{"no zone", VCALENDAR(""), NULL},
		{"no calendar", VTIMEZONE("Europe/Berlin"), NULL},
		{"no observance", VCALENDAR("BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nEND:VTIMEZONE\n"),
		 NULL},
		{"not closed", "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\n", NULL},
		{"nothing", "", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text name;
		const struct fault *f = dav_timezone_read(arena, text_from(rows[i].value), &name);

		if (!rows[i].zone)
			CHECK_FAULT(rows[i].name, f, FAULT_BAD_TIMEZONE);
		else if (CHECK_WELL(rows[i].name, f))
			CHECK_TEXT(rows[i].name, name, text_from(rows[i].zone));
	}
}

static void with_arena(void (*test)(void))
{
	arena = arena_create(8 * 1024 * 1024);
	test();
	arena_destroy(arena);
}

/* clang-format off */
static void tables(void)   { with_arena(test_tables); }
static void wanted(void)   { with_arena(test_wanted); }
static void patches(void)  { with_arena(test_patch); }
static void kept(void)     { with_arena(test_kept); }
static void zone_id(void)  { with_arena(test_zone_id_replaces_zone); }
static void timezones(void){ with_arena(test_timezone); }

UNIT_SUITE("dav-props",
	{ "every row has a getter or is kept, once, with its section", tables },
	{ "what clients ask for is there", wanted },
	{ "what may be set, and why not (RFC 4918 §9.2)", patches },
	{ "what is kept, is kept as it came", kept },
	{ "a zone by its id replaces the VTIMEZONE (RFC 7809 §5.2)", zone_id },
	{ "calendar-timezone (RFC 4791 §5.2.2)", timezones })
/* clang-format on */
