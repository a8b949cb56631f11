/* mail/compose: addresses, header fields, and the whole message read back by libetpan */
#include "mail/compose.h"

#include <libetpan/libetpan.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/email.h"
#include "base/secret.h"
#include "mail/address.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "unit.h"

#define TEN	"abcdefghij"
#define SIXTY	TEN TEN TEN TEN TEN TEN
#define HUNDRED SIXTY TEN TEN TEN TEN
#define ZOE	"Zo\xC3\xAB M\xC3\xBCller"

/* ---- addresses --------------------------------------------------------------------------- */

static void test_addresses(void)
{
	static const struct {
		const char *name;
		struct text address;
		bool valid;
	} rows[] = {
		{"plain", TEXT_INIT("zoe@example.net"), true},
		{"atext (RFC 5322 §3.2.3)", TEXT_INIT("a!#$%&'*+-/=?^_`{|}~@example.net"), true},
		{"dots", TEXT_INIT("a.b.c@mail.example.net"), true},
		{"a domain of one label", TEXT_INIT("alice@localhost"), true},
		{"digits and hyphens", TEXT_INIT("1@2-3.4-5"), true},
		{"UTF-8 (RFC 6531 §3.3)",
		 TEXT_INIT("zo\xC3\xAB@b\xC3\xBC"
			   "cher.example"),
		 true},
		{"local part of 64 (RFC 5321 §4.5.3.1.1)", TEXT_INIT(SIXTY "abcd@example.net"),
		 true},
		{"local part of 65", TEXT_INIT(SIXTY "abcde@example.net"), false},
		{"label of 63", TEXT_INIT("a@" SIXTY "abc.net"), true},
		{"label of 64", TEXT_INIT("a@" SIXTY "abcd.net"), false},
		{"254 octets (§4.5.3.1.3)",
		 TEXT_INIT("a@" SIXTY "." SIXTY "." SIXTY "." SIXTY ".abcdefgh"), true},
		{"255 octets", TEXT_INIT("a@" SIXTY "." SIXTY "." SIXTY "." SIXTY ".abcdefghi"),
		 false},
		{"empty", TEXT_INIT(""), false},
		{"no domain", TEXT_INIT("zoe@"), false},
		{"no local part", TEXT_INIT("@example.net"), false},
		{"no at", TEXT_INIT("example.net"), false},
		{"two ats", TEXT_INIT("zoe@a@example.net"), false},
		{"several", TEXT_INIT("zoe@example.net,bob@example.net"), false},
		{"several, semicolon", TEXT_INIT("zoe@example.net;bob@example.net"), false},
		{"a source route", TEXT_INIT("@relay.example:zoe@example.net"), false},
		{"a name with it", TEXT_INIT("Zoe <zoe@example.net>"), false},
		{"in brackets", TEXT_INIT("<zoe@example.net>"), false},
		{"a comment", TEXT_INIT("zoe(x)@example.net"), false},
		{"a quoted local part", TEXT_INIT("\"zoe\"@example.net"), false},
		{"an address literal", TEXT_INIT("zoe@[192.0.2.1]"), false},
		{"blank in front", TEXT_INIT(" zoe@example.net"), false},
		{"blank behind", TEXT_INIT("zoe@example.net "), false},
		{"blank inside", TEXT_INIT("zo e@example.net"), false},
		{"tab", TEXT_INIT("zoe@example.net\t"), false},
		{"line end", TEXT_INIT("zoe@example.net\r\nBcc: x@example.net"), false},
		{"line feed alone", TEXT_INIT("zoe\n@example.net"), false},
		{"SMTP parameters", TEXT_INIT("zoe@example.net> SIZE=1"), false},
		{"NUL", TEXT_INIT("zoe@example.net\0.org"), false},
		{"DEL", TEXT_INIT("zoe\x7F@example.net"), false},
		{"dot in front", TEXT_INIT(".zoe@example.net"), false},
		{"dot behind", TEXT_INIT("zoe.@example.net"), false},
		{"two dots", TEXT_INIT("zo..e@example.net"), false},
		{"domain ends with a dot", TEXT_INIT("zoe@example.net."), false},
		{"domain with two dots", TEXT_INIT("zoe@example..net"), false},
		{"label begins with a hyphen", TEXT_INIT("zoe@-example.net"), false},
		{"label ends with a hyphen", TEXT_INIT("zoe@example-.net"), false},
		{"underscore in the domain", TEXT_INIT("zoe@ex_ample.net"), false},
		{"not UTF-8", TEXT_INIT("zo\xEB@example.net"), false},
		{"next line, U+0085", TEXT_INIT("zoe\xC2\x85@example.net"), false},
		{"no-break space", TEXT_INIT("zoe\xC2\xA0@example.net"), false},
		{"zero width space", TEXT_INIT("zoe\xE2\x80\x8B@example.net"), false},
		{"line separator", TEXT_INIT("zoe\xE2\x80\xA8@example.net"), false},
		{"right-to-left override", TEXT_INIT("zoe\xE2\x80\xAE@example.net"), false},
		{"ideographic space", TEXT_INIT("zoe@example\xE3\x80\x80.net"), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_INT(rows[i].name, email_is_valid(rows[i].address), rows[i].valid);
}

static void test_a_labels(void)
{
	static const struct {
		const char *name, *address, *want;
	} rows[] = {
		{"ASCII stays", "Zoe@Example.net", "Zoe@Example.net"},
		{"domain to A-labels (RFC 5890 §2.3.2.1)",
		 "zoe@b\xC3\xBC"
		 "cher.example",
		 "zoe@xn--bcher-kva.example"},
		{"local part needs SMTPUTF8 anyway",
		 "zo\xC3\xAB@b\xC3\xBC"
		 "cher.example",
		 "zo\xC3\xAB@b\xC3\xBC"
		 "cher.example"},
		{"no name of a host: stays", "zoe@\xE2\x98\x83.example", NULL},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text got = mail_address_to_ascii(a, text_from(rows[i].address));

		CHECK_TRUE(rows[i].name, email_is_valid(got));
		if (rows[i].want)
			CHECK_TEXT(rows[i].name, got, text_from(rows[i].want));
	}
	arena_destroy(a);
}

/* ---- header fields ----------------------------------------------------------------------- */

/* Only CR LF, each but the last before a blank; lines within the columns of RFC 2047 §2. */
static void check_field(const char *row, struct text field)
{
	struct text rest = field, line;

	CHECK_TRUE(row, text_ends(field, TEXT("\r\n")));
	while (text_next(&rest, '\n', &line)) {
		bool last = rest.at && rest.len == 0;

		if (!rest.at)
			break;
		CHECK_TRUE(row, text_ends(line, TEXT("\r")));
		CHECK_INT(row, text_find_char(line, '\r', 0), (int64_t)line.len - 1);
		CHECK_TRUE(row, line.len - 1 <= 78);
		CHECK_TRUE(row, mail_is_ascii(line));
		if (!last)
			CHECK_TRUE(row, rest.at[0] == ' ');
	}
}

/* What a mail program shows: unfolded, and decoded by libetpan. */
static struct text shown(struct arena *a, struct text field, const char *name)
{
	struct text value = text_sub(field, strlen(name) + 1, field.len);
	struct text out = TEXT_NONE;
	size_t index = 0;
	char *decoded;

	value = text_dup(a, value);
	if (mailmime_encoded_phrase_parse("UTF-8", value.at, value.len, &index, "UTF-8",
					  &decoded) != MAILIMF_NO_ERROR)
		return out;
	out = text_trim(text_dup(a, text_from(decoded)));
	free(decoded);
	return out;
}

static void test_free_text(void)
{
	static const struct {
		const char *name;
		struct text value;
		const char *shown, *bytes; /* bytes: NULL where only the meaning counts */
	} rows[] = {
		{"ASCII as it is", TEXT_INIT("Intro: Alice and Bob"), "Intro: Alice and Bob",
		 "Subject: Intro: Alice and Bob\r\n"},
		{"empty", TEXT_INIT(""), "", "Subject:\r\n"},
		{"UTF-8 (RFC 2047 §2)", TEXT_INIT(ZOE), ZOE,
		 "Subject: =?UTF-8?B?Wm/DqyBNw7xsbGVy?=\r\n"},
		{"folded at blanks (RFC 5322 §2.2.3)", TEXT_INIT(SIXTY " " SIXTY), SIXTY " " SIXTY,
		 "Subject: " SIXTY "\r\n " SIXTY "\r\n"},
		{"a long word is cut", TEXT_INIT(HUNDRED HUNDRED), HUNDRED HUNDRED, NULL},
		{"long UTF-8, no character cut (RFC 2047 §5)",
		 TEXT_INIT("x" ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE),
		 "x" ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE ZOE, NULL},
		{"four octets each",
		 TEXT_INIT("\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85"
			   "\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85"
			   "\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85"),
		 "\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85"
		 "\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85"
		 "\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85\xF0\x9F\x93\x85",
		 NULL},
		{"what looks encoded is shown as written", TEXT_INIT("=?UTF-8?B?QUJD?="),
		 "=?UTF-8?B?QUJD?=", "Subject: =?UTF-8?B?PT9VVEYtOD9CP1FVSkQ/PQ==?=\r\n"},
		{"a line end is a blank", TEXT_INIT("a\r\nBcc: x@example.net"),
		 "a Bcc: x@example.net", "Subject: a Bcc: x@example.net\r\n"},
		{"a fold is no door either", TEXT_INIT("a\r\n b\n\tc\rd"), "a b c d",
		 "Subject: a b c d\r\n"},
		{"an empty line does not end the header", TEXT_INIT("a\r\n\r\n<script>"),
		 "a <script>", "Subject: a <script>\r\n"},
		{"NUL and controls", TEXT_INIT("a\0b\x1B[31mc\x7F"), "a b [31mc",
		 "Subject: a b [31mc\r\n"},
		{"a hidden line end in UTF-8", TEXT_INIT("\xC3\xA4\r\nBcc: x"), "\xC3\xA4 Bcc: x",
		 NULL},
		{"U+0085 and U+2028", TEXT_INIT("\xC3\xA4\xC2\x85x\xE2\x80\xA8y"), "\xC3\xA4 x y",
		 NULL},
		{"right-to-left override", TEXT_INIT("\xC3\xA4\xE2\x80\xAEx"), "\xC3\xA4 x", NULL},
		{"not UTF-8", TEXT_INIT("Zo\xEB"), "Zo?", "Subject: Zo?\r\n"},
		{"blanks at the ends and many", TEXT_INIT("  a   b  "), "a b", "Subject: a b\r\n"},
		{"blanks alone", TEXT_INIT(" \r\n "), "", "Subject:\r\n"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 0, 4096);
		header_put_text(&b, "Subject", rows[i].value);
		check_field(rows[i].name, buf_text(&b));
		if (rows[i].bytes)
			CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].bytes));
		CHECK_TEXT(rows[i].name, shown(a, buf_text(&b), "Subject"),
			   text_from(rows[i].shown));
	}
	arena_destroy(a);
}

