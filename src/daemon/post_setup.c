/* post_setup - see post_setup.h */
#include "daemon/post_setup.h"

#include "base/arena.h"
#include "daemon/config.h"
#include "mail/address.h"
#include "mail/smime.h"
#include "post/route.h"
#include "post/template_set.h"

/* By which address answers come (decisions 17). */
static const struct fault *set_replies(struct arena *a, const struct config *c, struct post *out)
{
	bool by_organizer = c->mail_replies && strcmp(c->mail_replies, "organizer") == 0;

	out->replies = POST_REPLY_ORGANIZER;
	if (by_organizer || (!c->mail_replies && !c->reply_address))
		return NULL;
	if (!c->reply_address)
		return fault_make(a, FAULT_BAD_REQUEST, "mail.reply_address",
				  "mail.replies = token needs mail.reply_address.");
	out->replies = POST_REPLY_TOKEN;
	out->reply_address = mail_address_to_ascii(a, text_from(c->reply_address));
	return route_check_mailbox(a, out->reply_address);
}

/* Whose word counts (docs/mail.md). */
static void set_trust(const struct config *c, struct post *out)
{
	static const char *const invited_by[] = {
		[POST_INVITED_BY_ANYONE] = "anyone",
		[POST_INVITED_BY_KNOWN] = "known",
		[POST_INVITED_BY_NOBODY] = "nobody",
	};

	out->answers_an_hour = (int)c->per_invitee;
	out->invitations_of_one = (int)c->per_organizer;
	out->invitations_of_all = (int)c->per_calendar;
	out->auth_server = text_from(c->auth_server);
	out->take_crashers = strcmp(c->take_crashers, "on") == 0;
	for (size_t i = 0; i < ARRAY_LEN(invited_by); i++)
		if (strcmp(c->invitations, invited_by[i]) == 0)
			out->invitations = (enum post_invitations)i;
}

static void release_trust(void *trust)
{
	smime_trust_destroy(trust);
}

/* Whose signatures count (RFC 6047 §3). */
static const struct fault *set_signatures(struct arena *a, const struct config *c, struct post *out)
{
	struct smime_trust *trust = NULL;
	const struct fault *f;

	if (!c->smime_ca)
		return NULL;
	f = smime_trust_create(a, strcmp(c->smime_ca, "system") == 0 ? NULL : c->smime_ca, &trust);
	if (!f)
		arena_defer(a, release_trust, trust);
	out->smime = trust;
	return f;
}

const struct fault *post_setup(struct arena *a, const struct config *c, struct post *out)
{
	const struct fault *f = set_replies(a, c, out);

	out->from = text_from(c->mail_from);
	set_trust(c, out);
	if (!f)
		f = set_signatures(a, c, out);
	return f ? f : template_set_read(a, c->mail_templates, &out->templates);
}
