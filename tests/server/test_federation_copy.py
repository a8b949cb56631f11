#!/usr/bin/python3
"""Bookings in calendars elsewhere: written once, kept up to date, and followed when moved there."""
import json
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import ALL_DAY, DAY, GOOGLE, HOUR, JSON, OUTLOOK, PATIENCE, House, both  # noqa: E402
from fasti import Suite, equal  # noqa: E402

suite = Suite("federation_copy")


def at(clock, day=DAY):
    return f"{day}T{clock}"


def spans(h):
    """Where things stand there."""
    return [(begin, end) for _, begin, end in h.copies()]


def until_written(h, tick=5):
    """What the provider has answered to all that was written is known here as well."""
    h.until(lambda: all(b.get("copy") != "waiting" for b in
                        h.ask(h.alice, "GET", "/api/bookings")["bookings"]), "all is written", tick=tick)


def until_copied(h, *want, tick=5):
    h.until(lambda: spans(h) == list(want), f"copies at {want}, not {spans(h)}", tick=tick)
    until_written(h, tick)


def name_of(h, i=0):
    return h.cal.standing()[i]["id"]


def manage(booking):
    return booking["cancel_url"].split("/")[-1]


def reschedule(h, booking, clock, day=DAY):
    start = h.booking(booking)["start_time"]
    want = f"{day}T{int(clock[:2]) - 1:02}{clock[2:]}:00Z"  # Berlin, in winter
    assert start != want
    return h.ask(h.nobody, "POST", f"/api/bookings/{booking['id']}/reschedule"
                 f"?token={manage(booking)}", 200, {"start_time": want})


def cancel(h, booking):
    h.ask(h.nobody, "DELETE", f"/api/bookings/{booking['id']}?token={manage(booking)}")


def mails_of(h, method):
    return len([m for m in h.server.mails() if re.search(
        rb"method=\"?" + method.encode(), m, re.I)])


@both(suite, "a booking stands there, moves, and goes; without guests, and nobody is written to")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        event = h.cal.standing()[0]
        assert "Ivy" in json.dumps(event) and not event.get("attendees"), event
        if kind is GOOGLE:
            asked = h.service.asked("events.insert")[0]
            equal(asked.one("sendUpdates", "none"), "none")
        h.refresh()
        equal(h.busy(), ["10:00"])
        equal(len(h.free_busy()), 1, "it does not block itself")
        moved = reschedule(h, booking, "14:00")
        until_copied(h, (at("14:00"), at("14:30")))
        equal(moved["version"], 2)
        h.refresh()
        equal(h.busy(), ["14:00"])
        cancel(h, booking)
        until_copied(h)
        h.refresh()
        equal((h.busy(), h.service.calls[kind.insert]), ([], 1))


@both(suite, "an answer that is lost after the write makes no second event")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        for how in ({"lost": True}, {"status": 504, "late": True}, {"raw": b"<html>"}):
            h.service.spoil(kind.insert, **how)
            booking = h.book("10:00")
            h.until(lambda: h.service.faults[-1].times == 0, "the write", tick=5)
            h.refresh()
            h.until(lambda: h.service.calls[kind.insert] >= 1 and
                    spans(h) == [(at("10:00"), at("10:30"))], "one copy", tick=5)
            for _ in range(5):
                h.tick(60)
                h.refresh()
            equal((spans(h), h.busy()), ([(at("10:00"), at("10:30"))], ["10:00"]), str(how))
            h.service.spoil(kind.remove, **how)
            cancel(h, booking)
            until_copied(h)
            h.until(lambda: h.service.faults[-1].times == 0, "the removal", tick=5)


@both(suite, "moved there after an answer that was lost: the next attempt does not move it back")
def _(s, kind):
    for repeat in (201, 409, None) if kind is OUTLOOK else (409,):
        with House(s, kind) as h:
            h.service.repeat = repeat
            h.connect()
            h.service.spoil(kind.insert, lost=True, meanwhile=lambda: h.cal.change(
                name_of(h), start=at("15:00") + ":00", end=at("15:30") + ":00"))
            booking = h.book("10:00")
            h.until(lambda: h.booking(booking).get("copy") == "written", "it is settled", tick=5)
            h.refresh()
            h.until(lambda: h.booking(booking)["start_time"] == f"{DAY}T14:00:00Z", "it moved",
                    tick=5)
            equal(spans(h), [(at("15:00"), at("15:30"))])


