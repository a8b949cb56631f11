/*
 * mail_in - the ways by which mail comes in: a mailbox that is watched, a mail server that hands
 * over
 *
 * A watched mailbox is emptied: each message is taken in (post/intake.h), and only then filed, to
 * one folder when it is done with and to another when it waits for the operator. What the store
 * does not take now stays where it is and is tried again; where the store is well and a message is
 * not, it waits for the operator after the third round, and none behind it waits for it. So a
 * message is never lost, and one that is taken in again, after a kill or under another number,
 * changes nothing.
 *
 * Files: mail_in.c (both, started and stopped; LMTP) · mail_in_watch.c, mail_in_tries.c (the
 * mailbox).
 */
#ifndef DAEMON_MAIL_IN_H
#define DAEMON_MAIL_IN_H

#include "base/fault.h"

struct arena;
struct mail_in;
struct post;

struct mail_in_settings {
	const char *imap, *password_file; /* NULL: no mailbox is watched */
	const char *ca_file;		  /* NULL: the system's */
	const char *done, *kept;	  /* folders, a slash between levels */
	int poll_s;			  /* how often to ask a server without IDLE */
	const char *lmtp;		  /* NULL: nobody hands over */
	const char *listen;		  /* server.listen: tells servers of one machine apart */
};

/* Start what is set. BAD_REQUEST: a setting cannot be read; UNAVAILABLE: it cannot be listened. */
MUST_CHECK const struct fault *mail_in_start(struct arena *a, const struct post *post,
					     const struct mail_in_settings *s,
					     struct mail_in **out);

/* What is being taken in is settled; nothing else is begun. Accepts NULL. */
void mail_in_stop(struct mail_in *m);

#endif
