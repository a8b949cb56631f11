/* command - what a command asks of its line, and says; see command.h */

#include "daemon/command.h"

#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"

const char *command_option(const struct command_line *line, const char *name)
{
	for (int i = 0; i < line->option_count; i++)
		if (strcmp(line->options[i].name, name) == 0)
			return line->options[i].value;
	return NULL;
}

struct text *command_options(const struct command_line *line, const char *name, size_t *count_out)
{
	struct text *all = arena_alloc_array(line->arena, COMMAND_MAX_OPTIONS, sizeof(*all));

	*count_out = 0;
	for (int i = 0; i < line->option_count; i++)
		if (strcmp(line->options[i].name, name) == 0)
			all[(*count_out)++] = text_from(line->options[i].value);
	return all;
}

int command_fail(const struct fault *f)
{
	fprintf(stderr, "fasti: %s\n", f->message);
	return COMMAND_FAILED;
}

int command_usage(const struct command_line *line, const char *why)
{
	if (why)
		fprintf(stderr, "fasti %s: %s\n", line->command->name, why);
	fprintf(stderr, "%s\n", line->command->usage);
	return COMMAND_USAGE;
}

bool command_open(struct command_line *line, enum setup_need need, struct setup *out)
{
	struct setup_choice choice = {
		.config = command_option(line, "config"),
		.data = command_option(line, "data"),
		.store = command_option(line, "store"),
	};
	const struct fault *f = setup_open(line->arena, &choice, need, out);

	if (f)
		command_fail(f);
	return f == NULL;
}

bool command_number(const struct command_line *line, const char *name, int64_t min, int64_t max,
		    int64_t fallback, int64_t *out)
{
	const char *value = command_option(line, name);

	*out = fallback;
	if (!value || text_to_int64(text_from(value), min, max, out))
		return true;
	fprintf(stderr, "fasti %s: --%s must be a whole number from %lld to %lld\n",
		line->command->name, name, (long long)min, (long long)max);
	return false;
}

/* ---- files ------------------------------------------------------------------------------ */

static const struct fault *unreadable(struct arena *a, const char *path, int reason)
{
	return fault_make(a, FAULT_NOT_FOUND, path, "%s cannot be read: %s.", path,
			  strerror(reason));
}

const struct fault *command_read_file(struct arena *a, const char *path, size_t max,
				      struct text *out)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct buf b;
	size_t got;
	int failed;

	if (!file)
		return unreadable(a, path, errno);
	buf_init(&b, a, 64 * 1024, max);
	do {
		char *room = buf_reserve(&b, 64 * 1024);

		got = room ? fread(room, 1, 64 * 1024, file) : 0;
		b.len += got;
	} while (got > 0);
	failed = ferror(file) ? errno : 0;
	if (file != stdin)
		fclose(file);
	if (failed)
		return unreadable(a, path, failed);
	if (b.overflow)
		return fault_make(a, FAULT_BODY_TOO_LARGE, path, "%s is larger than %zu KiB.", path,
				  max >> 10);
	*out = buf_text(&b);
	return NULL;
}

const struct fault *command_read_line(struct arena *a, const char *path, struct text *out)
{
	struct text all = TEXT_NONE;
	const struct fault *f = command_read_file(a, path, 256 * 1024, &all);

	if (f)
		return f;
	if (!text_next(&all, '\n', out))
		*out = TEXT("");
	if (out->len > 0 && out->at[out->len - 1] == '\r')
		out->len--;
	return NULL;
}
