/* copy_put - the provider is asked, and what it said is noted; see copy_priv.h */
#include "federation/copy_priv.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "booking/conference.h"
#include "calendar/change_outside.h"
#include "federation/sync.h"
#include "store/store.h"

enum { COPY_VISIT_S = 10, COPY_LOOKS_MAX = 4 };

/* ---- before somebody is asked ---------------------------------------------------------------- */

/*
 * The same each time, also after its account was disconnected and connected again, so that what
 * stands there since is found; and another one for each time that it is made anew.
 */
static struct text mark_of(struct copy_work *w, const struct outside_copy *c,
			   const struct connection *account)
{
	return copy_mark(w->arena, &w->fed->calendar->key, c->owner,
			 text_from(arena_printf(
				 w->arena, "copy/%lld/%.*s/%s/%.*s/%.*s/%lld", (long long)c->owner,
				 TEXT_ARG(c->booking), provider_words[account->provider],
				 TEXT_ARG(account->subject), TEXT_ARG(w->taking->remote),
				 (long long)c->generation)));
}

enum call_end copy_note(struct copy_work *w)
{
	enum call_end end;
	struct connection *account;
	struct db *db;
	const struct fault *f = store_reader(w->fed->calendar->store, w->arena, &db);
	struct outside_copy c = {
		.owner = w->owner,
		.booking = w->booking,
		.booking_owner = w->booking_owner,
		.connection = w->taking->connection,
		.calendar = w->taking->id,
		.generation = w->was ? w->was->generation + 1 : 1,
		.state = COPY_WANTED,
	};

	if (!f)
		f = connection_get(db, w->arena, w->owner, c.connection, &account);
	if (f)
		return copy_broken(&w->visit, f);
	if (!account) {
		w->visit.why = TEXT("This account has just been disconnected.");
		return CALL_LATER;
	}
	c.mark = mark_of(w, &c, account);
	end = copy_store(&w->visit, w->was, &c);
	w->has_noted = end == CALL_OK;
	return end;
}

/* It went with its calendar, which its host has not done to the booking. */
enum call_end copy_forget(struct copy_work *w)
{
	struct outside_copy c = *w->was;

	c.state = COPY_REMOVED;
	c.why = TEXT_NONE;
	return copy_store(&w->visit, w->was, &c);
}

/* An account to be asked, or why it cannot be. */
static enum call_end begin(struct copy_work *w)
{
	int64_t until_ns = clock_monotonic_ns() + (int64_t)COPY_VISIT_S * 1000000000;
	const struct fault *f = visit_begin(w->fed, w->arena, w->owner, w->was->connection, w->now,
					    until_ns, &w->visit);

	if (f)
		return copy_broken(&w->visit, f);
	if (!w->visit.connection) {
		w->visit.why = TEXT("This account is not connected any more.");
		w->visit.retry_at = w->now + COPY_CONSENT_S;
		return CALL_LATER;
	}
	if (w->visit.connection->state == CONNECTION_RECONNECT) {
		w->visit.why = TEXT("This account has to be connected anew.");
		return CALL_CONSENT;
	}
	if (w->visit.connection->write_after > w->now) {
		w->visit.why = TEXT("The provider takes nothing more for a while.");
		w->visit.retry_at = w->visit.connection->write_after;
		return CALL_PAUSE;
	}
	return CALL_OK;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* A conference of the provider's own stands in the event, wherever the booking says it is. */
static bool has_own_link(const struct copy_work *w)
{
	return w->makes_link || w->was->link.len > 0;
}

/*
 * Of what was booked before its account was connected, another connection of that account may have
 * made one by the same mark; and of one that several share, whoever booked first.
 */
static bool is_first(const struct copy_work *w)
{
	const struct booking *b = w->is.booking;

	return w->has_noted && text_equal(b->id, w->booking) &&
	       b->created > w->visit.connection->created;
}

static struct remote_copy remote_of(const struct copy_work *w)
{
	const struct book_elsewhere *is = &w->is;

