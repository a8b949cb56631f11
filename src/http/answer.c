/*
 * answer - the recorded answer on its way out
 *
 * A whole body is lent to libmicrohttpd, which sends it with the header in one
 * system call; the arena that holds it ends only after that.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/pool.h"
#include "http/http_priv.h"
#include "http/session.h"

enum {
	PIECE_HINT = 64 * 1024,
	PIECE_MAX = 256 * 1024 * 1024,
	BLOCK_BYTES = 32 * 1024, /* for HTTP/1.0; chunks are cut to libmicrohttpd's own buffer */
};

/* ---- in pieces --------------------------------------------------------------------------------
 */

static void make_piece(struct answer *answer)
{
	answer->piece.len = 0;
	answer->piece_sent = 0;
	answer->last_piece = !answer->next_piece(answer->piece_ctx, &answer->piece);
}

static void make_piece_in_pool(void *arg)
{
	struct http_exchange *ex = arg;
	struct MHD_Connection *mhd = ex->mhd;

	make_piece(&ex->answer);
	atomic_store_explicit(&ex->missing, 0, memory_order_release);
	MHD_resume_connection(mhd);
}

/* The piece is made where it may block; libmicrohttpd asks again once resumed. */
static void leave_piece_to_pool(struct http_exchange *ex)
{
	atomic_store_explicit(&ex->connection->state, CONNECTION_HELD, memory_order_relaxed);
	connection_expect(ex->connection, 0);
	MHD_suspend_connection(ex->mhd);
	/* With a full queue it is made here all the same: the answer has begun. */
	if (!pool_submit(ex->rq.server->options.workers, make_piece_in_pool, ex))
		make_piece_in_pool(ex);
}

static ssize_t give_piece(void *ctx, uint64_t at, char *room, size_t max)
{
	struct http_exchange *ex = ctx;
	struct answer *answer = &ex->answer;
	struct http_server *s = ex->rq.server;
	size_t left;

	(void)at;
	(void)atomic_load_explicit(&ex->missing, memory_order_acquire);
	while (answer->piece_sent == answer->piece.len && !answer->last_piece) {
		if (exchange_is_slow(ex)) {
			leave_piece_to_pool(ex);
			return 0;
		}
		make_piece(answer);
	}
	atomic_store_explicit(&ex->connection->state, CONNECTION_BUSY, memory_order_relaxed);
	connection_expect(ex->connection, s->options.idle_timeout_ms);
	left = answer->piece.len - answer->piece_sent;
	if (answer->piece.overflow)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (left == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left > max)
		left = max;
	memcpy(room, answer->piece.at + answer->piece_sent, left);
	answer->piece_sent += left;
	return (ssize_t)left;
}

/* ---- whole ---- */

static struct MHD_Response *make_response(struct http_exchange *ex)
{
	struct answer *answer = &ex->answer;
	/* It is only read, whatever the library's type says. */
	void *body = (void *)(uintptr_t)answer->body.at;
	struct MHD_Response *r;

	if (!answer->next_piece)
		return MHD_create_response_from_buffer(answer->body.len, body,
						       MHD_RESPMEM_PERSISTENT);
	buf_init(&answer->piece, ex->rq.arena, PIECE_HINT, PIECE_MAX);
	r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, give_piece, ex, NULL);
	/*
	 * libmicrohttpd ends a chunked body also where there is none, and the client takes that for
	 * the head of its next answer (RFC 9112 §6.3 1): a HEAD ends with the connection instead.
	 */
	if (r && text_equal(ex->rq.method, TEXT("HEAD")))
		MHD_set_response_options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	return r;
}

static bool has_header(const struct answer *answer, const char *name)
{
	for (const struct answer_header *h = answer->headers; h; h = h->next)
		if (text_equal_nocase(text_from(h->name), text_from(name)))
			return true;
	return false;
}

/* What a status always brings along, whoever answered. */
static void add_headers_of_status(struct http_exchange *ex, struct MHD_Response *r)
{
	int status = ex->answer.status;

	/*
	 * RFC 7617 §2: the same challenge everywhere, or clients ask their user again. Not so for
	 * scripts of our own pages, where the browser would ask before the page can.
	 */
	if (status == 401 && http_header(&ex->rq, HTTP_CSRF_HEADER).at)
		MHD_add_response_header(r, "WWW-Authenticate", "Session realm=\"" HTTP_REALM "\"");
	else if (status == 401)
		MHD_add_response_header(r, "WWW-Authenticate",
					"Basic realm=\"" HTTP_REALM "\", charset=\"UTF-8\"");
	if (status == 503 && !has_header(&ex->answer, "Retry-After"))
		MHD_add_response_header(r, "Retry-After", "5");
	if (ex->is_doubtful || atomic_load(&ex->rq.server->is_stopping))
		MHD_add_response_header(r, "Connection", "close");
}

enum MHD_Result answer_send(struct http_exchange *ex)
{
	struct MHD_Response *r = make_response(ex);
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	if (ex->answer.content_type) {
		MHD_add_response_header(r, "Content-Type", ex->answer.content_type);
		/* What users have stored is what it is said to be, and never a page of ours. */
		MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	}
	for (const struct answer_header *h = ex->answer.headers; h; h = h->next)
		MHD_add_response_header(r, h->name, h->value);
	add_headers_of_status(ex, r);
	ex->phase = PHASE_RUN;
	ex->answered_ns = clock_monotonic_ns();
	metrics_observe(METRIC_HTTP_SECONDS, 0, ex->answered_ns - ex->rq.begun_ns);
	connection_expect(ex->connection, ex->rq.server->options.idle_timeout_ms);
	done = MHD_queue_response(ex->mhd, (unsigned)ex->answer.status, r);
	MHD_destroy_response(r);
	return done;
}
