/*
 * rules.tbl.h - what a METHOD needs, may have and must not have (RFC 5546 §3.2, §3.3, §3.4)
 *
 * The restriction tables of the RFC side by side: component, property (or component inside), and
 * for each METHOD how often it stands there.
 *
 *	ONE    exactly one		one    the same of what we send; else not looked at
 *	SOME   one or more		some   likewise
 *	NO     none			no     likewise
 *	LEAST  exactly one of what we send; else one or more
 *	ANY    however many		opt    at most one of what we send
 *	__     the component has no such METHOD
 *
 * In capitals is what a message cannot be acted on without; the rest is granted to what comes in,
 * as programs in use break it (interop §7: whole events with alarms and all attendees as REPLY, no
 * ORGANIZER in Exchange's, no SUMMARY, PRIORITY or SEQUENCE in many).
 *
 * Departures: SEQUENCE in a COUNTER of a VEVENT is "1" in the RFC, but "MAY be present if zero";
 * SUMMARY of a VTODO is missing in three of its tables.
 */
/* clang-format off */

/* §3.2.1 to §3.2.8 */
/*   component  property            PUBLISH  REQUEST  REPLY    ADD      CANCEL   REFRESH  COUNTER  DECLINECOUNTER */
RULE(VEVENT,    "ATTACH",           ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "ATTENDEE",         no,      SOME,    LEAST,   ANY,     ANY,     LEAST,   ANY,     some)
RULE(VEVENT,    "CATEGORIES",       ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "CLASS",            opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "COMMENT",          ANY,     ANY,     ANY,     ANY,     ANY,     ANY,     ANY,     ANY)
RULE(VEVENT,    "CONTACT",          opt,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "CREATED",          opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "DESCRIPTION",      opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "DTEND",            opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "DTSTAMP",          one,     one,     one,     one,     one,     one,     one,     one)
RULE(VEVENT,    "DTSTART",          ONE,     ONE,     opt,     ONE,     opt,     no,      ONE,     opt)
RULE(VEVENT,    "DURATION",         opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "EXDATE",           ANY,     ANY,     ANY,     NO,      ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "GEO",              opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "LAST-MODIFIED",    opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "LOCATION",         opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "ORGANIZER",        one,     ONE,     one,     ONE,     ONE,     one,     one,     ONE)
RULE(VEVENT,    "PRIORITY",         opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "RDATE",            ANY,     ANY,     ANY,     NO,      ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "RECURRENCE-ID",    opt,     opt,     opt,     NO,      opt,     opt,     opt,     opt)
RULE(VEVENT,    "RELATED-TO",       ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "REQUEST-STATUS",   no,      no,      ANY,     no,      no,      no,      ANY,     ANY)
RULE(VEVENT,    "RESOURCES",        ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VEVENT,    "RRULE",            opt,     opt,     opt,     NO,      opt,     no,      opt,     opt)
RULE(VEVENT,    "SEQUENCE",         opt,     opt,     opt,     one,     one,     no,      opt,     one)
RULE(VEVENT,    "STATUS",           opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "SUMMARY",          one,     one,     opt,     one,     opt,     no,      one,     opt)
RULE(VEVENT,    "TRANSP",           opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "UID",              ONE,     ONE,     ONE,     ONE,     ONE,     ONE,     ONE,     ONE)
RULE(VEVENT,    "URL",              opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VEVENT,    "VALARM",           ANY,     ANY,     no,      ANY,     no,      no,      ANY,     no)
RULE(VEVENT,    "VEVENT",           SOME,    SOME,    SOME,    ONE,     SOME,    LEAST,   LEAST,   SOME)
RULE(VEVENT,    "VTIMEZONE",        ANY,     ANY,     opt,     ANY,     ANY,     ANY,     ANY,     ANY)

