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

/* Who says what the weekly hours of a schedule are; stored as a number, so append only. */
enum schedule_source {
	SCHEDULE_BY_RULES,  /* the rules, and calendar apps are not told */
	SCHEDULE_BY_HOST,   /* the rules, and `availability` says the same */
	SCHEDULE_BY_CLIENT, /* `availability`, as a calendar app wrote it */
	SCHEDULE_BY_NOBODY, /* a calendar app took them away: those that a new host has */
};

struct schedule {
	int64_t owner;
	struct text id; /* "default", or a public id */
	struct text name, timezone;
	struct text rules; /* JSON: weekly, overrides … */
	int64_t version;
	struct text availability; /* VAVAILABILITY (RFC 7953); empty: not set. Of "default" alone */
	int64_t availability_at;  /* since when */
	enum schedule_source source;
};

MUST_CHECK const struct fault *meeting_type_list(struct db *db, struct arena *a, int64_t owner,
						 struct meeting_type **out, size_t *count_out);
/* By its public id; NULL in *out when there is none. */
MUST_CHECK const struct fault *meeting_type_find(struct db *db, struct arena *a, int64_t owner,
						 struct text id, struct meeting_type **out);
/* [tx] Insert or replace by (owner, id). CONFLICT: the slug is taken. */
MUST_CHECK const struct fault *meeting_type_put(struct db *db, struct arena *a,
						const struct meeting_type *t);
/* [tx] *removed_out is false when there was none. */
MUST_CHECK const struct fault *meeting_type_delete(struct db *db, struct arena *a, int64_t owner,
						   struct text slug, bool *removed_out);

MUST_CHECK const struct fault *schedule_list(struct db *db, struct arena *a, int64_t owner,
					     struct schedule **out, size_t *count_out);
/* NULL in *out when there is none. */
MUST_CHECK const struct fault *schedule_find(struct db *db, struct arena *a, int64_t owner,
					     struct text id, struct schedule **out);
/* What calendar apps are told of the owner's hours: of "default"; empty: nothing is set. */
MUST_CHECK const struct fault *schedule_availability(struct db *db, struct arena *a, int64_t owner,
						     struct text *out);
/* [tx] Insert or replace by (owner, id). */
MUST_CHECK const struct fault *schedule_put(struct db *db, struct arena *a,
					    const struct schedule *s);
/* [tx] *removed_out is false when there was none. */
MUST_CHECK const struct fault *schedule_delete(struct db *db, struct arena *a, int64_t owner,
					       struct text id, bool *removed_out);

#endif
