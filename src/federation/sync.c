/*
 * sync - one reading of a calendar elsewhere, page by page; see sync.h
 *
 * The row says where a reading stands: without a cursor it is one from the beginning, with a page
 * it goes on there. What a page brings is committed with its place, and the cursor only after all.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "calendar/change_outside.h"
#include "federation/sync_priv.h"
#include "federation/watch.h"
#include "store/store.h"

enum { PAGE_ARENA_BYTES = 256 * 1024 * 1024, JITTER_PARTS = 5, DAY_S = 86400 };

/* ---- when it is read again ------------------------------------------------------------------- */

static int64_t dice(int64_t below)
{
	uint32_t n;

	secret_random(&n, sizeof(n));
	return below > 0 ? n % below : 0;
}

/* A fifth less or more, so that what was connected together is not read together for ever. */
static int64_t spread(int64_t seconds)
{
	int64_t part = seconds / JITTER_PARTS;

	return seconds - part + dice(2 * part + 1);
}

static int64_t back_off(int64_t failures)
{
	int64_t rest = SYNC_BACK_OFF_S;

	while (--failures > 0 && rest < SYNC_BACK_OFF_MAX_S)
		rest *= 2;
	rest = min64(rest, SYNC_BACK_OFF_MAX_S);
	return rest - dice(rest / 2);
}

/* ---- the account's state -------------------------------------------------------------------- */

static enum call_end set_state(struct sync *s, enum connection_state state)
{
	struct connection is = *s->v->connection;
	struct change *c =
		change_open(s->v->fed->calendar, s->v->arena, CHANGE_PROVIDER, s->v->now);

	is.state = state;
	is.state_since = s->v->now;
	is.last_error = state == CONNECTION_WORKS ? TEXT_NONE : s->v->why;
	s->v->connection->state = state;
	return sync_fault(s,
			  change_run_unless(c, change_connection_state(c, &is, TEXT_NONE, false)));
}

/* It works again when none of its calendars fails any more. */
static enum call_end note_recovery(struct sync *s)
{
	struct outside_calendar *list = NULL;
	size_t count = 0;
	struct db *db;
	const struct fault *f;

	if (s->v->connection->state != CONNECTION_FAILS)
		return CALL_OK;
	f = store_reader(s->v->fed->calendar->store, s->v->arena, &db);
	if (!f)
		f = outside_calendar_list(db, s->v->arena, s->c->owner, s->c->connection, &list,
					  &count);
	for (size_t i = 0; !f && i < count; i++)
		if (list[i].counts && list[i].id != s->c->id &&
		    list[i].failures >= SYNC_FAILURES_TOLD)
			return CALL_OK;
	return f ? sync_fault(s, f) : set_state(s, CONNECTION_WORKS);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Had the provider's telling it read, and not the clock? */
static bool was_told(const struct sync *s)
{
	const struct outside_calendar *c = s->c;
	int64_t poll = s->v->fed->poll_s;

	return c->synced_at > 0 && c->failures == 0 &&
	       c->due_at < c->synced_at + poll - poll / JITTER_PARTS &&
	       c->due_at != c->synced_at + SYNC_AGAIN_S;
}

/* Graph tells before its delta knows: what brought nothing is read once more. */
static bool wants_again(const struct sync *s)
{
	return s->v->provider->kind == PROVIDER_OUTLOOK && !s->brought && was_told(s);
}

/* A copy that is told of is just being written; one that may not be for long is not waited for. */
static bool is_too_early(const struct sync *s)
{
	return s->is_early && s->v->connection->write_after <= clock_now();
}

static int64_t next_due(const struct sync *s)
{
	int64_t now = clock_now();

	if (is_too_early(s))
		return now + min64(SYNC_EARLY_S, s->v->fed->poll_s);
	if (wants_again(s))
		return s->started + SYNC_AGAIN_S;
	return now + spread(s->v->fed->poll_s);
}

static void end_well(struct sync *s)
{
	struct outside_calendar *c = s->c;
	int64_t due = next_due(s);

	c->page = c->last_error = TEXT_NONE;
	c->synced_at = s->started;
	c->synced_by = c->lease;
	c->failures = 0;
	c->due_at = due;
}

static bool is_stopping(const struct sync *s)
{
	return atomic_load(&s->v->fed->calendar->stopping);
}

static bool is_cut_short(const struct sync *s)
{
	return clock_monotonic_ns() >= s->v->until_ns || is_stopping(s);
}

/*
 * Is it not the provider that ended it? Who brings no page in all the time there was for one would
 * be read again and again from the same place.
 */
static bool is_well_meant(const struct sync *s)
{
	return is_cut_short(s) && (is_stopping(s) || s->has_moved || s->v->is_awaited);
}

/* The account has been asked too often, maybe of other calendars: that is no failure of this one.
 */
static bool is_held(const struct sync *s, enum call_end end)
{
	return end == CALL_LATER && s->v->is_held;
}

static void end_badly(struct sync *s, enum call_end end)
{
	struct outside_calendar *c = s->c;
	int64_t now = clock_now();

	c->last_error = s->v->why;
	c->due_at = now;
	if (is_well_meant(s))
		return;
	c->failures += !is_held(s, end);
	c->due_at = now + back_off(c->failures);
	if (end == CALL_LATER || end == CALL_PAUSE)
		c->due_at = max64(c->due_at, s->v->retry_at);
	log_event(LOG_WARN, "federation", LOG_STR("provider", provider_words[s->v->provider->kind]),
		  LOG_TEXT("connection", c->connection), LOG_INT("calendar", c->id),
		  LOG_INT("failures", c->failures), LOG_TEXT("why", s->v->why));
}

/* A calendar that is not there, or is there all the same: the account's list says. */
static void look_for_calendar(struct sync *s)
{
	struct text why = s->v->why;

	if (sync_calendars(s->v) != CALL_OK)
		s->v->why = why;
}

/* How it ended, as it stays: the first that went wrong counts. */
static enum call_end finish(struct sync *s, enum call_end end)
{
	enum call_end settled;

