/*
 * dsn - reports that mail did not arrive
 *
 * RFC 3464, as it is written and as it is sent: a group of fields for each recipient, whichever
 * group has a recipient in it; RFC 6533 with its addresses in UTF-8. Besides it two forms
 * from before, which servers still send: qmail's text and Exim's field.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "mail/coding_priv.h"
#include "mail/fields_priv.h"
#include "mail/mailbox_priv.h"
#include "mail/read.h"

enum { ROWS_MAX = 1000 };

/* ---- RFC 3464 ----------------------------------------------------------------------------- */

/* What follows "type;" (RFC 3464 §2.1.2). */
static struct text after_type(struct text value, struct text *type_out)
{
	ptrdiff_t semicolon = text_find_char(value, ';', 0);

	*type_out = semicolon < 0 ? TEXT_NONE : text_trim(text_sub(value, 0, (size_t)semicolon));
	return text_trim(text_sub(value, (size_t)(semicolon + 1), value.len));
}

/* One "\x{1F600}" at the beginning of t; how long it is, or 0. */
static size_t read_embedded(struct text t, uint32_t *out)
{
	size_t i = 3;

	if (!text_starts(t, TEXT("\\x{")))
		return 0;
	*out = 0;
	for (; i < t.len && i < 9 && coding_hex(t.at[i]) >= 0; i++)
		*out = *out << 4 | (uint32_t)coding_hex(t.at[i]);
	return i > 3 && i < t.len && t.at[i] == '}' ? i + 1 : 0;
}

/* RFC 6533 §3: utf-8-addr-xtext and utf-8-addr-unitext. What makes no character is mended. */
static struct text undo_unitext(struct arena *a, struct text t)
{
	struct buf out;

	buf_init(&out, a, t.len + 1, t.len + 1);
	while (t.len > 0) {
		uint32_t c;
		size_t took = read_embedded(t, &c);

		if (took > 0)
			buf_put_utf8(&out, c & 0x1FFFFF);
		else
			buf_put_char(&out, t.at[0]);
		t = text_sub(t, took > 0 ? took : 1, t.len);
	}
	return coding_to_utf8(a, TEXT("utf-8"), buf_text(&out));
}

static struct text read_recipient(struct arena *a, struct text value)
{
	struct text type, address = after_type(value, &type);

	if (text_equal_nocase(type, TEXT("utf-8")))
		address = undo_unitext(a, address);
	address = mailbox_address(a, address);
	return text_find_char(address, '@', 0) > 0 ? address : TEXT_NONE;
}

/* "5.1.1 (mailbox unknown)" is 5.1.1 (§2.3.4). */
static struct text read_status(struct text value)
{
	size_t len = 0;

	while (len < value.len &&
	       (value.at[len] == '.' || (value.at[len] >= '0' && value.at[len] <= '9')))
		len++;
	return text_sub(value, 0, len);
}

static struct text first_word(struct arena *a, struct text value)
{
	struct text word = TEXT_NONE;

	/* Some add a comment: "failed (5.1.1)". */
	return text_next(&value, ' ', &word) ? coding_to_utf8(a, TEXT_NONE, text_lower(a, word))
					     : TEXT_NONE;
}

/* What we wrote to is Original-Recipient; Final-Recipient may be where that was forwarded to. */
static bool read_group(struct arena *a, struct text group, struct mail_report_row *out)
{
	struct text original = read_recipient(a, field_find(a, group, "Original-Recipient"));
	struct text final = read_recipient(a, field_find(a, group, "Final-Recipient"));
	struct text type;

	*out = (struct mail_report_row){
		.recipient = original.len > 0 ? original : final,
		.action = first_word(a, field_find(a, group, "Action")),
		.status = read_status(field_find(a, group, "Status")),
		.diagnostic =
			coding_words(a, after_type(field_find(a, group, "Diagnostic-Code"), &type)),
	};
	return out->recipient.len > 0;
}

/* Cut the lines before the next empty one off. */
static bool group_next(struct text *rest, struct text *out)
{
	struct text all, line;

	if (rest->len == 0)
		return false;
	all = *rest;
	while (line_next(rest, &line) && text_trim(line).len > 0)
		;
	*out = text_sub(all, 0, (size_t)(rest->at - all.at));
	return true;
}

