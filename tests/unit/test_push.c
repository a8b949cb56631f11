/*
 * test_push - registrations are read, and changes noted for them (WebDAV-Push)
 */
#include "dav/push_priv.h"
#include "town.h"
#include "unit.h"

#define KEY                                                                                        \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define AUTH	 "BTBZMqHH6r4Tts7J_aSIgg"
#define CONTENT	 "<P:content-update><D:depth>1</D:depth></P:content-update>"
#define PROPERTY "<P:property-update><D:depth>0</D:depth></P:property-update>"

/* ---- read ---------------------------------------------------------------------------------- */

static const struct xml_node *body_of(struct arena *a, const char *resource, const char *more)
{
	const char *text = arena_printf(
		a,
		"<P:push-register xmlns:P=\"https://bitfire.at/webdav-push\" xmlns:D=\"DAV:\">"
		"<P:subscription><P:web-push-subscription><P:push-resource>%s</P:push-resource>"
		"<P:subscription-public-key type=\"p256dh\">" KEY "</P:subscription-public-key>"
		"<P:auth-secret>" AUTH "</P:auth-secret></P:web-push-subscription>"
		"</P:subscription>%s</P:push-register>",
		resource, more);
	struct xml_node *root = NULL;

	CHECK_WELL("parse", xml_parse(a, text_from(text), &root));
	return root;
}

static void test_triggers(void)
{
	static const struct {
		const char *name, *trigger;
		enum dav_kind kind;
		unsigned triggers; /* 0: refused */
	} rows[] = {
		{"content", "<P:trigger>" CONTENT "</P:trigger>", DAV_CALENDAR, PUSH_CONTENT},
		{"properties", "<P:trigger>" PROPERTY "</P:trigger>", DAV_CALENDAR, PUSH_PROPERTY},
		{"both", "<P:trigger>" CONTENT PROPERTY "</P:trigger>", DAV_CALENDAR,
		 PUSH_CONTENT | PUSH_PROPERTY},
		{"no depth", "<P:trigger><P:content-update/></P:trigger>", DAV_INBOX, PUSH_CONTENT},
		{"both at a home", "<P:trigger>" CONTENT PROPERTY "</P:trigger>", DAV_HOME,
		 PUSH_CONTENT},
		{"only properties at a home", "<P:trigger>" PROPERTY "</P:trigger>", DAV_HOME, 0},
		{"in another namespace", "<P:trigger><D:content-update/></P:trigger>", DAV_CALENDAR,
		 0},
		{"empty", "<P:trigger/>", DAV_CALENDAR, 0},
		{"none", "", DAV_CALENDAR, 0},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct push p = {0};
		const struct fault *f =
			dav_push_read(a, body_of(a, "https://push.example.net/x", rows[i].trigger),
				      rows[i].kind, false, 1000, &p);

		if (!rows[i].triggers)
			CHECK_FAULT(rows[i].name, f, FAULT_NO_TRIGGER);
		else if (CHECK_WELL(rows[i].name, f))
			CHECK_INT(rows[i].name, p.triggers, rows[i].triggers);
	}
	arena_destroy(a);
}

static void test_ends(void)
{
	enum { NOW = 784111777 - 1000, DAY = 24 * 3600 };
	static const struct {
		const char *expires;
		int64_t end; /* 0: refused */
	} rows[] = {
		{"", NOW + 7 * DAY},
		{"<P:expires>Sun, 06 Nov 1994 08:49:37 GMT</P:expires>", NOW + 1000},
		{"<P:expires> Sun, 06 Nov 1994 08:49:37 GMT </P:expires>", NOW + 1000},
		{"<P:expires>Sat, 05 Nov 1994 08:49:37 GMT</P:expires>", NOW + 3 * DAY},
		{"<P:expires>Fri, 31 Dec 9999 08:49:37 GMT</P:expires>", NOW + 30 * DAY},
		{"<P:expires>1994-11-06T08:49:37Z</P:expires>", 0},
		{"<P:expires/>", 0},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *more =
			arena_printf(a, "<P:trigger>" CONTENT "</P:trigger>%s", rows[i].expires);
		struct push p = {0};
		const struct fault *f =
			dav_push_read(a, body_of(a, "https://push.example.net/x", more),
				      DAV_CALENDAR, false, NOW, &p);

		if (!rows[i].end)
			CHECK_FAULT(rows[i].expires, f, FAULT_BAD_REQUEST);
		else if (CHECK_WELL(rows[i].expires, f))
			CHECK_INT(rows[i].expires, p.expires_at, rows[i].end);
	}
	arena_destroy(a);
}

