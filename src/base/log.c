/*
 * log - lines into a shared buffer, and the thread that writes it out
 *
 * A line is built on the stack of the caller, and only its copy into the
 * buffer happens under the lock. Writing has a lock of its own, so that a slow
 * disk holds up nobody who logs, until the buffer is full: then they wait,
 * because a lost line is worse than a slow one.
 */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum {
	LINE_BYTES = 4096,
	BUFFER_BYTES = 256 * 1024,
	FLUSH_EVERY_MS = 50,
};

struct line {
	size_t len;
	char at[LINE_BYTES];
};

static struct {
	pthread_mutex_t lock; /* guards filling, full, open, stop */
	pthread_cond_t work;
	pthread_mutex_t write_lock; /* taken before lock; guards the other buffer and fd */
	char *filling, *other;
	size_t filled;
	bool open, stop;
	int fd;
	pthread_t thread;
} journal = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.write_lock = PTHREAD_MUTEX_INITIALIZER,
	.fd = STDERR_FILENO,
};

static _Atomic int lowest_level = LOG_INFO;

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

/* Building a line. One byte is always kept for the line end. */

static void add(struct line *l, const char *at, size_t len)
{
	size_t room = LINE_BYTES - 1 - l->len;

	if (len > room)
		len = room;
	memcpy(l->at + l->len, at, len);
	l->len += len;
}

static void add_char(struct line *l, char c)
{
	add(l, &c, 1);
}

static void add_int(struct line *l, int64_t n)
{
	char digits[24], *end = digits + sizeof(digits), *at = end;
	uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (n < 0)
		*--at = '-';
	add(l, at, (size_t)(end - at));
}

static bool is_plain(struct text t)
{
	if (t.len == 0)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7F)
			return false;
	}
	return true;
}

/* Printable ASCII and valid UTF-8 stay; whatever could end or forge a line becomes \xNN. */
static void add_quoted(struct line *l, struct text t)
{
	static const char hex[] = "0123456789abcdef";
	bool utf8 = text_is_utf8(t);

	add_char(l, '"');
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c == '"' || c == '\\') {
			add(l, (const char[]){'\\', (char)c}, 2);
		} else if (c == '\n') {
			add(l, "\\n", 2);
		} else if (c < ' ' || c == 0x7F || (c > 0x7F && !utf8)) {
			add(l, (const char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
		} else {
			add_char(l, (char)c);
		}
		/* A cut value still gets its closing quote. */
		if (l->len >= LINE_BYTES - 8)
			break;
	}
	add_char(l, '"');
}

static void add_value(struct line *l, struct text t)
{
	if (is_plain(t))
		add(l, t.at, t.len);
	else
		add_quoted(l, t);
}

static void put_two(char *at, int n)
{
	at[0] = (char)('0' + n / 10);
	at[1] = (char)('0' + n % 10);
}

/* "time=2026-11-24T14:03:22.123Z"; the date is broken up once per second and thread. */
static void add_time(struct line *l)
{
	static _Thread_local time_t second = -1;
	static _Thread_local char text[] = "time=YYYY-MM-DDThh:mm:ss.mmmZ";
	struct timespec now;
	int ms;

	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec != second) {
		struct tm t;

		gmtime_r(&now.tv_sec, &t);
		put_two(text + 5, (t.tm_year + 1900) / 100);
		put_two(text + 7, (t.tm_year + 1900) % 100);
		put_two(text + 10, t.tm_mon + 1);
		put_two(text + 13, t.tm_mday);
		put_two(text + 16, t.tm_hour);
		put_two(text + 19, t.tm_min);
		put_two(text + 22, t.tm_sec);
		second = now.tv_sec;
	}
	ms = (int)(now.tv_nsec / 1000000);
	text[25] = (char)('0' + ms / 100);
	put_two(text + 26, ms % 100);
	add(l, text, sizeof(text) - 1);
}

