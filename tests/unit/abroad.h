/*
 * abroad.h - alice, with one calendar elsewhere that counts
 *
 * A town whose user has the account "k1" at Outlook with the calendar "work", never read yet. It
 * closes by town_close(&w->t).
 */
#ifndef TESTS_ABROAD_H
#define TESTS_ABROAD_H

#include "calendar/change_outside.h"
#include "town.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

#define ACCOUNT	 TEXT("k1")
#define ORGANIZE "ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:bob@example.org\r\n"

struct abroad {
	struct town t;
	int64_t calendar;
	struct connection connection;
};

void abroad_open(struct abroad *w, struct store_fixture *x);
/* A change as what reads calendars elsewhere makes it. */
struct change *abroad_change(struct abroad *w);

/* The account with these calendars, to be connected or changed; it is w->connection from then. */
struct change_connection abroad_connection(struct abroad *w, bool is_new,
					   struct outside_calendar *calendars, size_t count);
struct outside_calendar abroad_calendar(const char *remote, bool counts);
const struct fault *abroad_connect(struct abroad *w, struct change_connection *x);

/* A reading that has just begun, which ends with the change that it goes into. */
struct change_outside abroad_reading(struct abroad *w);
/* An object of the calendar, and the row of the event that it stands for. */
struct change_put abroad_put(struct abroad *w, const char *uid, const char *start, const char *end,
			     const char *more);
struct outside_event abroad_event(struct abroad *w, const char *remote);
/* An event and its row in one change, which is a whole reading. */
const struct fault *abroad_bring(struct abroad *w, const char *uid, const char *start,
				 const char *end, const char *more);

/* The calendar as it is, and what its owner's row says. */
struct outside_calendar *abroad_row(struct abroad *w);
int64_t abroad_version(struct abroad *w);
int64_t abroad_outside_at(struct abroad *w);
bool abroad_is_trusted(struct abroad *w);
/* Spans that are busy on the Monday of town.h, as "8-9 10-11": hours UTC. */
const char *abroad_busy(struct abroad *w);

#endif
