/* limiter - see limiter.h */
#include "api/limiter.h"

#include <assert.h>
#include <pthread.h>

enum { SETS = 4096, WAYS = 8, HOUR_MS = 3600 * 1000 };

/* full_at: until then the key still has to pay for what happened; 0: an empty place. */
struct entry {
	uint64_t key;
	int64_t full_at;
};

struct limiter {
	struct limit_caps caps;
	pthread_mutex_t lock;
	struct entry entries[SETS][WAYS];
};

struct limiter *limiter_create(const struct limit_caps *caps)
{
	struct limiter *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	for (int k = 0; k < LIMIT_KIND_COUNT; k++)
		assert(caps->per_hour[k] > 0);
	l->caps = *caps;
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void limiter_destroy(struct limiter *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* The hash is keyed per process, so nobody can choose whom to collide with. */
static uint64_t entry_key(enum limit_kind kind, struct text key)
{
	uint64_t h = (text_hash(key) ^ (uint64_t)(kind + 1)) * UINT64_C(0x9E3779B97F4A7C15);

	return h ? h : 1;
}

static struct entry *entry_find(struct limiter *l, uint64_t key)
{
	struct entry *set = l->entries[key >> 32 & (SETS - 1)];

	for (int i = 0; i < WAYS; i++)
		if (set[i].key == key)
			return &set[i];
	return NULL;
}

/* The key's place, or that of the one in its set which owes least. */
static struct entry *entry_get(struct limiter *l, uint64_t key)
{
	struct entry *e = entry_find(l, key), *set = l->entries[key >> 32 & (SETS - 1)];

	if (e)
		return e;
	e = &set[0];
	for (int i = 1; i < WAYS; i++)
		if (set[i].full_at < e->full_at)
			e = &set[i];
	*e = (struct entry){.key = key};
	return e;
}

bool limiter_take(struct limiter *l, enum limit_kind kind, struct text key, int64_t now_ms,
		  int64_t *wait_ms_out)
{
	int64_t cost = HOUR_MS / l->caps.per_hour[kind];
	int64_t room = cost * (l->caps.per_hour[kind] - 1);
	struct entry *e;
	bool taken;

	pthread_mutex_lock(&l->lock);
	e = entry_get(l, entry_key(kind, key));
	*wait_ms_out = max64(e->full_at - room - now_ms, 0);
	taken = *wait_ms_out == 0;
	if (taken)
		e->full_at = max64(e->full_at, now_ms) + cost;
	pthread_mutex_unlock(&l->lock);
	return taken;
}

void limiter_give_back(struct limiter *l, enum limit_kind kind, struct text key)
{
	struct entry *e;

	pthread_mutex_lock(&l->lock);
	e = entry_find(l, entry_key(kind, key));
	if (e)
		e->full_at -= HOUR_MS / l->caps.per_hour[kind];
	pthread_mutex_unlock(&l->lock);
}
