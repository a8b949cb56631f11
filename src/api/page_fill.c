/* page_fill - a template with its marks filled in; see page.h */
#include "api/page.h"
#include "base/codec.h"

static void put_value(struct buf *out, struct text name, const struct page_value *values,
		      size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(name, text_from(values[i].name)))
			codec_put_html(out, values[i].value);
}

void page_fill(struct buf *out, struct text template, const struct page_value *values, size_t count)
{
	struct text rest = template;

	for (;;) {
		ptrdiff_t open = text_find(rest, TEXT("{{")), close;

		if (open < 0)
			break;
		buf_put(out, rest.at, (size_t)open);
		rest = text_sub(rest, (size_t)open + 2, rest.len);
		close = text_find(rest, TEXT("}}"));
		if (close < 0)
			break;
		put_value(out, text_sub(rest, 0, (size_t)close), values, count);
		rest = text_sub(rest, (size_t)close + 2, rest.len);
	}
	buf_put_text(out, rest);
}
