/* remind_mail - a reminder, or what follows a meeting, as a mail; see remind.h */
#include "post/remind.h"

#include "base/arena.h"
#include "base/buf.h"
#include "booking/book.h"
#include "booking/host.h"
#include "ical/time.h"
#include "ical/zone.h"
#include "store/job.h"

static struct text write_text(struct arena *a, const struct remind *r, struct text title)
{
	const struct zone *zone = reminder_zone(r->booking);
	struct buf b;

	buf_init(&b, a, 512, 16 * 1024);
	if (r->reminder.after)
		buf_put_text(&b, r->type->follow_up.text);
	else
		buf_put_text(&b, title);
	buf_put_lit(&b, "\n\n");
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
				 int64_t now, struct route_about *about_out,
				 struct mail_message *out)
{
	const struct owner *host = &r->host->owner;
	bool to_host = r->task.side == REMIND_HOST;
	struct text title = r->type ? r->type->title : TEXT("Your meeting");

	*out = (struct mail_message){
		.from.name = owner_title(host),
		.to = {r->booking->invitee_name, r->booking->invitee_email},
		.reply_to.name = owner_title(host),
		.subject = title,
		.text = write_text(a, r, title),
		.date = now,
	};
	if (to_host)
		out->to = (struct mail_address){owner_title(r->reader), r->reader->email};
	else
		out->unsubscribe = opt_out_link(p, a, r);
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
