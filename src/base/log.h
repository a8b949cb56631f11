/*
 * log - one line per event, for people and for programs
 *
 * A line is logfmt: `time=2026-11-24T14:03:22.123Z level=info event=request
 * id=… status=200`. Values are quoted and escaped by one function, so nothing
 * from outside can forge a line. Secrets are never logged; callers pass none.
 * Lines are collected and written by a thread of their own every 50 ms, at
 * once for warnings and errors, and at exit; log_flush() forces it.
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum log_kind { LOG_KIND_TEXT, LOG_KIND_INT };

struct log_field {
	const char *key;
	enum log_kind kind;
	struct text text;
	int64_t number;
};

/* clang-format off */
#define LOG_TEXT(k, t) ((struct log_field){ .key = (k), .kind = LOG_KIND_TEXT, .text = (t) })
#define LOG_STR(k, s)  ((struct log_field){ .key = (k), .kind = LOG_KIND_TEXT, .text = text_from(s) })
#define LOG_INT(k, n)  ((struct log_field){ .key = (k), .kind = LOG_KIND_INT, .number = (n) })
/* clang-format on */

/* log_event(LOG_INFO, "request", LOG_STR("id", id), LOG_INT("status", 200)); */
#define log_event(level, event, ...)                                                               \
	log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                       \
		  sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_write(enum log_level level, const char *event, const struct log_field *fields,
	       size_t count);

/* Events below this level are dropped; INFO at start. */
void log_set_level(enum log_level level);

/* Start and stop the collecting thread; before open and after close, lines go out at once. */
void log_open(int fd);
void log_flush(void);
void log_close(void);

#endif
