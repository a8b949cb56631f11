/* job_held - see job_held.h */
#include "daemon/job_held.h"

static bool is_at_the_same(const struct job_held *x, const struct job_held *y)
{
	if (x == y || x->job.id == 0 || !text_equal(x->kind, y->kind))
		return false;
	return (x->job.owner == y->job.owner && x->job.id == y->job.id) ||
	       (x->lane != 0 && x->lane == y->lane);
}

static void let_go(struct job_held *one)
{
	one->job = (struct job){.id = 0};
	one->lane = 0;
}

bool job_held_begin(struct job_held *list, size_t count, struct job_held *one, const struct job *j)
{
	bool found = false;

	let_go(one);
	if (!j)
		return true;
	/* What a job points to goes with its arena, so only its numbers are kept. */
	one->job = (struct job){.owner = j->owner, .id = j->id, .lease = j->lease};
	one->lane = j->lane.len > 0 ? text_hash(j->lane) : 0;
	for (size_t i = 0; i < count && !found; i++)
		found = is_at_the_same(&list[i], one);
	/* Whoever comes second holds up nobody: of two that meet one goes on. */
	if (found)
		let_go(one);
	return !found;
}

void job_held_end(struct job_held *one)
{
	one->lane = 0;
}
