#!/usr/bin/python3
"""Calendars that one user shares with another, or with a group (RFC 3744)."""
import contextlib
import os
import sqlite3
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


def condition(what, word, more=""):
    return (f"<D:property-search><D:prop>{what}</D:prop><D:match{more}>{word}</D:match>"
            "</D:property-search>")


def search(client, *conditions, test=""):
    got = client.request("REPORT", "/dav/principals/", '<D:principal-property-search '
                         f'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"{test}>'
                         f'{"".join(conditions)}<D:prop><D:displayname/></D:prop>'
                         "</D:principal-property-search>", {"Depth": "0"})
    return got.status, got.text.count("<D:response>")


def words(client, *tokens, limit=""):
    got = client.request("REPORT", "/dav/principals/", '<CS:calendarserver-principal-search '
                         'xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/">'
                         + "".join(f"<CS:search-token>{t}</CS:search-token>" for t in tokens)
                         + f"{limit}<D:prop><D:displayname/></D:prop>"
                         "</CS:calendarserver-principal-search>", {"Depth": "0"})
    return got.status, got.text.count("<D:response>")


NAME, KIND = "<D:displayname/>", "<C:calendar-user-type/>"
ADDRESS = "<C:calendar-user-address-set/>"


@suite.case("principals are found whatever the case of a letter, in all alphabets (RFC 3744 §9.4)")
def _(s):
    with users(s, "alice") as server:
        server.run("user", "add", "anne", "--name", "\u00c4nne \u00d6lmann-Stra\u00dfe", "--kind",
                   "room", "--alias", "big@example.org")
        server.start()
        alice = server.client("alice")
        for word in ("\u00c4nne", "\u00e4nne", "\u00c4NNE \u00f6LM", "STRASSE"):
            equal(search(alice, condition(NAME, word)), (207, 1), word)
            equal(words(alice, word, "BIG@"), (207, 1), word)
        equal(search(alice, condition(NAME, "anne")), (207, 0))
        equal(search(alice, condition(ADDRESS, "mailto:BIG@example.ORG")), (207, 1))


@suite.case("what a search says that is unknown is refused, and a limit is kept")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.start()
        alice = server.client("alice")
        every = condition(ADDRESS, "example.org")
        equal(search(alice, every), (207, 3))
        for how, want in (("equals", (207, 1)), ("starts-with", (207, 1)), ("like", (400, 0))):
            equal(search(alice, condition(NAME, "bob", f' match-type="{how}"')), want, how)
        for test, want in (("anyof", (207, 3)), ("allof", (207, 1)), ("noneof", (400, 0))):
            equal(search(alice, every, condition(NAME, "bob"), test=f' test="{test}"'), want, test)
        for most, want in (("1", (207, 1)), ("9", (207, 3)), ("0", (400, 0)), ("x", (400, 0))):
            limit = f"<CS:limit><CS:nresults>{most}</CS:nresults></CS:limit>"
            equal(words(alice, "example.org", limit=limit), want, most)


@suite.case("among thousands of principals none is lost, in whatever order it is asked for",
            only="sqlite")
def _(s):
    with users(s, "alice") as server:
        with contextlib.closing(sqlite3.connect(f"{server.folder}/fasti.db")) as store:
            for n in range(3000):
                name = "Room of many" if n == 2999 else f"One of many {n}"
                cursor = store.execute(
                    "INSERT INTO owner (kind, name, display_name, email, timezone, password_hash,"
                    " version, rules, last_id, created) VALUES (?, ?, ?, '', 'UTC', '', 1, 1, 0,"
                    " 0)", (2 if n == 2999 else 0, f"u{n}", name))
                store.execute("INSERT INTO directory (kind, name, owner, rank) VALUES (0, ?, ?, 0)",
                              (f"u{n}", cursor.lastrowid))
            store.commit()
        server.start()
        alice = server.client("alice")
        many, room = condition(NAME, "of many"), condition(NAME, "room")
        equal(search(alice, condition(KIND, "ROOM")), (207, 1))
        equal(search(alice, many, room), (207, 1))
        equal(search(alice, room, many), (207, 1))
        equal(words(alice, "many", "room"), (207, 1))
        equal(search(alice, many)[0], 507, "more than an answer has")


@suite.case("nobody fills another's home: of each owner's calendars the first hundred are shown")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.start()
        alice, bob, carol = (server.client(name) for name in ("alice", "bob", "carol"))
        for n in range(130):
            path = f"/dav/calendars/alice/c{n:03}/"
            equal(alice.request("MKCALENDAR", path).status, 201)
            acl(alice, path, ("/dav/principals/users/bob/", "grant" if n >= 10 else "deny",
                              ["D:read"]))
        acl(carol, "/dav/calendars/carol/calendar/",
            ("/dav/principals/users/bob/", "grant", ["D:read"]))
        home = bob.request("PROPFIND", "/dav/calendars/bob/", LISTING, {"Depth": "1"}).text
        equal(home.count("<D:href>/dav/calendars/bob/alice~c"), 100)
        equal("/dav/calendars/bob/alice~c010/" in home, True)
        equal("/dav/calendars/bob/carol~calendar/" in home, True)
        equal(home.count("<D:href>/dav/calendars/bob/calendar/"), 1)
        equal(home.rstrip().endswith("</D:multistatus>"), True)
        equal(bob.request("PROPFIND", "/dav/calendars/bob/alice~c129/", LISTING,
                          {"Depth": "0"}).status, 207, "by its name it is there")


suite.main()
