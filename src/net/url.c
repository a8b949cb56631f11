/* url - see url.h; libcurl reads it, as it will be read when it is asked */
#include "net/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include "base/arena.h"
#include "net/address.h"

static void free_url(void *url)
{
	curl_url_cleanup(url);
}

static void free_part(void *part)
{
	curl_free(part);
}

/* One part of it, borrowed from the arena; TEXT_NONE: it has none. */
static struct text part_of(struct arena *a, CURLU *url, CURLUPart which)
{
	char *part = NULL;

	if (curl_url_get(url, which, &part, 0) != CURLUE_OK)
		return TEXT_NONE;
	arena_defer(a, free_part, part);
	return text_from(part);
}

/* A host as libcurl gives it: IPv4 in its usual form, however it was written, IPv6 in brackets. */
static bool read_address(struct arena *a, struct text host, struct sockaddr_storage *out)
{
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	*out = (struct sockaddr_storage){.ss_family = AF_INET};
	if (inet_pton(AF_INET, text_cstr(a, host), &in->sin_addr) == 1)
		return true;
	*out = (struct sockaddr_storage){.ss_family = AF_INET6};
	return host.len > 2 && host.at[0] == '[' &&
	       inet_pton(AF_INET6, text_cstr(a, text_sub(host, 1, host.len - 2)),
			 &in6->sin6_addr) == 1;
}

/* Names that never are of the public DNS: of one label, and RFC 6761, RFC 6762, RFC 8375. */
static bool is_local_name(struct text host)
{
	static const struct text zones[] = {TEXT_INIT(".localhost"), TEXT_INIT(".local"),
					    TEXT_INIT(".internal"), TEXT_INIT(".home.arpa")};

	if (text_ends(host, TEXT(".")))
		host.len--;
	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (host.len > zones[i].len &&
		    text_equal_nocase(text_sub(host, host.len - zones[i].len, zones[i].len),
				      zones[i]))
			return true;
	return text_find_char(host, '.', 0) < 0;
}

static bool is_private(struct arena *a, struct text host)
{
	struct sockaddr_storage address;

	if (read_address(a, host, &address))
		return !net_address_is_public((struct sockaddr *)&address, sizeof(address));
	return is_local_name(host);
}

static const struct fault *read_url(struct arena *a, struct text url, CURLU **out)
{
	*out = curl_url();
	if (!*out)
		return fault_static(FAULT_OUT_OF_MEMORY);
	arena_defer(a, free_url, *out);
	if (!text_has_control(url) &&
	    curl_url_set(*out, CURLUPART_URL, text_cstr(a, url), 0) == CURLUE_OK)
		return NULL;
	return fault_make(a, FAULT_BAD_REQUEST, NULL, "This is no address of the web.");
}

const struct fault *net_url_check(struct arena *a, struct text url, bool allow_private)
{
	CURLU *parts;
	struct text scheme;
	const struct fault *f = read_url(a, url, &parts);

	if (f)
		return f;
	scheme = part_of(a, parts, CURLUPART_SCHEME);
	if (!text_equal(scheme, TEXT("https")) && !text_equal(scheme, TEXT("http")))
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The address does not begin with http:// or https://.");
	if (part_of(a, parts, CURLUPART_USER).at || part_of(a, parts, CURLUPART_PASSWORD).at)
		return fault_make(a, FAULT_BAD_REQUEST, NULL,
				  "The address has a name or a password in it.");
	if (allow_private)
		return NULL;
	if (text_equal(scheme, TEXT("http")))
		return fault_make(a, FAULT_FORBIDDEN, NULL,
				  "The address must begin with https://.");
	if (is_private(a, part_of(a, parts, CURLUPART_HOST)))
		return fault_make(a, FAULT_FORBIDDEN, NULL,
				  "The address is one of a private network, or of this machine.");
	return NULL;
}

static bool is_of_the_web(struct arena *a, CURLU *url)
{
	struct text scheme = part_of(a, url, CURLUPART_SCHEME);

	return text_equal(scheme, TEXT("https")) || text_equal(scheme, TEXT("http"));
}

bool net_url_origin(struct arena *a, struct text url, struct text *out)
{
	struct text host, scheme;
	CURLU *parts;
	char *port = NULL;

	if (read_url(a, url, &parts) || !is_of_the_web(a, parts) ||
	    part_of(a, parts, CURLUPART_USER).at || part_of(a, parts, CURLUPART_PASSWORD).at)
		return false;
	if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return false;
	arena_defer(a, free_part, port);
	scheme = part_of(a, parts, CURLUPART_SCHEME);
	host = text_lower(a, part_of(a, parts, CURLUPART_HOST));
	*out = text_from(arena_printf(a, "%.*s://%.*s:%s", TEXT_ARG(scheme), TEXT_ARG(host), port));
	return true;
}

bool net_url_resolve(struct arena *a, struct text base, struct text reference, struct text *out)
{
	CURLU *parts;

	if (text_has_control(reference) || read_url(a, base, &parts) ||
	    curl_url_set(parts, CURLUPART_URL, text_cstr(a, reference), 0) != CURLUE_OK ||
	    curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) != CURLUE_OK ||
	    !is_of_the_web(a, parts))
		return false;
	*out = part_of(a, parts, CURLUPART_URL);
	return out->at != NULL;
}
