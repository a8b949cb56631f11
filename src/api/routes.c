/* routes - from a request to its endpoint; see api_priv.h */
#include "api/api.h"

#include "api/api_priv.h"
#include "api/page.h"
#include "booking/door.h"
#include "federation/notify.h"

/* ---- the endpoints ----------------------------------------------------------------------- */

/* Whether a request has a body in JSON: never, always, or if it likes. */
enum body_rule { NO_BODY, BODY, BODY_MAYBE };

struct endpoint {
	const char *path;	 /* below /api; "*" is any one segment */
	const char *method;	 /* HEAD is answered as GET */
	enum body_rule has_body; /* a JSON object */
	api_fn run;
	const struct api_resource *resource; /* what a host keeps, and this is about */
	bool is_open;			     /* to pages of other origins */
};

/* clang-format off */
static const struct endpoint endpoints[] = {
	/* path                    method    body        run                    resource       open */
	{ "answers",                "GET",    NO_BODY,    api_answers_list,      NULL,          false },
	{ "answers/*",              "GET",    NO_BODY,    api_answer_get,        NULL,          false },
	{ "answers/*",              "DELETE", NO_BODY,    api_answer_drop,       NULL,          false },
	{ "answers/*/accept",       "POST",   BODY,       api_answer_accept,     NULL,          false },
	{ "availability/explain",   "GET",    NO_BODY,    api_explain,           NULL,          false },
	{ "availability/slots",     "GET",    NO_BODY,    api_slots,             NULL,          true },
	{ "bookings",               "GET",    NO_BODY,    api_bookings_list,     NULL,          false },
	{ "bookings",               "POST",   BODY,       api_booking_make,      NULL,          false },
	{ "bookings/*",             "GET",    NO_BODY,    api_booking_get,       NULL,          false },
	{ "bookings/*",             "DELETE", BODY_MAYBE, api_booking_cancel,    NULL,          false },
	{ "bookings/*/event.ics",   "GET",    NO_BODY,    api_booking_event,     NULL,          false },
	{ "bookings/*/confirm",     "POST",   BODY,       api_booking_confirm,   NULL,          false },
	{ "bookings/*/confirm-address", "POST", BODY, api_booking_confirm_address, NULL,     false },
	{ "bookings/*/decline",     "POST",   BODY,       api_booking_decline,   NULL,          false },
	{ "bookings/*/history",     "GET",    NO_BODY,    api_booking_history,   NULL,          false },
	{ "bookings/*/hosts",       "GET",    NO_BODY,    api_booking_hosts,     NULL,          false },
	{ "bookings/*/reassign",    "POST",   BODY,       api_booking_reassign,  NULL,          false },
	{ "bookings/*/reschedule",  "POST",   BODY,       api_booking_move,      NULL,          false },
	{ "calendars",              "GET",    NO_BODY,    api_calendars_list,    NULL,          false },
	{ "connections",            "GET",    NO_BODY,    api_connections_list,  NULL,          false },
	{ "connections",            "POST",   BODY,       api_connection_make,   NULL,          false },
	{ "connections",            "PATCH",  BODY,       api_connections_change,NULL,          false },
	{ "connections/*",          "PUT",    BODY,       api_connection_choose, NULL,          false },
	{ "connections/*",          "DELETE", NO_BODY,    api_connection_end,    NULL,          false },
	{ "connections/*/refresh",  "POST",   BODY,       api_connection_refresh,NULL,          false },
	{ "holds",                  "POST",   BODY,       api_hold_make,         NULL,          false },
	{ "holds/*",                "DELETE", NO_BODY,    api_hold_release,      NULL,          false },
	{ "links",                  "GET",    NO_BODY,    api_links_list,        NULL,          false },
	{ "links",                  "POST",   BODY,       api_link_make,         NULL,          false },
	{ "links/*",                "DELETE", NO_BODY,    api_link_delete,       NULL,          false },
	{ "meetings/*/counter",     "POST",   BODY,       api_proposal_make,     NULL,          false },
	{ "meetings/*/proposals",   "GET",    NO_BODY,    api_proposals_list,    NULL,          false },
	{ "meeting-types",          "GET",    NO_BODY,    api_resource_list,     &api_types,    false },
	{ "meeting-types",          "POST",   BODY,       api_resource_make,     &api_types,    false },
	{ "meeting-types/*",        "GET",    NO_BODY,    api_resource_get,      &api_types,    false },
	{ "meeting-types/*",        "PUT",    BODY,       api_resource_put,      &api_types,    false },
	{ "meeting-types/*",        "DELETE", NO_BODY,    api_resource_delete,   &api_types,    false },
	{ "proposals",              "GET",    NO_BODY,    api_proposals_list,    NULL,          false },
	{ "proposals/*/accept",     "POST",   BODY,       api_proposal_accept,   NULL,          false },
	{ "proposals/*/decline",    "POST",   BODY,       api_proposal_decline,  NULL,          false },
	{ "schedules",              "GET",    NO_BODY,    api_resource_list,     &api_schedules,false },
	{ "schedules",              "POST",   BODY,       api_resource_make,     &api_schedules,false },
	{ "schedules/*",            "GET",    NO_BODY,    api_resource_get,      &api_schedules,false },
	{ "schedules/*",            "PUT",    BODY,       api_resource_put,      &api_schedules,false },
	{ "schedules/*",            "DELETE", NO_BODY,    api_resource_delete,   &api_schedules,false },
	{ "schedules/*/holidays",   "PUT",    NO_BODY,    api_resource_put,      &api_holidays, false },
	{ "session",                "GET",    NO_BODY,    api_session_get,       NULL,          false },
	{ "session",                "POST",   BODY,       api_session_make,      NULL,          false },
	{ "session",                "DELETE", NO_BODY,    api_session_end,       NULL,          false },
	{ "settings",               "GET",    NO_BODY,    api_settings_get,      NULL,          false },
	{ "settings",               "PATCH",  BODY,       api_settings_change,   NULL,          false },
	{ "tokens",                 "GET",    NO_BODY,    api_tokens_list,       NULL,          false },
	{ "tokens",                 "POST",   BODY,       api_token_make,        NULL,          false },
	{ "tokens/*",               "DELETE", NO_BODY,    api_token_revoke,      NULL,          false },
	{ "waiting",                "GET",    NO_BODY,    api_waiting_list,      NULL,          false },
	{ "waiting",                "POST",   BODY,       api_waiting_join,      NULL,          false },
	{ "waiting/*",              "DELETE", NO_BODY,    api_waiting_leave,     NULL,          false },
	{ "webhooks",               "GET",    NO_BODY,    api_webhooks_list,     NULL,          false },
	{ "webhooks",               "POST",   BODY,       api_webhook_make,      NULL,          false },
	{ "webhooks/*",             "DELETE", NO_BODY,    api_webhook_delete,    NULL,          false },
	{ "webhooks/*/deliveries",  "GET",    NO_BODY,    api_webhook_deliveries,NULL,          false },
	{ "webhooks/*/enable",      "POST",   BODY,       api_webhook_enable,    NULL,          false },
	{ "webhooks/*/secret",      "POST",   BODY,       api_webhook_renew,     NULL,          false },
	{ "webhooks/*/test",        "POST",   BODY,       api_webhook_test,      NULL,          false },
};
/* clang-format on */

