/* schedule - weekly hours, overrides, holidays and journeys as JSON, in and out; see rules.h */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "booking/rules_priv.h"
#include "json/read.h"
#include "json/write.h"

enum { DAY_MINUTES = 1440 };

static const char schedule_keys[] = " weekly overrides holidays travel follow_host week_start ";
static const char *const weekday_words[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* ---- reading ------------------------------------------------------------------------------ */

/* "09:00"; "24:00" only where an end is read. */
static bool read_clock(const struct json *v, bool is_end, int32_t *out)
{
	struct text t;
	int64_t hour, minute;

	if (!json_text(v, &t) || t.len != 5 || t.at[2] != ':' || t.at[0] == '-' || t.at[3] == '-')
		return false;
	if (!text_to_int64(text_sub(t, 0, 2), 0, 24, &hour) ||
	    !text_to_int64(text_sub(t, 3, 2), 0, 59, &minute))
		return false;
	*out = (int32_t)(hour * 60 + minute);
	return *out < DAY_MINUTES || (is_end && *out == DAY_MINUTES);
}

static bool read_window(const struct json *v, struct hours_window *out)
{
	return read_clock(json_get(v, "start"), false, &out->start_min) &&
	       read_clock(json_get(v, "end"), true, &out->end_min);
}

static int compare_window(const void *a, const void *b)
{
	const struct hours_window *x = a, *y = b;

	if (x->start_min != y->start_min)
		return x->start_min < y->start_min ? -1 : 1;
	return (x->end_min > y->end_min) - (x->end_min < y->end_min);
}

static int read_weekday(const struct json *v)
{
	struct text word;

	if (json_text(v, &word))
		for (int i = 0; i < 7; i++)
			if (text_equal(word, text_from(weekday_words[i])))
				return i;
	return -1;
}

static const struct fault *read_weekly(struct arena *a, const struct json *list, struct hours *h)
{
	size_t count = json_item_count(list);
	struct hours_window *days[7];

	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_WINDOWS)
		return rules_wrong(a, "weekly", "must be a list of at most 256 windows");
	for (int d = 0; d < 7; d++)
		h->weekly[d] = days[d] = arena_alloc_array(a, count, sizeof(*days[d]));
	for (size_t i = 0; i < count; i++) {
		const struct json *v = json_item(list, i);
		int day = read_weekday(json_get(v, "day"));
		struct hours_window w;

		if (day < 0 || !read_window(v, &w) ||
		    rules_check_keys(a, v, " day start end ", NULL))
			return rules_wrong(
				a, "weekly",
				"holds windows like {\"day\":\"mon\",\"start\":\"09:00\","
				"\"end\":\"17:00\"}");
		days[day][h->weekly_count[day]++] = w;
	}
	for (int d = 0; d < 7; d++)
		qsort(days[d], h->weekly_count[d], sizeof(*days[d]), compare_window);
	return NULL;
}

static const struct fault *read_override(struct arena *a, const struct json *v,
					 struct hours_override *out)
{
	const struct json *list = json_get(v, "windows");
	size_t count = json_item_count(list);
	struct hours_window *windows;
	struct text date;

	if (!json_text(json_get(v, "date"), &date) || !day_parse(date, &out->day))
		return rules_wrong(a, "overrides", "needs a \"date\" like \"2027-01-19\"");
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_WINDOWS ||
	    rules_check_keys(a, v, " date windows ", NULL))
		return rules_wrong(a, "overrides", "needs a list of \"windows\" for each date");
	windows = arena_alloc_array(a, count, sizeof(*windows));
	for (size_t i = 0; i < count; i++)
		if (!read_window(json_item(list, i), &windows[i]) ||
		    rules_check_keys(a, json_item(list, i), " start end ", NULL))
			return rules_wrong(
				a, "overrides",
				"has windows like {\"start\":\"09:00\",\"end\":\"12:00\"}");
	qsort(windows, count, sizeof(*windows), compare_window);
	out->windows = windows;
	out->count = count;
	return NULL;
}

