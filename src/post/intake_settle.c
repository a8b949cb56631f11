/*
 * intake_settle - how a message ends, noted once. See intake_priv.h.
 *
 * What was settled is noted in the transaction that settled it, so that a message which is brought
 * again, because nobody knew how it had ended, changes nothing.
 */
#include "post/intake_priv.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/secret.h"
#include "calendar/notices.h"
#include "ical/address.h"
#include "store/store.h"

enum { TOLD_EVERY_S = 3600 };

struct settle_work {
	struct store_work work;
	const struct intake *in;
	struct mail_seen seen;
	const struct mail_kept *keep; /* NULL: it need not wait */
	bool was_seen;
	struct mail_kept *thinned; /* what had to go for it */
	size_t thinned_count;
};

/* ---- told ------------------------------------------------------------------------------------ */

void intake_settled(struct intake *in, enum intake_outcome outcome, const char *why)
{
	*in->out = (struct intake_result){
		.outcome = outcome,
		.once = outcome,
		.why = text_from(why),
		.owner = in->to.owner,
		.method = in->message ? text_from(itip_method_name(in->method))
			  : in->part  ? in->part->method
				      : TEXT_NONE,
		.uid = in->message ? in->message->uid : TEXT_NONE,
	};
}

/* What is new is nothing; where it is filed goes by what became of it then. */
static void settled_before(struct intake *in, const struct mail_seen *seen)
{
	intake_settled(in, INTAKE_IGNORED, "It was taken in before.");
	in->out->once = (enum intake_outcome)seen->outcome;
}

const struct fault *intake_was_settled(struct intake *in, bool *done_out)
{
	struct mail_seen seen;
	const struct fault *f = mail_seen_find(in->db, in->arena, in->digest, &seen, done_out);

	if (!f && *done_out)
		settled_before(in, &seen);
	return f;
}

/* ---- noted ----------------------------------------------------------------------------------- */

/* Answers wait. What is told each hour is told once, whoever writes how often. */
static const struct fault *is_to_be_told(struct db *db, const struct settle_work *w, bool *out)
{
	const struct mail_kept *k = w->keep;
	struct arena *a = w->work.arena;
	struct mail_seen told = {.at = k->at, .outcome = INTAKE_UNVERIFIED};

	told.digest = secret_digest_hex(
		a, text_from(arena_printf(a, "waits\n%lld\n%lld", (long long)k->owner,
					  (long long)(k->at / TOLD_EVERY_S))));
	return mail_seen_add(db, a, &told, out);
}

/* Of one that waited before they have heard. */
static const struct fault *tell_host(struct db *db, const struct settle_work *w)
{
	const struct mail_kept *k = w->keep;
	const struct notice n = {
		.letter = "host-unverified",
		.owner = k->owner,
		.about = k->id,
		.why = k->reason,
		.now = k->at,
	};
	struct job j = notice_job(w->work.arena, &n);
	bool is_new = false;
	const struct fault *f = NULL;

	if (k->owner != 0 && w->in->kept.len == 0)
		f = is_to_be_told(db, w, &is_new);
	return f || !is_new ? f : job_add(db, w->work.arena, &j);
}

static const struct fault *settle_run(struct db *db, struct store_work *work)
{
	struct settle_work *w = (struct settle_work *)work;
	bool added = true, deleted;
	const struct fault *f;

	if (w->in->kept.len > 0)
		f = mail_kept_delete(db, work->arena, w->in->kept, &deleted);
	else
		f = mail_seen_add(db, work->arena, &w->seen, &added);
	if (!f && w->in->kept.len > 0)
		f = mail_seen_set(db, work->arena, &w->seen);
	w->was_seen = !added;
	w->thinned_count = 0;
	if (!f && !added)
		return mail_seen_find(db, work->arena, w->in->digest, &w->seen, &w->was_seen);
	if (f || !w->keep)
		return f;
	f = mail_kept_add(db, work->arena, w->keep);
	if (!f)
		f = mail_kept_thin(db, work->arena, w->keep->owner, KEPT_MAX, KEPT_OCTETS_MAX,
				   &w->thinned, &w->thinned_count);
	return f ? f : tell_host(db, w);
}

