#!/usr/bin/python3
"""What nobody should send: it gets a clear error, changes nothing, and hurts no one else.

Lines 47-54 of the list of pitfalls that other servers fell into, over raw sockets.
"""
import base64
import json
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, Suite, ahead, equal, event, parallel  # noqa: E402

suite = Suite("hostile")
AUTH = "Authorization: Basic " + base64.b64encode(f"alice:{PASSWORD}".encode()).decode() + "\r\n"
HOME = "/dav/calendars/alice/calendar/"
CALENDAR = {"Content-Type": "text/calendar"}


def prepared(s, env=None):
    server = s.server(env)
    server.add_user("alice")
    server.add_user("bob")
    server.add_type("alice")
    return server.start()


def raw(server, data, seconds=60.0):
    """Send bytes, read until the server hangs up or is silent for half a second."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as sock:
        sock.sendall(data)
        got = b""
        try:
            while True:
                sock.settimeout(seconds if not got else 0.5)
                part = sock.recv(65536)
                if not part:
                    return got, True
                got += part
        except (socket.timeout, ConnectionResetError) as why:
            return got, isinstance(why, ConnectionResetError)


def snapshot(server):
    """What alice's calendar holds, byte for byte."""
    return server.run("export", "alice", "calendar")[1]


INNER = (f"DELETE {HOME}kept.ics HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n").encode()
FRAMING = [
    ("two lengths that differ", "Content-Length: 5\r\nContent-Length: 0\r\n"),
    ("two lengths that agree", "Content-Length: 0\r\nContent-Length: 0\r\n"),
    ("a length with chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    ("a length with a plus", "Content-Length: +0\r\n"),
    ("a length with a letter", "Content-Length: 0a\r\n"),
    ("a negative length", "Content-Length: -1\r\n"),
    ("an enormous length", "Content-Length: 99999999999999999999999\r\n"),
    ("gzip and chunked", "Transfer-Encoding: gzip, chunked\r\n"),
    ("chunked twice", "Transfer-Encoding: chunked, chunked\r\n"),
    ("an unknown coding", "Transfer-Encoding: xchunked\r\n"),
    ("a blank before the colon", "Content-Length : 0\r\n"),
    ("two hosts", "Host: y\r\n"),
]


@suite.case("47: doubtful framing is refused, and no second request gets through")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal(alice.request("PUT", HOME + "kept.ics", event("kept", "20270104T090000Z",
              "20270104T100000Z"), CALENDAR).status, 201)
        before = snapshot(server)
        for what, lines in FRAMING:
            got, _ = raw(server, f"GET {HOME} HTTP/1.1\r\nHost: x\r\n{AUTH}{lines}\r\n".encode() +
                         b"0\r\n\r\n" + INNER)
            if not got.startswith(b"HTTP/1.1 4") and not got.startswith(b"HTTP/1.1 5") and got:
                raise AssertionError(f"{what}: {got[:120]}")
            equal(got.count(b"HTTP/1.1 "), min(1, got.count(b"HTTP/1.1 ")), what)
            equal(snapshot(server), before, what)
        got, _ = raw(server, f"GET {HOME} HTTP/1.1\r\n{AUTH}\r\n".encode())
        equal(got[:12], b"HTTP/1.1 400", "no host")


CHUNKS = [
    # what, what follows the header, status
    ("a bare LF everywhere", b"5\nhello\n0\n\n", b"400"),
    ("a bare LF behind an extension", b"5;a\nhello\r\n0\r\n\r\n", b"400"),
    ("a bare LF behind data", b"5\r\nhello\n5\r\nhello\r\n0\r\n\r\n", b"400"),
    ("a CR in an extension", b"5;a\rb\r\nhello\r\n0\r\n\r\n", b"400"),
    ("an extension of 20 KB", b"5;" + b"a" * 20000 + b"\r\nhello\r\n0\r\n\r\n", b"413"),
    ("an extension of 100 KB", b"5;" + b"a" * 100000, b"413"),
    ("a chunk of 2^63 bytes", b"8000000000000000\r\nB", b"413"),
    ("a chunk of 2^31 bytes", b"7fffffff\r\nB", b"413"),
    ("a chunk of 2^32 bytes", b"FFFFFFFF\r\nB", b"413"),
    ("a chunk of 2^68 bytes", b"FFFFFFFFFFFFFFFFF\r\nB", b"413"),
    ("a chunk that does not come", b"8000000000000000\r\n", b"408"),
]


@suite.case("47: doubtful chunks are refused (RFC 9112 §7.1), and too large ones at once")
def _(s):
    with prepared(s, {"FASTI_LIMITS_BODY_MS": "2000"}) as server:
        before = snapshot(server)
        for what, chunks, status in CHUNKS:
            head = (f"PUT {HOME}c.ics HTTP/1.1\r\nHost: x\r\n{AUTH}Content-Type: text/calendar\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n").encode()
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sock:
                sock.sendall(head)
                if status == b"408":  # the line in a packet of its own is not seen
                    time.sleep(0.2)
                sock.sendall(chunks)
                equal(sock.recv(65536)[:12], b"HTTP/1.1 " + status, what)
            equal(snapshot(server), before, what)


@suite.case("a body in an encoding is 415 (RFC 9110 §8.4), and a body of GET means nothing (§9.3.1)")
def _(s):
    with prepared(s) as server:
        alice, before = server.client("alice"), snapshot(server)
        body = event("z", "20270104T090000Z", "20270104T100000Z")
        got = alice.request("PUT", HOME + "z.ics", body, dict(CALENDAR, **{"Content-Encoding": "gzip"}))
        equal((got.status, got.header("Accept-Encoding")), (415, "identity"))
        equal(snapshot(server), before)
        identity = dict(CALENDAR, **{"Content-Encoding": "identity"})
        equal(alice.request("PUT", HOME + "z.ics", body, identity).status, 201)
        for path in ("/healthz", "/book/alice/intro", HOME + "z.ics"):
            equal(alice.request("GET", path, "hello").status, 200, path)


@suite.case("the log says why a request was refused, and tells no query, password or token")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        equal(alice.request("PUT", HOME + "bad.ics", "hello", CALENDAR).status, 403)
        equal(alice.request("PUT", HOME + "bad.ics?token=querysecret", "hello", CALENDAR).status, 403)
        equal(server.client("alice", "wrongsecret").request("PROPFIND", HOME).status, 401)
        equal(nobody.request("GET", "/api/availability?timezone=querysecret").status >= 400, True)
        equal(nobody.request("POST", "/api/bookings", '{"token": bodysecret}',
                             {"Content-Type": "application/json"}).status, 400)
        equal(nobody.request("GET", "/manage/pathsecret?token=querysecret").status in (200, 404), True)
        server.stop()
        log = server.log()
        refused = [line for line in log.splitlines() if " path=" + HOME + "bad.ics " in line]
        equal(len(refused), 2)
        for line in refused:
            equal("status=403" in line and " fault=BAD_DATA why=\"" in line, True, line)
        for fault in ("UNAUTHENTICATED", "BAD_REQUEST"):
            equal(f" fault={fault} why=\"" in log, True, fault)
        equal("secret" in log, False, [x for x in log.splitlines() if "secret" in x])


PATHS = [
    "/dav/calendars/alice/calendar%00/x.ics", "/dav/calendars/alice/calendar/%00",
    "/dav/calendars/alice/calendar/kept.ics%00.txt", "/dav/calendars/alice/../bob/calendar/",
    "/dav/calendars/alice/%2e%2e/bob/calendar/", "/dav/calendars/bob%2F..%2Falice/calendar/",
    "/dav/calendars/alice%2Fcalendar/", "/dav/calendars/alice/calendar%2Fkept.ics",
    "/dav/calendars/alice/calendar/..%2Fcalendar/kept.ics", "/dav/calendars//alice/calendar/",
    "/dav/calendars/alice/calendar/%ff.ics", "/dav/calendars/alice/calendar/%zz.ics",
]


@suite.case("48: %00, %2F and .. reach no other resource, in any method")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        alice.request("PUT", HOME + "kept.ics", event("kept", "20270104T090000Z",
                                                      "20270104T100000Z"), CALENDAR)
        before = snapshot(server)
        for path in PATHS:
            for method, body in (("DELETE", None), ("GET", None), ("PROPFIND", None),
                                 ("PUT", event("new", "20270105T090000Z", "20270105T100000Z"))):
                got = alice.request(method, path, body, CALENDAR if body else {"Depth": "0"})
                if not 400 <= got.status < 500:
                    raise AssertionError(f"{method} {path}: {got.status} {got.text[:200]}")
            equal(snapshot(server), before, path)


@suite.case("49: a line end in a property, name or password never becomes a header")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        alice.request("PROPPATCH", HOME,
                      '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x&#13;&#10;'
                      'Set-Cookie: evil=1</D:displayname></D:prop></D:set></D:propertyupdate>',
                      {"Content-Type": "application/xml"})
        for method, path, headers in (("GET", HOME, {}), ("PROPFIND", HOME, {"Depth": "0"})):
            got = alice.request(method, path, None, headers)
            equal(got.header("Set-Cookie"), None)
        for password in (PASSWORD + "\0", PASSWORD + "\0more", PASSWORD + "\n", PASSWORD[:-1], ""):
            equal(server.client("alice", password).request("PROPFIND", HOME, None,
                  {"Depth": "0"}).status, 401, repr(password))
        equal(server.client("alice\0", PASSWORD).request("PROPFIND", HOME).status, 401)


@suite.case("50: another's UID tells nothing and takes nothing over")
def _(s):
    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        mine = event("secret-uid", "20270104T090000Z", "20270104T100000Z", "Private")
        equal(alice.request("PUT", HOME + "p.ics", mine, CALENDAR).status, 201)
        his = event("secret-uid", "20270108T090000Z", "20270108T100000Z", "Taken",
                    "ORGANIZER:mailto:bob@example.org\r\nATTENDEE:mailto:alice@example.org\r\n"
                    "STATUS:CANCELLED\r\n")
        got = bob.request("PUT", "/dav/calendars/bob/calendar/p.ics", his, CALENDAR)
        equal(got.status, 201, "a UID is the business of one calendar")
        equal(alice.request("GET", HOME + "p.ics").text, mine)


@suite.case("51: slow-drip headers and bodies end; 500 idle connections starve nobody")
def _(s):
    env = {"FASTI_LIMITS_HEADER_MS": "1500", "FASTI_LIMITS_BODY_MS": "1500",
           "FASTI_LIMITS_IDLE_MS": "60000"}
    with prepared(s, env) as server:
        drips = []
        for start in (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
                      f"PUT {HOME}s.ics HTTP/1.1\r\nHost: x\r\n{AUTH}Content-Type: text/calendar"
                      "\r\nContent-Length: 4000\r\n\r\nBEGIN".encode()):
            sock = socket.create_connection(("127.0.0.1", server.port))
            sock.sendall(start)
            drips.append(sock)
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(500)]
        begun, ended = time.monotonic(), {}
        while len(ended) < len(drips) and time.monotonic() - begun < 60:
            for sock in drips:
                if sock in ended:
                    continue
                try:
                    sock.sendall(b"a")
                    sock.settimeout(0.05)
                    if sock.recv(4096) == b"":
                        ended[sock] = time.monotonic() - begun
                except socket.timeout:
                    pass
                except OSError:
                    ended[sock] = time.monotonic() - begun
            equal(server.client("alice").request("GET", "/healthz").status, 200)
            time.sleep(0.1)
        equal(len(ended), len(drips), "every slow client was cut off")
        for sock in drips + idle:
            sock.close()


