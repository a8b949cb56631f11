#!/usr/bin/python3
"""Every method against every kind of path, as nobody, with a wrong password, as another user."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event  # noqa: E402

suite = Suite("authorization")
METHODS = ["OPTIONS", "GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCALENDAR", "MKCOL",
           "REPORT", "POST", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL"]
PATHS = ["/dav/calendars/alice/", "/dav/calendars/alice/calendar/",
         "/dav/calendars/alice/calendar/secret.ics", "/dav/calendars/alice/calendar/none.ics",
         "/dav/calendars/alice/inbox/", "/dav/calendars/alice/nothing/",
         "/dav/calendars/nobody/calendar/"]
BODIES = {
    "PUT": (event("x", "20270104T090000Z", "20270104T100000Z"), "text/calendar"),
    "PROPFIND": ('<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>', "application/xml"),
    "PROPPATCH": ('<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x'
                  "</D:displayname></D:prop></D:set></D:propertyupdate>", "application/xml"),
    "REPORT": ('<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop>'
               '<C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'
               "</C:calendar-query>", "application/xml"),
}


def prepared(s):
    server = s.server()
    server.add_user("alice")
    server.add_user("bob")
    server.start()
    put = server.client("alice").request(
        "PUT", "/dav/calendars/alice/calendar/secret.ics",
        event("secret", "20270104T090000Z", "20270104T100000Z", "Hush"),
        {"Content-Type": "text/calendar"})
    equal(put.status, 201, put.text)
    return server


def ask(client, method, path):
    body, kind = BODIES.get(method, (None, None))
    headers = {"Depth": "1"}
    if kind:
        headers["Content-Type"] = kind
    if method in ("COPY", "MOVE"):
        headers["Destination"] = "/dav/calendars/bob/calendar/stolen.ics"
    return client.request(method, path, body, headers)


@suite.case("another user's paths are 404 in every method, and tell nothing")
def _(s):
    with prepared(s) as server:
        bob = server.client("bob")
        for method in METHODS:
            for path in PATHS:
                got = ask(bob, method, path)
                allowed = (404,) if method not in ("OPTIONS",) else (404, 200, 204)
                if method in ("COPY", "MOVE", "LOCK", "UNLOCK", "ACL", "POST"):
                    allowed = (404, 405, 501)
                equal(got.status in allowed, True, f"{method} {path}: {got.status} {got.text[:300]}")
                equal(b"Hush" in got.body, False, f"{method} {path}")
        export = server.run("export", "alice", "calendar")[1]
        equal([export.count("BEGIN:VEVENT"), "Hush" in export], [1, True])


@suite.case("without a password, or with a wrong one, 401 and the same realm everywhere")
def _(s):
    with prepared(s) as server:
        realms = set()
        for client in (server.client(), server.client("alice", "wrong"), server.client("bob", ""),
                       server.client("zoe")):
            for method in METHODS:
                for path in PATHS:
                    got = ask(client, method, path)
                    if method == "OPTIONS" and got.status in (200, 204):
                        continue
                    equal(got.status, 401, f"{method} {path}")
                    equal(b"Hush" in got.body, False, f"{method} {path}")
                    realms.add(got.header("WWW-Authenticate"))
        equal(len(realms), 1, f"{realms}")
        equal('realm="' in realms.pop(), True)


@suite.case("the booking API tells nobody about a booking without its token")
def _(s):
    with prepared(s) as server:
        for client in (server.client(), server.client("bob")):
            for method in ("GET", "DELETE"):
                got = client.request(method, "/api/bookings/AAAAAAAAAAAAAAAAAAAAAAAA?token=x")
                equal(got.status in (401, 403, 404), True, got.text)
        for path in ("/api/schedules/default", "/api/meeting-types"):
            equal(server.client().request("GET", path).status, 401, path)


@suite.case("a changed password counts at once, also for a connection that is known")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal(ask(alice, "PROPFIND", "/dav/calendars/alice/").status, 207)
        server.run("user", "passwd", "alice", "--password-file", "-", stdin="another one\n")
        equal(ask(alice, "PROPFIND", "/dav/calendars/alice/").status, 401)
        renewed = server.client("alice", "another one")
        equal(ask(renewed, "PROPFIND", "/dav/calendars/alice/").status, 207)


suite.main()
