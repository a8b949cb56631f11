/* mail_in_watch - a mailbox, read as long as the server runs */
#include <errno.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "daemon/mail_in_priv.h"
#include "mail/imap.h"
#include "mail/setting.h"
#include "post/intake.h"
#include "store/mailbox.h"
#include "store/store.h"

enum {
	HOLD_S = 60, /* how long nobody else watches it, unless told again */
	HOLD_KEEP_S = 20,
	STOP_S = 2,	/* for what is being filed at the end */
	ROUNDS_MAX = 3, /* in which a message alone is the trouble, before the operator has it */
	TAKE_ARENA_BYTES = 256 * 1024 * 1024,
	SESSION_ARENA_BYTES = 16 * 1024 * 1024,
};

/* Seconds until the next try, by tries that failed; the last one repeats. */
static const int back_off[] = {2, 5, 10, 30, 60, 120, 300};

struct mail_watch {
	const struct post *post;
	struct imap_target target;
	const char *done, *kept; /* folders */
	struct text name, holder;
	struct wire_trust *trust;
	struct wire_stop *stop;
	struct mail_tries tries;
	pthread_t thread;
	pthread_mutex_t lock; /* of what is below */
	pthread_cond_t wake;
	bool is_stopping;
};

/* One connection, from its greeting to its end. */
struct session {
	struct mail_watch *watch;
	struct imap *imap;
	struct mailbox at; /* as it is in the store */
	bool is_behind;	   /* messages were left for later */
};

/* ---- the store ------------------------------------------------------------------------------- */

struct hold {
	struct store_work work;
	const struct mail_watch *watch;
	bool got;
};

static const struct fault *hold_run(struct db *db, struct store_work *work)
{
	struct hold *h = (struct hold *)work;
	int64_t now = clock_now();

	return mailbox_hold(db, work->arena, h->watch->name, h->watch->holder, now, now + HOLD_S,
			    &h->got);
}

static const struct fault *release_run(struct db *db, struct store_work *work)
{
	struct hold *h = (struct hold *)work;

	return mailbox_release(db, work->arena, h->watch->name, h->watch->holder);
}

/* CONFLICT: another server watches. */
static const struct fault *keep_hold(struct mail_watch *w, struct arena *a)
{
	struct hold h = {.work = {.run = hold_run, .arena = a}, .watch = w};
	const struct fault *f = store_run(w->post->store, &h.work);

	if (!f && !h.got)
		f = fault_make(a, FAULT_CONFLICT, NULL, "Another server watches the mailbox.");
	return f;
}

static void release_hold(struct mail_watch *w, struct arena *a)
{
	struct hold h = {.work = {.run = release_run, .arena = a}, .watch = w};
	const struct fault *f = store_run(w->post->store, &h.work);

	if (f)
		log_event(LOG_WARN, "imap", LOG_STR("step", "release"), LOG_STR("why", f->message));
}

struct note {
	struct store_work work;
	const struct session *session;
};

static const struct fault *note_run(struct db *db, struct store_work *work)
{
	struct note *n = (struct note *)work;
	const struct mail_watch *w = n->session->watch;

	return mailbox_note(db, work->arena, w->name, w->holder, &n->session->at);
}

static const struct fault *note(struct session *s, struct arena *a)
{
	struct note n = {.work = {.run = note_run, .arena = a}, .session = s};

	return store_run(s->watch->post->store, &n.work);
}

/* Numbers of another validity say nothing: all is looked through again, and most of it known. */
static const struct fault *find_place(struct session *s, struct arena *a)
{
	int64_t validity = imap_uidvalidity(s->imap);
	struct db *db;
	const struct fault *f = store_reader(s->watch->post->store, a, &db);

	if (!f)
		f = mailbox_get(db, a, s->watch->name, &s->at);
	if (f || s->at.uidvalidity == validity)
		return f;
	if (s->at.uidvalidity != 0)
		log_event(LOG_INFO, "imap", LOG_STR("step", "uidvalidity"),
			  LOG_INT("was", s->at.uidvalidity), LOG_INT("is", validity));
	s->at = (struct mailbox){.uidvalidity = validity};
	s->watch->tries = (struct mail_tries){0};
	return note(s, a);
}

/* ---- messages -------------------------------------------------------------------------------- */

