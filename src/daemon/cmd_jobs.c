/* cmd_jobs - fasti jobs: what waits, what was given up, and what becomes of it */

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/command.h"
#include "ical/time.h"
#include "store/booking.h"
#include "store/job.h"
#include "store/owner.h"
#include "store/store.h"
#include "json/read.h"

enum { JOBS_PAYLOAD_MAX = 1024 * 1024 };

/* Which ones are meant. */
struct choice {
	int64_t id;	  /* 0: any */
	struct text kind; /* empty: any */
	bool given_up;	  /* those alone */
};

/* What all that is said of jobs needs. */
struct jobs_view {
	struct arena *arena;
	struct choice choice;
	struct job *at; /* those that are meant, by when they are due */
	size_t count, cap;
};

static bool is_meant(const struct choice *c, const struct job *j)
{
	return (c->id == 0 || c->id == j->id) &&
	       (c->kind.len == 0 || text_equal(c->kind, j->kind)) && (!c->given_up || j->given_up);
}

static bool collect(void *ctx, const struct job *j)
{
	struct jobs_view *v = ctx;

	if (!is_meant(&v->choice, j))
		return true;
	if (v->count == v->cap) {
		size_t cap = v->cap ? 2 * v->cap : 64;
		struct job *at = arena_alloc_array(v->arena, cap, sizeof(*at));

		if (v->count > 0)
			memcpy(at, v->at, v->count * sizeof(*at));
		v->at = at;
		v->cap = cap;
	}
	v->at[v->count++] = *j;
	return true;
}

/* ---- shown ----------------------------------------------------------------------------------- */

/* When it is tried again; one that was taken is due, but ready only when its lease ends. */
static struct text state_of(struct arena *a, const struct job *j, int64_t now)
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

/* Whom it is for, where its payload says so or names a booking. */
static const struct fault *whom(struct db *db, struct arena *a, const struct job *j,
				struct text *out)
{
	const struct fault *f;
	const struct json *root;
	struct booking *b = NULL;
	struct text id;

	*out = TEXT("-");
	/* Some kinds have no JSON: these are for nobody. */
	if (json_parse(a, j->payload, JOBS_PAYLOAD_MAX, &root) ||
	    json_text(json_get(root, "to"), out) || !json_text(json_get(root, "booking"), &id))
		return NULL;
	f = booking_find(db, a, j->owner, id, &b);
	if (!f && b)
		*out = b->invitee_email;
	return f;
}

static const struct fault *print_job(struct db *db, struct arena *a, const struct job *j)
{
	struct text to, state = state_of(a, j, clock_now());
	struct owner *o = NULL;
	const struct fault *f = whom(db, a, j, &to);

	if (!f)
		f = owner_get(db, a, j->owner, &o);
	if (f)
		return f;
	printf("%-6lld %-8.*s %-12.*s %-28.*s tried %d times, %.*s  %.*s  %.*s\n", (long long)j->id,
	       TEXT_ARG(j->kind), TEXT_ARG(o ? o->name : TEXT("-")), TEXT_ARG(to), (int)j->attempts,
	       TEXT_ARG(state), TEXT_ARG(j->key), TEXT_ARG(j->last_error));
	return NULL;
}

static const struct fault *list(struct jobs_view *v, struct store *store)
{
	struct db *db;
	const struct fault *f = store_reader(store, v->arena, &db);

	if (!f)
		f = job_for_each(db, v->arena, collect, v);
	for (size_t i = 0; i < v->count && !f; i++)
		f = print_job(db, v->arena, &v->at[i]);
	return f;
}

/* ---- changed --------------------------------------------------------------------------------- */

/* All that are meant, in one transaction. */
struct jobs_work {
	struct store_work work;
	struct jobs_view *view;
	bool drop;
};

static const struct fault *change_run(struct db *db, struct store_work *work)
{
	struct jobs_work *w = (struct jobs_work *)work;
	struct jobs_view *v = w->view;
	const struct fault *f;

	v->count = 0;
	f = job_for_each(db, work->arena, collect, v);
	if (!f && v->count == 0 && v->choice.id > 0)
		f = fault_make(work->arena, FAULT_NOT_FOUND, NULL, "There is no job %lld.",
			       (long long)v->choice.id);
	for (size_t i = 0; i < v->count && !f; i++)
		f = w->drop ? job_done(db, work->arena, &v->at[i])
			    : job_renew(db, work->arena, &v->at[i], clock_now());
	return f;
}

static const struct fault *change(struct jobs_view *v, struct store *store, bool drop)
{
	struct jobs_work w = {
		.work.run = change_run, .work.arena = v->arena, .view = v, .drop = drop};
	const struct fault *f = store_run(store, &w.work);

	if (!f && v->choice.id == 0)
		printf("%zu jobs\n", v->count);
	return f;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* A number, or what they have in common; all of them only by saying which. */
static bool read_choice(const struct command_line *line, bool is_list, struct choice *out)
{
	const char *kind = command_option(line, "kind");

	*out = (struct choice){.kind = text_from(kind),
			       .given_up = command_option(line, "given-up") != NULL};
	if (line->word_count == 1)
		return is_list || kind || out->given_up;
	return !is_list && line->word_count == 2 && !kind && !out->given_up &&
	       text_to_int64(text_from(line->words[1]), 1, INT64_MAX, &out->id);
}

int command_jobs(struct command_line *line)
{
	const char *word = line->word_count > 0 ? line->words[0] : "";
	bool is_list = strcmp(word, "list") == 0, drop = strcmp(word, "drop") == 0;
	struct jobs_view v = {.arena = line->arena};
	struct setup setup;
	const struct fault *f;

	if ((!is_list && !drop && strcmp(word, "retry") != 0) ||
	    !read_choice(line, is_list, &v.choice))
		return command_usage(line, NULL);
	if (!command_open(line, SETUP_STORE, &setup))
		return COMMAND_FAILED;
	f = is_list ? list(&v, setup.calendar.store) : change(&v, setup.calendar.store, drop);
	setup_close(&setup);
	return f ? command_fail(f) : COMMAND_OK;
}
