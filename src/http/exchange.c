/*
 * exchange - the life of one request
 *
 *	request line → header block → body → handler → answer
 *
 * libmicrohttpd calls exchange_begin() with the first, exchange_go_on() at each
 * of the others and whenever a suspended connection was resumed, and
 * exchange_end() when the answer has left or the connection broke. An answer
 * may be known long before it may be given: a refused request that has a small body is
 * read to its end first, so that the connection can be used again.
 */
#include <assert.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "http/http_priv.h"

enum {
	/* So much of a refused body is read and forgotten; a longer one costs the connection. */
	DISCARD_MAX = 64 * 1024,
	BODY_HINT_MAX = 64 * 1024,
	FIELDS_HINT = 24,
};

static void refuse_as(struct http_exchange *ex, enum fault_code code, const char *why)
{
	exchange_refuse(ex, fault_make(ex->rq.arena, code, NULL, "%s", why));
}

/* ---- the header block ---- */

static enum MHD_Result add_field(void *ctx, enum MHD_ValueKind kind, const char *name,
				 size_t name_len, const char *value, size_t value_len)
{
	struct http_exchange *ex = ctx;

	(void)kind;
	if (ex->field_count == ex->field_cap) {
		size_t cap = 2 * ex->field_cap;
		struct http_field *more = arena_alloc_array(ex->rq.arena, cap, sizeof(*more));

		memcpy(more, ex->fields, ex->field_count * sizeof(*more));
		ex->fields = more;
		ex->field_cap = cap;
	}
	ex->fields[ex->field_count++] = (struct http_field){
		.name = text_of(name, name_len),
		.value = text_of(value ? value : "", value_len),
	};
	return ex->field_count > HTTP_FIELDS_MAX ? MHD_NO : MHD_YES;
}

