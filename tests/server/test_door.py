#!/usr/bin/python3
"""A booking that comes as an iTIP message, posted to the address of a meeting type."""
import datetime
import json
import os
import re
import sys
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, next_monday, parallel, wait_for  # noqa: E402

suite = Suite("door")
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
DAY = datetime.timedelta(days=1)
CALENDAR = "/dav/calendars/alice/calendar/"


def prepared(s, **rules):
    server = s.server()
    server.add_user("alice")
    server.add_type("alice", **rules)
    return server.start()


def at(hour, minute=0, day=0):
    """A Monday in two weeks, on alice's clock."""
    return datetime.datetime.combine(next_monday(2) + DAY * day, datetime.time(hour, minute), BERLIN)


def utc(t):
    return t.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def message(start, minutes=30, uid="m1@example.net", sequence=0, method="REQUEST", extra="",
            organizer="ivy@example.net", attendee="alice@example.org", stamp=None):
    stamp = stamp or f"202601{sequence + 1:02}T000000Z"
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
            f"METHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:{stamp}\r\n"
            f"SEQUENCE:{sequence}\r\nDTSTART:{utc(start)}\r\n"
            f"DTEND:{utc(start + datetime.timedelta(minutes=minutes))}\r\n"
            f"ORGANIZER;CN=Ivy:mailto:{organizer}\r\n"
            f"ATTENDEE;CN=Ivy;PARTSTAT=ACCEPTED:mailto:{organizer}\r\n"
            f"ATTENDEE;CN=Alice;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:{attendee}\r\n"
            f"SUMMARY:Talk\r\n{extra}END:VEVENT\r\nEND:VCALENDAR\r\n")


def post(server, body, path="/book/alice/intro", kind="text/calendar; method=REQUEST"):
    return server.client().request("POST", path, body, {"Content-Type": kind})


def lines(answer):
    """The content lines of an answer, unfolded, by name."""
    found = {}
    for line in re.sub(r"\r\n[ \t]", "", answer.text).splitlines():
        found.setdefault(re.split("[;:]", line)[0], []).append(line)
    return found


def partstat(text):
    text = re.sub(r"\r\n[ \t]", "", text)
    line = [x for x in text.splitlines() if x.startswith("ATTENDEE") and "mailto:alice" in x][0]
    return re.search(r"PARTSTAT=([A-Z-]+)", line).group(1)


def bookings(server, **more):
    query = "&".join(f"{k}={v}" for k, v in {"limit": 500, **more}.items())
    return server.client("alice").request("GET", "/api/bookings?" + query).json()["bookings"]


def stored(server):
    """The objects in alice's calendar, by name."""
    alice = server.client("alice")
    found = alice.request("PROPFIND", CALENDAR, headers={"Depth": "1"}).text
    return {name: alice.request("GET", CALENDAR + name).text
            for name in re.findall(CALENDAR + r"([^<]+\.ics)", found)}


@suite.case("a REQUEST is answered REPLY ACCEPTED, and is a booking (decisions 16, 44)")
def _(s):
    with prepared(s) as server:
        done = post(server, message(at(10)))
        equal(done.status, 200, done.text)
        equal(lines(done)["METHOD"], ["METHOD:REPLY"], "method")
        equal(partstat(done.text), "ACCEPTED", "answer")
        (only,) = bookings(server)
        equal((only["calendar_event_id"], only["status"], only["invitee_email"]),
              ("m1@example.net", "confirmed", "ivy@example.net"), "booking")
        (copy,) = stored(server).values()
        equal(partstat(copy), "ACCEPTED", "copy")
        equal("METHOD" in copy, False, "METHOD stored")
        # The answer says it all: nothing is mailed.
        equal(server.mails(), [], "mails")


@suite.case("an ORGANIZER without a name is called by the address, which is none itself")
def _(s):
    with prepared(s) as server:
        who = "joe.cook@example.net"
        asks = message(at(10), organizer=who).replace(";CN=Ivy", "")
        done = post(server, asks)
        equal(done.status, 200, done.text)
        (only,) = bookings(server)
        equal((only["invitee_name"], only["invitee_email"]), ("joe cook", who), "booking")


