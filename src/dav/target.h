/*
 * target - what a path names
 *
 * The tree is fixed, but for the plain collections that users make:
 *
 *	/  /dav/  /dav/principals/  /dav/principals/users/  …/users/NAME/
 *	/dav/calendars/  /dav/calendars/NAME/  …/NAME/CALENDAR/  …/CALENDAR/OBJECT
 *	…/NAME/PLAIN/  …/PLAIN/FILE  …/PLAIN/PLAIN/ and so on
 *	…/users/NAME/calendar-proxy-read/  …/users/NAME/calendar-proxy-write/
 *	/dav/push/ID  /dav/attachments/ID/FILE
 *
 * "users" stands for each kind of principal: users, groups, rooms, resources, teams. A calendar
 * that another one shares stands in the home of whoever it is shared with as OWNER~CALENDAR;
 * "~" is in no name of a principal.
 *
 * Segments come decoded; a name is compared whole, so no escape, dot or slash
 * in one leads anywhere else. The slash that a client has escaped in the name of a
 * calendar object is kept as DAV_SLASH, which no name can hold: so the names of
 * locks and of the store, joined by slashes, still say what they said.
 *
 * Pure: no store. Memory: shapes borrow the segments; hrefs are written in one
 * canonical percent-encoding.
 */
#ifndef DAV_TARGET_H
#define DAV_TARGET_H

#include "base/buf.h"
#include "store/owner.h"

struct arena;

/* What can stand at a path; bits, so that tables say where a row applies. */
enum dav_kind {
	DAV_ROOT = 1 << 0,	     /* "/" */
	DAV_TOP = 1 << 1,	     /* "/dav/" */
	DAV_PRINCIPALS = 1 << 2,     /* "/dav/principals/" */
	DAV_USERS = 1 << 3,	     /* "/dav/principals/users/", or of another kind */
	DAV_PRINCIPAL = 1 << 4,	     /* one of them */
	DAV_HOMES = 1 << 5,	     /* "/dav/calendars/" */
	DAV_HOME = 1 << 6,	     /* of one principal */
	DAV_CALENDAR = 1 << 7,	     /* a calendar collection */
	DAV_INBOX = 1 << 8,	     /* RFC 6638 §2.2 */
	DAV_OUTBOX = 1 << 9,	     /* RFC 6638 §2.1 */
	DAV_OBJECT = 1 << 10,	     /* a calendar object resource */
	DAV_FREE_CALENDAR = 1 << 11, /* nothing yet, where a calendar could be */
	DAV_FREE_OBJECT = 1 << 12,   /* nothing yet, where an object could be */
	DAV_ORPHAN = 1 << 13,	     /* nothing, and its parent is missing too */
	DAV_MISPLACED = 1 << 14,     /* nothing, and no place for a calendar or an object */
	DAV_MISNAMED = 1 << 15,	     /* a name that neither of them can have */
	DAV_NOTHING = 1 << 16,	     /* nothing, and nothing to be said about it */
	DAV_PLAIN = 1 << 17,	    /* a plain collection (RFC 4918 §5.2): a folder of the store */
	DAV_FILE = 1 << 18,	    /* a file in it */
	DAV_FREE_FILE = 1 << 19,    /* nothing yet, where a file or a plain collection could be */
	DAV_REGISTRATION = 1 << 20, /* perhaps: "/dav/push/ID", to be deleted (push.h) */
	DAV_ATTACHMENT = 1 << 21,   /* perhaps: "/dav/attachments/ID/FILE" (attachment.c) */
	DAV_PROXY = 1 << 22,	    /* a group of a principal's (proxy.h); `collection` is which */
};

#define DAV_BOXES   (DAV_INBOX | DAV_OUTBOX)
#define DAV_FOLDERS (DAV_ROOT | DAV_TOP | DAV_PRINCIPALS | DAV_USERS | DAV_HOMES)
#define DAV_COLLECTIONS                                                                            \
	(DAV_FOLDERS | DAV_PRINCIPAL | DAV_PROXY | DAV_HOME | DAV_CALENDAR | DAV_INBOX |           \
	 DAV_OUTBOX | DAV_PLAIN)
#define DAV_MEMBERS  (DAV_OBJECT | DAV_FILE)
#define DAV_EXISTING (DAV_COLLECTIONS | DAV_MEMBERS)
#define DAV_MISSING                                                                                \
	(DAV_FREE_CALENDAR | DAV_FREE_OBJECT | DAV_FREE_FILE | DAV_ORPHAN | DAV_MISPLACED |        \
	 DAV_MISNAMED)
/* ... and where there could be no member either. */
#define DAV_NO_PARENT (DAV_ORPHAN | DAV_MISPLACED | DAV_MISNAMED)

/* Whose place a path is in. */
struct dav_whose {
	enum owner_kind kind; /* of homes not told by the path: an individual's until looked up */
	struct text name;
};

/*
 * What a path looks like, before the store is asked: DAV_CALENDAR stands for
 * any name under a home, DAV_OBJECT for any name below that. The names between
 * the home and the last one are joined by slashes, as a folder is called in the store.
 */
struct dav_shape {
	enum dav_kind kind;
	struct dav_whose whose;
	struct text collection, object;
	bool ends_slash; /* it is said to be a collection */
};

#define DAV_SLASH '\x1F' /* in names, for "%2F" */

enum { DAV_NAME_MAX = 255 }; /* bytes of one decoded segment */

/* The shape of decoded segments. */
struct dav_shape dav_shape_of(struct arena *a, const struct text *segments, size_t count);

/*
 * The same for an href of a client: an absolute path or URI, in any valid
 * percent-encoding (RFC 4918 §8.3). False: it cannot be read.
 */
MUST_CHECK bool dav_read_href(struct arena *a, struct text href, struct dav_shape *out);
/* DAV_NOTHING for what cannot be read, and for an object that is said to be a collection. */
struct dav_shape dav_shape_of_href(struct arena *a, struct text href);
/* The name in the path of a principal; no text: it is none. */
struct text dav_principal_name(struct arena *a, struct text href);

/* "alice~work", and back; false: it is no such name. */
struct text dav_shared_name(struct arena *a, struct text owner, struct text collection);
MUST_CHECK bool dav_split_shared(struct text name, struct text *owner_out,
				 struct text *collection_out);

/* A name as a segment of a path. */
void dav_put_name(struct buf *out, struct text name);
/* The canonical href; collections end with a slash. Not for what is missing. */
void dav_put_path(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		  struct text collection, struct text object);
/* The same, escaped for character data. */
void dav_put_path_xml(struct buf *out, enum dav_kind kind, const struct dav_whose *whose,
		      struct text collection, struct text object);

#endif
