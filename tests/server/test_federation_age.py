#!/usr/bin/python3
"""How old a copy may be: read on demand, closed where that fails, and the race for one time
(decisions 4 and 21, docs/consistency.md)."""
import json
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import ALL_DAY, DAY, HOUR, JSON, MINUTE, House, both  # noqa: E402
from fasti import Suite, equal  # noqa: E402

suite = Suite("federation_age")
# Nothing is read by the clock alone: what is read was asked for.
SELDOM = {"FASTI_FEDERATION_POLL": "1440", "FASTI_FEDERATION_MAX_AGE": "30"}
OLD = 40 * MINUTE


def at(clock, day=DAY):
    return f"{day}T{clock}:00"


def old_copy(s, kind, **settings):
    """A house whose copy is too old, and which does not know of an event at nine."""
    h = House(s, kind, **{**SELDOM, **settings})
    try:
        h.connect()
        h.cal.add("new", at("09:00"), at("10:00"))
        h.tick(OLD)
    except BaseException:
        h.__exit__(*sys.exc_info())
        raise
    return h


@both(suite, "a copy that is young enough is trusted, and nobody is asked")
def _(s, kind):
    with House(s, kind, **SELDOM) as h:
        h.connect()
        h.tick(20 * MINUTE)
        asked = h.service.calls[kind.read]
        equal((h.starts(), h.service.calls[kind.read]), (ALL_DAY, asked))
        h.book("10:00")
        equal(h.service.calls[kind.read], asked)


@both(suite, "an old one is read before slots are answered")
def _(s, kind):
    with old_copy(s, kind) as h:
        equal(h.busy(), ["09:00", "09:30"])
        asked = h.service.calls[kind.read]
        equal((h.busy(), h.service.calls[kind.read]), (["09:00", "09:30"], asked), "once")


@both(suite, "an old one is read before a local user's invitation to a type is answered")
def _(s, kind):
    with old_copy(s, kind) as h:
        h.server.add_user("bob")
        bob, path = h.server.client("bob"), "/dav/calendars/bob/calendar/m.ics"
        equal(bob.request("PUT", path, (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:m1\r\n"
            "DTSTAMP:20270104T070000Z\r\nDTSTART:20270111T090000Z\r\nDTEND:20270111T093000Z\r\n"
            "ORGANIZER:mailto:bob@example.org\r\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n"
            "ATTENDEE;RSVP=TRUE;PARTSTAT=NEEDS-ACTION:mailto:alice+intro@example.org\r\n"
            "SUMMARY:Talk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"),
            {"Content-Type": "text/calendar"}).status, 201)
        h.until(lambda: "PARTSTAT=NEEDS-ACTION" not in bob.request("GET", path).text, "an answer")
        # At ten in Berlin it is free there; a copy that stays old is free at no time.
        equal(bob.request("GET", path).text.count("PARTSTAT=ACCEPTED"), 2)


@both(suite, "an old one is read before a booking is judged")
def _(s, kind):
    with old_copy(s, kind) as h:
        got = h.book("09:00", status=409)
        assert got["type"].endswith("slot-taken"), got
        equal(h.busy(), ["09:00", "09:30"])
        equal(h.book("10:00")["status"], "confirmed")


