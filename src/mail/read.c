/*
 * read - the fields of a message, a row for each
 */
#include "mail/read.h"

#include "base/arena.h"
#include "mail/coding_priv.h"
#include "mail/content_priv.h"
#include "mail/date_priv.h"
#include "mail/fields_priv.h"
#include "mail/mailbox_priv.h"
#include "mail/parts_priv.h"

enum { REFERENCES_MAX = 200, ADDRESSES_MAX = MAILBOXES_MAX };

/* What is under way; lists grow field by field. */
struct reading {
	struct arena *a;
	struct mail_read *out;
	struct text *to, *delivered_to, *failed;
};

typedef void (*field_fn)(struct reading *r, struct text value);

/* ---- addresses ---------------------------------------------------------------------------- */

static void read_from(struct reading *r, struct text value)
{
	const struct mailbox *list;
	size_t count;

	if (r->out->from_count > 1)
		return;
	list = mailbox_list(r->a, value, &count);
	if (r->out->from_count == 0 && count > 0) {
		r->out->from = list[0].address;
		r->out->from_name = list[0].name;
	}
	r->out->from_count += count;
}

static void read_one(struct reading *r, struct text value, struct text *out)
{
	const struct mailbox *list;
	size_t count;

	if (out->len > 0)
		return;
	list = mailbox_list(r->a, value, &count);
	if (count > 0)
		*out = list[0].address;
}

static void read_sender(struct reading *r, struct text value)
{
	read_one(r, value, &r->out->sender);
}

static void read_reply_to(struct reading *r, struct text value)
{
	read_one(r, value, &r->out->reply_to);
}

/* The one on top is of the server that delivered; those below came along. */
static void read_return_path(struct reading *r, struct text value)
{
	if (r->out->return_path.len > 0 || r->out->is_from_nobody)
		return;
	read_one(r, value, &r->out->return_path);
	r->out->is_from_nobody = text_equal(value, TEXT("<>"));
}

static void add_all(struct reading *r, struct text value, struct text **list, size_t *count)
{
	const struct mailbox *boxes;
	size_t more;

	if (*count == ADDRESSES_MAX)
		return;
	boxes = mailbox_list(r->a, value, &more);
	if (!*list)
		*list = arena_alloc_array(r->a, ADDRESSES_MAX, sizeof(**list));
	for (size_t i = 0; i < more && *count < ADDRESSES_MAX; i++)
		(*list)[(*count)++] = boxes[i].address;
}

static void read_to(struct reading *r, struct text value)
{
	add_all(r, value, &r->to, &r->out->to_count);
}

static void read_delivered_to(struct reading *r, struct text value)
{
	add_all(r, value, &r->delivered_to, &r->out->delivered_to_count);
}

static void read_failed(struct reading *r, struct text value)
{
	add_all(r, value, &r->failed, &r->out->failed_count);
}

/* ---- ids, subject, date ------------------------------------------------------------------- */

/* Cut the next id off, by its brackets, or as a word where it has none (RFC 5322 §3.6.4, §4.5.4).
 */
static bool id_next(struct text *rest, struct text *out)
{
	static const char blanks[] = " \t<>,";
	size_t from = 0, to;

	while (from < rest->len && memchr(blanks, rest->at[from], sizeof(blanks) - 1))
		from++;
	to = from;
	while (to < rest->len && !memchr(blanks, rest->at[to], sizeof(blanks) - 1))
		to++;
	*out = text_sub(*rest, from, to - from);
	*rest = text_sub(*rest, to, rest->len);
	return out->len > 0;
}

static void read_id(struct reading *r, struct text value, struct text *out)
{
	struct text id;

	if (out->len == 0 && id_next(&value, &id))
		*out = coding_to_utf8(r->a, TEXT_NONE, id);
}

static void read_message_id(struct reading *r, struct text value)
{
	read_id(r, value, &r->out->message_id);
}

/* Some write "Your message of …" before it: the id is in brackets. */
static void read_in_reply_to(struct reading *r, struct text value)
{
	ptrdiff_t bracket = text_find_char(value, '<', 0);

	read_id(r, bracket > 0 ? text_sub(value, (size_t)bracket, value.len) : value,
		&r->out->in_reply_to);
}

