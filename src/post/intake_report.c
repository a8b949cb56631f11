/* intake_report - a report of delivery (RFC 3464) about mail of ours. See intake_priv.h. */
#include "post/intake_priv.h"

#include "post/bounce.h"
#include "post/route.h"

/* Which mail: the one that came back, else that of the address which the report came to. */
static const struct fault *find_mail(struct intake *in, const struct mail_report *report,
				     struct route_back *out, bool *found_out)
{
	const struct text ids[] = {report->message_id, in->read->in_reply_to};
	const struct fault *f = NULL;

	*found_out = false;
	for (size_t i = 0; i < ARRAY_LEN(ids) && !f && !*found_out; i++)
		if (ids[i].len > 0)
			f = route_find_by_message_id(in->post, in->arena, ids[i], out, found_out);
	if (f || *found_out || in->to.as != INTAKE_FOR_TOKEN)
		return f;
	*found_out = true;
	*out = (struct route_back){
		.owner = in->to.owner, .uid = in->to.uid, .attendee = in->to.attendee};
	return NULL;
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
