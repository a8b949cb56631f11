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

static size_t count_rows(const struct http_mount *mounts)
{
	size_t count = 0;

	for (const struct http_mount *m = mounts; m->routes; m++)
		for (const struct http_route *route = m->routes; route->prefix; route++)
			count++;
	return count;
}

void routes_init(struct routes *r, struct arena *a, const struct http_mount *mounts)
{
	r->paths = arena_alloc_array(a, count_rows(mounts), sizeof(*r->paths));
	r->count = 0;
	for (const struct http_mount *m = mounts; m->routes; m++)
		for (const struct http_route *route = m->routes; route->prefix; route++) {
			struct route_path *p = &r->paths[r->count++];

			p->route = route;
			p->context = m->context;
			p->body_max = m->body_max;
			split_prefix(p, route->prefix);
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

bool routes_find(const struct routes *r, struct http_request *rq)
{
	for (size_t i = 0; i < r->count; i++)
		if (path_fits(&r->paths[i], rq)) {
			rq->route = r->paths[i].route;
			rq->context = r->paths[i].context;
			rq->body_max = r->paths[i].body_max ? r->paths[i].body_max(rq)
							    : rq->route->body_max;
			return true;
		}
	return false;
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
