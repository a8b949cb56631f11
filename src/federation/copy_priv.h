/*
 * copy_priv - what the parts of copies share
 *
 *	copy.c         one step after the other, until what stands there is the booking
 *	copy_judge.c   which step is next, and what was done there; pure
 *	copy_mark.c    by what it is known as ours
 *	copy_row.c     what is known of it
 *	copy_put.c     asking the provider, and noting what it said
 *	copy_seen.c    what its host has done there
 */
#ifndef FEDERATION_COPY_PRIV_H
#define FEDERATION_COPY_PRIV_H

#include "booking/elsewhere.h"
#include "federation/copy.h"
#include "federation/federation.h"

struct change;
struct db;

enum {
	COPY_STEPS_MAX = 8,	  /* in one run of a job */
	COPY_AGAIN_S = 5,	  /* until somebody else is done with it */
	COPY_LINK_S = 3,	  /* between two looks for the link of a conference */
	COPY_LINK_WAIT_S = 600,	  /* after which it is given up */
	COPY_CONSENT_S = 15 * 60, /* between two looks whether an account is connected anew */
};

/* One run of a job: a booking, its copy, and the calendar that takes bookings, as they are. */
struct copy_work {
	struct federation *fed;
	struct arena *arena;
	int64_t owner, booking_owner;
	struct text booking;
	int64_t now;
	struct book_elsewhere is;
	struct outside_copy *was;	   /* NULL: none was ever noted */
	struct outside_calendar *taking;   /* NULL: there is none */
	struct outside_calendar *calendar; /* where the copy is; NULL: that is no more */
	bool makes_link; /* a conference of this calendar's provider is to be made */
	bool has_noted;	 /* this run chose its mark, and has not asked for it yet */
	struct visit visit;
};

/* ---- copy_judge.c ---------------------------------------------------------------------------- */

/* A number of what is written, without its times and the host's link, which goes with them. */
int64_t copy_digest(struct arena *a, const struct book_elsewhere *is, bool makes_link);

/* Is there something in a calendar elsewhere, as far as is known? */
bool copy_may_be_there(const struct outside_copy *c);

enum copy_step {
	COPY_RESTS, /* all is as it is to be */
	COPY_NOTES, /* it is to be written: first it is noted where, and by which mark */
	COPY_PUTS,  /* made there, or brought up to date */
	COPY_TAKES_AWAY,
	COPY_FORGETS,	/* its calendar is no more, and it went with that */
	COPY_ASKS_LINK, /* its conference was being made */
};
enum copy_step copy_next_step(const struct copy_work *w);

/* What an event there says of its booking. */
enum copy_verdict {
	COPY_IS_SAME,	 /* it stands where it was written, or where the booking is now */
	COPY_IS_GONE,	 /* deleted, or called off */
	COPY_IS_MOVED,	 /* to event->start */
	COPY_IS_ANOTHER, /* a single time of its series is */
};
/*
 * `former`: where the booking ever stood. While an attempt is under way, or its answer was lost,
 * what stands there may be what that wrote, of a version since the one that was written last.
 */
struct copy_former {
	const struct booking_step *at;
	size_t count;
};
enum copy_verdict copy_judge(const struct outside_copy *copy, const struct booking *b,
			     const struct remote_event *event, const struct copy_former *former);

/* ---- copy_mark.c ----------------------------------------------------------------------------- */

/* The same for the same words each time. */
struct text copy_mark(struct arena *a, const struct secret_key *key, int64_t owner,
		      struct text what);

/* ---- copy_put.c ------------------------------------------------------------------------------ */

enum call_end copy_note(struct copy_work *w);
enum call_end copy_put(struct copy_work *w);
enum call_end copy_take_away(struct copy_work *w);
enum call_end copy_forget(struct copy_work *w);
enum call_end copy_ask_link(struct copy_work *w);

/* ---- copy_row.c ------------------------------------------------------------------------------ */

/* The store did not do it: later, and why. */
enum call_end copy_broken(struct visit *v, const struct fault *f);
/* Never empty. */
struct text copy_reason(struct text why);
/*
 * Note a copy, if it still is what it was read as (NULL: none), with a change that may do more.
 * CONFLICT: it is another one by now.
 */
MUST_CHECK const struct fault *copy_say(struct change *c, struct arena *a,
					const struct outside_copy *was,
					const struct outside_copy *is);
/* In a change of its own. */
enum call_end copy_store(struct visit *v, const struct outside_copy *was,
			 const struct outside_copy *is);

/* ---- copy_seen.c ----------------------------------------------------------------------------- */

/*
 * What stands there now; is_gone where nothing does. CALL_GONE: its calendar is no more, which says
 * nothing about the booking.
 */
enum call_end copy_look(struct visit *v, const struct outside_calendar *c, struct text remote,
			struct remote_event *out);
/* What the provider has just said of it; the copy is noted with what follows. */
enum call_end copy_follow(struct visit *v, const struct outside_copy *copy,
			  const struct remote_event *event);

#endif
