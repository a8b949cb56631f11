/*
 * buf - text that grows, up to a ceiling
 *
 * Invariants: at[0..len) is what was written; at[len] is NUL; len <= max. A
 * write that would pass max writes nothing and sets `overflow`, which stays
 * set: build the whole text, then ask once. Memory comes from the arena given
 * at start and belongs to it.
 *
 * Threads: a buf belongs to one thread at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/text.h"

struct arena;

struct buf {
	struct arena *arena;
	char *at;
	size_t len, cap, max;
	bool overflow;
};

/* Start empty; may grow to max_bytes. hint_bytes are allocated at once. */
void buf_init(struct buf *b, struct arena *a, size_t hint_bytes, size_t max_bytes);

/* Room for len more bytes at the end, or NULL and overflow. Follow with len += . */
char *buf_reserve(struct buf *b, size_t len);

void buf_put_str(struct buf *b, const char *s);
void buf_put_int(struct buf *b, int64_t n);
/* n with at least `width` digits, zeros in front; n >= 0. */
void buf_put_digits(struct buf *b, int64_t n, int width);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* Take back all that was written since it had this length. */
void buf_cut(struct buf *b, size_t len);

/* buf_put() where there is no room as it is. */
void buf_put_growing(struct buf *b, const void *at, size_t len);

/* In line, as answers are made of thousands of these, most of a length that is known. */
static inline void buf_put(struct buf *b, const void *at, size_t len)
{
	if (len > b->cap - b->len) {
		buf_put_growing(b, at, len);
	} else if (len > 0) {
		memcpy(b->at + b->len, at, len);
		b->len += len;
		b->at[b->len] = '\0';
	}
}

static inline void buf_put_text(struct buf *b, struct text t)
{
	buf_put(b, t.at, t.len);
}

static inline void buf_put_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

/* A character by its number, at most 0x10FFFF, as UTF-8 (RFC 3629 §3). */
void buf_put_utf8(struct buf *b, uint32_t c);

/* Append a literal without counting it at run time. */
#define buf_put_lit(b, literal) buf_put((b), "" literal, sizeof(literal) - 1)

static inline struct text buf_text(const struct buf *b)
{
	return (struct text){b->at, b->len};
}

#endif
