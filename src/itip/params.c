/* params - parameters of one content line, set or taken out. See params.h. */
#include "itip/params.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/ical.h"

/* Cut the first parameter, its ';' included, off the rest. */
static struct text cut_param(struct text *rest)
{
	size_t end = 1;
	bool quoted = false;
	struct text param;

	for (; end < rest->len && (quoted || rest->at[end] != ';'); end++)
		quoted = quoted != (rest->at[end] == '"');
	param = text_sub(*rest, 0, end);
	*rest = text_sub(*rest, end, rest->len);
	return param;
}

static struct text param_name(struct text param)
{
	ptrdiff_t equals = text_find_char(param, '=', 0);

	return text_sub(param, 1, equals < 0 ? param.len : (size_t)equals - 1);
}

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
	struct text rest = l->params;
	bool *done = arena_alloc_array(a, count, sizeof(*done));
	struct buf b;

	buf_init(&b, a, l->end - l->begin + 64, 2 * ICAL_MAX_LINE_BYTES);
	buf_put_text(&b, l->name);
	while (rest.len > 0) {
		struct text param = cut_param(&rest), name = param_name(param);
		size_t i = 0;

		while (i < count && !text_equal_nocase(name, text_from(params[i].name)))
			i++;
		if (i == count) {
			buf_put_text(&b, param);
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
