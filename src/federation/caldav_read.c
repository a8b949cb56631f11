/*
 * caldav_read - what changed in a calendar of a CalDAV server
 *
 * sync-collection (RFC 6578) names what changed, or all of a server that does not know it is
 * listed; then the bodies are asked for, some at a time (RFC 4791 §7.9). A listing that is longer
 * than a page is asked for again with each page, in order of paths, and the token of the first one
 * is where the next reading goes on: so what changes meanwhile is told of twice, and never not.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "federation/caldav_priv.h"

/* How a listing is had; the first letter of a cursor. */
enum how { HOW_SYNC = 's', HOW_LIST = 'l' };

/* Where a reading stands. As a text: how, then since, first and after, a line each. */
struct place {
	enum how how;
	struct text since; /* token, or CTag, of the reading before */
	struct text first; /* of this reading */
	struct text after; /* the last path of the page before; empty: none */
};

struct listed {
	struct text path, etag;
	bool is_gone;
};

struct listing {
	struct listed *at;
	size_t count;
	struct text token;
	bool is_cut; /* the server has more of it (RFC 6578 §3.6) */
};

/* ---- cursors and pages ------------------------------------------------------------------------
 */

static bool read_place(struct text next, struct place *out)
{
	struct text rest = text_sub(next, 1, next.len);

	*out = (struct place){.how = next.at[0] == HOW_LIST ? HOW_LIST : HOW_SYNC};
	return text_next(&rest, '\n', &out->since) && text_next(&rest, '\n', &out->first) &&
	       text_next(&rest, '\n', &out->after);
}

static struct text write_place(struct arena *a, const struct place *p)
{
	return text_from(arena_printf(a, "%c%.*s\n%.*s\n%.*s", p->how, TEXT_ARG(p->since),
				      TEXT_ARG(p->first), TEXT_ARG(p->after)));
}

static struct text write_cursor(struct arena *a, enum how how, struct text token)
{
	return text_from(arena_printf(a, "%c%.*s", how, TEXT_ARG(token)));
}

/* What a server calls its state: one line of a length that a cursor can have. */
static struct text token_of(const struct xml_node *node)
{
	struct text token = xml_token_of(node);

	return token.len <= OUTSIDE_CURSOR_MAX / 4 && !text_has_control(token) ? token : TEXT_NONE;
}

/* ---- listings ---------------------------------------------------------------------------------
 */

static int compare_paths(const void *left, const void *right)
{
	return text_compare(((const struct listed *)left)->path,
			    ((const struct listed *)right)->path);
}

/* The collection itself, with or without its last slash (RFC 4918 §5.2). */
static bool is_self(const struct outside_calendar *c, struct text path)
{
	struct text self = c->remote;

	self.len -= text_ends(self, TEXT("/"));
	path.len -= text_ends(path, TEXT("/"));
	return text_equal(self, path);
}

/*
 * One response of a listing. What cannot be named cannot be known to take time, so nothing is
 * believed of such a listing.
 */
static enum call_end list_one(struct visit *v, const struct outside_calendar *c,
			      const struct xml_node *response, struct listing *to)
{
	struct text href = xml_token_of(xml_child(response, NS_DAV, "href"));
	struct listed *l = &to->at[to->count];
	int status = caldav_status(response);

	if (!caldav_member(v, c->remote, href, &l->path))
		return caldav_broken(v,
				     "The server names things elsewhere, or at too great length.");
	if (is_self(c, l->path)) {
		to->is_cut = to->is_cut || status == 507;
		if (to->token.len == 0)
			to->token = token_of(caldav_found(response, NS_CS, "getctag"));
		return CALL_OK;
	}
	l->is_gone = status == 404 || status == 410;
	l->etag = xml_token_of(caldav_found(response, NS_DAV, "getetag"));
	/* Folders have none, or no calendar data. */
	if (xml_child(caldav_found(response, NS_DAV, "resourcetype"), NS_DAV, "collection"))
		return CALL_OK;
	if (++to->count == CALDAV_LISTED_MAX)
		return caldav_broken(v, "The calendar holds more than is read of one.");
	return CALL_OK;
}

static enum call_end read_listing(struct visit *v, const struct outside_calendar *c,
				  const struct xml_node *root, struct listing *to)
{
	const struct xml_node *response = NULL;
	enum call_end end = CALL_OK;
	size_t left = 0;

	*to = (struct listing){
		.at = arena_alloc_array(v->arena, CALDAV_LISTED_MAX, sizeof(*to->at)),
		.token = token_of(xml_child(root, NS_DAV, "sync-token")),
	};
	while (end == CALL_OK && (response = caldav_response(root, response)))
		end = list_one(v, c, response, to);
	if (end != CALL_OK)
		return end;
	qsort(to->at, to->count, sizeof(*to->at), compare_paths);
	for (size_t i = 0; i < to->count; i++)
		if (left == 0 || !text_equal(to->at[left - 1].path, to->at[i].path))
			to->at[left++] = to->at[i];
	to->count = left;
	return CALL_OK;
}

