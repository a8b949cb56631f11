/* clock: driven by a file, and monotonic */
#include "base/clock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* Write the file as if it had been changed `age` seconds ago. */
static void drive(const char *path, const char *content, int age)
{
	struct timespec times[2];
	FILE *f = fopen(path, "w");

	if (!CHECK_TRUE("the file can be written", f != NULL))
		return;
	fputs(content, f);
	fclose(f);
	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= age;
	times[1] = times[0];
	CHECK_INT("its time of change is set", utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_driven(void)
{
	static char path[] = "/tmp/fasti-test-XXXXXX";
	int fd = mkstemp(path);
	int64_t now;

	if (!CHECK_TRUE("a file", fd >= 0))
		return;
	close(fd);
	drive(path, "1000000000\n", 500);
	CHECK_TRUE("not driven at first", !clock_is_driven());
	clock_use_file(path);
	CHECK_TRUE("driven", clock_is_driven());
	CHECK_INT("stands still without a rate", clock_now(), 1000000000);
	drive(path, "-5", 0);
	CHECK_INT("is read again at each use", clock_now(), -5);
	drive(path, "2000000000 60\n", 100);
	now = clock_now();
	/* 100 s at 60 times the pace, and up to ten seconds of a slow machine. */
	CHECK_TRUE("the rate counts from the time of change",
		   now >= 2000006000 && now <= 2000006600);
	drive(path, "", 0);
	CHECK_TRUE("an empty file keeps the last time", clock_now() >= now);
	drive(path, "soon", 0);
	CHECK_TRUE("nonsense keeps the last time", clock_now() >= now && clock_now() <= now + 600);
	unlink(path);
	CHECK_TRUE("so does a missing file", clock_now() >= now && clock_now() <= now + 600);
}

static void test_set_back(void)
{
	static char path[] = "/tmp/fasti-test-XXXXXX";
	int fd = mkstemp(path);

	if (!CHECK_TRUE("a file", fd >= 0))
		return;
	close(fd);
	drive(path, "1000000000\n", 0);
	clock_use_file(path);
	CHECK_INT("E17 before", clock_now(), 1000000000);
	drive(path, "999996400\n", 0);
	CHECK_INT("E17 an hour back: it stands still", clock_now(), 1000000000);
	drive(path, "1000000001\n", 0);
	CHECK_INT("E17 caught up", clock_now(), 1000000001);
	drive(path, "999000000\n", 0);
	CHECK_INT("days back: it was wrong", clock_now(), 999000000);
	unlink(path);
}

static void test_monotonic(void)
{
	int64_t before = clock_monotonic_ns(), after = clock_monotonic_ns();

	CHECK_TRUE("never runs back", after >= before);
}

UNIT_SUITE("clock", {"wall time from a file", test_driven},
	   {"E17: a clock that is set back", test_set_back}, {"monotonic time", test_monotonic})
