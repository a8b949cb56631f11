/* Who is at what in one process, where leases do not tell it (daemon/job_held.h). */

#include "daemon/job_held.h"

#include "unit.h"

enum { WORKERS_MAX = 3 };

/*
 * A letter is a worker: of the kind "copy" x and y, of "push" z. A capital one has taken a job: its
 * letter, the owner, the id and the lane ("-": none); a small one's work is over.
 */
static const struct {
	const char *title, *story;
	/* By each that takes: 1 it goes on, 0 another is at it. */
	const char *goes_on;
	int held; /* leases that are kept at the end */
} stories[] = {
	{"a lease ended while its work goes on", "X71a Y71a", "10", 1},
	{"the next of a lane", "X71a Y72a", "10", 1},
	{"of another owner", "X71a Y82a", "10", 1},
	{"of another lane", "X71a Y72b", "11", 2},
	{"of no lane", "X71- Y72-", "11", 2},
	{"another kind", "X71a Z71a", "11", 2},
	{"the same id of another owner", "X71- Y81-", "11", 2},
	{"a lane is free as soon as work is over", "X71a x Y72a", "11", 2},
	{"what is still to be settled is nobody else's", "X71a x Y71a", "10", 1},
	{"of two that come at once one goes on", "X71a Y72a X73a", "101", 1},
	{"whoever waits holds up nobody", "X71a Y72b Y73a x X72b", "1101", 1},
};

/* Four characters of a story. */
static bool takes(struct job_held *all, const char *at)
{
	struct job j = {
		.owner = at[1] - '0',
		.id = at[2] - '0',
		.lane = text_sub(text_from(at), 3, at[3] == '-' ? 0 : 1),
	};

	return job_held_begin(all, WORKERS_MAX, &all[at[0] - 'X'], &j);
}

static void check_story(const char *title, const char *story, const char *goes_on, int expected)
{
	struct job_held all[WORKERS_MAX] = {
		{.kind = TEXT("copy")}, {.kind = TEXT("copy")}, {.kind = TEXT("push")}};
	int held = 0;

	for (const char *at = story; *at; at++) {
		if (*at >= 'X' && *at <= 'Z') {
			CHECK_INT(title, takes(all, at), *goes_on++ - '0');
			at += 3;
		} else if (*at >= 'x' && *at <= 'z') {
			job_held_end(&all[*at - 'x']);
		}
	}
	CHECK_INT(title, *goes_on, 0);
	for (size_t i = 0; i < WORKERS_MAX; i++)
		held += all[i].job.id != 0;
	CHECK_INT(title, held, expected);
}

static void test_stories(void)
{
	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		check_story(stories[i].title, stories[i].story, stories[i].goes_on,
			    stories[i].held);
}

static void test_none(void)
{
	struct job_held one = {.kind = TEXT("copy")};
	const struct job j = {.owner = 7, .id = 1, .lease = 3, .lane = TEXT("a")};

	CHECK_TRUE("alone", job_held_begin(&one, 1, &one, &j));
	CHECK_INT("its lease is kept", one.job.lease, 3);
	job_held_end(&one);
	CHECK_INT("until it is settled", one.job.id, 1);
	CHECK_TRUE("nothing more is due", job_held_begin(&one, 1, &one, NULL));
	CHECK_INT("nothing is kept", one.job.id, 0);
}

/* clang-format off */
UNIT_SUITE("job_held", {"stories", test_stories}, {"nothing is taken", test_none})
