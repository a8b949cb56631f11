/*
 * cmd_mail - fasti deliver < MESSAGE; fasti mail list|show|retry|drop
 *
 * A mail server's pipe goes by the exit status (sysexits.h): what is not settled is brought again,
 * what never will be goes back to its sender, and everything else is the server's from now on,
 * whatever came of it.
 */
#include <sysexits.h>

#include "base/buf.h"
#include "base/clock.h"
#include "booking/host.h"
#include "daemon/cmd_mail_priv.h"
#include "daemon/post_setup.h"
#include "freebusy/cache.h"
#include "ical/time.h"
#include "post/kept.h"
#include "post/post.h"

enum { HOSTS_CACHED = 16, TIMELINES_BYTES = 1 << 20, LIST_PAGE = 100 };

/* What intake needs of a server, for one command. */
struct postroom {
	struct setup setup;
	struct booking_desk desk;
	struct post post;
};

static const struct fault *postroom_fill(struct postroom *r, struct arena *a)
{
	r->desk = (struct booking_desk){
		.calendar = &r->setup.calendar,
		.timelines = freebusy_cache_create(TIMELINES_BYTES),
		.hosts = host_cache_create(HOSTS_CACHED),
		.url = text_from(r->setup.config.url),
		.max_age_s = (int64_t)r->setup.config.fed_max_age * 60,
	};
	r->post = (struct post){
		.store = r->setup.calendar.store,
		.calendar = &r->setup.calendar,
		.desk = &r->desk,
	};
	if (!r->desk.timelines || !r->desk.hosts)
		return fault_static(FAULT_OUT_OF_MEMORY);
	return post_setup(a, &r->setup.config, &r->post);
}

static bool postroom_open(struct command_line *line, struct postroom *r)
{
	return command_open(line, SETUP_STORE_AND_KEY, &r->setup);
}

static void postroom_close(struct postroom *r)
{
	setup_close(&r->setup);
	host_cache_destroy(r->desk.hosts);
	freebusy_cache_destroy(r->desk.timelines);
}

static void print_result(const struct intake_result *result)
{
	printf("%s", intake_outcome_words[result->outcome]);
	if (result->method.len > 0)
		printf(" %.*s", TEXT_ARG(result->method));
	printf(": %.*s\n", TEXT_ARG(result->why));
}

/* ---- fasti deliver ----------------------------------------------------------------------------
 */

static int fail_with(const struct fault *f, int status)
{
	(void)command_fail(f);
	return status;
}

/* A recipient who is none goes back to who sent it, as with any other mail server. */
static int deliver(struct postroom *r, struct arena *a, const struct intake_mail *mail)
{
	struct intake_result result;
	bool is_ours = true;
	const struct fault *f = NULL;

	if (mail->to.len > 0)
		f = intake_is_for_us(&r->post, a, mail->to, &is_ours);
	if (f)
		return fail_with(f, EX_TEMPFAIL);
	if (!is_ours) {
		fprintf(stderr, "fasti: nobody here has the address %.*s.\n", TEXT_ARG(mail->to));
		return EX_NOUSER;
	}
	f = intake_take(&r->post, a, mail, clock_now(), &result);
	if (f)
		return fail_with(f, fault_is(f, FAULT_BODY_TOO_LARGE) ? EX_DATAERR : EX_TEMPFAIL);
	print_result(&result);
	return COMMAND_OK;
}

