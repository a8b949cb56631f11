/*
 * read - a message as it came, in parts (RFC 5322, RFC 2045 to 2047, RFC 2231)
 *
 * All that the rest needs of a message: its fields, decoded, and its parts with their types,
 * decoded to octets, text in UTF-8. Bounds come first: size, parts, nesting and fields are counted
 * before anything is built, so that hostile mail costs no more than its octets. winmail.dat (TNEF)
 * is opened (tnef_priv.h), signed parts are named (smime.h), a delivery report is read (dsn.h).
 *
 * Pure. Memory: results live in the arena, and borrow the message. Threads: no state.
 */
#ifndef MAIL_READ_H
#define MAIL_READ_H

#include "base/fault.h"
#include "base/text.h"

struct arena;

enum {
	MAIL_READ_MAX = 16 * 1024 * 1024, /* octets */
	MAIL_PARTS_MAX = 100,
	MAIL_DEPTH_MAX = 20,
	MAIL_FIELDS_MAX = 1000,
	MAIL_FIELD_BYTES_MAX = 64 * 1024,
	MAIL_CALENDAR_MAX = 1024 * 1024, /* octets of a calendar part once decoded */
};

enum mail_verdict { MAIL_UNKNOWN, MAIL_PASS, MAIL_FAIL };

/* What somebody signed with S/MIME (RFC 8551 §3.5); verified by smime.h alone. */
struct mail_signature {
	struct text octets; /* of multipart/signed, as they came; of signed-data its content */
	struct text der;    /* the signature; of signed-data all of it */
	bool is_enveloping; /* signed-data, which has the content in it */
	enum mail_verdict verdict; /* MAIL_UNKNOWN: not looked at */
	const char *why;	   /* unless MAIL_PASS, one sentence */
};

struct mail_part {
	struct text type;      /* "text/calendar", in lower case; text/plain where it says none */
	struct text method;    /* its parameter, in upper case; may be empty */
	struct text file_name; /* may be empty */
	struct text body; /* decoded; text and calendars in UTF-8, text cut at MAIL_CALENDAR_MAX */
	int depth;
	bool is_calendar;			/* by type, or by the name of a file */
	bool is_forwarded;			/* within message/rfc822 */
	bool is_of_tnef;			/* made of winmail.dat */
	bool is_signed;				/* smime_verify() found it signed by the sender */
	const struct mail_signature *signature; /* what it is within; NULL: nothing signed */
};

enum mail_automatic { /* RFC 3834 §5, and what others use */
		      MAIL_BY_A_PERSON,
		      MAIL_AUTO_REPLIED,   /* vacation, out of office */
		      MAIL_AUTO_GENERATED, /* a program's; calendar programs say so of invitations
					      as well */
		      MAIL_OF_A_LIST,
};

struct mail_read {
	struct text from,
		from_name; /* addr-spec in lower case domain; empty: none that can be read */
	size_t from_count; /* addresses in all From fields; with more than one nobody can vouch for
			      it */
	struct text sender, reply_to, return_path;
	bool is_from_nobody;   /* Return-Path: <> (RFC 5321 §4.5.5) */
	const struct text *to; /* of To, Cc, each as addr-spec */
	size_t to_count;
	const struct text *delivered_to; /* Delivered-To, X-Original-To, Envelope-To … */
	size_t delivered_to_count;
	struct text subject, message_id, in_reply_to; /* ids without angle brackets */
	const struct text *references;
	size_t reference_count;
	int64_t date; /* UTC seconds; 0: none that can be read */
	enum mail_automatic automatic;
	const char *automatic_by;  /* the field that says so; NULL: none */
	const struct text *failed; /* X-Failed-Recipients, of bounces by Exim */
	size_t failed_count;
	int received;		 /* how many Received fields: hops */
	struct mail_part *parts; /* leaves in their order, and each message/rfc822 before its own */
	size_t part_count;
	struct mail_signature **signatures;
	size_t signature_count;
	const char *tnef_why; /* of a winmail.dat that gave no calendar, one sentence; NULL: none */
	bool is_report; /* of delivery: multipart/report (RFC 3464), or as qmail and Exim write them
			 */
};

/*
 * BODY_TOO_LARGE, and BAD_DATA with what is wrong: no header at all, too many parts, too deep,
 * a calendar part too large. Lenient otherwise: what is broken within bounds is read as far as it
 * goes.
 */
MUST_CHECK const struct fault *mail_read(struct arena *a, struct text message,
					 struct mail_read *out);

/*
 * What the receiving server found out about an address, which is the only one in From, or in Sender
 * (RFC 8601). PASS: dmarc=pass for From, or dkim=pass or spf=pass of a domain aligned with the
 * address; FAIL: dmarc=fail. Only fields of this authserv-id count, and only those that the
 * server itself added on top (auth_results.c says which).
 */
enum mail_verdict mail_authentication(struct arena *a, struct text message, struct text server,
				      struct text address);

/* The delivery report of a message that is one: for each recipient one row (RFC 3464 §2.3). */
struct mail_report_row {
	struct text recipient; /* Final- or Original-Recipient, addr-spec */
	struct text action;    /* "failed", "delayed", "delivered", "relayed", "expanded" */
	struct text status;    /* "5.1.1" */
	struct text diagnostic;
};
struct mail_report {
	const struct mail_report_row *rows;
	size_t row_count;
	struct text message_id; /* of the returned message; empty: not among what came back */
};
MUST_CHECK const struct fault *mail_read_report(struct arena *a, const struct mail_read *m,
						struct mail_report *out);

#endif
