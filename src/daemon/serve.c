/* serve - the house, put together, running, and taken down without losing anything */

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "api/api.h"
#include "api/limiter.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/pool.h"
#include "booking/host.h"
#include "daemon/chores.h"
#include "daemon/command.h"
#include "daemon/federation_setup.h"
#include "daemon/house.h"
#include "daemon/jobs.h"
#include "daemon/mail_in.h"
#include "daemon/observe.h"
#include "daemon/post_setup.h"
#include "daemon/push.h"
#include "dav/dav.h"
#include "federation/gate.h"
#include "federation/rounds.h"
#include "freebusy/cache.h"
#include "http/server.h"
#include "ical/zone.h"
#include "mail/rates.h"
#include "mail/sender.h"
#include "store/session.h"
#include "store/store.h"
#include "store/token.h"

enum { SERVE_QUEUE = 4096 };

/* Everything that is made at the start and undone, in reverse, at the end. */
struct serve {
	struct setup setup;
	struct house house;
	struct booking_desk desk;
	struct post post;
	struct pool *workers;
	struct http_auth *auth;
	struct mail_sender *sender;
	struct push_sender *push; /* NULL: off */
	struct jobs *jobs;
	struct chores *chores;
	struct mail_in *mail_in;
	struct federation federation;
	struct http_server *server;
	struct dav_house dav;
	struct api_house api;
	struct http_mount mounts[4];
	const char *listen;
};

/* ---- parts ----------------------------------------------------------------------------- */

static const struct fault *find_user(void *ctx, struct arena *a, struct text name,
				     struct http_user *user, struct text *hash, bool *found)
{
	struct store *store = ctx;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	if (!f)
		f = owner_password_hash(db, a, name, &user->owner, hash, found);
	user->name = name;
	return f;
}

static const struct fault *find_token(void *ctx, struct arena *a, struct text secret,
				      int64_t *owner_out)
{
	struct store *store = ctx;
	struct token *t = NULL;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	if (!f)
		f = token_find(db, a, TOKEN_FREE_BUSY, secret, &t);
	*owner_out = t ? t->owner : 0;
	return f;
}

static const struct fault *find_session(void *ctx, struct arena *a, struct text secret, int64_t now,
					struct http_user *user)
{
	struct store *store = ctx;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	return f ? f : session_find(db, a, secret, now, &user->owner, &user->name);
}

/* It is the password of one owner alone, whose name comes with it. */
static const struct fault *find_app_password(void *ctx, struct arena *a, struct text name,
					     struct text secret, struct http_user *user)
{
	struct store *store = ctx;
	struct owner *o = NULL;
	struct token *t = NULL;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	if (!f)
		f = token_find(db, a, TOKEN_DAV, secret, &t);
	if (!f && t)
		f = owner_find(db, a, name, &o);
	if (!f && o && o->id == t->owner)
		*user = (struct http_user){o->id, o->name};
	return f;
}

static const struct fault *find_program(void *ctx, struct arena *a, struct text secret,
					struct http_user *user)
{
	struct store *store = ctx;
	struct owner *o = NULL;
	struct token *t = NULL;
	struct db *db;
	const struct fault *f = store_reader(store, a, &db);

	if (!f)
		f = token_find(db, a, TOKEN_API, secret, &t);
	if (!f && t)
		f = owner_get(db, a, t->owner, &o);
	if (!f && o)
		*user = (struct http_user){o->id, o->name};
	return f;
}

/* Each door gets what it asks for; the order counts only where two would answer one path. */
static void serve_mount(struct serve *s)
{
	const struct house *h = &s->house;

	s->dav = (struct dav_house){h->store, h->calendar, h->timelines,
				    s->push ? &s->push->shown : NULL, TEXT_NONE};
	s->api = (struct api_house){
		.store = h->store,
		.calendar = h->calendar,
		.desk = h->desk,
		.limiter = h->limiter,
		.post = h->post,
		.webhooks_private = h->webhooks_private,
		.federation = h->federation,
		.reads_always = h->reads_always,
	};
	s->mounts[0] = (struct http_mount){.routes = observe_routes, .context = &s->house};
	s->mounts[1] = (struct http_mount){.routes = api_routes, .context = &s->api};
	s->mounts[2] = (struct http_mount){dav_routes, &s->dav, dav_body_max};
	s->mounts[3] = (struct http_mount){0};
}

/* --test-clock and --zoneinfo (decisions 15). */
static const struct fault *serve_drive_time(struct serve *s, const struct command_line *line)
{
	const char *zoneinfo = command_option(line, "zoneinfo");

	if (zoneinfo && access(zoneinfo, R_OK | X_OK))
		return fault_make(line->arena, FAULT_BAD_REQUEST, NULL,
				  "--zoneinfo %s is no folder that can be read.", zoneinfo);
	if (zoneinfo)
		zone_use_folder(zoneinfo);
	return setup_drive_clock(line->arena, command_option(line, "test-clock"), s->listen);
}

