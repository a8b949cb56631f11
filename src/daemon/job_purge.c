/* job_purge - the contents of a removed calendar, in portions */

#include "base/arena.h"
#include "calendar/house.h"
#include "daemon/jobs.h"
#include "store/collection.h"
#include "store/job.h"
#include "store/store.h"

enum { PURGE_PORTION = 200 };

struct purge_work {
	struct store_work work;
	int64_t owner, collection;
	bool done;
};

static const struct fault *purge_run(struct db *db, struct store_work *work)
{
	struct purge_work *w = (struct purge_work *)work;

	return collection_purge(db, work->arena, w->owner, w->collection, PURGE_PORTION, &w->done);
}

enum job_result job_purge(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct purge_work w = {
		.work.run = purge_run,
		.work.arena = x->arena,
		.owner = j->owner,
	};
	const struct fault *f = NULL;

	if (!text_to_int64(j->key, 1, INT64_MAX, &w.collection)) {
		*why_out = TEXT("the job names no calendar");
		return JOB_NEVER;
	}
	while (!f && !w.done)
		f = store_run(x->house->store, &w.work);
	if (!f)
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
