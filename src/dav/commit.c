/* commit - waiting for a change without a thread; see dav_priv.h */

#include "dav/lock.h"
#include "dav/push_priv.h"

struct commit {
	http_go_on_fn go_on;
	void *state;
};

static const struct fault *committed(void *who, void *state, const struct fault *f)
{
	const struct commit *commit = state;

	return dav_tell_lock(who, commit->go_on(who, commit->state, f));
}

struct change *dav_change(struct dav_request *dr)
{
	struct change *c = change_open(dr->house->calendar, dr->arena, CHANGE_CLIENT, dr->rq->now);

	change_act_as(c, dr->rq->user.owner);
	return c;
}

void dav_commit(struct dav_request *dr, struct change *c, http_go_on_fn go_on, void *state)
{
	struct commit *commit = arena_alloc(dr->arena, sizeof(*commit));
	const struct fault *f = dav_require_rights(dr, c);
	struct http_waiting *waiting;
	struct change_quiet quiet;

	if (!f)
		f = dav_guard_rest(dr, c);
	dav_push_read_quiet(dr, &quiet);
	change_keep_quiet(c, &quiet);
	*commit = (struct commit){go_on, state};
	waiting = http_await(dr->rq, committed, dr, commit);
	/* From here on another thread may already answer. */
	if (f)
		http_settle(waiting, f);
	else
		change_submit(c, http_settle, waiting);
}