static void build(struct line *l, enum log_level level, const char *event,
		  const struct log_field *fields, size_t count)
{
	l->len = 0;
	add_time(l);
	add(l, " level=", 7);
	add(l, level_names[level], strlen(level_names[level]));
	add(l, " event=", 7);
	add_value(l, text_from(event));
	for (size_t i = 0; i < count; i++) {
		add_char(l, ' ');
		add(l, fields[i].key, strlen(fields[i].key));
		add_char(l, '=');
		if (fields[i].kind == LOG_KIND_INT)
			add_int(l, fields[i].number);
		else
			add_value(l, fields[i].text);
	}
	l->at[l->len++] = '\n';
}

/* Writing out. A log that cannot be written is no reason to stop serving. */

static void write_all(int fd, const char *at, size_t len)
{
	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

void log_flush(void)
{
	char *full;
	size_t len;

	pthread_mutex_lock(&journal.write_lock);
	pthread_mutex_lock(&journal.lock);
	full = journal.filling;
	len = journal.filled;
	journal.filling = journal.other;
	journal.other = full;
	journal.filled = 0;
	pthread_mutex_unlock(&journal.lock);
	if (len)
		write_all(journal.fd, full, len);
	pthread_mutex_unlock(&journal.write_lock);
}

/* Into the buffer; false when it is full or there is none. */
static bool append(const struct line *l, bool *open)
{
	bool fits, first;

	pthread_mutex_lock(&journal.lock);
	*open = journal.open;
	fits = journal.open && l->len <= BUFFER_BYTES - journal.filled;
	first = fits && journal.filled == 0;
	if (fits) {
		memcpy(journal.filling + journal.filled, l->at, l->len);
		journal.filled += l->len;
	}
	pthread_mutex_unlock(&journal.lock);
	if (first)
		pthread_cond_signal(&journal.work);
	return fits;
}

void log_write(enum log_level level, const char *event, const struct log_field *fields,
	       size_t count)
{
	struct line line;
	bool open;

	if ((int)level < atomic_load_explicit(&lowest_level, memory_order_relaxed))
		return;
	build(&line, level, event, fields, count);
	while (!append(&line, &open)) {
		if (!open) {
			pthread_mutex_lock(&journal.write_lock);
			write_all(journal.fd, line.at, line.len);
			pthread_mutex_unlock(&journal.write_lock);
			return;
		}
		log_flush();
	}
	if (level >= LOG_WARN)
		log_flush();
}

void log_set_level(enum log_level level)
{
	atomic_store(&lowest_level, (int)level);
}

static void *collect(void *unused)
{
	const struct timespec pause = {.tv_nsec = FLUSH_EVERY_MS * 1000000L};
	bool stop;

	(void)unused;
	do {
		pthread_mutex_lock(&journal.lock);
		while (!journal.stop && journal.filled == 0)
			pthread_cond_wait(&journal.work, &journal.lock);
		stop = journal.stop;
		pthread_mutex_unlock(&journal.lock);
		if (!stop)
			nanosleep(&pause, NULL);
		log_flush();
	} while (!stop);
	return NULL;
}

/* The thread takes no signals: they belong to the one that waits for them. */
static bool start_thread(void)
{
	sigset_t all, before;
	bool made;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	made = pthread_create(&journal.thread, NULL, collect, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (made)
		pthread_setname_np(journal.thread, "log");
	return made;
}

void log_open(int fd)
{
	log_close();
	pthread_mutex_lock(&journal.write_lock);
	journal.fd = fd;
	pthread_mutex_unlock(&journal.write_lock);
	journal.filling = malloc(BUFFER_BYTES);
	journal.other = malloc(BUFFER_BYTES);
	journal.stop = false;
	if (!journal.filling || !journal.other || !start_thread()) {
		free(journal.filling);
		free(journal.other);
		journal.filling = journal.other = NULL;
		return;
	}
	pthread_mutex_lock(&journal.lock);
	journal.open = true;
	pthread_mutex_unlock(&journal.lock);
}

void log_close(void)
{
	pthread_mutex_lock(&journal.lock);
	if (!journal.open) {
		pthread_mutex_unlock(&journal.lock);
		return;
	}
	journal.open = false;
	journal.stop = true;
	pthread_mutex_unlock(&journal.lock);
	pthread_cond_signal(&journal.work);
	pthread_join(journal.thread, NULL);
	log_flush();
	free(journal.filling);
	free(journal.other);
	journal.filling = journal.other = NULL;
}
