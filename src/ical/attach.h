/*
 * attach - ATTACH lines of files that the server keeps (RFC 8607 §3.3, §4)
 *
 * Puts one line into a calendar object, replaces it, or takes it out: in all components, or in
 * those of the instances that are asked for. An instance that has no component of its own gets one
 * first, which says what the instance said before. All other bytes stay as they are.
 *
 * Memory: results live in the arena. Threads: no state.
 */
#ifndef ICAL_ATTACH_H
#define ICAL_ATTACH_H

#include "ical/object.h"

struct ical_attached {
	struct text managed_id, media_type, file_name; /* file_name may be empty */
	int64_t size_bytes;
	struct text url;
};

enum ical_attach_action { ATTACH_ADD, ATTACH_UPDATE, ATTACH_REMOVE };

struct ical_attach {
	enum ical_attach_action action;
	struct text managed_id;	   /* of the line to replace or to take out */
	struct ical_attached line; /* of the one that comes */
	/*
	 * "M" for the component without RECURRENCE-ID, or a RECURRENCE-ID as it stands there, or
	 * would (§3.3.2); of a zoned one, the same instant in UTC will do. 0: all components.
	 */
	const struct text *instances;
	size_t instance_count;
};

enum { ATTACH_INSTANCES_MAX = 100 }; /* that one request may name */

/*
 * The object with the change. BAD_INSTANCE: there is no such instance, it is named twice, or (to
 * replace) one is named. BAD_MANAGED_ID: no line of it where it is looked for. BAD_OBJECT: nothing
 * can be attached to this. OBJECT_TOO_LARGE, TOO_MANY_ATTACHMENTS.
 */
MUST_CHECK const struct fault *ical_attach(struct arena *a, const struct ical_object *o,
					   const struct ical_attach *x, struct text *raw_out);

#endif
