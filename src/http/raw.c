/*
 * raw - answers written past libmicrohttpd
 *
 * It takes no answer in the middle of a body. For a Content-Length that it cannot read it
 * writes its header twice, and for a chunk's line without end it takes the blame (500). In all
 * these cases nothing was sent on the connection since the last answer, but perhaps a 100, so
 * ours is whole; the connection ends with it. Over TLS the bytes are not ours to write, and the
 * client has to do with the end of the connection.
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

/* The exchange whose header this event thread is reading; another one may come in between. */
static _Thread_local struct http_exchange *being_read;

void raw_expect_trouble(struct http_exchange *ex)
{
	being_read = ex;
}

static void answer_instead(struct http_exchange *ex, enum raw_answer which)
{
	raw_answer(ex->connection, which);
	ex->connection->has_unread = true;
	/* What libmicrohttpd is about to write finds no way out. */
	shutdown(ex->connection->fd, SHUT_WR);
}

static void look_for_length(struct http_exchange *ex)
{
	const char *length;
	uint64_t n;

	length = MHD_lookup_connection_value(ex->mhd, MHD_HEADER_KIND, "Content-Length");
	if (!length || http_check_length(text_from(length), &n))
		return;
	being_read = NULL;
	answer_instead(ex, RAW_BAD_REQUEST);
}

/* Its buffer is full, and it says so with the status that it is about to send. */
static void look_for_endless_chunk(struct http_server *s, const char *complaint)
{
	struct http_exchange *ex;

	if (!strstr(complaint, " 500 "))
		return;
	ex = connections_find_endless(s);
	if (!ex)
		return;
	if (!exchange_is_answered(ex))
		exchange_refuse(ex, fault_make(ex->rq.arena, FAULT_BODY_TOO_LARGE, NULL,
					       "A chunk has too long an extension."));
	answer_instead(ex, RAW_TOO_LARGE);
}

void raw_look_for_trouble(struct http_server *s, const char *complaint)
{
	if (being_read)
		look_for_length(being_read);
	look_for_endless_chunk(s, complaint);
}
