/*
 * change - one atomic change of what is kept
 *
 *	struct change *c = change_open(cal, arena, CHANGE_CLIENT, now);
 *	f = change_put(c, &put);          plan: parse, validate, expand
 *	f = change_job(c, &job);
 *	change_submit(c, done, ctx);      apply, commit, then done()
 *
 * Steps are applied in the order they were said. The first that fails takes all
 * of them back: a change happens whole or leaves nothing behind. Results are
 * written into the caller's structs before done() is called.
 *
 * Memory: everything lives in the arena, which must outlive done(). Threads:
 * plan on one thread; done() comes on a writer's thread and must be short.
 */
#ifndef CALENDAR_CHANGE_H
#define CALENDAR_CHANGE_H

#include "calendar/calendar.h"
#include "ical/attach.h"
#include "store/access.h"
#include "store/answer.h"
#include "store/booking.h"
#include "store/collection.h"
#include "store/history.h"
#include "store/hold.h"
#include "store/job.h"
#include "store/link.h"
#include "store/mail.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/owner.h"
#include "store/property.h"
#include "store/push.h"
#include "store/session.h"
#include "store/team.h"
#include "store/token.h"
#include "store/waiting.h"
#include "store/webhook.h"

struct change;
struct reminder;

struct change;

/*
 * Who asks; decides which scheduling messages follow (decisions 1). DOOR: a booking that came as a
 * message, which is answered by whoever brought it.
 */
enum change_origin {
	CHANGE_CLIENT,
	CHANGE_BOOKING,
	CHANGE_DOOR,
	CHANGE_ITIP,
	CHANGE_IMPORT,
	CHANGE_PROVIDER,
};

struct change *change_open(struct calendar *cal, struct arena *a, enum change_origin origin,
			   int64_t now);

/*
 * Who makes it, before its steps are said: what is sent of something that another one owns is sent
 * in the owner's name. That wants a privilege at the owner's outbox (RFC 6638 §6.2), while planning
 * and inside the transaction: else FORBIDDEN, about "PRIVILEGE NAME-OF-THE-OWNER".
 */
void change_act_as(struct change *c, int64_t user);

/*
 * If-Match, If-None-Match (RFC 9110 §13.1) and If-Schedule-Tag-Match (RFC 6638 §8.3), judged inside
 * the transaction: 412 PRECONDITION. An If-Match that is stale by nothing but answers which the
 * server itself entered holds for a scheduling object resource, unless calendar.strict_if_match
 * (decisions 18).
 */
struct change_condition {
	bool if_match_any;	     /* If-Match: * */
	bool if_none_match_any;	     /* If-None-Match: * */
	const struct text *if_match; /* etags without quotes */
	size_t if_match_count;
	bool has_if_match; /* also with an empty or unreadable list: nothing matches */
	const struct text *if_none_match;
	size_t if_none_match_count;
	bool has_schedule_tag;	   /* If-Schedule-Tag-Match */
	struct text schedule_tag;  /* without quotes; empty matches only what has no tag */
	bool has_unmodified_since; /* counts only where there is no If-Match (RFC 9110 §13.1.4) */
	int64_t unmodified_since;
};
/* UNMODIFIED: If-None-Match says no, FAILED: If-Match does. */
enum change_verdict { CONDITION_HOLDS, CONDITION_UNMODIFIED, CONDITION_FAILED };
/* Of what stands there; etag NULL-text: nothing, or it has no tag. */
enum change_verdict change_judge_condition(const struct change_condition *c, bool exists,
					   struct text etag);

/* An attachment that another owner has: whoever's object names it gets a copy (RFC 8607 §3.7). */
struct change_lent {
	int64_t owner;
	struct text id;
};

