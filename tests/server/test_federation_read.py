#!/usr/bin/python3
"""What stands in calendars elsewhere is busy time here: all of it, once, and whatever goes wrong."""
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import ALL_DAY, DAY, GOOGLE, HOUR, OUTLOOK, House, both  # noqa: E402
from base import Trap  # noqa: E402
from fasti import Suite, equal  # noqa: E402

suite = Suite("federation_read")
MINUTES = 60


def at(clock, day=DAY):
    return f"{day}T{clock}:00"


def add(h, begin, end, title="x", day=DAY, **fields):
    return h.cal.add(title, at(begin, day), at(end, day), **fields)


# ---- what is busy ---------------------------------------------------------------------------


@suite.case("google: what blocks and what does not (facts §3)")
def _(s):
    with House(s, GOOGLE) as h:
        me = {"email": h.account.address, "self": True}
        add(h, "09:00", "09:30", transparency="opaque")
        add(h, "09:30", "10:00", transparency="transparent")
        add(h, "10:00", "10:30", status="tentative")
        add(h, "10:30", "11:00", attendees=[{**me, "responseStatus": "declined"}])
        add(h, "11:00", "11:30", attendees=[{**me, "responseStatus": "accepted"}])
        add(h, "11:30", "12:00", eventType="workingLocation",
            workingLocationProperties={"type": "homeOffice"})
        add(h, "12:00", "12:30", eventType="focusTime")
        add(h, "12:30", "13:00", eventType="outOfOffice")
        add(h, "13:00", "13:30", visibility="private")
        add(h, "13:30", "14:00", attendees=[{"email": "else@example.net",
                                             "responseStatus": "declined"}])
        h.connect()
        equal(h.busy(), ["09:00", "10:00", "11:00", "12:00", "12:30", "13:00", "13:30"])


@suite.case("C5b: outlook: what blocks and what does not")
def _(s):
    with House(s, OUTLOOK) as h:
        rows = [("busy", True), ("free", False), ("tentative", True), ("workingElsewhere", True),
                ("oof", True), ("unknown", True)]
        for i, (show, _) in enumerate(rows):
            add(h, ALL_DAY[i], ALL_DAY[i + 1], showAs=show)
        add(h, "12:00", "12:30", responseStatus={"response": "declined",
                                                 "time": "2026-01-01T00:00:00Z"})
        add(h, "12:30", "13:00", isCancelled=True)
        add(h, "13:00", "13:30", sensitivity="private")
        h.connect()
        equal(h.busy(), [ALL_DAY[i] for i, (_, busy) in enumerate(rows) if busy] + ["13:00"])


@both(suite, "invitations that were not answered take time, unless their host chooses otherwise")
def _(s, kind):
    with House(s, kind) as h:
        if kind is GOOGLE:
            me = {"email": h.account.address, "self": True}
            answers = [{"attendees": [{**me, "responseStatus": word}]}
                       for word in ("needsAction", "accepted", "tentative")]
        else:
            answers = [{"responseStatus": {"response": word, "time": "2026-01-01T00:00:00Z"}}
                       for word in ("notResponded", "accepted", "tentativelyAccepted")]
        for clock, fields in zip((9, 11, 13), answers):
            add(h, f"{clock:02}:00", f"{clock:02}:30", **fields)
        h.connect()
        equal(h.calendar()["skips_unanswered"], False)
        equal(h.busy(), ["09:00", "11:00", "13:00"])
        own = h.calendar()["title"]
        h.choose(**{own: {"skips_unanswered": True}})
        h.until(lambda: h.busy() == ["11:00", "13:00"], "they are left out")
        h.choose(**{own: {"counts": True}})
        equal(h.calendar()["skips_unanswered"], True, "what is not named stays")
        h.choose(**{own: {"skips_unanswered": False}})
        h.until(lambda: h.busy() == ["09:00", "11:00", "13:00"], "they are back")
        one = h.connection()
        body = [{"id": one["calendars"][0]["id"], "counts": True, "takes": True,
                 "skips_unanswered": "no"}]
        h.ask(h.alice, "PUT", f"/api/connections/{one['id']}", 422, {"calendars": body})


@both(suite, "a day as a whole is that date, whatever the zone")
def _(s, kind):
    with House(s, kind) as h:
        if kind is GOOGLE:
            h.cal.add("off", DAY, "2027-01-12")
        else:
            h.cal.add("off", at("00:00"), "2027-01-12T00:00:00", isAllDay=True)
        h.connect()
        equal((h.starts(), h.starts("2027-01-12")), ([], ALL_DAY))


