"""A test double of the calendars of Microsoft Graph v1.0: delta links, bare occurrences, throttling.

An account has calendars, a calendar has events as the API has them. Users act through the methods
of Calendar (graph_calendar.py); a server under test comes by HTTP. What is implemented is what is
documented, also where that is unfriendly; the rest is asked for by spoil() and the attributes.
"""
import base64
import datetime
import json
import re
import secrets
import urllib.parse
import uuid

import description
import oauth
from base import Answer, Request
from graph_calendar import UTC, Calendar, UnknownZone, at
from graph_watch import Subscriptions
from push import Pushes

CODES = {400: "ErrorInvalidRequest", 401: "InvalidAuthenticationToken", 403: "ErrorAccessDenied",
         404: "ErrorItemNotFound", 409: "ErrorIrresolvableConflict", 410: "SyncStateNotFound",
         412: "ErrorIrresolvableConflict", 429: "ApplicationThrottled",
         500: "ErrorInternalServerError", 503: "serviceNotAvailable", 504: "UnknownError"}
SCOPES = {"mailboxSettings.get": {"MailboxSettings.Read", "MailboxSettings.ReadWrite"},
          "me": {"User.Read", "User.ReadWrite"}}
SCOPES_ELSE = {"Calendars.ReadWrite"}
OF_FIRST_REQUEST = ("startDateTime", "endDateTime")
NOT_IN_DELTA = ("$select", "$expand", "$filter", "$orderby", "$search")


class Account(oauth.Account):
    def __init__(self, service, address, timezone):
        super().__init__(address, str(uuid.uuid4()))
        self.timezone = timezone
        self.meetings = ["teamsForBusiness"]
        self.service, self.calendars = service, {}
        self.primary = self.add_calendar("Calendar", primary=True)

    def add_calendar(self, title, primary=False, may_write=True):
        with self.service.lock:
            made = Calendar(self.service, "AQMk" + secrets.token_urlsafe(40).replace("_", "A") + "=",
                            title, may_write, primary, self)
            self.calendars[made.id] = made
            return made

    def remove_calendar(self, calendar):
        with self.service.lock:
            del self.calendars[calendar.id]


