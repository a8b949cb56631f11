/* cmd_type - fasti type add | list | delete */

#include "base/clock.h"
#include "booking/team.h"
#include "calendar/change.h"
#include "daemon/command.h"
#include "store/store.h"

/* The user of words[1]; prints what went wrong. */
static struct owner *type_owner(struct command_line *line, struct setup *setup, struct db **db)
{
	struct owner *o = NULL;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, db);

	if (!f)
		f = owner_find(*db, line->arena, text_from(line->words[1]), &o);
	if (!f && !o)
		f = fault_make(line->arena, FAULT_NOT_FOUND, NULL, "There is no user %s.",
			       line->words[1]);
	if (f)
		command_fail(f);
	return f ? NULL : o;
}

/* --duration 30[,60]; false: these are no numbers, or too many. */
static bool read_durations(struct command_line *line, struct booking_type *t)
{
	struct text rest = text_from(command_option(line, "duration")), part;
	int64_t minutes;

	while (text_next(&rest, ',', &part)) {
		if (t->duration_count == RULES_MAX_DURATIONS ||
		    !text_to_int64(part, 0, INT32_MAX, &minutes))
			return false;
		t->durations_min[t->duration_count++] = (int32_t)minutes;
	}
	return true;
}

static bool read_numbers(struct command_line *line, struct booking_type *t)
{
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++) {
		int64_t value;

		if (!command_number(line, n->option, n->min, n->max, n->fallback, &value))
			return false;
		*booking_type_number(t, n) = (int32_t)value;
	}
	return true;
}

static void read_flags(struct command_line *line, struct booking_type *t)
{
	for (const struct booking_type_flag *flag = booking_type_flags; flag->member; flag++)
		if (command_option(line, flag->option))
			*booking_type_flag(t, flag) = !flag->fallback;
}

/* False: this is no date. */
static bool read_date(struct command_line *line, const char *option, int64_t *out)
{
	const char *date = command_option(line, option);

	return !date || (day_parse(text_from(date), out) && *out > 0);
}

/* NAME[:WEIGHT[:PRIORITY]]; what they may be is booking_type_check()'s to say. */
static bool read_host(struct text word, struct booking_team_host *out)
{
	struct text weight = TEXT("1"), priority = TEXT("0");
	int64_t w, p;

	*out = (struct booking_team_host){.name = TEXT_NONE};
	if (!text_next(&word, ':', &out->name))
		return false;
	(void)(text_next(&word, ':', &weight) && text_next(&word, ':', &priority));
	if (word.len > 0 || !text_to_int64(weight, 0, INT32_MAX, &w) ||
	    !text_to_int64(priority, 0, INT32_MAX, &p))
		return false;
	out->weight = (int32_t)w;
	out->priority = (int32_t)p;
	return true;
}

/* --team and --host. False: no such mode, or one of the two alone. */
static bool read_team(struct command_line *line, struct booking_type *t)
{
	const char *mode = command_option(line, "team");
	size_t count;
	struct text *names = command_options(line, "host", &count);
	struct booking_team_host *hosts = arena_alloc_array(line->arena, count, sizeof(*hosts));
	struct booking_pool *pool = arena_alloc(line->arena, sizeof(*pool));

	if (!mode)
		return count == 0;
	if (strcmp(mode, "round_robin") == 0)
		t->team.mode = TEAM_ROUND_ROBIN;
	else if (strcmp(mode, "collective") == 0)
		t->team.mode = TEAM_COLLECTIVE;
	else
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_host(names[i], &hosts[i]))
			return false;
	*pool = (struct booking_pool){
		.need = t->team.mode == TEAM_ROUND_ROBIN ? 1 : (int32_t)count,
		.hosts = hosts,
		.host_count = count,
	};
	t->team.pools = pool;
	t->team.pool_count = 1;
	return count > 0;
}

/* SPAN[:BY[:TO]]; what goes together is for the rules to say. */
static bool read_reminder(struct text word, struct reminder *out)
{
	struct text span = TEXT_NONE, by, to;

	*out = (struct reminder){.by = REMINDER_BY_MAIL, .to = REMINDER_TO_INVITEE};
	if (!text_next(&word, ':', &span) || !reminder_read_span(span, out))
		return false;
	if (text_next(&word, ':', &by) && !reminder_read_by(by, &out->by))
		return false;
	return !text_next(&word, ':', &to) ||
	       (out->by == REMINDER_BY_MAIL && reminder_read_to(to, &out->to) && word.len == 0);
}

/* --reminder, in place of those by default. False: one is none, they are too many, or both. */
static bool read_reminders(struct command_line *line, struct booking_type *t)
{
	size_t count;
	struct text *words = command_options(line, "reminder", &count);
	bool none = command_option(line, "no-reminders") != NULL;

	if (count > REMINDERS_MAX || (none && count > 0))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_reminder(words[i], &t->reminders.at[i]))
			return false;
	if (none || count > 0)
		t->reminders.count = count;
	return true;
}

