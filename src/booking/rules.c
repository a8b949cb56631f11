/* rules - meeting types as JSON, in and out; see rules.h. Schedules: schedule.c */
#include "booking/rules.h"

#include "base/arena.h"
#include "booking/rules_priv.h"
#include "json/read.h"
#include "json/write.h"

/* clang-format off */
const struct booking_type_number booking_type_numbers[] = {
	/* member                  option     where                                      min max                   else */
	{ "step_minutes",          "step",    offsetof(struct booking_type, step_min),    0, RULES_MAX_MINUTES,     0 },
	{ "notice_minutes",        "notice",  offsetof(struct booking_type, notice_min),  0, RULES_MAX_NOTICE_MIN,  0 },
	{ "window_days",           "window",  offsetof(struct booking_type, window_days), 1, RULES_MAX_WINDOW_DAYS, 60 },
	{ "buffer_before_minutes", "before",  offsetof(struct booking_type, before_min),  0, RULES_MAX_MINUTES,     0 },
	{ "buffer_after_minutes",  "after",   offsetof(struct booking_type, after_min),   0, RULES_MAX_MINUTES,     0 },
	{ 0 }
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

/* ---- what a type may say ------------------------------------------------------------------ */

int32_t *booking_type_number(struct booking_type *t, const struct booking_type_number *n)
{
	return (int32_t *)(void *)((char *)t + n->offset);
}

static int32_t number_of(const struct booking_type *t, const struct booking_type_number *n)
{
	return *(const int32_t *)(const void *)((const char *)t + n->offset);
}

static const struct fault *wrong_number(struct arena *a, const struct booking_type_number *n)
{
	return fault_make(a, FAULT_UNPROCESSABLE, n->member,
			  "\"%s\" must be a whole number from %d to %d.", n->member, (int)n->min,
			  (int)n->max);
}

static const struct fault *check_numbers(struct arena *a, const struct booking_type *t)
{
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++)
		if (number_of(t, n) < n->min || number_of(t, n) > n->max)
			return wrong_number(a, n);
	return NULL;
}

static const struct fault *check_durations(struct arena *a, const struct booking_type *t)
{
	if (t->duration_count < 1 || t->duration_count > RULES_MAX_DURATIONS)
		return rules_wrong(a, "durations", "must be a list of one to eight lengths");
	for (int32_t i = 0; i < t->duration_count; i++) {
		if (t->durations_min[i] < 1 || t->durations_min[i] > RULES_MAX_MINUTES)
			return rules_wrong(a, "durations", "holds minutes from 1 to 1440");
		for (int32_t j = 0; j < i; j++)
			if (t->durations_min[j] == t->durations_min[i])
				return rules_wrong(a, "durations", "says a length twice");
	}
	return NULL;
}

/* Part of the address of a page. */
static bool slug_is_valid(struct text slug)
{
	for (size_t i = 0; i < slug.len; i++) {
		char c = slug.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i > 0 && c == '-')))
			return false;
	}
	return slug.len > 0 && slug.len <= RULES_MAX_SLUG_BYTES;
}

static bool title_is_valid(struct text title)
{
	return text_trim(title).len > 0 && title.len <= RULES_MAX_TITLE_BYTES &&
	       text_is_utf8(title) && !text_has_control(title);
}

const struct fault *booking_type_check(struct arena *a, const struct booking_type *t)
{
	const struct fault *f;

	if (!slug_is_valid(t->slug))
		return fault_make(a, FAULT_UNPROCESSABLE, "slug",
				  "A slug is a-z, 0-9 and '-', at most 63 of them.");
	if (!title_is_valid(t->title))
		return fault_make(a, FAULT_UNPROCESSABLE, "title",
				  "A title of at most 400 bytes on one line is needed.");
	f = check_durations(a, t);
	return f ? f : check_numbers(a, t);
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool read_int32(const struct json *v, int32_t *out)
{
	int64_t value;

	if (!json_int(v, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	*out = (int32_t)value;
	return true;
}

static const struct fault *read_durations(struct arena *a, const struct json *object,
					  struct booking_type *t)
{
	const struct json *list = json_get(object, "durations");
	size_t count = json_item_count(list);

	/* Too many are none, and what is no number is 0: neither may be. */
	t->duration_count = count <= RULES_MAX_DURATIONS ? (int32_t)count : 0;
	for (int32_t i = 0; i < t->duration_count; i++)
		if (!read_int32(json_item(list, (size_t)i), &t->durations_min[i]))
			t->durations_min[i] = 0;
	return check_durations(a, t);
}

static const struct fault *read_numbers(struct arena *a, const struct json *object,
					struct booking_type *t)
{
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++) {
		const struct json *v = json_get(object, n->member);

		*booking_type_number(t, n) = n->fallback;
		if (json_kind(v) != JSON_KIND_NONE && !read_int32(v, booking_type_number(t, n)))
			return wrong_number(a, n);
	}
	return check_numbers(a, t);
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
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++) {
		json_key(w, n->member);
		json_add_int(w, number_of(t, n));
	}
	json_key(w, "shared_buffers");
	json_add_bool(w, t->shared_buffers);
	json_key(w, "schedule");
	json_add_text(w, t->schedule);
}

struct meeting_type booking_type_row(struct arena *a, int64_t owner, const struct booking_type *t)
{
	struct buf rules;
	struct json_writer w = {.out = &rules};

	buf_init(&rules, a, 512, RULES_MAX_BYTES);
	json_begin_object(&w);
	booking_type_put_members(&w, t);
	json_end_object(&w);
	return (struct meeting_type){
		.owner = owner,
		.id = t->id,
		.slug = t->slug,
		.title = t->title,
		.rules = buf_text(&rules),
		.version = t->version,
	};
}
