#!/usr/bin/python3
"""Files that are attached to objects (RFC 8607): where they are kept, who reads them, when they go."""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, parallel, wait_for  # noqa: E402

suite = Suite("attachments")
HOME = "/dav/calendars/alice/"
WORK = HOME + "calendar/"
NINE, TEN = "20270104T090000Z", "20270104T100000Z"
BIG = os.urandom(700 * 1024)  # three portions


def served(s, *users, env=None):
    server = s.server(env=env)
    for user in users or ("alice",):
        server.add_user(user)
    return server.start()


def put(client, path, body, want=(201, 204)):
    got = client.request("PUT", path, body, {"Content-Type": "text/calendar"})
    equal(got.status in want, True, f"PUT {path}: {got.status} {got.text}")
    return got


def attach(client, path, data, name="a.txt", action="attachment-add", **headers):
    return client.request("POST", f"{path}?action={action}", data, {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"', **headers})


def lines(client, path):
    """The object's ATTACH lines, unfolded."""
    got = client.request("GET", path)
    equal(got.status, 200, got.text)
    return re.findall(r"(?m)^ATTACH[^\r\n]*", re.sub(r"\r?\n[ \t]", "", got.text))


def links(client, path):
    """The paths of what is attached to it."""
    return ["/" + line.split("://")[1].split("/", 1)[1] for line in lines(client, path)]


def is_well(server):
    equal(server.run("check", check=False)[1].strip(), "All is well.", "fasti check")


def one(client, path=WORK + "a.ics", uid="a", data=b"hello"):
    """An object with a file: its id and its link."""
    put(client, path, event(uid, NINE, TEN))
    got = attach(client, path, data)
    equal(got.status, 201, got.text)
    link, = links(client, path)
    equal(got.header("Location").endswith(link), True, got.header("Location"))
    return got.header("Cal-Managed-ID"), link


def status(client, link):
    return client.request("GET", link).status


@suite.case("a file of any size comes back as it was, as what it was, and does no harm")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        for data in (b"", b"x", BIG, BIG[:512 * 1024]):
            put(alice, WORK + "a.ics", event("a", NINE, TEN))
            got = attach(alice, WORK + "a.ics", data, "plan.txt")
            equal(got.status, 201, got.text)
            line, = lines(alice, WORK + "a.ics")
            equal(f";SIZE={len(data)};" in line and ";FMTTYPE=text/plain;" in line
                  and ";FILENAME=plan.txt:" in line, True, line)
            got = alice.request("GET", links(alice, WORK + "a.ics")[0])
            equal(got.status, 200)
            equal(got.body == data, True, f"{len(got.body)} bytes of {len(data)}")
            equal(got.header("Content-Type"), "text/plain; charset=utf-8")
            equal(got.header("X-Content-Type-Options"), "nosniff")
            equal("sandbox" in got.header("Content-Security-Policy"), True)
            equal(got.header("Content-Disposition").startswith("attachment"), True)
            tag = got.header("ETag")
            link = links(alice, WORK + "a.ics")[0]
            equal(alice.request("GET", link, headers={"If-None-Match": tag}).status, 304)
            equal(alice.request("HEAD", link).status, 200)
            is_well(server)


@suite.case("it outlives a restart, and is in a backup")
def _(s):
    with served(s) as server:
        _, link = one(server.client("alice"), data=BIG)
        server.kill()
        server.start()
        equal(server.client("alice").request("GET", link).body == BIG, True)
        is_well(server)


@suite.case("it goes with the last object that names it")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        plain = event("a", NINE, TEN)

        _, link = one(alice)
        put(alice, WORK + "a.ics", plain)
        equal(status(alice, link), 404, "a PUT that drops the line")
        _, link = one(alice)
        equal(alice.request("DELETE", WORK + "a.ics").status, 204)
        equal(status(alice, link), 404, "DELETE")
        managed, link = one(alice)
        got = attach(alice, WORK + "a.ics", None,
                     action=f"attachment-remove&managed-id={managed}")
        equal(got.status, 204, got.text)
        equal(status(alice, link), 404, "attachment-remove")
        managed, link = one(alice)
        got = attach(alice, WORK + "a.ics", b"other",
                     action=f"attachment-update&managed-id={managed}")
        equal(got.status, 204, got.text)
        equal(status(alice, link), 404, "attachment-update")
        equal(got.header("Cal-Managed-ID") != managed, True)
        equal(alice.request("GET", links(alice, WORK + "a.ics")[0]).body, b"other")
        is_well(server)


@suite.case("a removed calendar and a removed user take theirs along")
def _(s):
    with served(s, "alice", "bob") as server:
        alice, bob = server.client("alice"), server.client("bob")
        equal(alice.request("MKCALENDAR", HOME + "extra/").status, 201)
        _, link = one(alice, HOME + "extra/a.ics")
        _, other = one(bob, "/dav/calendars/bob/calendar/a.ics")
        equal(alice.request("DELETE", HOME + "extra/").status, 204)
        wait_for(lambda: status(alice, link) == 404, what="the purge")
        wait_for(lambda: "purge" not in server.run("jobs", "list")[1], what="the purge")
        is_well(server)
        equal(server.run("user", "delete", "bob")[0], 0)
        is_well(server)


@suite.case("COPY and MOVE keep it, each copy by itself")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        equal(alice.request("MKCALENDAR", HOME + "extra/").status, 201)
        _, link = one(alice, data=BIG)

        def send(method, path, to):
            got = alice.request(method, path, headers={"Destination": to})
            equal(got.status in (201, 204), True, f"{method} {path}: {got.status} {got.text}")

        send("COPY", WORK + "a.ics", HOME + "extra/b.ics")
        equal(alice.request("DELETE", WORK + "a.ics").status, 204)
        equal(alice.request("GET", link).body == BIG, True)
        send("MOVE", HOME + "extra/b.ics", WORK + "c.ics")
        equal(status(alice, link), 200)
        is_well(server)
        send("COPY", WORK, HOME + "whole/")
        equal(alice.request("DELETE", WORK + "c.ics").status, 204)
        equal(status(alice, link), 200, "the copy of the calendar has it")
        is_well(server)
        equal(alice.request("DELETE", HOME + "whole/c.ics").status, 204)
        equal(status(alice, link), 404)
        is_well(server)


def share(client, path, who, *privileges):
    grant = "".join(f"<D:privilege><D:{p}/></D:privilege>" for p in privileges)
    body = (f'<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>/dav/principals/users/{who}/'
            f"</D:href></D:principal><D:grant>{grant}</D:grant></D:ace></D:acl>")
    equal(client.request("ACL", path, body).status, 200)


@suite.case("who may read the object may read the file, and nobody else")
def _(s):
    with served(s, "alice", "bob", "carol") as server:
        alice, bob, carol = (server.client(name) for name in ("alice", "bob", "carol"))
        managed, link = one(alice)
        shared = "/dav/calendars/bob/alice~calendar/a.ics"

        equal([status(c, link) for c in (alice, bob, carol)], [200, 404, 404])
        equal(server.client().request("GET", link).status, 401)
        equal(bob.request("GET", link.replace(managed, "x" + managed[1:])).status, 404)
        share(alice, WORK, "bob", "read")
        equal([status(c, link) for c in (alice, bob, carol)], [200, 200, 404])
        equal(attach(bob, shared, b"no").status, 403, "reading is not writing")
        equal(attach(carol, WORK + "a.ics", b"no").status, 404)
        equal(len(links(alice, WORK + "a.ics")), 1)
        share(alice, WORK, "bob", "read", "write")
        got = attach(bob, shared, b"from bob")
        equal(got.status, 201, got.text)
        equal(len(links(alice, WORK + "a.ics")), 2)
        equal([c.request("GET", links(alice, WORK + "a.ics")[1]).body for c in (alice, bob)],
              [b"from bob"] * 2)
        is_well(server)


@suite.case("what goes to another user's calendar has a file of its own there")
def _(s):
    with served(s, "alice", "bob", "carol") as server:
        alice, bob, carol = (server.client(name) for name in ("alice", "bob", "carol"))
        own = "/dav/calendars/bob/calendar/"
        _, link = one(alice, data=BIG)
        ics = alice.request("GET", WORK + "a.ics").text
        # RFC 8607 §3.7: only what the user may read can be named.
        got = put(bob, own + "p.ics", ics, (403,))
        equal("valid-managed-id-parameter" in got.text, True, got.text)
        share(alice, WORK, "bob", "read", "write")
        put(bob, own + "p.ics", ics, (201,))
        equal(bob.request("COPY", "/dav/calendars/bob/alice~calendar/a.ics",
                          headers={"Destination": "/dav/calendars/bob/other.ics"}).status >= 400,
              True)
        equal(bob.request("DELETE", own + "p.ics").status, 204)
        equal(status(alice, link), 200, "alice's is hers")
        got = bob.request("MOVE", "/dav/calendars/bob/alice~calendar/a.ics",
                          headers={"Destination": own + "m.ics"})
        equal(got.status, 201, got.text)
        equal([bob.request("GET", link).body == BIG, status(alice, link), status(carol, link)],
              [True, 404, 404])
        is_well(server)


@suite.case("what is too large or too much is refused, and leaves nothing")
def _(s):
    with served(s, env={"FASTI_LIMITS_ATTACHMENT_MB": "1",
                        "FASTI_LIMITS_ATTACHMENTS_MB": "2"}) as server:
        alice = server.client("alice")
        put(alice, WORK + "a.ics", event("a", NINE, TEN))
        tag = alice.request("GET", WORK + "a.ics").header("ETag")
        for size in ((1 << 20) + 1, 6 << 20):
            got = attach(alice, WORK + "a.ics", b"x" * size)
            equal((got.status, "max-attachment-size" in got.text), (403, True), got.text)
            alice = server.client("alice")
        equal(alice.request("GET", WORK + "a.ics").header("ETag"), tag)
        for _ in range(2):
            equal(attach(alice, WORK + "a.ics", b"x" * (1 << 20)).status, 201)
        got = attach(alice, WORK + "a.ics", b"x")
        equal((got.status, "quota-not-exceeded" in got.text), (507, True), got.text)
        equal(len(lines(alice, WORK + "a.ics")), 2)
        first = lines(alice, WORK + "a.ics")[0]
        managed = re.search(r"MANAGED-ID=([^;:]+)", first).group(1)
        got = attach(alice, WORK + "a.ics", b"y" * (1 << 20),
                     action=f"attachment-update&managed-id={managed}")
        equal(got.status, 204, "what replaces another takes its room")
        is_well(server)


@suite.case("ten megabytes by default, within the memory of a request")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        put(alice, WORK + "a.ics", event("a", NINE, TEN))
        data = os.urandom(1 << 20) * 10
        equal(attach(alice, WORK + "a.ics", data).status, 201)
        equal(alice.request("GET", links(alice, WORK + "a.ics")[0]).body == data, True)
        got = alice.request("PUT", WORK + "b.ics?action=attachment-add", data,
                            {"Content-Type": "text/calendar"})
        equal(got.status, 413, "no other body may be so long")
        is_well(server)


@suite.case("many at once lose nothing")
def _(s):
    with served(s) as server:
        put(server.client("alice"), WORK + "a.ics", event("a", NINE, TEN))
        done = parallel(8, lambda i: attach(server.client("alice"), WORK + "a.ics",
                                            f"{i}".encode()).status)
        won = done.count(201)
        equal(won > 0 and set(done) <= {201, 503}, True, f"{done}")
        alice = server.client("alice")
        found = {alice.request("GET", link).body for link in links(alice, WORK + "a.ics")}
        equal(found, {f"{i}".encode() for i in range(8) if done[i] == 201})
        is_well(server)


@suite.case("feeds, exports and queries show the line")
def _(s):
    with served(s) as server:
        alice = server.client("alice")
        _, link = one(alice)
        got = alice.request("GET", WORK)
        equal(link in re.sub(r"\r?\n[ \t]", "", got.text), True, got.text)
        got = alice.request("GET", WORK + "a.ics",
                            headers={"Accept": "application/calendar+json"})
        equal("managed-id" in got.text, True, got.text)


suite.main()