/* What was settled of a batch, and where it goes. */
struct batch {
	uint32_t done[IMAP_BATCH_MAX], kept[IMAP_BATCH_MAX];
	size_t done_count, kept_count;
	int64_t settled; /* the highest UID up to which nothing is left */
	bool is_whole;
};

static void keep_aside(struct session *s, struct batch *b, const struct imap_message *m,
		       const char *why)
{
	log_event(LOG_WARN, "mail-too-long", LOG_TEXT("mailbox", s->watch->name),
		  LOG_INT("uid", m->uid), LOG_INT("size", m->size), LOG_STR("why", why));
	b->kept[b->kept_count++] = m->uid;
}

/* Also one that was kept before a kill, and is met again. */
static void sort_by_outcome(struct batch *b, uint32_t uid, const struct intake_result *result)
{
	if (result->once == INTAKE_KEPT)
		b->kept[b->kept_count++] = uid;
	else
		b->done[b->done_count++] = uid;
}

/*
 * The message alone, which is left in *mail. A fault is the store's, or the message's; *lost_out is
 * the connection's.
 */
static const struct fault *take_one(struct session *s, struct arena *a, struct batch *b,
				    const struct imap_message *m, struct intake_mail *mail,
				    const struct fault **lost_out)
{
	struct intake_result result;
	const struct fault *f;

	if (m->size > INTAKE_MESSAGE_MAX) {
		keep_aside(s, b, m, "longer than what is taken in");
		return NULL;
	}
	f = imap_fetch(s->imap, a, m->uid, INTAKE_MESSAGE_MAX, &mail->message);
	if (fault_is(f, FAULT_BODY_TOO_LARGE)) {
		keep_aside(s, b, m, f->message);
		return NULL;
	}
	*lost_out = f;
	/* Somebody else took it out of the mailbox meanwhile. */
	if (f || !mail->message.at)
		return NULL;
	f = intake_take(s->watch->post, a, mail, clock_now(), &result);
	if (!f)
		sort_by_outcome(b, m->uid, &result);
	return f;
}

static void complain_of(const struct session *s, const char *step, const struct imap_message *m,
			const struct fault *f)
{
	log_event(LOG_WARN, "imap", LOG_STR("step", step), LOG_TEXT("mailbox", s->watch->name),
		  LOG_INT("uid", m->uid), LOG_STR("why", f->message));
}

/* In an arena of its own: it may have been the memory that was too little. */
static bool hand_to_operator(struct session *s, struct batch *b, const struct imap_message *m,
			     const struct intake_mail *mail, const struct fault *why)
{
	struct arena *a = arena_create(TAKE_ARENA_BYTES);
	struct intake_result result;
	const struct fault *f =
		intake_set_aside(s->watch->post, a, mail, clock_now(), why, &result);

	if (f)
		complain_of(s, "aside", m, f);
	else
		sort_by_outcome(b, m->uid, &result);
	arena_destroy(a);
	return !f;
}

/*
 * A message could not be taken in. Where the store takes other things, it is the message, which is
 * the operator's after some rounds. *lost_out: it is the store.
 */
static bool give_up(struct session *s, struct arena *outer, struct batch *b,
		    const struct imap_message *m, const struct intake_mail *mail,
		    const struct fault *why, const struct fault **lost_out)
{
	complain_of(s, "intake", m, why);
	*lost_out = keep_hold(s->watch, outer);
	if (*lost_out)
		return false;
	return mail_tries_add(&s->watch->tries, m->uid, s->at.uid) >= ROUNDS_MAX &&
	       hand_to_operator(s, b, m, mail, why);
}

/*
 * What ends the session: the fault of the connection, or of the store. That of a message is
 * logged, and the message left for later; those behind it do not wait.
 */
static const struct fault *take_message(struct session *s, struct arena *outer, struct batch *b,
					const struct imap_message *m)
{
	struct arena *a = arena_create(TAKE_ARENA_BYTES);
	struct intake_mail mail = {0};
	const struct fault *lost = NULL, *f = take_one(s, a, b, m, &mail, &lost);

	if (lost)
		lost = fault_copy(outer, lost);
	else if (f && !give_up(s, outer, b, m, &mail, f, &lost))
		b->is_whole = false;
	else if (b->is_whole)
		b->settled = m->uid;
	if (!lost && !f)
		mail_tries_forget(&s->watch->tries, m->uid);
	arena_destroy(a);
	return lost;
}

