/*
 * itip_fixture.h - messages and objects of a meeting, and what becomes of them
 *
 * al@x.y organizes; bo@x.y, cy@x.y and di@x.y are invited. Objects are compared by property:
 * order of components and lines, folds and line ends do not count, all else does.
 */
#ifndef TESTS_ITIP_FIXTURE_H
#define TESTS_ITIP_FIXTURE_H

#include "unit.h"

#include "itip/itip.h"

enum { ITIP_NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */

/* The lines inside of a VCALENDAR, with \n or \r\n. */
struct text itip_object(struct arena *a, const char *components);
struct text itip_message(struct arena *a, const char *method, const char *components);

struct itip_try {
	const char *stored; /* as itip_object() takes it; NULL: none */
	const char *method, *message;
	const char *user, *sender; /* "bo@x.y" */
	bool take_crashers;
};
/* False, and a failure is counted: it could not be read, or a fault came. */
bool itip_run(struct arena *a, const char *name, const struct itip_try *t,
	      struct itip_outcome *out);
const struct fault *itip_run_fault(struct arena *a, const char *name, const struct itip_try *t,
				   struct itip_outcome *out);

/* want: as itip_object() takes it. */
bool itip_same(struct arena *a, const char *name, struct text got, const char *want);
/* Lines, unfolded and sorted, each with the component it is in; for comparing and reading. */
struct text itip_listed(struct arena *a, struct text object);

#endif
