/*
 * gate - see gate.h
 *
 * A budget is one number: the time at which all that was let in would have been, were it spread
 * evenly (ITU-T I.371's GCRA). A limit of so many in a window is kept in every window, as a fifth
 * of it may come at once, and the rest of it follows evenly.
 *
 * One lock is enough: it is held for a few look-ups, and each request behind it takes a thousand
 * times as long.
 */
#include "federation/gate_priv.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/secret.h"

#define SECOND_NS INT64_C(1000000000)

enum {
	ACCOUNTS_MAX = 200000,
	ACCOUNT_BUCKETS = 16384,
	HOSTS_MAX = 10000,
	HOST_BUCKETS = 1024,
	NAME_MAX_BYTES = 300,
	FULL_S = 1, /* until one asks again where others have all places */
	SHUT_FIRST_S = 10,
	SHUT_MAX_S = 300,
	FORGET_S = 3600,
	FORGET_ACCOUNT_S = 900, /* that it failed; longer than between two readings */
	PAUSE_MAX_S = 64,
	WAIT_MAX_S = 2,
};

struct limit {
	int64_t count, window_s; /* 0: there is none */
};

struct manners {
	struct limit application, account;
	int at_once;  /* requests of one account */
	int failures; /* one after the other, until it is shut */
};

/*
 * Google: quotas of a project, and of a user of it. Graph: its limits for Outlook; four may run at
 * once, but half of that is what keeps clear of "over its MailboxConcurrency limit". CalDAV servers
 * publish none, and are often small.
 */
/* clang-format off */
static const struct manners table[PROVIDER_COUNT] = {
	/*                     application       account        at once  failures */
	[PROVIDER_GOOGLE]  = { {  10000, 60 }, {   600,  60 },  4,       20 },
	[PROVIDER_OUTLOOK] = { { 130000, 10 }, { 10000, 600 },  2,       20 },
	[PROVIDER_CALDAV]  = { {      0,  0 }, {  1200,  60 },  2,        5 },
};
/* clang-format on */

/* What is spent of a limit. */
struct budget {
	int64_t even_ns;
};

struct account {
	struct gate_node node;
	struct budget budget;
	int64_t slowed_until_ns;
	int64_t failed_ns; /* the last time of `failures` in a row */
	int failures;
	int inside, waiting;
};

/* A provider, or a host of CalDAV. */
struct breaker {
	struct gate_node node;
	int failures;
	bool is_shut, is_tried;
	int64_t shut_until_ns, shut_for_s;
};

struct gate {
	pthread_mutex_t lock; /* guards all of this */
	pthread_cond_t left;  /* somebody has */
	int64_t (*now_ns)(void);
	bool is_stopping;
	struct budget applications[PROVIDER_COUNT];
	struct breaker providers[PROVIDER_COUNT];
	struct gate_table accounts, hosts;
};

/* ---- budgets --------------------------------------------------------------------------------- */

static int64_t interval_ns(const struct limit *l)
{
	return l->window_s * SECOND_NS / (l->count - l->count / 5);
}

/* How far ahead of an even pace one may be. */
static int64_t lead_ns(const struct limit *l)
{
	return (l->count / 5 - 1) * interval_ns(l);
}

/* When the next one may come. */
static int64_t budget_at(const struct budget *b, const struct limit *l)
{
	return l->count ? b->even_ns - lead_ns(l) : 0;
}

static void budget_spend(struct budget *b, const struct limit *l, int64_t now_ns)
{
	if (l->count)
		b->even_ns = max64(b->even_ns, now_ns) + interval_ns(l);
}

static bool account_is_spent(const struct gate_node *n, int64_t now_ns)
{
	const struct account *account = (const struct account *)n;

	return account->inside == 0 && account->waiting == 0 && account->budget.even_ns <= now_ns &&
	       account->slowed_until_ns <= now_ns &&
	       (account->failures == 0 ||
		account->failed_ns + FORGET_ACCOUNT_S * SECOND_NS <= now_ns);
}

/* ---- breakers -------------------------------------------------------------------------------- */

/* A host that failed now and then, and was not asked for long since, begins anew. */
static bool host_is_spent(const struct gate_node *n, int64_t now_ns)
{
	const struct breaker *b = (const struct breaker *)n;

	return !b->is_tried &&
	       (b->failures == 0 || b->shut_until_ns + FORGET_S * SECOND_NS <= now_ns);
}

