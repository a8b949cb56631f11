/*
 * time - calendar dates and times as numbers
 *
 * Local time is counted in seconds as if its zone were UTC ("local seconds"):
 * 1970-01-01T00:00:00 local is 0. Days are counted from 1970-01-01. The
 * calendar is the proleptic Gregorian one, years 1 to 9999.
 *
 * Owns the value types DATE, DATE-TIME, TIME, DURATION, PERIOD and UTC-OFFSET
 * (RFC 5545 §3.3). Reading is strict: a field out of range is no date (month
 * 13 once overran a table in a library below).
 *
 * Memory: none. Threads: no state.
 */
#ifndef ICAL_TIME_H
#define ICAL_TIME_H

#include <time.h>

#include "base/text.h"

#undef TIME_UTC /* C11's base for timespec_get(); here it is a form of time */

struct buf;

enum { DAY_SECONDS = 86400 };

/* Bounds of what can be said: 0001-01-01T00:00:00 and the end of 9999. */
#define TIME_MIN INT64_C(-62135596800)
#define TIME_MAX INT64_C(253402300800)

struct civil {
	int year, month, day;	  /* 1..9999, 1..12, 1..31 */
	int hour, minute, second; /* a leap second :60 is read as :59 */
};

enum { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

int64_t days_from_civil(int year, int month, int day);
void civil_from_days(int64_t days, int *year_out, int *month_out, int *day_out);
int64_t local_from_civil(const struct civil *c);
void civil_from_local(int64_t local, struct civil *out);
/* MONDAY..SUNDAY of a day number. */
int weekday_of_day(int64_t days);
bool is_leap_year(int year);
int days_in_month(int year, int month);
/* 52 or 53, where weeks begin on week_start (RFC 5545 §3.3.10, BYWEEKNO). */
int weeks_in_year(int year, int week_start);

/* How a DATE or DATE-TIME value is bound to the time line. */
enum time_form {
	TIME_DATE,     /* local seconds of midnight */
	TIME_FLOATING, /* local seconds, no zone */
	TIME_UTC,      /* seconds since the epoch */
	TIME_ZONED,    /* local seconds in the zone that TZID names */
};

/* "20270118", "20270118T090000", "20270118T090000Z"; never gives TIME_ZONED. */
MUST_CHECK bool time_parse(struct text value, int64_t *seconds_out, enum time_form *form_out);
/* Is it in the year 0, and else well-formed? time_parse() refuses it, as years begin with 1. */
bool time_precedes_all(struct text value);

/* A DURATION; days and weeks are nominal, the rest exact (RFC 5545 §3.3.6). */
struct duration {
	int64_t days;	 /* signed, weeks included */
	int64_t seconds; /* signed alike */
};
/* Also reads what Android writes ("PT2D"), within +-10000 years. */
MUST_CHECK bool duration_parse(struct text value, struct duration *out);

/* "+0100", "-00:30" is no offset; "+005328" is. Seconds east of UTC, within a day. */
MUST_CHECK bool utc_offset_parse(struct text value, int *seconds_out);

/* Write "20270118", "20270118T090000" and, with utc, a "Z". */
void time_put_date(struct buf *b, int64_t local);
void time_put_local(struct buf *b, int64_t local);
void time_put_utc(struct buf *b, int64_t utc);

/* RFC 3339 for JSON: "2027-01-18T09:00:00Z"; read with any offset, to UTC seconds. */
void time_put_rfc3339(struct buf *b, int64_t utc);
MUST_CHECK bool time_parse_rfc3339(struct text value, int64_t *utc_out);
/* "2027-01-18" to a day number and back. */
MUST_CHECK bool day_parse(struct text value, int64_t *day_out);
void day_put(struct buf *b, int64_t day);

#endif
