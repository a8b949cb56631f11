/* observe - what an operator and a load balancer ask */

#include "daemon/observe.h"

#include "base/clock.h"
#include "base/metrics.h"
#include "daemon/house.h"
#include "federation/federation.h"
#include "federation/gate.h"
#include "store/occurrence.h"
#include "store/store.h"

enum { METRICS_MAX_BYTES = 1024 * 1024 };

static void answer_health(struct http_request *rq)
{
	http_set_header(rq, "Cache-Control", TEXT("no-store"));
	http_answer(rq, 200, "text/plain; charset=utf-8", TEXT("ok\n"));
}

static void answer_ready(struct http_request *rq)
{
	const struct house *house = rq->context;
	int64_t from, until;
	struct db *db;
	const struct fault *f = store_reader(house->store, rq->arena, &db);

	http_set_header(rq, "Cache-Control", TEXT("no-store"));
	if (!f)
		f = occurrence_horizon(db, rq->arena, &from, &until);
	if (f)
		http_answer(rq, 503, "text/plain; charset=utf-8",
			    TEXT("the store does not answer\n"));
	else if (metrics_get(METRIC_STORE_REFUSES, 0))
		http_answer(rq, 503, "text/plain; charset=utf-8",
			    TEXT("the store takes no changes\n"));
	else if (clock_is_driven())
		http_answer(rq, 200, "text/plain; charset=utf-8",
			    TEXT("ready; a test drives the clock\n"));
	else
		http_answer(rq, 200, "text/plain; charset=utf-8", TEXT("ready\n"));
}

/* As time passes they come back, whether anything is asked or not. */
static void count_tokens(const struct house *house)
{
	for (enum provider_kind provider = 0; provider < PROVIDER_COUNT; provider++) {
		int64_t left = gate_left(house->federation->gate, provider);

		if (left >= 0)
			metrics_set(METRIC_PROVIDER_TOKENS, (int)provider, left);
	}
}

/* All other gauges are kept by the chores: who asks costs no question of the store. */
static void answer_metrics(struct http_request *rq)
{
	struct buf out;

	count_tokens(rq->context);
	buf_init(&out, rq->arena, 16 * 1024, METRICS_MAX_BYTES);
	metrics_write(&out);
	http_answer(rq, 200, "text/plain; version=0.0.4; charset=utf-8", buf_text(&out));
}

/* clang-format off */
const struct http_route observe_routes[] = {
	{ .prefix = "/healthz", .methods = "GET, HEAD", .flags = HTTP_EXACT, .handler = answer_health },
	{ .prefix = "/readyz",  .methods = "GET, HEAD", .flags = HTTP_EXACT, .handler = answer_ready },
	{ .prefix = "/metrics", .methods = "GET, HEAD", .flags = HTTP_EXACT, .handler = answer_metrics },
	{ .prefix = NULL }
};
/* clang-format on */
