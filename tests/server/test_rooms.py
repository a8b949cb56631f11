#!/usr/bin/python3
"""Rooms as organizers and administrators see them: who gets one, by which rules, and why not."""
import os
import re
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal  # noqa: E402

suite = Suite("rooms")
QUICK = bool(os.environ.get("FASTI_QUICK"))
ORGANIZERS = 16 if QUICK else 64


def event(uid, organizer, start, end, more=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
            f"SUMMARY:Plans\r\nORGANIZER:mailto:{organizer}@example.org\r\n{more}"
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:room@example.org\r\n"
            "END:VEVENT\r\nEND:VCALENDAR\r\n")


def put(server, user, uid, *times, more=""):
    path = f"/dav/calendars/{user}/calendar/{uid}.ics"
    answer = server.client(user).request("PUT", path, event(uid, user, *times, more=more),
                                         {"Content-Type": "text/calendar"})
    equal(answer.status in (201, 204), True, f"{path}: {answer.status} {answer.text[:300]}")
    return answer


def got(server, user, uid):
    """What the room answered, as its organizer reads it, and why."""
    text = server.client(user).request("GET", f"/dav/calendars/{user}/calendar/{uid}.ics").text
    text = re.sub(r"\r\n[ \t]", "", text)
    line = re.search(r"^ATTENDEE[^\r\n]*:mailto:room@example.org\r$", text, re.M).group(0)
    why = re.search(r'^X-CALENDARSERVER-ATTENDEE-COMMENT(?:"[^"]*"|[^":\r\n])*:([^\r\n]*)', text,
                    re.M)
    word = re.search(r"PARTSTAT=([A-Z-]+)", line)
    return word.group(1), why.group(1).replace("\\,", ",").replace("\\;", ";") if why else ""


def with_room(s, *users):
    server = s.server()
    for user in users:
        server.add_user(user)
    server.run("user", "add", "room", "--kind", "room", "--email", "room@example.org",
               "--timezone", "Europe/Berlin")
    return server.start()


@suite.case(f"{ORGANIZERS} organizers want one room at once: one has it")
def _(s):
    users = [f"user{i}" for i in range(ORGANIZERS)]
    with with_room(s, *users) as server:
        # Overlapping in many ways, and all of them at half past eight.
        times = {u: (f"20280118T08{i % 30:02}00Z", f"20280118T08{31 + i % 29:02}00Z")
                 for i, u in enumerate(users)}
        gate = threading.Barrier(len(users))

        def want(user):
            client = server.client(user)
            gate.wait()
            client.request("PUT", f"/dav/calendars/{user}/calendar/m.ics",
                           event(f"m-{user}", user, *times[user]),
                           {"Content-Type": "text/calendar"})

        threads = [threading.Thread(target=want, args=(u,)) for u in users]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        answers = [got(server, u, "m") for u in users]
        equal(sorted(a[0] for a in answers), ["ACCEPTED"] + ["DECLINED"] * (len(users) - 1))
        for word, why in answers:
            equal(word == "ACCEPTED" or why.startswith("It is not free: 2028-01-18 09:"), True, why)
        held = server.run("check")
        equal(held[0], 0, held[1])


@suite.case("rules are set while the server runs, and the organizer is told which one is against it")
def _(s):
    with with_room(s, "alice", "bob") as server:
        server.run("user", "add", "staff", "--kind", "group", "--member", "alice")
        show = server.run("user", "show", "room")[1]
        for line in ("kind     room", "zone     Europe/Berlin", "auto     default: ",
                     "hours    any", "group    any", "ahead    any", "notice   any",
                     "longest  any"):
            equal(line in show, True, f"{line!r} in {show!r}")
        server.run("user", "set", "room", "--hours", "mon-fri 08:00-18:00", "--group", "staff",
                   "--ahead", "3660", "--longest", "120")
        server.run("user", "set", "room", "--notice", "30")
        show = server.run("user", "show", "room")[1]
        for line in ("hours    mon-fri 08:00-18:00 (Europe/Berlin)", "group    staff",
                     "ahead    3660 days", "notice   30 minutes", "longest  120 minutes"):
            equal(line in show, True, f"{line!r} in {show!r}")
        for uid, user, start, end, want, why in (
                ("a", "alice", "20280118T080000Z", "20280118T090000Z", "ACCEPTED", ""),
                ("b", "alice", "20280118T083000Z", "20280118T093000Z", "DECLINED",
                 "It is not free: 2028-01-18 09:30 (Europe/Berlin)."),
                ("c", "alice", "20280118T180000Z", "20280118T190000Z", "DECLINED",
                 "It is outside of mon-fri 08:00-18:00: 2028-01-18 19:00 (Europe/Berlin)."),
                ("d", "alice", "20280118T100000Z", "20280118T130000Z", "DECLINED",
                 "It is longer than 120 minutes: 2028-01-18 11:00 (Europe/Berlin)."),
                ("e", "bob", "20280118T100000Z", "20280118T110000Z", "DECLINED",
                 "Only members of staff are accepted.")):
            put(server, user, uid, start, end)
            equal(got(server, user, uid), (want, why), uid)
        _, told, _ = server.run("explain", "message", "bob", "e")
        equal("Only members of staff are accepted." in told, True, told)
        server.run("user", "set", "room", "--group", "any", "--hours", "any", "--ahead", "0",
                   "--notice", "0", "--longest", "0")
        put(server, "bob", "f", "20280119T170000Z", "20280119T220000Z")
        equal(got(server, "bob", "f")[0], "ACCEPTED")
        server.run("user", "set", "room", "--auto", "decline")
        put(server, "bob", "g", "20280120T080000Z", "20280120T090000Z")
        equal(got(server, "bob", "g"), ("DECLINED", "No invitation is accepted."))


