/*
 * change_priv - how steps and the change fit together
 *
 * A step is a row of functions and its data. plan() ran when the step was
 * said; replan() runs again when the world moved on between plan and apply;
 * require() and apply() run inside the transaction, all require() first; committed()
 * comes after its COMMIT, once, before who asked is told.
 */
#ifndef CALENDAR_CHANGE_PRIV_H
#define CALENDAR_CHANGE_PRIV_H

#include "calendar/change.h"
#include "store/store.h"

struct step;

struct step_kind {
	const char *name;
	bool is_rules; /* it changes what the owner offers: owner.rules is raised */
	const struct fault *(*replan)(struct change *c, struct step *s); /* may be NULL */
	const struct fault *(*require)(struct change *c, struct step *s, struct db *db);
	const struct fault *(*apply)(struct change *c, struct step *s, struct db *db);
	void (*committed)(const struct change *c, const struct step *s); /* short; may be NULL */
};

struct step {
	const struct step_kind *kind;
	int64_t owner;	     /* whose row is locked; 0: nobody's yet */
	const int64_t *also; /* and theirs, who may be gone by then */
	size_t also_count;
	bool is_untold; /* nothing that is computed of what the owner has is another by it */
	void *data;
	struct step *next;
};

/* An owner whose row is locked. */
struct change_owner_lock {
	int64_t owner;
	int64_t version;  /* before this change; -1: gone */
	bool is_needed;	  /* a step is about them; without them there is no change */
	bool is_of_rules; /* what they offer changes */
	bool is_untold;	  /* all their steps are: no version rises */
};

struct change {
	struct store_work work; /* first: the work is the change */
	struct calendar *cal;
	struct arena *arena;
	enum change_origin origin;
	int64_t actor; /* who makes it; 0: the owner of whatever it is about, or the server */
	int64_t now;
	struct step *first, *last;
	struct change_owner_lock *locks; /* inside apply(): the owners, ascending */
	size_t lock_count;
	int64_t *learned; /* whom it was found to be about as well, while it was applied */
	size_t learned_count;
	struct change_quiet quiet;
	struct text *invitees; /* of bookings that it makes */
	size_t invitee_count;
	bool queued_jobs;
	bool stale;	/* apply() found that the plan's ground had moved */
	bool submitted; /* the store counts it no more as expected */
	int attempts;
	change_done_fn done;
	void *done_ctx;
};

/* Add a step; data lives in the change's arena. */
void change_add_step(struct change *c, const struct step_kind *kind, int64_t owner, void *data);

/* The step that was added last raises no version. */
void change_leave_untold(struct change *c);

/* Is there a step that takes time of the owner's for a booking? */
bool change_takes_time_of(const struct change *c, int64_t owner);

/* Let the step that was added last lock further owners; a plan made anew may name others. */
void change_also_lock(struct change *c, const int64_t *owners, size_t count);

/* Inside apply(): the version of a locked owner when the lock was taken; -1: gone. */
int64_t change_locked_version(const struct change *c, int64_t owner);

/* Inside apply(): what the plan relied on has changed, plan again. */
const struct fault *change_is_stale(struct change *c);

/*
 * Inside apply(), before anything of these owners is written: stale, unless they are locked; next
 * time they are. For those of whom no plan could know without asking each time.
 */
MUST_CHECK const struct fault *change_need_locked(struct change *c, const int64_t *owners,
						  size_t count);
/* The same of all whose time a booking takes: their holds change, or who shares them. */
MUST_CHECK const struct fault *booking_need_locked(struct change *c, struct db *db,
						   const struct booking *b);

/* Inside apply(): queue a job in this transaction. */
MUST_CHECK const struct fault *change_apply_job(struct change *c, struct db *db,
						const struct job *j);

/*
 * Inside apply(): the next number of a collection's sequence, for a change that is news to those
 * who registered for it (enum push_news); and news alone, where no number is taken: of a home
 * (collection 0), which has none, and of who may do what.
 */
MUST_CHECK const struct fault *change_next_seq(struct change *c, struct db *db, int64_t owner,
					       int64_t collection, unsigned news, int64_t *seq_out);
MUST_CHECK const struct fault *change_next_seqs(struct change *c, struct db *db,
						struct collection_place *at, size_t count,
						unsigned news);
MUST_CHECK const struct fault *change_note(struct change *c, struct db *db, int64_t owner,
					   int64_t collection, unsigned news);

/*
 * What planning one object may cost: it is done by the thread that took the PUT, so no rule may
 * hold that for 10 ms. A step takes 50 to 100 ns, a row some 150 more. Whose end is not found is
 * taken for endless, and what is not expanded for busy (booking case C12); what people really
 * write needs a fraction of it (tests/unit/test_plan.c).
 */
