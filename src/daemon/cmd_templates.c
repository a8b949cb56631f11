/* cmd_templates - `fasti mail templates DIR`: the letters, for whoever wants to say it otherwise */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "daemon/cmd_mail_priv.h"
#include "post/template_set.h"

static const struct fault *cannot(struct arena *a, const char *path)
{
	return fault_make(a, FAULT_UNAVAILABLE, path, "%s cannot be written: %s.", path,
			  strerror(errno));
}

static const struct fault *make_folder(struct arena *a, const char *path)
{
	return mkdir(path, 0755) == 0 || errno == EEXIST ? NULL : cannot(a, path);
}

/* One that is there is somebody's work, and stays. */
static const struct fault *write_one(struct arena *a, const char *path, struct text text,
				     bool *written_out)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool well;

	*written_out = fd >= 0;
	if (fd < 0)
		return errno == EEXIST ? NULL : cannot(a, path);
	well = write(fd, text.at, text.len) == (ssize_t)text.len;
	return close(fd) == 0 && well ? NULL : cannot(a, path);
}

static const struct fault *write_all(struct arena *a, const char *folder)
{
	const struct fault *f = make_folder(a, folder);
	const char *name;
	struct text text;
	int written = 0;

	for (size_t i = 0; !f && i < LANGUAGES; i++)
		f = make_folder(a, arena_printf(a, "%s/%s", folder, template_language_tags[i]));
	for (size_t i = 0; !f && (name = template_file(i, &text)) != NULL; i++) {
		bool is_new = false;

		f = write_one(a, arena_printf(a, "%s/%s", folder, name), text, &is_new);
		written += is_new;
	}
	if (!f)
		printf("%d files written. Keep those you change, and set mail.templates = %s\n",
		       written, folder);
	return f;
}

/* What stands there already is judged, so that the next start finds no fault with it. */
int mail_templates(struct command_line *line)
{
	const struct template_set *set;
	const struct fault *f = write_all(line->arena, line->words[1]);

	if (!f)
		f = template_set_read(line->arena, line->words[1], &set);
	return f ? command_fail(f) : COMMAND_OK;
}
