/* mail/read: the fields of a message, decoded, and what they say about who wrote it */
#include "mail/read.h"

#include "base/arena.h"
#include "unit.h"

static struct arena *arena;

/* A message of these header lines, and one line of text. */
static struct mail_read read_header(const char *row, const char *header)
{
	struct mail_read m;

	CHECK_WELL(row,
		   mail_read(arena, text_from(arena_printf(arena, "%s\r\n\r\nHello.\r\n", header)),
			     &m));
	return m;
}

static void begin(void)
{
	arena = arena_create(1 << 26);
}

static void end(void)
{
	arena_destroy(arena);
}

/* ---- addresses ---------------------------------------------------------------------------- */

static void test_from(void)
{
	static const struct {
		const char *name, *header, *address, *display;
		size_t count;
	} rows[] = {
		{"addr-spec (RFC 5322 §3.4.1)", "From: zoe@example.net", "zoe@example.net", "", 1},
		{"name-addr (§3.4)", "From: Zoe M <zoe@example.net>", "zoe@example.net", "Zoe M",
		 1},
		{"quoted name with a comma", "From: \"M, Zoe\" <zoe@example.net>",
		 "zoe@example.net", "M, Zoe", 1},
		{"a quote in a quoted name", "From: \"Zoe \\\"Z\\\" M\" <zoe@example.net>",
		 "zoe@example.net", "Zoe \"Z\" M", 1},
		{"the comment is the name", "From: zoe@example.net (Zoe (the) M)",
		 "zoe@example.net", "Zoe (the) M", 1},
		{"a comment within", "From: Zoe <zoe@example.net> (work)", "zoe@example.net", "Zoe",
		 1},
		{"the domain has no case, the local part has", "From: Zoe@Example.NET",
		 "Zoe@example.net", "", 1},
		{"quotes that nothing needs", "From: \"zoe\"@example.net", "zoe@example.net", "",
		 1},
		{"quotes that are needed", "From: \"zo e\"@example.net", "\"zo e\"@example.net", "",
		 1},
		{"an @ in a quoted local part", "From: <\"a@evil.example\"@example.net>",
		 "\"a@evil.example\"@example.net", "", 1},
		{"an address as name", "From: \"bob@example.org\" <zoe@example.net>",
		 "zoe@example.net", "bob@example.org", 1},
		{"a route (§4.4)", "From: <@a.example,@b.example:zoe@example.net>",
		 "zoe@example.net", "", 1},
		{"a group (§3.4)", "From: Team: zoe@example.net, bob@example.net;",
		 "zoe@example.net", "", 2},
		{"an empty group (RFC 6854)", "From: Undisclosed:;", "", "", 0},
		{"several (§3.6.2)", "From: zoe@example.net, Bob <bob@example.net>",
		 "zoe@example.net", "", 2},
		{"two fields, which DKIM would see one of",
		 "From: zoe@example.net\r\nFrom: eve@example.org", "zoe@example.net", "", 2},
		{"no bracket at the end", "From: Zoe <zoe@example.net", "zoe@example.net", "Zoe",
		 1},
		{"folded (§2.2.3)", "From: Zoe\r\n M\r\n\t<zoe@example.net>", "zoe@example.net",
		 "Zoe M", 1},
		{"blanks before the colon (§4.5)", "From : zoe@example.net", "zoe@example.net", "",
		 1},
		{"encoded words (RFC 2047 §5)", "From: =?utf-8?q?Zo=C3=AB?= M <zoe@example.net>",
		 "zoe@example.net", "Zo\xC3\xAB M", 1},
		{"encoded words in quotes, against it",
		 "From: \"=?utf-8?q?Zo=C3=AB?=\" <zoe@example.net>", "zoe@example.net",
		 "Zo\xC3\xAB", 1},
		{"UTF-8 (RFC 6532 §3.2)", "From: zo\xC3\xAB@example.net", "zo\xC3\xAB@example.net",
		 "", 1},
		{"none", "To: zoe@example.net", "", "", 0},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m = read_header(rows[i].name, rows[i].header);

		CHECK_TEXT(rows[i].name, m.from, text_from(rows[i].address));
		CHECK_TEXT(rows[i].name, m.from_name, text_from(rows[i].display));
		CHECK_INT(rows[i].name, (int64_t)m.from_count, (int64_t)rows[i].count);
	}
	end();
}

