/*
 * metrics - counters, gauges and histograms for /metrics
 *
 * The list is the table metrics.tbl.h. Adding to a metric is one relaxed
 * atomic operation; reading is not a snapshot across metrics.
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/base.h"

struct buf;

enum metric {
#define METRIC(id, kind, name, label, help) METRIC_##id,
#include "base/metrics.tbl.h"
#undef METRIC
	METRIC_COUNT
};

/* Values of labels, in the order of the lists in metrics.c. */
enum { STATUS_1XX, STATUS_2XX, STATUS_3XX, STATUS_4XX, STATUS_5XX };
enum { BOOKING_CONFIRMED, BOOKING_REPLAYED, BOOKING_TAKEN, BOOKING_NOT_OFFERED, BOOKING_FAILED };
enum { CHANGE_DONE, CHANGE_REFUSED, CHANGE_FAILED };
enum { CACHE_MISS, CACHE_HIT };
enum { MAIL_SENT, MAIL_RETRY, MAIL_BOUNCED, MAIL_RETURNED };
enum { PUSH_SENT, PUSH_RETRY, PUSH_REFUSED };
enum { AUTH_CACHED, AUTH_ACCEPTED, AUTH_REFUSED };
/* After the number of a provider, and of what was asked for. HELD: nothing was sent. */
enum {
	ASKED_OK,
	ASKED_GONE,
	ASKED_NOT_FOUND,
	ASKED_CONFLICT,
	ASKED_REFUSED,
	ASKED_CONSENT,
	ASKED_SLOWED,
	ASKED_FAILED,
	ASKED_HELD,
};
enum {
	ASKED_FOR_CALENDARS,
	ASKED_FOR_CHANGES,
	ASKED_FOR_GET,
	ASKED_FOR_PUT,
	ASKED_FOR_REMOVE,
	ASKED_FOR_WATCH,
	ASKED_FOR_TOKEN,
	ASKED_FOR_OTHER,
};

enum { METRICS_VALUES_MAX = 9 }; /* of a label */

/* The label of a metric that has two … */
static inline int metrics_pair(int first, int second)
{
	return first * METRICS_VALUES_MAX + second;
}

/* … or three. */
static inline int metrics_triple(int first, int second, int third)
{
	return metrics_pair(metrics_pair(first, second), third);
}

/* Add to a counter or gauge; label is the value's place in its list, or 0. */
void metrics_add(enum metric m, int label, int64_t n);
void metrics_set(enum metric m, int label, int64_t n);
/* One observation of a histogram, in nanoseconds. */
void metrics_observe(enum metric m, int label, int64_t ns);

/* The present value; of a histogram, its count. */
int64_t metrics_get(enum metric m, int label);

/* All of them in the Prometheus text format. */
void metrics_write(struct buf *out);

#endif
