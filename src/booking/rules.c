/* rules - meeting types as JSON, in and out; see rules.h and rules_priv.h. Schedules: schedule.c */
#include "booking/rules.h"

#include "base/arena.h"
#include "booking/rules_priv.h"
#include "json/read.h"
#include "json/write.h"

#define AT(member) offsetof(struct booking_type, member)
/* clang-format off */
const struct booking_type_number booking_type_numbers[] = {
	/* of       member                   option                 where                      min max                       else */
	{ NULL,     "step_minutes",          "step",                AT(step_min),               0, RULES_MAX_MINUTES,         0 },
	{ NULL,     "notice_minutes",        "notice",              AT(notice_min),             0, RULES_MAX_NOTICE_MIN,      0 },
	{ NULL,     "notice_days",           "notice-days",         AT(notice_days),            0, RULES_MAX_WINDOW_DAYS,     0 },
	{ NULL,     "window_days",           "window",              AT(window_days),            1, RULES_MAX_WINDOW_DAYS,    60 },
	{ NULL,     "buffer_before_minutes", "before",              AT(before_min),             0, RULES_MAX_MINUTES,         0 },
	{ NULL,     "buffer_after_minutes",  "after",               AT(after_min),              0, RULES_MAX_MINUTES,         0 },
	{ NULL,     "pending_hours",         "pending-hours",       AT(pending_hours),          1, RULES_MAX_PENDING_HOURS,  48 },
	{ NULL,     "seats",                 "seats",               AT(seats),                  1, RULES_MAX_SEATS,           1 },
	{ NULL,     "cancel_until_minutes",  "cancel-until",        AT(cancel_until_min),       0, RULES_MAX_NOTICE_MIN,      0 },
	{ NULL,     "move_until_minutes",    "move-until",          AT(move_until_min),         0, RULES_MAX_NOTICE_MIN,      0 },
	{ "limits", "day",                   "limit-day",           AT(limits.day),             0, RULES_MAX_LIMIT,           0 },
	{ "limits", "week",                  "limit-week",          AT(limits.week),            0, RULES_MAX_LIMIT,           0 },
	{ "limits", "month",                 "limit-month",         AT(limits.month),           0, RULES_MAX_LIMIT,           0 },
	{ "limits", "minutes_day",           "limit-minutes-day",   AT(limits.minutes_day),     0, RULES_MAX_LIMIT_MINUTES,   0 },
	{ "limits", "minutes_week",          "limit-minutes-week",  AT(limits.minutes_week),    0, RULES_MAX_LIMIT_MINUTES,   0 },
	{ "limits", "minutes_month",         "limit-minutes-month", AT(limits.minutes_month),   0, RULES_MAX_LIMIT_MINUTES,   0 },
	{ "limits", "per_invitee",           "limit-per-invitee",   AT(limits.per_invitee),     0, RULES_MAX_LIMIT,           0 },
	{ "series", "max",                   "series",              AT(series_max),             1, RULES_MAX_SERIES,          1 },
	{ 0 }
};

const struct booking_type_flag booking_type_flags[] = {
	/* member                      option                  where                          else */
	{ "shared_buffers",            "shared-buffers",       AT(shared_buffers),            false },
	{ "buffers_inside_hours",      "buffers-inside-hours", AT(buffers_inside_hours),      false },
	{ "align_to_clock",            "align-to-clock",       AT(align_to_clock),            false },
	{ "tentative_blocks",          "tentative-is-free",    AT(tentative_blocks),          true },
	{ "working_elsewhere_blocks",  "elsewhere-is-free",    AT(working_elsewhere_blocks),  true },
	{ "hidden",                    "hidden",               AT(hidden),                    false },
	{ "confirm",                   "confirm",              AT(confirm),                   false },
	{ "confirm_address",           "confirm-address",      AT(confirm_address),           false },
	{ "pending_blocks",            "pending-is-free",      AT(pending_blocks),            true },
	{ "seats_show_others",         "seats-show-others",    AT(seats_show_others),         false },
	{ "waiting_list",              "waiting-list",         AT(waiting_list),              false },
	{ 0 }
};
/* clang-format on */

