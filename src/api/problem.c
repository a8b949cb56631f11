/* problem - see problem.h */
#include "api/problem.h"

#include "api/api.h"
#include "booking/booking.h"

enum { PROBLEM_HINT_BYTES = 512, PROBLEM_MAX_BYTES = 4 * 1024 * 1024 };

/* clang-format off */
static const struct {
	const char *word, *title;
} titles[] = {
	{ "bad-request",            "The request cannot be understood" },
	{ "unknown-time-zone",      "There is no such time zone" },
	{ "unauthenticated",        "Name and password are needed" },
	{ "forbidden",              "This is not allowed" },
	{ "not-found",              "There is nothing here" },
	{ "method-not-allowed",     "This cannot be done here" },
	{ "conflict",               "This does not fit with what is there" },
	{ "precondition-failed",    "It has changed meanwhile" },
	{ "too-large",              "This is too large" },
	{ "not-acceptable",         "Nothing here is in a form that was asked for" },
	{ "bad-media-type",         "The body must be application/json" },
	{ "unprocessable",          "A value is not acceptable" },
	{ "too-many-requests",      "Too many requests" },
	{ "internal",               "The server made a mistake" },
	{ "unavailable",            "The server cannot answer just now" },
	{ "store-full",             "The server has no room left" },
	{ "bad-calendar-data",      "This is no calendar data" },
	{ "bad-calendar-object",    "This calendar object is not allowed" },
	{ "slot-taken",             "This time has just been taken" },
	{ "cancelled",              "The booking was cancelled" },
	{ "not-offered",            "This time is not offered" },
	{ "link-spent",             "The link was used already" },
	{ "idempotency-key-reused", "The Idempotency-Key was used before" },
};
/* clang-format on */

/* "slot-taken"; never NULL. */
static const char *problem_word(const struct fault *f)
{
	const char *word = fault_row(f->code)->problem;

	return word ? word : "bad-request";
}

const char *problem_title(struct text word)
{
	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (text_equal(word, text_from(titles[i].word)))
			return titles[i].title;
	return NULL;
}

/* What a fault is about: the word of a verdict, or a name in the request. */
static const char *about_key(const struct fault *f)
{
	switch (f->code) {
	case FAULT_SLOT_TAKEN:
	case FAULT_NOT_OFFERED: return "reason";
	default: return "member";
	}
}

static void put_type(struct api_problem *p, const char *word)
{
	const struct api_house *house = p->rq->context;
	struct buf type;

	buf_init(&type, p->rq->arena, 128, 4096);
	buf_put_text(&type, house->desk->url);
	buf_put_lit(&type, "/problems/");
	buf_put_str(&type, word);
	json_key(&p->w, "type");
	json_add_text(&p->w, buf_text(&type));
}

void api_problem_begin(struct api_problem *p, struct http_request *rq, const struct fault *f)
{
	const char *word = problem_word(f);

	*p = (struct api_problem){.rq = rq, .status = fault_row(f->code)->http_status};
	http_note_fault(rq, f);
	buf_init(&p->body, rq->arena, PROBLEM_HINT_BYTES, PROBLEM_MAX_BYTES);
	p->w.out = &p->body;
	json_begin_object(&p->w);
	put_type(p, word);
	json_key(&p->w, "title");
	json_add_str(&p->w, problem_title(text_from(word)));
	json_key(&p->w, "status");
	json_add_int(&p->w, p->status);
	json_key(&p->w, "detail");
	json_add_str(&p->w, f->message);
	if (f->about) {
		json_key(&p->w, about_key(f));
		json_add_str(&p->w, f->about);
	}
}

void api_problem_send(struct api_problem *p)
{
	json_end_object(&p->w);
	http_set_header(p->rq, "Cache-Control", TEXT("no-store"));
	http_answer(p->rq, p->status, "application/problem+json", buf_text(&p->body));
}

void api_answer_fault(struct http_request *rq, const struct fault *f)
{
	struct api_problem p;

	api_problem_begin(&p, rq, f);
	api_problem_send(&p);
}
