/* Queues of jobs: what waits for what, and what makes what outdated (store/job.h). */

#include "base/buf.h"
#include "store/job.h"
#include "store_fixture.h"
#include "unit.h"

#define OK(call)                                                                                   \
	do {                                                                                       \
		const struct fault *f_ = (call);                                                   \
		if (f_)                                                                            \
			return f_;                                                                 \
	} while (0)

enum { LEASE_S = 60 };

/*
 * One queue is told a story, letter by letter, a second each; a small letter settles the job that
 * was taken last.
 *
 *	F, A, M, N, E  FIRST, ALL, MORE, another MORE, END are queued
 *	T              the next one is taken
 *	d, l, u, n     done; later, in vain; later, perhaps done; never, in vain
 *	p              put back untried, which is no attempt
 *	s              skipped: it was overtaken, and not tried
 *	w              the taken one's lease runs out
 */
struct story {
	struct db *db;
	struct arena *arena;
	int64_t now;
	struct job *held;
};

static const struct fault *queue_one(struct story *s, char letter)
{
	static const struct {
		char letter;
		enum job_says says;
	} letters[] = {{'F', JOB_SAYS_FIRST},
		       {'A', JOB_SAYS_ALL},
		       {'M', JOB_SAYS_MORE},
		       {'N', JOB_SAYS_MORE},
		       {'E', JOB_SAYS_END}};
	struct job j = {.owner = 7, .kind = TEXT("imip"), .queue = TEXT("q"), .due_at = s->now};
	bool queued;

	for (size_t i = 0; i < ARRAY_LEN(letters); i++)
		if (letters[i].letter == letter)
			j.says = letters[i].says;
	/* REQUESTs have one key. */
	j.key = text_from(arena_printf(s->arena, "%c", letter == 'F' ? 'A' : letter));
	j.payload = text_from(arena_printf(s->arena, "%c", letter));
	OK(job_body_add(s->db, s->arena, 7, j.payload, 1, &j.body));
	OK(job_enqueue(s->db, s->arena, &j, s->now, &queued));
	return queued ? NULL : job_body_release(s->db, s->arena, 7, j.body);
}

static const struct fault *tell_one(struct story *s, char letter)
{
	s->now++;
	switch (letter) {
	case 'T': return job_take(s->db, s->arena, TEXT("imip"), s->now, LEASE_S, &s->held);
	case 'd': return job_done(s->db, s->arena, s->held);
	case 'l': return job_retry(s->db, s->arena, s->held, s->now, true, TEXT("later"));
	case 'u': return job_retry(s->db, s->arena, s->held, s->now, false, TEXT("later"));
	case 'n': return job_give_up(s->db, s->arena, s->held, true, TEXT("never"));
	case 's': return job_skip(s->db, s->arena, s->held);
	case 'p':
		OK(job_put_back(s->db, s->arena, s->held, s->now));
		OK(job_take(s->db, s->arena, TEXT("imip"), s->now, LEASE_S, &s->held));
		CHECK_INT("no attempt", s->held->attempts, 1);
		return job_put_back(s->db, s->arena, s->held, s->now);
	case 'w': s->now += LEASE_S; return NULL;
	default: return queue_one(s, letter);
	}
}

/* What is there, by when it is due; in brackets what was given up. */
static bool put_job(void *ctx, const struct job *j)
{
	buf_printf(ctx, j->given_up ? "(%.*s)" : "%.*s", TEXT_ARG(j->payload));
	return true;
}

static const struct fault *clean(struct story *s)
{
	struct job *j;
	int64_t due;

	for (s->now += 1000;; s->now++) {
		OK(job_next_due(s->db, s->arena, TEXT("imip"), s->now, &due));
		OK(job_take(s->db, s->arena, TEXT("imip"), s->now, LEASE_S, &j));
		if (!j)
			return NULL;
		CHECK_TRUE("what is due is taken", due <= s->now);
		OK(job_done(s->db, s->arena, j));
	}
}

