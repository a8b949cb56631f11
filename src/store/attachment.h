/*
 * attachment - files that belong to calendar object resources (RFC 8607)
 *
 * An attachment is an owner's; objects of that owner use it, and it goes with the last one that
 * does. Its bytes never change. They are kept in portions, so that nobody holds all of them who
 * only passes them on. Under one id several owners may have the same file: each a copy.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_ATTACHMENT_H
#define STORE_ATTACHMENT_H

#include "store/db.h"

enum { ATTACHMENT_PART_BYTES = 256 * 1024 };

struct attachment {
	int64_t owner;
	struct text id;		/* MANAGED-ID */
	struct text name;	/* of the file; empty: none was said */
	struct text media_type; /* as Content-Type has it */
	int64_t size_bytes;
	struct text digest; /* of the bytes, hex */
	int64_t created;
};

/* *out NULL: there is none. */
MUST_CHECK const struct fault *attachment_find(struct db *db, struct arena *a, int64_t owner,
					       struct text id, struct attachment **out);
/* Whoever's they are, ascending by owner. */
MUST_CHECK const struct fault *attachment_list(struct db *db, struct arena *a, struct text id,
					       struct attachment **out, size_t *count_out);
/* The bytes from n * ATTACHMENT_PART_BYTES on; NULL-text: there are none so far. */
MUST_CHECK const struct fault *attachment_part(struct db *db, struct arena *a,
					       const struct attachment *t, int64_t n,
					       struct text *out);
/* The collections in which objects use it, each once; none that is being removed. */
MUST_CHECK const struct fault *attachment_places(struct db *db, struct arena *a,
						 const struct attachment *t, int64_t **out,
						 size_t *count_out);
/* Bytes of all that an owner has. */
MUST_CHECK const struct fault *attachment_total(struct db *db, struct arena *a, int64_t owner,
						int64_t *bytes_out);

/* [tx] data are t->size_bytes bytes. Until an object uses it, attachment_sweep() takes it away. */
MUST_CHECK const struct fault *attachment_add(struct db *db, struct arena *a,
					      const struct attachment *t, struct text data);
/* [tx] The same file at another owner; nothing happens where that one has it. */
MUST_CHECK const struct fault *attachment_copy(struct db *db, struct arena *a, int64_t from,
					       struct text id, int64_t to);
/* [tx] These of the owner's are used by an object, and no others; what nobody uses goes. */
MUST_CHECK const struct fault *attachment_set_uses(struct db *db, struct arena *a, int64_t owner,
						   int64_t object, const struct text *ids,
						   size_t count);
/* [tx] Another object of the same owner uses what the first one does. */
MUST_CHECK const struct fault *attachment_copy_uses(struct db *db, struct arena *a, int64_t owner,
						    int64_t from, int64_t to);
/* [tx] Remove what no object uses. */
MUST_CHECK const struct fault *attachment_sweep(struct db *db, struct arena *a, int64_t owner);

#endif