struct change_put {
	int64_t owner, collection;
	struct text name; /* path segment; empty: made from the UID (import) */
	struct text raw;
	enum ical_source source;
	struct change_condition condition;
	bool replace_known_uid;	    /* import: a known UID is replaced if this one is newer */
	bool no_create, no_replace; /* who asks may only do the other: FORBIDDEN */
	/* Attachments of others that it names, and that who asks may read. */
	const struct change_lent *lent;
	size_t lent_count;
	/* results */
	bool created, unchanged;  /* unchanged: an import that was not newer */
	bool edited;		  /* the server had to change something in the bytes */
	struct text stored;	  /* the bytes as they stand there: raw, or edited */
	struct text etag;	  /* of these */
	struct text schedule_tag; /* without quotes; empty: no scheduling object resource */
	bool merged;		  /* If-Match was stale by answers alone: no ETag is told */
	struct text name_out;
	const struct ical_object *object; /* as read while planning */
};
/*
 * Store a calendar object resource. While planning: BAD_DATA, BAD_OBJECT,
 * OBJECT_TOO_LARGE, TOO_MANY_*. While applying: NOT_FOUND (no such collection),
 * BAD_COMPONENT, UID_TAKEN (about: the href's object name), PRECONDITION, UNKNOWN_MANAGED_ID (of a
 * client: no such attachment, nor named by what stood there), QUOTA_FULL.
 *
 * Of a client or a booking, a scheduling object resource invites, answers and cancels
 * (calendar/schedule.h), with the faults SAME_ORGANIZER, ORGANIZER_CHANGE, ATTENDEE_CHANGE, and
 * UID_ELSEWHERE (about: "calendar/name" of the one that has its UID; RFC 6638 §3.2.4).
 */
MUST_CHECK const struct fault *change_put(struct change *c, struct change_put *put);

enum { CHANGE_FILE_MAX = 4 * 1024 * 1024 }; /* bytes of a file in a folder */

struct change_file {
	int64_t owner, collection;
	struct text name;
	struct text raw, media_type;
	struct change_condition condition;
	bool no_create, no_replace; /* who asks may only do the other: FORBIDDEN */
	/* results */
	bool created;
	struct text etag;
};
/*
 * Store a file in a folder. While planning: STORE_FULL, past CHANGE_FILE_MAX. While applying:
 * NOT_FOUND (no such folder), CONFLICT (a folder has the name), PRECONDITION, FORBIDDEN.
 */
MUST_CHECK const struct fault *change_put_file(struct change *c, struct change_file *put);

struct change_place {
	int64_t owner, collection;
	struct text name;
};
struct change_transfer {
	struct change_place from, to;
	bool is_move, overwrite;
	struct change_condition condition; /* of what stands at `from` */
	bool no_create, no_replace;	   /* who asks may only do the other: FORBIDDEN */
	bool no_bury;			   /* ... may not replace a folder */
	/* results */
	bool created; /* nothing stood there */
	struct text etag;
	struct text schedule_tag; /* without quotes; empty: no scheduling object resource */
};
/*
 * COPY or MOVE an object or a file, with its properties (RFC 4918 §9.8, §9.9). What held for a PUT
 * into a calendar holds here (RFC 4791 §5.3.2.1). A booking goes with the event that is moved, not
 * with a copy of it. While planning: NOT_FOUND, and the faults of change_put(). While applying:
 * NOT_FOUND, CONFLICT (the collection to go into went), BAD_TRANSFER, BAD_COMPONENT, UID_TAKEN
 * (about: the name of the other one), PRECONDITION, FORBIDDEN.
 */
MUST_CHECK const struct fault *change_transfer(struct change *c, struct change_transfer *t);

struct change_remove {
	int64_t owner, collection;
	struct text name;
	struct change_condition condition;
	bool no_reply; /* Schedule-Reply: F (RFC 6638 §8.1): the organizer is not told */
};
/*
 * Remove a calendar object resource. NOT_FOUND, PRECONDITION. A booking goes with its event, or
 * follows it to another calendar where it stands by now. Of a scheduling object resource the
 * organizer cancels, and an attendee declines (RFC 6638 §3.2.1.3, §3.2.2.4).
 */
MUST_CHECK const struct fault *change_remove(struct change *c, struct change_remove *r);

