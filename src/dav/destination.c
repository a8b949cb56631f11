/* destination - where COPY and MOVE lead (RFC 4918 §10.3) */

#include "dav/destination.h"

/* "host:port" of an absolute URI, and its scheme. */
struct authority {
	struct text scheme, host;
};

static struct authority authority_of(struct text uri)
{
	ptrdiff_t scheme = text_find(uri, TEXT("://")), slash, at;
	struct authority a = {TEXT_NONE, TEXT_NONE};

	if (scheme <= 0)
		return a;
	a.scheme = text_sub(uri, 0, (size_t)scheme);
	a.host = text_sub(uri, (size_t)scheme + 3, uri.len);
	slash = text_find_char(a.host, '/', 0);
	if (slash >= 0)
		a.host.len = (size_t)slash;
	at = text_find_char(a.host, '@', 0);
	if (at >= 0)
		a.host = text_sub(a.host, (size_t)at + 1, a.host.len);
	return a;
}

/* The port that goes without saying (RFC 3986 §6.2.3). */
static struct text without_port(struct text host, struct text scheme)
{
	struct text port = text_equal_nocase(scheme, TEXT("https")) ? TEXT(":443") : TEXT(":80");

	return text_ends(host, port) ? text_sub(host, 0, host.len - port.len) : host;
}

static bool is_host(const struct authority *a, struct text host)
{
	return host.at && text_equal_nocase(without_port(a->host, a->scheme),
					    without_port(text_trim(host), a->scheme));
}

/*
 * The server goes by the name that the request came to. A proxy may have changed that, and says
 * so or not: server.url is what it is called outside.
 */
static bool is_here(const struct dav_request *dr, struct text href)
{
	struct authority a = authority_of(href), own = authority_of(dr->house->url);

	return !a.host.at || is_host(&a, http_header(dr->rq, "Host")) ||
	       is_host(&a, http_header(dr->rq, "X-Forwarded-Host")) || is_host(&a, own.host);
}

const struct fault *dav_read_destination(struct dav_request *dr, struct dav_request **out)
{
	struct text href = text_trim(http_header(dr->rq, "Destination"));
	struct dav_request *to = arena_alloc(dr->arena, sizeof(*to));
	struct dav_shape shape;
	const struct fault *f;

	if (!dav_read_href(dr->arena, href, &shape))
		return fault_make(dr->arena, FAULT_BAD_REQUEST, NULL,
				  "Destination is a path or URI of this server.");
	if (!is_here(dr, href) || shape.kind == DAV_NOTHING)
		return fault_make(dr->arena, FAULT_OTHER_SERVER, NULL,
				  "Destination is not among the calendars of this server.");
	to->rq = dr->rq;
	to->arena = dr->arena;
	to->house = dr->house;
	to->offer = dr->offer;
	to->db = dr->db;
	to->method = dr->method;
	to->asker = dr->asker;
	*out = to;
	f = dav_resolve(to, &shape, DAV_LOAD_ALL);
	/* No object or file has a name that ends with a slash. */
	if (!f && (dr->kind & DAV_MEMBERS) && shape.ends_slash &&
	    (to->kind & (DAV_FREE_OBJECT | DAV_FREE_FILE)))
		f = fault_make(dr->arena, FAULT_CONFLICT, NULL,
			       "The name of an object does not end with a slash.");
	return f;
}
