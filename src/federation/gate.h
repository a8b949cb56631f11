/*
 * gate - how often, and how many at once: manners towards providers
 *
 * Before each request somebody passes the gate. It counts tokens for the whole application and for
 * the account, lets so many requests of one account run at once (Graph: 4), and stays shut after
 * a provider has failed often (a circuit breaker: one request tries whether it is well again).
 * The numbers are one table, from what each provider has published. All is of this process: who
 * runs several servers gives each its part (docs/federation.md).
 *
 * Threads: all functions may be called from any thread. Times: monotonic nanoseconds.
 */
#ifndef FEDERATION_GATE_H
#define FEDERATION_GATE_H

#include "base/fault.h"
#include "store/connection.h"

struct gate;

struct gate *gate_create(void);
void gate_destroy(struct gate *g); /* accepts NULL */

enum gate_word {
	GATE_OPEN,
	GATE_FULL, /* too many just now: at *retry_ns_out */
	GATE_SHUT, /* the provider is not well: likewise */
};

/*
 * May a request of this account (its owner and id) go out? Waits until until_ns for its turn. OPEN
 * is followed by one gate_leave().
 */
enum gate_word gate_enter(struct gate *g, enum provider_kind provider, int64_t owner,
			  struct text connection, int64_t until_ns, int64_t *retry_ns_out);

enum gate_outcome {
	GATE_WELL,   /* it was answered, whatever it said */
	GATE_FAILED, /* no answer, or 5xx */
	GATE_SLOWED, /* told to wait until retry_ns: nothing of this account before */
};
void gate_leave(struct gate *g, enum provider_kind provider, int64_t owner, struct text connection,
		enum gate_outcome outcome, int64_t retry_ns);

/* Tokens left of the application's; for metrics. */
int64_t gate_left(struct gate *g, enum provider_kind provider);

#endif
