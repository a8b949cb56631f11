/*
 * trouble - what libmicrohttpd refuses by itself, and does not answer well
 *
 * For a Content-Length that it cannot read it writes its header twice, and for a chunk's line
 * without end it takes the blame (500). It complains before it answers, and ours goes first
 * (raw.c).
 */
#include <sys/socket.h>

#include "http/http_priv.h"

/* The exchange whose header this event thread is reading; another one may come in between. */
static _Thread_local struct http_exchange *being_read;

void trouble_expect(struct http_exchange *ex)
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

void trouble_look_for(struct http_server *s, const char *complaint)
{
	if (being_read)
		look_for_length(being_read);
	look_for_endless_chunk(s, complaint);
}
