/* week - weekly hours in one line. See week.h. */
#include "freebusy/week.h"

#include "base/arena.h"

enum { DAYS = 7, HOUR_MINUTES = 60, DAY_MINUTES = 24 * HOUR_MINUTES };
/* The shortest window takes twelve characters with the blank before it. */
enum { WINDOWS_MAX = WEEK_BYTES_MAX / 12 + 1 };

static const char *const day_names[DAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

struct reader {
	struct arena *arena;
	struct hours_window *windows[DAYS];
	size_t counts[DAYS];
};

static const struct fault *unreadable(struct reader *r, struct text word)
{
	return fault_make(r->arena, FAULT_UNPROCESSABLE, "hours",
			  "Hours are like \"mon-fri 08:00-18:00, sat 09:00-12:00\"; \"%.*s\" is "
			  "neither days nor a window.",
			  TEXT_ARG(text_sub(word, 0, 40)));
}

/* -1: it is none. */
static int read_day(struct text word)
{
	for (int day = 0; day < DAYS; day++)
		if (text_equal_nocase(word, text_from(day_names[day])))
			return day;
	return -1;
}

/* "mon", or "mon-fri", or "sat-mon": bits of days; 0: it is no such thing. */
static unsigned read_days(struct text word)
{
	struct text rest = word, begin = TEXT_NONE;
	int first, last;
	unsigned days = 0;

	text_next(&rest, '-', &begin);
	first = read_day(begin);
	last = begin.len == word.len ? first : read_day(rest);
	if (first < 0 || last < 0)
		return 0;
	for (int day = first; day != last; day = (day + 1) % DAYS)
		days |= 1U << day;
	return days | 1U << last;
}

/* "08:00": minutes of the day; -1: it is none. */
static int32_t read_clock(struct text word)
{
	int64_t hour, minute;

	if (word.len != 5 || word.at[2] != ':' ||
	    !text_to_int64(text_sub(word, 0, 2), 0, 24, &hour) ||
	    !text_to_int64(text_sub(word, 3, 2), 0, 59, &minute) ||
	    hour * HOUR_MINUTES + minute > DAY_MINUTES)
		return -1;
	return (int32_t)(hour * HOUR_MINUTES + minute);
}

static bool read_window(struct text word, struct hours_window *out)
{
	out->start_min = read_clock(text_sub(word, 0, 5));
	out->end_min = word.len == 11 ? read_clock(text_sub(word, 6, 5)) : -1;
	return out->end_min >= 0 && word.at[5] == '-' && out->start_min >= 0 &&
	       out->start_min < DAY_MINUTES && out->start_min != out->end_min;
}

static void add_window(struct reader *r, unsigned days, struct hours_window w)
{
	for (int day = 0; day < DAYS; day++)
		if (days & 1U << day)
			r->windows[day][r->counts[day]++] = w;
}

/* "mon-thu sat 08:00-12:00 13:00-18:00" */
static const struct fault *read_entry(struct reader *r, struct text entry)
{
	struct text rest = text_trim(entry), word;
	unsigned days = 0;
	size_t windows = 0;

	while (text_next(&rest, ' ', &word)) {
		struct hours_window w;
		unsigned more = windows == 0 ? read_days(word) : 0;

		if (word.len == 0)
			continue;
		days |= more;
		if (more)
			continue;
		if (days == 0 || !read_window(word, &w))
			return unreadable(r, word);
		add_window(r, days, w);
		windows++;
	}
	return windows > 0 ? NULL : unreadable(r, entry);
}

static int compare_window(const void *a, const void *b)
{
	const struct hours_window *x = a, *y = b;

	return (x->start_min > y->start_min) - (x->start_min < y->start_min);
}

const struct fault *week_read(struct arena *a, struct text week, const struct zone *zone,
			      struct hours *out)
{
	struct reader r = {.arena = a};
	struct text rest = week, entry;

	*out = (struct hours){.zone = zone};
	if (week.len == 0 || week.len > WEEK_BYTES_MAX)
		return unreadable(&r, week);
	for (int day = 0; day < DAYS; day++)
		r.windows[day] = arena_alloc_array(a, WINDOWS_MAX, sizeof(*r.windows[day]));
	while (text_next(&rest, ',', &entry)) {
		const struct fault *f = read_entry(&r, entry);

		if (f)
			return f;
	}
	for (int day = 0; day < DAYS; day++) {
		qsort(r.windows[day], r.counts[day], sizeof(*r.windows[day]), compare_window);
		out->weekly[day] = r.windows[day];
		out->weekly_count[day] = r.counts[day];
	}
	return arena_check(a);
}
