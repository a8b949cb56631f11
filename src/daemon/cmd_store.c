/* cmd_store - fasti backup FILE, fasti check */

#include "daemon/command.h"
#include "post/template_set.h"
#include "store/hold.h"
#include "store/store.h"

int command_backup(struct command_line *line)
{
	struct setup setup;
	const struct fault *f;

	if (line->word_count != 1)
		return command_usage(line, "a file is needed");
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = store_backup(setup.calendar.store, line->arena, line->words[0]);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}

/* ---- check ------------------------------------------------------------------------------ */

static void print_finding(void *ctx, const char *finding)
{
	int *count = ctx;

	++*count;
	printf("%s\n", finding);
}

/* What a host wished for is no finding. */
static const struct fault *print_forced(struct store *store, struct arena *a)
{
	int64_t count = 0;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	if (!f)
		f = hold_count_forced(db, a, &count);
	if (!f && count > 0)
		printf("For information: %lld booked times lie over others, where their hosts put "
		       "them.\n",
		       (long long)count);
	return f;
}

int command_check(struct command_line *line)
{
	const struct template_set *letters;
	struct setup setup;
	int findings = 0;
	const struct fault *f;

	if (line->word_count != 0)
		return command_usage(line, NULL);
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = template_set_read(line->arena, setup.config.mail_templates, &letters);
	if (!f)
		f = store_check(setup.calendar.store, line->arena, print_finding, &findings);
	if (!f)
		f = print_forced(setup.calendar.store, line->arena);
	setup_close(&setup);
	if (f)
		return command_fail(f);
	if (findings > 0)
		return COMMAND_FAILED;
	puts("All is well.");
	return COMMAND_OK;
}
