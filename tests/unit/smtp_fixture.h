/*
 * smtp_fixture - mail servers for tests of the sender
 *
 * Two kinds: tests/tools/smtpd.py, a real one with STARTTLS and AUTH (alice / secret), and
 * a scripted one, a thread that says what a test has written down for it, be it
 * wrong, late, or without an end.
 */
#ifndef TESTS_SMTP_FIXTURE_H
#define TESTS_SMTP_FIXTURE_H

#include <pthread.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/text.h"

/* ---- the real one ------------------------------------------------------------------------ */

struct smtpd {
	char dir[40]; /* holds c.pem and k.pem for "localhost", and its log */
	pid_t pid;
	int port;
};

/* options: what follows CERT and KEY ("tls", "login", or ""); NULL: without a certificate. */
void smtpd_start(struct smtpd *s, const char *options);
void smtpd_stop(struct smtpd *s);

/* The messages it has taken, one line of JSON each. */
struct text smtpd_log(const struct smtpd *s, struct arena *a);

/* Make c.pem and k.pem in dir for this name. */
void smtp_fixture_certificate(const char *dir, const char *name);

/* ---- the scripted one -------------------------------------------------------------------- */

/*
 * To a command that begins so, this answer: as it stands, with "\r\n" in it. SILENCE says
 * nothing until the client is gone, CLOSE hangs up, as an answer without a line end does; ENDLESS
 * and TRICKLE never come to a line end, the one fast and the other slowly.
 */
struct script_line {
	const char *command, *answer;
};

#define SCRIPT_SILENCE "(silence)"
#define SCRIPT_CLOSE   "(close)"
#define SCRIPT_ENDLESS "(endless)"
#define SCRIPT_TRICKLE "(trickle)"

enum { SCRIPT_LINES = 4, SCRIPT_HEARD_MAX = 16 * 1024 };

struct scripted {
	/* Before the usual answers; "" as a command is the greeting, "." the end of the message. */
	struct script_line lines[SCRIPT_LINES];
	const char *ehlo; /* keywords to offer: "250-SMTPUTF8\r\n" */
	int port, fd;
	pthread_t thread;
	char heard[SCRIPT_HEARD_MAX]; /* all that came in; whole once stopped */
	size_t heard_len;
	int connections;
};

void scripted_start(struct scripted *s);
void scripted_stop(struct scripted *s);

#endif
