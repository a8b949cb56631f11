/*
 * page - what browsers see: the booking page, the page behind a link in a mail, files
 *
 * A page is a template of web/ with its marks filled in; what it does, it does by
 * the JSON API. A GET changes nothing: scanners of mail follow every link
 * (decisions 10). Every page comes with a Content-Security-Policy that
 * allows what this server itself gives, and nothing inline.
 */
#ifndef API_PAGE_H
#define API_PAGE_H

#include "base/buf.h"
#include "http/request.h"

void page_book(struct http_request *rq);    /* /book/HOST/TYPE */
void page_manage(struct http_request *rq);  /* /manage/TOKEN */
void page_problem(struct http_request *rq); /* /problems/WORD: what the type of a problem means */
void page_file(struct http_request *rq);    /* /web/FILE, with ETag */

/* A fault as a page for a person. */
void page_answer_fault(struct http_request *rq, const struct fault *f);

/* A mark {{name}} of a template, and what stands there; the value is escaped. */
struct page_value {
	const char *name;
	struct text value;
};

/* Append a template with its marks filled in. A mark without a value is left empty. */
void page_fill(struct buf *out, struct text template, const struct page_value *values,
	       size_t count);

#endif
