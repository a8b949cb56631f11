/*
 * buf - growing text in an arena
 */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/arena_priv.h"

enum { SMALLEST_BYTES = 64 };

/* What an empty buf points to; it has no room, so nobody writes into it. */
static char nothing[1];

void buf_init(struct buf *b, struct arena *a, size_t hint_bytes, size_t max_bytes)
{
	if (hint_bytes > max_bytes)
		hint_bytes = max_bytes;
	*b = (struct buf){.arena = a, .at = nothing, .max = max_bytes};
	if (hint_bytes) {
		b->at = arena_alloc_raw(a, hint_bytes + 1);
		b->at[0] = '\0';
		b->cap = hint_bytes;
	}
}

/* Make room for need bytes in all; need <= max. */
static void grow(struct buf *b, size_t need)
{
	size_t cap = b->cap > b->max / 2 ? b->max : b->cap * 2;
	char *at;

	if (cap < SMALLEST_BYTES)
		cap = SMALLEST_BYTES;
	if (cap < need)
		cap = need;
	if (cap > b->max)
		cap = b->max;
	if (b->cap && arena_extend(b->arena, b->at, b->cap + 1, cap + 1)) {
		b->cap = cap;
		return;
	}
	at = arena_alloc_raw(b->arena, cap + 1);
	memcpy(at, b->at, b->len + 1);
	b->at = at;
	b->cap = cap;
}

char *buf_reserve(struct buf *b, size_t len)
{
	if (len > b->cap - b->len) {
		if (len > b->max - b->len) {
			b->overflow = true;
			return NULL;
		}
		grow(b, b->len + len);
	}
	if (b->cap)
		b->at[b->len + len] = '\0';
	return b->at + b->len;
}

void buf_put_growing(struct buf *b, const void *at, size_t len)
{
	char *to = buf_reserve(b, len);

	if (!to)
		return;
	memcpy(to, at, len);
	b->len += len;
}

void buf_put_str(struct buf *b, const char *s)
{
	if (s)
		buf_put(b, s, strlen(s));
}

void buf_put_utf8(struct buf *b, uint32_t c)
{
	char s[4];
	size_t len;

	if (c < 0x80) {
		buf_put_char(b, (char)c);
		return;
	}
	if (c < 0x800) {
		s[0] = (char)(0xC0 | c >> 6);
		len = 2;
	} else if (c < 0x10000) {
		s[0] = (char)(0xE0 | c >> 12);
		len = 3;
	} else {
		s[0] = (char)(0xF0 | c >> 18);
		len = 4;
	}
	for (size_t i = 1; i < len; i++)
		s[i] = (char)(0x80 | (c >> (6 * (len - 1 - i)) & 0x3F));
	buf_put(b, s, len);
}

static const char digit_pairs[] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

/* The digits of n, ending before end; the first of them is returned. */
static char *write_digits(char *end, uint64_t n)
{
	while (n >= 100) {
		end -= 2;
		memcpy(end, digit_pairs + n % 100 * 2, 2);
		n /= 100;
	}
	if (n >= 10) {
		end -= 2;
		memcpy(end, digit_pairs + n * 2, 2);
	} else {
		*--end = (char)('0' + n);
	}
	return end;
}

void buf_put_int(struct buf *b, int64_t n)
{
	char digits[24], *end = digits + sizeof(digits), *at;

	at = write_digits(end, n < 0 ? -(uint64_t)n : (uint64_t)n);
	if (n < 0)
		*--at = '-';
	buf_put(b, at, (size_t)(end - at));
}

void buf_put_digits(struct buf *b, int64_t n, int width)
{
	char digits[24], *end = digits + sizeof(digits), *at;

	assert(n >= 0 && width <= (int)sizeof(digits));
	at = write_digits(end, (uint64_t)n);
	while (end - at < width)
		*--at = '0';
	buf_put(b, at, (size_t)(end - at));
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *to;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);
	to = buf_reserve(b, (size_t)len);
	if (!to || !len)
		return;
	va_start(args, format);
	vsnprintf(to, (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

void buf_cut(struct buf *b, size_t len)
{
	assert(len <= b->len);
	/* An empty one may stand for text that is nobody's to write into. */
	if (len == b->len)
		return;
	b->len = len;
	b->at[len] = '\0';
}
