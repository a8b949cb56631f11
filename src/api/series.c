/* series - a series in a request, and what of it cannot be booked (booking case E14) */
#include "api/api_priv.h"

#include "ical/time.h"
#include "json/write.h"

struct series_body {
	struct member_int count, interval;
	struct text every;
	const struct json *skip;
};

static const struct member series_members[] = {
	{"count", JSON_KIND_INT, offsetof(struct series_body, count)},
	{"every", JSON_KIND_TEXT, offsetof(struct series_body, every)},
	{"interval", JSON_KIND_INT, offsetof(struct series_body, interval)},
	{"skip", JSON_KIND_NONE, offsetof(struct series_body, skip)},
};

static const char *const every_words[] = {
	[SERIES_DAY] = "day",
	[SERIES_WEEK] = "week",
	[SERIES_MONTH] = "month",
};

static const struct fault *wrong(struct arena *a)
{
	return fault_make(a, FAULT_UNPROCESSABLE, "series",
			  "A series is {\"count\":12,\"every\":\"day\", \"week\" or \"month\","
			  "\"interval\":1,\"skip\":[dates]}.");
}

static bool read_every(struct text word, enum series_every *out)
{
	for (size_t i = 0; i < ARRAY_LEN(every_words); i++)
		if (text_equal(word, text_from(every_words[i]))) {
			*out = (enum series_every)i;
			return true;
		}
	return false;
}

static const struct fault *read_skip(struct arena *a, const struct json *list,
				     struct book_series *out)
{
	size_t count = json_item_count(list);
	int64_t *days;

	if (json_kind(list) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(list) != JSON_KIND_LIST || count > RULES_MAX_SERIES)
		return wrong(a);
	days = arena_alloc_array(a, count, sizeof(*days));
	for (size_t i = 0; i < count; i++) {
		struct text date;

		if (!json_text(json_item(list, i), &date) || !day_parse(date, &days[i]))
			return wrong(a);
	}
	out->skip = days;
	out->skip_count = count;
	return NULL;
}

const struct fault *api_read_series(struct arena *a, const struct json *said,
				    struct book_series *out)
{
	struct series_body body = {.skip = NULL};
	const struct fault *f;

	*out = (struct book_series){.count = 0};
	if (json_kind(said) == JSON_KIND_NONE || json_kind(said) == JSON_KIND_NULL)
		return NULL;
	if (json_kind(said) != JSON_KIND_OBJECT)
		return wrong(a);
	f = members_read(a, said, series_members, ARRAY_LEN(series_members), &body);
	if (f)
		return f;
	if (!body.interval.said)
		body.interval.value = 1;
	if (!read_every(body.every, &out->every) || body.count.value < 1 ||
	    body.count.value > RULES_MAX_SERIES || body.interval.value < 1 ||
	    body.interval.value > RULES_MAX_MINUTES)
		return wrong(a);
	out->count = (int32_t)body.count.value;
	out->interval = (int32_t)body.interval.value;
	return read_skip(a, body.skip, out);
}

const struct fault *api_answer_clashes(struct api_request *ar, const struct fault *f,
				       const struct book_outcome *outcome)
{
	struct api_problem p;

	api_problem_begin(&p, ar->rq, f);
	json_key(&p.w, "clashes");
	json_begin_list(&p.w);
	for (size_t i = 0; i < outcome->clash_count; i++) {
		json_begin_object(&p.w);
		api_put_time(&p.w, "start_time", outcome->clashes[i].start);
		json_key(&p.w, "reason");
		json_add_str(&p.w, outcome->clashes[i].reason);
		json_end_object(&p.w);
	}
	json_end_list(&p.w);
	api_problem_send(&p);
	return NULL;
}