static void test_names(void)
{
	static const struct {
		const char *name;
		struct text who;
		const char *bytes;
	} rows[] = {
		{"none", TEXT_INIT(""), "To: zoe@example.net\r\n"},
		{"atoms (RFC 5322 §3.2.5)", TEXT_INIT("Zoe Miller"),
		 "To: Zoe Miller <zoe@example.net>\r\n"},
		{"specials are quoted (§3.2.4)", TEXT_INIT("Miller, Zoe J."),
		 "To: \"Miller, Zoe J.\" <zoe@example.net>\r\n"},
		{"quotes and backslashes", TEXT_INIT("Zoe \"Z\\\" M"),
		 "To: \"Zoe \\\"Z\\\\\\\" M\" <zoe@example.net>\r\n"},
		{"another address as a name", TEXT_INIT("ceo@bank.example"),
		 "To: \"ceo@bank.example\" <zoe@example.net>\r\n"},
		{"brackets do not end it", TEXT_INIT("x> , <y@example.net"),
		 "To: \"x> , <y@example.net\" <zoe@example.net>\r\n"},
		{"UTF-8", TEXT_INIT(ZOE), "To: =?UTF-8?B?Wm/DqyBNw7xsbGVy?= <zoe@example.net>\r\n"},
		{"a line end", TEXT_INIT("Zoe\r\nBcc: x@example.net"),
		 "To: \"Zoe Bcc: x@example.net\" <zoe@example.net>\r\n"},
		{"a long name is folded before the address", TEXT_INIT(SIXTY),
		 "To: " SIXTY "\r\n <zoe@example.net>\r\n"},
		{"a long quoted one is encoded", TEXT_INIT("a, b " SIXTY),
		 "To: =?UTF-8?B?"
		 "YSwgYiBhYmNkZWZnaGlqYWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlq?=\r\n"
		 " =?UTF-8?B?YWJjZGVmZ2hpamFiY2RlZmdoaWo=?= <zoe@example.net>\r\n"},
	};
	struct arena *a = arena_create(1 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 0, 4096);
		header_put_address(&b, "To", rows[i].who, TEXT("zoe@example.net"));
		check_field(rows[i].name, buf_text(&b));
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].bytes));
	}
	arena_destroy(a);
}

