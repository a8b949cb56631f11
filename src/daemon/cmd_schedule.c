/* cmd_schedule - fasti schedule holidays */

#include "base/clock.h"
#include "booking/rules.h"
#include "calendar/change.h"
#include "daemon/command.h"
#include "ical/time.h"
#include "store/store.h"

enum { FILE_MAX_BYTES = 4 * 1024 * 1024 };

/* USER and ID of the words, as they stand. */
static const struct fault *find(struct command_line *line, struct setup *setup,
				struct owner **owner, struct schedule **out)
{
	struct db *db;
	const struct fault *f = store_reader(setup->calendar.store, line->arena, &db);

	if (!f)
		f = owner_find(db, line->arena, text_from(line->words[1]), owner);
	if (!f && !*owner)
		f = fault_make(line->arena, FAULT_NOT_FOUND, NULL, "There is no user %s.",
			       line->words[1]);
	if (!f)
		f = schedule_find(db, line->arena, (*owner)->id, text_from(line->words[2]), out);
	if (!f && !*out)
		f = fault_make(line->arena, FAULT_NOT_FOUND, NULL, "%s has no schedule %s.",
			       line->words[1], line->words[2]);
	return f;
}

/* The row with the holidays of the file of words[3]. */
static const struct fault *take_file(struct command_line *line, const struct owner *owner,
				     const struct schedule *stored, int64_t now,
				     struct schedule *out)
{
	struct booking_schedule *before = arena_alloc(line->arena, sizeof(*before));
	struct booking_schedule *after = arena_alloc(line->arena, sizeof(*after));
	struct text file;
	const struct fault *f =
		command_read_file(line->arena, line->words[3], FILE_MAX_BYTES, &file);

	if (!f)
		f = booking_schedule_read(line->arena, stored, owner->timezone, before);
	if (f)
		return f;
	*after = *before;
	after->version++;
	f = booking_schedule_take_holidays(line->arena, file, now, after);
	return f ? f : booking_schedule_row(line->arena, after, before, owner->id, now, out);
}

static const struct fault *set_holidays(struct command_line *line, struct setup *setup)
{
	int64_t now = clock_now();
	struct owner *owner = NULL;
	struct schedule *stored = NULL;
	struct schedule *row = arena_alloc(line->arena, sizeof(*row));
	struct change *c;
	const struct fault *f = find(line, setup, &owner, &stored);

	if (!f)
		f = take_file(line, owner, stored, now, row);
	if (f)
		return f;
	c = change_open(&setup->calendar, line->arena, CHANGE_CLIENT, now);
	f = booking_schedule_put(c, row);
	return f ? f : change_run(c);
}

int command_schedule(struct command_line *line)
{
	struct setup setup;
	const struct fault *f;

	if (line->word_count != 4 || strcmp(line->words[0], "holidays") != 0)
		return command_usage(line, "holidays, USER, ID and FILE.ics are needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = set_holidays(line, &setup);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