static bool path_fits(const struct http_request *rq, const char *path)
{
	struct text rest = text_from(path), word;
	size_t i = 1;

	for (; text_next(&rest, '/', &word); i++)
		if (i >= rq->segment_count ||
		    (word.at[0] != '*' && !text_equal(word, rq->segments[i])))
			return false;
	return i == rq->segment_count && !rq->path_ends_slash;
}

static bool method_fits(const struct http_request *rq, const char *method)
{
	return text_equal(rq->method, text_from(method)) ||
	       (text_equal(rq->method, TEXT("HEAD")) && strcmp(method, "GET") == 0);
}

/* The endpoint, or NULL; *first_out is the first one of this path, or NULL. */
static const struct endpoint *find_endpoint(const struct http_request *rq,
					    const struct endpoint **first_out)
{
	*first_out = NULL;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
		if (!path_fits(rq, endpoints[i].path))
			continue;
		if (!*first_out)
			*first_out = &endpoints[i];
		if (method_fits(rq, endpoints[i].method))
			return &endpoints[i];
	}
	return NULL;
}

static void set_allow(struct http_request *rq, const struct endpoint *first)
{
	const struct endpoint *end = endpoints + ARRAY_LEN(endpoints);
	struct buf allow;

	buf_init(&allow, rq->arena, 64, 256);
	buf_put_lit(&allow, "OPTIONS");
	for (const struct endpoint *e = first; e < end && strcmp(e->path, first->path) == 0; e++) {
		buf_put_lit(&allow, ", ");
		buf_put_str(&allow, e->method);
		if (strcmp(e->method, "GET") == 0)
			buf_put_lit(&allow, ", HEAD");
	}
	http_set_header(rq, "Allow", buf_text(&allow));
}

/*
 * What is public and says nothing of who asks: pages of other origins may ask, with whatever their
 * libraries add (Fetch Standard, CORS). A body, credentials and other methods are not for them.
 */
static void set_open(struct http_request *rq)
{
	http_set_header(rq, "Access-Control-Allow-Origin", TEXT("*"));
	http_set_header(rq, "Access-Control-Expose-Headers", TEXT("Retry-After"));
}

static void set_preflight(struct http_request *rq)
{
	http_set_header(rq, "Access-Control-Allow-Methods", TEXT("GET, HEAD"));
	http_set_header(rq, "Access-Control-Allow-Headers", TEXT("*"));
	http_set_header(rq, "Access-Control-Max-Age", TEXT("86400"));
	set_open(rq);
}

/* ---- one request --------------------------------------------------------------------------- */

/* "application/json", with or without parameters. A form of another site cannot send it, so
 * nobody's browser writes here unasked. */