static void test_dates(void)
{
	static const struct {
		const char *want;
		int64_t utc;
	} rows[] = {
		{"Date: Tue, 19 Jan 2027 08:00:00 +0000\r\n", 1800345600},
		{"Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n", 0},
		{"Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n", -1},
		{"Date: Thu, 29 Feb 2024 23:59:59 +0000\r\n", 1709251199},
	};
	struct arena *a = arena_create(1 << 16);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 0, 100);
		header_put_date(&b, "Date", rows[i].utc);
		CHECK_TEXT(rows[i].want, buf_text(&b), text_from(rows[i].want));
	}
	arena_destroy(a);
}

/* ---- encodings --------------------------------------------------------------------------- */

static void test_encodings(void)
{
	static const struct {
		const char *name;
		mime_put_fn put;
		struct text in;
		const char *want;
	} rows[] = {
		{"plain lines", mime_put_quoted_printable, TEXT_INIT("a\nb\r\nc"), "a\r\nb\r\nc"},
		{"a carriage return alone", mime_put_quoted_printable, TEXT_INIT("a\rb"), "a\r\nb"},
		{"empty lines", mime_put_quoted_printable, TEXT_INIT("\n\na\n"), "\r\n\r\na\r\n"},
		{"equals sign and UTF-8", mime_put_quoted_printable, TEXT_INIT("=\xC3\xA4"),
		 "=3D=C3=A4"},
		{"blanks before a line end (RFC 2045 §6.7, rule 3)", mime_put_quoted_printable,
		 TEXT_INIT("a \nb\t"), "a=20\r\nb=09"},
		{"a line of 75 is whole", mime_put_quoted_printable, TEXT_INIT(SIXTY TEN "abcde"),
		 SIXTY TEN "abcde"},
		{"a longer one is cut (rule 5)", mime_put_quoted_printable,
		 TEXT_INIT(SIXTY TEN "abcdef"), SIXTY TEN "abcde=\r\nf"},
		{"no escape is cut", mime_put_quoted_printable, TEXT_INIT(SIXTY TEN "abc\xC3\xA4"),
		 SIXTY TEN "abc=\r\n=C3=A4"},
		{"NUL", mime_put_quoted_printable, TEXT_INIT("\0"), "=00"},
		{"base64", mime_put_base64, TEXT_INIT("a\n"), "YQ0K"},
		{"base64 of nothing", mime_put_base64, TEXT_INIT(""), ""},
		{"base64 in lines of 76 (§6.8)", mime_put_base64, TEXT_INIT(SIXTY),
		 "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZn\r\n"
		 "aGlq"},
	};
	struct arena *a = arena_create(1 << 16);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf b;

		buf_init(&b, a, 0, 1000);
		rows[i].put(&b, mime_canonical(a, rows[i].in));
		CHECK_TEXT(rows[i].name, buf_text(&b), text_from(rows[i].want));
	}
	arena_destroy(a);
}

