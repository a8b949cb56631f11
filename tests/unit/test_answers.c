/* booking/answers: what a meeting type asks, and what is an answer to it */
#include "booking/book_priv.h"
#include "unit.h"

static const struct text drinks[] = {TEXT_INIT("Tea"), TEXT_INIT("Coffee")};

static const struct booking_question questions[] = {
	{.id = TEXT_INIT("topic"), .text = TEXT_INIT("Topic?"), .required = true},
	{.id = TEXT_INIT("more"), .text = TEXT_INIT("More?"), .type = QUESTION_LONG},
	{.id = TEXT_INIT("drink"),
	 .text = TEXT_INIT("Drink?"),
	 .type = QUESTION_CHOICE,
	 .choices = drinks,
	 .choice_count = ARRAY_LEN(drinks)},
	{.id = TEXT_INIT("new"), .text = TEXT_INIT("New here?"), .type = QUESTION_YES_NO},
	{.id = TEXT_INIT("age"), .text = TEXT_INIT("Age?"), .type = QUESTION_NUMBER},
	{.id = TEXT_INIT("tel"), .text = TEXT_INIT("Telephone?"), .type = QUESTION_PHONE},
};

#define T "\"topic\":\"x\","

static const struct {
	const char *name;
	struct text answers;
	const char *about; /* NULL: all is well */
} rows[] = {
	{"by id", TEXT_INIT("{\"topic\":\"x\"}"), NULL},
	{"by text", TEXT_INIT("{\"Topic?\":\"x\"}"), NULL},
	{"the id is blank, the text is not", TEXT_INIT("{\"topic\":\" \",\"Topic?\":\"x\"}"), NULL},
	{"no answers", TEXT_INIT(""), "answers.topic"},
	{"none to this", TEXT_INIT("{\"more\":\"x\"}"), "answers.topic"},
	{"blanks", TEXT_INIT("{\"topic\":\" \\n\"}"), "answers.topic"},
	{"a number is no text", TEXT_INIT("{\"topic\":5}"), "answers.topic"},
	{"what nobody asked", TEXT_INIT("{" T "\"other\":5}"), NULL},
	{"long", TEXT_INIT("{" T "\"more\":\"a\\nb\"}"), NULL},
	{"long: true", TEXT_INIT("{" T "\"more\":true}"), "answers.more"},
	{"not needed: blank", TEXT_INIT("{" T "\"drink\":\"\"}"), NULL},
	{"choice", TEXT_INIT("{" T "\"drink\":\"Coffee\"}"), NULL},
	{"choice: none of them", TEXT_INIT("{" T "\"drink\":\"coffee\"}"), "answers.drink"},
	{"choice: a number", TEXT_INIT("{" T "\"Drink?\":1}"), "answers.drink"},
	{"yes", TEXT_INIT("{" T "\"new\":true}"), NULL},
	{"no", TEXT_INIT("{" T "\"new\":false}"), NULL},
	{"yes as a text", TEXT_INIT("{" T "\"new\":\"yes\"}"), "answers.new"},
	{"number", TEXT_INIT("{" T "\"age\":-3}"), NULL},
	{"number with a point", TEXT_INIT("{" T "\"age\":3.5}"), NULL},
	{"number as a text", TEXT_INIT("{" T "\"age\":\"3\"}"), "answers.age"},
	{"telephone", TEXT_INIT("{" T "\"tel\":\"+49 (0)30/12.34-5\"}"), NULL},
	{"telephone: letters", TEXT_INIT("{" T "\"tel\":\"0800 CALL ME\"}"), "answers.tel"},
	{"telephone: two digits", TEXT_INIT("{" T "\"tel\":\"(12)\"}"), "answers.tel"},
	{"telephone: a number", TEXT_INIT("{" T "\"tel\":49301234}"), "answers.tel"},
	{"telephone: 41 characters",
	 TEXT_INIT("{" T "\"tel\":\"12345678901234567890123456789012345678901\"}"), "answers.tel"},
};

static void check(struct arena *a, const char *name, const struct book_request *rq,
		  const char *about)
{
	const struct fault *f = book_check_answers(a, rq);

	if (!about) {
		CHECK_WELL(name, f);
		return;
	}
	CHECK_FAULT(name, f, FAULT_UNPROCESSABLE);
	if (f && f->about)
		CHECK_STR(name, f->about, about);
}

static void test_rows(void)
{
	const struct booking_type type = {
		.questions = questions,
		.question_count = ARRAY_LEN(questions),
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct book_request rq = {.type = &type, .answers = rows[i].answers};

		check(a, rows[i].name, &rq, rows[i].about);
	}
	arena_destroy(a);
}

static void test_not_asked(void)
{
	const struct booking_type silent = {.question_count = 0};
	const struct booking_type asks = {.questions = questions, .question_count = 1};
	const struct book_received message = {.sequence = 0};
	struct arena *a = arena_create(1 << 20);

	check(a, "a type that asks nothing", &(struct book_request){.type = &silent}, NULL);
	check(a, "a message", &(struct book_request){.type = &asks, .received = &message}, NULL);
	arena_destroy(a);
}

UNIT_SUITE("answers", {"what is an answer", test_rows}, {"who is not asked", test_not_asked})