static const struct {
	const char *name, *story, *left;
} rows[] = {
	{"in their order", "FMN", "FMN"},
	{"the newest stands for all", "FAA", "A"},
	{"and stands last", "FMA", "MA"},
	{"what is about the same is outdated, what is about others is not", "FMNM", "FNM"},
	{"over before it began", "FE", ""},
	{"with all that was said besides", "FME", ""},
	{"changed, and over before it began", "FAE", ""},
	{"over", "AME", "E"},
	{"over twice", "AEE", "E"},
	{"over, and begun again", "AEF", "EF"},
	{"over, begun again and over", "AEFE", "E"},
	{"tried in vain, and over", "FTlE", ""},
	{"tried in vain twice, and over", "FTlTlE", ""},
	{"put back, and over", "FTpE", ""},
	{"perhaps it left", "FTuE", "E"},
	{"perhaps the first time", "FTuTlE", "E"},
	{"whoever had it ended", "FTwE", "E"},
	{"it left", "FTdE", "E"},
	{"refused, and over", "FTnE", ""},
	{"refused, and said anew", "FTnA", "A"},
	{"refused, said anew and over", "FTnAE", ""},
	{"refused", "FTn", "(F)"},
	{"what somebody has stays", "FTA", "FA"},
	{"also when it is over", "FTE", "FE"},
	{"and is tried again", "FTElT", "EF"},
	{"it left, then it was over", "FTEdTd", ""},
	{"refused meanwhile: nothing to end", "FTEn", ""},
	{"refused meanwhile, and said anew", "FTAn", "A"},
	{"refused meanwhile, said anew, over", "FTAnE", ""},
	{"overtaken: it never left, so there is nothing to end", "FTEs", ""},
	{"tried in vain, and overtaken", "FTElTs", ""},
	{"perhaps it left before it was overtaken", "FTEuTs", "E"},
	{"overtaken by what says all", "FTAsE", ""},
	{"what said all is overtaken", "ATEs", "E"},
	{"what is refused holds up nobody", "MTnNTd", "(M)"},
	{"what is said besides is not overtaken by its kind", "MTNn", "(M)N"},
};

static const struct fault *tells(struct db *db, struct arena *a, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct story s = {.db = db, .arena = a, .now = 100};
		struct buf left;

		for (const char *at = rows[i].story; *at; at++)
			OK(tell_one(&s, *at));
		buf_init(&left, a, 64, 1024);
		OK(job_for_each(db, a, put_job, &left));
		CHECK_TEXT(rows[i].name, buf_text(&left), text_from(rows[i].left));
		OK(clean(&s));
		OK(queue_one(&s, 'M'));
		OK(tell_one(&s, 'N'));
		OK(queue_one(&s, 'E'));
		OK(clean(&s));
	}
	return NULL;
}

static const struct {
	const char *name, *story;
	bool taken; /* by a last T */
} turns[] = {
	{"the older one is tried later", "MTlN", true},
	{"the older one was put back", "MTpN", true},
	{"somebody has the older one", "MTN", false},
	{"nobody has it any more", "MTwN", true},
};

/* In a queue nothing goes while an older one waits, whatever is due first. */
static const struct fault *takes_turns(struct db *db, struct arena *a, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(turns); i++) {
		struct story s = {.db = db, .arena = a, .now = 100};
		int64_t due;

		for (const char *at = turns[i].story; *at; at++)
			OK(tell_one(&s, *at));
		OK(job_next_due(db, a, TEXT("imip"), 0, &due));
		CHECK_TRUE(turns[i].name, (due <= s.now) == turns[i].taken);
		OK(tell_one(&s, 'T'));
		CHECK_TEXT(turns[i].name, s.held ? s.held->payload : TEXT("none"),
			   turns[i].taken ? TEXT("M") : TEXT("none"));
		OK(clean(&s));
	}
	return NULL;
}

static const struct fault *same_second(struct db *db, struct arena *a, void *ctx)
{
	static const char *const names[] = {"d", "b", "c", "a"};
	struct job j = {.kind = TEXT("imip"), .payload = TEXT("{}"), .due_at = 5}, *got;

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		j.owner = 9 - (int64_t)i;
		j.key = text_from(names[i]);
		OK(job_add(db, a, &j));
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		OK(job_take(db, a, TEXT("imip"), 5, LEASE_S, &got));
		CHECK_TEXT("as they came", got ? got->key : TEXT_NONE, text_from(names[i]));
	}
	return NULL;
}

