/*
 * compose - the header, and the parts in the order that mail programs look for
 *
 * The calendar is the last of the alternatives, so that who knows it prefers it, and has no
 * disposition: as an attachment alone, Gmail and Outlook show no card (RFC 6047 §2.4).
 * The attachment is for those that know no text/calendar.
 */
#include "mail/compose.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "base/secret.h"
#include "ical/time.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/mime.h"

enum { WORD_MAX = 20, LINK_MAX = 900 };

struct part {
	const char *fields; /* all of its header but the encoding */
	const char *encoding;
	mime_put_fn put;
	struct text body;
};

/* ---- judging ----------------------------------------------------------------------------- */

static const struct fault *check_address(struct arena *a, const char *what, struct text address)
{
	if (email_is_valid(address))
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, what, "This is no mail address.");
}

/* It stands in a header field as it is (RFC 2369 §2). */
static const struct fault *check_link(struct arena *a, struct text link)
{
	bool well = link.len <= LINK_MAX;

	for (size_t i = 0; i < link.len; i++)
		well = well && link.at[i] > ' ' && link.at[i] < 0x7F && link.at[i] != '<' &&
		       link.at[i] != '>';
	if (well)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, "unsubscribe", "This is no address of a page.");
}

/* A METHOD or the name of a component, which stand in a field as they are. */
static const struct fault *check_word(struct arena *a, const char *what, struct text word)
{
	bool well = word.len > 0 && word.len <= WORD_MAX;

	for (size_t i = 0; i < word.len; i++)
		well = well && word.at[i] >= 'A' && word.at[i] <= 'Z';
	if (well)
		return NULL;
	return fault_make(a, FAULT_UNPROCESSABLE, what, "This is no word of iTIP.");
}

static const struct fault *check(struct arena *a, const struct mail_message *m)
{
	const struct fault *f = check_address(a, "from", m->from.address);

	if (!f)
		f = check_address(a, "to", m->to.address);
	if (!f && m->reply_to.address.len > 0)
		f = check_address(a, "reply-to", m->reply_to.address);
	if (!f)
		f = check_address(a, "message-id", m->message_id);
	if (!f && m->in_reply_to.len > 0)
		f = check_address(a, "in-reply-to", m->in_reply_to);
	if (!f && m->unsubscribe.len > 0)
		f = check_link(a, m->unsubscribe);
	if (!f && m->calendar.len > 0)
		f = check_word(a, "method", m->method);
	if (!f && m->calendar.len > 0)
		f = check_word(a, "component", m->component);
	if (!f && (m->date < TIME_MIN || m->date >= TIME_MAX))
		f = fault_make(a, FAULT_UNPROCESSABLE, "date", "This date cannot be written.");
	return f;
}

/* ---- writing ----------------------------------------------------------------------------- */

static void put_address(struct buf *b, const char *field, const struct mail_address *address)
{
	header_put_address(b, field, address->name,
			   mail_address_to_ascii(b->arena, address->address));
}

static void put_id(struct buf *b, const char *field, struct text id)
{
	header_put_id(b, field, mail_address_to_ascii(b->arena, id));
}