@suite.case("a time that is taken is one COUNTER with the nearest open time and four more (16)")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "first")
        no = post(server, message(at(10), uid="m2@example.net", organizer="joe@example.net"))
        equal(no.status, 409, no.text)
        found = lines(no)
        equal(found["METHOD"], ["METHOD:COUNTER"], "method")
        equal(len(found["BEGIN"]), 2, "one component")
        # 09:30 and 10:30 are as near: the earlier (44).
        equal(utc(at(9, 30)) in found["DTSTART"][0], True, found["DTSTART"])
        equal(partstat(no.text), "DECLINED", "answer")
        day = at(10).strftime("%Y-%m-%d")
        for time in ("09:00", "10:30", "11:00", "11:30"):
            equal(f"{day} {time}" in found["COMMENT"][0], True, (time, found["COMMENT"]))
        equal(len(bookings(server)), 1, "bookings")


@suite.case("an invitation that came otherwise is not the sender's to change (decisions 16)")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        mine = message(at(10), uid="board@example.org", organizer="bob@example.org")
        mine = re.sub(r"METHOD:REQUEST\r\n", "", mine)
        equal(alice.request("PUT", CALENDAR + "board.ics", mine,
                            {"Content-Type": "text/calendar"}).status, 201, "invitation")
        before = stored(server)
        for method, sequence in (("REQUEST", 5), ("CANCEL", 6)):
            no = post(server, message(at(14), uid="board@example.org", method=method,
                                      sequence=sequence, organizer="bob@example.org"))
            equal(no.status, 403, (method, no.text))
        equal((stored(server), bookings(server)), (before, []), "nothing has changed")


@suite.case("what would be no name of an invitee is no title either (decisions 25)")
def _(s):
    with prepared(s) as server:
        spam = message(at(10)).replace("SUMMARY:Talk", "SUMMARY:Pills at http://evil.example")
        done = post(server, spam)
        equal(done.status, 200, done.text)
        (copy,) = stored(server).values()
        equal(("evil" in done.text, "evil" in copy), (False, False), copy)
        equal("SUMMARY:intro" in copy or "SUMMARY:Intro" in copy, True, copy)


@suite.case("one UID is one type's booking (44)")
def _(s):
    with prepared(s) as server:
        server.add_type("alice", slug="other")
        equal(post(server, message(at(10))).status, 200, "booked")
        no = post(server, message(at(10), sequence=1), path="/book/alice/other")
        equal(no.status, 422, no.text)
        equal([b["meeting_type_id"] for b in bookings(server)],
              [bookings(server)[0]["meeting_type_id"]], "type")
        # An update that moves nothing is no reschedule.
        equal(post(server, message(at(10), sequence=1, extra="LOCATION:Here\r\n")).status, 200, "update")
        (only,) = bookings(server)
        equal((only["version"], "LOCATION:Here" in list(stored(server).values())[0]), (1, True), only)


@suite.case("outside hours, another length, a whole day, a series (44)")
def _(s):
    with prepared(s) as server:
        night = post(server, message(at(3)))
        equal((night.status, lines(night)["METHOD"]), (409, ["METHOD:COUNTER"]), night.text)
        equal(utc(at(9)) in lines(night)["DTSTART"][0], True, lines(night)["DTSTART"])
        long = post(server, message(at(11), minutes=45))
        equal(long.status, 409, long.text)
        equal((utc(at(11)) in lines(long)["DTSTART"][0],
               utc(at(11, 30)) in lines(long)["DTEND"][0]), (True, True), long.text)
        day = re.sub(r"DTSTART:\d{8}T\d{6}Z", "DTSTART;VALUE=DATE:20300107", message(at(11)))
        day = re.sub(r"DTEND:\d{8}T\d{6}Z", "DTEND;VALUE=DATE:20300108", day)
        whole = post(server, day)
        equal((whole.status, lines(whole)["METHOD"]), (409, ["METHOD:REPLY"]), whole.text)
        equal(partstat(whole.text), "DECLINED", "whole day")
        series = post(server, message(at(11), extra="RRULE:FREQ=DAILY;COUNT=3\r\n"))
        equal((series.status, lines(series)["METHOD"]), (409, ["METHOD:REPLY"]), series.text)
        equal((bookings(server), stored(server)), ([], {}), "nothing was kept")


@suite.case("nothing open in the window: REPLY DECLINED (44)")
def _(s):
    with prepared(s, window="1") as server:
        alice = server.client("alice")
        closed = {"name": "Closed", "timezone": "Europe/Berlin", "weekly": []}
        put = alice.request("PUT", "/api/schedules/default", json.dumps(closed),
                            {"Content-Type": "application/json"})
        equal(put.status, 200, put.text)
        no = post(server, message(at(10)))
        equal((no.status, lines(no)["METHOD"]), (409, ["METHOD:REPLY"]), no.text)
        equal(partstat(no.text), "DECLINED", "answer")