static void serve_set_log(const struct config *c)
{
	static const struct {
		const char *word;
		enum log_level level;
	} levels[] = {
		{"debug", LOG_DEBUG}, {"info", LOG_INFO}, {"warn", LOG_WARN}, {"error", LOG_ERROR}};

	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(c->log_level, levels[i].word) == 0)
			log_set_level(levels[i].level);
	log_open(STDERR_FILENO);
}

static const struct fault *serve_mail(struct serve *s, struct arena *a)
{
	const struct config *c = &s->setup.config;
	struct mail_settings settings = {
		.smtp = c->smtp,
		.password_file = c->mail_password,
		.ca_file = c->mail_ca,
	};

	return mail_sender_create(a, &settings, &s->sender);
}

/* What letters about meetings go by, and their answers. */
static const struct fault *serve_post(struct serve *s, struct arena *a)
{
	s->post = (struct post){
		.store = s->house.store,
		.calendar = s->house.calendar,
		.desk = &s->desk,
	};
	s->house.post = &s->post;
	s->house.mail_rates = mail_rates_create((int)s->setup.config.per_domain);
	if (!s->house.mail_rates)
		return fault_static(FAULT_OUT_OF_MEMORY);
	return post_setup(a, &s->setup.config, &s->post);
}

/* Accounts elsewhere; who reads them is started last. */
static const struct fault *serve_federation(struct serve *s, struct arena *a)
{
	s->federation = (struct federation){.calendar = s->house.calendar, .desk = &s->desk};
	s->house.federation = &s->federation;
	return federation_setup(a, &s->setup.config, &s->federation);
}

/* How often strangers may have mail sent, and reserve time (decisions 25). */
static struct limiter *serve_limiter(const struct config *c)
{
	struct limit_caps caps = {
		.per_hour = {[LIMIT_INVITEE] = c->per_invitee,
			     [LIMIT_SOURCE] = c->per_source,
			     [LIMIT_HOST] = c->per_host,
			     [LIMIT_HOLDS] = c->per_holder,
			     [LIMIT_QUESTIONS] = c->per_asker},
	};

	return limiter_create(&caps);
}

static const struct fault *serve_house(struct serve *s, struct arena *a)
{
	const struct config *c = &s->setup.config;
	struct calendar *cal = &s->setup.calendar;
	const struct fault *f;

	s->workers = pool_create("worker", (size_t)c->workers, SERVE_QUEUE);
	if (!s->workers)
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	cal->workers = s->workers;
	s->house.store = cal->store;
	s->house.calendar = cal;
	s->house.timelines = freebusy_cache_create((size_t)c->timelines_mb << 20);
	s->house.desk = &s->desk;
	s->desk = (struct booking_desk){
		.calendar = cal,
		.timelines = s->house.timelines,
		.hosts = host_cache_create((size_t)c->hosts_cached),
		.max_age_s = (int64_t)c->fed_max_age * 60,
	};
	s->auth = http_auth_create(&(struct http_doors){.user = find_user,
							.token = find_token,
							.session = find_session,
							.app = find_app_password,
							.bearer = find_program,
							.ctx = cal->store});
	s->house.limiter = serve_limiter(c);
	if (!s->house.timelines || !s->desk.hosts || !s->auth || !s->house.limiter)
		return fault_static(FAULT_OUT_OF_MEMORY);
	f = push_sender_create(a, c, &cal->key, &s->push);
	s->house.push = s->push;
	s->house.webhooks_private = strcmp(c->webhook_private, "on") == 0;
	s->house.reads_always = strcmp(c->fed_check, "always") == 0;
	if (!f)
		f = serve_federation(s, a);
	if (!f)
		f = serve_post(s, a);
	return f ? f : serve_mail(s, a);
}

static const struct fault *serve_open(struct serve *s, struct arena *a)
{
	const struct config *c = &s->setup.config;
	struct http_options o = {
		.listen = s->listen,
		.tls_cert = c->tls_cert,
		.tls_key = c->tls_key,
		.event_threads = (size_t)c->event_threads,
		.workers = s->workers,
		.always_slow = store_waits(s->house.store),
		.connections_max = (unsigned)c->connections,
		.connections_per_address_max = (unsigned)c->per_address,
		.header_timeout_ms = (unsigned)c->header_ms,
		.body_timeout_ms = (unsigned)c->body_ms,
		.idle_timeout_ms = (unsigned)c->idle_ms,
		.bodies_max = (size_t)c->bodies_mb << 20,
		.arena_max = (size_t)c->request_mb << 20,
		.limit_loopback = strcmp(c->limit_loopback, "on") == 0,
		.trusted_proxies = text_from(c->trusted_proxies),
		.mounts = s->mounts,
		.auth = s->auth,
		.is_https = c->url ? text_starts_nocase(text_from(c->url), TEXT("https:"))
				   : c->tls_cert != NULL,
	};

	serve_mount(s);
	return http_server_open(a, &o, &s->server);
}

