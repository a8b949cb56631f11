/*
 * intake_door - mail to the address of a meeting type. See intake_priv.h.
 *
 * A REQUEST or CANCEL is judged as one that is posted (booking/door.h), and answered by mail to its
 * organizer, in the transaction that books. Nobody is answered but who sent it, as far as one can
 * know, and not more often than a person asks.
 */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "booking/door.h"
#include "calendar/schedule.h"
#include "ical/address.h"
#include "ical/build.h"
#include "ical/edit.h"
#include "ical/time.h"
#include "json/write.h"

enum { HOUR_SECONDS = 3600 };

struct visit {
	struct intake *in;
	struct door door;
	struct text answer; /* the digest by which this answer is counted */
};

/* ---- who is answered, and how often ------------------------------------------------------------
 */

/*
 * RFC 3834 §2, RFC 5321 §4.5.5: nobody answers what comes from nobody. Where From alone says who
 * wrote, the answer would go to whomever a stranger named: the envelope has to say the same.
 */
static bool may_answer(const struct intake *in, struct text to, bool is_known_to_be_theirs)
{
	const struct intake_mail *mail = in->mail;

	if (in->read->is_from_nobody || (mail->has_from && mail->from.len == 0))
		return false;
	return is_known_to_be_theirs || !mail->has_from ||
	       text_equal(ical_address(in->arena, mail->from), to);
}

/* Whoever has many hosts here mail somebody has them mailed no more than one of them would. */
static const struct fault *count_of_all(struct intake *in, struct text to, struct text *out)
{
	return intake_quota(in, "answer", 0, to, HOUR_SECONDS, in->post->answers_an_hour, out);
}

static const struct fault *note_answer(struct intake *in, struct change *c, struct text answer)
{
	const struct change_mail m = {
		.owner = in->to.owner, .digest = answer, .outcome = INTAKE_ANSWERED};

	return change_settle_mail(c, &m);
}

/* ---- a booking asked for -----------------------------------------------------------------------
 */

static const struct fault *find_type(struct intake *in, struct door *d)
{
	const struct fault *f = host_get(in->post->desk, in->db, in->arena, in->to.owner, &d->host);

	if (!f && d->host)
		d->type = host_type_by_id(d->host, in->to.type);
	if (f || (d->type && d->type->access == BOOKING_FOR_EVERYBODY))
		return f;
	return fault_make(in->arena, FAULT_NOT_FOUND, NULL, "There is no such meeting type.");
}

/*
 * The answer as it may be mailed to an address that nobody vouches for: what stands in its Subject
 * is ours, not a stranger's words to somebody else. The host's copy has what was sent.
 */
static const struct fault *harmless(struct visit *v, const struct door *d, struct text *out)
{
	struct arena *a = v->in->arena;
	struct ical_object *o;
	struct ical_edit *e;
	struct buf line;
	const struct fault *f;

	*out = d->reply;
	if (d->is_signed || d->reply.len == 0)
		return NULL;
	f = ical_object_parse(a, d->reply, ICAL_FROM_MESSAGE, &o);
	if (f)
		return f;
	buf_init(&line, a, 256, 8 * RULES_MAX_TITLE_BYTES);
	buf_put_lit(&line, "SUMMARY:");
	ical_put_text(&line, d->type->title);
	e = ical_edit_begin(a, o->raw);
	for (size_t i = 0; i < o->item_count; i++)
		ical_edit_set_property(e, &o->blocks, o->items[i].block, "SUMMARY",
				       buf_text(&line));
	*out = ical_edit_apply(e);
	return NULL;
}

/* With what is decided: that it was, and what is said of it. */
static const struct fault *add_answer(void *ctx, struct change *c, const struct door *d)
{
	struct visit *v = ctx;
	struct schedule_outgoing m = {
		.owner = v->in->to.owner,
		.from = v->in->to.address,
		.to = d->organizer,
	};
	const struct fault *f = intake_settle_with(v->in, c, INTAKE_ANSWERED);

	if (!f)
		f = harmless(v, d, &m.message);
	if (f || m.message.len == 0)
		return f;
	f = note_answer(v->in, c, v->answer);
	return f ? f : schedule_send(c, &m);
}

/* Where nothing is booked, the answer is all there is. */
static const struct fault *answer_alone(struct visit *v)
{
	struct change *c =
		change_open(v->in->post->calendar, v->in->arena, CHANGE_ITIP, v->in->now);

	return change_run_unless(c, add_answer(v, c, &v->door));
}

static const char *what_was_said(const struct door *d)
{
	static const char *const words[] = {
		[DOOR_DONE] = "The booking is cancelled.",
		[DOOR_ACCEPTED] = "The booking is made, or is as it was.",
		[DOOR_COUNTER] = "Another time is proposed.",
		[DOOR_DECLINED] = "It is declined.",
	};

	return words[d->answer];
}

static void count(const struct door *d)
{
	if (d->answer != DOOR_DONE)
		metrics_add(METRIC_BOOKINGS,
			    d->answer == DOOR_ACCEPTED ? BOOKING_CONFIRMED : BOOKING_NOT_OFFERED,
			    1);
}

