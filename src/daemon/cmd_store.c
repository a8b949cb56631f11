/* cmd_store - fasti backup FILE, fasti check, fasti jobs */

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/command.h"
#include "ical/time.h"
#include "store/hold.h"
#include "store/job.h"
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
	struct setup setup;
	int findings = 0;
	const struct fault *f;

	if (line->word_count != 0)
		return command_usage(line, NULL);
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
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

/* ---- jobs ------------------------------------------------------------------------------- */

/* When it is tried again; one that was taken is due, but ready only when its lease ends. */
static struct text job_state(struct arena *a, const struct job *j, int64_t now)
{
	struct buf b;

	if (j->given_up)
		return TEXT("given up");
	if (j->ready_at <= now)
		return TEXT("due now");
	buf_init(&b, a, 48, 48);
	buf_put_str(&b, j->due_at < j->ready_at ? "taken until " : "next try ");
	time_put_rfc3339(&b, j->ready_at);
	return buf_text(&b);
}

static bool print_job(void *ctx, const struct job *j)
{
	struct text state = job_state(ctx, j, clock_now());

	printf("%lld  %-8.*s %-40.*s tried %d times, %.*s  %.*s\n", (long long)j->id,
	       TEXT_ARG(j->kind), TEXT_ARG(j->key), (int)j->attempts, TEXT_ARG(state),
	       TEXT_ARG(j->last_error));
	return true;
}

/* Find the job of a number, and do something to it in one transaction. */
struct job_work {
	struct store_work work;
	int64_t id;
	struct job job;
	bool found, drop;
};

static bool job_match(void *ctx, const struct job *j)
{
	struct job_work *w = ctx;

	w->found = j->id == w->id;
	if (w->found)
		w->job = *j;
	return !w->found;
}

static const struct fault *job_work_run(struct db *db, struct store_work *work)
{
	struct job_work *w = (struct job_work *)work;
	const struct fault *f = job_for_each(db, work->arena, job_match, w);

	if (f)
		return f;
	if (!w->found)
		return fault_make(work->arena, FAULT_NOT_FOUND, NULL, "There is no job %lld.",
				  (long long)w->id);
	if (w->drop)
		return job_done(db, work->arena, &w->job);
	return job_renew(db, work->arena, &w->job, clock_now());
}

static const struct fault *jobs_change(struct command_line *line, struct setup *setup)
{
	struct job_work w = {
		.work.run = job_work_run,
		.work.arena = line->arena,
		.drop = strcmp(line->words[0], "drop") == 0,
	};

	if (!text_to_int64(text_from(line->words[1]), 1, INT64_MAX, &w.id))
		return fault_make(line->arena, FAULT_BAD_REQUEST, NULL, "%s is no job's number.",
				  line->words[1]);
	return store_run(setup->calendar.store, &w.work);
}

int command_jobs(struct command_line *line)
{
	bool list = line->word_count == 1 && strcmp(line->words[0], "list") == 0;
	bool change = line->word_count == 2 &&
		      (strcmp(line->words[0], "retry") == 0 || strcmp(line->words[0], "drop") == 0);
	struct setup setup;
	struct db *db;
	const struct fault *f;

	if (!list && !change)
		return command_usage(line, NULL);
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	if (change) {
		f = jobs_change(line, &setup);
	} else {
		f = store_reader(setup.calendar.store, line->arena, &db);
		if (!f)
			f = job_for_each(db, line->arena, print_job, line->arena);
	}
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
