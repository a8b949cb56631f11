/*
 * problem - faults as application/problem+json (RFC 9457)
 *
 * The type of a problem is a link below the server's own address; the table
 * base/fault.tbl.h says its last part and the status. "reason" carries the word of a
 * verdict (decisions 37), "member" names what is wrong in a request.
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "http/request.h"
#include "json/write.h"

/* Begin, add members of your own to w, send. */
struct api_problem {
	struct http_request *rq;
	int status;
	struct buf body;
	struct json_writer w;
};
void api_problem_begin(struct api_problem *p, struct http_request *rq, const struct fault *f);
void api_problem_send(struct api_problem *p);

/* The same in one step; also a route's answer_fault. */
void api_answer_fault(struct http_request *rq, const struct fault *f);

/* A short title for a word; NULL when there is no such problem. */
const char *problem_title(struct text word);

#endif
