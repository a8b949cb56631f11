/*
 * owner - principals: who owns calendars and may be booked
 *
 * Individuals, groups, rooms, resources and teams share one space of names
 * ([a-z0-9][a-z0-9._-]{0,62}) and have numbers that never change. Each owner has
 * a version that every change of anything of theirs raises: what is computed
 * from it may be kept under (owner, version). What a host offers changes seldom, so
 * that has a number of its own, `rules`.
 *
 * Functions marked [tx] want a transaction (store_work). Memory: results live
 * in the arena. Threads: as the connection.
 */
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

#include "store/db.h"

enum owner_kind { OWNER_INDIVIDUAL, OWNER_GROUP, OWNER_ROOM, OWNER_RESOURCE, OWNER_TEAM };

/* Who answers invitations: the owner, or the server as far as it says (store/answer.h). */
enum owner_answers {
	ANSWERS_BY_KIND,       /* rooms and resources as AUTOMATIC, all others BY_HAND */
	ANSWERS_BY_HAND,       /* nothing is answered */
	ANSWERS_WHAT_FITS,     /* accepted; the rest is left to the owner */
	ANSWERS_WHAT_FITS_NOT, /* declined; the rest is left to the owner */
	ANSWERS_AUTOMATIC,     /* both */
	ANSWERS_NO,	       /* all is declined */
};

enum { OWNER_TITLE_MAX = 255 }; /* bytes of a display name */

/*
 * Who may ask when an owner's time is taken (decisions 22): whoever has an account; nobody but
 * those to whom entries of access control open it; besides these with a token, or anybody at all.
 */
enum owner_free_busy {
	FREE_BUSY_USERS,
	FREE_BUSY_NOBODY,
	FREE_BUSY_TOKEN,
	FREE_BUSY_PUBLIC,
};

/* Of what an owner is told by mail; the numbers are stored, as bits. */
enum owner_notice {
	NOTICE_BOOKED,	  /* an invitee has booked … */
	NOTICE_MOVED,	  /* … moved … */
	NOTICE_CANCELLED, /* … or cancelled */
	NOTICE_TO_CONFIRM,
	NOTICE_NEEDS_HOST, /* of a team */
	NOTICE_OVERLAP,
	NOTICE_WEBHOOK,	   /* one is told nothing any more */
	NOTICE_BOUNCE,	   /* mail to an invitee did not arrive */
	NOTICE_UNVERIFIED, /* an answer waits that nobody vouches for */
	NOTICE_RECONNECT,  /* an account elsewhere is to be connected anew */
	NOTICE_COUNT
};

struct owner {
	int64_t id;
	enum owner_kind kind;
	enum owner_answers answers;
	enum owner_free_busy free_busy;
	struct text name, display_name, email, timezone;
	struct text language; /* tag of that which they are written to in; empty: not set */
	int64_t notices;      /* bits 1 << enum owner_notice; -1: all there are */
	int64_t version;      /* of everything */
	int64_t rules;	      /* of types, schedules, calendars and of this row */
	int64_t outside_at;   /* see struct owner_version */
	bool outside_trust;   /* likewise */
	int64_t created;
};

/* What a person is shown: the display name, or the account's where there is none. */
struct text owner_title(const struct owner *o);

bool owner_wants(const struct owner *o, enum owner_notice notice);

/* NULL in *out when there is none. */
MUST_CHECK const struct fault *owner_find(struct db *db, struct arena *a, struct text name,
					  struct owner **out);
MUST_CHECK const struct fault *owner_get(struct db *db, struct arena *a, int64_t id,
					 struct owner **out);
/*
 * Who has these addresses, as ical_address() makes them: one question for all; in no order, and
 * without those that nobody has.
 */
struct owner_match {
	struct text address;
	int64_t id, version;
	enum owner_kind kind;
	bool denies; /* an entry at their home denies something (access.h) */
	enum owner_answers answers;
};
MUST_CHECK const struct fault *owner_match_addresses(struct db *db, struct arena *a,
						     const struct text *addresses, size_t count,
						     struct owner_match **out, size_t *count_out);
/* All addresses, the preferred one first; those of the meeting types come last. */
MUST_CHECK const struct fault *owner_addresses(struct db *db, struct arena *a, int64_t id,
					       struct text **out, size_t *count_out);
/*
 * A meeting type has an address, that of its owner with its slug behind a plus sign:
 * "alice+intro@example.org". What is sent there asks for a booking (booking/door.h), so
 * owner_match_addresses() does not know it; as an attendee it is the owner all the same. The
 * address is as ical_address() makes it. NULL in *out: it is no such address.
 */
