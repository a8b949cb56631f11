/*
 * query - the parameters of a question, in one pass over the query string
 *
 * Pure. Memory: a value is a slice of the query, or decoded into the arena.
 */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

struct query_param {
	struct text name;
	struct text *out; /* NULL-text when absent, the first one when repeated */
};

/*
 * Fill in what the query holds. Parameters that nobody asked for are left alone: links
 * gather such on their way. BAD_REQUEST: a value with a broken escape, or not UTF-8.
 */
MUST_CHECK const struct fault *query_read(struct arena *a, struct text query,
					  const struct query_param *params, size_t count);

#endif