/* Nothing goes in silence. */
static void log_thinned(const struct settle_work *w)
{
	for (size_t i = 0; i < w->thinned_count; i++) {
		const struct mail_kept *m = &w->thinned[i];

		log_event(LOG_WARN, "mail-thinned", LOG_TEXT("id", m->id),
			  LOG_INT("owner", m->owner), LOG_TEXT("sender", m->author),
			  LOG_INT("size", m->size), LOG_TEXT("digest", m->digest));
	}
}

static const struct fault *note(struct intake *in, enum intake_outcome outcome, const char *why,
				const struct mail_kept *keep)
{
	struct settle_work w = {
		.work.run = settle_run,
		.work.arena = in->arena,
		.in = in,
		.seen = {.digest = in->digest, .at = in->now, .outcome = outcome},
		.keep = keep,
	};
	const struct fault *f = store_run(in->post->store, &w.work);

	if (f)
		return f;
	log_thinned(&w);
	if (w.was_seen)
		settled_before(in, &w.seen);
	else
		intake_settled(in, outcome, why);
	return NULL;
}

const struct fault *intake_settle(struct intake *in, enum intake_outcome outcome, const char *why)
{
	return note(in, outcome, why, NULL);
}

const struct fault *intake_settle_with(struct intake *in, struct change *c,
				       enum intake_outcome outcome)
{
	const struct change_mail m = {
		.owner = in->to.owner,
		.digest = in->digest,
		.outcome = outcome,
		.kept = in->kept,
	};

	return change_settle_mail(c, &m);
}

/* ---- kept ------------------------------------------------------------------------------------ */

/* "Bob <bob@example.net>", as a person reads it. */
static struct text sender_of(const struct intake *in)
{
	struct text name, from;

	if (!in->read)
		return in->mail->from;
	name = in->read->from_name;
	from = in->read->from.len > 0 ? in->read->from : in->read->sender;
	if (name.len == 0 || text_equal(name, from))
		return from;
	return text_from(arena_printf(in->arena, "%.*s <%.*s>", TEXT_ARG(name), TEXT_ARG(from)));
}

/* For whom it is counted: whatever name they give. */
static struct text author_of(const struct intake *in)
{
	struct text from = in->mail->from;

	if (in->read)
		from = in->read->from.len > 0 ? in->read->from : in->read->sender;
	return ical_address(in->arena, from);
}

/* Ascending with time, and of this message alone; one that waited keeps its own. */
static struct text id_of(const struct intake *in)
{
	if (in->kept.len > 0)
		return in->kept;
	return text_from(arena_printf(in->arena, "%010llx%.*s", (unsigned long long)in->now,
				      TEXT_ARG(text_sub(in->digest, 0, 14))));
}

const struct fault *intake_keep(struct intake *in, enum kept_state state, const char *why)
{
	const struct mail_kept keep = {
		.id = id_of(in),
		.owner = state == KEPT_UNREADABLE ? 0 : in->to.owner,
		.at = in->now,
		.state = state,
		.reason = text_from(why),
		.sender = sender_of(in),
		.subject = in->read ? in->read->subject : TEXT_NONE,
		.method = in->message ? text_from(itip_method_name(in->method)) : TEXT_NONE,
		.uid = in->message ? in->message->uid : TEXT_NONE,
		.digest = in->digest,
		.author = author_of(in),
		.env_from = in->mail->from,
		.env_to = in->mail->to,
		.message = in->mail->message,
	};

	return note(in, state == KEPT_UNREADABLE ? INTAKE_KEPT : INTAKE_UNVERIFIED, why, &keep);
}
