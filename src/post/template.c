/* template - see template.h */
#include "post/template.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"

enum node_kind { NODE_WORDS, NODE_NAME, NODE_IF, NODE_UNLESS };

struct node {
	enum node_kind kind;
	struct text text;   /* the words, or the name */
	struct node *first; /* of a section */
	struct node *next;
};

struct template
{
	struct node *first;
};

/* ---- parsing --------------------------------------------------------------------------------- */

/* A section that is open, and where its next node goes. */
struct open_section {
	struct node *node; /* NULL: the whole */
	int line;
	struct node **last;
};

struct parser {
	struct arena *arena;
	const char *file;
	int line;
	struct text source;
	size_t at;
	const char *const *names;
	struct open_section open[TEMPLATE_DEPTH + 1];
	size_t depth;
};

static const struct fault *refuse_at(struct parser *p, int line, const char *why, struct text about)
{
	const char *where = arena_printf(p->arena, "%s:%d", p->file, line);

	return fault_make(p->arena, FAULT_BAD_REQUEST, where, "%s: %s: {{%.*s}}.", where, why,
			  TEXT_ARG(about));
}

static const struct fault *refuse(struct parser *p, const char *why, struct text about)
{
	return refuse_at(p, p->line, why, about);
}

static struct node *add_node(struct parser *p, enum node_kind kind, struct text text)
{
	struct open_section *in = &p->open[p->depth];
	struct node *n = arena_alloc(p->arena, sizeof(*n));

	*n = (struct node){.kind = kind, .text = text};
	*in->last = n;
	in->last = &n->next;
	return n;
}

static void add_words(struct parser *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		p->line += p->source.at[i] == '\n';
	if (to > from)
		add_node(p, NODE_WORDS, text_of(p->source.at + from, to - from));
}

static bool is_name(struct text name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!((name.at[i] >= 'a' && name.at[i] <= 'z') || name.at[i] == '_'))
			return false;
	return name.len > 0;
}

static bool is_known(const struct parser *p, struct text name)
{
	for (const char *const *known = p->names; *known; known++)
		if (text_equal(name, text_from(*known)))
			return true;
	return false;
}

/* Where the line begins, if nothing but blanks stands between there and `at`; else `at`. */
static size_t line_before(const struct parser *p, size_t at, size_t least)
{
	size_t from = at;

	while (from > least && (p->source.at[from - 1] == ' ' || p->source.at[from - 1] == '\t'))
		from--;
	return from == 0 || p->source.at[from - 1] == '\n' ? from : at;
}

/* Past the end of the line, if nothing but blanks stands before it; else `at`. */
static size_t line_after(const struct parser *p, size_t at)
{
	size_t to = at;

	while (to < p->source.len && (p->source.at[to] == ' ' || p->source.at[to] == '\t'))
		to++;
	if (to == p->source.len)
		return to;
	return p->source.at[to] == '\n' ? to + 1 : at;
}

static const struct fault *open_section(struct parser *p, enum node_kind kind, struct text name)
{
	struct node *n;

	if (p->depth == TEMPLATE_DEPTH)
		return refuse(p, "too many sections within each other", name);
	n = add_node(p, kind, name);
	p->open[++p->depth] = (struct open_section){n, p->line, &n->first};
	return NULL;
}

static const struct fault *close_section(struct parser *p, struct text name)
{
	if (p->depth == 0 || !text_equal(p->open[p->depth].node->text, name))
		return refuse(p, "this section is not open here", name);
	p->depth--;
	return NULL;
}

static const struct fault *take_mark(struct parser *p, char sign, struct text name)
{
	if (sign == '!')
		return NULL;
	if (!is_name(name))
		return refuse(p, "this is no name", name);
	if (!is_known(p, name))
		return refuse(p, "nothing has this name here", name);
	if (sign == '#')
		return open_section(p, NODE_IF, name);
	if (sign == '^')
		return open_section(p, NODE_UNLESS, name);
	if (sign == '/')
		return close_section(p, name);
	add_node(p, NODE_NAME, name);
	return NULL;
}