struct change_attachment {
	int64_t owner, collection;
	struct text name; /* of the object */
	struct change_condition condition;
	struct ical_attach edit; /* its line with all that is known of the file */
	struct text media_type;	 /* of the file, with its parameters */
	struct text data;	 /* of the file; none for ATTACH_REMOVE */
	/* results */
	struct text stored, etag; /* of the object */
};
/*
 * Attach a file to an object, put another one in its place, or take it off (RFC 8607 §3.4 to §3.6).
 * While planning: NOT_FOUND, PRECONDITION, ATTACHMENT_TOO_LARGE, and the faults of ical_attach().
 * While applying: NOT_FOUND, PRECONDITION, QUOTA_FULL: more than an owner may have.
 */
MUST_CHECK const struct fault *change_attach(struct change *c, struct change_attachment *x);

struct change_property {
	struct property property; /* xml empty: remove it */
};
struct change_collection {
	int64_t owner;
	struct text name;
	enum collection_kind kind;
	unsigned components;
	bool transparent;
	struct text timezone; /* for zone_find_set(), or empty */
	const struct change_property *properties;
	size_t property_count;
	/* result */
	int64_t id;
};
enum { CHANGE_KEPT_MAX = 200 }; /* properties that one resource keeps */
/*
 * Make a calendar or a folder with its properties. NOT_EMPTY_PLACE: the name is taken. CONFLICT:
 * there is no folder around it. STORE_FULL: more than CHANGE_KEPT_MAX properties,
 * CHANGE_COLLECTIONS_MAX collections, or folders nested deeper than store/collection.h has it.
 */
MUST_CHECK const struct fault *change_make_collection(struct change *c,
						      struct change_collection *mk);

struct change_properties {
	int64_t owner, collection; /* collection 0: the principal's own */
	int64_t object;		   /* 0: the collection's own */
	struct change_condition condition;
	const struct change_property *properties;
	size_t property_count;
	bool set_transparent, transparent;
	bool set_timezone;
	struct text timezone;
	bool set_default_calendar; /* of the inbox: schedule-default-calendar-URL (RFC 6638 §9.2) */
	struct text default_calendar; /* name of a calendar of the owner's; empty: none is set */
};
/*
 * Set and remove properties, all or none (RFC 4918 §9.2). NOT_FOUND, PRECONDITION. STORE_FULL: it
 * would keep more than CHANGE_KEPT_MAX. BAD_DEFAULT_CALENDAR: it is no calendar of the owner's.
 */
MUST_CHECK const struct fault *change_set_properties(struct change *c, struct change_properties *p);

struct change_access {
	int64_t owner, collection; /* collection 0: the home */
	const struct access_entry *entries;
	size_t count;
	unsigned locking; /* who has none of these rights any more loses the locks there */
};
enum { CHANGE_ENTRIES_MAX = 100 }; /* of one place */
/* Set who else may do what, instead of what was set before (RFC 3744 §8.1). NOT_FOUND. */
MUST_CHECK const struct fault *change_set_access(struct change *c, const struct change_access *x);

/*
 * Who belongs to those whom an entry at the home grants the same, and nothing beyond it: from now
 * on these alone do; other entries stay. TOO_MANY_ENTRIES.
 */
struct change_proxies {
	int64_t owner;
	const int64_t *members;
	size_t count;
	unsigned grants, beyond;
	unsigned locking; /* as above */
};
MUST_CHECK const struct fault *change_set_proxies(struct change *c, const struct change_proxies *x);
/* A principal gives up what is shared with it. FORBIDDEN: it has it from a group. */
MUST_CHECK const struct fault *change_leave_shared(struct change *c, int64_t owner,
						   int64_t collection, int64_t principal);

/* A token, of which the secret is known by its digest; its id is told in it. STORE_FULL. */
MUST_CHECK const struct fault *change_add_token(struct change *c, struct token *t);
/* It opens nothing any more. NOT_FOUND. */
MUST_CHECK const struct fault *change_remove_token(struct change *c, int64_t owner, int64_t id);

