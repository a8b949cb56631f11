/* if - the If header: read and judged. See if.h. */

#include "dav/if.h"

#include "base/arena.h"

/* ---- read (§10.4.2) -------------------------------------------------------------------------- */

struct cursor {
	struct text rest;
};

static void skip_blanks(struct cursor *c)
{
	while (c->rest.len > 0 && (c->rest.at[0] == ' ' || c->rest.at[0] == '\t'))
		c->rest = text_sub(c->rest, 1, c->rest.len);
}

/* Take this character, and blanks before it. */
static bool take(struct cursor *c, char wanted)
{
	skip_blanks(c);
	if (c->rest.len == 0 || c->rest.at[0] != wanted)
		return false;
	c->rest = text_sub(c->rest, 1, c->rest.len);
	return true;
}

/* What stands before `end`, which is taken too; false: it never comes, or there is nothing. */
static bool take_until(struct cursor *c, char end, struct text *out)
{
	ptrdiff_t at = text_find_char(c->rest, end, 0);

	if (at <= 0)
		return false;
	*out = text_sub(c->rest, 0, (size_t)at);
	c->rest = text_sub(c->rest, (size_t)at + 1, c->rest.len);
	return true;
}

/* The rest of "<…>": a URI reference has no blanks. */
static bool take_uri(struct cursor *c, struct text *out)
{
	return take_until(c, '>', out) && text_find_char(*out, ' ', 0) < 0 &&
	       text_find_char(*out, '\t', 0) < 0 && text_find_char(*out, '<', 0) < 0;
}

/*
 * The rest of "["…"]" or "[W/"…"]", without blanks around the tag. The server's tags are made of
 * the bytes, so those that differ by W/ alone are of the same bytes: the comparison may be the weak
 * one (§10.4.4).
 */
static bool take_etag(struct cursor *c, struct text *out)
{
	if (text_starts(c->rest, TEXT("W/")))
		c->rest = text_sub(c->rest, 2, c->rest.len);
	if (!text_starts(c->rest, TEXT("\"")))
		return false;
	c->rest = text_sub(c->rest, 1, c->rest.len);
	if (text_starts(c->rest, TEXT("\"]"))) {
		*out = TEXT("");
		c->rest = text_sub(c->rest, 1, c->rest.len);
	} else if (!take_until(c, '"', out)) {
		return false;
	}
	if (!text_starts(c->rest, TEXT("]")))
		return false;
	c->rest = text_sub(c->rest, 1, c->rest.len);
	return true;
}

static bool take_not(struct cursor *c)
{
	skip_blanks(c);
	if (!text_starts_nocase(c->rest, TEXT("Not")))
		return false;
	c->rest = text_sub(c->rest, 3, c->rest.len);
	return true;
}

/* A state token is an absolute URI: it names a scheme. */
static bool take_condition(struct cursor *c, struct dav_if_condition *out)
{
	out->negated = take_not(c);
	out->is_etag = take(c, '[');
	if (out->is_etag)
		return take_etag(c, &out->value);
	return take(c, '<') && take_uri(c, &out->value) && text_find_char(out->value, ':', 0) > 0;
}

/* What is being read: conditions of all lists stand one behind the other. */
struct reading {
	struct cursor cursor;
	struct dav_if *out;
	struct dav_if_condition *conditions;
	size_t count;
};

/* The rest of "(…)". */
static bool take_list(struct reading *r, struct text resource)
{
	struct dav_if_list *list = &r->out->lists[r->out->list_count++];
	size_t first = r->count;

	do {
		struct dav_if_condition *condition = &r->conditions[r->count];

		if (r->count == DAV_IF_CONDITIONS_MAX || !take_condition(&r->cursor, condition))
			return false;
		if (!condition->is_etag)
			r->out->tokens[r->out->token_count++] = condition->value;
		r->count++;
	} while (!take(&r->cursor, ')'));
	*list = (struct dav_if_list){resource, r->conditions + first, r->count - first};
	return true;
}

static bool take_lists(struct reading *r, struct text resource)
{
	size_t before = r->out->list_count;

	while (take(&r->cursor, '('))
		if (r->count == DAV_IF_CONDITIONS_MAX || !take_list(r, resource))
			return false;
	return r->out->list_count > before;
}

bool dav_if_parse(struct arena *a, struct text header, struct dav_if *out)
{
	struct reading r = {
		.cursor = {header},
		.out = out,
		.conditions = arena_alloc_array(a, DAV_IF_CONDITIONS_MAX, sizeof(*r.conditions)),
	};
	struct text resource;
	bool is_tagged = take(&r.cursor, '<');

	*out = (struct dav_if){
		.lists = arena_alloc_array(a, DAV_IF_CONDITIONS_MAX, sizeof(*out->lists)),
		.tokens = arena_alloc_array(a, DAV_IF_CONDITIONS_MAX, sizeof(*out->tokens)),
	};
	if (!is_tagged && !take_lists(&r, TEXT_NONE))
		return false;
	/* Lists with and without a tag are not mixed. */
	while (is_tagged) {
		if (!take_uri(&r.cursor, &resource) || !take_lists(&r, resource))
			return false;
		is_tagged = take(&r.cursor, '<');
	}
	skip_blanks(&r.cursor);
	return r.cursor.rest.len == 0;
}

/* ---- judged (§10.4.3) --------------------------------------------------------------------------
 */

static const struct fault *judge_list(const struct dav_if_list *list, dav_if_match_fn match,
				      void *ctx, bool *holds_out)
{
	*holds_out = true;
	for (size_t i = 0; i < list->count && *holds_out; i++) {
		const struct dav_if_condition *c = &list->conditions[i];
		const struct fault *f = match(ctx, list->resource, c, holds_out);

		if (f)
			return f;
		*holds_out = *holds_out != c->negated;
	}
	return NULL;
}

const struct fault *dav_if_judge(const struct dav_if *condition, dav_if_match_fn match, void *ctx,
				 bool *holds_out)
{
	const struct fault *f = NULL;

	*holds_out = false;
	for (size_t i = 0; i < condition->list_count && !*holds_out && !f; i++)
		f = judge_list(&condition->lists[i], match, ctx, holds_out);
	return f;
}
