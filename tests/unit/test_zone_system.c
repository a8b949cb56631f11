/*
 * test_zone_system - every zone of this system against the C library
 *
 * Every three hours from 1970 to 2100, and both sides of each change: offsets are
 * equal. With FASTI_QUICK every three days. Names of equal content are one zone, so
 * one of them is compared and the others must be the same to us. The C library
 * keeps one zone per process, hence two processes, each with half of the zones.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/secret.h"
#include "ical/zone.h"

enum { PROCESSES = 2, MOST_ZONES = 2000, MOST_SHOWN = 3, PATH_BYTES = 4096, FILE_BYTES = 1 << 18 };

static const char folder[] = "/usr/share/zoneinfo";

struct system_zone {
	const char *name;
	unsigned char digest[SECRET_DIGEST_BYTES];
	size_t same_as; /* the first zone of this content */
};

static struct arena *arena;
static struct system_zone zones[MOST_ZONES];
static size_t zone_count;

/* ---- what there is ---- */

static void add_file(const char *path, const char *name)
{
	static char bytes[FILE_BYTES];
	FILE *f = fopen(path, "rb");
	size_t len = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
	struct system_zone *z = &zones[zone_count];

	if (f)
		fclose(f);
	if (len < 4 || memcmp(bytes, "TZif", 4) != 0 || zone_count == MOST_ZONES)
		return;
	z->name = arena_strdup(arena, name);
	secret_digest(NULL, text_of(bytes, len), z->digest);
	z->same_as = 0;
	while (memcmp(zones[z->same_as].digest, z->digest, sizeof(z->digest)) != 0)
		z->same_as++;
	zone_count++;
}

/* Folders that hold no zones of their own, and files that are no names. */
static bool is_passed_over(const char *name)
{
	static const char *const names[] = {"posix", "right", "localtime", "posixrules", "Factory"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (text_equal(text_from(name), text_from(names[i])))
			return true;
	return name[0] == '.' || strstr(name, "/.");
}

static void add_folder(const char *under)
{
	const char *path = arena_printf(arena, "%s/%s", folder, under);
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name =
			arena_printf(arena, "%s%s%s", under, *under ? "/" : "", entries[i]->d_name);
		const char *full = arena_printf(arena, "%s/%s", folder, name);
		struct stat st;

		if (!is_passed_over(name) && stat(full, &st) == 0) {
			if (S_ISDIR(st.st_mode))
				add_folder(name);
			else
				add_file(full, name);
		}
		free(entries[i]);
	}
	free(entries);
}

/* ---- comparing ---- */

static bool is_equal_at(const struct zone *z, const char *name, time_t t, unsigned *shown)
{
	struct tm tm;
	int got = zone_offset(z, t);

	if (!localtime_r(&t, &tm) || tm.tm_gmtoff == got)
		return true;
	if ((*shown)++ < MOST_SHOWN)
		printf("%s at %lld: got %d, the C library says %ld\n", name, (long long)t, got,
		       tm.tm_gmtoff);
	return false;
}

/* How many instants differ. */
static unsigned compare(const char *name)
{
	const int64_t end = days_from_civil(2100, 1, 1) * DAY_SECONDS;
	const int64_t step = getenv("FASTI_QUICK") ? 3 * DAY_SECONDS : 3 * 3600;
	const struct zone *z = zone_find(text_from(name));
	unsigned differing = 0, shown = 0;
	int64_t change = 0;

	if (!z)
		return 1;
	setenv("TZ", name, 1);
	tzset();
	for (int64_t t = 0; t < end; t += step)
		differing += !is_equal_at(z, name, t, &shown);
	while (zone_next_change(z, change, &change) && change < end) {
		differing += !is_equal_at(z, name, change - 1, &shown);
		differing += !is_equal_at(z, name, change++, &shown);
	}
	return differing;
}

static int compare_share(size_t share)
{
	bool is_well = true;

	for (size_t i = share; i < zone_count; i += PROCESSES)
		if (zones[i].same_as == i && compare(zones[i].name) > 0)
			is_well = false;
	fflush(stdout);
	return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void test_offsets(void)
{
	pid_t children[PROCESSES];

	fflush(stdout);
	for (size_t i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(compare_share(i));
	}
	for (size_t i = 0; i < PROCESSES; i++) {
		int status = -1;

		CHECK_TRUE("the process ran", waitpid(children[i], &status, 0) == children[i]);
		CHECK_INT("its zones agree with the C library", status, 0);
	}
}

/* Every file is a zone to us, and equal files are the same zone (case A22). */
static void test_names(void)
{
	size_t distinct = 0;

	if (zone_count == 0)
		return;
	for (size_t i = 0; i < zone_count; i++) {
		const struct zone *z = zone_find(text_from(zones[i].name));
		const struct zone *first = zone_find(text_from(zones[zones[i].same_as].name));

		distinct += zones[i].same_as == i;
		if (CHECK_TRUE(zones[i].name, z != NULL)) {
			CHECK_TRUE(zones[i].name, zone_is_same(z, first));
			CHECK_TEXT("keeps its name", zone_name(z), text_from(zones[i].name));
		}
	}
	printf("\t%zu names, %zu zones\n", zone_count, distinct);
	CHECK_TRUE("a whole database", distinct > 250);
}

static void test_prepare(void)
{
	arena = arena_create((size_t)1 << 24);
	CHECK_WELL("secrets", secret_init(arena));
	add_folder("");
	if (zone_count == 0)
		unit_skip("no zoneinfo on this system");
}

static void test_done(void)
{
	arena_destroy(arena);
}

UNIT_SUITE("zone_system", {"the database", test_prepare}, {"names", test_names},
	   {"offsets of the C library", test_offsets}, {"end", test_done})
