/*
 * hours_rows - rules in the words of a test's row
 */
#include "hours_rows.h"

#include "base/buf.h"
#include "unit.h"

enum { WINDOWS = 32, YEAR = 2027 };

static int64_t number(struct text t, size_t from, size_t len)
{
	int64_t n = 0;

	if (!text_to_int64(text_sub(t, from, len), 0, 9999, &n))
		CU_FAIL_FATAL("a row has no number where one is wanted");
	return n;
}

static struct hours_window window(struct text t)
{
	return (struct hours_window){
		(int32_t)(number(t, 0, 2) * 60 + number(t, 3, 2)),
		(int32_t)(number(t, 6, 2) * 60 + number(t, 9, 2)),
	};
}

static void set_weekly(struct arena *a, struct hours *h, const char *rule)
{
	static const char days[] = "mon tue wed thu fri sat sun";
	struct hours_window *weekly[7];
	struct text rest = text_from(rule), part;

	for (size_t d = 0; d < 7; d++)
		h->weekly[d] = weekly[d] = arena_alloc_array(a, WINDOWS, sizeof(*weekly[d]));
	while (rest.len > 0 && text_next(&rest, ',', &part)) {
		part = text_trim(part);
		for (size_t d = 0; d < 7; d++)
			if (text_starts(part, text_of(days + d * 4, 3)))
				weekly[d][h->weekly_count[d]++] =
					window(text_sub(part, 4, part.len));
	}
}

static void set_overrides(struct arena *a, struct hours *h, const char *list)
{
	struct hours_override *o = arena_alloc_array(a, WINDOWS, sizeof(*o));
	struct text rest = text_from(list), part;

	h->overrides = o;
	while (rest.len > 0 && text_next(&rest, ',', &part)) {
		struct hours_window *w = arena_alloc(a, sizeof(*w));

		part = text_trim(part);
		if (!day_parse(text_sub(part, 0, 10), &o->day))
			CU_FAIL_FATAL("a row has no date");
		if (part.len > 10) {
			*w = window(text_sub(part, 11, part.len));
			o->count = 1;
		}
		o->windows = w;
		o++;
		h->override_count++;
	}
}

void hours_row(struct arena *a, const char *zone, const char *weekly, const char *overrides,
	       struct hours *out)
{
	*out = (struct hours){.zone = zone_find(text_from(zone))};
	if (!out->zone)
		CU_FAIL_FATAL("a row has no zone");
	set_weekly(a, out, weekly);
	set_overrides(a, out, overrides ? overrides : "");
}

int64_t instant_row(struct text t)
{
	ptrdiff_t dash = t.len > 9 ? text_find_char(t, '-', 0) : -1;
	int64_t year = dash == 4 ? number(t, 0, 4) : YEAR;
	struct text rest = dash == 4 ? text_sub(t, 5, t.len) : t;

	return days_from_civil((int)year, (int)number(rest, 0, 2), (int)number(rest, 2, 2)) *
		       DAY_SECONDS +
	       number(rest, 5, 2) * 3600 + number(rest, 7, 2) * 60;
}

struct busy_period *busy_row(struct arena *a, const char *list, size_t *count_out)
{
	struct busy_period *at = arena_alloc_array(a, WINDOWS, sizeof(*at));
	struct text rest = text_from(list), part;

	*count_out = 0;
	while (rest.len > 0 && text_next(&rest, ' ', &part))
		at[(*count_out)++] = (struct busy_period){
			instant_row(text_sub(part, 0, 9)),
			instant_row(text_sub(part, 10, 9)),
			BUSY_BUSY,
		};
	return at;
}

void instant_put(struct buf *out, int64_t utc)
{
	struct civil c;

	civil_from_local(utc, &c);
	if (c.year != YEAR)
		buf_printf(out, "%04d-", c.year);
	buf_printf(out, "%02d%02dT%02d%02d", c.month, c.day, c.hour, c.minute);
}