struct owner_type {
	int64_t owner;
	struct text type; /* meeting_type.id */
};
MUST_CHECK const struct fault *owner_find_type_at(struct db *db, struct arena *a,
						  struct text address, struct owner_type **out);
MUST_CHECK const struct fault *owner_password_hash(struct db *db, struct arena *a, struct text name,
						   int64_t *id_out, struct text *hash_out,
						   bool *found_out);
/* Up to limit of all owners past `after`, ascending by id, with what they are known by. */
struct owner_entry {
	struct owner owner;
	struct text addresses; /* with a line feed between them, in any order */
};
MUST_CHECK const struct fault *owner_page(struct db *db, struct arena *a, int64_t after, int limit,
					  struct owner_entry **out, size_t *count_out);
/* One that lives in another arena. */
struct owner owner_copy(struct arena *a, const struct owner *o);
typedef bool (*owner_fn)(void *ctx, const struct owner *o);
MUST_CHECK const struct fault *owner_for_each(struct db *db, struct arena *a, owner_fn fn,
					      void *ctx);

/* These numbers alone: the cheapest question there is. -1: no such owner. */
struct owner_version {
	int64_t version, rules;
	/* How old the oldest copy of a calendar elsewhere is (store/outside.h): since then it may
	 * be another one. 0: one was never read. INT64_MAX: there is none. */
	int64_t outside_at;
	bool outside_trust; /* the last copy is believed, however old it is */
};
MUST_CHECK const struct fault *owner_version(struct db *db, struct arena *a, int64_t id,
					     struct owner_version *out);
/* Of several, ascending and each once, by one question. */
MUST_CHECK const struct fault *owner_versions(struct db *db, struct arena *a, const int64_t *ids,
					      size_t count, struct owner_version *out);

/* [tx] Another address by which the owner is known. CONFLICT: it is taken. */
MUST_CHECK const struct fault *owner_add_address(struct db *db, struct arena *a, int64_t id,
						 struct text address, int rank);
/* [tx] CONFLICT: the name or the address is taken; about names which. */
MUST_CHECK const struct fault *owner_add(struct db *db, struct arena *a, const struct owner *o,
					 struct text password_hash, int64_t *id_out);
/* [tx] Whoever is signed in with the old one no longer is. */
MUST_CHECK const struct fault *owner_set_password(struct db *db, struct arena *a, int64_t id,
						  struct text password_hash);
MUST_CHECK const struct fault *owner_set_title(struct db *db, struct arena *a, int64_t id,
					       struct text display_name); /* [tx] */
MUST_CHECK const struct fault *owner_set_timezone(struct db *db, struct arena *a, int64_t id,
						  struct text zone); /* [tx] */
MUST_CHECK const struct fault *owner_set_letters(struct db *db, struct arena *a, int64_t id,
						 struct text language, int64_t notices); /* [tx] */
MUST_CHECK const struct fault *owner_set_free_busy(struct db *db, struct arena *a, int64_t id,
						   enum owner_free_busy free_busy); /* [tx] */
/* [tx] The owner and all that is theirs. */
MUST_CHECK const struct fault *owner_delete(struct db *db, struct arena *a, int64_t id);

/*
 * [tx] Lock the owner's row until the end of the transaction; with several, in
 * ascending order of id. *version_out is the present one, -1 when there is no such owner.
 */
MUST_CHECK const struct fault *owner_lock(struct db *db, struct arena *a, int64_t id,
					  int64_t *version_out);
/* [tx] Raise the version, and where they changed the rules: once per change, after owner_lock(). */
MUST_CHECK const struct fault *owner_raise_version(struct db *db, struct arena *a, int64_t id,
						   bool rules);

/*
 * [tx] The same for many at once, ascending and each of them once: locked; raised, of whom no rules
 * changed; and `each` numbers for objects that are theirs, of which the first goes to first_out.
 * NOT_FOUND: there is no such owner.
 */
MUST_CHECK const struct fault *owner_lock_many(struct db *db, struct arena *a, const int64_t *ids,
					       size_t count, int64_t *versions_out);
MUST_CHECK const struct fault *owner_raise_many(struct db *db, struct arena *a, const int64_t *ids,
						size_t count);
MUST_CHECK const struct fault *owner_take_ids(struct db *db, struct arena *a, const int64_t *owners,
					      size_t count, int64_t each, int64_t *first_out);

#endif
