/*
 * wire - TCP and TLS with a clock
 */
#include "mail/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <libetpan/mailstream.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"

enum { STREAM_BUFFER_BYTES = 8192 };

struct wire_trust {
	gnutls_certificate_credentials_t credentials;
};

struct wire_stop {
	int fd;				 /* readable from the moment that the deadline counts */
	atomic_int_fast64_t deadline_ns; /* INT64_MAX: nobody stops */
};

struct wire {
	const struct wire_stop *stop;
	int fd;
	gnutls_session_t tls; /* NULL: plain */
	int64_t deadline_ns;
	size_t left; /* octets that this step may still bring */
	bool blanks_for_tabs;
	char why[256];
};

/* ---- trust ------------------------------------------------------------------------------- */

const struct fault *wire_trust_create(struct arena *a, const char *ca_file, struct wire_trust **out)
{
	struct wire_trust *t = arena_alloc(a, sizeof(*t));
	int count;

	if (gnutls_certificate_allocate_credentials(&t->credentials) != GNUTLS_E_SUCCESS)
		return fault_static(FAULT_OUT_OF_MEMORY);
	if (ca_file)
		count = gnutls_certificate_set_x509_trust_file(t->credentials, ca_file,
							       GNUTLS_X509_FMT_PEM);
	else
		count = gnutls_certificate_set_x509_system_trust(t->credentials);
	/* A system without certificates trusts nobody, which the first connection will tell. */
	if (ca_file && count <= 0) {
		wire_trust_destroy(t);
		return fault_make(a, FAULT_BAD_REQUEST, ca_file,
				  "No certificate can be read from %s.", ca_file);
	}
	*out = t;
	return NULL;
}

void wire_trust_destroy(struct wire_trust *trust)
{
	if (trust)
		gnutls_certificate_free_credentials(trust->credentials);
}

/* ---- stopping ---------------------------------------------------------------------------- */

struct wire_stop *wire_stop_create(void)
{
	struct wire_stop *stop = malloc(sizeof(*stop));

	if (!stop)
		return NULL;
	atomic_init(&stop->deadline_ns, INT64_MAX);
	stop->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop->fd >= 0)
		return stop;
	free(stop);
	return NULL;
}

void wire_stop_destroy(struct wire_stop *stop)
{
	if (stop)
		close(stop->fd);
	free(stop);
}

static int64_t seconds_from_now(int seconds)
{
	return clock_monotonic_ns() + seconds * INT64_C(1000000000);
}

void wire_stop_in(struct wire_stop *stop, int seconds)
{
	atomic_store(&stop->deadline_ns, seconds_from_now(seconds));
	eventfd_write(stop->fd, 1);
}

static bool is_stopping(const struct wire *w)
{
	return atomic_load(&w->stop->deadline_ns) != INT64_MAX;
}

/* ---- life -------------------------------------------------------------------------------- */

struct wire *wire_create(const struct wire_stop *stop)
{
	struct wire *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->stop = stop;
	w->fd = -1;
	return w;
}

