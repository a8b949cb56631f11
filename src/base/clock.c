/*
 * clock - wall time, driven or not, and monotonic time
 */
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

static _Atomic(const char *) driving_file;
/* What the file said last; used while it is being replaced. */
static _Atomic int64_t last_driven;
/* The latest time that was told; far back, so that any first one is. */
static _Atomic int64_t latest_told = INT64_MIN / 2;

static int64_t to_ns(struct timespec t)
{
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int64_t real_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return to_ns(t);
}

/* "epoch-seconds [rate]" and the file's time of change; false if it cannot be read. */
static bool read_file(const char *path, int64_t *epoch, double *rate, int64_t *changed_ns)
{
	char line[128], *end;
	struct stat st;
	ssize_t len = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		len = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (len <= 0)
		return false;
	line[len] = '\0';

	errno = 0;
	*epoch = strtoll(line, &end, 10);
	if (end == line || errno)
		return false;
	*rate = strtod(end, NULL);
	if (!isfinite(*rate))
		return false;
	*changed_ns = to_ns(st.st_mtim);
	return true;
}

static int64_t driven_now(const char *path)
{
	int64_t epoch, changed_ns;
	double rate, elapsed;

	if (!read_file(path, &epoch, &rate, &changed_ns))
		return atomic_load(&last_driven);
	elapsed = (double)(real_ns() - changed_ns) / 1e9;
	if (rate != 0 && elapsed > 0)
		epoch += (int64_t)floor(elapsed * rate);
	atomic_store(&last_driven, epoch);
	return epoch;
}

static int64_t not_back(int64_t now)
{
	int64_t latest = atomic_load_explicit(&latest_told, memory_order_relaxed);

	while (now > latest || now < latest - CLOCK_BACK_MAX_S)
		if (atomic_compare_exchange_weak(&latest_told, &latest, now))
			return now;
	return latest;
}

int64_t clock_now(void)
{
	const char *path = atomic_load_explicit(&driving_file, memory_order_acquire);
	struct timespec t;

	if (path)
		return not_back(driven_now(path));
	clock_gettime(CLOCK_REALTIME, &t);
	return not_back(t.tv_sec);
}

void clock_use_file(const char *path)
{
	atomic_store(&last_driven, time(NULL));
	atomic_store_explicit(&driving_file, path, memory_order_release);
}

bool clock_is_driven(void)
{
	return atomic_load_explicit(&driving_file, memory_order_acquire) != NULL;
}

int64_t clock_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return to_ns(t);
}
