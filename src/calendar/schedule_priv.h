/*
 * schedule_priv - what the parts of scheduling share, and the steps of it. See schedule.h.
 */
#ifndef CALENDAR_SCHEDULE_PRIV_H
#define CALENDAR_SCHEDULE_PRIV_H

#include "calendar/change_priv.h"
#include "calendar/schedule.h"
#include "freebusy/timeline.h"
#include "store/proposal.h"

/* Bytes that one or many are given. */
struct schedule_bytes {
	struct text raw, etag;
	size_t users; /* while applying: objects that will have them */
	int64_t body; /* while applying: where they stand, if these are several; 0: not yet */
};

/* A message for the inbox of an owner: written, never changed. */
struct schedule_item {
	const struct object_plan *plan;
	struct schedule_bytes *bytes;
	struct proposal *proposal; /* that it shows; NULL: none */
	struct schedule_item *next;
};

/* By whom somebody is invited: the organizer, and who hands an invitation on. 0: outside. */
struct schedule_inviters {
	const int64_t *at;
	size_t count;
};

/* One owner's object with the UID that the plan is about: as it was read, and what becomes of it.
 */
struct schedule_copy {
	int64_t owner;
	enum owner_kind kind;
	enum owner_answers answers;
	int64_t version; /* of the owner, from before all that was read of them */
	bool denies;	 /* entries at their home deny something */
	struct itip_user user;
	const struct stored_object *was; /* without data; NULL: none */
	const struct ical_object *is;	 /* as the messages so far leave it; of what changed */
	bool changed;
	bool keeps_tag;			/* as far as it changed, only answers did */
	const struct object_plan *plan; /* of `is`, where that changed */
	/* Of `plan`; without one it is what was there with others' answers, and no row changes. */
	struct schedule_bytes *bytes;
	unsigned component;	 /* what there has to be a place for */
	int64_t calendar, inbox; /* where it stands or will; 0: the owner has none */
	struct text name;	 /* under which name */
	bool is_judged; /* of a room: what became of it holds for this version of the room alone */
	int64_t group;	/* judged so as all who invited are members of that; 0: nobody had to be */
	struct schedule_inviters inviters;
	const struct busy_period *holds; /* of a room: the time that `is` takes */
	size_t hold_count, holds_most;	 /* so many of these are held */
	struct schedule_item *items, *last_item;
	/* While applying: taken for all at once, and not yet used; 0: none are left. */
	int64_t calendar_seq, inbox_seq, next_id, end_id;
};

/* One message to one recipient, and what was decided. */
struct schedule_delivery {
	enum itip_method method;
	struct text from, to; /* as ical_address() makes them */
	const char *status, *why;
	int64_t owner;	/* the recipient; 0: outside */
	int64_t sender; /* the owner it is from; 0: outside */
	const struct ical_object *message;
	enum itip_says says;
	const char *cause;	    /* why it is sent; NULL: it came in */
	const struct job *job;	    /* that brings it to somebody outside; NULL: it is delivered */
	struct schedule_body *body; /* of the job */
	bool is_queued;		    /* once applied: the job was not needless */
	bool is_denied;		    /* the recipient takes no such message of the sender's */
	bool is_forced;		    /* seen again */
	bool is_quiet;		    /* seen in the copy alone */
	struct proposal *proposal;  /* of a COUNTER: kept for its recipient; NULL: none */
};

struct schedule_plan {
	bool is_skipped; /* its condition did not hold when it was planned: nothing more was done */
	bool is_tagged;	 /* what is stored is a scheduling object resource */
	bool is_sending; /* messages are made of what changes, so that must stand as it was read */
	bool saves_nothing; /* messages alone: of the owner's own object there is a copy, as of any
			     */
	bool is_unique;	    /* no other calendar of the owner's may hold it (RFC 6638 §3.2.4.1) */
	bool is_end; /* the owner's object is about nobody else any more, if it stands at all */
	bool is_elsewhere; /* ... but another one of theirs is, so that nobody hears of it */
	enum itip_role role;
	int64_t owner;	 /* whose save it is; 0: of a message that came in */
	int64_t version; /* of the owner, from before all that was read of them */
	struct itip_user user;
	unsigned sends;	  /* what who makes it for the owner needs at the outbox (rights.h) */
	struct text etag; /* of what stood there; no text: nothing did */
	struct text uid;
	const struct ical_object *object; /* what is to be stored; NULL: it is removed */
	bool edited;			  /* in other bytes than the client's */
	struct text answers;		  /* what is remembered of it, beside its bytes */
	struct schedule_copy **copies;
	size_t copy_count;
	struct schedule_delivery **deliveries;
	size_t delivery_count;
	struct schedule_body *bodies; /* of the jobs */
	struct schedule_silence *silences;
	int64_t *owners; /* of the copies, to be locked */
	/* What was proposed to whose save it is, and which of these are answered by it. */
	bool is_settling;
	struct proposal *proposals;
	size_t proposal_count;
	bool *settles;
	int64_t tells_later; /* the organizer, of whose attendees some are told by a job; 0: none */
};

