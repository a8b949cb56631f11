/*
 * meeting - meeting types and schedules of a host
 *
 * What a host offers (type) and when (schedule). Their rules are kept as JSON
 * in the shape of the host API and read by booking/; the columns are what is
 * looked up. "default" is the schedule every host has.
 */
#ifndef STORE_MEETING_H
#define STORE_MEETING_H

#include "store/db.h"

struct meeting_type {
	int64_t owner;
	struct text id;	  /* public id */
	struct text slug; /* unique per owner */
	struct text title;
	struct text rules; /* JSON: durations, step, notice, window, buffers, schedule … */
	int64_t version;
};

struct schedule {
	int64_t owner;
	struct text id; /* "default", or a public id */
	struct text name, timezone;
	struct text rules; /* JSON: weekly, overrides */
	int64_t version;
};

MUST_CHECK const struct fault *meeting_type_list(struct db *db, struct arena *a, int64_t owner,
						 struct meeting_type **out, size_t *count_out);
/* [tx] Insert or replace by (owner, id). CONFLICT: the slug is taken. */
MUST_CHECK const struct fault *meeting_type_put(struct db *db, struct arena *a,
						const struct meeting_type *t);
/* [tx] *removed_out is false when there was none. */
MUST_CHECK const struct fault *meeting_type_delete(struct db *db, struct arena *a, int64_t owner,
						   struct text slug, bool *removed_out);

MUST_CHECK const struct fault *schedule_list(struct db *db, struct arena *a, int64_t owner,
					     struct schedule **out, size_t *count_out);
/* [tx] Insert or replace by (owner, id). */
MUST_CHECK const struct fault *schedule_put(struct db *db, struct arena *a,
					    const struct schedule *s);
/* [tx] *removed_out is false when there was none. */
MUST_CHECK const struct fault *schedule_delete(struct db *db, struct arena *a, int64_t owner,
					       struct text id, bool *removed_out);

#endif
