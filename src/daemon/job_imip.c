/*
 * job_imip - a scheduling message to somebody outside, by mail (RFC 6047)
 *
 * Messages to one person about one UID leave in the order of their causes. The words around it are
 * for programs that show no card: what it is about, and what is asked.
 *
 * ORGANIZER stands in the message as it is stored, and an answer by mail goes to that address:
 * whose mail comes to Fasti (mail.replies, another address for answers in the mailed copy) is
 * decided where mail is taken in, which is not built yet. mail.from, where it is set, is in From
 * and in the envelope alone; Reply-To is the user's own address.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/secret.h"
#include "calendar/calendar.h"
#include "daemon/house.h"
#include "daemon/job_message.h"
#include "ical/line.h"
#include "mail/compose.h"
#include "store/job.h"

enum { IMIP_TITLE_MAX = 200 };

/* What a mail with this METHOD is called, and says. */
static const struct imip_words {
	const char *method;
	const char *subject;
	const char *says;
} imip_words[] = {
	{"REQUEST", "Invitation", "invites you to"},
	{"CANCEL", "Cancelled", "has cancelled, for you,"},
	{"REPLY", "Answer", "has answered your invitation to"},
	{"COUNTER", "Proposal", "proposes a change of"},
	{"DECLINECOUNTER", "Not changed", "does not take up your proposal for"},
	{"REFRESH", "Please send again", "asks for the latest state of"},
	{"ADD", "More dates", "adds dates to"},
	{"PUBLISH", "For information", "tells you of"},
};

static const struct imip_words *words_of(const struct job_message *m)
{
	for (size_t i = 0; i < ARRAY_LEN(imip_words); i++)
		if (text_equal_nocase(m->method, text_from(imip_words[i].method)))
			return &imip_words[i];
	return &imip_words[0];
}

/* On one line, and no longer than a subject is read. */
static struct text title_of(const struct job_message *m)
{
	struct text title = ical_text_unescape(m->x->arena, m->object->items[0].summary),
		    all = title;
	struct buf b;

	buf_init(&b, m->x->arena, 64, IMIP_TITLE_MAX + 8);
	while (all.len > 0 && b.len < IMIP_TITLE_MAX) {
		struct text before = all;
		uint32_t c = text_cut_char(&all);

		if (c < ' ' || c == 0x7f)
			buf_put_char(&b, ' ');
		else
			buf_put_text(&b, text_of(before.at, before.len - all.len));
	}
	return b.len > 0 ? buf_text(&b) : TEXT("(no title)");
}

/* The same message is the same mail, however often it is sent (decisions 19). */
static struct text message_id(const struct job_message *m, struct text about)
{
	struct arena *a = m->x->arena;
	struct text key = text_from(arena_printf(a, "%.*s/%.*s", TEXT_ARG(about), TEXT_ARG(m->to)));
	struct text mac = secret_mac(a, &m->x->house->calendar->key, "message-id", key);
	struct text domain = m->owner->email;
	ptrdiff_t at = text_find_char(domain, '@', 0);

	domain = at < 0 ? TEXT("localhost") : text_sub(domain, (size_t)at + 1, domain.len);
	return text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(mac), TEXT_ARG(domain)));
}

static const struct fault *compose(struct job_message *m, struct text *out)
{
	struct arena *a = m->x->arena;
	const struct imip_words *w = words_of(m);
	struct text title = title_of(m), name = owner_title(m->owner);
	struct mail_message mail = {
		.from = {name, m->from},
		.to = {.address = m->to},
		.reply_to = {name, m->from},
		.calendar = m->message,
		.method = m->method,
		.message_id = message_id(m, secret_digest_hex(a, m->message)),
		/* What is about one meeting stays together in mail programs. */
		.in_reply_to = message_id(m, m->uid),
		.date = m->object->items[0].dtstamp.present ? m->object->items[0].dtstamp.seconds
							    : m->x->now,
	};

	if (m->x->mail_from.len > 0)
		mail.from.address = m->x->mail_from;
	mail.subject = text_from(arena_printf(a, "%s: %.*s", w->subject, TEXT_ARG(title)));
	mail.text = text_from(arena_printf(a, "%.*s <%.*s> %s\n\n%.*s\n", TEXT_ARG(name),
					   TEXT_ARG(m->from), w->says, TEXT_ARG(title)));
	return mail_compose(a, &mail, out);
}

enum job_result job_imip(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct job_message m;
	struct text mail = TEXT_NONE;
	const struct fault *f = job_message_load(x, j, &m);

	if (!f)
		f = compose(&m, &mail);
	if (f) {
		*why_out = text_from(f->message);
		return fault_row(f->code)->http_status >= 500 ? JOB_LATER : JOB_NEVER;
	}
	return job_of_mail(mail_send(x->sender, x->arena,
				     x->mail_from.len > 0 ? x->mail_from : m.from, m.to, mail,
				     why_out));
}
