/* remind_mail - a reminder, or what follows a meeting, as a mail; see remind.h */
#include "post/remind.h"

#include "base/arena.h"
#include "booking/book.h"
#include "booking/host.h"
#include "post/letter.h"
#include "store/job.h"

enum { LEAD_SLACK_MIN = 5 };

/* Where who is reminded says that they want no more of that. */
static struct text opt_out_link(const struct post *p, struct arena *a, const struct remind *r)
{
	struct text page = book_link(p->desk, a, r->booking, BOOK_INVITEE);

	return text_from(arena_printf(a, "%.*s/reminders", TEXT_ARG(page)));
}

static enum letter_kind letter_of(const struct remind *r)
{
	if (r->task.side == REMIND_HOST)
		return LETTER_HOST_REMINDER;
	return r->reminder.after ? LETTER_FOLLOW_UP : LETTER_REMINDER;
}

/* As the type says it, while that is true: 0 of a late one, and of a day that has not 24 hours. */
static int32_t lead_minutes(const struct remind *r, int64_t now)
{
	int32_t said = r->reminder.days * 24 * 60 + r->reminder.minutes;

	return llabs((r->start - now) / 60 - said) <= LEAD_SLACK_MIN ? said : 0;
}

/* Of this instance, which a host may have moved by itself. */
static struct letter_facts facts_of(const struct post *p, struct arena *a, const struct remind *r,
				    struct text unsubscribe, int64_t now)
{
	struct letter_facts x =
		r->task.side == REMIND_HOST
			? letter_to_host(p, a, r->host, r->type, r->booking, r->reader)
			: letter_of_booking(p, a, r->host, r->type, r->booking);

	x.start = r->start;
	x.end = r->end;
	x.rule = TEXT_NONE;
	x.unsubscribe = unsubscribe;
	if (r->reminder.after) {
		x.words = r->type->follow_up.text;
		x.manage = TEXT_NONE;
	} else {
		x.minutes_before = lead_minutes(r, now);
	}
	return x;
}

const struct fault *remind_write(const struct post *p, struct arena *a, const struct remind *r,
				 int64_t now, struct route_about *about_out,
				 struct mail_message *out)
{
	const struct owner *host = &r->host->owner;
	bool to_host = r->task.side == REMIND_HOST;
	const struct letter_facts facts =
		facts_of(p, a, r, to_host ? TEXT_NONE : opt_out_link(p, a, r), now);
	struct letter letter;
	const struct fault *f = letter_write(p, a, letter_of(r), &facts, &letter);

	if (f)
		return f;
	*out = (struct mail_message){
		.from.name = owner_title(host),
		.to = {r->booking->invitee_name, r->booking->invitee_email},
		.reply_to.name = owner_title(host),
		.subject = letter.subject,
		.text = letter.text,
		.html = letter.html,
		.date = now,
	};
	if (to_host)
		out->to = (struct mail_address){owner_title(r->reader), r->reader->email};
	else
		out->unsubscribe = facts.unsubscribe;
	*about_out = (struct route_about){
		.owner = host,
		.address = host->email,
		.uid = r->booking->uid,
		.to = out->to.address,
		.said = reminder_job(a, r->booking->owner, &r->task, 0).key,
		.organizes = !to_host,
	};
	return arena_check(a);
}