static struct breaker *breaker_of(struct gate *g, const struct gate_visitor *who)
{
	if (who->provider != PROVIDER_CALDAV)
		return &g->providers[who->provider];
	return (struct breaker *)gate_table_find(&g->hosts, who->host);
}

static bool breaker_is_shut(const struct breaker *b, int64_t now_ns)
{
	return b && b->is_shut && (b->is_tried || now_ns < b->shut_until_ns);
}

static void breaker_fail(struct breaker *b, int limit, int64_t now_ns)
{
	b->failures++;
	b->shut_until_ns = max64(b->shut_until_ns, now_ns);
	/* What left before it was shut says nothing new. */
	if (b->is_shut ? !b->is_tried : b->failures < limit)
		return;
	b->shut_for_s = b->is_shut ? min64(2 * b->shut_for_s, SHUT_MAX_S) : SHUT_FIRST_S;
	b->shut_until_ns = now_ns + b->shut_for_s * SECOND_NS;
	b->is_shut = true;
	b->is_tried = false;
}

static void note_outcome(struct gate *g, const struct gate_visitor *who, enum gate_outcome outcome,
			 int64_t now_ns)
{
	struct breaker *b = breaker_of(g, who);

	if (outcome != GATE_FAILED) {
		if (b) {
			b->failures = 0;
			b->is_shut = b->is_tried = false;
		}
		return;
	}
	if (!b)
		b = (struct breaker *)gate_table_get(&g->hosts, who->host, now_ns);
	/* More hosts are out of order than can be minded: this one is asked as if it were well. */
	if (b)
		breaker_fail(b, table[who->provider].failures, now_ns);
}

/* ---- the gate -------------------------------------------------------------------------------- */

struct gate *gate_create_by(int64_t (*now_ns)(void))
{
	struct gate *g = calloc(1, sizeof(*g));
	pthread_condattr_t attr;

	if (!g)
		return NULL;
	g->now_ns = now_ns;
	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->left, &attr);
	pthread_condattr_destroy(&attr);
	if (gate_table_init(&g->accounts, ACCOUNT_BUCKETS, ACCOUNTS_MAX, sizeof(struct account),
			    account_is_spent) &&
	    gate_table_init(&g->hosts, HOST_BUCKETS, HOSTS_MAX, sizeof(struct breaker),
			    host_is_spent))
		return g;
	gate_destroy(g);
	return NULL;
}

struct gate *gate_create(void)
{
	return gate_create_by(clock_monotonic_ns);
}