/*
 * Filed first and noted then: whoever is killed in between takes it in again, which is known. A
 * server that says no to the folder leaves them where they are; they are not taken in again.
 */
static const struct fault *file(struct session *s, struct arena *a, const uint32_t *uids,
				size_t count, const char *folder)
{
	const struct fault *f = NULL;

	if (count > 0)
		f = imap_file(s->imap, a, uids, count, folder);
	if (!fault_is(f, FAULT_CONFLICT))
		return f;
	log_event(LOG_WARN, "imap", LOG_STR("step", "file"), LOG_STR("folder", folder),
		  LOG_INT("messages", (int64_t)count), LOG_STR("why", f->message));
	return NULL;
}

static bool is_stopping(struct mail_watch *w)
{
	bool yes;

	pthread_mutex_lock(&w->lock);
	yes = w->is_stopping;
	pthread_mutex_unlock(&w->lock);
	return yes;
}

static const struct fault *settle_batch(struct session *s, struct arena *a, struct batch *b)
{
	const struct fault *f = file(s, a, b->done, b->done_count, s->watch->done);

	if (!f)
		f = file(s, a, b->kept, b->kept_count, s->watch->kept);
	if (f || b->settled <= s->at.uid)
		return f;
	s->at.uid = b->settled;
	return note(s, a);
}

/* *after: up to where they were looked at; *more_out: there may be others beyond. */
static const struct fault *take_batch(struct session *s, struct arena *a, uint32_t *after,
				      bool *more_out)
{
	struct batch *b = arena_alloc(a, sizeof(*b));
	const struct imap_message *messages;
	size_t count = 0, i = 0;
	const struct fault *f = imap_list(s->imap, a, *after, &messages, &count);

	b->is_whole = !s->is_behind;
	b->settled = s->at.uid;
	while (!f && i < count && !is_stopping(s->watch)) {
		f = take_message(s, a, b, &messages[i]);
		*after = messages[i++].uid;
	}
	s->is_behind = !b->is_whole;
	*more_out = count > 0 && i == count;
	/* Taken in before the connection went, they are known when they are met again. */
	return f ? f : settle_batch(s, a, b);
}

static void complain(const struct mail_watch *w, const struct fault *f)
{
	log_event(LOG_WARN, "imap", LOG_TEXT("mailbox", w->name), LOG_STR("why", f->message));
}

/* Each batch has an arena of its own. False: the connection or the hold is lost. */
static bool take_all(struct session *s)
{
	uint32_t after = (uint32_t)s->at.uid;
	bool well = true, more = true;

	s->is_behind = false;
	while (well && more && !is_stopping(s->watch)) {
		struct arena *a = arena_create(SESSION_ARENA_BYTES);
		const struct fault *f = keep_hold(s->watch, a);

		if (!f)
			f = take_batch(s, a, &after, &more);
		if (f)
			complain(s->watch, f);
		well = !f;
		arena_destroy(a);
	}
	return well;
}

/* ---- the thread -------------------------------------------------------------------------------
 */

static void rest(struct mail_watch *w, int seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&w->lock);
	while (!w->is_stopping && pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT)
		continue;
	pthread_mutex_unlock(&w->lock);
}

static int pause_after(int failures)
{
	return back_off[min64(failures, ARRAY_LEN(back_off) - 1)];
}

/* Wait for news, or until it is time to say that we are still here. False: it is over. */
static bool wait_for_news(struct session *s, int seconds, bool *news_out)
{
	struct arena *a = arena_create(SESSION_ARENA_BYTES);
	const struct fault *f = imap_wait(s->imap, a, seconds, news_out);

	if (!f)
		f = keep_hold(s->watch, a);
	if (f && !is_stopping(s->watch))
		complain(s->watch, f);
	arena_destroy(a);
	return !f;
}

/* Until the connection is lost or all stops. What was left for later is tried again, less and less
 * often. */
static void watch_session(struct session *s)
{
	int failures = 0;
	bool well = true, news = true;

	while (well && !is_stopping(s->watch)) {
		if (news || s->is_behind)
			well = take_all(s);
		failures = s->is_behind ? failures + 1 : 0;
		news = false;
		if (well && s->is_behind)
			rest(s->watch, (int)min64(pause_after(failures - 1), HOLD_KEEP_S));
		else if (well)
			well = wait_for_news(s, HOLD_KEEP_S, &news);
	}
}

