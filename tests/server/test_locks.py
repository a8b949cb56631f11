#!/usr/bin/python3
"""Write locks of WebDAV where cases of conformance/ cannot reach: races, time, kills, bookings."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, event, parallel  # noqa: E402

suite = Suite("locks")
HOME = "/dav/calendars/alice/"
CALENDAR = HOME + "calendar/"
OBJECT = CALENDAR + "a.ics"
AT_ONCE = 12


def lockinfo(scope):
    return (f'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{scope}/></D:lockscope><D:locktype>'
            "<D:write/></D:locktype><D:owner>me</D:owner></D:lockinfo>")


def lock(client, path, scope="exclusive", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request("LOCK", path, lockinfo(scope), sent)


def token_of(answer):
    equal(answer.status in (200, 201), True, f"{answer.status} {answer.text}")
    return answer.header("Lock-Token")


def put(client, path, uid="a", summary="Busy", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["Content-Type"] = "text/calendar"
    return client.request("PUT", path, event(uid, "20270104T090000Z", "20270104T100000Z", summary),
                          sent).status


def locks_on(client, path):
    got = client.request("PROPFIND", path, '<D:propfind xmlns:D="DAV:"><D:prop><D:lockdiscovery/>'
                         "</D:prop></D:propfind>", {"Depth": "0"})
    equal(got.status, 207, got.text)
    return got.text.count("<D:activelock>")


def prepared(s, **more):
    server = s.server(**more)
    server.add_user("alice")
    server.add_user("bob")
    server.start()
    equal(put(server.client("alice"), OBJECT), 201)
    return server


@suite.case(f"{AT_ONCE} exclusive LOCKs at once: one is granted")
def _(s):
    with prepared(s) as server:
        clients = [server.client("alice") for _ in range(AT_ONCE)]
        for turn in range(5):
            path = f"{CALENDAR}{turn}.ics"  # nothing has this name
            got = parallel(AT_ONCE, lambda i: lock(clients[i], path))
            equal(sorted(a.status for a in got), [201] + [423] * (AT_ONCE - 1), path)
            tokens = {a.header("Lock-Token") for a in got if a.status == 201}
            statuses = parallel(AT_ONCE, lambda i: put(clients[i], path, uid=f"u{turn}"))
            equal(set(statuses), {423}, "nobody writes without the token")
            equal(put(clients[0], path, uid=f"u{turn}", If=f"({tokens.pop()})"), 201)


@suite.case("whole and in part at once: never both")
def _(s):
    with prepared(s) as server:
        clients = [server.client("alice") for _ in range(2)]
        for _turn in range(10):
            got = parallel(2, lambda i: lock(clients[i], (OBJECT, CALENDAR)[i], Depth="infinity"))
            equal(sorted(a.status for a in got), [200, 423])
            for i, path in enumerate((OBJECT, CALENDAR)):
                if got[i].status == 200:
                    equal(clients[i].request("UNLOCK", path, headers={
                        "Lock-Token": got[i].header("Lock-Token")}).status, 204)


@suite.case("LOCK and PUT at once: what was stored while the lock stood has its token")
def _(s):
    with prepared(s) as server:
        locker, writer, other = [server.client("alice") for _ in range(3)]
        for turn in range(10):
            got = parallel(2, lambda i: lock(locker, OBJECT) if i
                           else put(writer, OBJECT, summary=f"turn {turn}"))
            token = token_of(got[1])
            equal(got[0] in (204, 423), True, str(got[0]))
            now = other.request("GET", OBJECT).text
            equal(f"turn {turn}\r\n" in now, got[0] == 204, "a refused PUT left nothing")
            equal(put(writer, OBJECT, summary="later"), 423)
            equal(other.request("GET", OBJECT).text, now)
            equal(locker.request("UNLOCK", OBJECT, headers={"Lock-Token": token}).status, 204)


@suite.case("MOVE and LOCK while a PUT is on its way: nothing gets past the lock (RFC 4918 §7)")
def _(s):
    # It takes the server some milliseconds to expand, so that it is overtaken.
    slow = event("u", "20270104T090000Z", "20270104T090100Z",
                 extra="RRULE:FREQ=MINUTELY;INTERVAL=2;COUNT=20000\r\n"
                 + f"X-FILL:{'x' * 60}\r\n" * 9000)
    with prepared(s) as server:
        mover, writer = server.client("alice"), server.client("alice")
        for turn in range(20):
            old, new = f"{HOME}m{turn}/", f"{HOME}n{turn}/"
            equal(mover.request("MKCALENDAR", old).status, 201)

            def move():
                equal(mover.request("MOVE", old, headers={"Destination": new}).status, 201)
                token_of(lock(mover, new))
                return mover.request("GET", new + "u.ics").status

            got = parallel(2, lambda i: move() if i else writer.request(
                "PUT", old + "u.ics", slow, {"Content-Type": "text/calendar"}).status)
            equal(got[0] in (201, 409), True, str(got))
            equal(got[1], 200 if got[0] == 201 else 404, f"turn {turn}: {got}")
            equal(mover.request("GET", new + "u.ics").status, got[1], f"turn {turn}: {got}")


@suite.case("a lock ends with its time, and a refresh begins it anew (RFC 4918 §6.6)")
def _(s):
    server = s.server()
    clock = f"{server.folder}/clock"

    def set_clock(seconds):
        with open(clock + ".new", "w", encoding="ascii") as file:
            file.write(str(1798761600 + seconds))
        os.rename(clock + ".new", clock)

    set_clock(0)
    server.options = ["--test-clock", clock]
    server.add_user("alice")
    with server.start():
        alice = server.client("alice")
        equal(put(alice, OBJECT), 201)
        token = token_of(lock(alice, OBJECT, Timeout="Second-60"))
        set_clock(59)
        equal(put(alice, OBJECT), 423)
        got = alice.request("LOCK", OBJECT, headers={"If": f"({token})", "Timeout": "Second-30"})
        equal([got.status, re.findall("Second-[0-9]+", got.text)], [200, ["Second-30"]])
        set_clock(80)
        equal(put(alice, OBJECT), 423)
        got = alice.request("PROPFIND", OBJECT, headers={"Depth": "0"})
        equal(re.findall("Second-[0-9]+", got.text), ["Second-9"], "the time that is left")
        set_clock(89)
        equal(locks_on(alice, OBJECT), 0)
        equal(put(alice, OBJECT), 204)
        got = alice.request("LOCK", OBJECT, headers={"If": f"({token})"})
        equal(got.status, 412, "what has ended is not refreshed")


@suite.case("without a time, or with one past all bounds, a lock has one of ours (RFC 4918 §10.7)")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        for timeout, want in ((None, 3600), ("Infinite", 7 * 86400), ("Second-5", 5),
                              ("Second-4100000000", 7 * 86400), ("Second-" + "9" * 40, 7 * 86400),
                              ("Second-0", 1), ("Extend, Second-77", 77), ("soon", 3600),
                              ("Second-, Second-+3, Second-12", 12)):
            got = lock(alice, OBJECT, **({"Timeout": timeout} if timeout else {}))
            equal(re.findall("Second-[0-9]+", got.text), [f"Second-{want}"], str(timeout))
            equal(alice.request("UNLOCK", OBJECT, headers={
                "Lock-Token": token_of(got)}).status, 204)


@suite.case("locks survive kill -9")
def _(s):
    with prepared(s) as server:
        token = token_of(lock(server.client("alice"), OBJECT))
        server.kill()
        server.start()
        alice = server.client("alice")
        equal(put(alice, OBJECT), 423)
        equal(put(alice, OBJECT, If=f"({token})"), 204)


@suite.case("bookings and imports go past locks; their events are locked like any")
def _(s):
    with prepared(s) as server:
        server.add_type("alice", window=90)
        alice, guest = server.client("alice"), server.client()
        token = token_of(lock(alice, CALENDAR, Depth="infinity"))
        slots = guest.request("GET", "/api/availability/slots?host=alice&type=intro&from="
                              f"{ahead(2)}&to={ahead(9)}").json()["days"]
        start = [slot["start_time"] for d in slots for slot in d["slots"]][0]
        booked = guest.request("POST", "/api/bookings", json.dumps({
            "host": "alice", "type": "intro", "start_time": start, "invitee_name": "Guest",
            "invitee_email": "guest@example.net", "invitee_timezone": "Europe/Berlin"}),
            {"Content-Type": "application/json"})
        equal(booked.status, 201, booked.text)
        with open(f"{server.folder}/x.ics", "w", encoding="utf-8", newline="") as file:
            file.write(event("imported", "20270105T090000Z", "20270105T100000Z"))
        server.run("import", "alice", "calendar", f"{server.folder}/x.ics")
        listing = alice.request("PROPFIND", CALENDAR, headers={"Depth": "1"}).text
        names = re.findall(f"<D:href>{CALENDAR}([^<]+)</D:href><D:propstat>", listing)
        equal(len(names), 3, str(names))
        name = [n for n in names if n not in ("a.ics", "imported.ics")][0]
        equal(alice.request("DELETE", CALENDAR + name).status, 423)
        equal(alice.request("UNLOCK", CALENDAR, headers={"Lock-Token": token}).status, 204)
        # The lock of an event goes with it.
        token = token_of(lock(alice, CALENDAR + name))
        cancelled = guest.request("DELETE", re.sub("^.*/manage/", "/api/bookings/" +
                                  booked.json()["id"] + "?token=", booked.json()["cancel_url"]))
        equal(cancelled.status, 200, cancelled.text)
        equal(alice.request("UNLOCK", CALENDAR + name, headers={"Lock-Token": token}).status, 409)


@suite.case("two users of one calendar: each sees the lock at the path of their own")
def _(s):
    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        shared = "/dav/calendars/bob/alice~calendar/"
        acl = alice.request("ACL", CALENDAR, '<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>'
                            "/dav/principals/users/bob/</D:href></D:principal><D:grant>"
                            "<D:privilege><D:read/></D:privilege><D:privilege><D:write/>"
                            "</D:privilege></D:grant></D:ace></D:acl>")
        equal(acl.status, 200, acl.text)
        got = lock(bob, shared + "a.ics")
        token = token_of(got)
        equal(f"<D:lockroot><D:href>{shared}a.ics</D:href>" in got.text, True, got.text)
        refused = alice.request("DELETE", OBJECT)
        equal([refused.status, f"<D:href>{OBJECT}</D:href>" in refused.text], [423, True])
        equal(put(alice, OBJECT, If=f"({token})"), 423, "the token is bob's (RFC 4918 §6.4)")
        equal(put(bob, shared + "a.ics", If=f"({token})"), 204)
        # What is shared is left, not deleted: no lock stands in the way of that, nor stays.
        equal(bob.request("DELETE", shared).status, 204)
        equal([put(alice, OBJECT), locks_on(alice, OBJECT)], [204, 0])


@suite.case("who may write no more has no locks any more (RFC 3744 §8.1)")
def _(s):
    def share(path, *privileges):
        body = "".join(f"<D:privilege><D:{p}/></D:privilege>" for p in privileges)
        ace = ("<D:ace><D:principal><D:href>/dav/principals/users/bob/</D:href></D:principal>"
               f"<D:grant>{body}</D:grant></D:ace>" if body else "")
        got = alice.request("ACL", path, f'<D:acl xmlns:D="DAV:">{ace}</D:acl>')
        equal(got.status, 200, got.text)

    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        share(CALENDAR, "read", "write")
        share(HOME, "read", "write")
        token_of(lock(bob, OBJECT))
        token_of(lock(bob, CALENDAR + "free.ics"))
        token_of(lock(bob, HOME + "tasks/"))
        mine = token_of(lock(alice, CALENDAR + "mine.ics"))
        share(HOME, "read")
        equal([put(alice, OBJECT), put(alice, CALENDAR + "free.ics", uid="free")], [423, 423],
              "the calendar still lets him write")
        equal(locks_on(alice, HOME + "tasks/"), 0, "the home does not")
        share(CALENDAR, "read")
        equal([put(alice, OBJECT), put(alice, CALENDAR + "free.ics", uid="free")], [204, 201])
        equal(put(alice, CALENDAR + "mine.ics", uid="mine"), 423, "her own stay")
        equal(put(alice, CALENDAR + "mine.ics", uid="mine", If=f"({mine})"), 201)


@suite.case("an If header tells nobody what is closed to them")
def _(s):
    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        etag = alice.request("GET", OBJECT).header("ETag")
        token = token_of(lock(alice, OBJECT))
        mine = "/dav/calendars/bob/calendar/b.ics"
        equal(put(bob, mine, uid="b"), 201)
        for state in (f"[{etag}]", token, '["other"]', "<urn:uuid:0>"):
            equal(bob.request("GET", mine, headers={"If": f"<{OBJECT}> ({state})"}).status, 412)
            equal(bob.request("GET", mine, headers={"If": f"<{OBJECT}> (Not {state})"}).status, 200)


@suite.case("If headers that are hostile")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        many = "".join(f"<{CALENDAR}{i}>(<urn:x:{i}>)" for i in range(255))
        for header, want in (("", 400), ("(" * 4000, 400), ("(<a:b>)" * 257, 400),
                             ("(<a:b>)" * 256, 412), (many + "(Not <DAV:no-lock>)", 200),
                             ("(Not" * 3000, 400), ("<" + "x" * 9000 + "> (<a:b>)", 412),
                             ("<%zz> (Not <a:b>)", 200), ("<//> (<a:b>)", 412),
                             ('(["' + "x" * 9000 + '"])', 412)):
            got = alice.request("GET", OBJECT, headers={"If": header})
            equal(got.status, want, header[:60])
        equal(put(alice, OBJECT, If=many + "(Not <DAV:no-lock>)"), 204)


@suite.case("an If header asks for the tags of large files, and reads none of them")
def _(s):
    with prepared(s) as server:
        alice, files = server.client("alice"), [HOME + "f/" + name for name in "ab"]
        equal(alice.request("MKCOL", HOME + "f/").status, 201)
        for path in files:
            equal(alice.request("PUT", path, "x" * 3_900_000, {"Content-Type": "x/y"}).status, 201)
        tag = alice.request("HEAD", files[0]).header("ETag")
        # None holds but the last: each is looked at.
        lists = "".join(f'<{files[n % 2]}> (["q"]) ' for n in range(200)) + f"<{files[0]}> ([{tag}])"
        equal(alice.request("PROPFIND", HOME, headers={"If": lists, "Depth": "0"}).status, 207)
        equal(put(alice, OBJECT, If=lists), 204)
        equal(put(alice, OBJECT, If=lists.replace(tag, '"r"')), 412)


@suite.case("an owner of a lock that is too large, and as many locks as a home may have")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        large = lockinfo("shared").replace(">me<", ">" + "x" * 5000 + "<")
        equal(alice.request("LOCK", OBJECT, large).status, 413)
        equal(locks_on(alice, OBJECT), 0)
        for _n in range(1000):
            token = token_of(lock(alice, OBJECT, "shared"))
        equal(lock(alice, OBJECT, "shared").status, 507)
        equal(alice.request("UNLOCK", OBJECT, headers={"Lock-Token": token}).status, 204)
        equal(lock(alice, OBJECT, "shared").status, 200)
        equal(locks_on(alice, OBJECT), 1000)


@suite.case("what goes takes its locks along; what comes in its place is free")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal(alice.request("MKCOL", HOME + "plain/").status, 201)
        equal(alice.request("MKCOL", HOME + "plain/in/").status, 201)
        deep = token_of(lock(alice, HOME + "plain/in/file.txt"))
        inner = token_of(lock(alice, HOME + "plain/in/", Depth="0"))
        got = alice.request("DELETE", HOME + "plain/")
        equal([got.status, got.text.count("423 Locked")], [207, 1], got.text)
        got = alice.request("MOVE", HOME + "plain/", headers={
            "Destination": HOME + "moved/", "If": f"<{HOME}plain/in/> ({inner})"})
        equal(got.status, 207, "the other member is locked too")
        got = alice.request("MOVE", HOME + "plain/", headers={
            "Destination": HOME + "moved/",
            "If": f"<{HOME}plain/in/> ({inner}) <{HOME}plain/in/file.txt> ({deep})"})
        equal(got.status, 201, got.text)
        equal(locks_on(alice, HOME + "moved/in/"), 0)
        equal(alice.request("PUT", HOME + "moved/in/file.txt", "x").status, 204)
        # Over a tree with a lock in it.
        token = token_of(lock(alice, HOME + "moved/in/file.txt"))
        equal(alice.request("MKCOL", HOME + "other/").status, 201)
        over = {"Destination": HOME + "moved/", "Overwrite": "T"}
        equal(alice.request("COPY", HOME + "other/", headers=over).status, 207)
        over["If"] = f"<{HOME}moved/in/file.txt> ({token})"
        equal(alice.request("COPY", HOME + "other/", headers=over).status, 204)
        got = alice.request("UNLOCK", HOME + "moved/", headers={"Lock-Token": token})
        equal(got.status, 409, "it is gone")


suite.main()
