/*
 * schedule_round_priv - one round of deliveries, while it is being planned. See schedule.h.
 *
 *	schedule_copy.c     who is local, and their copies
 *	schedule_delivery.c what is decided about one
 *	schedule_deliver.c  each message to its recipient
 *	schedule_cause.c    what a message causes: answers, and what the others are told
 *	schedule_tell.c     an answer is seen in the others' copies
 */
#ifndef CALENDAR_SCHEDULE_ROUND_PRIV_H
#define CALENDAR_SCHEDULE_ROUND_PRIV_H

#include "calendar/schedule_priv.h"

/* Of an address that was looked up. */
struct schedule_known {
	struct owner_match match;
	struct schedule_copy *copy; /* NULL: not yet read */
};

/* A message that waits until what it is caused by has been delivered. */
struct schedule_later {
	struct itip_message message;
	struct text from;
	int64_t sender;
	struct schedule_later *next;
};

struct schedule_round {
	struct change *c;
	struct arena *arena;
	struct arena *scratch; /* emptied after each delivery */
	struct arena *spare;   /* the scratch of the message by which this one is caused */
	struct db *db;
	struct schedule_plan *plan;
	struct schedule_share *share;
	struct schedule_known *known; /* by address */
	size_t known_count;
	size_t delivery_cap;
	/* What is told somebody outside is looked at once for all who get it, and not kept. */
	struct arena *outside;
	struct text outside_text;
	const struct ical_object *outside_message;
	struct text last; /* what was read last of messages that live as long as the round */
	const struct ical_object *last_message;
	bool is_answering; /* what is delivered was caused by a message */
	struct schedule_later *later, *last_later;
};

/* ---- schedule_copy.c ------------------------------------------------------------------------- */

/* What comes between is caused by a message, and leaves the scratch of that one alone. */
void schedule_round_enter(struct schedule_round *r);
void schedule_round_leave(struct schedule_round *r);

/* Of an address that schedule_round_look_up() has seen; NULL: nobody here has it. */
struct schedule_known *schedule_round_find(const struct schedule_round *r, struct text address);
/* Their copy, read when it is first asked for; `component`: which calendars would take it. */
MUST_CHECK const struct fault *schedule_copy_of(struct schedule_round *r, struct schedule_known *k,
						unsigned component, struct schedule_copy **out);
/* The same of an owner whose message it is. TOO_MANY_ATTENDEES. */
MUST_CHECK const struct fault *schedule_copy_read(struct schedule_round *r,
						  const struct owner_match *m, unsigned component,
						  struct schedule_copy **out);
/* The copy as it is by now, for one delivery; NULL: there is none. */
MUST_CHECK const struct fault *schedule_copy_load(struct schedule_round *r,
						  const struct schedule_copy *copy,
						  const struct ical_object **out);

/* ---- schedule_delivery.c --------------------------------------------------------------------- */

/* A delivery of the plan, to be filled. */
struct schedule_delivery *schedule_add_delivery(struct schedule_round *r);
/* What was decided; always NULL, for the `return` of it. */
const struct fault *schedule_decide(struct schedule_delivery *d, const char *status,
				    const char *why);
/* A message that is refused is an answer to who sent it; our own trouble is not. */
MUST_CHECK const struct fault *schedule_refuse(struct schedule_round *r,
					       struct schedule_delivery *d, const struct fault *f);

/* ---- schedule_deliver.c ---------------------------------------------------------------------- */

/* d->message meets the copy of its recipient. */
MUST_CHECK const struct fault *schedule_process(struct schedule_round *r,
						struct schedule_delivery *d,
						struct schedule_copy *copy, bool take_crashers);

/* ---- schedule_cause.c ------------------------------------------------------------------------ */

/*
 * What the outcome of d asks for: answers, and the others who are told. Of these only an invitation
 * causes more, where a room is sent it that answers for itself.
 */
MUST_CHECK const struct fault *schedule_follow_up(struct schedule_round *r,
						  const struct schedule_delivery *d,
						  struct schedule_copy *copy,
						  const struct itip_outcome *out);
/*
 * A room answers for itself, by what a REQUEST makes of its copy; *answered_out: so it does, and
 * nothing more becomes of the message.
 */
MUST_CHECK const struct fault *schedule_answer_for(struct schedule_round *r,
						   struct schedule_delivery *d,
						   struct schedule_copy *copy,
						   const struct itip_outcome *out,
						   bool *answered_out);

#endif
