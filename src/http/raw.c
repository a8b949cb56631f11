/*
 * raw - answers written past libmicrohttpd
 *
 * It takes no answer in the middle of a body, and does not answer well where it refuses by itself
 * (trouble.c). In all these cases nothing was sent on the connection since the last answer, but
 * perhaps a 100, so ours is whole; the connection ends with it. Over TLS the bytes are not ours to
 * write, and the client has to do with the end of the connection.
 */
#include <sys/socket.h>

#include "http/http_priv.h"

#define RAW_HEADER "Connection: close\r\nContent-Length: 0\r\n\r\n"

static const struct text answers[] = {
	[RAW_BAD_REQUEST] = TEXT_INIT("HTTP/1.1 400 Bad Request\r\n" RAW_HEADER),
	[RAW_TOO_LATE] = TEXT_INIT("HTTP/1.1 408 Request Timeout\r\n" RAW_HEADER),
	[RAW_TOO_LARGE] = TEXT_INIT("HTTP/1.1 413 Content Too Large\r\n" RAW_HEADER),
};

void raw_answer(const struct http_connection *c, enum raw_answer which)
{
	if (c->server->options.tls_cert)
		return;
	/* A few bytes, and nothing before them: they fit, or the client is gone. */
	(void)!send(c->fd, answers[which].at, answers[which].len, MSG_NOSIGNAL | MSG_DONTWAIT);
}
