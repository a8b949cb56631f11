/*
 * readers - one read connection per thread and store
 *
 * Each thread has a list of its own, found through a thread-local pointer; all
 * lists hang in one chain, so that a store that closes finds what threads still
 * hold, and a thread that ends closes its own. A list is freed by its thread
 * alone. Locks are taken in the order chain, list; the list's is never contended
 * but by a closing store.
 */
#include <assert.h>
#include <pthread.h>

#include "store/store_priv.h"

struct reader {
	const struct store *store;
	struct db *db;
	struct reader *next;
};

struct thread_readers {
	pthread_mutex_t lock; /* of list */
	struct reader *list;
	struct thread_readers *next; /* in the chain */
};

static pthread_mutex_t chain_lock = PTHREAD_MUTEX_INITIALIZER;
static struct thread_readers *chain;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* only for its destructor */
static _Thread_local struct thread_readers *mine;

static void reader_destroy(struct reader *r)
{
	r->db->ops->close(r->db);
	free(r);
}

/* The thread ends. */
static void thread_readers_destroy(void *ctx)
{
	struct thread_readers *t = ctx, **at;

	pthread_mutex_lock(&chain_lock);
	for (at = &chain; *at != t; at = &(*at)->next)
		;
	*at = t->next;
	pthread_mutex_unlock(&chain_lock);
	while (t->list) {
		struct reader *r = t->list;

		t->list = r->next;
		reader_destroy(r);
	}
	pthread_mutex_destroy(&t->lock);
	mine = NULL;
	free(t);
}

static void make_key(void)
{
	int failed = pthread_key_create(&key, thread_readers_destroy);

	assert(!failed);
}

static struct thread_readers *thread_readers_get(void)
{
	struct thread_readers *t = mine;

	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	assert(t);
	pthread_once(&key_once, make_key);
	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_lock(&chain_lock);
	t->next = chain;
	chain = t;
	pthread_mutex_unlock(&chain_lock);
	pthread_setspecific(key, t);
	mine = t;
	return t;
}

static struct db *find(struct thread_readers *t, const struct store *s)
{
	struct db *db = NULL;

	pthread_mutex_lock(&t->lock);
	for (struct reader *r = t->list; r && !db; r = r->next)
		if (r->store == s)
			db = r->db;
	pthread_mutex_unlock(&t->lock);
	return db;
}

const struct fault *readers_get(struct store *s, struct arena *a, struct db **out)
{
	struct thread_readers *t = thread_readers_get();
	const struct fault *f;
	struct reader *r;

	*out = find(t, s);
	if (*out)
		return NULL;
	r = calloc(1, sizeof(*r));
	assert(r);
	r->store = s;
	f = s->ops->open(a, s->target, DB_READER, &r->db);
	if (f) {
		free(r);
		return f;
	}
	pthread_mutex_lock(&t->lock);
	r->next = t->list;
	t->list = r;
	pthread_mutex_unlock(&t->lock);
	*out = r->db;
	return NULL;
}

static void close_in(struct thread_readers *t, const struct store *s)
{
	pthread_mutex_lock(&t->lock);
	for (struct reader **at = &t->list; *at;) {
		struct reader *r = *at;

		if (r->store != s) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		reader_destroy(r);
	}
	pthread_mutex_unlock(&t->lock);
}

void readers_close(struct store *s)
{
	pthread_mutex_lock(&chain_lock);
	for (struct thread_readers *t = chain; t; t = t->next)
		close_in(t, s);
	pthread_mutex_unlock(&chain_lock);
}
