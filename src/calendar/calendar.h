/*
 * calendar - THE door: every change to what is kept goes through here
 *
 * A PUT, a booking, an import, a mailed reply: whoever changes something opens
 * a change, says its steps, and submits it. Steps are planned outside any
 * transaction (parse, expand, run iTIP) and applied inside one that locks the owners
 * in ascending order, checks what the plan relied on, and writes objects,
 * occurrences, holds, bookings and jobs together. Reading does not pass here.
 *
 * No second way leads to what owners keep. What is nobody's is written past it, by store_run():
 * what clients were told of (daemon/job_push.c), the job table once a job is queued (daemon/jobs.c
 * takes and settles, `fasti jobs` retries and drops), messages that wait to be taken in (post/),
 * and of calendars elsewhere who reads which, and by which token or watch (federation/), as who
 * works on what is no change that a client could see; and the schema.
 *
 * Owns decisions 1-4, RFC 4791 §5.3.2.1 (what may be stored) and the sequence
 * numbers behind RFC 6578.
 *
 * Reading order: change.h (the change) · change_outside.h (its steps for calendars elsewhere) ·
 * step_*.c (its steps, one file each) · schedule.h (who is invited gets it) · locks.h (write
 * locks) · rights.h (what entries of access control come to) · horizon.h (how far ahead occurrences
 * stand) · removals.h (how long removals are remembered) · inboxes.h (how long messages are kept) ·
 * import.h.
 */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include <stdatomic.h>

#include "base/secret.h"

struct arena;
struct pool;
struct store;

/* How long is kept what nobody removes (inboxes.h). */
struct calendar_keep {
	int64_t inbox_days;  /* limits.inbox_days */
	int64_t inbox_items; /* limits.inbox_items */
	int64_t note_days;   /* limits.explain_days */
};

/* What all changes of this process share. Made by daemon/ or a command. */
struct calendar {
	struct store *store;
	struct pool *workers;	      /* replans what the world overtook; NULL in commands */
	struct secret_key key;	      /* for public ids and link tokens */
	void (*wake_jobs)(void *ctx); /* called after a commit that queued jobs; may be NULL */
	void *wake_ctx;
	/* The name in the path of a principal; no text: it is none. NULL: nobody has a path. */
	struct text (*principal_of)(struct arena *a, struct text href);
	bool strict_if_match;	 /* dav.merge_if_match = off (decisions 18) */
	int64_t attachment_max;	 /* bytes of one attachment */
	int64_t attachments_max; /* ... of all that one owner has */
	struct calendar_keep keep;
	atomic_bool stopping;  /* the process ends: what is long leaves between two transactions */
	int64_t zones_settled; /* horizon.c's: the zone data whose turn was had (horizon.h) */
};

#endif
