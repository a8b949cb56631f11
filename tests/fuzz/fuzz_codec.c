/* Any bytes: what is decoded is encoded the same again, and the reverse. */
#include <assert.h>

#include "base/arena.h"
#include "base/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_base64(struct arena *a, struct text in, bool url)
{
	size_t len = in.len;
	char *out = arena_alloc(a, in.len + 1);
	struct buf b;

	if (!(url ? codec_base64url_decode(in, out, &len) : codec_base64_decode(in, out, &len)))
		return;
	buf_init(&b, a, 0, in.len + 8);
	if (url)
		codec_put_base64url(&b, out, len);
	else
		codec_put_base64(&b, out, len);
	assert(text_equal(buf_text(&b), in));
}

static void try_encode(struct arena *a, struct text in)
{
	char *out = arena_alloc(a, in.len + 1);
	size_t len = in.len;
	struct text back;
	struct buf b;

	buf_init(&b, a, 0, in.len * 2 + 8);
	codec_put_base64(&b, in.at, in.len);
	assert(codec_base64_decode(buf_text(&b), out, &len));
	assert(text_equal(text_of(out, len), in));

	buf_init(&b, a, 0, in.len * 2);
	codec_put_hex(&b, in.at, in.len);
	assert(codec_hex_decode(buf_text(&b), out, in.len));
	assert(text_equal(text_of(out, in.len), in));

	buf_init(&b, a, 0, in.len * 3);
	codec_put_segment(&b, in);
	if (text_is_utf8(in) && text_find_char(in, '\0', 0) < 0) {
		assert(codec_percent_decode(a, buf_text(&b), false, &back));
		assert(text_equal(back, in));
	} else {
		assert(!codec_percent_decode(a, buf_text(&b), false, &back));
	}
	buf_init(&b, a, 0, in.len * 6);
	codec_put_html(&b, in);
	assert(!b.overflow && text_find_char(buf_text(&b), '<', 0) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = text_of((const char *)data, size), out;
	struct arena *a = arena_create(1 << 26);

	try_base64(a, in, false);
	try_base64(a, in, true);
	try_encode(a, in);
	if (codec_percent_decode(a, in, true, &out))
		assert(text_is_utf8(out) && text_find_char(out, '\0', 0) < 0);
	arena_destroy(a);
	return 0;
}
