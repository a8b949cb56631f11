#!/usr/bin/python3
"""COPY, MOVE and plain collections, as far as it takes a store, a booking, a second user or a crowd."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, Skip, Suite, equal, event, next_monday, parallel, wait_for  # noqa: E402

suite = Suite("copymove")
HOME = "/dav/calendars/alice/"
NINE, TEN = "20270104T090000Z", "20270104T100000Z"


def served(s, *users):
    server = s.server()
    for user in users or ("alice",):
        server.add_user(user)
    return server.start()


def put(client, path, body, kind="text/calendar"):
    got = client.request("PUT", path, body, {"Content-Type": kind})
    equal(got.status in (201, 204), True, f"PUT {path}: {got.status} {got.text}")
    return got


def send(client, method, path, to, **headers):
    return client.request(method, path, headers={"Destination": to, **headers})


def status(client, method, path, to, **headers):
    return send(client, method, path, to, **headers).status


def mkcol(client, path):
    return client.request("MKCOL", path).status


def is_well(server):
    equal(server.run("check")[1].strip(), "All is well.", "fasti check")


def is_purged(server):
    wait_for(lambda: "purge" not in server.run("jobs", "list")[1], what="the purge")
    is_well(server)


def busy(client, home=HOME):
    """The busy periods of that week, as a client asks for them."""
    got = client.request(
        "REPORT", home + "calendar/",
        '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range'
        ' start="20270104T000000Z" end="20270111T000000Z"/></C:free-busy-query>',
        {"Content-Type": "application/xml", "Depth": "1"})
    equal(got.status, 200, got.text)
    return re.findall(r"(?m)^FREEBUSY[^:]*:(\S+)", got.text)


# ---- bookings ---------------------------------------------------------------------------------

def booked(server):
    """A booking of alice's: what the API says of it, and where its event stands."""
    server.add_type("alice")
    got = server.client().request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "start_time": f"{next_monday()}T10:00:00Z",
        "invitee_name": "Ivy", "invitee_email": "ivy@example.net",
        "invitee_timezone": "Europe/Berlin"}), {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    booking = got.json()
    page = server.client("alice").request("PROPFIND", HOME + "calendar/", headers={"Depth": "1"})
    names = re.findall(rf"<D:href>({HOME}calendar/[^<]+)</D:href>", page.text)
    equal(len(names), 1, page.text)
    wait_for(lambda: len(server.mails()) >= 1, what="the invitation")
    return booking, names[0]


def booking_status(server, booking):
    token = booking["cancel_url"].rsplit("/", 1)[1]
    got = server.client().request("GET", f"/api/bookings/{booking['id']}?token={token}")
    equal(got.status, 200, got.text)
    return got.json()["status"]


def cancels(server):
    return sum(b"METHOD:CANCEL" in m or b"method=CANCEL" in m for m in server.mails())


@suite.case("a booking goes with its event to another calendar and under another name")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        booking, path = booked(server)
        sent = len(server.mails())
        equal(alice.request("MKCALENDAR", HOME + "work/").status, 201)
        equal(status(alice, "MOVE", path, HOME + "work/moved.ics"), 201)
        equal(status(alice, "MOVE", HOME + "work/moved.ics", HOME + "work/again.ics"), 201)
        equal(booking_status(server, booking), "confirmed")
        is_well(server)
        # It is the same booking: when its event goes, it ends.
        equal(alice.request("DELETE", HOME + "work/again.ics").status, 204)
        equal(booking_status(server, booking), "cancelled")
        wait_for(lambda: len(server.mails()) > sent, what="the cancellation")
        equal(cancels(server), 1)
        is_well(server)


@suite.case("a copy of a booked event is no second booking, and its end ends none")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        booking, path = booked(server)
        equal(alice.request("MKCALENDAR", HOME + "work/").status, 201)
        equal(status(alice, "COPY", path, HOME + "work/copy.ics"), 201)
        equal(alice.request("MKCALENDAR", HOME + "third/").status, 201)
        equal(status(alice, "MOVE", HOME + "work/copy.ics", HOME + "third/copy.ics"), 201)
        equal(status(alice, "MOVE", path, HOME + "work/real.ics"), 201)
        equal(alice.request("DELETE", HOME + "third/copy.ics").status, 204)
        equal(booking_status(server, booking), "confirmed")
        is_well(server)
        equal(alice.request("DELETE", HOME + "work/real.ics").status, 204)
        equal(booking_status(server, booking), "cancelled")
        is_well(server)


@suite.case("a booked event that becomes a file is no event, and its booking ends")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        booking, path = booked(server)
        equal(mkcol(alice, HOME + "files/"), 201)
        equal(status(alice, "COPY", path, HOME + "files/copy.ics"), 201)
        equal(booking_status(server, booking), "confirmed")
        equal(status(alice, "MOVE", path, HOME + "files/old.ics"), 201)
        equal(booking_status(server, booking), "cancelled")
        wait_for(lambda: cancels(server) == 1, what="the cancellation")
        is_well(server)


@suite.case("bookings stay with a calendar that is moved, and end with one that is replaced")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        booking, path = booked(server)
        equal(status(alice, "MOVE", HOME + "calendar/", HOME + "renamed/"), 201)
        equal(booking_status(server, booking), "confirmed")
        is_well(server)
        equal(alice.request("MKCALENDAR", HOME + "calendar/").status, 201)
        equal(status(alice, "COPY", HOME + "calendar/", HOME + "renamed/"), 403)
        answer = alice.request(
            "PROPPATCH", HOME + "inbox/", '<D:propertyupdate xmlns:D="DAV:"'
            ' xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f'<C:schedule-default-calendar-URL><D:href>{HOME}calendar/</D:href>'
            '</C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>')
        equal("200 OK" in answer.text, True, answer.text)
        equal(status(alice, "COPY", HOME + "calendar/", HOME + "renamed/"), 204)
        wait_for(lambda: booking_status(server, booking) == "cancelled", what="the end")
        is_purged(server)


# ---- time that is taken -------------------------------------------------------------------------

@suite.case("what stands in plain collections takes no time and is in no calendar")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)
        put(alice, HOME + "files/a.ics", event("a", NINE, TEN))
        equal(busy(alice), [])
        query = alice.request(
            "REPORT", HOME, '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav"'
            ' xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter'
            ' name="VCALENDAR"/></C:filter></C:calendar-query>',
            {"Content-Type": "application/xml", "Depth": "infinity"})
        equal([query.status, query.text.count("D:response>")], [207, 0])
        equal("BEGIN:VEVENT" in server.run("export", "alice", "calendar")[1], False)
        code, _out, _err = server.run("import", "alice", "files", "/dev/null", check=False)
        equal(code != 0, True, "an import into a plain collection")
        # In the calendar it takes its time, back among the files it does not.
        equal(status(alice, "MOVE", HOME + "files/a.ics", HOME + "calendar/a.ics"), 201)
        equal(busy(alice), ["20270104T090000Z/20270104T100000Z"])
        equal(status(alice, "MOVE", HOME + "calendar/a.ics", HOME + "files/b.ics"), 201)
        equal(busy(alice), [])
        is_well(server)