/* Somebody signs in with a browser for store/session.h's SESSION_SECONDS, or out. */
void change_sign_in(struct change *c, struct session *session);
void change_sign_out(struct change *c, struct session *session);

/* Who belongs to a group, from now on. */
MUST_CHECK const struct fault *change_set_members(struct change *c, int64_t group,
						  const int64_t *members, size_t count);

/*
 * Remove a calendar, or a folder with all folders in it: out of sight now, the contents by purge
 * jobs, which cancel and decline what it held. By its number, as another one may go by its name
 * meanwhile. NOT_FOUND. DEFAULT_CALENDAR: invitations are put there (RFC 6638 §4.3).
 */
MUST_CHECK const struct fault *change_remove_collection(struct change *c, int64_t owner,
							int64_t collection);

enum {
	CHANGE_COPY_OBJECTS_MAX = 20000, /* that one COPY of a collection takes along */
	CHANGE_COPY_BYTES_MAX = 128 * 1024 * 1024,
	CHANGE_COPY_OCCURRENCES_MAX = 200000,
	CHANGE_COLLECTIONS_MAX = 1000, /* of one owner */
};

struct change_tree {
	int64_t owner;
	struct text from, to; /* names; see store/collection.h */
	int64_t collection;   /* that goes by `from`, as far as who asks knows */
	bool is_move, overwrite;
	bool alone;	 /* COPY with Depth: 0: without members */
	bool no_replace; /* who asks may not take away what stands there: FORBIDDEN */
	/* result */
	bool created; /* nothing stood there */
};
/*
 * COPY or MOVE a calendar or a folder with all that is in it. NOT_FOUND; CONFLICT (no folder around
 * the new place, or the new place is around the old); BAD_TRANSFER, also into itself; BAD_LOCATION
 * (a calendar in a folder); NOT_EMPTY_PLACE (a calendar over a folder or the other way);
 * PRECONDITION; FORBIDDEN; STORE_FULL; TOO_MUCH_AT_ONCE, past one of the limits of COPY above.
 * CONFLICT, too, when another collection goes by `from` now.
 */
MUST_CHECK const struct fault *change_transfer_tree(struct change *c, struct change_tree *t);

struct change_purge {
	int64_t owner, collection;
	int max;     /* objects in this change */
	bool untold; /* what was about others ends without a word to them */
	/* result */
	bool done; /* nothing is left, nor is the collection */
};
/*
 * A portion of what a removed calendar held; bookings with an event there are cancelled.
 * OUT_OF_MEMORY: those who would hear of it are too many for the arena.
 */
MUST_CHECK const struct fault *change_purge_collection(struct change *c, struct change_purge *p);

struct change_forget {
	struct collection_key key;
	struct collection_old old;
	int max; /* removals in this change, more or less */
	/* result */
	bool done; /* nothing old is left */
};
/* A portion of the removals that a calendar remembers for those who sync it. */
MUST_CHECK const struct fault *change_forget_removals(struct change *c, struct change_forget *p);

/*
 * Something that must hold inside the transaction, once all owners are locked
 * and before anything is written; owner is locked too. The first fault ends the change.
 */
typedef const struct fault *(*change_require_fn)(void *ctx, struct db *db, struct arena *a);
MUST_CHECK const struct fault *change_require(struct change *c, int64_t owner, change_require_fn fn,
					      void *ctx);

/* Take exclusive time. SLOT_TAKEN when another hold overlaps. */
MUST_CHECK const struct fault *change_take_hold(struct change *c, const struct hold *h);
/* What a booking holds until it is confirmed is its own; it takes `h` if it held nothing. */
MUST_CHECK const struct fault *change_confirm_hold(struct change *c, const struct hold *h);
MUST_CHECK const struct fault *change_release_hold(struct change *c, int64_t owner,
						   struct text booking);
/* Time that goes by another booking of the same event, and the bookings that do. */
MUST_CHECK const struct fault *change_rename_hold(struct change *c, int64_t owner,
						  struct text booking, struct text to);
