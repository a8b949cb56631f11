/*
 * rules_priv - what the files that read rules share in reading JSON strictly
 *
 * rules.c reads and writes a meeting type, rules_ask.c its location and its questions,
 * rules_team.c its hosts, rules_remind.c its reminders, all of them by the members of
 * rules_member.c and the rows of rules_table.c; rules_check.c knows the bounds, and what does not
 * go together. A schedule is JSON in schedule.c, a row in schedule_row.c.
 */
#ifndef BOOKING_RULES_PRIV_H
#define BOOKING_RULES_PRIV_H

#include "booking/rules.h"

struct json;
struct json_writer;

/* UNPROCESSABLE about a key: "key" why. */
const struct fault *rules_wrong(struct arena *a, const char *key, const char *why);

/* UNPROCESSABLE for a member that neither list of words knows; others may be NULL. */
MUST_CHECK const struct fault *rules_check_keys(struct arena *a, const struct json *object,
						const char *rules, const char *others);

/*
 * Members of an object; what is not there leaves *out as it is. A word becomes its place in a list
 * that ends with NULL; a text lives in the arena.
 */
MUST_CHECK const struct fault *rules_read_word(struct arena *a, const struct json *object,
					       const char *key, const char *const words[],
					       int *out);
MUST_CHECK const struct fault *rules_read_text(struct arena *a, const struct json *object,
					       const char *key, struct text *out);
MUST_CHECK const struct fault *rules_read_bool(struct arena *a, const struct json *object,
					       const char *key, bool *out);
MUST_CHECK bool rules_read_int32(const struct json *v, int32_t *out);

int32_t rules_number(const struct booking_type *t, const struct booking_type_number *n);

MUST_CHECK const struct fault *rules_read_location(struct arena *a, const struct json *object,
						   struct booking_type *out);
MUST_CHECK const struct fault *rules_read_questions(struct arena *a, const struct json *object,
						    struct booking_type *out);
MUST_CHECK const struct fault *rules_read_team(struct arena *a, const struct json *object,
					       struct booking_type *out);
MUST_CHECK const struct fault *rules_read_reminders(struct arena *a, const struct json *object,
						    struct booking_type *out);
MUST_CHECK const struct fault *rules_read_follow_up(struct arena *a, const struct json *object,
						    struct booking_type *out);
void rules_put_location(struct json_writer *w, const struct booking_location *l);
void rules_put_questions(struct json_writer *w, const struct booking_type *t);
void rules_put_team(struct json_writer *w, const struct booking_team *team);
void rules_put_reminders(struct json_writer *w, const struct booking_type *t);

/* Of a type that says nothing about them. */
extern const struct reminders rules_default_reminders;

/* UNPROCESSABLE about a number that is out of its bounds. */
const struct fault *rules_wrong_number(struct arena *a, const struct booking_type_number *n);

/* All bounds but those of slug and title, which stand apart from the rules. */
MUST_CHECK const struct fault *rules_check(struct arena *a, const struct booking_type *t);

MUST_CHECK const struct fault *rules_check_team(struct arena *a, const struct booking_type *t);
MUST_CHECK const struct fault *rules_check_reminders(struct arena *a, const struct booking_type *t);

/* Put the week of calendar apps in the place of the rules', where they have set one. */
MUST_CHECK const struct fault *schedule_read_week(struct arena *a, struct booking_schedule *s);
/* As booking_schedule_row() does: tell calendar apps another week, or leave theirs as it is. */
MUST_CHECK const struct fault *schedule_settle_week(struct arena *a, struct booking_schedule *s,
						    const struct booking_schedule *old,
						    int64_t owner, int64_t now);

#endif
