/*
 * zone_find - the zones of the system, by name
 *
 * Read on first use and kept for ever in a table that only grows: finding a
 * zone that is known takes no lock. Another folder makes another generation; the zones
 * of the one before stay in the table, as pointers to them were given away.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/secret.h"
#include "ical/zone_priv.h"

enum { ZONE_BUCKETS = 2048, ZONE_NAME_MAX = 64, ZONE_FILE_MAX = 256 * 1024 };

struct zone_entry {
	struct zone *zone;
	int generation;
	struct zone_entry *next;
};

static const char *zone_folder = "/usr/share/zoneinfo";
static atomic_int zone_generation;
static _Atomic(int64_t) zone_version; /* of this folder; 0: not read yet */
static _Atomic(struct zone_entry *) zone_table[ZONE_BUCKETS];
static pthread_mutex_t zone_lock = PTHREAD_MUTEX_INITIALIZER;

void zone_use_folder(const char *path)
{
	pthread_mutex_lock(&zone_lock);
	zone_folder = path;
	atomic_fetch_add(&zone_generation, 1);
	atomic_store(&zone_version, 0);
	pthread_mutex_unlock(&zone_lock);
}

/* ---- names ------------------------------------------------------------------------------ */

/* Segments of [A-Za-z0-9_+-] joined by '/': no path leads out of the folder. */
static bool name_is_sound(struct text name)
{
	bool at_start = true;

	if (name.len == 0 || name.len > ZONE_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (c == '/' && !at_start) {
			at_start = true;
			continue;
		}
		at_start = false;
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '+' || c == '-'))
			return false;
	}
	return !at_start && !text_starts(name, TEXT("posix/")) &&
	       !text_starts(name, TEXT("right/")) && !text_equal(name, TEXT("localtime")) &&
	       !text_equal(name, TEXT("posixrules")) && !text_equal(name, TEXT("Factory"));
}

/* FNV-1a: names are few and checked, so nobody gains by making them collide. */
static size_t zone_bucket(struct text name)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.at[i]) * 16777619u;
	return h % ZONE_BUCKETS;
}

static struct zone *zone_known(struct text name)
{
	struct zone_entry *e =
		atomic_load_explicit(&zone_table[zone_bucket(name)], memory_order_acquire);
	int generation = atomic_load_explicit(&zone_generation, memory_order_relaxed);

	for (; e; e = e->next)
		if (e->generation == generation && text_equal(e->zone->name, name))
			return e->zone;
	return NULL;
}

/* ---- files ------------------------------------------------------------------------------- */

/* The file's bytes in malloc memory; empty when it is none that could be a zone. */
static struct text read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct text none = TEXT_NONE;
	struct stat st;
	size_t got = 0;
	char *at;

	if (fd < 0)
		return none;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > ZONE_FILE_MAX ||
	    !(at = malloc((size_t)st.st_size + 1))) {
		close(fd);
		return none;
	}
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, at + got, (size_t)st.st_size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fd);
	return text_of(at, got);
}

static struct zone *zone_load(struct text name)
{
	char path[4096];
	struct text file;
	struct zone *z = NULL;

	if (snprintf(path, sizeof(path), "%s/%.*s", zone_folder, TEXT_ARG(name)) >=
	    (int)sizeof(path))
		return NULL;
	file = read_file(path);
	if (file.at)
		z = zone_tzif_parse(file, name);
	free((void *)(uintptr_t)file.at);
	return z;
}

const struct zone *zone_find(struct text name)
{
	struct zone *z;
	struct zone_entry *e;
	size_t bucket;

	if (!name_is_sound(name))
		return NULL;
	z = zone_known(name);
	if (z)
		return z;
	/*
	 * The version first: what is made with zones newer than it will be made anew by the next
	 * process, what is made with older ones would not be.
	 */
	(void)zone_data_version();
	pthread_mutex_lock(&zone_lock);
	z = zone_known(name);
	if (!z && (z = zone_load(name)) != NULL) {
		e = malloc(sizeof(*e));
		if (e) {
			bucket = zone_bucket(name);
			e->zone = z;
			e->generation = atomic_load(&zone_generation);
			e->next = atomic_load_explicit(&zone_table[bucket], memory_order_relaxed);
			atomic_store_explicit(&zone_table[bucket], e, memory_order_release);
		} else {
			zone_destroy(z);
			z = NULL;
		}
	}
	pthread_mutex_unlock(&zone_lock);
	return z;
}

const struct zone *zone_utc(void)
{
	static struct zone utc = {.name = TEXT_INIT("UTC"), .calls = {{0, "UTC"}}};

	return &utc;
}

/* ---- the version of the data ----------------------------------------------------------------- */

/* The source file that every distribution ships; else the folder's name and age. */
static int64_t zone_version_read(void)
{
	int64_t version = 0;
	unsigned char digest[SECRET_DIGEST_BYTES];
	char path[4096];
	struct text source;
	struct stat st;

	snprintf(path, sizeof(path), "%s/tzdata.zi", zone_folder);
	source = read_file(path);
	if (source.at) {
		secret_digest(NULL, source, digest);
		free((void *)(uintptr_t)source.at);
	} else {
		if (stat(zone_folder, &st) != 0)
			st.st_mtime = 0;
		snprintf(path, sizeof(path), "%.4000s %lld", zone_folder, (long long)st.st_mtime);
		secret_digest(NULL, text_from(path), digest);
	}
	for (size_t i = 0; i < 7; i++)
		version = version << 8 | digest[i];
	return max64(version, 1);
}

int64_t zone_data_version(void)
{
	int64_t version = atomic_load_explicit(&zone_version, memory_order_acquire);

	if (version)
		return version;
	pthread_mutex_lock(&zone_lock);
	version = zone_version_read();
	atomic_store_explicit(&zone_version, version, memory_order_release);
	pthread_mutex_unlock(&zone_lock);
	return version;
}