static const char type_keys[] =
	" durations step_minutes notice_minutes notice_days window_days window_from window_to"
	" buffer_before_minutes buffer_after_minutes shared_buffers buffers_inside_hours"
	" align_to_clock tentative_blocks working_elsewhere_blocks limits schedule description"
	" colour hidden access location questions confirm confirm_address pending_blocks"
	" pending_hours seats seats_show_others waiting_list series cancel_until_minutes"
	" move_until_minutes team reminders follow_up ";

/* The objects within it that hold numbers. */
static const struct {
	const char *name, *keys;
} number_objects[] = {
	{"limits", " day week month minutes_day minutes_week minutes_month per_invitee "},
	{"series", " max "},
};

static const char *const access_words[] = {"everybody", "link", NULL};

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

/* ---- members of one kind ----------------------------------------------------------------------
 */

int32_t *booking_type_number(struct booking_type *t, const struct booking_type_number *n)
{
	return (int32_t *)(void *)((char *)t + n->offset);
}

bool *booking_type_flag(struct booking_type *t, const struct booking_type_flag *flag)
{
	return (bool *)(void *)((char *)t + flag->offset);
}

bool booking_type_is_limited(const struct booking_type *t)
{
	const struct booking_limits *l = &t->limits;

	return l->day > 0 || l->week > 0 || l->month > 0 || l->minutes_day > 0 ||
	       l->minutes_week > 0 || l->minutes_month > 0;
}

void booking_type_init(struct booking_type *t)
{
	*t = (struct booking_type){.schedule = TEXT_INIT("default"),
				   .reminders = rules_default_reminders};
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++)
		*booking_type_number(t, n) = n->fallback;
	for (const struct booking_type_flag *flag = booking_type_flags; flag->member; flag++)
		*booking_type_flag(t, flag) = flag->fallback;
}

const struct fault *rules_read_word(struct arena *a, const struct json *object, const char *key,
				    const char *const words[], int *out)
{
	const struct json *v = json_get(object, key);
	struct text word;

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (json_text(v, &word))
		for (int i = 0; words[i]; i++)
			if (text_equal(word, text_from(words[i]))) {
				*out = i;
				return NULL;
			}
	return rules_wrong(a, key, "is none of the words that may stand here");
}

const struct fault *rules_read_text(struct arena *a, const struct json *object, const char *key,
				    struct text *out)
{
	const struct json *v = json_get(object, key);

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (!json_text(v, out))
		return rules_wrong(a, key, "must be a text");
	*out = text_dup(a, *out);
	return NULL;
}

const struct fault *rules_read_bool(struct arena *a, const struct json *object, const char *key,
				    bool *out)
{
	const struct json *v = json_get(object, key);

	if (json_kind(v) == JSON_KIND_NONE || json_bool(v, out))
		return NULL;
	return rules_wrong(a, key, "must be true or false");
}

