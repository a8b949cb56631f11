#!/usr/bin/python3
"""The test doubles of tests/federation/ themselves: they do what the services document."""
import base64
import datetime
import hashlib
import http.client
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "federation"))
import description  # noqa: E402
from base import Answer, Request, Trap  # noqa: E402
from fasti import Skip, Suite, equal  # noqa: E402
from google import Google  # noqa: E402
from graph import Graph  # noqa: E402
from graph_calendar import weekly  # noqa: E402

suite = Suite("federation_double")
VERIFIER = "v" * 43
GOOGLE_SCOPE = ("openid email https://www.googleapis.com/auth/calendar.events "
                "https://www.googleapis.com/auth/calendar.calendarlist.readonly")
GRAPH_SCOPE = "openid email offline_access Calendars.ReadWrite MailboxSettings.Read User.Read"
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=200'
SPAN = "startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-03-01T00:00:00Z"


class Caller:
    """A client of a double that does as it is told."""

    def __init__(self, service, scope, paths, extra=""):
        self.service, self.scope, self.paths, self.extra = service, scope, paths, extra
        self.access = self.refresh = None

    def send(self, method, path, body=None, headers=None, token=True):
        send = dict(headers or {})
        if token and self.access:
            send["Authorization"] = "Bearer " + self.access
        if isinstance(body, dict):
            body, send["Content-Type"] = json.dumps(body), "application/json"
        line = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        try:
            line.request(method, path, body=body, headers=send)
            got = line.getresponse()
            raw = got.read()
            value = json.loads(raw) if raw else None
            return got.status, value, dict(got.getheaders())
        except http.client.RemoteDisconnected:
            return 0, None, {}
        finally:
            line.close()

    def code(self, **other):
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        query = {"client_id": self.service.client_id, "response_type": "code",
                 "redirect_uri": "http://127.0.0.1/back", "scope": self.scope,
                 "state": "s" * 20, "code_challenge_method": "S256",
                 "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), **other}
        where = self.service.consent(self.service.url + self.paths[0] + "?" +
                                     urllib.parse.urlencode(query) + self.extra)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(where).query))

    def token(self, **form):
        form = {"client_id": self.service.client_id,
                "client_secret": self.service.client_secret, **form}
        status, body, _ = self.send("POST", self.paths[1], urllib.parse.urlencode(form),
                                    {"Content-Type": "application/x-www-form-urlencoded"}, False)
        if status == 200:
            self.access = body["access_token"]
            self.refresh = body.get("refresh_token", self.refresh)
        return status, body

    def connect(self, **other):
        got = self.token(grant_type="authorization_code", code=self.code(**other)["code"],
                         redirect_uri="http://127.0.0.1/back", code_verifier=VERIFIER)
        equal(got[0], 200, str(got[1]))
        return self

    def renew(self):
        return self.token(grant_type="refresh_token", refresh_token=self.refresh)


def google_caller(service):
    return Caller(service, GOOGLE_SCOPE, ("/o/oauth2/v2/auth", "/token"),
                  "&access_type=offline&prompt=consent")


def graph_caller(service):
    return Caller(service, GRAPH_SCOPE, ("/common/oauth2/v2.0/authorize",
                                         "/common/oauth2/v2.0/token"))


def events(caller, calendar, query="", name=""):
    path = f"/calendar/v3/calendars/{urllib.parse.quote(calendar.id)}/events{name}"
    return caller.send("GET", path + ("?" + query if query else ""))


def reason(body):
    return body["error"]["errors"][0]["reason"]


def judges(_suite):
    for judge in (description.Google(), description.Graph()):
        if not judge.present:
            raise Skip("the descriptions are not here")
    return description.Google(), description.Graph()


