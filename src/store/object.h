/*
 * object - calendar object resources, and files in folders, byte for byte
 *
 * data is what the client sent and what every reader gets. The etag is the
 * text inside the quotes. first_start and last_end bound all occurrences
 * (last_end INT64_MAX: endless), so that a question beyond the expanded horizon
 * can pick its candidates.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_OBJECT_H
#define STORE_OBJECT_H

#include "store/db.h"

struct stored_object {
	int64_t owner, collection, id;
	struct text name; /* path segment, decoded */
	struct text uid;
	unsigned component; /* enum ical_component; 0: a file, whose uid is its name */
	struct text etag;
	struct text schedule_tag; /* empty: not a scheduling object resource */
	struct text data;	  /* empty where the call says "without data" */
	struct text answers;	  /* of a meeting: what is remembered of these (itip/memory.h) */
	int64_t size_bytes;
	int64_t seq; /* of its last change in the collection */
	int64_t first_start, last_end;
	bool partial;	      /* recurs beyond the horizon: its rows do not say everything */
	int64_t zone_version; /* its rows were made with; 0: it names no zone */
	int64_t created, modified;
	struct text media_type; /* of a file, as Content-Type has it; else empty */
	int64_t attached; /* how many attachments it names; 0: nobody has to look (attachment.h) */
	/* Only as it is written: the number of the body that is its data; 0: it has its own. */
	int64_t shared;
	/* Of a new one: its number, from owner_take_ids(); 0: the next one. */
	int64_t taken_id;
	bool is_unheard; /* and nothing of its name has ever stood there */
};

/* With data; NULL in *out when there is none. */
MUST_CHECK const struct fault *object_find(struct db *db, struct arena *a, int64_t owner,
					   int64_t collection, struct text name,
					   struct stored_object **out);
/* Without data: for its tag, or its number. */
MUST_CHECK const struct fault *object_find_bare(struct db *db, struct arena *a, int64_t owner,
						int64_t collection, struct text name,
						struct stored_object **out);
/* By its number, as occurrences name it; with data. */
MUST_CHECK const struct fault *object_get(struct db *db, struct arena *a, int64_t owner, int64_t id,
					  struct stored_object **out);
/* In one query, by the names of the path: what a GET asks. */
MUST_CHECK const struct fault *object_find_by_path(struct db *db, struct arena *a, int64_t owner,
						   struct text collection, struct text name,
						   struct stored_object **out);
/* Without data. */
MUST_CHECK const struct fault *object_find_by_uid(struct db *db, struct arena *a, int64_t owner,
						  int64_t collection, struct text uid,
						  struct stored_object **out);
/*
 * In any calendar of the owner (RFC 6638 §3.2.4.1), but in the collection `first` before all
 * others, and a scheduling object resource before what is none; without data.
 */
MUST_CHECK const struct fault *object_find_uid_anywhere(struct db *db, struct arena *a,
							int64_t owner, struct text uid,
							int64_t first, struct stored_object **out);

/* In any calendar of the owner but this one, likewise. */
MUST_CHECK const struct fault *object_find_uid_elsewhere(struct db *db, struct arena *a,
							 int64_t owner, struct text uid,
							 int64_t collection,
							 struct stored_object **out);

/* Up to limit objects with a name after `after`, by name; with or without data. */
MUST_CHECK const struct fault *object_page(struct db *db, struct arena *a, int64_t owner,
					   int64_t collection, struct text after, int limit,
					   bool with_data, struct stored_object **out,
					   size_t *count_out);

/*
 * By their numbers, in one question; ascending by number, without those that are
 * gone. With or without data.
 */
MUST_CHECK const struct fault *object_get_many(struct db *db, struct arena *a, int64_t owner,
					       const int64_t *ids, size_t id_count, bool with_data,
					       struct stored_object **out, size_t *count_out);

/*
 * Up to limit of what changed or went after `seq`, ascending by seq; without data. A page
 * never ends between rows of one seq, so the last row's seq is a token to go on from; it
 * grows past limit where one change touched more than that.
 */
struct object_change {
	struct text name;
	int64_t seq;
	bool removed;
	struct text etag;
	int64_t object; /* id; 0 when removed */
};
MUST_CHECK const struct fault *object_changes(struct db *db, struct arena *a, int64_t owner,
					      int64_t collection, int64_t seq, int limit,
					      struct object_change **out, size_t *count_out);

/*
 * Partial objects whose extent overlaps [from, to), with data, ascending by id:
 * what a question outside the expanded horizon must expand on the spot; all
 * others are told by their rows. after: id of the last one seen, 0 to begin.
 */
MUST_CHECK const struct fault *object_candidates(struct db *db, struct arena *a, int64_t owner,
						 int64_t collection, int64_t from, int64_t to,
						 int64_t after, int limit,
						 struct stored_object **out, size_t *count_out);

/* [tx] When it begins and ends as far as is known: first_start, last_end, partial, zone_version. */
MUST_CHECK const struct fault *object_set_extent(struct db *db, struct arena *a,
						 const struct stored_object *o);

/*
 * [tx] Insert (id 0) or replace; all is taken from o, but for created, which stays, and
 * name and collection, by which nothing is moved. A tombstone of that name goes.
 * CONFLICT: name or UID is taken in this collection (about: "name" or "uid").
 */
MUST_CHECK const struct fault *object_write(struct db *db, struct arena *a,
					    const struct stored_object *o, int64_t *id_out);

/* [tx] Bytes that several objects are about to have as their data, in this transaction. */
MUST_CHECK const struct fault *object_body_add(struct db *db, struct arena *a, struct text data,
					       int64_t *id_out);
/* [tx] A portion of those that nobody has any more goes; *after: where to go on, 0: at the start.
 */
MUST_CHECK const struct fault *object_body_sweep(struct db *db, struct arena *a, int64_t *after);
/*
 * [tx] Put `was` where `to` says (collection, name, uid, seq), with its occurrences and
 * properties; the old place gets a tombstone with gone_seq, one at the new place goes. Nothing may
 * stand there, nor have this UID there.
 */
MUST_CHECK const struct fault *object_move(struct db *db, struct arena *a,
					   const struct stored_object *was,
					   const struct stored_object *to, int64_t gone_seq,
					   int64_t now);
/* [tx] Remove with its occurrences and properties, and the attachments that only it uses. */
MUST_CHECK const struct fault *object_drop(struct db *db, struct arena *a,
					   const struct stored_object *o);
/* [tx] The same, leaving a tombstone with this seq. */
MUST_CHECK const struct fault *object_remove(struct db *db, struct arena *a,
					     const struct stored_object *o, int64_t seq,
					     int64_t now);

/* Is one of them a scheduling object resource? */
MUST_CHECK const struct fault *object_has_scheduled(struct db *db, struct arena *a, int64_t owner,
						    int64_t collection, bool *out);
/* All that are, in whichever calendar, and end after `from`; without data. */
MUST_CHECK const struct fault *object_list_scheduled(struct db *db, struct arena *a, int64_t owner,
						     int64_t from, struct stored_object **out,
						     size_t *count_out);

#endif
