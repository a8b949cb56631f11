"""A test double of Google Calendar v3: its sync tokens, its etags, its ways of refusing.

An account has calendars, a calendar has events as the API has them. Users act through the methods
of Calendar; a server under test comes by HTTP. What is implemented is what is documented, also
where that is unfriendly; the rest is asked for by spoil() and by the attributes below.
"""
import datetime
import re
import secrets

import description
import oauth
from base import Answer
from google_calendar import Calendar, instant, text_of
from google_watch import Channels
from push import Pushes

UTC = datetime.timezone.utc
FIRST_PASS_ONLY = ("iCalUID", "orderBy", "privateExtendedProperty", "q",
                   "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin")
MESSAGES = {"authError": "Invalid Credentials", "notFound": "Not Found",
            "rateLimitExceeded": "Rate Limit Exceeded", "duplicate": "The requested identifier "
            "already exists.", "fullSyncRequired": "Sync token is no longer valid, a full sync is "
            "required.", "conditionNotMet": "Precondition Failed", "deleted": "Resource has been "
            "deleted", "quotaExceeded": "Calendar usage limits exceeded.",
            "userRateLimitExceeded": "User Rate Limit Exceeded"}
REASONS = {400: "invalid", 401: "authError", 403: "rateLimitExceeded", 404: "notFound",
           409: "duplicate", 410: "fullSyncRequired", 412: "conditionNotMet",
           429: "rateLimitExceeded", 500: "backendError", 503: "backendError"}


class Account(oauth.Account):
    def __init__(self, service, address, timezone):
        super().__init__(address, str(10**20 + len(service.accounts)))
        self.calendars, self.timezone = {}, timezone
        self.service = service
        self.primary = self.add_calendar(address, id=address, primary=True)

    def add_calendar(self, title, id=None, primary=False, role="owner", timezone=None):
        with self.service.lock:
            made = Calendar(self.service, id or f"c{len(self.calendars)}"
                            f"{secrets.token_hex(8)}@group.calendar.google.com", title,
                            timezone or self.timezone, role, primary, self.address)
            self.calendars[made.id] = made
            return made

    def remove_calendar(self, calendar):
        with self.service.lock:
            del self.calendars[calendar.id]


def merged(old, patch):
    """PATCH: objects are merged, lists replaced, and null takes away."""
    out = dict(old)
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict):
            out[key] = merged(out.get(key) or {}, value)
        else:
            out[key] = value
    return out


