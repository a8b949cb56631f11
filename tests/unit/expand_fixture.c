/* expand_fixture - see expand_fixture.h */

#include "expand_fixture.h"

#include "base/buf.h"
#include "base/secret.h"
#include "ical/ical.h"

struct arena *expand_arena;

const struct expand_limits expand_usual = {RECUR_BUDGET_DEFAULT, 1000};

int64_t expand_instant(const char *s)
{
	int64_t seconds = 0;
	enum time_form form;

	CHECK_TRUE(s, time_parse(text_from(s), &seconds, &form));
	return seconds;
}

static void put_time(struct buf *b, int64_t seconds, bool floating)
{
	if (floating)
		time_put_local(b, seconds);
	else
		time_put_utc(b, seconds);
}

static struct text as_text(const struct expansion *e)
{
	static const char *const meanings[] = {
		[OCC_FREE] = "=free",		[OCC_ELSEWHERE] = "=elsewhere",	    [OCC_BUSY] = "",
		[OCC_TENTATIVE] = "=tentative", [OCC_UNAVAILABLE] = "=unavailable",
	};
	struct buf b;

	buf_init(&b, expand_arena, 256, 1 << 20);
	for (size_t i = 0; i < e->count; i++) {
		const struct occurrence *o = &e->at[i];

		if (i > 0)
			buf_put_char(&b, ' ');
		put_time(&b, o->start, o->floating);
		buf_put_char(&b, '/');
		put_time(&b, o->end, o->floating);
		buf_put_str(&b, meanings[o->busy]);
	}
	if (!e->complete)
		buf_put_lit(&b, " ...");
	return buf_text(&b);
}

struct ical_object *expand_parse(const char *name, const char *raw)
{
	struct ical_object *o = NULL;

	CHECK_WELL(name, ical_object_parse(expand_arena, text_from(raw), ICAL_FROM_IMPORT, &o));
	return o;
}

static const struct text alice[] = {TEXT_INIT("alice@example.com"),
				    TEXT_INIT("MAILTO:a.liddell@example.org")};

void expand_check(const struct expand_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct expand_row *r = &rows[i];
		struct ical_object *o = expand_parse(r->name, r->raw);
		struct expansion e;

		if (!o || !CHECK_WELL(r->name, ical_expand(expand_arena, o, expand_instant(r->from),
							   expand_instant(r->to), alice,
							   ARRAY_LEN(alice), expand_usual, &e)))
			continue;
		CHECK_TEXT(r->name, as_text(&e), text_from(r->want));
	}
}

void expand_run(void (*test)(void))
{
	expand_arena = arena_create((size_t)256 << 20);
	CHECK_WELL("secrets", secret_init(expand_arena));
	ical_init();
	test();
	arena_destroy(expand_arena);
}