/* ---- while planning ----------------------------------------------------------------------- */

/* A save or removal in an owner's calendar. */
struct schedule_save {
	int64_t owner;
	const struct stored_object *was; /* with data; NULL: nothing stands there */
	const struct ical_object *is;	 /* NULL: it is removed */
	const struct change_condition *condition;
	bool no_reply;
};
/* What it means to all. The faults of itip/organizer.h and itip/attendee.h; TOO_MANY_ATTENDEES,
 * MEETING_TOO_LARGE. */
MUST_CHECK const struct fault *schedule_plan_save(struct change *c, const struct schedule_save *s,
						  struct schedule_plan **out);

/*
 * What many recipients have in common is read and expanded once (schedule_share.c): of two who get
 * the same bytes and answered alike, all rows are alike.
 */
struct schedule_share;
struct schedule_share *schedule_share_begin(struct change *c);
/* MEETING_TOO_LARGE: it has come to more than SCHEDULE_BYTES_MAX, each of the same bytes once. */
MUST_CHECK const struct fault *schedule_share_check(const struct schedule_share *s);
/* The object in these bytes, which need not live on. */
MUST_CHECK const struct fault *schedule_share_read(struct schedule_share *s, struct text raw,
						   enum ical_source source,
						   const struct ical_object **out);
/* The rows of an object that schedule_share_read() gave, for one of its recipients; and its bytes,
 * unless bytes_out is NULL. */
MUST_CHECK const struct fault *schedule_share_plan(struct schedule_share *s,
						   const struct ical_object *o, int64_t owner,
						   const struct itip_user *user,
						   const struct object_plan **out,
						   struct schedule_bytes **bytes_out);
/* Bytes that are not read, for one more who gets them. */
struct schedule_bytes *schedule_share_bytes(struct schedule_share *s, struct text raw);
/* itip_process(), once for all to whom the message is the same. It was read by
 * schedule_share_read(). */
MUST_CHECK const struct fault *schedule_share_process(struct schedule_share *s,
						      struct arena *scratch,
						      const struct itip_incoming *in,
						      struct itip_outcome *out);

/*
 * While planning: a file is no message, and whose meeting stands there does not change by it. An
 * owner's own may become nobody's. ORGANIZER_CHANGE.
 */
MUST_CHECK const struct fault *schedule_judge_import(struct change *c, struct db *db, int64_t owner,
						     const struct ical_object *was,
						     const struct ical_object *is);

/* What is stored, as messages meet it: with what is remembered of answers (itip/memory.h). */
MUST_CHECK const struct fault *schedule_read_stored(struct arena *a, const struct stored_object *o,
						    struct ical_object **out);
/* The other way, for what is to be stored of an organizer's. */
MUST_CHECK const struct fault *schedule_part_answers(struct arena *a,
						     const struct ical_object **object,
						     struct text *answers_out);

/* Whose address it is, by all that they have if they are of this store. */
MUST_CHECK const struct fault *schedule_person(struct db *db, struct arena *a, struct text address,
					       struct itip_user *out);

/* Room for copies and deliveries while they are being planned (schedule_round_priv.h). */
struct schedule_round;
struct schedule_round *schedule_round_begin(struct change *c, struct db *db,
					    struct schedule_plan *plan);
/* Who of them is local: one question for all that will be delivered to. */
MUST_CHECK const struct fault *schedule_round_look_up(struct schedule_round *r,
						      const struct text *addresses, size_t count);
/* Those of them who are, for itip/. */
void schedule_round_known(struct schedule_round *r, const struct itip_known **out,
			  size_t *count_out);
