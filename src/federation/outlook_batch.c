/*
 * outlook_batch - several events fetched with one request (JSON batching)
 *
 * Each part has a status of its own: a 200 around them says nothing, and one of twenty may be told
 * to wait.
 */
#include "base/arena.h"
#include "federation/outlook_priv.h"

enum { BODY_MAX = 128 * 1024, WAIT_S = 30, WAIT_MAX_S = 24 * 3600 };

struct text outlook_batch_body(struct arena *a, const struct outlook_part *parts, size_t count)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b, a, 4096, BODY_MAX);
	w = (struct json_writer){.out = &b};
	json_begin_object(&w);
	json_key(&w, "requests");
	json_begin_list(&w);
	for (size_t i = 0; i < count; i++) {
		json_begin_object(&w);
		json_key(&w, "id");
		json_add_plain(&w, text_from(arena_printf(a, "%zu", i)));
		json_key(&w, "method");
		json_add_plain(&w, TEXT("GET"));
		json_key(&w, "url");
		json_add_text(&w, outlook_url(a, TEXT_NONE, "/me/events/*?" OUTLOOK_SELECT,
					      &parts[i].id));
		json_key(&w, "headers");
		json_begin_object(&w);
		json_key(&w, "Prefer");
		json_add_text(&w, TEXT(OUTLOOK_PREFER));
		json_end_object(&w);
		json_end_object(&w);
	}
	json_end_list(&w);
	json_end_object(&w);
	return buf_text(&b);
}

/* Which of them a part answers; count: none. */
static size_t which(const struct json *part, size_t count)
{
	int64_t n;

	return json_kind(part) == JSON_KIND_OBJECT &&
			       text_to_int64(outlook_text(part, "id"), 0, INT32_MAX, &n) &&
			       (size_t)n < count
		       ? (size_t)n
		       : count;
}

static void read_part(const struct json *answer, struct outlook_part *part)
{
	const struct json *body = json_get(answer, "body");
	int64_t status = 0;

	if (!json_int(json_get(answer, "status"), &status) || status < 0 || status > 999)
		status = 0;
	part->end =
		outlook_judge("GET", (int)status, outlook_text(json_get(body, "error"), "code"));
	part->event = part->end == CALL_OK ? body : NULL;
	if (part->end == CALL_GONE)
		part->end = CALL_NOT_FOUND;
}

static int64_t wait_of(const struct json *answer)
{
	int64_t s;

	return text_to_int64(outlook_text(json_get(answer, "headers"), "Retry-After"), 1,
			     WAIT_MAX_S, &s)
		       ? s
		       : WAIT_S;
}

enum call_end outlook_batch_read(const struct json *answer, struct outlook_part *parts,
				 size_t count, int64_t *retry_s_out)
{
	const struct json *list = json_get(answer, "responses");

	*retry_s_out = 0;
	for (size_t i = 0; i < count; i++)
		parts[i].end = CALL_BROKEN;
	for (size_t i = 0; i < json_item_count(list); i++) {
		const struct json *part = json_item(list, i);
		size_t n = which(part, count);

		if (n == count)
			continue;
		read_part(part, &parts[n]);
		if (parts[n].end == CALL_LATER && wait_of(part) > *retry_s_out)
			*retry_s_out = wait_of(part);
	}
	for (size_t i = 0; i < count; i++)
		if (parts[i].end != CALL_OK && parts[i].end != CALL_NOT_FOUND &&
		    parts[i].end != CALL_REFUSED)
			return parts[i].end;
	return CALL_OK;
}

static enum call_end fetch_some(struct visit *v, struct outlook_part *parts, size_t count)
{
	const struct outlook_request rq = {
		.what = "batch",
		.method = "POST",
		.url = outlook_at(v, "/$batch", NULL),
		.body = outlook_batch_body(v->arena, parts, count),
	};
	const struct json *answer;
	enum call_end end = outlook_send(v, &rq, &answer);
	int64_t retry_s = 0;

	if (end != CALL_OK)
		return end;
	end = outlook_batch_read(answer, parts, count, &retry_s);
	if (end != CALL_OK)
		v->why = TEXT("Outlook did not answer each part of a request.");
	if (end == CALL_LATER)
		v->retry_at = v->now + retry_s;
	return end;
}

enum call_end outlook_fetch(struct visit *v, struct outlook_part *parts, size_t count)
{
	enum call_end end = CALL_OK;

	for (size_t i = 0; end == CALL_OK && i < count; i += OUTLOOK_BATCH_MAX) {
		size_t some = count - i < OUTLOOK_BATCH_MAX ? count - i : OUTLOOK_BATCH_MAX;

		end = fetch_some(v, parts + i, some);
	}
	return end;
}