class Graph(oauth.Consent):
    issuer = "https://login.microsoftonline.com/t1/v2.0"
    together_max = 4
    per_minute = 1000
    rotates = True
    open_calls = ("authorize", "token")
    PAGE = 10  # of lists, where nothing else is asked for
    widest = (datetime.datetime(2000, 1, 1, tzinfo=UTC), datetime.datetime(2040, 1, 1, tzinfo=UTC))

    def __init__(self):
        super().__init__(description.Graph())
        self.pushes = Pushes()
        self.subscriptions = Subscriptions(self)
        self.serial = 1000
        self.links = {}              # what a skiptoken or deltatoken stands for
        self.page_size = None
        self.empty_pages = 0         # so many pages without items come first
        self.twice = False           # each item comes a second time, on the next page
        self.masters_in_delta = True
        self.names_cancelled = False  # a dropped instance is told of
        self.unknown_removed = 0     # so many @removed of ids that nobody knows, in each round
        self.link_base = None        # of the links in answers, instead of our own API's
        self.meeting_ready = True
        self.repeat = 201            # of a transactionId that is known; or 409; None: it forgets
        self.claims = None           # every token is refused until a consent has brought these
        self.push_first = False
        self.push_wait = True

    def add_account(self, address="ann@outlook.example", timezone="W. Europe Standard Time"):
        with self.lock:
            self.accounts[address] = Account(self, address, timezone)
            return self.accounts[address]

    def config(self):
        return {"FASTI_OUTLOOK_CLIENT_ID": self.client_id,
                "FASTI_OUTLOOK_AUTH_URL": self.url + "/common/oauth2/v2.0/authorize",
                "FASTI_OUTLOOK_TOKEN_URL": self.url + "/common/oauth2/v2.0/token",
                "FASTI_OUTLOOK_API_URL": self.url + "/v1.0"}

    def forget_tokens(self):
        """Every link that was given out is answered 410 from now on."""
        with self.lock:
            self.links.clear()

    # ---- refusals ---------------------------------------------------------------------------

    def error(self, status, code=None, message=None, headers=None):
        code = code or CODES.get(status, "UnknownError")
        return oauth.Refusal(status, {"error": {
            "code": code, "message": message or code, "innerError": {
                "date": "2026-01-01T00:00:00", "request-id": str(uuid.uuid4())}}}, headers)

    def no_token(self, status, error, more=None):
        refusal = super().no_token(status, error, more)
        found = re.match(r"AADSTS(\d+)", more or "")
        refusal.body.update(error_codes=[int(found[1]) if found else 9002313],
                            timestamp="2026-01-01 00:00:00Z", trace_id=str(uuid.uuid4()),
                            correlation_id=str(uuid.uuid4()))
        return refusal

    def is_lasting(self, query, account, scopes):
        return "offline_access" in scopes

    def authorise(self, request):
        found = self.bearer(request)
        if not found:
            raise self.error(401, None, "Lifetime validation failed, the token is expired.")
        granted = {s.rpartition("/")[2] for s in found[1]}
        if not granted & SCOPES.get(request.name, SCOPES_ELSE):
            raise self.error(403)
        if self.claims:
            coded = base64.b64encode(self.claims.encode()).decode()
            raise self.error(401, None, "Continuous access evaluation resulted in claims challenge",
                             {"WWW-Authenticate": 'Bearer realm="", authorization_uri="'
                              f'{self.url}/common/oauth2/authorize", error="insufficient_claims", '
                              f'claims="{coded}"'})
        return found[0]

    def make_code(self, query):
        if self.claims and query.get("claims") == self.claims:
            self.claims = None
        return super().make_code(query)

    def calendar(self, request):
        """The calendar in the path (its first variable, or none: the account's own)."""
        found = re.search(r"/me/calendars/([^/]+)", request.path)
        if not found:
            return request.account.primary
        calendar = request.account.calendars.get(urllib.parse.unquote(found[1]))
        if calendar is None:
            raise self.error(404)
        return calendar

    def zone(self, request):
        """What the Prefer header asks for; events want ids that last."""
        prefer = request.header("Prefer", "")
        if 'IdType="ImmutableId"' not in prefer:
            self.wrong(f"{request.name}: Prefer says nothing of ImmutableId")
        found = re.search(r'outlook\.timezone="([^"]*)"', prefer)
        return found[1] if found else "UTC"

    # ---- calendars --------------------------------------------------------------------------

    def calendars(self, request):
        with self.lock:
            items = [c.describe() for c in request.account.calendars.values()]
            return self.listed(request, items, "/me/calendars")

    def calendar_get(self, request):
        with self.lock:
            return Answer(200, self.calendar(request).describe())

    def me(self, request):
        account = request.account
        return Answer(200, {"id": account.subject, "mail": account.address,
                            "userPrincipalName": account.address, "displayName": "Ann"})

    def mailbox(self, request):
        return Answer(200, {"timeZone": request.account.timezone, "dateFormat": "dd.MM.yyyy"})

    def listed(self, request, items, path):
        """A list with $top and $skip, and a nextLink while there is more."""
        top = min(int(request.one("$top", self.PAGE)), self.page_size or 1000)
        skip = int(request.one("$skip", 0))
        select = request.one("$select")
        now = items[skip:skip + top]
        body = {"value": [self.chosen(i, select) for i in now] if select else now}
        if skip + top < len(items):
            query = {**{k: v[0] for k, v in request.query.items()}, "$skip": skip + top}
            body["@odata.nextLink"] = self.link(path, query)
        return Answer(200, body)

    @staticmethod
    def chosen(item, select):
        """What $select leaves of an item."""
        names = set(select.split(",")) | {"id", "@odata.etag"}
        return {k: v for k, v in item.items() if k in names}

    def link(self, path, query):
        return (self.link_base or self.url + "/v1.0") + path + "?" + \
            urllib.parse.urlencode(query, safe="$")

    # ---- reading ----------------------------------------------------------------------------

    def delta(self, request):
        self.zone(request)
        for name in NOT_IN_DELTA:
            if name in request.query:
                raise self.error(400, "ErrorInvalidUrlQuery", f"{name} is not supported")
        with self.lock:
            calendar = self.calendar(request)
            token = request.one("$skiptoken") or request.one("$deltatoken")
            if token is None:
                run = self.first(request, calendar)
            else:
                if any(name in request.query for name in OF_FIRST_REQUEST):
                    self.wrong("delta: parameters besides the link's own")
                run = self.links.get(token)
                if run is None or run["of"] != calendar.id:
                    raise self.error(410, None, "The sync state generation is not found",
                                     {"Location": request.path})
                run = dict(run)
                if "$deltatoken" in request.query:
                    run = self.next_round(run, calendar)
            return Answer(200, self.page(request, run))

    def first(self, request, calendar):
        begin, end = (self.bound(request, name) for name in OF_FIRST_REQUEST)
        if end - begin > datetime.timedelta(days=1825):
            raise self.error(400, "ErrorCalendarViewRangeTooBig")
        return self.run(calendar, begin, end, calendar.view(begin, end))

    def next_round(self, run, calendar):
        return self.run(calendar, run["begin"], run["end"],
                        calendar.changes(run["serial"], run["begin"], run["end"]))

    def run(self, calendar, begin, end, items):
        """What one round tells; an item is settled when the round begins."""
        if not self.masters_in_delta:
            items = [i for i in items if i.get("type") != "seriesMaster"]
        items += [{"id": "AAMkunknown" + secrets.token_urlsafe(8) + "=",
                   "@removed": {"reason": "deleted"}} for _ in range(self.unknown_removed)]
        if self.twice:
            items = [i for i in items for _ in (0, 1)]
        return {"of": calendar.id, "begin": begin, "end": end, "items": items,
                "serial": self.serial, "empty": self.empty_pages}

    def bound(self, request, name):
        value = request.one(name)
        if value is None:
            raise self.error(400, "ErrorInvalidParameter", f"{name} is missing")
        got = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        return got if got.tzinfo else got.replace(tzinfo=UTC)

    def page(self, request, run):
        found = re.search(r"odata\.maxpagesize=(\d+)", request.header("Prefer", ""))
        size = min(int(found[1]) if found else self.PAGE, self.page_size or 1000)
        if run["empty"] > 0:
            run["empty"] -= 1
            size = 0
        now, rest = run["items"][:size], run["items"][size:]
        more = rest or run["empty"] or (size == 0 and now)
        word = secrets.token_urlsafe(200)
        self.links[word] = {**run, "items": rest}
        path = request.path.partition("/v1.0")[2]
        link = self.link(path, {"$skiptoken" if more else "$deltatoken": word})
        return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(event)",
                "@odata.nextLink" if more else "@odata.deltaLink": link, "value": now}

    def view(self, request):
        zone = self.zone(request)
        begin, end = (self.bound(request, name) for name in OF_FIRST_REQUEST)
        with self.lock:
            calendar = self.calendar(request)
            items = []
            for item in calendar.view(begin, end):
                if item["type"] == "seriesMaster":
                    continue
                items.append(self.whole(calendar, item, zone))
            return self.listed(request, items, request.path.partition("/v1.0")[2])

    @staticmethod
    def whole(calendar, item, zone):
        """An instance with all that it has of its series."""
        if item["type"] != "occurrence":
            return calendar.show(calendar.events[item["id"]], zone)
        master = calendar.events[item["seriesMasterId"]]
        return {**calendar.show(master, zone), **item, "recurrence": None}

    def events(self, request):
        """A list; $filter knows our mark, as in singleValueExtendedProperties/Any(…), and
        transactionId."""
        zone = self.zone(request)
        with self.lock:
            calendar, wanted = self.calendar(request), request.one("$filter")
            found = [calendar.show(e, zone) for e in calendar.events.values()
                     if e["type"] != "exception" and self.passes(e, wanted)]
            return self.listed(request, found, request.path.partition("/v1.0")[2])

    def passes(self, event, wanted):
        if wanted is None:
            return True
        texts = re.findall(r"'((?:[^']|'')*)'", wanted)
        if wanted.startswith("singleValueExtendedProperties/Any("):
            return any((p["id"], p.get("value")) == tuple(texts[:2])
                       for p in event.get("singleValueExtendedProperties") or ())
        if wanted.startswith("transactionId eq "):
            return event.get("transactionId") == texts[0]
        raise self.error(400, "ErrorInvalidUrlQueryFilter")

    # ---- one event --------------------------------------------------------------------------

    def find(self, request):
        """(calendar, event, date): an occurrence is the master's, with its date."""
        name = request.vars[-1]
        for calendar in request.account.calendars.values():
            if "/me/calendars/" in request.path and calendar is not self.calendar(request):
                continue
            if name in calendar.events:
                return calendar, calendar.events[name], None
            master, date = calendar.occurrence(name)
            if master:
                return calendar, master, date
        raise self.error(404, None, "The specified object was not found in the store.")

    def event_get(self, request):
        zone = self.zone(request)
        with self.lock:
            calendar, event, date = self.find(request)
            out = calendar.show(event, zone)
            if date:
                out = {**out, **calendar.bare(event, date), "recurrence": None}
            if "singleValueExtendedProperties" in request.one("$expand", ""):
                out["singleValueExtendedProperties"] = event.get(
                    "singleValueExtendedProperties") or []
            select = request.one("$select")
            if select and "cancelledOccurrences" in select.split(","):
                out["cancelledOccurrences"] = [f"OID.{event['id']}.{date}" for date in
                                               calendar.cancelled.get(event["id"], {})]
            return Answer(200, self.chosen(out, select) if select else out)

    def instances(self, request):
        zone = self.zone(request)
        begin, end = (self.bound(request, name) for name in OF_FIRST_REQUEST)
        with self.lock:
            calendar, event, date = self.find(request)
            if date or event["type"] != "seriesMaster":
                raise self.error(400, "ErrorInvalidRequest", "it is no series")
            items = [self.whole(calendar, i, zone)
                     for i in calendar.occurrences(event, begin, end)]
            return self.listed(request, items, request.path.partition("/v1.0")[2])

    def event_add(self, request):
        self.zone(request)
        with self.lock:
            calendar, body = self.calendar(request), request.json()
            if not calendar.may_write:
                raise self.error(403)
            if body.get("attendees"):
                self.wrong("events.create: Outlook would mail these people")
            for event in calendar.events.values():
                if self.repeat and body.get("transactionId") and \
                        event.get("transactionId") == body["transactionId"]:
                    if self.repeat != 201:
                        raise self.error(self.repeat, "ErrorDuplicateTransactionId")
                    return Answer(201, calendar.show(event))  # made already
            event = self.written(calendar, None, body)
        self.subscriptions.ring(calendar, "created", event["id"], wait=self.push_first)
        return Answer(201, calendar.show(event))

    def event_change(self, request):
        zone, body = self.zone(request), request.json()
        if "transactionId" in body or "attendees" in body:
            self.wrong("events.update: transactionId cannot change, attendees would be mailed")
        with self.lock:
            calendar, event, date = self.find(request)
            self.unchanged(request, calendar, event)
            if date:
                event = calendar.events[calendar.change_instance(event["id"], date, **body)]
            else:
                event = self.written(calendar, event["id"], {**event, **body})
        self.subscriptions.ring(calendar, "updated", event["id"], wait=self.push_first)
        return Answer(200, calendar.show(event, zone))

    def event_delete(self, request):
        with self.lock:
            calendar, event, date = self.find(request)
            self.unchanged(request, calendar, event)
            if date or event["type"] == "exception":
                calendar.drop(event.get("seriesMasterId") or event["id"],
                              date or calendar.date_of(event["id"]))
            else:
                calendar.erase(event["id"])
        self.subscriptions.ring(calendar, "deleted", event["id"], wait=self.push_first)
        return Answer(204)

    def unchanged(self, request, calendar, event):
        if not calendar.may_write:
            raise self.error(403)
        if request.header("If-Match") not in (None, "*", event["@odata.etag"]):
            raise self.error(412, None, "The change key does not match the current version.")

    def written(self, calendar, name, body):
        try:
            if at(body["end"]) < at(body["start"]):
                raise self.error(400, "ErrorPropertyValidationFailure", "end before start")
            return calendar.put(name, body)
        except UnknownZone as zone:
            raise self.error(400, "ErrorInvalidTimeZone", str(zone)) from None
        except KeyError as missing:
            raise self.error(400, "ErrorPropertyValidationFailure", str(missing)) from None

    # ---- several at once, and free-busy -----------------------------------------------------

    def batch(self, request):
        """Each part is a request of its own, with faults and limits of its own."""
        out = []
        for part in request.json()["requests"]:
            headers = {k: request.header(k) for k in ("Authorization", "Prefer")
                       if request.header(k)}
            one = Request(part["method"], "/v1.0" + part["url"],
                          {**headers, **part.get("headers", {})}, b"")
            one.inner = True
            if "body" in part:
                one.raw = json.dumps(part["body"]).encode()
            got = self.answer(one) or self.error(503)
            out.append({"id": part["id"], "status": got.status, "headers": got.headers,
                        **({"body": got.body} if got.body is not None else {})})
        return Answer(200, {"responses": out})

    def schedule(self, request):
        body = request.json()
        begin, end = at(body["startTime"]), at(body["endTime"])
        if end - begin >= datetime.timedelta(days=62):
            raise self.error(400, "ErrorTimeRangeTooLong")
        with self.lock:
            items = [{"status": i.get("showAs", "busy"), "start": i["start"], "end": i["end"]}
                     for i in request.account.primary.view(begin, end)
                     if i["type"] != "seriesMaster"]
        return Answer(200, {"value": [
            {"scheduleId": name, "scheduleItems": items, "availabilityView": ""}
            if name == request.account.address else
            {"scheduleId": name, "error": {"message": "unknown", "responseCode": "5003"}}
            for name in body["schedules"]]})

    V1 = "/v1.0"
    CAL = V1 + r"/me(?:/calendar|/calendars/[^/]+)?"
    EVENT = CAL + r"/events/([^/]+)"
    SUB = V1 + r"/subscriptions/([^/]+)"
    routes = (
        ("GET", r"/[^/]+/oauth2/v2\.0/authorize", "authorize", oauth.Consent.authorize),
        ("POST", r"/[^/]+/oauth2/v2\.0/token", "token", oauth.Consent.token),
        ("GET", V1 + "/me", "me", me),
        ("GET", V1 + "/me/mailboxSettings", "mailboxSettings.get", mailbox),
        ("GET", V1 + "/me/calendars", "calendars.list", calendars),
        ("GET", V1 + r"/me/calendars?/[^/]+|" + V1 + "/me/calendar", "calendars.get",
         calendar_get),
        ("POST", V1 + "/me/calendar/getSchedule", "getSchedule", schedule),
        ("GET", CAL + "/calendarView/delta", "delta", delta),
        ("GET", CAL + "/calendarView", "calendarView", view),
        ("GET", CAL + "/events", "events.list", events),
        ("POST", CAL + "/events", "events.create", event_add),
        ("GET", EVENT + "/instances", "events.instances", instances),
        ("GET", EVENT, "events.get", event_get),
        ("PATCH", EVENT, "events.update", event_change),
        ("DELETE", EVENT, "events.delete", event_delete),
        ("GET", V1 + "/subscriptions", "subscriptions.list",
         lambda s, r: s.subscriptions.list(r)),
        ("POST", V1 + "/subscriptions", "subscriptions.create",
         lambda s, r: s.subscriptions.create(r)),
        ("POST", SUB + "/reauthorize", "subscriptions.reauthorize",
         lambda s, r: s.subscriptions.reauthorize(r)),
        ("GET", SUB, "subscriptions.get", lambda s, r: s.subscriptions.get(r)),
        ("PATCH", SUB, "subscriptions.update", lambda s, r: s.subscriptions.renew(r)),
        ("DELETE", SUB, "subscriptions.delete", lambda s, r: s.subscriptions.remove(r)),
        ("POST", V1 + r"/\$batch", "batch", batch),
    )
