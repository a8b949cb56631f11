/*
 * base - what every room stands on
 *
 * Text, memory, faults, log, clock, secrets, metrics, worker threads. Nothing
 * here knows what a calendar is, and base includes no other room. libsodium
 * lives here and nowhere else.
 *
 * Reading order: fault.h (errors are values) · arena.h (memory of one request)
 * · text.h (slices) · buf.h (growing text with a ceiling) · clock.h · log.h ·
 * metrics.h · secret.h (passwords, tokens) · codec.h (hex, base64) · email.h
 * · names.h (days, months) · pool.h (worker threads).
 *
 * This file holds the few words that all headers use.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK		    __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt_arg, first) __attribute__((format(printf, fmt_arg, first)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline int64_t min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t max64(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Rounds towards minus infinity, as dates before 1970 need it; b > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

#endif