int command_deliver(struct command_line *line)
{
	struct postroom r = {.desk = {.hosts = NULL}};
	struct intake_mail mail = {
		.from = text_from(command_option(line, "from")),
		.has_from = command_option(line, "from") != NULL,
		.to = text_from(command_option(line, "to")),
	};
	int status = COMMAND_OK;
	const struct fault *f;

	if (line->word_count != 0)
		return command_usage(line, NULL);
	f = command_read_file(line->arena, "-", INTAKE_MESSAGE_MAX, &mail.message);
	if (f)
		return fail_with(f, fault_is(f, FAULT_BODY_TOO_LARGE) ? EX_DATAERR : EX_TEMPFAIL);
	if (!postroom_open(line, &r))
		return EX_TEMPFAIL;
	f = setup_drive_clock(line->arena, command_option(line, "test-clock"),
			      r.setup.config.listen);
	if (!f)
		f = postroom_fill(&r, line->arena);
	status = f ? fail_with(f, EX_TEMPFAIL) : deliver(&r, line->arena, &mail);
	postroom_close(&r);
	return status;
}

/* ---- fasti mail -------------------------------------------------------------------------------
 */

static void print_kept(struct arena *a, const struct kept *k)
{
	struct buf b;

	buf_init(&b, a, 256, 4096);
	buf_printf(&b, "%.*s  ", TEXT_ARG(k->id));
	time_put_rfc3339(&b, k->at);
	buf_printf(&b, "  %s  %.*s  \"%.*s\"  %.*s",
		   k->state == KEPT_UNREADABLE ? "unreadable" : "unverified", TEXT_ARG(k->sender),
		   TEXT_ARG(k->subject), TEXT_ARG(k->reason));
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
}

static const struct fault *list(struct command_line *line, struct postroom *r)
{
	struct text after = TEXT_NONE;
	struct kept *all;
	size_t count;
	const struct fault *f;

	do {
		f = kept_list(&r->post, line->arena, 0, after, LIST_PAGE, &all, &count);
		for (size_t i = 0; i < count && !f; i++)
			print_kept(line->arena, &all[i]);
		after = count > 0 ? all[count - 1].id : TEXT_NONE;
	} while (!f && count == LIST_PAGE);
	return f;
}

static const struct fault *no_such(struct command_line *line)
{
	return fault_make(line->arena, FAULT_NOT_FOUND, NULL, "No message waits as %s.",
			  line->words[1]);
}

/* As it came: for a file, or for `fasti deliver` elsewhere. */
static const struct fault *show(struct command_line *line, struct postroom *r)
{
	struct kept *k;
	const struct fault *f = kept_find(&r->post, line->arena, 0, text_from(line->words[1]), &k);

	if (f)
		return f;
	if (!k)
		return no_such(line);
	fwrite(k->message.at, 1, k->message.len, stdout);
	return NULL;
}

static const struct fault *retry(struct command_line *line, struct postroom *r)
{
	struct intake_result result;
	const struct fault *f =
		kept_retry(&r->post, line->arena, text_from(line->words[1]), clock_now(), &result);

	if (!f)
		print_result(&result);
	return f;
}

static const struct fault *drop(struct command_line *line, struct postroom *r)
{
	bool found = false;
	const struct fault *f =
		kept_drop(&r->post, line->arena, 0, text_from(line->words[1]), &found);

	return f || found ? f : no_such(line);
}

int command_mail(struct command_line *line)
{
	static const struct {
		const char *word;
		int words;
		const struct fault *(*run)(struct command_line *line, struct postroom *r);
	} kinds[] = {{"list", 1, list}, {"show", 2, show}, {"retry", 2, retry}, {"drop", 2, drop}};
	struct postroom r = {.desk = {.hosts = NULL}};
	const struct fault *f;
	size_t i = 0;

	if (line->word_count == 2 && strcmp(line->words[0], "templates") == 0)
		return mail_templates(line);
	while (i < ARRAY_LEN(kinds) &&
	       (line->word_count != kinds[i].words || strcmp(line->words[0], kinds[i].word) != 0))
		i++;
	if (i == ARRAY_LEN(kinds))
		return command_usage(line, NULL);
	if (!postroom_open(line, &r))
		return COMMAND_FAILED;
	f = postroom_fill(&r, line->arena);
	if (!f)
		f = kinds[i].run(line, &r);
	postroom_close(&r);
	return f ? command_fail(f) : COMMAND_OK;
}
