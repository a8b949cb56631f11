#!/usr/bin/python3
"""Calendars in other forms and by other doors: subscription links, jCal, zones by name, POST."""
import json
import os
import re

from fasti import Suite, equal, event

suite = Suite("feeds")
CALENDAR = "/dav/calendars/alice/calendar/"
JCAL = {"Accept": "application/calendar+json"}
MULTIGET = ('<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
            '<C:calendar-data {0}/></D:prop><D:href>{1}</D:href></C:calendar-multiget>')
OBJECTS = 3000  # some 200 pages


def put(client, name, body=None, headers=None):
    body = body or event(name, "20270118T090000Z", "20270118T100000Z", f"About {name}")
    return client.request("PUT", f"{CALENDAR}{name}.ics", body,
                          {"Content-Type": "text/calendar", **(headers or {})})


def proppatch(client, path, inside):
    body = ('<D:propertyupdate xmlns:D="DAV:" xmlns:A="http://apple.com/ns/ical/"><D:set><D:prop>'
            f"{inside}</D:prop></D:set></D:propertyupdate>")
    equal(client.request("PROPPATCH", path, body).status, 207)


def add_token(server, *words):
    """The path of a new link."""
    line = server.run("token", "add", "alice", *words)[1].strip()
    return re.sub(r"^https?://[^/]*", "", line)


def in_zone(zone="Europe/Berlin"):
    return event("z", "20270118T090000", "20270118T100000").replace(
        "DTSTART:", f"DTSTART;TZID={zone}:").replace("DTEND:", f"DTEND;TZID={zone}:").replace(
        "BEGIN:VEVENT", f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\nBEGIN:STANDARD\r\n"
        "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
        "END:VTIMEZONE\r\nBEGIN:VEVENT", 1)


# ---- subscription links -------------------------------------------------------------------------