	return (struct remote_copy){
		.remote = w->was->remote,
		.mark = w->was->mark,
		.etag = w->was->etag,
		.title = is->title,
		.description =
			text_from(arena_printf(w->arena, "%.*s\nTo move or cancel it: %.*s\n",
					       TEXT_ARG(is->description), TEXT_ARG(is->manage))),
		.location = has_own_link(w) ? TEXT_NONE : is->location,
		.start = is->booking->start,
		.end = is->booking->end,
		.timezone = is->timezone,
		.rule = is->booking->rule,
		.is_tentative = is->is_tentative,
		.wants_link = has_own_link(w),
		.is_first = is_first(w),
	};
}

/* Nothing is written there before: for all copies of the account (a quota of a day, say). */
static enum call_end pause(struct copy_work *w)
{
	struct visit *v = &w->visit;
	struct connection told = *v->connection;
	struct change *c = change_open(w->fed->calendar, w->arena, CHANGE_PROVIDER, w->now);
	const struct fault *f;

	told.write_after = v->retry_at;
	told.last_error = v->why;
	f = change_run_unless(c, change_connection_state(c, &told, TEXT_NONE, false));
	return f ? copy_broken(v, f) : CALL_PAUSE;
}

/*
 * What its host reads in the booking. Of a provider that is just away nothing is noted: that is
 * seen of the account.
 */
static enum call_end note_why(struct copy_work *w, enum call_end end)
{
	struct visit noting = w->visit;
	struct outside_copy c = *w->was;

	c.why = w->visit.why;
	if ((end != CALL_BROKEN && end != CALL_PAUSE) || c.state != COPY_WANTED ||
	    text_equal(c.why, w->was->why))
		return end;
	/* Where it cannot be noted either, it is with the next attempt. */
	(void)copy_store(&noting, w->was, &c);
	return end;
}

/* Its host sees it in the booking; whatever changes the booking tries again. */
static enum call_end refuse(struct copy_work *w)
{
	struct outside_copy c = *w->was;
	enum call_end end;

	c.state = COPY_REFUSED;
	c.why = copy_reason(w->visit.why);
	c.version = copy_digest(w->arena, &w->is, has_own_link(w));
	c.start = w->is.booking->start;
	c.end = w->is.booking->end;
	log_event(LOG_WARN, "copy-refused", LOG_TEXT("booking", w->booking),
		  LOG_TEXT("why", w->visit.why));
	end = copy_store(&w->visit, w->was, &c);
	return end == CALL_OK ? CALL_REFUSED : end;
}

/*
 * Its host cannot have called off what nobody here has ever seen there, so nothing follows from
 * its not being there. If the provider shows that it was deleted, its id is used up, and it is made
 * by another one; else it may still come to be shown, or the conflict was another.
 */
static enum call_end miss(struct copy_work *w, bool is_shown)
{
	if (is_shown)
		return copy_forget(w);
	w->visit.why = TEXT("The provider says that this event was there before, but not where.");
	return CALL_BROKEN;
}

/*
 * What there is instead, and what follows from that; the step after it is decided by how it is
 * then.
 */
static enum call_end look(struct copy_work *w, struct text remote)
{
	struct remote_event event;
	enum call_end end;

	if (remote.len == 0)
		return miss(w, false);
	end = copy_look(&w->visit, w->calendar, remote, &event);
	if (end == CALL_GONE)
		return copy_forget(w);
	if (end == CALL_OK && event.is_gone && w->was->remote.len == 0)
		return miss(w, event.etag.len > 0);
	return end == CALL_OK ? copy_follow(&w->visit, w->was, &event) : end;
}

/* The booking has it from the same moment on. */
static const struct fault *say_link(struct copy_work *w, struct text link, struct change **out)
{
	struct db *db;
	const struct fault *f = store_reader(w->fed->calendar->store, w->arena, &db);

	return f ? f
		 : conference_prepare(w->fed->desk, db, w->arena, w->is.booking, link, w->now, out);
}

/* No other reading has begun since it was looked whether one had. */
static const struct fault *require_unread(void *ctx, struct db *db, struct arena *a)
{
	const struct outside_calendar *was = ctx;
	struct outside_calendar *now;
	const struct fault *f = outside_calendar_get(db, a, was->owner, was->id, &now);

	if (!f && now && now->lease != was->lease)
		f = fault_make(a, FAULT_CONFLICT, "copy", "Its calendar has just been read.");
	return f;
}

static enum call_end settle(struct copy_work *w, const struct remote_copy *r)
{
	struct outside_copy c = *w->was;
	struct change *change = NULL;
	const struct fault *f = NULL;

