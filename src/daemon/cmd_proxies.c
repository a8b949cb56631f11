/* cmd_proxies - who looks after a principal's calendars: fasti user proxies */

#include "base/clock.h"
#include "calendar/change.h"
#include "daemon/cmd_user_priv.h"
#include "dav/dav.h"

static const char *const options[] = {"read", "write"};

static const struct fault *plan(struct command_line *line, struct setup *setup, struct change *c,
				const struct owner *o)
{
	const struct fault *f = NULL;

	for (size_t i = 0; i < ARRAY_LEN(options) && !f; i++) {
		int64_t *members;
		size_t count;

		f = user_find_named(line, setup, options[i], &members, &count);
		if (!f)
			f = dav_plan_proxies(c, o->id, i == 1, members, count);
	}
	return f;
}

int user_proxies(struct command_line *line)
{
	struct setup setup;
	struct owner *o;
	struct change *c;
	const struct fault *f;

	if (line->word_count != 2)
		return command_usage(line, "a name is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = user_find(line, &setup, &o);
	if (!f && o->kind == OWNER_GROUP)
		f = fault_make(line->arena, FAULT_UNPROCESSABLE, NULL,
			       "%s is a group, and has no calendar of its own.", line->words[1]);
	if (!f) {
		c = change_open(&setup.calendar, line->arena, CHANGE_CLIENT, clock_now());
		f = plan(line, &setup, c, o);
		if (!f)
			f = change_run(c);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