/* §3.3.1 to §3.3.3 */
/*   component  property            PUBLISH  REQUEST  REPLY    ADD      CANCEL   REFRESH  COUNTER  DECLINECOUNTER */
RULE(VFREEBUSY, "ATTENDEE",         no,      SOME,    LEAST,   __,      __,      __,      __,      __)
RULE(VFREEBUSY, "COMMENT",          ANY,     ANY,     ANY,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "CONTACT",          opt,     opt,     opt,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "DTEND",            ONE,     ONE,     ONE,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "DTSTAMP",          one,     one,     one,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "DTSTART",          ONE,     ONE,     ONE,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "DURATION",         no,      no,      no,      __,      __,      __,      __,      __)
RULE(VFREEBUSY, "FREEBUSY",         ANY,     no,      ANY,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "ORGANIZER",        one,     ONE,     one,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "REQUEST-STATUS",   no,      no,      ANY,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "SEQUENCE",         ANY,     ANY,     no,      __,      __,      __,      __,      __)
RULE(VFREEBUSY, "UID",              one,     ONE,     ONE,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "URL",              opt,     no,      opt,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "VALARM",           no,      no,      no,      __,      __,      __,      __,      __)
RULE(VFREEBUSY, "VFREEBUSY",        SOME,    ONE,     ONE,     __,      __,      __,      __,      __)
RULE(VFREEBUSY, "VTIMEZONE",        no,      no,      no,      __,      __,      __,      __,      __)

/* §3.4.1 to §3.4.8 */
/*   component  property            PUBLISH  REQUEST  REPLY    ADD      CANCEL   REFRESH  COUNTER  DECLINECOUNTER */
RULE(VTODO,     "ATTACH",           ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "ATTENDEE",         no,      SOME,    LEAST,   ANY,     ANY,     LEAST,   some,    some)
RULE(VTODO,     "CATEGORIES",       ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "CLASS",            opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "COMMENT",          ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "COMPLETED",        opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "CONTACT",          ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "CREATED",          opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "DESCRIPTION",      opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "DTSTAMP",          one,     one,     one,     one,     one,     one,     one,     one)
RULE(VTODO,     "DTSTART",          one,     one,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "DUE",              opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "DURATION",         opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "EXDATE",           ANY,     ANY,     ANY,     NO,      ANY,     no,      ANY,     ANY)
RULE(VTODO,     "GEO",              opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "LAST-MODIFIED",    opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "LOCATION",         opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "ORGANIZER",        one,     ONE,     one,     ONE,     ONE,     no,      one,     ONE)
RULE(VTODO,     "PERCENT-COMPLETE", opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "PRIORITY",         one,     one,     opt,     one,     opt,     no,      one,     opt)
RULE(VTODO,     "RDATE",            ANY,     ANY,     ANY,     NO,      ANY,     no,      ANY,     ANY)
RULE(VTODO,     "RECURRENCE-ID",    opt,     opt,     opt,     NO,      opt,     opt,     opt,     opt)
RULE(VTODO,     "RELATED-TO",       ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "REQUEST-STATUS",   no,      no,      ANY,     no,      no,      no,      ANY,     ANY)
RULE(VTODO,     "RESOURCES",        ANY,     ANY,     ANY,     ANY,     ANY,     no,      ANY,     ANY)
RULE(VTODO,     "RRULE",            opt,     opt,     opt,     NO,      opt,     no,      opt,     opt)
RULE(VTODO,     "SEQUENCE",         opt,     opt,     opt,     one,     one,     no,      opt,     one)
RULE(VTODO,     "STATUS",           opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "SUMMARY",          one,     one,     opt,     one,     opt,     no,      one,     opt)
RULE(VTODO,     "UID",              ONE,     ONE,     ONE,     ONE,     ONE,     ONE,     ONE,     ONE)
RULE(VTODO,     "URL",              opt,     opt,     opt,     opt,     opt,     no,      opt,     opt)
RULE(VTODO,     "VALARM",           ANY,     ANY,     no,      ANY,     no,      no,      ANY,     no)
RULE(VTODO,     "VTIMEZONE",        ANY,     ANY,     opt,     ANY,     opt,     ANY,     opt,     ANY)
RULE(VTODO,     "VTODO",            SOME,    SOME,    SOME,    ONE,     SOME,    LEAST,   LEAST,   LEAST)
/* clang-format on */