static void wire_close(struct wire *w)
{
	if (w->tls) {
		/* A farewell that has to wait is left out. */
		if (!w->why[0])
			gnutls_bye(w->tls, GNUTLS_SHUT_WR);
		gnutls_deinit(w->tls);
		w->tls = NULL;
	}
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void wire_destroy(struct wire *w)
{
	if (w)
		wire_close(w);
	free(w);
}

const char *wire_why(const struct wire *w)
{
	return w->why[0] ? w->why : NULL;
}

/* The first reason is the one that counts. Always false. */
static bool fail(struct wire *w, const char *format, ...) PRINTF_LIKE(2, 3);
static bool fail(struct wire *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (!w->why[0])
		vsnprintf(w->why, sizeof(w->why), format, args);
	va_end(args);
	return false;
}

/* ---- waiting ----------------------------------------------------------------------------- */

void wire_begin_step(struct wire *w, int seconds)
{
	w->deadline_ns = seconds_from_now(seconds);
	w->left = WIRE_STEP_OCTETS;
}

void wire_allow(struct wire *w, size_t octets)
{
	w->left += octets;
}

/* Milliseconds until the deadline, rounded up; 0 once it has passed. */
static int left_ms(const struct wire *w)
{
	int64_t until = min64(w->deadline_ns, atomic_load(&w->stop->deadline_ns));
	int64_t left = until - clock_monotonic_ns();

	return left <= 0 ? 0 : (int)min64(left / 1000000 + 1, INT32_MAX);
}

static bool fail_late(struct wire *w)
{
	return fail(w, is_stopping(w) ? "The server has not answered before our own stop."
				      : "The server does not answer in time.");
}

static bool is_in_time(struct wire *w)
{
	return left_ms(w) > 0 || fail_late(w);
}

/* 0, or an error: ETIMEDOUT past the deadline. */
static int poll_for(const struct wire *w, short events)
{
	struct pollfd p[] = {{.fd = w->fd, .events = events},
			     {.fd = w->stop->fd, .events = POLLIN}};

	while (left_ms(w) > 0) {
		/* What is already known about a stop stands in the time that is left. */
		int n = poll(p, is_stopping(w) ? 1 : 2, left_ms(w));

		if (n > 0 && p[0].revents)
			return 0;
		if (n < 0 && errno != EINTR)
			return errno;
	}
	return ETIMEDOUT;
}

/* What GnuTLS has read ahead shows on no descriptor. */
static bool has_more(const struct wire *w)
{
	return w->tls && gnutls_record_check_pending(w->tls) > 0;
}

bool wire_wait(struct wire *w, int seconds)
{
	struct pollfd p[] = {{.fd = w->fd, .events = POLLIN},
			     {.fd = w->stop->fd, .events = POLLIN}};

	if (wire_why(w))
		return false;
	w->deadline_ns = seconds_from_now(seconds);
	do {
		int n = has_more(w) ? 1 : poll(p, ARRAY_LEN(p), left_ms(w));

		if (is_stopping(w))
			return fail_late(w);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return fail(w, "The connection cannot be waited for.");
	} while (left_ms(w) > 0);
	return false;
}

static bool wait_for(struct wire *w, short events)
{
	int error = poll_for(w, events);

	if (error == ETIMEDOUT)
		return fail_late(w);
	return !error || fail(w, "The connection cannot be waited for.");
}

/* ---- TCP --------------------------------------------------------------------------------- */

static bool fail_with_errno(struct wire *w, const char *what, int error)
{
	char buffer[96];

	return fail(w, "%s: %s.", what, strerror_r(error, buffer, sizeof(buffer)));
}

/* 0, or the error of this address. */
static int connect_to(struct wire *w, const struct addrinfo *ai)
{
	socklen_t len = sizeof(int);
	int error = 0, on = 1;

	w->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return errno;
	/* What is written is whole: none of it waits until the other side has said that it has the
	 * rest. */
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(w->fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	error = poll_for(w, POLLOUT);
	if (error)
		return error;
	return getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ? errno : error;
}

/*
 * 0, or the error of the last address that was tried. Each has its share of the time that is
 * left, so that a silent one does not keep the others from being tried (RFC 5321 §5.1).
 */
static int connect_to_any(struct wire *w, const struct addrinfo *list)
{
	const int64_t deadline_ns = w->deadline_ns;
	int error = EHOSTUNREACH;
	int64_t untried = 0;

	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
		untried++;
	for (const struct addrinfo *ai = list; ai && error; ai = ai->ai_next) {
		int64_t now = clock_monotonic_ns();

		w->deadline_ns = now + (deadline_ns - now) / untried--;
		if (left_ms(w) == 0) {
			error = ETIMEDOUT;
			break;
		}
		error = connect_to(w, ai);
		if (error)
			wire_close(w);
	}
	w->deadline_ns = deadline_ns;
	return error;
}

bool wire_connect(struct wire *w, const char *host, int port)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	char service[12];
	int error;

	if (wire_why(w))
		return false;
	snprintf(service, sizeof(service), "%d", port);
	error = getaddrinfo(host, service, &hints, &list);
	if (error)
		return fail(w, "%s has no address: %s.", host, gai_strerror(error));
	error = connect_to_any(w, list);
	freeaddrinfo(list);
	if (error == ETIMEDOUT)
		return fail_late(w);
	return !error || fail_with_errno(w, "No connection", error);
}

/* ---- TLS --------------------------------------------------------------------------------- */

/* GnuTLS's own words for what is wrong with a certificate. */
static bool fail_with_tls(struct wire *w, int error)
{
	gnutls_datum_t words = {NULL, 0};

	if (error != GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
		return fail(w, "TLS fails: %s", gnutls_strerror(error));
	gnutls_certificate_verification_status_print(gnutls_session_get_verify_cert_status(w->tls),
						     gnutls_certificate_type_get(w->tls), &words,
						     0);
	gnutls_alert_send_appropriate(w->tls, error);
	fail(w, "The server's certificate is refused: %.*s", (int)words.size,
	     words.data ? (const char *)words.data : "");
	gnutls_free(words.data);
	return false;
}

/* After a call that wants to be called again: true when it may be. */
static bool may_go_on(struct wire *w, ssize_t error)
{
	if (error == GNUTLS_E_AGAIN)
		return wait_for(w, gnutls_record_get_direction(w->tls) ? POLLOUT : POLLIN);
	/* A server may send harmless things for ever, but not past the deadline. */
	if (!gnutls_error_is_fatal((int)error))
		return is_in_time(w);
	return fail_with_tls(w, (int)error);
}

static bool is_literal(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

static int set_up_tls(struct wire *w, const struct wire_trust *trust, const char *host)
{
	int rc = gnutls_init(&w->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (rc == GNUTLS_E_SUCCESS)
		rc = gnutls_priority_set_direct(w->tls,
						"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
	if (rc == GNUTLS_E_SUCCESS)
		rc = gnutls_credentials_set(w->tls, GNUTLS_CRD_CERTIFICATE, trust->credentials);
	/* A literal address is no name to ask for (RFC 6066 §3), but one to verify. */
	if (rc == GNUTLS_E_SUCCESS && !is_literal(host))
		rc = gnutls_server_name_set(w->tls, GNUTLS_NAME_DNS, host, strlen(host));
	if (rc == GNUTLS_E_SUCCESS) {
		gnutls_session_set_verify_cert(w->tls, host, 0);
		gnutls_transport_set_int(w->tls, w->fd);
	}
	return rc;
}

bool wire_secure(struct wire *w, const struct wire_trust *trust, const char *host)
{
	int rc;

	if (wire_why(w))
		return false;
	rc = set_up_tls(w, trust, host);
	if (rc != GNUTLS_E_SUCCESS)
		return fail_with_tls(w, rc);
	do {
		rc = gnutls_handshake(w->tls);
	} while (rc != GNUTLS_E_SUCCESS && may_go_on(w, rc));
	return rc == GNUTLS_E_SUCCESS;
}

/* ---- the stream for libetpan ------------------------------------------------------------- */

/* True when a plain call that gave n may be made again. */
static bool may_try_again(struct wire *w, ssize_t n, short events)
{
	if (n == 0)
		return fail(w, "The server has closed the connection.");
	if (errno == EINTR)
		return is_in_time(w);
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return wait_for(w, events);
	return fail_with_errno(w, "The connection is lost", errno);
}

static ssize_t receive(struct wire *w, void *at, size_t len)
{
	ssize_t n;

	do {
		if (w->tls)
			n = gnutls_record_recv(w->tls, at, len);
		else
			n = recv(w->fd, at, len, 0);
		if (n > 0)
			return n;
	} while (w->tls && n < 0 ? may_go_on(w, n) : may_try_again(w, n, POLLIN));
	return -1;
}

static ssize_t stream_read(mailstream_low *low, void *buffer, size_t size)
{
	struct wire *w = low->data;
	char *at = buffer;
	ssize_t n;

	if (wire_why(w))
		return -1;
	n = receive(w, at, size);
	if (n < 0)
		return -1;
	if ((size_t)n > w->left) {
		fail(w, "The server says more than it was asked for.");
		return -1;
	}
	w->left -= (size_t)n;
	for (ssize_t i = 0; w->blanks_for_tabs && i < n; i++)
		if (at[i] == '\t')
			at[i] = ' ';
	return n;
}

static ssize_t stream_write(mailstream_low *low, const void *at, size_t len)
{
	struct wire *w = low->data;
	ssize_t n;

	if (wire_why(w))
		return -1;
	do {
		if (w->tls)
			n = gnutls_record_send(w->tls, at, len);
		else
			n = send(w->fd, at, len, MSG_NOSIGNAL);
		if (n > 0)
			return n;
	} while (w->tls && n < 0 ? may_go_on(w, n) : may_try_again(w, n, POLLOUT));
	return -1;
}

static int stream_close(mailstream_low *low)
{
	wire_close(low->data);
	return 0;
}

static int stream_get_fd(mailstream_low *low)
{
	const struct wire *w = low->data;

	return w->fd;
}

static void stream_free(mailstream_low *low)
{
	free(low);
}

static mailstream_low_driver stream_driver = {
	.mailstream_read = stream_read,
	.mailstream_write = stream_write,
	.mailstream_close = stream_close,
	.mailstream_get_fd = stream_get_fd,
	.mailstream_free = stream_free,
};

mailstream *wire_stream(struct wire *w, bool blanks_for_tabs)
{
	mailstream_low *low = mailstream_low_new(w, &stream_driver);
	mailstream *s = low ? mailstream_new(low, STREAM_BUFFER_BYTES) : NULL;

	w->blanks_for_tabs = blanks_for_tabs;
	if (low && !s)
		mailstream_low_free(low);
	return s;
}