@both(suite, "many who ask at once share one reading")
def _(s, kind):
    with old_copy(s, kind) as h:
        asked = h.service.calls[kind.read]
        h.service.spoil(kind.read, delay=0.3)
        results = []
        threads = [threading.Thread(target=lambda: results.append(
            h.server.client().request("GET", "/api/availability/slots?host=alice&type=intro"
                                      f"&date={DAY}&timezone=Europe/Berlin").status))
                   for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal((set(results), h.service.calls[kind.read] - asked), ({200}, 1))


@both(suite, "it cannot be read: closed, and it says why; open again once it can")
def _(s, kind):
    with old_copy(s, kind) as h:
        h.service.down()
        equal(h.starts(), [])
        got = h.book("10:00", status=409)
        assert "calendar_stale" in str(got), got
        why = h.ask(h.alice, "GET", "/api/availability/explain?host=alice&type=intro"
                    f"&start_time={DAY}T09:00:00Z")
        assert "calendar_stale" in str(why), why
        h.service.heal()
        h.tick(HOUR)
        h.until(lambda: h.busy() == ["09:00", "09:30"], "open again", tick=5 * MINUTE)


@both(suite, "it is slow: whoever asks waits a little, and no longer")
def _(s, kind):
    with old_copy(s, kind) as h:
        hold = threading.Event()
        h.service.spoil(kind.read, times=-1, hold=hold)
        for ask in (lambda: equal(h.starts(), []), lambda: h.book("10:00", status=409)):
            begun = time.monotonic()
            ask()
            # Two seconds; the request to the provider would end by itself after thirty.
            assert time.monotonic() - begun < 25, "as long as the provider takes"
        hold.set()
        h.service.heal()
        h.until(lambda: h.busy() == ["09:00", "09:30"], "open again", tick=MINUTE)


@both(suite, "who trusts the last copy is open by it")
def _(s, kind):
    with old_copy(s, kind) as h:
        h.cal.add("known", at("11:00"), at("12:00"))
        h.refresh()
        h.tick(OLD)
        h.ask(h.alice, "PATCH", "/api/connections", 200, {"trust_last_copy": True})
        h.service.down()
        equal(h.busy(), ["09:00", "09:30", "11:00", "11:30"])
        h.book("11:00", status=409)
        equal(h.book("10:00")["status"], "confirmed")
        h.ask(h.alice, "PATCH", "/api/connections", 200, {"trust_last_copy": False})
        equal(h.starts(), [])


@both(suite, "who trusts the last copy has it read first all the same")
def _(s, kind):
    with old_copy(s, kind) as h:
        h.ask(h.alice, "PATCH", "/api/connections", 200, {"trust_last_copy": True})
        equal(h.busy(), ["09:00", "09:30"])
        h.cal.add("newer", at("11:00"), at("12:00"))
        h.tick(OLD)
        h.book("11:00", status=409)


@both(suite, "there is no last copy to trust before the first")
def _(s, kind):
    with House(s, kind, **SELDOM) as h:
        h.service.spoil(kind.read, times=-1, status=503)
        h.connect(read=False)
        h.ask(h.alice, "PATCH", "/api/connections", 200, {"trust_last_copy": True})
        equal(h.starts(), [])
        h.book("10:00", status=409)


@both(suite, "consent that is gone closes the host's time as well, once the copy is old")
def _(s, kind):
    with House(s, kind, **SELDOM) as h:
        h.connect()
        h.service.withdraw()
        h.refresh()
        h.until(lambda: h.connection()["state"] == "reconnect", "it is known")
        equal(h.starts(), ALL_DAY)
        h.tick(OLD)
        equal(h.starts(), [])
        h.ask(h.alice, "DELETE", f"/api/connections/{h.connection()['id']}", 204)
        equal(h.starts(), ALL_DAY)


@both(suite, "a calendar that does not count, or an account that is not read, closes nothing")
def _(s, kind):
    with House(s, kind, **SELDOM) as h:
        h.connect()
        h.choose(**{h.calendar()["title"]: {"counts": False, "takes": False}})
        h.service.down()
        h.tick(10 * HOUR)
        equal(h.starts(), ALL_DAY)
        equal(h.book("10:00")["status"], "confirmed")


# ---- the race: an event there, a booking here -----------------------------------------------


def come(h, clock, email="ivy@example.net"):
    """What an invitee who comes by a connection of their own is answered."""
    return h.server.client().request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "invitee_name": "Ivy", "invitee_email": email,
        "start_time": f"{DAY}T{int(clock[:2]) - 1:02}{clock[2:]}:00Z"}), JSON).status


def connections(h):
    text = h.server.client().request("GET", "/metrics").text
    return int(re.search(r"^fasti_http_connections (\d+)$", text, re.M).group(1))


@both(suite, "check=always: what stood there when the booking was asked for is never booked over")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        for i in range(0, 12, 2):
            h.cal.add("race", at(ALL_DAY[i]), at(ALL_DAY[i + 1]))
            h.book(ALL_DAY[i], status=409)
            equal(h.book(ALL_DAY[i + 1])["status"], "confirmed")