@suite.case("a series that is moved or copied takes its time where it is")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        put(alice, HOME + "calendar/a.ics",
            event("a", NINE, TEN, extra="RRULE:FREQ=DAILY\r\n"))
        equal(len(busy(alice)), 7)
        equal(alice.request("MKCALENDAR", HOME + "work/").status, 201)
        equal(status(alice, "MOVE", HOME + "calendar/a.ics", HOME + "work/a.ics"), 201)
        equal(busy(alice), [])
        equal(status(alice, "COPY", HOME + "work/a.ics", HOME + "calendar/b.ics"), 201)
        equal(len(busy(alice)), 7)
        equal(status(alice, "COPY", HOME + "calendar/", HOME + "third/"), 201)
        # Where invitations are put, nothing is put instead (RFC 6638 §4.3).
        equal(status(alice, "MOVE", HOME + "third/", HOME + "calendar/"), 403)
        equal(status(alice, "MOVE", HOME + "third/", HOME + "work/"), 204)
        equal(len(busy(alice)), 7)
        is_purged(server)


# ---- between users --------------------------------------------------------------------------------

def share(client, path, user, *privileges):
    grants = "".join(f"<D:privilege><D:{p}/></D:privilege>" for p in privileges)
    got = client.request(
        "ACL", path, '<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>'
        f"/dav/principals/users/{user}/</D:href></D:principal><D:grant>{grants}</D:grant></D:ace>"
        "</D:acl>", {"Content-Type": "application/xml"})
    equal(got.status, 200, got.text)


