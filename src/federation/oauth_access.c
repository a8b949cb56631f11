/*
 * oauth_access - an access token that is good, whoever had to ask for it
 *
 * One at a time asks: the lease is committed before (decisions 4), the new token is stored where
 * the old one still stands, and only then used. Who finds the lease taken waits for what comes of
 * it. A refusal is final only inside a transaction that finds the very secret that was refused:
 * else another process has been here, and its token is the one to use.
 */
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "calendar/calendar.h"
#include "calendar/change_outside.h"
#include "federation/oauth_priv.h"
#include "federation/provider.h"
#include "store/store.h"

enum {
	SOUND_S = 60,	 /* a token is good for so long at least */
	LEASE_S = 60,	 /* longer than a question may take */
	LOOK_MS = 50,	 /* between two looks at what another does */
	BUSY_S = 5,	 /* where it took too long */
	TURNS_MAX = 200, /* each waits, or has found another secret */
	HOLDER_BYTES = 9,
};

/* One turn's outcome: the token can be looked at again, or it ended. */
enum turn { TURN_AGAIN, TURN_NEW, TURN_ENDED };

struct access {
	struct visit *v;
	struct text holder; /* of this visit alone */
	enum call_end end;  /* of ENDED */
};

static enum turn ended(struct access *x, enum call_end end, struct text why, int64_t retry_at)
{
	x->v->why = why;
	x->v->retry_at = retry_at;
	x->end = end;
	return TURN_ENDED;
}

static enum turn failed(struct access *x, const struct fault *f)
{
	return ended(x, CALL_BROKEN, text_from(f->message), x->v->now + OAUTH_LATER_S);
}

/* ---- transactions ------------------------------------------------------------------------------
 */

struct access_work {
	struct store_work work;
	const struct connection *connection;
	struct text holder;
	int64_t now;
	bool done;
};

static const struct fault *run_lease(struct db *db, struct store_work *work)
{
	struct access_work *w = (struct access_work *)work;

	return connection_lease(db, work->arena, w->connection, w->holder, w->now, w->now + LEASE_S,
				&w->done);
}

static const struct fault *run_set(struct db *db, struct store_work *work)
{
	struct access_work *w = (struct access_work *)work;

	return connection_set_secret(db, work->arena, w->connection, &w->done);
}

/* All stays as it is by now, but for the lease. */
static const struct fault *run_release(struct db *db, struct store_work *work)
{
	struct access_work *w = (struct access_work *)work;
	struct connection *now;
	const struct fault *f =
		connection_get(db, work->arena, w->connection->owner, w->connection->id, &now);

	return f || !now ? f : connection_set_state(db, work->arena, now, w->holder);
}

/* Where there is no row, nobody else renews it either. */
static const struct fault *transact(struct access *x, const struct connection *c,
				    const struct fault *(*run)(struct db *, struct store_work *),
				    bool *done_out)
{
	struct access_work w = {
		.work = {.run = run, .arena = x->v->arena},
		.connection = c,
		.holder = x->holder,
		.now = x->v->now,
	};
	const struct fault *f = NULL;

	if (x->v->is_unstored) {
		*x->v->connection = *c;
		*done_out = true;
		return NULL;
	}
	f = store_run(x->v->fed->calendar->store, &w.work);
	*done_out = w.done;
	return f;
}

/* ---- what another did --------------------------------------------------------------------------
 */

/* What is stored by now takes the place of what the visit knew. */
static const struct fault *look_again(struct visit *v)
{
	struct connection *now = NULL;
	struct db *db;
	const struct fault *f;

	if (v->is_unstored)
		return NULL;
	f = store_reader(v->fed->calendar->store, v->arena, &db);
	if (!f)
		f = connection_get(db, v->arena, v->connection->owner, v->connection->id, &now);
	if (!f && !now)
		f = fault_make(v->arena, FAULT_NOT_FOUND, NULL,
			       "This account is not connected any more.");
	if (!f)
		*v->connection = *now;
	return f;
}

static void wait_a_little(void)
{
	const struct timespec little = {.tv_nsec = LOOK_MS * 1000000L};

	nanosleep(&little, NULL);
}

