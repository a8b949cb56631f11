/* net: the guards of outgoing requests, against a small server of our own */
#include "net/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
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
};

static struct server {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock; /* guards last */
	char last[8192];      /* the last request */
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

static void answer(int fd)
{
	char request[sizeof(server.last)];

	if (!take_request(fd, request, sizeof(request)))
		return;
	if (begins(request, "GET /large "))
		send_endless(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "0123456789");
	if (begins(request, "GET /many-headers "))
		send_endless(fd, "HTTP/1.1 200 OK\r\n", "X-Header: again\r\n");
	/* A silent server: waits until the client has gone. */
	if (begins(request, "GET /silent "))
		(void)!recv(fd, request, 1, 0);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		if (begins(request, answers[i].begins))
			send_all(fd, answers[i].answer, strlen(answers[i].answer));
}

static void *serve(void *unused)
{
	(void)unused;
	for (;;) {
		int fd = accept(server.fd, NULL, NULL);

		if (fd < 0)
			return NULL;
		answer(fd);
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
	pthread_mutex_lock(&server.lock);
	sent = text_from(arena_strdup(a, server.last));
	pthread_mutex_unlock(&server.lock);
	CHECK_TRUE("method", text_starts(sent, TEXT("POST /moved HTTP/1.1\r\n")));
	CHECK_TRUE("header", text_find(sent, TEXT("\r\nContent-Type: text/calendar\r\n")) > 0);
	CHECK_TRUE("empty header", text_find(sent, TEXT("\r\nX-Empty:\r\n")) > 0);
	CHECK_TRUE("length", text_find(sent, TEXT("\r\nContent-Length: 15\r\n")) > 0);
	CHECK_TRUE("no waiting for 100", text_find(sent, TEXT("Expect")) < 0);
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

UNIT_SUITE("net", {"answers", test_answers}, {"what is sent", test_request},
	   {"guards", test_guards}, {"public addresses (RFC 6890)", test_addresses},
	   {"addresses that a user may give", test_urls})