/* ---- whole messages ---------------------------------------------------------------------- */

static const char calendar[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
			       "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n"
			       "SUMMARY:Zo\xC3\xAB\r\n.\r\n--=_mixed\r\nEND:VEVENT\r\n"
			       "END:VCALENDAR\r\n";

static struct mail_message sample(void)
{
	return (struct mail_message){
		.from = {TEXT("Alice"), TEXT("alice@example.org")},
		.to = {TEXT(ZOE), TEXT("zoe@example.net")},
		.reply_to = {TEXT("Alice"), TEXT("alice@example.org")},
		.subject = TEXT("Intro: Alice and " ZOE),
		.text = TEXT("Intro is booked.\n\n.\nWhen: \xE2\x80\xA6 \n"),
		.html = TEXT("<p>Intro is booked.</p>\n"),
		.calendar = text_of(calendar, sizeof(calendar) - 1),
		.method = TEXT("REQUEST"),
		.component = TEXT("VEVENT"),
		.message_id = TEXT("first-1@example.org"),
		.date = 1800345600,
	};
}

/* The parts that are no multipart, in order. */
struct parts {
	struct mailmime *list[8];
	size_t count;
};

static void collect(struct mailmime *m, struct parts *p)
{
	if (m->mm_type == MAILMIME_MESSAGE) {
		collect(m->mm_data.mm_message.mm_msg_mime, p);
	} else if (m->mm_type == MAILMIME_MULTIPLE) {
		for (clistiter *i = clist_begin(m->mm_data.mm_multipart.mm_mp_list); i;
		     i = clist_next(i))
			collect(clist_content(i), p);
	} else if (p->count < ARRAY_LEN(p->list)) {
		p->list[p->count++] = m;
	}
}

static struct text decoded(struct arena *a, struct mailmime *m)
{
	struct mailmime_data *d = m->mm_data.mm_single;
	struct text out;
	size_t index = 0, len;
	char *at;

	if (mailmime_part_parse(d->dt_data.dt_text.dt_data, d->dt_data.dt_text.dt_length, &index,
				d->dt_encoding, &at, &len) != MAILIMF_NO_ERROR)
		return TEXT_NONE;
	out = text_dup(a, text_of(at, len));
	mailmime_decoded_part_free(at);
	return out;
}

static struct text parameter(struct mailmime *m, const char *name)
{
	for (clistiter *i = clist_begin(m->mm_content_type->ct_parameters); i; i = clist_next(i)) {
		struct mailmime_parameter *p = clist_content(i);

		if (strcasecmp(p->pa_name, name) == 0)
			return text_from(p->pa_value);
	}
	return TEXT_NONE;
}

static bool has_disposition(struct mailmime *m)
{
	struct mailmime_single_fields fields;

	mailmime_single_fields_init(&fields, m->mm_mime_fields, m->mm_content_type);
	return fields.fld_disposition != NULL;
}

static struct text subtype(struct mailmime *m)
{
	return text_from(m->mm_content_type->ct_subtype);
}

static void check_lines(const char *row, struct text message)
{
	struct text rest = message, line;

	CHECK_TRUE(row, text_ends(message, TEXT("\r\n")));
	CHECK_TRUE(row, mail_is_ascii(message));
	while (text_next(&rest, '\n', &line) && rest.at) {
		CHECK_TRUE(row, line.len - 1 <= 78);
		CHECK_INT(row, text_find_char(line, '\r', 0), (int64_t)line.len - 1);
	}
}

static void check_parts(struct arena *a, const char *row, struct text message,
			const struct mail_message *m)
{
	const struct {
		const char *subtype;
		struct text body;
	} want[] = {{"plain", m->text},
		    {"html", m->html},
		    {"calendar", m->calendar},
		    {"ics", m->calendar}};
	struct parts p = {.count = 0};
	struct mailmime *root;
	size_t index = 0, next = 0;

	if (!CHECK_INT(row, mailmime_parse(message.at, message.len, &index, &root),
		       MAILIMF_NO_ERROR))
		return;
	CHECK_INT(row, (int64_t)index, (int64_t)message.len);
	collect(root, &p);
	CHECK_INT(row, (int64_t)p.count, m->html.len > 0 ? 4 : 3);
	for (size_t i = 0; i < ARRAY_LEN(want) && next < p.count; i++) {
		if (want[i].body.len == 0)
			continue;
		CHECK_TEXT(row, subtype(p.list[next]), text_from(want[i].subtype));
		CHECK_TEXT(row, decoded(a, p.list[next++]), mime_canonical(a, want[i].body));
	}
	CHECK_TEXT(row, parameter(p.list[next - 2], "method"), m->method);
	CHECK_TEXT(row, parameter(p.list[next - 2], "charset"), TEXT("UTF-8"));
	CHECK_TEXT(row, parameter(p.list[next - 2], "component"), m->component);
	CHECK_TRUE("no disposition on the calendar (interop §6)",
		   !has_disposition(p.list[next - 2]));
	CHECK_TRUE("the attachment has one (RFC 6047 §2.6)", has_disposition(p.list[next - 1]));
	CHECK_TEXT(row, parameter(p.list[next - 1], "name"), TEXT("invite.ics"));
	mailmime_free(root);
}

static void test_structure(void)
{
	struct arena *a = arena_create(32 << 20);
	struct mail_message m = sample();
	struct text out, again;

	CHECK_WELL("composed", mail_compose(a, &m, &out));
	check_lines("lines (RFC 5322 §2.1.1)", out);
	check_parts(a, "parts (RFC 6047 §2.4, §4.2)", out, &m);
	CHECK_WELL("again", mail_compose(a, &m, &again));
	CHECK_TEXT("the same message, octet by octet", again, out);
	m.html = TEXT_NONE;
	CHECK_WELL("without HTML", mail_compose(a, &m, &out));
	check_parts(a, "without HTML", out, &m);
	arena_destroy(a);
}

/* RFC 6047 §2.4: both say what the calendar in it says. */
static void test_kinds(void)
{
	static const struct {
		const char *name, *method, *component;
	} rows[] = {
		{"an invitation", "REQUEST", "VEVENT"},
		{"a cancellation", "CANCEL", "VEVENT"},
		{"an answer", "REPLY", "VEVENT"},
		{"a proposal", "COUNTER", "VEVENT"},
		{"a proposal that is declined", "DECLINECOUNTER", "VEVENT"},
		{"a question", "REFRESH", "VEVENT"},
		{"a task", "REQUEST", "VTODO"},
		{"the answer to a task", "REPLY", "VTODO"},
		{"a journal that is taken back", "CANCEL", "VJOURNAL"},
	};
	struct arena *a = arena_create(32 << 20);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_message m = sample();
		struct text out;

		m.method = text_from(rows[i].method);
		m.component = text_from(rows[i].component);
		if (CHECK_WELL(rows[i].name, mail_compose(a, &m, &out)))
			check_parts(a, rows[i].name, out, &m);
	}
	arena_destroy(a);
}

