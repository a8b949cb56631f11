/* query - see query.h */
#include "api/query.h"

#include "base/arena.h"
#include "base/codec.h"

static const struct query_param *find_param(const struct query_param *params, size_t count,
					    struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(params[i].name, name))
			return &params[i];
	return NULL;
}

/* Most values have nothing to decode. */
static bool decode(struct arena *a, struct text raw, struct text *out)
{
	*out = raw;
	for (size_t i = 0; i < raw.len; i++)
		if (raw.at[i] == '%' || raw.at[i] == '+' || (unsigned char)raw.at[i] >= 0x80)
			return codec_percent_decode(a, raw, true, out);
	return true;
}

const struct fault *query_read(struct arena *a, struct text query, const struct query_param *params,
			       size_t count)
{
	struct text rest = query, part;

	for (size_t i = 0; i < count; i++)
		*params[i].out = TEXT_NONE;
	while (text_next(&rest, '&', &part)) {
		ptrdiff_t sign = text_find_char(part, '=', 0);
		const struct query_param *p;

		if (sign < 0)
			continue;
		p = find_param(params, count, text_sub(part, 0, (size_t)sign));
		if (!p || p->out->at)
			continue;
		if (!decode(a, text_sub(part, (size_t)sign + 1, part.len), p->out))
			return fault_make(a, FAULT_BAD_REQUEST, text_cstr(a, p->name),
					  "The parameter is not percent-encoded UTF-8.");
	}
	return NULL;
}
