/* pool: every job once, a bounded queue, an orderly end */
#include "base/pool.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "unit.h"

static atomic_int done;
static sem_t started, go;

static void count_one(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&done, 1);
}

static void block(void *ctx)
{
	(void)ctx;
	sem_post(&started);
	sem_wait(&go);
	atomic_fetch_add(&done, 1);
}

static void test_all_done(void)
{
	struct pool *p = pool_create("test", 3, 1000);
	int taken = 0;

	atomic_store(&done, 0);
	for (int i = 0; i < 1000; i++)
		taken += pool_submit(p, count_one, NULL);
	pool_destroy(p);
	CHECK_INT("all were taken", taken, 1000);
	CHECK_INT("all were done before the end", atomic_load(&done), 1000);
	pool_destroy(NULL);
}

static void test_bounded(void)
{
	struct pool *p = pool_create("test", 1, 2);

	atomic_store(&done, 0);
	sem_init(&started, 0, 0);
	sem_init(&go, 0, 0);
	CHECK_TRUE("first", pool_submit(p, block, NULL));
	sem_wait(&started);
	CHECK_TRUE("second waits", pool_submit(p, count_one, NULL));
	CHECK_TRUE("third waits", pool_submit(p, count_one, NULL));
	CHECK_TRUE("fourth is refused", !pool_submit(p, count_one, NULL));
	sem_post(&go);
	pool_destroy(p);
	CHECK_INT("the others were done", atomic_load(&done), 3);
}

static char order[8];
static int order_len;

static void note(void *ctx)
{
	order[order_len++] = *(const char *)ctx;
}

static void test_order(void)
{
	struct pool *p = pool_create("test", 1, 4);
	static char names[] = "abcd";

	sem_init(&started, 0, 0);
	sem_init(&go, 0, 0);
	order_len = 0;
	CHECK_TRUE("hold the thread", pool_submit(p, block, NULL));
	sem_wait(&started);
	for (int i = 0; i < 4; i++)
		CHECK_TRUE("queued", pool_submit(p, note, &names[i]));
	sem_post(&go);
	pool_destroy(p);
	CHECK_TEXT("in the order they came", text_of(order, (size_t)order_len), TEXT("abcd"));
}

UNIT_SUITE("pool", {"every job is done once", test_all_done},
	   {"the queue is bounded", test_bounded}, {"jobs keep their order", test_order})