static struct text sync_body(struct arena *a, struct text since)
{
	static const struct caldav_prop props[] = {{NS_DAV, "getetag"}, {NS_DAV, "resourcetype"}};
	struct buf b;

	buf_init(&b, a, 512, CALDAV_REQUEST_MAX);
	xml_root(&b, NS_DAV, "sync-collection");
	xml_element_text(&b, NS_DAV, "sync-token", since);
	xml_element_text(&b, NS_DAV, "sync-level", TEXT("1"));
	xml_open(&b, NS_DAV, "limit");
	xml_element_text(&b, NS_DAV, "nresults", text_from(arena_printf(a, "%d", CALDAV_PAGE)));
	xml_close(&b, NS_DAV, "limit");
	caldav_put_props(&b, props, ARRAY_LEN(props));
	xml_close(&b, NS_DAV, "sync-collection");
	return buf_text(&b);
}

static enum call_end list_changed(struct visit *v, const struct outside_calendar *c,
				  struct text since, struct listing *to)
{
	/* RFC 6578 §3.2: the depth is 0, and the level in the body. */
	const struct caldav_ask ask = {.what = "changes",
				       .method = "REPORT",
				       .depth = "0",
				       .url = caldav_url(v, c->remote),
				       .body = sync_body(v->arena, since)};
	const struct xml_node *root;
	struct call call;
	enum call_end end = caldav_ask(v, &ask, &call, &root);

	if (end == CALL_OK)
		end = read_listing(v, c, root, to);
	if (end == CALL_OK && to->token.len == 0)
		end = caldav_broken(v, "The server does not say how far it has told.");
	if (end == CALL_OK && to->is_cut && text_equal(to->token, since))
		end = caldav_broken(v, "The server tells the same page again and again.");
	return end;
}

static enum call_end list_all(struct visit *v, const struct outside_calendar *c, const char *depth,
			      struct listing *to)
{
	static const struct caldav_prop props[] = {
		{NS_DAV, "getetag"}, {NS_DAV, "resourcetype"}, {NS_CS, "getctag"}};
	const struct xml_node *root;
	struct call call;
	enum call_end end = caldav_propfind(v, "changes", caldav_url(v, c->remote), depth, props,
					    ARRAY_LEN(props), &call, &root);

	return end == CALL_OK ? read_listing(v, c, root, to) : end;
}

/* ---- bodies -----------------------------------------------------------------------------------
 */

static struct text multiget_body(struct arena *a, const struct listed *these, size_t count)
{
	static const struct caldav_prop props[] = {{NS_DAV, "getetag"},
						   {NS_CALDAV, "calendar-data"}};
	struct buf b;

	buf_init(&b, a, 8192, CALDAV_REQUEST_MAX);
	xml_root(&b, NS_CALDAV, "calendar-multiget");
	caldav_put_props(&b, props, ARRAY_LEN(props));
	for (size_t i = 0; i < count; i++)
		xml_element_text(&b, NS_DAV, "href", these[i].path);
	xml_close(&b, NS_CALDAV, "calendar-multiget");
	return buf_text(&b);
}

/* One that is not told whole is left as it was, to be asked for alone. */
static void take_body(struct visit *v, const struct outside_calendar *c, const struct caldav_me *me,
		      const struct xml_node *response, struct text path, struct remote_event *out)
{
	const struct xml_node *data = caldav_found(response, NS_CALDAV, "calendar-data");
	struct text etag = xml_token_of(caldav_found(response, NS_DAV, "getetag"));
	int status = caldav_status(response);

	if (data)
		(void)caldav_event(v, c, me, path, etag, xml_text_of(data), out);
	else if (status == 404 || status == 410)
		*out = (struct remote_event){.remote = path, .is_gone = true};
}