static void test_recipients(void)
{
	struct mail_read m;

	begin();
	m = read_header("all", "To: A <a@example.net>, b@example.net\r\nCc: c@example.net\r\n"
			       "To: d@example.net\r\nDelivered-To: e@example.net\r\n"
			       "X-Original-To: f@example.net\r\nReply-To: g@example.net\r\n"
			       "Sender: h@example.net\r\nReturn-Path: <i@example.net>");
	CHECK_INT("To and Cc, in order", (int64_t)m.to_count, 4);
	CHECK_TEXT("first", m.to[0], TEXT("a@example.net"));
	CHECK_TEXT("of Cc", m.to[2], TEXT("c@example.net"));
	CHECK_TEXT("of the second To", m.to[3], TEXT("d@example.net"));
	CHECK_INT("Delivered-To and its kin", (int64_t)m.delivered_to_count, 2);
	CHECK_TEXT("X-Original-To", m.delivered_to[1], TEXT("f@example.net"));
	CHECK_TEXT("Reply-To", m.reply_to, TEXT("g@example.net"));
	CHECK_TEXT("Sender", m.sender, TEXT("h@example.net"));
	CHECK_TEXT("Return-Path", m.return_path, TEXT("i@example.net"));
	CHECK_TRUE("somebody", !m.is_from_nobody);
	m = read_header("nobody", "Return-Path: <>\r\nReturn-Path: <eve@example.org>");
	CHECK_TRUE("the one on top counts", m.is_from_nobody && m.return_path.len == 0);
	end();
}

/* ---- text --------------------------------------------------------------------------------- */

