/*
 * place.h - a town with a room, and who invites it
 *
 * alice and bob want it; holds are the room's own. When it closes, the auditor must find nothing.
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include "town.h"

#define BY_ALICE "ORGANIZER:mailto:alice@example.org\r\n"
#define BY_BOB	 "ORGANIZER:mailto:bob@example.org\r\n"
#define ROOM	 "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.org\r\n"
#define BOB	 "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"
#define DAILY	 "RRULE:FREQ=DAILY;COUNT=5\r\n"
/* The third day of a series that begins at EIGHT. */
#define THIRD_EIGHT "20270120T080000Z"
#define THIRD_NINE  "20270120T090000Z"

struct place {
	struct town t;
	int64_t bob, room;
};

/* The room is of that kind, and in Berlin. */
void place_open(struct place *p, struct store_fixture *x, enum owner_kind kind);
void place_close(struct place *p);

/* What is answered for somebody from now on. */
void place_set(struct place *p, int64_t owner, const struct answer_limits *l);

/* A client of theirs saves UID.ics; `who` are further lines. */
const struct fault *place_save(struct place *p, int64_t owner, const char *uid, const char *start,
			       const char *end, const char *who);

/* What an owner has with a UID; NULL: nothing. */
struct stored_object *place_find(struct place *p, int64_t owner, const char *uid);

/* The answer of somebody in an owner's object: "-": they have none. */
const char *place_answer_of(struct place *p, int64_t owner, const char *uid, const char *address);
/* The same of the room. */
const char *place_answer(struct place *p, int64_t owner, const char *uid);

/* Holds of the room for meetings; of anything at this start. */
int64_t place_holds(struct place *p);
int64_t place_holds_at(struct place *p, int64_t start);

#endif
