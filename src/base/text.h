/*
 * text - a slice of bytes that somebody else owns
 *
 * `struct text` is a pointer and a length; it is not NUL-ended unless made
 * by text_dup(), and holds any byte. Numbers are read strictly: the whole
 * slice must be the number, with no sign but a leading '-', and in range.
 *
 * Memory: functions that make text take the arena it comes from; all others
 * borrow. Threads: no state.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <string.h>

#include "base/base.h"

struct arena;

struct text {
	const char *at;
	size_t len;
};

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_INIT(literal)                                                                         \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}
#define TEXT_NONE ((struct text){NULL, 0})
/* For printf-like functions: "%.*s", TEXT_ARG(t). */
#define TEXT_ARG(t) (int)(t).len, (t).at ? (t).at : ""

/* The whole of a C string; NULL gives the empty text. */
static inline struct text text_from(const char *s)
{
	return (struct text){s, s ? strlen(s) : 0};
}

static inline struct text text_of(const char *at, size_t len)
{
	return (struct text){at, len};
}

static inline bool text_equal(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* From byte `from` on, at most `len` of them; clipped to what there is. */
struct text text_sub(struct text t, size_t from, size_t len);

/* Equal but for the case of A-Z; never depends on a locale. */
bool text_equal_nocase(struct text a, struct text b);

/* -1, 0, 1 in the order of bytes. */
int text_compare(struct text a, struct text b);

bool text_starts(struct text t, struct text prefix);
bool text_starts_nocase(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);

/* Offset of the first c or needle at or after from; -1 when there is none. */
ptrdiff_t text_find_char(struct text t, char c, size_t from);
ptrdiff_t text_find(struct text t, struct text needle);

/* Without blanks, tabs and line ends at both sides. */
struct text text_trim(struct text t);

/*
 * Cut the part before the next separator off *rest and return it; true as
 * long as there was a part. An empty *rest with at != NULL is one last,
 * empty part; the end is marked by at == NULL.
 */
bool text_next(struct text *rest, char separator, struct text *part_out);

/* A NUL-ended copy. */
struct text text_dup(struct arena *a, struct text t);
char *text_cstr(struct arena *a, struct text t);
struct text text_lower(struct arena *a, struct text t);

/* The whole slice as a decimal number within [min, max]. */
MUST_CHECK bool text_to_int64(struct text t, int64_t min, int64_t max, int64_t *out);

/* Valid UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct text t);

/* Cut the first character off valid UTF-8 that is not empty. */
uint32_t text_cut_char(struct text *rest);

/*
 * False for characters that change how the text around them reads: controls, line and
 * paragraph separators, and marks that turn its direction.
 */
bool text_char_is_plain(uint32_t c);

/* Is it UTF-8 of plain characters alone, and of those in `but`, which are ASCII? */
bool text_is_plain(struct text t, const char *but);

/* True if any byte is a control character (below 0x20, or 0x7F). */
bool text_has_control(struct text t);

/* 64-bit hash for tables in memory; keyed per process, never stored. */
uint64_t text_hash(struct text t);

#endif
