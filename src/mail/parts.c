/*
 * parts - multiparts within multiparts, messages within messages
 */
#include "mail/parts_priv.h"

#include "base/arena.h"
#include "mail/coding_priv.h"
#include "mail/content_priv.h"
#include "mail/fields_priv.h"
#include "mail/smime_priv.h"
#include "mail/tnef_calendar_priv.h"

enum {
	SIGNATURES_MAX = 4,
	DECODED_MAX = 2 * MAIL_READ_MAX, /* octets, of all parts together */
};

/* A part of a MIME tree, with what the parts around it say of it. */
struct entity {
	struct text header, body;
	struct text type;	  /* in lower case */
	struct text content_type; /* unfolded */
	const char *default_type; /* where it says none */
	int depth;
	bool is_forwarded;
	const struct mail_signature *signature;
};

struct walk {
	struct arena *a;
	struct mail_read *out;
	size_t decoded;
};

static const struct fault *read_entity(struct walk *w, const struct entity *outer,
				       struct text octets);

/* ---- leaves ------------------------------------------------------------------------------- */

static const struct fault *add_part(struct walk *w, struct mail_part part)
{
	if (w->out->part_count == MAIL_PARTS_MAX)
		return fault_make(w->a, FAULT_BAD_DATA, NULL, "This mail has more than %d parts.",
				  MAIL_PARTS_MAX);
	w->out->parts[w->out->part_count++] = part;
	return arena_check(w->a);
}

static struct text upper(struct arena *a, struct text t)
{
	char *copy = arena_copy(a, t.at, t.len);

	for (size_t i = 0; i < t.len; i++)
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 'a' + 'A');
	return text_of(copy, t.len);
}

static struct text file_name(struct arena *a, const struct entity *e)
{
	struct text disposition = field_find(a, e->header, "Content-Disposition");
	struct text name = content_param(a, disposition, "filename");

	return name.len > 0 ? name : content_param(a, e->content_type, "name");
}

static bool is_named(struct text file, const char *ending)
{
	size_t len = strlen(ending);

	return file.len >= len &&
	       text_equal_nocase(text_sub(file, file.len - len, len), text_from(ending));
}

