/*
 * copy_desk.h - a host whose bookings go to a calendar elsewhere, which a table stands for
 *
 * A town with an account of two calendars, the first of which takes bookings. A program that
 * includes this defines provider_of(), and gives desk_provider() for every account. One thread.
 */
#ifndef TESTS_COPY_DESK_H
#define TESTS_COPY_DESK_H

#include "federation/provider.h"
#include "town.h"

enum {
	HOUR = 3600,
	MONDAY_9 = MONDAY_8 + HOUR,
	MONDAY_10 = MONDAY_8 + 2 * HOUR,
	THERE_MAX = 16,
};

/* Rules of a meeting type. */
#define HOURLY "{\"durations\":[60],\"window_days\":365}"

struct thing {
	int64_t calendar;
	struct text remote, mark, title, rule, description;
	int64_t start, end;
	int version;
	bool is_gone, is_tentative;
};

/* What stands at the provider, and how it answers; desk_open() begins anew. */
struct copy_desk_there {
	struct thing at[THERE_MAX];
	size_t count;
	int puts, looks, removals;
	bool is_away;	    /* nothing is answered, and nothing is done */
	bool loses_answers; /* all is done, and nothing is answered */
	bool refuses;
	bool conflicts;		    /* with what is not there */
	const char *conflict;	    /* the id of that; NULL: it is not said */
	enum call_end ends_with;    /* each put, where it is not CALL_OK */
	int hides;		    /* so many looks find nothing */
	bool weakens;		    /* the ETags of what is looked at */
	enum call_end removal_ends; /* each removal; it is done where that is CALL_OK, or gone */
	bool has_no_calendar;	    /* they were deleted, with all that was in them */
	void (*meanwhile)(void);    /* what happens while something is put, or looked at */
	struct text link;
};
extern struct copy_desk_there there;

struct desk {
	struct town t;
	struct federation fed;
	struct outside_calendar calendars[2];
	const char *account; /* id of the connection */
	int64_t now;
};

const struct provider *desk_provider(void);

/* A host with one meeting type and an account; to be closed by town_close(&d->t). */
void desk_open(struct desk *d, struct store_fixture *x, const char *rules);
/* Connect the account: the first of its two calendars takes bookings. */
void connect_account(struct desk *d);
/* This one does from now on. */
void choose(struct desk *d, int takes);

/* What invitees and the host do here. `times` makes a weekly series; 0: one time. */
struct booking book(struct desk *d, int64_t start, int32_t times);
void move(struct desk *d, const struct booking *b, int64_t start);
void cancel(struct desk *d, const struct booking *b);
/* The booking as it is by now. */
struct booking now_is(struct desk *d, const struct booking *b);

/* What the job does. */
enum call_end run_copy(struct desk *d, const struct booking *b);
/* How many jobs of a kind there are. */
int64_t jobs(struct desk *d, const char *kind);
/* What is known of a booking's copy; without an owner: nothing. */
struct outside_copy desk_copy(struct desk *d, const struct booking *b);

/* What a reading of the calendar does with one of ours. */
enum call_end read_back(struct desk *d, const struct booking *b, const struct remote_event *event);
enum call_end read_thing(struct desk *d, const struct booking *b, const struct thing *t);
struct remote_event event_of(struct arena *a, const struct thing *t);
struct text etag_of(struct arena *a, const struct thing *t);
/* The host moves one, in a program of their own. */
void drag(struct thing *t, int64_t start);
/* How many of all that was written are there still. */
int standing(void);

#endif
