/*
 * elsewhere.h - a calendar elsewhere, at a provider that is all in memory
 *
 * A program that includes this defines provider_of(), and gives elsewhere_provider() for every
 * account. What stands there is a list in the order of its changes, as all such calendars are; a
 * cursor is a place in it. Threads: the list has a lock.
 */
#ifndef TESTS_ELSEWHERE_H
#define TESTS_ELSEWHERE_H

#include <stdatomic.h>

#include "federation/provider.h"
#include "house_fixture.h"

enum { ELSEWHERE_MOST = 20000, ELSEWHERE_CALENDARS_MOST = 4 };

#define ELSEWHERE_NINE "DTSTART:20270118T090000Z\r\nDTEND:20270118T100000Z\r\n"

/* What is told at one call, instead of the truth. */
struct elsewhere_fault {
	int at_call; /* the how-manieth from now; 0: none */
	enum call_end end;
};

struct elsewhere {
	struct house_fixture h;
	struct arena *a; /* of the case */
	struct federation fed;
	int64_t owner, calendar;
	struct text connection;
	const char *clock; /* file */
};

const struct provider *elsewhere_provider(void);

/* Forget what stood there; pages of so many. */
void elsewhere_reset(int page_size);
/* The kind of the provider, and whether it is one that can be watched. */
void elsewhere_kind(enum provider_kind kind, bool tells);
void elsewhere_put(const char *remote, const char *series, enum outside_kind kind,
		   const char *lines);
/* So many of them at nine: the prefix and a number each. */
void elsewhere_put_many(const char *prefix, int count);
void elsewhere_mark(const char *remote, const char *mark);
void elsewhere_remove(const char *remote);
/* All cursors and pages so far are too old. */
void elsewhere_forget_cursors(void);
/* Each reading from the beginning gives other ids. */
void elsewhere_make_up_ids(bool on);
void elsewhere_fail(int at_call, enum call_end end);
/* Called within each call, by its number from now. */
void elsewhere_during(void (*fn)(void *ctx, int call), void *ctx);
/* Calls since the last time this was asked. */
int elsewhere_calls(void);
void elsewhere_calendars(const struct remote_calendar *list, size_t count);
/* Watches that were made, renewed and taken back. */
struct elsewhere_watched {
	int made, renewed, stopped;
	char id[64], token[128];
};
struct elsewhere_watched elsewhere_watched(void);
/* What of watch() and renew() is told. */
void elsewhere_watch_ends(enum call_end end);
/* Renew what is due by then; how many were. */
int elsewhere_renew(struct elsewhere *e, int64_t now);

/* An account of a user, with one calendar that counts; the time is HOUSE_NOW. */
void elsewhere_open(struct elsewhere *e, struct store_fixture *x);
void elsewhere_close(struct elsewhere *e);
void elsewhere_clock(struct elsewhere *e, int64_t now);

/* One reading, due or not; the calendar as it is after it. */
enum call_end elsewhere_read(struct elsewhere *e, struct outside_calendar *out);
/* By a visit of the caller's. */
enum call_end elsewhere_read_by(struct elsewhere *e, struct visit *v, struct outside_calendar *out);
/* The calendar as it is. */
struct outside_calendar elsewhere_row(struct elsewhere *e);
struct connection elsewhere_account(struct elsewhere *e);
/* Names of all objects of the calendar that there are, and how many. */
int64_t elsewhere_objects(struct elsewhere *e);
bool elsewhere_has(struct elsewhere *e, const char *series);
struct text elsewhere_object(struct elsewhere *e, const char *series);
int64_t elsewhere_version(struct elsewhere *e);

#endif
