/*
 * auth_results - what the receiving server found out about a sender (RFC 8601)
 *
 * Which fields are believed: those of the named server only, from the top of the header down to
 * the first Received field that a server of another domain wrote, or that stands below
 * a field which was believed. Whatever a sender writes stands further down than what the border
 * server adds, and §5 has that server take away fields in its own name. So a forged field could
 * count only where a server is named that neither adds results of its own nor takes away others'.
 *
 * Alignment is the relaxed one of RFC 7489 §3.1, without a list of public suffixes: the same
 * domain, or one below the other, which has two labels at least. Two hosts of one
 * organisation are not aligned by that, which errs on the side of asking.
 */
#include "base/arena.h"
#include "mail/content_priv.h"
#include "mail/fields_priv.h"
#include "mail/mailbox_priv.h"
#include "mail/read.h"

/* "dkim=pass header.d=example.org": one resinfo of §2.2. */
struct result {
	struct text method, verdict;
	struct text properties;
};

/* Whom it is asked about, and what was found. */
struct question {
	struct text domain;
	bool is_from; /* DMARC is about From alone; DKIM and SPF also about Sender */
	bool pass, fail;
};

/* ---- domains ------------------------------------------------------------------------------ */

static struct text domain_of(struct text address)
{
	struct text domain = address;
	ptrdiff_t at;

	while ((at = text_find_char(domain, '@', 0)) >= 0)
		domain = text_sub(domain, (size_t)at + 1, domain.len);
	if (text_ends(domain, TEXT(".")))
		domain.len--;
	return domain;
}

static bool is_below(struct text domain, struct text above)
{
	size_t more = domain.len - above.len;

	return domain.len > above.len && text_find_char(above, '.', 0) > 0 &&
	       domain.at[more - 1] == '.' &&
	       text_equal_nocase(text_sub(domain, more, above.len), above);
}

static bool is_aligned(struct text one, struct text other)
{
	if (one.len == 0 || other.len == 0)
		return false;
	return text_equal_nocase(one, other) || is_below(one, other) || is_below(other, one);
}

/* ---- one field ---------------------------------------------------------------------------- */

/* As text_next(), but for separators within quotes. */
static bool next_outside_quotes(struct text *rest, char separator, struct text *out)
{
	bool quoted = false;
	size_t i = 0;

	if (!rest->at)
		return false;
	for (; i < rest->len && (quoted || rest->at[i] != separator); i++) {
		if (rest->at[i] == '\\' && quoted && i + 1 < rest->len)
			i++;
		else if (rest->at[i] == '"')
			quoted = !quoted;
	}
	*out = text_trim(text_sub(*rest, 0, i));
	*rest = i < rest->len ? text_sub(*rest, i + 1, rest->len) : TEXT_NONE;
	return true;
}

static struct text without_quotes(struct text t)
{
	return t.len >= 2 && t.at[0] == '"' && t.at[t.len - 1] == '"' ? text_sub(t, 1, t.len - 2)
								      : t;
}

/* The id may have a version behind it (§2.2), of which 1 is the only one. */
static bool is_by(struct text id_and_version, struct text server)
{
	struct text id = TEXT_NONE, version = TEXT_NONE;

	return next_outside_quotes(&id_and_version, ' ', &id) &&
	       text_equal_nocase(without_quotes(id), server) &&
	       (!next_outside_quotes(&id_and_version, ' ', &version) || version.len == 0 ||
		text_equal(version, TEXT("1")));
}

/* The value of "ptype.property"; comments are gone, blanks around "=" are allowed. */
static struct text property(struct text properties, const char *name)
{
	size_t len = strlen(name);
	struct text word;

	while (next_outside_quotes(&properties, ' ', &word))
		if (text_starts_nocase(word, text_from(name)) && word.len > len &&
		    word.at[len] == '=')
			return without_quotes(text_sub(word, len + 1, word.len));
	return TEXT_NONE;
}

/* Blanks on both sides of "=" and "." are none, as each word is then a whole. */
static struct text join_words(struct arena *a, struct text t)
{
	char *to = arena_alloc(a, t.len + 1);
	size_t len = 0;
	bool quoted = false;

	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] == '"')
			quoted = !quoted;
		if (!quoted && t.at[i] == '=')
			while (len > 0 && to[len - 1] == ' ')
				len--;
		if (!quoted && t.at[i] == ' ' && len > 0 && to[len - 1] == '=')
			continue;
		to[len++] = t.at[i];
	}
	return text_of(to, len);
}