	c.state = COPY_STANDS;
	c.remote = r->remote_out.len > 0 ? r->remote_out : c.remote;
	c.etag = r->etag_out;
	c.start = r->start;
	c.end = r->end;
	c.link = r->link_out.len > 0 ? r->link_out : c.link;
	c.version = copy_digest(w->arena, &w->is, has_own_link(w) || c.link.len > 0);
	c.written = w->is.booking->version;
	c.why = TEXT_NONE;
	if (w->makes_link && c.link.len > 0)
		f = say_link(w, c.link, &change);
	if (f)
		return copy_broken(&w->visit, f);
	if (!change)
		change = change_open(w->fed->calendar, w->arena, CHANGE_PROVIDER, w->now);
	f = change_require(change, w->owner, require_unread, w->calendar);
	if (!f)
		f = copy_say(change, w->arena, w->was, &c);
	f = change_run_unless(change, f);
	return f ? copy_broken(&w->visit, f) : CALL_OK;
}

static const struct fault *was_read(struct copy_work *w, bool *out)
{
	struct outside_calendar *now = NULL;
	struct db *db;
	const struct fault *f = store_reader(w->fed->calendar->store, w->arena, &db);

	*out = true;
	if (!f)
		f = outside_calendar_get(db, w->arena, w->owner, w->calendar->id, &now);
	if (f || !now)
		return f;
	*out = now->lease != w->calendar->lease || w->calendar->lease_until > w->now;
	w->calendar = now;
	return NULL;
}

/*
 * A reading that was under way meanwhile may have told of what its host did to it, before anybody
 * knew that it is ours: nobody tells that again, so it is asked. One that was brought up to date
 * and is only not shown is not thought deleted before the next attempt has not found it, either.
 */
static enum call_end look_whether_same(struct copy_work *w, const struct remote_copy *r,
				       bool *same_out)
{
	struct text remote = r->remote_out.len > 0 ? r->remote_out : w->was->remote;
	struct remote_event event;
	enum call_end end = copy_look(&w->visit, w->calendar, remote, &event);

	*same_out = false;
	if (end == CALL_GONE)
		return copy_forget(w);
	if (end != CALL_OK)
		return end;
	if (event.is_gone && event.etag.len == 0 && w->was->remote.len > 0) {
		w->visit.why = TEXT("The provider does not show what it has just taken.");
		return CALL_LATER;
	}
	*same_out = !event.is_gone && call_is_same_etag(event.etag, r->etag_out);
	return *same_out ? CALL_OK : copy_follow(&w->visit, w->was, &event);
}

/* What a reading kept from being noted is no reason to write it once more: it is looked at again.
 */
static enum call_end confirm(struct copy_work *w, const struct remote_copy *r)
{
	enum call_end end = CALL_LATER;

	for (int i = 0; end == CALL_LATER && i < COPY_LOOKS_MAX; i++) {
		bool read, same = true;
		const struct fault *f = was_read(w, &read);

		if (f)
			return copy_broken(&w->visit, f);
		if (!read && i > 0)
			return end;
		end = read ? look_whether_same(w, r, &same) : CALL_OK;
		if (end != CALL_OK || !same)
			return end;
		end = settle(w, r);
	}
	return end;
}

/* What could not be taken back is known, so that it is no less than any other that is to go. */
static enum call_end keep_to_take_back(struct copy_work *w, const struct outside_copy *now,
				       struct text remote, enum call_end end)
{
	struct visit noting = w->visit;
	struct outside_copy c;

	if (!now || !text_equal(now->mark, w->was->mark))
		return end;
	c = *now;
	c.state = COPY_WANTED;
	c.remote = remote;
	c.etag = TEXT_NONE;
	return copy_store(&noting, now, &c) == CALL_OK ? CALL_LATER : end;
}

/*
 * Whoever else was at it, as its lease ran out here, may have seen it to an end meanwhile. Then
 * nobody would ever look for what has just been made. The mark decides: one thing may have several
 * ids at a provider.
 */
static enum call_end take_back(struct copy_work *w, const struct remote_copy *made)
{
	const struct remote_copy r = {.remote = made->remote_out, .mark = w->was->mark};
	struct outside_copy *now = NULL;
	struct db *db;
	const struct fault *f = store_reader(w->fed->calendar->store, w->arena, &db);
	enum call_end end;

