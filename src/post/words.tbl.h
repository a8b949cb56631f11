/*
 * words.tbl.h - what several letters say, and the dates in them: a line each of
 * share/mail/LANG/words
 *
 * A label stands in front of a line of facts; {{city}}, {{time}} and {{n}} are filled in where the
 * English words have them.
 */
/* clang-format off */
POST_WORD(when)
POST_WORD(for_you)	/* in the zone of the reader … */
POST_WORD(for_host)	/* … of their host … */
POST_WORD(for_guest)	/* … of their guest */
POST_WORD(was)		/* when it was before */
POST_WORD(to)		/* between the first and the last day */
POST_WORD(repeats)
POST_WORD(days)
POST_WORD(weeks)
POST_WORD(months)
POST_WORD(every_days)
POST_WORD(every_weeks)
POST_WORD(every_months)
POST_WORD(length)
POST_WORD(where)
POST_WORD(join)
POST_WORD(with)
POST_WORD(guest)
POST_WORD(reason)
POST_WORD(answers)
POST_WORD(why)
POST_WORD(open)
POST_WORD(who)
POST_WORD(organizer)
POST_WORD(accepted)
POST_WORD(declined)
POST_WORD(tentative)
POST_WORD(delegated)
POST_WORD(unanswered)
POST_WORD(in_minutes)	/* how long before the start a reminder comes */
POST_WORD(in_hour)
POST_WORD(in_hours)
POST_WORD(in_days)
POST_WORD(meeting)	/* a title where there is none */
POST_WORD(unsubscribe)
