/*
 * caldav_ask - requests of WebDAV, and their answers; see caldav_priv.h
 *
 * Answers come from a server that somebody else runs: they are read by xml/ with its limits, and
 * what is not as RFC 4918 has it is passed over.
 */
#include "federation/caldav_priv.h"

#include "base/arena.h"
#include "base/codec.h"
#include "net/url.h"

enum call_end caldav_broken(struct visit *v, const char *sentence)
{
	v->why = text_from(sentence);
	return CALL_BROKEN;
}

/* ---- paths and URLs ---------------------------------------------------------------------------
 */

/* Where the path of a whole URL begins; its end, if it has none. */
static size_t path_at(struct text url)
{
	size_t at = (size_t)(text_find(url, TEXT("://")) + 3);

	while (at < url.len && !strchr("/?#", url.at[at]))
		at++;
	return at;
}

static bool put_path(struct buf *b, struct arena *a, struct text path)
{
	struct text rest = path, part, plain;
	bool first = true;

	while (text_next(&rest, '/', &part)) {
		if (!first)
			buf_put_char(b, '/');
		first = false;
		if (!codec_percent_decode(a, part, false, &plain))
			return false;
		codec_put_segment(b, plain);
	}
	return !b->overflow;
}

bool caldav_path(struct visit *v, struct text base, struct text href, struct text *out)
{
	struct text url, path;
	ptrdiff_t query;
	struct buf b;

	if (href.len == 0 || href.len > OUTSIDE_REMOTE_MAX ||
	    !net_url_resolve(v->arena, base, href, &url) || !call_url_is_ours(v, url))
		return false;
	path = text_sub(url, path_at(url), url.len);
	query = text_find_char(path, '?', 0);
	if (query >= 0)
		path.len = (size_t)query;
	buf_init(&b, v->arena, path.len + 16, OUTSIDE_REMOTE_MAX);
	if (path.len == 0 || !put_path(&b, v->arena, path))
		return false;
	*out = buf_text(&b);
	return true;
}

/* Is it within a collection? */
static bool is_within(struct text collection, struct text path)
{
	collection.len -= text_ends(collection, TEXT("/"));
	return text_starts(path, collection) &&
	       (path.len == collection.len || path.at[collection.len] == '/');
}

bool caldav_member(struct visit *v, struct text collection, struct text href, struct text *out)
{
	struct text base = caldav_url(v, collection), url;

	if (caldav_path(v, base, href, out))
		return true;
	return href.len > 0 && net_url_resolve(v->arena, base, href, &url) &&
	       caldav_path(v, base, text_sub(url, path_at(url), url.len), out) &&
	       is_within(collection, *out);
}

struct text caldav_url(struct visit *v, struct text path)
{
	struct text home = v->connection->url;

	return text_from(arena_printf(v->arena, "%.*s%.*s",
				      TEXT_ARG(text_sub(home, 0, path_at(home))), TEXT_ARG(path)));
}

/* ---- asking -----------------------------------------------------------------------------------
 */

void caldav_put_props(struct buf *b, const struct caldav_prop *props, size_t count)
{
	xml_open(b, NS_DAV, "prop");
	for (size_t i = 0; i < count; i++)
		xml_empty(b, props[i].ns, props[i].name);
	xml_close(b, NS_DAV, "prop");
}

enum call_end caldav_ask(struct visit *v, const struct caldav_ask *ask, struct call *call,
			 const struct xml_node **root_out)
{
	const struct call_header depth = {"Depth", text_from(ask->depth)};
	struct xml_node *root;
	enum call_end end;

	*root_out = NULL;
	*call = (struct call){
		.method = ask->method,
		.url = ask->url,
		.body = ask->body,
		.media_type = TEXT("application/xml; charset=utf-8"),
		.headers = &depth,
		.header_count = 1,
		.what = ask->what,
	};
	end = call_run(v, call);
	call->headers = NULL;
	if (end != CALL_OK)
		return end;
	if (call->status != 207 || xml_parse(v->arena, call->answer, &root) ||
	    !xml_is(root, NS_DAV, "multistatus"))
		return caldav_broken(v, "The server's answer is no multistatus of WebDAV.");
	*root_out = root;
	return CALL_OK;
}

enum call_end caldav_propfind(struct visit *v, const char *what, struct text url, const char *depth,
			      const struct caldav_prop *props, size_t prop_count, struct call *call,
			      const struct xml_node **root_out)
{
	struct caldav_ask ask = {.what = what, .method = "PROPFIND", .depth = depth, .url = url};
	struct buf b;

	buf_init(&b, v->arena, 512, CALDAV_REQUEST_MAX);
	xml_root(&b, NS_DAV, "propfind");
	caldav_put_props(&b, props, prop_count);
	xml_close(&b, NS_DAV, "propfind");
	ask.body = buf_text(&b);
	return caldav_ask(v, &ask, call, root_out);
}

/* ---- reading answers --------------------------------------------------------------------------
 */

const struct xml_node *caldav_response(const struct xml_node *root, const struct xml_node *after)
{
	return after ? xml_next(after) : xml_child(root, NS_DAV, "response");
}

/* RFC 9112 §4: "HTTP/1.1 404 Not Found"; 0: it is none. */
static int status_of(const struct xml_node *status)
{
	struct text line = xml_token_of(status);
	ptrdiff_t blank = text_find_char(line, ' ', 0);
	int64_t n;

	if (blank < 0 || !text_to_int64(text_sub(line, (size_t)blank + 1, 3), 100, 599, &n))
		return 0;
	return (int)n;
}

int caldav_status(const struct xml_node *response)
{
	return status_of(xml_child(response, NS_DAV, "status"));
}

const struct xml_node *caldav_found(const struct xml_node *response, enum xml_ns ns,
				    const char *name)
{
	const struct xml_node *stat = xml_child(response, NS_DAV, "propstat");

	for (; stat; stat = xml_next(stat)) {
		const struct xml_node *found = xml_child(xml_child(stat, NS_DAV, "prop"), ns, name);
		int status = status_of(xml_child(stat, NS_DAV, "status"));

		if (found && status >= 200 && status < 300)
			return found;
	}
	return NULL;
}

struct text caldav_href_in(const struct xml_node *property)
{
	return xml_token_of(xml_child(property, NS_DAV, "href"));
}
