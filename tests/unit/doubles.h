/*
 * doubles - the test doubles of Google and Outlook, from a program in C
 *
 * A process of tests/federation/serve.py, which is told in Python what the people there do:
 *
 *	doubles_ask(&d, a, "ann.primary.add('Lunch', '2027-01-04T12:00:00Z', …)")
 *
 * What was asked of them and does not fit the descriptions of the APIs fails the test at its end.
 */
#ifndef TESTS_DOUBLES_H
#define TESTS_DOUBLES_H

#include <stdio.h>

#include "base/text.h"

struct arena;
struct json;

struct doubles {
	pid_t pid;
	FILE *to, *from;
	struct text settings; /* KEY=VALUE, one a line */
};

/* False: the test is skipped, as what they need is not installed. */
bool doubles_start(struct doubles *d, struct arena *a);
/* Of what a server under test is told: "FASTI_GOOGLE_API_URL". */
struct text doubles_setting(const struct doubles *d, const char *key);
/* The value of an expression; one that cannot be had fails the test. */
const struct json *doubles_ask(struct doubles *d, struct arena *a, const char *expression);
/* The same, of one that is a text. */
struct text doubles_text(struct doubles *d, struct arena *a, const char *expression);
void doubles_stop(struct doubles *d);

#endif