/* Somebody else holds the lease, or has another secret in place already. */
static enum turn after_others(struct access *x)
{
	struct visit *v = x->v;
	int64_t secret_no = v->connection->secret_no;
	const struct fault *f = look_again(v);

	if (f)
		return failed(x, f);
	if (v->connection->secret_no != secret_no || v->connection->state == CONNECTION_RECONNECT)
		return TURN_AGAIN;
	if (clock_monotonic_ns() >= v->until_ns || atomic_load(&v->fed->calendar->stopping))
		return ended(x, CALL_LATER, TEXT("Another process is asking for a token."),
			     v->now + BUSY_S);
	wait_a_little();
	return TURN_AGAIN;
}

/* ---- what the provider said --------------------------------------------------------------------
 */

static enum turn keep(struct access *x, const struct oauth_tokens *old,
		      const struct oauth_tokens *new)
{
	struct visit *v = x->v;
	struct oauth_tokens kept = *new;
	struct connection c = *v->connection;
	const struct fault *f;
	bool set;

	/* Google gives no new one, and means the old one to be kept (RFC 6749 §6). */
	if (kept.refresh.len == 0)
		kept.refresh = old->refresh;
	if (kept.scope.len == 0)
		kept.scope = old->scope;
	c.secret = oauth_seal(v->fed, v->arena, &c, &kept);
	c.expires_at = kept.expires_at;
	f = transact(x, &c, run_set, &set);
	if (!f)
		f = look_again(v);
	if (f)
		return failed(x, f);
	return set ? TURN_NEW : TURN_AGAIN;
}

static const struct fault *is_still_refused(void *ctx, struct db *db, struct arena *a)
{
	const struct connection *refused = ctx;
	struct connection *now;
	const struct fault *f = connection_get(db, a, refused->owner, refused->id, &now);

	if (!f && (!now || now->secret_no != refused->secret_no))
		f = fault_make(a, FAULT_CONFLICT, NULL, "There is another secret by now.");
	return f;
}

/* Its owner is told once: whoever finds the state changed already tells nobody. */
static enum turn mark(struct access *x, struct text why, struct text claims)
{
	struct visit *v = x->v;
	struct connection c = *v->connection;
	bool told = c.state != CONNECTION_RECONNECT;
	struct change *ch;
	const struct fault *f;

	if (v->is_unstored)
		return ended(x, CALL_CONSENT, why, 0);
	ch = change_open(v->fed->calendar, v->arena, CHANGE_PROVIDER, v->now);
	c.state = CONNECTION_RECONNECT;
	c.state_since = v->now;
	c.last_error = why;
	c.claims = claims;
	f = change_require(ch, c.owner, is_still_refused, v->connection);
	if (!f)
		f = change_connection_state(ch, &c, x->holder, told);
	f = change_run_unless(ch, f);
	if (fault_is(f, FAULT_CONFLICT))
		return after_others(x);
	if (f)
		return failed(x, f);
	*v->connection = c;
	return ended(x, CALL_CONSENT, why, 0);
}

/* The account is left as it is; another attempt may be made by anybody. */
static enum turn give_up(struct access *x, enum oauth_word word, const struct oauth_question *q)
{
	bool done;
	const struct fault *f = transact(x, x->v->connection, run_release, &done);

	if (f)
		return failed(x, f);
	return ended(x, word == OAUTH_BROKEN ? CALL_BROKEN : CALL_LATER, q->why, q->retry_at);
}

static enum turn renew(struct access *x, const struct oauth_tokens *old)
{
	struct visit *v = x->v;
	struct oauth_question q = {
		.provider = v->connection->provider,
		.url = v->fed->apps[v->connection->provider].token_url,
		.owner = v->connection->owner,
		.account = v->connection->id,
		.now = v->now,
		.until_ns = v->until_ns,
	};
	enum oauth_word word;
	struct buf form;
	bool got;
	const struct fault *f = transact(x, v->connection, run_lease, &got);