@suite.case("recorded answers pass the descriptions, and wrong ones do not", only="sqlite")
def _(s):
    google, graph = judges(s)
    passed = 0
    for one in description.read("google-wire-samples.json")["exchanges"]:
        request = Request(one["method"], one["path"], {}, b"")
        if one["res"] and not isinstance(one["res"], str):
            equal(list(google.answer(request, Answer(one["status"], one["res"]))), [],
                  one["trace"])
            passed += 1
    for one in description.read("msgraph-doc-samples.json")["exchanges"]:
        request = Request(one["method"], "/v1.0" + one["path"], {}, b"")
        known = (graph.operation(request)[1] or {}).get("responses", {})
        if str(one["status"]) in known and one.get("schema"):
            got = [w for w in graph.answer(request, Answer(one["status"], one["body"]))
                   if "does not match any of the regexes" not in w]  # of beta: objects are open
            equal(got, [], one["path"])
            passed += 1
    assert passed > 15, passed
    request = Request("GET", "/calendar/v3/calendars/x/events?maxResults=many&foo=1", {}, b"")
    equal(len(list(google.request(request))), 2)
    wrong = {"items": [{"id": 5, "start": {"dateTime": "yesterday"}, "colour": "red"}]}
    equal(len(list(google.answer(request, Answer(200, wrong)))), 3)
    request = Request("GET", "/v1.0/me/calendarView/delta", {}, b"")
    wrong = {"value": [{"showAs": "sleeping", "colour": "red"}]}
    equal(len(list(graph.answer(request, Answer(200, wrong)))), 2)


@suite.case("what does not fit fails the test that made the double", only="sqlite")
def _(s):
    judges(s)
    for make, caller, path in (
            (Google, google_caller, "/calendar/v3/calendars/primary/events?colour=red"),
            (Graph, graph_caller, "/v1.0/me/calendars?colour=red")):
        try:
            with make() as service:
                service.add_account()
                equal(caller(service).connect().send("GET", path)[0], 200)
        except AssertionError as why:
            assert "colour" in str(why), why
        else:
            raise AssertionError("it did not fail")


@suite.case("consent: PKCE, scopes, refresh and its refusals", only="sqlite")
def _(_s):
    with Google() as g:
        account = g.add_account()
        c = google_caller(g)
        got = c.token(grant_type="authorization_code", code=c.code()["code"],
                      redirect_uri="http://127.0.0.1/back", code_verifier="w" * 43)
        equal((got[0], got[1]["error"]), (400, "invalid_grant"))
        c.connect()
        first = c.refresh
        assert first and first in account.refresh
        equal(c.renew()[0], 200)
        equal(c.refresh, first, "Google's refresh token stays")
        g.refuse_refresh = ("invalid_grant", "invalid_rapt")
        equal(c.renew()[1]["error_subtype"], "invalid_rapt")
        g.refuse_refresh = None
        g.deny = "access_denied"
        equal(c.code()["error"], "access_denied")
        g.withdraw()
        equal(c.renew()[1]["error"], "invalid_grant")
        equal(c.send("GET", "/calendar/v3/users/me/calendarList")[0], 401)
        g.grant_only = ["openid"]
        c.connect()
        status, body, _ = c.send("GET", "/calendar/v3/users/me/calendarList")
        if g.description.present:
            equal((status, reason(body)), (403, "insufficientPermissions"))
    with Graph() as m:
        m.add_account()
        m.refuses_rotated = True
        c = graph_caller(m).connect()
        first = c.refresh
        equal(c.renew()[0], 200)
        assert c.refresh != first
        c.refresh = first
        equal(c.renew()[1]["error"], "invalid_grant")


