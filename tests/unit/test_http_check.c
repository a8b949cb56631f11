/* check: what is refused before anything else */
#include "http/check.h"

#include "base/buf.h"
#include "http_split.h"
#include "unit.h"

#define WELL FAULT_COUNT
/* The request line and Host, so that a row shows what it is about. */
#define GET_ "GET / HTTP/1.1\r\nHost: x\r\n"

static const struct fault *check_raw(struct arena *a, struct text raw, struct http_framing *out)
{
	static struct http_field fields[HTTP_FIELDS_MAX + 10];
	char *copy = arena_copy(a, raw.at, raw.len);
	struct http_head head;

	if (!http_split(copy, raw.len, fields, ARRAY_LEN(fields), &head))
		return fault_make(a, FAULT_NOT_FOUND, NULL, "The row cannot be split.");
	return http_check_head(a, &head, out);
}

static void test_heads(void)
{
	static const struct {
		const char *name;
		struct text raw;
		enum fault_code want;
		bool has_body, is_chunked, expects_continue;
		uint64_t length;
	} rows[] = {
		{"plain", TEXT_INIT(GET_ "\r\n"), WELL, 0, 0, 0, 0},
		{"a length", TEXT_INIT(GET_ "Content-Length: 12\r\n\r\n"), WELL, 1, 0, 0, 12},
		{"a length of nothing", TEXT_INIT(GET_ "Content-Length: 0\r\n\r\n"), WELL, 0, 0, 0,
		 0},
		{"chunked", TEXT_INIT(GET_ "Transfer-Encoding: Chunked\r\n\r\n"), WELL, 1, 1, 0, 0},
		{"RFC 9110 §10.1.1: Expect",
		 TEXT_INIT(GET_ "Content-Length: 1\r\nexpect: 100-Continue\r\n\r\n"), WELL, 1, 0, 1,
		 1},
		{"Expect without a body", TEXT_INIT(GET_ "Expect: 100-continue\r\n\r\n"), WELL, 0,
		 0, 0, 0},
		{"blanks before a value", TEXT_INIT(GET_ "A: \t b\r\n\r\n"), WELL, 0, 0, 0, 0},
		{"no blank before a value", TEXT_INIT(GET_ "A:b\r\n\r\n"), WELL, 0, 0, 0, 0},
		{"an empty value", TEXT_INIT(GET_ "A:\r\n\r\n"), WELL, 0, 0, 0, 0},
		{"UTF-8 and tabs in a value", TEXT_INIT(GET_ "A: \xC3\xA9\tb\r\n\r\n"), WELL, 0, 0,
		 0, 0},
		{"HTTP/1.0 needs no host", TEXT_INIT("GET / HTTP/1.0\r\n\r\n"), WELL, 0, 0, 0, 0},
		{"any method", TEXT_INIT("VERSION-CONTROL / HTTP/1.1\r\nHost: x\r\n\r\n"), WELL, 0,
		 0, 0, 0},

		/* RFC 9112 §6.3: two readers must find the same end. */
		{"two lengths", TEXT_INIT(GET_ "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"two equal lengths",
		 TEXT_INIT(GET_ "Content-Length: 5\r\nCONTENT-LENGTH: 5\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"two lengths in another form",
		 TEXT_INIT(GET_ "Content-Length: 5\r\nContent-Length: 05\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a list of lengths", TEXT_INIT(GET_ "Content-Length: 5, 5\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a plus", TEXT_INIT(GET_ "Content-Length: +5\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0,
		 0},
		{"a minus", TEXT_INIT(GET_ "Content-Length: -5\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0,
		 0, 0},
		{"a letter", TEXT_INIT(GET_ "Content-Length: 5a\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0,
		 0, 0},
		{"hex", TEXT_INIT(GET_ "Content-Length: 0x5\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0,
		 0},
		{"a blank behind", TEXT_INIT(GET_ "Content-Length: 5 \r\n\r\n"), FAULT_BAD_REQUEST,
		 0, 0, 0, 0},
		{"no length at all", TEXT_INIT(GET_ "Content-Length: \r\n\r\n"), FAULT_BAD_REQUEST,
		 0, 0, 0, 0},
		{"more than 64 bits",
		 TEXT_INIT(GET_ "Content-Length: 18446744073709551617\r\n\r\n"), FAULT_BAD_REQUEST,
		 0, 0, 0, 0},
		{"a length with chunked",
		 TEXT_INIT(GET_ "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"chunked with a length",
		 TEXT_INIT(GET_ "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"gzip, chunked", TEXT_INIT(GET_ "Transfer-Encoding: gzip, chunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"chunked twice", TEXT_INIT(GET_ "Transfer-Encoding: chunked, chunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"chunked in two fields",
		 TEXT_INIT(GET_ "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"xchunked", TEXT_INIT(GET_ "Transfer-Encoding: xchunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"chunked with a blank behind",
		 TEXT_INIT(GET_ "Transfer-Encoding: chunked \r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0,
		 0},
		{"identity", TEXT_INIT(GET_ "Transfer-Encoding: identity\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"RFC 9112 §6.1: chunked in HTTP/1.0",
		 TEXT_INIT("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},

		/* RFC 9112 §3.2 */
		{"no host", TEXT_INIT("GET / HTTP/1.1\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"two hosts", TEXT_INIT(GET_ "Host: x\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a list of hosts", TEXT_INIT("GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a host with a path", TEXT_INIT("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"two authorizations",
		 TEXT_INIT(GET_ "Authorization: Basic eDp5\r\nAuthorization: Basic eDp6\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},

		/* RFC 9112 §5 */
		{"a blank before the colon", TEXT_INIT(GET_ "Content-Length : 0\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a tab before the colon", TEXT_INIT(GET_ "A\t: b\r\n\r\n"), FAULT_BAD_REQUEST, 0,
		 0, 0, 0},
		{"no name", TEXT_INIT(GET_ ": b\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a name that is none", TEXT_INIT(GET_ "A(b): c\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0,
		 0, 0},
		{"a control in a value", TEXT_INIT(GET_ "A: b\x01\r\n\r\n"), FAULT_BAD_REQUEST, 0,
		 0, 0, 0},
		{"DEL in a value", TEXT_INIT(GET_ "A: b\x7F\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0,
		 0},
		{"a CR in a value", TEXT_INIT(GET_ "A: b\rC: d\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0,
		 0, 0},
		{"a NUL in a value", TEXT_INIT(GET_ "A: b\0c\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0, 0,
		 0},
		{"a NUL in a name", TEXT_INIT(GET_ "A\0: b\r\nC: d\r\n\r\n"), FAULT_NOT_FOUND, 0, 0,
		 0, 0},
		{"§5.2: a folded line", TEXT_INIT(GET_ "A: b\r\n c: d\r\n\r\n"), FAULT_BAD_REQUEST,
		 0, 0, 0, 0},
		{"§2.2: a bare LF", TEXT_INIT(GET_ "A: b\nC: d\r\n\r\n"), FAULT_BAD_REQUEST, 0, 0,
		 0, 0},
		{"a bare LF after the request line", TEXT_INIT("GET / HTTP/1.1\nHost: x\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a bare LF for the empty line", TEXT_INIT(GET_ "A: b\r\n\n"), FAULT_BAD_REQUEST, 0,
		 0, 0, 0},
		{"bare LFs at the end", TEXT_INIT(GET_ "A: b\n\n"), FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a NUL and more behind the last value", TEXT_INIT(GET_ "A: b\0c\n\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a NUL where a line begins", TEXT_INIT(GET_ "\0A: b\r\n\r\n"), FAULT_BAD_REQUEST,
		 0, 0, 0, 0},

		/* RFC 9112 §3 */
		{"a NUL in the target", TEXT_INIT("GET /\0a HTTP/1.1\r\nHost: x\r\n\r\n"),
		 FAULT_NOT_FOUND, 0, 0, 0, 0},
		{"a version that is none", TEXT_INIT("GET / HTTP/1.1x\r\nHost: x\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"another version", TEXT_INIT("GET / HTTP/2.0\r\nHost: x\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
		{"a method that is none", TEXT_INIT("G(T / HTTP/1.1\r\nHost: x\r\n\r\n"),
		 FAULT_BAD_REQUEST, 0, 0, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(1 << 20);
		struct http_framing got;
		const struct fault *f = check_raw(a, rows[i].raw, &got);

		if (rows[i].want != WELL) {
			CHECK_FAULT(rows[i].name, f, rows[i].want);
		} else if (CHECK_WELL(rows[i].name, f)) {
			CHECK_INT(rows[i].name, got.has_body, rows[i].has_body);
			CHECK_INT(rows[i].name, got.is_chunked, rows[i].is_chunked);
			CHECK_INT(rows[i].name, got.expects_continue, rows[i].expects_continue);
			CHECK_INT(rows[i].name, (int64_t)got.length, (int64_t)rows[i].length);
		}
		arena_destroy(a);
	}
}

static const struct fault *check_fields(struct arena *a, size_t count, size_t value_len)
{
	struct http_framing out;
	struct buf b;

	buf_init(&b, a, 0, 1 << 20);
	buf_put_lit(&b, GET_);
	for (size_t i = 1; i < count; i++) {
		buf_put_lit(&b, "A: ");
		memset(buf_reserve(&b, value_len), 'v', value_len);
		b.len += value_len;
		buf_put_lit(&b, "\r\n");
	}
	buf_put_lit(&b, "\r\n");
	return check_raw(a, buf_text(&b), &out);
}

static void test_limits(void)
{
	struct arena *a = arena_create(1 << 24);

	CHECK_WELL("as many fields as there may be", check_fields(a, HTTP_FIELDS_MAX, 1));
	CHECK_FAULT("one more", check_fields(a, HTTP_FIELDS_MAX + 1, 1), FAULT_HEADERS_TOO_LARGE);
	CHECK_WELL("a long field", check_fields(a, 2, HTTP_HEADER_MAX - 100));
	CHECK_FAULT("RFC 6585 §5: too long", check_fields(a, 2, HTTP_HEADER_MAX),
		    FAULT_HEADERS_TOO_LARGE);
	arena_destroy(a);
}

/* ---- targets ---- */

static struct text joined(struct arena *a, const struct http_target *t)
{
	struct buf b;

	buf_init(&b, a, 0, 1 << 16);
	for (size_t i = 0; i < t->segment_count; i++) {
		buf_put_char(&b, '[');
		buf_put_text(&b, t->segments[i]);
		buf_put_char(&b, ']');
	}
	return buf_text(&b);
}

static void test_targets(void)
{
	static const struct {
		const char *target;
		const char *segments; /* NULL: refused */
		const char *path, *query;
		bool ends_slash;
	} rows[] = {
		{"/", "", "/", "", true},
		{"/a", "[a]", "/a", "", false},
		{"/a/b/", "[a][b]", "/a/b/", "", true},
		{"/a//b", "[a][b]", "/a//b", "", false},
		{"/a?b=c/d?e", "[a]", "/a", "b=c/d?e", false},
		{"/a%2Fb/c", "[a/b][c]", "/a%2Fb/c", "", false},
		{"/%61%20b", "[a b]", "/%61%20b", "", false},
		{"/a+b", "[a+b]", "/a+b", "", false},
		{"/a/../b/./c", "[a][..][b][.][c]", "/a/../b/./c", "", false},
		{"/%2e%2e/b", "[..][b]", "/%2e%2e/b", "", false},
		{"/%252e", "[%2e]", "/%252e", "", false},
		{"/%C3%A9", "[\xC3\xA9]", "/%C3%A9", "", false},
		{"/\xC3\xA9", "[\xC3\xA9]", "/\xC3\xA9", "", false},
		{"/?", "", "/", "", true},
		{"http://h/a?b", "[a]", "/a", "b", false},
		{"HTTPS://h:8/a", "[a]", "/a", "", false},
		{"http://h", "", "/", "", true},
		{"http://h?b", "", "/", "b", true},
		{"", NULL, NULL, NULL, false},
		{"a", NULL, NULL, NULL, false},
		{"h:443", NULL, NULL, NULL, false},
		{"*", NULL, NULL, NULL, false},
		{"?a", "", "/", "a", true},
		{"/%", NULL, NULL, NULL, false},
		{"/%4", NULL, NULL, NULL, false},
		{"/%zz", NULL, NULL, NULL, false},
		{"/a%00/b", NULL, NULL, NULL, false},
		{"/%ff", NULL, NULL, NULL, false},
		{"/\xff", NULL, NULL, NULL, false},
		{"/%C0%AF", NULL, NULL, NULL, false},
		{"/a b", NULL, NULL, NULL, false},
		{" /a", NULL, NULL, NULL, false},
		{"/a\tb", NULL, NULL, NULL, false},
		{"/a\x7F", NULL, NULL, NULL, false},
		{"/a#b", NULL, NULL, NULL, false},
		{"/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/"
		 "1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5",
		 NULL, NULL, NULL, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *a = arena_create(1 << 20);
		struct http_target t;
		const struct fault *f =
			http_check_target(a, TEXT("GET"), text_from(rows[i].target), &t);

		if (!rows[i].segments) {
			CHECK_FAULT(rows[i].target, f, FAULT_BAD_REQUEST);
		} else if (CHECK_WELL(rows[i].target, f)) {
			CHECK_TEXT(rows[i].target, joined(a, &t), text_from(rows[i].segments));
			CHECK_TEXT(rows[i].target, t.path, text_from(rows[i].path));
			CHECK_TEXT(rows[i].target, t.query, text_from(rows[i].query));
			CHECK_INT(rows[i].target, t.ends_slash, rows[i].ends_slash);
		}
		arena_destroy(a);
	}
}

static void test_asterisk(void)
{
	struct arena *a = arena_create(1 << 20);
	struct http_target t;

	CHECK_WELL("RFC 9112 §3.2.4", http_check_target(a, TEXT("OPTIONS"), TEXT("*"), &t));
	CHECK_TEXT("path", t.path, TEXT("*"));
	CHECK_INT("segments", (int64_t)t.segment_count, 0);
	arena_destroy(a);
}

/* ---- credentials ---- */

static void test_basic(void)
{
	static const struct {
		const char *name, *value;
		enum http_basic want;
		const char *user, *password;
	} rows[] = {
		{"RFC 7617 §2", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", HTTP_BASIC, "Aladdin",
		 "open sesame"},
		{"§2.1: UTF-8", "Basic dGVzdDoxMjPCow==", HTTP_BASIC, "test", "123\xC2\xA3"},
		{"any case, more blanks", "bASIC  \tdGVzdDox ", HTTP_BASIC, "test", "1"},
		{"colons in the password", "Basic YTpiOmM=", HTTP_BASIC, "a", "b:c"},
		{"an empty password", "Basic YTo=", HTTP_BASIC, "a", ""},
		{"another scheme", "Bearer abc", HTTP_NOT_BASIC, NULL, NULL},
		{"a longer scheme", "BasicX YTpi", HTTP_NOT_BASIC, NULL, NULL},
		{"nothing", "", HTTP_NOT_BASIC, NULL, NULL},
		{"the scheme alone", "Basic", HTTP_BAD_BASIC, NULL, NULL},
		{"no base64", "Basic !!!!", HTTP_BAD_BASIC, NULL, NULL},
		{"no padding", "Basic YTo", HTTP_BAD_BASIC, NULL, NULL},
		{"two tokens", "Basic YTpi YTpi", HTTP_BAD_BASIC, NULL, NULL},
		{"no colon", "Basic YWJj", HTTP_BAD_BASIC, NULL, NULL},
		{"no user", "Basic OmI=", HTTP_BAD_BASIC, NULL, NULL},
		{"a NUL after the password", "Basic YTpiAA==", HTTP_BAD_BASIC, NULL, NULL},
		{"a NUL in the user", "Basic YQA6Yg==", HTTP_BAD_BASIC, NULL, NULL},
		{"a line end in the password", "Basic YTpiCg==", HTTP_BAD_BASIC, NULL, NULL},
		{"not UTF-8", "Basic YTr/", HTTP_BAD_BASIC, NULL, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char room[HTTP_BASIC_MAX];
		struct text user = TEXT_NONE, password = TEXT_NONE;
		enum http_basic got =
			http_check_basic(text_from(rows[i].value), room, &user, &password);

		CHECK_INT(rows[i].name, got, rows[i].want);
		if (rows[i].want != HTTP_BASIC || got != HTTP_BASIC)
			continue;
		CHECK_TEXT(rows[i].name, user, text_from(rows[i].user));
		CHECK_TEXT(rows[i].name, password, text_from(rows[i].password));
	}
}

static void test_basic_too_long(void)
{
	char value[6 + 4 * HTTP_BASIC_MAX], room[HTTP_BASIC_MAX];
	struct text user, password;

	memset(value, 'A', sizeof(value));
	memcpy(value, "Basic ", 6);
	CHECK_INT("longer than the room",
		  http_check_basic(text_of(value, sizeof(value) - 2), room, &user, &password),
		  HTTP_BAD_BASIC);
}

/* ---- chunks ---- */

static void test_chunks(void)
{
	static const struct {
		const char *name;
		struct text seen;
		enum fault_code want;
		uint64_t size;
	} rows[] = {
		{"a size", TEXT_INIT("1a\r\n"), WELL, 0x1a},
		{"either case", TEXT_INIT("aF\r\n"), WELL, 0xaf},
		{"zeros in front", TEXT_INIT("0000000000000000000000005\r\n"), WELL, 5},
		{"the largest", TEXT_INIT("ffffffffffffffff\r\n"), WELL, UINT64_MAX},
		{"larger than that", TEXT_INIT("10000000000000000\r\n"), WELL, UINT64_MAX},
		{"much larger", TEXT_INIT("1000000000000000000000005\r\n"), WELL, UINT64_MAX},
		{"an extension", TEXT_INIT("5;a=\"b\"\r\n"), WELL, 5},
		{"behind another chunk", TEXT_INIT("\r\n5\r\n"), WELL, 5},
		{"behind its data", TEXT_INIT("5\r\nab\ncd\r\n7\r\n"), WELL, 7},
		{"behind an empty line of data", TEXT_INIT("\r\n\r\n7\r\n"), WELL, 7},
		{"a bare LF", TEXT_INIT("5\n"), FAULT_BAD_REQUEST, 0},
		{"a bare LF behind an extension", TEXT_INIT("5;a\n"), FAULT_BAD_REQUEST, 0},
		{"a bare LF behind a chunk", TEXT_INIT("\n5\r\n"), FAULT_BAD_REQUEST, 0},
		{"a bare LF behind data", TEXT_INIT("abc\n5\r\n"), FAULT_BAD_REQUEST, 0},
		{"a CR in an extension", TEXT_INIT("5;a\rb\r\n"), FAULT_BAD_REQUEST, 5},
		{"two CRs", TEXT_INIT("5\r\r\n"), FAULT_BAD_REQUEST, 5},
		{"a NUL in an extension", TEXT_INIT("5;a\0b\r\n"), FAULT_BAD_REQUEST, 5},
		{"no size", TEXT_INIT(";a\r\n"), FAULT_BAD_REQUEST, 0},
		{"an empty line", TEXT_INIT("\r\n"), FAULT_BAD_REQUEST, 0},
		{"only a LF", TEXT_INIT("\n"), FAULT_BAD_REQUEST, 0},
		{"a prefix", TEXT_INIT("0x5\r\n"), FAULT_BAD_REQUEST, 0},
		{"a sign", TEXT_INIT("+5\r\n"), FAULT_BAD_REQUEST, 0},
		{"a blank", TEXT_INIT("5 \r\n"), FAULT_BAD_REQUEST, 5},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t size;
		const struct fault *f = http_check_chunk(a, rows[i].seen, &size);

		if (rows[i].want != WELL)
			CHECK_FAULT(rows[i].name, f, rows[i].want);
		else if (CHECK_WELL(rows[i].name, f))
			CHECK_TRUE(rows[i].name, size == rows[i].size);
	}
	arena_destroy(a);
}

static void test_chunk_limit(void)
{
	struct arena *a = arena_create(1 << 20);
	char line[HTTP_CHUNK_LINE_MAX + 3];
	uint64_t size;

	memset(line, 'x', sizeof(line));
	memcpy(line, "5;", 2);
	memcpy(line + HTTP_CHUNK_LINE_MAX, "\r\n", 2);
	CHECK_WELL("as long as it may be",
		   http_check_chunk(a, text_of(line, HTTP_CHUNK_LINE_MAX + 2), &size));
	CHECK_TRUE("no end in sight", http_is_endless_chunk(line));
	memcpy(line + HTTP_CHUNK_LINE_MAX, "x\r\n", 3);
	CHECK_FAULT("one more", http_check_chunk(a, text_of(line, sizeof(line)), &size),
		    FAULT_BODY_TOO_LARGE);
	line[HTTP_CHUNK_LINE_MAX - 1] = '\n';
	CHECK_TRUE("an end", !http_is_endless_chunk(line));
	line[HTTP_CHUNK_LINE_MAX - 1] = 'x';
	line[1] = ':';
	CHECK_TRUE("data", !http_is_endless_chunk(line));
	line[0] = ';';
	CHECK_TRUE("no size", !http_is_endless_chunk(line));
	memset(line, '0', sizeof(line));
	CHECK_TRUE("a size of zeros", http_is_endless_chunk(line));
	arena_destroy(a);
}

UNIT_SUITE("http_check", {"header blocks (RFC 9112 §5, §6)", test_heads},
	   {"limits (RFC 6585 §5)", test_limits}, {"targets (RFC 9112 §3.2)", test_targets},
	   {"the target * (RFC 9112 §3.2.4)", test_asterisk},
	   {"chunks (RFC 9112 §7.1)", test_chunks},
	   {"extensions of chunks (RFC 9112 §7.1.1)", test_chunk_limit},
	   {"Basic credentials (RFC 7617 §2)", test_basic},
	   {"credentials too long", test_basic_too_long})
