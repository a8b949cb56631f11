/* rules_check - the bounds of a meeting type, and what does not go together; see rules.h */
#include "booking/rules_priv.h"

/* ---- numbers ----------------------------------------------------------------------------------
 */

const struct fault *rules_wrong_number(struct arena *a, const struct booking_type_number *n)
{
	return fault_make(a, FAULT_UNPROCESSABLE, n->object ? n->object : n->member,
			  "\"%s\" must be a whole number from %d to %d.", n->member, (int)n->min,
			  (int)n->max);
}

static const struct fault *check_numbers(struct arena *a, const struct booking_type *t)
{
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++)
		if (rules_number(t, n) < n->min || rules_number(t, n) > n->max)
			return rules_wrong_number(a, n);
	return NULL;
}

static const struct fault *check_durations(struct arena *a, const struct booking_type *t)
{
	if (t->duration_count < 1 || t->duration_count > RULES_MAX_DURATIONS)
		return rules_wrong(a, "durations", "must be a list of one to eight lengths");
	for (int32_t i = 0; i < t->duration_count; i++) {
		if (t->durations_min[i] < 1 || t->durations_min[i] > RULES_MAX_MINUTES)
			return rules_wrong(a, "durations", "holds minutes from 1 to 1440");
		for (int32_t j = 0; j < i; j++)
			if (t->durations_min[j] == t->durations_min[i])
				return rules_wrong(a, "durations", "says a length twice");
	}
	return NULL;
}

/* ---- texts ------------------------------------------------------------------------------------
 */

/* Part of the address of a page. */
static bool slug_is_valid(struct text slug)
{
	for (size_t i = 0; i < slug.len; i++) {
		char c = slug.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i > 0 && c == '-')))
			return false;
	}
	return slug.len > 0 && slug.len <= RULES_MAX_SLUG_BYTES;
}

/* One line of visible text. */
static bool line_is_valid(struct text line, size_t max_bytes)
{
	return text_trim(line).len > 0 && line.len <= max_bytes && text_is_plain(line, "");
}

/* Several lines; of the controls, those that make them. */
static bool lines_are_valid(struct text lines, size_t max_bytes)
{
	return lines.len <= max_bytes && text_is_plain(lines, "\n\r\t");
}

static bool colour_is_valid(struct text colour)
{
	if (colour.len != 7 || colour.at[0] != '#')
		return false;
	for (size_t i = 1; i < colour.len; i++)
		if (!strchr("0123456789abcdefABCDEF", colour.at[i]) || colour.at[i] == '\0')
			return false;
	return true;
}

static const struct fault *check_texts(struct arena *a, const struct booking_type *t)
{
	if (t->schedule.len == 0 || t->schedule.len > 64)
		return rules_wrong(a, "schedule", "must be the id of a schedule");
	if (!lines_are_valid(t->description, RULES_MAX_DESCRIPTION_BYTES))
		return rules_wrong(a, "description", "must be a text of at most 4000 bytes");
	if (t->colour.len > 0 && !colour_is_valid(t->colour))
		return rules_wrong(a, "colour", "must be a colour like \"#1e88e5\"");
	return NULL;
}

/* ---- what the invitee is told and asked ---------------------------------------------------------
 */

static const struct fault *check_location(struct arena *a, const struct booking_type *t)
{
	struct text value = t->location.value;

	if (value.len > 0 && !line_is_valid(value, RULES_MAX_PLACE_BYTES))
		return rules_wrong(a, "location", "has a value of at most 1000 bytes on one line");
	switch (t->location.kind) {
	case PLACE_PHONE: return NULL;
	case PLACE_NONE:
	case PLACE_GOOGLE_MEET:
	case PLACE_TEAMS:
		return value.len == 0 ? NULL : rules_wrong(a, "location", "says a value of none");
	case PLACE_ADDRESS:
		return value.len > 0 ? NULL : rules_wrong(a, "location", "needs a value: where");
	case PLACE_LINK: break;
	case PLACE_CONFERENCE:
		if (text_find(value, TEXT("{id}")) < 0)
			return rules_wrong(a, "location",
					   "needs an address with {id} in it: of each booking "
					   "another one");
		break;
	}
	if (!text_starts(value, TEXT("https://")) || text_find_char(value, ' ', 0) >= 0)
		return rules_wrong(a, "location", "needs an address that begins with https://");
	return NULL;
}

/* Answers are found by it, also as the member of an object. */
static bool id_is_valid(struct text id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return id.len > 0 && id.len <= RULES_MAX_SLUG_BYTES;
}

