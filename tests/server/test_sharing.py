#!/usr/bin/python3
"""Calendars that one user shares with another, or with a group (RFC 3744)."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event  # noqa: E402

suite = Suite("sharing")
WORK = "/dav/calendars/alice/calendar/"
SHARED = "/dav/calendars/bob/alice~calendar/"
CALENDAR = {"Content-Type": "text/calendar"}
LISTING = ('<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/><D:owner/>'
           "</D:prop></D:propfind>")


def acl(client, path, *entries):
    """Set entries: (principal path, "grant" or "deny", privileges)."""
    body = "".join(
        f"<D:ace><D:principal><D:href>{who}</D:href></D:principal><D:{verb}>"
        + "".join(f"<D:privilege><{p}/></D:privilege>" for p in privileges)
        + f"</D:{verb}></D:ace>" for who, verb, privileges in entries)
    got = client.request("ACL", path, '<D:acl xmlns:D="DAV:" '
                         f'xmlns:C="urn:ietf:params:xml:ns:caldav">{body}</D:acl>')
    equal(got.status, 200, got.text)


def users(s, *names):
    server = s.server()
    for name in names:
        server.add_user(name)
    return server


def put(client, path, uid, title):
    return client.request("PUT", path, event(uid, "20270104T090000Z", "20270104T100000Z", title),
                          CALENDAR)


@suite.case("a shared calendar stands in the other's home, and is one calendar in both places")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(put(alice, WORK + "a.ics", "a", "One").status, 201)
        acl(alice, WORK, ("/dav/principals/users/bob/", "grant", ["D:read", "D:write"]))
        home = bob.request("PROPFIND", "/dav/calendars/bob/", LISTING, {"Depth": "1"})
        equal([home.text.count(f"<D:href>{SHARED}</D:href>"),
               home.text.count("/dav/principals/users/alice/")], [1, 1])
        equal(bob.request("GET", SHARED + "a.ics").body, alice.request("GET", WORK + "a.ics").body)
        equal(put(bob, SHARED + "b.ics", "b", "Two").status, 201)
        equal(put(bob, WORK + "c.ics", "c", "Three").status, 201)
        export = server.run("export", "alice", "calendar")[1]
        equal(sorted(line[8:] for line in export.split() if line.startswith("SUMMARY:")),
              ["One", "Three", "Two"])
        equal("SUMMARY:Two" in server.run("export", "bob")[1], False)


@suite.case("the one who shares and the one who is shared with sync by the same tokens")
def _(s):
    sync = ('<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level>'
            "<D:prop><D:getetag/></D:prop></D:sync-collection>")
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        put(alice, WORK + "a.ics", "a", "One")
        acl(alice, WORK, ("/dav/principals/users/bob/", "grant", ["D:read"]))
        hers, his = alice.request("REPORT", WORK, sync), bob.request("REPORT", SHARED, sync)
        equal([hers.status, his.status], [207, 207], his.text)
        equal(his.text.replace(SHARED, WORK), hers.text)


@suite.case("who leaves a shared calendar takes nothing away from anybody else")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.start()
        alice, bob, carol = (server.client(n) for n in ("alice", "bob", "carol"))
        put(alice, WORK + "a.ics", "a", "One")
        acl(alice, WORK, *((f"/dav/principals/users/{n}/", "grant", ["D:read"])
                           for n in ("bob", "carol")))
        equal(bob.request("DELETE", SHARED).status, 204)
        equal(bob.request("GET", SHARED + "a.ics").status, 404)
        equal(carol.request("GET", "/dav/calendars/carol/alice~calendar/a.ics").status, 200)
        equal(alice.request("GET", WORK + "a.ics").status, 200)


@suite.case("what is shared with a group is shared with each member, through other groups too")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.run("user", "add", "inner", "--kind", "group", "--member", "bob")
        server.run("user", "add", "staff", "--kind", "group", "--member", "inner")
        server.start()
        alice, bob, carol = (server.client(n) for n in ("alice", "bob", "carol"))
        put(alice, WORK + "a.ics", "a", "One")
        acl(alice, WORK, ("/dav/principals/groups/staff/", "grant", ["D:read"]))
        equal(bob.request("GET", SHARED + "a.ics").status, 200)
        equal(carol.request("GET", WORK + "a.ics").status, 404)
        left = bob.request("DELETE", SHARED)
        equal([left.status, "need-privileges" in left.text], [403, True])
        server.run("user", "members", "inner", "--member", "carol")
        equal(bob.request("GET", SHARED + "a.ics").status, 404)
        equal(carol.request("GET", WORK + "a.ics").status, 200)


@suite.case("who leaves gives up what was granted, and lifts no denial (RFC 3744 §6)")
def _(s):
    with users(s, "alice", "bob") as server:
        server.run("user", "add", "staff", "--kind", "group", "--member", "bob")
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        put(alice, WORK + "a.ics", "a", "One")
        acl(alice, WORK, ("/dav/principals/users/bob/", "deny", ["D:write"]),
            ("/dav/principals/groups/staff/", "grant", ["D:read", "D:write"]))
        equal(put(bob, SHARED + "b.ics", "b", "Two").status, 403)
        equal(bob.request("DELETE", SHARED).status, 403, "it comes by a group")
        equal(put(bob, SHARED + "b.ics", "b", "Two").status, 403)
        acl(alice, WORK, ("/dav/principals/users/bob/", "deny", ["D:write"]),
            ("/dav/principals/users/bob/", "grant", ["D:read"]))
        equal(bob.request("DELETE", SHARED).status, 204)
        acl_now = alice.request("PROPFIND", WORK, '<D:propfind xmlns:D="DAV:"><D:prop><D:acl/>'
                                "</D:prop></D:propfind>", {"Depth": "0"}).text
        equal([acl_now.count("<D:deny>"), acl_now.count("<D:grant>")], [1, 1], acl_now)


@suite.case("nobody takes the name of what another one may share")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        bob = server.client("bob")
        equal(bob.request("MKCALENDAR", SHARED).status, 403)
        equal(bob.request("MKCOL", SHARED).status, 403)
        equal(bob.request("COPY", "/dav/calendars/bob/calendar/", None,
                          {"Destination": SHARED}).status, 403)
        equal(bob.request("PROPFIND", SHARED, LISTING, {"Depth": "0"}).status, 404)


@suite.case("groups may hold each other in a circle")
def _(s):
    with users(s, "alice", "bob") as server:
        server.run("user", "add", "one", "--kind", "group", "--member", "bob")
        server.run("user", "add", "two", "--kind", "group", "--member", "one")
        server.run("user", "members", "one", "--member", "two", "--member", "bob")
        server.start()
        got = server.client("bob").request(
            "PROPFIND", "/dav/principals/users/bob/",
            '<D:propfind xmlns:D="DAV:"><D:prop><D:group-membership/></D:prop></D:propfind>',
            {"Depth": "0"})
        equal([got.status, got.text.count("/dav/principals/groups/")], [207, 2], got.text)


@suite.case("a home that is opened shows all that stands in it, now and later")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        acl(alice, "/dav/calendars/alice/", ("/dav/principals/users/bob/", "grant",
                                            ["D:read", "D:write"]))
        equal(alice.request("MKCALENDAR", "/dav/calendars/alice/new/").status, 201)
        equal(put(bob, "/dav/calendars/alice/new/a.ics", "a", "By Bob").status, 201)
        equal(bob.request("MKCALENDAR", "/dav/calendars/alice/bobs/").status, 201)
        home = bob.request("PROPFIND", "/dav/calendars/alice/", LISTING, {"Depth": "1"})
        equal([home.status, "/dav/calendars/alice/bobs/" in home.text], [207, True], home.text)
        equal(bob.request("DELETE", "/dav/calendars/alice/new/").status, 204)
        # ... but one that denies more.
        acl(alice, "/dav/calendars/alice/tasks/", ("/dav/principals/users/bob/", "deny",
                                                  ["D:all"]))
        equal(bob.request("PROPFIND", "/dav/calendars/alice/tasks/", LISTING,
                          {"Depth": "0"}).status, 404)


@suite.case("a room is a principal with a calendar, and nobody logs in as one")
def _(s):
    with users(s, "alice") as server:
        server.run("user", "add", "room1", "--kind", "room", "--name", "Room 1")
        server.start()
        alice = server.client("alice")
        got = alice.request(
            "PROPFIND", "/dav/principals/rooms/room1/",
            '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
            "<D:displayname/><C:calendar-user-type/></D:prop></D:propfind>", {"Depth": "0"})
        equal([got.status, "Room 1" in got.text, ">ROOM<" in got.text], [207, True, True], got.text)
        equal(alice.request("PROPFIND", "/dav/principals/users/room1/", LISTING).status, 404)
        for word in ("", "room1", "fasti-demo"):
            equal(server.client("room1", word).request("PROPFIND", "/", LISTING).status, 401)


@suite.case("an alias is an address like the first, and nobody else's")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.run("user", "add", "bob", "--email", "bob@example.org", "--password-file", "-",
                   "--alias", "Bob.Builder@example.org", stdin="secret\n")
        taken = server.run("user", "add", "carol", "--email", "bob.builder@example.org",
                           "--password-file", "-", stdin="secret\n", check=False)
        equal([taken[0], "taken" in taken[2]], [1, True], taken)
        server.start()
        got = server.client("alice").request(
            "REPORT", "/dav/principals/",
            '<D:principal-property-search xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
            "<D:property-search><D:prop><C:calendar-user-address-set/></D:prop>"
            "<D:match>bob.builder@</D:match></D:property-search>"
            "<D:prop><C:calendar-user-address-set/></D:prop></D:principal-property-search>",
            {"Depth": "0"})
        equal([got.status, got.text.count("<D:response>"),
               "mailto:bob.builder@example.org" in got.text], [207, 1, True], got.text)


suite.main()