static void test_resources(void)
{
	static const struct {
		const char *resource;
		bool allow_private, fits;
	} rows[] = {
		{"https://push.example.net/x?y=z", false, true},
		{"\n https://push.example.net/x \n", false, true},
		{"http://push.example.net/x", false, false},
		{"http://push.example.net/x", true, true},
		{"ftp://push.example.net/x", true, false},
		{"https://user:password@push.example.net/x", false, false},
		{"https://push.example.net/a b", false, false},
		{"", false, false},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct push p = {0};
		const struct fault *f = dav_push_read(
			a, body_of(a, rows[i].resource, "<P:trigger>" CONTENT "</P:trigger>"),
			DAV_CALENDAR, rows[i].allow_private, 1000, &p);

		if (rows[i].fits)
			CHECK_WELL(rows[i].resource, f);
		else
			CHECK_FAULT(rows[i].resource, f, FAULT_BAD_SUBSCRIPTION);
	}
	arena_destroy(a);
}

/* ---- registered ------------------------------------------------------------------------------ */

static struct text registered(struct town *t, const char *resource, int64_t subscriber,
			      unsigned triggers)
{
	struct change_push *r = arena_alloc(t->a, sizeof(*r));
	struct change *c = change_of(t);

	r->push = (struct push){
		.owner = t->alice,
		.collection = t->calendar,
		.subscriber = subscriber,
		.resource = text_from(resource),
		.public_key = TEXT(KEY),
		.auth_secret = TEXT(AUTH),
		.triggers = triggers,
		.expires_at = MONDAY_8,
	};
	CHECK_WELL("plan", change_register_push(c, r));
	CHECK_WELL(resource, change_run(c));
	return r->id;
}

static struct push *found(struct town *t, struct text id)
{
	struct push *p = NULL;

	CHECK_WELL("find", push_find(t->h.db, t->a, t->alice, id, &p));
	CHECK_TRUE("there", p);
	return p;
}

static void put(struct town *t, const char *name)
{
	const char *file = arena_printf(t->a, "%s.ics", name);

	CHECK_WELL(name, run_put(t, put_of(t, file, house_event(t->a, name, EIGHT, NINE, ""))));
}

static int64_t jobs(struct town *t)
{
	return count_of(t, "SELECT count(*) FROM job WHERE kind = 'push'");
}

/* Where nobody registered, or the last one has expired, a change writes nothing of it. */
static void nobody(struct store_fixture *x)
{
	struct town t;

	town_open(&t, x);
	put(&t, "a");
	CHECK_INT("no job", jobs(&t), 0);
	registered(&t, "https://push.example.net/a", t.alice, PUSH_CONTENT);
	CHECK_INT("known", count_of(&t, "SELECT max(push_until) FROM collection"), MONDAY_8);
	CHECK_INT("registering is no news", jobs(&t), 0);
	town_close(&t);
}

struct telling {
	const struct push *push;
	int64_t up_to;
	bool more;
};

static const struct fault *tell_tx(struct db *db, struct arena *a, void *ctx)
{
	struct telling *w = ctx;

	return push_tell(db, a, w->push, w->up_to, &w->more);
}

/* Many changes are one message, and what comes while it is sent is another. */
static void counted(struct store_fixture *x)
{
	struct telling w = {0};
	struct town t;
	struct text id;

	town_open(&t, x);
	id = registered(&t, "https://push.example.net/a", t.alice, PUSH_CONTENT | PUSH_PROPERTY);
	put(&t, "a");
	put(&t, "b");
	put(&t, "c");
	CHECK_INT("one job", jobs(&t), 1);
	w.push = found(&t, id);
	CHECK_INT("three changes", w.push->content, 3);
	CHECK_INT("none of properties", w.push->property, 0);
	put(&t, "d");
	CHECK_INT("still one", jobs(&t), 1);
	w.up_to = w.push->content;
	CHECK_WELL("told", store_fixture_tx(x, tell_tx, &w));
	CHECK_TRUE("the fourth was not", w.more);
	put(&t, "e");
	CHECK_INT("so it has a job of its own", jobs(&t), 2);
	w.up_to = 1;
	CHECK_WELL("late", store_fixture_tx(x, tell_tx, &w));
	CHECK_INT("what was told stays so", found(&t, id)->told, 3);
	w.up_to = 5;
	CHECK_WELL("all", store_fixture_tx(x, tell_tx, &w));
	CHECK_TRUE("no more", !w.more);
	town_close(&t);
}

