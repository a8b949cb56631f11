/* commit - waiting for a change without a thread, and making it again; see api_priv.h */
#include "api/api_priv.h"

struct waiting {
	struct api_request *ar;
	api_go_on_fn go_on;
	void *state;
	const struct fault *fault;
};

static void waiting_go_on(struct http_request *rq)
{
	struct waiting *w = rq->handler_state;
	const struct fault *f = w->go_on(w->ar, w->state, w->fault);

	if (f)
		api_answer_fault(rq, f);
}

/* On the writer's thread, after COMMIT or failure. */
static void waiting_done(void *ctx, const struct fault *f)
{
	struct waiting *w = ctx;

	w->fault = f;
	http_wake(w->ar->rq);
}

void api_commit(struct api_request *ar, struct change *c, api_go_on_fn go_on, void *state)
{
	struct waiting *w = arena_alloc(ar->arena, sizeof(*w));

	*w = (struct waiting){.ar = ar, .go_on = go_on, .state = state};
	ar->rq->handler_state = w;
	http_wait(ar->rq, waiting_go_on);
	/* From here on another thread may already answer. */
	change_submit(c, waiting_done, w);
}

static const struct fault *edit_done(struct api_request *ar, void *state, const struct fault *f)
{
	struct api_edit *e = state;
	const struct fault *failed = f ? api_reader(ar) : NULL;

	if (!failed && fault_is(f, FAULT_PRECONDITION) && e->version == 0 &&
	    e->attempts < API_ATTEMPTS)
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
