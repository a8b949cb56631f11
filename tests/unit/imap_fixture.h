/*
 * imap_fixture - a scripted IMAP server: a thread that says what a test has written down for it,
 * be it wrong or without an end
 */
#ifndef TESTS_IMAP_FIXTURE_H
#define TESTS_IMAP_FIXTURE_H

#include <pthread.h>

#include "base/text.h"

/*
 * To a command that begins so (behind its tag), this answer: as it stands, with IMAP_TAG in the
 * place of the tag. What ends with IMAP_CLOSE hangs up, with IMAP_ENDLESS repeats what stands
 * before it until the client is gone, with IMAP_SILENCE says nothing more.
 */
struct imap_line {
	const char *command, *answer;
};

#define IMAP_TAG     "\1"
#define IMAP_CLOSE   "\2"
#define IMAP_ENDLESS "\3"
#define IMAP_SILENCE "\4"

enum { IMAP_LINES = 8, IMAP_HEARD_MAX = 64 * 1024 };

struct imapd {
	struct imap_line lines[IMAP_LINES]; /* before the usual answers; "" is the greeting */
	const char *can;		    /* of CAPABILITY; NULL: all there is */
	int port, fd;
	pthread_t thread;
	char heard[IMAP_HEARD_MAX]; /* without tags, each line ended by "\n"; whole once stopped */
	size_t heard_len;
};

void imapd_start(struct imapd *s);
void imapd_stop(struct imapd *s);

/* Was this heard, as whole lines? Once it is stopped. */
bool imapd_heard(const struct imapd *s, const char *lines);

#endif
