/*
 * line - content lines, found without touching a byte
 *
 * Walks the raw bytes of a calendar object line by line (RFC 5545 §3.1). Folds
 * may sit inside names, parameters and UTF-8 sequences, so raw text is never
 * searched: a line is found in raw offsets and its parts are unfolded into an
 * arena when asked for. CRLF and bare LF both end a line.
 *
 * Memory: a line borrows the raw bytes; unfolded text lives in the arena
 * (borrowed from the raw bytes where there was no fold). Threads: no state.
 */
#ifndef ICAL_LINE_H
#define ICAL_LINE_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct buf;

struct ical_line {
	size_t begin, end;  /* raw offsets; end includes folds and the line end */
	struct text name;   /* unfolded, as written: compare without case */
	struct text params; /* unfolded, from the first ';' on, or empty */
	struct text value;  /* unfolded, still escaped */
};

/*
 * The next line from *pos on; false at the end. A line without a colon has a
 * NULL value. Blank lines are passed over.
 */
bool ical_line_next(struct arena *a, struct text raw, size_t *pos, struct ical_line *out);

bool ical_line_is(const struct ical_line *l, const char *name);

/*
 * A parameter's first value, quotes removed and ^-escapes resolved (RFC 6868);
 * NULL-text when absent. The name is compared without case.
 */
struct text ical_line_param(struct arena *a, const struct ical_line *l, const char *name);

/* Call fn for each value of a parameter ("MEMBER", "DELEGATED-TO"). */
typedef void (*ical_param_fn)(struct text value, void *ctx);
void ical_line_param_each(struct arena *a, const struct ical_line *l, const char *name,
			  ical_param_fn fn, void *ctx);

/* The same for every parameter in the order of the line, with its name as written. */
typedef void (*ical_any_param_fn)(struct text name, struct text value, void *ctx);
void ical_line_params_each(struct arena *a, const struct ical_line *l, ical_any_param_fn fn,
			   void *ctx);

/* TEXT with \n \, \; \\ resolved (RFC 5545 §3.3.11), and its inverse. */
struct text ical_text_unescape(struct arena *a, struct text value);
void ical_put_text(struct buf *b, struct text plain);

/*
 * The name of a zone in the form in which names are compared: a VTIMEZONE has it as TEXT, with
 * commas escaped (RFC 5545 §3.8.3.1), a parameter in quotes, and programs mix both.
 */
struct text ical_tzid(struct arena *a, struct text written);

/* A parameter value, quoted where needed, ^-escaped (RFC 6868). */
void ical_put_param(struct buf *b, struct text value);

/*
 * Write one content line: unfolded is "NAME;PARAM=…:value" without line end.
 * Folded at 75 octets, never inside a UTF-8 sequence; ends with CRLF. Control
 * characters other than TAB are left out.
 */
void ical_put_line(struct buf *b, struct text unfolded);

#endif
