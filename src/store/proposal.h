/*
 * proposal - other times that attendees propose (RFC 5546 §3.2.7)
 *
 * Kept beside the organizer's object, whose bytes stay untouched, until the organizer moves it,
 * declines, or it is over. Of one attendee and instance the newest counts, under an id of its own:
 * who accepts what was replaced meanwhile accepts nothing.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_PROPOSAL_H
#define STORE_PROPOSAL_H

#include "store/db.h"

enum {
	PROPOSALS_PER_UID = 50,		  /* of one object: the oldest go */
	PROPOSALS_PER_ATTENDEE = 10,	  /* ... and of one who proposes, before others' do */
	PROPOSALS_LISTED = 500,		  /* at once: the newest */
	PROPOSAL_MESSAGE_MAX = 64 * 1024, /* larger ones are in the inbox alone */
};

/* Seconds of a span are counted as its form says; stored as a number, so append only. */
enum proposal_form { PROPOSAL_NO_TIME, PROPOSAL_UTC, PROPOSAL_LOCAL, PROPOSAL_DAYS };

struct proposal_span {
	enum proposal_form form;
	int64_t start, end;
};

struct proposal {
	int64_t owner; /* the organizer */
	struct text id;
	struct text uid;
	int64_t instance;     /* seconds of its RECURRENCE-ID; INT64_MIN: the whole */
	struct text attendee; /* address of who proposes */
	int64_t sequence;     /* of the revision it was made of */
	struct proposal_span was, is;
	struct text location, comment, partstat; /* may be empty */
	int64_t at;				 /* when it came */
	int64_t expires;			 /* from when on nobody asks for it any more */
	int64_t item;	     /* object.id of what shows it; 0: nothing; not read */
	struct text message; /* the COUNTER; empty in lists */
};

/*
 * [tx] In place of what this attendee proposed for this instance before. *items_out: what showed
 * that, and what was thrown out as too many.
 */
MUST_CHECK const struct fault *proposal_put(struct db *db, struct arena *a,
					    const struct proposal *p, int64_t **items_out,
					    size_t *count_out);
/* Of one UID, or of all where that is empty, what has not expired by `now`; without messages, the
 * newest first. */
MUST_CHECK const struct fault *proposal_list(struct db *db, struct arena *a, int64_t owner,
					     struct text uid, int64_t now, struct proposal **out,
					     size_t *count_out);
/* With its message; NULL: there is none, or no more by `now`. */
MUST_CHECK const struct fault *proposal_get(struct db *db, struct arena *a, int64_t owner,
					    struct text id, int64_t now, struct proposal **out);
/* [tx] */
MUST_CHECK const struct fault *proposal_remove(struct db *db, struct arena *a, int64_t owner,
					       struct text id);
/* [tx] Of all owners, what expired by then. */
MUST_CHECK const struct fault *proposal_remove_expired(struct db *db, struct arena *a, int64_t now);

#endif
