#!/usr/bin/python3
"""When somebody may be asked for time: calendar-availability, schedules, and /freebusy/NAME.ifb."""
import base64
import json

from fasti import Suite, equal, event, next_monday

suite = Suite("availability")
INBOX = "/dav/calendars/alice/inbox/"
CALDAV = "urn:ietf:params:xml:ns:caldav"
CS = "http://calendarserver.org/ns/"
ICS = {"Content-Type": "text/calendar"}
JSON = {"Content-Type": "application/json"}

# A Monday in winter or summer, far enough ahead, and inside of the booking window of sixty days.
MONDAY = next_monday(4)
DAY = MONDAY.strftime("%Y%m%d")


def available(start, end, rest="RRULE:FREQ=WEEKLY;BYDAY=MO,TU\n", zone="UTC"):
    return (f"BEGIN:AVAILABLE\nUID:a{start}\nDTSTAMP:20260101T000000Z\n"
            f"DTSTART;TZID={zone}:20260105T{start}\nDTEND;TZID={zone}:20260105T{end}\n"
            f"{rest}END:AVAILABLE\n")


def availability(inside, head=""):
    return ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//app//EN\nBEGIN:VAVAILABILITY\nUID:v\n"
            f"DTSTAMP:20260101T000000Z\n{head}{inside}END:VAVAILABILITY\nEND:VCALENDAR\n")


MORNINGS = availability(available("080000", "120000"))
MORE = availability(available("080000", "120000") + available(
    "130000", "140000", "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20991231T000000Z\n"))


def proppatch(client, ns, value, path=INBOX):
    inside = f'<X:calendar-availability xmlns:X="{ns}">{value or ""}</X:calendar-availability>'
    verb = "set" if value else "remove"
    return client.request("PROPPATCH", path, (
        f'<D:propertyupdate xmlns:D="DAV:"><D:{verb}><D:prop>{inside}</D:prop></D:{verb}>'
        "</D:propertyupdate>"))


def propfind(client, ns):
    got = client.request("PROPFIND", INBOX, (
        f'<D:propfind xmlns:D="DAV:"><D:prop><X:calendar-availability xmlns:X="{ns}"/></D:prop>'
        "</D:propfind>"), {"Depth": "0"})
    return got.text


def report(client, path="/dav/calendars/alice/", headers=None):
    got = client.request("REPORT", path, (
        f'<C:free-busy-query xmlns:C="{CALDAV}"><C:time-range start="{DAY}T000000Z" '
        f'end="{DAY}T235900Z"/></C:free-busy-query>'), {"Depth": "infinity", **(headers or {})})
    equal(got.status, 200, got.text)
    return got.text


def slots(client):
    got = client.request("GET", "/api/availability/slots?host=alice&type=intro"
                                f"&date={MONDAY}&timezone=UTC")
    equal(got.status, 200, got.text)
    return [s["start"] for s in got.json()["slots"]]


def schedule(client):
    return client.request("GET", "/api/schedules/default").json()


def put_schedule(client, body):
    return client.request("PUT", "/api/schedules/default", json.dumps(body), JSON)


def prepared(s):
    server = s.server()
    server.add_user("alice", "UTC")
    server.add_user("bob", "UTC")
    server.add_type("alice", "intro", "60")
    server.start()
    return server


@suite.case("RFC 7953 §7.2.4: the property is set, kept byte for byte, and taken away")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal("HTTP/1.1 404" in propfind(alice, CALDAV), True)
        equal(proppatch(alice, CALDAV, MORNINGS).status, 207)
        for ns in (CALDAV, CS):
            equal(MORNINGS in propfind(alice, ns), True, propfind(alice, ns))
        equal("calendar-availability" in alice.request("OPTIONS", INBOX).header("DAV"), True)
        got = proppatch(alice, CALDAV, "BEGIN:VCALENDAR\nEND:VCALENDAR\n")
        equal("HTTP/1.1 403" in got.text, True, got.text)
        equal("valid-calendar" in got.text, True, got.text)
        equal(MORNINGS in propfind(alice, CALDAV), True)
        got = proppatch(alice, CALDAV, MORNINGS, "/dav/calendars/alice/calendar/")
        equal("HTTP/1.1 403" in got.text, True, got.text)
        equal(proppatch(alice, CS, "").status, 207)
        equal("HTTP/1.1 404" in propfind(alice, CALDAV), True)


