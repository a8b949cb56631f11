/*
 * raw - answers written past libmicrohttpd
 *
 * It takes no answer in the middle of a body. And for a Content-Length that it cannot
 * read it writes its header twice. In both cases nothing was sent on the connection since
 * the last answer, so ours is whole; the connection ends with it. Over TLS the bytes are
 * not ours to write, and the client has to do with the end of the connection.
 */
#include <sys/socket.h>

#include "http/http_priv.h"

#define RAW_HEADER "Connection: close\r\nContent-Length: 0\r\n\r\n"

static const struct text answers[] = {
	[RAW_BAD_REQUEST] = TEXT_INIT("HTTP/1.1 400 Bad Request\r\n" RAW_HEADER),
	[RAW_TOO_LARGE] = TEXT_INIT("HTTP/1.1 413 Content Too Large\r\n" RAW_HEADER),
};

void raw_answer(struct http_exchange *ex, enum raw_answer which)
{
	if (ex->rq.server->options.tls_cert)
		return;
	/* A few bytes, and nothing before them: they fit, or the client is gone. */
	(void)!send(ex->connection->fd, answers[which].at, answers[which].len,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The exchange whose header this event thread is reading; another one may come in between. */
static _Thread_local struct http_exchange *being_read;

void raw_expect_trouble(struct http_exchange *ex)
{
	being_read = ex;
}

void raw_look_for_trouble(void)
{
	struct http_exchange *ex = being_read;
	const char *length;
	uint64_t n;

	if (!ex)
		return;
	length = MHD_lookup_connection_value(ex->mhd, MHD_HEADER_KIND, "Content-Length");
	if (!length || http_check_length(text_from(length), &n))
		return;
	being_read = NULL;
	raw_answer(ex, RAW_BAD_REQUEST);
	ex->connection->has_unread = true;
	/* What libmicrohttpd is about to write finds no way out. */
	shutdown(ex->connection->fd, SHUT_WR);
}
