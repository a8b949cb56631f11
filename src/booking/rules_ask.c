/* rules_ask - where a meeting is and what its invitee is asked, in and out; see rules.h */
#include "booking/rules_priv.h"

#include "base/arena.h"
#include "json/read.h"
#include "json/write.h"

static const char *const place_words[] = {"none",	"place",       "phone", "link",
					  "conference", "google_meet", "teams", NULL};
static const char *const question_words[] = {"text",   "long",	"choice", "yes_no",
					     "number", "phone", NULL};

/* ---- location ---------------------------------------------------------------------------------
 */

const struct fault *rules_read_location(struct arena *a, const struct json *object,
					struct booking_type *out)
{
	const struct json *v = json_get(object, "location");
	int kind = PLACE_NONE;

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (rules_check_keys(a, v, " kind value ", NULL) ||
	    rules_read_word(a, v, "kind", place_words, &kind) ||
	    rules_read_text(a, v, "value", &out->location.value))
		return rules_wrong(a, "location",
				   "is like {\"kind\":\"place\",\"value\":\"Room 5\"}; kinds are "
				   "none, place, phone, link, conference, google_meet, teams");
	out->location.kind = (enum booking_place)kind;
	return NULL;
}

void rules_put_location(struct json_writer *w, const struct booking_location *l)
{
	json_key(w, "location");
	json_begin_object(w);
	json_key(w, "kind");
	json_add_str(w, place_words[l->kind]);
	if (l->value.len > 0) {
		json_key(w, "value");
		json_add_text(w, l->value);
	}
	json_end_object(w);
}

/* ---- questions --------------------------------------------------------------------------------
 */

/* False: no list of texts, or far too many. */
static bool read_choices(struct arena *a, const struct json *list, struct booking_question *q)
{
	size_t count = json_item_count(list);
	struct text *choices;

	if (json_kind(list) == JSON_KIND_NONE)
		return true;
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_CHOICES)
		return false;
	choices = arena_alloc_array(a, count, sizeof(*choices));
	for (size_t i = 0; i < count; i++) {
		if (!json_text(json_item(list, i), &choices[i]))
			return false;
		choices[i] = text_dup(a, choices[i]);
	}
	q->choices = choices;
	q->choice_count = count;
	return true;
}

static const struct fault *read_question(struct arena *a, const struct json *v,
					 struct booking_question *q)
{
	int type = QUESTION_TEXT;
	const struct fault *f = rules_check_keys(a, v, " id text type required choices ", NULL);

	*q = (struct booking_question){.required = false};
	if (!f)
		f = rules_read_text(a, v, "id", &q->id);
	if (!f)
		f = rules_read_text(a, v, "text", &q->text);
	if (!f)
		f = rules_read_word(a, v, "type", question_words, &type);
	if (!f)
		f = rules_read_bool(a, v, "required", &q->required);
	q->type = (enum booking_question_type)type;
	if (!f && !read_choices(a, json_get(v, "choices"), q))
		f = rules_wrong(a, "choices", "must be a list of at most 50 texts");
	return f;
}

/* Who is called has to say where. It is asked without being written down as a question. */
static const struct booking_question phone = {
	.id = TEXT_INIT("phone"),
	.text = TEXT_INIT("Phone number"),
	.type = QUESTION_PHONE,
	.required = true,
};

bool booking_question_is_built_in(const struct booking_question *q)
{
	return q->type == phone.type && q->required && text_equal(q->id, phone.id) &&
	       text_equal(q->text, phone.text);
}

/* As it is shown, it may come back. A host's own question of that id takes its place. */
static void set_built_in(struct booking_type *t, struct booking_question *all, size_t count)
{
	bool asks = t->location.kind == PLACE_PHONE;
	size_t kept = 1;

	for (size_t i = 1; i <= count; i++) {
		if (booking_question_is_built_in(&all[i]))
			continue;
		asks = asks && !text_equal(all[i].id, phone.id);
		all[kept++] = all[i];
	}
	all[0] = phone;
	t->questions = asks ? all : all + 1;
	t->question_count = asks ? kept : kept - 1;
}

const struct fault *rules_read_questions(struct arena *a, const struct json *object,
					 struct booking_type *out)
{
	const struct json *list = json_get(object, "questions");
	size_t count = json_item_count(list);
	struct booking_question *all;

	if (json_kind(list) != JSON_KIND_NONE &&
	    (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_QUESTIONS))
		return rules_wrong(a, "questions", "must be a list of at most 20");
	all = arena_alloc_array(a, count + 1, sizeof(*all));
	for (size_t i = 0; i < count; i++)
		if (read_question(a, json_item(list, i), &all[i + 1]))
			return rules_wrong(
				a, "questions",
				"holds questions like {\"id\":\"q1\",\"text\":\"Topic?\","
				"\"type\":\"text\",\"required\":true}; types are text, "
				"long, choice, yes_no, number, phone");
	if (!arena_check(a))
		set_built_in(out, all, count);
	return arena_check(a);
}

static void put_question(struct json_writer *w, const struct booking_question *q)
{
	json_begin_object(w);
	json_key(w, "id");
	json_add_text(w, q->id);
	json_key(w, "text");
	json_add_text(w, q->text);
	json_key(w, "type");
	json_add_str(w, question_words[q->type]);
	json_key(w, "required");
	json_add_bool(w, q->required);
	if (q->choice_count > 0) {
		json_key(w, "choices");
		json_begin_list(w);
		for (size_t i = 0; i < q->choice_count; i++)
			json_add_text(w, q->choices[i]);
		json_end_list(w);
	}
	json_end_object(w);
}

void rules_put_questions(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "questions");
	json_begin_list(w);
	for (size_t i = 0; i < t->question_count; i++)
		put_question(w, &t->questions[i]);
	json_end_list(w);
}
