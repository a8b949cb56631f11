/*
 * auth - who is asking (RFC 7617)
 *
 * Basic credentials are checked against the hash that the look-up function
 * gives. A right password is remembered for a short while: the key is a digest
 * under a process-random key of user, password and stored hash, so a changed
 * password misses at once; idle 5 minutes, 1 hour at most, bounded, successes only. Hashing
 * runs on threads of its own, one per key at a time. Failures slow down only that pair of
 * user and address; a right password is never refused (decisions 24).
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef HTTP_AUTH_H
#define HTTP_AUTH_H

#include "http/request.h"

struct http_auth;

#define HTTP_REALM "Fasti"

/*
 * Look a user up by name: fills owner, name and the stored hash. found_out false:
 * no such user. Names of users are in lower case, and the name comes so, however it was typed:
 * telephones begin a word with a capital. Runs on the thread that asks; must be quick.
 */
typedef const struct fault *(*http_find_user_fn)(void *ctx, struct arena *a, struct text name,
						 struct http_user *user_out, struct text *hash_out,
						 bool *found_out);

/*
 * Whose token this is; *owner_out is 0 when it is none. Asked for routes with HTTP_TOKENS, where
 * a token stands as Bearer (RFC 6750 §2.1) or as the password of any user. It says who has given
 * it and nothing of who asks: rq->user stays nobody.
 */
typedef const struct fault *(*http_find_token_fn)(void *ctx, struct arena *a, struct text secret,
						  int64_t *owner_out);

/*
 * Whose session goes by this secret at this time; user_out->owner is 0 when there is none. Asked
 * for routes with HTTP_SESSION, where a request has no Authorization (session.h).
 */
typedef const struct fault *(*http_find_session_fn)(void *ctx, struct arena *a, struct text secret,
						    int64_t now, struct http_user *user_out);

/*
 * Is this the password of a program of this user? user_out->owner is 0 when it is not. Asked for
 * routes with HTTP_APP_PASSWORDS, of what is as long as such a password: it costs no hash.
 */
typedef const struct fault *(*http_find_app_fn)(void *ctx, struct arena *a, struct text name,
						struct text secret, struct http_user *user_out);
enum { HTTP_APP_PASSWORD_BYTES = 32 };

/*
 * For whom does the program ask that brings this token? user_out->owner is 0 when it is none. Asked
 * for routes with HTTP_BEARER, of what stands as Bearer (RFC 6750 §2.1): it costs no hash.
 */
typedef const struct fault *(*http_find_bearer_fn)(void *ctx, struct arena *a, struct text secret,
						   struct http_user *user_out);

struct http_doors {
	http_find_user_fn user;
	http_find_token_fn token; /* this and what follows may be NULL */
	http_find_session_fn session;
	http_find_app_fn app;
	http_find_bearer_fn bearer;
	void *ctx;
};

struct http_auth *http_auth_create(const struct http_doors *doors);
void http_auth_destroy(struct http_auth *auth);

enum http_auth_result { AUTH_YES, AUTH_NONE_GIVEN, AUTH_NO, AUTH_UNKNOWN_YET };

/*
 * Check the Authorization header against what is remembered, as of rq->begun_ns.
 * AUTH_UNKNOWN_YET: the password must be hashed: call http_auth_check_slow()
 * on a thread that may take its time. AUTH_NONE_GIVEN also for schemes that the route does
 * not take. On AUTH_YES rq->user is filled.
 */
MUST_CHECK const struct fault *http_auth_check(struct http_auth *auth, struct http_request *rq,
					       enum http_auth_result *out);
MUST_CHECK const struct fault *http_auth_check_slow(struct http_auth *auth, struct http_request *rq,
						    enum http_auth_result *out);

/*
 * After AUTH_NO of the slow check: how long to hold back the answer. It grows with
 * the failures of this user from this address, and is 0 for the first few, after a
 * quarter of an hour without one, and for peers that limits do not hold for.
 */
unsigned http_auth_delay_ms(struct http_auth *auth, const struct http_request *rq);

/* The same three of a name and a password that do not come as Basic. */
struct http_login {
	struct text user, password;
};
MUST_CHECK const struct fault *http_auth_login(struct http_auth *auth, struct http_request *rq,
					       const struct http_login *login,
					       enum http_auth_result *out);
unsigned http_auth_login_delay_ms(struct http_auth *auth, const struct http_request *rq,
				  struct text user);

#endif
