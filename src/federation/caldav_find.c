/*
 * caldav_find - from what somebody knows of an account to its calendars (RFC 6764 §6)
 *
 * The URL as it was given, then the well-known one, then the root of the server: the first that
 * names the principal of who asks. Of a mail address, or a domain alone, the server is the one that
 * the domain names for this service in DNS; without one, that of the domain's own name.
 *
 * An answer of DNS is not proved. A server within the domain is asked at once: its certificate
 * shows that it is of that name. Any other may be whose the answer is, and is given no password:
 * its name is told, and who knows it gives its address (§8). Servers lead on by redirects, and some
 * to calendars on another host; who gave the password gave it to that server, which says so over
 * TLS. Once the calendars are found nothing leaves their host any more.
 */
#include "base/arena.h"
#include "federation/caldav_priv.h"
#include "net/dns.h"
#include "net/url.h"

enum { HOPS_MAX = 5, STARTS = 3 };

struct search {
	struct visit *v;
	struct caldav_place *out;
	struct text starts[STARTS]; /* URLs where it may begin */
	size_t start_count;
	struct text stranger; /* URL of a server that DNS alone vouches for; or empty */
};

static enum call_end none(struct search *s)
{
	s->v->why = TEXT("There is no CalDAV server at this address.");
	return CALL_REFUSED;
}

/* Is it one that a password may go to? */
static bool is_fit(const struct search *s, struct text url)
{
	return !net_url_check(s->v->arena, url, s->v->fed->allow_private);
}

static bool leads_on(const struct call *call)
{
	return (call->status == 301 || call->status == 302 || call->status == 303 ||
		call->status == 307 || call->status == 308) &&
	       call->location.len > 0;
}

/* PROPFIND of the one thing at a URL, or wherever that leads; *url_inout is where it answered. */
static enum call_end look(struct search *s, const struct caldav_prop *props, size_t prop_count,
			  struct text *url_inout, const struct xml_node **response_out)
{
	struct visit *v = s->v;
	const struct xml_node *root;
	struct call call;
	enum call_end end;

	*response_out = NULL;
	for (int hop = 0; hop < HOPS_MAX; hop++) {
		if (!is_fit(s, *url_inout))
			return none(s);
		v->connection->url = *url_inout;
		end = caldav_propfind(v, "discover", *url_inout, "0", props, prop_count, &call,
				      &root);
		if (end == CALL_OK)
			*response_out = caldav_response(root, NULL);
		if (end == CALL_OK || !leads_on(&call))
			return end;
		if (!net_url_resolve(v->arena, *url_inout, call.location, url_inout))
			return none(s);
	}
	return none(s);
}

/* The URL that a property names; false: there is none, or no password may go there. */
static bool named(struct search *s, struct text base, const struct xml_node *response,
		  enum xml_ns ns, const char *name, struct text *out)
{
	struct text href = caldav_href_in(caldav_found(response, ns, name));

	return href.len > 0 && net_url_resolve(s->v->arena, base, href, out) && is_fit(s, *out);
}

static enum call_end find_home(struct search *s)
{
	static const struct caldav_prop props[] = {{NS_CALDAV, "calendar-home-set"},
						   {NS_CALDAV, "calendar-user-address-set"}};
	const struct xml_node *response, *href;
	struct text url = s->out->principal;
	enum call_end end = look(s, props, ARRAY_LEN(props), &url, &response);

	if (end != CALL_OK)
		return end;
	if (!named(s, url, response, NS_CALDAV, "calendar-home-set", &s->out->home))
		return none(s);
	href = xml_child(caldav_found(response, NS_CALDAV, "calendar-user-address-set"), NS_DAV,
			 "href");
	for (; href && s->out->address.len == 0; href = xml_next(href)) {
		struct text address = xml_token_of(href);

		if (text_starts_nocase(address, TEXT("mailto:")))
			s->out->address = text_sub(address, 7, address.len);
	}
	s->v->connection->url = s->out->home;
	return CALL_OK;
}

