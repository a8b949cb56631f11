/*
 * text - slices: comparing, cutting, reading numbers, checking UTF-8
 */
#include "base/text.h"

#include <pthread.h>
#include <sodium.h>

#include "base/arena.h"

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

struct text text_sub(struct text t, size_t from, size_t len)
{
	if (from > t.len)
		from = t.len;
	if (len > t.len - from)
		len = t.len - from;
	return text_of(t.at ? t.at + from : NULL, len);
}

bool text_equal_nocase(struct text a, struct text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower((unsigned char)a.at[i]) != lower((unsigned char)b.at[i]))
			return false;
	return true;
}

int text_compare(struct text a, struct text b)
{
	size_t both = a.len < b.len ? a.len : b.len;
	int order = both ? memcmp(a.at, b.at, both) : 0;

	if (order == 0)
		return (a.len > b.len) - (a.len < b.len);
	return order < 0 ? -1 : 1;
}

bool text_starts(struct text t, struct text prefix)
{
	return t.len >= prefix.len && text_equal(text_of(t.at, prefix.len), prefix);
}

bool text_starts_nocase(struct text t, struct text prefix)
{
	return t.len >= prefix.len && text_equal_nocase(text_of(t.at, prefix.len), prefix);
}

bool text_ends(struct text t, struct text suffix)
{
	return t.len >= suffix.len &&
	       text_equal(text_sub(t, t.len - suffix.len, suffix.len), suffix);
}

ptrdiff_t text_find_char(struct text t, char c, size_t from)
{
	const char *at;

	if (from >= t.len)
		return -1;
	at = memchr(t.at + from, c, t.len - from);
	return at ? at - t.at : -1;
}

ptrdiff_t text_find(struct text t, struct text needle)
{
	const char *at;

	if (needle.len == 0)
		return 0;
	if (needle.len > t.len)
		return -1;
	at = memmem(t.at, t.len, needle.at, needle.len);
	return at ? at - t.at : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text t)
{
	while (t.len && is_blank(t.at[0])) {
		t.at++;
		t.len--;
	}
	while (t.len && is_blank(t.at[t.len - 1]))
		t.len--;
	return t;
}

bool text_next(struct text *rest, char separator, struct text *part_out)
{
	ptrdiff_t cut;

	if (!rest->at)
		return false;
	cut = text_find_char(*rest, separator, 0);
	if (cut < 0) {
		*part_out = *rest;
		*rest = TEXT_NONE;
		return true;
	}
	*part_out = text_of(rest->at, (size_t)cut);
	rest->at += cut + 1;
	rest->len -= (size_t)cut + 1;
	return true;
}

struct text text_dup(struct arena *a, struct text t)
{
	return text_of(arena_copy(a, t.at, t.len), t.len);
}

char *text_cstr(struct arena *a, struct text t)
{
	return arena_copy(a, t.at, t.len);
}

struct text text_lower(struct arena *a, struct text t)
{
	char *copy = arena_copy(a, t.at, t.len);

	for (size_t i = 0; i < t.len; i++)
		copy[i] = (char)lower((unsigned char)copy[i]);
	return text_of(copy, t.len);
}

bool text_to_int64(struct text t, int64_t min, int64_t max, int64_t *out)
{
	bool negative = t.len > 0 && t.at[0] == '-';
	int64_t n = 0;

	if (negative)
		t = text_sub(t, 1, t.len);
	if (t.len == 0)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		int digit = t.at[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		/* Negative numbers are built downwards: INT64_MIN has no positive twin. */
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, negative ? -digit : digit, &n))
			return false;
	}
	if (n < min || n > max)
		return false;
	*out = n;
	return true;
}

/* The length of the valid UTF-8 sequence at s (RFC 3629 §4), 0 if there is none. */
static size_t utf8_sequence(const unsigned char *s, size_t left)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		len = 2;
	else if (s[0] >= 0xE0 && s[0] <= 0xEF)
		len = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		len = 4;
	else
		return 0;
	if (left < len)
		return 0;
	/* The second byte keeps out overlong forms, surrogates and what is past U+10FFFF. */
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

bool text_is_utf8(struct text t)
{
	const unsigned char *s = (const unsigned char *)t.at;
	size_t i = 0;

	while (i < t.len) {
		uint64_t eight;
		size_t len;

		/* Most text is ASCII: take it eight bytes at a time. */
		if (t.len - i >= sizeof(eight)) {
			memcpy(&eight, s + i, sizeof(eight));
			if (!(eight & UINT64_C(0x8080808080808080))) {
				i += sizeof(eight);
				continue;
			}
		}
		len = utf8_sequence(s + i, t.len - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

uint32_t text_cut_char(struct text *rest)
{
	const unsigned char *s = (const unsigned char *)rest->at;
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	uint32_t c = len == 1 ? s[0] : s[0] & (0x7Fu >> len);

	for (size_t i = 1; i < len; i++)
		c = c << 6 | (s[i] & 0x3Fu);
	*rest = text_of(rest->at + len, rest->len - len);
	return c;
}

bool text_char_is_plain(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7F && c <= 0x9F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2066 && c <= 0x2069);
}

bool text_is_plain(struct text t, const char *but)
{
	if (!text_is_utf8(t))
		return false;
	while (t.len > 0) {
		uint32_t c = text_cut_char(&t);

		if (!text_char_is_plain(c) && (c == 0 || c >= 0x80 || !strchr(but, (int)c)))
			return false;
	}
	return true;
}

bool text_has_control(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.at[i];

		if (c < 0x20 || c == 0x7F)
			return true;
	}
	return false;
}

static unsigned char hash_key[crypto_shorthash_KEYBYTES];
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void make_hash_key(void)
{
	randombytes_buf(hash_key, sizeof(hash_key));
}

/* SipHash under a random key, so that no client can choose colliding names. */
uint64_t text_hash(struct text t)
{
	unsigned char hash[crypto_shorthash_BYTES];
	uint64_t out;

	pthread_once(&hash_once, make_hash_key);
	crypto_shorthash(hash, (const unsigned char *)(t.at ? t.at : ""), t.len, hash_key);
	memcpy(&out, hash, sizeof(out));
	return out;
}