static void read_references(struct reading *r, struct text value)
{
	struct text *list, id;
	size_t count = 0;

	if (r->out->reference_count > 0)
		return;
	list = arena_alloc_array(r->a, REFERENCES_MAX, sizeof(*list));
	while (count < REFERENCES_MAX && id_next(&value, &id))
		list[count++] = coding_to_utf8(r->a, TEXT_NONE, id);
	r->out->references = list;
	r->out->reference_count = count;
}

static void read_subject(struct reading *r, struct text value)
{
	if (r->out->subject.len == 0)
		r->out->subject = coding_words(r->a, value);
}

static void read_date(struct reading *r, struct text value)
{
	if (r->out->date == 0 && !mail_date_parse(r->a, value, &r->out->date))
		r->out->date = 0;
}

static void read_received(struct reading *r, struct text value)
{
	(void)value;
	r->out->received++;
}

/* ---- by a machine ------------------------------------------------------------------------- */

/*
 * The strongest word wins: a list, then an automatic reply, then any program. Calendar programs
 * mark true answers as auto-generated or even auto-replied; what that is worth is judged where the
 * calendar has been read. X-Auto-Response-Suppress says nothing of the message itself.
 */
static void set_automatic(struct reading *r, enum mail_automatic kind, const char *by)
{
	static const int strength[] = {
		[MAIL_BY_A_PERSON] = 0,
		[MAIL_AUTO_GENERATED] = 1,
		[MAIL_AUTO_REPLIED] = 2,
		[MAIL_OF_A_LIST] = 3,
	};

	if (strength[kind] <= strength[r->out->automatic])
		return;
	r->out->automatic = kind;
	r->out->automatic_by = by;
}

struct automatic_row {
	const char *field;
	const char *value; /* it begins so, whatever the case; "": any */
	enum mail_automatic kind;
};

static const struct automatic_row automatic_rows[] = {
	{"Auto-Submitted", "auto-replied", MAIL_AUTO_REPLIED}, /* RFC 3834 §5 */
	{"Auto-Submitted", "auto-", MAIL_AUTO_GENERATED},      /* auto-notified: RFC 5436 §2.7.1 */
	{"Precedence", "list", MAIL_OF_A_LIST},
	{"Precedence", "bulk", MAIL_AUTO_GENERATED},
	{"Precedence", "junk", MAIL_AUTO_GENERATED},
	{"Precedence", "auto_reply", MAIL_AUTO_REPLIED},
	{"List-Id", "", MAIL_OF_A_LIST},   /* RFC 2919 */
	{"List-Post", "", MAIL_OF_A_LIST}, /* RFC 2369 */
	{"List-Help", "", MAIL_OF_A_LIST},
	{"List-Subscribe", "", MAIL_OF_A_LIST},
	{"List-Owner", "", MAIL_OF_A_LIST},
	{"List-Archive", "", MAIL_OF_A_LIST},
	{"List-Unsubscribe", "", MAIL_AUTO_GENERATED}, /* newsletters; reminders have it as well */
	{"Mailing-List", "", MAIL_OF_A_LIST},
	{"X-Autoreply", "", MAIL_AUTO_REPLIED},
	{"X-Autorespond", "", MAIL_AUTO_REPLIED},
	{"X-Autoreply-From", "", MAIL_AUTO_REPLIED},
	{"X-Mail-Autoreply", "", MAIL_AUTO_REPLIED},
	{"X-Loop", "", MAIL_AUTO_GENERATED},
	/* Exchange: who wrote it wants no answer of a machine. */
	{"X-Auto-Response-Suppress", "", MAIL_AUTO_GENERATED},
	{"X-Failed-Recipients", "", MAIL_AUTO_GENERATED},
	{"Feedback-Type", "", MAIL_AUTO_GENERATED},
	{"Return-Path", "<>", MAIL_AUTO_GENERATED},		   /* RFC 5321 §4.5.5 */
	{"Content-Type", "multipart/report", MAIL_AUTO_GENERATED}, /* RFC 6522 */
};

