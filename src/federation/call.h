/*
 * call - one request to a provider, and what its answer means
 *
 * A visit is somebody's work with one account: a connection, an arena, a time by which it is to be
 * over. Each call passes the gate, shows a token that is good (oauth.h), goes out by net/ and is
 * judged: what a status means differs from provider to provider, and often stands in the body. A
 * token that is refused is renewed once. Nobody else sends anything to a provider.
 *
 * Blocks: never on an event thread, never while a change is open. Threads: a visit belongs to one.
 */
#ifndef FEDERATION_CALL_H
#define FEDERATION_CALL_H

#include "base/clock.h"
#include "federation/federation.h"

struct arena;
struct provider;

struct visit {
	struct federation *fed;
	const struct provider *provider;
	struct connection *connection; /* its secret is renewed in place */
	struct arena *arena;
	int64_t until_ns; /* monotonic: no call goes on past it */
	int64_t now;	  /* as its work goes on, if it goes by the clock */
	bool by_clock;
	bool is_unstored; /* its account is in no row any more: what is renewed is kept here alone
			   */
	bool is_awaited;  /* until_ns is somebody's patience, and says nothing of the provider */
	/* Of the last call that did not go well. */
	struct text why;  /* one sentence; no secret */
	int64_t retry_at; /* of CALL_LATER and CALL_PAUSE, seconds UTC */
	bool is_held;	  /* it was not sent: the account has been asked as often as it may be */
};

/* The end of a call, or of what several calls did. */
enum call_end {
	CALL_OK,
	CALL_GONE,	/* of a cursor: read from the beginning */
	CALL_NOT_FOUND, /* or no access to it */
	CALL_EXISTS,	/* of what was to be made: it is there */
	CALL_CHANGED,	/* it is another one than If-Match says */
	CALL_REFUSED,	/* never, as it is */
	CALL_CONSENT,	/* the account has to be connected anew; its state says so already */
	CALL_LATER,	/* not now: at v->retry_at */
	CALL_PAUSE,	/* nothing is written there before v->retry_at */
	CALL_BROKEN,	/* the answer cannot be understood, or the store failed: later */
};

struct call_header {
	const char *name;
	struct text value;
};

struct call {
	const char *method; /* "GET", "PATCH", "REPORT" … */
	struct text url;    /* whole; must be of the provider's own host (call_url_is_ours()) */
	struct text body, media_type;
	const struct call_header *headers; /* further ones */
	size_t header_count;
	const char *what; /* for metrics and the log: "changes", "put" */
	/* results */
	int status; /* 0: there was no answer */
	struct text answer, answer_type, etag, location;
	struct text answered_by; /* the URL, after redirects */
};

/* A visit may be long: what is decided now goes by the time that it is now. */
static inline void visit_go_on(struct visit *v)
{
	if (v->by_clock)
		v->now = max64(v->now, clock_now());
}

/* Send it. v->why is set for all but CALL_OK. */
enum call_end call_run(struct visit *v, struct call *call);

/*
 * A URL that came in an answer (a link to the next page) is followed only to where the account's
 * calendars are: scheme, host and port are those of the provider.
 */
bool call_url_is_ours(const struct visit *v, struct text url);

/* RFC 9110 §8.8.3.2, the weak comparison: whoever packs an answer on its way weakens its ETag. */
bool call_is_same_etag(struct text x, struct text y);

/* Count a request: what for and what came of it are ASKED_… of base/metrics.h. */
void call_count(enum provider_kind provider, int deed, int result);

/* What a status means everywhere, for providers' judge(). 401 is never asked about. */
enum call_end call_judge(const struct call *call);

/* The end of a visit as it is told: v->why as a fault, UNAVAILABLE; NULL for CALL_OK. */
const struct fault *call_fault(const struct visit *v, enum call_end end);

#endif