@suite.case("outlook: after an answer that is lost the event is looked for, not asked for again")
def _(s):
    with House(s, OUTLOOK) as h:
        h.connect()
        h.service.spoil("events.create", lost=True)
        booking = h.book("10:00")
        h.until(lambda: h.booking(booking).get("copy") == "written", "it is found", tick=5)
        equal((h.service.calls["events.create"], spans(h)), (1, [(at("10:00"), at("10:30"))]))
        reschedule(h, booking, "11:00")
        until_copied(h, (at("11:00"), at("11:30")))


@both(suite, "the provider is down: the booking stands, and is written when it is back")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.service.down()
        first = h.book("10:00")
        second = h.book("11:00", email="otto@example.net")
        equal((first["status"], h.busy()), ("confirmed", ["10:00", "11:00"]))
        cancel(h, second)
        h.tick(60)
        equal(spans(h), [])
        h.service.heal()
        until_copied(h, (at("10:00"), at("10:30")), tick=5 * 60)


@both(suite, "429 and Retry-After: a write waits as long as it is told to")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.service.spoil(kind.insert, status=429, retry_after=2)
        h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        first, then = h.service.asked(kind.insert)[:2]
        # By the clock on the wall, which no test moves.
        assert then.at - first.at >= 2 - 0.1, then.at - first.at


@suite.case("google: a quota of writes stops writing for a long while, and reading not at all")
def _(s):
    with House(s, GOOGLE) as h:
        h.connect()
        h.service.spoil("events.insert", status=403, code="quotaExceeded")
        h.book("10:00")
        h.until(lambda: h.service.calls["events.insert"] == 1, "the first attempt")
        h.cal.add("x", at("12:00") + ":00", at("13:00") + ":00")
        h.tick(20 * 60)
        h.refresh()
        equal((h.service.calls["events.insert"], h.busy()), (1, ["10:00", "12:00", "12:30"]))
        h.until(lambda: (at("10:00"), at("10:30")) in spans(h), "later", tick=10 * 60)


def lacking(h):
    """What "Connected calendars" says of the calendar that takes bookings."""
    return h.calendar().get("unwritten"), h.calendar().get("write_error")


@both(suite, "a provider that refuses: its host reads that it does, and why")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        equal(lacking(h), (None, None))
        h.service.spoil(kind.insert, times=-1, status=400,
                        code="invalid" if kind is GOOGLE else "ErrorInvalidRequest")
        booking = h.book("10:00")
        h.until(lambda: h.booking(booking).get("copy") == "refused", "it is refused", tick=5)
        why = h.booking(booking)["copy_fault"]
        equal((len(why) > 0, lacking(h)), (True, (1, why)))
        h.service.heal()
        reschedule(h, booking, "11:00")
        until_copied(h, (at("11:00"), at("11:30")))
        h.until(lambda: h.booking(booking)["copy"] == "written", "it is noted")
        equal(("copy_fault" in h.booking(booking), lacking(h)), (False, (None, None)))


@both(suite, "an answer that nobody understands is told while the copy waits")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.service.spoil(kind.insert, times=-1, raw=b"<html>welcome</html>")
        booking = h.book("10:00")
        why = h.until(lambda: h.booking(booking).get("copy_fault"), "it is told", tick=5)
        equal((h.booking(booking)["copy"], lacking(h)), ("waiting", (1, why)))
        h.service.heal()
        h.until(lambda: h.booking(booking)["copy"] == "written", "it is written", tick=60)
        equal(("copy_fault" in h.booking(booking), lacking(h)), (False, (None, None)))


@both(suite, "the message comes before the answer to the write")
def _(s, kind):
    with House(s, kind) as h:
        h.service.pushes.mode, h.service.push_first = "now", True
        h.connect()
        h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.service.pushes.settle()
        h.refresh()
        equal((h.busy(), len(h.free_busy()), spans(h)),
              (["10:00"], 1, [(at("10:00"), at("10:30"))]))