static int compare_override(const void *a, const void *b)
{
	const struct hours_override *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

/* Two overrides of one date are one with the windows of both (booking case B5). */
static struct hours_override override_join(struct arena *a, const struct hours_override *x,
					   const struct hours_override *y)
{
	struct hours_window *both = arena_alloc_array(a, x->count + y->count, sizeof(*both));

	if (x->count > 0)
		memcpy(both, x->windows, x->count * sizeof(*both));
	if (y->count > 0)
		memcpy(both + x->count, y->windows, y->count * sizeof(*both));
	qsort(both, x->count + y->count, sizeof(*both), compare_window);
	return (struct hours_override){x->day, both, x->count + y->count};
}

static const struct fault *read_overrides(struct arena *a, const struct json *list,
					  struct booking_schedule *s)
{
	size_t count = json_item_count(list), kept = 0, windows = 0;
	struct hours_override *all;

	if (json_kind(list) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_OVERRIDES)
		return rules_wrong(a, "overrides", "must be a list of at most 2000 dates");
	all = arena_alloc_array(a, count, sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		const struct fault *f = read_override(a, json_item(list, i), &all[i]);

		if (f)
			return f;
		windows += all[i].count;
		if (windows > RULES_MAX_OVERRIDE_WINDOWS)
			return rules_wrong(a, "overrides", "may have at most 4000 windows in all");
	}
	qsort(all, count, sizeof(*all), compare_override);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || all[kept - 1].day != all[i].day)
			all[kept++] = all[i];
		else if (all[kept - 1].count + all[i].count > RULES_MAX_WINDOWS)
			return rules_wrong(a, "overrides", "may have at most 256 windows a date");
		else
			all[kept - 1] = override_join(a, &all[kept - 1], &all[i]);
	}
	s->overrides = all;
	s->override_count = kept;
	return arena_check(a);
}

