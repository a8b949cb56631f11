/*
 * file_priv - between the files that cut a whole file
 *
 * file_split.c finds what stands in the file, and which entries make one object;
 * file_part.c writes that object, with the zones it names.
 */
#ifndef ICAL_FILE_PRIV_H
#define ICAL_FILE_PRIV_H

#include "ical/guard.h"
#include "ical/object.h"

enum { FILE_NO_CALENDAR = -1 };

/* A VCALENDAR of the file; the lines are raw, with their line ends. */
struct file_calendar {
	struct text version, prodid, calscale;
	struct text method;
	size_t method_begin, method_end;
};

/* A VTIMEZONE, and the VCALENDAR that it stands in. */
struct file_zone {
	struct text tzid, raw;
	int calendar;
};

/* One event, task, … of the file. */
struct file_entry {
	size_t block, order;
	enum ical_component type;
	int calendar;
	struct text uid, recurrence, dtstamp;
	int64_t sequence;
	bool is_derived; /* its UID is ours */
	bool is_message; /* its METHOD makes it no object */
	bool is_superseded;
};

struct splitter {
	struct arena *arena;
	struct text file;
	struct ical_blocks blocks;
	struct file_calendar *calendars;
	struct file_zone *zones;
	struct file_entry *entries;
	size_t calendar_count, zone_count, entry_count;
	struct ical_part *parts;
	size_t part_count;
};

static inline struct text file_slice(const struct splitter *s, size_t begin, size_t end)
{
	return text_of(s->file.at + begin, end - begin);
}

/* Once all zones are known: in the order in which parts look for theirs. */
void file_sort_zones(struct splitter *s);

/*
 * Write the object of these entries, which have one UID and stand in the order of the
 * file: as its bytes are where it is all of the file, else within a VCALENDAR of ours. One
 * that is too large gets its fault.
 */
void file_write_part(struct splitter *s, struct file_entry **entries, size_t count,
		     struct ical_part *part);

#endif