@suite.case("a person has invitations answered, and what was said by hand stays")
def _(s):
    with with_room(s, "alice") as server:
        server.add_user("bob")
        server.run("user", "set", "bob", "--auto", "automatic")
        path = "/dav/calendars/alice/calendar/m.ics"
        body = event("m", "alice", "20280118T080000Z", "20280118T090000Z").replace(
            "room@", "bob@")
        client = server.client("alice")
        equal(client.request("PUT", path, body, {"Content-Type": "text/calendar"}).status, 201)
        equal("PARTSTAT=ACCEPTED" in client.request("GET", path).text, True, "at once")
        own = server.client("bob")
        listing = own.request("PROPFIND", "/dav/calendars/bob/inbox/",
                              '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
                              {"Depth": "1"}).text
        equal(listing.count(".ics"), 0, "nothing is left to answer")


@suite.case("what cannot be set is one clear line")
def _(s):
    with with_room(s, "alice") as server:
        server.run("user", "add", "staff", "--kind", "group")
        before = server.run("user", "show", "room")[1]
        for status, want, *words in (
                (2, "a name, and what is to be set", "room"),
                (2, "a name, and what is to be set", "--ahead", "3"),
                (1, "no user nobody", "nobody", "--ahead", "3"),
                (1, "is a group", "staff", "--ahead", "3"),
                (1, "no group alice", "room", "--group", "alice"),
                (1, "no group gone", "room", "--group", "gone"),
                (1, "--auto is default, manual", "room", "--auto", "always"),
                (1, '"8-18" is neither', "room", "--hours", "mon-fri 8-18"),
                (1, "Hours are like", "room", "--hours", ""),
                (2, "whole number from 0 to 3660", "room", "--ahead", "3661"),
                (2, "whole number from 0 to 3660", "room", "--ahead", "-1"),
                (2, "whole number", "room", "--longest", "an hour", "--ahead", "5"),
                (2, "whole number", "room", "--notice", "")):
            got_status, _out, err = server.run("user", "set", *words, check=False)
            equal((got_status, want in err), (status, True), f"{words}: {got_status} {err}")
            if status == 1:
                equal(err.count("\n"), 1, f"{words}: {err}")
        equal(server.run("user", "show", "room")[1], before, "nothing has changed")
        equal(server.run("user", "show", "nobody", check=False)[0], 1)
        equal(server.run("user", "show", check=False)[0], 2)
        equal("auto" in server.run("user", "show", "staff")[1], False, "a group answers nobody")


@suite.case("a room's free-busy time is what it has accepted")
def _(s):
    with with_room(s, "alice") as server:
        put(server, "alice", "m", "20280118T080000Z", "20280118T090000Z",
            more="RRULE:FREQ=DAILY;COUNT=2\r\n")
        ask = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nMETHOD:REQUEST\r\n"
               "BEGIN:VFREEBUSY\r\nUID:q\r\nDTSTAMP:20270101T000000Z\r\n"
               "DTSTART:20280118T000000Z\r\nDTEND:20280121T000000Z\r\n"
               "ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:room@example.org\r\n"
               "END:VFREEBUSY\r\nEND:VCALENDAR\r\n")
        text = server.client("alice").request("POST", "/dav/calendars/alice/outbox/", ask,
                                              {"Content-Type": "text/calendar"}).text
        for day in ("18", "19"):
            equal(f"202801{day}T080000Z/" in text, True, text)
        equal("20280120T080000Z" in text, False, text)


suite.main()