static bool read_result(struct text t, struct result *out)
{
	struct text word;
	ptrdiff_t equal, slash;

	out->properties = t;
	if (!next_outside_quotes(&out->properties, ' ', &word))
		return false;
	equal = text_find_char(word, '=', 0);
	if (equal <= 0)
		return false;
	out->method = text_sub(word, 0, (size_t)equal);
	out->verdict = text_sub(word, (size_t)equal + 1, word.len);
	slash = text_find_char(out->method, '/', 0); /* a version of the method */
	if (slash >= 0)
		out->method.len = (size_t)slash;
	return true;
}

/*
 * Each method, and the properties that say of which domain it speaks (§2.7). DMARC is about From,
 * which it need not say, and its failure is; DKIM and SPF fail on the way without anybody's guilt.
 */
static const struct {
	const char *method;
	const char *properties[2];
	bool is_about_from;
} methods[] = {
	{"dmarc", {"header.from", NULL}, true},
	{"dkim", {"header.d", "header.i"}, false},
	{"spf", {"smtp.mailfrom", "smtp.mail"}, false},
};

static void judge(const struct result *r, struct question *q)
{
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		struct text domain = TEXT_NONE;

		if (!text_equal_nocase(r->method, text_from(methods[i].method)))
			continue;
		for (size_t k = 0; k < 2 && domain.len == 0 && methods[i].properties[k]; k++)
			domain = domain_of(property(r->properties, methods[i].properties[k]));
		if (!is_aligned(domain, q->domain) &&
		    !(domain.len == 0 && methods[i].is_about_from))
			continue;
		q->pass |= (q->is_from || !methods[i].is_about_from) &&
			   text_equal_nocase(r->verdict, TEXT("pass"));
		q->fail |= methods[i].is_about_from && text_equal_nocase(r->verdict, TEXT("fail"));
	}
}

/* True: the field is of this server. One with a comment without an end says nothing. */
static bool read_field(struct arena *a, struct text value, struct text server, struct question *q)
{
	struct text rest, part;
	struct result r;

	if (!content_strip_comments(a, field_unfold(a, value), &rest) ||
	    !next_outside_quotes(&rest, ';', &part) || !is_by(part, server))
		return false;
	while (next_outside_quotes(&rest, ';', &part))
		if (read_result(join_words(a, part), &r))
			judge(&r, q);
	return true;
}

/* ---- which fields are believed ------------------------------------------------------------- */

/* The host that wrote a Received field: what follows "by" (RFC 5321 §4.4); empty: it says none. */
static struct text received_by(struct arena *a, struct text value)
{
	struct text rest, word;
	bool by = false;

	content_strip_comments(a, field_unfold(a, value), &rest);
	while (text_next(&rest, ' ', &word)) {
		if (by && word.len > 0)
			return word;
		by |= text_equal_nocase(word, TEXT("by"));
	}
	return TEXT_NONE;
}

/* Of the named server's domain, or a name within a house: no dot, or an address. */
static bool is_of_house(struct text host, struct text server)
{
	ptrdiff_t dot = text_find_char(server, '.', 0);
	struct text above = dot > 0 ? text_sub(server, (size_t)dot + 1, server.len) : server;

	if (text_find_char(host, '.', 0) < 0 || text_find_char(host, ':', 0) >= 0 ||
	    text_starts(host, TEXT("[")))
		return true;
	return is_aligned(host, server) || text_equal_nocase(host, above) || is_below(host, above);
}

static void read_results(struct arena *a, struct text header, struct text server,
			 struct question *q)
{
	bool believed = false;
	struct field f;

	while (field_next(&header, &f)) {
		if (field_is(&f, "Received") &&
		    (believed || !is_of_house(received_by(a, f.value), server)))
			return;
		if (field_is(&f, "Authentication-Results"))
			believed |= read_field(a, f.value, server, q);
	}
}

/* Is it the one address in all fields of this name? Of several nobody knows which one is meant. */
static bool is_only(struct arena *a, struct text header, const char *name, struct text address)
{
	size_t all = 0;
	struct field f;

	while (field_next(&header, &f)) {
		const struct mailbox *list;
		size_t count;

		if (!field_is(&f, name))
			continue;
		list = mailbox_list(a, field_unfold(a, f.value), &count);
		if (count != 1 || !text_equal_nocase(list[0].address, address))
			return false;
		all++;
	}
	return all == 1;
}

enum mail_verdict mail_authentication(struct arena *a, struct text message, struct text server,
				      struct text address)
{
	struct question q = {.domain = domain_of(address)};
	struct text header, body;

	if (server.len == 0 || address.len == 0 || header_split(a, message, &header, &body))
		return MAIL_UNKNOWN;
	q.is_from = is_only(a, header, "From", address);
	if (!q.is_from && !is_only(a, header, "Sender", address))
		return MAIL_UNKNOWN;
	read_results(a, header, server, &q);
	if (q.fail)
		return MAIL_FAIL;
	return q.pass ? MAIL_PASS : MAIL_UNKNOWN;
}