@suite.case("a higher SEQUENCE moves it, an old one changes nothing (44)")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "made")
        (before,) = bookings(server)
        moved = post(server, message(at(14), sequence=1))
        equal((moved.status, partstat(moved.text)), (200, "ACCEPTED"), moved.text)
        (after,) = bookings(server)
        equal((after["id"], after["version"], after["start_time"] != before["start_time"]),
              (before["id"], 2, True), "moved")
        old = post(server, message(at(10)))
        equal((old.status, partstat(old.text)), (200, "ACCEPTED"), old.text)
        equal(utc(at(14)) in lines(old)["DTSTART"][0], True, "as it is now")
        equal(bookings(server), [after], "unchanged")
        # The time it left is free, the one it has is not.
        equal(post(server, message(at(14), uid="m3@example.net")).status, 409, "taken")
        equal(post(server, message(at(10), uid="m3@example.net")).status, 200, "free again")


@suite.case("a move to a time that is taken is a COUNTER, and the old time stays")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "one")
        equal(post(server, message(at(14), uid="m2@example.net")).status, 200, "two")
        before = bookings(server)
        no = post(server, message(at(14), sequence=1))
        equal((no.status, lines(no)["METHOD"]), (409, ["METHOD:COUNTER"]), no.text)
        equal(bookings(server), before, "unchanged")


@suite.case("a UID of another organizer, or of another's booking, is 403 (16, 44)")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "made")
        for sequence in (0, 1):
            no = post(server, message(at(14), organizer="eve@example.net", sequence=sequence))
            equal(no.status, 403, no.text)
        no = post(server, message(at(10), organizer="eve@example.net", sequence=2,
                                  method="CANCEL"))
        equal(no.status, 403, no.text)
        (only,) = bookings(server)
        equal(only["status"], "confirmed", "status")


@suite.case("a posted CANCEL ends it, an old one does not (44)")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "made")
        equal(post(server, message(at(12), sequence=2)).status, 200, "moved")
        equal(post(server, message(at(10), sequence=1, method="CANCEL")).status, 204, "old")
        equal(bookings(server)[0]["status"], "confirmed", "an old CANCEL")
        equal(post(server, message(at(12), sequence=3, method="CANCEL")).status, 204, "CANCEL")
        equal(bookings(server)[0]["status"], "cancelled", "status")
        equal(stored(server), {}, "calendar")
        equal(server.mails(), [], "mails")
        equal(post(server, message(at(12), sequence=3, method="CANCEL")).status, 204, "again")
        equal(post(server, message(at(12), uid="m2@example.net")).status, 200, "free again")


@suite.case("the host who deletes it declines, and one who moves it is refused (16)")
def _(s):
    with prepared(s) as server:
        equal(post(server, message(at(10))).status, 200, "made")
        alice = server.client("alice")
        ((name, copy),) = stored(server).items()
        moved = copy.replace(utc(at(10)), utc(at(11))).replace(utc(at(10, 30)), utc(at(11, 30)))
        no = alice.request("PUT", CALENDAR + name, moved, {"Content-Type": "text/calendar"})
        equal((no.status, "allowed-attendee-scheduling-object-change" in no.text), (403, True),
              no.text)
        (only,) = bookings(server)
        no = alice.request("POST", f"/api/bookings/{only['id']}/reschedule",
                           json.dumps({"start_time": at(11).isoformat()}),
                           {"Content-Type": "application/json"})
        equal(no.status, 409, no.text)
        equal(alice.request("DELETE", CALENDAR + name).status, 204, "DELETE")
        equal(bookings(server)[0]["status"], "cancelled", "status")
        (mail,) = wait_for(server.mails, what="a REPLY")
        equal((b"METHOD:REPLY" in mail or b"method=REPLY" in mail, b"ivy@example.net" in mail),
              (True, True), mail)


