/*
 * object_priv - what the files that read an object share
 *
 * object.c walks the lines, object_read.c turns a line into values by a table
 * of properties with the readers of object_values.c, object_zone.c resolves TZIDs, object_check.c
 * judges what belongs together, object_judge.c asks libical. What was odd is written down by
 * object_note.c.
 */
#ifndef ICAL_OBJECT_PRIV_H
#define ICAL_OBJECT_PRIV_H

#include "base/buf.h"
#include "ical/guard.h"
#include "ical/object.h"

/* One object rarely names three zones; each may cost a compilation. */
enum { OBJECT_MAX_ZONES = 64, OBJECT_MAX_NOTES = 20, OBJECT_MAX_UID_BYTES = 1024 };

struct zone_slot {
	struct text tzid;
	const struct zone *zone;     /* NULL: nobody knows it */
	const struct zone *declared; /* the object's own VTIMEZONE, when a known name goes first */
	bool is_contradicted;
};

struct reader {
	struct arena *arena;
	struct text raw;
	enum ical_source source;
	const struct ical_blocks *blocks;
	struct ical_object *object;
	struct ical_item *item; /* NULL: the line is only checked, not kept */
	uint64_t seen;		/* bit per row of the table, on the item's own level */
	struct zone_slot zones[OBJECT_MAX_ZONES];
	size_t zone_count;
	size_t date_count; /* RDATE and EXDATE values so far */
	size_t rdate_cap, exdate_cap, period_cap, attendee_cap;
	size_t managed_cap; /* of the object, as it counts for all items */
	bool is_lenient;    /* the present line was read otherwise than it is written */
	struct buf judge;   /* what libical is shown */
};

/* Value types, RFC 5545 §3.3. */
enum {
	V_TEXT = 0, /* any; not looked at */
	V_DATE = 1 << 0,
	V_DATE_TIME = 1 << 1,
	V_PERIOD = 1 << 2,
	V_DURATION = 1 << 3,
	V_INTEGER = 1 << 4,
	V_UTC_OFFSET = 1 << 5,
	V_RECUR = 1 << 6,
	V_FLOAT = 1 << 7,
};

enum how_often {
	MANY,
	FIRST, /* should stand once; the first counts, more are noted */
	ONCE,  /* a second one is refused: readers would not agree which one holds */
};

struct prop_row;

/* Read the value into the item's field, which is NULL where the line is only checked. */
typedef const struct fault *(*read_fn)(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field);

struct prop_row {
	const char *name;
	read_fn read;
	unsigned types;	     /* what VALUE may say */
	unsigned normal;     /* the type without VALUE */
	unsigned components; /* where it means something: IN_ or COMP_ bits */
	enum how_often often;
	size_t field; /* offset in struct ical_item */
};

/* An array of the arena with room for one more element. */
void *object_grow(struct reader *r, void *at, size_t count, size_t *cap, size_t size);

/* The readers in object_values.c. BAD_DATA: unreadable. TOO_MANY_INSTANCES: too many dates. */
const struct fault *object_read_time(struct reader *r, const struct prop_row *row,
				     const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_utc(struct reader *r, const struct prop_row *row,
				    const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_recurrence_id(struct reader *r, const struct prop_row *row,
					      const struct ical_line *l, unsigned type,
					      void *field);
const struct fault *object_read_dates(struct reader *r, const struct prop_row *row,
				      const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_freebusy(struct reader *r, const struct prop_row *row,
					 const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_duration(struct reader *r, const struct prop_row *row,
					 const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_trigger(struct reader *r, const struct prop_row *row,
					const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_integer(struct reader *r, const struct prop_row *row,
					const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_geo(struct reader *r, const struct prop_row *row,
				    const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_offset(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_rule(struct reader *r, const struct prop_row *row,
				     const struct ical_line *l, unsigned type, void *field);
const struct fault *object_read_exrule(struct reader *r, const struct prop_row *row,
				       const struct ical_line *l, unsigned type, void *field);

/* Write down what was read leniently; at most OBJECT_MAX_NOTES are kept. */
void object_note(struct reader *r, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Read one content line of a component by the table; unknown names are
 * passed over. BAD_DATA: an unreadable value. BAD_OBJECT: a property that may
 * stand only once.
 */
MUST_CHECK const struct fault *object_read_line(struct reader *r, const struct ical_line *l);

/* The zone that a TZID names here. BAD_DATA: too many, or no proper name. */
MUST_CHECK const struct fault *object_zone(struct reader *r, struct text tzid,
					   struct zone_slot **out);

/* What one component must satisfy, and then all of them together. */
MUST_CHECK const struct fault *object_check_item(struct reader *r, struct ical_item *item);
MUST_CHECK const struct fault *object_check_whole(struct reader *r);

/* libical's verdict on the lines that were collected. BAD_DATA. */
void object_judge_line(struct reader *r, const struct ical_line *l);
MUST_CHECK const struct fault *object_judge(struct reader *r);

#endif
