/* rules - meeting types as JSON, in and out; see rules.h and rules_priv.h. Schedules: schedule.c */
#include "booking/rules.h"

#include "base/arena.h"
#include "booking/rules_priv.h"
#include "json/read.h"
#include "json/write.h"

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
