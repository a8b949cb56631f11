/* copy - a booking is brought to its host's calendar elsewhere; see copy.h */
#include "federation/copy_priv.h"

#include "base/arena.h"
#include "base/log.h"
#include "booking/booking.h"
#include "booking/conference.h"
#include "calendar/calendar.h"
#include "calendar/change.h"
#include "store/store.h"
#include "store/team.h"

/* ---- how things are -------------------------------------------------------------------------- */

/* Of several hosts the first who has such a calendar has the conference made. */
static const struct fault *find_maker(struct copy_work *w, struct db *db)
{
	const struct booking *b = w->is.booking;
	struct booking_host *holders;
	int64_t *hosts, maker = 0;
	size_t count;
	const struct fault *f;

	w->makes_link = false;
	if (!b || b->join_url.len > 0 || b->received)
		return NULL;
	f = booking_holders(db, w->arena, b, &holders, &count);
	if (f)
		return f;
	hosts = arena_alloc_array(w->arena, count, sizeof(*hosts));
	for (size_t i = 0; i < count; i++)
		hosts[i] = holders[i].host;
	f = conference_maker(db, w->arena, w->is.place, hosts, count, &maker);
	w->makes_link = maker == w->owner;
	return f;
}

static const struct fault *load(struct copy_work *w)
{
	struct arena *a = w->arena;
	struct db *db;
	const struct fault *f = store_reader(w->fed->calendar->store, a, &db);

	if (!f)
		f = book_look_elsewhere(w->fed->desk, db, a, w->owner, w->booking_owner, w->booking,
					&w->is);
	if (!f)
		f = outside_copy_get(db, a, w->owner, w->booking, &w->was);
	if (!f)
		f = outside_calendar_taking(db, a, w->owner, &w->taking);
	if (f)
		return f;
	if (w->taking && !w->taking->may_write)
		w->taking = NULL;
	w->calendar = NULL;
	if (w->was)
		f = outside_calendar_get(db, a, w->owner, w->was->calendar, &w->calendar);
	return f ? f : find_maker(w, db);
}

/* ---- step by step ---------------------------------------------------------------------------- */

typedef enum call_end (*step_fn)(struct copy_work *w);

static const step_fn steps[] = {
	[COPY_RESTS] = NULL,	      [COPY_NOTES] = copy_note,
	[COPY_PUTS] = copy_put,	      [COPY_TAKES_AWAY] = copy_take_away,
	[COPY_FORGETS] = copy_forget, [COPY_ASKS_LINK] = copy_ask_link,
};

/* It may be there again any day; its host is shown that it is not. */
static enum call_end wait_for_calendar(struct copy_work *w)
{
	w->visit.why = TEXT("The calendar that takes bookings is not in its account just now.");
	w->visit.retry_at = w->now + COPY_CONSENT_S;
	return CALL_LATER;
}

/* Each step is committed before the next is chosen; ended anywhere, it goes on from there. */
static enum call_end go_on(struct copy_work *w)
{
	for (int i = 0; i < COPY_STEPS_MAX; i++) {
		const struct fault *f = load(w);
		step_fn step;
		enum call_end end;

		if (f)
			return copy_broken(&w->visit, f);
		if (w->taking && w->taking->is_gone)
			return wait_for_calendar(w);
		step = steps[copy_next_step(w)];
		if (!step)
			return CALL_OK;
		end = step(w);
		if (end != CALL_OK)
			return end;
	}
	w->visit.why = TEXT("It changes there as often as it is written.");
	w->visit.retry_at = w->now + COPY_CONSENT_S;
	return CALL_LATER;
}

enum call_end copy_write(struct federation *fed, struct arena *a, int64_t owner,
			 int64_t booking_owner, struct text booking, int64_t now,
			 struct text *why_out, int64_t *retry_at_out)
{
	struct copy_work w = {
		.fed = fed,
		.arena = a,
		.owner = owner,
		.booking_owner = booking_owner,
		.booking = booking,
		.now = now,
		.visit = {.fed = fed, .arena = a, .now = now},
	};
	enum call_end end = go_on(&w);

	*why_out = w.visit.why;
	*retry_at_out = w.visit.retry_at > now ? w.visit.retry_at : now + COPY_AGAIN_S;
	return end;
}

void copy_give_up(struct federation *fed, struct arena *a, int64_t owner, int64_t booking_owner,
		  struct text booking, int64_t now, struct text why)
{
	struct copy_work w = {
		.fed = fed,
		.arena = a,
		.owner = owner,
		.booking_owner = booking_owner,
		.booking = booking,
		.now = now,
		.visit = {.fed = fed, .arena = a, .now = now, .why = why},
	};
	const struct fault *f = load(&w);
	struct outside_copy c;

	if (!f && (!w.was || !copy_may_be_there(w.was) || copy_next_step(&w) == COPY_RESTS))
		return;
	if (!f) {
		c = *w.was;
		c.state = COPY_REFUSED;
		c.why = copy_reason(why);
		/* As written it is not: whatever comes next tries it again. */
		c.version = 0;
		if (copy_store(&w.visit, w.was, &c) == CALL_OK)
			return;
		why = w.visit.why;
	} else {
		why = text_from(f->message);
	}
	log_event(LOG_ERROR, "copy-given-up", LOG_TEXT("booking", booking), LOG_TEXT("why", why));
}
