/*
 * mailbox - one pass over the field, a mailbox at each comma
 */
#include "mail/mailbox_priv.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "mail/coding_priv.h"

/* A mailbox under way: what was read since the last comma. */
struct under_way {
	struct buf phrase;  /* all outside of brackets and comments; quotes kept in `bare` alone */
	struct buf bare;    /* the same, as an address would be written */
	struct buf angle;   /* within < > */
	struct buf comment; /* the last one, "a@b (Name)" */
	bool has_angle;
};

struct reading {
	struct arena *a;
	struct text rest;
	struct under_way now;
	struct mailbox *list;
	size_t count, max;
};

/* ---- addresses ---------------------------------------------------------------------------- */

static bool is_dot_string(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] != '.' && !email_is_atext((unsigned char)t.at[i]))
			return false;
	return t.len > 0;
}

/* The @ that parts local part and domain is the last one. */
static ptrdiff_t find_at(struct text t)
{
	for (size_t i = t.len; i > 0; i--)
		if (t.at[i - 1] == '@')
			return (ptrdiff_t)i - 1;
	return -1;
}

static struct text without_blanks(struct arena *a, struct text t)
{
	char *to = arena_alloc(a, t.len + 1);
	size_t len = 0;
	bool quoted = false;

	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == '"')
			quoted = !quoted;
		if (quoted || (t.at[i] != ' ' && t.at[i] != '\t'))
			to[len++] = t.at[i];
	}
	return text_of(to, len);
}

/* RFC 5322 §4.4: "@relay,@other:" before an address. */
static struct text without_route(struct text t)
{
	ptrdiff_t colon = text_find_char(t, ':', 0);

	return text_starts(t, TEXT("@")) && colon >= 0 ? text_sub(t, (size_t)colon + 1, t.len) : t;
}

struct text mailbox_address(struct arena *a, struct text raw)
{
	struct text t = text_trim(raw), local, domain;
	ptrdiff_t at;

	if (text_starts(t, TEXT("<")))
		t = text_sub(t, 1, t.len);
	if (text_ends(t, TEXT(">")))
		t.len--;
	t = without_route(without_blanks(a, t));
	at = find_at(t);
	if (at < 0)
		return coding_words(a, t);
	local = text_sub(t, 0, (size_t)at);
	domain = text_lower(a, text_sub(t, (size_t)at + 1, t.len));
	if (local.len > 2 && local.at[0] == '"' && text_ends(local, TEXT("\"")) &&
	    is_dot_string(text_sub(local, 1, local.len - 2)))
		local = text_sub(local, 1, local.len - 2);
	t = text_from(arena_printf(a, "%.*s@%.*s", TEXT_ARG(local), TEXT_ARG(domain)));
	return coding_to_utf8(a, TEXT_NONE, t);
}

/* ---- the pass ----------------------------------------------------------------------------- */

static void begin(struct reading *r)
{
	struct buf *all[] = {&r->now.phrase, &r->now.bare, &r->now.angle, &r->now.comment};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_cut(all[i], 0);
	r->now.has_angle = false;
}

static void end(struct reading *r)
{
	const struct under_way *u = &r->now;
	struct text raw = u->has_angle ? buf_text(&u->angle) : buf_text(&u->bare);
	struct text name = u->has_angle && text_trim(buf_text(&u->phrase)).len > 0
				   ? buf_text(&u->phrase)
				   : buf_text(&u->comment);
	struct text address = mailbox_address(r->a, raw);

	if (address.len > 0 && r->count < r->max)
		r->list[r->count++] = (struct mailbox){
			.name = coding_words(r->a, text_dup(r->a, name)), .address = address};
	begin(r);
}

static char cut_char(struct reading *r)
{
	char c = r->rest.at[0];

	r->rest = text_sub(r->rest, 1, r->rest.len);
	return c;
}

static void read_quoted(struct reading *r, struct buf *name)
{
	buf_put_char(&r->now.bare, '"');
	while (r->rest.len > 0) {
		char c = cut_char(r);

		if (c == '"')
			break;
		if (c == '\\' && r->rest.len > 0) {
			buf_put_char(&r->now.bare, c);
			c = cut_char(r);
		}
		buf_put_char(&r->now.bare, c);
		buf_put_char(name, c);
	}
	buf_put_char(&r->now.bare, '"');
}

static void read_comment(struct reading *r)
{
	size_t depth = 1;

	buf_cut(&r->now.comment, 0);
	while (r->rest.len > 0 && depth > 0) {
		char c = cut_char(r);

		if (c == '\\' && r->rest.len > 0)
			c = cut_char(r);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		if (depth > 0)
			buf_put_char(&r->now.comment, c);
	}
}

/* A quoted local part may hold a ">". */
static void read_angle(struct reading *r)
{
	bool quoted = false;

	r->now.has_angle = true;
	buf_cut(&r->now.angle, 0);
	while (r->rest.len > 0) {
		char c = cut_char(r);

		if (c == '"')
			quoted = !quoted;
		if (c == '>' && !quoted)
			break;
		buf_put_char(&r->now.angle, c);
	}
}

static void read_char(struct reading *r, char c)
{
	switch (c) {
	case '"': read_quoted(r, &r->now.phrase); break;
	case '(': read_comment(r); break;
	case '<': read_angle(r); break;
	case ':': /* the name of a group ends, its members begin (§3.4) */ begin(r); break;
	case ',':
	case ';': end(r); break;
	default: buf_put_char(&r->now.phrase, c); buf_put_char(&r->now.bare, c);
	}
}

static size_t count_ends(struct text t)
{
	size_t n = 1;

	for (size_t i = 0; i < t.len && n < MAILBOXES_MAX; i++)
		n += t.at[i] == ',' || t.at[i] == ';';
	return n;
}

struct mailbox *mailbox_list(struct arena *a, struct text unfolded, size_t *count_out)
{
	struct reading r = {.a = a, .rest = unfolded};
	struct buf *all[] = {&r.now.phrase, &r.now.bare, &r.now.angle, &r.now.comment};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_init(all[i], a, 64, 2 * unfolded.len + 2);
	r.max = count_ends(unfolded);
	r.list = arena_alloc_array(a, r.max, sizeof(*r.list));
	while (r.rest.len > 0)
		read_char(&r, cut_char(&r));
	end(&r);
	*count_out = r.count;
	return r.list;
}
