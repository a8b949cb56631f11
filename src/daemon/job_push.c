/*
 * job_push - a client is told of changes (WebDAV-Push §4, RFC 8030 §5)
 *
 * The job names a registration and what it was told by then; what is new since is counted at the
 * registration (store/push.h), so that a job that comes late tells of everything at once, and one
 * that was overtaken of nothing. What was told is written in one transaction with the job for
 * what was noted meanwhile.
 *
 * A push service is an address that a client gave: it is spoken to over https alone, never in a
 * private network, and its answer is only a status.
 */

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/metrics.h"
#include "calendar/change.h"
#include "daemon/config.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "daemon/push.h"
#include "net/fetch.h"
#include "store/store.h"

enum {
	PUSH_CONNECT_MS = 3000,
	PUSH_TOTAL_MS = 8000, /* within which a job ends, also at a stop */
	PUSH_ANSWER_MAX = 64 * 1024,
	/* All messages are of one length, which so tells nothing. */
	PUSH_PADDED = 1024,
	PUSH_TTL_S = 24 * 3600,	    /* a client that is away for longer asks by itself */
	PUSH_TOPIC_MAX = 32,	    /* RFC 8030 §5.4 */
	PUSH_GIVE_UP_ATTEMPTS = 12, /* some sixteen hours */
};

/* ---- setting up ------------------------------------------------------------------------- */

/* Who may be asked about the messages: as it is set, or where the server is. */
static const struct fault *contact_of(struct arena *a, const struct config *config,
				      struct text *out)
{
	bool has_own = !config->push_contact && config->url;

	*out = text_from(has_own ? config->url : config->push_contact);
	if (webpush_contact_is_fit(*out))
		return NULL;
	*out = TEXT_NONE;
	if (!config->push_contact)
		return NULL;
	return fault_make(
		a, FAULT_BAD_REQUEST, NULL,
		"push.contact begins with mailto: or https://, and has no blanks or quotes.");
}

const struct fault *push_sender_create(struct arena *a, const struct config *config,
				       const struct secret_key *server, struct push_sender **out)
{
	struct push_sender *s;
	struct buf key;

	*out = NULL;
	if (strcmp(config->push, "on") != 0)
		return NULL;
	s = arena_alloc(a, sizeof(*s));
	webpush_key_derive(server, &s->key);
	buf_init(&key, a, 2 * WEBPUSH_PUBLIC_BYTES, 2 * WEBPUSH_PUBLIC_BYTES);
	codec_put_base64url(&key, s->key.public, sizeof(s->key.public));
	s->shown.public_key = buf_text(&key);
	s->shown.allow_private = strcmp(config->push_private, "on") == 0;
	*out = s;
	return contact_of(a, config, &s->contact);
}

/* ---- what is to be told --------------------------------------------------------------------- */

struct message {
	struct job_context *x;
	const struct push_sender *sender;
	struct push *push;
	unsigned news;
	int64_t up_to;
	struct text body;
};

/* "ID/TOLD" */
static const struct fault *find_push(struct message *m, const struct job *j)
{
	struct text rest = j->key, id = TEXT_NONE;
	struct db *db;
	const struct fault *f = store_reader(m->x->house->store, m->x->arena, &db);

	if (f || !text_next(&rest, '/', &id))
		return f;
	return push_find(db, m->x->arena, j->owner, id, &m->push);
}

static void find_news(struct message *m)
{
	const struct push *p = m->push;

	m->news = (p->content > p->told ? PUSH_CONTENT : 0) |
		  (p->property > p->told ? PUSH_PROPERTY : 0);
	m->up_to = p->content > p->property ? p->content : p->property;
}

/* Empty: nothing may be told there any more. */
static const struct fault *compose(struct message *m)
{
	struct arena *a = m->x->arena;
	struct webpush_client client;
	struct webpush_once once;
	struct text plain = TEXT_NONE;
	struct db *db;
	const struct fault *f = store_reader(m->x->house->store, a, &db);

	m->body = TEXT_NONE;
	if (!f)
		f = dav_push_message(db, a, &m->x->house->calendar->key, m->push, m->news, &plain);
	if (f || plain.len == 0 ||
	    !webpush_client_read(m->push->public_key, m->push->auth_secret, &client))
		return f;
	webpush_key_make(&once.key);
	secret_random(once.salt, sizeof(once.salt));
	m->body = webpush_encrypt(a, &client, &once, plain, PUSH_PADDED);
	return NULL;
}

/* ---- telling ----------------------------------------------------------------------------------
 */

/*
 * A message that was not fetched yet gives way to a newer one of the same kind alone (RFC 8030
 * §5.4). The word is of this registration, so that it tells nobody who else is told.
 */
static struct text replaces(const struct message *m)
{
	struct arena *a = m->x->arena;
	const char *what = arena_printf(a, "%.*s/%u", TEXT_ARG(m->push->id), m->news);
	struct text mac =
		secret_mac(a, &m->x->house->calendar->key, "push-replaces", text_from(what));

	return text_sub(mac, 0, PUSH_TOPIC_MAX);
}

/* A label of METRIC_PUSH. RFC 8030 §5, §7.3, RFC 8292 §4.2: what a service refuses for good, it
 * will refuse again. */
