/*
 * fault - what went wrong, as a value
 *
 * A function that can fail for a reason its caller must handle returns
 * `const struct fault *`: NULL when all is well. A fault is made where it is
 * understood and passed outward untouched; it is logged once, at the edge.
 * Below the edge nobody knows HTTP: dav/error.c and api/problem.c turn codes
 * into statuses with the table fault.tbl.h.
 *
 * "Not there" or "no change" are results, not faults. Our own mistakes are
 * asserts; no input of a client reaches one.
 *
 * Memory: a fault lives in the arena it was made in. fault_static() ones live
 * for ever. Threads: faults never change once made.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/base.h"

struct arena;

enum fault_code {
#define FAULT(code, http, ns, element, problem, where) FAULT_##code,
#include "base/fault.tbl.h"
#undef FAULT
	FAULT_COUNT
};

enum fault_namespace { FAULT_NS_NONE, FAULT_NS_DAV, FAULT_NS_CALDAV, FAULT_NS_PUSH };

struct fault {
	enum fault_code code;
	const char *about;   /* what it concerns: a path, a UID, a reason word; may be NULL */
	const char *message; /* one sentence for a person */
};

/* One row of fault.tbl.h. */
struct fault_row {
	const char *name; /* "BAD_OBJECT" */
	int http_status;
	enum fault_namespace ns;
	const char *element; /* NULL: no precondition element */
	const char *problem; /* NULL: never seen in JSON */
	const char *where;
};

/* A new fault; about is copied and may be NULL. */
const struct fault *fault_make(struct arena *a, enum fault_code code, const char *about,
			       const char *format, ...) PRINTF_LIKE(4, 5);

/* A fault that needs no memory, for where none is left. Lives for ever. */
const struct fault *fault_static(enum fault_code code);

/* The same fault in another arena, for one that outlives its first. */
const struct fault *fault_copy(struct arena *a, const struct fault *f);

/* The table row of a code; never NULL. */
const struct fault_row *fault_row(enum fault_code code);

/* True for a fault with this code; false for NULL. */
static inline bool fault_is(const struct fault *f, enum fault_code code)
{
	return f && f->code == code;
}

#endif