/*
 * Where links lead: server.url, or else the very address that is listened on, which is right for
 * whoever tries Fasti out. Other machines cannot follow a link to a wildcard.
 */
static struct text serve_url(const struct serve *s, struct arena *a)
{
	const struct config *c = &s->setup.config;
	struct text listen = text_from(s->listen), url = text_from(c->url);

	if (!c->url) {
		/* Without the port, which may be 0 for any. */
		while (listen.len > 0 && listen.at[listen.len - 1] != ':')
			listen.len--;
		url = text_from(arena_printf(a, "%s://%.*s%u", c->tls_cert ? "https" : "http",
					     TEXT_ARG(listen), http_server_port(s->server)));
		if (text_equal(listen, TEXT("0.0.0.0:")) || text_equal(listen, TEXT("[::]:")))
			log_event(LOG_WARN, "url-missing", LOG_TEXT("links_lead_to", url),
				  LOG_STR("why", "server.url is not set"));
	}
	while (text_ends(url, TEXT("/")))
		url.len--;
	return url;
}

static const struct fault *serve_mail_in(struct serve *s, struct arena *a)
{
	const struct config *c = &s->setup.config;
	const struct mail_in_settings settings = {
		.imap = c->imap,
		.password_file = c->imap_password,
		.ca_file = c->mail_ca,
		.done = c->imap_done,
		.kept = c->imap_kept,
		.poll_s = (int)c->imap_poll,
		.lmtp = c->lmtp,
		.listen = s->listen,
	};

	return mail_in_start(a, &s->post, &settings, &s->mail_in);
}

/* ---- start and stop ---------------------------------------------------------------------- */

/* The address first: links name its port. No thread reads what is still being put together. */
static const struct fault *serve_start(struct serve *s, struct arena *a)
{
	const struct fault *f = serve_house(s, a);

	if (!f)
		f = serve_open(s, a);
	if (f)
		return f;
	s->desk.url = s->dav.url = s->federation.url = serve_url(s, a);
	if (s->push)
		s->push->shown.url = s->desk.url;
	s->federation.rounds = rounds_create(&s->federation);
	if (!s->federation.rounds)
		return fault_static(FAULT_OUT_OF_MEMORY);
	s->jobs = jobs_start(&s->house, s->sender);
	if (s->jobs)
		s->chores = chores_start(&s->setup.calendar, s->setup.config.kept_days);
	if (!s->chores || !rounds_start(s->federation.rounds, (int)s->setup.config.fed_threads))
		return fault_make(a, FAULT_UNAVAILABLE, NULL, "No threads can be made.");
	f = serve_mail_in(s, a);
	return f ? f : http_server_start(s->server, a);
}

/* Requests first, then mail that comes in, jobs and chores, then what all of them used. */
static void serve_stop(struct serve *s)
{
	atomic_store(&s->setup.calendar.stopping, true);
	gate_stop(s->federation.gate);
	if (s->server)
		http_server_stop(s->server, (unsigned)s->setup.config.grace_seconds * 1000);
	mail_in_stop(s->mail_in);
	jobs_stop(s->jobs);
	chores_stop(s->chores);
	rounds_stop(s->federation.rounds);
	pool_destroy(s->workers);
	s->setup.calendar.workers = NULL;
	setup_close(&s->setup);
	jobs_destroy(s->jobs);
	federation_fini(&s->federation);
	mail_sender_destroy(s->sender);
	mail_rates_destroy(s->house.mail_rates);
	http_auth_destroy(s->auth);
	host_cache_destroy(s->desk.hosts);
	freebusy_cache_destroy(s->house.timelines);
	limiter_destroy(s->house.limiter);
}

static void serve_wait(const sigset_t *signals)
{
	int caught;

	while (sigwait(signals, &caught) != 0)
		continue;
	log_event(LOG_INFO, "stopping", LOG_INT("signal", caught));
}

int command_serve(struct command_line *line)
{
	static struct serve s;
	sigset_t signals;
	const struct fault *f;

	if (line->word_count != 0)
		return command_usage(line, NULL);
	/* Blocked before any thread exists, so that only serve_wait() sees them. */
	signal(SIGPIPE, SIG_IGN);
	/* A file at its limit is a fault of the write, as a full disk is. */
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	if (!command_open(line, SETUP_MAKE, &s.setup))
		return COMMAND_FAILED;
	s.listen = command_option(line, "listen");
	if (!s.listen)
		s.listen = s.setup.config.listen;
	f = serve_drive_time(&s, line);
	serve_set_log(&s.setup.config);
	if (!f)
		f = serve_start(&s, line->arena);
	if (!f) {
		log_event(LOG_INFO, "serving", LOG_STR("listen", s.listen),
			  LOG_INT("port", http_server_port(s.server)));
		log_flush();
		serve_wait(&signals);
	}
	serve_stop(&s);
	log_close();
	return f ? command_fail(f) : COMMAND_OK;
}