static void add_row(struct mail_report *out, struct mail_report_row *rows,
		    const struct mail_report_row *row)
{
	if (out->row_count < ROWS_MAX)
		rows[out->row_count++] = *row;
}

static void read_groups(struct arena *a, struct text body, struct mail_report *out,
			struct mail_report_row *rows)
{
	struct mail_report_row row;
	struct text group;

	while (group_next(&body, &group))
		if (read_group(a, group, &row))
			add_row(out, rows, &row);
}

/* ---- before RFC 3464 ----------------------------------------------------------------------- */

/* The "(#5.1.1)" that qmail puts behind its reasons (RFC 3463 by QSBMF). */
static struct text find_status(struct text t)
{
	ptrdiff_t at = text_find(t, TEXT("#"));

	return at < 0 ? TEXT("5.0.0") : read_status(text_sub(t, (size_t)at + 1, t.len));
}

/* QSBMF: a paragraph for each recipient, "<address>:" and the reason below it. */
static void read_paragraphs(struct arena *a, struct text body, struct mail_report *out,
			    struct mail_report_row *rows)
{
	struct text paragraph;

	while (group_next(&body, &paragraph) && !text_starts(paragraph, TEXT("---"))) {
		struct mail_report_row row = {.action = TEXT("failed")};
		struct text line;

		if (!text_starts(paragraph, TEXT("<")) || !line_next(&paragraph, &line) ||
		    !text_ends(line, TEXT(">:")))
			continue;
		row.recipient = mailbox_address(a, text_sub(line, 0, line.len - 1));
		row.status = find_status(paragraph);
		row.diagnostic = coding_words(a, field_unfold(a, paragraph));
		add_row(out, rows, &row);
	}
}

static void read_failed(const struct mail_read *m, struct mail_report *out,
			struct mail_report_row *rows)
{
	for (size_t i = 0; i < m->failed_count; i++) {
		struct mail_report_row row = {
			.recipient = m->failed[i],
			.action = TEXT("failed"),
			.status = TEXT("5.0.0"),
		};

		add_row(out, rows, &row);
	}
}

/* ---- the message that came back ------------------------------------------------------------- */

static bool has_header(const struct mail_part *p)
{
	static const char *const types[] = {"message/rfc822", "text/rfc822-headers",
					    "message/global", "message/global-headers"};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (text_equal(p->type, text_from(types[i])))
			return true;
	return false;
}

static struct text find_id(struct arena *a, struct text header)
{
	struct text id = field_find(a, header, "Message-ID");
	ptrdiff_t open = text_find_char(id, '<', 0), close = text_find_char(id, '>', 0);

	if (open >= 0 && close > open)
		id = text_sub(id, (size_t)open + 1, (size_t)(close - open - 1));
	return coding_to_utf8(a, TEXT_NONE, id);
}

/* The first returned message alone: what is within it is its own affair. */
static struct text returned_id(struct arena *a, const struct mail_read *m)
{
	for (size_t i = 0; i < m->part_count; i++) {
		struct text header, body, rest;

		if (!has_header(&m->parts[i]))
			continue;
		rest = m->parts[i].body;
		return header_split(a, rest, &header, &body) ? TEXT_NONE : find_id(a, header);
	}
	/* The old forms have a copy in the text, each field a line as any other. */
	return m->part_count > 0 ? find_id(a, m->parts[0].body) : TEXT_NONE;
}

const struct fault *mail_read_report(struct arena *a, const struct mail_read *m,
				     struct mail_report *out)
{
	struct mail_report_row *rows = arena_alloc_array(a, ROWS_MAX, sizeof(*rows));

	*out = (struct mail_report){.rows = rows};
	for (size_t i = 0; i < m->part_count; i++)
		if (!m->parts[i].is_forwarded &&
		    (text_equal(m->parts[i].type, TEXT("message/delivery-status")) ||
		     text_equal(m->parts[i].type, TEXT("message/global-delivery-status"))))
			read_groups(a, m->parts[i].body, out, rows);
	if (out->row_count == 0)
		read_failed(m, out, rows);
	if (out->row_count == 0 && m->part_count > 0)
		read_paragraphs(a, m->parts[0].body, out, rows);
	out->message_id = returned_id(a, m);
	return arena_check(a);
}