static const struct fault *visited(struct visit *v, const struct fault *f, bool is_done)
{
	struct intake *in = v->in;
	bool done = false;
	const struct fault *failed = NULL;

	if (!f && !is_done)
		f = answer_alone(v);
	if (!f) {
		count(&v->door);
		intake_settled(in, INTAKE_ANSWERED, what_was_said(&v->door));
		return NULL;
	}
	if (fault_is(f, FAULT_CONFLICT) && in->kept.len == 0)
		failed = intake_was_settled(in, &done);
	if (failed || done)
		return failed;
	if (fault_row(f->code)->http_status >= 500 || door_is_overtaken(f))
		return f;
	return intake_keep(in, KEPT_UNVERIFIED, f->message);
}

const struct fault *intake_door(struct intake *in)
{
	struct visit v = {
		.in = in,
		.door = {.desk = in->post->desk,
			 .now = in->now,
			 .is_signed = in->proof > INTAKE_BY_FROM},
	};
	bool is_done = false;
	const struct fault *f;

	if (in->proof == INTAKE_UNPROVED || in->read->automatic == MAIL_OF_A_LIST)
		return intake_keep(in, KEPT_UNVERIFIED,
				   "It is not known to be from the organizer who asks.");
	if (!may_answer(in, in->speaker, v.door.is_signed))
		return intake_keep(in, KEPT_UNVERIFIED,
				   "It was sent by another, or nobody, in its organizer's name.");
	f = count_of_all(in, in->speaker, &v.answer);
	if (!f && v.answer.len == 0)
		return intake_keep(in, KEPT_UNVERIFIED, "Its organizer has asked too often.");
	if (!f)
		f = find_type(in, &v.door);
	if (!f)
		f = door_visit(in->db, in->arena, in->said.calendar, &v.door, add_answer, &v,
			       &is_done);
	return visited(&v, f, is_done);
}

/* ---- a person asks how ------------------------------------------------------------------------
 */

/* Addresses that nobody reads are called so by custom. */
static bool is_of_a_machine(struct text address)
{
	static const char *const names[] = {"mailer-daemon", "postmaster", "noreply",
					    "no-reply",	     "donotreply", "do-not-reply"};
	ptrdiff_t at = text_find_char(address, '@', 0);
	struct text local = text_sub(address, 0, at < 0 ? 0 : (size_t)at);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_equal_nocase(local, text_from(names[i])))
			return true;
	return false;
}

/* Who is answered by a machine: a person, who wrote to this address, in their own name (RFC 3834
 * §2). */
static struct text whom_to_tell(const struct intake *in)
{
	struct text from = ical_address(in->arena, in->read->from);
	bool is_asked = in->post->auth_server.len > 0;
	bool is_theirs =
		is_asked && mail_authentication(in->arena, in->mail->message, in->post->auth_server,
						in->read->from) == MAIL_PASS;

	if (is_asked != is_theirs || in->read->from_count > 1 ||
	    in->read->automatic != MAIL_BY_A_PERSON || !email_is_valid(in->read->from) ||
	    is_of_a_machine(from) || !may_answer(in, from, is_theirs))
		return TEXT_NONE;
	return from;
}

static struct text how_payload(struct intake *in, struct text to)
{
	struct buf b;
	struct json_writer w = {.out = &b};

	buf_init(&b, in->arena, 256, 4096);
	json_begin_object(&w);
	json_key(&w, "to");
	json_add_text(&w, to);
	json_key(&w, "type");
	json_add_text(&w, in->to.type);
	json_end_object(&w);
	return buf_text(&b);
}

static const struct fault *tell(struct intake *in, struct text to, struct text answer,
				struct text of_all)
{
	struct change *c = change_open(in->post->calendar, in->arena, CHANGE_ITIP, in->now);
	const struct job j = {
		.owner = in->to.owner,
		.kind = TEXT("how"),
		.key = answer,
		.payload = how_payload(in, to),
		.due_at = in->now,
	};
	const struct fault *f = intake_settle_with(in, c, INTAKE_ANSWERED);

	if (!f)
		f = note_answer(in, c, answer);
	if (!f)
		f = note_answer(in, c, of_all);
	if (!f)
		f = change_job(c, &j);
	return change_run_unless(c, f);
}

const struct fault *intake_ask_how(struct intake *in)
{
	struct text to = whom_to_tell(in), answer = TEXT_NONE, of_all = TEXT_NONE;
	bool is_ours = false;
	const struct fault *f = NULL;

	/* What is written from an address of ours would come back by the same door. */
	if (to.len > 0)
		f = intake_is_for_us(in->post, in->arena, to, &is_ours);
	if (!f && to.len > 0 && !is_ours)
		f = intake_quota(in, "how", in->to.owner, to, DAY_SECONDS, 1, &answer);
	if (!f && answer.len > 0)
		f = count_of_all(in, to, &of_all);
	if (f)
		return f;
	if (of_all.len == 0)
		return intake_settle(in, INTAKE_IGNORED,
				     "It asks for no time, and is not to be answered.");
	f = tell(in, to, answer, of_all);
	if (!f)
		intake_settled(in, INTAKE_ANSWERED, "They are told how to book.");
	return f;
}