@both(suite, "check=always: the window is from the provider's answer to the booking's commit")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        # It appears while the booking waits for the reading: the reading has it.
        hold, statuses = threading.Event(), []
        h.service.spoil(kind.read, hold=hold)
        thread = threading.Thread(target=lambda: statuses.append(come(h, "09:00")))
        calls = h.service.calls[kind.read]
        thread.start()
        h.until(lambda: h.service.calls[kind.read] > calls, "the booking asks")
        h.cal.add("in time", at("09:00"), at("09:30"))
        hold.set()
        thread.join()
        equal(statuses, [409])
        # It appears once the reading is answered: too late. Both stand, and both are seen.
        h.service.spoil(kind.read, meanwhile=lambda: h.cal.add("too late", at("11:00"),
                                                               at("11:30")))
        booking = h.book("11:00")
        h.refresh()
        equal((h.booking(booking)["status"], h.busy()), ("confirmed", ["09:00", "11:00"]))
        h.book("11:00", status=409, email="otto@example.net")


@both(suite, "check=always: each booking waits for a reading of its own")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        asked = h.service.calls[kind.read]
        equal((h.starts(), h.service.calls[kind.read]), (ALL_DAY, asked), "slots do not")
        h.book("10:00")
        h.book("11:00", email="otto@example.net")
        assert h.service.calls[kind.read] >= asked + 2


@both(suite, "check=always: who comes while another's reading goes on is not answered by that one")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        statuses = []
        second = threading.Thread(
            target=lambda: statuses.append(come(h, "11:00", "otto@example.net")))

        def meanwhile():
            h.cal.add("between", at("11:00"), at("11:30"))
            before, until = connections(h), time.monotonic() + 1
            second.start()
            # Who is not seen to come by then comes later, and has a reading of their own anyway.
            while connections(h) <= before and time.monotonic() < until:
                time.sleep(0.02)

        h.service.spoil(kind.read, meanwhile=meanwhile)
        come(h, "10:00")  # booked, unless that took longer than its patience
        second.join()
        equal(statuses, [409])


@both(suite, "check=always: whoever trusts the last copy is asked for as well, and open if in vain")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        h.ask(h.alice, "PATCH", "/api/connections", 200, {"trust_last_copy": True})
        h.cal.add("race", at("09:00"), at("10:00"))
        h.book("09:00", status=409)
        h.service.down()
        h.cal.add("unread", at("11:00"), at("12:00"))
        equal(h.book("11:00")["status"], "confirmed")


@both(suite, "check=always: a provider that cannot be read means no booking")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        h.service.down()
        assert "calendar_stale" in str(h.book("10:00", status=409))
        h.service.heal()
        h.until(lambda: h.refresh() or not h.calendar()["last_error"], "well again", tick=MINUTE)
        equal(h.book("10:00")["status"], "confirmed")


@both(suite, "check=stale: the window is what was not yet read, max_age at most")
def _(s, kind):
    with House(s, kind, **SELDOM) as h:
        h.connect()
        h.tick(20 * MINUTE)
        h.cal.add("unread", at("09:00"), at("09:30"))
        booking = h.book("09:00")  # nobody has looked since
        h.refresh()
        equal((h.booking(booking)["status"], h.busy()), ("confirmed", ["09:00"]))
        h.cal.add("unread", at("11:00"), at("11:30"))
        h.tick(OLD)
        h.book("11:00", status=409, email="otto@example.net")


@both(suite, "the race at full speed: nothing that was there before is booked over")
def _(s, kind):
    with House(s, kind, **SELDOM, FASTI_FEDERATION_CHECK="always") as h:
        h.connect()
        stood, asked = {}, []

        def user():
            for clock in ALL_DAY[::2]:
                h.cal.add("race", at(clock), at(clock[:3] + ("30" if clock[3] == "0" else "59")))
                stood[clock] = time.monotonic()

        def invitee(first):
            for i, clock in enumerate(ALL_DAY[first::2]):
                begun = time.monotonic()
                asked.append((clock, begun, come(h, clock, f"i{first}{i}@example.net")))

        threads = [threading.Thread(target=user)] + [
            threading.Thread(target=invitee, args=(first,)) for first in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal({status for _, _, status in asked} <= {201, 409}, True, str(asked))
        free = [clock for clock, _, status in asked
                if clock not in stood and status == 409]
        assert len(free) < len(ALL_DAY) / 2, "nothing was booked at all"
        broken = [clock for clock, begun, status in asked
                  if status == 201 and clock in stood and stood[clock] < begun]
        equal(broken, [], "booked over")
        h.refresh()
        equal(h.starts(), free, "what was booked and what was added is busy, both")


suite.main()
