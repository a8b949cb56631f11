/* intake_report - a report of delivery (RFC 3464) about mail of ours. See intake_priv.h. */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "ical/address.h"
#include "post/bounce.h"
#include "post/route.h"

/* Of the rows about this address one that says it has failed, or else any; false: there is none. */
static bool keep_row(struct intake *in, struct mail_report *report, struct text attendee)
{
	const struct mail_report_row *found = NULL;
	struct text address = ical_address(in->arena, attendee);

	for (size_t i = 0; i < report->row_count; i++) {
		const struct mail_report_row *row = &report->rows[i];

		if (text_equal(ical_address(in->arena, row->recipient), address) &&
		    (!found || text_equal_nocase(row->action, TEXT("failed"))))
			found = row;
	}
	report->rows = found;
	report->row_count = found ? 1 : 0;
	return found;
}

/*
 * Where mail leaves in its host's name: whoever was shown it knows its Message-ID, so that the
 * report has to be about who was written to, and from a server that somebody knows.
 */
static const struct fault *find_by_message(struct intake *in, struct mail_report *report,
					   struct route_back *out, bool *found_out)
{
	const struct text ids[] = {report->message_id, in->read->in_reply_to};
	struct text server = in->post->auth_server;
	const struct fault *f = NULL;

	if (server.len > 0 &&
	    mail_authentication(in->arena, in->mail->message, server, in->read->from) != MAIL_PASS)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(ids) && !f && !*found_out; i++)
		if (ids[i].len > 0)
			f = route_find_by_message_id(in->post, in->arena, ids[i], out, found_out);
	if (!f && *found_out)
		*found_out = keep_row(in, report, out->attendee);
	return f;
}

/*
 * Which mail: that of the address which the report came to, the envelope's sender of one mail to
 * one person. What comes to others was not sent by who had the mail and could not bring it.
 */
static const struct fault *find_mail(struct intake *in, struct mail_report *report,
				     struct route_back *out, bool *found_out)
{
	*found_out = in->to.as == INTAKE_FOR_TOKEN;
	*out = (struct route_back){
		.owner = in->to.owner, .uid = in->to.uid, .attendee = in->to.attendee};
	if (*found_out || in->post->replies == POST_REPLY_TOKEN)
		return NULL;
	return find_by_message(in, report, out, found_out);
}

const struct fault *intake_report(struct intake *in)
{
	struct mail_report report;
	struct route_back back;
	bool found = false, noted = false;
	const struct fault *f = mail_read_report(in->arena, in->read, &report);

	if (f)
		return intake_keep(in, KEPT_UNREADABLE, f->message);
	f = find_mail(in, &report, &back, &found);
	if (!f && found)
		f = bounce_take(in->post, in->arena, &back, &report, in->now, &noted);
	if (f)
		return f;
	if (found)
		in->to.owner = back.owner;
	return noted ? intake_settle(in, INTAKE_BOUNCED, "Mail of ours did not arrive.")
		     : intake_settle(in, INTAKE_IGNORED,
				     found ? "It reports of a delay, or of success."
					   : "It reports of no mail of this server.");
}
