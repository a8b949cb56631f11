/*
 * outlook - Outlook calendars through Microsoft Graph v1.0
 *
 * The provider, and the calendars of an account. What is said to Graph is in outlook_ask.c, events
 * in outlook_event.c, reading in outlook_read.c, writing in outlook_write.c.
 */
#include "base/arena.h"
#include "federation/outlook_priv.h"
#include "ical/zone.h"
#include "net/fetch.h"

enum { PAGES_MAX = 10 };

/* ---- what errors mean --------------------------------------------------------------------------
 */

static enum call_end judge(struct call *call)
{
	struct arena *a = arena_create(NET_BODY_MAX);
	const struct json *answer = NULL;
	struct text code = TEXT_NONE;
	enum call_end end;

	if (call->answer.len > 0 && !json_parse(a, call->answer, JSON_BODY_MAX, &answer))
		code = outlook_text(json_get(answer, "error"), "code");
	end = outlook_judge(call->method, call->status, code);
	arena_destroy(a);
	return end;
}

/* ---- calendars ---------------------------------------------------------------------------------
 */

bool outlook_calendar_read(const struct json *item, struct text iana, struct remote_calendar *out)
{
	*out = (struct remote_calendar){
		.remote = outlook_text(item, "id"),
		.title = outlook_text(item, "name"),
		.timezone = iana,
		.may_write = outlook_is(item, "canEdit"),
		.is_primary = outlook_is(item, "isDefaultCalendar"),
	};
	return out->remote.len > 0 && out->remote.len <= OUTSIDE_REMOTE_MAX;
}

/* The zone in which the account's whole days lie; of one that does not say, none. */
static enum call_end read_timezone(struct visit *v, struct text *out)
{
	const struct outlook_request rq = {.what = "settings",
					   .method = "GET",
					   .url = outlook_at(v, "/me/mailboxSettings", NULL)};
	const struct json *answer = NULL;
	enum call_end end = outlook_send(v, &rq, &answer);
	const struct zone *zone = NULL;

	*out = TEXT_NONE;
	if (end == CALL_OK)
		zone = zone_find_any(outlook_text(answer, "timeZone"));
	if (zone)
		*out = zone_name(zone);
	return end == CALL_NOT_FOUND || end == CALL_REFUSED ? CALL_OK : end;
}

static void take_calendars(const struct json *list, struct text iana, struct remote_calendar *out,
			   size_t *count)
{
	for (size_t i = 0; i < json_item_count(list) && *count < OUTSIDE_CALENDARS_MAX; i++)
		if (outlook_calendar_read(json_item(list, i), iana, &out[*count]))
			++*count;
}

static enum call_end calendars(struct visit *v, struct remote_calendar **out, size_t *count_out)
{
	struct outlook_request rq = {
		.what = "calendars",
		.method = "GET",
		.url = outlook_at(
			v, "/me/calendars?$top=100&$select=id,name,canEdit,isDefaultCalendar",
			NULL),
	};
	struct text iana;
	enum call_end end = read_timezone(v, &iana);

	*out = arena_alloc_array(v->arena, OUTSIDE_CALENDARS_MAX, sizeof(**out));
	*count_out = 0;
	for (int page = 0; end == CALL_OK && rq.url.len > 0 && page < PAGES_MAX; page++) {
		const struct json *answer;

		if (!call_url_is_ours(v, rq.url))
			return outlook_broken(v, "Outlook's list of calendars goes on elsewhere.");
		end = outlook_send(v, &rq, &answer);
		if (end != CALL_OK)
			break;
		take_calendars(json_get(answer, "value"), iana, *out, count_out);
		rq.url = outlook_text(answer, "@odata.nextLink");
	}
	return end;
}

const struct provider provider_outlook = {
	.kind = PROVIDER_OUTLOOK,
	.judge = judge,
	.calendars = calendars,
	.changes = outlook_changes,
	.put = outlook_put,
	.find = outlook_find,
	.remove = outlook_remove,
	.get = outlook_get,
	.watch = outlook_watch,
	.renew = outlook_renew,
	.unwatch = outlook_unwatch,
};