@suite.case("51: many large bodies at once leave the server answering")
def _(s):
    with prepared(s) as server:
        held = []
        for _ in range(20):
            sock = socket.create_connection(("127.0.0.1", server.port))
            sock.sendall(f"PUT {HOME}b.ics HTTP/1.1\r\nHost: x\r\n{AUTH}Content-Type: text/calendar"
                         "\r\nContent-Length: 1000000\r\n\r\n".encode() + b"x" * 900000)
            held.append(sock)
        equal(server.client("alice").request("PROPFIND", HOME, None, {"Depth": "0"}).status, 207)
        for sock in held:
            sock.setblocking(False)
            try:
                raise AssertionError(f"it was not answered beside the others: {sock.recv(100)}")
            except BlockingIOError:
                sock.close()


@suite.case("a body of 100 MB is refused before it is read, chunked or not")
def _(s):
    with prepared(s) as server:
        before = snapshot(server)
        got, closed = raw(server, f"PUT {HOME}h.ics HTTP/1.1\r\nHost: x\r\n{AUTH}"
                          "Content-Type: text/calendar\r\nContent-Length: 104857600\r\n\r\n".encode())
        equal(got.split(b" ")[1] in (b"413", b"403"), True, got[:100])
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
            sock.sendall(f"PUT {HOME}h.ics HTTP/1.1\r\nHost: x\r\n{AUTH}Content-Type: text/calendar"
                         "\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            sent = 0
            try:
                while sent < 104857600:
                    sock.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                    sent += 65536
            except OSError:
                pass
            equal(sent < 50 << 20, True, f"{sent} bytes were taken")
        equal(snapshot(server), before)


def series(lines):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n" + lines + "END:VCALENDAR\r\n"


def vevent(uid, lines, start="DTSTART:20270104T090000Z\r\nDTEND:20270104T100000Z\r\n"):
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n{start}{lines}"
            "END:VEVENT\r\n")