@both(suite, "what is read while the answer is on its way is known as ours")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        # In a thread of the double, which wants a connection of its own.
        other, path = h.server.client("alice"), f"/api/connections/{h.connection()['id']}/refresh"
        h.service.spoil(kind.insert, meanwhile=lambda: h.ask(other, "POST", path, 200, {}))
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.until(lambda: h.service.faults[-1].times == 0, "the write")
        h.refresh()
        equal((h.busy(), len(h.free_busy()), h.booking(booking)["status"]),
              (["10:00"], 1, "confirmed"))
        equal(len(spans(h)), 1)


@both(suite, "who deletes it while the answer to its making is on its way cancels the booking")
def _(s, kind):
    for reads_all in (False, True):
        with House(s, kind) as h:
            h.connect()
            read = threading.Event()

            def delete():
                h.cal.delete(name_of(h))
                if reads_all:
                    h.service.forget_tokens()
                h.refresh()
                read.set()
            h.service.spoil(kind.insert, meanwhile=delete)
            booking = h.book("10:00")
            equal(read.wait(PATIENCE), True, "it was read meanwhile")
            h.until(lambda: h.booking(booking)["status"] == "cancelled", "it is cancelled")
            h.refresh()
            equal((h.busy(), spans(h)), ([], []), f"reads all: {reads_all}")


@both(suite, "who deletes it while its cursor is too old cancels the booking")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.until(lambda: mails_of(h, "REQUEST") == 1, "it is settled", tick=5)
        h.refresh()
        h.cal.delete(name_of(h))
        h.service.forget_tokens()
        h.refresh()
        h.until(lambda: h.booking(booking)["status"] == "cancelled", "it is cancelled")
        equal((h.busy(), spans(h)), ([], []))


@both(suite, "who deletes a series that has begun, while its cursor is too old, cancels it")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.ask(h.alice, "POST", "/api/meeting-types", 201, {
            "slug": "course", "title": "Course", "durations": [30], "series": {"max": 6}})
        booking = h.book("10:00", type="course", series={"count": 6, "every": "week"})
        h.until(lambda: len(h.cal.standing()) == 1, "its copy", tick=5)
        until_written(h)
        h.tick(9 * 24 * HOUR)
        h.refresh()
        equal(h.booking(booking)["status"], "confirmed")
        h.cal.delete(name_of(h))
        h.service.forget_tokens()
        h.refresh()
        h.until(lambda: h.booking(booking)["status"] == "cancelled", "it is cancelled")


@both(suite, "a copy that cannot be written for long has its calendar read no more often")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.until(lambda: mails_of(h, "REQUEST") == 1, "it is settled", tick=5)
        h.service.spoil(kind.update, times=-1, status=500)
        reschedule(h, booking, "13:00")
        h.until(lambda: h.service.calls["events.update"] + h.service.calls["events.patch"],
                "the first attempt")
        h.cal.change(name_of(h), **({"colorId": "3"} if kind is GOOGLE else
                                    {"importance": "high"}))
        h.refresh()
        h.tick(15 * 60)
        h.refresh()
        before = h.service.calls[kind.read]
        for _ in range(10):
            h.tick(20)
            h.ask(h.alice, "GET", "/api/connections")
            time.sleep(0.2)
        assert h.service.calls[kind.read] - before <= 2, h.service.calls[kind.read] - before
        h.service.heal()
        until_copied(h, (at("13:00"), at("13:30")), tick=5 * 60)


@both(suite, "who moves it there moves the booking, and the invitee is told")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.until(lambda: mails_of(h, "REQUEST") == 1, "the invitation", tick=5)
        h.cal.change(name_of(h), start=at("15:00") + ":00", end=at("15:30") + ":00")
        h.refresh()
        h.until(lambda: h.booking(booking)["start_time"] == f"{DAY}T14:00:00Z", "it moved")
        equal((h.booking(booking)["version"], h.busy()), (2, ["15:00"]))
        h.until(lambda: mails_of(h, "REQUEST") == 2, "the invitee is told", tick=5)
        for _ in range(3):
            h.refresh()
            h.tick(60)
        equal((h.booking(booking)["version"], spans(h)), (2, [(at("15:00"), at("15:30"))]))
        equal(mails_of(h, "REQUEST"), 2, "once")


