/*
 * command - the words of the command line
 *
 * Each command is a row of the table in commands.c: its name, what follows it,
 * what it is for, the options it takes, and its function. Exit status 0; or 1
 * with one clear line on stderr; or 2 for wrong usage.
 */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include "base/arena.h"
#include "base/text.h"
#include "daemon/setup.h"

enum { COMMAND_OK = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2, COMMAND_MAX_OPTIONS = 512 };

struct command_option {
	const char *name; /* without "--" */
	const char *value;
};

/* What the command line said. */
struct command_line {
	const struct command *command;
	struct arena *arena;
	char **words; /* what is no option, after the command's name */
	int word_count;
	struct command_option options[COMMAND_MAX_OPTIONS];
	int option_count;
};

struct command {
	const char *name;
	const char *usage; /* one line per form */
	const char *help;
	const char *options; /* " email name " : each takes a value; "!admin" does not */
	int (*run)(struct command_line *line);
};

/* The value of an option; NULL when it was not given. */
const char *command_option(const struct command_line *line, const char *name);

/* All values of an option that may stand several times; count 0: none. */
struct text *command_options(const struct command_line *line, const char *name, size_t *count_out);

/* Open store and key as --config, --data and --store say; prints what went wrong. */
MUST_CHECK bool command_open(struct command_line *line, enum setup_need need, struct setup *out);

/* Print a fault as one line and return COMMAND_FAILED. */
int command_fail(const struct fault *f);
/* Print how the command is used and return COMMAND_USAGE. */
int command_usage(const struct command_line *line, const char *why);

/* An option that is a whole number within [min, max]; fallback when not given. False: printed why.
 */
MUST_CHECK bool command_number(const struct command_line *line, const char *name, int64_t min,
			       int64_t max, int64_t fallback, int64_t *out);

/* The first line of a file, or of standard input for "-". */
MUST_CHECK const struct fault *command_read_line(struct arena *a, const char *path,
						 struct text *out);
/* A whole file, of at most max bytes. */
MUST_CHECK const struct fault *command_read_file(struct arena *a, const char *path, size_t max,
						 struct text *out);

/* The commands themselves, one file each: cmd_*.c and serve.c. */
int command_serve(struct command_line *line);
int command_user(struct command_line *line);
int command_type(struct command_line *line);
int command_import(struct command_line *line);
int command_export(struct command_line *line);
int command_backup(struct command_line *line);
int command_check(struct command_line *line);
int command_token(struct command_line *line);
int command_connect(struct command_line *line);
int command_schedule(struct command_line *line);
int command_jobs(struct command_line *line);
int command_explain(struct command_line *line);
int command_team(struct command_line *line);
int command_deliver(struct command_line *line);
int command_mail(struct command_line *line);

/* What main() calls (commands.c). */
int command_main(int argc, char **argv);

#endif
