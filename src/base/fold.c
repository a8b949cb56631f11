/* fold - case folding of Unicode. See fold.h. */
#include "base/fold.h"

#include "base/buf.h"

/* Characters that become one other. */
static const struct range {
	uint32_t first, last, step;
	int32_t by;
} ranges[] = {
#define FOLD_RANGE(first, last, step, by) {first, last, step, by},
#include "base/fold.tbl.h"
#undef FOLD_RANGE
};

/* Those that become several; 0: no more. */
static const struct several {
	uint32_t from, to[3];
} severals[] = {
#define FOLD_TO(from, one, two, three) {from, {one, two, three}},
#include "base/fold.tbl.h"
#undef FOLD_TO
};

/* The last range that begins at or before c. */
static const struct range *range_of(uint32_t c)
{
	size_t low = 0, high = ARRAY_LEN(ranges);

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (ranges[middle].first <= c)
			low = middle;
		else
			high = middle;
	}
	return &ranges[low];
}

static uint32_t fold_alone(uint32_t c)
{
	const struct range *r = range_of(c);

	if (c < r->first || c > r->last || (c - r->first) % r->step != 0)
		return c;
	return (uint32_t)((int32_t)c + r->by);
}

static int compare_several(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key, from = ((const struct several *)row)->from;

	return (c > from) - (c < from);
}

static void put_folded(struct buf *out, uint32_t c)
{
	const struct several *s =
		bsearch(&c, severals, ARRAY_LEN(severals), sizeof(severals[0]), compare_several);

	if (!s) {
		buf_put_utf8(out, fold_alone(c));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(s->to) && s->to[i]; i++)
		buf_put_utf8(out, s->to[i]);
}

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.at[i] >= 0x80)
			return false;
	return true;
}

struct text text_fold(struct arena *a, struct text t)
{
	struct buf out;

	if (is_ascii(t) || !text_is_utf8(t))
		return text_lower(a, t);
	/* One character of two bytes becomes three of two at most. */
	buf_init(&out, a, t.len + 16, 3 * t.len);
	while (t.len > 0)
		put_folded(&out, text_cut_char(&t));
	return buf_text(&out);
}