@suite.case("who may read takes copies out, who may write brings in and takes away")
def _(s):
    theirs, mine = "/dav/calendars/bob/alice~calendar/", "/dav/calendars/bob/calendar/"
    with served(s, "alice", "bob") as server:
        alice, bob = server.client("alice"), server.client("bob")
        put(alice, HOME + "calendar/a.ics", event("a", NINE, TEN))
        put(bob, mine + "b.ics", event("b", NINE, TEN))
        share(alice, HOME + "calendar/", "bob", "read")
        equal(status(bob, "COPY", theirs + "a.ics", mine + "a.ics"), 201)
        equal(status(bob, "MOVE", theirs + "a.ics", mine + "c.ics"), 403)
        equal(status(bob, "COPY", mine + "b.ics", theirs + "b.ics"), 403)
        equal(alice.request("GET", HOME + "calendar/b.ics").status, 404)
        share(alice, HOME + "calendar/", "bob", "read", "write")
        equal(status(bob, "MOVE", mine + "b.ics", theirs + "b.ics"), 201)
        equal(bob.request("GET", mine + "b.ics").status, 404)
        equal(alice.request("GET", HOME + "calendar/b.ics").status, 200)
        # The path that alice has for it, too; she has the UID already.
        got = send(bob, "MOVE", mine + "a.ics", HOME + "calendar/c.ics")
        equal([got.status, "/dav/calendars/alice/calendar/a.ics" in got.text], [403, True],
              got.text)
        equal(bob.request("DELETE", mine + "a.ics").status, 204)
        equal(status(bob, "MOVE", theirs + "a.ics", mine + "a.ics"), 201)
        equal(alice.request("GET", HOME + "calendar/a.ics").status, 404)
        # A calendar of hers is not his to move, and is not copied as a whole.
        equal(status(bob, "MOVE", theirs, "/dav/calendars/bob/taken/"), 403)
        equal(status(bob, "COPY", theirs, "/dav/calendars/bob/taken/"), 403)
        # Nor is another calendar of hers put over it, by the name that it has in his home.
        share(alice, HOME + "tasks/", "bob", "read", "write")
        for source in (HOME + "tasks/", "/dav/calendars/bob/alice~tasks/"):
            for method in ("COPY", "MOVE"):
                equal(status(bob, method, source, theirs), 403, f"{method} {source}")
        equal(alice.request("GET", HOME + "calendar/b.ics").status, 200)
        is_well(server)


@suite.case("an event that leaves for another user takes its time there, and its booking ends")
def _(s):
    with served(s, "alice", "bob") as server:
        alice, bob = server.client("alice"), server.client("bob")
        booking, path = booked(server)
        put(alice, HOME + "calendar/a.ics", event("a", NINE, TEN))
        share(bob, "/dav/calendars/bob/calendar/", "alice", "read", "write")
        equal(status(alice, "MOVE", path, HOME + "bob~calendar/x.ics"), 201)
        equal(booking_status(server, booking), "cancelled")
        equal(status(alice, "MOVE", HOME + "calendar/a.ics", HOME + "bob~calendar/a.ics"), 201)
        equal(busy(alice), [])
        equal(busy(bob, "/dav/calendars/bob/"), ["20270104T090000Z/20270104T100000Z"])
        is_well(server)


@suite.case("nothing leads into what is closed, nor tells whether it is there")
def _(s):
    with served(s, "alice", "bob") as server:
        bob = server.client("bob")
        put(bob, "/dav/calendars/bob/calendar/b.ics", event("b", NINE, TEN))
        answers = [send(bob, "COPY", "/dav/calendars/bob/calendar/b.ics", to + "calendar/b.ics")
                   for to in (HOME, "/dav/calendars/nobody/")]
        equal([(a.status, a.body) for a in answers], [(409, answers[0].body)] * 2)
        equal(status(bob, "COPY", "/dav/calendars/bob/calendar/b.ics",
                     "/dav/calendars/bob/inbox/b.ics"), 403)
        for source in (HOME + "calendar/", HOME + "calendar/a.ics", HOME):
            equal(status(bob, "COPY", source, "/dav/calendars/bob/x"), 404, source)


# ---- limits ---------------------------------------------------------------------------------------

@suite.case("a COPY of more than fits into one change is refused whole", "sqlite")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        many = "".join(event(f"e{i}", NINE, TEN).split("PRODID:-//test//EN\r\n")[1]
                       .replace("END:VCALENDAR\r\n", "") for i in range(20001))
        with open(f"{server.folder}/many.ics", "w", encoding="ascii") as file:
            file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + many +
                       "END:VCALENDAR\r\n")
        server.run("import", "alice", "calendar", f"{server.folder}/many.ics")
        got = send(alice, "COPY", HOME + "calendar/", HOME + "copy/")
        # A disk is not what is full (RFC 4331 §6).
        equal([got.status, "sufficient-disk-space" in got.text], [507, False], got.text)
        equal(alice.request("PROPFIND", HOME + "copy/", headers={"Depth": "0"}).status, 404)
        equal(alice.request("DELETE", HOME + "calendar/e0.ics").status, 204)
        equal(status(alice, "COPY", HOME + "calendar/", HOME + "copy/"), 201)
        equal(server.run("export", "alice", "copy")[1].count("BEGIN:VEVENT"), 20000)
        # Nor are few that take place all the time.
        equal(alice.request("MKCALENDAR", HOME + "hourly/").status, 201)
        for i in range(16):
            put(alice, f"{HOME}hourly/{i}.ics", event(f"h{i}", NINE, TEN,
                                                      extra="RRULE:FREQ=HOURLY\r\n"))
        equal(status(alice, "COPY", HOME + "hourly/", HOME + "hours/"), 507)
        # However large, it is moved: only its name changes.
        put(alice, HOME + "calendar/more.ics", event("more", NINE, TEN))
        equal(status(alice, "MOVE", HOME + "calendar/", HOME + "moved/"), 201)
        is_well(server)


