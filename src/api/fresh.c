/* fresh - a request waits for calendars elsewhere; see fresh.h */
#include "api/fresh.h"

#include "base/clock.h"
#include "booking/slots.h"
#include "booking/stale.h"
#include "federation/rounds.h"

enum { FRESH_WAIT_MS = 2000, NS_PER_MS = 1000000 };

/* What goes on when they were read, or could not be. */
struct pause {
	api_fn again;
	struct stale wish;
};

/* From here on the request is answered at a desk that closes whom no strict reading reached. */
static const struct fault *go_on(void *who, void *state, const struct fault *f)
{
	struct api_request *ar = who;
	const struct pause *w = state;

	if (!f)
		f = api_reader(ar);
	if (!f)
		f = stale_desk(&w->wish, ar->db, &ar->desk);
	return f ? f : w->again(ar);
}

static void settle(void *waiting)
{
	http_settle(waiting, NULL);
}

static void wait_for(struct api_request *ar, struct pause *state)
{
	const struct stale *w = &state->wish;
	int64_t until_ns = clock_monotonic_ns() + (int64_t)FRESH_WAIT_MS * NS_PER_MS;

	ar->is_fresh = true;
	/* From here on another thread may already go on. */
	rounds_ask(ar->house->federation->rounds, w->owners, w->count, stale_age_s(w), until_ns,
		   settle, http_await(ar->rq, go_on, ar, state));
}

static bool may_wait(const struct api_request *ar)
{
	const struct federation *fed = ar->house->federation;

	return fed && fed->rounds && !ar->is_fresh && ar->desk->max_age_s > 0;
}

static const struct fault *pause_unless_fresh(struct api_request *ar, const struct host *host,
					      const struct booking_type *type, struct pause *pause,
					      bool *waits_out)
{
	struct stale *wish = &pause->wish;
	const struct fault *f;

	wish->desk = ar->desk;
	wish->arena = ar->arena;
	wish->now = ar->rq->now;
	f = stale_find(wish, ar->db, host, type);
	*waits_out = !f && wish->count > 0;
	if (*waits_out)
		wait_for(ar, pause);
	return f;
}

const struct fault *fresh_wait(struct api_request *ar, const struct host *host,
			       const struct booking_type *type, api_fn again, bool *waits_out)
{
	struct pause *pause;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	pause = arena_alloc(ar->arena, sizeof(*pause));
	*pause = (struct pause){.again = again, .wish.is_strict = ar->house->reads_always};
	return pause_unless_fresh(ar, host, type, pause, waits_out);
}

const struct fault *fresh_wait_list(struct api_request *ar, struct slot_ask *ask, api_fn again,
				    bool *waits_out)
{
	struct pause *pause;
	const struct fault *f;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	pause = arena_alloc(ar->arena, sizeof(*pause));
	*pause = (struct pause){.again = again};
	f = pause_unless_fresh(ar, ask->host, ask->type, pause, waits_out);
	if (!f && !*waits_out)
		ask->named = pause->wish.named;
	return f;
}

const struct fault *fresh_wait_booking(struct api_request *ar, api_fn again, bool *waits_out)
{
	const struct booking_type *type;
	struct api_booking at;
	const struct fault *f;

	*waits_out = false;
	if (!may_wait(ar))
		return NULL;
	f = api_find_booking(ar, &at);
	if (f)
		return f;
	type = host_type_by_id(at.host, at.booking->type);
	return type ? fresh_wait(ar, at.host, type, again, waits_out) : NULL;
}
