/*
 * google_judge - what an error of Google's means
 *
 * One status has several meanings, and its body says which: a 403 may be too many requests, a
 * calendar that may not be read, or a user who may write nothing for some hours. The first row
 * that fits counts.
 */
#include "base/arena.h"
#include "federation/google_priv.h"
#include "json/json.h"

enum { ERROR_BYTES_MAX = 64 * 1024, ARENA_BYTES = 1024 * 1024, REASON_MAX = 64 };

/* clang-format off */
static const struct row {
	int from, to;	    /* statuses */
	const char *reason; /* errors[0].reason; NULL: any, or none that can be read */
	enum call_end end;
} rows[] = {
	{200, 299, NULL,                    CALL_OK},
	{400, 400, NULL,                    CALL_REFUSED},
	/* A token was renewed before; that this one is refused as well is not the user's doing. */
	{401, 401, NULL,                    CALL_LATER},
	{403, 403, "rateLimitExceeded",     CALL_LATER},
	{403, 403, "userRateLimitExceeded", CALL_LATER},
	{403, 403, "dailyLimitExceeded",    CALL_LATER},
	{403, 403, "quotaExceeded",         CALL_PAUSE},
	{403, 403, "accessNotConfigured",   CALL_LATER}, /* our application's fault */
	{403, 403, "",                      CALL_BROKEN}, /* nobody knows which */
	{403, 403, NULL,                    CALL_REFUSED},
	{404, 404, NULL,                    CALL_NOT_FOUND},
	{408, 408, NULL,                    CALL_LATER},
	{409, 409, "duplicate",             CALL_EXISTS},
	{409, 409, NULL,                    CALL_LATER},
	{410, 410, "deleted",               CALL_NOT_FOUND},
	{410, 410, NULL,                    CALL_GONE},
	{412, 412, NULL,                    CALL_CHANGED},
	{429, 429, NULL,                    CALL_LATER},
	{400, 499, NULL,                    CALL_REFUSED},
	{500, 599, NULL,                    CALL_LATER},
};
/* clang-format on */

/* error.errors[0]; NULL: there is none. */
static const struct json *first_error(struct arena *a, struct text answer)
{
	const struct json *document;

	if (json_parse_answer(a, answer, ERROR_BYTES_MAX, &document))
		return NULL;
	return json_item(json_get(json_get(document, "error"), "errors"), 0);
}

enum call_end google_judge(struct call *call)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct text reason = google_text(first_error(a, call->answer), "reason", REASON_MAX);
	enum call_end end = CALL_BROKEN;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		if (call->status < row->from || call->status > row->to ||
		    (row->reason && !text_equal(reason, text_from(row->reason))))
			continue;
		end = row->end;
		break;
	}
	arena_destroy(a);
	return end;
}