enum {
	PLAN_MAX_ROWS = 30000, /* hourly, endless, over the horizon of a new store still fits */
	PLAN_STEPS = 45000,
	PLAN_EXTENT_STEPS = 10000, /* to find the last instance */
};

/* What planning an object gave: its rows and extent. */
struct object_plan {
	const struct ical_object *object;
	struct occurrence_row *rows;
	size_t row_count;
	int64_t first_start, last_end;
	bool partial;
	int64_t horizon_from, horizon_until; /* between which its rows stand, if partial */
	int64_t zone_version;		     /* 0: it names no zone */
	struct text raw;		     /* the bytes to store: as they came, or edited */
	struct text answers;		     /* what is remembered of these (itip/memory.h) */
	struct text etag;
};

/*
 * Expand an object that was parsed for this owner, as far as a horizon that is moved at `now`
 * will reach. Reads addresses and, of what recurs, the horizon.
 */
MUST_CHECK const struct fault *object_plan_make(struct calendar *cal, struct arena *a,
						int64_t owner, const struct ical_object *o,
						int64_t now, struct object_plan *out);
/* The same against a given horizon. */
MUST_CHECK const struct fault *object_plan_within(struct arena *a, const struct ical_object *o,
						  const struct text *addresses,
						  size_t address_count, int64_t horizon_from,
						  int64_t horizon_until, struct object_plan *out);

/*
 * Write the planned object as o->id (0: new) with its rows. Rows made with other zone data than
 * the store's make it one of several, and whoever starts next brings all to one (horizon.h).
 */
MUST_CHECK const struct fault *object_plan_write(struct change *c, struct db *db,
						 const struct object_plan *p,
						 struct stored_object *o);
/* The same, found by another UID than its own: in an inbox several messages share one. */
MUST_CHECK const struct fault *object_plan_write_as(struct change *c, struct db *db,
						    const struct object_plan *p, struct text uid,
						    struct stored_object *o);

/* Only its extent and its rows: the same bytes, expanded anew. */
MUST_CHECK const struct fault *object_plan_extend(struct change *c, struct db *db,
						  const struct object_plan *p,
						  struct stored_object *o);

/* Rows that end before the horizon would be taken for all there are: then plan again. */
MUST_CHECK const struct fault *object_plan_check(struct change *c, struct db *db,
						 const struct object_plan *p);

/* BAD_COMPONENT unless a calendar takes such objects (RFC 4791 §5.2.3). */
MUST_CHECK const struct fault *object_check_component(struct change *c,
						      const struct collection *into,
						      unsigned component);
/*
 * RFC 4791 §5.3.2.1, no-uid-conflict: one UID, one resource, in one calendar. `existing` is what
 * stands under the name, or NULL; `leaving` the number of one that leaves its name, or 0.
 */
MUST_CHECK const struct fault *object_check_uid(struct change *c, struct db *db,
						const struct collection *into, struct text uid,
						const struct stored_object *existing,
						int64_t leaving);

/*
 * While planning: is it a calendar elsewhere? What is read there concerns nobody: no message, no
 * booking that follows, no sequence, no tombstone (store/outside.h).
 */
MUST_CHECK const struct fault *object_look_outside(struct change *c, int64_t owner,
						   int64_t collection, bool *out);

/* RFC 3744 appendix B: FORBIDDEN where that right is missing which the place asks for. */
MUST_CHECK const struct fault *object_check_right(struct change *c, bool exists, bool no_create,
						  bool no_replace);

/*
 * Attachments of what is about to be stored for an owner (attachments.c): those that are lent
 * are copied. Of a client's object each is known, or was named there before: UNKNOWN_MANAGED_ID.
 * QUOTA_FULL.
 */
MUST_CHECK const struct fault *attachments_borrow(struct change *c, struct db *db, int64_t owner,
						  const struct change_lent *lent, size_t count);
MUST_CHECK const struct fault *attachments_check(struct change *c, struct db *db, int64_t owner,
						 const struct ical_object *o,
						 const struct stored_object *was);
MUST_CHECK const struct fault *attachments_check_room(struct change *c, struct db *db,
						      int64_t owner);
/* Once it is stored; `had` says that it may have used some before. */
MUST_CHECK const struct fault *attachments_keep(struct change *c, struct db *db,
						const struct stored_object *stored,
						const struct ical_object *o, bool had);

