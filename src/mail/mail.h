/*
 * mail - messages out by SMTP, and what comes in
 *
 * Composes iMIP messages (RFC 6047) and hands them to an SMTP server with
 * libetpan, or drops them into a folder. A message is sent by a job: what
 * fails for now is tried again with the same Message-ID, what fails for good is kept
 * for the operator. TLS is checked by our own hands, because libetpan checks nothing.
 *
 * A message that came in is read into its fields and parts, within bounds, and judged by nobody
 * here: whose word it is, is for post/.
 *
 * Owns RFC 5322 and 2045 to 2047, RFC 2231, RFC 3464, RFC 8601, RFC 8551, RFC 5321 as a client, RFC
 * 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6531 (SMTPUTF8), RFC 2920 (pipelining), RFC 6047.
 *
 * Reading order: address.h · compose.h (the message), header.h and mime.h (its lines) ·
 * sender.h (which way it goes), setting.h · smtp.h (the dialogue), wire.h (what carries it),
 * drop.h (into a folder) · read.h (a message that came in): fields_priv.h, coding_priv.h,
 * content_priv.h, mailbox_priv.h, date_priv.h (a header), parts_priv.h (a body), tnef_priv.h and
 * tnef_calendar_priv.h (winmail.dat) · smime.h (who signed).
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#endif
