/*
 * mail_room.h - a house to which mail comes
 *
 * Each message has a host of its own, at whatever address it was sent to: who had the address
 * before has it no more. What stands in a host's calendar is put there as an import, which tells
 * nobody.
 */
#ifndef TESTS_MAIL_ROOM_H
#define TESTS_MAIL_ROOM_H

#include "house_fixture.h"
#include "post/intake.h"

struct mail_room {
	struct house_fixture h;
	struct post post;
	struct arena *a;
	int hosts;
};

void mail_room_open(struct mail_room *r, struct store_fixture *x);
/* The auditor must find nothing. */
void mail_room_close(struct mail_room *r);

int64_t mail_room_host(struct mail_room *r, struct text address);
void mail_room_put(struct mail_room *r, int64_t host, struct text ics);

/* What the host has with a UID, read; NULL: nothing. */
struct ical_object *mail_room_find(struct mail_room *r, int64_t host, struct text uid);
/* How many messages wait for the host. */
size_t mail_room_waiting(struct mail_room *r, int64_t host);

/*
 * What has become of a UID at the host: "cancelled", "proposal", "invited" (somebody else organizes
 * it), else the PARTSTAT of this attendee; "-": nothing is there.
 */
const char *mail_room_state(struct mail_room *r, int64_t host, struct text uid,
			    struct text attendee);

/* "applied", "shown", "kept" or "ignored": four words for all outcomes. */
const char *mail_room_word(enum intake_outcome outcome);

#endif
