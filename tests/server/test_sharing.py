#!/usr/bin/python3
"""Calendars that one user shares with another, or with a group (RFC 3744)."""
import contextlib
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, parallel  # noqa: E402

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


QUERY = ('<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
         "<D:current-user-privilege-set/><C:calendar-data/></D:prop><C:filter>"
         '<C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>')
FREE_BUSY = ('<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
             '<C:time-range start="20270101T000000Z" end="20270201T000000Z"/></C:free-busy-query>')
BOB = "/dav/principals/users/bob/"
HOME = "/dav/calendars/alice/"


@suite.case("what a calendar denies, no REPORT at its home tells (RFC 3744 §6)")
def _(s):
    multiget = ('<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
                "<D:prop><C:calendar-data/></D:prop>"
                f"<D:href>{HOME}secret/s.ics</D:href><D:href>{WORK}a.ics</D:href>"
                "</C:calendar-multiget>")
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(alice.request("MKCALENDAR", HOME + "secret/").status, 201)
        equal(put(alice, WORK + "a.ics", "a", "Open").status, 201)
        equal(alice.request("PUT", HOME + "secret/s.ics",
                            event("s", "20270105T090000Z", "20270105T100000Z", "TopSecret"),
                            CALENDAR).status, 201)
        acl(alice, HOME, (BOB, "grant", ["D:read"]))
        acl(alice, HOME + "secret/", (BOB, "deny", ["D:all"]))
        # What the owner asked for first is in the cache, and stays the owner's.
        mine = alice.request("REPORT", HOME, FREE_BUSY, {"Depth": "infinity"})
        equal(["20270104T09" in mine.text, "20270105T09" in mine.text], [True, True], mine.text)
        got = bob.request("REPORT", HOME, multiget)
        equal([got.status, "TopSecret" in got.text, "SUMMARY:Open" in got.text,
               got.text.count("404 Not Found")], [207, False, True, 1], got.text)
        got = bob.request("REPORT", HOME, QUERY, {"Depth": "infinity"})
        equal([got.status, "TopSecret" in got.text, "SUMMARY:Open" in got.text],
              [207, False, True], got.text)
        got = bob.request("REPORT", HOME, FREE_BUSY, {"Depth": "infinity"})
        equal([got.status, "20270104T09" in got.text, "20270105T09" in got.text],
              [200, True, False], got.text)
        # More than its home grants is told of the objects of that calendar alone.
        acl(alice, HOME + "secret/", (BOB, "grant", ["D:write"]))
        got = bob.request("REPORT", HOME, QUERY, {"Depth": "infinity"})
        equal([got.text.count("<D:write-content/>"), "TopSecret" in got.text], [1, True], got.text)


@suite.case("who may store but not read is not told what stands there (RFC 3744 §3.1)")
def _(s):
    whole = {**CALENDAR, "Prefer": "return=representation"}
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(put(alice, WORK + "a.ics", "a", "Secret").status, 201)
        acl(alice, WORK, (BOB, "grant", ["D:bind"]))
        body = event("a", "20270104T090000Z", "20270104T100000Z", "His")
        got = bob.request("PUT", WORK + "a.ics", body, {**whole, "If-None-Match": "*"})
        equal([got.status, "Secret" in got.text, "write-content" in got.text],
              [403, False, True], got.text)
        got = bob.request("PUT", WORK + "z.ics", body, CALENDAR)
        equal([got.status, "no-uid-conflict" in got.text, "a.ics" in got.text],
              [403, True, False], got.text)
        equal(bob.request("MKCOL", "/dav/calendars/bob/f/").status, 201)
        equal(bob.request("PUT", "/dav/calendars/bob/f/z.ics", body, CALENDAR).status, 201)
        got = bob.request("COPY", "/dav/calendars/bob/f/z.ics",
                          headers={"Destination": WORK + "z.ics"})
        equal([got.status, "no-uid-conflict" in got.text, "a.ics" in got.text],
              [403, True, False], got.text)
        acl(alice, WORK, (BOB, "grant", ["D:write-content"]))
        got = bob.request("PUT", WORK + "a.ics", body, {**whole, "If-None-Match": "*"})
        equal([got.status, "Secret" in got.text], [412, False], got.text)
        got = bob.request("POST", WORK + "a.ics?action=attachment-add", "file",
                          {"Content-Type": "text/plain", "Prefer": "return=representation"})
        equal([got.status, "Secret" in got.text], [201, False], got.text)
        acl(alice, WORK, (BOB, "grant", ["D:read", "D:write"]))
        got = bob.request("PUT", WORK + "a.ics", body, {**whole, "If-None-Match": "*"})
        equal([got.status, "Secret" in got.text], [412, True], got.text)