/*
 * What an attendee brings themselves (RFC 6638 §3.2.2.2): "5.1", "3.8": the organizer, who is of
 * this store, has no such object, or has not invited them. NULL: neither.
 */
MUST_CHECK const struct fault *schedule_judge_brought(struct schedule_round *r,
						      const struct ical_object *o,
						      const struct itip_user *user,
						      struct text *organizer_out,
						      const char **status_out);

/*
 * One message, processed for its recipient, and what it causes. `from` is the address of `sender`.
 * *out: what was decided, to stay with the plan; NULL: nothing, as it was to be quiet.
 */
MUST_CHECK const struct fault *schedule_deliver(struct schedule_round *r,
						const struct itip_message *m, struct text from,
						int64_t sender, struct schedule_delivery **out);
/* A message from outside for one owner. */
MUST_CHECK const struct fault *schedule_receive(struct schedule_round *r,
						const struct schedule_incoming *in);
/*
 * All who are here see how the answers stand in their organizer's object, as far as they have it.
 * `from`: the address of the organizer, who is `sender`. `after` NULL: whom it would be too much
 * to tell at once are told by a job. Else only those whose address is past it are told, *after
 * becomes the last of them, and empty with the last of all.
 */
MUST_CHECK const struct fault *schedule_tell(struct schedule_round *r, struct text from,
					     int64_t sender, const struct ical_object *o,
					     struct text *after);
/* All rows of all copies; the plan is whole. */
MUST_CHECK const struct fault *schedule_round_end(struct schedule_round *r);

/* ---- rooms and resources, and who has invitations answered (schedule_room.c) ---------------- */

/* Is there anything that is answered for them? */
bool schedule_answers_itself(const struct schedule_copy *copy);
/* All of it is, and nobody looks into the inbox. */
bool schedule_is_unattended(const struct schedule_copy *copy);
/* May anything have been, so that it holds its time? */
bool schedule_may_hold(const struct schedule_copy *copy);

struct schedule_question {
	struct text object;		  /* what a REQUEST makes of the copy */
	const struct ical_object *stored; /* the copy as it stands; NULL: there is none */
	struct schedule_inviters inviters;
};
struct schedule_answer {
	bool is_answered;  /* else it is left to the owner, and nothing has changed */
	struct text reply; /* the whole message */
	const char *why;   /* NULL where nothing was judged */
};
/*
 * What a message makes of a thing's copy. Whether a meeting takes time (TRANSP, RFC 5545 §3.8.2.7)
 * says each for their own calendar; a room or a resource is taken by it all the same.
 */
MUST_CHECK const struct fault *schedule_take_time(struct arena *a, struct schedule_share *share,
						  const struct schedule_copy *copy,
						  struct text *object);
/* The copy becomes what is asked, accepted or declined, or nothing. */
MUST_CHECK const struct fault *schedule_answer(struct change *c, struct db *db, struct arena *a,
					       struct schedule_share *share,
					       struct schedule_copy *copy,
					       const struct schedule_question *q,
					       struct schedule_answer *out);
/* The time that a planned copy holds; while planning (schedule_hold.c). */
MUST_CHECK const struct fault *schedule_plan_holds(struct change *c, struct db *db,
						   struct arena *scratch,
						   struct schedule_copy *copy);
/* How many of them each may hold; the plan is whole. */
void schedule_share_holds(struct schedule_plan *plan);
/* While applying: that time and no other is held for the meeting. */
MUST_CHECK const struct fault *schedule_write_holds(struct change *c, struct db *db,
						    struct text uid,
						    const struct schedule_copy *copy);
/* While applying: stale, where who invites is no member of the group any more. */
MUST_CHECK const struct fault *schedule_check_member(struct change *c, struct db *db,
						     const struct schedule_copy *copy);
/*
 * While applying, wherever objects are written or go: if this one holds time, then that which it is
 * planned for; NULL: it goes, and holds none.
 */
MUST_CHECK const struct fault *schedule_follow_holds(struct change *c, struct db *db,
						     const struct stored_object *o,
						     const struct object_plan *plan);

/* ---- what was proposed (schedule_proposal.c) ------------------------------------------------ */

struct schedule_round;
/* A COUNTER has come, to be kept with the meeting. */
void schedule_note_proposal(struct schedule_round *r, struct schedule_delivery *d,
			    const struct itip_proposal *p);
