/* mail: delivery reports, and what the receiving server found out about a sender */
#include "base/arena.h"
#include "base/buf.h"
#include "mail/read.h"
#include "unit.h"

static struct arena *arena;

static void begin(void)
{
	arena = arena_create(1 << 26);
}

static void end(void)
{
	arena_destroy(arena);
}

/* ---- delivery reports --------------------------------------------------------------------- */

#define REPORT                                                                                     \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"              \
	"--b\n\nIt did not arrive.\n"
#define STATUS "--b\nContent-Type: message/delivery-status\n\n"
#define RETURNED                                                                                   \
	"--b\nContent-Type: message/rfc822\n\nMessage-ID: <x@example.org>\n\nHello.\n--b--\n"

/* "recipient action status diagnostic" of each row, parted by bars, and the message's id. */
static struct text outline(const char *row, const char *message)
{
	struct mail_read m;
	struct mail_report report = {0};
	struct buf b;

	buf_init(&b, arena, 0, 1 << 16);
	CHECK_WELL(row, mail_read(arena, text_from(message), &m));
	CHECK_TRUE(row, m.is_report);
	CHECK_WELL(row, mail_read_report(arena, &m, &report));
	for (size_t i = 0; i < report.row_count; i++) {
		const struct mail_report_row *r = &report.rows[i];

		buf_printf(&b, "%.*s %.*s %.*s %.*s|", TEXT_ARG(r->recipient), TEXT_ARG(r->action),
			   TEXT_ARG(r->status), TEXT_ARG(r->diagnostic));
	}
	buf_put_text(&b, report.message_id);
	return buf_text(&b);
}

