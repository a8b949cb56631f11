/*
 * fault.tbl.h - every way in which something can go wrong
 *
 * Columns: code, HTTP status at the edge, namespace and name of the
 * precondition element in DAV:error, last part of the problem type in JSON,
 * where it is defined. fault.h reads the first column, dav/error.c and
 * api/problem.c the others; whoever adds a row has done all of it.
 *
 * 403 where the same request will always fail, 409 where the user can mend it
 * (RFC 4791 §1.3).
 */
/* clang-format off */
/*    code               HTTP  namespace  precondition element                 JSON problem          defined by */
/* Requests */
FAULT(BAD_REQUEST,        400, NONE,      NULL,                                "bad-request",        "RFC 9110 §15.5.1")
FAULT(BAD_XML,            400, NONE,      NULL,                                "bad-request",        "RFC 4918 §8.2")
FAULT(UNKNOWN_ZONE,       400, NONE,      NULL,                                "unknown-time-zone",  "docs/openapi.yaml")
FAULT(UNAUTHENTICATED,    401, NONE,      NULL,                                "unauthenticated",    "RFC 9110 §15.5.2")
FAULT(FORBIDDEN,          403, DAV,       "need-privileges",                   "forbidden",          "RFC 3744 §7.1.1")
FAULT(NOT_FOUND,          404, NONE,      NULL,                                "not-found",          "RFC 9110 §15.5.5")
FAULT(BAD_METHOD,         405, NONE,      NULL,                                "method-not-allowed", "RFC 9110 §15.5.6")
FAULT(NOT_ACCEPTABLE,     406, NONE,      NULL,                                "not-acceptable",     "RFC 9110 §15.5.7")
FAULT(CONFLICT,           409, NONE,      NULL,                                "conflict",           "RFC 4918 §9.7.1")
FAULT(PRECONDITION,       412, NONE,      NULL,                                "precondition-failed","RFC 9110 §15.5.13")
FAULT(BODY_TOO_LARGE,     413, NONE,      NULL,                                "too-large",          "RFC 9110 §15.5.14")
FAULT(BAD_MEDIA_TYPE,     415, NONE,      NULL,                                "bad-media-type",     "RFC 9110 §15.5.16")
FAULT(UNPROCESSABLE,      422, NONE,      NULL,                                "unprocessable",      "RFC 9110 §15.5.21")
FAULT(TOO_MANY_REQUESTS,  429, NONE,      NULL,                                "too-many-requests",  "RFC 6585 §4")
FAULT(HEADERS_TOO_LARGE,  431, NONE,      NULL,                                "too-large",          "RFC 6585 §5")
FAULT(INTERNAL,           500, NONE,      NULL,                                "internal",           "RFC 9110 §15.6.1")
FAULT(UNKNOWN_METHOD,     501, NONE,      NULL,                                NULL,                 "RFC 9110 §9.1")
FAULT(OTHER_SERVER,       502, NONE,      NULL,                                NULL,                 "RFC 4918 §9.8.5")
FAULT(UNAVAILABLE,        503, NONE,      NULL,                                "unavailable",        "RFC 9110 §15.6.4")
FAULT(STORE_FULL,         507, DAV,       "sufficient-disk-space",             "store-full",         "RFC 4331 §6")
FAULT(QUOTA_FULL,         507, DAV,       "quota-not-exceeded",                NULL,                 "RFC 4331 §6")
FAULT(TOO_MUCH_AT_ONCE,   507, NONE,      NULL,                                NULL,                 "RFC 4918 §11.5")
FAULT(OUT_OF_MEMORY,      507, NONE,      NULL,                                "too-large",          "docs/architecture.md")
/* WebDAV */
FAULT(BAD_TRANSFER,      403, NONE,      NULL,                                NULL,                 "RFC 4918 §9.8.5")
FAULT(NOT_EMPTY_PLACE,    403, DAV,       "resource-must-be-null",             NULL,                 "RFC 4791 §5.3.1.1")
FAULT(PROTECTED_PROPERTY, 403, DAV,       "cannot-modify-protected-property",  NULL,                 "RFC 4918 §16")
FAULT(INFINITE_DEPTH,     403, DAV,       "propfind-finite-depth",             NULL,                 "RFC 4918 §16")
FAULT(LOCKED,             423, DAV,       "lock-token-submitted",              NULL,                 "RFC 4918 §16")
FAULT(LOCK_CONFLICT,      423, DAV,       "no-conflicting-lock",               NULL,                 "RFC 4918 §16")
FAULT(LOCK_ELSEWHERE,     409, DAV,       "lock-token-matches-request-uri",    NULL,                 "RFC 4918 §16")
FAULT(LOCK_NOT_REFRESHED, 412, DAV,       "lock-token-matches-request-uri",    NULL,                 "RFC 4918 §9.10.6")
FAULT(UNKNOWN_REPORT,     403, DAV,       "supported-report",                  NULL,                 "RFC 3253 §3.6")
FAULT(BAD_SYNC_TOKEN,     403, DAV,       "valid-sync-token",                  NULL,                 "RFC 6578 §3.2")
FAULT(TOO_MANY_MATCHES,   507, DAV,       "number-of-matches-within-limits",   NULL,                 "RFC 6578 §3.2")
FAULT(UNKNOWN_PRINCIPAL,  403, DAV,       "recognized-principal",              NULL,                 "RFC 3744 §8.1.1")
FAULT(PRINCIPAL_NOT_ALLOWED, 403, DAV,    "allowed-principal",                 NULL,                 "RFC 3744 §8.1.1")
FAULT(UNKNOWN_PRIVILEGE,  403, DAV,       "not-supported-privilege",           NULL,                 "RFC 3744 §8.1.1")
FAULT(PROTECTED_ENTRY,    403, DAV,       "no-protected-ace-conflict",         NULL,                 "RFC 3744 §8.1.1")
FAULT(INVERTED_ENTRY,     403, DAV,       "no-invert",                         NULL,                 "RFC 3744 §8.1.1")
FAULT(TOO_MANY_ENTRIES,   403, DAV,       "limited-number-of-aces",            NULL,                 "RFC 3744 §8.1.1")
FAULT(BAD_RESOURCE_TYPE,  403, DAV,       "valid-resourcetype",                NULL,                 "RFC 5689 §3.3")
/* CalDAV */
FAULT(BAD_LOCATION,       403, CALDAV,    "calendar-collection-location-ok",   NULL,                 "RFC 4791 §5.3.1.1")
FAULT(BAD_MEDIA_DATA,     403, CALDAV,    "supported-calendar-data",           NULL,                 "RFC 4791 §5.3.2.1")
FAULT(BAD_DATA,           403, CALDAV,    "valid-calendar-data",               "bad-calendar-data",  "RFC 4791 §5.3.2.1")
FAULT(BAD_OBJECT,         403, CALDAV,    "valid-calendar-object-resource",    "bad-calendar-object","RFC 4791 §5.3.2.1")
FAULT(BAD_COMPONENT,      403, CALDAV,    "supported-calendar-component",      NULL,                 "RFC 4791 §5.3.2.1")
FAULT(UID_TAKEN,          403, CALDAV,    "no-uid-conflict",                   NULL,                 "RFC 4791 §5.3.2.1")
FAULT(OBJECT_TOO_LARGE,   403, CALDAV,    "max-resource-size",                 "too-large",          "RFC 4791 §5.3.2.1")
FAULT(RESOURCE_TOO_LARGE, 413, CALDAV,    "max-resource-size",                 "too-large",          "RFC 4791 §5.3.2.1")
FAULT(TOO_EARLY,          403, CALDAV,    "min-date-time",                     NULL,                 "RFC 4791 §5.3.2.1")
FAULT(TOO_LATE,           403, CALDAV,    "max-date-time",                     NULL,                 "RFC 4791 §5.3.2.1")
FAULT(TOO_MANY_INSTANCES, 403, CALDAV,    "max-instances",                     NULL,                 "RFC 4791 §5.3.2.1")
FAULT(TOO_MANY_ATTENDEES, 403, CALDAV,    "max-attendees-per-instance",        NULL,                 "RFC 4791 §5.3.2.1")
FAULT(ATTACHMENT_TOO_LARGE, 403, CALDAV,  "max-attachment-size",               NULL,                 "RFC 8607 §3.11")
FAULT(TOO_MANY_ATTACHMENTS, 403, CALDAV,  "max-attachments-per-resource",      NULL,                 "RFC 8607 §3.11")
FAULT(BAD_ACTION,         403, CALDAV,    "valid-action",                      NULL,                 "RFC 8607 §3.11")
FAULT(BAD_INSTANCE,       403, CALDAV,    "valid-rid",                         NULL,                 "RFC 8607 §3.11")
FAULT(BAD_MANAGED_ID,     403, CALDAV,    "valid-managed-id",                  NULL,                 "RFC 8607 §3.11")
FAULT(UNKNOWN_MANAGED_ID, 403, CALDAV,    "valid-managed-id-parameter",        NULL,                 "RFC 8607 §3.11")
FAULT(UNKNOWN_RSCALE,     403, CALDAV,    "supported-rscale",                  NULL,                 "RFC 7529 §9")
FAULT(SAME_ORGANIZER,     403, CALDAV,    "same-organizer-in-all-components",  NULL,                 "RFC 6638 §3.2.4.2")
FAULT(ORGANIZER_CHANGE,   403, CALDAV,    "allowed-organizer-scheduling-object-change", NULL,        "RFC 6638 §3.2.4.3")
FAULT(ATTENDEE_CHANGE,    403, CALDAV,    "allowed-attendee-scheduling-object-change", NULL,         "RFC 6638 §3.2.4.4")
FAULT(UID_ELSEWHERE,      403, CALDAV,    "unique-scheduling-object-resource", NULL,                 "RFC 6638 §3.2.4.1")
FAULT(DEFAULT_CALENDAR,   403, CALDAV,    "default-calendar-needed",           NULL,                 "RFC 6638 §4.3.1.1")
FAULT(BAD_DEFAULT_CALENDAR, 403, CALDAV,  "valid-schedule-default-calendar-URL", NULL,               "RFC 6638 §4.3.1.2")
FAULT(BAD_MESSAGE,        400, CALDAV,    "valid-scheduling-message",          NULL,                 "RFC 6638 §5.2.1")
FAULT(BAD_ORGANIZER,      403, CALDAV,    "valid-organizer",                   NULL,                 "RFC 6638 §5.2.2")
FAULT(BAD_FILTER,         403, CALDAV,    "valid-filter",                      NULL,                 "RFC 4791 §7.8")
FAULT(UNKNOWN_FILTER,     403, CALDAV,    "supported-filter",                  NULL,                 "RFC 4791 §7.8")
FAULT(UNKNOWN_COLLATION,  403, CALDAV,    "supported-collation",               NULL,                 "RFC 4791 §7.5.1")
FAULT(BAD_TIMEZONE,       403, CALDAV,    "valid-calendar-data",               NULL,                 "RFC 4791 §5.3.1.1")
FAULT(UNKNOWN_TIMEZONE,   403, CALDAV,    "valid-timezone",                    NULL,                 "RFC 7809 §5.2")
/* WebDAV-Push */
FAULT(BAD_SUBSCRIPTION,   403, PUSH,      "invalid-subscription",              NULL,                 "webdav-push §3.1.3")
FAULT(PUSH_NOT_AVAILABLE, 403, PUSH,      "push-not-available",                NULL,                 "webdav-push §3.1.3")
FAULT(NO_TRIGGER,         403, PUSH,      "no-supported-trigger",              NULL,                 "webdav-push §3.1.3")
/* Booking */
FAULT(SLOT_TAKEN,         409, NONE,      NULL,                                "slot-taken",         "docs/openapi.yaml")
FAULT(CANCELLED,          409, NONE,      NULL,                                "cancelled",          "docs/openapi.yaml")
FAULT(NOT_OFFERED,        422, NONE,      NULL,                                "not-offered",        "docs/openapi.yaml")
FAULT(KEY_REUSED,         422, NONE,      NULL,                                "idempotency-key-reused", "docs/openapi.yaml")
/* clang-format on */
