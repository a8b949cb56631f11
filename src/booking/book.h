/*
 * book - a booking, from request to change
 *
 * book_prepare() checks the request against the rules, remembers the
 * Idempotency-Key, and opens one change: the verdict again inside the
 * transaction, the event with ORGANIZER host and ATTENDEE invitee, the hold, the booking, the
 * mail job. The caller submits it and reads the outcome.
 */
#ifndef BOOKING_BOOK_H
#define BOOKING_BOOK_H

#include "booking/slots.h"
#include "store/booking.h"
#include "store/history.h"

struct change;

/* A meeting that is repeated (booking case E14): all of it is booked, or nothing. */
enum series_every { SERIES_DAY, SERIES_WEEK, SERIES_MONTH };
struct book_series {
	int32_t count;	  /* with the first one, and with those that are left out; 0: no series */
	int32_t interval; /* every so many days, weeks, months; 0: one */
	enum series_every every;
	const int64_t *skip; /* day numbers of the schedule, on which it does not take place */
	size_t skip_count;
};

/* What is known of a booking that came as a message (door.h): the event is the invitee's. */
struct stored_object;
struct book_received {
	struct text uid;
	int32_t sequence;
	struct text copy;		   /* the host's, answered */
	const struct stored_object *event; /* that it replaces; NULL: none */
};

struct book_request {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min; /* 0: the type's only one */
	int64_t start;
	struct text invitee_name, invitee_email;
	struct text invitee_timezone; /* NULL-text: not said, the schedule's */
	struct text language;	      /* tag, of mails to the invitee; empty: not known */
	struct text answers;	      /* JSON object or empty */
	struct text key;	      /* Idempotency-Key or empty */
	struct text body;	      /* for the key's digest */
	int32_t seats;		      /* 0: one */
	struct text hold;	      /* token of a reservation that it uses up, or empty */
	struct text link;	      /* booking_link.id that it uses, or empty */
	struct book_series series;
	const struct book_received *received; /* NULL: it was not a message */
	int64_t now;
};

/* An instance of a series that cannot be booked, and the word of the verdict. */
struct book_clash {
	int64_t start;
	const char *reason;
};

struct book_outcome {
	struct booking booking; /* as it is now */
	bool replayed;		/* an earlier request with this key made it */
	/* Of a series that was refused. */
	struct book_clash *clashes;
	size_t clash_count;
};

/* Who changes a booking, when, and why. */
struct book_by {
	enum booking_actor who;
	struct text reason; /* or empty */
	int64_t now;
};

/*
 * *change_out is the change to submit, or NULL with outcome->replayed. Faults:
 * UNPROCESSABLE (about the member that is wrong), BAD_REQUEST, UNKNOWN_ZONE, NOT_OFFERED and
 * SLOT_TAKEN (about the word of the verdict), KEY_REUSED. The change may end with the same; with
 * LINK_SPENT; and with PRECONDITION where others came to the same event meanwhile: prepare it anew.
 * CONFLICT about invitee_email: that mailbox has booked this start of the type (booking case E10).
 */
MUST_CHECK const struct fault *book_prepare(struct booking_desk *desk, struct db *db,
					    struct arena *a, const struct book_request *rq,
					    struct change **change_out,
					    struct book_outcome *outcome);

/*
 * Was there a booking with this key? Also asked after a change that failed: another
 * request with the same key may have been quicker. KEY_REUSED: with another body.
 */
MUST_CHECK const struct fault *book_find_replay(struct db *db, struct arena *a,
						const struct book_request *rq,
						struct book_outcome *outcome, bool *found_out);

/*
 * Cancel: the event leaves the calendar, the hold is released, the invitee gets CANCEL. *change_out
 * NULL: it was cancelled before. PRECONDITION from the change: somebody was quicker; read it again.
 * Of an event that others booked as well, only this invitee leaves. NOT_OFFERED about cancel_until:
 * it is too late for an invitee.
 */
MUST_CHECK const struct fault *book_prepare_cancel(struct booking_desk *desk, struct db *db,
						   struct arena *a, const struct booking *b,
						   const struct book_by *by,
						   struct change **change_out,
						   struct booking *after);

/*
 * To another time, same id and UID, SEQUENCE and version + 1 (decisions 39). *change_out NULL:
 * it stands there already. CANCELLED; PRECONDITION from the change: somebody was quicker.
 * NOT_OFFERED about move_until; SLOT_TAKEN about a series, with its clashes: all its times move, or
 * none; CONFLICT: its host has changed single times of a series, or
 * its invitee organizes it.
 */
MUST_CHECK const struct fault *book_prepare_reschedule(struct booking_desk *desk, struct db *db,
						       struct arena *a, const struct booking *b,
						       int64_t start, int32_t duration_min,
						       const struct book_by *by,
						       struct change **change_out,
						       struct book_outcome *outcome);

/*
 * What waits to be confirmed (confirm.c): the host agrees, or does not, or has not in time.
 * *change_out NULL: that was so before. CANCELLED: it is over, or, for decline and lapse,
 * confirmed. SLOT_TAKEN from the change: it held no time, and somebody else has it by now.
 */
MUST_CHECK const struct fault *book_prepare_confirm(struct booking_desk *desk, struct db *db,
						    struct arena *a, const struct booking *b,
						    int64_t now, struct change **change_out,
						    struct booking *after);
MUST_CHECK const struct fault *book_prepare_decline(struct booking_desk *desk, struct db *db,
						    struct arena *a, const struct booking *b,
						    const struct book_by *by,
						    struct change **change_out,
						    struct booking *after);

/*
 * Somebody with the link of BOOK_ADDRESS confirms the address of one that awaits its invitee
 * (address.c): it is booked, or goes on waiting for the host, if its type says so. *change_out
 * NULL: that was so before. CANCELLED: it is over, or its time to be confirmed is.
 */
MUST_CHECK const struct fault *book_prepare_confirm_address(struct booking_desk *desk,
							    struct db *db, struct arena *a,
							    const struct booking *b, int64_t now,
							    struct change **change_out,
							    struct booking *after);

/*
 * Who has the link of BOOK_ADDRESS is the invitee, and reads the mail that goes to their address:
 * it stands in that mail and nowhere else.
 */
enum book_role { BOOK_INVITEE, BOOK_HOST, BOOK_ADDRESS };

/* The link of a booking for one role: desk->url + "/manage/" + token (decisions 38). */
struct text book_link(struct booking_desk *desk, struct arena *a, const struct booking *b,
		      enum book_role role);

/* Link tokens: "id.role.expiry.mac", for ?token= and /manage/TOKEN (decisions 10, 38). */
struct text book_token_make(struct booking_desk *desk, struct arena *a, struct text booking,
			    enum book_role role, int64_t expires);
MUST_CHECK bool book_token_check(struct booking_desk *desk, struct arena *a, struct text token,
				 int64_t now, struct text *booking_out, enum book_role *role_out);

/*
 * Does anything else stand at its time in the calendars of those whose time it takes? A host is
 * obeyed who puts it there, and is to be shown it (booking case E6, decisions 8).
 */
MUST_CHECK const struct fault *book_is_overlapped(struct db *db, struct arena *a,
						  const struct booking *b, bool *out);

#endif