@both(suite, "who deletes it there cancels the booking, and the invitee is told once")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.cal.delete(name_of(h))
        h.refresh()
        h.until(lambda: h.booking(booking)["status"] == "cancelled", "it is cancelled")
        h.until(lambda: mails_of(h, "CANCEL") == 1, "the invitee is told", tick=5)
        for _ in range(3):
            h.refresh()
            h.tick(60)
        equal((h.busy(), spans(h), mails_of(h, "CANCEL")), ([], [], 1))


@both(suite, "an emptied answer is no deletion: what cannot be read cancels nothing")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.refresh()
        for how in ({"status": 404}, {"status": 403, "code": "forbidden"},
                    {"raw": b"{}"}):
            h.service.spoil(kind.read, times=1, **how)
            h.until(lambda: h.refresh() or h.service.faults[-1].times == 0, str(how), tick=60)
            equal(h.booking(booking)["status"], "confirmed", str(how))
        h.account.remove_calendar(h.cal)
        for _ in range(4):
            h.tick(2 * HOUR)
            h.refresh()
        equal(h.booking(booking)["status"], "confirmed", "the calendar is no more")


@both(suite, "somebody edits it there while it moves here: both agree in the end")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.cal.change(name_of(h), **({"colorId": "3"} if kind is GOOGLE else
                                    {"importance": "high"}))
        reschedule(h, booking, "13:00")
        until_copied(h, (at("13:00"), at("13:30")))
        h.refresh()
        equal((h.booking(booking)["start_time"], h.busy()), (f"{DAY}T12:00:00Z", ["13:00"]))


@both(suite, "a user's copy of our copy is a thing of its own")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        twin = h.cal.copy(name_of(h))
        h.cal.change(twin, start=at("16:00") + ":00", end=at("16:30") + ":00")
        h.refresh()
        equal(h.busy(), ["10:00", "16:00"])
        h.cal.delete(twin)
        h.refresh()
        equal((h.busy(), h.booking(booking)["status"]), (["10:00"], "confirmed"))


@both(suite, "a user's copy of what was made without an answer stays when ours is taken away")
def _(s, kind):
    for lost in ({}, {"lost": True}):
        with House(s, kind) as h:
            h.connect()
            h.service.spoil(kind.insert, times=-1, status=500, late=True)
            booking = h.book("10:00")
            h.until(lambda h=h: spans(h), "it is made")
            twin = h.cal.copy(name_of(h))
            if lost:
                h.service.spoil(kind.remove, **lost)
            cancel(h, booking)
            h.until(lambda h=h, b=booking: h.booking(b).get("copy") == "removed", "ours goes",
                    tick=5)
            for _ in range(3):
                h.tick(60)
                h.refresh()
            equal(([e["id"] for e in h.cal.standing()], h.busy()), ([twin], ["10:00"]), str(lost))


@both(suite, "bookings go to the calendar that takes them, and nowhere where none does")
def _(s, kind):
    with House(s, kind) as h:
        work = h.account.add_calendar("Work")
        h.connect()
        own = h.calendar()["title"]
        h.choose(Work={"counts": True, "takes": True}, **{own: {"takes": False}})
        first = h.book("10:00")
        h.until(lambda: len(work.standing()) == 1, "in Work", tick=5)
        equal(spans(h), [])
        h.choose(Work={"takes": False})
        h.book("11:00", email="otto@example.net")
        h.tick(60)
        cancel(h, first)
        h.until(lambda: not work.standing(), "cancelled where it was", tick=5)
        equal(spans(h), [])


@both(suite, "who disconnects keeps what was written, and bookings go on")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        cancel(h, booking)
        h.tick(HOUR)
        equal(spans(h), [(at("10:00"), at("10:30"))])


