/*
 * fields - the lines of a header, one field at a time (RFC 5322 §2.2)
 *
 * Lines may end as they like: CR LF, LF, or both in one message; a message of CR alone is mended
 * before (read.c). A line that is no field and continues none is passed over, so that one broken
 * line does not hide the rest.
 *
 * Pure. Memory: fields borrow the message. Threads: no state.
 */
#ifndef MAIL_FIELDS_PRIV_H
#define MAIL_FIELDS_PRIV_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

struct field {
	struct text name;
	struct text value; /* as it came, folds and all */
};

/* Cut the next line off *rest, without its end; false when nothing is left. */
bool line_next(struct text *rest, struct text *out);

/* Cut the next field off a header; false at its end. */
bool field_next(struct text *header, struct field *out);

bool field_is(const struct field *f, const char *name);

/* The first field of this name, its value unfolded and trimmed; empty: none. */
struct text field_find(struct arena *a, struct text header, const char *name);

/* The value as one line: folds and controls are blanks (RFC 5322 §2.2.3). */
struct text field_unfold(struct arena *a, struct text value);

/*
 * Part a message, or a part of one, where its header ends. BAD_DATA: more fields than
 * MAIL_FIELDS_MAX, or one of more than MAIL_FIELD_BYTES_MAX.
 */
MUST_CHECK const struct fault *header_split(struct arena *a, struct text message,
					    struct text *header_out, struct text *body_out);

#endif