static const struct fault *check_head(struct http_exchange *ex, const char *method,
				      const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(ex->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct http_head head;

	ex->field_cap = FIELDS_HINT;
	ex->fields = arena_alloc_array(ex->rq.arena, FIELDS_HINT, sizeof(*ex->fields));
	MHD_get_connection_values_n(ex->mhd, MHD_HEADER_KIND, add_field, ex);
	head = (struct http_head){
		.block = text_of(method, size ? size->header_size : 0),
		.method = ex->rq.method,
		.target = text_of(ex->target_at, ex->rq.target.len),
		.version = text_from(version),
		.fields = ex->fields,
		.field_count = ex->field_count,
	};
	ex->body_at = head.block.at + head.block.len;
	return http_check_head(ex->rq.arena, &head, &ex->framing);
}

static const struct fault *check_target(struct http_request *rq)
{
	struct http_target t;
	const struct fault *f = http_check_target(rq->arena, rq->method, rq->target, &t);

	if (f)
		return f;
	rq->path = t.path;
	rq->query = t.query;
	rq->segments = t.segments;
	rq->segment_count = t.segment_count;
	rq->path_ends_slash = t.ends_slash;
	return NULL;
}

/* Behind a trusted proxy the client is whom the last of its X-Forwarded-For fields ends with. */
static void find_peer(struct http_exchange *ex)
{
	const struct http_connection *c = ex->connection;
	const struct http_server *s = c->server;
	struct http_request *rq = &ex->rq;
	struct text forwarded = TEXT_NONE;

	for (size_t i = ex->field_count; c->peer.is_trusted && !forwarded.at && i > 0; i--)
		if (text_equal_nocase(ex->fields[i - 1].name, TEXT("X-Forwarded-For")))
			forwarded = peer_forwarded(ex->fields[i - 1].value, &s->proxies);
	if (forwarded.at)
		rq->peer = forwarded;
	rq->from_loopback = c->peer.is_loopback && !forwarded.at && !s->options.limit_loopback;
}

/* RFC 9110 §9.3.7: asked of the server as a whole, OPTIONS is no more than a ping. */
static const struct http_route of_the_server = {.prefix = "*"};

static const struct fault *find_route(struct http_request *rq)
{
	if (text_equal(rq->path, TEXT("*"))) {
		rq->route = &of_the_server;
		http_answer(rq, 200, NULL, TEXT_NONE);
		return NULL;
	}
	if (!routes_find(&rq->server->routes, rq))
		return fault_make(rq->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	if (route_allows(rq->route, rq->method))
		return NULL;
	http_set_header(rq, "Allow", text_from(rq->route->methods));
	return fault_make(rq->arena, FAULT_BAD_METHOD, NULL,
			  "This resource does not know the method.");
}

static bool asks_who(const struct http_request *rq)
{
	unsigned flags = rq->route->flags;

	if ((flags & HTTP_OPEN_OPTIONS) && text_equal(rq->method, TEXT("OPTIONS")))
		return false;
	return flags & (HTTP_AUTH | HTTP_AUTH_OPTIONAL);
}

static void judge_head(struct http_exchange *ex, const char *method, const char *version)
{
	struct http_request *rq = &ex->rq;
	const struct fault *f;

	rq->method = text_from(method);
	rq->begun_ns = clock_monotonic_ns();
	rq->now = clock_now();
	f = check_head(ex, method, version);
	if (!f)
		f = check_target(rq);
	ex->is_doubtful = f != NULL;
	find_peer(ex);
	if (!f)
		f = find_route(rq);
	if (f) {
		exchange_refuse(ex, f);
	} else if (!exchange_is_answered(ex) && asks_who(rq)) {
		ex->next = exchange_authenticate;
		if (rq->server->options.always_slow)
			exchange_go_to_pool(ex, rq->server->options.workers, ex->next);
	}
}

/* ---- the body ---- */

static const struct fault *body_too_large(struct http_exchange *ex)
{
	return fault_make(ex->rq.arena, FAULT_BODY_TOO_LARGE, NULL,
			  "The request body is too large.");
}

static bool reserve(struct http_exchange *ex, size_t bytes)
{
	struct http_server *s = ex->rq.server;
	size_t before = atomic_fetch_add_explicit(&s->body_bytes, bytes, memory_order_relaxed);

	ex->reserved += bytes;
	return s->options.bodies_max == 0 || before + bytes <= s->options.bodies_max;
}

static void release(struct http_exchange *ex)
{
	if (ex->reserved)
		atomic_fetch_sub_explicit(&ex->rq.server->body_bytes, ex->reserved,
					  memory_order_relaxed);
	ex->reserved = 0;
}

static void await_body(struct http_exchange *ex)
{
	atomic_store(&ex->connection->state, CONNECTION_AWAITS_BODY);
}

/* Make room for more; false when there is none, and the request is refused. */
static bool admit_body(struct http_exchange *ex, uint64_t bytes)
{
	if (bytes > ex->rq.body_max || ex->body.len > ex->rq.body_max - bytes)
		exchange_refuse(ex, body_too_large(ex));
	else if (!reserve(ex, bytes))
		refuse_as(ex, FAULT_UNAVAILABLE, "The server is busy; please try again.");
	else
		return true;
	release(ex);
	return false;
}

/* RFC 9110 §8.4: what is in an encoding is not what it seems, and is not stored as such. */
static bool is_encoded(const struct http_exchange *ex)
{
	for (size_t i = 0; i < ex->field_count; i++) {
		struct text rest = ex->fields[i].value, coding;

		if (!text_equal_nocase(ex->fields[i].name, TEXT("Content-Encoding")))
			continue;
		while (text_next(&rest, ',', &coding))
			if (text_trim(coding).len > 0 &&
			    !text_equal_nocase(text_trim(coding), TEXT("identity")))
				return true;
	}
	return false;
}

static void expect_body(struct http_exchange *ex)
{
	size_t length = ex->framing.length;

	/* RFC 9110 §9.3.1: to GET a body means nothing, and a small one does no harm. */
	ex->ignores_body = ex->rq.body_max == 0 && length <= DISCARD_MAX;
	if (ex->ignores_body)
		return;
	if (is_encoded(ex)) {
		http_set_header(&ex->rq, "Accept-Encoding", TEXT("identity"));
		refuse_as(ex, FAULT_BAD_MEDIA_TYPE, "A body may not be compressed.");
		return;
	}
	if (!admit_body(ex, length))
		return;
	buf_init(&ex->body, ex->rq.arena, length < BODY_HINT_MAX ? length : BODY_HINT_MAX,
		 ex->rq.body_max);
}

/* libmicrohttpd takes no answer in the middle of a body. */
static enum MHD_Result cut_body(struct http_exchange *ex, const struct fault *f)
{
	bool large = fault_is(f, FAULT_BODY_TOO_LARGE);

	if (!exchange_is_answered(ex))
		exchange_refuse(ex, f);
	raw_answer(ex->connection, large ? RAW_TOO_LARGE : RAW_BAD_REQUEST);
	ex->connection->has_unread = true;
	return MHD_NO;
}

static bool is_kept(const struct http_exchange *ex)
{
	return !exchange_is_answered(ex) && !ex->ignores_body;
}

/*
 * libmicrohttpd forgives a bare LF here, too, and tells no sizes. What it consumed since it last
 * read from the socket still lies in front of the data: if that is anything, it ends with the
 * line of this chunk, and a chunk that is too large is refused before it is read.
 */
static const struct fault *check_chunk(struct http_exchange *ex, const char *upload)
{
	size_t room = is_kept(ex) ? ex->rq.body_max - ex->body.len : DISCARD_MAX - ex->discarded;
	const struct fault *f;
	uint64_t size;

	if (!ex->framing.is_chunked || upload <= ex->body_at)
		return NULL;
	f = http_check_chunk(ex->rq.arena, text_of(ex->body_at, (size_t)(upload - ex->body_at)),
			     &size);
	return f || size <= room ? f : body_too_large(ex);
}

static enum MHD_Result take_body(struct http_exchange *ex, const char *upload, size_t *size)
{
	const struct fault *f = check_chunk(ex, upload);

	if (f)
		return cut_body(ex, f);
	if (is_kept(ex) && (!ex->framing.is_chunked || admit_body(ex, *size)))
		buf_put(&ex->body, upload, *size);
	else
		ex->discarded += *size;
	*size = 0;
	if (ex->discarded > DISCARD_MAX)
		return cut_body(ex, body_too_large(ex));
	await_body(ex);
	return MHD_YES;
}

/* ---- from one phase to the next ---- */

/* A refusal that does not wait for the body, and costs the connection. */
static bool is_early(const struct http_exchange *ex)
{
	if (!exchange_is_answered(ex))
		return false;
	return ex->is_doubtful || ex->framing.expects_continue || ex->framing.length > DISCARD_MAX;
}

static enum MHD_Result end_head(struct http_exchange *ex)
{
	ex->phase = PHASE_BODY;
	if (ex->framing.has_body && !exchange_is_answered(ex))
		expect_body(ex);
	if (is_early(ex)) {
		ex->connection->has_unread = true;
		return answer_send(ex);
	}
	if (ex->framing.has_body) {
		connection_expect(ex->connection, ex->rq.server->options.body_timeout_ms);
		await_body(ex);
	}
	return MHD_YES;
}

/* Run what there is to run; when nothing is left here, the phase is over. */
static enum MHD_Result run_phase(struct http_exchange *ex)
{
	if (!exchange_run(ex))
		return MHD_YES;
	if (ex->phase == PHASE_HEAD)
		return end_head(ex);
	/* A handler answers, or waits; it may not just return. */
	assert(exchange_is_answered(ex));
	return answer_send(ex);
}

static void end_body(struct http_exchange *ex)
{
	struct http_request *rq = &ex->rq;

	ex->phase = PHASE_RUN;
	connection_expect(ex->connection, 0);
	if (!ex->framing.has_body || !is_kept(ex))
		return;
	rq->body = buf_text(&ex->body);
	rq->begun_ns = clock_monotonic_ns();
	rq->now = clock_now();
}

enum MHD_Result exchange_go_on(void *server, struct MHD_Connection *mhd, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **exchange)
{
	struct http_exchange *ex = *exchange;

	(void)server, (void)mhd, (void)url;
	if (!ex || !connection_go_on(ex->connection))
		return MHD_NO;
	trouble_expect(NULL);
	(void)atomic_load_explicit(&ex->missing, memory_order_acquire);
	ex->pool_now = NULL;
	switch (ex->phase) {
	case PHASE_LINE:
		ex->phase = PHASE_HEAD;
		connection_expect(ex->connection, 0);
		judge_head(ex, method, version);
		/* Who asks must be known before a body is read; else all is done in one go. */
		return ex->framing.has_body ? run_phase(ex) : end_head(ex);
	case PHASE_BODY:
		if (*upload_size > 0)
			return take_body(ex, upload, upload_size);
		end_body(ex);
		return run_phase(ex);
	default: return run_phase(ex);
	}
}

/* ---- beginning and end ---- */

static void make_id(struct http_exchange *ex)
{
	struct http_server *s = ex->rq.server;
	uint64_t n = atomic_fetch_add_explicit(&s->requests, 1, memory_order_relaxed) + 1;
	char *end = ex->id + sizeof(ex->id), *at = end;
	size_t prefix = strlen(s->id_prefix);

	do {
		*--at = "0123456789abcdefghijklmnopqrstuv"[n % 32];
		n /= 32;
	} while (n);
	at -= prefix;
	memcpy(at, s->id_prefix, prefix);
	ex->rq.id = text_of(at, (size_t)(end - at));
}

void *exchange_begin(void *server, const char *target, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct http_connection *c = info->socket_context;
	struct http_exchange *ex;

	if (!c)
		return NULL;
	ex = &c->exchange;
	memset(ex, 0, sizeof(*ex));
	ex->connection = c;
	ex->mhd = mhd;
	ex->target_at = target;
	ex->rq.arena = c->arena;
	ex->rq.server = server;
	ex->rq.exchange = ex;
	/* A copy: libmicrohttpd takes the query apart where it lies. */
	ex->rq.target.len = strlen(target);
	ex->rq.target.at = arena_copy(c->arena, target, ex->rq.target.len);
	ex->rq.path = text_sub(ex->rq.target, 0, strcspn(ex->rq.target.at, "?"));
	ex->rq.peer = text_from(c->peer.text);
	make_id(ex);
	trouble_expect(ex);
	atomic_store(&c->state, CONNECTION_BUSY);
	connection_expect(c, c->server->options.header_timeout_ms);
	return ex;
}

void exchange_end(void *server, struct MHD_Connection *mhd, void **exchange,
		  enum MHD_RequestTerminationCode how)
{
	struct http_server *s = server;
	struct http_exchange *ex = *exchange;
	struct http_connection *c;
	int status;

	trouble_expect(NULL);
	if (!ex)
		return;
	exchange_await_waker(ex);
	c = ex->connection;
	status = ex->answer.status;
	if (atomic_load(&c->state) == CONNECTION_TOO_LATE) {
		/* The reaper told the client so, whatever answer waited for the body's end. */
		status = 408;
		c->has_unread = true;
	} else if (!status) {
		/* libmicrohttpd refused it by itself, or the client went away. */
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_HTTP_STATUS);

		status = info ? (int)info->http_status : 0;
		c->has_unread = c->has_unread || status;
	}
	access_note(ex, status, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	release(ex);
	arena_reset(c->arena);
	*exchange = NULL;
	ex->phase = PHASE_LINE; /* no body is looked for any more */
	connection_expect(c, s->options.idle_timeout_ms);
	atomic_store(&c->state, CONNECTION_IDLE);
	if (atomic_load(&s->is_stopping))
		shutdown(c->fd, SHUT_RD);
}
