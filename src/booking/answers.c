/*
 * answers - has the invitee answered what the meeting type asks? See book_priv.h.
 *
 * Answers go by the id of a question, or by its text. What nobody asked is kept as it was said.
 */
#include "booking/book_priv.h"

#include "base/arena.h"
#include "json/read.h"

enum { PHONE_MAX_BYTES = 40, PHONE_MIN_DIGITS = 3 };

/* ---- by type ----------------------------------------------------------------------------------
 */

static bool is_text(const struct booking_question *q, const struct json *v)
{
	struct text t;

	(void)q;
	return json_text(v, &t);
}

static bool is_choice(const struct booking_question *q, const struct json *v)
{
	struct text t;

	for (size_t i = 0; json_text(v, &t) && i < q->choice_count; i++)
		if (text_equal(t, q->choices[i]))
			return true;
	return false;
}

static bool is_yes_or_no(const struct booking_question *q, const struct json *v)
{
	(void)q;
	return json_kind(v) == JSON_KIND_BOOL;
}

static bool is_number(const struct booking_question *q, const struct json *v)
{
	double n;

	(void)q;
	return json_number(v, &n);
}

/* As people write them: with blanks, dots, brackets; whether anybody answers there is not known. */
static bool is_phone(const struct booking_question *q, const struct json *v)
{
	static const struct text also = TEXT_INIT("+ ()/.-");
	size_t digits = 0;
	struct text t;

	(void)q;
	if (!json_text(v, &t) || t.len > PHONE_MAX_BYTES)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] >= '0' && t.at[i] <= '9')
			digits++;
		else if (text_find_char(also, t.at[i], 0) < 0)
			return false;
	}
	return digits >= PHONE_MIN_DIGITS;
}

static const struct {
	bool (*is_answer)(const struct booking_question *q, const struct json *v);
	const char *wants;
} kinds[] = {
	[QUESTION_TEXT] = {is_text, "is answered by a text"},
	[QUESTION_LONG] = {is_text, "is answered by a text"},
	[QUESTION_CHOICE] = {is_choice, "is answered by one of its choices"},
	[QUESTION_YES_NO] = {is_yes_or_no, "is answered by true or false"},
	[QUESTION_NUMBER] = {is_number, "is answered by a number"},
	[QUESTION_PHONE] = {is_phone, "is answered by a telephone number"},
};

/* ---- all ----------------------------------------------------------------------------------------
 */

static const struct fault *wrong(struct arena *a, const struct booking_question *q,
				 const char *what)
{
	return fault_make(a, FAULT_UNPROCESSABLE, arena_printf(a, "answers.%.*s", TEXT_ARG(q->id)),
			  "\"%.*s\" %s.", TEXT_ARG(q->text), what);
}

/* Blanks alone are no answer. */
static bool is_answered(const struct json *v)
{
	enum json_kind kind = json_kind(v);
	struct text t;

	if (kind == JSON_KIND_TEXT && json_text(v, &t))
		return text_trim(t).len > 0;
	return kind != JSON_KIND_NONE && kind != JSON_KIND_NULL;
}

static const struct fault *check_one(struct arena *a, const struct booking_question *q,
				     const struct json *answers)
{
	const struct json *v = json_get(answers, text_cstr(a, q->id));

	if (!is_answered(v))
		v = json_get(answers, text_cstr(a, q->text));
	if (!is_answered(v))
		return q->required ? wrong(a, q, "must be answered") : NULL;
	return kinds[q->type].is_answer(q, v) ? NULL : wrong(a, q, kinds[q->type].wants);
}

const struct fault *book_check_answers(struct arena *a, const struct book_request *rq)
{
	const struct booking_type *type = rq->type;
	const struct json *answers = NULL;
	const struct fault *f = NULL;

	/* A message has no room for answers, and its sender has seen no question. */
	if (rq->received || type->question_count == 0)
		return NULL;
	if (rq->answers.len > 0)
		f = json_parse(a, rq->answers, JSON_BODY_MAX, &answers);
	for (size_t i = 0; !f && i < type->question_count; i++)
		f = check_one(a, &type->questions[i], answers);
	return f;
}
