/* pages - files, templates and messages; see page.h */
#include "api/page.h"

#include "api/problem.h"
#include "api/query.h"
#include "web_files.h"

#include <assert.h>

enum {
	PAGE_HINT_BYTES = 8 * 1024,
	PAGE_MAX_BYTES = 2 * 1024 * 1024,
	PAGE_VALUES = 10, /* that a page has of its own */
	WORDS_HINT_BYTES = 4 * 1024,
	WORDS_MAX_BYTES = 64 * 1024,
};

/* ---- files -------------------------------------------------------------------------------- */

static const struct web_file *find_file(struct text name)
{
	for (const struct web_file *w = web_files; w->name; w++)
		if (text_equal(name, text_from(w->name)))
			return w;
	return NULL;
}

static bool is_template(const struct web_file *w)
{
	return text_ends(text_from(w->name), TEXT(".html"));
}

/*
 * Nothing inline, nothing from elsewhere; a link that opens a booking must not leave as a
 * Referer.
 */
#define POLICY                                                                                     \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
	"connect-src 'self'; base-uri 'none'; "

/* One page works without any script, as mail programs open it as they like. */
static bool has_form(const struct http_request *rq)
{
	return rq->segment_count == 3 && text_equal(rq->segments[0], TEXT("manage"));
}

static void set_headers(struct http_request *rq, struct text cache_control, bool may_be_framed)
{
	http_set_header(rq, "Content-Security-Policy",
			text_from(arena_printf(rq->arena,
					       POLICY "form-action %s; frame-ancestors %s",
					       has_form(rq) ? "'self'" : "'none'",
					       may_be_framed ? "http: https:" : "'none'")));
	http_set_header(rq, "Referrer-Policy", TEXT("no-referrer"));
	http_set_header(rq, "Cache-Control", cache_control);
}

/* The booking page alone, and only if it was asked for so. */
static bool is_for_frames(const struct http_request *rq)
{
	struct text embed = TEXT_NONE;
	const struct query_param params[] = {{TEXT("embed"), &embed}};

	return rq->segment_count > 0 && text_equal(rq->segments[0], TEXT("book")) &&
	       !query_read(rq->arena, rq->query, params, ARRAY_LEN(params)) &&
	       text_equal(embed, TEXT("1"));
}

static struct text template(const char *name)
{
	const struct web_file *w = find_file(text_from(name));

	assert(w);
	return text_of((const char *)w->at, w->len);
}

static struct text script_words(const struct http_request *rq, const struct page_lang *l)
{
	bool manages = rq->segment_count > 0 && text_equal(rq->segments[0], TEXT("manage"));
	struct buf b;

	buf_init(&b, rq->arena, WORDS_HINT_BYTES, WORDS_MAX_BYTES);
	page_lang_put_words(&b, l, manages);
	return buf_text(&b);
}

static void answer(struct http_request *rq, int status, const char *head, const char *name,
		   const struct page_value *values, size_t count)
{
	const struct page_lang *l = page_lang(rq);
	struct page_value all[PAGE_VALUES + 4] = {
		{"lang", text_from(l->tag)},
		{"no_script", text_from(l->words[PAGE_NO_SCRIPT])},
		{"busy_times", text_from(l->words[PAGE_BUSY_TIMES])},
		{"words", script_words(rq, l)},
	};
	struct buf body;

	assert(count <= PAGE_VALUES);
	if (count > 0)
		memcpy(all + 4, values, count * sizeof(*values));
	buf_init(&body, rq->arena, PAGE_HINT_BYTES, PAGE_MAX_BYTES);
	if (head)
		page_fill(&body, template(head), all, count + 4);
	page_fill(&body, template(name), all, count + 4);
	set_headers(rq, TEXT("no-store"), is_for_frames(rq));
	http_set_header(rq, "Vary", TEXT("Accept-Language"));
	http_answer(rq, status, "text/html; charset=utf-8", buf_text(&body));
}

void page_answer(struct http_request *rq, int status, const char *name,
		 const struct page_value *values, size_t count)
{
	answer(rq, status, "head.html", name, values, count);
}

void page_answer_whole(struct http_request *rq, const char *name)
{
	answer(rq, 200, NULL, name, NULL, 0);
}

static void answer_message(struct http_request *rq, int status, const char *lang, const char *title,
			   const char *message)
{
	const struct page_value values[] = {
		{"text_lang", text_from(lang)},
		{"title", text_from(title)},
		{"message", text_from(message)},
		{"form", TEXT(" hidden")},
	};

	page_answer(rq, status, "message.html", values, ARRAY_LEN(values));
}

void page_answer_words(struct http_request *rq, int status, enum page_word title)
{
	const struct page_lang *l = page_lang(rq);

	answer_message(rq, status, l->tag, l->words[title], l->words[title + 1]);
}

void page_answer_fault(struct http_request *rq, const struct fault *f)
{
	int status = fault_row(f->code)->http_status;

	http_note_fault(rq, f);
	if (status == 404)
		page_answer_words(rq, status, PAGE_NO_OFFER);
	else if (f->code == FAULT_LINK_SPENT)
		page_answer_words(rq, status, PAGE_SPENT);
	else if (status == 429 || status == 503)
		page_answer_words(rq, status, PAGE_BUSY);
	else
		page_answer_words(rq, status, status >= 500 ? PAGE_BROKEN : PAGE_REFUSED);
}

/* An entity tag has its quotes, so it cannot be found inside of another. */
static bool has_current(const struct http_request *rq, const char *etag)
{
	return text_find(http_header(rq, "If-None-Match"), text_from(etag)) >= 0;
}

void page_file(struct http_request *rq)
{
	const struct web_file *w = NULL;

	if (rq->segment_count == 2 && !rq->path_ends_slash)
		w = find_file(rq->segments[1]);
	if (!w || is_template(w)) {
		page_answer_words(rq, 404, PAGE_NO_FILE);
		return;
	}
	/* Asked for again each time, and sent again when another version of Fasti runs. */
	set_headers(rq, TEXT("no-cache"), false);
	http_set_header(rq, "ETag", text_from(w->etag));
	if (has_current(rq, w->etag))
		http_answer(rq, 304, NULL, TEXT_NONE);
	else
		http_answer(rq, 200, w->content_type, text_of((const char *)w->at, w->len));
}

void page_problem(struct http_request *rq)
{
	const char *title = rq->segment_count == 2 ? problem_title(rq->segments[1]) : NULL;

	if (title)
		answer_message(rq, 200, "en", title,
			       "This is the type of an answer of the JSON API; its member "
			       "\"detail\" says more.");
	else
		answer_message(rq, 404, "en", "There is nothing here",
			       "No answer of the JSON API has this type.");
}