@both(suite, "a series: its instances, one that was moved, one that was dropped")
def _(s, kind):
    with House(s, kind) as h:
        series = kind.series(h.cal, "weekly", at("10:00"), at("11:00"))
        kind.move_instance(h.cal, series, at("10:00", "2027-01-18"), at("14:00", "2027-01-18"),
                           at("14:30", "2027-01-18"))
        kind.drop_instance(h.cal, series, at("10:00", "2027-01-25"))
        h.connect()
        days = (DAY, "2027-01-18", "2027-01-25", "2027-02-01")
        equal([h.busy(d) for d in days],
              [["10:00", "10:30"], ["14:00"], [], ["10:00", "10:30"]])
        kind.drop_instance(h.cal, series, at("10:00"))
        kind.move_instance(h.cal, series, at("10:00", "2027-02-01"), at("09:00", "2027-02-01"),
                           at("09:30", "2027-02-01"))
        h.refresh()
        equal([h.busy(d) for d in days], [[], ["14:00"], [], ["09:00"]])
        h.cal.delete(series)
        h.refresh()
        equal([h.busy(d) for d in days], [[], [], [], []])


@both(suite, "a series keeps its hour over the change to summer time")
def _(s, kind):
    with House(s, kind) as h:
        h.set_clock(h.now + 60 * 24 * HOUR)  # 5 March
        kind.series(h.cal, "weekly", "2027-03-22T10:00:00", "2027-03-22T11:00:00")
        h.connect()
        equal([h.busy(d) for d in ("2027-03-22", "2027-03-29", "2027-04-05")],
              [["10:00", "10:30"]] * 3)


@suite.case("outlook: a series whose zone nobody knows is read all the same, by its instances")
def _(s):
    with House(s, OUTLOOK) as h:
        series = OUTLOOK.series(h.cal, "weekly", at("10:00"), at("11:00"))
        h.cal.change(series, originalStartTimeZone="tzone://Microsoft/Custom")
        h.connect()
        equal([h.busy(d) for d in (DAY, "2027-01-18")], [["10:00", "10:30"]] * 2)


@suite.case("outlook: masters that no page names are asked for")
def _(s):
    with House(s, OUTLOOK) as h:
        h.service.masters_in_delta = False
        OUTLOOK.series(h.cal, "weekly", at("10:00"), at("11:00"))
        free = OUTLOOK.series(h.cal, "free", at("13:00"), at("14:00"))
        h.cal.change(free, showAs="free")
        h.connect()
        equal([h.busy(d) for d in (DAY, "2027-01-18")], [["10:00", "10:30"]] * 2)


# ---- what changes ---------------------------------------------------------------------------


@both(suite, "what changes is read, and only that")
def _(s, kind):
    with House(s, kind) as h:
        moved = add(h, "09:00", "10:00")
        gone = add(h, "11:00", "12:00")
        freed = add(h, "13:00", "14:00")
        h.connect()
        h.cal.change(moved, start=at("15:00"), end=at("16:00"))
        h.cal.delete(gone)
        h.cal.change(freed, **kind.free())
        add(h, "16:00", "16:30")
        h.refresh()
        equal(h.busy(), ["15:00", "15:30", "16:00"])
        last = h.service.asked(kind.read)[-1]
        equal("syncToken" in last.query or "$deltatoken" in last.query, True, last.target)
        h.cal.change(freed, **({"transparency": "opaque"} if kind is GOOGLE else
                               {"showAs": "busy"}))
        h.refresh()
        equal(h.busy(), ["13:00", "13:30", "15:00", "15:30", "16:00"])


@both(suite, "the clock alone has it read every ten minutes")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        add(h, "09:00", "10:00")
        equal(h.busy(), [])
        h.tick(20 * MINUTES)
        h.until(lambda: h.busy() == ["09:00", "09:30"], "the next reading")


@both(suite, "pages of one, empty pages, the same thing twice")
def _(s, kind):
    with House(s, kind) as h:
        h.service.page_size, h.service.empty_pages, h.service.twice = 1, 2, True
        for i in (0, 4, 8):
            add(h, ALL_DAY[i], ALL_DAY[i + 1])
        kind.series(h.cal, "weekly", at("16:00"), at("17:00"), count=3)
        h.connect()
        want = [ALL_DAY[i] for i in (0, 4, 8)] + ["16:00", "16:30"]
        equal((h.busy(), h.busy("2027-01-25")), (want, ["16:00", "16:30"]))
        add(h, "15:00", "15:30")
        h.refresh()
        equal(h.busy(), want[:3] + ["15:00"] + want[3:])