OVERRIDES = "".join(vevent("many", f"RECURRENCE-ID:{y}{m:02}{d:02}T090000Z\r\n")
                    for y in range(2027, 2057) for m in range(1, 13) for d in range(1, 28))
HEAVY = [
    ("a rule without instances", series(vevent("r1", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"))),
    ("secondly without end", series(vevent("r2", "RRULE:FREQ=SECONDLY\r\n"))),
    ("secondly, two thousand million", series(vevent("r3", "RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n"))),
    ("hourly on the last day of the year", series(vevent("r4", "RRULE:FREQ=HOURLY;BYYEARDAY=-1\r\n"))),
    ("a line of 900 kB", series(vevent("r5", "SUMMARY:" + "a" * 900000 + "\r\n"))),
    ("9,720 overrides", series(vevent("many", "RRULE:FREQ=DAILY\r\n") + OVERRIDES)[:1000000]),
    ("20,000 nested components", series("BEGIN:X-A\r\n" * 20000)),
    ("100,000 parameters", series(vevent("r6", "X-A" + ";B=c" * 100000 + ":d\r\n"))),
    ("100,000 attendees", series(vevent("r7", "ATTENDEE:mailto:a@b.example\r\n" * 30000))),
    ("100,000 exdates", series(vevent("r8", "RRULE:FREQ=DAILY\r\nEXDATE:" + ",".join(
        ["20270104T090000Z"] * 50000) + "\r\n"))),
]


@suite.case("52: objects that starve other servers cost little here, whatever the verdict")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        for what, body in HEAVY:
            begun = server.cpu()
            got = alice.request("PUT", HOME + "heavy.ics", body, CALENDAR)
            took = server.cpu() - begun
            equal(got.status in (201, 204, 403, 413), True, f"{what}: {got.status} {got.text[:200]}")
            if got.status in (403,) and b"error" not in got.body:
                raise AssertionError(f"{what}: no precondition in {got.text}")
            equal(took < 10, True, f"{what}: {took:.1f} s")
            equal(nobody.request("GET", "/healthz").status, 200, what)
            alice.request("DELETE", HOME + "heavy.ics")


XML = [
    ("an entity", '<!DOCTYPE x [<!ENTITY a "b">]><D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop>'
                  "</D:propfind>"),
    ("a file entity", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
                      '<D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop></D:propfind>'),
    ("a billion laughs", "<!DOCTYPE l [<!ENTITY a0 'ha'>" + "".join(
        f"<!ENTITY a{i} '{('&a%d;' % (i - 1)) * 10}'>" for i in range(1, 10)) + "]>"
        "<D:propfind xmlns:D='DAV:'><D:prop>&a9;</D:prop></D:propfind>"),
    ("100,000 attributes", "<D:propfind xmlns:D='DAV:' " + " ".join(
        f"a{i}='b'" for i in range(60000)) + "><D:allprop/></D:propfind>"),
    ("10,000 levels", "<D:propfind xmlns:D='DAV:'>" + "<D:prop>" * 10000),
    ("no XML at all", "hello"),
    ("an undeclared prefix", "<D:propfind><D:allprop/></D:propfind>"),
    ("cut short", '<D:propfind xmlns:D="DAV:"><D:prop><D:displ'),
]


@suite.case("XML with entities, too deep, too wide or broken: 400, at once")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        for what, body in XML:
            for method in ("PROPFIND", "REPORT", "PROPPATCH"):
                begun = server.cpu()
                got = alice.request(method, HOME, body, {"Content-Type": "application/xml",
                                                         "Depth": "0"})
                equal(got.status in (400, 413), True, f"{method}, {what}: {got.status}")
                equal(b"root:" in got.body, False, what)
                equal(server.cpu() - begun < 2, True, what)


OBJECTS = [
    # what, body, precondition
    ("truncated", event("t", "20270104T090000Z", "20270104T100000Z")[:150], b"valid-calendar-data"),
    ("two UIDs", series(vevent("a", "") + vevent("b", "")), b"valid-calendar-object-resource"),
    ("two kinds", series(vevent("a", "") + "BEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
                         "END:VTODO\r\n"), b"valid-calendar-object-resource"),
    ("a METHOD", series("METHOD:REQUEST\r\n" + vevent("a", "")), b"valid-calendar-object-resource"),
    ("a bare component", vevent("a", ""), b"valid-calendar-data"),
    ("month 13", series(vevent("a", "", "DTSTART:20271304T090000Z\r\n")), b"valid-calendar-data"),
    ("the end before the start", series(vevent("a", "", "DTSTART:20270104T090000Z\r\n"
                                               "DTEND:20270103T090000Z\r\n")),
     b"valid-calendar-object-resource"),
    ("a rule that is none", series(vevent("a", "RRULE:FREQ=SOMETIMES\r\n")), b"valid-calendar-data"),
    ("not UTF-8", series(vevent("a", "SUMMARY:")).encode()[:-30] + b"\xff\xfe\r\nEND:VEVENT\r\n"
                  b"END:VCALENDAR\r\n", b"valid-calendar-data"),
    ("a task in a calendar of events", series("BEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n"
                                              "END:VTODO\r\n"), b"supported-calendar-component"),
    ("a UID that is used", event("used", "20270111T090000Z", "20270111T100000Z"),
     b"no-uid-conflict"),
]


@suite.case("bad objects get their precondition and change nothing")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        alice.request("PUT", HOME + "used.ics", event("used", "20270104T090000Z",
                                                      "20270104T100000Z"), CALENDAR)
        before = snapshot(server)
        for what, body, precondition in OBJECTS:
            got = alice.request("PUT", HOME + "new.ics", body, CALENDAR)
            equal(got.status in (403, 409), True, f"{what}: {got.status} {got.text}")
            equal(precondition in got.body, True, f"{what}: {got.text}")
            equal(snapshot(server), before, what)


@suite.case("54: UNTIL at the end of time yields its instances")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        body = series(vevent("until", "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z\r\n"))
        equal(alice.request("PUT", HOME + "until.ics", body, CALENDAR).status, 201)
        report = ('<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range '
                  'start="20270201T000000Z" end="20270203T000000Z"/></C:free-busy-query>')
        got = alice.request("REPORT", HOME, report, {"Content-Type": "application/xml",
                                                     "Depth": "1"})
        equal(got.text.replace("\r\n ", "").count("20270201T09") +
              got.text.replace("\r\n ", "").count("20270202T09"), 2, got.text)


@suite.case("53: what is listed can be read, and is in sync-collection, after kill -9")
def _(s):
    with prepared(s) as server:
        import threading
        stop, begun = threading.Event(), threading.Event()

        def write(worker):
            client, n = server.client("alice"), 0
            while not stop.is_set():
                n += 1
                try:
                    client.request("PUT", f"{HOME}{worker}-{n}.ics", event(
                        f"{worker}-{n}", "20270104T090000Z", "20270104T100000Z"), CALENDAR)
                    begun.set()
                except Exception:  # the server is gone: that is the case
                    return

        for _ in range(3):
            stop.clear()
            begun.clear()
            threads = [threading.Thread(target=write, args=(f"w{os.urandom(3).hex()}",))
                       for _ in range(8)]
            for t in threads:
                t.start()
            equal(begun.wait(60), True, "something is written")
            time.sleep(0.1)
            server.kill()
            stop.set()
            for t in threads:
                t.join()
            server.start()
        alice = server.client("alice")
        listing = alice.request("PROPFIND", HOME, None, {"Depth": "1"}).text
        hrefs = {h.split("<")[0] for h in listing.split("href>") if h.startswith(HOME)
                 and ".ics" in h.split("<")[0]}
        sync = alice.request("REPORT", HOME,
                             '<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1'
                             "</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>",
                             {"Content-Type": "application/xml"}).text
        equal(len(hrefs) > 0, True)
        for href in hrefs:
            equal(alice.request("GET", href).status, 200, href)
            equal(href in sync, True, f"{href} is missing from sync-collection")
        equal(alice.request("PUT", HOME + "after.ics", event("after", "20270104T090000Z",
              "20270104T100000Z"), CALENDAR).status, 201)


RESETS = 40 if os.environ.get("FASTI_QUICK") else 120  # by each of 48 clients


@suite.case("clients who reset the connection while what they asked for is written")
def _(s):
    with prepared(s) as server:
        days = server.client().request(
            "GET", f"/api/availability/slots?host=alice&type=intro&from={ahead(2)}"
                   f"&to={ahead(40)}").json()["days"]
        starts = [slot["start_time"] for day in days for slot in day["slots"]]

        def ask(dice, n):
            if dice.random() < 0.9:
                head = "POST /api/holds HTTP/1.1\r\nContent-Type: application/json\r\n"
                body = json.dumps({"host": "alice", "type": "intro",
                                   "start_time": dice.choice(starts)})
            else:
                head = f"PUT {HOME}{n}.ics HTTP/1.1\r\nContent-Type: text/calendar\r\n" + AUTH
                body = event(f"reset-{n}", "20270105T080000Z", "20270105T090000Z")
            return (head + f"Host: x\r\nContent-Length: {len(body)}\r\n\r\n" + body).encode()

        def reset(client):
            dice = random.Random(client)
            for n in range(RESETS):
                sock = socket.create_connection(("127.0.0.1", server.port))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.sendall(ask(dice, client * RESETS + n))
                time.sleep(dice.random() * 0.004)
                sock.close()

        parallel(48, reset)
        equal(server.process.poll(), None, "it lives")
        equal(server.client().request("GET", "/healthz").status, 200, "and answers")
        equal(server.run("check")[1].strip(), "All is well.", "fasti check")


@suite.case("an answer to HEAD has no content of any kind (RFC 9112 §6.3)")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        alice.request("PUT", HOME + "a.ics", event("a", "20270104T090000Z", "20270104T100000Z"),
                      CALENDAR)
        link = alice.request("POST", HOME + "a.ics?action=attachment-add", b"x" * 700 * 1024,
                             {"Content-Type": "text/plain"}).header("Location")
        for path in (HOME, HOME + "a.ics", "/" + link.split("://")[1].split("/", 1)[1]):
            got, _ = raw(server, (f"HEAD {path} HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n"
                                  f"OPTIONS /dav/ HTTP/1.1\r\nHost: x\r\n{AUTH}\r\n").encode())
            head, _, rest = got.partition(b"\r\n\r\n")
            equal(head.split(b"\r\n")[0], b"HTTP/1.1 200 OK", path)
            equal(rest == b"" or rest.startswith(b"HTTP/1.1 200 OK\r\n"), True, rest[:80])


suite.main()