MUST_CHECK const struct fault *change_hand_over(struct change *c, const struct booking *b,
						struct text to);
/*
 * Whoever books with this change: the mails of the booking tell them what the event says, and
 * scheduling tells everybody else in it. To be said before the event is put.
 */
void change_invite(struct change *c, struct text email);

/* What is done to it, and by whom, is in its history from then on. */
MUST_CHECK const struct fault *change_add_booking(struct change *c, const struct booking *b,
						  struct booking_deed deed);
/* PRECONDITION when the stored version is not b->version - 1. */
MUST_CHECK const struct fault *change_update_booking(struct change *c, const struct booking *b,
						     struct booking_deed deed);
/*
 * The link of its conference has come: all bookings of its event have it from now on. An invitation
 * that waits leaves at once; where it has left, one update follows.
 */
MUST_CHECK const struct fault *change_set_join_url(struct change *c, const struct booking *b,
						   struct text url);
MUST_CHECK const struct fault *change_remember_key(struct change *c, const struct booking_key *k);

/* The hosts of a booking of a team, instead of those that it had. */
MUST_CHECK const struct fault *change_set_hosts(struct change *c, int64_t owner,
						struct text booking,
						const struct booking_host *hosts, size_t count);
/* A turn of a host, or of a clock (store/team.h). */
MUST_CHECK const struct fault *change_take_turn(struct change *c, const struct team_claim *x);
MUST_CHECK const struct fault *change_give_back_turn(struct change *c, const struct team_claim *x);

MUST_CHECK const struct fault *change_add_link(struct change *c, const struct booking_link *l);
/* NOT_FOUND. */
MUST_CHECK const struct fault *change_remove_link(struct change *c, int64_t owner, struct text id);

/* Who is told of bookings (hooks.h). STORE_FULL. */
MUST_CHECK const struct fault *change_add_webhook(struct change *c, const struct webhook *w);
/* What becomes of one. */
enum webhook_deed {
	WEBHOOK_RENEWED, /* another secret */
	WEBHOOK_ENABLED, /* tried again, and told again */
	WEBHOOK_ANSWERED,
	WEBHOOK_FAILED,	  /* why in last_error */
	WEBHOOK_DISABLED, /* likewise */
};
struct change_webhook {
	int64_t owner;
	struct text id;
	enum webhook_deed deed;
	struct text why;
	struct webhook is; /* result: as it is now */
};
/* While applying: NOT_FOUND. */
MUST_CHECK const struct fault *change_webhook(struct change *c, struct change_webhook *w);
/* The test of one (hooks.h). While applying: NOT_FOUND. */
MUST_CHECK const struct fault *change_test_webhook(struct change *c, int64_t owner, struct text id);
/* NOT_FOUND. */
MUST_CHECK const struct fault *change_remove_webhook(struct change *c, int64_t owner,
						     struct text id);
/* One use of a link. LINK_SPENT: it has none left, or it is no more (booking case E13). */
MUST_CHECK const struct fault *change_use_link(struct change *c, int64_t owner, struct text id);
MUST_CHECK const struct fault *change_give_back_link(struct change *c, int64_t owner,
						     struct text id);

/* Webhooks are told that a meeting is near (hooks.h). */
MUST_CHECK const struct fault *change_tell_reminder(struct change *c, const struct booking *b,
						    const struct reminder *r, int64_t start);
/* Who wants no reminders of this owner any more; or, with `again`, does want them. */
MUST_CHECK const struct fault *change_opt_out(struct change *c, int64_t owner, struct text mailbox,
					      bool again);

MUST_CHECK const struct fault *change_add_waiting(struct change *c, const struct waiting *w);
/* NOT_FOUND. */
MUST_CHECK const struct fault *change_remove_waiting(struct change *c, int64_t owner,
						     struct text id);
/* Whoever waited for what they have booked now waits no more. */
MUST_CHECK const struct fault *change_serve_waiting(struct change *c, const struct booking *b);
/* They get a mail about a place, if they did not before; at next_at it is the next one's turn. */
MUST_CHECK const struct fault *change_tell_waiting(struct change *c, const struct waiting *w,
						   int64_t next_at);

