/*
 * google_priv - Google's calendars, as requests and answers
 *
 * What is asked is made, and what is answered is read, by functions that send nothing: google.c
 * puts a call between the two. Batches (50 requests in one) are not used: they count as many
 * requests as they hold, and no two things are asked for at once here: a list names 2,500 events,
 * and a booking is written by a job of its own, with the ETag of its own.
 *
 * Reading order: google_url.c (requests and answers) · google_event.c (an event becomes lines) ·
 * google_read.c (lists) · google_write.c (bookings) · google_watch.c (channels) · google_judge.c
 * (errors) · google.c.
 *
 * Memory: all that is made lives in the arena of `struct google`.
 */
#ifndef FEDERATION_GOOGLE_PRIV_H
#define FEDERATION_GOOGLE_PRIV_H

#include "base/buf.h"
#include "federation/provider.h"

struct json;
struct zone;

enum {
	GOOGLE_PAGE_EVENTS = 2500, /* the most there may be */
	GOOGLE_PAGE_CALENDARS = 250,
	GOOGLE_CALENDAR_PAGES_MAX = 20,
	GOOGLE_HISTORY_S = 60 * 24 * 3600, /* what ended before is not read */
	GOOGLE_URL_MAX = 64 * 1024,
};

/* Of what is asked for and kept of an event; the names of the API's partial answers. */
#define GOOGLE_EVENT_FIELDS                                                                        \
	"id,etag,status,eventType,summary,start,end,recurrence,recurringEventId,"                  \
	"originalStartTime,transparency,visibility,attendees(self,responseStatus),"                \
	"extendedProperties/private,hangoutLink,"                                                  \
	"conferenceData(createRequest/status/statusCode,entryPoints(entryPointType,uri))"

/* Where, and when, something is asked. */
struct google {
	struct arena *arena;
	struct text api;      /* base of the API */
	struct text calendar; /* id of the calendar, where it is about one */
	struct text timezone; /* its IANA name; empty: not known */
	bool skips_unanswered;
	int64_t now;
};

/* ---- google_url.c */

/* A URL below the base, parameter by parameter. */
struct google_url {
	struct buf b;
	bool has_query;
};
void google_url_begin(struct google_url *u, const struct google *g);
void google_url_add(struct google_url *u, const char *path);
/* calendars/{calendarId}/events, and the event where there is one. */
void google_url_add_event(struct google_url *u, const struct google *g, struct text remote);
void google_url_query(struct google_url *u, const char *name, struct text value);
/* REFUSED where an id is so long that the URL is none. */
enum call_end google_url_end(const struct google_url *u, struct call *out);

/* The answer's document; BROKEN where it is no object. */
enum call_end google_answer(struct arena *a, const struct call *call, const struct json **out);
/* A text of an answer that is kept; empty where it is absent or longer than max. */
struct text google_text(const struct json *object, const char *key, size_t max);

/* ---- google_event.c */

/* How dates are meant, and since when events are of account. */
struct google_place {
	const struct zone *zone;
	int64_t since;
	bool skips_unanswered; /* see store/outside.h */
};

/*
 * What an event says. False: it cannot be understood, and nobody knows whether it takes time. An
 * id that is too long to be kept gives an empty out->remote.
 */
MUST_CHECK bool google_event_read(struct arena *a, const struct json *event,
				  const struct google_place *place, struct remote_event *out);

/* Of its conference, or empty; *pending_out: it is being made. */
struct text google_event_link(const struct json *event, bool *pending_out);

/* The id of an event with this mark: the mark in base32hex, which is what ids are made of. */
struct text google_event_id(struct arena *a, struct text mark);

/* ---- google_read.c */

struct google_calendars {
	struct remote_calendar *at; /* room for OUTSIDE_CALENDARS_MAX */
	size_t count;
	struct text next;
};
enum call_end google_ask_calendars(const struct google *g, struct text page, struct call *out);
/* Added to what is there. */
enum call_end google_read_calendars(const struct google *g, const struct call *call,
				    struct google_calendars *inout);

/* As provider.changes has it. */
enum call_end google_ask_changes(const struct google *g, struct text cursor, struct text next,
				 struct call *out);
enum call_end google_read_changes(const struct google *g, struct text cursor, struct text next,
				  const struct call *call, struct remote_page *out);

enum call_end google_ask_event(const struct google *g, struct text remote, struct call *out);
enum call_end google_read_event(const struct google *g, const struct call *call,
				struct remote_event *out);

/* ---- google_write.c */

enum call_end google_ask_insert(const struct google *g, const struct remote_copy *copy,
				struct call *out);
/* Over an event, if it still has this ETag; empty: whatever it is. */
enum call_end google_ask_patch(const struct google *g, const struct remote_copy *copy,
			       struct text remote, struct text etag, struct call *out);
enum call_end google_ask_remove(const struct google *g, const struct remote_copy *copy,
				struct call *out);
/* The results of a copy that was written. NOT_FOUND: it is called off there. */
enum call_end google_read_copy(const struct google *g, const struct call *call,
			       struct remote_copy *copy);

/* ---- google_watch.c */

enum call_end google_ask_watch(const struct google *g, const struct remote_watch *w,
			       struct call *out);
enum call_end google_read_watch(const struct google *g, const struct call *call,
				struct remote_watch *w);
enum call_end google_ask_stop(const struct google *g, const struct remote_watch *w,
			      struct call *out);

/* ---- google_judge.c */

enum call_end google_judge(struct call *call);

#endif
