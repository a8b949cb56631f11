#!/usr/bin/python3
"""When are others busy? Questions that clients post to an outbox (RFC 6638 §5)."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, parallel  # noqa: E402

suite = Suite("outbox")
OUTBOX = "/dav/calendars/alice/outbox/"
CALENDAR = {"Content-Type": "text/calendar"}


def users(s, *names):
    server = s.server()
    for name in names:
        server.add_user(name)
    return server


def address(name):
    return name if ":" in name or "/" in name else f"mailto:{name}@example.org"


def question(names, start="20270412T000000Z", end="20270413T000000Z", extra="", by="alice"):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:REQUEST\r\n"
            "BEGIN:VFREEBUSY\r\nUID:question\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:{start}\r\nDTEND:{end}\r\nORGANIZER:{address(by)}\r\n{extra}"
            + "".join(f"ATTENDEE:{address(n)}\r\n" for n in names)
            + "END:VFREEBUSY\r\nEND:VCALENDAR\r\n")


def ask(client, names, outbox=OUTBOX, **more):
    """For each who is asked, in order: (address, status code, busy periods or None)."""
    got = client.request("POST", outbox, question(names, **more), CALENDAR)
    equal(got.status, 200, got.text)
    found = []
    for one in re.findall(r"<C:response>(.*?)</C:response>", got.text, re.S):
        who = re.search(r"<D:href>(.*?)</D:href>", one).group(1)
        code = re.search(r"<C:request-status>([\d.]+);", one).group(1)
        told = "<C:calendar-data>" in one
        found.append((who, code, re.findall(r"\nFREEBUSY[^:]*:(\S+?)&#13;", one) if told else None))
    return found


def put(client, uid, start, end, calendar="calendar", extra=""):
    name = client.user
    got = client.request("PUT", f"/dav/calendars/{name}/{calendar}/{uid}.ics",
                         event(uid, start, end, extra=extra), CALENDAR)
    equal(got.status in (201, 204), True, got.text)


def acl(client, path, verb, who, privilege):
    got = client.request(
        "ACL", path, '<D:acl xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:ace>'
        f"<D:principal>{who}</D:principal><D:{verb}><D:privilege><{privilege}/></D:privilege>"
        f"</D:{verb}></D:ace></D:acl>")
    equal(got.status, 200, got.text)


@suite.case("the address of a meeting type is answered for as its host")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.add_type("bob")
        server.start()
        bob, alice = server.client("bob"), server.client("alice")
        kind = bob.request("GET", "/api/meeting-types/intro").json()
        equal(kind["address"], "bob+intro@example.org")
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        equal(ask(alice, [f"mailto:{kind['address']}", "mailto:bob+other@example.org"]),
              [(f"mailto:{kind['address']}", "2.0", ["20270412T090000Z/20270412T100000Z"]),
               ("mailto:bob+other@example.org", "3.7", None)])
        server.run("user", "set", "bob", "--free-busy", "nobody")
        ((_, code, told),) = ask(alice, [f"mailto:{kind['address']}"])
        equal((code, told), ("3.8", None), "whom nobody may ask")


@suite.case("each is told of with all their calendars, in the order in which they are asked about")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.run("user", "add", "room1", "--kind", "room", "--email", "room1@example.org")
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        put(alice, "a", "20270412T080000Z", "20270412T083000Z")
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        equal(bob.request("MKCALENDAR", "/dav/calendars/bob/more/").status, 201)
        put(bob, "c", "20270412T093000Z", "20270412T110000Z", "more")
        nine = "20270412T090000Z/20270412T110000Z"
        equal(ask(alice, ["bob", "carol", "room1", "nobody", "alice"]),
              [("mailto:bob@example.org", "2.0", [nine]),
               ("mailto:carol@example.org", "2.0", []),
               ("mailto:room1@example.org", "2.0", []),
               ("mailto:nobody@example.org", "3.7", None),
               ("mailto:alice@example.org", "2.0", ["20270412T080000Z/20270412T083000Z"])])


@suite.case("what was stored or removed meanwhile is told at once")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        equal(ask(alice, ["bob"])[0][2], [])
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        equal(ask(alice, ["bob"])[0][2], ["20270412T090000Z/20270412T100000Z"])
        equal(bob.request("DELETE", "/dav/calendars/bob/calendar/b.ics").status, 204)
        equal(ask(alice, ["bob"])[0][2], [])


@suite.case("by an alias and by the path of a principal it is the same person")
def _(s):
    with users(s, "alice") as server:
        server.run("user", "add", "bob", "--email", "bob@example.org", "--password-file", "-",
                   "--alias", "robert@example.org", stdin="secret\n")
        server.start()
        alice, bob = server.client("alice"), server.client("bob", "secret")
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        names = ["mailto:Robert@Example.org", "/dav/principals/users/bob/",
                 f"http://127.0.0.1:{server.port}/dav/principals/users/bob/"]
        for who, code, busy in ask(alice, names, by="/dav/principals/users/alice/"):
            equal([code, busy], ["2.0", ["20270412T090000Z/20270412T100000Z"]], who)


@suite.case("a hundred are asked about at once, and no more")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice = server.client("alice")
        put(server.client("bob"), "b", "20270412T090000Z", "20270412T100000Z")
        got = ask(alice, ["bob"] * 50 + [f"n{i}" for i in range(50)])
        equal([len(got), [code for _, code, _ in got]], [100, ["2.0"] * 50 + ["3.7"] * 50])
        more = alice.request("POST", OUTBOX, question(["bob"] * 101), CALENDAR)
        equal([more.status, "max-attendees-per-instance" in more.text], [403, True], more.text)
        long = alice.request("POST", OUTBOX, question(["bob"] * 100, end="20400412T000000Z"),
                             CALENDAR)
        equal([long.status, "number-of-matches-within-limits" in long.text], [507, True], long.text)


@suite.case("past the rows a series is expanded, for each who is asked")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice = server.client("alice")
        put(server.client("bob"), "b", "20260105T090000Z", "20260105T100000Z",
            extra="RRULE:FREQ=YEARLY\r\n")
        got = ask(alice, ["bob", "bob"], start="20400101T000000Z", end="20430101T000000Z")
        equal([busy for _, _, busy in got], [[f"{y}0105T090000Z/{y}0105T100000Z"
                                              for y in (2040, 2041, 2042)]] * 2)


@suite.case("the meeting that is moved is in nobody's way, wherever they have it")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.start()
        alice, bob, carol = (server.client(n) for n in ("alice", "bob", "carol"))
        put(alice, "moved", "20270412T090000Z", "20270412T100000Z", extra="RRULE:FREQ=DAILY;"
            "COUNT=3\r\nORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:bob@example.org\r\n")
        equal(bob.request("MKCALENDAR", "/dav/calendars/bob/more/").status, 201)
        equal(bob.request("MOVE", "/dav/calendars/bob/calendar/moved.ics", None,
                          {"Destination": "/dav/calendars/bob/more/moved.ics"}).status, 201)
        for client in (alice, bob):
            put(client, "other", "20270412T093000Z", "20270412T094500Z")
        mask = "X-CALENDARSERVER-MASK-UID:moved\r\n"
        left = ["20270412T093000Z/20270412T094500Z"]
        equal([busy for _, _, busy in ask(alice, ["alice", "bob"], end="20270420T000000Z",
                                          extra=mask)], [left, left])
        equal(len(ask(alice, ["bob"], end="20270420T000000Z")[0][2]), 3)
        # Others' UIDs are no question: the answer would tell who has them, and when.
        put(bob, "secret", "20270413T090000Z", "20270413T100000Z")
        for client, uid, outbox in ((alice, "secret", OUTBOX),
                                    (carol, "moved", "/dav/calendars/carol/outbox/")):
            with_it, without = (
                ask(client, ["bob"], outbox, end="20270420T000000Z", by=client.user, extra=extra)
                for extra in (f"X-CALENDARSERVER-MASK-UID:{uid}\r\n", ""))
            equal(with_it, without, uid)
        # One's own are: nothing is learned.
        put(alice, "own", "20270414T190000Z", "20270414T200000Z")
        equal("20270414T190000Z/20270414T200000Z" in
              ask(alice, ["alice"], end="20270420T000000Z",
                  extra="X-CALENDARSERVER-MASK-UID:own\r\n")[0][2], False)


@suite.case("who may ask: a setting of each principal's, and whoever an entry opens it to")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        taken = [("mailto:bob@example.org", "2.0", ["20270412T090000Z/20270412T100000Z"])]
        refused = [("mailto:bob@example.org", "3.8", None)]
        equal("asked    users:" in server.run("user", "show", "bob")[1], True)
        for word, want in (("nobody", refused), ("token", taken), ("nobody", refused),
                           ("public", taken), ("users", taken), ("nobody", refused)):
            server.run("user", "set", "bob", "--free-busy", word)
            equal(f"asked    {word}:" in server.run("user", "show", "bob")[1], True)
            equal(ask(alice, ["bob"]), want, word)
        own = "/dav/calendars/bob/outbox/"
        equal(ask(bob, ["bob"], own, by="bob"), taken, "oneself")
        home = "/dav/calendars/bob/"
        query = ('<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range '
                 'start="20270412T000000Z" end="20270413T000000Z"/></C:free-busy-query>')
        equal(alice.request("REPORT", home, query, {"Depth": "infinity"}).status, 404)
        who = "<D:href>/dav/principals/users/alice/</D:href>"
        for privilege in ("C:read-free-busy", "D:read", "C:schedule-query-freebusy"):
            acl(bob, home, "grant", who, privilege)
            equal(ask(alice, ["bob"]), taken, privilege)
        acl(bob, home, "grant", who, "C:read-free-busy")
        got = alice.request("REPORT", home, query, {"Depth": "infinity"})
        equal((got.status, "20270412T090000Z/" in got.text), (200, True), got.text)
        equal(server.run("user", "set", "bob", "--free-busy", "all", check=False)[0] != 0, True)


@suite.case("who may ask: everybody here, but whom an entry at the home denies it")
def _(s):
    with users(s, "alice", "bob", "carol") as server:
        server.start()
        alice, bob, carol = (server.client(n) for n in ("alice", "bob", "carol"))
        put(bob, "b", "20270412T090000Z", "20270412T100000Z")
        hers = "/dav/calendars/carol/outbox/"
        for privilege in ("C:schedule-query-freebusy", "C:schedule-deliver", "C:read-free-busy",
                          "D:all"):
            acl(bob, "/dav/calendars/bob/", "deny",
                "<D:href>/dav/principals/users/alice/</D:href>", privilege)
            equal(ask(alice, ["bob"]), [("mailto:bob@example.org", "3.8", None)], privilege)
            equal(ask(carol, ["bob"], hers, by="carol")[0][1], "2.0", privilege)
        acl(bob, "/dav/calendars/bob/", "deny", "<D:authenticated/>", "C:schedule-query-freebusy")
        equal([ask(alice, ["bob"])[0][1], ask(carol, ["bob"], hers, by="carol")[0][1]],
              ["3.8", "3.8"])
        equal(ask(bob, ["bob"], "/dav/calendars/bob/outbox/", by="bob")[0][1], "2.0", "oneself")


@suite.case("for somebody else asks who may send for them, with their address")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice, bob = server.client("alice"), server.client("bob")
        theirs = "/dav/calendars/bob/outbox/"
        equal(alice.request("POST", theirs, question(["bob"], by="bob"), CALENDAR).status, 404)
        acl(bob, "/dav/calendars/bob/", "grant", "<D:href>/dav/principals/users/alice/</D:href>",
            "D:all")
        equal(ask(alice, ["alice"], theirs, by="bob"), [("mailto:alice@example.org", "2.0", [])])
        own = alice.request("POST", theirs, question(["bob"], by="alice"), CALENDAR)
        equal([own.status, "valid-organizer" in own.text], [403, True], own.text)


@suite.case("a question as jCal, and one with a type that says what is in it")
def _(s):
    with users(s, "alice", "bob") as server:
        server.start()
        alice = server.client("alice")
        jcal = ["vcalendar", [["version", {}, "text", "2.0"], ["prodid", {}, "text", "-//t//EN"],
                              ["method", {}, "text", "REQUEST"]],
                [["vfreebusy", [["uid", {}, "text", "q"],
                                ["dtstamp", {}, "date-time", "2026-01-01T00:00:00Z"],
                                ["dtstart", {}, "date-time", "2027-04-12T00:00:00Z"],
                                ["dtend", {}, "date-time", "2027-04-13T00:00:00Z"],
                                ["organizer", {}, "cal-address", "mailto:alice@example.org"],
                                ["attendee", {}, "cal-address", "mailto:bob@example.org"]], []]]]
        for body, media in ((json.dumps(jcal), "application/calendar+json"),
                            (question(["bob"]),
                             "text/calendar; component=VFREEBUSY; method=REQUEST; charset=UTF-8")):
            got = alice.request("POST", OUTBOX, body, {"Content-Type": media})
            equal([got.status, "2.0;Success" in got.text], [200, True], media + got.text)


@suite.case("many ask at the same time, while those whom they ask about save")
def _(s):
    names = [f"u{i}" for i in range(5)]
    with users(s, "alice", *names) as server:
        server.start()

        def one(i):
            if i < 5:
                client = server.client(names[i])
                for n in range(10):
                    put(client, f"e{n}", f"202704{12 + n}T090000Z", f"202704{12 + n}T100000Z")
                return None
            client = server.client("alice")
            return [ask(client, names, end="20270430T000000Z") for _ in range(10)]

        for rounds in parallel(8, one)[5:]:
            for before, after in zip(rounds, rounds[1:]):
                for (_, code, was), (_, _, now) in zip(before, after):
                    # Pieces of the time may be read one after the other, so it is no prefix.
                    equal([code, set(was) - set(now)], ["2.0", set()], "nothing goes once told")
        equal([len(busy) for _, _, busy in ask(server.client("alice"), names,
                                               end="20270430T000000Z")], [10] * 5)


suite.main()
