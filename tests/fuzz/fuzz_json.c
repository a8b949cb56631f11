/* Any body: no crash; what is taken is written and taken again. */
#include <assert.h>

#include "base/arena.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct json_writer *w, const struct json *v);

static bool write_member(struct text key, const struct json *v, void *w)
{
	json_key_text(w, key);
	write_value(w, v);
	return true;
}

static void write_value(struct json_writer *w, const struct json *v)
{
	struct text t;
	int64_t n;
	bool yes;

	if (json_text(v, &t)) {
		json_add_text(w, t);
	} else if (json_int(v, &n)) {
		json_add_int(w, n);
	} else if (json_bool(v, &yes)) {
		json_add_bool(w, yes);
	} else if (json_kind(v) == JSON_KIND_LIST) {
		json_begin_list(w);
		for (size_t i = 0; i < json_item_count(v); i++)
			write_value(w, json_item(v, i));
		json_end_list(w);
	} else if (json_kind(v) == JSON_KIND_OBJECT) {
		json_begin_object(w);
		json_for_each(v, write_member, w);
		json_end_object(w);
	} else {
		json_add_null(w);
	}
}

static struct text written(struct arena *a, const struct json *v)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 0, 1 << 24);
	w = (struct json_writer){.out = &b};
	write_value(&w, v);
	assert(!b.overflow);
	return buf_text(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_create(1 << 26);
	const struct json *v, *again;
	const struct fault *f;
	struct json_writer w;
	struct text first;
	struct buf b;

	f = json_parse(a, text_of((const char *)data, size), JSON_BODY_MAX, &v);
	if (f) {
		assert(f->message && text_is_utf8(text_from(f->message)));
	} else {
		first = written(a, v);
		f = json_parse(a, first, SIZE_MAX, &again);
		assert(!f);
		assert(text_equal(first, written(a, again)));
	}
	buf_init(&b, a, 0, size * 6 + 8);
	w = (struct json_writer){.out = &b};
	json_add_text(&w, text_of((const char *)data, size));
	assert(!b.overflow && text_is_utf8(buf_text(&b)));
	arena_destroy(a);
	return 0;
}