static void test_large(void)
{
	struct arena *a = arena_create(256 << 20);
	struct mail_message m = sample();
	struct text out;
	struct buf b;

	buf_init(&b, a, 0, 8 << 20);
	for (int i = 0; i < 40000; i++)
		buf_put_lit(&b, "COMMENT:\xC3\xA4\xC3\xB6\xC3\xBC\r\n");
	m.calendar = buf_text(&b);
	CHECK_WELL("some hundred kilobytes", mail_compose(a, &m, &out));
	check_parts(a, "large", out, &m);
	for (int i = 0; i < 400000; i++)
		buf_put_lit(&b, "COMMENT:\xC3\xA4\xC3\xB6\xC3\xBC\r\n");
	m.calendar = buf_text(&b);
	CHECK_FAULT("too large", mail_compose(a, &m, &out), FAULT_BODY_TOO_LARGE);
	arena_destroy(a);
}

static void test_header(void)
{
	static const char want[] =
		"Date: Tue, 19 Jan 2027 08:00:00 +0000\r\n"
		"From: Alice <alice@example.org>\r\n"
		"To: =?UTF-8?B?Wm/DqyBNw7xsbGVy?= <zoe@example.net>\r\n"
		"Reply-To: Alice <alice@example.org>\r\n"
		"Subject: =?UTF-8?B?SW50cm86IEFsaWNlIGFuZCBab8OrIE3DvGxsZXI=?=\r\n"
		"Message-ID: <second-2@example.org>\r\n"
		"In-Reply-To: <first-1@example.org>\r\n"
		"References: <first-1@example.org>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed;\r\n";
	struct arena *a = arena_create(32 << 20);
	struct mail_message m = sample();
	struct text out;

	m.message_id = TEXT("second-2@example.org");
	m.in_reply_to = TEXT("first-1@example.org");
	CHECK_WELL("composed", mail_compose(a, &m, &out));
	CHECK_TEXT("the whole header", text_sub(out, 0, sizeof(want) - 1), text_from(want));
	m.to.address = TEXT("zoe@b\xC3\xBC"
			    "cher.example");
	CHECK_WELL("a domain that is not ASCII", mail_compose(a, &m, &out));
	CHECK_TRUE("goes as A-labels", text_find(out, TEXT("<zoe@xn--bcher-kva.example>")) > 0);
	arena_destroy(a);
}

