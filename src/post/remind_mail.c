/* remind_mail - a reminder, or what follows a meeting, as a mail; see remind.h */
#include "post/remind.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/secret.h"
#include "booking/book.h"
#include "booking/host.h"
#include "calendar/calendar.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/job.h"

/* Constant for what it tells, and to whom: a second delivery is the same mail (decisions 19). */
static struct text message_id(const struct post *p, struct arena *a, const struct remind *r)
{
	struct job j = reminder_job(a, r->booking->owner, &r->task, 0);
	struct text mac = secret_mac(a, &p->calendar->key, "message-id", j.key);
	struct text domain = r->host->owner.email;
	ptrdiff_t at = text_find_char(domain, '@', 0);

	domain = at < 0 ? TEXT("localhost") : text_sub(domain, (size_t)at + 1, domain.len);
	return text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(mac), TEXT_ARG(domain)));
}

static struct text write_text(struct arena *a, const struct remind *r, struct text title)
{
	const struct zone *zone = reminder_zone(r->booking);
	struct buf b;

	buf_init(&b, a, 512, 16 * 1024);
	if (r->reminder.after)
		buf_put_text(&b, r->type->follow_up.text);
	else
		buf_printf(&b, "%.*s\n", TEXT_ARG(title));
	time_put_local(&b, zone_to_local(zone, r->start));
	buf_printf(&b, " (%.*s)\n", TEXT_ARG(zone_name(zone)));
	return buf_text(&b);
}

/* Where who is reminded says that they want no more of that. */
static struct text opt_out_link(const struct post *p, struct arena *a, const struct remind *r)
{
	struct text page = book_link(p->desk, a, r->booking, BOOK_INVITEE);

	return text_from(arena_printf(a, "%.*s/reminders", TEXT_ARG(page)));
}

const struct fault *remind_write(const struct post *p, struct arena *a, const struct remind *r,
				 int64_t now, struct remind_mail *out)
{
	const struct owner *host = &r->host->owner;
	bool to_host = r->task.side == REMIND_HOST;
	struct text title = r->type ? r->type->title : TEXT("Your meeting");
	struct mail_message m = {
		.from = {owner_title(host), p->from.len > 0 ? p->from : host->email},
		.to = {r->booking->invitee_name, r->booking->invitee_email},
		.reply_to = {owner_title(host), host->email},
		.subject = title,
		.text = write_text(a, r, title),
		.message_id = message_id(p, a, r),
		.date = now,
	};

	if (to_host)
		m.to = (struct mail_address){owner_title(r->reader), r->reader->email};
	else
		m.unsubscribe = opt_out_link(p, a, r);
	out->envelope_from = m.from.address;
	out->to = m.to.address;
	return mail_compose(a, &m, &out->message);
}
