#!/usr/bin/python3
"""REPORTs that ask for much: whole calendars in one body, instances by the thousand."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event  # noqa: E402

suite = Suite("reports")
CALENDAR = "/dav/calendars/alice/calendar/"
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


def started(s, env=None):
    server = s.server(env)
    server.add_user("alice")
    return server.start()


def imported(server, objects):
    path = os.path.join(server.folder, "many.ics")
    with open(path, "w", newline="") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n" + "".join(objects) +
                   "END:VCALENDAR\r\n")
    server.run("import", "alice", "calendar", path)


def component(uid, lines):
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n" +
            "".join(line + "\r\n" for line in lines) + "END:VEVENT\r\n")


def report(client, body, path=CALENDAR, depth="1"):
    return client.request("REPORT", path, body,
                          {"Content-Type": "application/xml", "Depth": depth})


def multiget(hrefs, asked="<D:getetag/>"):
    return (f"<C:calendar-multiget {NAMESPACES}><D:prop>{asked}</D:prop>" +
            "".join(f"<D:href>{href}</D:href>" for href in hrefs) + "</C:calendar-multiget>")


def hrefs_of(text):
    return re.findall(r"<D:href>([^<]*)</D:href>", text)


@suite.case("a whole calendar is asked for by one multiget, 12,000 hrefs of 100 bytes and more "
            "(vdirsyncer; decisions 9)")
def _(s):
    # What the server may take for one request is less than the answer is long.
    with started(s, {"FASTI_LIMITS_REQUEST_MB": "40"}) as server:
        alice = server.client("alice")
        text = "x" * 8000
        imported(server, [component(f"{i:04}", ["DTSTART:20270301T100000Z", "DURATION:PT1H",
                                                f"DESCRIPTION:{text}"]) for i in range(6000)])
        listed = alice.request("PROPFIND", CALENDAR,
                               f"<D:propfind {NAMESPACES}><D:prop><D:getetag/></D:prop>"
                               "</D:propfind>", {"Depth": "1"})
        there = [href for href in hrefs_of(listed.text) if href != CALENDAR]
        equal(len(there), 6000)
        missing = [f"{CALENDAR}{'y' * 64}-{i:05}.ics" for i in range(6000)]
        got = report(alice, multiget(there + missing, "<D:getetag/><C:calendar-data/>"))
        equal(got.status, 207, got.text[:300])
        equal(hrefs_of(got.text), there + missing, "each once, in the order of the question")
        equal([got.text.count("END:VCALENDAR"), got.text.count("404 Not Found")], [6000, 6000])
        equal(len(got.body) > 40 << 20, True, "the answer is longer than what it may take")


@suite.case("20,000 hrefs fit into a body; a body past its limit is 413")
def _(s):
    with started(s) as server:
        alice = server.client("alice")
        hrefs = [f"{CALENDAR}{'y' * 100}-{i:05}.ics" for i in range(20000)]
        got = report(alice, multiget(hrefs))
        equal([got.status, len(hrefs_of(got.text))], [207, 20000])
        equal(report(alice, multiget(hrefs * 2)).status, 413)


@suite.case("an object of more instances than an answer holds is refused alone (RFC 4791 §9.6.5)")
def _(s):
    with started(s) as server:
        alice = server.client("alice")
        for name, rule in (("few", "FREQ=DAILY;COUNT=3"), ("day", "FREQ=DAILY;COUNT=6000"),
                           ("minute", "FREQ=MINUTELY;COUNT=30000")):
            put = alice.request("PUT", f"{CALENDAR}{name}.ics",
                                event(name, "20270101T100000Z", "20270101T100100Z",
                                      extra=f"RRULE:{rule}\r\n"), {"Content-Type": "text/calendar"})
            equal(put.status, 201, put.text)
        data = ('<D:getetag/><C:calendar-data><C:expand start="20270101T000000Z" '
                'end="20500101T000000Z"/></C:calendar-data>')
        query = (f"<C:calendar-query {NAMESPACES}><D:prop>{data}</D:prop><C:filter>"
                 '<C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>')
        for body in (query, multiget([f"{CALENDAR}{n}.ics" for n in ("day", "few", "minute")],
                                     data)):
            got = report(alice, body)
            equal(got.status, 207, got.text[:300])
            day, few, minute = got.text.split("</D:response>")[:3]
            equal([x.count("BEGIN:VEVENT") for x in (day, few, minute)], [6000, 3, 0])
            equal("<D:propstat><D:prop><C:calendar-data/></D:prop>"
                  "<D:status>HTTP/1.1 507 Insufficient Storage</D:status>"
                  "<D:error><D:number-of-matches-within-limits/></D:error></D:propstat>" in minute,
                  True, minute)
            equal("<D:getetag>" in minute, True, "what else was asked for is told")
        alone = report(alice, multiget([f"{CALENDAR}minute.ics"], data.replace("<D:getetag/>", "")))
        equal([alone.status, alone.text.count("<D:propstat>")], [207, 1], alone.text)


def expansion(inside):
    return f"<D:expand-property {NAMESPACES}>{inside}</D:expand-property>"


def asked(name, inside="", uri="DAV:"):
    return f'<D:property name="{name}" namespace="{uri}">{inside}</D:property>'


@suite.case("an expansion of many principals and names is told whole; of more it is refused "
            "(RFC 3253 §3.8)")
def _(s):
    with started(s) as server:
        alice = server.client("alice")
        for n in range(60):
            server.run("user", "add", f"g{n}", "--kind", "group", "--member", "alice")
        path, names = "/dav/principals/users/alice/", [f"p{n}" for n in range(190)]

        def groups(inside):
            return report(alice, expansion(asked("group-membership", inside)), path, "0")

        got = groups("".join(map(asked, ["displayname"] + names)))
        equal([got.status, got.text.count("<D:response>")], [207, 61], got.text[:300])
        equal([got.text.count("<D:p0/>"), got.text.count("<D:p189/>")], [60, 60])
        equal(groups(asked("displayname") * 700).status, 400, "past the bound of all requests")
        member = "group-member-set"
        deep = asked(member, asked("group-membership", asked(member, asked("displayname"))))
        got = groups(deep)
        equal(got.status, 507, "60 x 60 principals")
        equal("number-of-matches-within-limits" in got.text, True, got.text)


@suite.case("an expansion finds what a path finds: what is shared, objects, and not what is closed")
def _(s):
    with started(s) as server:
        server.add_user("bob")
        alice, bob = server.client("alice"), server.client("bob")
        home, mine = "/dav/calendars/bob/", "/dav/principals/users/bob/"
        acl = ('<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>/dav/principals/users/bob/'
               "</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant>"
               "</D:ace></D:acl>")
        equal(alice.request("ACL", CALENDAR, acl).status, 200)
        put = bob.request("PUT", f"{home}calendar/b.ics", event("b", "20270101T100000Z",
                          "20270101T110000Z"), {"Content-Type": "text/calendar"})
        equal(put.status, 201)
        hrefs = [f"{home}alice~calendar/", f"{home}calendar/b.ics", "/dav/calendars/alice/tasks/",
                 "/dav/calendars/alice/", "/dav/nowhere/"]
        kept = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
        patch = (f'<D:propertyupdate {NAMESPACES} xmlns:X="x:"><D:set><D:prop><X:see>{kept}'
                 "</X:see></D:prop></D:set></D:propertyupdate>")
        equal(bob.request("PROPPATCH", mine, patch).status, 207)
        got = report(bob, expansion(asked("see", asked("owner") + asked("getetag"), "x:")), mine,
                     "0")
        equal(got.status, 207, got.text)
        parts = got.text.split("<D:response>")[2:]
        equal([hrefs_of(part)[0] for part in parts], hrefs)
        equal(["404 Not Found</D:status></D:response>" in part for part in parts],
              [False, False, True, True, True])
        equal("<D:owner><D:href>/dav/principals/users/alice/" in parts[0], True, parts[0])
        equal(put.header("ETag") in parts[1].replace("&quot;", '"'), True, parts[1])


suite.main()