	if (f)
		return failed(x, f);
	if (!got)
		return after_others(x);
	buf_init(&form, v->arena, 1024, OAUTH_FORM_MAX);
	oauth_put_field(&form, "grant_type", TEXT("refresh_token"));
	oauth_put_field(&form, "refresh_token", old->refresh);
	q.form = &form;
	word = oauth_ask(v->fed, v->arena, &q);
	if (word == OAUTH_GRANTED)
		return keep(x, old, &q.tokens);
	if (word == OAUTH_REFUSED)
		return mark(x, q.why, q.claims);
	return give_up(x, word, &q);
}

/* ---- the token ---------------------------------------------------------------------------------
 */

static bool is_sound(const struct visit *v, const struct oauth_tokens *t, struct text refused)
{
	return t->expires_at >= v->now + SOUND_S && !text_equal(t->access, refused);
}

static enum turn take_turn(struct access *x, struct text refused, bool renewed,
			   struct text *token_out)
{
	struct visit *v = x->v;
	struct oauth_tokens tokens;
	const struct fault *f;

	visit_go_on(v);
	if (v->connection->state == CONNECTION_RECONNECT)
		return ended(x, CALL_CONSENT, v->connection->last_error, 0);
	f = oauth_open(v->fed, v->arena, v->connection, &tokens);
	if (f)
		return failed(x, f);
	/* One that we have just been given is used, however short it lives. */
	if (renewed || is_sound(v, &tokens, refused)) {
		*token_out = tokens.access;
		return ended(x, CALL_OK, TEXT_NONE, 0);
	}
	return renew(x, &tokens);
}

enum call_end oauth_access(struct visit *v, struct text refused, struct text *token_out)
{
	struct access x = {.v = v};
	enum turn turn = TURN_AGAIN;

	*token_out = TEXT_NONE;
	x.holder = text_from(arena_printf(v->arena, "%.*s %.*s", TEXT_ARG(v->fed->holder),
					  TEXT_ARG(secret_token(v->arena, HOLDER_BYTES))));
	for (int i = 0; i < TURNS_MAX && turn != TURN_ENDED; i++)
		turn = take_turn(&x, refused, turn == TURN_NEW, token_out);
	if (turn != TURN_ENDED)
		ended(&x, CALL_LATER, TEXT("Another process is asking for a token."),
		      v->now + BUSY_S);
	return x.end;
}

enum call_end oauth_lost(struct visit *v, struct text why, struct text claims)
{
	struct access x = {.v = v};
	int64_t secret_no = v->connection->secret_no;
	struct connection was = *v->connection;
	const struct fault *f = look_again(v);

	/* One that is just being connected is not stored yet. */
	if (fault_is(f, FAULT_NOT_FOUND)) {
		*v->connection = was;
		(void)ended(&x, CALL_CONSENT, why, 0);
	} else if (f) {
		(void)failed(&x, f);
	} else if (v->connection->secret_no != secret_no || mark(&x, why, claims) != TURN_ENDED) {
		(void)ended(&x, CALL_LATER, why, v->now + BUSY_S);
	}
	return x.end;
}

enum call_end oauth_revoke(struct visit *v)
{
	const struct federation_app *app = &v->fed->apps[v->connection->provider];
	struct oauth_question q = {
		.provider = v->connection->provider,
		.url = app->revoke_url,
		.ends = true,
		.owner = v->connection->owner,
		.account = v->connection->id,
		.now = v->now,
		.until_ns = v->until_ns,
	};
	struct oauth_tokens tokens;
	enum oauth_word word;
	struct buf form;
	const struct fault *f;

	if (v->connection->provider == PROVIDER_CALDAV || app->revoke_url.len == 0)
		return CALL_OK;
	f = oauth_open(v->fed, v->arena, v->connection, &tokens);
	if (f) {
		v->why = text_from(f->message);
		return CALL_BROKEN;
	}
	buf_init(&form, v->arena, 1024, OAUTH_FORM_MAX);
	oauth_put_field(&form, "token", tokens.refresh);
	q.form = &form;
	word = oauth_ask(v->fed, v->arena, &q);
	v->why = q.why;
	v->retry_at = q.retry_at;
	/* What is refused has been revoked already. */
	return word == OAUTH_GRANTED || word == OAUTH_REFUSED ? CALL_OK : CALL_LATER;
}
