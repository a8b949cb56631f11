/* intake - a message that came in, once for each whom it is for. See intake_priv.h. */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "mail/smime.h"
#include "post/route.h"
#include "store/store.h"

enum { HOPS_MAX = 50 }; /* RFC 5321 §6.3 */

const char *const intake_outcome_words[INTAKE_OUTCOMES] = {
	[INTAKE_APPLIED] = "applied",	    [INTAKE_ANSWERED] = "answered",
	[INTAKE_UNVERIFIED] = "unverified", [INTAKE_KEPT] = "kept",
	[INTAKE_BOUNCED] = "bounced",	    [INTAKE_IGNORED] = "ignored",
};

/* ---- which message it is ----------------------------------------------------------------------
 */

/* Past the header; all of it where there is no end to that. */
static struct text body_of(struct text message)
{
	for (size_t i = 0; i + 1 < message.len; i++) {
		if (message.at[i] != '\n')
			continue;
		if (message.at[i + 1] == '\n')
			return text_sub(message, i + 2, message.len);
		if (i + 2 < message.len && message.at[i + 1] == '\r' && message.at[i + 2] == '\n')
			return text_sub(message, i + 3, message.len);
	}
	return message;
}

/*
 * The same message brought again, and on another way: each server on it adds fields in front, and
 * some change line ends. So it is what its author wrote that counts, and for whom it is. Without a
 * name that tells it from others (RFC 5322 §3.6.4) all of it counts, as it came and to whom: twice
 * kept is better than lost.
 */
static struct text digest_of(const struct intake *in)
{
	const struct mail_read *m = in->read;
	bool is_named = m && m->message_id.len > 0;
	struct text counts = is_named ? body_of(in->mail->message) : in->mail->message;
	struct buf b;

	buf_init(&b, in->arena, counts.len + 1024, 2 * INTAKE_MESSAGE_MAX);
	buf_printf(&b, "%d\n%lld\n%.*s\n%.*s\n%.*s\n", in->to.as, (long long)in->to.owner,
		   TEXT_ARG(in->to.uid), TEXT_ARG(in->to.attendee), TEXT_ARG(in->to.type));
	if (is_named)
		buf_printf(&b, "%.*s\n%.*s\n%.*s\n%lld\n", TEXT_ARG(m->message_id),
			   TEXT_ARG(m->from), TEXT_ARG(m->subject), (long long)m->date);
	else
		buf_printf(&b, "%.*s\n", TEXT_ARG(in->mail->to));
	for (size_t i = 0; i < counts.len; i++)
		if (counts.at[i] != '\r')
			buf_put_char(&b, counts.at[i]);
	return secret_digest_hex(in->arena, buf_text(&b));
}

/* ---- what nobody is to be told of -------------------------------------------------------------
 */

static const struct fault *is_our_own(struct intake *in, bool *out)
{
	struct route_back back;

	*out = false;
	if (in->read->message_id.len == 0)
		return NULL;
	return route_find_by_message_id(in->post, in->arena, in->read->message_id, &back, out);
}

/* Why nothing may come of it; NULL: something may. */
static const struct fault *look_for_loop(struct intake *in, const char **why_out)
{
	bool ours;
	const struct fault *f = is_our_own(in, &ours);

	*why_out = in->read->received > HOPS_MAX ? "It has gone in circles (RFC 5321 §6.3)."
		   : ours			 ? "It is mail of this server."
						 : NULL;
	return f;
}

static bool is_automatic(const struct intake *in)
{
	return in->read->automatic != MAIL_BY_A_PERSON;
}

/* ---- what it says ---------------------------------------------------------------------------- */

/* The owner's copy of what it is about. */
static const struct fault *find_stored(struct intake *in, struct text uid)
{
	struct stored_object *at = NULL;
	struct ical_object *o;
	const struct fault *f = NULL;

	in->stored = NULL;
	if (uid.len > 0)
		f = object_find_uid_anywhere(in->db, in->arena, in->to.owner, uid, 0, &at);
	if (!f && at)
		f = object_get(in->db, in->arena, in->to.owner, at->id, &at);
	if (!f && at && !ical_object_parse(in->arena, at->data, ICAL_FROM_STORE, &o))
		in->stored = o;
	return f;
}

/* A fault is why it cannot be read, but for those of the store. */
static const struct fault *read_calendar(struct intake *in)
{
	struct dialect_input said = {
		.calendar = in->part->body,
		.method = in->part->method,
		.from = in->read->from,
		.token_uid = in->to.uid,
		.token_attendee = in->to.attendee,
	};
	struct ical_object *o = NULL;
	const struct fault *f = find_stored(in, dialect_uid(in->arena, in->part->body));

	said.stored = in->stored;
	if (!f)
		f = dialect_normalize(in->arena, &said, &in->said);
	if (!f)
		f = ical_object_parse(in->arena, in->said.calendar, ICAL_FROM_MESSAGE, &o);
	if (!f)
		f = itip_check(in->arena, o, &in->method);
	in->message = f ? NULL : o;
	return f;
}

static const struct fault *take_calendar(struct intake *in)
{
	const struct intake_rule *rule;
	const struct fault *f = read_calendar(in);

	if (f && fault_row(f->code)->http_status >= 500)
		return f;
	in->is_quoted = f != NULL;
	if (f)
		return intake_keep(in, KEPT_UNVERIFIED, f->message);
	rule = intake_rule_of(in->method);
	intake_prove(in, rule);
	if (in->to.as == INTAKE_FOR_TYPE &&
	    (in->method == ITIP_REQUEST || in->method == ITIP_CANCEL))
		return intake_door(in);
	return intake_meeting(in, rule);
}

