/* fault - faults are made, each in its arena; see fault.h */
#include "base/fault.h"

#include <stdarg.h>

#include "base/arena.h"

const struct fault *fault_make(struct arena *a, enum fault_code code, const char *about,
			       const char *format, ...)
{
	struct fault *f = arena_alloc(a, sizeof(*f));
	va_list args;

	f->code = code;
	f->about = arena_strdup(a, about);
	va_start(args, format);
	f->message = arena_vprintf(a, format, args);
	va_end(args);
	return f;
}

const struct fault *fault_copy(struct arena *a, const struct fault *f)
{
	struct fault *copy;

	if (!f)
		return NULL;
	copy = arena_alloc(a, sizeof(*copy));
	copy->code = f->code;
	copy->about = arena_strdup(a, f->about);
	copy->message = arena_strdup(a, f->message);
	return copy;
}
