/*
 * smtp - one connection to a mail server, and one mail at a time through it
 *
 * RFC 5321 as a client, STARTTLS (RFC 3207), AUTH PLAIN and LOGIN (RFC 4954), SMTPUTF8
 * (RFC 6531), PIPELINING (RFC 2920). libetpan speaks; what it has no words for goes as lines on its
 * stream. AUTH is ours, because libetpan's needs plug-ins that may not be installed and cuts long
 * passwords. A server that should offer STARTTLS and does not gets nothing.
 *
 * What an answer means: only to RCPT, DATA and the message can a 5xx say that this mail will
 * never go; anywhere else it speaks of settings that an operator can mend.
 *
 * Threads: a connection belongs to one thread at a time.
 */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "mail/sender.h"
#include "mail/wire.h"

struct smtp;

/* One mail. The addresses are valid, the message has CR LF line ends and one at its end. */
struct smtp_mail {
	struct text from, to, message;
};

/* Connect, up to and with AUTH. SENT: *out is ready; otherwise LATER, and why. */
enum mail_result smtp_open(const struct wire_target *target, struct arena *a, struct smtp **out,
			   struct text *why_out);
/* Accepts NULL. */
void smtp_close(struct smtp *c);

enum mail_result smtp_send(struct smtp *c, struct arena *a, const struct smtp_mail *mail,
			   struct text *why_out);

/* The server has hung up, or might have: no mail can follow. */
bool smtp_is_over(const struct smtp *c);

/* It was kept, and had gone before anything of the last mail was heard: another one may carry it.
 */
bool smtp_is_stale(const struct smtp *c);

#endif
