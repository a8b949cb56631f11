/* json: strict reading, exact writing, and one through the other */
#include "json/json.h"

#include "base/arena.h"
#include "unit.h"

static void test_refused(void)
{
	static const struct {
		const char *name;
		struct text body;
	} rows[] = {
		{"empty", TEXT_INIT("")},
		{"a bare string", TEXT_INIT("\"x\"")},
		{"cut", TEXT_INIT("{\"a\":1")},
		{"trailing bytes", TEXT_INIT("{} x")},
		{"key twice (RFC 7493 §2.3)", TEXT_INIT("{\"a\":1,\"a\":2}")},
		{"comma at the end", TEXT_INIT("[1,]")},
		{"comment", TEXT_INIT("[1/**/]")},
		{"leading zero", TEXT_INIT("[01]")},
		{"integer out of range", TEXT_INIT("[9223372036854775808]")},
		{"real out of range", TEXT_INIT("[1e999]")},
		{"NaN", TEXT_INIT("[NaN]")},
		{"NUL in a string", TEXT_INIT("[\"a\\u0000b\"]")},
		{"raw NUL", TEXT_INIT("[\"a\0b\"]")},
		{"raw line end in a string", TEXT_INIT("[\"a\nb\"]")},
		{"half a surrogate pair", TEXT_INIT("[\"\\ud800\"]")},
		{"not UTF-8", TEXT_INIT("[\"\xE4\"]")},
		{"single quotes", TEXT_INIT("{'a':1}")},
		{"33 levels",
		 TEXT_INIT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct json *v = NULL;
		const struct fault *f = json_parse(a, rows[i].body, JSON_BODY_MAX, &v);

		if (CHECK_FAULT(rows[i].name, f, FAULT_BAD_REQUEST))
			CHECK_TRUE(rows[i].name, !text_has_control(text_from(f->message)));
	}
	const struct json *v = NULL;
	CHECK_FAULT("too long", json_parse(a, TEXT("[1,2,3]"), 6, &v), FAULT_BODY_TOO_LARGE);
	CHECK_WELL(
		"32 levels, and brackets in a string",
		json_parse(a,
			   TEXT("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"\\\"[[[\"]]]]]]]]]]]]]]]]]]]]]]"
				"]]]]]]]]]]"),
			   JSON_BODY_MAX, &v));
	arena_destroy(a);
}

static void test_answers(void)
{
	static const struct {
		const char *name, *body, *want;
	} rows[] = {
		{"a NUL", "[\"a\\u0000b\"]",
		 "a\xEF\xBF\xBD"
		 "b"},
		{"the first half of a pair", "[\"a\\uD83Db\"]",
		 "a\xEF\xBF\xBD"
		 "b"},
		{"the first half twice", "[\"\\ud83d\\ud83d\\ude00\"]",
		 "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
		{"the second half", "[\"\\ude00\\ud83d\"]", "\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"a whole pair (RFC 8259 §7)", "[\"\\ud83d\\ude00\"]", "\xF0\x9F\x98\x80"},
		{"a backslash before it", "[\"\\\\u0000\"]", "\\u0000"},
		{"a backslash, and then one", "[\"\\\\\\u0000\"]", "\\\xEF\xBF\xBD"},
		{"others stay", "[\"\\u00e4\\n\"]", "\xC3\xA4\n"},
	};
	struct arena *a = arena_create(1 << 20);
	const struct json *v;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = TEXT_NONE;

		CHECK_WELL(rows[i].name,
			   json_parse_answer(a, text_from(rows[i].body), JSON_BODY_MAX, &v));
		CHECK_TRUE(rows[i].name, json_text(json_item(v, 0), &got));
		CHECK_TEXT(rows[i].name, got, text_from(rows[i].want));
	}
	CHECK_FAULT("cut within", json_parse_answer(a, TEXT("[\"\\u00"), JSON_BODY_MAX, &v),
		    FAULT_BAD_REQUEST);
	CHECK_FAULT("too long", json_parse_answer(a, TEXT("[\"\\u0000\"]"), 6, &v),
		    FAULT_BODY_TOO_LARGE);
	arena_destroy(a);
}

static bool collect(struct text key, const struct json *value, void *ctx)
{
	struct buf *b = ctx;

	buf_put_text(b, key);
	buf_put_int(b, json_kind(value));
	return b->len < 8;
}

static void test_values(void)
{
	static const struct text body = TEXT_INIT(
		"{\"t\":\"\\u00e4\\n\",\"i\":12345678901234567,\"r\":1.5,\"y\":true,\"n\":null,"
		"\"l\":[1,\"x\"],\"o\":{\"k\":\"v\"}}");
	struct arena *a = arena_create(1 << 20);
	const struct json *v = NULL;
	struct text t = TEXT_NONE;
	int64_t n = 0;
	bool yes = false;
	struct buf b;

	if (!CHECK_WELL("parse", json_parse(a, body, JSON_BODY_MAX, &v)))
		return;
	CHECK_INT("object", json_kind(v), JSON_KIND_OBJECT);
	CHECK_TRUE("text", json_text(json_get(v, "t"), &t));
	CHECK_TEXT("its value", t, TEXT("\xC3\xA4\n"));
	CHECK_TRUE("integer", json_int(json_get(v, "i"), &n));
	CHECK_INT("all 64 bits of it", n, INT64_C(12345678901234567));
	CHECK_TRUE("a real is no integer", !json_int(json_get(v, "r"), &n));
	CHECK_TRUE("a text is no integer", !json_int(json_get(v, "t"), &n));
	CHECK_TRUE("bool", json_bool(json_get(v, "y"), &yes) && yes);
	CHECK_INT("null", json_kind(json_get(v, "n")), JSON_KIND_NULL);
	CHECK_INT("missing", json_kind(json_get(v, "missing")), JSON_KIND_NONE);
	CHECK_TRUE("missing is no text", !json_text(json_get(v, "missing"), &t));
	CHECK_INT("list", (int64_t)json_item_count(json_get(v, "l")), 2);
	CHECK_TRUE("item", json_text(json_item(json_get(v, "l"), 1), &t));
	CHECK_TEXT("its value", t, TEXT("x"));
	CHECK_TRUE("behind the last", json_item(json_get(v, "l"), 2) == NULL);
	CHECK_INT("an object is no list", (int64_t)json_item_count(v), 0);
	CHECK_TRUE("through nothing", json_get(json_get(json_get(v, "x"), "y"), "z") == NULL);
	CHECK_TRUE("through a text", json_get(json_get(v, "t"), "y") == NULL);
	buf_init(&b, a, 0, 100);
	json_for_each(v, collect, &b);
	CHECK_TEXT("members in order, until told to stop", buf_text(&b), TEXT("t5i3r4y2"));
	json_for_each(NULL, collect, &b);
	arena_destroy(a);
}

static void test_strings(void)
{
	static const struct {
		const char *name;
		struct text in;
		const char *want;
	} rows[] = {
		{"empty", TEXT_INIT(""), "\"\""},
		{"plain", TEXT_INIT("a/b \xC3\xA4"), "\"a/b \xC3\xA4\""},
		{"quote and backslash", TEXT_INIT("\"\\"), "\"\\\"\\\\\""},
		{"short forms", TEXT_INIT("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\""},
		{"controls", TEXT_INIT("\0\x1F\x7F"), "\"\\u0000\\u001f\\u007f\""},
		{"not UTF-8",
		 TEXT_INIT("a\xE4"
			   "b\xC3\xA4\xF0\x9F"),
		 "\"a\xEF\xBF\xBD"
		 "b\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD\""},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json_writer w;
		struct buf b;

		buf_init(&b, a, 0, 200);
		w = (struct json_writer){.out = &b};
		json_add_text(&w, rows[i].in);
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
	}
	arena_destroy(a);
}

static void test_writer(void)
{
	struct arena *a = arena_create(1 << 20);
	const struct json *v = NULL;
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 0, 1000);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	json_key(&w, "slots");
	json_begin_list(&w);
	json_begin_object(&w);
	json_end_object(&w);
	json_begin_object(&w);
	json_key(&w, "a");
	json_add_int(&w, -1);
	json_key(&w, "b");
	json_add_bool(&w, false);
	json_end_object(&w);
	json_end_list(&w);
	json_key_text(&w, TEXT("a \"key\""));
	json_add_null(&w);
	json_key(&w, "s");
	json_add_str(&w, NULL);
	json_key(&w, "raw");
	json_add_raw(&w, TEXT("[]"));
	json_key(&w, "l");
	json_begin_list(&w);
	json_add_text(&w, TEXT("x"));
	json_add_str(&w, "y");
	json_add_plain(&w, TEXT("09:00"));
	json_add_plain(&w, TEXT_NONE);
	json_begin_list(&w);
	json_end_list(&w);
	json_end_list(&w);
	json_end_object(&w);
	CHECK_TEXT("commas", buf_text(&b),
		   TEXT("{\"slots\":[{},{\"a\":-1,\"b\":false}],\"a \\\"key\\\"\":null,\"s\":null,"
			"\"raw\":[],\"l\":[\"x\",\"y\",\"09:00\",\"\",[]]}"));
	CHECK_WELL("can be read", json_parse(a, buf_text(&b), JSON_BODY_MAX, &v));
	CHECK_INT("and holds two slots", (int64_t)json_item_count(json_get(v, "slots")), 2);
	arena_destroy(a);
}

UNIT_SUITE("json", {"what is refused (RFC 8259, RFC 7493)", test_refused},
	   {"answers of others", test_answers}, {"values", test_values},
	   {"strings (RFC 8259 §7)", test_strings}, {"the writer", test_writer})
