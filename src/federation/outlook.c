/*
 * outlook - Outlook calendars through Microsoft Graph v1.0
 *
 * What is said to Graph, what its errors mean, and the calendars of an account. Events are in
 * outlook_event.c, reading in outlook_read.c, writing in outlook_write.c.
 */
#include "base/arena.h"
#include "base/codec.h"
#include "federation/outlook_priv.h"
#include "ical/zone.h"
#include "net/fetch.h"

enum { PAGES_MAX = 10, URL_MAX = 8 * 1024 };

struct text outlook_url(struct arena *a, struct text base, const char *path, const struct text *ids)
{
	struct buf b;

	buf_init(&b, a, 256, URL_MAX);
	while (text_ends(base, TEXT("/")))
		base.len--;
	buf_put_text(&b, base);
	for (; *path; path++)
		if (*path == '*')
			codec_put_segment(&b, *ids++);
		else
			buf_put_char(&b, *path);
	return buf_text(&b);
}

struct text outlook_at(const struct visit *v, const char *path, const struct text *ids)
{
	return outlook_url(v->arena, v->fed->apps[PROVIDER_OUTLOOK].api_url, path, ids);
}

struct text outlook_text(const struct json *object, const char *key)
{
	struct text t = TEXT_NONE;

	return json_text(json_get(object, key), &t) ? t : TEXT_NONE;
}

bool outlook_is(const struct json *object, const char *key)
{
	bool yes = false;

	return json_bool(json_get(object, key), &yes) && yes;
}

void outlook_say(struct json_writer *w, const char *key, struct text value)
{
	json_key(w, key);
	json_add_text(w, value);
}

enum call_end outlook_broken(struct visit *v, const char *sentence)
{
	v->why = text_from(sentence);
	return CALL_BROKEN;
}

/* ---- what errors mean --------------------------------------------------------------------------
 */

/* Words that say more than their status, without case: they are written in several ways. */
static const struct {
	const char *code;
	enum call_end end;
} words[] = {
	{"syncStateNotFound", CALL_GONE},
	{"resyncRequired", CALL_GONE},
	{"ErrorDuplicateTransactionId", CALL_EXISTS},
	{"ErrorIrresolvableConflict", CALL_CHANGED},
	{"ErrorItemNotFound", CALL_NOT_FOUND},
	{"ErrorQuotaExceeded", CALL_PAUSE},
	{"ApplicationThrottled", CALL_LATER},
	{"TooManyRequests", CALL_LATER},
	{"ErrorServerBusy", CALL_LATER},
	{"ErrorTimeoutExpired", CALL_LATER},
	{"ErrorMailboxStoreUnavailable", CALL_LATER},
	{"ErrorInternalServerTransientError", CALL_LATER},
};

enum call_end outlook_judge(const char *method, int status, struct text code)
{
	const struct call call = {.status = status};

	if (status >= 200 && status < 300)
		return CALL_OK;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(code, text_from(words[i].code)))
			return words[i].end;
	if (status == 410)
		return CALL_GONE;
	/* Only what is made can be there already. */
	if (status == 409 && strcmp(method, "POST") == 0)
		return CALL_EXISTS;
	return call_judge(&call);
}

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

/* ---- one request -------------------------------------------------------------------------------
 */

enum call_end outlook_send(struct visit *v, const struct outlook_request *r,
			   const struct json **out)
{
	struct call_header headers[2] = {{"Prefer", TEXT_INIT(OUTLOOK_PREFER)},
					 {"If-Match", r->if_match}};
	struct call call = {
		.method = r->method,
		.url = r->url,
		.body = r->body,
		.media_type = r->body.len > 0 ? TEXT("application/json") : TEXT_NONE,
		.headers = headers,
		.header_count = r->if_match.len > 0 ? 2 : 1,
		.what = r->what,
	};
	enum call_end end = call_run(v, &call);

	*out = NULL;
	if (end != CALL_OK || call.answer.len == 0)
		return end;
	/* How long an answer may be, is the call's to say. */
	if (json_parse(v->arena, call.answer, call.answer.len, out) ||
	    json_kind(*out) != JSON_KIND_OBJECT)
		return outlook_broken(v, "Outlook's answer is no JSON object.");
	return CALL_OK;
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
	.remove = outlook_remove,
	.get = outlook_get,
	.watch = outlook_watch,
	.renew = outlook_renew,
	.unwatch = outlook_unwatch,
};