static void test_refused(void)
{
	struct arena *a = arena_create(32 << 20);
	const struct {
		const char *name;
		struct text to, message_id, in_reply_to, method;
		int64_t date;
	} rows[] = {
		{"recipient with a line end", TEXT("zoe@example.net\r\nBcc: x@example.net"),
		 TEXT("1@x"), TEXT_NONE, TEXT("REQUEST"), 0},
		{"two recipients", TEXT("a@example.net, b@example.net"), TEXT("1@x"), TEXT_NONE,
		 TEXT("REQUEST"), 0},
		{"no recipient", TEXT(""), TEXT("1@x"), TEXT_NONE, TEXT("REQUEST"), 0},
		{"message id with a bracket", TEXT("a@example.net"), TEXT("1@x>\r\nX: y"),
		 TEXT_NONE, TEXT("REQUEST"), 0},
		{"no message id", TEXT("a@example.net"), TEXT(""), TEXT_NONE, TEXT("REQUEST"), 0},
		{"in-reply-to with a blank", TEXT("a@example.net"), TEXT("1@x"), TEXT("1 @x"),
		 TEXT("REQUEST"), 0},
		{"method with a parameter", TEXT("a@example.net"), TEXT("1@x"), TEXT_NONE,
		 TEXT("REQUEST; x=y"), 0},
		{"method in lower case", TEXT("a@example.net"), TEXT("1@x"), TEXT_NONE,
		 TEXT("request"), 0},
		{"no method", TEXT("a@example.net"), TEXT("1@x"), TEXT_NONE, TEXT(""), 0},
		{"a date past year 9999", TEXT("a@example.net"), TEXT("1@x"), TEXT_NONE,
		 TEXT("REQUEST"), INT64_MAX},
	};
	struct text out;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_message m = sample();

		m.to.address = rows[i].to;
		m.message_id = rows[i].message_id;
		m.in_reply_to = rows[i].in_reply_to;
		m.method = rows[i].method;
		m.date = rows[i].date;
		CHECK_FAULT(rows[i].name, mail_compose(a, &m, &out), FAULT_UNPROCESSABLE);
	}
	arena_destroy(a);
}

