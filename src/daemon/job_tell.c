/* job_tell - the rest of a meeting's attendees see how the others have answered */

#include "base/arena.h"
#include "calendar/schedule.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/job.h"
#include "json/read.h"

enum { TELL_PAYLOAD_MAX = 1024 * 1024, PORTION_ARENA_BYTES = 64 * 1024 * 1024 };

/* One change, with an arena of its own: a thousand copies may be as large as an object may be. */
static const struct fault *tell_portion(struct job_context *x, struct schedule_rest *rest)
{
	struct arena *a = arena_create(PORTION_ARENA_BYTES);
	struct change *c = change_open(x->house->calendar, a, CHANGE_ITIP, x->now);
	const struct fault *f = schedule_tell_rest(c, rest);

	if (!f)
		f = change_run(c);
	f = fault_copy(x->arena, f);
	rest->after = text_dup(x->arena, rest->after);
	arena_destroy(a);
	return f;
}

enum job_result job_tell(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct schedule_rest rest = {.owner = j->owner};
	const struct json *root;
	const struct fault *f = json_parse(x->arena, j->payload, TELL_PAYLOAD_MAX, &root);

	if (f || !json_text(json_get(root, "uid"), &rest.uid)) {
		*why_out = TEXT("the job names no meeting");
		return JOB_NEVER;
	}
	do
		f = tell_portion(x, &rest);
	while (!f && rest.after.len > 0 && !atomic_load(&x->house->calendar->stopping));
	if (!f && rest.after.len > 0) {
		*why_out = TEXT("The server stopped amid the work.");
		return JOB_LATER;
	}
	/* The organizer was deleted meanwhile. */
	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
