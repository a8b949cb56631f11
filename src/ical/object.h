/*
 * object - what a calendar object resource says
 *
 * Reads the bytes once into plain structs: components with their dates, rules
 * and the properties that scheduling, free-busy and queries need. Guards come
 * first (size, depth, line length, UTF-8, no NUL), then our own reading of the
 * lines, every field of every value in range, because libical loses what it
 * does not know; then, for what clients and messages bring, libical's verdict.
 * Nothing is ever printed back from here: the client's bytes stay as they are
 * (see edit.h).
 *
 * Owns RFC 4791 §4.1 (one UID, one component type, no METHOD).
 *
 * Memory: an object and all it points to live in the arena; text may borrow
 * the raw bytes, which must live as long. Threads: no shared state.
 */
#ifndef ICAL_OBJECT_H
#define ICAL_OBJECT_H

#include "base/fault.h"
#include "base/text.h"
#include "ical/guard.h"
#include "ical/line.h"
#include "ical/recur.h"
#include "ical/time.h"

struct arena;
struct zone;

enum ical_component {
	COMP_VEVENT = 1 << 0,
	COMP_VTODO = 1 << 1,
	COMP_VJOURNAL = 1 << 2,
	COMP_VFREEBUSY = 1 << 3,
	COMP_VAVAILABILITY = 1 << 4,
	COMP_VPOLL = 1 << 5,
};

/* "VEVENT"; 0 and NULL for names that are none of these. */
const char *ical_component_name(enum ical_component c);
enum ical_component ical_component_find(struct text name);

/* A DATE or DATE-TIME as written, and how it is bound to the time line. */
struct ical_time {
	bool present;
	enum time_form form;
	int64_t seconds;	 /* local seconds, or UTC for TIME_UTC */
	struct text tzid;	 /* of TIME_ZONED, as written */
	const struct zone *zone; /* of TIME_ZONED; NULL: nobody knows this TZID (case C3) */
};

struct ical_dates { /* RDATE, EXDATE */
	struct ical_time *at;
	size_t count;
};

struct ical_period { /* RDATE;VALUE=PERIOD, FREEBUSY */
	struct ical_time start;
	bool has_end;
	struct ical_time end;
	struct duration duration;
	struct text fbtype; /* FREEBUSY only */
};

/* SCHEDULE-AGENT (RFC 6638 §7.1): who sends messages for this one. What is unknown counts as NONE.
 */
enum ical_agent { AGENT_SERVER, AGENT_CLIENT, AGENT_NONE };

struct ical_attendee {	     /* ATTENDEE or ORGANIZER */
	struct text address; /* as written, with its scheme */
	struct text partstat, cn;
	bool rsvp;
	enum ical_agent agent;
	struct text force_send;			  /* SCHEDULE-FORCE-SEND (§7.2); empty: absent */
	struct text schedule_status;		  /* SCHEDULE-STATUS (§7.3) */
	struct text cutype, role;		  /* empty: INDIVIDUAL, REQ-PARTICIPANT */
	struct text sent_by;			  /* as written, without quotes */
	struct text delegated_to, delegated_from; /* the first of each list, as written */
	size_t begin, end;			  /* its content line in the raw bytes */
};

enum ical_status {
	STATUS_NONE,
	STATUS_TENTATIVE,
	STATUS_CONFIRMED,
	STATUS_CANCELLED,
	STATUS_OTHER
};

/* One VEVENT, VTODO, VJOURNAL or VFREEBUSY: a master or an override. */
struct ical_item {
	enum ical_component type;
	size_t block; /* index in the blocks of the object */
	struct text uid;
	struct ical_time dtstart, dtend, due, completed, dtstamp, created, last_modified;
	bool has_duration;
	struct duration duration;
	struct ical_time recurrence_id;
	bool this_and_future; /* RECURRENCE-ID;RANGE=THISANDFUTURE */
	bool has_rule;
	struct recur rule; /* the first RRULE; more than one is refused */
	struct ical_dates rdates, exdates;
	struct ical_period *periods; /* RDATE;VALUE=PERIOD, or FREEBUSY */
	size_t period_count;
	enum ical_status status;
	bool transparent;
	struct text busy_status; /* X-MICROSOFT-CDO-BUSYSTATUS */
	int32_t sequence;
	struct text summary, description, location, url; /* still escaped */
	bool has_organizer;
	struct ical_attendee organizer;
	struct ical_attendee *attendees;
	size_t attendee_count;
};

struct ical_object {
	struct text raw;
	struct ical_blocks blocks; /* its components, those inside others too; 0 is the VCALENDAR */
	struct text method;	   /* empty when absent */
	struct text uid;	   /* shared by all items; empty for a lone VFREEBUSY without one */
	enum ical_component type;
	struct ical_item *items; /* the master first, when there is one */
	size_t item_count;
	bool has_master;
	struct text *managed; /* MANAGED-ID of its ATTACH lines, each once (RFC 8607 §4.3) */
	size_t managed_count;
	struct text *notes; /* what was read leniently or not followed, for the log */
	size_t note_count;
};

/* From whom the bytes come: how strictly they are read (decisions 23, 31). */
enum ical_source {
	ICAL_FROM_CLIENT,  /* PUT: strict; METHOD and bare components refused */
	ICAL_FROM_IMPORT,  /* lenient: METHOD ignored */
	ICAL_FROM_MESSAGE, /* mail or iTIP by POST: METHOD wanted */
	ICAL_FROM_STORE,   /* made here, or let in before: read again, not judged again */
};

/*
 * Read one calendar object. BAD_DATA: not iCalendar, or an unreadable value.
 * BAD_OBJECT: METHOD, several UIDs, mixed types, two overrides of one
 * instance, DTEND before DTSTART. OBJECT_TOO_LARGE, TOO_MANY_ATTENDEES,
 * TOO_MANY_INSTANCES, TOO_MANY_ATTACHMENTS: past the limits in ical.h. From clients also TOO_EARLY,
 * TOO_LATE: a time out of reach. UNKNOWN_RSCALE. A zone that is missing is no fault.
 */
MUST_CHECK const struct fault *ical_object_parse(struct arena *a, struct text raw,
						 enum ical_source source, struct ical_object **out);

/*
 * Cut a whole file (import, feed, mail) into objects of one UID each, in order
 * of appearance: every part is a complete VCALENDAR that holds the master, its
 * overrides and the VTIMEZONEs they use, with bytes kept; bare components are
 * wrapped, METHOD is left out. Items without a UID get one derived from their
 * content. BAD_DATA: not iCalendar at all.
 */
struct ical_part {
	struct text raw;
	struct text uid;
	const struct fault *fault; /* why this part cannot be used; NULL: fine so far */
};
MUST_CHECK const struct fault *ical_file_split(struct arena *a, struct text file,
					       struct ical_part **parts_out, size_t *count_out);

#endif
