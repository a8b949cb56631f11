/*
 * test_dav_if - the If header: what is read, and when it holds (RFC 4918 §10.4)
 */
#include "unit.h"

#include "base/buf.h"
#include "dav/if.h"

static struct arena *arena;

/* ---- read ------------------------------------------------------------------------------------ */

/* "resource: [not] <token> | "etag" …; …" of each list, so that a row can say what was read. */
static struct text said(const struct dav_if *i)
{
	struct buf out;

	buf_init(&out, arena, 256, 65536);
	for (size_t n = 0; n < i->list_count; n++) {
		const struct dav_if_list *l = &i->lists[n];

		buf_put_str(&out, n ? "; " : "");
		buf_put_text(&out, l->resource.at ? l->resource : TEXT("*"));
		for (size_t k = 0; k < l->count; k++) {
			buf_put_str(&out, l->conditions[k].negated ? " not " : " ");
			buf_put_str(&out, l->conditions[k].is_etag ? "etag=" : "token=");
			buf_put_text(&out, l->conditions[k].value);
		}
	}
	return buf_text(&out);
}

static void test_read(void)
{
	static const struct {
		const char *name, *header, *want;
		size_t tokens;
	} rows[] = {
		{"one token", "(<urn:uuid:1>)", "* token=urn:uuid:1", 1},
		{"one tag", "([\"a\"])", "* etag=a", 0},
		{"a weak tag", "([W/\"a\"])", "* etag=a", 0},
		{"an empty tag", "([\"\"])", "* etag=", 0},
		{"brackets in a tag", "([\"a)]b\"])", "* etag=a)]b", 0},
		{"§10.4.6", "(<urn:uuid:1> [\"I am an ETag\"]) ([\"I am another ETag\"])",
		 "* token=urn:uuid:1 etag=I am an ETag; * etag=I am another ETag", 1},
		{"§10.4.7", "(Not <urn:uuid:1> <urn:uuid:2>)",
		 "* not token=urn:uuid:1 token=urn:uuid:2", 2},
		{"§10.4.8", "(<urn:uuid:1>) (Not <DAV:no-lock>)",
		 "* token=urn:uuid:1; * not token=DAV:no-lock", 2},
		{"§10.4.9", "</r1> (<urn:uuid:1> [W/\"A weak ETag\"]) ([\"strong ETag\"])",
		 "/r1 token=urn:uuid:1 etag=A weak ETag; /r1 etag=strong ETag", 1},
		{"§10.4.10", "<http://www.example.com/specs/> (<urn:uuid:1>)",
		 "http://www.example.com/specs/ token=urn:uuid:1", 1},
		{"§10.4.11", "</specs/rfc2518.doc> (Not [\"4217\"])",
		 "/specs/rfc2518.doc not etag=4217", 0},
		{"two resources", "</a> (<urn:x:1>) </b> (<urn:x:2>)",
		 "/a token=urn:x:1; /b token=urn:x:2", 2},
		{"no blanks", "</a>(<urn:x:1>[\"a\"])(Not[\"b\"])",
		 "/a token=urn:x:1 etag=a; /a not etag=b", 1},
		{"many blanks", " \t( Not  <urn:x:1>\t[\"a\"] ) ", "* not token=urn:x:1 etag=a", 1},
		{"NOT in capitals", "(NOT <urn:x:1>)", "* not token=urn:x:1", 1},
		{"another scheme", "(<opaquelocktoken:1>)", "* token=opaquelocktoken:1", 1},
		{"a sync-token (RFC 6578 §5)", "</c/> (<http://example.com/ns/sync/1>)",
		 "/c/ token=http://example.com/ns/sync/1", 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dav_if got;

		if (!CHECK_TRUE(rows[i].name, dav_if_parse(arena, text_from(rows[i].header), &got)))
			continue;
		CHECK_TEXT(rows[i].name, said(&got), text_from(rows[i].want));
		CHECK_INT(rows[i].name, (int64_t)got.token_count, (int64_t)rows[i].tokens);
	}
}

static void test_malformed(void)
{
	static const char *const rows[] = {
		"",
		" ",
		"()",
		"(",
		")",
		"(<urn:x:1>",
		"(<urn:x:1",
		"<urn:x:1>",
		"urn:x:1",
		"(urn:x:1)",
		"(<>)",
		"(<nothing>)",
		"(<:x>)",
		"(<urn:x 1>)",
		"([a])",
		"([\"a])",
		"([\"a\")",
		"([ \"a\"])",
		"([\"a\" ])",
		"([w/\"a\"])",
		"(Not)",
		"(Not Not <urn:x:1>)",
		"(<urn:x:1>) Not",
		"(<urn:x:1>), (<urn:x:2>)",
		"((<urn:x:1>))",
		"</a>",
		"</a> </b> (<urn:x:1>)",
		"(<urn:x:1>) </b> (<urn:x:2>)",
		"</a b> (<urn:x:1>)",
		"</a> (<urn:x:1>) x",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dav_if got;

		CHECK_TRUE(rows[i], !dav_if_parse(arena, text_from(rows[i]), &got));
	}
}

static void test_bound(void)
{
	struct dav_if got;
	struct buf one, many;

	buf_init(&one, arena, 64, 100000);
	buf_init(&many, arena, 64, 100000);
	buf_put_lit(&one, "(");
	for (int i = 0; i < DAV_IF_CONDITIONS_MAX; i++) {
		buf_put_lit(&one, "<urn:x:1>");
		buf_put_lit(&many, "(<urn:x:1>)");
	}
	CHECK_TRUE("as many lists", dav_if_parse(arena, buf_text(&many), &got));
	CHECK_INT("all of them", (int64_t)got.list_count, DAV_IF_CONDITIONS_MAX);
	buf_put_lit(&many, "(<urn:x:1>)");
	CHECK_TRUE("one more", !dav_if_parse(arena, buf_text(&many), &got));
	buf_put_lit(&one, ")");
	CHECK_TRUE("as many conditions", dav_if_parse(arena, buf_text(&one), &got));
	one.len--;
	buf_put_lit(&one, "<urn:x:1>)");
	CHECK_TRUE("one more", !dav_if_parse(arena, buf_text(&one), &got));
}

/* ---- judged ------------------------------------------------------------------------------------
 */

/* The request's resource has the lock urn:a and the tag "1", /b has urn:b; /broken cannot be read.
 */
static const struct fault *match(void *ctx, struct text resource, const struct dav_if_condition *c,
				 bool *matches_out)
{
	const char *token = resource.at ? "urn:b" : "urn:a";

	++*(int *)ctx;
	if (text_equal(resource, TEXT("/broken")))
		return fault_static(FAULT_UNAVAILABLE);
	if (text_equal(resource, TEXT("/nothing")))
		*matches_out = false;
	else if (c->is_etag)
		*matches_out = !resource.at && text_equal(c->value, TEXT("1"));
	else
		*matches_out = text_equal(c->value, text_from(token));
	return NULL;
}

static void test_judge(void)
{
	static const struct {
		const char *name, *header;
		bool want;
		int asked;
	} rows[] = {
		{"it has the lock", "(<urn:a>)", true, 1},
		{"it has not", "(<urn:b>)", false, 1},
		{"not a lock that it has", "(Not <urn:a>)", false, 1},
		{"not one that it has not", "(Not <urn:b>)", true, 1},
		{"both of a list", "(<urn:a> [\"1\"])", true, 2},
		{"the second of a list fails", "(<urn:a> [\"2\"])", false, 2},
		{"the first fails: no more is asked", "(<urn:b> [\"1\"])", false, 1},
		{"Not is of one condition only", "(Not <urn:b> <urn:a>)", true, 2},
		{"any list will do", "(<urn:b>) ([\"1\"])", true, 2},
		{"no list holds", "(<urn:b>) ([\"2\"])", false, 2},
		{"the first holds: no more is asked", "([\"1\"]) (<urn:b>)", true, 1},
		{"always true (§10.4.8)", "(<urn:b>) (Not <DAV:no-lock>)", true, 2},
		{"of another resource", "</b> (<urn:b>)", true, 1},
		{"the lock of another one", "</b> (<urn:a>)", false, 1},
		{"any resource will do", "</b> (<urn:a>) </c> (<urn:b>)", true, 2},
		{"what is not there has no state", "</nothing> (<urn:b>)", false, 1},
		{"... and lacks any (§10.4.11)", "</nothing> (Not [\"4217\"])", true, 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct dav_if parsed;
		bool holds = !rows[i].want;
		int asked = 0;

		CHECK_TRUE(rows[i].name, dav_if_parse(arena, text_from(rows[i].header), &parsed));
		CHECK_WELL(rows[i].name, dav_if_judge(&parsed, match, &asked, &holds));
		CHECK_INT(rows[i].name, holds, rows[i].want);
		CHECK_INT(rows[i].name, asked, rows[i].asked);
	}
}

static void test_fault(void)
{
	struct dav_if parsed;
	bool holds;
	int asked = 0;

	CHECK_TRUE("reads",
		   dav_if_parse(arena, TEXT("</broken> (<urn:b>) </b> (<urn:b>)"), &parsed));
	CHECK_FAULT("a fault ends it", dav_if_judge(&parsed, match, &asked, &holds),
		    FAULT_UNAVAILABLE);
	CHECK_INT("at once", asked, 1);
}

static void with_arena(void (*test)(void))
{
	arena = arena_create(4 * 1024 * 1024);
	test();
	arena_destroy(arena);
}

/* clang-format off */
static void reads(void)      { with_arena(test_read); }
static void malformed(void)  { with_arena(test_malformed); }
static void bound(void)      { with_arena(test_bound); }
static void judge(void)      { with_arena(test_judge); }
static void faults(void)     { with_arena(test_fault); }

UNIT_SUITE("dav-if",
	{ "lists and conditions (RFC 4918 §10.4.2)", reads },
	{ "what is malformed", malformed },
	{ "a bound on conditions", bound },
	{ "lists judged (RFC 4918 §10.4.3)", judge },
	{ "a fault while judging", faults })
/* clang-format on */
