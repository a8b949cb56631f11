/*
 * booking - what was booked, and which request booked it
 *
 * The history of a booking stays here when its event has left the calendar.
 * Changes carry the version they were made from (optimistic update).
 */
#ifndef STORE_BOOKING_H
#define STORE_BOOKING_H

#include "store/db.h"

enum booking_status {
	BOOKING_IS_PENDING,
	BOOKING_IS_CONFIRMED,
	BOOKING_IS_CANCELLED,
	BOOKING_IS_DECLINED,
	BOOKING_STATUS_COUNT
};
/* Their words, in the API and in what webhooks are told (decisions 29). */
extern const char *const booking_status_words[BOOKING_STATUS_COUNT];

struct booking {
	int64_t owner;
	struct text id;	  /* public id */
	struct text type; /* public id of the meeting type */
	struct text uid;  /* of the event, for life */
	int64_t collection;
	struct text object_name; /* where the event stands */
	enum booking_status status;
	int64_t start, end; /* UTC */
	int32_t sequence, version;
	struct text invitee_name, invitee_email, invitee_timezone;
	struct text language; /* tag of that which the invitee is written to in; empty: not known */
	struct text answers;  /* JSON object */
	int64_t created, modified;
	int32_t seats;	      /* that this invitee takes */
	int64_t lapses_at;    /* of a pending one; 0: never */
	struct text location; /* as the invitee is told it */
	struct text join_url;
	struct text rule;      /* of a series: RRULE and EXDATE lines */
	struct text link;      /* booking_link.id that it used */
	struct text reason;    /* of the last move or end, as it was given */
	struct text shares;    /* the first booking of the event, if that is another one */
	struct text mailbox;   /* of the invitee, as limits count it */
	struct text reminders; /* that it was booked with (calendar/reminders.h) */
	/* SCHEDULE-STATUS and why mail to the invitee does not arrive; empty: nothing stands in its
	 * way. booking_set_mail_fault() alone writes it. */
	struct text mail_fault;
	bool received;	     /* it came as a message: the invitee is its organizer */
	bool awaits_invitee; /* while pending: the address is to be confirmed; else the host is
				to decide */
};

/* The booking by which its time is held: its own, or the one it shares its event with. */
static inline struct text booking_holder(const struct booking *b)
{
	return b->shares.len > 0 ? b->shares : b->id;
}

/* Neither over by a decision, nor declined. */
static inline bool booking_stands(const struct booking *b)
{
	return b->status == BOOKING_IS_PENDING || b->status == BOOKING_IS_CONFIRMED;
}

/* Its invitee is to confirm the address. */
static inline bool booking_awaits_invitee(const struct booking *b)
{
	return b->status == BOOKING_IS_PENDING && b->awaits_invitee;
}

MUST_CHECK const struct fault *booking_find(struct db *db, struct arena *a, int64_t owner,
					    struct text id, struct booking **out);
MUST_CHECK const struct fault *booking_find_by_uid(struct db *db, struct arena *a, int64_t owner,
						   struct text uid, struct booking **out);
/* All that share the event, in the order in which they came, whatever became of them. */
MUST_CHECK const struct fault *booking_list_by_uid(struct db *db, struct arena *a, int64_t owner,
						   struct text uid, struct booking **out,
						   size_t *count_out);
/* Those of a type that stand, and start just then. */
MUST_CHECK const struct fault *booking_list_at(struct db *db, struct arena *a, int64_t owner,
					       struct text type, int64_t start,
					       struct booking **out, size_t *count_out);
/* Those of other owners that stand, end after `from`, and need this host; by start. */
MUST_CHECK const struct fault *booking_list_of_host(struct db *db, struct arena *a, int64_t host,
						    int64_t from, struct booking **out,
						    size_t *count_out);
/* How many of a type a mailbox has that stand, and start after `now` (booking case D8). */
MUST_CHECK const struct fault *booking_count_of_mailbox(struct db *db, struct arena *a,
							int64_t owner, struct text mailbox,
							struct text type, int64_t now,
							int64_t *out);
/* Starting within [from, to), by start. */
MUST_CHECK const struct fault *booking_range(struct db *db, struct arena *a, int64_t owner,
					     int64_t from, int64_t to, int limit,
					     struct booking **out, size_t *count_out);
/* The same in pages, of some alone. */
struct booking_page {
	int64_t owner, from, to;
	struct text after; /* id of the last one seen, which starts at `from`; empty: to begin */
	struct text type;  /* public id of a meeting type; empty: of any */
	int status;	   /* enum booking_status; -1: of any */
	int64_t host;	   /* one of those whose time it takes; 0: anybody */
	int limit;
};
MUST_CHECK const struct fault *booking_page(struct db *db, struct arena *a,
					    const struct booking_page *p, struct booking **out,
					    size_t *count_out);
/* The same of other owners: those to which p->owner comes as a host, needed or not; p->host is
 * nobody. */
MUST_CHECK const struct fault *booking_page_of_host(struct db *db, struct arena *a,
						    const struct booking_page *p,
						    struct booking **out, size_t *count_out);
/* [tx] */
MUST_CHECK const struct fault *booking_add(struct db *db, struct arena *a, const struct booking *b);
/* [tx] Replaces where the stored version is b->version - 1; *changed_out says whether it was. */
MUST_CHECK const struct fault *booking_update(struct db *db, struct arena *a,
					      const struct booking *b, bool *changed_out);
/* [tx] Its version stays. */
MUST_CHECK const struct fault *booking_set_mail_fault(struct db *db, struct arena *a, int64_t owner,
						      struct text id, struct text mail_fault);
/*
 * [tx] All that share the event of a booking which is about to leave it go by another one of them
 * from now on, as do its hosts. Their versions rise, as what they go by has changed.
 */
MUST_CHECK const struct fault *booking_hand_over(struct db *db, struct arena *a,
						 const struct booking *b, struct text to);

/* Idempotency-Key (decisions 26): scope is the host. */
struct booking_key {
	int64_t owner;
	struct text key;
	struct text body_digest; /* hex */
	struct text booking;	 /* public id */
	int64_t expires_at;
};
/* NULL in *out when unknown or expired. */
MUST_CHECK const struct fault *booking_key_find(struct db *db, struct arena *a, int64_t owner,
						struct text key, int64_t now,
						struct booking_key **out);
/* [tx] An expired one of the same name goes. */
MUST_CHECK const struct fault *booking_key_add(struct db *db, struct arena *a,
					       const struct booking_key *k, int64_t now);

#endif
