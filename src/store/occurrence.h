/*
 * occurrence - when things happen, expanded at write time
 *
 * Rows of (owner, calendar, start, object, end, kind, busy type, floating) up to a
 * rolling horizon. Floating rows hold local seconds and are resolved by the
 * reader. An interval question is four range scans of the primary key: short and
 * long rows (more than a day), fixed and floating ones.
 */
#ifndef STORE_OCCURRENCE_H
#define STORE_OCCURRENCE_H

#include "store/db.h"

struct occurrence_row {
	int64_t object;
	int64_t start, end; /* half-open; UTC, or local seconds when floating */
	int32_t component;  /* enum ical_component */
	int32_t busy;	    /* enum occurrence_busy */
	bool floating;
};

typedef bool (*occurrence_fn)(void *ctx, const struct occurrence_row *row);

/*
 * Every row that overlaps [from, to) or touches it with no length; floating ones
 * with 14 hours of slack to both sides. busy_only leaves OCC_FREE out. Order:
 * by start within each of the four scans.
 */
MUST_CHECK const struct fault *occurrence_range(struct db *db, struct arena *a, int64_t owner,
						int64_t collection, int64_t from, int64_t to,
						bool busy_only, occurrence_fn fn, void *ctx);

/* [tx] Replace all rows of one object. */
MUST_CHECK const struct fault *occurrence_replace(struct db *db, struct arena *a, int64_t owner,
						  int64_t collection, int64_t object,
						  const struct occurrence_row *rows, size_t count);
/* [tx] The same of an object that is new, and has none yet. */
MUST_CHECK const struct fault *occurrence_enter(struct db *db, struct arena *a, int64_t owner,
						int64_t collection, int64_t object,
						const struct occurrence_row *rows, size_t count);

/*
 * [tx] One row in addition to what stands, for a time of which only that much is known; an
 * earlier one with the same start is replaced, and occurrence_replace() takes it away.
 */
MUST_CHECK const struct fault *occurrence_add(struct db *db, struct arena *a, int64_t owner,
					      int64_t collection, const struct occurrence_row *row);

/*
 * The horizon [from, until): every occurrence that begins inside it stands as a
 * row; so does every occurrence of an object that is not `partial`. One pair for
 * the whole store: `from` is set when the store is made (a year before), `until` is
 * moved by a job that first re-expands what reaches beyond it. Neither ever goes back: what is
 * set lower stays as it was. [tx] for the setter.
 */
MUST_CHECK const struct fault *occurrence_horizon(struct db *db, struct arena *a, int64_t *from_out,
						  int64_t *until_out);
MUST_CHECK const struct fault *occurrence_set_horizon(struct db *db, struct arena *a, int64_t from,
						      int64_t until);

/*
 * What all rows stand on. `zones` is the version of the zone data that they were made
 * with; negative: they are just being brought to that version; 0: some may be of another, or no
 * one has looked yet. Kept per object in object.zone_version, as all rows of an object are made
 * at once and some have none; 0 there: it names no zone, so that no zone data move it.
 */
struct occurrence_ground {
	int64_t from, until, zones;
};
MUST_CHECK const struct fault *occurrence_ground(struct db *db, struct arena *a,
						 struct occurrence_ground *out);

/* [tx] Say `zones`. */
MUST_CHECK const struct fault *occurrence_set_zones(struct db *db, struct arena *a, int64_t zones);
/*
 * [tx] Rows were made with these data: where `zones` says others, neither made nor being made, some
 * are of another from now on.
 */
MUST_CHECK const struct fault *occurrence_note_zones(struct db *db, struct arena *a, int64_t zones);
/* [tx] All have been brought to it: `zones`, if it still is -zones. */
MUST_CHECK const struct fault *occurrence_settle_zones(struct db *db, struct arena *a,
						       int64_t zones);

/*
 * Up to limit partial objects whose last_end is past `until`, ascending, after the given
 * key: what the horizon job works through.
 */
struct object_key {
	int64_t owner, object;
};
MUST_CHECK const struct fault *occurrence_stale_objects(struct db *db, struct arena *a,
							int64_t until, struct object_key after,
							int limit, struct object_key **out,
							size_t *count_out);

/* The same of objects that name zones and whose rows were made with other data than `zones`. */
MUST_CHECK const struct fault *occurrence_other_zones(struct db *db, struct arena *a, int64_t zones,
						      struct object_key after, int limit,
						      struct object_key **out, size_t *count_out);

#endif
