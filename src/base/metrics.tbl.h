/*
 * metrics.tbl.h - what /metrics shows
 *
 * METRIC(id, kind, name, label names, help): kind is COUNTER, GAUGE or
 * HISTOGRAM (seconds). A metric with a label has the values listed in
 * metrics.c under the same id; names with commas between are as many labels.
 * Names are fixed: dashboards rely on them.
 */
/* clang-format off */
METRIC(HTTP_REQUESTS,   COUNTER,   "fasti_http_requests_total",     "status", "Requests answered, by class of status.")
METRIC(HTTP_SECONDS,    HISTOGRAM, "fasti_http_seconds",            NULL,     "Time from the last byte of a request to its answer.")
METRIC(HTTP_OPEN,       GAUGE,     "fasti_http_connections",        NULL,     "Open connections.")
METRIC(BOOKINGS,        COUNTER,   "fasti_bookings_total",          "result", "Bookings asked for, by result.")
METRIC(SLOTS_SECONDS,   HISTOGRAM, "fasti_slots_seconds",           NULL,     "Time to answer a slots question.")
METRIC(CHANGE_WAIT,     HISTOGRAM, "fasti_change_wait_seconds",     NULL,     "Time a change waits from submission to its commit.")
METRIC(CHANGE_COMMITS,  COUNTER,   "fasti_change_commits_total",    NULL,     "Transactions committed by the writer; one may carry many changes.")
METRIC(CHANGES,         COUNTER,   "fasti_changes_total",           "result", "Changes, by result.")
METRIC(TIMELINE_CACHE,  COUNTER,   "fasti_timeline_cache_total",    "hit",    "Look-ups in the timeline cache.")
METRIC(MAIL,            COUNTER,   "fasti_mail_total",              "result", "Mails, by result of an attempt; returned: a report said later that it did not arrive.")
METRIC(MAIL_IN,         COUNTER,   "fasti_mail_in_total",           "outcome", "Messages taken in, by what became of them.")
METRIC(IMAP_CONNECTED,  GAUGE,     "fasti_imap_connected",          NULL,     "1 while the mailbox of mail.imap is watched by this server.")
METRIC(PROVIDER,        COUNTER,   "fasti_provider_requests_total", "provider,result", "Requests to calendar providers, by provider and what came of them.")
METRIC(PROVIDER_CALLS,  COUNTER,   "fasti_provider_calls_total",    "provider,call,result", "Requests to calendar providers, by provider, what for, and what came of them.")
METRIC(PROVIDER_SECONDS, HISTOGRAM, "fasti_provider_seconds",       "provider,call", "Time until a calendar provider answered, by what it was asked for.")
METRIC(PROVIDER_TOKENS, GAUGE,     "fasti_provider_tokens",         "provider", "Requests that may still leave at once before a provider's limit for the application.")
METRIC(PUSH,            COUNTER,   "fasti_push_total",              "result", "Push messages, by result of an attempt.")
METRIC(JOBS_WAITING,    GAUGE,     "fasti_jobs_waiting",            NULL,     "Jobs not yet done.")
METRIC(JOBS_GIVEN_UP,   GAUGE,     "fasti_jobs_given_up",           NULL,     "Jobs that wait for the operator.")
METRIC(AUTH,            COUNTER,   "fasti_auth_total",              "result", "Passwords checked, by result.")
METRIC(OVERLAPS,        GAUGE,     "fasti_overlaps",                NULL,     "Holds of one host that overlap. Must read 0.")
METRIC(FORCED_HOLDS,    GAUGE,     "fasti_forced_holds",            NULL,     "Bookings that their host put over another one, which may be wanted.")
METRIC(STORE_REFUSES,   GAUGE,     "fasti_store_refuses",           NULL,     "1 while the store takes no changes.")
/* clang-format on */
