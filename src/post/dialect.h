/*
 * dialect - what mail programs write, made into what iTIP reads
 *
 * Between the mail and itip/: a calendar part as a program in use wrote it becomes one that
 * RFC 5546 could have meant, or is refused with the reason. Only what needs more than the part
 * itself to be understood is mended here: the mail's method, its sender, the token of the address
 * that it came to, what stands in the calendar. All that ical/ and itip/ read as it is (METHOD in
 * any case, no PRODID, times without Z, foreign zone names, RECURRENCE-ID in UTC, whole events as
 * REPLY) is left to them.
 *
 * The rows of dialect.c name each habit, and whose it is (interop: receiving iMIP).
 *
 * Pure. Memory: results live in the arena, and borrow the input. Threads: no state.
 */
#ifndef POST_DIALECT_H
#define POST_DIALECT_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct ical_object;

struct dialect_input {
	struct text calendar; /* the part, decoded, UTF-8 */
	struct text method;   /* the parameter of its Content-Type; may be empty */
	struct text from;     /* addr-spec of From; empty: none that can be read */
	/* Whom the address that it came to, or what it answers, stands for (route.h); or empty. */
	struct text token_uid, token_attendee;
	const struct ical_object *stored; /* the recipient's, of dialect_uid(); NULL: none */
};

enum { DIALECT_MENDED_MAX = 16 };

struct dialect {
	struct text calendar;
	/*
	 * For whom it speaks, as ical_address() makes it: the attendee of the token, where that is
	 * about this UID, or whom they have delegated to by the stored copy; the organizer's alias,
	 * where From stands behind it; else From. Whether From is to be believed is asked
	 * elsewhere.
	 */
	struct text sender;
	bool is_by_token; /* the token was about this UID, and sender goes by it */
	bool is_delegate; /* sender is From, to whom the token's attendee has delegated */
	const char *mended[DIALECT_MENDED_MAX]; /* words for the log: "method-from-mime" */
	size_t mended_count;
};

/* The UID of the first component that has one, to find `stored` by; empty: there is none. */
struct text dialect_uid(struct arena *a, struct text calendar);

/*
 * BAD_DATA with what is wrong, in one sentence: no calendar, several of them, components that do
 * not nest. OBJECT_TOO_LARGE, TOO_MANY_INSTANCES: past the limits of ical.h. What passes here may
 * still be refused by ical_object_parse() (no METHOD anywhere, nothing in it as in a CANCEL of an
 * early Google, several UIDs) and itip_check().
 */
MUST_CHECK const struct fault *dialect_normalize(struct arena *a, const struct dialect_input *in,
						 struct dialect *out);

#endif
