/*
 * fetch - one request through libcurl
 *
 * What the callbacks find wrong is noted in the exchange and turned into a fault
 * at the end. Handles and the connections they keep are in kept.c.
 */
#include "net/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/address.h"
#include "net/kept_priv.h"

/* One request under way. */
struct exchange {
	struct arena *arena;
	const struct net_request *request;
	CURL *curl;
	struct curl_slist *header_lines;
	struct buf body;
	size_t header_bytes; /* of all answers of a chain of redirects */
	struct net_header *headers;
	size_t header_count;
	bool address_refused, too_large;
	char error[CURL_ERROR_SIZE];
};

/* Starting libcurl: once, before the first of all threads asks. */

static pthread_once_t started_once = PTHREAD_ONCE_INIT;
static bool started;

static void start(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

/* Judging the request. */

static bool is_token(struct text t)
{
	/* RFC 9110 §5.6.2 */
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c <= ' ' || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return t.len > 0;
}

static const struct fault *bad(struct arena *a, const char *sentence)
{
	return fault_make(a, FAULT_BAD_REQUEST, NULL, "%s", sentence);
}

static const struct fault *check_request(struct arena *a, const struct net_request *r)
{
	if (!text_starts_nocase(r->url, TEXT("http://")) &&
	    !text_starts_nocase(r->url, TEXT("https://")))
		return bad(a, "The address does not begin with http:// or https://.");
	if (text_has_control(r->url) || text_find_char(r->url, ' ', 0) >= 0)
		return bad(a, "The address has a blank or a control character in it.");
	if (r->method && !is_token(text_from(r->method)))
		return bad(a, "The method is not one of HTTP.");
	for (size_t i = 0; i < r->header_count; i++) {
		const struct net_header *h = &r->headers[i];

		/* A line end here would be a header line, or a request, of somebody else's. */
		if (!is_token(h->name) || text_has_control(h->value))
			return bad(a, "A header to be sent has a line end or control character.");
	}
	return NULL;
}

/* Callbacks of libcurl. */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct exchange *x = ctx;

	(void)purpose;
	if (!x->request->allow_private &&
	    !net_address_is_public(&address->addr, address->addrlen)) {
		x->address_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *at, size_t size, size_t count, void *ctx)
{
	struct exchange *x = ctx;

	buf_put(&x->body, at, size * count);
	x->too_large = x->too_large || x->body.overflow;
	return x->too_large ? 0 : size * count;
}

/* A line of the header; folded ones, which RFC 9112 §5.2 has done away with, are passed over. */
static void note_header(struct exchange *x, struct text line)
{
	ptrdiff_t colon = text_find_char(line, ':', 0);

	if (colon <= 0 || x->header_count == NET_HEADERS_MAX ||
	    !is_token(text_sub(line, 0, (size_t)colon)))
		return;
	if (!x->headers)
		x->headers = arena_alloc_array(x->arena, NET_HEADERS_MAX, sizeof(*x->headers));
	line = text_dup(x->arena, line);
	x->headers[x->header_count++] = (struct net_header){
		.name = text_sub(line, 0, (size_t)colon),
		.value = text_trim(text_sub(line, (size_t)colon + 1, line.len)),
	};
}

/* Each answer of a chain of redirects begins with its status line; the last one counts. */
static size_t take_header(char *at, size_t size, size_t count, void *ctx)
{
	struct text line = text_of(at, size * count);
	struct exchange *x = ctx;

	x->header_bytes += line.len;
	if (x->header_bytes > NET_HEADER_MAX) {
		x->too_large = true;
		return 0;
	}
	if (text_starts(line, TEXT("HTTP/"))) {
		x->body.len = 0;
		x->header_count = 0;
	} else {
		note_header(x, line);
	}
	return line.len;
}

/* Called once a second at least, also while nothing comes. */
static int look_for_stop(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
			 curl_off_t up_now)
{
	const struct exchange *x = ctx;

	(void)total, (void)now, (void)up_total, (void)up_now;
	return atomic_load(x->request->stop);
}

/* Setting up. */

static bool add_line(struct exchange *x, const char *line)
{
	struct curl_slist *longer = curl_slist_append(x->header_lines, line);

	if (longer)
		x->header_lines = longer;
	return longer != NULL;
}

static bool add_headers(struct exchange *x)
{
	const struct net_request *r = x->request;

	/*
	 * libcurl would wait a second for "100 Continue" before a larger body, and call any body
	 * a form.
	 */
	if (!add_line(x, "Expect:") || !add_line(x, "Content-Type:"))
		return false;
	for (size_t i = 0; i < r->header_count; i++) {
		const struct net_header *h = &r->headers[i];
		/* An empty value needs ";", since libcurl takes ":" for "leave it out". */
		const char *line = h->value.len
					   ? arena_printf(x->arena, "%.*s: %.*s", TEXT_ARG(h->name),
							  TEXT_ARG(h->value))
					   : arena_printf(x->arena, "%.*s;", TEXT_ARG(h->name));

		if (!add_line(x, line))
			return false;
	}
	return curl_easy_setopt(x->curl, CURLOPT_HTTPHEADER, x->header_lines) == CURLE_OK;
}

/* Methods whose request has a body, be it one of no bytes (RFC 9110 §8.6). */
static bool has_body(const char *method)
{
	return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
	       strcmp(method, "PATCH") == 0;
}

/* May it arrive twice? RFC 9110 §9.2.2, RFC 4918 §18. */
static bool is_idempotent(const char *method)
{
	return strcmp(method, "POST") != 0 && strcmp(method, "PATCH") != 0;
}

static bool set_method(struct exchange *x)
{
	const char *method = x->request->method ? x->request->method : "GET";
	bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
	struct text body = x->request->body;
	CURLcode rc = CURLE_OK;

	if (strcmp(method, "HEAD") == 0)
		rc |= curl_easy_setopt(x->curl, CURLOPT_NOBODY, 1L);
	if (body.len || has_body(method)) {
		rc |= curl_easy_setopt(x->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
		rc |= curl_easy_setopt(x->curl, CURLOPT_POSTFIELDS, body.len ? body.at : "");
	}
	if (!reads || body.len)
		rc |= curl_easy_setopt(x->curl, CURLOPT_CUSTOMREQUEST, method);
	/*
	 * libcurl sends once more what a connection that was kept gave no answer to, although it
	 * may have been done (RFC 9110 §9.2.2).
	 */
	if (!is_idempotent(method))
		rc |= curl_easy_setopt(x->curl, CURLOPT_FRESH_CONNECT, 1L);
	/* A redirected POST would turn into a GET, or send its body to a stranger. */
	if (reads && !x->request->no_redirects)
		rc |= curl_easy_setopt(x->curl, CURLOPT_FOLLOWLOCATION, 1L);
	return rc == CURLE_OK;
}

static bool set_limits(struct exchange *x)
{
	const struct net_request *r = x->request;
	bool tls = text_starts_nocase(r->url, TEXT("https:"));
	long connect_ms = (long)(r->connect_ms ? r->connect_ms : NET_CONNECT_MS);
	long total_ms = (long)(r->total_ms ? r->total_ms : NET_TOTAL_MS);
	CURLcode rc = CURLE_OK;

	rc |= curl_easy_setopt(x->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	rc |= curl_easy_setopt(x->curl, CURLOPT_REDIR_PROTOCOLS_STR, tls ? "https" : "http,https");
	rc |= curl_easy_setopt(x->curl, CURLOPT_MAXREDIRS, (long)NET_REDIRECTS_MAX);
	rc |= curl_easy_setopt(x->curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	rc |= curl_easy_setopt(x->curl, CURLOPT_TIMEOUT_MS, total_ms);
	rc |= curl_easy_setopt(x->curl, CURLOPT_MAXAGE_CONN, (long)KEPT_S);
	rc |= curl_easy_setopt(x->curl, CURLOPT_MAXCONNECTS, 2L);
	rc |= curl_easy_setopt(x->curl, CURLOPT_NOSIGNAL, 1L);
	rc |= curl_easy_setopt(x->curl, CURLOPT_PROXY, "");
	rc |= curl_easy_setopt(x->curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	rc |= curl_easy_setopt(x->curl, CURLOPT_SSL_VERIFYPEER, 1L);
	rc |= curl_easy_setopt(x->curl, CURLOPT_SSL_VERIFYHOST, 2L);
	rc |= curl_easy_setopt(x->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (r->ca_file) {
		rc |= curl_easy_setopt(x->curl, CURLOPT_CAPATH, NULL);
		rc |= curl_easy_setopt(x->curl, CURLOPT_CAINFO, r->ca_file);
	}
	return rc == CURLE_OK;
}

static bool set_stop(struct exchange *x)
{
	CURLcode rc = CURLE_OK;

	if (!x->request->stop)
		return true;
	rc |= curl_easy_setopt(x->curl, CURLOPT_XFERINFOFUNCTION, look_for_stop);
	rc |= curl_easy_setopt(x->curl, CURLOPT_XFERINFODATA, x);
	rc |= curl_easy_setopt(x->curl, CURLOPT_NOPROGRESS, 0L);
	return rc == CURLE_OK;
}

static bool set_up(struct exchange *x)
{
	CURLcode rc = CURLE_OK;

	rc |= curl_easy_setopt(x->curl, CURLOPT_URL, text_cstr(x->arena, x->request->url));
	rc |= curl_easy_setopt(x->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	rc |= curl_easy_setopt(x->curl, CURLOPT_USERAGENT, "Fasti");
	rc |= curl_easy_setopt(x->curl, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
	rc |= curl_easy_setopt(x->curl, CURLOPT_ERRORBUFFER, x->error);
	rc |= curl_easy_setopt(x->curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	rc |= curl_easy_setopt(x->curl, CURLOPT_OPENSOCKETDATA, x);
	rc |= curl_easy_setopt(x->curl, CURLOPT_WRITEFUNCTION, take_body);
	rc |= curl_easy_setopt(x->curl, CURLOPT_WRITEDATA, x);
	rc |= curl_easy_setopt(x->curl, CURLOPT_HEADERFUNCTION, take_header);
	rc |= curl_easy_setopt(x->curl, CURLOPT_HEADERDATA, x);
	return rc == CURLE_OK && set_limits(x) && set_stop(x) && set_method(x) && add_headers(x);
}

/* The outcome. */

static const struct fault *explain(struct exchange *x, CURLcode rc)
{
	const char *reason = x->error[0] ? x->error : curl_easy_strerror(rc);
	char *url = text_cstr(x->arena, text_sub(x->request->url, 0, 300));
	char *clean;

	if (x->too_large)
		return fault_make(x->arena, FAULT_BODY_TOO_LARGE, url,
				  "The answer is larger than the %zu bytes taken here.",
				  x->body.max);
	if (x->address_refused)
		return fault_make(x->arena, FAULT_FORBIDDEN, url,
				  "The address leads into a private network or to this machine.");
	if (rc == CURLE_ABORTED_BY_CALLBACK)
		return fault_make(x->arena, FAULT_UNAVAILABLE, url,
				  "The other server has not answered before our own stop.");
	if (rc == CURLE_URL_MALFORMAT)
		return fault_make(x->arena, FAULT_BAD_REQUEST, url,
				  "The address cannot be understood.");
	clean = arena_strdup(x->arena, reason);
	for (char *c = clean; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7F)
			*c = '?';
	return fault_make(x->arena, FAULT_UNAVAILABLE, url, "The other server gives no answer: %s.",
			  clean);
}

static void finish(struct exchange *x, struct net_response *out)
{
	const char *url = NULL;
	long status = 0;

	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(x->curl, CURLINFO_EFFECTIVE_URL, &url);
	*out = (struct net_response){
		.status = (int)status,
		.body = buf_text(&x->body),
		.url = text_from(arena_strdup(x->arena, url ? url : "")),
		.headers = x->headers,
		.header_count = x->header_count,
	};
}

/*
 * Under what a handle is kept: the place, and the rules by which its connection was judged. Empty:
 * it is not kept.
 */
static struct text key_of(struct arena *a, const struct net_request *r)
{
	ptrdiff_t from = text_find(r->url, TEXT("://")) + 3;
	size_t end = (size_t)from;

	if (!r->keeps)
		return TEXT_NONE;
	while (end < r->url.len && !strchr("/?#\\", r->url.at[end]))
		end++;
	return text_from(arena_printf(a, "%d %s %.*s", r->allow_private,
				      r->ca_file ? r->ca_file : "",
				      TEXT_ARG(text_sub(r->url, 0, end))));
}

const struct fault *net_fetch(struct arena *a, const struct net_request *request,
			      struct net_response *out)
{
	struct exchange x = {.arena = a, .request = request};
	size_t body_max = request->body_max ? request->body_max : NET_BODY_MAX;
	const struct fault *f = check_request(a, request);
	struct kept *kept;
	CURLcode rc;

	if (f)
		return f;
	pthread_once(&started_once, start);
	if (!started)
		return fault_make(a, FAULT_INTERNAL, NULL, "libcurl cannot be started.");
	kept = kept_take(key_of(a, request));
	if (!kept)
		return fault_static(FAULT_OUT_OF_MEMORY);
	x.curl = kept_curl(kept);
	buf_init(&x.body, a, 0, body_max);
	rc = set_up(&x) ? curl_easy_perform(x.curl) : CURLE_FAILED_INIT;
	if (rc == CURLE_OK)
		finish(&x, out);
	else
		f = explain(&x, rc);
	kept_give(kept);
	curl_slist_free_all(x.header_lines);
	return f;
}

struct text net_response_header(const struct net_response *r, struct text name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (text_equal_nocase(r->headers[i].name, name))
			return r->headers[i].value;
	return TEXT_NONE;
}

int64_t net_response_retry_s(struct arena *a, const struct net_response *r, int64_t now)
{
	struct text after = net_response_header(r, TEXT("Retry-After"));
	struct text date = net_response_header(r, TEXT("Date"));
	int64_t s, from = -1;

	if (text_to_int64(after, 0, INT32_MAX, &s))
		return s;
	s = after.len ? curl_getdate(text_cstr(a, after), NULL) : -1;
	if (s < 0)
		return -1;
	if (date.len)
		from = curl_getdate(text_cstr(a, date), NULL);
	return max64(s - (from < 0 ? now : from), 0);
}

void net_cleanup(void)
{
	kept_end_all();
}