@suite.case("decisions 12, 13: hours of a calendar app hold for booking, and return to the default")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        nine = [f"{h:02}:00" for h in range(9, 17)]
        equal(slots(nobody), nine)
        equal("BUSY-UNAVAILABLE" in report(alice), False)
        version = schedule(alice)["version"]
        proppatch(alice, CALDAV, MORNINGS)
        equal(slots(nobody), ["08:00", "09:00", "10:00", "11:00"])
        shown = schedule(alice)
        equal((shown["set_by"], shown["readable"], shown["version"]),
              ("calendar app", True, version + 1))
        equal(shown["weekly"], [{"day": d, "start": "08:00", "end": "12:00"} for d in ("mon", "tue")])
        for path in ("/dav/calendars/alice/", "/dav/calendars/alice/calendar/"):
            text = report(alice, path)
            equal(f"FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:{DAY}T000000Z/{DAY}T080000Z" in text, True, text)
            equal(f"{DAY}T120000Z/{DAY}T235900Z" in text, True, text)
        shown["overrides"] = [{"date": str(MONDAY), "windows": []}]
        got = put_schedule(alice, shown)
        equal(got.status, 200, got.text)
        equal(slots(nobody), [])
        equal(MORNINGS in propfind(alice, CALDAV), True)
        equal(put_schedule(alice, shown).status, 412)
        proppatch(alice, CALDAV, "")
        equal(slots(nobody), [])  # never opens what was closed
        shown = schedule(alice)
        equal((shown["set_by"], len(shown["weekly"])), ("host", 5))
        put_schedule(alice, {**shown, "overrides": []})
        equal(slots(nobody), nine)
        equal("BUSY-UNAVAILABLE" in report(alice), False)


@suite.case("decisions 13: what the API cannot show as weekly hours it leaves to the app")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        proppatch(alice, CS, MORE)
        equal(slots(nobody), ["08:00", "09:00", "10:00", "11:00", "13:00"])
        shown = schedule(alice)
        equal((shown["weekly"], shown["readable"]), ([], False))
        week = [{"day": "mon", "start": "09:00", "end": "10:00"}]
        equal(put_schedule(alice, {**shown, "weekly": week}).status, 409)
        equal(put_schedule(alice, {**shown, "week_start": "sun"}).status, 200)
        equal(MORE in propfind(alice, CALDAV), True)
        equal(slots(nobody), ["08:00", "09:00", "10:00", "11:00", "13:00"])


@suite.case("decisions 13: weekly hours of the host are told in the property")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        week = [{"day": "mon", "start": "09:00", "end": "10:00"}]
        equal(put_schedule(alice, {**schedule(alice), "weekly": week}).status, 200)
        text = propfind(alice, CALDAV)
        for want in ("RRULE:FREQ=WEEKLY;BYDAY=MO", "T090000", "T100000", "BEGIN:VTIMEZONE"):
            equal(want in text, True, text)
        equal((schedule(alice)["set_by"], schedule(alice)["weekly"]), ("host", week))
        equal(f"{DAY}T100000Z/{DAY}T235900Z" in report(alice), True)


@suite.case("B12: a journey, holidays from a file, and what is refused")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        journey = {"from": str(MONDAY), "to": str(MONDAY), "timezone": "Asia/Tokyo"}
        got = put_schedule(alice, {**schedule(alice), "travel": [journey]})
        equal((got.status, got.json()["travel"]), (200, [journey]), got.text)
        equal(slots(nobody), [f"{h:02}:00" for h in range(0, 8)])
        got = put_schedule(alice, {**schedule(alice), "travel": [journey, journey]})
        equal(got.status, 422, got.text)
        file = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:h\r\n"
                f"DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{DAY}\r\nSUMMARY:Feast\r\n"
                "END:VEVENT\r\nEND:VCALENDAR\r\n")
        got = alice.request("PUT", "/api/schedules/default/holidays", file, ICS)
        equal((got.status, got.json()["holidays"]),
              (200, [{"date": str(MONDAY), "name": "Feast"}]), got.text)
        equal(slots(nobody), [])
        equal(alice.request("PUT", "/api/schedules/default/holidays", "hello", ICS).status, 403)
        equal(alice.request("PUT", "/api/schedules/default/holidays", file,
                            {**ICS, "If-Match": '"1"'}).status, 412)
        equal(alice.request("PUT", "/api/schedules/none/holidays", file, ICS).status, 404)


@suite.case("B13: a host moves: hours that follow move along, as calendar apps see them too")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        week = [{"day": "mon", "start": "09:00", "end": "10:00"}]
        other = alice.request("POST", "/api/schedules", json.dumps(
            {"name": "Fixed", "timezone": "UTC", "weekly": week}), JSON).json()["id"]
        put_schedule(alice, {**schedule(alice), "weekly": week, "follow_host": True})
        equal(slots(nobody), ["09:00"])
        server.run("user", "set", "alice", "--timezone", "Asia/Tokyo")
        equal(slots(nobody), ["00:00"])
        equal("DTSTART;TZID=Asia/Tokyo" in propfind(alice, CALDAV), True)
        equal(alice.request("GET", f"/api/schedules/{other}").json()["timezone"], "UTC")
        equal(server.run("user", "set", "alice", "--timezone", "Nowhere", check=False)[0], 1)