static const struct fault *bodies(struct db *db, struct arena *a, void *ctx)
{
	struct job j = {.owner = 7, .kind = TEXT("imip"), .payload = TEXT("{}")}, *got;
	int64_t body;
	struct text text;

	(void)ctx;
	OK(job_body_add(db, a, 7, TEXT("hello"), 3, &body));
	j.body = body;
	j.key = TEXT("one");
	OK(job_add(db, a, &j));
	j.key = TEXT("two");
	OK(job_add(db, a, &j));
	OK(job_body_release(db, a, 7, body));
	for (int i = 0; i < 2; i++) {
		OK(job_take(db, a, TEXT("imip"), 5, LEASE_S, &got));
		OK(job_body_get(db, a, 7, got->body, &text));
		CHECK_TEXT("the same for both", text, TEXT("hello"));
		OK(job_done(db, a, got));
		OK(job_done(db, a, got));
	}
	OK(job_body_get(db, a, 7, body, &text));
	CHECK_TRUE("gone with the last", !text.at);
	return NULL;
}

static struct job in_lane(int64_t owner, const char *key, const char *lane)
{
	return (struct job){.owner = owner,
			    .kind = TEXT("copy"),
			    .key = text_from(key),
			    .payload = TEXT("{}"),
			    .due_at = 5,
			    .lane = text_from(lane)};
}

/* Of each lane one; those of no lane are as ever. */
static const struct fault *lanes(struct db *db, struct arena *a, void *ctx)
{
	const struct job all[] = {in_lane(7, "a1", "a"), in_lane(8, "a2", "a"),
				  in_lane(7, "a3", "a"), in_lane(7, "b1", "b"),
				  in_lane(7, "n1", ""),	 in_lane(7, "n2", "")};
	static const char *const taken[] = {"a1", "b1", "n1", "n2"};
	struct job *got, *first = NULL;
	int64_t due;

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		OK(job_add(db, a, &all[i]));
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		OK(job_take(db, a, TEXT("copy"), 5, LEASE_S, &got));
		CHECK_TEXT("past who is busy", got ? got->key : TEXT_NONE, text_from(taken[i]));
		first = first ? first : got;
	}
	OK(job_take(db, a, TEXT("copy"), 6, LEASE_S, &got));
	CHECK_TRUE("one at a time", !got);
	OK(job_next_due(db, a, TEXT("copy"), 6, &due));
	CHECK_INT("nothing is due but what is held", due, 5 + LEASE_S);
	OK(job_retry(db, a, first, 500, true, TEXT("503")));
	OK(job_next_due(db, a, TEXT("copy"), 6, &due));
	CHECK_INT("what waits holds up nobody", due, 5);
	OK(job_take(db, a, TEXT("copy"), 6, LEASE_S, &got));
	CHECK_TEXT("the next, whoever owns it", got ? got->key : TEXT_NONE, TEXT("a2"));
	OK(job_hasten(db, a, TEXT("copy"), TEXT("a"), 7));
	OK(job_take(db, a, TEXT("copy"), 7, LEASE_S, &first));
	CHECK_TRUE("what is held stays so", !first);
	OK(job_done(db, a, got));
	for (int i = 0; i < 2; i++) {
		OK(job_take(db, a, TEXT("copy"), 7, LEASE_S, &got));
		CHECK_TEXT("what waited is due", got ? got->key : TEXT_NONE,
			   i == 0 ? TEXT("a3") : TEXT("a1"));
		OK(job_done(db, a, got));
	}
	return NULL;
}

/* Killed workers have held both at once: one of them frees the lane. */
static const struct fault *ended_leases(struct db *db, struct arena *a, void *ctx)
{
	const struct job all[] = {in_lane(7, "a1", "a"), in_lane(7, "a2", "a")};
	static const struct sql both = {"UPDATE job SET ready_at = 20"};
	struct job *got;

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		OK(job_add(db, a, &all[i]));
	OK(db_exec(db, a, &both, DB_NO_ARGS, NULL));
	OK(job_take(db, a, TEXT("copy"), 20, LEASE_S, &got));
	CHECK_TEXT("the first", got ? got->key : TEXT_NONE, TEXT("a1"));
	return NULL;
}