static void test_components_refused(void)
{
	static const struct {
		const char *name, *component;
	} rows[] = {
		{"none", ""},
		{"a line end", "VEVENT\r\nX: y"},
		{"a parameter", "VEVENT; x=y"},
		{"lower case", "vevent"},
	};
	struct arena *a = arena_create(4 << 20);
	struct text out;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_message m = sample();

		m.component = text_from(rows[i].component);
		CHECK_FAULT(rows[i].name, mail_compose(a, &m, &out), FAULT_UNPROCESSABLE);
	}
	arena_destroy(a);
}

/* Nothing but a text: no parts, and nothing that a program could take for an invitation. */
static void test_plain(void)
{
	struct arena *a = arena_create(4 << 20);
	struct mail_message m = sample();
	struct text out = TEXT_NONE;

	m.calendar = m.method = m.html = TEXT_NONE;
	m.text = TEXT("A place is free.\nZo\xC3\xAB\n");
	CHECK_WELL("composed", mail_compose(a, &m, &out));
	CHECK_TRUE("a text", text_find(out, TEXT("\r\nContent-Type: text/plain; charset=UTF-8\r\n"
						 "Content-Transfer-Encoding: quoted-printable\r\n"
						 "\r\nA place is free.\r\nZo=C3=AB\r\n")) > 0);
	CHECK_TRUE("and no more",
		   text_find(out, TEXT("multipart")) < 0 && text_find(out, TEXT("calendar")) < 0);
	arena_destroy(a);
}

UNIT_SUITE("mail_compose", {"addresses (RFC 5321 §4.1.2, RFC 6531 §3.3)", test_addresses},
	   {"domains in ASCII (RFC 5890)", test_a_labels},
	   {"free text in a header (RFC 2047)", test_free_text},
	   {"names (RFC 5322 §3.4)", test_names}, {"dates (RFC 5322 §3.3)", test_dates},
	   {"encodings (RFC 2045 §6.7, §6.8)", test_encodings}, {"the whole header", test_header},
	   {"the parts, read back", test_structure},
	   {"each METHOD and component (RFC 6047 §2.4)", test_kinds}, {"large ones", test_large},
	   {"a mail without a calendar is a text", test_plain}, {"refused", test_refused},
	   {"components refused", test_components_refused})