@suite.case("a link opens its calendar to anybody, until it is revoked")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.add_user("bob")
        server.start()
        alice, nobody = server.client("alice"), server.client()
        equal(put(alice, "a").status, 201)
        link = add_token(server, "calendar", "--label", "for bob")
        got = nobody.request("GET", link)
        equal((got.status, got.header("Content-Type")), (200, "text/calendar; charset=utf-8"))
        equal("SUMMARY:About a\r\n" in got.text, True, got.text)
        equal("NAME:Calendar\r\n" in got.text, True, got.text)
        equal("REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in got.text, True)
        equal(got.header("Cache-Control"), "private, no-cache")
        head = nobody.request("HEAD", link)
        equal((head.status, head.body, head.header("ETag")), (200, b"", got.header("ETag")))

        # It opens this, and is no door to anything else.
        for method in ("PUT", "POST", "DELETE", "PROPFIND", "REPORT"):
            equal(nobody.request(method, link, "x").status, 405, method)
        secret = link[len("/feeds/"):-len(".ics")]
        equal(server.client(secret, secret).request("GET", CALENDAR).status, 401)
        # Nor is anything like it a link.
        for path in (link[:-5] + ".ics", link[:-4], link + "/", link + "/x", "/feeds/.ics",
                     "/feeds", "/feeds/" + "x" * 200 + ".ics", link.replace("/feeds/", "/feeds/x"),
                     link.swapcase().replace("/FEEDS/", "/feeds/").replace(".ICS", ".ics")):
            equal(nobody.request("GET", path).status, 404, path)

        # The operator sees who has one, and never the secret again.
        lines = server.run("token", "list", "alice")[1].strip().splitlines()
        equal(len(lines), 1, lines)
        equal(lines[0].split()[1:4], ["feed", "full", "calendar"])
        equal(lines[0].endswith("for bob") and secret not in lines[0], True, lines)
        number = lines[0].split()[0]
        equal(server.run("token", "revoke", "bob", number, check=False)[0], 1)
        equal(nobody.request("GET", link).status, 200)
        server.run("token", "revoke", "alice", number)
        equal(nobody.request("GET", link).status, 404)
        equal(server.run("token", "list", "alice")[1], "")
        equal(server.run("token", "revoke", "alice", number, check=False)[0], 1)

        # The token is in the path, so the path is nowhere in the log.
        equal(secret in server.log() or "/feeds/…" not in server.log(), False)


@suite.case("a link of all calendars, and what becomes of it")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice, nobody = server.client("alice"), server.client()
        other = "/dav/calendars/alice/other/"
        equal(alice.request("MKCALENDAR", other).status, 201)
        both, one = add_token(server), add_token(server, "other")
        equal(put(alice, "a").status, 201)
        task = event("t", "20270118T090000Z", "20270118T100000Z").replace("VEVENT", "VTODO").replace(
            "DTEND", "DUE")
        equal(alice.request("PUT", "/dav/calendars/alice/tasks/t.ics", task,
                            {"Content-Type": "text/calendar"}).status, 201)
        got = nobody.request("GET", both)
        equal([got.text.count("BEGIN:" + c) for c in ("VCALENDAR", "VEVENT", "VTODO")], [1, 1, 1])
        equal("NAME:Alice\r\n" in got.text, True, got.text)
        equal(nobody.request("GET", one).text.count("BEGIN:VTODO"), 0)

        # A calendar that goes takes its links along, and its successor has none of them.
        equal(nobody.request("GET", one).status, 200)
        equal(alice.request("DELETE", other).status, 204)
        equal(alice.request("MKCALENDAR", other).status, 201)
        equal(nobody.request("GET", one).status, 404)
        equal(nobody.request("GET", both).status, 200)
        equal("(deleted)" in server.run("token", "list", "alice")[1], True)
        server.run("user", "delete", "alice")
        equal(nobody.request("GET", both).status, 404)


@suite.case("what is not changed is not sent again (RFC 9110 §13.1.2)")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice, nobody = server.client("alice"), server.client()
        equal(put(alice, "a").status, 201)
        link = add_token(server, "calendar")
        for path, client in ((link, nobody), (CALENDAR, alice)):
            def ask(tag, more=None):
                got = client.request("GET", path, None, {"If-None-Match": tag, **(more or {})})
                return got.status, got.header("ETag")

            tag = client.request("GET", path).header("ETag")
            equal(ask(tag), (304, tag))
            equal(ask(f'"x", {tag}'), (304, tag))
            equal(ask("W/" + tag), (304, tag))
            equal(ask('"x"'), (200, tag))
            # Another form is another representation.
            status, other = ask(tag, JCAL)
            equal((status, other != tag), (200, True))
            equal(ask(other, JCAL), (304, other))
            equal(ask(tag, {"CalDAV-Timezones": "F"})[0], 200)
            # What is in it, and what is said of it.
            for change in (
                    lambda: put(alice, "a", event("a", "20270119T090000Z", "20270119T100000Z")),
                    lambda: put(alice, "b"),
                    lambda: alice.request("DELETE", f"{CALENDAR}b.ics"),
                    lambda: proppatch(alice, CALENDAR, "<D:displayname>Other</D:displayname>"),
                    lambda: proppatch(alice, CALENDAR,
                                      "<A:calendar-color>#FF0000FF</A:calendar-color>")):
                change()
                status, new = ask(tag)
                equal((status, new != tag), (200, True))
                tag = new
            proppatch(alice, CALENDAR, "<D:displayname>C</D:displayname>"
                      "<A:calendar-color>#00FF00FF</A:calendar-color>")
            equal(client.request("GET", path, None, {"If-Match": '"x"'}).status, 412)


@suite.case("a link that tells when, and not what for")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice, nobody = server.client("alice"), server.client()
        equal(put(alice, "deal", event("deal", "20270118T090000Z", "20270118T100000Z", "Acme deal",
                                       "LOCATION:There\r\nDESCRIPTION:Long\r\n story\r\n"
                                       "ATTENDEE:mailto:ceo@acme.com\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
                                       "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Acme\r\n"
                                       "TRIGGER:-PT5M\r\nEND:VALARM\r\n")).status, 201)
        equal(put(alice, "free", event("free", "20270119T090000Z", "20270119T100000Z", "Birthday",
                                       "TRANSP:TRANSPARENT\r\n")).status, 201)
        proppatch(alice, CALENDAR, "<D:displayname>Affair</D:displayname>")
        got = nobody.request("GET", add_token(server, "calendar", "--detail", "busy")).text
        equal(got.count("BEGIN:VEVENT"), 1)
        for shown in ("DTSTART:20270118T090000Z\r\n", "RRULE:FREQ=DAILY;COUNT=3\r\n",
                      "SUMMARY:Busy\r\n", "NAME:Alice\r\n", "UID:"):
            equal(shown in got, True, shown)
        for hidden in ("cme", "There", "story", "ATTENDEE", "VALARM", "Birthday", "Affair",
                       "UID:deal"):
            equal(hidden in got, False, hidden)


# ---- export --------------------------------------------------------------------------------------

@suite.case("a calendar as one file: its frame and its name (RFC 7986, RFC 6266)")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")
        equal(put(alice, "z", in_zone()).status, 201)
        equal(put(alice, "y", in_zone().replace("UID:z", "UID:y")).status, 201)
        proppatch(alice, CALENDAR, "<D:displayname>Bücher/\"Ä\"</D:displayname>"
                  "<A:calendar-color>#FF2968FF</A:calendar-color>")
        got = alice.request("GET", CALENDAR)
        equal(got.header("Content-Disposition"),
              "attachment; filename=\"B__cher__.ics\"; filename*=UTF-8''B%C3%BCcher%C3%84.ics")
        equal(got.text.count("BEGIN:VTIMEZONE"), 1)
        equal("\r\nX-APPLE-CALENDAR-COLOR:#FF2968FF\r\n" in got.text, True)
        equal("\r\nNAME:Bücher/\"Ä\"\r\nX-WR-CALNAME:Bücher/\"Ä\"\r\n" in got.text, True)
        bare = alice.request("GET", CALENDAR, None, {"CalDAV-Timezones": "F"}).text
        equal((bare.count("BEGIN:VTIMEZONE"), bare.count("BEGIN:VEVENT")), (0, 2))
        as_json = alice.request("GET", CALENDAR, None, JCAL)
        equal(as_json.header("Content-Type"), "application/calendar+json")
        equal(".json" in as_json.header("Content-Disposition"), True)
        name, properties, components = as_json.json()
        equal((name, sorted(c[0] for c in components)),
              ("vcalendar", ["vevent", "vevent", "vtimezone"]))
        equal(["name", {}, "text", "Bücher/\"Ä\""] in properties, True, properties)


@suite.case("a calendar of any length, page by page")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        path = os.path.join(server.folder, "many.ics")
        with open(path, "w", encoding="utf-8", newline="") as file:
            for i in range(OBJECTS):
                file.write(event(f"u{i:05}", "20270118T090000Z", "20270118T100000Z", "x" * 200))
        server.run("import", "alice", "calendar", path)
        server.start()
        alice = server.client("alice")
        uids = re.findall(r"\r\nUID:(u\d+)\r\n", alice.request("GET", CALENDAR).text)
        equal((len(uids), len(set(uids))), (OBJECTS, OBJECTS))
        components = alice.request("GET", CALENDAR, None, JCAL).json()[2]
        equal(len({p[3] for c in components for p in c[1] if p[0] == "uid"}), OBJECTS)
        with open(f"/proc/{server.process.pid}/status", encoding="utf-8") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1))
        if "asan" not in s.build and "tsan" not in s.build:
            equal(peak < 100 * 1024, True, f"{peak} KiB")


