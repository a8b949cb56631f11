/*
 * outlook_series - the rule of a series of bookings, as Graph has rules; pure
 *
 * A rule is every so many days, weeks or months, so many times (booking/series.h). Graph's is the
 * same, but that it moves the 31st to the end of a shorter month, where ours has no time there:
 * such a rule cannot be said. Dates that are left out are no part of a rule: they are deleted.
 */
#include "base/arena.h"
#include "federation/outlook_priv.h"
#include "ical/time.h"
#include "ical/zone.h"

enum { COUNT_MAX = 999, INTERVAL_MAX = 99, LAST_DAY_MAX = 28, LEFT_OUT_MAX = 1000 };

static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
				       "friday", "saturday", "sunday"};

static const struct {
	const char *freq, *type;
} patterns[] = {
	{"DAILY", "daily"},
	{"WEEKLY", "weekly"},
	{"MONTHLY", "absoluteMonthly"},
};

struct rule {
	const char *type; /* NULL: not said */
	int64_t interval, count;
};

static bool read_part(struct text part, struct rule *out)
{
	ptrdiff_t equals = text_find_char(part, '=', 0);
	struct text name = text_sub(part, 0, equals < 0 ? 0 : (size_t)equals);
	struct text value = text_sub(part, (size_t)(equals + 1), part.len);

	if (text_equal(name, TEXT("COUNT")))
		return text_to_int64(value, 1, COUNT_MAX, &out->count);
	if (text_equal(name, TEXT("INTERVAL")))
		return text_to_int64(value, 1, INTERVAL_MAX, &out->interval);
	for (size_t i = 0; text_equal(name, TEXT("FREQ")) && i < ARRAY_LEN(patterns); i++)
		if (text_equal(value, text_from(patterns[i].freq)))
			out->type = patterns[i].type;
	return text_equal(name, TEXT("FREQ"));
}

/* False: it has a part that is not known here, no end, or more than one rule. */
static bool read_rule(struct text lines, struct rule *out)
{
	struct text rest = lines, line, part;
	bool well = true;
	int rules = 0;

	*out = (struct rule){.interval = 1};
	while (text_next(&rest, '\n', &line)) {
		line = text_trim(line);
		if (line.len == 0 || text_starts(line, TEXT("EXDATE")))
			continue;
		well = well && text_starts(line, TEXT("RRULE:")) && ++rules == 1;
		line = text_sub(line, strlen("RRULE:"), line.len);
		while (well && text_next(&line, ';', &part))
			well = read_part(part, out);
	}
	return well && rules == 1 && out->type && out->count > 0;
}

static void put_pattern(struct json_writer *w, const struct rule *rule, const struct civil *first,
			int64_t day)
{
	json_key(w, "pattern");
	json_begin_object(w);
	json_key(w, "type");
	json_add_str(w, rule->type);
	json_key(w, "interval");
	json_add_int(w, rule->interval);
	if (strcmp(rule->type, "weekly") == 0) {
		json_key(w, "daysOfWeek");
		json_begin_list(w);
		json_add_str(w, weekdays[weekday_of_day(day)]);
		json_end_list(w);
		json_key(w, "firstDayOfWeek");
		json_add_str(w, "monday");
	} else if (strcmp(rule->type, "absoluteMonthly") == 0) {
		json_key(w, "dayOfMonth");
		json_add_int(w, first->day);
	}
	json_end_object(w);
}

static void put_range(struct json_writer *w, const struct rule *rule, int64_t day,
		      struct text windows)
{
	struct buf b;

	buf_init(&b, w->out->arena, 16, 32);
	day_put(&b, day);
	json_key(w, "range");
	json_begin_object(w);
	json_key(w, "type");
	json_add_str(w, "numbered");
	json_key(w, "startDate");
	json_add_plain(w, buf_text(&b));
	json_key(w, "numberOfOccurrences");
	json_add_int(w, rule->count);
	json_key(w, "recurrenceTimeZone");
	json_add_text(w, windows);
	json_end_object(w);
}

bool outlook_put_recurrence(struct json_writer *w, const struct remote_copy *copy)
{
	const struct zone *zone = zone_find(copy->timezone);
	struct text windows = zone_windows_name(copy->timezone);
	struct civil first;
	struct rule rule;
	int64_t local;

	if (!zone || windows.len == 0 || !read_rule(copy->rule, &rule))
		return false;
	local = zone_to_local(zone, copy->start);
	civil_from_local(local, &first);
	if (strcmp(rule.type, "absoluteMonthly") == 0 && first.day > LAST_DAY_MAX)
		return false;
	json_key(w, "recurrence");
	json_begin_object(w);
	put_pattern(w, &rule, &first, floor_div(local, DAY_SECONDS));
	put_range(w, &rule, floor_div(local, DAY_SECONDS), windows);
	json_end_object(w);
	return true;
}

size_t outlook_left_out(struct arena *a, const struct remote_copy *copy, int64_t **out)
{
	const struct zone *zone = zone_find(copy->timezone);
	struct text rest = copy->rule, line, value;
	size_t count = 0;

	*out = arena_alloc_array(a, LEFT_OUT_MAX, sizeof(**out));
	while (text_next(&rest, '\n', &line)) {
		ptrdiff_t colon = text_find_char(line, ':', 0);
		struct text values = text_trim(text_sub(line, (size_t)(colon + 1), line.len));
		enum time_form form;
		int64_t at;

		if (!text_starts(line, TEXT("EXDATE")) || colon < 0)
			continue;
		while (count < LEFT_OUT_MAX && text_next(&values, ',', &value))
			if (time_parse(value, &at, &form) && (form == TIME_UTC || zone))
				(*out)[count++] = form == TIME_UTC ? at : zone_to_utc(zone, at);
	}
	return count;
}
