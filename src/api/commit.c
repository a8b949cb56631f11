/* commit - waiting for a change without a thread, and making it again; see api_priv.h */
#include "api/api_priv.h"

void api_commit(struct api_request *ar, struct change *c, http_go_on_fn go_on, void *state)
{
	/* From change_submit() on another thread may already answer. */
	change_submit(c, http_settle, http_await(ar->rq, go_on, ar, state));
}

const struct fault *api_answer_none(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;

	(void)state;
	if (!f)
		http_answer(ar->rq, 204, NULL, TEXT_NONE);
	return f;
}

static const struct fault *edit_done(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	struct api_edit *e = state;
	const struct fault *failed = f ? api_reader(ar) : NULL;

	/* Of another version than the client said, prepare() will say so itself. */
	if (!failed && fault_is(f, FAULT_PRECONDITION) && e->attempts < API_ATTEMPTS)
		return api_edit_run(ar, e);
	return e->finish(ar, e, failed ? failed : f);
}

const struct fault *api_edit_run(struct api_request *ar, struct api_edit *e)
{
	const struct fault *f;

	e->attempts++;
	e->change = NULL;
	f = e->prepare(ar, e);
	if (f || !e->change)
		return e->finish(ar, e, f);
	api_commit(ar, e->change, edit_done, e);
	return NULL;
}

const struct fault *api_check_version(struct api_request *ar, const struct api_edit *e,
				      int64_t present)
{
	if (e->version == 0 || e->version == present)
		return NULL;
	return fault_make(ar->arena, FAULT_PRECONDITION, "version",
			  "It was changed meanwhile and is at version %lld now.",
			  (long long)present);
}
