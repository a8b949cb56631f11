/*
 * test_dav_conditions - request headers of WebDAV clients, and small values in answers
 */
#include "unit.h"

#include "calendar/locks.h"
#include "dav/dav_priv.h"
#include "http/http_priv.h"

static struct arena *arena;

/* A request with at most two headers; a value of NULL leaves one out. */
static struct http_request request_with(const char *name, const char *value, const char *other,
					const char *other_value)
{
	struct http_exchange *ex = arena_alloc(arena, sizeof(*ex));
	struct http_field *fields = arena_alloc_array(arena, 2, sizeof(*fields));

	ex->fields = fields;
	if (value)
		fields[ex->field_count++] = (struct http_field){text_from(name), text_from(value)};
	if (other_value)
		fields[ex->field_count++] =
			(struct http_field){text_from(other), text_from(other_value)};
	return (struct http_request){.arena = arena, .exchange = ex};
}

static void test_judge(void)
{
	static const struct {
		const char *name, *match, *none_match;
		const char *etag; /* NULL: nothing there */
		enum change_verdict want;
	} rows[] = {
		{"no condition", NULL, NULL, "a", CONDITION_HOLDS},
		{"no condition, nothing there", NULL, NULL, NULL, CONDITION_HOLDS},
		{"the same (RFC 9110 §13.1.1)", "\"a\"", NULL, "a", CONDITION_HOLDS},
		{"another", "\"b\"", NULL, "a", CONDITION_FAILED},
		{"in a list", "\"b\", \"a\"", NULL, "a", CONDITION_HOLDS},
		{"in a list without blanks", "\"b\",\"a\"", NULL, "a", CONDITION_HOLDS},
		{"a comma inside", "\"b,\\\", \"a\"", NULL, "a", CONDITION_HOLDS},
		{"case counts", "\"A\"", NULL, "a", CONDITION_FAILED},
		{"nothing there", "\"a\"", NULL, NULL, CONDITION_FAILED},
		{"a weak tag never matches strongly", "W/\"a\"", NULL, "a", CONDITION_FAILED},
		{"a weak tag beside a strong one", "W/\"b\", \"a\"", NULL, "a", CONDITION_HOLDS},
		{"any", "*", NULL, "a", CONDITION_HOLDS},
		{"any, nothing there", "*", NULL, NULL, CONDITION_FAILED},
		{"unquoted (Thunderbird)", "nothing", NULL, "nothing", CONDITION_FAILED},
		{"empty", "", NULL, "a", CONDITION_FAILED},
		{"not closed", "\"a", NULL, "a", CONDITION_FAILED},
		{"none of any (§13.1.2)", NULL, "*", "a", CONDITION_UNMODIFIED},
		{"none of any, nothing there", NULL, "*", NULL, CONDITION_HOLDS},
		{"not this", NULL, "\"a\"", "a", CONDITION_UNMODIFIED},
		{"not that", NULL, "\"b\"", "a", CONDITION_HOLDS},
		{"not this, weakly", NULL, "W/\"a\"", "a", CONDITION_UNMODIFIED},
		{"not this, nothing there", NULL, "\"a\"", NULL, CONDITION_HOLDS},
		{"both, the first fails", "\"b\"", "\"a\"", "a", CONDITION_FAILED},
		{"both, the second fails", "\"a\"", "\"a\"", "a", CONDITION_UNMODIFIED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq = request_with("If-Match", rows[i].match, "If-None-Match",
						      rows[i].none_match);
		struct change_condition c;

		dav_read_condition(&rq, &c);
		CHECK_INT(rows[i].name,
			  change_judge_condition(&c, rows[i].etag != NULL, text_from(rows[i].etag)),
			  rows[i].want);
	}
}

/* RFC 6638 §8.3 */
static void test_schedule_tag(void)
{
	static const struct {
		const char *name, *value;
		bool has;
		const char *want;
	} rows[] = {
		{"none", NULL, false, ""},
		{"a tag", "\"12ab-cd\"", true, "12ab-cd"},
		{"with blanks around", " \"12ab\" ", true, "12ab"},
		{"empty (interop: Apple Calendar)", "", true, ""},
		{"without quotes", "12ab", true, "12ab"},
		{"not closed", "\"12ab", true, "\"12ab"},
		{"one quote", "\"", true, "\""},
		{"a weak one is none of ours", "W/\"12ab\"", true, "W/\"12ab\""},
		{"a list is no tag", "\"a\", \"b\"", true, "a\", \"b"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq =
			request_with("If-Schedule-Tag-Match", rows[i].value, NULL, NULL);
		struct change_condition c;

		dav_read_condition(&rq, &c);
		CHECK_INT(rows[i].name, c.has_schedule_tag, rows[i].has);
		CHECK_TEXT(rows[i].name, c.schedule_tag, text_from(rows[i].want));
	}
}

static void test_many_tags(void)
{
	struct http_request rq;
	struct change_condition c;
	struct buf list;

	buf_init(&list, arena, 64, 100000);
	for (int i = 0; i < 5000; i++)
		buf_printf(&list, "\"%d\",", i);
	rq = request_with("If-Match", list.at, NULL, NULL);
	dav_read_condition(&rq, &c);
	CHECK_TRUE("a bound on tags", c.if_match_count > 0 && c.if_match_count < 100);
	CHECK_INT("the first counts", change_judge_condition(&c, true, TEXT("0")), CONDITION_HOLDS);
}

static void test_depth(void)
{
	static const struct {
		const char *header;
		enum dav_depth want;
	} rows[] = {
		{NULL, DAV_DEPTH_ABSENT},
		{"0", DAV_DEPTH_0},
		{"1", DAV_DEPTH_1},
		{"infinity", DAV_DEPTH_INFINITY},
		{"Infinity", DAV_DEPTH_INFINITY},
		{"", DAV_DEPTH_BAD},
		{"2", DAV_DEPTH_BAD},
		{"1,noroot", DAV_DEPTH_BAD},
		{"00", DAV_DEPTH_BAD},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].header, dav_read_depth(text_from(rows[i].header)), rows[i].want);
}

static void test_timeout(void)
{
	static const struct {
		const char *header;
		int64_t want;
	} rows[] = {
		{NULL, 0},
		{"", 0},
		{"Infinite", LOCK_SECONDS_MAX},
		{"infinite", LOCK_SECONDS_MAX},
		{"Second-0", 1},
		{"Second-60", 60},
		{"second-60", 60},
		{"Second-4100000000", LOCK_SECONDS_MAX},
		{"Second-99999999999999999999999", LOCK_SECONDS_MAX},
		{"Second-", 0},
		{"Second--1", 0},
		{"Second-1x", 0},
		{"60", 0},
		{"Infinite, Second-4100000000", LOCK_SECONDS_MAX},
		{"Second-5, Infinite", 5},
		{"Extend-1, Second-7", 7},
		{",,Second-7", 7},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].header, dav_read_timeout(text_from(rows[i].header)),
			  rows[i].want);
}

