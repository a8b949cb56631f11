/* cmd_answers - what is answered for a principal: fasti user set | show */

#include "base/clock.h"
#include "booking/rules.h"
#include "calendar/change.h"
#include "daemon/cmd_user_priv.h"
#include "freebusy/week.h"
#include "ical/zone.h"
#include "post/template_set.h"
#include "store/store.h"

/* ---- words ----------------------------------------------------------------------------------- */

static const struct {
	const char *word, *meaning;
} answers[] = {
	[ANSWERS_BY_KIND] = {"default",
			     "rooms and resources automatically, all others by themselves"},
	[ANSWERS_BY_HAND] = {"manual", "nothing is answered by the server"},
	[ANSWERS_WHAT_FITS] = {"accept-if-free", "what fits is accepted, the rest is left open"},
	[ANSWERS_WHAT_FITS_NOT] = {"decline-if-busy",
				   "what does not fit is declined, the rest is left open"},
	[ANSWERS_AUTOMATIC] = {"automatic", "what fits is accepted, the rest is declined"},
	[ANSWERS_NO] = {"decline", "everything is declined"},
};

static const struct {
	const char *word, *meaning;
} free_busy[] = {
	[FREE_BUSY_USERS] = {"users", "whoever has an account asks when their time is taken"},
	[FREE_BUSY_NOBODY] = {"nobody", "only those ask to whom the calendars are open"},
	[FREE_BUSY_TOKEN] = {"token", "so do those who have a token"},
	[FREE_BUSY_PUBLIC] = {"public", "so does anybody"},
};

/* Numbers of struct answer_limits. */
static const struct number {
	const char *option, *unit;
	size_t offset;
	int64_t max;
} numbers[] = {
	{"ahead", "days", offsetof(struct answer_limits, ahead_days), ANSWER_AHEAD_DAYS_MAX},
	{"notice", "minutes", offsetof(struct answer_limits, notice_min), ANSWER_NOTICE_MIN_MAX},
	{"longest", "minutes", offsetof(struct answer_limits, longest_min), ANSWER_LONGEST_MIN_MAX},
};

static int64_t *number_of(struct answer_limits *l, const struct number *n)
{
	return (int64_t *)((char *)l + n->offset);
}

static bool is_any(const char *word)
{
	return strcmp(word, "any") == 0;
}

/* ---- set ------------------------------------------------------------------------------------- */

static const struct fault *take_auto(struct command_line *line, struct answer_limits *l)
{
	const char *word = command_option(line, "auto");

	for (size_t i = 0; word && i < ARRAY_LEN(answers); i++)
		if (strcmp(word, answers[i].word) == 0) {
			l->answers = (enum owner_answers)i;
			return NULL;
		}
	if (!word)
		return NULL;
	return fault_make(line->arena, FAULT_UNPROCESSABLE, "auto",
			  "--auto is default, manual, accept-if-free, decline-if-busy, automatic "
			  "or decline.");
}

static const struct fault *take_free_busy(struct command_line *line, enum owner_free_busy *out)
{
	const char *word = command_option(line, "free-busy");

	for (size_t i = 0; word && i < ARRAY_LEN(free_busy); i++)
		if (strcmp(word, free_busy[i].word) == 0) {
			*out = (enum owner_free_busy)i;
			return NULL;
		}
	if (!word)
		return NULL;
	return fault_make(line->arena, FAULT_UNPROCESSABLE, "free-busy",
			  "--free-busy is users, nobody, token or public.");
}

static const struct fault *take_hours(struct command_line *line, struct answer_limits *l)
{
	const char *week = command_option(line, "hours");
	struct hours hours;

	if (!week)
		return NULL;
	l->week = is_any(week) ? TEXT("") : text_from(week);
	return is_any(week) ? NULL : week_read(line->arena, l->week, zone_utc(), &hours);
}

static const struct fault *take_group(struct command_line *line, struct db *db,
				      struct answer_limits *l)
{
	const char *name = command_option(line, "group");
	struct owner *group;
	const struct fault *f;

	l->member_of = name ? 0 : l->member_of;
	if (!name || is_any(name))
		return NULL;
	f = owner_find(db, line->arena, text_from(name), &group);
	if (!f && (!group || group->kind != OWNER_GROUP))
		f = fault_make(line->arena, FAULT_NOT_FOUND, "group", "There is no group %s.",
			       name);
	l->member_of = f ? 0 : group->id;
	return f;
}

/* False: it was printed why. */
static bool take_numbers(struct command_line *line, struct answer_limits *l)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		int64_t *at = number_of(l, &numbers[i]);

		if (!command_number(line, numbers[i].option, 0, numbers[i].max, *at, at))
			return false;
	}
	return true;
}

/* Of mail to them, and to invitees who say none. */
static const struct fault *take_language(struct command_line *line, struct text *out)
{
	const char *word = command_option(line, "language");

	if (!word)
		return NULL;
	for (int i = 0; i < LANGUAGES; i++)
		if (strcmp(word, template_language_tags[i]) == 0) {
			*out = text_from(word);
			return NULL;
		}
	return fault_make(line->arena, FAULT_UNPROCESSABLE, "language",
			  "--language is en, de, fr or es.");
}

