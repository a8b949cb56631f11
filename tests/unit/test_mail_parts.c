/* mail/read: the parts of a message, decoded, and the bounds of what is read */
#include "base/arena.h"
#include "base/buf.h"
#include "mail/read.h"
#include "unit.h"

static struct arena *arena;

static void begin(void)
{
	arena = arena_create(1 << 28);
}

static void end(void)
{
	arena_destroy(arena);
}

/* ---- one part ----------------------------------------------------------------------------- */

static void test_encodings(void)
{
	static const struct {
		const char *name, *encoding, *body, *want;
	} rows[] = {
		{"7bit", "7bit", "a=20b", "a=20b"},
		{"none", "", "a", "a"},
		{"unknown (RFC 2045 §6.4)", "x-uue", "a", "a"},
		{"quoted-printable (§6.7)", "quoted-printable", "caf=C3=A9 a=\r\nb",
		 "caf\xC3\xA9 ab"},
		{"lower hex, which §6.7 forbids", "Quoted-Printable", "=c3=a9", "\xC3\xA9"},
		{"blanks behind a soft line break (§6.7)", "quoted-printable", "a= \t\r\nb", "ab"},
		{"an equals sign that codes nothing", "quoted-printable", "a=b=", "a=b"},
		{"base64 (§6.8)", "base64", "Y2Fm\r\nw6k=\r\n", "caf\xC3\xA9"},
		{"base64 without padding", "base64", "Y2Fmw6k", "caf\xC3\xA9"},
		{"what is not of the alphabet is passed over (§6.8)", "base64",
		 "Y2*F m!w6k=", "caf\xC3\xA9"},
		{"a line added behind the padding", "base64", "Y2Fm\r\nw6k=\r\n-- list footer",
		 "caf\xC3\xA9"},
		{"a comment", "base64 (of course)", "Y2Fmw6k=", "caf\xC3\xA9"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;
		struct text message =
			text_from(arena_printf(arena,
					       "Content-Type: text/plain; charset=utf-8\r\n"
					       "Content-Transfer-Encoding: %s\r\n\r\n%s",
					       rows[i].encoding, rows[i].body));

		CHECK_WELL(rows[i].name, mail_read(arena, message, &m));
		CHECK_TEXT(rows[i].name, m.parts[0].body, text_from(rows[i].want));
	}
	end();
}

static void test_charsets(void)
{
	static const struct {
		const char *name, *type;
		struct text body;
		const char *want;
	} rows[] = {
		{"UTF-8", "text/calendar; charset=UTF-8", TEXT_INIT("caf\xC3\xA9"), "caf\xC3\xA9"},
		{"none, UTF-8 (RFC 5545 §3.1.4)", "text/calendar", TEXT_INIT("caf\xC3\xA9"),
		 "caf\xC3\xA9"},
		{"none, a code page", "text/calendar", TEXT_INIT("caf\xE9 \x80"),
		 "caf\xC3\xA9 \xE2\x82\xAC"},
		{"latin 1", "text/calendar; charset=iso-8859-1", TEXT_INIT("caf\xE9"),
		 "caf\xC3\xA9"},
		{"says UTF-8, is a code page", "text/calendar; charset=utf-8", TEXT_INIT("caf\xE9"),
		 "caf\xC3\xA9"},
		{"says us-ascii, is UTF-8", "text/calendar; charset=us-ascii",
		 TEXT_INIT("caf\xC3\xA9"), "caf\xC3\xA9"},
		{"koi8-r", "text/calendar; charset=\"koi8-r\"", TEXT_INIT("\xC4\xC1"),
		 "\xD0\xB4\xD0\xB0"},
		{"unknown, UTF-8", "text/calendar; charset=iso-4444-5", TEXT_INIT("caf\xC3\xA9"),
		 "caf\xC3\xA9"},
		{"unknown, not UTF-8", "text/calendar; charset=iso-4444-5", TEXT_INIT("caf\xE9"),
		 "caf\xC3\xA9"},
		{"what no charset has", "text/calendar; charset=iso-8859-7", TEXT_INIT("a\xFF"),
		 "a\xEF\xBF\xBD"},
		{"a byte order mark", "text/calendar",
		 TEXT_INIT("\xEF\xBB\xBF"
			   "BEGIN"),
		 "BEGIN"},
		{"UTF-16 with a mark", "text/calendar; charset=utf-16",
		 TEXT_INIT("\xFF\xFE\xE9\0b\0"),
		 "\xC3\xA9"
		 "b"},
		{"UTF-16 that says UTF-8", "text/calendar; charset=utf-8", TEXT_INIT("B\0E\0"),
		 "BE"},
		{"UTF-16, the big end first", "text/calendar", TEXT_INIT("\0B\0E"), "BE"},
		{"application/ics", "application/ics; charset=iso-8859-1", TEXT_INIT("\xE9"),
		 "\xC3\xA9"},
		{"no text is left as it is", "application/pdf", TEXT_INIT("\xE9"), "\xE9"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;
		struct buf b;

		buf_init(&b, arena, 0, 4096);
		buf_printf(&b, "Content-Type: %s\r\n\r\n", rows[i].type);
		buf_put_text(&b, rows[i].body);
		CHECK_WELL(rows[i].name, mail_read(arena, buf_text(&b), &m));
		CHECK_TEXT(rows[i].name, m.parts[0].body, text_from(rows[i].want));
	}
	end();
}

static void test_types(void)
{
	static const struct {
		const char *name, *header, *type, *method, *file;
		bool is_calendar;
	} rows[] = {
		{"RFC 6047 §2.4", "Content-Type: text/calendar; method=REQUEST; charset=UTF-8",
		 "text/calendar", "REQUEST", "", true},
		{"whatever the case", "CONTENT-TYPE: Text/Calendar; METHOD=request",
		 "text/calendar", "REQUEST", "", true},
		{"quoted", "Content-Type: text/calendar; method=\"REPLY\"", "text/calendar",
		 "REPLY", "", true},
		{"comments (RFC 2045 §5.1)",
		 "Content-Type: text/calendar (a); method (b) = REPLY (c)", "text/calendar",
		 "REPLY", "", true},
		{"a semicolon at the end", "Content-Type: text/calendar;", "text/calendar", "", "",
		 true},
		{"no blank after it", "Content-Type: text/calendar;method=REPLY", "text/calendar",
		 "REPLY", "", true},
		{"folded", "Content-Type: text/calendar;\r\n\tmethod=REPLY", "text/calendar",
		 "REPLY", "", true},
		{"none (RFC 2045 §5.2)", "X: y", "text/plain", "", "", false},
		{"no type", "Content-Type: calendar", "text/plain", "", "", false},
		{"empty", "Content-Type:", "text/plain", "", "", false},
		{"application/ics", "Content-Type: application/ics; name=a.ics", "application/ics",
		 "", "a.ics", true},
		{"a file of no known type",
		 "Content-Type: application/octet-stream; name=\"A.ICS\"",
		 "application/octet-stream", "", "A.ICS", true},
		{"another file", "Content-Type: application/octet-stream; name=a.pdf",
		 "application/octet-stream", "", "a.pdf", false},
		{"Content-Disposition comes first (RFC 2183)",
		 "Content-Type: application/pdf; name=b.pdf\r\n"
		 "Content-Disposition: attachment; filename=\"a b.pdf\"",
		 "application/pdf", "", "a b.pdf", false},
		{"a charset (RFC 2231 §4)",
		 "Content-Type: application/pdf; name*=iso-8859-1'en'caf%E9.pdf", "application/pdf",
		 "", "caf\xC3\xA9.pdf", false},
		{"pieces (RFC 2231 §3)",
		 "Content-Type: application/pdf; name*1=b.; name*0=\"a;\"; name*2=pdf",
		 "application/pdf", "", "a;b.pdf", false},
		{"pieces with a charset (RFC 2231 §4.1)",
		 "Content-Type: application/pdf; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.%70df",
		 "application/pdf", "", "caf\xC3\xA9.%70df", false},
		{"encoded words, against RFC 2047 §5",
		 "Content-Type: application/pdf; name=\"=?utf-8?q?caf=C3=A9.pdf?=\"",
		 "application/pdf", "", "caf\xC3\xA9.pdf", false},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;

		CHECK_WELL(rows[i].name,
			   mail_read(arena,
				     text_from(arena_printf(arena, "%s\r\n\r\n", rows[i].header)),
				     &m));
		CHECK_TEXT(rows[i].name, m.parts[0].type, text_from(rows[i].type));
		CHECK_TEXT(rows[i].name, m.parts[0].method, text_from(rows[i].method));
		CHECK_TEXT(rows[i].name, m.parts[0].file_name, text_from(rows[i].file));
		CHECK_INT(rows[i].name, m.parts[0].is_calendar, rows[i].is_calendar);
	}
	end();
}

/* ---- many parts --------------------------------------------------------------------------- */

/* What was read, as "depth type body" of each, parted by bars. */
static struct text outline(const struct mail_read *m)
{
	struct buf b;

	buf_init(&b, arena, 0, 1 << 16);
	for (size_t i = 0; i < m->part_count; i++) {
		const struct mail_part *p = &m->parts[i];
		bool whole = text_equal(p->type, TEXT("message/rfc822"));

		buf_printf(&b, "%s%d %.*s%s %.*s", i > 0 ? "|" : "", p->depth, TEXT_ARG(p->type),
			   p->is_forwarded ? " fwd" : "", whole ? 1 : (int)p->body.len, p->body.at);
	}
	return buf_text(&b);
}

#define MULTI(type, boundary) "Content-Type: multipart/" type "; boundary=\"" boundary "\"\n\n"

static void test_trees(void)
{
	static const struct {
		const char *name, *message, *want;
	} rows[] = {
		{"two parts (RFC 2046 §5.1)", MULTI("mixed", "b") "--b\n\na\n--b\n\nc\n--b--\n",
		 "1 text/plain a|1 text/plain c"},
		{"preamble and epilogue (§5.1.1)",
		 MULTI("mixed", "b") "before\n--b\n\na\n--b--\nafter\n--b\n\nx\n",
		 "1 text/plain a"},
		{"the line end before a boundary is the boundary's",
		 MULTI("mixed", "b") "--b\n\na\n\n--b--\n", "1 text/plain a\n"},
		{"blanks behind it", MULTI("mixed", "b") "--b \t\n\na\n--b-- \n", "1 text/plain a"},
		{"never closed", MULTI("mixed", "b") "--b\n\na\n--b\n\nc\n",
		 "1 text/plain a|1 text/plain c\n"},
		{"a boundary that begins with another (§5.1.2)",
		 MULTI("mixed", "b") "--b\n" MULTI("alternative",
						   "bb") "--bb\n\na\n--bb--\n--b\n\nc\n--b--\n",
		 "2 text/plain a|1 text/plain c"},
		{"an inner one that is never closed ends with the outer (§5.1.2)",
		 MULTI("mixed", "o") "--o\n" MULTI("mixed", "i") "--i\n\na\n--o\n\nc\n--o--\n",
		 "2 text/plain a|1 text/plain c"},
		{"no empty line before the body",
		 MULTI("mixed", "b") "--b\nContent-Type: a/b\n--b--\n", "1 a/b "},
		{"no empty line before the first boundary",
		 "Content-Type: multipart/mixed; boundary=b\n--b\n\na\n--b--\n", "1 text/plain a"},
		{"no header of a part", MULTI("mixed", "b") "--b\n\na\n--b--\n", "1 text/plain a"},
		{"no boundary parameter", "Content-Type: multipart/mixed\n\n--b\n\na\n",
		 "0 multipart/mixed --b\n\na\n"},
		{"a boundary that is not there", MULTI("mixed", "b") "a\n",
		 "0 multipart/mixed a\n"},
		{"a boundary of other characters (§5.1.1)",
		 MULTI("mixed", "=_b/c(d)?'") "--=_b/c(d)?'\n\na\n--=_b/c(d)?'--\n",
		 "1 text/plain a"},
		{"a message in it (§5.2.1)",
		 MULTI("mixed", "b") "--b\nContent-Type: message/rfc822\n\nX: y\n\na\n--b--\n",
		 "1 message/rfc822 X|2 text/plain fwd a"},
		{"a message in base64, against §5.2.1",
		 "Content-Type: message/rfc822\nContent-Transfer-Encoding: "
		 "base64\n\nWDogeQoKYQ==\n",
		 "0 message/rfc822 X|1 text/plain fwd a"},
		{"digest (§5.1.5)", MULTI("digest", "b") "--b\n\nX: y\n\na\n--b--\n",
		 "1 message/rfc822 X|2 text/plain fwd a"},
		{"the whole is a calendar", "Content-Type: text/calendar\n\na\n",
		 "0 text/calendar a\n"},
		{"CR LF and LF in one",
		 "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
		 "--b\n\na\r\n--b--\n",
		 "1 text/plain a"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;

		CHECK_WELL(rows[i].name, mail_read(arena, text_from(rows[i].message), &m));
		CHECK_TEXT(rows[i].name, outline(&m), text_from(rows[i].want));
	}
	end();
}

/* ---- bounds ------------------------------------------------------------------------------- */

static struct text repeat(const char *before, const char *what, size_t times)
{
	struct buf b;

	buf_init(&b, arena, 1 << 20, 64 << 20);
	buf_put_str(&b, before);
	for (size_t i = 0; i < times; i++)
		buf_put_str(&b, what);
	return buf_text(&b);
}

static struct text nested(size_t depth)
{
	struct buf b;

	buf_init(&b, arena, 1 << 20, 64 << 20);
	for (size_t i = 0; i < depth; i++)
		buf_printf(&b, "Content-Type: multipart/mixed; boundary=b%zu\n\n--b%zu\n", i, i);
	return buf_text(&b);
}

static void check_bounds(void)
{
	const struct {
		const char *name;
		struct text message;
		enum fault_code code;
	} rows[] = {
		{"more than 16 MiB", repeat("X: y\n\n", "0123456789", 1700000),
		 FAULT_BODY_TOO_LARGE},
		{"10,000 parts", repeat(MULTI("mixed", "b"), "--b\n\nx\n", 10000), FAULT_BAD_DATA},
		{"nesting without an end", nested(20000), FAULT_BAD_DATA},
		{"messages in messages", repeat("", "Content-Type: message/rfc822\n\n", 50000),
		 FAULT_BAD_DATA},
		{"a million header lines", repeat("", "X: y\n", 1000000), FAULT_BAD_DATA},
		{"a million lines of one field", repeat("X: y\n", " z\n", 1000000), FAULT_BAD_DATA},
		{"a field of a megabyte", repeat("From: ", "(", 1000000), FAULT_BAD_DATA},
		{"a calendar of more than a megabyte",
		 repeat("Content-Type: text/calendar\n\n", "0123456789\n", 100000), FAULT_BAD_DATA},
		{"a calendar that is one by its name",
		 repeat("Content-Type: application/x; name=a.ics\n\n", "0123456789\n", 100000),
		 FAULT_BAD_DATA},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *own = arena_create(64 << 20);
		struct mail_read m;

		CHECK_FAULT(rows[i].name, mail_read(own, rows[i].message, &m), rows[i].code);
		CHECK_TRUE(rows[i].name, arena_used(own) < (size_t)40 << 20);
		arena_destroy(own);
	}
}

static void test_bounds(void)
{
	begin();
	check_bounds();
	end();
}

/* What is just within is read. */
static void test_within_bounds(void)
{
	struct mail_read m;

	begin();
	CHECK_WELL("100 parts",
		   mail_read(arena, repeat(MULTI("mixed", "b"), "--b\n\nx\n", MAIL_PARTS_MAX), &m));
	CHECK_INT("100 parts", (int64_t)m.part_count, MAIL_PARTS_MAX);
	CHECK_WELL("20 deep", mail_read(arena, nested(MAIL_DEPTH_MAX), &m));
	CHECK_INT("20 deep", m.parts[0].depth, MAIL_DEPTH_MAX);
	CHECK_WELL("1000 fields", mail_read(arena, repeat("", "X: y\n", MAIL_FIELDS_MAX), &m));
	CHECK_WELL("long text", mail_read(arena, repeat("X: y\n\n", "0123456789", 200000), &m));
	CHECK_INT("is cut", (int64_t)m.parts[0].body.len, MAIL_CALENDAR_MAX);
	CHECK_WELL("1000 recipients and more",
		   mail_read(arena, repeat("To: ", "a@b.example,\n ", 3000), &m));
	CHECK_INT("the first of them", (int64_t)m.to_count, 1000);
	end();
}

UNIT_SUITE("mail_parts", {"transfer encodings", test_encodings}, {"charsets", test_charsets},
	   {"types, methods, names", test_types}, {"trees", test_trees}, {"bounds", test_bounds},
	   {"within bounds", test_within_bounds})
