/*
 * mail - invitations out by SMTP
 *
 * Composes iMIP messages (RFC 6047) and hands them to an SMTP server with
 * libetpan, or drops them into a folder. A message is sent by a job: what
 * fails for now is tried again with the same Message-ID, what fails for good is kept
 * for the operator. TLS is checked by our own hands, because libetpan checks nothing.
 *
 * Owns RFC 5322 and 2045 to 2047 as far as one writes them, RFC 5321 as a client, RFC 3207
 * (STARTTLS), RFC 4954 (AUTH), RFC 6531 (SMTPUTF8), RFC 2920 (pipelining), RFC 6047.
 *
 * Reading order: address.h · compose.h (the message), header.h and mime.h (its lines) ·
 * sender.h (which way it goes), setting.h · smtp.h (the dialogue), wire.h (what carries it),
 * drop.h (into a folder).
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#endif
