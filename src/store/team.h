/*
 * team - who of a team was booked, and whose turn it is
 *
 * Of a booking by several its hosts stand here; of any other its owner alone is the host. What each
 * host of a round robin was given is counted per meeting type, divided by the weight, so that
 * the one with the least comes next (booking case F3). A negative number in the place of a host is
 * that of a clock: how far all of them have come (booking/team_choose.c).
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_TEAM_H
#define STORE_TEAM_H

#include "store/booking.h"

enum { TEAM_TURN = 1000000 }; /* what one booking costs a host of the weight 1 */

struct booking_host {
	int64_t host;  /* owner.id */
	bool optional; /* would come, and holds no time */
	int64_t cost;  /* what it was counted as; 0: nobody had a choice */
	bool declined; /* is needed, and does not come: holds no time either */
};

/* Ascending by number, without those who are gone; none: it is a booking of its owner alone, or
 * nobody is left. */
MUST_CHECK const struct fault *booking_hosts(struct db *db, struct arena *a, int64_t owner,
					     struct text booking, struct booking_host **out,
					     size_t *count_out);
/* Those whose time it takes: its hosts without the optional ones and who declined, or its owner. */
MUST_CHECK const struct fault *booking_holders(struct db *db, struct arena *a,
					       const struct booking *b, struct booking_host **out,
					       size_t *count_out);
/* [tx] These, instead of those that there were. */
MUST_CHECK const struct fault *booking_hosts_set(struct db *db, struct arena *a, int64_t owner,
						 struct text booking,
						 const struct booking_host *hosts, size_t count);

/* [tx] One who is needed declines. A turn stays spent, unless another takes the booking over. */
MUST_CHECK const struct fault *booking_host_decline(struct db *db, struct arena *a, int64_t owner,
						    struct text booking, int64_t host);

/* Who has bookings of a type, by its id or its slug, that stand and end after `from`; ascending. */
MUST_CHECK const struct fault *booking_hosts_of_type(struct db *db, struct arena *a, int64_t owner,
						     struct text type, int64_t from, int64_t **out,
						     size_t *count_out);

/* What a host was given of a type, and when last. */
struct team_turn {
	int64_t host, taken, last;
};
MUST_CHECK const struct fault *team_turns(struct db *db, struct arena *a, int64_t owner,
					  struct text type, struct team_turn **out,
					  size_t *count_out);

/* A turn that is taken: from `floor` on at least, as nobody is owed more than that. */
struct team_claim {
	int64_t owner;
	struct text type;
	int64_t host, floor, cost, at;
};
MUST_CHECK const struct fault *team_turn_take(struct db *db, struct arena *a,
					      const struct team_claim *c); /* [tx] */
/* [tx] It is given back; `at` says when it was taken. */
MUST_CHECK const struct fault *team_turn_give_back(struct db *db, struct arena *a,
						   const struct team_claim *c);

#endif