/*
 * The event of a booking, with data; NULL when there is none. A host may have several events with
 * its UID, one in a calendar: the booking's own calendar counts first, then any other.
 */
MUST_CHECK const struct fault *booking_event_find(struct db *db, struct arena *a,
						  const struct booking *b,
						  struct stored_object **out);

enum {
	/* Larger events carry files; of them only the times are followed. */
	BOOKING_EVENT_MAX = 64 * 1024,
	BOOKING_MAIL_PAYLOAD_MAX = 8 * BOOKING_EVENT_MAX, /* escaped as JSON */
};

/* Has whoever booked answered, in the event, that they do not come? */
MUST_CHECK const struct fault *booking_is_declined(struct db *db, struct arena *a,
						   const struct booking *b,
						   const struct ical_object *event, bool *out);

/* The event read, for a look at what it said; NULL where it is too large or unreadable. */
const struct ical_object *booking_event_read(struct arena *a, const struct stored_object *event);
/* The bytes of an event with this SEQUENCE; all others stay. */
struct text booking_event_at(struct arena *a, const struct ical_object *o, int32_t sequence);

/*
 * The mails that tell an invitee of this state of a booking. A REQUEST is made of the event as it
 * stands when the mail leaves; a CANCEL of the event as the invitee knows it, which has gone by
 * then and so goes with the job (RFC 5546 §3.2.5). NULL: not known, it is made of the booking.
 * They stand in one queue: of a booking that ends before any can have left, none leaves.
 */
struct job booking_request_job(struct arena *a, const struct booking *b, int64_t now);
/* A REQUEST that says once more what was said, with the link of its conference. */
struct job booking_link_job(struct arena *a, const struct booking *b, int64_t now);
struct job booking_cancel_job(struct arena *a, const struct booking *b,
			      const struct ical_object *event, int64_t now);
/* A CANCEL for the event that a booking has left, which stands for another one now. */
struct job booking_left_job(struct arena *a, const struct booking *b,
			    const struct ical_object *event, int64_t now);
/*
 * A plain notice (daemon/job_notice.c) that what its invitee asked for does not take place: no
 * invitation has gone out that could be taken back.
 */
struct job booking_declined_job(struct arena *a, const struct booking *b, int64_t now);
/* Is it due when this booking ends? Not of what was confirmed, nor where nobody confirmed the
   address. */
bool booking_hears_decline(const struct booking *b);
/* Past what the invitee was told, and past the SEQUENCE of the event, which its host may raise. */
int32_t booking_next_sequence(const struct booking *b, int32_t event);

/* A message that came in by mail, and is settled with this change (store/mail.h). */
struct change_mail {
	int64_t owner;
	struct text digest; /* of the message, and of whom it came to */
	int outcome;
	struct text kept; /* it waited under this id, and no longer does; empty: it comes in */
};
/* While applying: CONFLICT: it was settled already. */
MUST_CHECK const struct fault *change_settle_mail(struct change *c, const struct change_mail *m);

/* Queue a job; it is taken up after the commit. */
MUST_CHECK const struct fault *change_job(struct change *c, const struct job *j);

/* How many registrations a user may have at one place, and in all. */
enum {
	CHANGE_PUSH_PER_PLACE = 100, /* of one user */
	CHANGE_PUSH_PER_USER = 1000,
	/* For more changes to come before they are told: who saves one often saves several. */
	CHANGE_PUSH_WAIT_S = 2,
};

struct change_push {
	struct push push; /* but for its id and counts */
	/* result */
	struct text id;
};
/*
 * Register a user for what changes at a place, or renew that. NOT_FOUND: there is no such
 * collection. PUSH_NOT_AVAILABLE: there are too many registrations.
 */
