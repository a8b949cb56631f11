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
struct secret_key;

/* "created", "rescheduled", "cancelled", …: what history calls so. */
extern const char *const hooks_words[BOOKING_EVENT_COUNT];

enum { HOOKS_URL_MAX = 2000, HOOKS_PAYLOAD_MAX = 128 * 1024 };

/* The key of a webhook's signatures, as bytes; shown once, as "whsec_" and base64. */
struct text hooks_secret(struct arena *a, const struct secret_key *key, struct text webhook);

/* [tx] What was just done to a booking. */
MUST_CHECK const struct fault *hooks_queue(struct change *c, struct db *db, const struct booking *b,
					   struct booking_deed deed);

#endif