void gate_destroy(struct gate *g)
{
	if (!g)
		return;
	gate_table_fini(&g->accounts);
	gate_table_fini(&g->hosts);
	pthread_cond_destroy(&g->left);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

void gate_stop(struct gate *g)
{
	if (!g)
		return;
	pthread_mutex_lock(&g->lock);
	g->is_stopping = true;
	pthread_cond_broadcast(&g->left);
	pthread_mutex_unlock(&g->lock);
}

/* An account's name, in the caller's memory. */
static struct text name_of(const struct gate_visitor *who, char at[NAME_MAX_BYTES])
{
	int len = snprintf(at, NAME_MAX_BYTES, "%d/%lld/%.*s", (int)who->provider,
			   (long long)who->owner, TEXT_ARG(who->connection));

	assert(len > 0 && len < NAME_MAX_BYTES);
	return text_of(at, (size_t)len);
}

static void sleep_until(struct gate *g, int64_t until_ns)
{
	struct timespec t = {.tv_sec = until_ns / SECOND_NS, .tv_nsec = until_ns % SECOND_NS};

	pthread_cond_timedwait(&g->left, &g->lock, &t);
}

/* When it may go, if nobody else comes: now or before, later, or once somebody has left. */
static int64_t turn_at(const struct gate *g, const struct account *account,
		       enum provider_kind provider)
{
	const struct manners *m = &table[provider];
	int64_t at = max64(budget_at(&account->budget, &m->account), account->slowed_until_ns);

	at = max64(at, budget_at(&g->applications[provider], &m->application));
	return account->inside < m->at_once ? at : INT64_MAX;
}

static void let_in(struct gate *g, struct account *account, const struct gate_visitor *who,
		   int64_t now_ns)
{
	const struct manners *m = &table[who->provider];
	struct breaker *b = breaker_of(g, who);

	budget_spend(&account->budget, &m->account, now_ns);
	budget_spend(&g->applications[who->provider], &m->application, now_ns);
	account->inside++;
	if (b)
		b->is_tried = b->is_shut;
}

static enum gate_word wait_turn(struct gate *g, struct account *account,
				const struct gate_visitor *who, int64_t until_ns,
				int64_t *retry_ns_out)
{
	for (;;) {
		int64_t now_ns = g->now_ns();
		int64_t at_ns = turn_at(g, account, who->provider);
		const struct breaker *b = breaker_of(g, who);

		if (breaker_is_shut(b, now_ns)) {
			*retry_ns_out = max64(b->shut_until_ns, now_ns + FULL_S * SECOND_NS);
			return GATE_SHUT;
		}
		if (at_ns <= now_ns) {
			let_in(g, account, who, now_ns);
			return GATE_OPEN;
		}
		/* Nothing that is known brings its turn in time. */
		if (g->is_stopping || now_ns >= until_ns ||
		    (at_ns > until_ns && at_ns < INT64_MAX)) {
			*retry_ns_out = at_ns < INT64_MAX ? at_ns : now_ns + FULL_S * SECOND_NS;
			return GATE_FULL;
		}
		sleep_until(g, min64(at_ns, until_ns));
	}
}

enum gate_word gate_enter(struct gate *g, const struct gate_visitor *who, int64_t until_ns,
			  int64_t *retry_ns_out)
{
	char name[NAME_MAX_BYTES];
	enum gate_word word = GATE_FULL;
	struct account *account;

	pthread_mutex_lock(&g->lock);
	*retry_ns_out = g->now_ns() + FULL_S * SECOND_NS;
	account = (struct account *)gate_table_get(&g->accounts, name_of(who, name), g->now_ns());
	if (account) {
		until_ns = min64(until_ns, g->now_ns() + WAIT_MAX_S * SECOND_NS);
		account->waiting++;
		word = wait_turn(g, account, who, until_ns, retry_ns_out);
		account->waiting--;
	}
	pthread_mutex_unlock(&g->lock);
	return word;
}

/* Full jitter: what failed together does not come back together. */
static int64_t pause_ns(int failures)
{
	int64_t most_s = failures < 7 ? INT64_C(1) << failures : PAUSE_MAX_S;
	uint32_t dice;

	secret_random(&dice, sizeof(dice));
	return 1 + dice % (uint32_t)(most_s * 1000) * INT64_C(1000000);
}

static int64_t account_fail(struct account *account, enum gate_outcome outcome, int64_t now_ns,
			    int64_t retry_ns)
{
	account->failures += account->failures < PAUSE_MAX_S;
	account->failed_ns = now_ns;
	if (retry_ns == 0)
		retry_ns = now_ns + pause_ns(account->failures);
	if (outcome == GATE_SLOWED)
		account->slowed_until_ns = max64(account->slowed_until_ns, retry_ns);
	return retry_ns;
}

int64_t gate_leave(struct gate *g, const struct gate_visitor *who, enum gate_outcome outcome,
		   int64_t retry_ns)
{
	char name[NAME_MAX_BYTES];
	struct account *account;
	int64_t now_ns;

	pthread_mutex_lock(&g->lock);
	now_ns = g->now_ns();
	account = (struct account *)gate_table_find(&g->accounts, name_of(who, name));
	assert(account && account->inside > 0);
	account->inside--;
	if (outcome == GATE_WELL)
		account->failures = 0;
	else
		retry_ns = account_fail(account, outcome, now_ns, retry_ns);
	note_outcome(g, who, outcome, now_ns);
	pthread_cond_broadcast(&g->left);
	pthread_mutex_unlock(&g->lock);
	return retry_ns;
}

int64_t gate_left(struct gate *g, enum provider_kind provider)
{
	const struct limit *l = &table[provider].application;
	int64_t left = -1;

	if (!l->count)
		return left;
	pthread_mutex_lock(&g->lock);
	left = l->count / 5 -
	       (max64(g->applications[provider].even_ns - g->now_ns(), 0) + interval_ns(l) - 1) /
		       interval_ns(l);
	pthread_mutex_unlock(&g->lock);
	return max64(left, 0);
}
