/* Any body: no crash; what is taken can be written, taken again, and written the same. */
#include <assert.h>

#include "base/arena.h"
#include "xml/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text written(struct arena *a, const struct xml_node *node)
{
	struct buf b;

	buf_init(&b, a, 0, 1 << 24);
	xml_put_node(&b, node);
	assert(!b.overflow);
	return buf_text(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(1 << 26);
	struct xml_node *root, *again;
	const struct fault *f;
	struct text first;

	f = xml_parse(a, text_of((const char *)data, size), &root);
	if (f) {
		assert(f->message && text_is_utf8(text_from(f->message)));
	} else {
		first = written(a, root);
		/* Escapes and declarations may lengthen a tag past the limit on tags. */
		f = xml_parse(a, first, &again);
		assert(!f || size > 1024);
		assert(f || text_equal(first, written(a, again)));
	}
	arena_destroy(a);
	return 0;
}