static void test_preferences(void)
{
	static const struct {
		const char *name, *prefer, *brief;
		bool minimal, representation, no_root;
	} rows[] = {
		{"none", NULL, NULL, false, false, false},
		{"minimal (RFC 8144 §2.1)", "return=minimal", NULL, true, false, false},
		{"representation (§2.3)", "return=representation", NULL, false, true, false},
		{"noroot (§4)", "depth-noroot", NULL, false, false, true},
		{"two", "depth-noroot, return=minimal", NULL, true, false, true},
		{"two without a blank", "depth-noroot,return=minimal", NULL, true, false, true},
		{"in capitals", "Return=Minimal", NULL, true, false, false},
		{"as before RFC 7240", "return-minimal", NULL, true, false, false},
		{"quoted (RFC 7240 §2)", "return=\"minimal\"", NULL, true, false, false},
		{"with blanks", "return = representation", NULL, false, true, false},
		{"with a parameter", "return=minimal; foo=\"some parameter\"", NULL, true, false,
		 false},
		{"a parameter is none", "foo; return=minimal", NULL, false, false, false},
		{"both at once (RFC 7240 §4.2)", "return=minimal, return=representation", NULL,
		 false, false, false},
		{"of no kind", "return", NULL, false, false, false},
		{"of another kind", "return=all", NULL, false, false, false},
		{"Brief", NULL, "t", true, false, false},
		{"not Brief", NULL, "f", false, false, false},
		{"unknown ones", "respond-async, wait=10", NULL, false, false, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_request rq =
			request_with("Prefer", rows[i].prefer, "Brief", rows[i].brief);
		struct dav_request dr = {.rq = &rq, .arena = arena};

		dav_read_preferences(&dr);
		CHECK_INT(rows[i].name, dr.minimal, rows[i].minimal);
		CHECK_INT(rows[i].name, dr.representation, rows[i].representation);
		CHECK_INT(rows[i].name, dr.no_root, rows[i].no_root);
	}
}

static void test_http_date(void)
{
	static const struct {
		const char *text;
		int64_t utc; /* -1: no date */
	} rows[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Tue, 29 Feb 2028 23:59:59 GMT", 1835481599},
		{"Mon, 29 Feb 2027 00:00:00 GMT", -1},
		{"Sun, 06 Nov 1994 24:00:00 GMT", -1},
		{"Sun, 06 Nux 1994 08:49:37 GMT", -1},
		{"Sun, 00 Nov 1994 08:49:37 GMT", -1},
		{"Sunday, 06-Nov-94 08:49:37 GMT", -1},
		{"Sun Nov  6 08:49:37 1994", -1},
		{"", -1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t utc = -1;
		struct buf b;

		CHECK_INT(rows[i].text, dav_read_http_date(text_from(rows[i].text), &utc),
			  rows[i].utc >= 0);
		if (rows[i].utc < 0)
			continue;
		CHECK_INT(rows[i].text, utc, rows[i].utc);
		buf_init(&b, arena, 32, 64);
		dav_put_http_date(&b, rows[i].utc);
		CHECK_TEXT("and back", buf_text(&b), text_from(rows[i].text));
	}
}

static void test_sync_token(void)
{
	static const char *const bad[] = {
		"",
		"urn:x-fasti:sync:",
		"urn:x-fasti:sync:1",
		"urn:x-fasti:sync:1:",
		"urn:x-fasti:sync::1",
		"urn:x-fasti:sync:0:1",
		"urn:x-fasti:sync:1:-1",
		"urn:x-fasti:sync:1:2:",
		"urn:x-fasti:sync:1:2:2",
		"urn:x-fasti:sync:1:2:3:4",
		"urn:x-fasti:sync:1:9223372036854775807",
		"urn:x-fasti:sync:1:2 ",
		"urn:x-fasti:sync:1:99999999999999999999",
		"http://example.org/1",
	};
	static const struct dav_sync_token good[] = {{12, 345, 0}, {12, 345, 346}, {1, 0, 7}};
	struct dav_sync_token token;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct buf b;

		buf_init(&b, arena, 64, 128);
		dav_put_sync_token(&b, &good[i]);
		CHECK_TRUE("reads what it wrote", dav_read_sync_token(buf_text(&b), &token));
		CHECK_INT("collection", token.collection, good[i].collection);
		CHECK_INT("seq", token.seq, good[i].seq);
		CHECK_INT("begun", token.begun, good[i].begun);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_TRUE(bad[i], !dav_read_sync_token(text_from(bad[i]), &token));
}

static void with_arena(void (*test)(void))
{
	arena = arena_create(4 * 1024 * 1024);
	test();
	arena_destroy(arena);
}

/* clang-format off */
static void judge(void)        { with_arena(test_judge); }
static void schedule_tag(void) { with_arena(test_schedule_tag); }
static void many_tags(void)    { with_arena(test_many_tags); }
static void depth(void)        { with_arena(test_depth); }
static void timeout(void)      { with_arena(test_timeout); }
static void preferences(void)  { with_arena(test_preferences); }
static void http_date(void)    { with_arena(test_http_date); }
static void sync_token(void)   { with_arena(test_sync_token); }

UNIT_SUITE("dav-conditions",
	{ "If-Match and If-None-Match (RFC 9110 §13.1)", judge },
	{ "If-Schedule-Tag-Match (RFC 6638 §8.3)", schedule_tag },
	{ "many tags", many_tags },
	{ "Depth (RFC 4918 §10.2)", depth },
	{ "Timeout (RFC 4918 §10.7)", timeout },
	{ "Prefer and Brief (RFC 8144)", preferences },
	{ "dates (RFC 9110 §5.6.7)", http_date },
	{ "sync tokens (RFC 6578 §4)", sync_token })
/* clang-format on */
