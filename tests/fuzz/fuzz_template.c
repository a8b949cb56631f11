/*
 * fuzz_template - whatever an operator writes is read or refused, and what is filled in stays put
 */
#include <assert.h>

#include "base/arena.h"
#include "post/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"a", "list", "no", NULL};

/* The marks of the values are nowhere in HTML but escaped. */
static void render(struct arena *a, const struct template *t, enum template_kind kind)
{
	const struct template_value inner[] = {{.name = "a", .text = TEXT_INIT("\x02<")}};
	const struct template_values list[] = {{inner, 1}, {inner, 1}};
	const struct template_value top[] = {
		{.name = "a", .text = TEXT_INIT("\x01\r\n\"<&")},
		{.name = "list", .list = list, .list_count = 2},
		{.name = "no", .text = TEXT_INIT("")},
	};
	const struct template_values all = {top, ARRAY_LEN(top)};
	struct text out;

	if (template_render(a, t, kind, &all, &out))
		return;
	assert(text_find_char(out, '\x01', 0) < 0 && text_find_char(out, '\x02', 0) < 0);
	assert(out.len <= TEMPLATE_SAYS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(64 << 20);
	struct text source = text_of((const char *)data, size);
	const struct template *t;

	/* What the source has itself is its writer's. */
	if (size <= 65536 && text_find_char(source, '\x01', 0) < 0 &&
	    text_find_char(source, '\x02', 0) < 0 &&
	    !template_parse(a, "f", 1, source, names, &t)) {
		render(a, t, TEMPLATE_TEXT);
		render(a, t, TEMPLATE_HTML);
	}
	arena_destroy(a);
	return 0;
}
