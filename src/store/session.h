/*
 * session - who is signed in with a browser
 *
 * What the browser keeps in a cookie is known here by its digest alone. A session ends when it is
 * signed out, when its time is over, and when the password changes, whoever changes it.
 *
 * Functions marked [tx] want a transaction. Memory: results live in the arena.
 */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "store/db.h"

enum {
	SESSION_BYTES = 24,	  /* of the secret: 192 bits, 32 characters */
	SESSION_SECONDS = 604800, /* a week, however much it is used */
	SESSIONS_MAX = 50,	  /* of one owner; the one that ends first makes room */
};

struct session {
	struct text digest;
	int64_t owner;
	int64_t created, expires; /* seconds UTC */
};

/* What is kept of a secret. */
struct text session_digest(struct arena *a, struct text secret);

/* Whose it is, and what they are called; *owner_out is 0 where there is none, or it is over. */
MUST_CHECK const struct fault *session_find(struct db *db, struct arena *a, struct text secret,
					    int64_t now, int64_t *owner_out, struct text *name_out);
/* [tx] */
MUST_CHECK const struct fault *session_add(struct db *db, struct arena *a, const struct session *s);
/* [tx] Nothing to remove is no fault. */
MUST_CHECK const struct fault *session_remove(struct db *db, struct arena *a, int64_t owner,
					      struct text digest);
MUST_CHECK const struct fault *session_remove_all(struct db *db, struct arena *a, int64_t owner);

#endif