static enum call_end try_start(struct search *s, struct text url)
{
	static const struct caldav_prop props[] = {{NS_DAV, "current-user-principal"}};
	const struct xml_node *response;
	enum call_end end = look(s, props, ARRAY_LEN(props), &url, &response);

	if (end != CALL_OK)
		return end;
	if (!named(s, url, response, NS_DAV, "current-user-principal", &s->out->principal))
		return none(s);
	return find_home(s);
}

/* ---- where it may begin ------------------------------------------------------------------------
 */

static void add_start(struct search *s, struct text url)
{
	s->starts[s->start_count++] = url;
}

static void add_path(struct search *s, struct text base, const char *path)
{
	struct text url;

	if (net_url_resolve(s->v->arena, base, text_from(path), &url))
		add_start(s, url);
}

/* §6 step 3: the path that is named, then the well-known one, then the root. */
static void add_service(struct search *s, const char *scheme, const struct net_service *service,
			struct text domain)
{
	struct arena *a = s->v->arena;
	struct text base = text_from(
		arena_printf(a, "%s://%.*s:%d", scheme, TEXT_ARG(service->host), service->port));
	struct text named =
		text_from(arena_printf(a, "%.*s%.*s", TEXT_ARG(base), TEXT_ARG(service->path)));

	if (!net_dns_is_within(service->host, domain)) {
		s->stranger = named;
		return;
	}
	if (service->path.len > 0)
		add_start(s, named);
	add_path(s, base, "/.well-known/caldav");
	add_path(s, base, "/");
}

/* §6 step 2. Without TLS only where that is allowed at all. */
static void look_up(struct search *s, struct text domain)
{
	static const struct {
		const char *service, *scheme;
		bool is_plain;
	} rows[] = {{"_caldavs._tcp", "https", false}, {"_caldav._tcp", "http", true}};
	const struct federation *fed = s->v->fed;
	struct net_service service;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].is_plain && !fed->allow_private)
			return;
		if (net_dns_service(s->v->arena, rows[i].service, domain, fed->resolver_port,
				    &service)) {
			add_service(s, rows[i].scheme, &service, domain);
			return;
		}
	}
}

static void find_starts(struct search *s, struct text start)
{
	ptrdiff_t at = text_find_char(start, '@', 0);
	struct text base = start;

	if (text_find(start, TEXT("://")) >= 0) {
		add_start(s, start);
	} else {
		struct text domain = text_sub(start, (size_t)(at + 1), start.len);

		look_up(s, domain);
		if (s->start_count > 0)
			return;
		base = text_from(arena_printf(s->v->arena, "https://%.*s", TEXT_ARG(domain)));
	}
	add_path(s, base, "/.well-known/caldav");
	/* Where the domain says that it is elsewhere, its web server has no business with it. */
	if (s->stranger.len == 0)
		add_path(s, base, "/");
}

static enum call_end not_there(struct search *s)
{
	struct visit *v = s->v;

	if (s->stranger.len == 0)
		return none(s);
	v->why = text_from(arena_printf(
		v->arena,
		"The domain names a server elsewhere: %.*s. If you know it, give this address.",
		TEXT_ARG(s->stranger)));
	return CALL_REFUSED;
}

enum call_end caldav_discover(struct visit *v, struct text start, struct caldav_place *out)
{
	struct search s = {.v = v, .out = out};
	enum call_end end = CALL_REFUSED;

	find_starts(&s, text_trim(start));
	for (size_t i = 0; i < s.start_count; i++) {
		*out = (struct caldav_place){.home = TEXT_NONE};
		end = try_start(&s, s.starts[i]);
		/* What cannot be had now is no word on whether it is there. */
		if (end == CALL_OK ||
		    (s.stranger.len == 0 && (end == CALL_CONSENT || end == CALL_LATER)))
			return end;
	}
	return not_there(&s);
}
