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

struct change;

struct book_request {
	const struct host *host;
	const struct booking_type *type;
	int32_t duration_min; /* 0: the type's only one */
	int64_t start;
	struct text invitee_name, invitee_email;
	struct text invitee_timezone; /* NULL-text: not said, the schedule's */
	struct text answers;	      /* JSON object or empty */
	struct text key;	      /* Idempotency-Key or empty */
	struct text body;	      /* for the key's digest */
	int64_t now;
};

struct book_outcome {
	struct booking booking; /* as it is now */
	bool replayed;		/* an earlier request with this key made it */
};

/*
 * *change_out is the change to submit, or NULL with outcome->replayed. Faults:
 * UNPROCESSABLE (about the member that is wrong), BAD_REQUEST, UNKNOWN_ZONE, NOT_OFFERED and
 * SLOT_TAKEN (about the word of the verdict), KEY_REUSED. The change may end with the same.
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
 */
MUST_CHECK const struct fault *book_prepare_cancel(struct booking_desk *desk, struct db *db,
						   struct arena *a, const struct booking *b,
						   int64_t now, struct change **change_out,
						   struct booking *after);

/*
 * To another time, same id and UID, SEQUENCE and version + 1 (decisions 39). *change_out NULL:
 * it stands there already. CANCELLED; PRECONDITION from the change: somebody was quicker.
 */
MUST_CHECK const struct fault *book_prepare_reschedule(struct booking_desk *desk, struct db *db,
						       struct arena *a, const struct booking *b,
						       int64_t start, int32_t duration_min,
						       int64_t now, struct change **change_out,
						       struct book_outcome *outcome);

enum book_role { BOOK_INVITEE, BOOK_HOST };

/* The link of a booking for one role: desk->url + "/manage/" + token (decisions 38). */
struct text book_link(struct booking_desk *desk, struct arena *a, const struct booking *b,
		      enum book_role role);

/* Link tokens: "id.role.expiry.mac", for ?token= and /manage/TOKEN (decisions 10, 38). */
struct text book_token_make(struct booking_desk *desk, struct arena *a, struct text booking,
			    enum book_role role, int64_t expires);
MUST_CHECK bool book_token_check(struct booking_desk *desk, struct arena *a, struct text token,
				 int64_t now, struct text *booking_out, enum book_role *role_out);

#endif
