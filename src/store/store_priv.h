/*
 * store_priv - what the files of this room share about an open store
 *
 * Threads: fields are fixed once the store is open, but for those that say so.
 */
#ifndef STORE_STORE_PRIV_H
#define STORE_STORE_PRIV_H

#include <pthread.h>

#include "store/db_priv.h"

struct writer;

struct store {
	const struct db_ops *ops;
	char *target; /* what ops->open() takes */
	struct writer *writer;
	pthread_mutex_t generation_lock; /* of the next two */
	struct db_snapshot_id generation_of;
	int64_t generation; /* given out for it */
};

/* writer.c: threads that run what is submitted, each with its own connection. */
MUST_CHECK const struct fault *writer_start(struct arena *a, struct store *s, size_t threads,
					    struct writer **out);
/* Finish what was submitted, end the threads, close the connections. Accepts NULL. */
void writer_stop(struct writer *w);

/* readers.c: one connection per thread and store. */
MUST_CHECK const struct fault *readers_get(struct store *s, struct arena *a, struct db **out);
/* Close those of all threads; none may be in use. */
void readers_close(struct store *s);

/* migrate.c: the schema's version (0: there is none), and the way from there to the newest. */
MUST_CHECK const struct fault *migrate_present(struct db *db, struct arena *a, int64_t *out);
MUST_CHECK const struct fault *migrate(struct db *db, struct arena *a, int64_t present,
				       bool may_migrate);

#endif
