/*
 * answer - what is answered for an owner, and within which limits
 *
 * Rooms and resources answer their invitations themselves, and people may have theirs answered.
 * What is accepted is free, and within these limits, by which the owner's calendar is open to
 * others; who may write in it is bound by none of them.
 */
#ifndef STORE_ANSWER_H
#define STORE_ANSWER_H

#include "store/owner.h"

enum {
	ANSWER_AHEAD_DAYS_MAX = 3660,
	ANSWER_NOTICE_MIN_MAX = 366 * 24 * 60,
	ANSWER_LONGEST_MIN_MAX = 31 * 24 * 60,
};

struct answer_limits {
	enum owner_answers answers;
	struct text
		week; /* when it is open, in the owner's zone (freebusy/week.h); empty: always */
	int64_t member_of; /* the group whose members may invite; 0: everybody may */
	/* Of one instance: its start from now on, and its length; 0: no limit. */
	int64_t ahead_days, notice_min, longest_min;
};

/* Zeros where nothing was ever set. */
MUST_CHECK const struct fault *answer_limits_get(struct db *db, struct arena *a,
						 const struct owner *owner,
						 struct answer_limits *out);
/* [tx] So from now on, within the limits that stand. */
MUST_CHECK const struct fault *answers_set(struct db *db, struct arena *a, int64_t owner,
					   enum owner_answers answers);
/* [tx] These from now on, and how. */
MUST_CHECK const struct fault *answer_limits_set(struct db *db, struct arena *a, int64_t owner,
						 const struct answer_limits *l);

#endif
