/*
 * guard - what must hold before anything else reads the bytes; see guard.h
 */
#include "ical/guard.h"

#include "base/arena.h"
#include "ical/ical.h"
#include "ical/line.h"

const struct fault *ical_guard_bytes(struct arena *a, struct text raw, size_t max_bytes)
{
	if (raw.len > max_bytes)
		return fault_make(a, FAULT_OBJECT_TOO_LARGE, NULL,
				  "The calendar data is larger than %zu bytes.", max_bytes);
	for (size_t i = 0; i < raw.len; i++) {
		unsigned char c = (unsigned char)raw.at[i];

		/* RFC 5545 §3.1: CONTROL is no part of any value. A lone CR is one too. */
		if (c >= 0x20 && c != 0x7F)
			continue;
		if (c == '\n' || c == '\t')
			continue;
		if (c == '\r' && i + 1 < raw.len &&
		    (raw.at[i + 1] == '\n' || raw.at[i + 1] == '\r'))
			continue;
		if (c == '\r' && i + 1 == raw.len)
			continue;
		return fault_make(
			a, FAULT_BAD_DATA, NULL,
			"The calendar data holds the control character 0x%02X at byte %zu.", c, i);
	}
	if (!text_is_utf8(raw))
		return fault_make(a, FAULT_BAD_DATA, NULL, "The calendar data is not UTF-8.");
	return NULL;
}

/* RFC 5545 §3.1: name = 1*(ALPHA / DIGIT / "-"). */
static bool is_name(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return t.len > 0;
}

/* The growing list, and the components that are open. */
struct nest {
	struct arena *a;
	struct ical_blocks *out;
	size_t cap, max;
	size_t open[ICAL_MAX_DEPTH];
	uint32_t depth;
};

static const struct fault *nest_open(struct nest *n, const struct ical_line *l)
{
	struct text name = text_trim(l->value);

	if (n->depth == ICAL_MAX_DEPTH)
		return fault_make(n->a, FAULT_BAD_DATA, NULL,
				  "Components are nested more than %d deep.", ICAL_MAX_DEPTH);
	if (n->out->count == n->max)
		return fault_make(n->a, FAULT_TOO_MANY_INSTANCES, NULL,
				  "There are more than %zu components.", n->max);
	if (!is_name(name))
		return fault_make(n->a, FAULT_BAD_DATA, NULL, "A component has no proper name.");
	if (n->out->count == n->cap) {
		size_t cap = n->cap ? n->cap * 2 : 8;
		struct ical_block *at = arena_alloc_array(n->a, cap, sizeof(*at));

		if (n->out->count > 0)
			memcpy(at, n->out->at, n->out->count * sizeof(*at));
		n->out->at = at;
		n->cap = cap;
	}
	n->out->at[n->out->count] = (struct ical_block){
		.name = name, .begin = l->begin, .body = l->end, .depth = n->depth + 1};
	n->open[n->depth++] = n->out->count++;
	return arena_check(n->a);
}

static const struct fault *nest_close(struct nest *n, const struct ical_line *l)
{
	struct text name = text_trim(l->value);
	struct ical_block *b;

	if (n->depth == 0)
		return fault_make(n->a, FAULT_BAD_DATA, "END", "END:%.*s has no BEGIN.",
				  TEXT_ARG(ical_brief(name)));
	b = &n->out->at[n->open[--n->depth]];
	if (!text_equal_nocase(b->name, name))
		return fault_make(n->a, FAULT_BAD_DATA, "END", "BEGIN:%.*s is ended by END:%.*s.",
				  TEXT_ARG(ical_brief(b->name)), TEXT_ARG(ical_brief(name)));
	b->body_end = l->begin;
	b->end = l->end;
	b->next = n->out->count;
	return NULL;
}

static const struct fault *guard_line(struct nest *n, const struct ical_line *l, bool strict)
{
	if (l->end - l->begin > ICAL_MAX_LINE_BYTES &&
	    l->name.len + l->params.len + l->value.len + 1 > ICAL_MAX_LINE_BYTES)
		return fault_make(n->a, FAULT_BAD_DATA, NULL,
				  "A content line is longer than %d bytes.", ICAL_MAX_LINE_BYTES);
	if (strict && (!l->value.at || !is_name(l->name)))
		return fault_make(n->a, FAULT_BAD_DATA, NULL,
				  "This is not a content line: \"%.*s\".",
				  TEXT_ARG(ical_brief(l->name)));
	if (l->value.at && l->name.len == 5 && ical_line_is(l, "BEGIN"))
		return nest_open(n, l);
	if (l->value.at && l->name.len == 3 && ical_line_is(l, "END"))
		return nest_close(n, l);
	if (n->depth == 0)
		n->out->has_stray = true;
	return NULL;
}

const struct fault *ical_guard_blocks(struct arena *a, struct text raw, bool strict,
				      size_t max_blocks, struct ical_blocks *out)
{
	struct nest n = {.a = a, .out = out, .max = max_blocks};
	struct ical_line l;
	size_t pos = 0;

	*out = (struct ical_blocks){0};
	while (ical_line_next(a, raw, &pos, &l)) {
		const struct fault *f = guard_line(&n, &l, strict);

		if (f)
			return f;
	}
	if (n.depth > 0)
		return fault_make(a, FAULT_BAD_DATA, "END", "The data ends within %.*s.",
				  TEXT_ARG(ical_brief(out->at[n.open[n.depth - 1]].name)));
	return arena_check(a);
}

bool ical_block_is(const struct ical_block *b, const char *name)
{
	return text_equal_nocase(b->name, text_from(name));
}

struct text ical_brief(struct text t)
{
	size_t n = 60;

	if (t.len <= n)
		return t;
	while (n > 0 && ((unsigned char)t.at[n] & 0xC0) == 0x80)
		n--;
	return text_of(t.at, n);
}
