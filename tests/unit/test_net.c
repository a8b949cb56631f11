/* net: the guards of outgoing requests, against a small server of our own */
#include "net/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/address.h"
#include "net/url.h"
#include "unit.h"

/* What the server answers, by the beginning of the request. */
static const struct {
	const char *begins, *answer;
} answers[] = {
	{"GET /plain ", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
	{"GET /missing ", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"},
	{"GET /moved ", "HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 3\r\n\r\nold"},
	{"GET /loop ", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n"},
	{"GET /to-file ",
	 "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"},
	{"POST /moved ", "HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n"},
	{"HEAD /plain ", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
	{"GET /lies ", "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\nshort"},
	{"GET /garbage ", "SMTP ready\r\n"},
	{"PROPFIND /plain ", "HTTP/1.1 207 Multi-Status\r\nContent-Length: 3\r\n\r\n<a>"},
	{"PATCH /plain ", "HTTP/1.1 204 No Content\r\n\r\n"},
	{"PUT /plain ", "HTTP/1.1 201 Created\r\nETag: \"1\"\r\nContent-Length: 0\r\n\r\n"},
	{"GET /kept ", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept"},
	{"GET /headers ", "HTTP/1.1 100 Continue\r\nRetry-After: 1\r\n\r\n"
			  "HTTP/1.1 302 Found\r\nLocation: /headers-too\r\nETag: \"old\"\r\n"
			  "Content-Length: 0\r\n\r\n"},
	{"GET /headers-too ", "HTTP/1.1 200 OK\r\nretry-after:  120 \r\nX-Empty:\r\n"
			      "X-Folded: a\r\n b\r\nX-Twice: one\r\nX-Twice: two\r\n"
			      "Content-Length: 0\r\n\r\n"},
};

/* "hello", and a hundred thousand zeros, as gzip has them. */
static const unsigned char gzip_hello[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
					   0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
					   0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
static const unsigned char gzip_zeros[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31, 0x01, 0x00,
	0x00, 0x00, 0xc2, 0xa0, 0x4a, 0xeb, 0x9f, 0xce, 0x1a, 0x1e, 0x40, 0x01, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0xaf, 0x06, 0x85, 0xc2, 0x4d, 0xc5, 0xa0, 0x86, 0x01, 0x00};

static struct server {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock; /* guards last, connections */
	char last[8192];      /* the last request */
	int connections;
} server = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void send_all(int fd, const char *at, size_t len)
{
	while (len) {
		ssize_t n = send(fd, at, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

static void send_endless(int fd, const char *begin, const char *again)
{
	send_all(fd, begin, strlen(begin));
	for (int i = 0; i < 20000; i++)
		if (send(fd, again, strlen(again), MSG_NOSIGNAL) <= 0)
			return;
}

static bool begins(const char *request, const char *with)
{
	return strncmp(request, with, strlen(with)) == 0;
}

/* Enough of a server for requests whose body comes along with the header. */
static bool take_request(int fd, char *at, size_t size)
{
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = recv(fd, at + len, size - 1 - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		at[len] = '\0';
		if (strstr(at, "\r\n\r\n"))
			break;
	}
	pthread_mutex_lock(&server.lock);
	memcpy(server.last, at, len + 1);
	pthread_mutex_unlock(&server.lock);
	return true;
}

static void send_gzip(int fd, const unsigned char *at, size_t len)
{
	static const char header[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";

	send_all(fd, header, strlen(header));
	send_all(fd, (const char *)at, len);
}

/* True if the connection stays open for a further request. */
static bool answer(int fd)
{
	char request[sizeof(server.last)];

	if (!take_request(fd, request, sizeof(request)))
		return false;
	if (begins(request, "GET /large "))
		send_endless(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "0123456789");
	if (begins(request, "GET /many-headers "))
		send_endless(fd, "HTTP/1.1 200 OK\r\n", "X-Header: again\r\n");
	/* A silent server: waits until the client has gone. */
	if (begins(request, "GET /silent "))
		(void)!recv(fd, request, 1, 0);
	if (begins(request, "GET /gzip "))
		send_gzip(fd, gzip_hello, sizeof(gzip_hello));
	if (begins(request, "GET /gzip-bomb "))
		send_gzip(fd, gzip_zeros, sizeof(gzip_zeros));
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (begins(request, answers[i].begins))
			send_all(fd, answers[i].answer, strlen(answers[i].answer));
	return begins(request, "GET /kept ");
}

static void *serve(void *unused)
{
	(void)unused;
	for (;;) {
		int fd = accept(server.fd, NULL, NULL);

		if (fd < 0)
			return NULL;
		pthread_mutex_lock(&server.lock);
		server.connections++;
		pthread_mutex_unlock(&server.lock);
		while (answer(fd))
			;
		close(fd);
	}
}

static struct arena *begin(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct arena *a = arena_create(64 << 20);
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_INT("bind", bind(server.fd, (struct sockaddr *)&in, sizeof(in)), 0);
	CHECK_INT("listen", listen(server.fd, 8), 0);
	CHECK_INT("name", getsockname(server.fd, (struct sockaddr *)&in, &len), 0);
	server.port = ntohs(in.sin_port);
	pthread_create(&server.thread, NULL, serve, NULL);
	return a;
}

static void end(struct arena *a)
{
	net_cleanup();
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
	arena_destroy(a);
}

static struct text local(struct arena *a, const char *path)
{
	return text_from(arena_printf(a, "http://127.0.0.1:%d%s", server.port, path));
}

static void test_answers(void)
{
	static const struct {
		const char *name, *method, *path;
		bool no_redirects;
		int status;
		const char *body, *last_path;
	} rows[] = {
		{"plain", NULL, "/plain", false, 200, "hello", "/plain"},
		{"any status is an answer", NULL, "/missing", false, 404, "no", "/missing"},
		{"a redirect is followed", NULL, "/moved", false, 200, "hello", "/plain"},
		{"unless not wanted", NULL, "/moved", true, 302, "old", "/moved"},
		{"never for a POST", "POST", "/moved", false, 302, "", "/moved"},
		{"HEAD has no body", "HEAD", "/plain", false, 200, "", "/plain"},
		{"a method of WebDAV", "PROPFIND", "/plain", false, 207, "<a>", "/plain"},
		{"PATCH", "PATCH", "/plain", false, 204, "", "/plain"},
		{"PUT of nothing", "PUT", "/plain", false, 201, "", "/plain"},
		{"gzip is read", NULL, "/gzip", false, 200, "hello", "/gzip"},
	};
	struct arena *a = begin();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_request r = {.method = rows[i].method,
					.url = local(a, rows[i].path),
					.no_redirects = rows[i].no_redirects,
					.allow_private = true};
		struct net_response got = {0};

		if (!CHECK_WELL(rows[i].name, net_fetch(a, &r, &got)))
			continue;
		CHECK_INT(rows[i].name, got.status, rows[i].status);
		CHECK_TEXT(rows[i].name, got.body, text_from(rows[i].body));
		CHECK_TEXT(rows[i].name, got.url, local(a, rows[i].last_path));
	}
	end(a);
}

static struct text last_sent(struct arena *a)
{
	struct text sent;

	pthread_mutex_lock(&server.lock);
	sent = text_from(arena_strdup(a, server.last));
	pthread_mutex_unlock(&server.lock);
	return sent;
}

static void test_request(void)
{
	static const struct net_header headers[] = {
		{TEXT_INIT("Content-Type"), TEXT_INIT("text/calendar")},
		{TEXT_INIT("X-Empty"), TEXT_INIT("")},
	};
	struct arena *a = begin();
	struct net_request r = {.method = "POST",
				.url = local(a, "/moved"),
				.headers = headers,
				.header_count = ARRAY_LEN(headers),
				.body = TEXT("BEGIN:VCALENDAR"),
				.allow_private = true};
	struct net_response got = {0};
	struct text sent;

	CHECK_WELL("POST", net_fetch(a, &r, &got));
	sent = last_sent(a);
	CHECK_TRUE("method", text_starts(sent, TEXT("POST /moved HTTP/1.1\r\n")));
	CHECK_TRUE("header", text_find(sent, TEXT("\r\nContent-Type: text/calendar\r\n")) > 0);
	CHECK_TRUE("empty header", text_find(sent, TEXT("\r\nX-Empty:\r\n")) > 0);
	CHECK_TRUE("length", text_find(sent, TEXT("\r\nContent-Length: 15\r\n")) > 0);
	CHECK_TRUE("no waiting for 100", text_find(sent, TEXT("Expect")) < 0);
	end(a);
}

static void test_bodies(void)
{
	static const struct {
		const char *name, *method, *body, *length;
	} rows[] = {
		{"a report", "PROPFIND", "<propfind/>", "\r\nContent-Length: 11\r\n"},
		{"a patch", "PATCH", "{}", "\r\nContent-Length: 2\r\n"},
		{"a PUT of nothing", "PUT", "", "\r\nContent-Length: 0\r\n"},
		{"a POST of nothing", "POST", "", "\r\nContent-Length: 0\r\n"},
		{"a question", "PROPFIND", "", NULL},
	};
	struct arena *a = begin();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_request r = {
			.method = rows[i].method,
			.url = local(a, strcmp(rows[i].method, "POST") == 0 ? "/moved" : "/plain"),
			.body = text_from(rows[i].body),
			.allow_private = true};
		struct net_response got = {0};
		struct text sent;

		CHECK_WELL(rows[i].name, net_fetch(a, &r, &got));
		sent = last_sent(a);
		CHECK_TRUE(rows[i].name, text_starts(sent, text_from(rows[i].method)));
		CHECK_INT(rows[i].name,
			  text_find(sent, text_from(rows[i].length ? rows[i].length
								   : "Content-Length")) > 0,
			  rows[i].length != NULL);
		CHECK_TRUE(rows[i].name, text_find(sent, TEXT("Content-Type")) < 0);
	}
	end(a);
}

static void test_headers(void)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{"Retry-After", "120"}, {"x-empty", ""},    {"X-Folded", "a"}, {"X-Twice", "one"},
		{"ETag", NULL},		{"Location", NULL}, {"b", NULL},       {"X-Folde", NULL},
	};
	struct arena *a = begin();
	struct net_request r = {.url = local(a, "/headers"), .allow_private = true};
	struct net_response got = {0};

	CHECK_WELL("GET", net_fetch(a, &r, &got));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text value = net_response_header(&got, text_from(rows[i].name));

		CHECK_INT(rows[i].name, value.at != NULL, rows[i].want != NULL);
		CHECK_TEXT(rows[i].name, value, text_from(rows[i].want));
	}
	end(a);
}

static int connections(void)
{
	int n;

	pthread_mutex_lock(&server.lock);
	n = server.connections;
	pthread_mutex_unlock(&server.lock);
	return n;
}

static void test_kept(void)
{
	enum { END = 1, PUBLIC = 2 };
	static const struct {
		const char *name, *path;
		bool keeps;
		int flags;
		int more; /* connections */
	} rows[] = {
		{"the first", "/kept", true, 0, 1},
		{"the second comes along it", "/kept", true, 0, 0},
		{"as does the third", "/kept", true, 0, 0},
		{"not under stricter guards", "/kept", true, PUBLIC, 0},
		{"nor once all was ended", "/kept", true, END, 1},
		{"one that is not kept", "/kept", false, END, 1},
		{"is not there", "/kept", true, 0, 1},
		{"one that the other side closes", "/plain", true, END, 1},
		{"is made anew", "/plain", true, 0, 1},
	};
	struct arena *a = begin();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int before = connections();
		struct net_request r = {.url = local(a, rows[i].path),
					.keeps = rows[i].keeps,
					.allow_private = !(rows[i].flags & PUBLIC)};
		struct net_response got = {0};

		if (rows[i].flags & END)
			net_cleanup();
		if (rows[i].flags & PUBLIC)
			CHECK_FAULT(rows[i].name, net_fetch(a, &r, &got), FAULT_FORBIDDEN);
		else
			CHECK_WELL(rows[i].name, net_fetch(a, &r, &got));
		CHECK_INT(rows[i].name, connections() - before, rows[i].more);
	}
	end(a);
}

static void *ask_often(void *ctx)
{
	struct arena *a = arena_create(16 << 20);
	size_t well = 0;

	for (int i = 0; i < 20; i++) {
		struct net_request r = {
			.url = local(a, "/plain"), .keeps = true, .allow_private = true};
		struct net_response got = {0};

		well += !net_fetch(a, &r, &got) && got.status == 200;
	}
	*(size_t *)ctx = well;
	arena_destroy(a);
	return NULL;
}

static void test_kept_by_many(void)
{
	struct arena *a = begin();
	pthread_t threads[4];
	size_t well[ARRAY_LEN(threads)];

	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_create(&threads[i], NULL, ask_often, &well[i]);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT("each was answered", (int64_t)well[i], 20);
	}
	end(a);
}

static void test_guards(void)
{
	static const struct net_header forged[] = {
		{TEXT_INIT("X-A"), TEXT_INIT("b\r\nX-C: d")},
	};
	static const struct net_header forged_name[] = {
		{TEXT_INIT("X-A: b\r\nX-C"), TEXT_INIT("d")},
	};
	struct arena *a = begin();
	const struct {
		const char *name;
		struct net_request r;
		enum fault_code want;
	} rows[] = {
		{"another scheme", {.url = TEXT("file:///etc/passwd")}, FAULT_BAD_REQUEST},
		{"gopher", {.url = TEXT("gopher://127.0.0.1/")}, FAULT_BAD_REQUEST},
		{"line end in the address", {.url = TEXT("http://h/\r\nX: y")}, FAULT_BAD_REQUEST},
		{"no host", {.url = TEXT("http://")}, FAULT_BAD_REQUEST},
		{"line end in the method",
		 {.url = TEXT("http://h/"), .method = "GET /\r\n"},
		 FAULT_BAD_REQUEST},
		{"line end in a header",
		 {.url = TEXT("http://h/"), .headers = forged, .header_count = 1},
		 FAULT_BAD_REQUEST},
		{"line end in a name",
		 {.url = TEXT("http://h/"), .headers = forged_name, .header_count = 1},
		 FAULT_BAD_REQUEST},
		{"loopback", {.url = local(a, "/plain")}, FAULT_FORBIDDEN},
		{"loopback as a number", {.url = TEXT("http://2130706433/")}, FAULT_FORBIDDEN},
		{"loopback by name", {.url = TEXT("http://localhost:1/")}, FAULT_FORBIDDEN},
		{"loopback in IPv6", {.url = TEXT("http://[::1]:1/")}, FAULT_FORBIDDEN},
		{"metadata of a cloud", {.url = TEXT("http://169.254.169.254/")}, FAULT_FORBIDDEN},
		{"redirect to a file",
		 {.url = local(a, "/to-file"), .allow_private = true},
		 FAULT_UNAVAILABLE},
		{"endless redirects",
		 {.url = local(a, "/loop"), .allow_private = true},
		 FAULT_UNAVAILABLE},
		{"too large",
		 {.url = local(a, "/large"), .allow_private = true, .body_max = 1000},
		 FAULT_BODY_TOO_LARGE},
		{"too large once it is unpacked",
		 {.url = local(a, "/gzip-bomb"), .allow_private = true, .body_max = 1000},
		 FAULT_BODY_TOO_LARGE},
		{"endless headers",
		 {.url = local(a, "/many-headers"), .allow_private = true},
		 FAULT_BODY_TOO_LARGE},
		{"shorter than it says",
		 {.url = local(a, "/lies"), .allow_private = true},
		 FAULT_UNAVAILABLE},
		{"no HTTP",
		 {.url = local(a, "/garbage"), .allow_private = true},
		 FAULT_UNAVAILABLE},
		{"silent",
		 {.url = local(a, "/silent"), .allow_private = true, .total_ms = 200},
		 FAULT_UNAVAILABLE},
		{"nobody there",
		 {.url = TEXT("http://127.0.0.1:1/"), .allow_private = true},
		 FAULT_UNAVAILABLE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_response got = {0};

		CHECK_FAULT(rows[i].name, net_fetch(a, &rows[i].r, &got), rows[i].want);
	}
	end(a);
}

static void *set_stop(void *stop)
{
	while (connections() == 0)
		sched_yield();
	atomic_store((atomic_bool *)stop, true);
	return NULL;
}

/* Long before its own time is up, and it says why. */
static void test_stop(void)
{
	struct arena *a = begin();
	atomic_bool stop = false;
	struct net_request r = {.url = local(a, "/silent"), .allow_private = true, .stop = &stop};
	struct net_response got = {0};
	const struct fault *f;
	pthread_t thread;

	pthread_mutex_lock(&server.lock);
	server.connections = 0;
	pthread_mutex_unlock(&server.lock);
	pthread_create(&thread, NULL, set_stop, &stop);
	f = net_fetch(a, &r, &got);
	pthread_join(thread, NULL);
	CHECK_FAULT("silent", f, FAULT_UNAVAILABLE);
	CHECK_TEXT("why", text_from(f->message),
		   TEXT("The other server has not answered before our own stop."));
	atomic_store(&stop, false);
	r.url = local(a, "/plain");
	CHECK_WELL("one that nobody stops", net_fetch(a, &r, &got));
	end(a);
}

static void test_addresses(void)
{
	static const struct {
		const char *address;
		bool want;
	} rows[] = {
		{"8.8.8.8", true},
		{"0.0.0.0", false},
		{"10.255.255.255", false},
		{"11.0.0.0", true},
		{"100.63.255.255", true},
		{"100.64.0.1", false},
		{"127.0.0.1", false},
		{"127.255.255.254", false},
		{"169.254.169.254", false},
		{"172.15.255.255", true},
		{"172.16.0.1", false},
		{"172.31.255.255", false},
		{"172.32.0.0", true},
		{"192.0.2.1", false},
		{"192.168.1.1", false},
		{"198.18.0.1", false},
		{"198.19.255.255", false},
		{"198.20.0.0", true},
		{"203.0.113.9", false},
		{"223.255.255.255", true},
		{"224.0.0.1", false},
		{"255.255.255.255", false},
		{"2606:4700::1111", true},
		{"::", false},
		{"::1", false},
		{"::ffff:127.0.0.1", false},
		{"::ffff:8.8.8.8", true},
		{"64:ff9b::10.0.0.1", false},
		{"64:ff9b::8.8.8.8", true},
		{"fe80::1", false},
		{"fc00::1", false},
		{"fd12:3456::1", false},
		{"ff02::1", false},
		{"2001:0:1::1", false},
		{"2001:db8::1", false},
		{"2001:db9::1", true},
		{"2002:7f00:1::", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
		struct sockaddr_in in = {.sin_family = AF_INET};
		bool got;

		if (inet_pton(AF_INET, rows[i].address, &in.sin_addr) == 1)
			got = net_address_is_public((struct sockaddr *)&in, sizeof(in));
		else if (inet_pton(AF_INET6, rows[i].address, &in6.sin6_addr) == 1)
			got = net_address_is_public((struct sockaddr *)&in6, sizeof(in6));
		else
			got = !rows[i].want;
		CHECK_INT(rows[i].address, got, rows[i].want);
	}
	struct sockaddr other = {.sa_family = AF_UNIX};
	CHECK_TRUE("another family", !net_address_is_public(&other, sizeof(other)));
}

static void test_urls(void)
{
	enum { WELL = -1, NO = FAULT_FORBIDDEN, BAD = FAULT_BAD_REQUEST };
	static const struct {
		const char *url;
		int want, want_where_private_is_allowed;
	} rows[] = {
		{"https://example.org/hook?a=b", WELL, WELL},
		{"https://example.org:8443", WELL, WELL},
		{"https://1.1.1.1/", WELL, WELL},
		{"https://[2606:4700::1111]/", WELL, WELL},
		{"https://example.local.org/", WELL, WELL},
		{"http://example.org/", NO, WELL},
		{"https://127.0.0.1/", NO, WELL},
		{"https://10.0.0.1:9000/", NO, WELL},
		{"https://0x7f.1/", NO, WELL},
		{"https://2130706433/", NO, WELL},
		{"https://[::1]/", NO, WELL},
		{"https://[::ffff:10.0.0.1]/", NO, WELL},
		{"https://localhost/", NO, WELL},
		{"https://LocalHost.:80/", NO, WELL},
		{"https://a.localhost/", NO, WELL},
		{"https://printer.local/", NO, WELL},
		{"https://db.internal/", NO, WELL},
		{"https://nas.home.arpa/", NO, WELL},
		{"https://intranet/", NO, WELL},
		{"https://u:p@example.org/", BAD, BAD},
		{"https://u@example.org/", BAD, BAD},
		{"https://example.org@10.0.0.1/", BAD, BAD},
		{"ftp://example.org/", BAD, BAD},
		{"file:///etc/passwd", BAD, BAD},
		{"example.org", BAD, BAD},
		{"https://", BAD, BAD},
		{"https://[::1/", BAD, BAD},
		{"https://a b/", BAD, BAD},
		{"", BAD, BAD},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct fault *f = net_url_check(a, text_from(rows[i].url), false);
		const struct fault *allowed = net_url_check(a, text_from(rows[i].url), true);

		CHECK_INT(rows[i].url, f ? (int)f->code : WELL, rows[i].want);
		CHECK_INT(rows[i].url, allowed ? (int)allowed->code : WELL,
			  rows[i].want_where_private_is_allowed);
	}
	arena_destroy(a);
}

static void test_origins(void)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{"https://example.org/a?b", "https://example.org:443"},
		{"HTTPS://Example.ORG:443", "https://example.org:443"},
		{"https://example.org:8443/", "https://example.org:8443"},
		{"http://example.org/", "http://example.org:80"},
		{"https://[2606:4700::1111]/x", "https://[2606:4700::1111]:443"},
		{"https://example.org.evil.net/", "https://example.org.evil.net:443"},
		{"https://example.org@evil.net/", NULL},
		{"https://u:p@example.org/", NULL},
		{"ftp://example.org/", NULL},
		{"/a", NULL},
		{"", NULL},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = TEXT_NONE;

		CHECK_INT(rows[i].url, net_url_origin(a, text_from(rows[i].url), &got),
			  rows[i].want != NULL);
		CHECK_STR(rows[i].url, text_cstr(a, got), rows[i].want ? rows[i].want : "");
	}
	arena_destroy(a);
}

static void test_references(void)
{
	static const struct {
		const char *reference, *want;
	} rows[] = {
		{"/x/", "https://example.org/x/"},
		{"c.ics", "https://example.org/dav/a/c.ics"},
		{"../c", "https://example.org/dav/c"},
		{"/x%20y#z", "https://example.org/x%20y"},
		{"https://other.example/x", "https://other.example/x"},
		{"//other.example/x", "https://other.example/x"},
		{"file:///etc/passwd", NULL},
		{"/x\ny", NULL},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = TEXT_NONE;

		CHECK_INT(rows[i].reference,
			  net_url_resolve(a, TEXT("https://example.org/dav/a/b?q=1"),
					  text_from(rows[i].reference), &got),
			  rows[i].want != NULL);
		if (rows[i].want)
			CHECK_TEXT(rows[i].reference, got, text_from(rows[i].want));
	}
	arena_destroy(a);
}

static void test_retry_after(void)
{
	static const struct {
		const char *name, *after, *date;
		int64_t want;
	} rows[] = {
		{"seconds", "120", NULL, 120},
		{"nothing", NULL, NULL, -1},
		{"nonsense", "soon", NULL, -1},
		{"less than nothing", "-5", NULL, -1},
		{"a date, by its own clock", "Sun, 06 Nov 1994 08:49:37 GMT",
		 "Sun, 06 Nov 1994 08:48:37 GMT", 60},
		{"a date, by ours", "Sun, 06 Nov 1994 08:49:37 GMT", NULL, 37},
		{"a date that is over", "Sun, 06 Nov 1994 08:49:37 GMT",
		 "Sun, 06 Nov 1994 09:48:37 GMT", 0},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_header headers[2];
		struct net_response r = {.headers = headers};

		if (rows[i].after)
			headers[r.header_count++] =
				(struct net_header){TEXT("retry-after"), text_from(rows[i].after)};
		if (rows[i].date)
			headers[r.header_count++] =
				(struct net_header){TEXT("date"), text_from(rows[i].date)};
		/* 08:49:00 */
		CHECK_INT(rows[i].name, net_response_retry_s(a, &r, 784111740), rows[i].want);
	}
	arena_destroy(a);
}

UNIT_SUITE("net", {"answers", test_answers}, {"what is sent", test_request},
	   {"bodies", test_bodies}, {"headers of answers", test_headers},
	   {"kept connections", test_kept}, {"kept by many threads", test_kept_by_many},
	   {"guards", test_guards}, {"a stop", test_stop},
	   {"public addresses (RFC 6890)", test_addresses},
	   {"addresses that a user may give", test_urls}, {"origins", test_origins},
	   {"references (RFC 3986 §5)", test_references},
	   {"when to come again (RFC 9110 §10.2.3)", test_retry_after})
