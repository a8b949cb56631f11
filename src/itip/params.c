/* params - parameters of one content line, set or taken out. See params.h. */
#include "itip/params.h"

#include "base/arena.h"
#include "base/buf.h"
#include "ical/address.h"
#include "ical/ical.h"
#include "itip/told_priv.h"

static void put_param(struct buf *b, const struct itip_param *p)
{
	if (!p->value.at)
		return;
	buf_put_char(b, ';');
	buf_put_str(b, p->name);
	buf_put_char(b, '=');
	if (text_equal_nocase(text_from(p->name), TEXT("DELEGATED-TO")))
		buf_put_text(b, p->value);
	else
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

struct text itip_param_list(const struct ical_line *l, const char *name)
{
	struct text rest = l->params, found, raw;

	while (itip_next_param(&rest, &found, &raw))
		if (text_equal_nocase(found, text_from(name)))
			return text_sub(raw, found.len + 2, raw.len);
	return TEXT_NONE;
}

struct listing {
	struct text *at;
	size_t count, most;
};

static void list_address(struct text value, void *ctx)
{
	struct listing *l = ctx;

	if (l->count < l->most)
		l->at[l->count++] = value;
}

size_t itip_param_addresses(struct arena *a, const struct ical_line *l, const char *name,
			    struct text *out, size_t most)
{
	struct listing all = {.at = out, .most = most};

	ical_line_param_each(a, l, name, list_address, &all);
	return all.count;
}

struct search {
	struct arena *arena;
	struct text address;
	bool found;
};

static void match_address(struct text value, void *ctx)
{
	struct search *s = ctx;

	s->found = s->found || ical_address_is_among(s->arena, value, &s->address, 1);
}

bool itip_param_names(struct arena *a, const struct ical_line *l, const char *name,
		      struct text address)
{
	struct search s = {.arena = a, .address = address};

	ical_line_param_each(a, l, name, match_address, &s);
	return s.found;
}

struct text itip_replied_floor(struct arena *a, struct text replied)
{
	struct text sequence;

	if (replied.len == 0 || !text_next(&replied, '-', &sequence))
		return TEXT_NONE;
	return text_from(arena_printf(a, "%.*s-19691231T235959Z", TEXT_ARG(sequence)));
}
