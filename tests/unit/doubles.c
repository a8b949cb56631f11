/*
 * doubles - see doubles.h
 */
#include "doubles.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "unit.h"
#include "json/json.h"

enum { LINE_MAX_BYTES = 1 << 20, SETTINGS_MAX = 16 * 1024 };

static void serve(int in, int out)
{
	/* A test that ends early leaves no server behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	/* Tests are run from the root of the checkout. */
	execl("/usr/bin/python3", "python3", "tests/federation/serve.py", NULL);
	_exit(127);
}

/* A line without its end; false: there is none any more. */
static bool read_line(struct doubles *d, char *line)
{
	if (!fgets(line, LINE_MAX_BYTES, d->from))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static bool read_settings(struct doubles *d, struct arena *a)
{
	char *line = arena_alloc(a, LINE_MAX_BYTES);
	struct buf b;

	buf_init(&b, a, 1024, SETTINGS_MAX);
	while (read_line(d, line)) {
		if (!line[0]) {
			d->settings = buf_text(&b);
			return true;
		}
		buf_put_str(&b, line);
		buf_put_char(&b, '\n');
	}
	return false;
}

bool doubles_start(struct doubles *d, struct arena *a)
{
	int down[2], up[2];

	*d = (struct doubles){.pid = -1};
	if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC))
		return CHECK_TRUE("pipes", false);
	fflush(NULL);
	d->pid = fork();
	if (d->pid == 0)
		serve(down[0], up[1]);
	close(down[0]);
	close(up[1]);
	d->to = fdopen(down[1], "w");
	d->from = fdopen(up[0], "r");
	if (d->pid > 0 && d->to && d->from && read_settings(d, a))
		return true;
	unit_skip("the doubles do not start: Python, python3-dateutil or jsonschema is missing");
	doubles_stop(d);
	return false;
}

struct text doubles_setting(const struct doubles *d, const char *key)
{
	struct text rest = d->settings, line, name;

	while (text_next(&rest, '\n', &line))
		if (text_next(&line, '=', &name) && text_equal(name, text_from(key)))
			return line;
	return TEXT_NONE;
}

const struct json *doubles_ask(struct doubles *d, struct arena *a, const char *expression)
{
	char *line = arena_alloc(a, LINE_MAX_BYTES);
	const struct json *v = NULL;

	fprintf(d->to, "%s\n", expression);
	fflush(d->to);
	if (!CHECK_TRUE(expression, read_line(d, line)))
		return NULL;
	/* A document is an object or a list, an answer any value. */
	line = arena_printf(a, "[%s]", line);
	CHECK_WELL(expression, json_parse_answer(a, text_from(line), LINE_MAX_BYTES, &v));
	v = json_item(v, 0);
	if (!CHECK_TRUE(expression, !json_get(v, "error")))
		printf("    %s\n", line);
	return v;
}

struct text doubles_text(struct doubles *d, struct arena *a, const char *expression)
{
	struct text t = TEXT_NONE;

	CHECK_TRUE(expression, json_text(doubles_ask(d, a, expression), &t));
	return t;
}

void doubles_stop(struct doubles *d)
{
	int status = 0;

	if (d->to)
		fclose(d->to);
	if (d->pid > 0 && waitpid(d->pid, &status, 0) == d->pid && d->settings.at)
		CHECK_INT("what was asked fits the descriptions", status, 0);
	if (d->from)
		fclose(d->from);
}
