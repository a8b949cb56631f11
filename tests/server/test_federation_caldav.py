#!/usr/bin/python3
"""Calendars on other CalDAV servers count here, and bookings stand there: a second Fasti, Radicale, Cyrus."""
import base64
import datetime
import http.client
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import ROOT, PASSWORD, Skip, Suite, equal, event, next_monday, wait_for  # noqa: E402
sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import peers  # noqa: E402

suite = Suite("federation_caldav")
JSON = {"Content-Type": "application/json"}
XML = {"Content-Type": "application/xml; charset=utf-8"}
ICS = {"Content-Type": "text/calendar; charset=utf-8"}
NAMED_WORK = ('<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop>'
              "<D:displayname>work</D:displayname></D:prop></D:set></C:mkcalendar>")
MONDAY = next_monday()
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def at(day, hour, minute=0):
    """An instant as iCalendar has it."""
    return f"{day:%Y%m%d}T{hour:02}{minute:02}00Z"


def instant(day, hour, minute=0):
    """The same as the API has it."""
    return f"{day:%Y-%m-%d}T{hour:02}:{minute:02}:00Z"


class Elsewhere:
    """The account of bob on another server, and the calendar `work` in it."""

    def __init__(self, name, url, home, password):
        self.name, self.url, self.home, self.password = name, url, home, password
        self.port = int(re.search(r":(\d+)/", url).group(1))
        self.work = home + "work/"
        equal(self.ask("MKCALENDAR", self.work, NAMED_WORK, XML)[0], 201, f"{name}: a calendar")

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        word = base64.b64encode(f"bob:{self.password}".encode()).decode()
        connection.request(method, path, body=body,
                           headers={"Authorization": "Basic " + word, **(headers or {})})
        got = connection.getresponse()
        text = got.read().decode()
        connection.close()
        return got.status, text

    def put(self, name, ics):
        status, text = self.ask("PUT", self.work + name, ics, ICS)
        equal(status in (201, 204), True, f"{self.name}: {name} is stored: {status} {text}")

    def delete(self, name):
        equal(self.ask("DELETE", self.work + name)[0] in (200, 204), True, f"{name} is deleted")

    def names(self):
        """What stands in the calendar, by the last part of its path."""
        status, text = self.ask("PROPFIND", self.work, headers={"Depth": "1"})
        equal(status, 207)
        return re.findall(r"href>[^<]*/([^/<]+\.ics)</", text)

    def copies(self):
        """Copies of bookings, with what stands in them."""
        return {name: self.ask("GET", self.work + name)[1]
                for name in self.names() if name.startswith("fasti-")}


class Host:
    """alice, here, with an account elsewhere."""

    def __init__(self, server):
        self.server = server
        self.client = server.client("alice")

    def ask(self, method, path, body=None):
        return self.client.request(method, path, None if body is None else json.dumps(body), JSON)

    def connect(self, there, **other):
        return self.ask("POST", "/api/connections",
                        {"provider": "caldav", "url": there.url, "name": "bob",
                         "password": there.password, **other})

    def choose(self, connection, **what):
        """That `work` counts, or takes bookings, and no other does."""
        got = self.ask("PUT", f"/api/connections/{connection['id']}", {"calendars": [
            {"id": c["id"], "counts": False, "takes": False,
             **(what if c["title"] == "work" else {})} for c in connection["calendars"]]})
        equal(got.status, 200, got.text)
        return got.json()

    def refresh(self, connection):
        got = self.ask("POST", f"/api/connections/{connection['id']}/refresh", {})
        equal(got.status, 200, got.text)
        equal(got.json()["state"], "works", got.text)

    def starts(self, day):
        """Which hours of a day are open."""
        got = self.server.client().request(
            "GET", f"/api/availability/slots?host=alice&type=intro&from={day}&to={day}")
        equal(got.status, 200, got.text)
        return [s["start_time"][11:16] for d in got.json()["days"] for s in d["slots"]]

    def book(self, start):
        got = self.server.client().request("POST", "/api/bookings", json.dumps(
            {"host": "alice", "type": "intro", "start_time": start, "invitee_name": "Ivy",
             "invitee_email": "ivy@example.net"}), {**JSON, "Idempotency-Key": start})
        equal(got.status, 201, got.text)
        return got.json()

    def booking(self, booking):
        return self.ask("GET", f"/api/bookings/{booking['id']}").json()


def closed(host, day, *hours):
    """Those of the hours from nine to five that are not open."""
    every = [f"{h:02}:00" for h in range(9, 17)]
    equal([h for h in every if h not in host.starts(day)], list(hours), f"closed on {day}")


def calls(host, what):
    """How many requests for something have left."""
    text = host.server.client().request("GET", "/metrics").text
    name = f'fasti_provider_calls_total{{provider="caldav",call="{what}",result="'
    return sum(map(int, re.findall(rf'^{re.escape(name)}\w+"\}} (\d+)$', text, re.M)))


def fasti_there(s):
    other = s.server()
    other.add_user("bob", "UTC")
    return other.start()