# ---- jCal ------------------------------------------------------------------------------------------

@suite.case("an object as jCal and back (RFC 7265)")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")
        equal(put(alice, "a", in_zone()).status, 201)
        stored = alice.request("GET", f"{CALENDAR}a.ics")
        got = alice.request("GET", f"{CALENDAR}a.ics", None, JCAL)
        equal((got.status, got.header("Content-Type")), (200, "application/calendar+json"))
        equal("Accept" in got.header("Vary"), True)
        equal(got.header("ETag") != stored.header("ETag"), True)
        equal(got.json()[2][1][1][2],
              ["dtstart", {"tzid": "Europe/Berlin"}, "date-time", "2027-01-18T09:00:00"])

        # Each tag is of its own form for If-None-Match, and of the object for If-Match.
        def ask(tag, headers):
            return alice.request("GET", f"{CALENDAR}a.ics", None,
                                 {"If-None-Match": tag, **headers}).status

        equal(ask(got.header("ETag"), JCAL), 304)
        equal(ask(got.header("ETag"), {}), 200)
        equal(ask(stored.header("ETag"), JCAL), 200)
        equal(ask(stored.header("ETag"), {}), 304)
        changed = json.dumps(got.json()).replace("Busy", "Busier")
        done = alice.request("PUT", f"{CALENDAR}a.ics", changed,
                             {"Content-Type": "application/calendar+json",
                              "If-Match": got.header("ETag")})
        equal((done.status, done.header("ETag")), (204, None))
        after = alice.request("GET", f"{CALENDAR}a.ics").text
        equal(after.replace("SUMMARY:Busier", "SUMMARY:Busy"), stored.text)
        equal(alice.request("PUT", f"{CALENDAR}a.ics", changed,
                            {"Content-Type": "application/calendar+json",
                             "If-Match": got.header("ETag")}).status, 412)

        # What is no jCal, and what is no object.
        for body in ("{", "[]", '["vcalendar",[],[]]', "[" * 100,
                     '["vcalendar",[],[["vevent",[["begin",{},"text","x"]],[]]]]'):
            done = alice.request("PUT", f"{CALENDAR}b.ics", body,
                                 {"Content-Type": "application/calendar+json"})
            equal((done.status, "valid-calendar-" in done.text), (403, True), body)
        equal(alice.request("GET", f"{CALENDAR}b.ics").status, 404)
        equal(alice.request("GET", f"{CALENDAR}a.ics", None, {"Accept": "text/html"}).status, 406)


