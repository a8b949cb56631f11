/* codec: RFC 4648 vectors, strictness, percent-encoding, HTML */
#include "base/codec.h"

#include "base/arena.h"
#include "unit.h"

static void test_base64(void)
{
	static const struct {
		const char *plain, *padded, *url;
	} rows[] = {
		/* RFC 4648 §10 */
		{"", "", ""},
		{"f", "Zg==", "Zg"},
		{"fo", "Zm8=", "Zm8"},
		{"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"},
		{"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
		{"\xFB\xFF\xFE", "+//+", "-__-"},
	};
	struct arena *a = arena_create(1 << 16);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text plain = text_from(rows[i].plain);
		char back[16];
		size_t len = sizeof(back);
		struct buf b;

		buf_init(&b, a, 0, 100);
		codec_put_base64(&b, plain.at, plain.len);
		CHECK_TEXT(rows[i].padded, buf_text(&b), text_from(rows[i].padded));
		CHECK_TRUE(rows[i].padded, codec_base64_decode(buf_text(&b), back, &len));
		CHECK_TEXT(rows[i].padded, text_of(back, len), plain);

		len = sizeof(back);
		buf_init(&b, a, 0, 100);
		codec_put_base64url(&b, plain.at, plain.len);
		CHECK_TEXT(rows[i].url, buf_text(&b), text_from(rows[i].url));
		CHECK_TRUE(rows[i].url, codec_base64url_decode(buf_text(&b), back, &len));
		CHECK_TEXT(rows[i].url, text_of(back, len), plain);
	}
	arena_destroy(a);
}

static void test_base64_refused(void)
{
	static const struct {
		const char *name;
		struct text in;
		bool url;
	} rows[] = {
		{"padding missing", TEXT_INIT("Zg"), false},
		{"padding in the middle", TEXT_INIT("Zg==Zg=="), false},
		{"three of padding", TEXT_INIT("Z==="), false},
		{"padding alone", TEXT_INIT("===="), false},
		{"blank", TEXT_INIT("Zm9 "), false},
		{"line end", TEXT_INIT("Zm9v\nZm9"), false},
		{"URL alphabet", TEXT_INIT("-__-"), false},
		{"bits left over (RFC 4648 §3.5)", TEXT_INIT("Zh=="), false},
		{"too long for its place", TEXT_INIT("Zm9vYmFyZm9vYmFy"), false},
		{"padding in base64url", TEXT_INIT("Zg=="), true},
		{"one character", TEXT_INIT("Z"), true},
		{"standard alphabet", TEXT_INIT("+//+"), true},
		{"bits left over", TEXT_INIT("Zh"), true},
		{"NUL", TEXT_INIT("Zm\0v"), true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[8];
		size_t len = sizeof(out);

		CHECK_TRUE(rows[i].name,
			   !(rows[i].url ? codec_base64url_decode(rows[i].in, out, &len)
					 : codec_base64_decode(rows[i].in, out, &len)));
	}
}

static void test_hex(void)
{
	struct arena *a = arena_create(1 << 16);
	unsigned char out[3];
	struct buf b;

	buf_init(&b, a, 0, 100);
	codec_put_hex(&b, "\x00\x7F\xFF", 3);
	CHECK_TEXT("lower case", buf_text(&b), TEXT("007fff"));
	CHECK_TRUE("both cases are read", codec_hex_decode(TEXT("007fFf"), out, 3));
	CHECK_INT("value", out[2], 0xFF);
	CHECK_TRUE("too short", !codec_hex_decode(TEXT("007f"), out, 3));
	CHECK_TRUE("no digit", !codec_hex_decode(TEXT("007fxg"), out, 3));
	arena_destroy(a);
}

static void test_percent_encoding(void)
{
	static const struct {
		const char *name, *raw, *segment, *query;
	} rows[] = {
		{"unreserved (RFC 3986 §2.3)", "aZ09-._~", "aZ09-._~", "aZ09-._~"},
		{"sub-delims, colon, at (§3.3)", "!$&'()*+,;=:@", "!$&'()*+,;=:@",
		 "%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40"},
		{"slash, blank, percent", "a/b c%2F", "a%2Fb%20c%252F", "a%2Fb%20c%252F"},
		{"question mark, hash", "?#", "%3F%23", "%3F%23"},
		{"UTF-8", "\xC3\xA4.ics", "%C3%A4.ics", "%C3%A4.ics"},
		{"quote and bracket", "\"<[", "%22%3C%5B", "%22%3C%5B"},
	};
	struct arena *a = arena_create(1 << 16);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text raw = text_from(rows[i].raw), back;
		struct buf b;

		buf_init(&b, a, 0, 100);
		codec_put_segment(&b, raw);
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].segment));
		CHECK_TRUE(rows[i].name, codec_percent_decode(a, buf_text(&b), false, &back));
		CHECK_TEXT(rows[i].name, back, raw);
		buf_init(&b, a, 0, 100);
		codec_put_query(&b, raw);
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].query));
		CHECK_TRUE(rows[i].name, codec_percent_decode(a, buf_text(&b), true, &back));
		CHECK_TEXT(rows[i].name, back, raw);
	}
	arena_destroy(a);
}

static void test_percent(void)
{
	static const struct {
		const char *name;
		struct text in;
		bool plus_is_blank, well;
		const char *want;
	} rows[] = {
		{"plus in a path", TEXT_INIT("a+b"), false, true, "a+b"},
		{"plus in a query", TEXT_INIT("a+b%2B"), true, true, "a b+"},
		{"either case", TEXT_INIT("%c3%A4"), false, true, "\xC3\xA4"},
		{"decoded once only", TEXT_INIT("%2525"), false, true, "%25"},
		{"NUL in a path", TEXT_INIT("calendar%00"), false, false, NULL},
		{"raw NUL", TEXT_INIT("a\0b"), false, false, NULL},
		{"broken escape", TEXT_INIT("%2"), false, false, NULL},
		{"no digits", TEXT_INIT("%zz"), false, false, NULL},
		{"percent at the end", TEXT_INIT("a%"), false, false, NULL},
		{"not UTF-8", TEXT_INIT("%E4"), false, false, NULL},
		{"overlong slash", TEXT_INIT("%C0%AF"), false, false, NULL},
	};
	struct arena *a = arena_create(1 << 16);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got;
		bool well = codec_percent_decode(a, rows[i].in, rows[i].plus_is_blank, &got);

		if (CHECK_INT(rows[i].name, well, rows[i].well) && well)
			CHECK_TEXT(rows[i].name, got, text_from(rows[i].want));
	}
	arena_destroy(a);
}

static void test_html(void)
{
	struct arena *a = arena_create(1 << 16);
	struct buf b;

	buf_init(&b, a, 0, 200);
	codec_put_html(&b, TEXT("<a href=\"x\" title='y'>R&D</a>"));
	CHECK_TEXT("escaped", buf_text(&b),
		   TEXT("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;R&amp;D&lt;/a&gt;"));
	buf_init(&b, a, 0, 200);
	codec_put_html(&b, TEXT("plain"));
	CHECK_TEXT("plain", buf_text(&b), TEXT("plain"));
	arena_destroy(a);
}

UNIT_SUITE("codec", {"base64 (RFC 4648 §10)", test_base64},
	   {"base64 is strict", test_base64_refused}, {"hex", test_hex},
	   {"percent encoding (RFC 3986 §3.3, §3.4)", test_percent_encoding},
	   {"percent decoding", test_percent}, {"HTML", test_html})