static void test_reports(void)
{
	static const struct {
		const char *name, *message, *want;
	} rows[] = {
		{"Postfix (RFC 3464 §2.3)",
		 REPORT STATUS
		 "Reporting-MTA: dns; mx.example.org\n\n"
		 "Final-Recipient: rfc822; zoe@Example.NET\n"
		 "Original-Recipient: rfc822;zoe@example.net\nAction: failed\n"
		 "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n" RETURNED,
		 "zoe@example.net failed 5.1.1 550 5.1.1 User unknown|x@example.org"},
		{"it was forwarded: Original-Recipient is whom we wrote to (§2.3.1)",
		 REPORT STATUS "X: y\n\nFinal-Recipient: rfc822; z@other.example\n"
			       "Original-Recipient: rfc822; zoe@example.net\nAction: failed\n"
			       "Status: 5.2.2\n" RETURNED,
		 "zoe@example.net failed 5.2.2 |x@example.org"},
		{"two recipients (§2.1)",
		 REPORT STATUS "X: y\n\nFinal-Recipient: rfc822; a@example.net\nAction: delayed\n"
			       "Status: 4.4.1\n\nFinal-Recipient: rfc822; b@example.net\n"
			       "Action: Failed (bad)\nStatus: 5.0.0 (other)\n" RETURNED,
		 "a@example.net delayed 4.4.1 |b@example.net failed 5.0.0 |x@example.org"},
		{"Exchange: other case, all in one group",
		 REPORT STATUS
		 "Reporting-MTA: dns;mail.example.org\n"
		 "Final-recipient: RFC822;zoe@example.net\nAction: failed\n"
		 "Status: 5.1.10\nDiagnostic-code: smtp;550 5.1.10 not found\n" RETURNED,
		 "zoe@example.net failed 5.1.10 550 5.1.10 not found|x@example.org"},
		{"the header alone came back (RFC 6522 §4)",
		 REPORT STATUS "X: y\n\nFinal-Recipient: rfc822; a@example.net\nAction: failed\n"
			       "Status: 5.0.0\n"
			       "--b\nContent-Type: text/rfc822-headers\n\n"
			       "Subject: s\nMessage-ID: <x@example.org>\n--b--\n",
		 "a@example.net failed 5.0.0 |x@example.org"},
		{"nothing came back",
		 REPORT STATUS "X: y\n\nFinal-Recipient: rfc822; a@example.net\nAction: failed\n"
			       "Status: 5.0.0\n--b--\n",
		 "a@example.net failed 5.0.0 |"},
		{"an address of UTF-8 (RFC 6533 §3)",
		 REPORT "--b\nContent-Type: message/global-delivery-status\n\nX: y\n\n"
			"Final-Recipient: utf-8; zo\\x{EB}@example.net\nAction: failed\n"
			"Status: 5.0.0\n" RETURNED,
		 "zo\xC3\xAB@example.net failed 5.0.0 |x@example.org"},
		{"in base64, against RFC 3464 §2.1",
		 REPORT "--b\nContent-Type: message/delivery-status\n"
			"Content-Transfer-Encoding: base64\n\n"
			"WDogeQoKRmluYWwtUmVjaXBpZW50OiByZmM4MjI7IGFAZXhhbXBsZS5uZXQKQWN0aW9uOiBm\n"
			"YWlsZWQKU3RhdHVzOiA1LjAuMAo=\n" RETURNED,
		 "a@example.net failed 5.0.0 |x@example.org"},
		{"a report within what came back is another's",
		 REPORT STATUS "X: y\n\nFinal-Recipient: rfc822; a@example.net\nAction: failed\n"
			       "Status: 5.0.0\n--b\nContent-Type: message/rfc822\n\n"
			       "Message-ID: <x@example.org>\n"
			       "Content-Type: message/delivery-status\n\nX: y\n\n"
			       "Final-Recipient: rfc822; eve@example.net\n--b--\n",
		 "a@example.net failed 5.0.0 |x@example.org"},
		{"a recipient that is no address",
		 REPORT STATUS "X: y\n\nFinal-Recipient: x400; /C=DE\nAction: failed\n" RETURNED,
		 "x@example.org"},
		{"qmail (QSBMF)",
		 "Return-Path: <>\n\nHi. This is the qmail-send program at mx.example.org.\n"
		 "I'm afraid I wasn't able to deliver your message.\n\n"
		 "<zoe@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
		 "--- Below this line is a copy of the message.\n\n"
		 "<eve@example.net>:\nMessage-ID: <x@example.org>\n\nHello.\n",
		 "zoe@example.net failed 5.1.1 Sorry, no mailbox here by that name. (#5.1.1)|"
		 "x@example.org"},
		{"Exim",
		 "X-Failed-Recipients: a@example.net,\n b@example.net\n\n"
		 "A message that you sent could not be delivered.\n\n"
		 "------ This is a copy of the message ------\n\nMessage-ID: <x@example.org>\n",
		 "a@example.net failed 5.0.0 |b@example.net failed 5.0.0 |x@example.org"},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		CHECK_TEXT(rows[i].name, outline(rows[i].name, rows[i].message),
			   text_from(rows[i].want));
	end();
}

static void test_no_reports(void)
{
	static const char *const rows[] = {
		"Content-Type: multipart/report; report-type=disposition-notification; "
		"boundary=b\n\n"
		"--b\n\nread\n",
		"From: zoe@example.net\n\nHi. This is the plan.\n",
		"Content-Type: text/plain; report-type=delivery-status\n\nx\n",
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct mail_read m;

		CHECK_WELL(rows[i], mail_read(arena, text_from(rows[i]), &m));
		CHECK_TRUE(rows[i], !m.is_report);
	}
	end();
}

/* ---- authentication ----------------------------------------------------------------------- */

#define AR "Authentication-Results: mx.example.org; "

static void test_authentication(void)
{
	static const struct {
		const char *name, *header;
		enum mail_verdict want;
	} rows[] = {
		{"dmarc=pass (RFC 7489 §11.2)", AR "dmarc=pass header.from=example.net", MAIL_PASS},
		{"dmarc=fail", AR "dmarc=fail header.from=example.net", MAIL_FAIL},
		{"a failure outweighs what passed",
		 AR "dkim=pass header.d=example.net; dmarc=fail header.from=example.net",
		 MAIL_FAIL},
		{"dmarc of another domain", AR "dmarc=pass header.from=example.com", MAIL_UNKNOWN},
		{"dkim=pass, header.d (RFC 8601 §2.7.1)", AR "dkim=pass header.d=example.net",
		 MAIL_PASS},
		{"header.i", AR "dkim=pass header.i=@mail.example.net", MAIL_PASS},
		{"one of two signatures",
		 AR "dkim=fail header.d=example.net; dkim=pass header.d=example.net", MAIL_PASS},
		{"dkim of another domain", AR "dkim=pass header.d=example.com", MAIL_UNKNOWN},
		{"dkim of a domain that ends alike", AR "dkim=pass header.d=anexample.net",
		 MAIL_UNKNOWN},
		{"dkim of a top level", AR "dkim=pass header.d=net", MAIL_UNKNOWN},
		{"dkim=fail alone says nothing of From", AR "dkim=fail header.d=example.net",
		 MAIL_UNKNOWN},
		{"spf=pass, smtp.mailfrom (§2.7.2)",
		 AR "spf=pass smtp.mailfrom=b@bounces.example.net", MAIL_PASS},
		{"spf of the domain alone", AR "spf=pass smtp.mailfrom=example.net", MAIL_PASS},
		{"spf of another", AR "spf=pass smtp.mailfrom=list@example.com", MAIL_UNKNOWN},
		{"spf of HELO says nothing of From", AR "spf=pass smtp.helo=example.net",
		 MAIL_UNKNOWN},
		{"none (§2.2)", AR "none", MAIL_UNKNOWN},
		{"another server's field", "Authentication-Results: mx.example.com; dmarc=pass",
		 MAIL_UNKNOWN},
		{"no server named", "Authentication-Results: dmarc=pass; dmarc=pass", MAIL_UNKNOWN},
		{"the id in quotes, with a version (§2.2)",
		 "Authentication-Results: \"MX.example.org\" 1; dmarc=pass header.from=example.net",
		 MAIL_PASS},
		{"a version of later days (§2.2)",
		 "Authentication-Results: mx.example.org 2; dmarc=pass header.from=example.net",
		 MAIL_UNKNOWN},
		{"comments (§2.2)",
		 "Authentication-Results: (x) mx.example.org (y; dkim=pass) 1; dmarc (z) = pass "
		 "(p=reject) header.from=example.net",
		 MAIL_PASS},
		{"a comment says nothing", AR "dkim=none (dmarc=pass; dmarc=pass)", MAIL_UNKNOWN},
		{"a comment without an end", AR "(; dmarc=pass header.from=example.net",
		 MAIL_UNKNOWN},
		{"a reason with a semicolon (§2.2)",
		 AR "spf=fail reason=\"a; dmarc=pass header.from=example.net\" "
		    "smtp.mailfrom=a@b.example",
		 MAIL_UNKNOWN},
		{"a sender's address in quotes",
		 AR
		 "spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=example.net;\"@evil.example",
		 MAIL_UNKNOWN},
		{"blanks around equals signs", AR "dkim = pass  header.d = example.net", MAIL_PASS},
		{"folded", AR "\r\n dkim=pass\r\n header.d=example.net", MAIL_PASS},
		{"a version of the method (§2.2)", AR "dkim/1=pass header.d=example.net",
		 MAIL_PASS},
		/* Which fields are believed. */
		{"below our own Received",
		 "Received: from x.example by mx.example.org with ESMTP\r\n" AR
		 "dmarc=pass header.from=example.net",
		 MAIL_PASS},
		{"below one of another host of ours, and of a mailbox",
		 "Received: from mx.example.org by store.example.org with LMTP\r\n"
		 "Received: from mx by localhost (x)\r\n" AR "dmarc=pass header.from=example.net",
		 MAIL_PASS},
		{"below a Received of others (RFC 8601 §5)",
		 "Received: from evil.example by relay.example.com\r\n" AR
		 "dmarc=pass header.from=example.net",
		 MAIL_UNKNOWN},
		{"a forged one further down",
		 AR "dkim=none\r\nReceived: from evil.example by mx.example.org\r\n" AR
		    "dmarc=pass header.from=example.net",
		 MAIL_UNKNOWN},
		{"two of ours on top (§4.1)", AR "spf=none\r\n" AR "dkim=pass header.d=example.net",
		 MAIL_PASS},
		{"another's between",
		 AR "spf=none\r\nAuthentication-Results: a.example; dmarc=fail\r\n" AR
		    "dkim=pass header.d=example.net",
		 MAIL_PASS},
		/* Whom it is about. */
		{"two From fields",
		 AR "dmarc=pass header.from=example.net\r\nFrom: eve@example.net", MAIL_UNKNOWN},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text message = text_from(arena_printf(
			arena, "%s\r\nFrom: zoe@example.net\r\n\r\nHello.\r\n", rows[i].header));

		CHECK_INT(rows[i].name,
			  mail_authentication(arena, message, TEXT("mx.example.org"),
					      TEXT("zoe@example.net")),
			  rows[i].want);
		CHECK_INT(rows[i].name,
			  mail_authentication(arena, message, TEXT(""), TEXT("zoe@example.net")),
			  MAIL_UNKNOWN);
		CHECK_INT(rows[i].name,
			  mail_authentication(arena, message, TEXT("mx.example.org"),
					      TEXT("bob@example.net")),
			  MAIL_UNKNOWN);
	}
	end();
}

/* Calendar programs send for a person, whose address is in From, or for whom they name in Sender.
 */
static void test_sender(void)
{
	static const struct {
		const char *name, *header;
		enum mail_verdict want;
	} rows[] = {
		{"dkim of its domain", AR "dkim=pass header.d=example.net", MAIL_PASS},
		{"spf of its domain", AR "spf=pass smtp.mailfrom=example.net", MAIL_PASS},
		{"dmarc is about From (RFC 7489 §3)", AR "dmarc=pass header.from=example.com",
		 MAIL_UNKNOWN},
		{"also where it does not say so", AR "dmarc=pass", MAIL_UNKNOWN},
		{"two of them", AR "dkim=pass header.d=example.net\r\nSender: eve@example.net",
		 MAIL_UNKNOWN},
	};

	begin();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct text message = text_from(arena_printf(
			arena, "%s\r\nFrom: a@example.com\r\nSender: zoe@example.net\r\n\r\n",
			rows[i].header));

		CHECK_INT(rows[i].name,
			  mail_authentication(arena, message, TEXT("mx.example.org"),
					      TEXT("zoe@example.net")),
			  rows[i].want);
	}
	end();
}

UNIT_SUITE("mail_report", {"delivery reports", test_reports},
	   {"no delivery reports", test_no_reports},
	   {"Authentication-Results", test_authentication},
	   {"Authentication-Results about Sender", test_sender})
