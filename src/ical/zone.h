/*
 * zone - time zones from TZif files and from VTIMEZONE components
 *
 * A zone turns local seconds into UTC and back. System zones are read once per
 * process from the zoneinfo folder (RFC 8536: version 2+ data and the footer's
 * rule, which carries on for ever) and kept, so a running process does not notice
 * that the folder was updated: the next start does. VTIMEZONEs are compiled once per
 * content and kept in a bounded table, because compiling one costs a hundred
 * times more than a look-up. An object's TZID resolves in this order: a name
 * the zone database knows, a Windows name (CLDR), a known name as the suffix
 * of a longer path, the object's own VTIMEZONE (decisions: a VTIMEZONE that
 * contradicts a known name is not followed).
 *
 * Memory: zones live as long as the process and are never changed, so a
 * pointer may be kept anywhere. Compiled VTIMEZONEs are reference counted
 * and given to an arena. Threads: all functions may be called from any thread.
 */
#ifndef ICAL_ZONE_H
#define ICAL_ZONE_H

#include "base/fault.h"
#include "ical/time.h"

struct arena;
struct zone;

/*
 * Read zones from this folder instead of /usr/share/zoneinfo. Zones that were found before stay
 * as they are and are found no more. No other thread may be looking zones up; path is kept.
 */
void zone_use_folder(const char *path);

/*
 * A zone of the database, by its IANA name or alias, case-sensitive; NULL when there is none. Names
 * are segments of [A-Za-z0-9_+-], so no path leads out of the folder; posix/, right/ and localtime
 * are not names.
 */
const struct zone *zone_find(struct text name);

/* As zone_find(), then Windows names and path suffixes; what real TZIDs hold. */
const struct zone *zone_find_any(struct text tzid);

/* The Windows name that stands for an IANA zone, case-sensitive; empty: none does (CLDR). */
struct text zone_windows_name(struct text iana);

/*
 * What a setting says: a name, as zone_find_any() takes it, or a VTIMEZONE from BEGIN to END, which
 * the arena holds then. NULL: neither.
 */
const struct zone *zone_find_set(struct arena *a, struct text setting);

const struct zone *zone_utc(void);

/* The IANA name; of a compiled VTIMEZONE its TZID. Lives as long as the zone. */
struct text zone_name(const struct zone *z);

/*
 * What people call the time that is in force then, "EST"; by the rules of today, which is when
 * meetings are. Empty where there is no such word, as in most of the world. Lives as the zone.
 */
struct text zone_abbreviation(const struct zone *z, int64_t utc);

/* True if two names mean the same zone (Europe/Kiev, Europe/Kyiv): equal rules. */
bool zone_is_same(const struct zone *a, const struct zone *b);

/*
 * Compile a VTIMEZONE, given as its text from BEGIN to END. Cached by content;
 * held by the arena. BAD_DATA: no observance, an offset missing or out of
 * range, or more than 1,000 observances.
 */
MUST_CHECK const struct fault *zone_from_vtimezone(struct arena *a, struct text component,
						   const struct zone **out);

/*
 * Local seconds to UTC by RFC 5545 §3.3.5: a time in a gap takes the offset
 * before the gap; one that occurs twice means the first.
 */
int64_t zone_to_utc(const struct zone *z, int64_t local);
int64_t zone_to_local(const struct zone *z, int64_t utc);

/*
 * A duration after an instant: days are nominal, the rest is exact (RFC 5545 §3.3.6). z NULL:
 * local seconds, or days of 24 hours.
 */
int64_t zone_later(const struct zone *z, int64_t utc, struct duration d);
/* Seconds east of UTC in force at this instant. */
int zone_offset(const struct zone *z, int64_t utc);

/* What a local time is here. */
enum zone_fit { ZONE_ONCE, ZONE_GAP, ZONE_FOLD };
enum zone_fit zone_fit_of(const struct zone *z, int64_t local);

/* The first change of offset at or after this instant; false when none follows before 9999. */
MUST_CHECK bool zone_next_change(const struct zone *z, int64_t utc, int64_t *change_out);

/*
 * The version of the zone data in use, above 0: a hash of the folder's tzdata.zi, or where there
 * is none of its path and age. Kept with what was computed from the zones, and as constant as
 * they are: read once.
 */
int64_t zone_data_version(void);

/*
 * Write a short VTIMEZONE with the rules that hold around `utc`, as mail
 * clients want it: one STANDARD and at most one DAYLIGHT with RRULE where the
 * zone has a yearly rule, otherwise explicit observances for the years
 * around it (interop: Outlook reads DTSTART and RRULE only).
 */
void zone_put_vtimezone(struct buf *b, const struct zone *z, struct text tzid, int64_t utc);

#endif
