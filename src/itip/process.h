/*
 * process - what a message makes of an object (RFC 5546 §3, RFC 6638 §4.1, §4.2)
 *
 * One function for all METHODs: given the recipient's object as it stands (or none) and a message,
 * it tells what becomes of the object, and why. A table in process.c has a row for each method,
 * component and role; docs/itip.md is made from it.
 *
 * Order and repetition (§2.1.4, §2.1.5): revisions are ordered by SEQUENCE, then DTSTAMP, for each
 * instance; what is older than what is known changes nothing, what was seen before changes nothing
 * twice.
 *
 * Pure. Memory: results live in the arena. Threads: no state.
 */
#ifndef ITIP_PROCESS_H
#define ITIP_PROCESS_H

#include "itip/counter.h"
#include "itip/message.h"

struct itip_incoming {
	const struct ical_object *message; /* its METHOD was checked (check.h) */
	enum itip_method method;
	const struct itip_user *user;	  /* the recipient */
	const struct ical_object *stored; /* theirs, with that UID; NULL: none */
	struct text sender; /* as ical_address() makes it: who is known to have sent it */
	bool is_forced;	    /* a REQUEST that its sender asked to be sent again (RFC 6638 §7.2) */
	bool no_deputies;   /* whoever stored says sends for another (SENT-BY) does so no more */
	bool take_crashers; /* a REPLY of somebody who was not invited adds them (RFC 5546 §3.2.3)
			     */
	int64_t now;
};

enum itip_action {
	ITIP_IGNORE, /* nothing is stored, nothing shown */
	ITIP_STORE,  /* the object becomes `object` */
	ITIP_NOTE,   /* the object stays; the message stands in the inbox (COUNTER …) */
};

struct itip_outcome {
	enum itip_action action;
	struct text object;
	bool keeps_tag;	    /* only answers changed: the schedule-tag stays (§3.2.10) */
	bool to_inbox;	    /* the recipient is shown the message (§4) */
	const char *status; /* for SCHEDULE-STATUS at the sender: "1.2", "2.0", "3.8", "5.1" … */
	const char *why;    /* one sentence: what was decided, and by which section */
	/* Of a REPLY: the answers changed, so the other attendees are told (§4.2). */
	bool tell_others;
	/*
	 * What is sent back, whatever the action: REQUEST for a REFRESH, REFRESH where a revision
	 * was missed, DECLINECOUNTER where proposals are not wanted, REQUEST where one is about an
	 * earlier revision; count 0: nothing.
	 */
	struct itip_message *answers;
	size_t answer_count;
	const struct itip_proposal *proposal; /* of a COUNTER, to be kept; NULL: none */
};

/* ORGANIZER_CHANGE: the UID is known under another organizer (decisions 16). */
MUST_CHECK const struct fault *itip_process(struct arena *a, const struct itip_incoming *in,
					    struct itip_outcome *out);

/* The table, for docs/itip.md: one line per row, "| method | component | role | what happens |
 * section |". */
void itip_process_describe(struct buf *out);

#endif