/* Some attach a calendar as a file of no known type; its name is all that tells. */
static bool is_calendar(struct text type, struct text file)
{
	static const char *const types[] = {"text/calendar", "application/ics", "text/x-vcalendar",
					    "application/x-extension-ics"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (text_equal(type, text_from(types[i])))
			return true;
	return text_starts(type, TEXT("application/")) && is_named(file, ".ics");
}

static const struct fault *decode(struct walk *w, const struct entity *e, struct text *out)
{
	struct text coding = field_find(w->a, e->header, "Content-Transfer-Encoding");

	*out = coding_undo(w->a, content_value(w->a, coding), e->body);
	w->decoded += out->len;
	if (w->decoded > DECODED_MAX)
		return fault_make(w->a, FAULT_BODY_TOO_LARGE, NULL,
				  "The parts of this mail are larger than the mail may be.");
	return arena_check(w->a);
}

static const struct fault *decode_text(struct walk *w, const struct entity *e,
				       struct mail_part *part)
{
	struct text charset = content_param(w->a, e->content_type, "charset");

	if (part->is_calendar && part->body.len > MAIL_CALENDAR_MAX)
		return fault_make(w->a, FAULT_BAD_DATA, NULL,
				  "The calendar in this mail has more than %d octets.",
				  MAIL_CALENDAR_MAX);
	if (part->is_calendar || text_starts(part->type, TEXT("text/")))
		part->body =
			coding_to_utf8(w->a, charset, text_sub(part->body, 0, MAIL_CALENDAR_MAX));
	return NULL;
}

static bool is_tnef(const struct mail_part *p)
{
	return text_equal(p->type, TEXT("application/ms-tnef")) ||
	       text_equal(p->type, TEXT("application/vnd.ms-tnef")) ||
	       text_equal_nocase(p->file_name, TEXT("winmail.dat"));
}

/* Adds the calendar that is made of it, as the part after it. */
static const struct fault *open_tnef(struct walk *w, const struct mail_part *tnef)
{
	struct mail_part part = *tnef;

	w->out->tnef_why = tnef_calendar(w->a, tnef->body, w->out, &part.method, &part.body);
	if (w->out->tnef_why)
		return NULL;
	part.type = TEXT("text/calendar");
	part.file_name = TEXT_NONE;
	part.is_calendar = part.is_of_tnef = true;
	return add_part(w, part);
}

static const struct fault *read_leaf(struct walk *w, const struct entity *e)
{
	struct mail_part part = {
		.type = e->type,
		.method = upper(w->a, content_param(w->a, e->content_type, "method")),
		.file_name = file_name(w->a, e),
		.depth = e->depth,
		.is_forwarded = e->is_forwarded,
		.signature = e->signature,
	};
	const struct fault *fault = decode(w, e, &part.body);

	part.is_calendar = is_calendar(part.type, part.file_name);
	if (!fault)
		fault = decode_text(w, e, &part);
	if (!fault)
		fault = add_part(w, part);
	return !fault && is_tnef(&part) ? open_tnef(w, &part) : fault;
}

/* ---- messages within ---------------------------------------------------------------------- */

/* Listed itself as well, for its header: a report names the message that it returns. */
static const struct fault *read_message(struct walk *w, const struct entity *e)
{
	struct mail_part part = {
		.type = e->type,
		.depth = e->depth,
		.is_forwarded = e->is_forwarded,
		.signature = e->signature,
	};
	struct entity inner = *e;
	const struct fault *fault = decode(w, e, &part.body);

	if (!fault)
		fault = add_part(w, part);
	if (fault)
		return fault;
	inner.is_forwarded = true;
	inner.default_type = "text/plain";
	return read_entity(w, &inner, part.body);
}

/* ---- multiparts --------------------------------------------------------------------------- */

/* A line that parts what is before it from what is behind it. */
struct delimiter {
	size_t at, end;
	bool is_last;
};

/* RFC 2046 §5.1.1: "--" boundary, perhaps "--", and blanks that relays add. */
static bool read_delimiter(struct text t, size_t at, size_t len, struct delimiter *out)
{
	struct text rest = text_sub(t, at, t.len), line;

	if (at > 0 && t.at[at - 1] != '\n')
		return false;
	line_next(&rest, &line);
	*out = (struct delimiter){.at = at, .end = t.len - rest.len};
	line = text_sub(line, len, line.len);
	out->is_last = text_starts(line, TEXT("--"));
	return text_trim(text_sub(line, out->is_last ? 2 : 0, line.len)).len == 0;
}

/* The first one from an offset on; dashes is "--" with the boundary behind it. */
static bool find_delimiter(struct text t, size_t from, struct text dashes, struct delimiter *out)
{
	ptrdiff_t at;

	while ((at = text_find(text_sub(t, from, t.len), dashes)) >= 0) {
		if (read_delimiter(t, from + (size_t)at, dashes.len, out))
			return true;
		from += (size_t)at + 1;
	}
	return false;
}

/*
 * Cut the next part off *rest, which begins behind a delimiter. The line end before the next
 * delimiter is the delimiter's. *last_out: nothing comes after it.
 */
static struct text cut_part(struct text *rest, struct text dashes, bool *last_out)
{
	struct text part = *rest;
	struct delimiter d;

	*last_out = true;
	if (!find_delimiter(part, 0, dashes, &d)) {
		*rest = text_sub(part, part.len, 0);
		return part;
	}
	*last_out = d.is_last;
	*rest = text_sub(part, d.end, part.len);
	part.len = d.at;
	if (text_ends(part, TEXT("\n")))
		part.len--;
	if (text_ends(part, TEXT("\r")))
		part.len--;
	return part;
}

/* False: no such delimiter, which makes it no multipart. */
static bool skip_preamble(struct text *rest, struct text dashes)
{
	struct delimiter d = {.end = 0};

	do
		if (!find_delimiter(*rest, d.end, dashes, &d))
			return false;
	while (d.is_last);
	*rest = text_sub(*rest, d.end, rest->len);
	return true;
}

static bool is_pkcs7_signature(struct text type)
{
	return text_equal(type, TEXT("application/pkcs7-signature")) ||
	       text_equal(type, TEXT("application/x-pkcs7-signature"));
}

static struct mail_signature *add_signature(struct walk *w)
{
	struct mail_signature *s;

	if (w->out->signature_count == SIGNATURES_MAX)
		return NULL;
	s = arena_alloc(w->a, sizeof(*s));
	s->why = "Nobody looked at the signature of this mail.";
	w->out->signatures[w->out->signature_count++] = s;
	return s;
}

/* RFC 1847 §2.1: two parts, of which the second signs the first. */
static struct mail_signature *begin_signed(struct walk *w, const struct entity *e)
{
	struct text protocol = content_param(w->a, e->content_type, "protocol");

	if (!text_equal(e->type, TEXT("multipart/signed")) ||
	    !is_pkcs7_signature(text_lower(w->a, protocol)))
		return NULL;
	return add_signature(w);
}

/* The second part was read as any other; here it becomes what signs the first. */
static void end_signed(struct walk *w, struct mail_signature *s, size_t from)
{
	struct mail_part *last =
		w->out->part_count > from ? &w->out->parts[w->out->part_count - 1] : NULL;

	if (last && is_pkcs7_signature(last->type))
		s->der = last->body;
}

/* Its parts: rest begins behind the delimiter of the first. */
static const struct fault *read_multipart(struct walk *w, const struct entity *e, struct text rest,
					  struct text dashes)
{
	size_t from = w->out->part_count;
	struct mail_signature *s = begin_signed(w, e);
	struct entity inner = *e;
	bool last = false;

	inner.default_type =
		text_equal(e->type, TEXT("multipart/digest")) ? "message/rfc822" : "text/plain";
	for (size_t nth = 0; !last; nth++) {
		struct text part = cut_part(&rest, dashes, &last);
		const struct fault *fault;

		if (s && nth == 0) {
			s->octets = part;
			inner.signature = s;
		} else if (s) {
			inner.signature = e->signature;
		}
		fault = read_entity(w, &inner, part);
		if (fault)
			return fault;
	}
	if (s)
		end_signed(w, s, from);
	return NULL;
}

/* ---- signed-data (RFC 8551 §3.5.2) ---------------------------------------------------------- */

static bool is_pkcs7_mime(struct text type)
{
	return text_equal(type, TEXT("application/pkcs7-mime")) ||
	       text_equal(type, TEXT("application/x-pkcs7-mime"));
}

/* What is encrypted, or cannot be opened, is a leaf as any other. */
static const struct fault *read_pkcs7_mime(struct walk *w, const struct entity *e)
{
	struct entity inner = *e;
	struct text der, content;
	struct mail_signature *s;
	const struct fault *fault = decode(w, e, &der);

	if (fault)
		return fault;
	if (!smime_content(w->a, der, &content) || !(s = add_signature(w)))
		return read_leaf(w, e);
	s->is_enveloping = true;
	s->der = der;
	s->octets = content;
	inner.signature = s;
	inner.default_type = "text/plain";
	w->decoded += content.len;
	return read_entity(w, &inner, content);
}

/* ---- the tree ----------------------------------------------------------------------------- */

static bool is_message(struct text type)
{
	return text_equal(type, TEXT("message/rfc822")) || text_equal(type, TEXT("message/global"));
}

/* RFC 2045 §5.2: what cannot be read is text/plain. */
static void read_type(struct walk *w, struct entity *e)
{
	e->content_type = field_find(w->a, e->header, "Content-Type");
	e->type = content_value(w->a, e->content_type);
	if (text_find_char(e->type, '/', 0) < 0)
		e->type = text_from(e->default_type);
}

static const struct fault *read_by_type(struct walk *w, struct entity *e)
{
	struct text rest = e->body, boundary = TEXT_NONE, dashes;

	read_type(w, e);
	if (is_message(e->type))
		return read_message(w, e);
	if (is_pkcs7_mime(e->type))
		return read_pkcs7_mime(w, e);
	if (text_starts(e->type, TEXT("multipart/")))
		boundary = content_param(w->a, e->content_type, "boundary");
	dashes = text_from(arena_printf(w->a, "--%.*s", TEXT_ARG(boundary)));
	if (boundary.len > 0 && skip_preamble(&rest, dashes))
		return read_multipart(w, e, rest, dashes);
	return read_leaf(w, e);
}

static const struct fault *read_entity(struct walk *w, const struct entity *outer,
				       struct text octets)
{
	struct entity e = *outer;
	const struct fault *fault = header_split(w->a, octets, &e.header, &e.body);

	e.depth++;
	if (!fault && e.depth > MAIL_DEPTH_MAX)
		fault = fault_make(w->a, FAULT_BAD_DATA, NULL,
				   "The parts of this mail are nested more than %d deep.",
				   MAIL_DEPTH_MAX);
	return fault ? fault : read_by_type(w, &e);
}

const struct fault *parts_read(struct arena *a, struct text header, struct text body,
			       struct mail_read *out)
{
	struct walk w = {.a = a, .out = out};
	struct entity e = {.header = header, .body = body, .default_type = "text/plain"};
	const struct fault *fault;

	out->parts = arena_alloc_array(a, MAIL_PARTS_MAX, sizeof(*out->parts));
	out->signatures = arena_alloc_array(a, SIGNATURES_MAX, sizeof(struct mail_signature *));
	fault = read_by_type(&w, &e);
	if (fault)
		return fault;
	out->is_report = text_equal(e.type, TEXT("multipart/report")) &&
			 text_equal_nocase(content_param(a, e.content_type, "report-type"),
					   TEXT("delivery-status"));
	return NULL;
}