def of_peer(name):
    try:
        return peers.start(name).__enter__()
    except peers.Missing as why:
        raise Skip(str(why))


def on_each(name, title, servers=("radicale", "cyrus")):
    """A case for each server that may be there."""
    def mark(function):
        def with_fasti(s):
            with fasti_there(s) as other, here(s) as server:
                function(Host(server), Elsewhere(
                    "fasti", f"http://127.0.0.1:{other.port}/", "/dav/calendars/bob/", PASSWORD))

        def with_peer(peer):
            def run(s):
                started = of_peer(peer)
                try:
                    with here(s) as server:
                        function(Host(server), Elsewhere(peer, started.url, started.home("bob"),
                                                         peers.PASSWORD))
                finally:
                    started.__exit__()
            return run

        suite.case(f"fasti: {title}")(with_fasti)
        for peer in servers:
            suite.case(f"{peer}: {title}")(with_peer(peer))
        return function
    mark.__name__ = name
    return mark


def here(s):
    server = s.server({"FASTI_FEDERATION_PRIVATE": "on"})
    server.add_user("alice", "UTC")
    server.add_type("alice", duration="60")
    return server.start()


def connected(host, there, **what):
    got = host.connect(there)
    equal(got.status, 201, got.text)
    equal(got.json()["state"], "works")
    equal("work" in [c["title"] for c in got.json()["calendars"]], True, got.text)
    return host.choose(got.json(), **what)


@on_each("busy", "its events close hours, wherever they go")
def busy(host, there):
    there.put("a.ics", event("a", at(MONDAY, 10), at(MONDAY, 11)))
    connection = connected(host, there, counts=True)
    host.refresh(connection)
    equal(calls(host, "changes") > 0, True, "requests are counted")
    closed(host, MONDAY, "10:00")
    there.put("a.ics", event("a", at(MONDAY, 13), at(MONDAY, 15)))
    there.put("b.ics", event("b", at(MONDAY, 9), at(MONDAY, 10), extra="TRANSP:TRANSPARENT\r\n"))
    host.refresh(connection)
    closed(host, MONDAY, "13:00", "14:00")
    there.put("b.ics", event("b", at(MONDAY, 9), at(MONDAY, 10)))
    host.refresh(connection)
    closed(host, MONDAY, "09:00", "13:00", "14:00")
    there.delete("a.ics")
    host.refresh(connection)
    closed(host, MONDAY, "09:00")
    # A calendar that counts no more closes nothing.
    host.choose(connection)
    closed(host, MONDAY)