static void read_automatic(struct reading *r, const struct field *f, struct text value)
{
	for (size_t i = 0; i < ARRAY_LEN(automatic_rows); i++) {
		const struct automatic_row *row = &automatic_rows[i];

		if (field_is(f, row->field) && text_starts_nocase(value, text_from(row->value)))
			set_automatic(r, row->kind, row->field);
	}
}

/* ---- the header --------------------------------------------------------------------------- */

static const struct {
	const char *name;
	field_fn read;
} rows[] = {
	{"From", read_from},
	{"Sender", read_sender},
	{"Reply-To", read_reply_to},
	{"Return-Path", read_return_path},
	{"To", read_to},
	{"Cc", read_to},
	{"Delivered-To", read_delivered_to},
	{"X-Original-To", read_delivered_to}, /* Postfix */
	{"X-Delivered-To", read_delivered_to},
	{"Envelope-To", read_delivered_to}, /* Exim */
	{"X-Envelope-To", read_delivered_to},
	{"X-Failed-Recipients", read_failed},
	{"Subject", read_subject},
	{"Message-ID", read_message_id},
	{"In-Reply-To", read_in_reply_to},
	{"References", read_references},
	{"Date", read_date},
	{"Received", read_received},
};

static void read_field(struct reading *r, const struct field *f)
{
	struct text value = field_unfold(r->a, f->value);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (field_is(f, rows[i].name))
			rows[i].read(r, value);
	read_automatic(r, f, value);
}

static const struct fault *read_fields(struct arena *a, struct text header, struct mail_read *out)
{
	struct reading r = {.a = a, .out = out};
	const struct fault *fault = NULL;
	size_t count = 0;
	struct field f;

	for (; !fault && field_next(&header, &f); count++) {
		read_field(&r, &f);
		fault = arena_check(a);
	}
	out->to = r.to;
	out->delivered_to = r.delivered_to;
	out->failed = r.failed;
	if (count == 0)
		return fault_make(a, FAULT_BAD_DATA, NULL, "This is no mail: it has no header.");
	return fault;
}

/* Programs of old ended lines with CR alone; where most end so, each CR ends one. */
static bool has_old_line_ends(struct text message)
{
	size_t alone = 0, others = 0;

	for (size_t i = 0; i < message.len; i++) {
		others += message.at[i] == '\n';
		alone += message.at[i] == '\r' &&
			 (i + 1 == message.len || message.at[i + 1] != '\n');
	}
	return alone > others;
}

static struct text with_line_ends(struct arena *a, struct text message)
{
	char *copy;

	if (!has_old_line_ends(message))
		return message;
	copy = arena_copy(a, message.at, message.len);
	for (size_t i = 0; i < message.len; i++)
		if (copy[i] == '\r' && !(i + 1 < message.len && copy[i + 1] == '\n'))
			copy[i] = '\n';
	return text_of(copy, message.len);
}

/* Bounces of no RFC: qmail's has a text of its own (QSBMF), Exim's a field. */
static bool is_old_report(const struct mail_read *m)
{
	return m->failed_count > 0 || (m->part_count > 0 && m->automatic != MAIL_BY_A_PERSON &&
				       text_starts(m->parts[0].body, TEXT("Hi. This is the ")));
}

const struct fault *mail_read(struct arena *a, struct text message, struct mail_read *out)
{
	struct text header, body;
	const struct fault *fault;

	*out = (struct mail_read){.automatic = MAIL_BY_A_PERSON};
	if (message.len > MAIL_READ_MAX)
		return fault_make(a, FAULT_BODY_TOO_LARGE, NULL, "A mail has at most %d octets.",
				  MAIL_READ_MAX);
	fault = header_split(a, with_line_ends(a, message), &header, &body);
	if (!fault)
		fault = read_fields(a, header, out);
	if (!fault)
		fault = parts_read(a, header, body, out);
	if (!fault && !out->is_report)
		out->is_report = is_old_report(out);
	return fault;
}