	if (!f)
		f = outside_copy_get(db, w->arena, w->owner, w->booking, &now);
	if (f)
		return copy_broken(&w->visit, f);
	if (now && copy_may_be_there(now) && text_equal(now->mark, r.mark))
		return CALL_LATER;
	log_event(LOG_WARN, "copy-taken-back", LOG_TEXT("booking", w->booking),
		  LOG_TEXT("event", r.remote));
	end = w->visit.provider->remove(&w->visit, w->calendar, &r);
	switch (end) {
	case CALL_OK:
	case CALL_GONE:
	case CALL_NOT_FOUND: return CALL_OK;
	default: return keep_to_take_back(w, now, r.remote, end);
	}
}

/* An attempt is noted before it is made: what stands there afterwards may be what it wrote. */
static enum call_end note_attempt(struct copy_work *w)
{
	struct outside_copy c = *w->was;
	enum call_end end;

	if (c.state == COPY_WANTED)
		return CALL_OK;
	c.state = COPY_WANTED;
	end = copy_store(&w->visit, w->was, &c);
	*w->was = c;
	return end;
}

/*
 * Made by an attempt whose answer was lost, and found by a reading: before it is written over, its
 * host may have moved it.
 */
static bool was_never_seen(const struct outside_copy *c)
{
	return c->state == COPY_WANTED && c->remote.len > 0 && c->etag.len == 0;
}

static enum call_end put(struct copy_work *w)
{
	bool is_new = w->was->remote.len == 0;
	struct remote_copy r;
	enum call_end end = begin(w);

	if (end == CALL_OK && was_never_seen(w->was))
		return look(w, w->was->remote);
	if (end == CALL_OK)
		end = note_attempt(w);
	if (end != CALL_OK)
		return end;
	r = remote_of(w);
	w->has_noted = false;
	end = w->visit.provider->put(&w->visit, w->calendar, &r);
	switch (end) {
	case CALL_OK:
		end = confirm(w, &r);
		return end == CALL_LATER && is_new ? take_back(w, &r) : end;
	case CALL_EXISTS:
	case CALL_CHANGED: return look(w, r.remote_out.len > 0 ? r.remote_out : w->was->remote);
	case CALL_GONE:
	case CALL_NOT_FOUND: return w->was->remote.len > 0 ? look(w, w->was->remote) : refuse(w);
	case CALL_REFUSED: return refuse(w);
	case CALL_PAUSE: return pause(w);
	default: return end;
	}
}

enum call_end copy_put(struct copy_work *w)
{
	return note_why(w, put(w));
}

/*
 * Where it is, is noted before it goes: afterwards nothing would tell it from what its host has
 * made of it there, as who copies an event copies its mark.
 */
static enum call_end note_found(struct copy_work *w, struct text remote)
{
	struct outside_copy c = *w->was;

	c.remote = remote;
	return copy_store(&w->visit, w->was, &c);
}

/* An account that has no consent keeps nobody from being written elsewhere. */
static enum call_end take_away(struct copy_work *w)
{
	struct remote_copy r = {.remote = w->was->remote, .mark = w->was->mark};
	const struct provider *p;
	enum call_end end = begin(w);

	if (end == CALL_CONSENT && w->is.booking && w->is.stands)
		return copy_forget(w);
	if (end != CALL_OK)
		return end;
	p = w->visit.provider;
	end = p->find && r.remote.len == 0 ? p->find(&w->visit, w->calendar, &r)
					   : p->remove(&w->visit, w->calendar, &r);
	if (end == CALL_OK && r.remote_out.len > 0)
		return note_found(w, r.remote_out);
	switch (end) {
	case CALL_OK:
	case CALL_GONE:
	case CALL_NOT_FOUND: return copy_forget(w);
	case CALL_PAUSE: return pause(w);
	default: return end;
	}
}

enum call_end copy_take_away(struct copy_work *w)
{
	return note_why(w, take_away(w));
}

enum call_end copy_ask_link(struct copy_work *w)
{
	struct remote_copy r = {.start = w->was->start, .end = w->was->end};
	struct remote_event event;
	enum call_end end = begin(w);

	if (end == CALL_OK)
		end = copy_look(&w->visit, w->calendar, w->was->remote, &event);
	if (end != CALL_OK)
		return end == CALL_GONE ? copy_forget(w) : end;
	if (event.link.len == 0 || event.is_gone) {
		w->visit.why = TEXT("The conference is being made.");
		w->visit.retry_at = w->now + COPY_LINK_S;
		/* After that a reading may still tell of it. */
		return w->now < w->is.booking->modified + COPY_LINK_WAIT_S ? CALL_LATER
									   : CALL_REFUSED;
	}
	r.etag_out = event.etag;
	r.link_out = event.link;
	return settle(w, &r);
}
