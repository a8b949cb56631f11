/*
 * access - one line in the log for each request, and the numbers of /metrics
 *
 * The query is left out, and of a path that needs no user only what the route
 * names: what follows may be a token that opens a booking or a feed. Of a refusal it says
 * why, since the answer often may not.
 */
#include "base/log.h"
#include "base/metrics.h"
#include "http/http_priv.h"

enum { METHOD_SHOWN = 24, PATH_SHOWN = 256, PATH_ROOM = 300, WHY_SHOWN = 240 };
enum { OF_REFUSALS = 2 }; /* fields at the end of a line */

/* "/manage/…": the first `segments` of the path, as it was sent. */
static struct text path_begin(struct text path, size_t segments, char room[PATH_ROOM])
{
	static const struct text more = TEXT_INIT("/…");
	size_t end = 0;

	for (size_t i = 0; i < segments && end < path.len; i++) {
		while (end < path.len && path.at[end] == '/')
			end++;
		while (end < path.len && path.at[end] != '/')
			end++;
	}
	if (end == path.len || (end + 1 == path.len && path.at[end] == '/'))
		return path;
	memcpy(room, path.at, end);
	memcpy(room + end, more.at, more.len);
	return text_of(room, end + more.len);
}

static size_t segments_of(const char *prefix)
{
	size_t count = 0;

	for (const char *p = prefix; *p; p++)
		count += *p == '/' && p[1];
	return count;
}

static struct text path_shown(const struct http_request *rq, char room[PATH_ROOM])
{
	const struct http_route *route = rq->route;
	struct text path = text_sub(rq->path, 0, PATH_SHOWN);

	if ((route && (route->flags & HTTP_AUTH)) || !text_starts(path, TEXT("/")))
		return path;
	return path_begin(path, route ? segments_of(route->prefix) : 1, room);
}

void access_note(const struct http_exchange *ex, int status, bool was_whole)
{
	const struct http_request *rq = &ex->rq;
	int64_t us = ex->answered_ns ? (ex->answered_ns - rq->begun_ns) / 1000 : 0;
	const struct fault *f = status >= 400 ? ex->rq.fault : NULL;
	char room[PATH_ROOM];
	const struct log_field fields[] = {
		LOG_TEXT("id", rq->id),
		LOG_TEXT("peer", rq->peer),
		LOG_TEXT("user", rq->user.name),
		LOG_TEXT("method", text_sub(rq->method, 0, METHOD_SHOWN)),
		LOG_TEXT("path", path_shown(rq, room)),
		LOG_INT("status", status),
		LOG_INT("us", us),
		LOG_STR("end", was_whole ? "sent" : "broken"),
		/* Of refusals. */
		LOG_STR("fault", f ? fault_row(f->code)->name : ""),
		LOG_TEXT("why", f ? text_sub(text_from(f->message), 0, WHY_SHOWN) : TEXT_NONE),
	};

	if (status >= 100 && status < 600)
		metrics_add(METRIC_HTTP_REQUESTS, status / 100 - 1, 1);
	log_write(LOG_INFO, "request", fields, ARRAY_LEN(fields) - (f ? 0 : OF_REFUSALS));
}
