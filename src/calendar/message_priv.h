/*
 * message_priv - messages that no save causes: between step_proposal.c, which makes them, and
 * step_message.c, to which clients post them
 */
#ifndef CALENDAR_MESSAGE_PRIV_H
#define CALENDAR_MESSAGE_PRIV_H

#include "calendar/proposal.h"
#include "calendar/schedule_priv.h"

struct message_step;
typedef const struct fault *(*message_fn)(struct change *c, struct message_step *s);

/* A message that no save causes, and what it decides on. */
struct message_step {
	message_fn plan_fn; /* fills in what is below */
	void *asked;	    /* struct change_propose, or its like */
	struct schedule_plan *plan;
	const struct stored_object *subject; /* by which its sender may speak; NULL: none */
	struct text required;		     /* id of a proposal that has to stand; empty: none */
	struct text *settled;		     /* ids of those that are decided on by it */
	size_t settled_count;
};

/* What it is about: an owner's object, and who the owner is in it. */
struct subject {
	struct change *c;
	struct db *db;
	int64_t owner;
	struct itip_user user;
	const struct stored_object *stored; /* without data; NULL: they have none with that UID */
	const struct ical_object *object;
	enum itip_role role;
	struct schedule_plan *plan;
};

/* Read what it is about, for a plan that becomes the step's (NULL: of none). */
MUST_CHECK const struct fault *message_begin(struct subject *s, struct change *c,
					     struct message_step *step, int64_t owner,
					     struct text uid, struct stored_object **whole_out);
/* One message to some, in the owner's name. */
MUST_CHECK const struct fault *message_deliver(struct subject *s, const struct itip_message *m,
					       struct text from, const struct text *to,
					       size_t count);
/* Plan it, and again whenever something has changed. */
MUST_CHECK const struct fault *message_add_step(struct change *c, int64_t owner, message_fn plan_fn,
						void *asked);

struct text message_organizer_of(const struct subject *s);
/* As which they are invited; no text: they are not. */
struct text message_own_address(const struct subject *s, const struct ical_object *o);
/* What became of the plan's delivery. */
struct proposal_answer message_answer_of(const struct schedule_plan *plan, size_t i);

#endif
