/*
 * outlook_ask - one request to Graph, and what its answer says
 *
 * What is said to Graph, and what its errors mean; see outlook_priv.h.
 */
#include "base/codec.h"
#include "federation/outlook_priv.h"

enum { URL_MAX = 8 * 1024 };

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