static const struct fault *check_choices(struct arena *a, const struct booking_question *q)
{
	if ((q->type == QUESTION_CHOICE) != (q->choice_count > 0))
		return rules_wrong(a, "questions",
				   "has \"choices\" where one is to be chosen, and "
				   "only there");
	if (q->choice_count == 1 || q->choice_count > RULES_MAX_CHOICES)
		return rules_wrong(a, "questions", "gives from 2 to 50 choices");
	for (size_t i = 0; i < q->choice_count; i++) {
		if (!line_is_valid(q->choices[i], RULES_MAX_WORDS_BYTES))
			return rules_wrong(a, "questions",
					   "has choices of at most 500 bytes on one line");
		for (size_t j = 0; j < i; j++)
			if (text_equal(q->choices[i], q->choices[j]))
				return rules_wrong(a, "questions", "gives a choice twice");
	}
	return NULL;
}

static const struct fault *check_questions(struct arena *a, const struct booking_type *t)
{
	const struct fault *f = NULL;

	if (t->question_count > RULES_MAX_QUESTIONS)
		return rules_wrong(a, "questions", "must be a list of at most 20");
	for (size_t i = 0; !f && i < t->question_count; i++) {
		const struct booking_question *q = &t->questions[i];

		if (!id_is_valid(q->id))
			return rules_wrong(a, "questions", "has ids of A-Z, a-z, 0-9, '-' and '_'");
		if (!line_is_valid(q->text, RULES_MAX_WORDS_BYTES))
			return rules_wrong(a, "questions",
					   "asks something in at most 500 bytes on one line");
		for (size_t j = 0; j < i; j++)
			if (text_equal(q->id, t->questions[j].id) ||
			    text_equal(q->text, t->questions[j].text))
				return rules_wrong(a, "questions", "asks one question twice");
		if (t->location.kind == PLACE_PHONE && text_equal(q->id, TEXT("phone")) &&
		    (q->type != QUESTION_PHONE || !q->required))
			return rules_wrong(a, "questions",
					   "asks for the number of a meeting by phone, as phone is "
					   "of type phone and required");
		f = check_choices(a, q);
	}
	return f;
}

/* ---- what does not go together ----------------------------------------------------------------
 */

static int32_t shortest(const struct booking_type *t)
{
	int32_t least = t->durations_min[0];

	for (int32_t i = 1; i < t->duration_count; i++)
		least = t->durations_min[i] < least ? t->durations_min[i] : least;
	return least;
}

static bool is_below(int32_t limit_min, int32_t duration_min)
{
	return limit_min > 0 && limit_min < duration_min;
}

static const struct fault *check_together(struct arena *a, const struct booking_type *t)
{
	const struct booking_limits *l = &t->limits;
	int32_t least = shortest(t);
	bool hosts_vary = t->team.mode == TEAM_ROUND_ROBIN || t->team.mode == TEAM_POOLS;

	if (t->window_from > 0 && t->window_to > 0 && t->window_to < t->window_from)
		return rules_wrong(a, "window_to", "is before \"window_from\"");
	if (is_below(l->minutes_day, least) || is_below(l->minutes_week, least) ||
	    is_below(l->minutes_month, least))
		return rules_wrong(a, "limits", "leaves no time for a single meeting");
	/* Who joins comes to the hosts that are there already; who they are was chosen before. */
	if (t->seats > 1 && hosts_vary)
		return rules_wrong(a, "seats",
				   "above 1 needs the same hosts each time: a collective team, or "
				   "none");
	/* One event cannot be tentative to the one and certain to the other. */
	if (t->seats > 1 && t->confirm)
		return rules_wrong(a, "confirm", "does not go together with several seats");
	if (t->seats > 1 && t->confirm_address)
		return rules_wrong(a, "confirm_address", "does not go together with several seats");
	if (t->seats > 1 && t->series_max > 1)
		return rules_wrong(a, "series", "does not go together with several seats");
	/* All its instances would need one choice of hosts. */
	if (t->series_max > 1 && hosts_vary)
		return rules_wrong(a, "series",
				   "needs the same hosts each time: a collective team, "
				   "or none");
	return NULL;
}

const struct fault *rules_check(struct arena *a, const struct booking_type *t)
{
	static const struct fault *(*const checks[])(struct arena *,
						     const struct booking_type *) = {
		check_durations,       check_numbers,	check_texts,
		check_location,	       check_questions, rules_check_team,
		rules_check_reminders, check_together,	NULL,
	};
	const struct fault *f = NULL;

	for (size_t i = 0; !f && checks[i]; i++)
		f = checks[i](a, t);
	return f;
}

const struct fault *booking_type_check(struct arena *a, const struct booking_type *t)
{
	if (!slug_is_valid(t->slug))
		return fault_make(a, FAULT_UNPROCESSABLE, "slug",
				  "A slug is a-z, 0-9 and '-', at most 63 of them.");
	if (!line_is_valid(t->title, RULES_MAX_TITLE_BYTES))
		return fault_make(a, FAULT_UNPROCESSABLE, "title",
				  "A title of at most 400 bytes on one line is needed.");
	return rules_check(a, t);
}