/* Somebody wrote, and no program can tell what. */
static const struct fault *take_words(struct intake *in)
{
	if (is_automatic(in))
		return intake_settle(in, INTAKE_IGNORED,
				     "It was written by a program, and holds no calendar.");
	switch (in->to.as) {
	case INTAKE_FOR_TOKEN:
		return intake_keep(in, KEPT_UNVERIFIED,
				   "It answers in words, which only a person understands.");
	case INTAKE_FOR_TYPE: return intake_ask_how(in);
	case INTAKE_FOR_USER:
		return intake_keep(in, KEPT_UNVERIFIED,
				   "It was written to you in words, and there is no mailbox here.");
	default: return intake_settle(in, INTAKE_IGNORED, "It holds no calendar.");
	}
}

/* ---- one message for one of them ---------------------------------------------------------------
 */

static const struct fault *take(struct intake *in)
{
	const char *loop;
	const struct fault *f = look_for_loop(in, &loop);

	if (f)
		return f;
	if (loop)
		return intake_settle(in, INTAKE_IGNORED, loop);
	if (in->read->is_report)
		return intake_report(in);
	in->part = intake_calendar_part(in->read);
	if (in->to.as == INTAKE_FOR_NOBODY)
		return is_automatic(in)
			       ? intake_settle(in, INTAKE_IGNORED,
					       "It was written by a program, to nobody here.")
			       : intake_keep(in, KEPT_UNREADABLE, "It is for nobody here.");
	return in->part ? take_calendar(in) : take_words(in);
}

/* What was mended in the calendar, for whoever looks for a program's habits (docs/mail.md). */
static struct text mended(const struct intake *in)
{
	const struct dialect *said = &in->said;
	struct buf b;

	buf_init(&b, in->arena, 32, 512);
	for (size_t i = 0; in->part && i < said->mended_count; i++) {
		buf_put_str(&b, i > 0 ? " " : "");
		buf_put_str(&b, said->mended[i]);
	}
	return buf_text(&b);
}

static void tell(const struct intake *in)
{
	metrics_add(METRIC_MAIL_IN, (int)in->out->outcome, 1);
	log_event(LOG_INFO, "mail-in", LOG_STR("outcome", intake_outcome_words[in->out->outcome]),
		  LOG_INT("owner", in->out->owner), LOG_TEXT("method", in->out->method),
		  LOG_TEXT("mended", mended(in)), LOG_TEXT("uid", in->out->uid),
		  LOG_TEXT("why", in->is_quoted ? TEXT_NONE : in->out->why));
}

const struct fault *intake_one(struct intake *in, const struct intake_target *to)
{
	bool done = false;
	const struct fault *f = NULL;

	in->to = *to;
	if (in->kept.len == 0) {
		in->digest = digest_of(in);
		f = intake_was_settled(in, &done);
	}
	if (!f && !done)
		f = take(in);
	if (!f)
		tell(in);
	return f;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

const struct fault *intake_begin(struct intake *in, const struct post *p, struct arena *a,
				 const struct intake_mail *mail, int64_t now,
				 struct intake_result *out)
{
	*in = (struct intake){.post = p, .arena = a, .now = now, .mail = mail, .out = out};
	if (mail->message.len > INTAKE_MESSAGE_MAX)
		return fault_make(a, FAULT_BODY_TOO_LARGE, NULL, "A message has at most %d MiB.",
				  INTAKE_MESSAGE_MAX >> 20);
	return store_reader(p->store, a, &in->db);
}

const struct fault *intake_read(const struct intake *in, struct mail_read *out)
{
	const struct fault *f = mail_read(in->arena, in->mail->message, out);

	if (!f && in->post->smime)
		smime_verify(in->arena, in->post->smime, out);
	return f;
}

/* It waits for the operator, whoever it is for. */
static const struct fault *take_unreadable(struct intake *in, const struct fault *why)
{
	bool done;
	const struct fault *f;

	in->digest = digest_of(in);
	in->is_quoted = true;
	f = intake_was_settled(in, &done);
	if (!f && !done)
		f = intake_keep(in, KEPT_UNREADABLE, why->message);
	if (!f)
		tell(in);
	return f;
}

const struct fault *intake_set_aside(const struct post *p, struct arena *a,
				     const struct intake_mail *mail, int64_t now,
				     const struct fault *why, struct intake_result *out)
{
	struct intake in;
	const struct fault *f = intake_begin(&in, p, a, mail, now, out);

	return f ? f : take_unreadable(&in, why);
}

const struct fault *intake_take(const struct post *p, struct arena *a,
				const struct intake_mail *mail, int64_t now,
				struct intake_result *out)
{
	struct intake_target to[INTAKE_TARGETS_MAX] = {{.as = INTAKE_FOR_NOBODY}};
	struct mail_read *read = arena_alloc(a, sizeof(*read));
	struct intake_result each;
	struct intake in;
	size_t count = 0;
	const struct fault *unreadable, *f = intake_begin(&in, p, a, mail, now, out);

	if (f)
		return f;
	unreadable = intake_read(&in, read);
	if (unreadable)
		return take_unreadable(&in, unreadable);
	in.read = read;
	f = intake_find_targets(p, in.db, a, mail, read, to, &count);
	if (!f)
		f = intake_one(&in, &to[0]);
	/* What is told is what became of it for the first. */
	in.out = &each;
	for (size_t i = 1; i < count && !f; i++) {
		in.part = NULL;
		in.message = in.stored = NULL;
		f = intake_one(&in, &to[i]);
	}
	return f;
}