static bool says_anything(const struct command_line *line)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (command_option(line, numbers[i].option))
			return true;
	return command_option(line, "timezone") || command_option(line, "free-busy") ||
	       command_option(line, "auto") || command_option(line, "hours") ||
	       command_option(line, "group") || command_option(line, "language");
}

/* What stands there with what the command line says; *read_out false: printed why not. */
static const struct fault *read_limits(struct command_line *line, struct setup *setup,
				       struct owner **owner, struct answer_limits *l,
				       bool *read_out)
{
	struct db *db;
	const struct fault *f = user_find(line, setup, owner);

	*read_out = true;
	if (!f && (*owner)->kind == OWNER_GROUP)
		f = fault_make(line->arena, FAULT_UNPROCESSABLE, NULL,
			       "%s is a group, and has no calendar of its own.", line->words[1]);
	if (!f)
		f = store_reader(setup->calendar.store, line->arena, &db);
	if (!f)
		f = answer_limits_get(db, line->arena, *owner, l);
	if (!f)
		f = take_free_busy(line, &(*owner)->free_busy);
	if (!f)
		f = take_language(line, &(*owner)->language);
	if (!f)
		f = take_auto(line, l);
	if (!f)
		f = take_hours(line, l);
	if (!f)
		f = take_group(line, db, l);
	if (!f)
		*read_out = take_numbers(line, l);
	return f;
}

/* A schedule that follows its host moves along; NULL in *schedule_out: there is none. */
static const struct fault *read_home(struct command_line *line, struct setup *setup,
				     const struct owner *owner, struct schedule **schedule_out)
{
	const char *zone = command_option(line, "timezone");
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	*schedule_out = NULL;
	if (f || !zone)
		return f;
	return booking_schedule_at_home(db, line->arena, owner, text_from(zone), clock_now(),
					schedule_out);
}

static const struct fault *set_all(struct command_line *line, struct change *c,
				   const struct owner *owner, const struct answer_limits *l,
				   struct schedule *schedule)
{
	const char *zone = command_option(line, "timezone");
	const struct fault *f = change_set_answers(c, owner->id, l);

	if (!f)
		f = change_set_free_busy(c, owner->id, owner->free_busy);
	if (!f)
		f = change_set_letters(c, owner->id, owner->language, owner->notices);
	if (!f && zone)
		f = change_set_home(c, owner->id, text_from(zone));
	return f || !schedule ? f : booking_schedule_put(c, schedule);
}

int user_set(struct command_line *line)
{
	struct schedule *schedule = NULL;
	struct answer_limits l;
	struct setup setup;
	struct owner *owner;
	struct change *c;
	bool is_read;
	const struct fault *f;

	if (line->word_count != 2 || !says_anything(line))
		return command_usage(line, "a name, and what is to be set, are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = read_limits(line, &setup, &owner, &l, &is_read);
	if (!f && is_read)
		f = read_home(line, &setup, owner, &schedule);
	if (!f && is_read) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = change_run_unless(c, set_all(line, c, owner, &l, schedule));
	}
	setup_close(&setup);
	if (!is_read)
		return COMMAND_USAGE;
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- show ------------------------------------------------------------------------------------ */

static const struct fault *print_limits(struct command_line *line, struct db *db,
					const struct owner *o, struct answer_limits *l)
{
	struct owner *group = NULL;
	const struct fault *f =
		l->member_of ? owner_get(db, line->arena, l->member_of, &group) : NULL;

	if (f)
		return f;
	printf("%-8s %s: %s\n", "asked", free_busy[o->free_busy].word,
	       free_busy[o->free_busy].meaning);
	printf("%-8s %.*s\n", "language",
	       TEXT_ARG(o->language.len > 0 ? o->language : TEXT("not set")));
	printf("%-8s %s: %s\n", "auto", answers[l->answers].word, answers[l->answers].meaning);
	if (l->week.len > 0)
		printf("%-8s %.*s (%.*s)\n", "hours", TEXT_ARG(l->week), TEXT_ARG(o->timezone));
	else
		printf("%-8s any\n", "hours");
	if (l->member_of && !group)
		printf("%-8s one that has gone: nobody is accepted\n", "group");
	else
		printf("%-8s %.*s\n", "group", TEXT_ARG(group ? group->name : TEXT("any")));
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		int64_t n = *number_of(l, &numbers[i]);

		if (n > 0)
			printf("%-8s %lld %s\n", numbers[i].option, (long long)n, numbers[i].unit);
		else
			printf("%-8s any\n", numbers[i].option);
	}
	return NULL;
}

static void print_principal(const struct owner *o)
{
	printf("%-8s %.*s\n%-8s %s\n", "name", TEXT_ARG(o->name), "kind", user_kind_word(o->kind));
	printf("%-8s %.*s\n%-8s %.*s\n%-8s %.*s\n", "title", TEXT_ARG(o->display_name), "email",
	       TEXT_ARG(o->email), "zone", TEXT_ARG(o->timezone));
}

int user_show(struct command_line *line)
{
	struct answer_limits l;
	struct setup setup;
	struct owner *owner;
	struct db *db;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "a name is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = user_find(line, &setup, &owner);
	if (!f)
		f = store_reader(setup.calendar.store, line->arena, &db);
	if (!f)
		f = answer_limits_get(db, line->arena, owner, &l);
	if (!f)
		print_principal(owner);
	if (!f && owner->kind != OWNER_GROUP)
		f = print_limits(line, db, owner, &l);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
