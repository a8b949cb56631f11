/*
 * json/write - JSON appended to a buf
 *
 * The writer keeps the commas; whoever uses it keeps the brackets balanced.
 *
 *	struct json_writer w = {.out = &b};
 *	json_begin_object(&w);
 *	json_key(&w, "date");
 *	json_add_text(&w, date);
 *	json_end_object(&w);
 *
 * Overflow is that of buf.h: ask b.overflow once at the end. Threads: no state.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include "base/buf.h"

struct json_writer {
	struct buf *out;
	bool comma; /* the next value or key is not the first */
};

void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_list(struct json_writer *w);
void json_end_list(struct json_writer *w);

/* A key of our own: it is written as it is, so it holds nothing to escape. */
void json_key(struct json_writer *w, const char *key);
/* A key from elsewhere. */
void json_key_text(struct json_writer *w, struct text key);

/* A string (RFC 8259 §7). Bytes that are not UTF-8 become U+FFFD. */
void json_add_text(struct json_writer *w, struct text t);
/* The same for text of our own making, with nothing to escape: times, ids, words of a list. */
void json_add_plain(struct json_writer *w, struct text t);
/* NULL becomes null. */
void json_add_str(struct json_writer *w, const char *s);
void json_add_int(struct json_writer *w, int64_t n);
void json_add_bool(struct json_writer *w, bool value);
void json_add_null(struct json_writer *w);
/* A value that is JSON already. */
void json_add_raw(struct json_writer *w, struct text json);

#endif