@both(suite, "a cursor that is too old: read anew, and never free meanwhile")
def _(s, kind):
    with House(s, kind) as h:
        kept, gone = add(h, "09:00", "10:00"), add(h, "11:00", "12:00")
        h.connect()
        h.cal.delete(gone)
        h.cal.change(kept, start=at("10:00"), end=at("11:00"))
        h.service.forget_tokens()
        h.service.page_size = 1
        seen = []
        h.service.spoil(kind.read, times=-1, meanwhile=lambda: seen.append(h.busy()))
        h.refresh()
        h.until(lambda: h.busy() == ["10:00", "10:30"], "read anew", tick=60)
        assert seen and all(seen), seen  # never all free


@both(suite, "a cursor that dies between two pages")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        for i in (0, 4, 8, 12):
            add(h, ALL_DAY[i], ALL_DAY[i + 1])
        h.service.page_size = 1
        h.service.spoil(kind.read, skip=1, meanwhile=h.service.forget_tokens)
        h.refresh()
        want = [ALL_DAY[i] for i in (0, 4, 8, 12)]
        h.until(lambda: h.busy() == want, "all of them", tick=60)


@both(suite, "what is deleted while nobody looks is missed in a reading from the beginning")
def _(s, kind):
    with House(s, kind) as h:
        names = [add(h, ALL_DAY[i], ALL_DAY[i + 1]) for i in range(0, 8)]
        series = kind.series(h.cal, "weekly", at("16:00"), at("17:00"))
        h.connect()
        for name in (*names[:6], series):
            h.cal.delete(name)
        h.service.forget_tokens()
        h.refresh()
        h.until(lambda: h.busy() == ALL_DAY[6:8], "what is left", tick=60)


@both(suite, "the server is killed in the middle of a first reading, and goes on")
def _(s, kind):
    with House(s, kind) as h:
        for i in range(0, 12):
            add(h, ALL_DAY[i], ALL_DAY[i + 1])
        h.service.page_size = 2
        hold = threading.Event()
        h.service.spoil(kind.read, skip=3, hold=hold)
        h.connect(read=False)
        h.until(lambda: h.service.calls[kind.read] >= 4, "the fourth page")
        h.server.kill()
        hold.set()
        h.start()
        h.tick(10 * MINUTES)  # the lease of who was killed has ended
        h.until(lambda: h.busy() == ALL_DAY[:12], "all of it", tick=60)


@suite.case("outlook: removed ones that nobody knows, and such as left the window, are no fault")
def _(s):
    with House(s, OUTLOOK) as h:
        h.service.unknown_removed = 3
        away = add(h, "09:00", "10:00")
        h.connect()
        h.cal.change(away, start="2035-01-01T09:00:00", end="2035-01-01T10:00:00")
        add(h, "11:00", "12:00")
        h.refresh()
        equal((h.busy(), h.connection()["state"]), (["11:00", "11:30"], "works"))


@suite.case("outlook: a link to another host is not followed, and no token is shown there")
def _(s):
    with House(s, OUTLOOK) as h:
        for i in range(6):
            add(h, ALL_DAY[i], ALL_DAY[i + 1])
        trap = Trap()
        h.service.page_size, h.service.link_base = 2, trap.url + "/v1.0"
        h.connect(read=False)
        h.until(lambda: h.calendar()["last_error"] or h.connection()["last_error"], "it is said")
        equal(trap.came, [])
        h.service.link_base = None
        h.until(lambda: h.busy() == ALL_DAY[:6], "all of it", tick=60)
        trap.close()


# ---- what goes wrong ------------------------------------------------------------------------


@both(suite, "429, with and without Retry-After: nobody pushes, and all is read in the end")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        for i, retry_after in enumerate((2, None)):
            h.service.spoil(kind.read, status=429, retry_after=retry_after)
            add(h, ALL_DAY[i], ALL_DAY[i + 1])
            h.refresh()
            refused = len(h.service.asked(kind.read)) - 1
            equal(len(h.busy()), i, "nothing is known of it yet")
            h.until(lambda: h.refresh() or len(h.busy()) == i + 1, "it is read", tick=30)
            first, then = h.service.asked(kind.read)[refused:refused + 2]
            if retry_after:  # by the clock on the wall, which no test moves
                assert then.at - first.at >= retry_after - 0.1, then.at - first.at
        equal(h.connection()["state"], "works")