@suite.case("jCal in REPORTs says in its element what it is (RFC 4791 §9.6)")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")
        equal(put(alice, "a", in_zone()).status, 201)

        def report(attributes, headers=None):
            return alice.request("REPORT", CALENDAR, MULTIGET.format(attributes, CALENDAR + "a.ics"),
                                 {"Content-Type": "application/xml", **(headers or {})})

        got = report('content-type="application/calendar+json" version="2.0"')
        found = re.search(r'<C:calendar-data content-type="application/calendar\+json" version='
                          r'"2.0">(.*)</C:calendar-data>', got.text, re.S)
        equal(json.loads(found.group(1))[0], "vcalendar")
        equal("BEGIN:VTIMEZONE" in report("").text, True)
        equal("<C:calendar-data>" in report("").text, True)
        bare = report("", {"CalDAV-Timezones": "F"}).text
        equal(("BEGIN:VTIMEZONE" in bare, "BEGIN:VEVENT" in bare), (False, True))
        equal(report('content-type="text/plain"').status, 403)


# ---- POST and Prefer -------------------------------------------------------------------------------

@suite.case("an object under a name of the server's (RFC 5995)")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.start()
        alice = server.client("alice")

        def post(body, headers=None):
            return alice.request("POST", CALENDAR, body,
                                 {"Content-Type": "text/calendar", **(headers or {})})

        body = event("new one", "20270118T090000Z", "20270118T100000Z")
        done = post(body)
        place, tag = done.header("Location"), done.header("ETag")
        equal((done.status, place.startswith(CALENDAR)), (201, True))
        got = alice.request("GET", place)
        equal((got.text, got.header("ETag")), (body, tag))
        again = post(body)
        equal((again.status, place in again.text), (403, True), again.text)
        done = post(event("second", "20270118T090000Z", "20270118T100000Z"),
                    {"Prefer": "return=representation", "Accept": "application/calendar+json"})
        equal((done.status, done.header("Preference-Applied"), done.json()[0]),
              (201, "return=representation", "vcalendar"))
        equal(done.header("Content-Location"), done.header("Location"))
        equal(alice.request("GET", done.header("Location"), None, JCAL).header("ETag"),
              done.header("ETag"))


suite.main()
