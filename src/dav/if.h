/*
 * if - the If header (RFC 4918 §10.4)
 *
 *	If: </dav/calendars/alice/work/> (<urn:uuid:…> ["etag"]) (Not <DAV:no-lock>)
 *
 * Lists of conditions, each about one resource: the one that the header names before it, or the
 * request's. The header holds where all conditions of one list do; and each state token in it is
 * *submitted*, whether or not its list holds (§10.4.1).
 *
 * Pure: what a resource is like is asked by a function. Memory: all borrows the header, arrays live
 * in the arena.
 */
#ifndef DAV_IF_H
#define DAV_IF_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

enum { DAV_IF_CONDITIONS_MAX = 256 }; /* and as many lists */

struct dav_if_condition {
	bool negated;
	bool is_etag;
	/* A state token; or an entity tag without its quotes, and without W/ if it had one. */
	struct text value;
};

struct dav_if_list {
	struct text resource; /* href; NULL-text: the request's own */
	const struct dav_if_condition *conditions;
	size_t count;
};

struct dav_if {
	struct dav_if_list *lists;
	size_t list_count;
	struct text *tokens; /* submitted */
	size_t token_count;
};

/* False: it is not what §10.4.2 asks for, or has more than DAV_IF_CONDITIONS_MAX. */
MUST_CHECK bool dav_if_parse(struct arena *a, struct text header, struct dav_if *out);

/* Does the resource have this state? Negation is not the function's. */
typedef const struct fault *(*dav_if_match_fn)(void *ctx, struct text resource,
					       const struct dav_if_condition *c, bool *matches_out);
MUST_CHECK const struct fault *dav_if_judge(const struct dav_if *condition, dav_if_match_fn match,
					    void *ctx, bool *holds_out);

#endif
