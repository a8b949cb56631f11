/* route - the first row of the table that fits a path; see route.h */
#include "http/route.h"

#include <assert.h>

#include "base/arena.h"
#include "http/http_priv.h"

static void split_prefix(struct route_path *p, const char *prefix)
{
	struct text rest = text_from(prefix), part;

	while (text_next(&rest, '/', &part)) {
		if (part.len == 0)
			continue;
		assert(p->segment_count < ARRAY_LEN(p->segments));
		p->segments[p->segment_count++] = part;
	}
}

void routes_init(struct routes *r, struct arena *a, const struct http_route *table)
{
	size_t count = 0;

	while (table[count].prefix)
		count++;
	r->paths = arena_alloc_array(a, count, sizeof(*r->paths));
	r->count = count;
	for (size_t i = 0; i < count; i++) {
		r->paths[i].route = &table[i];
		split_prefix(&r->paths[i], table[i].prefix);
	}
}

/* Decoded segments are compared: "/%64av" is "/dav", and no encoded slash makes two of one. */
static bool path_fits(const struct route_path *p, const struct http_request *rq)
{
	if (rq->segment_count < p->segment_count)
		return false;
	if ((p->route->flags & HTTP_EXACT) && rq->segment_count > p->segment_count)
		return false;
	for (size_t i = 0; i < p->segment_count; i++)
		if (!text_equal(p->segments[i], rq->segments[i]))
			return false;
	return true;
}

const struct http_route *routes_find(const struct routes *r, const struct http_request *rq)
{
	for (size_t i = 0; i < r->count; i++)
		if (path_fits(&r->paths[i], rq))
			return r->paths[i].route;
	return NULL;
}

bool route_allows(const struct http_route *route, struct text method)
{
	struct text rest = text_from(route->methods), part;

	if (!route->methods)
		return true;
	while (text_next(&rest, ',', &part))
		if (text_equal(text_trim(part), method))
			return true;
	return false;
}
