/*
 * people.h - a town where three users meet, and few words for what they do
 *
 * Memory lives as long as the case.
 */
#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H

#include "town.h"

#define ORGANIZER "ORGANIZER:mailto:alice@example.org\r\n"
#define ME	  "ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org\r\n"
#define BOB	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"
#define CAROL	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@example.org\r\n"
#define EVE	  "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eve@example.com\r\n"

/* alice invites; bob and carol are of this server as well, eve is not. */
struct people {
	struct town t;
	int64_t bob, carol;
};

void people_open(struct people *p, struct store_fixture *x);

void people_close(struct people *p);

const char *meeting(struct people *p, const char *start, const char *end, const char *who);

const struct fault *alice_saves(struct people *p, const char *ics);

/* What an owner has of the meeting, unfolded; NULL: nothing. */
struct stored_object *copy_of(struct people *p, int64_t owner);

/* Does a line of theirs begin with one word, end with another, and hold a third? */
bool says(struct people *p, int64_t owner, const char *begins, const char *holds, const char *ends);

bool has_answered(struct people *p, int64_t owner, const char *who, const char *partstat);

/* Messages with this METHOD in an inbox. */
int64_t in_inbox(struct people *p, int64_t owner, const char *method);

/* An attendee answers in their copy. */
const struct fault *answers(struct people *p, int64_t owner, const char *who, const char *partstat);

int64_t jobs_to(struct people *p, const char *method, const char *to);

#endif