@suite.case("google: 403 by its reason: rates are waited for, and no access is not free")
def _(s):
    with House(s, GOOGLE) as h:
        add(h, "09:00", "10:00")
        h.connect()
        for i, reason in enumerate(("rateLimitExceeded", "userRateLimitExceeded")):
            h.service.spoil("events.list", status=403, code=reason)
            add(h, ALL_DAY[2 + i], ALL_DAY[3 + i])
            h.refresh()
            h.until(lambda: h.refresh() or len(h.busy()) == 3 + i, reason, tick=30)
        h.service.spoil("events.list", status=403, code="insufficientPermissions", times=-1)
        h.until(lambda: h.refresh() or h.calendar()["last_error"] or
                h.connection()["last_error"], "it is said")
        equal(h.busy(), ALL_DAY[:4])


@both(suite, "5xx, cut lines and answers that are none change nothing, and are got over")
def _(s, kind):
    with House(s, kind) as h:
        add(h, "09:00", "10:00")
        h.connect()
        rows = [{"status": 500}, {"lost": True}, {"raw": b"<html>"}, {"raw": b"{}"},
                {"raw": b'{"value":5,"items":5}'}, {"raw": b'{"items":[{}'}, {"status": 503},
                {"raw": b"[" * 100000}]
        for i, how in enumerate(rows):
            fault = h.service.spoil(kind.read, times=1, **how)
            add(h, ALL_DAY[2 + i], ALL_DAY[3 + i])
            h.until(lambda: h.refresh() or fault.times == 0, f"row {i}", tick=10)
            assert len(h.busy()) in (2 + i, 3 + i), (i, h.busy())
            h.until(lambda: h.refresh() or h.busy() == ALL_DAY[:3 + i], f"after {i}", tick=10)
        equal(h.connection()["state"], "works")


@both(suite, "a calendar that is renamed, and one that is removed")
def _(s, kind):
    with House(s, kind) as h:
        work = h.account.add_calendar("Work")
        work.add("x", at("09:00"), at("10:00"))
        h.connect()
        h.choose(Work={"counts": True})
        h.until(lambda: h.busy() == ["09:00", "09:30"], "Work counts")
        work.title = "Project"
        h.tick(25 * HOUR)  # the list is read once a day
        h.until(lambda: [c for c in h.connection()["calendars"] if c["title"] == "Project"],
                "its name")
        equal(h.busy(), ["09:00", "09:30"])
        h.account.remove_calendar(work)
        h.tick(25 * HOUR)
        h.until(lambda: [c for c in h.connection()["calendars"]
                         if c["title"] == "Project" and c["is_gone"]], "it is gone")


@both(suite, "a clock there that is wrong by an hour")
def _(s, kind):
    with House(s, kind) as h:
        for skew in (HOUR, -HOUR):
            h.service.skew = skew
            h.service.expire()
            if not h.connections():
                h.connect()
            add(h, ALL_DAY[0 if skew > 0 else 2], ALL_DAY[1 if skew > 0 else 3])
            h.refresh()
        equal((h.busy(), h.connection()["state"]), ([ALL_DAY[0], ALL_DAY[2]], "works"))


@both(suite, "accounts are asked a few things at once, and no more often than is allowed")
def _(s, kind):
    with House(s, kind) as h:
        others = [h.account.add_calendar(f"C{i}") for i in range(12)]
        for cal in others:
            cal.add("x", at("09:00"), at("10:00"))
        h.connect()
        h.service.spoil(kind.read, times=-1, delay=0.05)
        h.choose(**{c.title: {"counts": True} for c in others})
        h.until_read(tick=1)
        assert 1 <= h.service.together_most <= 4, h.service.together_most
        equal(h.busy(), ["09:00", "09:30"])


@both(suite, "a provider that stays silent does not hold up the end of the server")
def _(s, kind):
    with House(s, kind) as h:
        h.connect()
        silence = threading.Event()
        h.service.spoil(f"{kind.read}|{kind.insert}", times=-1, hold=silence)
        read, written = len(h.service.asked(kind.read)), len(h.service.asked(kind.insert))
        # A writing waits for 10 s, a reading longer: the writing is the last to begin.
        h.until(lambda: len(h.service.asked(kind.read)) > read, "the reading", tick=MINUTES)
        h.book("09:00")
        h.until(lambda: len(h.service.asked(kind.insert)) > written, "the writing", tick=5)
        equal(h.server.stop(), 0)
        ends = [line for line in h.server.log().splitlines() if "event=provider-call" in line]
        equal(["before our own stop" in line for line in ends[-2:]], [True, True], ends[-2:])
        silence.set()


@both(suite, "answers are compressed where they are large, and connections are kept")
def _(s, kind):
    with House(s, kind) as h:
        add(h, "09:00", "10:00")
        h.connect()
        equal({("gzip" in (r.header("Accept-Encoding") or "")) for r in
               h.service.asked(kind.read)}, {True})


suite.main()
