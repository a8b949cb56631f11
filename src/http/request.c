/* request - what a handler reads of a request, and what it answers; see request.h */
#include "http/request.h"

#include <assert.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/log.h"
#include "http/check.h"
#include "http/http_priv.h"

/* The values of several lines of one name are one list (RFC 9110 §5.3). */
static struct text joined(struct arena *a, struct text before, struct text value)
{
	struct buf both;

	buf_init(&both, a, before.len + value.len + 2, HTTP_HEADER_MAX);
	buf_put_text(&both, before);
	buf_put_lit(&both, ", ");
	buf_put_text(&both, value);
	return buf_text(&both);
}

struct text http_header(const struct http_request *rq, const char *name)
{
	const struct http_exchange *ex = rq->exchange;
	struct text wanted = text_from(name), found = TEXT_NONE, value;

	for (size_t i = 0; i < ex->field_count; i++) {
		if (ex->fields[i].name.len != wanted.len ||
		    !text_equal_nocase(ex->fields[i].name, wanted))
			continue;
		value = text_trim(ex->fields[i].value);
		found = found.at ? joined(rq->arena, found, value) : value;
	}
	return found;
}

/* RFC 9110 §5.5: no CR, LF or NUL; other controls have no business there either. */
static bool is_fit_for_header(struct text value)
{
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if ((c < 0x20 && c != '\t') || c == 0x7F)
			return false;
	}
	return value.len > 0;
}

void http_set_header(struct http_request *rq, const char *name, struct text value)
{
	struct answer *answer = &rq->exchange->answer;
	struct answer_header *h;

	if (!is_fit_for_header(value)) {
		log_event(LOG_ERROR, "bad-header", LOG_TEXT("id", rq->id), LOG_STR("name", name),
			  LOG_TEXT("value", value));
		return;
	}
	h = arena_alloc(rq->arena, sizeof(*h));
	*h = (struct answer_header){
		.next = answer->headers, .name = name, .value = text_cstr(rq->arena, value)};
	answer->headers = h;
}

void http_add_header(struct http_request *rq, const char *name, struct text item)
{
	struct answer_header *h = rq->exchange->answer.headers;

	while (h && !text_equal_nocase(text_from(h->name), text_from(name)))
		h = h->next;
	if (h && is_fit_for_header(item))
		h->value = arena_printf(rq->arena, "%s, %.*s", h->value, TEXT_ARG(item));
	else
		http_set_header(rq, name, item);
}

void http_answer(struct http_request *rq, int status, const char *content_type, struct text body)
{
	struct answer *answer = &rq->exchange->answer;

	assert(answer->status == 0 && status >= 200 && status < 600);
	answer->status = status;
	answer->content_type = content_type;
	answer->body = body;
}

void http_answer_pieces(struct http_request *rq, int status, const char *content_type,
			http_piece_fn next, void *ctx)
{
	struct answer *answer = &rq->exchange->answer;

	http_answer(rq, status, content_type, TEXT_NONE);
	answer->next_piece = next;
	answer->piece_ctx = ctx;
}

void http_note_fault(struct http_request *rq, const struct fault *f)
{
	rq->fault = fault_copy(rq->arena, f);
}

void http_answer_fault(struct http_request *rq, const struct fault *f)
{
	struct text line = text_from(arena_printf(rq->arena, "%s\n", f->message));

	http_note_fault(rq, f);
	http_answer(rq, fault_row(f->code)->http_status, "text/plain; charset=utf-8", line);
}

void exchange_refuse(struct http_exchange *ex, const struct fault *f)
{
	const struct http_route *route = ex->rq.route;

	if (route && route->answer_fault)
		route->answer_fault(&ex->rq, f);
	else
		http_answer_fault(&ex->rq, f);
}
