/* http: what a request gets, as bytes on the wire */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/metrics.h"
#include "http/check.h"
#include "http_fixture.h"
#include "unit.h"

static struct http_fixture x;

static void begin(void)
{
	fixture_init(&x);
	fixture_start(&x);
}

static void end(void)
{
	fixture_end(&x);
}

/* ---- framing ---- */

#define HEAD_ "POST /echo HTTP/1.1\r\nHost: x\r\n"
#define NEXT_ "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

static void test_framing(void)
{
	static const struct {
		const char *name;
		struct text raw;
	} rows[] = {
		{"two lengths", TEXT_INIT(HEAD_ "Content-Length: 5\r\nContent-Length: 0\r\n\r\n")},
		{"two equal lengths",
		 TEXT_INIT(HEAD_ "Content-Length: 0\r\nContent-Length: 0\r\n\r\n")},
		{"a list of lengths", TEXT_INIT(HEAD_ "Content-Length: 0, 0\r\n\r\n")},
		{"a length with a plus", TEXT_INIT(HEAD_ "Content-Length: +0\r\n\r\n")},
		{"a length with a letter", TEXT_INIT(HEAD_ "Content-Length: 0a\r\n\r\n")},
		{"an empty length", TEXT_INIT(HEAD_ "Content-Length:\r\n\r\n")},
		{"a length with chunked",
		 TEXT_INIT(HEAD_
			   "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
		{"gzip, chunked",
		 TEXT_INIT(HEAD_ "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")},
		{"chunked, chunked",
		 TEXT_INIT(HEAD_ "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")},
		{"an unknown coding",
		 TEXT_INIT(HEAD_ "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")},
		{"two hosts", TEXT_INIT(HEAD_ "Host: y\r\n\r\n")},
		{"no host", TEXT_INIT("GET /hello HTTP/1.1\r\n\r\n")},
		{"a blank before the colon", TEXT_INIT(HEAD_ "Content-Length : 0\r\n\r\n")},
		{"a folded line", TEXT_INIT(HEAD_ "A: b\r\n c\r\n\r\n")},
		{"a bare LF", TEXT_INIT(HEAD_ "A: b\nC: d\r\n\r\n")},
		{"a bare LF as the empty line", TEXT_INIT(HEAD_ "A: b\r\n\n")},
		{"a NUL in a value", TEXT_INIT(HEAD_ "A: b\0c\r\n\r\n")},
		{"a NUL where a line begins", TEXT_INIT(HEAD_ "\0A: b\r\n\r\n")},
		{"a control in a value", TEXT_INIT(HEAD_ "A: b\x01\r\n\r\n")},
		{"a name that is none", TEXT_INIT(HEAD_ "A(b): c\r\n\r\n")},
		{"two blanks after the method",
		 TEXT_INIT("GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n")},
		{"a blank in the target", TEXT_INIT("GET /hello a HTTP/1.1\r\nHost: x\r\n\r\n")},
		{"a NUL in the target", TEXT_INIT("GET /hello\0a HTTP/1.1\r\nHost: x\r\n\r\n")},
		{"a version that is none", TEXT_INIT("GET /hello HTTP/1.1x\r\nHost: x\r\n\r\n")},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client *c = client_open(x.arena, x.port);
		struct reply r;

		client_send(c, rows[i].raw);
		client_say(c, NEXT_);
		r = client_read(c, false);
		CHECK_INT(rows[i].name, r.status, 400);
		CHECK_TEXT(rows[i].name, reply_header(&r, "Connection", NULL), TEXT("close"));
		CHECK_TRUE(rows[i].name, client_is_closed(c));
		client_close(c);
	}
	CHECK_INT("no hidden request was handled", atomic_load(&x.handled), 0);
	end();
}

#define CHUNKED_ HEAD_ "Transfer-Encoding: chunked\r\n\r\n"

/* What stands in front of a chunk's data is seen where it was read along with them. */
static void test_chunk_framing(void)
{
	static const struct {
		const char *name;
		struct text raw;
		int status;
	} rows[] = {
		{"a bare LF", TEXT_INIT(CHUNKED_ "5\nhello\n0\n\n"), 400},
		{"a bare LF behind a size", TEXT_INIT(CHUNKED_ "5\nhello\r\n0\r\n\r\n"), 400},
		{"a bare LF behind an extension", TEXT_INIT(CHUNKED_ "5;a\nhello\r\n0\r\n\r\n"),
		 400},
		{"a bare LF behind data", TEXT_INIT(CHUNKED_ "5\r\nhello\n1\r\nx\r\n0\r\n\r\n"),
		 400},
		{"a CR in an extension", TEXT_INIT(CHUNKED_ "5;a\rb\r\nhello\r\n0\r\n\r\n"), 400},
		{"a size that is none", TEXT_INIT(CHUNKED_ "0x5\r\nhello\r\n0\r\n\r\n"), 400},
		{"half of 64 bits", TEXT_INIT(CHUNKED_ "8000000000000000\r\na"), 413},
		{"half of 32 bits", TEXT_INIT(CHUNKED_ "7fffffff\r\na"), 413},
		{"32 bits", TEXT_INIT(CHUNKED_ "FFFFFFFF\r\na"), 413},
		{"more than 64 bits", TEXT_INIT(CHUNKED_ "FFFFFFFFFFFFFFFFF\r\na"), 413},
		{"too much with the one before", TEXT_INIT(CHUNKED_ "1\r\na\r\n100000\r\na"), 413},
		{"after 100",
		 TEXT_INIT(HEAD_ "Transfer-Encoding: chunked\r\nExpect: 100-continue"
				 "\r\n\r\nFFFFFFFF\r\na"),
		 413},
		{"of a refused request",
		 TEXT_INIT("POST /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
			   "5\nhello\r\n0\r\n\r\n"),
		 400},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client *c = client_open(x.arena, x.port);
		struct reply r;

		client_send(c, rows[i].raw);
		r = client_read(c, false);
		if (r.status == 100)
			r = client_read(c, false);
		CHECK_INT(rows[i].name, r.status, rows[i].status);
		CHECK_TRUE(rows[i].name, client_is_closed(c));
		client_close(c);
	}
	CHECK_INT("none was handled", atomic_load(&x.handled), 0);
	end();
}

/* However a body is cut into packets, good framing is never taken for bad. */
static void test_chunks_in_packets(void)
{
	static const char raw[] = CHUNKED_ "3\r\na\nb\r\n02;x=y\r\n\r\n\r\n1\r\nc\r\n0\r\n\r\n";

	begin();
	for (size_t cut = strlen(CHUNKED_); cut < strlen(raw); cut++)
		for (size_t again = cut; again < cut + 3 && again < strlen(raw); again++) {
			struct client *c = client_open(x.arena, x.port);
			struct reply r;

			client_send(c, text_of(raw, cut));
			usleep(300);
			client_send(c, text_of(raw + cut, again - cut));
			usleep(300);
			r = client_ask(c, raw + again);
			CHECK_INT(raw + cut, r.status, 200);
			CHECK_TEXT(raw + cut, r.body, TEXT("POST|||a\nb\r\nc"));
			client_close(c);
		}
	end();
}

static struct reply ask_with_extension(size_t bytes, const char *end)
{
	struct client *c = client_open(x.arena, x.port);
	struct reply r;
	struct buf b;

	buf_init(&b, x.arena, 0, 1 << 20);
	buf_put_lit(&b, CHUNKED_ "5;");
	memset(buf_reserve(&b, bytes), 'x', bytes);
	b.len += bytes;
	buf_put_str(&b, end);
	client_send(c, buf_text(&b));
	r = client_read(c, false);
	client_close(c);
	return r;
}

static void test_extensions(void)
{
	static const char rest[] = "\r\nhello\r\n0\r\n\r\n";

	begin();
	CHECK_INT("a short one", ask_with_extension(100, rest).status, 200);
	CHECK_INT("a long one", ask_with_extension(2000, rest).status, 413);
	CHECK_INT("20 KB", ask_with_extension(20000, rest).status, 413);
	CHECK_INT("past the library's memory", ask_with_extension(100000, "").status, 413);
	CHECK_INT("one was handled", atomic_load(&x.handled), 1);
	end();
}

/* RFC 9110 §8.4, §15.5.16 */
static void test_encodings(void)
{
	static const struct {
		const char *name, *raw;
		int status;
	} rows[] = {
		{"gzip", HEAD_ "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", 415},
		{"two", HEAD_ "content-encoding: identity, x\r\nContent-Length: 1\r\n\r\na", 415},
		{"in a second field",
		 HEAD_ "Content-Encoding: identity\r\nContent-Encoding: br\r\n"
		       "Content-Length: 1\r\n\r\na",
		 415},
		{"in chunks",
		 HEAD_ "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "1\r\na\r\n0\r\n\r\n",
		 415},
		{"identity", HEAD_ "Content-Encoding: Identity\r\nContent-Length: 1\r\n\r\na", 200},
		{"empty", HEAD_ "Content-Encoding:\r\nContent-Length: 1\r\n\r\na", 200},
		{"of no body", HEAD_ "Content-Encoding: gzip\r\n\r\n", 200},
		{"who asks comes first",
		 "PUT /secret HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip"
		 "\r\nContent-Length: 1\r\n\r\na",
		 401},
	};
	struct client *c;

	begin();
	c = client_open(x.arena, x.port);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = client_ask(c, rows[i].raw);

		CHECK_INT(rows[i].name, r.status, rows[i].status);
		if (rows[i].status == 415)
			CHECK_TEXT(rows[i].name, reply_header(&r, "Accept-Encoding", NULL),
				   TEXT("identity"));
	}
	CHECK_INT("the connection is good for more", client_ask(c, NEXT_).status, 200);
	client_close(c);
	end();
}

#define GET_HELLO_ "GET /hello HTTP/1.1\r\nHost: x\r\n"

/* RFC 9110 §9.3.1: a body of GET means nothing. */
static void test_ignored_bodies(void)
{
	struct client *c;
	struct reply r;

	begin();
	c = client_open(x.arena, x.port);
	r = client_ask(c, GET_HELLO_ "Content-Length: 5\r\n\r\nabcde");
	CHECK_TEXT("a length", r.body, TEXT("hello"));
	r = client_ask(c, GET_HELLO_ "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
	CHECK_TEXT("chunks", r.body, TEXT("hello"));
	r = client_ask(c, GET_HELLO_ "Transfer-Encoding: chunked\r\n\r\n100000\r\na");
	CHECK_INT("too large a chunk", r.status, 413);
	client_close(c);
	c = client_open(x.arena, x.port);
	r = client_ask(c, GET_HELLO_ "Content-Length: 100000\r\n\r\n");
	CHECK_INT("too large", r.status, 413);
	client_close(c);
	end();
}

static void test_lines(void)
{
	static const struct {
		const char *name, *raw;
		int status;
		const char *body;
	} rows[] = {
		{"plain", "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello"},
		{"an empty line in front", "\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n", 200,
		 "hello"},
		{"HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", 200, "hello"},
		{"absolute-form", "GET http://x/hello?a HTTP/1.1\r\nHost: x\r\n\r\n", 200, "hello"},
		{"any method", "propfind /echo HTTP/1.1\r\nHost: x\r\n\r\n", 200, "propfind|||"},
		{"a body", HEAD_ "Content-Length: 5\r\n\r\nabcde", 200, "POST|||abcde"},
		{"a body in chunks",
		 HEAD_ "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
		 200, "POST|||abcde"},
		{"a query, as it came",
		 "GET /echo?p=1&%71=a%20b+c%4 HTTP/1.1\r\nHost: x\r\nX-Say:  hi \r\n\r\n", 200,
		 "GET|p=1&%71=a%20b+c%4|hi|"},
		{"a header in two lines is one list (RFC 9110 §5.3)",
		 "GET /echo HTTP/1.1\r\nHost: x\r\nX-Say: hi\r\nX-SAY:  ho \r\n\r\n", 200,
		 "GET||hi, ho|"},
		{"an encoded slash", "GET /path/a%2Fb/..%2f/c HTTP/1.1\r\nHost: x\r\n\r\n", 200,
		 "[path][a/b][../][c]"},
		{"dots do not walk", "GET /path/../hello HTTP/1.1\r\nHost: x\r\n\r\n", 200,
		 "[path][..][hello]"},
		{"an encoded prefix", "GET /%70ath HTTP/1.1\r\nHost: x\r\n\r\n", 200, "[path]"},
		{"an encoded slash is none", "GET /slow%2Fwait HTTP/1.1\r\nHost: x\r\n\r\n", 404,
		 "There is nothing here.\n"},
		{"a longer name is another", "GET /hellos HTTP/1.1\r\nHost: x\r\n\r\n", 404,
		 "There is nothing here.\n"},
		{"HTTP_EXACT", "GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n", 404,
		 "There is nothing here.\n"},
		{"another method", "PUT /hello HTTP/1.1\r\nHost: x\r\n\r\n", 405,
		 "This resource does not know the method.\n"},
		{"%00", "GET /path%00/a HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		 "The path has a broken escape, a NUL, or is not UTF-8.\n"},
		{"a broken escape", "GET /path/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		 "The path has a broken escape, a NUL, or is not UTF-8.\n"},
		{"not UTF-8", "GET /path/%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400,
		 "The path has a broken escape, a NUL, or is not UTF-8.\n"},
		{"on a worker", "PUT /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na", 200,
		 "PUT|||a"},
		{"RFC 9110 §9.3.7", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200, ""},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client *c = client_open(x.arena, x.port);
		struct reply r = client_ask(c, rows[i].raw);

		CHECK_INT(rows[i].name, r.status, rows[i].status);
		CHECK_TEXT(rows[i].name, r.body, text_from(rows[i].body));
		/* And the connection is good for more, unless the request was none. */
		if (rows[i].status != 400 && !strstr(rows[i].raw, "HTTP/1.0"))
			CHECK_INT(rows[i].name, client_ask(c, NEXT_).status, 200);
		client_close(c);
	}
	end();
}

static void test_headers_of_answers(void)
{
	struct client *c;
	struct reply r;
	int count;

	begin();
	c = client_open(x.arena, x.port);
	client_say(c, "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	r = client_read(c, true);
	CHECK_INT("HEAD", r.status, 200);
	CHECK_TEXT("has the length of GET", reply_header(&r, "Content-Length", NULL), TEXT("5"));
	r = client_ask(c, NEXT_);
	CHECK_TEXT("and no body", r.body, TEXT("hello"));
	CHECK_TRUE("Date", reply_header(&r, "Date", NULL).len > 0);
	CHECK_TEXT("type", reply_header(&r, "Content-Type", NULL), TEXT("text/plain"));
	r = client_ask(c, "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	CHECK_TEXT("RFC 9110 §15.5.6", reply_header(&r, "Allow", NULL), TEXT("GET, HEAD"));
	r = client_ask(c, "GET /forge HTTP/1.1\r\nHost: x\r\n\r\n");
	CHECK_INT("a forged header is dropped", r.status, 204);
	CHECK_TRUE("none", !reply_header(&r, "X-Bad", NULL).at);
	reply_header(&r, "Set-Cookie", &count);
	CHECK_INT("nothing of it", count, 0);
	CHECK_TEXT("others stay", reply_header(&r, "X-Good", NULL), TEXT("c"));
	client_close(c);
	end();
}

static void test_pipelining(void)
{
	static const char *const paths[] = {"/hello", "/wait", "/slow", "/early", "/go", "/twice"};
	static const char *const bodies[] = {"hello", "woken", "GET|||", "early", "slow", "woken"};
	struct client *c;
	struct buf b;

	begin();
	c = client_open(x.arena, x.port);
	buf_init(&b, x.arena, 0, 1 << 16);
	for (size_t i = 0; i < 60; i++)
		buf_printf(&b, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", paths[i % ARRAY_LEN(paths)]);
	client_send(c, buf_text(&b));
	for (size_t i = 0; i < 60; i++) {
		struct reply r = client_read(c, false);

		CHECK_INT(paths[i % ARRAY_LEN(paths)], r.status, 200);
		CHECK_TEXT("RFC 9112 §9.3.2: in order", r.body,
			   text_from(bodies[i % ARRAY_LEN(paths)]));
	}
	client_close(c);
	end();
}

/* ---- limits ---- */

static struct reply ask_with_header(size_t bytes)
{
	struct client *c = client_open(x.arena, x.port);
	struct reply r;
	struct buf b;

	buf_init(&b, x.arena, 0, 1 << 20);
	buf_put_lit(&b, "GET /hello HTTP/1.1\r\nHost: x\r\nA: ");
	memset(buf_reserve(&b, bytes), 'v', bytes);
	b.len += bytes;
	buf_put_lit(&b, "\r\n\r\n");
	client_send(c, buf_text(&b));
	r = client_read(c, false);
	client_close(c);
	return r;
}

static void test_header_limit(void)
{
	begin();
	CHECK_INT("a long header", ask_with_header(HTTP_HEADER_MAX - 100).status, 200);
	CHECK_INT("RFC 6585 §5: past our limit", ask_with_header(HTTP_HEADER_MAX).status, 431);
	CHECK_INT("past the library's memory", ask_with_header(40 * 1024).status, 431);
	end();
}

#define ECHO_LEN_(n) "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " n "\r\n"

static void test_body_limit(void)
{
	struct client *c;
	struct reply r;

	begin();
	c = client_open(x.arena, x.port);
	r = client_ask(c, ECHO_LEN_("1048577") "\r\n");
	CHECK_INT("too long, before it is read", r.status, 413);
	CHECK_TRUE("and closed", client_is_closed(c));
	client_close(c);

	c = client_open(x.arena, x.port);
	r = client_ask(c, ECHO_LEN_("1048577") "Expect: 100-continue\r\n\r\n");
	CHECK_INT("413 instead of 100", r.status, 413);
	client_close(c);

	c = client_open(x.arena, x.port);
	r = client_ask(c,
		       "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde" NEXT_);
	CHECK_INT("a small refused body is read", r.status, 405);
	r = client_read(c, false);
	CHECK_TEXT("so that the connection stays", r.body, TEXT("hello"));
	client_close(c);
	end();
}

/* Chunks until the server has had enough; what it says then. */
static struct reply ask_with_chunks(size_t bytes)
{
	static char chunk[8 + 4096 + 2];
	struct client *c = client_open(x.arena, x.port);
	struct reply r;

	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "001000\r\n", 8);
	memcpy(chunk + 8 + 4096, "\r\n", 2);
	client_say(c, "PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t sent = 0; sent < bytes; sent += 4096)
		if (!client_send(c, text_of(chunk, sizeof(chunk))))
			break;
	client_say(c, "0\r\n\r\n");
	r = client_read(c, false);
	client_close(c);
	return r;
}

static void test_chunked_limit(void)
{
	begin();
	CHECK_INT("as much as there may be", ask_with_chunks(FIXTURE_ECHO_MAX).status, 200);
	CHECK_INT("a little more", ask_with_chunks(FIXTURE_ECHO_MAX + 8192).status, 413);
	CHECK_INT("one body was handled", atomic_load(&x.handled), 1);
	end();
}

/* How far a sender comes that does not stop; it may find the connection reset. */
static void test_endless_chunks(void)
{
	enum { FAR_TOO_MUCH = 256 << 20 };
	static char chunk[8 + 65536 + 2];
	struct client *c;
	size_t sent = 0;

	begin();
	c = client_open(x.arena, x.port);
	memset(chunk, 'x', sizeof(chunk));
	memcpy(chunk, "010000\r\n", 8);
	memcpy(chunk + 8 + 65536, "\r\n", 2);
	client_say(c, "PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	while (sent < FAR_TOO_MUCH && client_send(c, text_of(chunk, sizeof(chunk))))
		sent += 65536;
	CHECK_TRUE("is cut off", sent < FAR_TOO_MUCH);
	CHECK_INT("nothing was handled", atomic_load(&x.handled), 0);
	client_close(c);
	end();
}

static void test_bodies_together(void)
{
	struct client *first, *second;
	struct reply r;

	fixture_init(&x);
	x.options.bodies_max = 1000;
	fixture_start(&x);
	first = client_open(x.arena, x.port);
	second = client_open(x.arena, x.port);
	r = client_ask(first, ECHO_LEN_("800") "Expect: 100-continue\r\n\r\n");
	CHECK_INT("there is room for one", r.status, 100);
	r = client_ask(second, ECHO_LEN_("300") "Expect: 100-continue\r\n\r\n");
	CHECK_INT("but not for the other", r.status, 503);
	CHECK_TRUE("RFC 9110 §10.2.3", reply_header(&r, "Retry-After", NULL).len > 0);
	client_close(second);
	client_send(first, text_of(arena_alloc(x.arena, 800), 800));
	CHECK_INT("the first goes on", client_read(first, false).status, 200);
	/* And gives its room back, a little after its answer has left. */
	do {
		second = client_open(x.arena, x.port);
		r = client_ask(second, ECHO_LEN_("300") "Expect: 100-continue\r\n\r\n");
		if (r.status == 503)
			client_close(second);
	} while (r.status == 503);
	CHECK_INT("there is room again", r.status, 100);
	client_close(first);
	client_close(second);
	end();
}

/* ---- 100-continue and users ---- */

static void test_continue(void)
{
	struct client *c;
	struct reply r;

	begin();
	c = client_open(x.arena, x.port);
	r = client_ask(c, ECHO_LEN_("3") "Expect: 100-continue\r\n\r\n");
	CHECK_INT("RFC 9110 §10.1.1", r.status, 100);
	r = client_ask(c, "abc");
	CHECK_INT("then the answer", r.status, 200);
	CHECK_TEXT("to the body", r.body, TEXT("PUT|||abc"));
	client_close(c);
	end();
}

#define SECRET_(more) "PUT /secret HTTP/1.1\r\nHost: x\r\n" more "\r\n"
#define CHALLENGE     "Basic realm=\"Fasti\", charset=\"UTF-8\""

static void test_users(void)
{
	static const struct {
		const char *name, *raw;
		int status;
		const char *body;
	} rows[] = {
		{"nobody", SECRET_(""), 401, "UNAUTHENTICATED"},
		{"right", SECRET_(FIXTURE_BASIC), 200, "alice"},
		{"right again", SECRET_(FIXTURE_BASIC), 200, "alice"},
		{"wrong", SECRET_(FIXTURE_WRONG), 401, "UNAUTHENTICATED"},
		{"unknown", SECRET_("Authorization: Basic Ym9iOmNvcnJlY3QgaG9yc2U=\r\n"), 401,
		 "UNAUTHENTICATED"},
		{"a NUL behind the password",
		 SECRET_("Authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZQA=\r\n"), 401,
		 "UNAUTHENTICATED"},
		{"another scheme", SECRET_("Authorization: Bearer abc\r\n"), 401,
		 "UNAUTHENTICATED"},
		{"with a body", SECRET_(FIXTURE_WRONG "Content-Length: 3\r\n") "abc", 401,
		 "UNAUTHENTICATED"},
		{"optional, none", "GET /maybe HTTP/1.1\r\nHost: x\r\n\r\n", 200, "nobody"},
		{"optional, right", "GET /maybe HTTP/1.1\r\nHost: x\r\n" FIXTURE_BASIC "\r\n", 200,
		 "alice"},
		{"optional, wrong", "GET /maybe HTTP/1.1\r\nHost: x\r\n" FIXTURE_WRONG "\r\n", 401,
		 "A user name and the right password are needed.\n"},
		{"optional, another scheme",
		 "GET /maybe HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\n\r\n", 200,
		 "nobody"},
		{"OPTIONS", "OPTIONS /secret HTTP/1.1\r\nHost: x\r\n\r\n", 401, "UNAUTHENTICATED"},
		{"open OPTIONS", "OPTIONS /open HTTP/1.1\r\nHost: x\r\n\r\n", 200, "nobody"},
		{"others are not open", "GET /open HTTP/1.1\r\nHost: x\r\n\r\n", 401,
		 "A user name and the right password are needed.\n"},
	};
	struct client *c;

	begin();
	c = client_open(x.arena, x.port);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reply r = client_ask(c, rows[i].raw);
		struct text challenge;
		int count;

		CHECK_INT(rows[i].name, r.status, rows[i].status);
		CHECK_TEXT(rows[i].name, r.body, text_from(rows[i].body));
		challenge = reply_header(&r, "WWW-Authenticate", &count);
		CHECK_INT(rows[i].name, count, rows[i].status == 401);
		if (rows[i].status == 401)
			CHECK_TEXT(rows[i].name, challenge, TEXT(CHALLENGE));
	}
	client_close(c);
	c = client_open(x.arena, x.port);
	CHECK_INT("401 instead of 100",
		  client_ask(c,
			     SECRET_(FIXTURE_WRONG "Content-Length: 3\r\nExpect: 100-continue\r\n"))
			  .status,
		  401);
	client_close(c);
	c = client_open(x.arena, x.port);
	CHECK_INT("100 once the password was right",
		  client_ask(c,
			     SECRET_(FIXTURE_BASIC "Content-Length: 3\r\nExpect: 100-continue\r\n"))
			  .status,
		  100);
	client_close(c);
	end();
}

static void test_peers(void)
{
	static const struct {
		const char *trusted, *header, *want;
	} rows[] = {
		{"", "", "127.0.0.1 1"},
		{"", "X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1 1"},
		{"127.0.0.1", "", "127.0.0.1 1"},
		{"127.0.0.1", "X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1 0"},
		{"127.0.0.1", "X-Forwarded-For: 198.51.100.9, 192.0.2.1\r\n", "192.0.2.1 0"},
		{"10.0.0.1, 127.0.0.1", "X-Forwarded-For: 192.0.2.1, 10.0.0.1\r\n", "192.0.2.1 0"},
		{"10.0.0.1,127.0.0.1", "X-Forwarded-For: evil, 10.0.0.1\r\n", "10.0.0.1 0"},
		{"127.0.0.1", "X-Forwarded-For: evil\r\n", "127.0.0.1 1"},
		{"127.0.0.1", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 2001:db8::1\r\n",
		 "2001:db8::1 0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client *c;
		struct reply r;

		fixture_init(&x);
		x.options.trusted_proxies = text_from(rows[i].trusted);
		fixture_start(&x);
		c = client_open(x.arena, x.port);
		r = client_ask(c, arena_printf(x.arena, "GET /peer HTTP/1.1\r\nHost: x\r\n%s\r\n",
					       rows[i].header));
		CHECK_TEXT(rows[i].header, r.body, text_from(rows[i].want));
		client_close(c);
		end();
	}
}

/* ---- the log ---- */

#define FIFTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void test_log(void)
{
	int file = memfd_create("log", MFD_CLOEXEC);
	int64_t before = metrics_get(METRIC_HTTP_REQUESTS, STATUS_2XX);
	char lines[8192] = {0};
	struct client *c;
	struct text log;

	log_open(file);
	begin();
	c = client_open(x.arena, x.port);
	client_ask(c, "GET /token/abc123?token=def456 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_ask(c, "GET /nowhere/ghi789 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_ask(c, "GET /secret/a/b?mno345 HTTP/1.1\r\nHost: x\r\n" FIXTURE_BASIC "\r\n");
	client_ask(c, "PUT /hello?pqr678 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_ask(c, "GET /fault?stu901 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_ask(c, "GET /nowhere%zz?jkl012 HTTP/1.1\r\nHost: x\r\n\r\n");
	client_close(c);
	end();
	log_close();
	CHECK_TRUE("there are lines", pread(file, lines, sizeof(lines) - 1, 0) > 0);
	close(file);
	log = text_from(lines);
	CHECK_TRUE("what the route names",
		   text_find(log, TEXT("path=\"/token/…\" status=200")) > 0);
	CHECK_TRUE("no token", text_find(log, TEXT("abc123")) < 0);
	CHECK_TRUE("no query", text_find(log, TEXT("def456")) < 0);
	CHECK_TRUE("not of unknown paths", text_find(log, TEXT("ghi789")) < 0);
	CHECK_TRUE("nor of bad ones", text_find(log, TEXT("jkl012")) < 0);
	CHECK_TRUE("the path of users", text_find(log, TEXT("user=alice method=GET "
							    "path=/secret/a/b status=200")) > 0);
	CHECK_TRUE("not their query", text_find(log, TEXT("mno345")) < 0);
	CHECK_TRUE("no password", text_find(log, TEXT("YWxpY2U6")) < 0);
	CHECK_TRUE("a refusal says why",
		   text_find(log,
			     TEXT("end=sent fault=BAD_METHOD why=\"This resource does not know "
				  "the method.\"\n")) > 0);
	CHECK_TRUE("without a query", text_find(log, TEXT("pqr678")) < 0);
	CHECK_TRUE("an answer of another kind, too", text_find(log, TEXT("fault=BAD_OBJECT")) > 0);
	CHECK_TRUE("bounded",
		   text_find(log, TEXT("fault=BAD_OBJECT why=" FIFTY FIFTY FIFTY FIFTY
				       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")) > 0);
	CHECK_TRUE("only a refusal", text_find(log, TEXT("status=200")) > 0 &&
					     text_find(log, TEXT("fault=\"\"")) < 0);
	CHECK_INT("counted", metrics_get(METRIC_HTTP_REQUESTS, STATUS_2XX), before + 2);
	CHECK_INT("nothing is open", metrics_get(METRIC_HTTP_OPEN, 0), 0);
}

UNIT_SUITE("http_requests", {"doubtful framing is refused (RFC 9112 §11.2)", test_framing},
	   {"chunks (RFC 9112 §7.1)", test_chunk_framing},
	   {"chunks in packets", test_chunks_in_packets},
	   {"extensions of chunks (RFC 9112 §7.1.1)", test_extensions},
	   {"bodies in an encoding (RFC 9110 §8.4)", test_encodings},
	   {"bodies that mean nothing (RFC 9110 §9.3.1)", test_ignored_bodies},
	   {"requests and their answers", test_lines},
	   {"header fields of answers", test_headers_of_answers},
	   {"pipelining (RFC 9112 §9.3.2)", test_pipelining},
	   {"a header too large (RFC 6585 §5)", test_header_limit},
	   {"a body too long", test_body_limit}, {"chunks too many", test_chunked_limit},
	   {"chunks without end", test_endless_chunks},
	   {"bodies too many at once", test_bodies_together},
	   {"100-continue (RFC 9110 §10.1.1)", test_continue}, {"users (RFC 7617)", test_users},
	   {"peers behind proxies", test_peers}, {"the access log tells no secrets", test_log})