static int outcome_of(int status)
{
	if (status >= 200 && status < 300)
		return PUSH_SENT;
	if (status == 408 || status == 429 || status >= 500)
		return PUSH_RETRY;
	return PUSH_REFUSED;
}

static int send(struct message *m, struct text *why_out)
{
	struct arena *a = m->x->arena;
	struct text origin = TEXT_NONE;
	struct net_header headers[] = {
		{TEXT("TTL"), text_from(arena_printf(a, "%d", PUSH_TTL_S))},
		{TEXT("Content-Encoding"), TEXT("aes128gcm")},
		{TEXT("Content-Type"), TEXT("application/xml; charset=\"UTF-8\"")},
		/* What RFC 8030 §5.3 names a calendar message. */
		{TEXT("Urgency"), TEXT("normal")},
		{TEXT("Topic"), replaces(m)},
		{TEXT("Authorization"), TEXT_NONE},
	};
	struct net_request request = {
		.method = "POST",
		.url = m->push->resource,
		.headers = headers,
		.header_count = ARRAY_LEN(headers),
		.body = m->body,
		.connect_ms = PUSH_CONNECT_MS,
		.total_ms = PUSH_TOTAL_MS,
		.body_max = PUSH_ANSWER_MAX,
		.no_redirects = true,
		.allow_private = m->sender->shown.allow_private,
	};
	struct net_response response;
	const struct fault *f;

	/* Judged when it was registered, perhaps under other settings. */
	if (!webpush_origin(a, m->push->resource, &origin) ||
	    (!request.allow_private && !text_starts(origin, TEXT("https://")))) {
		*why_out = TEXT("The push resource is not one of https.");
		return PUSH_REFUSED;
	}
	headers[ARRAY_LEN(headers) - 1].value =
		webpush_authorization(a, &m->sender->key, origin, m->sender->contact, m->x->now);
	f = net_fetch(a, &request, &response);
	if (f) {
		*why_out = text_from(f->message);
		return fault_is(f, FAULT_FORBIDDEN) || fault_is(f, FAULT_BAD_REQUEST) ? PUSH_REFUSED
										      : PUSH_RETRY;
	}
	*why_out = text_from(arena_printf(a, "The push service answered %d.", response.status));
	return outcome_of(response.status);
}

/* ---- what became of it -------------------------------------------------------------------------
 */

struct settle_push {
	struct store_work work;
	const struct message *m;
	bool queued;
};

static const struct fault *told_run(struct db *db, struct store_work *work)
{
	struct settle_push *w = (struct settle_push *)work;
	const struct message *m = w->m;
	const struct fault *f = push_tell(db, work->arena, m->push, m->up_to, &w->queued);
	struct job j;

	if (f || !w->queued)
		return f;
	j = push_job(work->arena, m->push, m->up_to, clock_now() + CHANGE_PUSH_WAIT_S);
	return job_add(db, work->arena, &j);
}

static const struct fault *remove_run(struct db *db, struct store_work *work)
{
	const struct message *m = ((struct settle_push *)work)->m;

	return push_remove(db, work->arena, m->push->owner, m->push->id);
}

static enum job_result settle(const struct message *m,
			      const struct fault *(*run)(struct db *db, struct store_work *work),
			      struct text *why_out)
{
	struct settle_push w = {.work.run = run, .work.arena = m->x->arena, .m = m};
	const struct fault *f = store_run(m->x->house->store, &w.work);

	if (!f)
		return JOB_DONE;
	*why_out = text_from(f->message);
	return JOB_LATER;
}

/* A registration that leads nowhere ends (§4.4); its client registers anew before it expires. */
static enum job_result end(const struct message *m, struct text *why_out)
{
	struct text origin = TEXT("?");

	if (!webpush_origin(m->x->arena, m->push->resource, &origin))
		origin = TEXT("?");
	/* Of the address only where it leads: with the rest of it, anybody could send. */
	log_event(LOG_INFO, "push-ended", LOG_INT("owner", m->push->owner),
		  LOG_TEXT("service", origin), LOG_TEXT("why", *why_out));
	return settle(m, remove_run, why_out);
}

static enum job_result tell(struct message *m, const struct job *j, struct text *why_out)
{
	int outcome = send(m, why_out);

	metrics_add(METRIC_PUSH, outcome, 1);
	if (outcome == PUSH_SENT)
		return settle(m, told_run, why_out);
	if (outcome == PUSH_RETRY && j->attempts < PUSH_GIVE_UP_ATTEMPTS)
		return JOB_LATER;
	return end(m, why_out);
}

enum job_result job_push(struct job_context *x, const struct job *j, struct text *why_out)
{
	struct message m = {.x = x, .sender = x->house->push};
	const struct fault *f;

	if (!m.sender)
		return JOB_DONE;
	f = find_push(&m, j);
	if (!f && (!m.push || m.push->expires_at <= x->now))
		return JOB_DONE;
	if (!f) {
		find_news(&m);
		if (!m.news)
			return JOB_DONE;
		f = compose(&m);
	}
	if (f) {
		*why_out = text_from(f->message);
		return JOB_LATER;
	}
	if (m.body.len > 0)
		return tell(&m, j, why_out);
	*why_out = TEXT("There is nothing left to be told there.");
	return end(&m, why_out);
}
