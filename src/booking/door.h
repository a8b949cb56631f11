/*
 * door - a booking that comes as a message: RFC 5546 REQUEST and CANCEL
 *
 * Whoever has a calendar of their own asks by an invitation of theirs: they are its ORGANIZER, the
 * host is an ATTENDEE, and the event stays theirs (decisions 16). It is judged as any booking is,
 * and answered at once: REPLY, or one COUNTER with the nearest time that is open (decisions 44).
 * What is accepted is a booking in every respect, but that nothing is mailed about it: the host's
 * copy is an attendee's, and scheduling says to its organizer what becomes of it.
 *
 * One entry for all ways by which a message comes; who brings it sees to it that the sender may.
 * What is left to the sender's own program is known to whom it was told: a message that changes or
 * ends a booking names its UID, its organizer and no older SEQUENCE.
 *
 * Reading order: door.c (what is to be done) · door_answer.c (what is said) ·
 * door_copy.c (the host's copy, in which it stands).
 */
#ifndef BOOKING_DOOR_H
#define BOOKING_DOOR_H

#include "booking/book.h"
#include "itip/itip.h"

struct stored_object;

enum { DOOR_MESSAGE_MAX = 256 * 1024 }; /* bytes */

enum door_answer {
	DOOR_DONE,     /* nothing is said: a CANCEL was taken */
	DOOR_ACCEPTED, /* REPLY: ACCEPTED, or TENTATIVE where the host has to confirm; or as it was
			*/
	DOOR_COUNTER,
	DOOR_DECLINED, /* REPLY */
};

/* One message, what it asks, and what it is about. */
struct door {
	struct booking_desk *desk;
	const struct host *host;
	const struct booking_type *type;
	struct text link; /* booking_link.id that it uses, or empty */
	bool is_signed;	  /* who brings it knows that its organizer sent it */
	int64_t now;

	const struct ical_object *message;
	enum itip_method method;
	struct itip_user user; /* the host */
	struct text organizer; /* as ical_address() makes it */
	int64_t start, end;    /* 0, 0: it is no single meeting at a time that everybody knows */

	struct booking *known;		  /* the last one of this UID; NULL: none */
	struct stored_object *event;	  /* the host's copy; NULL: none */
	const struct ical_object *stored; /* the same; NULL: none, or it cannot be read */
	const struct ical_object *copy;	  /* as it would be, not yet answered */

	struct booking booking; /* as it is after the change */
	bool is_old;		/* it was overtaken, or seen before: the answer is how things are */
	enum door_answer answer;
	struct text reply; /* with its METHOD; empty for DOOR_DONE */
};

/*
 * Read a message for a type of a host; the caller has filled in the first part. BAD_DATA,
 * BAD_OBJECT: it is none; UNPROCESSABLE: not REQUEST or CANCEL, or the host is no ATTENDEE of it;
 * ORGANIZER_CHANGE: its UID is known under another organizer.
 */
MUST_CHECK const struct fault *door_read(struct db *db, struct arena *a, struct text message,
					 struct door *d);

/* A meeting as a provider tells of it, which sends no messages: who asks, and for when. */
struct door_span {
	struct text uid, summary;
	struct text organizer, organizer_name; /* an address; the name may be empty */
	int32_t sequence;
	int64_t stamp; /* when it was changed */
	int64_t start, end;
	bool is_over; /* called off */
};
/* The same of a span: it is read as the message that its organizer's program would send. */
MUST_CHECK const struct fault *door_read_span(struct db *db, struct arena *a,
					      const struct door_span *span, struct door *d);

/*
 * What is to be done. *change_out NULL: nothing, and d->answer says why. The change may end with
 * SLOT_TAKEN or NOT_OFFERED, which is for door_refuse(), and with PRECONDITION: read it again.
 */
MUST_CHECK const struct fault *door_prepare(struct db *db, struct arena *a, struct door *d,
					    struct change **change_out);

/* It cannot be so: answer with what is open instead, and `why` in words. */
MUST_CHECK const struct fault *door_refuse(struct db *db, struct arena *a, struct door *d,
					   const struct fault *why);

/* Somebody was quicker, with the time or with this very meeting: it is read again. */
bool door_is_overtaken(const struct fault *f);

/* What else happens in the transaction that does what was asked. */
typedef const struct fault *(*door_add_fn)(void *ctx, struct change *c, const struct door *d);

/*
 * All of it for who may wait: read, judged, and booked if it can be; d->reply is what is to be
 * said. *done_out false: nothing was written, and `add` (NULL: nothing) not either. The faults of
 * door_read() and of the change, but those that are an answer.
 */
MUST_CHECK const struct fault *door_visit(struct db *db, struct arena *a, struct text message,
					  struct door *d, door_add_fn add, void *ctx,
					  bool *done_out);

#endif
