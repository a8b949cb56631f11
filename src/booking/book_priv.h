/*
 * book_priv - what booking, cancelling and moving share
 */
#ifndef BOOKING_BOOK_PRIV_H
#define BOOKING_BOOK_PRIV_H

#include "booking/team.h"
#include "calendar/change.h"

/* Names, address, zone, key: UNPROCESSABLE, UNKNOWN_ZONE. */
MUST_CHECK const struct fault *book_check_request(struct arena *a, const struct book_request *rq);

/* May these words go into mail to an address that nobody has confirmed? Few, plain, no link. */
bool book_is_harmless(struct text words);

/* UNPROCESSABLE about "answers.ID": a question of the type has no answer, or none of its kind. */
MUST_CHECK const struct fault *book_check_answers(struct arena *a, const struct book_request *rq);

/*
 * [tx] A host and a type as the transaction sees them; they stay what they are if no rule has
 * changed since they were read. NOT_FOUND: the type is gone.
 */
MUST_CHECK const struct fault *book_rules_now(struct db *db, struct arena *a,
					      const struct host **host,
					      const struct booking_type **type);

/*
 * The verdict inside the transaction, by the rules as they are there: a host
 * whose rules changed since is read anew (booking case E15).
 */
struct book_verdict {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min;
	int64_t start, now;
	struct text ignore_booking;
	int64_t ignore_object;
	const int64_t *series; /* times of the same booking that count for limits as well */
	size_t series_count;
	/* Of a new booking in a meeting of several places. */
	int32_t seats;		     /* 0: it is none */
	struct text joins;	     /* UID of the event to come to; empty: one of its own */
	struct text limit_mailbox;   /* of a new booking: whose limit counts; empty: nobody's */
	bool once;		     /* and that mailbox has none at this start */
	struct team_hosts hosts;     /* who were chosen; none: it is the owner's time */
	const struct team_had *kept; /* who keep the time for this very booking; NULL: nobody */
};
MUST_CHECK const struct fault *book_require_open(struct change *c, const struct book_verdict *v);

/*
 * NOT_OFFERED about `word` when an invitee comes later than so many minutes before the start, or
 * once it has begun; the host may always.
 */
MUST_CHECK const struct fault *book_check_policy(struct arena *a, const struct booking *b,
						 const struct book_by *by, int32_t until_min,
						 const char *word);

/*
 * Does a booking hold its time? One that its host is to confirm does if its type says so; one that
 * awaits its invitee does for the short while, and a series always, as it is booked whole or not
 * at all.
 */
bool book_holds_time(const struct booking_type *type, const struct booking *b);

/* From b->modified on it waits, and lapses after a while, and at the latest when it would begin. */
void book_set_pending(const struct booking_type *t, struct booking *b);

/* The job that lets it lapse, and the mail that asks its invitee, if that is who it awaits. */
MUST_CHECK const struct fault *book_add_waiting(struct change *c, struct arena *a,
						const struct booking *b);

/* What waited is confirmed: its time is taken for good, and the invitation leaves. */
MUST_CHECK const struct fault *book_build_confirmed(struct booking_desk *desk, struct db *db,
						    struct arena *a, const struct booking *b,
						    struct booking_deed deed, int64_t now,
						    struct change **change_out,
						    struct booking *after);

/* CANCELLED: nothing is decided any more. */
const struct fault *book_is_over(struct arena *a, const struct booking *b);

/* What somebody gave as a reason: one line or several, of plain text. UNPROCESSABLE. */
MUST_CHECK const struct fault *book_check_reason(struct arena *a, struct text reason);

/*
 * A booking that stands is over: cancelled, declined or lapsed. Who shares its event stays there;
 * else that leaves the calendar.
 */
MUST_CHECK const struct fault *book_build_end(struct booking_desk *desk, struct db *db,
					      struct arena *a, const struct booking *b,
					      const struct book_by *by, enum booking_event what,
					      struct change **change_out, struct booking *after);

/* Who booked the same event as well, and stays. */
MUST_CHECK const struct fault *book_find_others(struct db *db, struct arena *a,
						const struct booking *b, struct booking **out,
						size_t *count_out);

/* The times of a booking, judged one by one; what clashes goes into the outcome. */
struct series;
struct book_judging {
	struct arena *arena;
	const struct series *series;
	struct book_outcome *outcome;
	const struct fault *first;
	int64_t *fine; /* those that do not clash, which count for limits of the rest */
	size_t fine_count;
};
struct book_judging book_judging(struct arena *a, const struct series *series,
				 struct book_outcome *outcome);
/* A verdict on one of them; any other fault comes back. */
MUST_CHECK const struct fault *book_note_clash(struct book_judging *j, int64_t start,
					       const struct fault *f);
/* Of all: SLOT_TAKEN about a series; of a single time, why it cannot be; NULL: all can. */
MUST_CHECK const struct fault *book_judged(const struct book_judging *j);

/* What a verdict says now, and, of a team, who would come. */
MUST_CHECK const struct fault *book_judge_now(struct booking_desk *desk, struct db *db,
					      struct arena *a, const struct book_verdict *v,
					      struct team_hosts *hosts_out);

/* Parts of a new booking: where it is, the UID made of an id, and the event it shares with others.
 */
void book_set_place(struct arena *a, const struct booking_location *l, struct booking *b);
struct text book_uid(struct booking_desk *desk, struct arena *a, struct text id);
void book_share(const struct booking *first, struct booking *b);
/* CONFLICT: the event, or NULL, takes nobody else. */
MUST_CHECK const struct fault *book_join_event(struct change *c, struct arena *a,
					       const struct stored_object *event,
					       const struct booking_type *type,
					       const struct booking *b);

/* The event as this invitee has seen it, without others; NULL of NULL. */
struct ical_object;
MUST_CHECK const struct fault *book_event_seen(struct db *db, struct arena *a,
					       const struct booking *b, const struct ical_object *o,
					       const struct ical_object **out);
/* If it still stands as it was read. */
MUST_CHECK const struct fault *book_remove_event(struct change *c, struct arena *a,
						 const struct stored_object *o);

/* If the event still stands as it was read. */
struct change_condition book_if_unchanged(struct arena *a, const struct stored_object *o);

/* The event of a booking with other bytes, if it still stands as it was read. */
MUST_CHECK const struct fault *book_replace_event(struct change *c, struct arena *a,
						  const struct stored_object *o, struct text raw);

/* "SEQUENCE:3", "DTSTAMP:…" of a booking as it is from now on, in the master of its event. */
struct ical_edit;
void book_stamp_event(struct ical_edit *e, struct arena *a, const struct ical_object *o,
		      const struct booking *b);

#endif
