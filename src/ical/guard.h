/*
 * guard - what must hold before anything else reads the bytes
 *
 * Size, UTF-8, no control characters, line length, depth of nesting, balanced
 * BEGIN and END, well-formed names. libical overruns or crawls where one of
 * these does not hold, so nothing reaches it unguarded. On the way the guard
 * notes where each component lies, which is all the tree that anyone needs.
 *
 * Memory: the blocks live in the arena and borrow the raw bytes. Threads: no
 * state.
 */
#ifndef ICAL_GUARD_H
#define ICAL_GUARD_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

/* A whole file (import, feed) may be larger than one object. */
enum { ICAL_MAX_FILE_BYTES = 64 * 1024 * 1024 };

/* One component, from its BEGIN line to past its END line. */
struct ical_block {
	struct text name;      /* as written: compare without case */
	size_t begin, end;     /* raw offsets */
	size_t body, body_end; /* what lies between the BEGIN and the END line */
	uint32_t depth;	       /* 1 for the outermost */
	size_t next;	       /* index of the first block that is not inside this one */
};

/* In order of their BEGIN lines: a block's children follow it directly. */
struct ical_blocks {
	struct ical_block *at;
	size_t count;
	bool has_stray; /* a content line outside of all components */
};

/* OBJECT_TOO_LARGE; BAD_DATA: NUL or other control characters, or no UTF-8. */
MUST_CHECK const struct fault *ical_guard_bytes(struct arena *a, struct text raw, size_t max_bytes);

/*
 * The components of guarded bytes. BAD_DATA: BEGIN and END do not match, too
 * deep, a line past ICAL_MAX_LINE_BYTES, and, when strict, a line that is no
 * content line. TOO_MANY_INSTANCES: more than max_blocks.
 */
MUST_CHECK const struct fault *ical_guard_blocks(struct arena *a, struct text raw, bool strict,
						 size_t max_blocks, struct ical_blocks *out);

bool ical_block_is(const struct ical_block *b, const char *name);

/* At most 60 bytes of it for a message to a person; no UTF-8 sequence is cut. */
struct text ical_brief(struct text t);

#endif
