/* session - the cookie of who is signed in, and the word against other sites; see session.h */
#include "http/session.h"

#include "base/secret.h"
#include "http/http_priv.h"

static const char *cookie_name(const struct http_request *rq)
{
	return rq->server->options.is_https ? "__Host-fasti" : "fasti";
}

/* The first one of the name: several of one name are not of our making (RFC 6265 §5.4). */
struct text http_session_secret(const struct http_request *rq)
{
	struct text rest = http_header(rq, "Cookie"), pair, name = text_from(cookie_name(rq));

	while (text_next(&rest, ';', &pair)) {
		pair = text_trim(pair);
		if (text_starts(pair, name) && pair.len > name.len && pair.at[name.len] == '=')
			return text_sub(pair, name.len + 1, pair.len);
	}
	return TEXT_NONE;
}

/* Nothing can be told of the secret from it, nor is it what the store keeps. */
struct text http_session_word(struct arena *a, struct text secret)
{
	return secret_digest_hex(a, text_from(arena_printf(a, "csrf %.*s", TEXT_ARG(secret))));
}

static bool is_safe(struct text method)
{
	return text_equal(method, TEXT("GET")) || text_equal(method, TEXT("HEAD")) ||
	       text_equal(method, TEXT("OPTIONS"));
}

/* Is the word there, where the method and the route want it? */
enum use { SESSION_COUNTS, SESSION_IGNORED, SESSION_REFUSED };

static enum use use_of(const struct http_request *rq, struct text secret)
{
	struct text said = http_header(rq, HTTP_CSRF_HEADER);

	if (said.len > 0 && secret_equal(said, http_session_word(rq->arena, secret)))
		return SESSION_COUNTS;
	if (rq->route->flags & HTTP_SESSION_SCRIPTS)
		return SESSION_IGNORED;
	if (is_safe(rq->method))
		return SESSION_COUNTS;
	return (rq->route->flags & HTTP_SESSION_BEGINS) ? SESSION_IGNORED : SESSION_REFUSED;
}

const struct fault *http_session_check(const struct http_doors *doors, struct http_request *rq,
				       enum http_auth_result *out)
{
	struct text secret = http_session_secret(rq);
	enum use use = SESSION_IGNORED;
	struct http_user *user = arena_alloc(rq->arena, sizeof(*user));
	const struct fault *f = NULL;

	if (secret.len > 0)
		use = use_of(rq, secret);
	if (use == SESSION_IGNORED)
		return NULL;
	f = doors->session(doors->ctx, rq->arena, secret, rq->now, user);
	if (f || user->owner == 0)
		return f;
	if (use == SESSION_REFUSED)
		return fault_make(rq->arena, FAULT_FORBIDDEN, HTTP_CSRF_HEADER,
				  "Who is signed in with a browser changes something only with "
				  "the header " HTTP_CSRF_HEADER "; GET /api/session tells it.");
	rq->user = *user;
	*out = AUTH_YES;
	return NULL;
}

void http_session_give(struct http_request *rq, struct text secret, int64_t seconds)
{
	http_set_header(
		rq, "Set-Cookie",
		text_from(arena_printf(rq->arena,
				       "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
				       cookie_name(rq), TEXT_ARG(secret), (long long)seconds,
				       rq->server->options.is_https ? "; Secure" : "")));
}