/* Whoever makes leases longer hears late that one was given back. */
static const struct fault *given_back(struct db *db, struct arena *a, void *ctx)
{
	const struct job all[] = {in_lane(7, "a1", "a"), in_lane(7, "a2", "a")};
	struct job *first, *got;

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		OK(job_add(db, a, &all[i]));
	OK(job_take(db, a, TEXT("copy"), 5, LEASE_S, &first));
	OK(job_put_back(db, a, first, 8));
	OK(job_extend(db, a, first, 6 + LEASE_S));
	OK(job_take(db, a, TEXT("copy"), 6, LEASE_S, &got));
	CHECK_TEXT("its lane is free", got ? got->key : TEXT_NONE, TEXT("a2"));
	OK(job_done(db, a, got));
	OK(job_take(db, a, TEXT("copy"), 8, LEASE_S, &got));
	CHECK_TEXT("it is due when it was to be", got ? got->key : TEXT_NONE, TEXT("a1"));
	return NULL;
}

struct other_taker {
	struct store_work work;
	struct store *store;
	struct job *got;
};

static const struct fault *take_too(struct db *db, struct store_work *work)
{
	struct other_taker *t = (struct other_taker *)work;

	return job_take(db, work->arena, TEXT("copy"), 5, LEASE_S, &t->got);
}

static const struct fault *take_while_it_takes(struct db *db, struct arena *a, void *ctx)
{
	struct other_taker *t = ctx;
	struct job *got;

	OK(job_take(db, a, TEXT("copy"), 5, LEASE_S, &got));
	CHECK_TEXT("one", got ? got->key : TEXT_NONE, TEXT("a1"));
	return store_run(t->store, &t->work);
}

static const struct fault *add_three(struct db *db, struct arena *a, void *ctx)
{
	const struct job all[] = {in_lane(7, "a1", "a"), in_lane(7, "a2", "a"),
				  in_lane(7, "b1", "b")};

	(void)ctx;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		OK(job_add(db, a, &all[i]));
	return NULL;
}

/* Neither process sees yet what the other one takes. */
static void taken_at_once(struct store_fixture *x)
{
	struct other_taker t = {.work = {.run = take_too, .arena = x->arena},
				.store = store_fixture_second(x)};

	CHECK_WELL("add", store_fixture_tx(x, add_three, NULL));
	CHECK_WELL("take", store_fixture_tx(x, take_while_it_takes, &t));
	CHECK_TEXT("of another lane", t.got ? t.got->key : TEXT_NONE, TEXT("b1"));
	store_close(t.store);
}

static void test_taken_at_once_postgres(void)
{
	store_case_run(taken_at_once, true);
}

#define BODY(fn)                                                                                   \
	static void test_##fn(struct store_fixture *x)                                             \
	{                                                                                          \
		CHECK_WELL("the change", store_fixture_tx(x, fn, NULL));                           \
		CHECK_INT("no body is left", store_fixture_int(x, &count_bodies), 0);              \
	}                                                                                          \
	STORE_CASE(test_##fn)

static const struct sql count_bodies = {"SELECT count(*) FROM job_body"};

BODY(tells)
BODY(takes_turns)
BODY(same_second)
BODY(bodies)
BODY(lanes)
BODY(ended_leases)
BODY(given_back)

/* clang-format off */
UNIT_SUITE("job_queue", STORE_ROWS("what makes what outdated", test_tells),
	   STORE_ROWS("one after the other", test_takes_turns),
	   STORE_ROWS("jobs of one second in their order", test_same_second),
	   STORE_ROWS("a body goes with the last of its jobs", test_bodies),
	   STORE_ROWS("of a lane one at a time", test_lanes),
	   STORE_ROWS("leases of a lane that ran out", test_ended_leases),
	   STORE_ROWS("what was given back is not held any more", test_given_back),
	   {"postgresql: of a lane one, by two processes at once", test_taken_at_once_postgres})
/* clang-format on */
