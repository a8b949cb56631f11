/* cmd_proxies - who looks after a principal's calendars: fasti user proxies */

#include "base/clock.h"
#include "calendar/change.h"
#include "daemon/cmd_user_priv.h"
#include "dav/dav.h"
#include "store/store.h"

/* What a proxy may do is also the option that says it; the second changes as well. */
static const char *const kinds[] = {"read", "write"};

struct proxies {
	int64_t *members;
	size_t count;
};

/* Whom the options name, but for the principal itself, who needs nobody's leave. */
static const struct fault *find_proxies(struct command_line *line, struct setup *setup,
					const struct owner *o, struct proxies *out)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(kinds) && !f; i++) {
		size_t count = 0, kept = 0;

		f = user_find_named(line, setup, kinds[i], &out[i].members, &count);
		for (size_t n = 0; n < count && !f; n++)
			if (out[i].members[n] != o->id)
				out[i].members[kept++] = out[i].members[n];
		out[i].count = kept;
	}
	return f;
}

static const struct fault *set_proxies(struct command_line *line, struct setup *setup,
				       const struct owner *o)
{
	struct proxies p[ARRAY_LEN(kinds)];
	const struct fault *f = find_proxies(line, setup, o, p);
	struct change *c;

	if (f)
		return f;
	c = change_open(&setup->calendar, line->arena, CHANGE_CLIENT, clock_now());
	for (size_t i = 0; i < ARRAY_LEN(kinds) && !f; i++)
		f = dav_plan_proxies(c, o->id, i == 1, p[i].members, p[i].count);
	return change_run_unless(c, f);
}

static const struct fault *print_proxies(struct command_line *line, struct db *db, int64_t owner,
					 bool writes)
{
	int64_t *members;
	size_t count;
	struct owner *o;
	const struct fault *f = dav_list_proxies(db, line->arena, owner, writes, &members, &count);

	for (size_t i = 0; i < count && !f; i++) {
		f = owner_get(db, line->arena, members[i], &o);
		if (!f && o)
			printf("%-8s %.*s\n", kinds[writes], TEXT_ARG(o->name));
	}
	return f;
}

static const struct fault *show_proxies(struct command_line *line, struct setup *setup,
					const struct owner *o)
{
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	if (!f)
		f = print_proxies(line, db, o->id, false);
	return f ? f : print_proxies(line, db, o->id, true);
}

int user_proxies(struct command_line *line)
{
	bool is_set = command_option(line, "read") || command_option(line, "write"),
	     is_none = command_option(line, "none");
	struct setup setup;
	struct owner *o;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "a name is needed");
	if (is_set && is_none)
		return command_usage(line, "--none stands alone");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = user_find(line, &setup, &o);
	if (!f && o->kind == OWNER_GROUP)
		f = fault_make(line->arena, FAULT_UNPROCESSABLE, NULL,
			       "%s is a group, and has no calendar of its own.", line->words[1]);
	if (!f)
		f = is_set || is_none ? set_proxies(line, &setup, o)
				      : show_proxies(line, &setup, o);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