bool rules_read_int32(const struct json *v, int32_t *out)
{
	int64_t value;

	if (!json_int(v, &value) || value < INT32_MIN || value > INT32_MAX)
		return false;
	*out = (int32_t)value;
	return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

static const struct fault *read_durations(struct arena *a, const struct json *object,
					  struct booking_type *t)
{
	const struct json *list = json_get(object, "durations");
	size_t count = json_item_count(list);

	/* Too many are none, and what is no number is 0: neither may be. */
	t->duration_count = count <= RULES_MAX_DURATIONS ? (int32_t)count : 0;
	for (int32_t i = 0; i < t->duration_count; i++)
		if (!rules_read_int32(json_item(list, (size_t)i), &t->durations_min[i]))
			t->durations_min[i] = 0;
	return arena_check(a);
}

static const struct fault *check_objects(struct arena *a, const struct json *object)
{
	for (size_t i = 0; i < ARRAY_LEN(number_objects); i++) {
		const struct json *v = json_get(object, number_objects[i].name);

		if (json_kind(v) == JSON_KIND_NONE)
			continue;
		if (json_kind(v) != JSON_KIND_OBJECT)
			return rules_wrong(a, number_objects[i].name, "must be an object");
		if (rules_check_keys(a, v, number_objects[i].keys, NULL))
			return rules_wrong(a, number_objects[i].name,
					   "has a member that is not known here");
	}
	return NULL;
}

static const struct fault *read_numbers(struct arena *a, const struct json *object,
					struct booking_type *t)
{
	const struct fault *f = check_objects(a, object);

	for (const struct booking_type_number *n = booking_type_numbers; !f && n->member; n++) {
		const struct json *v =
			json_get(n->object ? json_get(object, n->object) : object, n->member);

		if (json_kind(v) != JSON_KIND_NONE &&
		    !rules_read_int32(v, booking_type_number(t, n)))
			f = rules_wrong_number(a, n);
	}
	return f;
}

static const struct fault *read_flags(struct arena *a, const struct json *object,
				      struct booking_type *t)
{
	const struct fault *f = NULL;

	for (const struct booking_type_flag *flag = booking_type_flags; !f && flag->member; flag++)
		f = rules_read_bool(a, object, flag->member, booking_type_flag(t, flag));
	return f;
}

static const struct fault *read_date(struct arena *a, const struct json *object, const char *key,
				     int64_t *out)
{
	const struct json *v = json_get(object, key);
	struct text date;

	if (json_kind(v) == JSON_KIND_NONE)
		return NULL;
	if (json_text(v, &date) && day_parse(date, out) && *out > 0)
		return NULL;
	return rules_wrong(a, key, "must be a date like \"2027-01-19\"");
}

static const struct fault *read_rest(struct arena *a, const struct json *object,
				     struct booking_type *t)
{
	int access = t->access;
	const struct fault *f = read_date(a, object, "window_from", &t->window_from);

	if (!f)
		f = read_date(a, object, "window_to", &t->window_to);
	if (!f)
		f = rules_read_text(a, object, "schedule", &t->schedule);
	if (!f)
		f = rules_read_text(a, object, "description", &t->description);
	if (!f)
		f = rules_read_text(a, object, "colour", &t->colour);
	if (!f)
		f = rules_read_word(a, object, "access", access_words, &access);
	t->access = (enum booking_access)access;
	return f;
}

const struct fault *booking_type_from_json(struct arena *a, const struct json *object,
					   const char *others, struct booking_type *out)
{
	static const struct fault *(*const parts[])(struct arena *, const struct json *,
						    struct booking_type *) = {
		read_durations,	      read_numbers,
		read_flags,	      read_rest,
		rules_read_location,  rules_read_questions,
		rules_read_team,      rules_read_reminders,
		rules_read_follow_up, NULL,
	};
	const struct fault *f = rules_check_keys(a, object, type_keys, others);

	booking_type_init(out);
	for (size_t i = 0; !f && parts[i]; i++)
		f = parts[i](a, object, out);
	return f ? f : rules_check(a, out);
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

/* Those of one object, or with NULL those that stand in none. */
static void put_numbers(struct json_writer *w, const struct booking_type *t, const char *object)
{
	for (const struct booking_type_number *n = booking_type_numbers; n->member; n++) {
		if (n->object != object && !(n->object && object && strcmp(n->object, object) == 0))
			continue;
		json_key(w, n->member);
		json_add_int(w, rules_number(t, n));
	}
}

static void put_date(struct json_writer *w, const char *key, int64_t day)
{
	struct buf date;

	if (day == 0)
		return;
	buf_init(&date, w->out->arena, 16, 32);
	day_put(&date, day);
	json_key(w, key);
	json_add_plain(w, buf_text(&date));
}

static void put_texts(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "schedule");
	json_add_text(w, t->schedule);
	json_key(w, "description");
	json_add_text(w, t->description);
	if (t->colour.len > 0) {
		json_key(w, "colour");
		json_add_text(w, t->colour);
	}
	json_key(w, "access");
	json_add_str(w, access_words[t->access]);
}

void booking_type_put_members(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "durations");
	json_begin_list(w);
	for (int32_t i = 0; i < t->duration_count; i++)
		json_add_int(w, t->durations_min[i]);
	json_end_list(w);
	put_numbers(w, t, NULL);
	put_date(w, "window_from", t->window_from);
	put_date(w, "window_to", t->window_to);
	for (const struct booking_type_flag *flag = booking_type_flags; flag->member; flag++) {
		json_key(w, flag->member);
		json_add_bool(w, *(const bool *)((const char *)t + flag->offset));
	}
	for (size_t i = 0; i < ARRAY_LEN(number_objects); i++) {
		json_key(w, number_objects[i].name);
		json_begin_object(w);
		put_numbers(w, t, number_objects[i].name);
		json_end_object(w);
	}
	put_texts(w, t);
	rules_put_location(w, &t->location);
	rules_put_questions(w, t);
	rules_put_reminders(w, t);
	rules_put_team(w, &t->team);
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
