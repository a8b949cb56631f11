/*
 * schedule - what scheduling keeps beside the objects
 *
 * Earlier etags of a scheduling object resource under its present schedule-tag: between them and
 * now the server entered answers and nothing else (RFC 6638 §3.2.10, decisions 18). And what was
 * decided about messages, for `fasti explain message`.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_SCHEDULE_H
#define STORE_SCHEDULE_H

#include "store/db.h"

enum {
	SCHEDULE_TAGS_KEPT = 100, /* etags of one object */
	SCHEDULE_NOTES_KEPT = 50, /* of one owner and UID */
};

/* [tx] The object had this etag, and goes on with its tag. */
MUST_CHECK const struct fault *object_tag_keep(struct db *db, struct arena *a, int64_t owner,
					       int64_t object, struct text etag, int64_t seq);
/* [tx] Its tag has changed. */
MUST_CHECK const struct fault *object_tag_forget(struct db *db, struct arena *a, int64_t owner,
						 int64_t object);
/* Did it have one of these etags under its present tag? */
MUST_CHECK const struct fault *object_tag_was(struct db *db, struct arena *a, int64_t owner,
					      int64_t object, const struct text *etags,
					      size_t count, bool *out);

/* One decision about one message. */
struct schedule_note {
	int64_t owner; /* whose object it is about */
	struct text uid;
	int64_t at;
	struct text method, peer; /* "REQUEST", and the address of the other side */
	bool is_sent;		  /* by the owner; else to them */
	struct text status;	  /* "1.2" */
	struct text why;	  /* one sentence */
	/*
	 * While it is added: whose note it is, all of whom got a message of `owner`, who has
	 * another one. It goes with that owner. None: it is the owner's own.
	 */
	const int64_t *told;
	size_t told_count;
};
/* [tx] The oldest go where there are more than SCHEDULE_NOTES_KEPT. */
MUST_CHECK const struct fault *schedule_note_add(struct db *db, struct arena *a,
						 const struct schedule_note *n);
/* [tx] Up to max of any owner from before then; *done_out when no others are left. */
MUST_CHECK const struct fault *schedule_note_forget(struct db *db, struct arena *a, int64_t before,
						    int max, bool *done_out);
/* The owner's own, and those that they have in common with others. The newest last. */
MUST_CHECK const struct fault *schedule_note_list(struct db *db, struct arena *a, int64_t owner,
						  struct text uid, struct schedule_note **out,
						  size_t *count_out);

#endif
