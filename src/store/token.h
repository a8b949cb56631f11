/*
 * token - secrets that open a part of what an owner has
 *
 * A token is shown once, when it is made; only its digest is kept, and a token is found by
 * that alone: nothing that is compared byte by byte tells how much of a guess was right. It
 * opens what its scope says and nothing else.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_TOKEN_H
#define STORE_TOKEN_H

#include "store/db.h"

enum {
	TOKEN_BYTES = 24, /* of the secret: 192 bits, 32 characters */
	TOKENS_MAX = 200, /* of one owner */
};

/* Stored as numbers, so append only. */
enum token_scope {
	TOKEN_FEED,	 /* /feeds/TOKEN.ics */
	TOKEN_FREE_BUSY, /* /freebusy/NAME.ifb, as Bearer or in the place of a password */
	TOKEN_DAV,	 /* /dav of its owner, in the place of the password: for one client */
	TOKEN_API,	 /* /api of its owner, as Bearer: for one program */
	TOKEN_SCOPE_COUNT
};
enum token_detail { TOKEN_DETAIL_FULL, TOKEN_DETAIL_BUSY }; /* what a feed tells of an event */

/* "feed", "freebusy", "dav", "api" */
extern const char *const token_scope_words[TOKEN_SCOPE_COUNT];

struct token {
	int64_t owner, id;
	enum token_scope scope;
	struct text digest;
	int64_t collection; /* 0: all calendars */
	enum token_detail detail;
	struct text label;
	int64_t created;
};

/* What is kept of a secret. */
struct text token_digest(struct arena *a, struct text secret);

/* By its secret; NULL in *out when there is none of this scope. */
MUST_CHECK const struct fault *token_find(struct db *db, struct arena *a, enum token_scope scope,
					  struct text secret, struct token **out);
/* All of an owner's, the oldest first. */
MUST_CHECK const struct fault *token_list(struct db *db, struct arena *a, int64_t owner,
					  struct token **out, size_t *count_out);
/* [tx] Its id is given here. STORE_FULL: the owner has TOKENS_MAX of them. */
MUST_CHECK const struct fault *token_add(struct db *db, struct arena *a, struct token *t);
/* [tx] NOT_FOUND: the owner has no such one. */
MUST_CHECK const struct fault *token_remove(struct db *db, struct arena *a, int64_t owner,
					    int64_t id);

#endif
