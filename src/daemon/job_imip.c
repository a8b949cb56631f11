/*
 * job_imip - a scheduling message to somebody outside, by mail (RFC 6047)
 *
 * Messages to one person about one UID leave in the order of their causes. The words around it are
 * for programs that show no card: what it is about, and what is asked.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "daemon/job_message.h"
#include "daemon/job_post.h"
#include "ical/line.h"
#include "itip/check.h"

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

static struct mail_message compose(const struct job_message *m)
{
	struct arena *a = m->x->arena;
	const struct imip_words *w = words_of(m);
	struct text title = title_of(m), name = owner_title(m->owner);
	struct mail_message mail = {
		.from.name = name,
		.to.address = m->to,
		.reply_to.name = name,
		.calendar = m->message,
		.method = m->method,
		.date = m->object->items[0].dtstamp.present ? m->object->items[0].dtstamp.seconds
							    : m->x->now,
	};

	mail.subject = text_from(arena_printf(a, "%s: %.*s", w->subject, TEXT_ARG(title)));
	mail.text = text_from(arena_printf(a, "%.*s <%.*s> %s\n\n%.*s\n", TEXT_ARG(name),
					   TEXT_ARG(m->from), w->says, TEXT_ARG(title)));
	return mail;
}

/* What an attendee says, all else is an organizer's (RFC 5546 §1.4). */
static bool is_of_an_attendee(struct text method)
{
	enum itip_method m = itip_method_find(method);

	return m == ITIP_REPLY || m == ITIP_COUNTER || m == ITIP_REFRESH;
}

enum job_result job_imip(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct job_message m;
	struct route_about about;
	struct mail_message mail;
	const struct fault *f = job_message_load(x, j, &m);

	if (f)
		return job_post_fault(f, why_out);
	about = (struct route_about){
		.owner = m.owner,
		.address = m.from,
		.uid = m.uid,
		.to = m.to,
		/* The same message is the same mail, however often it is sent (decisions 19). */
		.said = m.message,
		.organizes = !is_of_an_attendee(m.method),
	};
	mail = compose(&m);
	return job_post(x, &about, &mail, why_out);
}