@on_each("series", "series, what differs from them, and whole days")
def series(host, there):
    week = 7 * DAY
    moved = (event("s", at(MONDAY + week, 15), at(MONDAY + week, 16),
                   extra=f"RECURRENCE-ID:{at(MONDAY + week, 10)}\r\n"))
    rule = f"RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE:{at(MONDAY + 2 * week, 10)}\r\n"
    master = event("s", at(MONDAY, 10), at(MONDAY, 11), extra=rule)
    inner = re.search(r"BEGIN:VEVENT.*END:VEVENT\r\n", moved, re.S).group(0)
    there.put("s.ics", master.replace("END:VCALENDAR", inner + "END:VCALENDAR"))
    there.put("d.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
              "UID:d\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Away\r\n"
              f"DTSTART;VALUE=DATE:{MONDAY + DAY:%Y%m%d}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    connection = connected(host, there, counts=True)
    host.refresh(connection)
    closed(host, MONDAY, "10:00")
    closed(host, MONDAY + week, "15:00")
    closed(host, MONDAY + 2 * week)
    closed(host, MONDAY + 3 * week, "10:00")
    closed(host, MONDAY + DAY, *[f"{h:02}:00" for h in range(9, 17)])
    closed(host, MONDAY + 2 * DAY)


# Radicale needs a minute to store so many.
@on_each("pages", "more than a page of events, and what changes among them", servers=("cyrus",))
def pages(host, there):
    for i in range(520):
        hour = {0: 9, 519: 13}.get(i, 10)
        there.put(f"e{i:03}.ics", event(f"e{i:03}", at(MONDAY, hour), at(MONDAY, hour + 1)))
    connection = connected(host, there, counts=True)
    host.refresh(connection)
    closed(host, MONDAY, "09:00", "10:00", "13:00")
    there.delete("e000.ics")
    there.put("e519.ics", event("e519", at(MONDAY, 16), at(MONDAY, 17)))
    host.refresh(connection)
    closed(host, MONDAY, "10:00", "16:00")


@on_each("refused", "a wrong password connects nothing, and an account is found by its server alone")
def refused(host, there):
    got = host.connect(there, password="wrong")
    equal(got.status in (403, 422), True, f"{got.status} {got.text}")
    equal(host.ask("GET", "/api/connections").json()["connections"], [])
    got = host.connect(there, url=f"http://127.0.0.1:{there.port}/no/such/place")
    equal(got.status, 201, "the server is found by its root: " + got.text)
    # It is one account, however it is named.
    again = host.connect(there)
    equal((again.status, again.json()["id"]), (201, got.json()["id"]), again.text)


def written(there):
    return wait_for(there.copies, what="a booking is written")


@on_each("copies", "a booking stands there, and follows what is done here")
def copies(host, there):
    connection = connected(host, there, counts=True, takes=True)
    host.refresh(connection)
    booking = host.book(instant(MONDAY, 10))
    (name, text), = written(there).items()
    equal(f"{MONDAY:%Y%m%d}T100000" in text, True, text)
    equal("ATTENDEE" in text or "ORGANIZER" in text, False, "nobody is invited: " + text)
    host.refresh(connection)
    closed(host, MONDAY, "10:00")
    equal(host.booking(booking)["status"], "confirmed")
    got = host.ask("POST", f"/api/bookings/{booking['id']}/reschedule",
                   {"start_time": instant(MONDAY, 14)})
    equal(got.status, 200, got.text)
    wait_for(lambda: f"{MONDAY:%Y%m%d}T140000" in there.copies()[name], what="it moves there")
    host.refresh(connection)
    closed(host, MONDAY, "14:00")
    equal(host.booking(booking)["start_time"], instant(MONDAY, 14))
    equal(host.ask("DELETE", f"/api/bookings/{booking['id']}").status, 200)
    wait_for(lambda: not there.copies(), what="it goes there")
    host.refresh(connection)
    closed(host, MONDAY)


@on_each("followed", "what its host does with a booking there is done here")
def followed(host, there):
    connection = connected(host, there, counts=True, takes=True)
    host.refresh(connection)
    booking = host.book(instant(MONDAY, 10))
    (name, text), = written(there).items()
    host.refresh(connection)
    moved = re.sub(rf"{MONDAY:%Y%m%d}T11", f"{MONDAY:%Y%m%d}T16",
                   re.sub(rf"{MONDAY:%Y%m%d}T10", f"{MONDAY:%Y%m%d}T15", text))
    there.put(name, moved)
    host.refresh(connection)
    wait_for(lambda: host.booking(booking)["start_time"] == instant(MONDAY, 15),
             what="the booking moves")
    closed(host, MONDAY, "15:00")
    wait_for(lambda: any(b"15:00" in m or b"3:00" in m for m in host.server.mails()),
             what="the invitee is told")
    there.delete(name)
    host.refresh(connection)
    wait_for(lambda: host.booking(booking)["status"] == "cancelled", what="it is cancelled")
    closed(host, MONDAY)
    equal(there.copies(), {}, "it is not written again")


@suite.case("an account is asked by its mail address, and private addresses are refused")
def private(s):
    with fasti_there(s) as other:
        server = s.server()
        server.add_user("alice", "UTC")
        with server.start():
            host = Host(server)
            there = Elsewhere("fasti", f"http://127.0.0.1:{other.port}/", "/dav/calendars/bob/",
                              PASSWORD)
            equal(host.connect(there).status in (403, 422), True)
            equal(host.connect(there, url="https://127.0.0.1/").status in (403, 422), True)
            equal(host.connect(there, url="not an address").status in (400, 403, 422), True)
            equal("password" in server.log() or PASSWORD in server.log(), False)


@suite.case("a password that is changed there is asked for once, and nothing more until it is given")
def changed_password(s):
    with fasti_there(s) as other, here(s) as server:
        host = Host(server)
        there = Elsewhere("fasti", f"http://127.0.0.1:{other.port}/", "/dav/calendars/bob/",
                          PASSWORD)
        connection = connected(host, there, counts=True)
        host.refresh(connection)
        other.run("user", "passwd", "bob", "--password-file", "-", stdin="another one\n")
        there.password = "another one"
        there.put("a.ics", event("a", at(MONDAY, 10), at(MONDAY, 11)))

        def shown():
            return host.ask("GET", "/api/connections").json()["connections"][0]["state"]

        def letters():
            return [m for m in server.mails(hosts=True) if b"To: alice" in m or b"<alice@" in m]

        host.ask("POST", f"/api/connections/{connection['id']}/refresh", {})
        wait_for(lambda: shown() == "reconnect", what="it is shown")
        wait_for(lambda: len(letters()) == 1, what="its host is told")
        # Its log is written in order: behind the refusal nothing of what came earlier is to come.
        wait_for(lambda: "status=401" in other.log(), what="the refusal in the log over there")
        before = other.log().count("user=bob")
        host.ask("POST", f"/api/connections/{connection['id']}/refresh", {})
        equal((shown(), len(letters())), ("reconnect", 1))
        equal(other.log().count("401") < 5, True, "it is not tried again and again")
        equal(other.log().count("user=bob"), before)
        got = host.connect(there, connection=connection["id"])
        equal((got.status, got.json().get("state")), (201, "works"), got.text)
        host.refresh(connection)
        closed(host, MONDAY, "10:00")


if __name__ == "__main__":
    suite.main()