@both(suite, "who disconnects and connects again finds each booking once")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        booking = h.book("10:00")
        until_copied(h, (at("10:00"), at("10:30")))
        # What makes a retry safe is forgotten by then.
        h.service.repeat = None
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        h.until(h.is_told, "consent has ended, and may begin anew")
        # Read while it is written, it is read once more, and no clock goes on by itself.
        h.connect(read=False)
        h.until(lambda: h.booking(booking).get("copy") == "written", "it is found", tick=5)
        equal(spans(h), [(at("10:00"), at("10:30"))])
        reschedule(h, booking, "13:00")
        until_copied(h, (at("13:00"), at("13:30")))
        h.refresh()
        equal(h.busy(), ["13:00"])
        cancel(h, booking)
        until_copied(h)
        h.refresh()
        equal(h.busy(), [])


@both(suite, "the server is killed between the write and its answer")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.service.spoil(kind.insert, delay=0, meanwhile=h.server.kill)
        booking = h.book("10:00")
        h.until(lambda: h.server.process is None, "it is dead")
        h.start()
        h.tick(10 * 60)
        h.refresh()
        reschedule(h, booking, "15:00")
        until_copied(h, (at("15:00"), at("15:30")), tick=30)
        h.refresh()
        equal((h.busy(), len(h.free_busy())), (["15:00"], 1))


@both(suite, "a link that the provider makes is in the one invitation")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        place = "google_meet" if kind is GOOGLE else "teams"
        got = h.alice.request("POST", "/api/meeting-types", json.dumps({
            "slug": "video", "title": "Video", "durations": [30],
            "location": {"kind": place}}), JSON)
        equal(got.status, 201, got.text)
        booking = h.book("10:00", type="video")
        equal(booking["join_url"], None)
        h.until(lambda: h.booking(booking)["join_url"], "the link")
        link = h.booking(booking)["join_url"]
        assert link.startswith("https://meet.google.com/" if kind is GOOGLE else
                               "https://teams.microsoft.com/"), link
        h.until(lambda: mails_of(h, "REQUEST"), "the invitation", tick=5)
        h.tick(120)
        equal(mails_of(h, "REQUEST"), 1)
        assert link.encode() in re.sub(rb"=?\r\n ?", b"", h.server.mails()[0]), link


@both(suite, "no account makes its link any more: the host reads that it has none")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        h.ask(h.alice, "POST", "/api/meeting-types", 201, {
            "slug": "video", "title": "Video", "durations": [30],
            "location": {"kind": "google_meet" if kind is GOOGLE else "teams"}})
        first = h.book("10:00", type="video")
        assert "lacks_link" not in h.booking(first)
        h.until(lambda: h.booking(first)["join_url"], "the link")
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        second = h.book("11:00", type="video", email="otto@example.net")
        equal(h.booking(second).get("lacks_link"), True)
        assert "lacks_link" not in h.booking(first)
        assert "lacks_link" not in second


@both(suite, "a link that does not come in time: the invitation leaves, and one more follows it")
def _(s, kind):
    with House(s, kind) as h:
        if kind is GOOGLE:
            h.service.meet = "pending"
        else:
            h.service.meeting_ready = False
        h.connect()
        h.ask(h.alice, "POST", "/api/meeting-types", 201, {
            "slug": "video", "title": "Video", "durations": [30],
            "location": {"kind": "google_meet" if kind is GOOGLE else "teams"}})
        booking = h.book("10:00", type="video")
        until_copied(h, (at("10:00"), at("10:30")), tick=1)
        h.tick(70)  # a minute is what it waits for, and ten are what is waited for the link at all
        h.until(lambda: mails_of(h, "REQUEST") == 1, "it leaves without")
        equal(h.booking(booking)["join_url"], None)
        (h.cal.finish_meet if kind is GOOGLE else h.cal.finish_meeting)(name_of(h))
        h.refresh()
        h.until(lambda: h.booking(booking)["join_url"], "the link", tick=1)
        h.until(lambda: mails_of(h, "REQUEST") == 2, "one update", tick=5)
        h.tick(300)
        equal((mails_of(h, "REQUEST"), ALL_DAY == h.starts()), (2, False))


suite.main()