@suite.case("Google: sync tokens, pages, tombstones, 410", only="sqlite")
def _(_s):
    with Google() as g:
        account = g.add_account()
        cal, c = account.primary, google_caller(g).connect()
        ids = [cal.add(f"e{i}", f"2027-01-0{i}T09:00:00+01:00", f"2027-01-0{i}T10:00:00+01:00")
               for i in range(1, 4)]
        g.page_size, g.empty_pages = 1, 1
        pages, token = [], ""
        for _ in range(4):
            page = events(c, cal, "maxResults=250" + token)[1]
            pages.append(page)
            token = "&pageToken=" + page.get("nextPageToken", "")
        equal([len(p["items"]) for p in pages], [0, 1, 1, 1])
        equal(["nextSyncToken" in p for p in pages], [False, False, False, True])
        sync = "maxResults=250&syncToken=" + pages[-1]["nextSyncToken"]
        g.page_size, g.empty_pages = None, 0
        equal(events(c, cal, sync)[1]["items"], [])
        cal.delete(ids[0])
        master = cal.add("weekly", "2027-01-04T09:00:00", "2027-01-04T10:00:00",
                         recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"])
        hole = cal.cancel_instance(master, "2027-01-11T09:00:00")
        items = events(c, cal, sync)[1]["items"]
        equal(items[0], {"id": ids[0], "status": "cancelled"})
        equal(items[-1]["id"], f"{master}_20270111T080000Z")
        equal(sorted(items[-1]), ["etag", "id", "kind", "originalStartTime", "recurringEventId",
                                  "status"])
        equal([i["start"]["dateTime"][:10] for i in
               events(c, cal, "", f"/{master}/instances")[1]["items"] if "start" in i],
              ["2027-01-04", "2027-01-18", "2027-01-25", "2027-02-01"])
        g.twice = True
        equal([i["id"] for i in events(c, cal, sync)[1]["items"]],
              [i for i in (ids[0], master, hole) for _ in (0, 1)])
        g.twice = False
        for bad in ("&timeMin=2027-01-01T00:00:00Z", "&q=x", "&orderBy=updated",
                    "&showDeleted=false"):
            equal(events(c, cal, sync + bad)[0], 400, bad)
        equal(events(c, cal, sync.replace("250", "10"))[0], 400, "other parameters")
        g.page_size = 1
        page = events(c, cal, sync)[1]["nextPageToken"]
        g.forget_tokens()
        for query in (sync, sync + "&pageToken=" + page):
            status, body, _ = events(c, cal, query)
            equal((status, reason(body)), (410, "fullSyncRequired"))


@suite.case("Google: ids are never free again, etags, lost answers, conferences", only="sqlite")
def _(_s):
    with Google() as g:
        cal = g.add_account().primary
        c = google_caller(g).connect()
        path = "/calendar/v3/calendars/primary/events"
        body = {"id": "fasti0abc", "summary": "x", "start": {"dateTime": "2027-01-04T09:00:00Z"},
                "end": {"dateTime": "2027-01-04T10:00:00Z"},
                "conferenceData": {"createRequest": {"requestId": "1"}}}
        equal(c.send("POST", path, {**body, "id": "no_way"})[0], 400)
        g.spoil("events.insert", lost=True)
        equal(c.send("POST", path + "?conferenceDataVersion=1", body)[0], 0)
        equal(len(cal.standing()), 1, "it was made, though nobody was told")
        status, got, _ = c.send("POST", path, body)
        equal((status, reason(got)), (409, "duplicate"))
        got = c.send("GET", path + "/fasti0abc")[1]
        equal(got["conferenceData"]["createRequest"]["status"], {"statusCode": "success"})
        cal.change("fasti0abc", summary="y")
        patch = {"summary": "z"}
        equal(c.send("PATCH", path + "/fasti0abc", patch, {"If-Match": got["etag"]})[0], 412)
        equal(c.send("PATCH", path + "/fasti0abc", patch)[1]["summary"], "z")
        patch = {"start": {"date": "2027-01-05", "dateTime": None, "timeZone": None},
                 "end": {"date": "2027-01-06", "dateTime": None, "timeZone": None},
                 "location": None}
        got = c.send("PATCH", path + "/fasti0abc", patch)[1]
        equal((got["start"], got["summary"], got.get("location")),
              ({"date": "2027-01-05"}, "z", None))
        equal(c.send("DELETE", path + "/fasti0abc")[0], 204)
        equal(c.send("DELETE", path + "/fasti0abc")[0], 410)
        equal(c.send("POST", path, body)[0], 409)


@suite.case("Google: channels ring, are held, come twice, lie", only="sqlite")
def _(_s):
    with Google() as g, Google() as ear:  # another double only listens
        ear.violations = Quiet()
        cal = g.add_account().primary
        c = google_caller(g).connect()
        watch = {"id": "one", "type": "web_hook", "address": "https://cal.example/h/g",
                 "token": "t", "params": {"ttl": "3600"}}
        path = "/calendar/v3/calendars/primary/events"
        equal(c.send("POST", path + "/watch", {**watch, "address": "http://x/"})[0], 400)
        g.pushes.reach["https://cal.example"] = ear.url
        status, channel, _ = c.send("POST", path + "/watch", watch)
        equal((status, int(channel["expiration"]) // 1000 - int(g.now()) in (3599, 3600)),
              (200, True))
        equal(c.send("POST", path + "/watch", watch)[0], 400, "an id of its own")
        g.pushes.settle()
        cal.add("a", "2027-01-04", "2027-01-05")
        told = [h for _, h, _, _ in g.pushes.sent]
        equal([h["X-Goog-Resource-State"] for h in told], ["sync", "exists"])
        g.pushes.mode = "held"
        cal.add("b", "2027-01-05", "2027-01-06")
        g.channels.wrong_token = True
        cal.add("c", "2027-01-06", "2027-01-07")
        equal(len(g.pushes.sent), 2)
        g.pushes.release(backwards=True)
        equal([h["X-Goog-Channel-Token"] for _, h, _, _ in g.pushes.sent[2:]], ["wrong", "t"])
        equal(c.send("POST", "/calendar/v3/channels/stop",
                     {"id": "one", "resourceId": channel["resourceId"]})[0], 204)
        equal(g.channels.live(), [])


class Quiet(list):
    def append(self, _):
        pass


@suite.case("Graph: delta links, bare occurrences, removed ones, 410, foreign links", only="sqlite")
def _(_s):
    with Graph() as m:
        cal = m.add_account().primary
        c = graph_caller(m).connect()
        one = cal.add("one", "2027-01-04T09:00:00", "2027-01-04T10:00:00")
        far = cal.add("far", "2029-01-04T09:00:00", "2029-01-04T10:00:00")
        series = cal.add("series", "2027-01-05T09:00:00", "2027-01-05T10:00:00",
                         recurrence=weekly("tuesday", start="2027-01-05", count=3))
        path = f"/v1.0/me/calendars/{urllib.parse.quote(cal.id)}/calendarView/delta"

        def round_of(at):
            found, pages = [], 0
            while True:
                status, page, _ = c.send("GET", at, headers={"Prefer": PREFER})
                equal(status, 200, str(page))
                found, pages = found + page["value"], pages + 1
                if "@odata.deltaLink" in page:
                    return found, pages, page["@odata.deltaLink"].removeprefix(m.url)
                at = page["@odata.nextLink"].removeprefix(m.url)

        m.page_size, m.empty_pages = 2, 1
        found, pages, link = round_of(path + "?" + SPAN)
        equal([i["type"] for i in found],
              ["singleInstance", "seriesMaster"] + 3 * ["occurrence"])
        equal(pages, 4)
        equal(set(found[2]), {"id", "type", "seriesMasterId", "start", "end", "@odata.etag"})
        equal(found[0]["start"], {"dateTime": "2027-01-04T08:00:00.0000000", "timeZone": "UTC"})
        equal(c.send("GET", path + "?" + SPAN + "&$select=id", headers={"Prefer": PREFER})[0], 400)
        cal.cancel_instance(series, "2027-01-12")
        cal.change(far, subject="farther")
        cal.delete(one)
        m.unknown_removed = 1
        found, _, link = round_of(link)
        removed = [i["id"] for i in found if "@removed" in i]
        equal((removed[:2], len(removed)), ([one, far], 3))
        equal([i["type"] for i in found if "@removed" not in i],
              ["seriesMaster", "occurrence", "occurrence"])
        kept = c.send("GET", f"/v1.0/me/events/{series}/instances?{SPAN}",
                      headers={"Prefer": PREFER})[1]["value"]
        equal([i["start"]["dateTime"][:10] for i in kept], ["2027-01-05", "2027-01-19"])
        one = f"/v1.0/me/events/{kept[1]['id']}"
        got = c.send("GET", one + "?$select=subject,type,start", headers={"Prefer": PREFER})[1]
        equal((got["subject"], got["type"], "end" in got), ("series", "occurrence", False))
        equal(c.send("DELETE", one, headers={"Prefer": PREFER})[0], 204)
        equal([c.send("GET", one, headers={"Prefer": PREFER})[0],
               len(list(cal.occurrences(cal.events[series], *m.widest)))], [404, 1])
        got = c.send("POST", "/v1.0/$batch", {"requests": [
            {"id": "1", "method": "GET", "url": f"/me/events/{series}"},
            {"id": "2", "method": "GET", "url": "/me/events/none"}]},
            {"Prefer": PREFER})[1]["responses"]
        equal([(r["id"], r["status"]) for r in got], [("1", 200), ("2", 404)])
        trap = Trap()
        m.link_base, m.page_size = trap.url + "/v1.0", 1
        page = c.send("GET", path + "?" + SPAN, headers={"Prefer": PREFER})[1]
        assert page["@odata.nextLink"].startswith(trap.url)
        trap.close()
        m.forget_tokens()
        status, body, headers = c.send("GET", link, headers={"Prefer": PREFER})
        equal((status, body["error"]["code"].lower(), "Location" in headers),
              (410, "syncstatenotfound", True))


@suite.case("Graph: transactionId, etags, zones that nobody knows, limits", only="sqlite")
def _(_s):
    with Graph() as m:
        cal = m.add_account().primary
        c = graph_caller(m).connect()
        body = {"subject": "x", "transactionId": "t1", "isOnlineMeeting": True,
                "start": {"dateTime": "2027-01-04T09:00:00", "timeZone": "W. Europe Standard Time"},
                "end": {"dateTime": "2027-01-04T10:00:00", "timeZone": "W. Europe Standard Time"}}
        prefer = {"Prefer": PREFER}
        bad = {**body, "start": {"dateTime": "2027-01-04T09:00:00", "timeZone": "Atlantis"}}
        equal(c.send("POST", "/v1.0/me/events", bad, prefer)[0], 400)
        m.spoil("events.create", status=504, late=True)
        equal(c.send("POST", "/v1.0/me/events", body, prefer)[0], 504)
        status, got, _ = c.send("POST", "/v1.0/me/events", body, prefer)
        equal((status, len(cal.standing())), (201, 1))
        assert got["onlineMeeting"]["joinUrl"].startswith("https://teams")
        path = "/v1.0/me/events/" + got["id"]
        cal.change(got["id"], subject="y")
        stale = {**prefer, "If-Match": got["@odata.etag"]}
        equal(c.send("PATCH", path, {"subject": "z"}, stale)[0], 412)
        equal(c.send("DELETE", path, headers=prefer)[0], 204)
        equal(c.send("DELETE", path, headers=prefer)[0], 404)
        m.spoil("calendars.list", status=429, retry_after=7)
        status, _, headers = c.send("GET", "/v1.0/me/calendars")
        equal((status, headers["Retry-After"]), (429, "7"))
        m.budget = 1
        equal([c.send("GET", "/v1.0/me/calendars")[0] for _ in (0, 1)], [200, 429])


@suite.case("Graph: a subscription is validated while it is made", only="sqlite")
def _(_s):
    with Graph() as m, Graph() as ear:
        ear.violations = Quiet()
        m.add_account()
        c = graph_caller(m).connect()
        end = (datetime.datetime.now(datetime.timezone.utc) +
               datetime.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"changeType": "created,updated,deleted", "resource": "me/events",
                "notificationUrl": "https://cal.example/h", "clientState": "s",
                "expirationDateTime": end}
        m.pushes.reach["https://cal.example"] = ear.url
        status, got, _ = c.send("POST", "/v1.0/subscriptions", body, {"Prefer": PREFER})
        equal((status, got["error"]["code"]), (400, "ValidationError"))
        equal(m.subscriptions.live(), [])


suite.main()
