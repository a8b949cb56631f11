/* rules - meeting types as JSON, in and out; see rules.h. Schedules: schedule.c */
#include "booking/rules.h"

#include <limits.h>

#include "base/arena.h"
#include "booking/rules_priv.h"
#include "json/read.h"
#include "json/write.h"

/* A whole number of a type: where it stands, what it may be, and what it is when absent. */
struct number_rule {
	const char *key;
	size_t offset;
	int32_t min, max, fallback;
};

/* clang-format off */
static const struct number_rule number_rules[] = {
	{ "step_minutes",          offsetof(struct booking_type, step_min),    0, RULES_MAX_MINUTES,     0 },
	{ "notice_minutes",        offsetof(struct booking_type, notice_min),  0, RULES_MAX_NOTICE_MIN,  0 },
	{ "window_days",           offsetof(struct booking_type, window_days), 1, RULES_MAX_WINDOW_DAYS, 60 },
	{ "buffer_before_minutes", offsetof(struct booking_type, before_min),  0, RULES_MAX_MINUTES,     0 },
	{ "buffer_after_minutes",  offsetof(struct booking_type, after_min),   0, RULES_MAX_MINUTES,     0 },
};
/* clang-format on */

static const char type_keys[] = " durations step_minutes notice_minutes window_days"
				" buffer_before_minutes buffer_after_minutes shared_buffers"
				" schedule ";

const struct fault *rules_wrong(struct arena *a, const char *key, const char *why)
{
	return fault_make(a, FAULT_UNPROCESSABLE, key, "\"%s\" %s.", key, why);
}

/* ---- members that nobody knows -------------------------------------------------------- */

struct known_keys {
	const char *rules, *others;
	struct text unknown;
};

/* words has a blank on both sides of each word; a key with one in it is none of them. */
static bool is_among(struct text key, const char *words)
{
	if (text_find_char(key, ' ', 0) >= 0)
		return false;
	for (const char *at = words; at && (at = strchr(at, ' ')) != NULL; at++)
		if (key.len > 0 && strncmp(at + 1, key.at, key.len) == 0 && at[1 + key.len] == ' ')
			return true;
	return false;
}

static bool check_key(struct text key, const struct json *value, void *ctx)
{
	struct known_keys *k = ctx;

	(void)value;
	if (is_among(key, k->rules) || is_among(key, k->others))
		return true;
	k->unknown = key;
	return false;
}

const struct fault *rules_check_keys(struct arena *a, const struct json *object, const char *rules,
				     const char *others)
{
	struct known_keys k = {rules, others, TEXT_NONE};

	if (json_kind(object) != JSON_KIND_OBJECT)
		return fault_make(a, FAULT_UNPROCESSABLE, NULL, "The rules are no JSON object.");
	json_for_each(object, check_key, &k);
	if (!k.unknown.at)
		return NULL;
	return rules_wrong(a, text_cstr(a, text_sub(k.unknown, 0, 60)), "is not known here");
}

/* ---- reading ------------------------------------------------------------------------------ */

/* A whole number within [min, max], or the fallback when the member is absent. */
static const struct fault *read_int(struct arena *a, const struct json *object, const char *key,
				    int64_t min, int64_t max, int64_t fallback, int64_t *out)
{
	const struct json *v = json_get(object, key);

	*out = fallback;
	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (!json_int(v, out) || *out < min || *out > max)
		return fault_make(a, FAULT_UNPROCESSABLE, key,
				  "\"%s\" must be a whole number from %lld to %lld.", key,
				  (long long)min, (long long)max);
	return NULL;
}

static const struct fault *read_durations(struct arena *a, const struct json *object,
					  struct booking_type *t)
{
	const struct json *list = json_get(object, "durations");
	size_t count = json_item_count(list);

