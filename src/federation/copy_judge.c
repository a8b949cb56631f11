/* copy_judge - which step is next, and what was done elsewhere; see copy_priv.h */
#include "federation/copy_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "store/history.h"

int64_t copy_digest(struct arena *a, const struct book_elsewhere *is, bool makes_link)
{
	const struct text parts[] = {
		is->title,
		is->description,
		makes_link ? TEXT_NONE : is->location,
		is->booking->rule,
		is->timezone,
		is->is_tentative ? TEXT("tentative") : TEXT_NONE,
	};
	unsigned char digest[SECRET_DIGEST_BYTES];
	uint64_t number = 0;
	struct buf b;

	buf_init(&b, a, 1024, 256 * 1024);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_put_text(&b, parts[i]);
		buf_put_char(&b, '\0');
	}
	secret_digest(NULL, buf_text(&b), digest);
	for (size_t i = 0; i < sizeof(number); i++)
		number = number << 8 | digest[i];
	/* 0 says that nobody knows what stands there. */
	return (int64_t)(number >> 1) | 1;
}

/* ---- the next step --------------------------------------------------------------------------- */

bool copy_may_be_there(const struct outside_copy *c)
{
	switch (c->state) {
	case COPY_WANTED:
	case COPY_STANDS:
	case COPY_DIFFERS: return true;
	/* Of one that was given up nobody knows whether it was made. */
	case COPY_REFUSED: return c->remote.len > 0 || c->version == 0;
	default: return false;
	}
}

static bool is_written(const struct copy_work *w)
{
	const struct outside_copy *c = w->was;

	return c->version == copy_digest(w->arena, &w->is, w->makes_link || c->link.len > 0) &&
	       c->start == w->is.booking->start && c->end == w->is.booking->end;
}

/* What is over by the time that it could be written is of no use to anybody. */
static bool is_over(const struct copy_work *w)
{
	const struct booking *b = w->is.booking;

	return b->rule.len == 0 && b->end <= w->now;
}

static enum copy_step first_step(const struct copy_work *w)
{
	return w->taking && !is_over(w) ? COPY_NOTES : COPY_RESTS;
}

static bool is_in(const struct outside_copy *c, const struct outside_calendar *calendar)
{
	return text_equal(c->connection, calendar->connection) && c->calendar == calendar->id;
}

enum copy_step copy_next_step(const struct copy_work *w)
{
	const struct outside_copy *c = w->was;
	bool wanted = w->is.booking && w->is.stands;

	if (!c)
		return wanted ? first_step(w) : COPY_RESTS;
	/* Whoever has deleted it there does not want it there. */
	if (c->state == COPY_LOST)
		return COPY_RESTS;
	if (copy_may_be_there(c) && (!w->calendar || w->calendar->is_gone))
		return COPY_FORGETS;
	if (!wanted)
		return copy_may_be_there(c) ? COPY_TAKES_AWAY : COPY_RESTS;
	if (copy_may_be_there(c) && w->taking && !is_in(c, w->taking))
		return is_over(w) ? COPY_RESTS : COPY_TAKES_AWAY;
	if (c->state == COPY_REMOVED)
		return first_step(w);
	if (c->state == COPY_REFUSED)
		return is_written(w)	      ? COPY_RESTS
		       : copy_may_be_there(c) ? COPY_PUTS
					      : first_step(w);
	if (c->state == COPY_WANTED || !is_written(w))
		return COPY_PUTS;
	return w->makes_link && c->link.len == 0 ? COPY_ASKS_LINK : COPY_RESTS;
}

/* ---- what was done there --------------------------------------------------------------------- */

/* Something of no length is a mark in a calendar, and moves no meeting. */
static bool is_known_time(const struct remote_event *event)
{
	return event->end > event->start;
}

static bool was_tried(const struct outside_copy *copy, const struct copy_former *former,
		      const struct remote_event *event)
{
	for (size_t i = 0; i < former->count; i++)
		if (former->at[i].n > copy->written && former->at[i].start == event->start &&
		    former->at[i].end == event->end)
			return true;
	return false;
}

enum copy_verdict copy_judge(const struct outside_copy *copy, const struct booking *b,
			     const struct remote_event *event, const struct copy_former *former)
{
	if (event->kind == OUTSIDE_INSTANCE || event->kind == OUTSIDE_DROPPED)
		return COPY_IS_ANOTHER;
	if (event->is_gone || event->is_cancelled)
		return COPY_IS_GONE;
	if (!is_known_time(event) || (event->start == copy->start && event->end == copy->end) ||
	    (event->start == b->start && event->end == b->end))
		return COPY_IS_SAME;
	if (copy->state == COPY_WANTED && was_tried(copy, former, event))
		return COPY_IS_SAME;
	return COPY_IS_MOVED;
}