/* Bodies of a portion, each at its place in `to`. What is not answered is asked for alone. */
static enum call_end fetch_portion(struct visit *v, const struct outside_calendar *c,
				   const struct caldav_me *me, const struct listed *these,
				   size_t count, struct remote_event *to)
{
	const struct caldav_ask ask = {.what = "changes",
				       .method = "REPORT",
				       .depth = "1",
				       .url = caldav_url(v, c->remote),
				       .body = multiget_body(v->arena, these, count)};
	const struct xml_node *root, *response = NULL;
	struct call call;
	enum call_end end = caldav_ask(v, &ask, &call, &root);

	while (end == CALL_OK && (response = caldav_response(root, response))) {
		struct listed key = {.path = TEXT_NONE}, *found;

		if (!caldav_member(v, c->remote, xml_token_of(xml_child(response, NS_DAV, "href")),
				   &key.path))
			continue;
		found = bsearch(&key, these, count, sizeof(key), compare_paths);
		if (found)
			take_body(v, c, me, response, key.path, &to[found - these]);
	}
	for (size_t i = 0; end == CALL_OK && i < count; i++)
		if (to[i].remote.len == 0)
			end = caldav_get(v, c, these[i].path, &to[i]);
	return end;
}

static enum call_end fetch(struct visit *v, const struct outside_calendar *c,
			   const struct listed *these, size_t count, struct remote_page *out)
{
	struct listed *there = arena_alloc_array(v->arena, count, sizeof(*there));
	struct caldav_me me;
	size_t there_count = 0;
	enum call_end end = CALL_OK;

	out->events = arena_alloc_array(v->arena, count, sizeof(*out->events));
	for (size_t i = 0; i < count; i++) {
		if (these[i].is_gone)
			out->events[out->count++] = (struct remote_event){
				.remote = these[i].path, .series = these[i].path, .is_gone = true};
		else
			there[there_count++] = these[i];
	}
	if (there_count > 0)
		end = caldav_me(v, &me);
	for (size_t i = 0; end == CALL_OK && i < there_count; i += CALDAV_PORTION) {
		size_t n = (size_t)min64((int64_t)(there_count - i), CALDAV_PORTION);

		end = fetch_portion(v, c, &me, there + i, n, out->events + out->count);
		out->count += n;
	}
	return end;
}

/* ---- one page ---------------------------------------------------------------------------------
 */

static enum call_end list(struct visit *v, const struct outside_calendar *c, struct place *p,
			  struct listing *to)
{
	enum call_end end = CALL_REFUSED;

	if (p->how == HOW_SYNC)
		end = list_changed(v, c, p->since, to);
	if (end != CALL_REFUSED && end != CALL_NOT_FOUND)
		return end;
	/*
	 * Not every server that forgot a token says so in the words of RFC 6578 §3.2, and one that
	 * was replaced may know no tokens at all: the reading from the beginning finds out.
	 */
	if (p->how == HOW_SYNC && p->since.len > 0)
		return CALL_GONE;
	if (p->how == HOW_LIST || end == CALL_REFUSED) {
		p->how = HOW_LIST;
		end = list_all(v, c, "1", to);
	}
	return end;
}

static enum call_end read_page(struct visit *v, const struct outside_calendar *c, struct place *p,
			       struct remote_page *out)
{
	struct listing all;
	size_t from = 0, count;
	enum call_end end = list(v, c, p, &all);

	if (end != CALL_OK)
		return end;
	if (p->after.len == 0)
		p->first = all.token;
	while (from < all.count && p->after.len && text_compare(all.at[from].path, p->after) <= 0)
		from++;
	count = (size_t)min64((int64_t)(all.count - from), CALDAV_PAGE);
	end = fetch(v, c, all.at + from, count, out);
	if (from + count < all.count) {
		p->after = all.at[from + count - 1].path;
		out->next = write_place(v->arena, p);
	} else if (all.is_cut) {
		*p = (struct place){.how = p->how, .since = p->first};
		out->next = write_place(v->arena, p);
	} else {
		out->cursor = write_cursor(v->arena, p->how, p->first);
	}
	return end;
}

/* Of a server that cannot say what changed: is it as it was? */
static enum call_end look_for_change(struct visit *v, const struct outside_calendar *c,
				     struct text ctag, struct remote_page *out)
{
	struct listing now;
	enum call_end end = list_all(v, c, "0", &now);

	if (end != CALL_OK)
		return end;
	if (ctag.len == 0 || !text_equal(now.token, ctag))
		return CALL_GONE;
	out->cursor = write_cursor(v->arena, HOW_LIST, ctag);
	return CALL_OK;
}

enum call_end caldav_changes(struct visit *v, const struct outside_calendar *c, struct text next,
			     struct remote_page *out)
{
	struct place p = {.how = HOW_SYNC};

	*out = (struct remote_page){.count = 0};
	if (next.len > 0) {
		if (!read_place(next, &p))
			return CALL_GONE;
	} else if (c->cursor.len > 0) {
		p.since = text_sub(c->cursor, 1, c->cursor.len);
		if (c->cursor.at[0] == HOW_LIST)
			return look_for_change(v, c, p.since, out);
	}
	return read_page(v, c, &p, out);
}
