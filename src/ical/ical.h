/*
 * ical - what a calendar object means
 *
 * Values in, values out: nothing here reads a file (zone files apart, once
 * per zone), a socket or the clock. libical parses, validates and builds, behind
 * guards; edits that keep every other byte, recurrence with a work budget and
 * time zones are our own, because measurement showed that it cannot carry them.
 *
 * Owns RFC 5545 (iCalendar), RFC 7265 (jCal), RFC 7986, RFC 6868, RFC 7529 as far as it is
 * refused, and RFC 8536 (TZif).
 *
 * Reading order: time.h (dates as numbers) · line.h (content lines, lossless)
 * · guard.h (sizes, depths, fields) · walk.h (through one component) · zone.h
 * · recur.h · address.h · object.h (what an object says) · expand.h (when it
 * happens) · edit.h · build.h · jcal.h (the same in JSON).
 */
#ifndef ICAL_ICAL_H
#define ICAL_ICAL_H

/* What any calendar object may hold; PUT, import and mail all apply them. */
enum {
	ICAL_MAX_SIZE_BYTES = 1024 * 1024, /* CALDAV:max-resource-size */
	ICAL_MAX_DEPTH = 8,		   /* nested components */
	ICAL_MAX_LINE_BYTES = 64 * 1024,   /* one unfolded content line */
	ICAL_MAX_COMPONENTS = 10000,	   /* overrides and their master */
	ICAL_MAX_ATTENDEES = 1000,	   /* CALDAV:max-attendees-per-instance */
	ICAL_MAX_INSTANCES = 100000, /* CALDAV:max-instances, as a client's rule counts them */
	ICAL_MAX_DATES = 10000,	     /* RDATE and EXDATE values in all */
	ICAL_MAX_ATTACHMENTS = 100,  /* CALDAV:max-attachments-per-resource */
};

/* Calls into libical that must come before any thread; once per process. */
void ical_init(void);

#endif
