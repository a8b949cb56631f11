/*
 * process_priv - between the files that process messages
 *
 *	process.c         the table, and who may send what
 *	process_outcome.c what is decided
 *	process_order.c   which revision is later, and which instances there are
 *	process_request.c REQUEST and PUBLISH
 *	process_own.c     what in an attendee's copy is theirs
 *	process_change.c  ADD and CANCEL
 *	process_reply.c   REPLY: which components it is about
 *	process_person.c  REPLY: the ATTENDEE in one component
 *	process_done.c    REPLY: how far a to-do is
 *	process_answer.c  REFRESH, COUNTER, DECLINECOUNTER, and what is sent back
 */
#ifndef ITIP_PROCESS_PRIV_H
#define ITIP_PROCESS_PRIV_H

#include "itip/draft.h"
#include "itip/process.h"

/* One message being processed. */
struct itip_work {
	struct arena *arena;
	const struct itip_incoming *in;
	struct itip_outcome *out;
	struct itip_user sender;
	int64_t steps;			    /* of recurrence, that may still be walked */
	struct itip_comparison *comparison; /* of both objects, once it was asked for */
	/* Of a REPLY: how who answered last stands in the series. */
	struct text answered_by;
	const struct ical_attendee *in_series;
	/* Whom a REPLY has invited: delegates, and who gets it back from one. */
	struct text invited[ITIP_DELEGATES_MAX]; /* as ical_address() makes them */
	size_t invited_count;
};

typedef const struct fault *(*itip_process_fn)(struct itip_work *w);

const struct fault *itip_process_new(struct itip_work *w);
const struct fault *itip_process_request(struct itip_work *w);
const struct fault *itip_process_publish(struct itip_work *w);
const struct fault *itip_process_add(struct itip_work *w);
const struct fault *itip_process_cancel(struct itip_work *w);
const struct fault *itip_process_reply(struct itip_work *w);
const struct fault *itip_process_refresh(struct itip_work *w);
const struct fault *itip_process_counter(struct itip_work *w);
const struct fault *itip_process_declinecounter(struct itip_work *w);
const struct fault *itip_process_ask(struct itip_work *w);

/* ---- process_outcome.c ----------------------------------------------------------------------- */

/* Nothing changes; the sender hears this status. Always NULL, to be returned. */
const struct fault *itip_work_ignore(struct itip_work *w, const char *status, const char *why);
/* The message stands in the inbox and does no more. */
const struct fault *itip_work_note(struct itip_work *w, const char *why);
/* The object becomes this one, of which the recipient is shown the message unless told not to. */
void itip_work_store(struct itip_work *w, struct text object, const char *why);

/*
 * Asked at each turn of a loop over components (arena.h): of 5,000 each may copy a series of 1,000
 * attendees. itip_process() returns the fault.
 */
bool itip_work_goes_on(const struct itip_work *w);

/* ---- process_order.c ----------------------------------------------------------------------- */

/* RFC 5546 §2.1.5 */
struct itip_stamp {
	int64_t sequence, dtstamp;
};
struct itip_stamp itip_stamp_of(struct arena *a, const struct ical_object *o,
				const struct ical_item *item);
/* Below 0: a is the older one. */
int itip_stamp_compare(const struct itip_stamp *a, const struct itip_stamp *b);

/* Does the series take place then, by its rule and dates? What cannot be found out does not. */
bool itip_work_has_instance(struct itip_work *w, const struct ical_object *o, int64_t id);

/*
 * By component of the message: is it about an instance of the stored series that one before it is
 * about too, in whatever form? Only the first counts. That of an ADD is where it begins.
 */
const bool *itip_work_repeated(struct itip_work *w);

/* How far a component of the message is from one of the stored object. */
enum itip_change itip_work_change(struct itip_work *w, const struct ical_item *was,
				  const struct ical_item *is);

/* ACCEPTED …; a word that is not known means NEEDS-ACTION (RFC 5545 §3.2.12). */
struct text itip_known_partstat(enum ical_component type, struct text word);

/* ---- process_own.c ------------------------------------------------------------------------- */

/* One component that came, and what the recipient has of it. */
struct itip_own {
	const struct ical_item *item; /* in the stored object; NULL: none */
	bool is_exact;		      /* it is that very instance, not the series */
	bool is_later;		      /* the one that came has a higher SEQUENCE */
};
/*
 * A component as it came, made the recipient's: without alarms and notes of others, with their
 * own. True: it asks anew what was answered before.
 */
bool itip_part_take(struct itip_work *w, struct itip_part *p, const struct itip_own *own);

/*
 * Has the recipient answered in this override, be it as in the series, whose answer may come to
 * another end; or are its alarms others than the series has?
 */
bool itip_has_own_answer(struct itip_work *w, const struct ical_item *item,
			 const struct ical_item *series);

/* ---- process_person.c ---------------------------------------------------------------------- */

/* What a REPLY says in one component. */
struct itip_reply {
	const struct ical_item *item;	    /* of the message */
	const struct ical_attendee *answer; /* the sender's line in it */
	struct text request_status;	    /* "2.0", or what REQUEST-STATUS lists */
	struct text stamp;		    /* of this answer: SEQUENCE, DTSTAMP */
};
enum itip_answer {
	ITIP_ANSWER_NOWHERE,   /* to nothing that there is: nothing is done */
	ITIP_ANSWER_SEEN,      /* the last one again: neither */
	ITIP_ANSWER_OLD,       /* than the last one */
	ITIP_ANSWER_UNINVITED, /* by somebody who is not let in */
	ITIP_ANSWER_SAME,      /* noted, but PARTSTAT stays */
	ITIP_ANSWER_NEW,
	ITIP_ANSWER_MORE, /* somebody comes in: a delegate, or who was not invited */
};
/* What the component of the organizer's is to the answer. */
enum itip_target {
	ITIP_TARGET_OWN,      /* what it is about */
	ITIP_TARGET_INSTANCE, /* cut from the series: what answered that counts for the series */
	ITIP_TARGET_WAITING,  /* an override, answered with the series unless for itself */
};
/* Write it into the component. */
enum itip_answer itip_part_answer(struct itip_work *w, struct itip_part *p,
				  const struct itip_reply *r, enum itip_target target);

/* ---- process_done.c ------------------------------------------------------------------------ */

/* Of a to-do: PERCENT-COMPLETE, COMPLETED and STATUS, as far as the answer tells of the whole. */
void itip_part_note_done(struct itip_work *w, struct itip_part *p, const struct itip_reply *r,
			 struct text partstat);

/* ---- process_answer.c ---------------------------------------------------------------------- */

/* The organizer is sent a REFRESH, whatever else was decided. */
void itip_work_ask(struct itip_work *w, const char *why);
/* Whoever was invited is sent what they are in of the object that is to be stored. */
MUST_CHECK const struct fault *itip_work_send_invitations(struct itip_work *w);

#endif
