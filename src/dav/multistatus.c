/*
 * multistatus - answers of any length, a page at a time (decisions 9)
 *
 * The first page is made before the answer begins, so a fault there is a plain
 * error. An answer that fits in it goes out whole; a longer one is streamed, and
 * no statement stays open between pages. A fault in the middle breaks the answer
 * off before its end tag: no client takes a torn document for a whole one.
 */

#include "base/log.h"
#include "dav/props.h"

enum { PAGE_ARENA_MAX = 64 * 1024 * 1024, ANSWER_MAX = 256 * 1024 * 1024 };

struct stream {
	struct dav_request *dr;
	dav_page_fn next;
	void (*end)(struct dav_request *dr, void *ctx, struct buf *out);
	void *ctx;
	struct arena *page;
	struct text first; /* written already, before streaming began */
	bool is_multistatus, is_done;
};

static const struct fault *stream_page(struct stream *s, struct buf *out)
{
	bool more = false;
	const struct fault *f;

	arena_reset(s->page);
	f = s->next(s->dr, s->ctx, s->page, out, &more);
	if (!f)
		f = arena_check(s->page);
	if (!f && out->overflow)
		f = fault_make(s->dr->arena, FAULT_OUT_OF_MEMORY, NULL, "The answer is too long.");
	if (f || more)
		return f;
	s->is_done = true;
	if (s->end)
		s->end(s->dr, s->ctx, out);
	if (s->is_multistatus)
		xml_close(out, NS_DAV, "multistatus");
	return NULL;
}

static bool stream_piece(void *ctx, struct buf *out)
{
	struct stream *s = ctx;
	const struct fault *f;

	if (s->first.at) {
		buf_put_text(out, s->first);
		s->first = TEXT_NONE;
		return true;
	}
	f = dav_reader(s->dr);
	if (!f)
		f = stream_page(s, out);
	if (f) {
		log_event(LOG_WARN, "answer-broken-off", LOG_TEXT("id", s->dr->rq->id),
			  LOG_STR("fault", fault_row(f->code)->name), LOG_STR("why", f->message));
		return false;
	}
	return !s->is_done;
}

static const struct fault *stream_start(struct stream *s, int status, const char *type)
{
	struct buf out;
	const struct fault *f;

	s->page = arena_create_in(s->dr->arena, PAGE_ARENA_MAX);
	buf_init(&out, s->dr->arena, 4096, ANSWER_MAX);
	if (s->is_multistatus)
		xml_root(&out, NS_DAV, "multistatus");
	f = stream_page(s, &out);
	if (f)
		return f;
	if (s->is_multistatus)
		dav_say_applied(s->dr, DAV_PREFER_MINIMAL);
	if (s->is_done) {
		http_answer(s->dr->rq, status, type, buf_text(&out));
	} else {
		s->first = buf_text(&out);
		http_answer_pieces(s->dr->rq, status, type, stream_piece, s);
	}
	return NULL;
}

const struct fault *dav_answer_multistatus(struct dav_request *dr, dav_page_fn next,
					   void (*end)(struct dav_request *dr, void *ctx,
						       struct buf *out),
					   void *ctx)
{
	struct stream *s = arena_alloc(dr->arena, sizeof(*s));

	*s = (struct stream){
		.dr = dr, .next = next, .end = end, .ctx = ctx, .is_multistatus = true};
	return stream_start(s, 207, DAV_XML_TYPE);
}

const struct fault *dav_answer_stream(struct dav_request *dr, const char *type, dav_page_fn next,
				      void *ctx)
{
	struct stream *s = arena_alloc(dr->arena, sizeof(*s));

	*s = (struct stream){.dr = dr, .next = next, .ctx = ctx};
	return stream_start(s, 200, type);
}