@suite.case("holidays by the command")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        path = f"{server.folder}/h.ics"
        with open(path, "w") as file:
            file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\n"
                       f"UID:h\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{DAY}\r\n"
                       "SUMMARY:Feast\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        equal(len(slots(nobody)), 8)
        server.run("schedule", "holidays", "alice", "default", path)
        equal(slots(nobody), [])
        for words in (("alice", "none", path), ("nobody", "default", path),
                      ("alice", "default", "/nowhere.ics")):
            equal(server.run("schedule", "holidays", *words, check=False)[0], 1, words)
        equal(server.run("schedule", "holidays", "alice", check=False)[0], 2)


# ---- /freebusy/NAME.ifb ---------------------------------------------------------------------------

def ifb(client, query="", name="alice", headers=None):
    return client.request("GET", f"/freebusy/{name}.ifb{query}", headers=headers)


@suite.case("CD 0903: start, end and period")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        alice.request("PUT", "/dav/calendars/alice/calendar/a.ics",
                      event("a", f"{DAY}T090000Z", f"{DAY}T100000Z"), ICS)
        got = ifb(alice)
        equal((got.status, got.header("Content-Type")), (200, "text/calendar; charset=utf-8"))
        equal(f"FREEBUSY;FBTYPE=BUSY:{DAY}T090000Z/{DAY}T100000Z\r\n" in got.text, True, got.text)
        range_of = lambda got: [line.split(":")[1] for line in got.text.split("\r\n")
                                if line.startswith(("DTSTART", "DTEND"))]
        for query, want in (
                (f"?start={MONDAY}&end={MONDAY}T12:00:00Z", [f"{DAY}T000000Z", f"{DAY}T120000Z"]),
                (f"?start={MONDAY}T01:00:00+01:00&period=PT1H", [f"{DAY}T000000Z", f"{DAY}T010000Z"]),
                (f"?start={DAY}T090000Z&period=PT30M&x=1", [f"{DAY}T090000Z", f"{DAY}T093000Z"])):
            equal(range_of(ifb(alice, query)), want, query)
        for query in ("?start=x", "?end=x", "?period=x", "?period=P1D&end=2030-01-01",
                      "?start=2030-01-02&end=2030-01-01", "?start=%zz", "?period=-P1D",
                      "?period=P1M", "?period=P1D1M"):
            equal(ifb(alice, query).status, 400, query)
        tag = got.header("ETag")
        equal(ifb(alice, headers={"If-None-Match": tag}).status, 304)
        alice.request("PUT", "/dav/calendars/alice/calendar/b.ics",
                      event("b", f"{DAY}T110000Z", f"{DAY}T120000Z"), ICS)
        equal(ifb(alice, headers={"If-None-Match": tag}).status, 200)
        proppatch(alice, CALDAV, MORNINGS)
        equal("FBTYPE=BUSY-UNAVAILABLE" in ifb(alice).text, True)
        equal(alice.request("HEAD", "/freebusy/alice.ifb").status, 200)
        equal(alice.request("GET", "/freebusy/alice").status, 404)


@suite.case("decisions 22: who may ask: nobody, users, those with a token, anybody")
def _(s):
    with prepared(s) as server:
        alice, bob, nobody = server.client("alice"), server.client("bob"), server.client()
        equal([ifb(c).status for c in (alice, bob, nobody)], [200, 200, 401])
        equal(ifb(nobody, name="nobody").status, 401)
        equal(ifb(bob, name="nobody").status, 404)
        equal(ifb(server.client("bob", "wrong")).status, 401)
        server.run("user", "set", "alice", "--free-busy", "nobody")
        equal([ifb(c).status for c in (alice, bob, nobody)], [200, 404, 401])
        equal(server.run("token", "add", "alice", "--scope", "freebusy", check=False)[0], 1)
        server.run("user", "set", "alice", "--free-busy", "public")
        equal([ifb(c).status for c in (alice, bob, nobody)], [200, 200, 200])
        server.run("user", "set", "alice", "--free-busy", "users")
        token = server.run("token", "add", "alice", "--scope", "freebusy")[1].strip()
        basic = base64.b64encode(f"x:{token}".encode()).decode()
        for how in (f"Bearer {token}", f"Basic {basic}"):
            headers = {"Authorization": how}
            equal(ifb(nobody, headers=headers).status, 200, how)
            equal(ifb(nobody, name="bob", headers=headers).status, 404, how)
            equal(nobody.request("PROPFIND", "/dav/calendars/alice/", headers=headers).status, 401)
            equal(nobody.request("GET", "/api/schedules", headers=headers).status, 401)
            equal(nobody.request("GET", f"/feeds/{token}.ics").status, 404)
        equal(ifb(nobody).status, 401)
        line = server.run("token", "list", "alice")[1].split()
        equal("freebusy" in line, True, line)
        server.run("token", "revoke", "alice", line[0])
        equal(ifb(nobody, headers={"Authorization": f"Bearer {token}"}).status, 401)


if __name__ == "__main__":
    suite.main()
