/*
 * provider - what a calendar elsewhere can do, in words that all providers share
 *
 * A provider is a row of functions. Each asks by call.h and says what it found as values; none
 * writes to the store. Times: seconds UTC. Ids are compared byte by byte.
 */
#ifndef FEDERATION_PROVIDER_H
#define FEDERATION_PROVIDER_H

#include "federation/call.h"
#include "store/outside.h"

/* A calendar of the account. */
struct remote_calendar {
	struct text remote, title;
	struct text timezone; /* IANA name, or empty */
	bool may_write, is_primary;
};

/* What is told of one thing there. */
struct remote_event {
	struct text remote;
	struct text series; /* of an instance: its series; else its own id */
	bool is_gone;	    /* deleted; of the rest only remote is sure, and an etag if it is
			       shown as deleted, not just absent */
	bool is_whole;	    /* rows of its series that this page does not name are gone */
	bool is_regular;    /* of an instance: it is as its series has it */
	enum outside_kind kind;
	struct text etag;
	struct text mark; /* ours, if it carries one */
	/*
	 * The component as mirror.h wants it: its properties, folded, each with its line end. UID,
	 * DTSTAMP and the lines around it are left to the mirror. Empty: it takes no time (free,
	 * declined, called off). An instance that takes none is OUTSIDE_DROPPED, and its one line
	 * is EXDATE, which the master gets.
	 */
	struct text lines;
	int64_t start, end; /* of what does not recur; 0, 0: not known */
	bool is_cancelled;  /* called off there, but not deleted */
	struct text link;   /* of its conference, or empty */
};

struct remote_page {
	struct remote_event *events;
	size_t count;
	struct text next;   /* how the next page is asked for; empty: this was the last */
	struct text cursor; /* with the last page: where the next reading goes on */
	int64_t window_end; /* 0: what is read has no end */
};

/* A booking, as it is to stand there. No attendees, and nobody is told (decisions 20). */
struct remote_copy {
	struct text remote; /* empty: to be made */
	struct text mark;   /* known beforehand; of Google and CalDAV the id follows from it, so
			       another generation has another mark */
	struct text etag;   /* as it was last; empty: whatever it is */
	struct text title, description, location;
	int64_t start, end;
	struct text timezone; /* IANA name: where it is shown */
	struct text rule;     /* RRULE and EXDATE lines of a series, or empty */
	bool is_tentative;    /* it waits to be confirmed, and holds its time meanwhile */
	bool wants_link;      /* a conference of the provider's own */
	bool is_first;	      /* of one to be made: none with its mark was ever asked for */
	/* results */
	struct text remote_out, etag_out;
	struct text link_out; /* empty: none, or not yet */
	bool link_pending;    /* it is being made: ask again */
};

struct remote_watch {
	struct text id;		      /* ours */
	struct text token;	      /* secret that each message has to show */
	struct text url;	      /* where it is told */
	struct text remote, resource; /* in of a renewal, out of a new one */
	int64_t expires_at;	      /* in: wanted; out: as the provider says */
};

struct provider {
	enum provider_kind kind;
	/* What an answer that is no success means, by its body too. */
	enum call_end (*judge)(struct call *call);

	/* All calendars of the account; at most OUTSIDE_CALENDARS_MAX. */
	enum call_end (*calendars)(struct visit *v, struct remote_calendar **out,
				   size_t *count_out);
	/*
	 * A page of what changed since the cursor (empty: all there is), or the page that `next` of
	 * the one before names. CALL_GONE: the cursor is too old, read from the beginning.
	 */
	enum call_end (*changes)(struct visit *v, const struct outside_calendar *c,
				 struct text next, struct remote_page *out);
	/*
	 * Make or bring up to date. CALL_CHANGED: somebody has changed it: read, then again.
	 * CALL_EXISTS: one with its id, or its mark, was made before: it is at remote_out, as who
	 * has changed or deleted it since has it; empty: it is there no more.
	 */
	enum call_end (*put)(struct visit *v, const struct outside_calendar *c,
			     struct remote_copy *copy);
	/*
	 * Where one is by its mark, as the answer to its making was lost: remote_out; empty: it is
	 * not there. NULL: its id follows from its mark.
	 */
	enum call_end (*find)(struct visit *v, const struct outside_calendar *c,
			      struct remote_copy *copy);
	/*
	 * CALL_OK as well where it was gone. One without an id is where its mark says; where that
	 * has to be asked, `find` comes first.
	 */
	enum call_end (*remove)(struct visit *v, const struct outside_calendar *c,
				const struct remote_copy *copy);
	/* One thing there as it is now, for copies; out->is_gone where it is not. */
	enum call_end (*get)(struct visit *v, const struct outside_calendar *c, struct text remote,
			     struct remote_event *out);
	/* NULL, all three: it tells nobody. renew NULL: another is made in its place. */
	enum call_end (*watch)(struct visit *v, const struct outside_calendar *c,
			       struct remote_watch *w);
	enum call_end (*renew)(struct visit *v, const struct outside_calendar *c,
			       struct remote_watch *w);
	enum call_end (*unwatch)(struct visit *v, const struct outside_calendar *c,
				 const struct remote_watch *w);
};

/* google.c, outlook.c, caldav.c */
extern const struct provider provider_google, provider_outlook, provider_caldav;

const struct provider *provider_of(enum provider_kind kind);

#endif
