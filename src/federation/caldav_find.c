/*
 * caldav_find - from what somebody knows of an account to its calendars (RFC 6764 §6)
 *
 * The URL as it was given, then the well-known one, then the root of the server: the first that
 * names the principal of who asks. Servers lead on by redirects, and some to calendars on another
 * host; who gave the password gave it to that server, which says so over TLS. Once the calendars
 * are found nothing leaves their host any more.
 */
#include "base/arena.h"
#include "federation/caldav_priv.h"
#include "net/url.h"

enum { HOPS_MAX = 5, STARTS = 3 };

struct search {
	struct visit *v;
	struct caldav_place *out;
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

/* Where it may begin; the number of them. */
static size_t starts_of(struct search *s, struct text start, struct text urls[STARTS])
{
	struct arena *a = s->v->arena;
	ptrdiff_t at = text_find_char(start, '@', 0);
	size_t count = 0;
	struct text base;

	if (text_find(start, TEXT("://")) < 0 && at > 0) {
		base = text_from(arena_printf(
			a, "https://%.*s", TEXT_ARG(text_sub(start, (size_t)at + 1, start.len))));
	} else {
		base = urls[count++] = start;
	}
	if (net_url_resolve(a, base, TEXT("/.well-known/caldav"), &urls[count]))
		count++;
	if (net_url_resolve(a, base, TEXT("/"), &urls[count]))
		count++;
	return count;
}

enum call_end caldav_discover(struct visit *v, struct text start, struct caldav_place *out)
{
	struct search s = {.v = v, .out = out};
	struct text urls[STARTS];
	size_t count = starts_of(&s, text_trim(start), urls);
	enum call_end end = CALL_REFUSED;

	for (size_t i = 0; i < count; i++) {
		*out = (struct caldav_place){.home = TEXT_NONE};
		end = try_start(&s, urls[i]);
		/* What cannot be had now is no word on whether it is there. */
		if (end == CALL_OK || end == CALL_CONSENT || end == CALL_LATER)
			return end;
	}
	return none(&s);
}
