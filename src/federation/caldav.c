/*
 * caldav - the provider, and the calendars of an account; see caldav.h
 */
#include "federation/caldav_priv.h"

#include "base/arena.h"
#include "ical/line.h"
#include "ical/zone.h"

enum { TITLE_MAX = 200 };

/* ---- what errors mean -------------------------------------------------------------------------
 */

static bool says(const struct call *call, struct text condition)
{
	return text_find(call->answer, condition) >= 0;
}

static bool was_to_be_made(const struct call *call)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (strcmp(call->headers[i].name, "If-None-Match") == 0)
			return true;
	return false;
}

/* Preconditions stand in the body (RFC 4918 §16), whatever the prefix of their namespace. */
static enum call_end judge(struct call *call)
{
	if (call->status < 500 && says(call, TEXT("valid-sync-token")))
		return CALL_GONE;
	if (call->status < 500 && says(call, TEXT("no-uid-conflict")))
		return CALL_EXISTS;
	if (call->status == 412 && was_to_be_made(call))
		return CALL_EXISTS;
	return call_judge(call);
}

/* ---- calendars --------------------------------------------------------------------------------
 */

static const struct caldav_prop calendar_props[] = {
	{NS_DAV, "resourcetype"},
	{NS_DAV, "displayname"},
	{NS_DAV, "current-user-privilege-set"},
	{NS_CALDAV, "calendar-timezone"},
	{NS_CALDAV, "supported-calendar-component-set"},
};

/* RFC 4791 §5.2.3: without the property, everything. */
static bool takes_events(const struct xml_node *response)
{
	const struct xml_node *set =
		caldav_found(response, NS_CALDAV, "supported-calendar-component-set");
	const struct xml_node *comp = xml_child(set, NS_CALDAV, "comp");
	struct text name;

	for (; comp; comp = xml_next(comp))
		if (xml_attr(comp, "name", &name) && text_equal_nocase(name, TEXT("VEVENT")))
			return true;
	return !set;
}

/* RFC 3744 §5.4; a server without access control has no such property. */
static bool may_write(const struct xml_node *response)
{
	static const char *const enough[] = {"all", "write", "write-content", "bind"};
	const struct xml_node *set = caldav_found(response, NS_DAV, "current-user-privilege-set");
	const struct xml_node *one = xml_child(set, NS_DAV, "privilege");

	for (; one; one = xml_next(one))
		for (size_t i = 0; i < ARRAY_LEN(enough); i++)
			if (xml_child(one, NS_DAV, enough[i]))
				return true;
	return !set;
}

/* The name of its zone, if it is one that we know. */
static struct text timezone_of(struct arena *a, const struct xml_node *response)
{
	struct text zone = xml_text_of(caldav_found(response, NS_CALDAV, "calendar-timezone"));
	struct ical_line l;
	size_t pos = 0;

	while (ical_line_next(a, zone, &pos, &l))
		if (ical_line_is(&l, "TZID") && zone_find(text_trim(l.value)))
			return text_trim(l.value);
	return TEXT_NONE;
}

static struct text title_of(struct arena *a, const struct xml_node *response, struct text path)
{
	struct text title = xml_token_of(caldav_found(response, NS_DAV, "displayname"));

	if (title.len > 0 && title.len <= TITLE_MAX && text_is_plain(title, ""))
		return title;
	/* The last part of the path, as people may read it. */
	path.len -= text_ends(path, TEXT("/"));
	for (size_t i = path.len; i-- > 0;)
		if (path.at[i] == '/')
			return text_dup(a, text_sub(path, i + 1, TITLE_MAX));
	return path;
}

static bool read_calendar(struct visit *v, const struct xml_node *response,
			  struct remote_calendar *out)
{
	const struct xml_node *type = caldav_found(response, NS_DAV, "resourcetype");
	struct text href = xml_token_of(xml_child(response, NS_DAV, "href"));

	*out = (struct remote_calendar){.may_write = may_write(response)};
	if (!xml_child(type, NS_CALDAV, "calendar") || !takes_events(response) ||
	    !caldav_path(v, v->connection->url, href, &out->remote))
		return false;
	out->title = title_of(v->arena, response, out->remote);
	out->timezone = timezone_of(v->arena, response);
	return true;
}

/* Which one is the account's own no server says in a way that all share: the first to write to. */
static enum call_end calendars(struct visit *v, struct remote_calendar **out, size_t *count_out)
{
	const struct xml_node *root, *response = NULL;
	bool has_primary = false;
	struct call call;
	enum call_end end = caldav_propfind(v, "calendars", v->connection->url, "1", calendar_props,
					    ARRAY_LEN(calendar_props), &call, &root);

	*out = arena_alloc_array(v->arena, OUTSIDE_CALENDARS_MAX, sizeof(**out));
	*count_out = 0;
	if (end != CALL_OK)
		return end;
	while (*count_out < OUTSIDE_CALENDARS_MAX && (response = caldav_response(root, response))) {
		struct remote_calendar *c = &(*out)[*count_out];

		if (!read_calendar(v, response, c))
			continue;
		c->is_primary = c->may_write && !has_primary;
		has_primary = has_primary || c->is_primary;
		++*count_out;
	}
	return CALL_OK;
}

const struct provider provider_caldav = {
	.kind = PROVIDER_CALDAV,
	.judge = judge,
	.calendars = calendars,
	.changes = caldav_changes,
	.put = caldav_put,
	.remove = caldav_remove,
	.get = caldav_get,
};
