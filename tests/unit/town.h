/*
 * town.h - one user with an empty calendar, and few words to change it
 *
 * A town is a house_fixture with alice in it; when it closes, the auditor must
 * find nothing wrong. Memory lives as long as the case.
 */
#ifndef TESTS_TOWN_H
#define TESTS_TOWN_H

#include "house_fixture.h"

struct town {
	struct house_fixture h;
	struct arena *a;
	int64_t alice, calendar;
};

#define MONDAY_8 INT64_C(1800259200) /* EIGHT in seconds */
#define EIGHT	 "20270118T080000Z"
#define NINE	 "20270118T090000Z"
#define TEN	 "20270118T100000Z"

void town_open(struct town *t, struct store_fixture *x);
void town_close(struct town *t);

/* A client's change, a put to plan into one, and one that is run by itself. */
struct change *change_of(struct town *t);
struct change_put *put_of(struct town *t, const char *name, const char *ics);
const struct fault *run_put(struct town *t, struct change_put *put);

/* The first number of a query. */
int64_t count_of(struct town *t, const char *query);

/* A second calendar, "work". */
void make_work(struct town *t);

/* Move the mark, and nothing else. */
void set_horizon(struct town *t, int64_t until);

#endif