	if (s->is_lost)
		return end;
	if (end == CALL_OK)
		end_well(s);
	else
		end_badly(s, end);
	settled = sync_settle(s, true);
	if (s->is_lost || settled != CALL_OK)
		return settled;
	if (end == CALL_OK)
		return note_recovery(s);
	if (end == CALL_NOT_FOUND)
		look_for_calendar(s);
	if (end != CALL_CONSENT && s->c->failures == SYNC_FAILURES_TOLD &&
	    s->v->connection->state == CONNECTION_WORKS)
		(void)set_state(s, CONNECTION_FAILS);
	return end;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void begin_again(struct sync *s)
{
	s->is_full = true;
	s->c->cursor = s->c->page = TEXT_NONE;
	s->c->round++;
	s->pages = 0;
}

/* What a page left in its arena and is needed beyond it. */
static void keep(struct sync *s)
{
	struct visit *v = s->v;
	struct connection *k = v->connection;

	k->id = text_dup(s->arena, k->id);
	k->subject = text_dup(s->arena, k->subject);
	k->url = text_dup(s->arena, k->url);
	k->secret = text_dup(s->arena, k->secret);
	k->account = text_dup(s->arena, k->account);
	k->lease_holder = text_dup(s->arena, k->lease_holder);
	k->last_error = text_dup(s->arena, k->last_error);
	k->claims = text_dup(s->arena, k->claims);
	k->timezone = text_dup(s->arena, k->timezone);
	v->why = text_dup(s->arena, v->why);
	s->c->page = text_dup(s->arena, s->c->page);
	s->c->cursor = text_dup(s->arena, s->c->cursor);
}

static enum call_end refuse_page(struct sync *s, const char *why)
{
	s->v->why = text_from(why);
	return CALL_BROKEN;
}

/* The cursor is too old, or has become so amid its pages. */
static enum call_end cursor_gone(struct sync *s)
{
	if (s->is_again)
		return refuse_page(s, "The provider refuses a reading from the beginning.");
	s->is_again = true;
	begin_again(s);
	return sync_settle(s, false);
}

static enum call_end read_page(struct sync *s)
{
	struct remote_page page = {0};
	enum call_end end = s->v->provider->changes(s->v, s->c, s->c->page, &page);

	if (end == CALL_GONE)
		return cursor_gone(s);
	if (end != CALL_OK)
		return end;
	if (page.next.len > OUTSIDE_CURSOR_MAX || page.cursor.len > OUTSIDE_CURSOR_MAX)
		return refuse_page(s, "The provider's word for where to go on is too long.");
	if (page.next.len > 0 && text_equal(page.next, s->c->page))
		return refuse_page(s, "The provider's pages lead in a circle.");
	if (page.next.len == 0 && page.cursor.len == 0)
		return refuse_page(s, "The provider does not say where to go on.");
	end = sync_page(s, &page);
	if (end != CALL_OK)
		return end;
	s->brought = s->brought || page.count > 0;
	s->c->window_end = page.window_end;
	if (page.next.len > 0) {
		s->c->page = page.next;
		end = sync_settle(s, false);
		s->has_moved = s->has_moved || end == CALL_OK;
		return end;
	}
	if (s->is_full)
		end = sync_sweep(s);
	if (end != CALL_OK)
		return end;
	/*
	 * What its host has done to a copy while it was being written, nobody can tell from what
	 * was written: it is to be told again.
	 */
	if (!is_too_early(s))
		s->c->cursor = page.cursor;
	s->is_done = true;
	return CALL_OK;
}

/* A page with an arena of its own, so that a calendar of any size needs the memory of one. */
static enum call_end next_page(struct sync *s)
{
	enum call_end end;

	if (++s->pages > SYNC_PAGES_MAX)
		return refuse_page(s, "The provider's pages do not end.");
	if (is_cut_short(s)) {
		s->v->why = TEXT("There was no time for all of the calendar.");
		return CALL_LATER;
	}
	s->v->arena = arena_create(PAGE_ARENA_BYTES);
	end = read_page(s);
	keep(s);
	arena_destroy(s->v->arena);
	s->v->arena = s->arena;
	return end;
}

/* Once a day, at a time of its own. */
static bool is_new_day(const struct sync *s)
{
	int64_t offset = (s->c->owner * 7919 + s->c->id * 104729) % DAY_S;

	return s->c->synced_at > 0 &&
	       (s->c->synced_at + offset) / DAY_S != (s->started + offset) / DAY_S;
}

/* Before the first page: what changes between the two is told. */
static enum call_end watch(struct sync *s)
{
	enum call_end end = watch_calendar(s->v, s->c);

	/* That nobody tells us is no fault; that nobody lets us in is. */
	return end == CALL_CONSENT ? end : CALL_OK;
}

static enum call_end begin(struct sync *s, bool is_daily)
{
	s->is_full = s->c->cursor.len == 0;
	if (s->is_full && s->c->page.len == 0)
		begin_again(s);
	return s->is_full || is_daily ? watch(s) : CALL_OK;
}

enum call_end sync_calendar(struct visit *v, struct outside_calendar *c)
{
	struct sync s = {.v = v, .c = c, .started = clock_now(), .arena = v->arena};
	bool is_daily = is_new_day(&s);
	enum call_end end = begin(&s, is_daily);

	while (end == CALL_OK && !s.is_done)
		end = next_page(&s);
	end = finish(&s, end);
	if (end == CALL_OK && is_daily)
		(void)sync_calendars(v);
	return end;
}
