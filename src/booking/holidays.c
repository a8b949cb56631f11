/*
 * holidays - whole days of any iCalendar file, as dates on which nobody is booked
 *
 * Files of public holidays have one event a day, once or each year, mostly TRANSPARENT: what is
 * busy is not asked, only which dates they are. Events with a time of day are no holidays.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "booking/rules_priv.h"
#include "ical/expand.h"

enum {
	SCRATCH_BYTES = 16 * 1024 * 1024,
	BACK_DAYS = 31,
	AHEAD_DAYS = 3 * 366,
	STEPS = RECUR_BUDGET_DEFAULT,
	STEPS_OBJECT = 16,
};

struct taking {
	struct arena *arena;
	int64_t first_day, last_day, steps;
	struct booking_holiday *at;
	size_t count;
	size_t events, whole_days; /* of the events of the file, those that are dates */
};

/* At most so many bytes, and no half character. */
static struct text name_of(struct arena *a, const struct ical_item *item)
{
	struct text name = text_trim(ical_text_unescape(a, item->summary));

	if (name.len > RULES_MAX_HOLIDAY_BYTES) {
		name.len = RULES_MAX_HOLIDAY_BYTES;
		while (name.len > 0 && !text_is_utf8(name))
			name.len--;
	}
	return text_has_control(name) ? TEXT("") : text_dup(a, name);
}

static const struct fault *too_many(struct taking *t)
{
	return rules_wrong(t->arena, "holidays", "would be more than 1000 dates");
}

static const struct fault *take_day(struct taking *t, int64_t day, struct text name)
{
	if (day < t->first_day || day > t->last_day)
		return NULL;
	if (t->count == RULES_MAX_HOLIDAYS)
		return too_many(t);
	t->at[t->count++] = (struct booking_holiday){day, name};
	return NULL;
}

static const struct fault *take_occurrence(struct taking *t, const struct ical_object *o,
					   const struct occurrence *x)
{
	const struct ical_item *item = &o->items[x->item];
	int64_t first = floor_div(x->start, DAY_SECONDS);
	int64_t end = max64(floor_div(x->end, DAY_SECONDS), first + 1);
	const struct fault *f = NULL;
	struct text name;

	if (item->dtstart.form != TIME_DATE || item->status == STATUS_CANCELLED)
		return NULL;
	name = name_of(t->arena, item);
	for (int64_t day = max64(first, t->first_day); day < end && day <= t->last_day && !f; day++)
		f = take_day(t, day, name);
	return f;
}

static const struct fault *take_part(struct taking *t, struct arena *scratch,
				     const struct ical_part *part)
{
	struct expand_limits limits = {.steps = t->steps, .max_occurrences = RULES_MAX_HOLIDAYS};
	struct ical_object *o;
	struct expansion e;
	const struct fault *f = part->fault;

	t->steps -= STEPS_OBJECT;
	if (!f)
		f = ical_object_parse(scratch, part->raw, ICAL_FROM_IMPORT, &o);
	if (f)
		return f;
	if (o->type != COMP_VEVENT)
		return NULL;
	t->events++;
	t->whole_days += o->items[0].dtstart.form == TIME_DATE;
	f = ical_expand(scratch, o, t->first_day * DAY_SECONDS, (t->last_day + 1) * DAY_SECONDS,
			NULL, 0, limits, &e);
	if (!f && !e.complete)
		return too_many(t);
	t->steps -= f ? 0 : e.spent;
	for (size_t i = 0; !f && i < e.count; i++)
		f = take_occurrence(t, o, &e.at[i]);
	return f;
}

/* By date; the first of those on one. */
static int compare_day(const void *a, const void *b)
{
	const struct booking_holiday *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return text_compare(x->name, y->name);
}

static size_t keep_once(struct booking_holiday *at, size_t count)
{
	size_t kept = 0;

	qsort(at, count, sizeof(*at), compare_day);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || at[kept - 1].day != at[i].day)
			at[kept++] = at[i];
	return kept;
}

const struct fault *booking_schedule_take_holidays(struct arena *a, struct text file, int64_t now,
						   struct booking_schedule *s)
{
	int64_t today = floor_div(now, DAY_SECONDS);
	struct taking t = {
		.arena = a,
		.first_day = today - BACK_DAYS,
		.last_day = today + AHEAD_DAYS,
		.steps = STEPS,
		.at = arena_alloc_array(a, RULES_MAX_HOLIDAYS, sizeof(*t.at)),
	};
	struct arena *scratch = arena_create(SCRATCH_BYTES);
	struct ical_part *parts;
	size_t count = 0;
	const struct fault *f = ical_file_split(a, file, &parts, &count);

	for (size_t i = 0; i < count && !f; i++) {
		f = fault_copy(a, take_part(&t, scratch, &parts[i]));
		arena_reset(scratch);
	}
	arena_destroy(scratch);
	if (!f && t.events > 0 && t.whole_days == 0)
		f = rules_wrong(a, "holidays", "has events, and none that is a whole day");
	if (f)
		return f;
	s->holidays = t.at;
	s->holiday_count = keep_once(t.at, t.count);
	return booking_schedule_close_holidays(a, s);
}