static void test_subject(void)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{"as it is", "Lunch", "Lunch"},
		{"Q (RFC 2047 §4.2)", "=?iso-8859-1?Q?Caf=E9_now?=", "Caf\xC3\xA9 now"},
		{"B (§4.1)", "=?UTF-8?B?Q2Fmw6k=?=", "Caf\xC3\xA9"},
		{"B without padding", "=?UTF-8?B?Q2Fmw6k?=", "Caf\xC3\xA9"},
		{"blanks between words are none (§6.2)", "=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"},
		{"of two charsets as well", "=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "a\xC3\xA9"},
		{"blanks beside words stay", "x =?utf-8?q?a?= y", "x a y"},
		{"a character cut in two (§5 forbids it)",
		 "=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "caf\xC3\xA9"},
		{"with a language (RFC 2231 §5)", "=?utf-8*en?q?a?=", "a"},
		{"Shift_JIS", "=?shift_jis?B?k/qWew==?=", "\xE6\x97\xA5\xE6\x9C\xAC"},
		{"ISO-2022-JP", "=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xE6\x97\xA5\xE6\x9C\xAC"},
		{"raw octets like a mark of UTF-16 are windows-1252", "\xFF\xFE caf\xE9",
		 "\xC3\xBF\xC3\xBE caf\xC3\xA9"},
		{"an unknown charset is windows-1252", "=?x-nobody?q?caf=E9?=", "caf\xC3\xA9"},
		{"a charset that is a path", "=?../../evil?q?a?=", "a"},
		{"a line end in it is a blank",
		 "=?utf-8?q?a=0D=0ABcc:_eve@example.org?=", "a  Bcc: eve@example.org"},
		{"marks that turn text around are blanks", "=?utf-8?q?a=E2=80=AEb?=", "a b"},
		{"no word", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
		{"a word without an end", "=?utf-8?q?a", "=?utf-8?q?a"},
		{"octets of no charset", "caf\xE9", "caf\xC3\xA9"},
		{"UTF-8 (RFC 6532)", "caf\xC3\xA9", "caf\xC3\xA9"},
		{"empty", "", ""},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m = read_header(rows[i].name,
						 arena_printf(arena, "Subject: %s", rows[i].value));

		CHECK_TEXT(rows[i].name, m.subject, text_from(rows[i].want));
	}
	end();
}

static void test_ids(void)
{
	struct mail_read m;

	begin();
	m = read_header("ids", "Message-ID: <a@example.net>\r\n"
			       "In-Reply-To: Your message of Monday <b@example.net>\r\n"
			       "References: <c@example.net>\r\n <d@example.net>");
	CHECK_TEXT("Message-ID (RFC 5322 §3.6.4)", m.message_id, TEXT("a@example.net"));
	CHECK_TEXT("In-Reply-To with words (§4.5.4)", m.in_reply_to, TEXT("b@example.net"));
	CHECK_INT("References", (int64_t)m.reference_count, 2);
	CHECK_TEXT("the last", m.references[1], TEXT("d@example.net"));
	m = read_header("bare", "Message-ID: a@example.net");
	CHECK_TEXT("without brackets", m.message_id, TEXT("a@example.net"));
	end();
}

static void test_date(void)
{
	static const struct {
		const char *name, *value;
		int64_t want;
	} rows[] = {
		{"RFC 5322 §3.3", "Tue, 19 Jan 2027 08:00:00 +0000", 1800345600},
		{"another zone", "Tue, 19 Jan 2027 09:00:00 +0100", 1800345600},
		{"west", "Tue, 19 Jan 2027 03:00:00 -0500", 1800345600},
		{"a zone by name (§4.3)", "Tue, 19 Jan 2027 03:00:00 EST", 1800345600},
		{"a comment behind", "Tue, 19 Jan 2027 08:00:00 +0000 (UTC)", 1800345600},
		{"no weekday, no seconds", "19 Jan 2027 08:00 +0000", 1800345600},
		{"two digits of a year (§4.3)", "19 Jan 27 08:00:00 GMT", 1800345600},
		{"a leap second", "Tue, 19 Jan 2027 08:00:60 +0000", 1800345659},
		{"no such day", "30 Feb 2027 08:00:00 +0000", 0},
		{"no date", "tomorrow", 0},
		{"empty", "", 0},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m =
			read_header(rows[i].name, arena_printf(arena, "Date: %s", rows[i].value));

		CHECK_INT(rows[i].name, m.date, rows[i].want);
	}
	end();
}

/* ---- machines ----------------------------------------------------------------------------- */

static void test_automatic(void)
{
	static const struct {
		const char *name, *header;
		enum mail_automatic want;
	} rows[] = {
		{"a person", "From: zoe@example.net", MAIL_BY_A_PERSON},
		{"Auto-Submitted: no (RFC 3834 §5)", "Auto-Submitted: no", MAIL_BY_A_PERSON},
		{"auto-replied (RFC 3834 §5)", "Auto-Submitted: auto-replied (vacation)",
		 MAIL_AUTO_REPLIED},
		{"auto-generated (RFC 3834 §5)", "Auto-Submitted: Auto-Generated",
		 MAIL_AUTO_GENERATED},
		{"auto-notified (RFC 5436 §2.7.1)", "Auto-Submitted: auto-notified; owner-email=x",
		 MAIL_AUTO_GENERATED},
		{"Precedence: bulk", "Precedence: bulk", MAIL_AUTO_GENERATED},
		{"Precedence: junk", "Precedence: junk", MAIL_AUTO_GENERATED},
		{"Precedence: list", "Precedence: list", MAIL_OF_A_LIST},
		{"List-Id (RFC 2919)", "List-Id: <team.example.org>", MAIL_OF_A_LIST},
		{"List-Post (RFC 2369)", "List-Post: <mailto:team@example.org>", MAIL_OF_A_LIST},
		{"List-Unsubscribe alone is no list", "List-Unsubscribe: <https://example.org/u>",
		 MAIL_AUTO_GENERATED},
		{"X-Auto-Response-Suppress", "X-Auto-Response-Suppress: All", MAIL_AUTO_GENERATED},
		{"X-Loop", "X-Loop: team@example.org", MAIL_AUTO_GENERATED},
		{"X-Autoreply", "X-Autoreply: yes", MAIL_AUTO_REPLIED},
		{"from nobody (RFC 5321 §4.5.5)", "Return-Path: <>", MAIL_AUTO_GENERATED},
		{"a report (RFC 6522)", "Content-Type: multipart/report; boundary=x",
		 MAIL_AUTO_GENERATED},
		{"a reply outweighs a program", "Return-Path: <>\r\nAuto-Submitted: auto-replied",
		 MAIL_AUTO_REPLIED},
		{"a list outweighs both", "List-Id: <a.example>\r\nAuto-Submitted: auto-replied",
		 MAIL_OF_A_LIST},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m = read_header(rows[i].name, rows[i].header);

		CHECK_INT(rows[i].name, m.automatic, rows[i].want);
		CHECK_TRUE(rows[i].name,
			   (m.automatic_by != NULL) == (rows[i].want != MAIL_BY_A_PERSON));
	}
	end();
}

static void test_hops(void)
{
	struct mail_read m;

	begin();
	m = read_header("hops", "Received: from a by b\r\nReceived: from c by d");
	CHECK_INT("each Received (RFC 5321 §6.3)", m.received, 2);
	end();
}

/* ---- what is no field --------------------------------------------------------------------- */

static void test_broken_headers(void)
{
	static const struct {
		const char *name;
		struct text message;
		const char *subject, *body;
	} rows[] = {
		{"LF alone", TEXT_INIT("Subject: a\n\nb\n"), "a", "b\n"},
		{"CR alone", TEXT_INIT("Subject: a\r\rb\r"), "a", "b\n"},
		{"CR alone but for the end of all", TEXT_INIT("Subject: a\r\rb\r\n"), "a", "b\r\n"},
		{"a CR within a line ends none", TEXT_INIT("Subject: a\rBcc: c\r\n\r\nb"),
		 "aBcc: c", "b"},
		{"an mbox line on top",
		 TEXT_INIT("From a@b Mon Jan 18 08:00:00 2027\nSubject: a\n\nb"), "a", "b"},
		{"a line that is no field", TEXT_INIT("X: y\r\nno field\r\nSubject: a\r\n\r\nb"),
		 "a", "b"},
		{"NUL", TEXT_INIT("Subject: a\0b\r\n\r\nb"), "a b", "b"},
		{"no body", TEXT_INIT("Subject: a\r\n"), "a", ""},
		{"no end of the header", TEXT_INIT("Subject: a"), "a", ""},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;

		CHECK_WELL(rows[i].name, mail_read(arena, rows[i].message, &m));
		CHECK_TEXT(rows[i].name, m.subject, text_from(rows[i].subject));
		CHECK_INT(rows[i].name, (int64_t)m.part_count, 1);
		CHECK_TEXT(rows[i].name, m.parts[0].body, text_from(rows[i].body));
	}
	end();
}

static void test_no_mail(void)
{
	static const struct text rows[] = {TEXT_INIT(""), TEXT_INIT("\r\n"),
					   TEXT_INIT("\r\nSubject: a"), TEXT_INIT("hello\r\n")};
	struct mail_read m;

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_FAULT(arena_printf(arena, "row %zu", i), mail_read(arena, rows[i], &m),
			    FAULT_BAD_DATA);
	end();
}

UNIT_SUITE("mail_read", {"From", test_from}, {"recipients", test_recipients},
	   {"Subject", test_subject}, {"ids", test_ids}, {"Date", test_date},
	   {"what says that it is automatic", test_automatic}, {"hops", test_hops},
	   {"broken headers", test_broken_headers}, {"no mail at all", test_no_mail})