static int compare_holiday(const void *a, const void *b)
{
	const struct booking_holiday *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static const struct fault *read_holidays(struct arena *a, const struct json *list,
					 struct booking_schedule *s)
{
	size_t count = json_item_count(list);
	struct booking_holiday *all;

	if (json_kind(list) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_HOLIDAYS)
		return rules_wrong(a, "holidays", "must be a list of at most 1000 dates");
	all = arena_alloc_array(a, count, sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		const struct json *v = json_item(list, i);
		struct text date, name;

		if (!json_text(json_get(v, "date"), &date) || !day_parse(date, &all[i].day) ||
		    !json_text(json_get(v, "name"), &name) || name.len > RULES_MAX_HOLIDAY_BYTES ||
		    !text_is_plain(name, "") || rules_check_keys(a, v, " date name ", NULL))
			return rules_wrong(
				a, "holidays",
				"holds dates like {\"date\":\"2027-05-01\",\"name\":\"May Day\"}");
		all[i].name = text_dup(a, name);
	}
	qsort(all, count, sizeof(*all), compare_holiday);
	s->holidays = all;
	s->holiday_count = count;
	return arena_check(a);
}

const struct fault *booking_schedule_close_holidays(struct arena *a, struct booking_schedule *s)
{
	struct hours_override *all =
		arena_alloc_array(a, s->override_count + s->holiday_count, sizeof(*all));
	size_t i = 0, k = 0, count = 0;

	while (i < s->override_count || k < s->holiday_count) {
		bool is_own = k == s->holiday_count ||
			      (i < s->override_count && s->overrides[i].day <= s->holidays[k].day);
		struct hours_override next =
			is_own ? s->overrides[i++]
			       : (struct hours_override){.day = s->holidays[k++].day};

		if (count == 0 || all[count - 1].day != next.day)
			all[count++] = next;
	}
	s->hours.overrides = all;
	s->hours.override_count = count;
	return arena_check(a);
}

static bool read_journey(struct arena *a, const struct json *v, struct hours_journey *out)
{
	struct text from, to, zone;

	if (!json_text(json_get(v, "from"), &from) || !json_text(json_get(v, "to"), &to) ||
	    !json_text(json_get(v, "timezone"), &zone))
		return false;
	out->zone = zone_find(zone);
	return day_parse(from, &out->first_day) && day_parse(to, &out->last_day) && out->zone &&
	       out->first_day <= out->last_day &&
	       !rules_check_keys(a, v, " from to timezone ", NULL);
}

static int compare_journey(const void *a, const void *b)
{
	const struct hours_journey *x = a, *y = b;

	return (x->first_day > y->first_day) - (x->first_day < y->first_day);
}

static const struct fault *read_travel(struct arena *a, const struct json *list, struct hours *h)
{
	size_t count = json_item_count(list);
	struct hours_journey *all;

	if (json_kind(list) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_JOURNEYS)
		return rules_wrong(a, "travel", "must be a list of at most 100 journeys");
	all = arena_alloc_array(a, count, sizeof(*all));
	for (size_t i = 0; i < count; i++)
		if (!read_journey(a, json_item(list, i), &all[i]))
			return rules_wrong(a, "travel",
					   "holds journeys like {\"from\":\"2027-05-01\",\"to\":"
					   "\"2027-05-10\",\"timezone\":\"Asia/Tokyo\"}");
	qsort(all, count, sizeof(*all), compare_journey);
	for (size_t i = 1; i < count; i++)
		if (all[i].first_day <= all[i - 1].last_day)
			return rules_wrong(a, "travel", "has two journeys on one date");
	h->journeys = all;
	h->journey_count = count;
	return arena_check(a);
}

static const struct fault *read_rest(struct arena *a, const struct json *object,
				     struct booking_schedule *s)
{
	const struct json *follow = json_get(object, "follow_host");
	const struct json *week = json_get(object, "week_start");

	if (json_kind(follow) != JSON_KIND_NONE && !json_bool(follow, &s->follow_host))
		return rules_wrong(a, "follow_host", "is true or false");
	if (json_kind(week) == JSON_KIND_NONE)
		return NULL;
	s->week_start = read_weekday(week);
	return s->week_start < 0 ? rules_wrong(a, "week_start", "is a day like \"mon\"") : NULL;
}

const struct fault *booking_schedule_from_json(struct arena *a, const struct json *object,
					       const char *others, struct text zone,
					       struct booking_schedule *out)
{
	const struct fault *f = rules_check_keys(a, object, schedule_keys, others);

	*out = (struct booking_schedule){.hours.zone = zone_find(zone), .readable = true};
	if (f)
		return f;
	if (!out->hours.zone)
		return fault_make(a, FAULT_UNKNOWN_ZONE, "timezone",
				  "\"%.*s\" is no time zone; give a name like Europe/Berlin.",
				  TEXT_ARG(text_sub(zone, 0, 60)));
	if ((f = read_weekly(a, json_get(object, "weekly"), &out->hours)) ||
	    (f = read_overrides(a, json_get(object, "overrides"), out)) ||
	    (f = read_holidays(a, json_get(object, "holidays"), out)) ||
	    (f = read_travel(a, json_get(object, "travel"), &out->hours)) ||
	    (f = read_rest(a, object, out)))
		return f;
	return booking_schedule_close_holidays(a, out);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void put_clock(struct json_writer *w, const char *key, int32_t minutes)
{
	char clock[5];

	clock[0] = (char)('0' + minutes / 600);
	clock[1] = (char)('0' + minutes / 60 % 10);
	clock[2] = ':';
	clock[3] = (char)('0' + minutes % 60 / 10);
	clock[4] = (char)('0' + minutes % 10);
	json_key(w, key);
	json_add_plain(w, text_of(clock, sizeof(clock)));
}

static void put_window(struct json_writer *w, const struct hours_window *window)
{
	put_clock(w, "start", window->start_min);
	put_clock(w, "end", window->end_min);
	json_end_object(w);
}

static void put_date(struct json_writer *w, const char *key, int64_t day)
{
	struct buf date;

	buf_init(&date, w->out->arena, 16, 32);
	day_put(&date, day);
	json_key(w, key);
	json_add_plain(w, buf_text(&date));
}

static void put_override(struct json_writer *w, const struct hours_override *o)
{
	json_begin_object(w);
	put_date(w, "date", o->day);
	json_key(w, "windows");
	json_begin_list(w);
	for (size_t i = 0; i < o->count; i++) {
		json_begin_object(w);
		put_window(w, &o->windows[i]);
	}
	json_end_list(w);
	json_end_object(w);
}

static void put_holidays(struct json_writer *w, const struct booking_schedule *s)
{
	json_key(w, "holidays");
	json_begin_list(w);
	for (size_t i = 0; i < s->holiday_count; i++) {
		json_begin_object(w);
		put_date(w, "date", s->holidays[i].day);
		json_key(w, "name");
		json_add_text(w, s->holidays[i].name);
		json_end_object(w);
	}
	json_end_list(w);
}

static void put_travel(struct json_writer *w, const struct hours *h)
{
	json_key(w, "travel");
	json_begin_list(w);
	for (size_t i = 0; i < h->journey_count; i++) {
		json_begin_object(w);
		put_date(w, "from", h->journeys[i].first_day);
		put_date(w, "to", h->journeys[i].last_day);
		json_key(w, "timezone");
		json_add_text(w, zone_name(h->journeys[i].zone));
		json_end_object(w);
	}
	json_end_list(w);
}

static void put_weekly(struct json_writer *w, const struct hours *h)
{
	for (int d = 0; d < 7; d++)
		for (size_t i = 0; i < h->weekly_count[d]; i++) {
			json_begin_object(w);
			json_key(w, "day");
			json_add_str(w, weekday_words[d]);
			put_window(w, &h->weekly[d][i]);
		}
}

static void put_members(struct json_writer *w, const struct booking_schedule *s, bool with_week)
{
	json_key(w, "weekly");
	json_begin_list(w);
	if (with_week)
		put_weekly(w, &s->hours);
	json_end_list(w);
	json_key(w, "overrides");
	json_begin_list(w);
	for (size_t i = 0; i < s->override_count; i++)
		put_override(w, &s->overrides[i]);
	json_end_list(w);
	put_holidays(w, s);
	put_travel(w, &s->hours);
	json_key(w, "follow_host");
	json_add_bool(w, s->follow_host);
	json_key(w, "week_start");
	json_add_str(w, weekday_words[s->week_start]);
}

/* A week that is not all that holds would mislead. */
void booking_schedule_put_members(struct json_writer *w, const struct booking_schedule *s)
{
	put_members(w, s, s->readable);
}

void booking_schedule_write(struct buf *out, const struct booking_schedule *s)
{
	struct json_writer w = {.out = out};

	json_begin_object(&w);
	put_members(&w, s, true);
	json_end_object(&w);
}

#define WEEKLY(day, from, to) "{\"day\":\"" day "\",\"start\":\"" from "\",\"end\":\"" to "\"}"
#define SCHEDULE(weekly)                                                                           \
	"{\"weekly\":[" weekly "],\"overrides\":[],\"holidays\":[],\"travel\":[],"                 \
	"\"follow_host\":false,\"week_start\":\"mon\"}"

struct text booking_default_schedule(void)
{
#define NINE_TO_FIVE(day) WEEKLY(day, "09:00", "17:00")
	return TEXT(SCHEDULE(NINE_TO_FIVE("mon") "," NINE_TO_FIVE("tue") "," NINE_TO_FIVE(
		"wed") "," NINE_TO_FIVE("thu") "," NINE_TO_FIVE("fri")));
#undef NINE_TO_FIVE
}

struct text booking_team_schedule(void)
{
#define ALL_DAY(day) WEEKLY(day, "00:00", "24:00")
	return TEXT(SCHEDULE(ALL_DAY("mon") "," ALL_DAY("tue") "," ALL_DAY("wed") "," ALL_DAY(
		"thu") "," ALL_DAY("fri") "," ALL_DAY("sat") "," ALL_DAY("sun")));
#undef ALL_DAY
}

#undef SCHEDULE
#undef WEEKLY