/* One connection; false: it did not come to be. */
static bool have_session(struct mail_watch *w)
{
	struct arena *a = arena_create(SESSION_ARENA_BYTES);
	struct session s = {.watch = w};
	const struct fault *f = imap_open(&w->target, a, &s.imap);
	bool well;

	if (!f)
		f = find_place(&s, a);
	if (f && !is_stopping(w))
		complain(w, f);
	well = !f;
	arena_destroy(a);
	if (well) {
		log_event(LOG_INFO, "imap-connected", LOG_TEXT("mailbox", w->name));
		metrics_set(METRIC_IMAP_CONNECTED, 0, 1);
		watch_session(&s);
		metrics_set(METRIC_IMAP_CONNECTED, 0, 0);
	}
	imap_close(s.imap);
	return well;
}

/* Is it ours to watch? Who waits for another server says so once. */
static bool hold(struct mail_watch *w, bool *waits)
{
	struct arena *a = arena_create(SESSION_ARENA_BYTES);
	const struct fault *f = keep_hold(w, a);

	if (f && !(*waits && fault_is(f, FAULT_CONFLICT)))
		complain(w, f);
	*waits = fault_is(f, FAULT_CONFLICT);
	arena_destroy(a);
	return !f;
}

static void *watch_thread(void *ctx)
{
	struct mail_watch *w = ctx;
	struct arena *a;
	bool waits = false;
	int failures = 0;

	while (!is_stopping(w)) {
		if (hold(w, &waits) && have_session(w))
			failures = 0;
		else
			failures += !waits;
		rest(w, waits ? HOLD_KEEP_S : pause_after(failures));
	}
	a = arena_create(SESSION_ARENA_BYTES);
	release_hold(w, a);
	arena_destroy(a);
	return NULL;
}

/* ---- life -------------------------------------------------------------------------------------
 */

static void watch_free(struct mail_watch *w)
{
	wire_trust_destroy(w->trust);
	wire_stop_destroy(w->stop);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	/* The arena's memory may be used again by others. */
	if (w->target.server.password)
		explicit_bzero((char *)w->target.server.password,
			       strlen(w->target.server.password));
}

static const struct fault *read_settings(struct mail_watch *w, struct arena *a,
					 const struct mail_in_settings *s)
{
	struct wire_target *t = &w->target.server;
	const struct fault *f =
		setting_read_imap(a, s->imap, s->password_file, t, &w->target.mailbox);

	if (f)
		return f;
	if (!setting_is_folder(s->done) || !setting_is_folder(s->kept))
		return fault_make(a, FAULT_BAD_REQUEST, "mail.imap_done",
				  "mail.imap_done and mail.imap_kept are names of folders, in "
				  "printable ASCII.");
	w->target.poll_s = s->poll_s;
	w->done = s->done;
	w->kept = s->kept;
	w->name = text_from(arena_printf(a, "%s@%s/%s", t->user, t->host, w->target.mailbox));
	return t->security == WIRE_PLAIN ? NULL : wire_trust_create(a, s->ca_file, &w->trust);
}

static void init_wake(struct mail_watch *w)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
}

const struct fault *mail_watch_start(struct arena *a, const struct post *post,
				     const struct mail_in_settings *s, struct text holder,
				     struct mail_watch **out)
{
	struct mail_watch *w = arena_alloc(a, sizeof(*w));
	const struct fault *f;

	w->post = post;
	w->holder = holder;
	init_wake(w);
	f = read_settings(w, a, s);
	w->stop = wire_stop_create();
	w->target.server.trust = w->trust;
	w->target.server.stop = w->stop;
	if (!f && (!w->stop || pthread_create(&w->thread, NULL, watch_thread, w) != 0))
		f = fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	if (f) {
		watch_free(w);
		return f;
	}
	pthread_setname_np(w->thread, "imap");
	*out = w;
	return NULL;
}

void mail_watch_stop(struct mail_watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	wire_stop_in(w->stop, STOP_S);
	pthread_join(w->thread, NULL);
	watch_free(w);
}