@suite.case("plain collections are nested sixteen deep, by MKCOL, COPY and MOVE")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        path = HOME
        for i in range(16):
            path += f"{i}/"
            equal(mkcol(alice, path), 201, path)
        equal(mkcol(alice, path + "16/"), 507)
        put(alice, path + "file", "deep", "text/plain")
        equal(mkcol(alice, HOME + "top/"), 201)
        equal(status(alice, "MOVE", HOME + "0/", HOME + "top/0/"), 507)
        equal(status(alice, "COPY", HOME + "0/", HOME + "top/0/"), 507)
        equal(status(alice, "COPY", HOME + "0/", HOME + "top/0/", Depth="0"), 201)
        equal(alice.request("GET", path + "file").text, "deep")
        equal(alice.request("DELETE", HOME + "0/").status, 204)
        is_purged(server)


@suite.case("a file has at most 4 MB")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)
        most = 4 * 1024 * 1024
        put(alice, HOME + "files/most", b"x" * most, "application/octet-stream")
        equal(len(alice.request("GET", HOME + "files/most").body), most)
        got = alice.request("PUT", HOME + "files/more", b"x" * (most + 1),
                            {"Content-Type": "application/octet-stream"})
        equal(got.status, 413)
        equal(alice.request("GET", HOME + "files/more").status, 404)
        got = send(alice, "COPY", HOME + "files/most", HOME + "calendar/most.ics")
        equal([got.status, "max-resource-size" in got.text], [403, True], got.text)


# ---- safety -----------------------------------------------------------------------------------------

@suite.case("a stored page is given as an attachment in which nothing runs")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)
        put(alice, HOME + "files/x.html", "<script>alert(1)</script>", "text/html")
        for method in ("GET", "HEAD"):
            got = alice.request(method, HOME + "files/x.html")
            equal([got.status, got.header("Content-Type"), got.header("X-Content-Type-Options"),
                   got.header("Content-Disposition")],
                  [200, "text/html", "nosniff", "attachment"], method)
            equal("sandbox" in got.header("Content-Security-Policy"), True, method)


@suite.case("a type that no header could hold is not kept")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)
        put(alice, HOME + "files/x", "x", "text/" + "x" * 300)
        equal(alice.request("GET", HOME + "files/x").header("Content-Type"),
              "application/octet-stream")


@suite.case("of many that move one file elsewhere, one does; of many that copy to one name, one")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)
        put(alice, HOME + "files/a", "a", "text/plain")
        moved = parallel(8, lambda i: status(server.client("alice"), "MOVE", HOME + "files/a",
                                             f"{HOME}files/to{i}"))
        equal(sorted(moved), [201] + [404] * 7)
        put(alice, HOME + "files/b", "b", "text/plain")
        copied = parallel(8, lambda _i: status(server.client("alice"), "COPY", HOME + "files/b",
                                               HOME + "files/one", Overwrite="F"))
        equal(sorted(copied), [201] + [412] * 7)
        is_well(server)


@suite.case("files and folders of one name come one at a time, whoever is first")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(mkcol(alice, HOME + "files/"), 201)

        def one(i):
            client = server.client("alice")
            if i % 2:
                return mkcol(client, HOME + "files/x")
            return client.request("PUT", HOME + "files/x", "x",
                                  {"Content-Type": "text/plain"}).status
        done = parallel(8, one)
        equal(done.count(201), 1, f"{done}")
        page = alice.request("PROPFIND", HOME + "files/", headers={"Depth": "1"}).text
        equal(page.count("<D:response>"), 2, page)
        is_well(server)


@suite.case("litmus passes whole")
def _(s):
    if not shutil.which("litmus"):
        raise Skip("litmus is not installed")
    with served(s) as server:
        done = subprocess.run(
            ["litmus", "-k", f"http://127.0.0.1:{server.port}{HOME}", "alice", PASSWORD],
            cwd=server.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
            env=dict(os.environ, TESTS="basic copymove props locks http"))
        said = done.stdout.decode("utf-8", "replace").replace("\r", "\n")
        equal(re.findall(r"`(\w+)': of \d+ tests run: \d+ passed, (\d+) failed", said),
              [(name, "0") for name in ("basic", "copymove", "props", "locks", "http")], said)
        equal(re.findall(r"WARNING.*|FAIL.*", said), [], said)
        is_purged(server)


suite.main()
