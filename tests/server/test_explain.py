#!/usr/bin/python3
"""Why a time is not offered: by JSON and on the command line, as booking refuses it (case E16)."""
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, next_monday  # noqa: E402

suite = Suite("explain")
JSON = {"Content-Type": "application/json"}
EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//test//EN\r
BEGIN:VEVENT\r
UID:dentist\r
DTSTAMP:20260101T000000Z\r
DTSTART:%s\r
DTEND:%s\r
SUMMARY:Dentist\\, upstairs\r
END:VEVENT\r
END:VCALENDAR\r
"""


def monday(hour, minute=0):
    day = next_monday()
    return datetime.datetime(day.year, day.month, day.day, hour, minute)


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def explain(client, start, slug="intro", **more):
    query = {"host": "alice", "type": slug, "start_time": stamp(start), **more}
    got = client.request("GET", "/api/availability/explain?" +
                         "&".join(f"{k}={v}" for k, v in query.items()))
    return got.status, got.json()


def book(client, start, slug="intro"):
    return client.request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": slug, "start_time": stamp(start), "invitee_name": "Ivy",
        "invitee_email": "ivy@example.net", "invitee_timezone": "Europe/Berlin"}), JSON)


def prepared(s):
    server = s.server()
    server.add_user("alice", "Etc/UTC")
    server.add_user("bob", "Etc/UTC")
    server.add_type("alice")
    server.run("type", "add", "alice", "once", "--title", "Once", "--duration", "30",
               "--limit-day", "1", "--before", "15", "--tentative-is-free")
    return server.start()


@suite.case("E16: the reason is the one that booking gives, and names what stands in the way")
def _(s):
    with prepared(s) as server:
        alice, ivy = server.client("alice"), server.client()
        put = alice.request("PUT", "/dav/calendars/alice/calendar/d.ics", EVENT % (
            monday(10).strftime("%Y%m%dT%H%M%SZ"), monday(11).strftime("%Y%m%dT%H%M%SZ")),
            {"Content-Type": "text/calendar"})
        equal(put.status, 201, put.text)
        equal(book(ivy, monday(14), "once").status, 201)
        rows = [("intro", monday(9), "open", None), ("intro", monday(3), "outside_hours", None),
                ("intro", monday(9, 10), "not_on_grid", None), ("intro", monday(10), "busy", None),
                ("intro", monday(14), "held", None), ("once", monday(9), "limit", "limits.day"),
                ("intro", monday(9) - datetime.timedelta(days=30), "past", None),
                ("intro", monday(9) + datetime.timedelta(days=100), "too_late", "window_days")]
        for slug, start, reason, rule in rows:
            status, told = explain(alice, start, slug)
            equal([status, told.get("reason"), told.get("rule")], [200, reason, rule], told)
            if reason != "open":
                got = book(ivy, start, slug)
                equal([got.status in (409, 422), got.json().get("reason")], [True, reason],
                      got.text)
            line = server.run("explain", "slot", "alice", slug, stamp(start))[1]
            equal(line.split(":")[0], reason, line)
        _, told = explain(alice, monday(10))
        equal([(o["kind"], o["id"], o["title"], o["start_time"]) for o in told["obstacles"]],
              [("event", "dentist", "Dentist, upstairs", stamp(monday(10)))])
        equal("Dentist, upstairs" in server.run("explain", "slot", "alice", "intro",
                                                stamp(monday(10)))[1], True)
        _, told = explain(alice, monday(14))
        equal([o["kind"] for o in told["obstacles"]], ["booking"])


@suite.case("nobody but the host is told")
def _(s):
    with prepared(s) as server:
        equal(explain(server.client("bob"), monday(9))[0], 404)
        equal(server.client().request("GET", "/api/availability/explain?host=alice&type=intro"
                                      "&start_time=2027-01-18T09:00:00Z").status, 401)
        status, told = explain(server.client("alice"), monday(9), duration_minutes=45)
        equal([status, told["reason"]], [200, "duration"], told)



suite.main()
