/*
 * intake_priv - what the parts of intake share
 *
 *	intake.c         a message, once for each whom it is for
 *	intake_who.c     whom it is for
 *	intake_part.c    which of its parts is acted on
 *	intake_trust.c   whose word it is, and what proves that
 *	intake_meeting.c what it makes of a calendar
 *	intake_door.c    it asks for a booking
 *	intake_report.c  it reports of mail of ours
 *	intake_settle.c  how it ends, noted once
 */
#ifndef POST_INTAKE_PRIV_H
#define POST_INTAKE_PRIV_H

#include "booking/host.h"
#include "calendar/change.h"
#include "itip/itip.h"
#include "mail/read.h"
#include "post/dialect.h"
#include "post/intake.h"
#include "post/kept.h"

enum intake_for {
	INTAKE_FOR_NOBODY,
	INTAKE_FOR_TOKEN, /* LOCAL+TOKEN@DOMAIN: an attendee answers */
	INTAKE_FOR_USER,
	INTAKE_FOR_TYPE, /* alice+intro@example.org */
};

/* One whom a message is for. */
struct intake_target {
	enum intake_for as;
	struct text address;	   /* as ical_address() makes it */
	int64_t owner;		   /* 0: nobody */
	struct text uid, attendee; /* of a token */
	struct text type;	   /* meeting_type.id */
};

/* What proves who says something; in the order of their strength. */
enum intake_proof {
	INTAKE_UNPROVED,
	INTAKE_BY_FROM,	  /* From says so, and nobody is there to be asked */
	INTAKE_BY_SERVER, /* mail.auth_server found From to be true */
	INTAKE_BY_SIGNATURE,
	INTAKE_BY_TOKEN, /* it answers what was sent to them alone */
	INTAKE_BY_HOST,	 /* who looked at it says that it is true */
};

/* One message for one of them, while it is judged. */
struct intake {
	const struct post *post;
	struct arena *arena;
	struct db *db;
	int64_t now;
	const struct intake_mail *mail;
	const struct mail_read *read; /* NULL: it cannot be read */
	struct intake_target to;
	struct text digest;
	struct text kept; /* it waited under this id; empty: it comes in */
	bool is_vouched;  /* the host says that it is true */
	bool is_quoted;	  /* the reason quotes what it says, which is for no log */

	/* Of the part that is acted on. */
	const struct mail_part *part;
	struct dialect said;
	const struct ical_object *message, *stored; /* stored: the owner's copy; NULL: none */
	enum itip_method method;
	struct text speaker; /* as ical_address() makes it: for whom it speaks, if that is proved */
	enum intake_proof proof;

	struct intake_result *out;
};

/* ---- intake_who.c: whom it is for ------------------------------------------------------------ */

enum { INTAKE_TARGETS_MAX = 16 };

/* All whom a message is for, each once; count 0: nobody here. */
MUST_CHECK const struct fault *intake_find_targets(const struct post *p, struct db *db,
						   struct arena *a, const struct intake_mail *mail,
						   const struct mail_read *read,
						   struct intake_target out[INTAKE_TARGETS_MAX],
						   size_t *count_out);

/* ---- intake_part.c: which part is acted on --------------------------------------------------- */

/* NULL: there is no calendar in it. */
const struct mail_part *intake_calendar_part(const struct mail_read *m);

/* ---- intake_trust.c: whose word it is -------------------------------------------------------- */

/* What a message with a METHOD is, and what becomes of it where nothing proves whose it is. */
enum intake_speaker { INTAKE_SPEAKS_ATTENDEE, INTAKE_SPEAKS_ORGANIZER, INTAKE_SPEAKS_ANYBODY };
struct intake_rule {
	enum itip_method method;
	enum intake_speaker speaker;
	const char *unproved; /* why it waits then */
};
const struct intake_rule *intake_rule_of(enum itip_method method);
/* Fill in speaker and proof. */
void intake_prove(struct intake *in, const struct intake_rule *rule);

/* ---- intake_quota.c ----------------------------------------------------------------------------
 *
 * What is done for people who may be anybody is counted as messages that were taken in are: `max`
 * each `seconds`, of one owner or, with 0, of all. *out: what to note in the change that does it
 * (change_settle_mail()); empty: there were enough.
 */
MUST_CHECK const struct fault *intake_quota(struct intake *in, const char *what, int64_t owner,
					    struct text whose, int64_t seconds, int max,
					    struct text *out);

/* ---- intake_report.c ---- */

MUST_CHECK const struct fault *intake_report(struct intake *in);

/* ---- intake_meeting.c, intake_door.c ----------------------------------------------------------
 */

MUST_CHECK const struct fault *intake_meeting(struct intake *in, const struct intake_rule *rule);
MUST_CHECK const struct fault *intake_door(struct intake *in);
/* Mail of a person to the address of a type, without a calendar. */
MUST_CHECK const struct fault *intake_ask_how(struct intake *in);

/* ---- intake_settle.c: how it ends --------------------------------------------------------------
 */

/* With this outcome, and nothing else to do. */
MUST_CHECK const struct fault *intake_settle(struct intake *in, enum intake_outcome outcome,
					     const char *why);
/* It waits for a person; the owner, unless it is unreadable. */
MUST_CHECK const struct fault *intake_keep(struct intake *in, enum kept_state state,
					   const char *why);
/* With this change, in its transaction. */
MUST_CHECK const struct fault *intake_settle_with(struct intake *in, struct change *c,
						  enum intake_outcome outcome);
/* A change that has settled it is done, and this is what is told. */
void intake_settled(struct intake *in, enum intake_outcome outcome, const char *why);
/* *done_out: it was, by now; and what it became is told. */
MUST_CHECK const struct fault *intake_was_settled(struct intake *in, bool *done_out);

/* ---- intake.c, for kept.c ----------------------------------------------------------------------
 */

/* One message for one target, of which post, arena, now, mail, kept, is_vouched and out are set. */
MUST_CHECK const struct fault *intake_one(struct intake *in, const struct intake_target *to);
MUST_CHECK const struct fault *intake_begin(struct intake *in, const struct post *p,
					    struct arena *a, const struct intake_mail *mail,
					    int64_t now, struct intake_result *out);

/* Read, with whoever signed it looked at. A fault is why it cannot be. */
MUST_CHECK const struct fault *intake_read(const struct intake *in, struct mail_read *out);

#endif
