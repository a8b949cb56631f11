/* params - parameters of one content line, set or taken out. See params.h. */
#include "itip/params.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/ical.h"
#include "itip/told_priv.h"

static void put_param(struct buf *b, const struct itip_param *p)
{
	if (!p->value.at)
		return;
	buf_put_char(b, ';');
	buf_put_str(b, p->name);
	buf_put_char(b, '=');
	ical_put_param(b, p->value);
}

struct text itip_params_set(struct arena *a, const struct ical_line *l,
			    const struct itip_param *params, size_t count)
{
	struct text rest = l->params, name, raw;
	bool *done = arena_alloc_array(a, count, sizeof(*done));
	struct buf b;

	buf_init(&b, a, l->end - l->begin + 64, 2 * ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	while (itip_next_param(&rest, &name, &raw)) {
		size_t i = 0;

		while (i < count && !text_equal_nocase(name, text_from(params[i].name)))
			i++;
		if (i == count) {
			buf_put_text(&b, raw);
		} else if (!done[i]) {
			put_param(&b, &params[i]);
			done[i] = true;
		}
	}
	for (size_t i = 0; i < count; i++)
		if (!done[i])
			put_param(&b, &params[i]);
	buf_put_char(&b, ':');
	buf_put_text(&b, l->value);
	return buf_text(&b);
}

struct text itip_replied_floor(struct arena *a, struct text replied)
{
	struct text sequence;

	if (replied.len == 0 || !text_next(&replied, '-', &sequence))
		return TEXT_NONE;
	return text_from(arena_printf(a, "%.*s-19691231T235959Z", TEXT_ARG(sequence)));
}
