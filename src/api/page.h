/*
 * page - what browsers see: the booking pages, the page behind a link in a mail, files
 *
 * A page is a template of web/ with its marks filled in; what it does, it does by
 * the JSON API. A GET changes nothing: scanners of mail follow every link
 * (decisions 10). Every page comes with a Content-Security-Policy that
 * allows what this server itself gives, and nothing inline. In a frame of another site
 * stands only the booking page that was asked for with ?embed=1: a click there can do no more than
 * anybody could do without.
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/page_lang.h"
#include "base/arena.h"
#include "base/buf.h"
#include "http/request.h"

struct booking_type;
struct db;
struct host;

void page_book(struct http_request *rq);	 /* /book/HOST, /book/HOST/TYPE */
void api_itip(struct http_request *rq);		 /* … POST: a booking by a message (itip.c) */
void page_host(struct http_request *rq);	 /* /host: what its owner does here */
void page_host_profile(struct http_request *rq); /* /host/apple.mobileconfig */
void page_manage(struct http_request *rq);	 /* /manage/TOKEN, and what is below it */
void page_reminders(struct http_request *rq);	 /* /manage/TOKEN/reminders */
void page_oauth(struct http_request *rq);	 /* /oauth/PROVIDER/callback */
void page_problem(struct http_request *rq); /* /problems/WORD: what the type of a problem means */
void page_file(struct http_request *rq);    /* /web/FILE, with ETag */

/* A fault as a page for a person. */
void page_answer_fault(struct http_request *rq, const struct fault *f);

/* A page that says one thing: the word and the sentence that follows it. */
void page_answer_words(struct http_request *rq, int status, enum page_word title);

/* A mark {{name}} of a template, and what stands there; the value is escaped. */
struct page_value {
	const char *name;
	struct text value;
};

/* What follows the title of a meeting in that of a window. */
static inline struct text page_of_host(struct arena *a, struct text host)
{
	return text_from(arena_printf(a, " · %.*s", TEXT_ARG(host)));
}

/* The template `name` of web/ after the head that all have, with its marks filled in; {{lang}},
 * {{words}} (of the scripts) and {{no_script}} always are. */
void page_answer(struct http_request *rq, int status, const char *name,
		 const struct page_value *values, size_t count);

/* A template that has a head of its own, and no values. */
void page_answer_whole(struct http_request *rq, const char *name);

/* Append a template with its marks filled in. A mark without a value is left empty. */
void page_fill(struct buf *out, struct text template, const struct page_value *values,
	       size_t count);

/*
 * What anybody may know of a type, as JSON for the pages' scripts: nothing of buffers, limits and
 * schedules (booking case D4). `type` may be NULL when it is gone.
 */
struct text page_type_json(struct arena *a, const struct host *host,
			   const struct booking_type *type);

/*
 * By name whom one meets: all who must come to a collective meeting. Of other types empty, since
 * who it will be is chosen at booking.
 */
MUST_CHECK const struct fault *page_people(struct db *db, struct arena *a,
					   const struct booking_type *type, struct text *out);

/* Write it as a value. */
struct json_writer;
void page_put_type(struct json_writer *w, const struct host *host, const struct booking_type *type);

#endif
