/* job_host - a booking that one of its hosts has declined goes to another of the team */

#include <stdlib.h>

#include "booking/team.h"
#include "calendar/change.h"
#include "calendar/notices.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "store/store.h"

/* "BOOKING/NUMBER", as calendar/follow_answers.c makes it. */
static bool read_key(struct arena *a, struct text key, struct text *booking, int64_t *host)
{
	ptrdiff_t at = text_find_char(key, '/', 0);

	if (at < 0)
		return false;
	*booking = text_sub(key, 0, (size_t)at);
	*host = strtoll(text_cstr(a, text_sub(key, (size_t)at + 1, key.len)), NULL, 10);
	return true;
}

/* Once for each host who does not come. */
static const struct fault *tell_owner(struct job_context *x, const struct booking *b, int64_t host,
				      struct change **out)
{
	const struct notice n = {
		.letter = "host-needed",
		.owner = b->owner,
		.about = b->id,
		.version = host,
		.now = x->now,
	};
	const struct job mail = notice_job(x->arena, &n);

	if (!booking_stands(b))
		return NULL;
	*out = change_open(x->house->calendar, x->arena, CHANGE_BOOKING, x->now);
	return change_job(*out, &mail);
}

/* Where nobody is there for it, the booking stays as it is, and its owner is told. */
static const struct fault *substitute(struct job_context *x, const struct job *j)
{
	struct booking *b = NULL;
	struct change *c = NULL;
	struct text id;
	int64_t host;
	struct db *db;
	const struct fault *f = store_reader(x->house->store, x->arena, &db);

	if (f || !read_key(x->arena, j->key, &id, &host))
		return f;
	f = booking_find(db, x->arena, j->owner, id, &b);
	if (!f && b)
		f = team_prepare_substitute(x->house->desk, db, x->arena, b, host, x->now, &c);
	if (!f && b && !c)
		f = tell_owner(x, b, host, &c);
	return f || !c ? f : change_run(c);
}

enum job_result job_host(struct job_context *x, const struct job *j, struct text *why_out)
{
	const struct fault *f = substitute(x, j);

	if (!f || fault_is(f, FAULT_NOT_FOUND))
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}
