/*
 * outbox_message - proposals that a client has written (RFC 5546 §3.2.7, §3.2.8)
 *
 * Of invitations, answers and cancellations the server makes the messages (RFC 6638 §3). Another
 * time is no save of anything, so a client that wants to propose one, or to decline what was
 * proposed, posts the message to the outbox, as clients did before RFC 6638 with all messages; the
 * answer is that of §5.
 */
#include "dav/outbox.h"

#include "calendar/proposal.h"
#include "dav/post.h"
#include "ical/line.h"

enum { ANSWER_MAX_BYTES = 256 * 1024 };

enum itip_method dav_outbox_method(struct arena *a, struct text body)
{
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, body, &pos, &l))
		if (ical_line_is(&l, "METHOD"))
			return itip_method_find(text_trim(l.value));
	return ITIP_METHODS;
}

/* REQUEST-STATUS (RFC 5546 §3.6): what became of it, and the sentence that says why. */
static void put_response(struct dav_request *dr, struct buf *out,
			 const struct proposal_answer *answer)
{
	bool is_mail = text_find_char(answer->recipient, '@', 0) > 0;

	xml_open(out, NS_CALDAV, "response");
	xml_open(out, NS_CALDAV, "recipient");
	xml_element_text(out, NS_DAV, "href",
			 text_from(arena_printf(dr->arena, "%s%.*s", is_mail ? "mailto:" : "",
						TEXT_ARG(answer->recipient))));
	xml_close(out, NS_CALDAV, "recipient");
	xml_element_text(out, NS_CALDAV, "request-status",
			 text_from(arena_printf(dr->arena, "%s;%s", answer->status, answer->why)));
	xml_close(out, NS_CALDAV, "response");
}

static const struct fault *sent(void *who, void *state, const struct fault *f)
{
	struct dav_request *dr = who;
	const struct change_message *x = state;
	struct buf out;

	if (f)
		return f;
	buf_init(&out, dr->arena, 4096, ANSWER_MAX_BYTES);
	xml_root(&out, NS_CALDAV, "schedule-response");
	for (size_t i = 0; i < x->answer_count; i++)
		put_response(dr, &out, &x->answers[i]);
	xml_close(&out, NS_CALDAV, "schedule-response");
	http_answer(dr->rq, 200, DAV_XML_TYPE, buf_text(&out));
	return NULL;
}

const struct fault *dav_outbox_message(struct dav_request *dr, enum itip_method method,
				       struct text body)
{
	struct change_message *x = arena_alloc(dr->arena, sizeof(*x));
	struct change *c = dav_change(dr);
	const struct fault *f = dav_need(
		dr, dr->kind, method == ITIP_COUNTER ? DAV_MAY_SEND_REPLY : DAV_MAY_SEND_INVITE);

	*x = (struct change_message){.owner = dr->owner_id, .message = body};
	if (!f)
		f = change_message(c, x);
	if (!f)
		dav_commit(dr, c, sent, x);
	return f;
}
