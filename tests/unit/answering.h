/*
 * answering - an HTTP server on loopback that answers as a test tells it
 *
 * One thread, several connections, each of which stays open. A request is told whole, with its
 * body; the answer is the bytes that are sent back.
 */
#ifndef TESTS_ANSWERING_H
#define TESTS_ANSWERING_H

#include <pthread.h>

#include "base/text.h"

/* NULL: hang up. The answer has to live until the server is stopped. */
typedef const char *(*answering_fn)(void *ctx, struct text request);

struct answering {
	answering_fn answer;
	void *ctx;
	int fd, port;
	int wake[2];
	pthread_t thread;
};

/* Ends the program when it cannot be made. */
void answering_start(struct answering *s, answering_fn answer, void *ctx);
/* All that it was asked has been told by then. */
void answering_stop(struct answering *s);

#endif