@suite.case("nothing is stored in an inbox or outbox, whoever may write in the home")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        acl(alice, HOME, (BOB, "grant", ["D:read", "D:write"]))
        for client in (alice, bob):
            for box in ("inbox", "outbox"):
                got = put(client, f"{HOME}{box}/forged.ics", "forged", "Come")
                equal([got.status, "need-privileges" in got.text], [403, True], got.text)
                equal(client.request("GET", f"{HOME}{box}/forged.ics").status, 404)
        refused = server.run("import", "alice", "inbox", "--file", "-", check=False,
                             stdin=event("forged", "20270104T090000Z", "20270104T100000Z"))
        equal(refused[0] != 0, True, refused)
        equal(alice.request("GET", f"{HOME}inbox/forged.ics").status, 404)


@suite.case("what an owner keeps at the home is not for others to write (RFC 4918 §9.2)")
def _(s):
    def name(client, path, word):
        return client.request(
            "PROPPATCH", path, '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>'
            f'{word}</D:displayname><X:note xmlns:X="urn:x">{word}</X:note></D:prop></D:set>'
            "</D:propertyupdate>")

    asked = ('<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/><X:note xmlns:X="urn:x"/>'
             "<D:current-user-privilege-set/></D:prop></D:propfind>")
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(name(alice, HOME, "hers").status, 207)
        acl(alice, HOME, (BOB, "grant", ["D:all"]))
        got = name(bob, HOME, "his")
        equal([got.status, "write-properties" in got.text], [403, True], got.text)
        for path in (HOME, "/dav/principals/users/alice/"):
            text = alice.request("PROPFIND", path, asked, {"Depth": "0"}).text
            equal([text.count("hers"), "his<" in text], [2, False], text)
        seen = bob.request("PROPFIND", HOME, asked, {"Depth": "0"}).text
        equal(["<D:bind/>" in seen, "write-properties" in seen], [True, False], seen)
        # Those of a calendar are no such matter.
        equal("200 OK" in name(bob, WORK, "his").text, True)


@suite.case("who may only ask when time is taken learns no names (RFC 4791 §6.1.1)")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(put(alice, WORK + "there.ics", "a", "Secret").status, 201)
        equal(put(bob, "/dav/calendars/bob/calendar/b.ics", "b", "His").status, 201)
        acl(alice, WORK, (BOB, "grant", ["C:read-free-busy"]))
        equal(bob.request("REPORT", WORK, FREE_BUSY, {"Depth": "1"}).status, 200)
        asked = [("OPTIONS", None, {}), ("GET", None, {}), ("HEAD", None, {}), ("DELETE", None, {}),
                 ("PROPFIND", LISTING, {"Depth": "0"}), ("REPORT", QUERY, {"Depth": "0"}),
                 ("COPY", None, {"Destination": "/dav/calendars/bob/calendar/c.ics"}),
                 ("MOVE", None, {"Destination": "/dav/calendars/bob/calendar/c.ics"}),
                 ("LOCK", '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
                  "<D:locktype><D:write/></D:locktype></D:lockinfo>", {}),
                 ("UNLOCK", None, {"Lock-Token": "<urn:uuid:1>"}),
                 ("PUT", event("q", "20270104T090000Z", "20270104T100000Z"), CALENDAR),
                 ("POST", "x", {"Content-Type": "text/plain"})]
        for method, body, headers in asked:
            got = [bob.request(method, f"{WORK}{name}.ics", body, headers)
                   for name in ("there", "missing")]
            equal([a.status for a in got], [404, 404], method)
            equal(got[0].body.replace(b"there", b"missing"), got[1].body, method)
        for name in ("there", "missing"):
            equal(bob.request("COPY", "/dav/calendars/bob/calendar/b.ics", headers={
                "Destination": f"{WORK}{name}.ics"}).status, 409)


@suite.case("once an ACL that takes a right away is answered, nothing more is written by it")
def _(s):
    # It takes the server some milliseconds to read, so that it is overtaken.
    large = event("u", "20270104T090000Z", "20270104T100000Z", extra="".join(
        f"X-FILL:{n:05d}{'x' * 60}\r\n" for n in range(5000)))
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        for turn in range(20):
            path = f"{WORK}u{turn}.ics"
            acl(alice, WORK, (BOB, "grant", ["D:read", "D:write"]))

            def close():
                acl(alice, WORK)
                return alice.request("GET", path).status

            got = parallel(2, lambda i: close() if i else bob.request(
                "PUT", path, large.replace("UID:u", f"UID:u{turn}"), CALENDAR).status)
            # Not to be seen any more, or lost on the way.
            equal(got[0] in (201, 403, 404, 409), True, str(got))
            equal([got[1], alice.request("GET", path).status],
                  [200 if got[0] == 201 else 404] * 2, f"turn {turn}: {got}")


suite.main()
