/* rules_table - the numbers and the flags of a meeting type, each a row; see rules.h */
#include "booking/rules_priv.h"

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

int32_t *booking_type_number(struct booking_type *t, const struct booking_type_number *n)
{
	return (int32_t *)(void *)((char *)t + n->offset);
}

int32_t rules_number(const struct booking_type *t, const struct booking_type_number *n)
{
	return *(const int32_t *)(const void *)((const char *)t + n->offset);
}

bool *booking_type_flag(struct booking_type *t, const struct booking_type_flag *flag)
{
	return (bool *)(void *)((char *)t + flag->offset);
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

bool booking_type_is_limited(const struct booking_type *t)
{
	const struct booking_limits *l = &t->limits;

	return l->day > 0 || l->week > 0 || l->month > 0 || l->minutes_day > 0 ||
	       l->minutes_week > 0 || l->minutes_month > 0;
}
