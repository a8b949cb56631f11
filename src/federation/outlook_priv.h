/*
 * outlook_priv - Microsoft Graph v1.0, for the files that speak to it
 *
 * What is asked is built, and what is answered is read, by functions that ask nobody: these are
 * tested against Graph's own description. The rest sends (call.h) and follows.
 *
 * A calendar is read as a window of single times, in UTC: Graph knows when each occurrence of a
 * series takes place, so that no rule and no zone of Microsoft's need be understood. An occurrence
 * is an instance of its series; the series itself takes no time.
 *
 * Memory: results live in the arena, with the documents that they were read from.
 */
#ifndef FEDERATION_OUTLOOK_PRIV_H
#define FEDERATION_OUTLOOK_PRIV_H

#include "federation/provider.h"
#include "json/json.h"

enum {
	OUTLOOK_BATCH_MAX = 20,	  /* requests in one ($batch) */
	OUTLOOK_ITEMS_MAX = 1000, /* of one answer; a page is asked for with 200 */
	OUTLOOK_BACK_DAYS = 60,
	OUTLOOK_AHEAD_DAYS = 400,
};

/* ---- requests (outlook_ask.c) ---- */

/*
 * Ids that stay while a thing stays in its mailbox, times that need no zone of Microsoft's, pages
 * of a size; Graph reads one such field, with commas.
 */
#define OUTLOOK_PREFER                                                                             \
	"IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\", "   \
	"odata.maxpagesize=50"

/*
 * The API's address of a path: each '*' in it is one of the ids, escaped.
 */
struct text outlook_url(struct arena *a, struct text base, const char *path,
			const struct text *ids);
/* The same at the account's provider. */
struct text outlook_at(const struct visit *v, const char *path, const struct text *ids);

struct outlook_request {
	const char *what, *method;
	struct text url;
	struct text body;     /* JSON; empty: none */
	struct text if_match; /* empty: whatever it is */
};
/* Send it; *out is its answer, an object, or NULL where there is none. */
enum call_end outlook_send(struct visit *v, const struct outlook_request *r,
			   const struct json **out);

/* What a status means: by Graph's word for it, else as everywhere (call_judge()). */
enum call_end outlook_judge(const char *method, int status, struct text code);
/* BROKEN, with a sentence. */
enum call_end outlook_broken(struct visit *v, const char *sentence);

/* The member of an object as text; empty where it is none. */
struct text outlook_text(const struct json *object, const char *key);
bool outlook_is(const struct json *object, const char *key);
/* Write a member that is text. */
void outlook_say(struct json_writer *w, const char *key, struct text value);

/* ---- calendars (outlook.c) ---- */

/* False: it has no id that can be kept. */
bool outlook_calendar_read(const struct json *item, struct text iana, struct remote_calendar *out);

/* ---- events (outlook_event.c) ---- */

/* As much of an event as is read, where Graph lets one choose. */
#define OUTLOOK_SELECT                                                                             \
	"$select=id,type,seriesMasterId,subject,start,end,originalStart,originalStartTimeZone,"    \
	"isAllDay,isCancelled,showAs,sensitivity,responseStatus,transactionId,onlineMeeting"
/* The property by which an event of ours is found again (MS-OXCMSG: a named property). */
#define OUTLOOK_MARK "String {5f1c6e0a-98a5-4d43-a2fb-1d0c7f3f6b52} Name FastiBooking"

/*
 * An event as it is told. An occurrence says no more than when it is; the rest is its master's,
 * which may be NULL. skips_unanswered: see store/outside.h. False: it has no id that can be kept.
 */
bool outlook_event_read(struct arena *a, const struct json *item, const struct json *master,
			bool skips_unanswered, struct remote_event *out);
/* Does it want its master's word? */
bool outlook_event_is_bare(const struct json *item);
/* "2026-01-18T09:00:00.0000000" of a zone: seconds UTC. False: it is none, or of no zone known. */
MUST_CHECK bool outlook_time(const struct json *time, int64_t *utc_out);

/* ---- several at once (outlook_batch.c) ---- */

struct outlook_part {
	struct text id;		  /* of the event */
	enum call_end end;	  /* OK, or NOT_FOUND, or REFUSED: what else, ends all of them */
	const struct json *event; /* of OK */
};
/* Fetch events by their ids. */
enum call_end outlook_fetch(struct visit *v, struct outlook_part *parts, size_t count);
struct text outlook_batch_body(struct arena *a, const struct outlook_part *parts, size_t count);
/* What an answer says of each; LATER with *retry_s_out: one is to be asked again. */
enum call_end outlook_batch_read(const struct json *answer, struct outlook_part *parts,
				 size_t count, int64_t *retry_s_out);

/* ---- reading (outlook_read.c) ---- */

/* Where a reading stands: in a reading from the beginning, or in one of changes. */
struct outlook_place {
	bool is_first; /* from the beginning */
	int64_t window_end;
	struct text url;
};
struct text outlook_place_write(struct arena *a, const struct outlook_place *p);
MUST_CHECK bool outlook_place_read(struct text written, struct outlook_place *out);
struct text outlook_view_url(struct arena *a, struct text base, struct text calendar, int64_t now);

enum call_end outlook_changes(struct visit *v, const struct outside_calendar *c, struct text next,
			      struct remote_page *out);

/* ---- writing (outlook_write.c, outlook_series.c) ---- */

/* The body that makes a copy (is_new), or brings one up to date. False: it cannot be said. */
MUST_CHECK bool outlook_copy_body(struct arena *a, const struct remote_copy *copy, bool is_new,
				  bool with_teams, struct text *out);
/* The results of a copy; false: the answer is no event. */
MUST_CHECK bool outlook_copy_read(const struct json *event, struct remote_copy *copy);

/* The rule of a series as Graph has it, with its key. False: it has no such rule. */
MUST_CHECK bool outlook_put_recurrence(struct json_writer *w, const struct remote_copy *copy);
/* When instances of a series are left out: their starts, ascending as in the rule. */
size_t outlook_left_out(struct arena *a, const struct remote_copy *copy, int64_t **out);

enum call_end outlook_put(struct visit *v, const struct outside_calendar *c,
			  struct remote_copy *copy);
enum call_end outlook_find(struct visit *v, const struct outside_calendar *c,
			   struct remote_copy *copy);
enum call_end outlook_remove(struct visit *v, const struct outside_calendar *c,
			     const struct remote_copy *copy);
enum call_end outlook_get(struct visit *v, const struct outside_calendar *c, struct text remote,
			  struct remote_event *out);

/* ---- being told (outlook_watch.c) ---- */

struct text outlook_watch_body(struct arena *a, const struct remote_watch *w, struct text calendar,
			       int64_t now);
enum call_end outlook_watch(struct visit *v, const struct outside_calendar *c,
			    struct remote_watch *w);
enum call_end outlook_renew(struct visit *v, const struct outside_calendar *c,
			    struct remote_watch *w);
enum call_end outlook_unwatch(struct visit *v, const struct outside_calendar *c,
			      const struct remote_watch *w);

#endif
