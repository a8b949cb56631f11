/*
 * rules_priv - what rules.c and schedule.c share in reading JSON strictly
 */
#ifndef BOOKING_RULES_PRIV_H
#define BOOKING_RULES_PRIV_H

#include "booking/rules.h"

struct json;

/* UNPROCESSABLE about a key: "key" why. */
const struct fault *rules_wrong(struct arena *a, const char *key, const char *why);

/* UNPROCESSABLE for a member that neither list of words knows; others may be NULL. */
MUST_CHECK const struct fault *rules_check_keys(struct arena *a, const struct json *object,
						const char *rules, const char *others);

#endif
