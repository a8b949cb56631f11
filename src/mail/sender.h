/*
 * sender - where mail goes, and what became of it
 *
 * mail.smtp is `smtp://host:port`, `smtps://…`, `smtp+starttls://user@host:port`, or
 * `file:DIR` (one .eml per message, written under another name and renamed). Without a port
 * it is 25, 465 or 587. The user may be percent-encoded; the password is in a file of its
 * own, and goes over TLS or, with smtp://, to localhost, 127.x.x.x or ::1 only.
 *
 * Threads: a sender may be used by several threads at once; each send has a connection of
 * its own or one kept from before.
 */
#ifndef MAIL_SENDER_H
#define MAIL_SENDER_H

#include "base/fault.h"
#include "base/text.h"

struct arena;
struct mail_sender;

struct mail_settings {
	const char *smtp;	   /* as above; NULL: mail waits */
	const char *password_file; /* NULL: no AUTH */
	const char *ca_file;	   /* NULL: the system's */
	int timeout_s;		   /* for each step of the dialogue; 0: 30 */
};

/*
 * Reads the password and the certificates once. BAD_REQUEST: the setting, or a file that it
 * names, cannot be read. The sender lives in the arena.
 */
MUST_CHECK const struct fault *mail_sender_create(struct arena *a,
						  const struct mail_settings *settings,
						  struct mail_sender **out);
/* Accepts NULL. */
void mail_sender_destroy(struct mail_sender *s);

/*
 * What is being sent has so many seconds more, and is LATER when they do not suffice; no
 * dialogue waits any longer afterwards. For the end of the program, from any thread. Accepts NULL.
 */
void mail_sender_stop(struct mail_sender *s, int seconds);

/* False when mail waits because no way out was set. */
bool mail_sender_is_set(const struct mail_sender *s);

/* Say goodbye on connections that nothing has used for a while. Accepts NULL. */
void mail_sender_rest(struct mail_sender *s);

enum mail_result {
	MAIL_RESULT_SENT,
	MAIL_RESULT_LATER, /* network, 4xx, bad certificate, settings: try again */
	MAIL_RESULT_NEVER, /* 5xx for this recipient or message */
	/* The message was handed over and no answer came: try again, though it may have left. */
	MAIL_RESULT_UNSURE,
};

/*
 * Send one message to one recipient; but for SENT *why_out says what the server said, in one
 * line for the log and the job.
 */
enum mail_result mail_send(struct mail_sender *s, struct arena *a, struct text envelope_from,
			   struct text to, struct text message, struct text *why_out);

#endif
