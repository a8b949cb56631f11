#!/usr/bin/python3
"""Every method against every kind of path, as nobody, with a wrong password, as another user."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, next_monday  # noqa: E402

suite = Suite("authorization")
METHODS = ["OPTIONS", "GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCALENDAR", "MKCOL",
           "REPORT", "POST", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL"]
PRINCIPAL = "/dav/principals/users/alice/"
PATHS = ["/dav/calendars/alice/", "/dav/calendars/alice/calendar/",
         "/dav/calendars/alice/calendar/secret.ics", "/dav/calendars/alice/calendar/none.ics",
         "/dav/calendars/alice/tasks/", "/dav/calendars/alice/inbox/",
         "/dav/calendars/alice/outbox/", "/dav/calendars/alice/nothing/",
         "/dav/principals/users/nobody/", "/dav/calendars/nobody/calendar/"]
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
                told = [got.status, got.header("Allow"), got.header("DAV"), got.header("ETag"),
                        got.body]
                # What is there and what is not are answered alike.
                nowhere = ask(bob, method, "/dav/calendars/nobody/calendar/")
                equal(told, [404, None, nowhere.header("DAV"), None, nowhere.body],
                      f"{method} {path}")
        export = server.run("export", "alice", "calendar")[1]
        equal([export.count("BEGIN:VEVENT"), "Hush" in export], [1, True])


@suite.case("another user's principal is read by all who have an account, and changed by nobody")
def _(s):
    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        equal(ask(alice, "PROPPATCH", PRINCIPAL).status, 207)
        equal(alice.request("PROPPATCH", PRINCIPAL, '<D:propertyupdate xmlns:D="DAV:"><D:set>'
                            '<D:prop><N:note xmlns:N="urn:n">Hush</N:note></D:prop></D:set>'
                            "</D:propertyupdate>").status, 207)
        for method in METHODS:
            got = ask(bob, method, PRINCIPAL)
            fine = {"OPTIONS": [200], "PROPFIND": [207]}.get(method, [403, 404, 405])
            equal(got.status in fine, True, f"{method}: {got.status}")
        # What she calls herself is told, what she keeps there for herself is not.
        told = ask(bob, "PROPFIND", PRINCIPAL)
        equal([">x</" in told.text, "Hush" in told.text], [True, False], told.text)
        equal("Hush" in ask(alice, "PROPFIND", PRINCIPAL).text, True)


@suite.case("without a password, or with a wrong one, 401 and the same realm everywhere")
def _(s):
    with prepared(s) as server:
        realms = set()
        for client in (server.client(), server.client("alice", "wrong"), server.client("bob", ""),
                       server.client("zoe")):
            for method in METHODS:
                for path in [PRINCIPAL] + PATHS:
                    got = ask(client, method, path)
                    equal(got.status, 401, f"{method} {path}")
                    equal(b"Hush" in got.body, False, f"{method} {path}")
                    realms.add(got.header("WWW-Authenticate"))
        equal(len(realms), 1, f"{realms}")
        equal('realm="' in realms.pop(), True)


def book(client, hour):
    got = client.request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "start_time": f"{next_monday()}T{hour:02}:00:00Z",
        "invitee_name": "Ivy", "invitee_email": "ivy@example.net",
        "invitee_timezone": "Europe/Berlin"}), {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return got.json()


@suite.case("the booking API tells nobody about a booking without its token")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")
        nobody = server.client()
        booking, other = book(nobody, 10), book(nobody, 12)
        token, foreign = (b["cancel_url"].rsplit("/", 1)[1] for b in (booking, other))
        mine = nobody.request("GET", f"/api/bookings/{booking['id']}?token={token}")
        equal([mine.status, mine.json()["invitee_name"]], [200, "Ivy"])
        wrong = ["", "?token=", "?token=x", f"?token={foreign}", f"?token={token[:-8]}AAAAAAAA",
                 f"?token={token}A", f"?token={token[:-1]}"]
        unknown = booking["id"][::-1]
        for client in (nobody, server.client("bob")):
            for query in wrong:
                for method, what in (("GET", ""), ("DELETE", ""), ("POST", "/reschedule")):
                    body = '{"start_time":"2030-01-07T10:00:00Z"}' if what else None
                    answers = [client.request(method, f"/api/bookings/{i}{what}{query}", body,
                                              {"Content-Type": "application/json"})
                               for i in (booking["id"], unknown)]
                    status = 401 if client.user is None and not query else 404
                    equal([(a.status, a.body) for a in answers],
                          [(status, answers[1].body)] * 2, f"{client.user} {method} {what}{query}")
        after = nobody.request("GET", f"/api/bookings/{booking['id']}?token={token}")
        equal(after.json(), mine.json(), "nothing was changed")
        for path in ("/api/schedules/default", "/api/meeting-types"):
            equal(nobody.request("GET", path).status, 401, path)


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
