/*
 * session - who is signed in with a browser: a cookie, and a word that goes with it
 *
 * A browser sends a cookie along unasked, also where another site made the request. So a session
 * counts for what changes something only if a header repeats a word that is derived from the cookie
 * and that only pages of this server can know: they ask GET /api/session for it, and other sites
 * cannot read that answer. Where users' own files are read (HTTP_SESSION_SCRIPTS) it counts for
 * nothing without the header, so that no link opens such a file with the rights of who follows it.
 *
 * The cookie is HttpOnly, SameSite=Strict, and of this host alone; over https it is Secure, and
 * called so that no neighbour under the same domain can put one there (RFC 6265bis §4.1.3.2).
 */
#ifndef HTTP_SESSION_H
#define HTTP_SESSION_H

#include "http/auth.h"

#define HTTP_CSRF_HEADER "Fasti-CSRF"

/* The secret in the request's cookie; empty: it has none. */
struct text http_session_secret(const struct http_request *rq);

/* The word that goes with a secret. */
struct text http_session_word(struct arena *a, struct text secret);

/*
 * Who is signed in, as far as the method and the route let a session count. FORBIDDEN: it would
 * change something without its word. On AUTH_YES rq->user is filled.
 */
MUST_CHECK const struct fault *http_session_check(const struct http_doors *doors,
						  struct http_request *rq,
						  enum http_auth_result *out);

/* Give the browser a cookie that lasts so long, or (0) take it away. */
void http_session_give(struct http_request *rq, struct text secret, int64_t seconds);

/*
 * Is the password right? then(who) runs on a thread that hashes passwords, with rq->user filled, or
 * the request is refused with 401 after as long as failures of this pair of name and address take
 * (auth.h). Names are in lower case from then on.
 */
void http_sign_in(struct http_request *rq, struct text name, struct text password,
		  void (*then)(void *who), void *who);

#endif