/* While applying, with what shows it in place: what showed what it stands for goes. */
MUST_CHECK const struct fault *schedule_keep_proposal(struct change *c, struct db *db,
						      const struct proposal *p);
/* While planning a save by the organizer where `was` stands: what it answers. */
MUST_CHECK const struct fault *schedule_plan_settling(struct change *c, struct db *db,
						      struct schedule_plan *plan,
						      const struct ical_object *was);
/* While applying it. Stale unless just these proposals stand. */
MUST_CHECK const struct fault *schedule_settle(struct change *c, struct db *db,
					       const struct schedule_plan *plan);

/* ---- who may send, and to whom (schedule_rights.c) ------------------------------------------ */

/* Who makes a change speaks for the owner of what it is about. */
struct schedule_voice {
	struct change *c;
	struct db *db;
	struct schedule_plan *plan;
	struct text from; /* the owner's address in it */
	/* From here on its own. */
	bool is_read;
	struct text address;	 /* of who speaks; empty: the owner does, or they have none */
	const char *unsigned_at; /* the message that was signed last */
	struct text signed_text;
};
/* May they send this? Then it says by whom it is sent. FORBIDDEN (change_act_as()). */
MUST_CHECK const struct fault *schedule_speak(struct schedule_voice *v, struct itip_message *m);
/* What became of it says so, too. */
void schedule_tell_who(const struct schedule_voice *v, struct schedule_delivery *d);
/* FORBIDDEN unless who makes the change may do so for that owner (rights.h). */
MUST_CHECK const struct fault *schedule_may_send(struct change *c, struct db *db, int64_t owner,
						 unsigned needs);
/* The same of all that a calendar which is removed holds: it will be cancelled and declined. */
MUST_CHECK const struct fault *schedule_may_bury(struct change *c, struct db *db,
						 const struct collection *gone);
/* Does the recipient, an owner, deny the sender such a message? */
MUST_CHECK const struct fault *schedule_is_denied(struct db *db, struct arena *a,
						  const struct schedule_delivery *d, bool *out);
/*
 * Of a message from outside: does who sent it, whom a SENT-BY of what stands names, send no more
 * for somebody of this store? What was told once stays in copies when the right is gone.
 */
MUST_CHECK const struct fault *schedule_is_deposed(struct db *db, struct arena *a, struct text from,
						   const struct ical_object *stored, bool *out);
/* Stale unless it is still the same for all that is planned for an owner. */
MUST_CHECK const struct fault *schedule_verify_denials(struct change *c, struct db *db,
						       const struct schedule_plan *plan,
						       int64_t owner);

/* ---- while applying ------------------------------------------------------------------------ */

/* Stale unless all copies stand as they were read; `existing` as what the save is about. */
MUST_CHECK const struct fault *schedule_verify(struct change *c, struct db *db,
					       const struct schedule_plan *plan,
					       const struct stored_object *existing);
/*
 * May what is stored in this collection be the owner's scheduling object resource of its UID? *out:
 * it is. UID_ELSEWHERE: another calendar holds that, and this is no place for a mere record of it
 * (RFC 6638 §3.2.4.1). plan NULL: it is about nobody else.
 */
MUST_CHECK const struct fault *schedule_judge_tagged(struct change *c, struct db *db,
						     const struct schedule_plan *plan,
						     const struct stored_object *existing,
						     int64_t collection, bool *out);
/*
 * While planning: the owner of the plan sends nothing to somebody, or to nobody at all (no text),
 * and why.
 */
void schedule_say_nothing(struct change *c, struct schedule_plan *plan, struct text to,
			  const char *why);
/* While applying: what was decided, for `fasti explain` (schedule_note.c). */
MUST_CHECK const struct fault *schedule_write_notes(struct change *c, struct db *db,
						    const struct schedule_plan *plan);
/* Numbers for what is written of the copies, in two statements for all (schedule_number.c). */
MUST_CHECK const struct fault *schedule_take_numbers(struct change *c, struct db *db,
						     const struct schedule_plan *plan);
/* The next ones for one of the copy's: in its calendar, or its inbox. */
MUST_CHECK const struct fault *schedule_next_seq(struct change *c, struct db *db,
						 struct schedule_copy *copy, int64_t collection,
						 int64_t *seq_out);
