/* itip_fixture - see itip_fixture.h. */
#include "itip_fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "ical/walk.h"

enum { MOST = 1 << 20 };

static struct text wrapped(struct arena *a, const char *method, const char *components)
{
	struct buf b;

	buf_init(&b, a, 1024, MOST);
	buf_put_lit(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\n");
	if (method)
		buf_printf(&b, "METHOD:%s\r\n", method);
	for (const char *c = components; *c; c++) {
		if (*c == '\n' && (c == components || c[-1] != '\r'))
			buf_put_char(&b, '\r');
		buf_put_char(&b, *c);
	}
	buf_put_lit(&b, "END:VCALENDAR\r\n");
	return buf_text(&b);
}

struct text itip_object(struct arena *a, const char *components)
{
	return wrapped(a, NULL, components);
}

struct text itip_message(struct arena *a, const char *method, const char *components)
{
	return wrapped(a, method, components);
}

const struct fault *itip_run_fault(struct arena *a, const char *name, const struct itip_try *t,
				   struct itip_outcome *out)
{
	struct text *user = arena_alloc(a, sizeof(*user));
	struct itip_user *u = arena_alloc(a, sizeof(*u));
	struct ical_object *stored = NULL, *message = NULL;
	struct itip_incoming in = {.take_crashers = t->take_crashers, .now = ITIP_NOW};

	*user = text_from(t->user);
	*u = (struct itip_user){.addresses = user, .count = 1};
	in.user = u;
	in.sender = text_from(t->sender);
	in.method = itip_method_find(text_from(t->method));
	if (!CHECK_WELL(name, ical_object_parse(a, itip_message(a, t->method, t->message),
						ICAL_FROM_MESSAGE, &message)))
		return NULL;
	if (t->stored && !CHECK_WELL(name, ical_object_parse(a, itip_object(a, t->stored),
							     ICAL_FROM_STORE, &stored)))
		return NULL;
	in.message = message;
	in.stored = stored;
	return itip_process(a, &in, out);
}

bool itip_run(struct arena *a, const char *name, const struct itip_try *t, struct itip_outcome *out)
{
	struct ical_object *o;

	*out = (struct itip_outcome){0};
	if (!CHECK_WELL(name, itip_run_fault(a, name, t, out)))
		return false;
	CHECK_TRUE(name, out->why && out->status);
	/* What is stored can be read again, as a client would have to write it. */
	if (out->action == ITIP_STORE &&
	    !CHECK_WELL(name, ical_object_parse(a, out->object, ICAL_FROM_CLIENT, &o)))
		return false;
	return true;
}

/* ---- compared by property ---------------------------------------------------------------- */

struct listing {
	struct arena *arena;
	struct text raw;
	struct ical_blocks blocks;
	struct text *lines;
	size_t count;
};

static int compare_lines(const void *left, const void *right)
{
	return text_compare(*(const struct text *)left, *(const struct text *)right);
}

struct params {
	struct arena *arena;
	struct text at[32];
	size_t count;
};

static void note_param(struct text name, struct text value, void *ctx)
{
	struct params *p = ctx;

	if (p->count < ARRAY_LEN(p->at))
		p->at[p->count++] = text_from(
			arena_printf(p->arena, ";%.*s=%.*s", TEXT_ARG(name), TEXT_ARG(value)));
}

/* A line with its parameters in order of letters. */
static struct text list_line(struct listing *t, const struct ical_line *l)
{
	struct params p = {.arena = t->arena};
	struct buf b;

	ical_line_params_each(t->arena, l, note_param, &p);
	qsort(p.at, p.count, sizeof(p.at[0]), compare_lines);
	buf_init(&b, t->arena, 128, MOST);
	buf_put_text(&b, l->name);
	for (size_t i = 0; i < p.count; i++)
		buf_put_text(&b, p.at[i]);
	buf_printf(&b, ":%.*s\n", TEXT_ARG(l->value));
	return buf_text(&b);
}

/* One component as one text: its own lines in order of letters, then those inside of it. */
static struct text list_block(struct listing *t, size_t block)
{
	struct ical_walk w;
	struct ical_line l;
	size_t inner, count = 0, most = 1;
	struct text *parts;
	struct buf b;

	for (size_t i = 0; i < t->raw.len; i++)
		most += t->raw.at[i] == '\n';
	parts = arena_alloc_array(t->arena, most, sizeof(*parts));
	ical_walk_begin(&w, t->arena, t->raw, &t->blocks, block);
	while (ical_walk_next(&w, &l, &inner))
		parts[count++] = inner ? list_block(t, inner) : list_line(t, &l);
	qsort(parts, count, sizeof(*parts), compare_lines);
	buf_init(&b, t->arena, 256, MOST);
	buf_printf(&b, "[%.*s\n", TEXT_ARG(t->blocks.at[block].name));
	for (size_t i = 0; i < count; i++)
		buf_put_text(&b, parts[i]);
	buf_put_lit(&b, "]\n");
	return buf_text(&b);
}

struct text itip_listed(struct arena *a, struct text object)
{
	struct listing t = {.arena = a, .raw = object};

	if (!CHECK_WELL("an object to compare",
			ical_guard_blocks(a, object, true, 10000, &t.blocks)) ||
	    t.blocks.count == 0)
		return TEXT("");
	return list_block(&t, 0);
}

bool itip_same(struct arena *a, const char *name, struct text got, const char *want)
{
	return CHECK_TEXT(name, itip_listed(a, got), itip_listed(a, itip_object(a, want)));
}
