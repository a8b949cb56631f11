/*
 * pool - worker threads over one bounded queue
 */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

struct job {
	pool_fn fn;
	void *ctx;
};

struct pool {
	pthread_mutex_t lock; /* guards the rest, but for threads */
	pthread_cond_t work;
	struct job *queue; /* a ring of queue_max jobs */
	size_t queue_max, first, waiting;
	bool closing;
	size_t thread_count;
	pthread_t threads[];
};

static void *work(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct job job;

		while (p->waiting == 0 && !p->closing)
			pthread_cond_wait(&p->work, &p->lock);
		if (p->waiting == 0)
			break;
		job = p->queue[p->first];
		p->first = (p->first + 1) % p->queue_max;
		p->waiting--;
		pthread_mutex_unlock(&p->lock);
		job.fn(job.ctx);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals belong to the thread that waits for them, so workers block them all. */
static void start_threads(struct pool *p, const char *name, size_t threads)
{
	sigset_t all, before;
	char short_name[16];

	snprintf(short_name, sizeof(short_name), "%s", name);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (p->thread_count < threads) {
		pthread_t *t = &p->threads[p->thread_count];

		if (pthread_create(t, NULL, work, p) != 0)
			break;
		pthread_setname_np(*t, short_name);
		p->thread_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct pool *pool_create(const char *name, size_t threads, size_t queue_max)
{
	struct pool *p = calloc(1, sizeof(*p) + threads * sizeof(p->threads[0]));

	assert(threads > 0 && queue_max > 0);
	if (!p)
		return NULL;
	p->queue = calloc(queue_max, sizeof(p->queue[0]));
	p->queue_max = queue_max;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	if (p->queue)
		start_threads(p, name, threads);
	if (p->thread_count < threads) {
		pool_destroy(p);
		return NULL;
	}
	return p;
}

void pool_destroy(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_mutex_unlock(&p->lock);
	pthread_cond_broadcast(&p->work);
	for (size_t i = 0; i < p->thread_count; i++)
		pthread_join(p->threads[i], NULL);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p->queue);
	free(p);
}

bool pool_submit(struct pool *p, pool_fn fn, void *ctx)
{
	bool room;

	pthread_mutex_lock(&p->lock);
	room = p->waiting < p->queue_max;
	if (room) {
		p->queue[(p->first + p->waiting) % p->queue_max] = (struct job){fn, ctx};
		p->waiting++;
		/* With the lock: once the job is done the pool may be gone. */
		pthread_cond_signal(&p->work);
	}
	pthread_mutex_unlock(&p->lock);
	return room;
}
