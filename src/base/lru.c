/* lru - a sharded table of shared values; see lru.h */
#include "base/lru.h"

#include <assert.h>
#include <pthread.h>

#include "base/arena.h"

enum { SHARDS = 16, FIRST_BUCKETS = 64 };

struct node {
	struct node *chain;	    /* of its bucket */
	struct node *newer, *older; /* by use */
	struct lru_item *item;
	uint64_t hash;
	size_t key_len;
	char key[];
};

struct shard {
	_Alignas(64) pthread_mutex_t lock;
	struct node **buckets;
	size_t bucket_count, count; /* bucket_count is a power of two */
	struct node *newest, *oldest;
	size_t weight, max_weight;
};

struct lru {
	struct shard shards[SHARDS];
};

void lru_item_init(struct lru_item *item, size_t weight, void (*destroy)(struct lru_item *item))
{
	atomic_init(&item->refs, 1);
	item->weight = weight;
	item->destroy = destroy;
}

void lru_release(struct lru_item *item)
{
	if (item && atomic_fetch_sub_explicit(&item->refs, 1, memory_order_acq_rel) == 1)
		item->destroy(item);
}

static void hold(struct lru_item *item)
{
	atomic_fetch_add_explicit(&item->refs, 1, memory_order_relaxed);
}

static void release_deferred(void *item)
{
	lru_release(item);
}

void lru_give(struct arena *a, struct lru_item *item)
{
	arena_defer(a, release_deferred, item);
}

struct lru *lru_create(size_t max_weight)
{
	struct lru *l = aligned_alloc(64, sizeof(*l));

	if (!l)
		return NULL;
	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &l->shards[i];

		pthread_mutex_init(&s->lock, NULL);
		s->buckets = calloc(FIRST_BUCKETS, sizeof(struct node *));
		s->bucket_count = FIRST_BUCKETS;
		s->max_weight = max_weight / SHARDS + 1;
		if (!s->buckets) {
			lru_destroy(l);
			return NULL;
		}
	}
	return l;
}

void lru_destroy(struct lru *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *s = &l->shards[i];

		while (s->oldest) {
			struct node *n = s->oldest;

			s->oldest = n->newer;
			lru_release(n->item);
			free(n);
		}
		free(s->buckets);
		if (s->bucket_count)
			pthread_mutex_destroy(&s->lock);
	}
	free(l);
}

static struct shard *shard_of(struct lru *l, uint64_t hash)
{
	return &l->shards[hash >> 60];
}

static struct node **bucket_of(struct shard *s, uint64_t hash)
{
	return &s->buckets[hash & (s->bucket_count - 1)];
}

static struct node *shard_find(struct shard *s, uint64_t hash, struct text key)
{
	for (struct node *n = *bucket_of(s, hash); n; n = n->chain)
		if (n->hash == hash && text_equal(text_of(n->key, n->key_len), key))
			return n;
	return NULL;
}

static void unlink_use(struct shard *s, struct node *n)
{
	*(n->newer ? &n->newer->older : &s->newest) = n->older;
	*(n->older ? &n->older->newer : &s->oldest) = n->newer;
}

static void link_newest(struct shard *s, struct node *n)
{
	n->newer = NULL;
	n->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = n;
	s->newest = n;
}

/* Take a node out; its item is still held for the table. */
static void shard_remove(struct shard *s, struct node *n)
{
	struct node **at = bucket_of(s, n->hash);

	while (*at != n)
		at = &(*at)->chain;
	*at = n->chain;
	unlink_use(s, n);
	s->count--;
	s->weight -= n->item->weight;
}

/* Twice the buckets, or as many as before when there is no memory. */
static void shard_grow(struct shard *s)
{
	size_t before = s->bucket_count;
	struct node **old = s->buckets, **grown = calloc(before * 2, sizeof(*grown));

	if (!grown)
		return;
	s->buckets = grown;
	s->bucket_count = before * 2;
	for (size_t i = 0; i < before; i++) {
		while (old[i]) {
			struct node *n = old[i], **at = bucket_of(s, n->hash);

			old[i] = n->chain;
			n->chain = *at;
			*at = n;
		}
	}
	free(old);
}

struct lru_item *lru_find(struct lru *l, struct text key)
{
	uint64_t hash = text_hash(key);
	struct shard *s = shard_of(l, hash);
	struct lru_item *item = NULL;
	struct node *n;

	pthread_mutex_lock(&s->lock);
	n = shard_find(s, hash, key);
	if (n) {
		if (n != s->newest) {
			unlink_use(s, n);
			link_newest(s, n);
		}
		item = n->item;
		hold(item);
	}
	pthread_mutex_unlock(&s->lock);
	return item;
}

static void shard_insert(struct shard *s, struct node *n)
{
	struct node **at;

	if (s->count >= s->bucket_count)
		shard_grow(s);
	at = bucket_of(s, n->hash);
	n->chain = *at;
	*at = n;
	link_newest(s, n);
	s->count++;
	s->weight += n->item->weight;
}

void lru_put(struct lru *l, struct text key, struct lru_item *item)
{
	uint64_t hash = text_hash(key);
	struct shard *s = shard_of(l, hash);
	struct node *n = malloc(sizeof(*n) + key.len), *gone = NULL, *other;

	if (!n)
		return;
	*n = (struct node){.item = item, .hash = hash, .key_len = key.len};
	memcpy(n->key, key.at, key.len);
	hold(item);
	pthread_mutex_lock(&s->lock);
	other = shard_find(s, hash, key);
	if (other) {
		shard_remove(s, other);
		other->chain = gone;
		gone = other;
	}
	shard_insert(s, n);
	while (s->weight > s->max_weight && s->oldest != n) {
		other = s->oldest;
		shard_remove(s, other);
		other->chain = gone;
		gone = other;
	}
	pthread_mutex_unlock(&s->lock);
	/* Freed outside of the lock: a destroy() may be long. */
	while (gone) {
		other = gone;
		gone = other->chain;
		lru_release(other->item);
		free(other);
	}
}