@suite.case("a host who has to confirm answers TENTATIVE, and ACCEPTED by mail later")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        kind = alice.request("GET", "/api/meeting-types/intro").json()
        kind["confirm"] = True
        for member in ("id", "host", "booking_url"):
            kind.pop(member, None)
        put = alice.request("PUT", "/api/meeting-types/intro", json.dumps(kind),
                            {"Content-Type": "application/json"})
        equal(put.status, 200, put.text)
        asked = post(server, message(at(10)))
        equal((asked.status, partstat(asked.text)), (200, "TENTATIVE"), asked.text)
        (only,) = bookings(server)
        equal(only["status"], "pending", "status")
        yes = alice.request("POST", f"/api/bookings/{only['id']}/confirm", "{}",
                            {"Content-Type": "application/json"})
        equal(yes.status, 200, yes.text)
        (copy,) = stored(server).values()
        equal(partstat(copy), "ACCEPTED", "copy")
        (mail,) = wait_for(server.mails, what="a REPLY")
        equal(b"REPLY" in mail, True, mail)


@suite.case("what is no such message is refused: 404, 415, 422, 403")
def _(s):
    with prepared(s) as server:
        ok = message(at(10))
        for what, status, body, more in (
                ("no type", 404, ok, {"path": "/book/alice/other"}),
                ("no host", 404, ok, {"path": "/book/nobody/intro"}),
                ("a list", 404, ok, {"path": "/book/alice"}),
                ("a form", 415, ok, {"kind": "application/x-www-form-urlencoded"}),
                ("not invited", 422, message(at(10), attendee="bob@example.org"), {}),
                ("by the host", 422, message(at(10), organizer="alice@example.org"), {}),
                ("a REPLY", 422, message(at(10), method="REFRESH"), {}),
                ("no calendar", 403, "hello", {})):
            got = post(server, body, **more)
            equal(got.status, status, f"{what}: {got.text}")
        equal((bookings(server), stored(server)), ([], {}), "nothing was kept")


@suite.case("of many REQUESTs for one time one is accepted (E1)")
def _(s):
    with prepared(s) as server:
        got = parallel(16, lambda i: post(server, message(
            at(10), uid=f"r{i}@example.net", organizer=f"u{i}@example.net")).status)
        equal(sorted(got), [200] + [409] * 15, "answers")
        equal(len(bookings(server)), 1, "bookings")


@suite.case("one REQUEST sent many times at once is one booking")
def _(s):
    with prepared(s) as server:
        got = parallel(8, lambda i: post(server, message(at(10))))
        equal([(x.status, partstat(x.text)) for x in got], [(200, "ACCEPTED")] * 8, "answers")
        equal(len(bookings(server)), 1, "bookings")


# ---- a local user's calendar app -----------------------------------------------------------------


def invitation(start, minutes=30, sequence=0, to="alice+intro@example.org", uid="l1@example.org",
               extra=""):
    """Bob's own event, as his calendar app writes it."""
    text = message(start, minutes, uid, sequence, organizer="bob@example.org", attendee=to,
                   extra=extra)
    return text.replace("METHOD:REQUEST\r\n", "")


def put(server, body, name="m.ics", user="bob"):
    done = server.client(user).request("PUT", f"/dav/calendars/{user}/calendar/{name}", body,
                                       {"Content-Type": "text/calendar"})
    equal(done.status in (201, 204), True, done.text)


def bobs(server, name="m.ics"):
    return server.client("bob").request("GET", f"/dav/calendars/bob/calendar/{name}").text


def answer_of(server):
    """What bob's own event says of alice, once she has answered."""
    return wait_for(lambda: partstat(bobs(server)).replace("NEEDS-ACTION", ""), what="an answer")


def proposed(server):
    """The times that were proposed to bob."""
    found = server.client("bob").request("GET", "/api/proposals").json()["proposals"]
    return [(p["start_time"], p["attendee"], p["comment"]) for p in found]


def with_bob(s, **rules):
    server = s.server()
    server.add_user("alice")
    server.add_user("bob")
    server.add_type("alice", **rules)
    return server.start()


def instant(t):
    return t.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@suite.case("a local user's invitation to the address of a type is a booking (16, 44)")
def _(s):
    with with_bob(s) as server:
        put(server, invitation(at(10)))
        equal(answer_of(server), "ACCEPTED", "bob's event")
        (only,) = bookings(server)
        equal((only["calendar_event_id"], only["status"], only["type"], only["invitee_email"]),
              ("l1@example.org", "confirmed", "intro", "bob@example.org"), "booking")
        (copy,) = stored(server).values()
        equal((partstat(copy), "METHOD" in copy), ("ACCEPTED", False), "alice's copy")
        equal(server.mails(), [], "mails")
        # It holds the time as any other booking does.
        equal(post(server, message(at(10))).status, 409, "taken")