/* Push-Dont-Notify (webdav-push §4.2) speaks for its own user's registrations, some or all. */
static void quiet(struct store_fixture *x)
{
	struct text ids[2];
	struct change_quiet q = {.ids = ids, .count = 2};
	struct change *c;
	struct town t;

	town_open(&t, x);
	ids[0] = registered(&t, "https://push.example.net/a", t.alice, PUSH_CONTENT);
	ids[1] = registered(&t, "https://push.example.net/a", t.alice + 1000, PUSH_CONTENT);
	CHECK_TRUE("one resource of two users is two", !text_equal(ids[0], ids[1]));
	CHECK_TEXT("renewed", registered(&t, "https://push.example.net/a", t.alice, PUSH_CONTENT),
		   ids[0]);
	q.subscriber = t.alice;
	c = change_of(&t);
	change_keep_quiet(c, &q);
	CHECK_WELL("plan",
		   change_put(c, put_of(&t, "a.ics", house_event(t.a, "a", EIGHT, NINE, ""))));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("her own", found(&t, ids[0])->content, 0);
	CHECK_INT("not the other's", found(&t, ids[1])->content, 1);
	q.all = true;
	q.count = 0;
	c = change_of(&t);
	change_keep_quiet(c, &q);
	CHECK_WELL("plan",
		   change_put(c, put_of(&t, "b.ics", house_event(t.a, "b", EIGHT, NINE, ""))));
	CHECK_WELL("run", change_run(c));
	CHECK_INT("none of hers", found(&t, ids[0])->content, 0);
	CHECK_INT("the other's all the same", found(&t, ids[1])->content, 2);
	town_close(&t);
}

static const struct fault *expire_tx(struct db *db, struct arena *a, void *ctx)
{
	return push_remove_expired(db, a, *(int64_t *)ctx);
}

static void ended(struct store_fixture *x)
{
	int64_t before = MONDAY_8 - 1;
	struct push *p;
	struct change *c;
	struct text id, other;
	struct town t;

	town_open(&t, x);
	id = registered(&t, "https://push.example.net/a", t.alice, PUSH_CONTENT);
	other = registered(&t, "https://push.example.net/b", t.alice, PUSH_CONTENT);
	c = change_of(&t);
	CHECK_WELL("plan", change_unregister_push(c, t.alice, id, t.alice + 1000));
	CHECK_FAULT("another's", change_run(c), FAULT_NOT_FOUND);
	c = change_of(&t);
	CHECK_WELL("plan", change_unregister_push(c, t.alice, id, t.alice));
	CHECK_WELL("her own", change_run(c));
	CHECK_INT("the other one is known", count_of(&t, "SELECT max(push_until) FROM collection"),
		  MONDAY_8);
	CHECK_WELL("not yet", store_fixture_tx(x, expire_tx, &before));
	found(&t, other);
	before++;
	CHECK_WELL("expired", store_fixture_tx(x, expire_tx, &before));
	CHECK_WELL("find", push_find(t.h.db, t.a, t.alice, other, &p));
	CHECK_TRUE("gone", !p);
	town_close(&t);
}

STORE_CASE(nobody)
STORE_CASE(counted)
STORE_CASE(quiet)
STORE_CASE(ended)

UNIT_SUITE("push", {"webdav-push §3.1: triggers", test_triggers},
	   {"webdav-push §3.4: ends", test_ends},
	   {"webdav-push §6.1: push resources", test_resources},
	   STORE_ROWS("where nobody registered nothing is noted", nobody),
	   STORE_ROWS("webdav-push §4.3: changes are counted until they are told", counted),
	   STORE_ROWS("webdav-push §4.2: who makes a change is not told", quiet),
	   STORE_ROWS("webdav-push §3.3, §3.4: registrations end", ended))