class Google(oauth.Consent):
    issuer = "https://accounts.google.com"
    per_minute = 600
    open_calls = ("authorize", "token", "revoke")
    PAGE, PAGE_MAX = 250, 2500

    def __init__(self):
        super().__init__(description.Google())
        self.pushes = Pushes()
        self.channels = Channels(self)
        self.serial = 1000
        self.lists = {}           # page and sync tokens, and what they stand for
        self.page_size = None     # at most so many, whatever is asked for
        self.empty_pages = 0      # so many pages without items come first
        self.twice = False        # each item comes a second time, on the next page
        self.meet = "success"     # what becomes of a wish for a conference
        self.push_first = False   # a write is told of before it is answered
        self.push_wait = True     # what users do has been told of when their method returns

    def add_account(self, address="ann@gmail.example", timezone="Europe/Berlin"):
        with self.lock:
            self.accounts[address] = Account(self, address, timezone)
            return self.accounts[address]

    def config(self):
        """Settings that lead a server here; the secret's file is the caller's."""
        return {"FASTI_GOOGLE_CLIENT_ID": self.client_id,
                "FASTI_GOOGLE_AUTH_URL": self.url + "/o/oauth2/v2/auth",
                "FASTI_GOOGLE_TOKEN_URL": self.url + "/token",
                "FASTI_GOOGLE_REVOKE_URL": self.url + "/revoke",
                "FASTI_GOOGLE_API_URL": self.url + "/calendar/v3"}

    def forget_tokens(self):
        """Every sync and page token that was given out is answered 410 from now on."""
        with self.lock:
            self.lists.clear()

    # ---- refusals ---------------------------------------------------------------------------

    def error(self, status, code=None, message=None, headers=None):
        reason = code or REASONS.get(status, "backendError")
        message = message or MESSAGES.get(reason, reason)
        one = {"domain": "calendar" if status == 410 else "global", "reason": reason,
               "message": message}
        if reason == "fullSyncRequired":
            one.update(locationType="parameter", location="syncToken")
        return oauth.Refusal(status, {"error": {"errors": [one], "code": status,
                                                "message": message}}, headers)

    def no_token(self, status, error, more=None):
        refusal = super().no_token(status, error, None)
        if more and error == "invalid_grant":
            refusal.body["error_subtype"] = more
        return refusal

    def is_lasting(self, query, account, scopes):
        offline = query.get("access_type") == "offline"
        return offline and (query.get("prompt") == "consent" or not account.consented)

    def authorise(self, request):
        found = self.bearer(request)
        if not found:
            raise self.error(401)
        allowed = self.description.scopes(request) if self.description.present else ()
        if allowed and not found[1] & set(allowed):
            raise self.error(403, "insufficientPermissions")
        return found[0]

    def find(self, request):
        name = request.vars[0]
        account = request.account
        calendar = account.primary if name == "primary" else account.calendars.get(name)
        if calendar is None:
            raise self.error(404)
        return calendar

    def find_event(self, request, calendar, for_write=False):
        event = calendar.events.get(request.vars[1])
        if event is None:
            raise self.error(404)
        wanted = request.header("If-Match")
        if for_write and wanted not in (None, "*", event["etag"]):
            raise self.error(412)
        if for_write and calendar.role not in ("owner", "writer"):
            raise self.error(403, "requiredAccessLevel")
        return event

    # ---- lists ------------------------------------------------------------------------------

    def calendar_list(self, request):
        with self.lock:
            items = [c.entry() for c in request.account.calendars.values()]
            return self.pages(request, "calendarList", {}, [i["id"] for i in items],
                              lambda ids: [i for i in items if i["id"] in ids],
                              {"kind": "calendar#calendarList", "etag": f'"{self.serial}"'})

    def calendar_entry(self, request):
        with self.lock:
            return Answer(200, self.find(request).entry())

    def events_list(self, request):
        with self.lock:
            calendar = self.find(request)
            fixed = {k: v for k, v in request.query.items()
                     if k not in ("syncToken", "pageToken", "fields", "alt", "prettyPrint",
                                  *FIRST_PASS_ONLY)}
            since = self.since(request, calendar, fixed)
            ids = calendar.changed(since, request) if "pageToken" not in request.query else ()
            about = {"kind": "calendar#events", "etag": f'"p{self.serial}"',
                     "summary": calendar.title, "updated": text_of(self.now()),
                     "timeZone": calendar.timezone, "accessRole": calendar.role,
                     "defaultReminders": []}
            return self.pages(request, calendar.id, fixed, ids,
                              lambda some: [calendar.show(i, since is not None) for i in some],
                              about)

    def since(self, request, calendar, fixed):
        """The serial of a sync token; None in a first pass."""
        token = request.one("syncToken")
        if token is None:
            page = self.lists.get(request.one("pageToken"))
            return page["since"] if page else None
        for name in FIRST_PASS_ONLY:
            if name in request.query:
                raise self.error(400, "invalid", f"{name} and syncToken exclude each other")
        if request.one("showDeleted") == "false":
            raise self.error(400, "invalid", "showDeleted")
        known = self.lists.get(token)
        if known is None or known["of"] != calendar.id:
            raise self.error(410)
        if known["fixed"] != fixed:
            raise self.error(400, "invalid", "the parameters are not those of the first pass")
        return known["serial"]

    def pages(self, request, of, fixed, ids, show, about):
        """One page. Which items there are is settled with the first; what they are is not."""
        token = request.one("pageToken")
        if token is None:
            known = request.one("syncToken")
            run = {"of": of, "fixed": fixed, "ids": list(ids), "serial": self.serial,
                   "empty": self.empty_pages if of != "calendarList" else 0, "since": self.lists[known]["serial"]
                   if known in self.lists else None}
            if self.twice and of != "calendarList":
                run["ids"] = [i for i in run["ids"] for _ in (0, 1)]
        else:
            run = self.lists.get(token)
            if run is None or run["of"] != of:
                raise self.error(410 if request.one("syncToken") else 400)
            run = {**run, "ids": list(run["ids"])}
        size = min(int(request.one("maxResults", self.PAGE)), self.PAGE_MAX,
                   self.page_size or self.PAGE_MAX)
        if run["empty"] > 0:
            run["empty"] -= 1
            size = 0
        now, run["ids"] = run["ids"][:size], run["ids"][size:]
        body = {**about, "items": show(now)}
        more = run["ids"] or run["empty"] or (size == 0 and now)
        word = secrets.token_urlsafe(24)
        self.lists[word] = run
        body["nextPageToken" if more else "nextSyncToken"] = word
        return Answer(200, body)

    # ---- events -----------------------------------------------------------------------------

    def event_get(self, request):
        with self.lock:
            calendar = self.find(request)
            event = self.find_event(request, calendar)
            return Answer(200, calendar.show(event["id"], False), {"ETag": event["etag"]})

    def instances(self, request):
        with self.lock:
            calendar = self.find(request)
            master = self.find_event(request, calendar)
            items = calendar.instances(master, request.one("timeMin"), request.one("timeMax"))
            return Answer(200, {"kind": "calendar#events", "etag": '"i"', "items": items,
                                "summary": calendar.title, "timeZone": calendar.timezone,
                                "nextSyncToken": secrets.token_urlsafe(8)})

    def event_insert(self, request):
        with self.lock:
            calendar, body = self.find(request), request.json()
            if calendar.role not in ("owner", "writer"):
                raise self.error(403, "requiredAccessLevel")
            self.check_event(request, body)
            if "id" in body and not re.fullmatch(r"[a-v0-9]{5,1024}", body["id"]):
                raise self.error(400, "invalid", "Invalid resource id value.")
            if body.get("id") in calendar.events:  # deleted or not: never free again
                raise self.error(409)
            if "id" in body and "iCalUID" in body:
                self.wrong("events.insert: id and iCalUID")
            event = calendar.put(body.get("id"), body, request)
        return self.told(calendar, event)

    def event_change(self, request):
        whole = request.method == "PUT"
        with self.lock:
            calendar, body = self.find(request), request.json()
            event = self.find_event(request, calendar, for_write=True)
            if event["status"] == "cancelled" and body.get("status") != "confirmed":
                raise self.error(404 if whole else 403, None if whole else "forbidden")
            self.check_event(request, body, not whole)
            event = calendar.put(event["id"], body if whole else merged(event, body), request)
        return self.told(calendar, event)

    def event_delete(self, request):
        with self.lock:
            calendar = self.find(request)
            event = self.find_event(request, calendar, for_write=True)
            if event["status"] == "cancelled":
                raise self.error(410, "deleted")
            calendar.erase(event["id"])
        self.told(calendar, event)
        return Answer(204)

    def check_event(self, request, body, is_patch=False):
        """Combinations that no schema describes."""
        for end in ("start", "end"):
            given = body.get(end) or {}
            if not is_patch and ("date" in given) == ("dateTime" in given):
                raise self.error(400, "required", f"{end}: date or dateTime")
            if body.get("recurrence") and given.get("dateTime") and not given.get("timeZone"):
                raise self.error(400, "required", "Missing time zone definition for start time.")
        begin, end = ((body.get(side) or {}).get("dateTime") for side in ("start", "end"))
        if begin and end:
            if instant(end) < instant(begin):
                raise self.error(400, "timeRangeEmpty")
        for line in body.get("recurrence") or ():
            if not re.match(r"(RRULE|EXRULE|RDATE|EXDATE)[;:]", line):
                raise self.error(400, "invalid", f"recurrence: {line}")
        if body.get("attendees") and request.one("sendUpdates") not in (None, "none"):
            self.wrong("a copy of a booking invites people")

    def told(self, calendar, event):
        """Our own writes ring the channel too; before they are answered, if it is wished."""
        self.channels.ring(calendar, wait=self.push_first)
        with self.lock:
            return Answer(200, calendar.show(event["id"], False), {"ETag": event["etag"]})

    def freebusy(self, request):
        body = request.json()
        begin, end = instant(body["timeMin"]), instant(body["timeMax"])
        if end - begin > datetime.timedelta(days=90):
            raise self.error(400, "timeRangeTooLong", "The requested time range is too long.")
        out = {}
        with self.lock:
            for item in body.get("items", ())[:50]:
                calendar = request.account.calendars.get(item["id"])
                out[item["id"]] = ({"busy": calendar.busy(begin, end)} if calendar else
                                   {"errors": [{"domain": "global", "reason": "notFound"}],
                                    "busy": []})
        return Answer(200, {"kind": "calendar#freeBusy", "timeMin": body["timeMin"],
                            "timeMax": body["timeMax"], "calendars": out})

    def setting(self, request):
        if request.vars[0] != "timezone":
            raise self.error(404)
        return Answer(200, {"kind": "calendar#setting", "etag": '"0"', "id": "timezone",
                            "value": request.account.timezone})

    V3 = "/calendar/v3"
    EVENTS = V3 + r"/calendars/([^/]+)/events"
    routes = (
        ("GET", "/o/oauth2/v2/auth", "authorize", oauth.Consent.authorize),
        ("POST", "/token", "token", oauth.Consent.token),
        ("POST", "/revoke", "revoke", oauth.Consent.revoke),
        ("GET", V3 + "/users/me/calendarList", "calendarList.list", calendar_list),
        ("GET", V3 + r"/users/me/calendarList/([^/]+)", "calendarList.get", calendar_entry),
        ("GET", V3 + r"/users/me/settings/([^/]+)", "settings.get", setting),
        ("GET", EVENTS, "events.list", events_list),
        ("POST", EVENTS, "events.insert", event_insert),
        ("POST", EVENTS + "/watch", "events.watch", lambda s, r: s.channels.open(r)),
        ("GET", EVENTS + r"/([^/]+)/instances", "events.instances", instances),
        ("GET", EVENTS + r"/([^/]+)", "events.get", event_get),
        ("PATCH", EVENTS + r"/([^/]+)", "events.patch", event_change),
        ("PUT", EVENTS + r"/([^/]+)", "events.update", event_change),
        ("DELETE", EVENTS + r"/([^/]+)", "events.delete", event_delete),
        ("POST", V3 + "/channels/stop", "channels.stop", lambda s, r: s.channels.stop(r)),
        ("POST", V3 + "/freeBusy", "freebusy.query", freebusy),
    )
