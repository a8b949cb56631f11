/*
 * team - meetings of which a team is the host
 *
 * A meeting type names hosts in pools, and how many of each are needed (rules.h). The event stands
 * in the calendar of who owns the type, ORGANIZER that owner, with the hosts as ATTENDEEs; their
 * copies come by scheduling. Each host that is needed has a hold of their own, so that no two
 * bookings, of whatever team, take one person's time twice.
 *
 * team_name.c says who may be named, team.c finds the hosts and what is asked of them, slots_team.c
 * judges, team_choose.c chooses, team_book.c makes it part of a change, reassign.c gives a booking
 * to another host.
 */
#ifndef BOOKING_TEAM_H
#define BOOKING_TEAM_H

#include "booking/book.h"
#include "booking/event.h"
#include "booking/slots.h"
#include "store/hold.h"
#include "store/team.h"

/* A host of one booking. */
struct team_host {
	const struct host *host;
	bool optional;
	bool declined;		 /* it is needed, and does not come */
	bool stays;		 /* it was one before, and takes no turn */
	struct team_claim claim; /* the turn that it is; cost 0: there was no choice */
	struct team_claim clock; /* how far all of them have come with it */
};

struct team_hosts {
	const struct team_host *at;
	size_t count; /* 0: the booking is its owner's alone */
};

/*
 * What is asked of the hosts for starts within [from, to), into q, which is the frame. From caches,
 * or with desk NULL from rows.
 */
MUST_CHECK const struct fault *team_load(struct booking_desk *desk, struct db *db, struct arena *a,
					 const struct slot_ask *ask, int64_t from, int64_t to,
					 struct slot_question *q);

/* Whom a type names, pool after pool, from caches; NULL for who is not there. */
MUST_CHECK const struct fault *team_find_all(struct booking_desk *desk, struct db *db,
					     struct arena *a, const struct booking_team *team,
					     const struct host *const **out, size_t *count_out);

/* Does a type name this host? The pool that does, and how. */
bool team_names(const struct booking_type *t, struct text name, size_t *pool_out,
		const struct booking_team_host **out);

/* Does this host let an owner's types have their time? */
MUST_CHECK const struct fault *team_may_name(struct db *db, struct arena *a,
					     const struct owner *whose, const struct owner *host,
					     bool *out);

/* UNPROCESSABLE about the team: it names nobody, or somebody who is not there for its owner. */
MUST_CHECK const struct fault *team_check_names(struct db *db, struct arena *a,
						const struct owner *whose,
						const struct booking_type *t);

/* What is asked of one host alone, from rows; out->host is NULL for one who is never there. */
MUST_CHECK const struct fault *team_load_host(struct db *db, struct arena *a,
					      const struct slot_ask *ask, const struct host *host,
					      struct slot_member *out);
/* Inside the transaction: a host with the rules of now. PRECONDITION: there is none any more. */
MUST_CHECK const struct fault *team_refresh(struct db *db, struct arena *a,
					    const struct host **host);

struct team_had;

/*
 * Who comes to a start that is open: of each pool those whose turn it is, with whom it prefers
 * first, and all who are optional. Pure.
 */
struct team_choice {
	const struct slot_question *frame;
	int64_t start, now;
	int64_t owner;
	const struct team_turn *turns;
	size_t turn_count;
	const struct team_had *had; /* who comes already */
};
void team_choose(struct arena *a, const struct team_choice *c, struct team_hosts *out);

/*
 * Judge a start by caches, and choose its hosts. NOT_OFFERED, SLOT_TAKEN. `had` are the hosts that
 * the booking has, if it has any: whoever of them can stays.
 */
MUST_CHECK const struct fault *team_find_hosts(struct booking_desk *desk, struct db *db,
					       struct arena *a, const struct slot_ask *ask,
					       const struct team_had *had, struct team_hosts *out);

/*
 * UNPROCESSABLE, about "invitee_email": who books is one of those who come. Scheduling tells nobody
 * twice, so that host would be there without an event to show it.
 */
MUST_CHECK const struct fault *team_require_guest(struct db *db, struct arena *a,
						  const struct team_hosts *hosts,
						  struct text invitee_email);

/*
 * A host who is needed has declined (calendar/follow_answers.c): another one of the same pool takes
 * the booking over. NULL in *change_out: nobody is there for it, or nobody is missing.
 */
MUST_CHECK const struct fault *team_prepare_substitute(struct booking_desk *desk, struct db *db,
						       struct arena *a, const struct booking *b,
						       int64_t missing, int64_t now,
						       struct change **change_out);

/*
 * Inside the transaction: are those who were chosen open still, and in the team? PRECONDITION: not
 * all of them, choose anew.
 */
MUST_CHECK const struct fault *team_require_open(struct db *db, struct arena *a,
						 const struct slot_ask *ask,
						 const struct team_hosts *hosts);

/* The time of each who is needed, or, without a team, of the owner whom h names. */
MUST_CHECK const struct fault *team_take_holds(struct change *c, const struct team_hosts *hosts,
					       const struct hold *h);
/* Who they are, instead of those that there were, and their turns. */
struct team_had {
	const struct booking_host *at;
	size_t count;
	bool kept; /* their time was reserved: they come first, and it is a turn of theirs */
};
MUST_CHECK const struct fault *team_set_hosts(struct change *c, struct arena *a,
					      const struct booking *b,
					      const struct team_hosts *hosts,
					      const struct team_had *had);
/* The time that a booking holds, of all who hold it, and their turns if it ends. */
MUST_CHECK const struct fault *team_release(struct change *c, struct db *db, struct arena *a,
					    const struct booking *b, bool ends);

/* Hosts as people in an event; none for a booking that its owner has alone. */
struct event_people team_people(struct arena *a, const struct team_hosts *hosts);
MUST_CHECK const struct fault *team_people_find(struct db *db, struct arena *a,
						const struct booking *b, struct event_people *out);
/* Hosts who leave an event, and who come to it. */
MUST_CHECK const struct fault *team_edit_people(struct ical_edit *e, struct db *db, struct arena *a,
						const struct ical_object *o,
						const struct team_hosts *hosts,
						const struct team_had *had);

/*
 * Another host instead of one: same id and UID, ORGANIZER stays, and who had it is free at once
 * (case F4). UNPROCESSABLE about "from" or "to": that one is no host of it, or not of the team;
 * SLOT_TAKEN, CANCELLED, PRECONDITION as in book.h.
 */
struct team_reassignment {
	struct text from, to; /* names */
	struct book_by by;
};
MUST_CHECK const struct fault *team_prepare_reassign(struct booking_desk *desk, struct db *db,
						     struct arena *a, const struct booking *b,
						     const struct team_reassignment *r,
						     struct change **change_out,
						     struct booking *after);

#endif