MUST_CHECK const struct fault *change_register_push(struct change *c, struct change_push *r);
/* End a registration of a user's own. NOT_FOUND: there is none, or it is expired. */
MUST_CHECK const struct fault *change_unregister_push(struct change *c, int64_t owner,
						      struct text id, int64_t subscriber);

/* The job that tells a registration what it was not told yet: one for each `told` (step_push.c). */
struct job push_job(struct arena *a, const struct push *p, int64_t told, int64_t due_at);

/* Whom of those registered a change is not told to: whoever makes it knows. */
struct change_quiet {
	int64_t subscriber;	/* who asks for it: others are told all the same */
	const struct text *ids; /* of registrations */
	size_t count;
	bool all; /* of the subscriber */
};
/* Before it is submitted; ids live in the change's arena. */
void change_keep_quiet(struct change *c, const struct change_quiet *quiet);

/* A new owner with the calendars, default schedule and properties it starts with (design). */
struct change_owner {
	struct owner owner;
	struct text password_hash; /* empty: cannot log in */
	struct schedule schedule;
	const struct text *aliases; /* further addresses */
	size_t alias_count;
	const int64_t *members; /* of a group or team */
	size_t member_count;
	/* result */
	int64_t id;
};
MUST_CHECK const struct fault *change_add_owner(struct change *c, struct change_owner *o);
MUST_CHECK const struct fault *change_set_password(struct change *c, int64_t owner,
						   struct text password_hash);
/* What people are shown for the principal's name; empty: the account's. */
MUST_CHECK const struct fault *change_set_title(struct change *c, int64_t owner, struct text title);
/*
 * The zone that an owner is at home in. What stands in the calendar keeps its time; see
 * booking/rules.h for the hours that follow.
 */
MUST_CHECK const struct fault *change_set_home(struct change *c, int64_t owner, struct text zone);
/* Who may ask when their time is taken. */
MUST_CHECK const struct fault *change_set_free_busy(struct change *c, int64_t owner,
						    enum owner_free_busy free_busy);
/* In which language they are written to, and of what they are told (enum owner_notice). */
MUST_CHECK const struct fault *change_set_letters(struct change *c, int64_t owner,
						  struct text language, int64_t notices);
/* What is answered for the owner from now on. */
MUST_CHECK const struct fault *change_set_answers(struct change *c, int64_t owner,
						  const struct answer_limits *l);
/* The same, within the limits that stand. */
MUST_CHECK const struct fault *change_answer_so(struct change *c, int64_t owner,
						enum owner_answers answers);
MUST_CHECK const struct fault *change_remove_owner(struct change *c, int64_t owner);
/*
 * Hosts of a team who have bookings of a type are told of it: how much room these keep around them
 * is the type's.
 */
MUST_CHECK const struct fault *change_put_type(struct change *c, const struct meeting_type *t);
MUST_CHECK const struct fault *change_remove_type(struct change *c, int64_t owner,
						  struct text slug);
MUST_CHECK const struct fault *change_put_schedule(struct change *c, const struct schedule *s);
/*
 * The weekly hours of the default schedule as a calendar app has them (RFC 7953), which the caller
 * has read; empty: they are as for a new host from now on. Nothing else of the schedule changes.
 * NOT_FOUND: the owner has no hours.
 */
MUST_CHECK const struct fault *change_set_availability(struct change *c, int64_t owner,
						       struct text availability);
/* NOT_FOUND. Whether a meeting type still goes by it is the caller's to require. */
MUST_CHECK const struct fault *change_remove_schedule(struct change *c, int64_t owner,
						      struct text id);

/* Apply. done() comes once: f is NULL after COMMIT. */
typedef void (*change_done_fn)(void *ctx, const struct fault *f);
void change_submit(struct change *c, change_done_fn done, void *ctx);

/* Apply and wait: for commands and workers, never on an event thread. */
MUST_CHECK const struct fault *change_run(struct change *c);
/*
 * The same where planning has gone well; else f, and the change is over: for commands, whose store
 * ends before the arena does.
 */
MUST_CHECK const struct fault *change_run_unless(struct change *c, const struct fault *f);

#endif