	if (count == 0 || count > RULES_MAX_DURATIONS)
		return rules_wrong(a, "durations", "must be a list of one to eight lengths");
	for (size_t i = 0; i < count; i++) {
		int64_t minutes;

		if (!json_int(json_item(list, i), &minutes) || minutes < 1 ||
		    minutes > RULES_MAX_MINUTES)
			return rules_wrong(a, "durations", "holds minutes from 1 to 1440");
		for (int32_t j = 0; j < t->duration_count; j++)
			if (t->durations_min[j] == minutes)
				return rules_wrong(a, "durations", "says a length twice");
		t->durations_min[t->duration_count++] = (int32_t)minutes;
	}
	return NULL;
}

static const struct fault *read_numbers(struct arena *a, const struct json *object,
					struct booking_type *t)
{
	for (size_t i = 0; i < ARRAY_LEN(number_rules); i++) {
		const struct number_rule *n = &number_rules[i];
		int64_t value;
		const struct fault *f =
			read_int(a, object, n->key, n->min, n->max, n->fallback, &value);

		if (f)
			return f;
		*(int32_t *)(void *)((char *)t + n->offset) = (int32_t)value;
	}
	return NULL;
}

static const struct fault *read_rest(struct arena *a, const struct json *object,
				     struct booking_type *t)
{
	const struct json *shared = json_get(object, "shared_buffers");
	const struct json *schedule = json_get(object, "schedule");

	t->schedule = TEXT("default");
	if (json_kind(shared) != JSON_KIND_NONE && !json_bool(shared, &t->shared_buffers))
		return rules_wrong(a, "shared_buffers", "must be true or false");
	if (json_kind(schedule) == JSON_KIND_NONE)
		return NULL;
	if (!json_text(schedule, &t->schedule) || t->schedule.len == 0 || t->schedule.len > 64)
		return rules_wrong(a, "schedule", "must be the id of a schedule");
	t->schedule = text_dup(a, t->schedule);
	return NULL;
}

const struct fault *booking_type_from_json(struct arena *a, const struct json *object,
					   const char *others, struct booking_type *out)
{
	const struct fault *f = rules_check_keys(a, object, type_keys, others);

	*out = (struct booking_type){.duration_count = 0};
	if (!f)
		f = read_durations(a, object, out);
	if (!f)
		f = read_numbers(a, object, out);
	if (!f)
		f = read_rest(a, object, out);
	return f;
}

const struct fault *booking_type_read(struct arena *a, const struct meeting_type *row,
				      struct booking_type *out)
{
	/* The document goes at once: what is read from it stays as long as the host is known. */
	struct arena *scratch = arena_create(RULES_MAX_BYTES);
	const struct json *root;
	const struct fault *f = json_parse(scratch, row->rules, RULES_MAX_BYTES, &root);

	if (f)
		f = fault_copy(a, f);
	else
		f = booking_type_from_json(a, root, NULL, out);
	arena_destroy(scratch);
	if (f)
		return f;
	out->id = text_dup(a, row->id);
	out->slug = text_dup(a, row->slug);
	out->title = text_dup(a, row->title);
	out->version = row->version;
	return NULL;
}

/* ---- writing ------------------------------------------------------------------------------- */

void booking_type_put_members(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "durations");
	json_begin_list(w);
	for (int32_t i = 0; i < t->duration_count; i++)
		json_add_int(w, t->durations_min[i]);
	json_end_list(w);
	for (size_t i = 0; i < ARRAY_LEN(number_rules); i++) {
		json_key(w, number_rules[i].key);
		json_add_int(w, *(const int32_t *)(const void *)((const char *)t +
								 number_rules[i].offset));
	}
	json_key(w, "shared_buffers");
	json_add_bool(w, t->shared_buffers);
	json_key(w, "schedule");
	json_add_text(w, t->schedule);
}

void booking_type_write(struct buf *out, const struct booking_type *t)
{
	struct json_writer w = {.out = out};

	json_begin_object(&w);
	booking_type_put_members(&w, t);
	json_end_object(&w);
}

bool booking_slug_is_valid(struct text slug)
{
	for (size_t i = 0; i < slug.len; i++) {
		char c = slug.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i > 0 && c == '-')))
			return false;
	}
	return slug.len > 0 && slug.len <= RULES_MAX_SLUG_BYTES;
}
