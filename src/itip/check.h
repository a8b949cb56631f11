/*
 * check - what a METHOD needs, may have and must not have (RFC 5546 §3)
 *
 * The tables of §3.2 (VEVENT), §3.3 (VFREEBUSY) and §3.4 (VTODO) as rows (rules.tbl.h): method,
 * component, property, presence. Messages that come in are checked with them after what real
 * programs leave out was granted (interop: METHOD in lower case, no ORGANIZER in a REPLY of
 * Exchange); messages that go out are checked in the tests, all of them.
 *
 * Memory: faults live in the arena. Threads: no state.
 */
#ifndef ITIP_CHECK_H
#define ITIP_CHECK_H

#include "ical/object.h"

enum itip_method {
	ITIP_PUBLISH,
	ITIP_REQUEST,
	ITIP_REPLY,
	ITIP_ADD,
	ITIP_CANCEL,
	ITIP_REFRESH,
	ITIP_COUNTER,
	ITIP_DECLINECOUNTER,
	ITIP_METHODS, /* how many; also: none of them */
};

/* "REQUEST"; and back, in any case. */
const char *itip_method_name(enum itip_method m);
enum itip_method itip_method_find(struct text name);

/* BAD_OBJECT with one sentence and the section for the first rule that does not hold. */
MUST_CHECK const struct fault *itip_check(struct arena *a, const struct ical_object *message,
					  enum itip_method *method_out);

/*
 * The same without mercy: what every message of ours must satisfy, and every one that our users
 * post (RFC 6638 §5.2.1).
 */
MUST_CHECK const struct fault *itip_check_sent(struct arena *a, const struct ical_object *message);

#endif