/* What stands at a path below the home, and the folder around it (step_tree.c). */
struct tree_spot {
	struct collection *parent; /* NULL: the home */
	struct text leaf;
	struct collection *collection; /* NULL: none stands there */
	struct stored_object *file;    /* without data; likewise */
};
/* CONFLICT: there is no folder around it. */
MUST_CHECK const struct fault *tree_look(struct change *c, struct db *db, int64_t owner,
					 struct text path, struct tree_spot *out);
/* STORE_FULL: longer or deeper than a folder's may be. */
MUST_CHECK const struct fault *tree_check_path(struct change *c, struct text path);
/* STORE_FULL: with so many more the owner would have too many collections. */
MUST_CHECK const struct fault *tree_check_count(struct change *c, struct db *db, int64_t owner,
						size_t more);
/* What is no place that anybody sees: buried, with a purge job. */
MUST_CHECK const struct fault *tree_bury_one(struct change *c, struct db *db,
					     const struct collection *it);
/* Out of sight, with all folders below; purge jobs do the rest. */
MUST_CHECK const struct fault *tree_bury(struct change *c, struct db *db,
					 const struct collection *root);

/* In calendar data that comes from elsewhere: the paths of principals, by mail (people.c). */
MUST_CHECK const struct fault *people_name(struct change *c, struct text *calendar);

/* The content of a strong ETag: a digest of the bytes, in hex. */
struct text object_etag(struct arena *a, struct text raw);

/*
 * PRECONDITION unless the condition holds for what stands there, which was last changed at
 * `modified`; 0: nobody knows.
 */
MUST_CHECK const struct fault *change_check_condition(struct change *c,
						      const struct change_condition *condition,
						      bool exists, struct text etag,
						      int64_t modified);

/*
 * An object goes without its place having been guarded (locks.h): the locks on it go too
 * (RFC 4918 §6.1, point 8).
 */
MUST_CHECK const struct fault *change_forget_locks(struct change *c, struct db *db,
						   const struct stored_object *gone);
/* Entries have changed: locks in this home go, whose users have none of these rights there. */
MUST_CHECK const struct fault *change_lose_locks(struct change *c, struct db *db, int64_t owner,
						 unsigned needs);

/* Does it say itself what becomes of bookings, so that none has to follow its event? */
bool change_says_booking(const struct change *c);

/* [tx] What was done to a booking, once it is written: its history, and who is told
 * (step_booking.c). */
MUST_CHECK const struct fault *booking_record(struct change *c, struct db *db,
					      const struct booking *b, struct booking_deed deed);
/* [tx] If that freed a place that somebody waits for, they will be told (step_waiting.c). */
MUST_CHECK const struct fault *waiting_look(struct change *c, struct db *db,
					    const struct booking *b, struct booking_deed deed);

/*
 * A booking follows its event (follow.c): changed by the host, in the same calendar or moved to
 * another one, or gone with it. Objects without a booking are passed over. Both come before the
 * writing: `at` with its place and extent is about to be stored where `was` (with data) stands;
 * *raw_out are the bytes to store, with a SEQUENCE that does not fall behind the booking's.
 */
MUST_CHECK const struct fault *booking_follow_put(struct change *c, struct db *db,
						  const struct stored_object *at,
						  const struct ical_object *o,
						  const struct stored_object *was,
						  struct text *raw_out);
/*
 * While planning: the least SEQUENCE that this will leave the event with, so that whoever else is
 * invited is told of it. 0: it is no booking's.
 */
MUST_CHECK const struct fault *booking_follow_sequence(struct change *c, struct db *db,
						       const struct ical_object *o,
						       const struct stored_object *was,
						       int32_t *out);
/*
 * The event is as it was, and its zone's clocks are not: the wall time of its TZID stays, so the
 * booking goes to another instant, and its invitee is told once (booking case A23).
 */
MUST_CHECK const struct fault *booking_follow_zones(struct change *c, struct db *db,
						    const struct stored_object *at,
						    const struct ical_object *o);
/*
 * Once an organizer's object is written, with all answers in it: a host of a team who has declined
 * holds no time for it any more (follow_answers.c).
 */
MUST_CHECK const struct fault *booking_follow_answers(struct change *c, struct db *db,
						      int64_t owner, const struct ical_object *o);
/* The same, where the answer came from whoever it is of: also one of who booked it is followed. */
MUST_CHECK const struct fault *booking_follow_replies(struct change *c, struct db *db,
						      int64_t owner, const struct ical_object *o);
/* `gone` is no more in the store, or in a calendar that is being removed; its data is read if
 * absent. */
MUST_CHECK const struct fault *booking_follow_removal(struct change *c, struct db *db,
						      const struct stored_object *gone);

#endif