int64_t schedule_next_id(struct schedule_copy *copy);
/* All copies, inbox items, jobs and notes. */
MUST_CHECK const struct fault *schedule_write(struct change *c, struct db *db,
					      const struct schedule_plan *plan);
/* After the commit: one line for each delivery. */
void schedule_log(const struct schedule_plan *plan);

/* ---- to people outside (schedule_job.c) ------------------------------------------------------ */

/*
 * While planning: the job that brings a message to somebody outside ("imip"), or to a meeting type
 * ("door"). Its text lives as long as the plan, what was read of it need not. OBJECT_TOO_LARGE.
 */
MUST_CHECK const struct fault *schedule_plan_job(struct change *c, struct schedule_plan *plan,
						 struct schedule_delivery *d, struct text kind,
						 const struct ical_object *message,
						 struct text text);
/* While applying: all of them. */
MUST_CHECK const struct fault *schedule_write_jobs(struct change *c, struct db *db,
						   const struct schedule_plan *plan);

/* The job that tells the other attendees how the answers stand. */
MUST_CHECK const struct fault *schedule_queue_rest(struct change *c, struct db *db,
						   int64_t organizer, struct text uid);

/* ---- COPY and MOVE (transfer_schedule.c) ----------------------------------------------------- */

struct transfer_schedule {
	struct schedule_plan *comes, *goes; /* into a calendar; out of the owner's: NULL: neither */
	int64_t *owners;
	size_t owner_count;
};
/* leaves: what leaves its owner's calendars; arrives: what comes into others; each may be NULL. */
MUST_CHECK const struct fault *transfer_schedule_plan(struct change *c, struct db *db,
						      const struct change_transfer *t,
						      const struct stored_object *leaves,
						      const struct ical_object *arrives,
						      struct transfer_schedule *out);
/* `leaves`: `was` is to leave its owner's calendars. */
MUST_CHECK const struct fault *transfer_schedule_check(struct change *c, struct db *db,
						       const struct transfer_schedule *s,
						       const struct stored_object *was, bool leaves,
						       const struct stored_object *existing);
/* UID_ELSEWHERE: it would be the second one of its owner's, beside this. */
MUST_CHECK const struct fault *transfer_schedule_check_second(struct change *c, struct db *db,
							      const struct change_transfer *t,
							      const struct stored_object *was);
MUST_CHECK const struct fault *transfer_schedule_write(struct change *c, struct db *db,
						       const struct transfer_schedule *s);
void transfer_schedule_log(const struct transfer_schedule *s);

/* ---- tags (schedule_tag.c) ------------------------------------------------------------------ */

/*
 * o is about to be written with its new etag and seq where `was` stands (NULL: nothing): its tag,
 * and what is remembered of earlier etags. `keeps`: only answers changed. An object that is no
 * scheduling object resource has none.
 */
void schedule_set_tag(struct change *c, const struct stored_object *was, bool is_tagged, bool keeps,
		      struct text etag, struct stored_object *o);
MUST_CHECK const struct fault *schedule_keep_tag(struct change *c, struct db *db,
						 const struct stored_object *was,
						 const struct stored_object *o);

/*
 * May it be a scheduling object resource? It has a tag, or seems to name an organizer: what was
 * stored before there were tags, or before its owner had that address. With data.
 */
bool schedule_may_concern(const struct stored_object *o);
/* Another one of theirs is the meeting, so that what becomes of this one is told to nobody. */
MUST_CHECK const struct fault *schedule_stands_elsewhere(struct change *c, struct db *db,
							 const struct stored_object *o, bool *out);

/*
 * PRECONDITION unless the condition holds for `existing` (NULL: nothing). *merged_out: by
 * nothing but answers that the server entered, which are kept (decisions 18). NULL where nothing
 * is stored that could keep them: then it holds for what the client saw alone.
 */
MUST_CHECK const struct fault *schedule_check_condition(struct change *c, struct db *db,
							const struct change_condition *condition,
							const struct stored_object *existing,
							bool *merged_out);

/* ---- object_name.c --------------------------------------------------------------------------- */

/* "UID.ics" where that is safe, else a digest of it. */
struct text object_name_of(struct arena *a, struct text uid, bool plain);
bool object_uid_is_safe(struct text uid);

#endif
