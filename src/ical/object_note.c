/* object_note - what a reader of an object has to say, and room for what it finds */
#include <stdarg.h>

#include "base/arena.h"
#include "ical/object_priv.h"

void object_note(struct reader *r, const char *format, ...)
{
	struct ical_object *o = r->object;
	va_list args;

	r->is_lenient = true;
	if (o->note_count == OBJECT_MAX_NOTES)
		return;
	if (!o->notes)
		o->notes = arena_alloc_array(r->arena, OBJECT_MAX_NOTES, sizeof(*o->notes));
	va_start(args, format);
	o->notes[o->note_count++] = text_from(arena_vprintf(r->arena, format, args));
	va_end(args);
}

void *object_grow(struct reader *r, void *at, size_t count, size_t *cap, size_t size)
{
	size_t wanted = *cap ? *cap * 2 : 4;
	void *bigger;

	if (count < *cap)
		return at;
	bigger = arena_alloc_array(r->arena, wanted, size);
	if (count > 0)
		memcpy(bigger, at, count * size);
	*cap = wanted;
	return bigger;
}
