/* rules_remind - what is told before and after a meeting, in and out; see rules.h */
#include "booking/rules_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "json/read.h"
#include "json/write.h"

static const char reminders_are[] =
	"is a list of at most five like {\"before\":\"PT24H\",\"by\":\"mail\",\"to\":\"invitee\"}: "
	"before is a time from PT5M to P31D, by is mail or webhook, to (of a mail) is invitee, "
	"host "
	"or both";
static const char follow_up_is[] = "is null, or like {\"after\":\"PT1H\",\"text\":\"Thank you.\"}, "
				   "of a time from PT5M to P31D "
				   "and at most 2000 bytes";

/* A day before, and an hour before, by mail to the invitee. */
const struct reminders rules_default_reminders = {
	.at = {{.minutes = 24 * 60}, {.minutes = 60}},
	.count = 2,
};

/* Whom a webhook tells is not for a reminder to say. */
static bool read_one(struct arena *a, const struct json *v, struct reminder *out)
{
	struct text before = TEXT_NONE;
	int by = REMINDER_BY_MAIL, to = REMINDER_TO_INVITEE;

	*out = (struct reminder){.days = 0};
	if (rules_check_keys(a, v, " before by to ", NULL) ||
	    rules_read_text(a, v, "before", &before) ||
	    rules_read_word(a, v, "by", reminder_by_words, &by) ||
	    rules_read_word(a, v, "to", reminder_to_words, &to))
		return false;
	out->by = (enum reminder_by)by;
	out->to = (enum reminder_to)to;
	return reminder_read_span(before, out) &&
	       (by == REMINDER_BY_MAIL || json_kind(json_get(v, "to")) == JSON_KIND_NONE);
}

const struct fault *rules_read_reminders(struct arena *a, const struct json *object,
					 struct booking_type *out)
{
	const struct json *list = json_get(object, "reminders");
	struct reminders *all = &out->reminders;

	if (json_kind(list) == JSON_KIND_NONE)
		return NULL;
	if (json_kind(list) != JSON_KIND_LIST || json_item_count(list) > REMINDERS_MAX)
		return rules_wrong(a, "reminders", reminders_are);
	for (all->count = 0; all->count < json_item_count(list); all->count++)
		if (!read_one(a, json_item(list, all->count), &all->at[all->count]))
			return rules_wrong(a, "reminders", reminders_are);
	return NULL;
}

const struct fault *rules_read_follow_up(struct arena *a, const struct json *object,
					 struct booking_type *out)
{
	const struct json *v = json_get(object, "follow_up");
	struct booking_follow_up *f = &out->follow_up;
	struct text after = TEXT_NONE;

	if (json_kind(v) == JSON_KIND_NONE || json_kind(v) == JSON_KIND_NULL)
		return NULL;
	if (rules_check_keys(a, v, " after text ", NULL) ||
	    rules_read_text(a, v, "after", &after) || rules_read_text(a, v, "text", &f->text) ||
	    !reminder_read_span(after, &f->when) || text_trim(f->text).len == 0)
		return rules_wrong(a, "follow_up", follow_up_is);
	f->when.after = true;
	return NULL;
}

static bool is_within(const struct reminder *r)
{
	return r->days > 0
		       ? r->days <= REMINDER_MAX_DAYS
		       : r->minutes >= REMINDER_MIN_MINUTES && r->minutes <= REMINDER_MAX_MINUTES;
}

const struct fault *rules_check_reminders(struct arena *a, const struct booking_type *t)
{
	const struct booking_follow_up *f = &t->follow_up;

	if (t->reminders.count > REMINDERS_MAX)
		return rules_wrong(a, "reminders", reminders_are);
	for (size_t i = 0; i < t->reminders.count; i++)
		if (!is_within(&t->reminders.at[i]))
			return rules_wrong(a, "reminders", reminders_are);
	if (f->text.len > 0 && (f->text.len > RULES_MAX_FOLLOW_UP_BYTES ||
				!text_is_plain(f->text, "\n\r\t") || !is_within(&f->when)))
		return rules_wrong(a, "follow_up", follow_up_is);
	return NULL;
}

struct text booking_type_reminders(struct arena *a, const struct booking_type *t)
{
	struct reminders all = t->reminders;

	if (t->follow_up.text.len > 0)
		all.at[all.count++] = t->follow_up.when;
	return reminders_text(a, &all);
}

static void put_span(struct json_writer *w, const char *key, const struct reminder *r)
{
	struct buf span;

	buf_init(&span, w->out->arena, 16, 32);
	reminder_put_span(&span, r);
	json_key(w, key);
	json_add_plain(w, buf_text(&span));
}

void rules_put_reminders(struct json_writer *w, const struct booking_type *t)
{
	json_key(w, "reminders");
	json_begin_list(w);
	for (size_t i = 0; i < t->reminders.count; i++) {
		const struct reminder *r = &t->reminders.at[i];

		json_begin_object(w);
		put_span(w, "before", r);
		json_key(w, "by");
		json_add_str(w, reminder_by_words[r->by]);
		if (r->by == REMINDER_BY_MAIL) {
			json_key(w, "to");
			json_add_str(w, reminder_to_words[r->to]);
		}
		json_end_object(w);
	}
	json_end_list(w);
	json_key(w, "follow_up");
	if (t->follow_up.text.len == 0) {
		json_add_null(w);
		return;
	}
	json_begin_object(w);
	put_span(w, "after", &t->follow_up.when);
	json_key(w, "text");
	json_add_text(w, t->follow_up.text);
	json_end_object(w);
}
