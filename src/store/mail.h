/*
 * mail - messages that came in: which were taken in, and which wait for a person
 *
 * What was settled is known by a digest, so that a second copy changes nothing; it is noted in the
 * transaction that settles it. What waits for a person is kept as it came.
 */
#ifndef STORE_MAIL_H
#define STORE_MAIL_H

#include "store/db.h"

/* One that was settled. */
struct mail_seen {
	struct text digest; /* of the message, and of whom it came to */
	int64_t at;	    /* seconds UTC */
	int outcome;	    /* as post/ counts them */
};
MUST_CHECK const struct fault *mail_seen_find(struct db *db, struct arena *a, struct text digest,
					      struct mail_seen *out, bool *found_out);
/* [tx] *added_out false, and nothing was written: it is known. */
MUST_CHECK const struct fault *mail_seen_add(struct db *db, struct arena *a,
					     const struct mail_seen *m, bool *added_out);
/* [tx] What became of it in the end; one that was forgotten is known again. */
MUST_CHECK const struct fault *mail_seen_set(struct db *db, struct arena *a,
					     const struct mail_seen *m);
/* [tx] Those that were settled before that. */
MUST_CHECK const struct fault *mail_seen_forget(struct db *db, struct arena *a, int64_t before);

/* One that waits. */
struct mail_kept {
	struct text id; /* ascending with time */
	int64_t owner;	/* who is shown it; 0: the operator alone */
	int64_t at;	/* seconds UTC */
	int state;	/* as post/ counts them */
	struct text reason, sender, subject, method, uid;
	struct text digest;
	struct text author;	      /* the address in sender, as ical_address() makes it */
	int64_t size;		      /* octets of the message; what is added need not say */
	struct text env_from, env_to; /* the envelope's; empty: not known */
	struct text message;	      /* empty in lists */
};
/* [tx] One of a digest that waits already stays as it is. */
MUST_CHECK const struct fault *mail_kept_add(struct db *db, struct arena *a,
					     const struct mail_kept *m);
/* The newest first, before the id `after` (empty: from the first); owner 0: of everybody. */
MUST_CHECK const struct fault *mail_kept_list(struct db *db, struct arena *a, int64_t owner,
					      struct text after, int limit, struct mail_kept **out,
					      size_t *count_out);
/* NULL in *out when there is none; owner 0: of anybody. */
MUST_CHECK const struct fault *mail_kept_find(struct db *db, struct arena *a, int64_t owner,
					      struct text id, struct mail_kept **out);
/* [tx] */
MUST_CHECK const struct fault *mail_kept_delete(struct db *db, struct arena *a, struct text id,
						bool *deleted_out);
/*
 * [tx] Until an owner has at most so many, of so many octets, the newest of whoever has most goes:
 * who floods a host drives out what is theirs. *out: what is gone.
 */
MUST_CHECK const struct fault *mail_kept_thin(struct db *db, struct arena *a, int64_t owner,
					      int64_t count_max, int64_t octets_max,
					      struct mail_kept **out, size_t *count_out);
/* [tx] Those that came before that. */
MUST_CHECK const struct fault *mail_kept_expire(struct db *db, struct arena *a, int64_t before);

/*
 * Has the owner had to do with whoever has this address, as ical_address() makes it? They were
 * written to about a meeting, or have booked one.
 */
MUST_CHECK const struct fault *mail_is_of_known(struct db *db, struct arena *a, int64_t owner,
						struct text address, bool *out);

#endif
