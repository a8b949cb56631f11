/* job_place - a place was given back: whoever waits for it is told (booking/waiting.h) */

#include "booking/waiting.h"
#include "calendar/change.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/job.h"
#include "store/store.h"
#include "json/read.h"

enum { PLACE_PAYLOAD_MAX = 4096 };

static const struct fault *read_slot(struct job_context *x, const struct job *j,
				     struct waiting *slot)
{
	const struct json *root;
	const struct fault *f = json_parse(x->arena, j->payload, PLACE_PAYLOAD_MAX, &root);

	*slot = (struct waiting){.owner = j->owner};
	if (f)
		return f;
	if (!json_text(json_get(root, "type"), &slot->type) ||
	    !json_int(json_get(root, "start"), &slot->start))
		return fault_make(x->arena, FAULT_BAD_REQUEST, NULL,
				  "The job lacks its type or start.");
	return NULL;
}

static const struct fault *tell(struct job_context *x, const struct job *j)
{
	struct waiting slot;
	struct change *c = NULL;
	struct db *db;
	const struct fault *f = read_slot(x, j, &slot);

	if (f || slot.start <= x->now)
		return f;
	f = store_reader(x->house->store, x->arena, &db);
	if (!f)
		f = waiting_prepare_telling(x->house->desk, db, x->arena, &slot, x->now, &c);
	return f || !c ? f : change_run(c);
}

enum job_result job_place(struct job_context *x, const struct job *j, struct text *why_out)
{
	const struct fault *f = tell(x, j);

	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return fault_is(f, FAULT_BAD_REQUEST) ? JOB_NEVER : JOB_LATER;
}
