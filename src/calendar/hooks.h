/*
 * hooks - other programs are told what becomes of bookings
 *
 * Whatever writes a step into the history of a booking queues a telling for each webhook that
 * wants it, in the same transaction; daemon/job_webhook.c sends it. What is told is the booking as
 * that step left it. Tellings about one booking form a queue per webhook, so they come in the
 * order in which things happened.
 *
 * Names, headers and signature are those of Standard Webhooks (standardwebhooks.com), for which
 * receivers have libraries.
 */
#ifndef CALENDAR_HOOKS_H
#define CALENDAR_HOOKS_H

#include "store/history.h"
#include "store/webhook.h"

struct booking;
struct change;
struct job;
struct reminder;
struct secret_key;

/* "created", "rescheduled", "cancelled", …: what history calls so. */
extern const char *const hooks_words[BOOKING_EVENT_COUNT];

enum {
	HOOKS_URL_MAX = 2000,
	HOOKS_PAYLOAD_MAX = 128 * 1024,
	HOOKS_SECRET_S = 86400, /* so long a renewed secret signs beside the new one */
	HOOKS_REST_MIN_S = 10,	/* between two attempts at one that fails */
	HOOKS_REST_MAX_S = 3600,
};

/*
 * The key of a webhook's signatures, as it was after so many times of being renewed, as bytes;
 * shown once, as "whsec_" and base64.
 */
struct text hooks_secret(struct arena *a, const struct secret_key *key, const struct webhook *w,
			 int64_t secret_no);

/* [tx] What was just done to a booking. */
MUST_CHECK const struct fault *hooks_queue(struct change *c, struct db *db, const struct booking *b,
					   struct booking_deed deed);
/*
 * [tx] "booking.reminder": that the meeting which starts then is near, as this reminder says. Of a
 * series it is one instance.
 */
MUST_CHECK const struct fault *hooks_queue_reminder(struct change *c, struct db *db,
						    const struct booking *b,
						    const struct reminder *r, int64_t start);
/* [tx] A telling of nothing, "webhook.test", whatever the webhook wants to hear of. */
MUST_CHECK const struct fault *hooks_queue_test(struct change *c, struct db *db,
						const struct webhook *w);

/* Of a job of kind "webhook": whose it is, and what it is called where it is received. */
struct text hooks_webhook_of(const struct job *j);
struct text hooks_message_id(struct arena *a, const struct job *j);
bool hooks_is_test(const struct job *j);

#endif
