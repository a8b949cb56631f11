/*
 * gate - how often, and how many at once: manners towards providers
 *
 * Before each request somebody passes the gate. It counts tokens for the whole application and for
 * the account, lets so many requests of one account run at once (of four that Graph allows two),
 * and stays shut after a provider has failed often (a circuit breaker: one request tries whether it
 * is well again). Of CalDAV each host is a provider of its own there. The numbers are one table,
 * from what each provider has published. All is of this process: who runs several servers gives
 * each its part (docs/federation.md).
 *
 * Memory: what an account or host has left nothing to remember of is forgotten.
 * Threads: all functions may be called from any thread. Times: monotonic nanoseconds.
 */
#ifndef FEDERATION_GATE_H
#define FEDERATION_GATE_H

#include "base/fault.h"
#include "base/text.h"
#include "store/connection.h"

struct gate;

/* NULL: no memory. */
struct gate *gate_create(void);
void gate_destroy(struct gate *g); /* accepts NULL */
/* The process ends: nobody waits for a turn any more. Accepts NULL. */
void gate_stop(struct gate *g);

/* Who comes: an account by its owner and id, on its way to a provider. */
struct gate_visitor {
	enum provider_kind provider;
	int64_t owner;
	struct text connection;
	struct text host; /* of CalDAV; of others it does not matter */
};

enum gate_word {
	GATE_OPEN,
	GATE_FULL, /* too many just now: at *retry_ns_out */
	GATE_SHUT, /* the provider is not well: likewise */
};

/*
 * May a request of this account go out? Waits for its turn, but only a moment, as others want the
 * thread, never past until_ns, and not for a provider to be well. OPEN is followed by one
 * gate_leave().
 */
enum gate_word gate_enter(struct gate *g, const struct gate_visitor *who, int64_t until_ns,
			  int64_t *retry_ns_out);

enum gate_outcome {
	GATE_WELL,   /* it was answered, whatever it said */
	GATE_FAILED, /* no answer, or 5xx */
	GATE_SLOWED, /* told to wait: nothing of this account before */
};
/*
 * Returns when to come again after FAILED or SLOWED: at retry_ns, if the provider said so; with 0
 * after a pause by the dice, of up to twice as long with each failure of the account in a row.
 */
int64_t gate_leave(struct gate *g, const struct gate_visitor *who, enum gate_outcome outcome,
		   int64_t retry_ns);

/* Tokens left of the application's, for metrics; -1: there is no such limit. */
int64_t gate_left(struct gate *g, enum provider_kind provider);

#endif