/* From the words before the next mark to behind it; false in *more_out: there is none. */
static const struct fault *take_next(struct parser *p, bool *more_out)
{
	struct text rest = text_sub(p->source, p->at, p->source.len), inner;
	ptrdiff_t open = text_find(rest, TEXT("{{")), close;
	size_t begin, end, from, to;
	char sign = 0;
	const struct fault *f;

	*more_out = open >= 0;
	if (open < 0) {
		add_words(p, p->at, p->source.len);
		return NULL;
	}
	begin = p->at + (size_t)open;
	close = text_find(text_sub(p->source, begin, p->source.len), TEXT("}}"));
	inner = text_sub(p->source, begin + 2, close < 0 ? 20 : (size_t)close - 2);
	end = begin + (size_t)(close < 0 ? 0 : close) + 2;
	if (inner.len > 0 && strchr("#^/!", inner.at[0])) {
		sign = inner.at[0];
		inner = text_sub(inner, 1, inner.len);
	}
	from = sign ? line_before(p, begin, p->at) : begin;
	to = sign && (from == 0 || p->source.at[from - 1] == '\n') ? line_after(p, end) : end;
	if (to == end)
		from = begin;
	add_words(p, p->at, from);
	if (close < 0)
		return refuse(p, "this is not closed", text_trim(inner));
	f = take_mark(p, sign, text_trim(inner));
	for (size_t i = from; i < to; i++)
		p->line += p->source.at[i] == '\n';
	p->at = to;
	return f;
}

const struct fault *template_parse(struct arena *a, const char *file, int line, struct text source,
				   const char *const *names, const struct template **out)
{
	struct template *t = arena_alloc(a, sizeof(*t));
	struct parser p = {
		.arena = a, .file = file, .line = line, .source = source, .names = names};
	bool more = true;
	const struct fault *f = NULL;

	p.open[0].last = &t->first;
	if (!text_is_utf8(source))
		return refuse(&p, "this is not UTF-8", TEXT_NONE);
	while (!f && more) {
		f = arena_check(a);
		if (!f)
			f = take_next(&p, &more);
	}
	if (!f && p.depth > 0)
		f = refuse_at(&p, p.open[p.depth].line, "this section is not closed",
			      p.open[p.depth].node->text);
	*out = t;
	return f;
}

/* ---- filling in ------------------------------------------------------------------------------ */

struct render {
	struct buf *out;
	enum template_kind kind;
	const struct template_values *around[TEMPLATE_DEPTH + 1];
	size_t depth;
};

static const struct template_value *find_value(const struct render *r, struct text name)
{
	for (size_t i = r->depth + 1; i-- > 0;)
		for (size_t j = 0; j < r->around[i]->count; j++)
			if (text_equal(name, text_from(r->around[i]->at[j].name)))
				return &r->around[i]->at[j];
	return NULL;
}

/* On one line, and only what can be read as it stands. */
static void put_value(struct render *r, struct text value)
{
	if (!text_is_utf8(value))
		return;
	while (value.len > 0) {
		struct text before = value;
		uint32_t c = text_cut_char(&value);
		struct text one = text_of(before.at, before.len - value.len);

		if (!text_char_is_plain(c))
			one = TEXT(" ");
		if (r->kind == TEMPLATE_HTML)
			codec_put_html(r->out, one);
		else
			buf_put_text(r->out, one);
	}
}

static void render_nodes(struct render *r, const struct node *n);

static void render_list(struct render *r, const struct node *n, const struct template_value *v)
{
	r->depth++;
	for (size_t i = 0; i < v->list_count && !r->out->overflow; i++) {
		r->around[r->depth] = &v->list[i];
		render_nodes(r, n->first);
	}
	r->depth--;
}

static void render_node(struct render *r, const struct node *n)
{
	const struct template_value *v = n->kind == NODE_WORDS ? NULL : find_value(r, n->text);
	bool is_there = v && (v->text.len > 0 || v->list_count > 0);

	if (n->kind == NODE_WORDS)
		buf_put_text(r->out, n->text);
	else if (n->kind == NODE_NAME && v)
		put_value(r, v->text);
	else if (n->kind == NODE_IF && is_there && v->list_count > 0)
		render_list(r, n, v);
	else if ((n->kind == NODE_IF && is_there) || (n->kind == NODE_UNLESS && !is_there))
		render_nodes(r, n->first);
}

/* As deep as sections are within each other, which is bounded. */
static void render_nodes(struct render *r, const struct node *n)
{
	for (; n && !r->out->overflow; n = n->next)
		render_node(r, n);
}

const struct fault *template_render(struct arena *a, const struct template *t,
				    enum template_kind kind, const struct template_values *values,
				    struct text *out)
{
	struct buf b;
	struct render r = {.out = &b, .kind = kind, .around = {values}};

	buf_init(&b, a, 256, TEMPLATE_SAYS_MAX);
	render_nodes(&r, t->first);
	*out = buf_text(&b);
	if (b.overflow)
		return fault_make(a, FAULT_BODY_TOO_LARGE, NULL, "This letter would be too long.");
	return arena_check(a);
}
