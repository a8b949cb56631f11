/*
 * recur - recurrence rules with a work budget
 *
 * Parses RRULE (RFC 5545 §3.3.10, all its parts) and walks the local times it
 * names, in ascending order. Every step costs one unit of the caller's budget,
 * so no rule, however written, takes longer than was granted; rules that can
 * never match are found out beforehand. A far window is reached by arithmetic:
 * INTERVAL is skipped whole, and a plain COUNT is counted in closed form.
 *
 * Works in local seconds and knows no zone: expand.h binds the results to the
 * time line. RSCALE and SKIP (RFC 7529) are refused.
 *
 * Memory: rules and walkers are values of the caller. Threads: no state.
 */
#ifndef ICAL_RECUR_H
#define ICAL_RECUR_H

#include "base/fault.h"
#include "ical/time.h"

struct arena;

enum recur_freq {
	FREQ_SECONDLY,
	FREQ_MINUTELY,
	FREQ_HOURLY,
	FREQ_DAILY,
	FREQ_WEEKLY,
	FREQ_MONTHLY,
	FREQ_YEARLY,
};

enum { RECUR_MAX_BYDAY = 64 };

struct recur {
	enum recur_freq freq;
	int32_t interval; /* at least 1 */
	int32_t count;	  /* 0: none */
	bool has_until;
	enum time_form until_form;
	int64_t until; /* as written: UTC, local seconds, or midnight of a DATE */
	int8_t week_start;
	uint64_t by_second;	    /* bit per second 0..59 (60 is read as 59) */
	uint64_t by_minute;	    /* bit per minute 0..59 */
	uint32_t by_hour;	    /* bit per hour 0..23 */
	uint16_t by_month;	    /* bit per month 1..12 */
	uint32_t by_month_day;	    /* bit per day 1..31 */
	uint32_t by_month_day_back; /* bit per day -1..-31 */
	uint64_t by_week[2];	    /* bit n: week n, bit 64+n: week -n; [0] 1..53, [1] -1..-53 */
	uint64_t by_year_day[12];   /* [0..5] days 1..366, [6..11] days -1..-366 */
	uint64_t by_setpos[12];	    /* likewise */
	/* Of each weekday, bit 0: every one; bit n: the nth, in the other the nth from the end. */
	uint64_t by_day[7], by_day_back[7];
	uint8_t by_day_count; /* how many were listed */
	bool has_by_year_day, has_by_setpos;
};

/* How strictly a rule is read (decisions 23). */
enum recur_policy {
	RECUR_STRICT,  /* a client's PUT: COUNT with UNTIL refused */
	RECUR_LENIENT, /* mail, import, provider: the earlier end wins */
};

/*
 * BAD_DATA: not a rule, or one with parts that RFC 5545 forbids together. UNKNOWN_RSCALE: a rule
 * of RFC 7529 that is not followed.
 */
MUST_CHECK const struct fault *recur_parse(struct arena *a, struct text value,
					   enum recur_policy policy, struct recur *out);

/* True if the rule has neither COUNT nor UNTIL. */
bool recur_is_endless(const struct recur *r);

/* Work that may still be done; shared by all walks of one question. */
struct recur_budget {
	int64_t steps;
};
enum { RECUR_BUDGET_DEFAULT = 100000 };

struct recur_set;

/* A walk through a rule; begin it with recur_begin(), the rest is recur.c's own. */
struct recur_walk {
	struct recur rule; /* in the longest FREQ that says the same */
	int64_t start;	   /* DTSTART, local seconds */
	int64_t start_day, start_month;
	int64_t until;	  /* last local second that may be named */
	int64_t from;	  /* results before this are counted but not given */
	int64_t period;	  /* periods of INTERVAL since DTSTART's own */
	int64_t emitted;  /* instances so far, for COUNT */
	int64_t last;	  /* the last one */
	bool start_given; /* DTSTART has had its turn */
	bool done;
	struct recur_set *set; /* of the present period, in the arena */
	size_t set_next;
};

enum recur_step { RECUR_FOUND, RECUR_END, RECUR_OUT_OF_BUDGET };

/*
 * Start walking. `until_local` is the rule's UNTIL as the caller bound it to
 * local time of DTSTART (or TIME_MAX). DTSTART itself is the first instance,
 * also when the rule does not name it (RFC 5545 §3.8.5.3), and counts for COUNT.
 * Then jump so that the first result is the first one >= from; instances that
 * COUNT takes are counted, in closed form where the rule allows it.
 */
MUST_CHECK enum recur_step recur_begin(struct recur_walk *w, struct arena *a, const struct recur *r,
				       int64_t start, bool date_only, int64_t until_local,
				       int64_t from, struct recur_budget *budget);

/* The next instance in local seconds, ascending and without repeats. */
MUST_CHECK enum recur_step recur_next(struct recur_walk *w, struct recur_budget *budget,
				      int64_t *local_out);

#endif
