/*
 * kept - see kept_priv.h
 *
 * Handles, not connections that handles share: libcurl lets no two threads share these. The list
 * is short, so that it is searched from its newest end.
 */
#include "net/kept_priv.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"

struct kept {
	struct kept *older;
	CURL *curl;
	int64_t idle_since_ns;
	int era; /* of the pool it was taken from */
	size_t key_len;
	char key[];
};

static struct {
	pthread_mutex_t lock;
	struct kept *newest;
	int era; /* raised by each end of all */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Ends connections, which may take a word to the other side: never under the lock. */
static void end_list(struct kept *k)
{
	while (k) {
		struct kept *older = k->older;

		curl_easy_cleanup(k->curl);
		free(k);
		k = older;
	}
}

static struct kept *make(struct text key, int era)
{
	struct kept *k = malloc(sizeof(*k) + key.len);

	if (!k)
		return NULL;
	*k = (struct kept){.curl = curl_easy_init(), .era = era, .key_len = key.len};
	if (!k->curl) {
		free(k);
		return NULL;
	}
	if (key.len)
		memcpy(k->key, key.at, key.len);
	return k;
}

/* Cut off all that have waited too long, or are too many; the list is in order of waiting. */
static struct kept *cut_old(int64_t now_ns)
{
	struct kept **at = &pool.newest, *old;
	size_t count = 0;

	while (*at && count < KEPT_MAX &&
	       now_ns - (*at)->idle_since_ns < (int64_t)KEPT_S * 1000000000) {
		at = &(*at)->older;
		count++;
	}
	old = *at;
	*at = NULL;
	return old;
}

static struct kept *find(struct text key)
{
	for (struct kept **at = &pool.newest; *at; at = &(*at)->older) {
		struct kept *k = *at;

		if (!text_equal(text_of(k->key, k->key_len), key))
			continue;
		*at = k->older;
		k->older = NULL;
		return k;
	}
	return NULL;
}

struct kept *kept_take(struct text key)
{
	struct kept *k = NULL, *old;
	int era;

	pthread_mutex_lock(&pool.lock);
	old = cut_old(clock_monotonic_ns());
	if (key.len)
		k = find(key);
	era = pool.era;
	pthread_mutex_unlock(&pool.lock);
	end_list(old);
	return k ? k : make(key, era);
}

CURL *kept_curl(struct kept *k)
{
	return k->curl;
}

void kept_give(struct kept *k)
{
	struct kept *old = k;

	/* What it was told of points into an arena that ends; its connection stays. */
	curl_easy_reset(k->curl);
	pthread_mutex_lock(&pool.lock);
	if (k->key_len && k->era == pool.era) {
		k->idle_since_ns = clock_monotonic_ns();
		k->older = pool.newest;
		pool.newest = k;
		old = cut_old(k->idle_since_ns);
	}
	pthread_mutex_unlock(&pool.lock);
	end_list(old);
}

void kept_end_all(void)
{
	struct kept *all;

	pthread_mutex_lock(&pool.lock);
	all = pool.newest;
	pool.newest = NULL;
	pool.era++;
	pthread_mutex_unlock(&pool.lock);
	end_list(all);
}
