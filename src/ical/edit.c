/*
 * edit - change one property and keep every other byte; see edit.h
 */
#include "ical/edit.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "ical/walk.h"

/* raw[begin, end) gives way to `with`; of equal places the earlier call comes first. */
struct splice {
	size_t begin, end, order;
	struct text with;
};

struct ical_edit {
	struct arena *arena;
	struct text raw;
	struct splice *at;
	size_t count, cap;
};

struct ical_edit *ical_edit_begin(struct arena *a, struct text raw)
{
	struct ical_edit *e = arena_alloc(a, sizeof(*e));

	e->arena = a;
	e->raw = raw;
	return e;
}

static void add_splice(struct ical_edit *e, size_t begin, size_t end, struct text with)
{
	assert(begin <= end && end <= e->raw.len);
	if (e->count == e->cap) {
		size_t cap = e->cap ? e->cap * 2 : 16;
		struct splice *at = arena_alloc_array(e->arena, cap, sizeof(*at));

		if (e->count > 0)
			memcpy(at, e->at, e->count * sizeof(*at));
		e->at = at;
		e->cap = cap;
	}
	e->at[e->count] = (struct splice){begin, end, e->count, with};
	e->count++;
}

/* One content line as bytes: folded, with CRLF. */
static struct text line_bytes(struct ical_edit *e, struct text unfolded)
{
	size_t most = unfolded.len + (unfolded.len / 70 + 2) * 3;
	struct buf b;

	buf_init(&b, e->arena, most, most);
	ical_put_line(&b, unfolded);
	assert(!b.overflow);
	return buf_text(&b);
}

static bool starts_line(struct text raw, size_t at)
{
	return at == 0 || raw.at[at - 1] == '\n' || (at == 3 && raw.at[0] == '\xEF');
}

void ical_edit_replace_line(struct ical_edit *e, size_t begin, size_t end, struct text unfolded)
{
	add_splice(e, begin, end, line_bytes(e, unfolded));
}

void ical_edit_insert_line(struct ical_edit *e, size_t at, struct text unfolded)
{
	assert(starts_line(e->raw, at));
	add_splice(e, at, at, line_bytes(e, unfolded));
}

void ical_edit_remove(struct ical_edit *e, size_t begin, size_t end)
{
	add_splice(e, begin, end, TEXT(""));
}

void ical_edit_replace_bytes(struct ical_edit *e, size_t begin, size_t end, struct text bytes)
{
	assert(starts_line(e->raw, begin));
	add_splice(e, begin, end, bytes);
}

void ical_edit_set_property(struct ical_edit *e, const struct ical_blocks *blocks, size_t block,
			    const char *name, struct text line)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, e->arena, e->raw, blocks, block);
	while (ical_walk_line(&w, &l)) {
		if (ical_line_is(&l, name)) {
			ical_edit_replace_line(e, l.begin, l.end, line);
			return;
		}
	}
	ical_edit_insert_line(e, blocks->at[block].body_end, line);
}

void ical_edit_remove_property(struct ical_edit *e, const struct ical_blocks *blocks, size_t block,
			       const char *name)
{
	struct ical_walk w;
	struct ical_line l;

	ical_walk_begin(&w, e->arena, e->raw, blocks, block);
	while (ical_walk_line(&w, &l))
		if (ical_line_is(&l, name))
			ical_edit_remove(e, l.begin, l.end);
}

static int splice_order(const void *left, const void *right)
{
	const struct splice *a = left, *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	/* What is put in before a line comes before what replaces the line. */
	if ((a->end == a->begin) != (b->end == b->begin))
		return a->end == a->begin ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

struct text ical_edit_apply(struct ical_edit *e)
{
	size_t len = e->raw.len, from = 0, out = 0;
	char *at;

	if (e->count == 0)
		return e->raw;
	qsort(e->at, e->count, sizeof(*e->at), splice_order);
	for (size_t i = 0; i < e->count; i++)
		len += e->at[i].with.len;
	at = arena_alloc(e->arena, len + 1);
	for (size_t i = 0; i < e->count; i++) {
		const struct splice *s = &e->at[i];

		assert(s->begin >= from);
		memcpy(at + out, e->raw.at + from, s->begin - from);
		out += s->begin - from;
		if (s->with.len > 0)
			memcpy(at + out, s->with.at, s->with.len);
		out += s->with.len;
		from = s->end;
	}
	memcpy(at + out, e->raw.at + from, e->raw.len - from);
	out += e->raw.len - from;
	return text_of(at, out);
}
