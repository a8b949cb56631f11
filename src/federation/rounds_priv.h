/*
 * rounds_priv - what the files of the rounds share
 *
 * rounds.c has the threads; rounds_batch.c takes what is due and reads it, rounds_renew.c has
 * watches, rounds_ask.c those who cannot wait.
 */
#ifndef FEDERATION_ROUNDS_PRIV_H
#define FEDERATION_ROUNDS_PRIV_H

#include <pthread.h>

#include "federation/rounds.h"
#include "store/outside.h"

/* Calendars that were taken together; freed with the last that is read. */
struct batch {
	struct arena *arena;
	struct outside_calendar *list;
	size_t count, next, left;
};

/* Watches that were taken together; freed with the last that is renewed. */
struct renewals {
	struct arena *arena;
	struct outside_watch *list;
	size_t count, next, left;
};

struct ask;
struct wanted;

struct rounds_thread {
	struct rounds *rounds;
	pthread_t thread;
	bool asked_only;  /* reads for those who wait, and nothing else */
	bool is_asked;	  /* it reads for them now, and might do something else */
	bool has_renewed; /* its last turn was a watch: the next one is a calendar, if any is due */
	int64_t owner;	  /* whose calendar it reads of what was due; 0: none */
};

struct rounds {
	struct federation *fed;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work, clock;
	bool stop;
	bool is_taking, takes_watches; /* one thread does */
	unsigned woken;		       /* counts wake-ups, so that none is missed */
	int64_t look_ns, renew_ns;     /* monotonic: when somebody looks again */
	struct batch *batch;	       /* the next ones to be read; NULL: none are known */
	struct renewals *renewals;     /* the same of watches */
	size_t renewing;	       /* threads that renew one */
	struct wanted *wanted;	       /* owners to be read at once, the first asked first */
	struct ask *asks;	       /* whose time has not come */
	int limit;		       /* of a batch */
	size_t share; /* of the threads: at most so many for one owner, for asks, or for watches */
	size_t thread_count;
	struct rounds_thread *threads;
	bool has_clock;
	pthread_t clock_thread;
};

/* ---- rounds_batch.c -------------------------------------------------------------------------- */

int64_t rounds_after_s(int64_t seconds);
/* How long nobody need look for what is due then; a driven clock may leap meanwhile. */
int64_t rounds_rest_ns(int64_t due, int64_t most_s);
void rounds_log(const char *what, const struct fault *f);

/* Read one that was taken; the lease is held. Does somebody wait for it, until then? */
void rounds_read(struct rounds *r, struct outside_calendar *c, int64_t until_ns, bool is_awaited);

/* One that was taken is not read: anybody may, and it is due then. */
void rounds_give_back(struct rounds *r, struct outside_calendar *c, int64_t due_at);
/* Is it still ours, and for long enough? It may have waited in its batch for long. */
bool rounds_hold(struct rounds *r, struct outside_calendar *c);

/* Those that are due; NULL: none are, and at *due_out the next one is. */
struct batch *rounds_take(struct rounds *r, int64_t *due_out);
/* One of the batch is the caller's from now on. Holds the lock. */
struct outside_calendar *rounds_hand_out(struct rounds *r, size_t at);
/* It has been dealt with, and with the last one the batch goes. Holds the lock. */
void rounds_leave(struct batch *b);
void rounds_batch_free(struct batch *b);

/* ---- rounds_renew.c -------------------------------------------------------------------------- */

/* Renew one watch that is due, or take some. Holds the lock, but not while it does. */
bool rounds_renew(struct rounds_thread *t);
void rounds_end_renewals(struct rounds *r);

/* ---- rounds_ask.c ---------------------------------------------------------------------------- */

/* Read the first owner that somebody waits for. Holds the lock, but not while reading. */
bool rounds_run_wanted(struct rounds_thread *t);
/* The thread that tells those whose time has come. */
void *rounds_clock(void *ctx);
/* Tell all who still wait; the threads have ended. */
void rounds_end_asks(struct rounds *r);

#endif