/* With one click only where that goes over TLS (RFC 8058 §3.1). */
static void put_unsubscribe(struct buf *b, struct text link)
{
	if (link.len == 0)
		return;
	buf_printf(b, "List-Unsubscribe: <%.*s>\r\n", TEXT_ARG(link));
	if (text_starts(link, TEXT("https://")))
		buf_put_lit(b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

static void put_header(struct buf *b, const struct mail_message *m)
{
	header_put_date(b, "Date", m->date);
	put_address(b, "From", &m->from);
	put_address(b, "To", &m->to);
	if (m->reply_to.address.len > 0)
		put_address(b, "Reply-To", &m->reply_to);
	header_put_text(b, "Subject", m->subject);
	put_id(b, "Message-ID", m->message_id);
	if (m->in_reply_to.len > 0) {
		put_id(b, "In-Reply-To", m->in_reply_to);
		put_id(b, "References", m->in_reply_to);
	}
	put_unsubscribe(b, m->unsubscribe);
	buf_put_lit(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

static void put_multipart(struct buf *b, const char *kind, struct text boundary)
{
	/* On a line of its own: the boundary is long. */
	buf_printf(b, "Content-Type: multipart/%s;\r\n boundary=\"%.*s\"\r\n", kind,
		   TEXT_ARG(boundary));
}

static void put_boundary(struct buf *b, struct text boundary, bool last)
{
	buf_printf(b, "\r\n--%.*s%s\r\n", TEXT_ARG(boundary), last ? "--" : "");
}

static void put_part(struct buf *b, struct text boundary, const struct part *p)
{
	put_boundary(b, boundary, false);
	buf_printf(b, "%sContent-Transfer-Encoding: %s\r\n\r\n", p->fields, p->encoding);
	p->put(b, mime_canonical(b->arena, p->body));
}

static void put_alternatives(struct buf *b, const struct mail_message *m, struct text boundary)
{
	const struct part plain = {"Content-Type: text/plain; charset=UTF-8\r\n",
				   "quoted-printable", mime_put_quoted_printable, m->text};
	const struct part html = {"Content-Type: text/html; charset=UTF-8\r\n", "quoted-printable",
				  mime_put_quoted_printable, m->html};
	const struct part calendar = {
		arena_printf(b->arena,
			     "Content-Type: text/calendar; method=%.*s; charset=UTF-8;\r\n"
			     " component=%.*s\r\n",
			     TEXT_ARG(m->method), TEXT_ARG(m->component)),
		"base64", mime_put_base64, m->calendar};

	put_multipart(b, "alternative", boundary);
	put_part(b, boundary, &plain);
	if (m->html.len > 0)
		put_part(b, boundary, &html);
	if (m->calendar.len > 0)
		put_part(b, boundary, &calendar);
	put_boundary(b, boundary, true);
}

/*
 * The same for the same message, so that a second delivery is the same mail. "=_" is in no
 * encoded line (mime.h), and neither of the two begins with the other.
 */
static struct text make_boundary(struct arena *a, const char *kind, struct text message_id)
{
	struct text digest = secret_digest_hex(a, message_id);

	return text_from(arena_printf(a, "=_%s_%.*s", kind, TEXT_ARG(digest)));
}

static void put_body(struct buf *b, const struct mail_message *m)
{
	struct text mixed = make_boundary(b->arena, "mixed", m->message_id);
	struct text alternative = make_boundary(b->arena, "alternative", m->message_id);
	const struct part attachment = {
		"Content-Type: application/ics; name=\"invite.ics\"\r\n"
		"Content-Disposition: attachment; filename=\"invite.ics\"\r\n",
		"base64", mime_put_base64, m->calendar};

	put_multipart(b, "mixed", mixed);
	put_boundary(b, mixed, false);
	put_alternatives(b, m, alternative);
	put_part(b, mixed, &attachment);
	put_boundary(b, mixed, true);
}

/* A mail that asks for nothing is a text, as a page too where there is one. */
static void put_words(struct buf *b, const struct mail_message *m)
{
	if (m->html.len > 0) {
		put_alternatives(b, m, make_boundary(b->arena, "alternative", m->message_id));
		return;
	}
	buf_put_lit(b, "Content-Type: text/plain; charset=UTF-8\r\n"
		       "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	mime_put_quoted_printable(b, mime_canonical(b->arena, m->text));
}

const struct fault *mail_compose(struct arena *a, const struct mail_message *m, struct text *out)
{
	const struct fault *f = check(a, m);
	struct buf b;

	if (f)
		return f;
	buf_init(&b, a, 16 * 1024, MAIL_MESSAGE_MAX);
	put_header(&b, m);
	if (m->calendar.len > 0)
		put_body(&b, m);
	else
		put_words(&b, m);
	if (b.overflow)
		return fault_make(a, FAULT_BODY_TOO_LARGE, NULL,
				  "The mail would be larger than %d octets.", MAIL_MESSAGE_MAX);
	*out = buf_text(&b);
	return arena_check(a);
}
