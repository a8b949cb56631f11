/*
 * booking - what was booked, and which request booked it
 *
 * The history of a booking stays here when its event has left the calendar.
 * Changes carry the version they were made from (optimistic update).
 */
#ifndef STORE_BOOKING_H
#define STORE_BOOKING_H

#include "store/db.h"

enum booking_status {
	BOOKING_IS_PENDING,
	BOOKING_IS_CONFIRMED,
	BOOKING_IS_CANCELLED,
	BOOKING_IS_DECLINED
};

struct booking {
	int64_t owner;
	struct text id;	  /* public id */
	struct text type; /* public id of the meeting type */
	struct text uid;  /* of the event, for life */
	int64_t collection;
	struct text object_name; /* where the event stands */
	enum booking_status status;
	int64_t start, end; /* UTC */
	int32_t sequence, version;
	struct text invitee_name, invitee_email, invitee_timezone;
	struct text answers; /* JSON object */
	int64_t created, modified;
};

MUST_CHECK const struct fault *booking_find(struct db *db, struct arena *a, int64_t owner,
					    struct text id, struct booking **out);
MUST_CHECK const struct fault *booking_find_by_uid(struct db *db, struct arena *a, int64_t owner,
						   struct text uid, struct booking **out);
/* Starting within [from, to), by start. */
MUST_CHECK const struct fault *booking_range(struct db *db, struct arena *a, int64_t owner,
					     int64_t from, int64_t to, int limit,
					     struct booking **out, size_t *count_out);
/* [tx] */
MUST_CHECK const struct fault *booking_add(struct db *db, struct arena *a, const struct booking *b);
/* [tx] Replaces where the stored version is b->version - 1; *changed_out says whether it was. */
MUST_CHECK const struct fault *booking_update(struct db *db, struct arena *a,
					      const struct booking *b, bool *changed_out);

/* Idempotency-Key (decisions 26): scope is the host. */
struct booking_key {
	int64_t owner;
	struct text key;
	struct text body_digest; /* hex */
	struct text booking;	 /* public id */
	int64_t expires_at;
};
/* NULL in *out when unknown or expired. */
MUST_CHECK const struct fault *booking_key_find(struct db *db, struct arena *a, int64_t owner,
						struct text key, int64_t now,
						struct booking_key **out);
/* [tx] An expired one of the same name goes. */
MUST_CHECK const struct fault *booking_key_add(struct db *db, struct arena *a,
					       const struct booking_key *k, int64_t now);

#endif