@suite.case("a plain invitation to the host is judged by no rule")
def _(s):
    with with_bob(s) as server:
        put(server, invitation(at(3), to="alice@example.org"))
        (copy,) = wait_for(lambda: stored(server).values(), what="the invitation")
        equal(partstat(copy), "NEEDS-ACTION", "alice decides")
        equal(bookings(server), [], "bookings")


@suite.case("where it cannot be, bob is proposed the nearest open time, and nothing is kept (16)")
def _(s):
    with with_bob(s) as server:
        equal(post(server, message(at(10))).status, 200, "somebody else")
        put(server, invitation(at(10)))
        ((start, who, comment),) = wait_for(lambda: proposed(server), what="a COUNTER")
        equal((start, who), (instant(at(9, 30)), "alice+intro@example.org"), "proposal")
        day = at(10).strftime("%Y-%m-%d")
        for time in ("09:00", "10:30", "11:00", "11:30"):
            equal(f"{day} {time}" in comment, True, (time, comment))
        equal((len(bookings(server)), len(stored(server))), (1, 1), "only the first")
        # Taking it up is a save like any other, and is judged again.
        (waits,) = server.client("bob").request("GET", "/api/proposals").json()["proposals"]
        took = server.client("bob").request("POST", f"/api/proposals/{waits['id']}/accept", "{}",
                                            {"Content-Type": "application/json"})
        equal(took.status, 200, took.text)
        equal(answer_of(server), "ACCEPTED", "at the time that was proposed")
        equal(sorted(b["start_time"] for b in bookings(server)),
              [instant(at(9, 30)), instant(at(10))], "bookings")


@suite.case("bob moves it, moves it where it cannot be, and calls it off")
def _(s):
    with with_bob(s) as server:
        put(server, invitation(at(10)))
        equal(answer_of(server), "ACCEPTED", "made")
        put(server, invitation(at(14), sequence=1))
        wait_for(lambda: bookings(server)[0]["start_time"] == instant(at(14)), what="the move")
        equal(answer_of(server), "ACCEPTED", "moved")
        equal(bookings(server)[0]["version"], 2, "version")
        put(server, invitation(at(3), sequence=2))
        wait_for(lambda: proposed(server), what="a COUNTER")
        equal(bookings(server)[0]["start_time"], instant(at(14)), "the old time stays")
        gone = server.client("bob").request("DELETE", "/dav/calendars/bob/calendar/m.ics")
        equal(gone.status, 204, gone.text)
        wait_for(lambda: bookings(server)[0]["status"] == "cancelled", what="the end")
        equal(stored(server), {}, "alice's calendar")
        equal(post(server, message(at(14))).status, 200, "free again")


@suite.case("alice knows herself by the address, and deletes it: bob reads DECLINED")
def _(s):
    with with_bob(s) as server:
        put(server, invitation(at(10)))
        equal(answer_of(server), "ACCEPTED", "made")
        alice = server.client("alice")
        own = alice.request("PROPFIND", "/dav/principals/users/alice/", (
            '<propfind xmlns="DAV:"><prop><C:calendar-user-address-set'
            ' xmlns:C="urn:ietf:params:xml:ns:caldav"/></prop></propfind>'), {"Depth": "0"}).text
        equal("mailto:alice+intro@example.org" in own, True, own)
        (name,) = stored(server)
        equal(alice.request("DELETE", CALENDAR + name).status, 204, "DELETE")
        wait_for(lambda: partstat(bobs(server)) == "DECLINED", what="a REPLY")
        equal(bookings(server)[0]["status"], "cancelled", "status")


@suite.case("a type that is gone, or is booked by link alone, takes no invitation")
def _(s):
    with with_bob(s) as server:
        alice = server.client("alice")
        made = alice.request("POST", "/api/meeting-types", json.dumps(
            {"slug": "secret", "title": "Secret", "durations": [30], "access": "link"}),
            {"Content-Type": "application/json"})
        equal(made.status, 201, made.text)
        put(server, invitation(at(10), to="alice+secret@example.org"))

        def failed():
            return "SCHEDULE-STATUS=5.2" in bobs(server).replace('"', "")
        # There is no such address: RFC 6638 §3.2.9.
        wait_for(failed, what="5.2")
        equal((bookings(server), stored(server)), ([], {}), "nothing was kept")


if __name__ == "__main__":
    suite.main()