/* --follow-up SPAN:TEXT */
static bool read_follow_up(struct command_line *line, struct booking_type *t)
{
	const char *said = command_option(line, "follow-up");
	struct text rest, span = TEXT_NONE;

	if (!said)
		return true;
	rest = text_from(said);
	if (!text_next(&rest, ':', &span) || !reminder_read_span(span, &t->follow_up.when))
		return false;
	t->follow_up.when.after = true;
	t->follow_up.text = text_trim(rest);
	return t->follow_up.text.len > 0;
}

static int type_store(struct command_line *line, struct setup *setup, struct db *db,
		      const struct owner *owner, struct booking_type *t)
{
	struct meeting_type row;
	struct change *c;
	const struct fault *f = team_check_names(db, line->arena, owner, t);

	if (f)
		return command_fail(f);
	t->id = secret_id_make(line->arena, &setup->calendar.key, owner->id);
	row = booking_type_row(line->arena, owner->id, t);
	c = change_open(&setup->calendar, line->arena, CHANGE_CLIENT, clock_now());
	f = change_put_type(c, &row);
	f = change_run_unless(c, f);
	if (f)
		return command_fail(f);
	printf("%.*s\n", TEXT_ARG(row.id));
	return COMMAND_OK;
}

static int type_add(struct command_line *line)
{
	const char *title = command_option(line, "title");
	struct booking_type t;
	struct setup setup;
	const struct fault *f;
	struct owner *o;
	struct db *db;
	int status = COMMAND_FAILED;

	if (line->word_count != 3 || !title || !command_option(line, "duration"))
		return command_usage(line, "USER, SLUG, --title and --duration are needed");
	booking_type_init(&t);
	t.version = 1;
	t.slug = text_from(line->words[2]);
	t.title = text_from(title);
	if (!read_durations(line, &t))
		return command_usage(line, "--duration is minutes, up to 8 of them: 30,60");
	if (!read_numbers(line, &t))
		return COMMAND_USAGE;
	read_flags(line, &t);
	if (!read_date(line, "window-from", &t.window_from) ||
	    !read_date(line, "window-to", &t.window_to))
		return command_usage(line, "the dates of a window are like 2027-01-19");
	if (!read_team(line, &t))
		return command_usage(line, "--team is round_robin or collective, of one --host "
					   "NAME[:WEIGHT[:PRIORITY]] or more");
	if (!read_reminders(line, &t))
		return command_usage(line, "--reminder is like PT24H, P1D:mail:both or "
					   "PT1H:webhook, from PT5M to P31D, up to 5 of them");
	if (!read_follow_up(line, &t))
		return command_usage(line, "--follow-up is like \"PT1H:Thank you.\"");
	f = booking_type_check(line->arena, &t);
	if (f)
		return command_usage(line, f->message);
	if (!command_open(line, SETUP_STORE_AND_KEY, &setup))
		return COMMAND_FAILED;
	o = type_owner(line, &setup, &db);
	if (o)
		status = type_store(line, &setup, db, o, &t);
	setup_close(&setup);
	return status;
}

static int type_list(struct command_line *line)
{
	struct setup setup;
	struct meeting_type *types;
	struct owner *o;
	struct db *db;
	size_t count = 0;
	const struct fault *f = NULL;

	if (line->word_count != 2)
		return command_usage(line, "USER is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	o = type_owner(line, &setup, &db);
	if (o)
		f = meeting_type_list(db, line->arena, o->id, &types, &count);
	for (size_t i = 0; o && !f && i < count; i++)
		printf("%-20.*s %.*s  %.*s\n", TEXT_ARG(types[i].slug), TEXT_ARG(types[i].id),
		       TEXT_ARG(types[i].title));
	setup_close(&setup);
	if (f)
		return command_fail(f);
	return o ? COMMAND_OK : COMMAND_FAILED;
}

static int type_delete(struct command_line *line)
{
	struct setup setup;
	struct owner *o;
	struct db *db;
	const struct fault *f = NULL;

	if (line->word_count != 3)
		return command_usage(line, "USER and SLUG are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	o = type_owner(line, &setup, &db);
	if (o) {
		struct change *c =
			change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());

		f = change_remove_type(c, o->id, text_from(line->words[2]));
		f = change_run_unless(c, f);
	}
	setup_close(&setup);
	if (f)
		return command_fail(f);
	return o ? COMMAND_OK : COMMAND_FAILED;
}

int command_type(struct command_line *line)
{
	static const struct {
		const char *word;
		int (*run)(struct command_line *line);
	} verbs[] = {
		{"add", type_add},
		{"list", type_list},
		{"delete", type_delete},
	};

	for (size_t i = 0; line->word_count > 0 && i < ARRAY_LEN(verbs); i++)
		if (strcmp(line->words[0], verbs[i].word) == 0)
			return verbs[i].run(line);
	return command_usage(line, NULL);
}