static bool is_json(struct text content_type)
{
	ptrdiff_t end = text_find_char(content_type, ';', 0);

	if (end >= 0)
		content_type = text_sub(content_type, 0, (size_t)end);
	return text_equal_nocase(text_trim(content_type), TEXT("application/json"));
}

static const struct fault *read_body(struct api_request *ar)
{
	struct http_request *rq = ar->rq;
	const struct fault *f;

	if (!is_json(http_header(rq, "Content-Type")))
		return fault_make(ar->arena, FAULT_BAD_MEDIA_TYPE, "Content-Type",
				  "The body must be JSON, with Content-Type: application/json.");
	f = json_parse(ar->arena, rq->body, rq->route->body_max, &ar->body);
	if (!f && json_kind(ar->body) != JSON_KIND_OBJECT)
		f = fault_make(ar->arena, FAULT_BAD_REQUEST, NULL, "The body must be an object.");
	return f;
}

static bool has_body(const struct api_request *ar, const struct endpoint *e)
{
	return e->has_body == BODY || (e->has_body == BODY_MAYBE && ar->rq->body.len > 0);
}

static const struct fault *no_endpoint(struct api_request *ar, const struct endpoint *first)
{
	if (!first)
		return fault_make(ar->arena, FAULT_NOT_FOUND, NULL, "There is nothing here.");
	set_allow(ar->rq, first);
	if (first->is_open)
		set_preflight(ar->rq);
	if (!text_equal(ar->rq->method, TEXT("OPTIONS")))
		return fault_make(ar->arena, FAULT_BAD_METHOD, NULL,
				  "The method is not known here; see Allow.");
	http_answer(ar->rq, 204, NULL, TEXT_NONE);
	return NULL;
}

static const struct fault *handle(struct api_request *ar)
{
	const struct endpoint *first, *e = find_endpoint(ar->rq, &first);
	const struct fault *f;

	if (!e)
		return no_endpoint(ar, first);
	ar->resource = e->resource;
	if (e->is_open)
		set_open(ar->rq);
	f = has_body(ar, e) ? read_body(ar) : NULL;
	if (!f)
		f = api_reader(ar);
	return f ? f : e->run(ar);
}

static void api_handle(struct http_request *rq)
{
	api_begin(rq, handle);
}

/* Messages are sent by programs, pages are asked for by people. */
static void door_answer_fault(struct http_request *rq, const struct fault *f)
{
	if (text_equal(rq->method, TEXT("POST")))
		api_answer_fault(rq, f);
	else
		page_answer_fault(rq, f);
}

/* ---- routes ------------------------------------------------------------------------------------
 */

enum {
	SMALL_BODY = JSON_BODY_MAX,
	RULES_BODY = RULES_MAX_BYTES,
	HOST_ONLY = HTTP_AUTH | HTTP_SESSION | HTTP_BEARER | HTTP_OPEN_OPTIONS,
	HOST_TOO = HTTP_AUTH_OPTIONAL | HTTP_SESSION | HTTP_BEARER,
	SIGN_IN = HOST_TOO | HTTP_SESSION_BEGINS,
};

/* clang-format off */
const struct http_route api_routes[] = {
	/* prefix               methods      flags               body        handler        answer_fault */
	{ "/api/answers",       NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/availability/explain", NULL,     HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/availability",  NULL,        0,                  SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/bookings",      NULL,        HOST_TOO,           SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/calendars",     NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/connections",   NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/holds",         NULL,        0,                  SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/links",         NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/meeting-types", NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/meetings",      NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/proposals",     NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/schedules",     NULL,        HOST_ONLY,          RULES_BODY, api_handle,    api_answer_fault },
	{ "/api/session",       NULL,        SIGN_IN,            SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/settings",      NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/tokens",        NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/waiting",       NULL,        HOST_TOO,           SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api/webhooks",      NULL,        HOST_ONLY,          SMALL_BODY, api_handle,    api_answer_fault },
	{ "/api",               NULL,        0,                  SMALL_BODY, api_handle,    api_answer_fault },
	{ "/book",              "GET, HEAD, POST", 0,            DOOR_MESSAGE_MAX, page_book,     door_answer_fault },
	{ "/hooks",             "POST",      0,                  NOTIFY_BODY_MAX, api_hook, api_answer_fault },
	{ "/host/apple.mobileconfig", "GET, HEAD", HTTP_AUTH | HTTP_SESSION | HTTP_EXACT, 0, page_host_profile, page_answer_fault },
	{ "/host",              "GET, HEAD", 0,                  0,          page_host,     page_answer_fault },
	{ "/manage",            "GET, HEAD, POST", 0,            SMALL_BODY, page_manage,   page_answer_fault },
	{ "/oauth",             "GET",       HTTP_AUTH_OPTIONAL | HTTP_SESSION, 0, page_oauth, page_answer_fault },
	{ "/problems",          "GET, HEAD", 0,                  0,          page_problem,  page_answer_fault },
	{ "/web",               "GET, HEAD", 0,                  0,          page_file,     page_answer_fault },
	{ 0 }
};
/* clang-format on */
