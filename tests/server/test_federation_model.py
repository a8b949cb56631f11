#!/usr/bin/python3
"""Model test: edits on both sides at random, with troubles at random; then both sides agree.

A history has a day of its own, on which its host adds, moves and removes things at the provider,
moves and removes our copies there, while strangers book, rebook and cancel here; calls fail,
answers are lost, cursors are forgotten. When all is quiet again, what stands there on that day is
what was put there and the bookings that stand here, each once, and exactly their time is taken
here. Each booking is where the last one to move it has put it, on whichever side, or gone where one
of them has called it off; and no two stand at one time, unless their host has moved one there.

Histories have seeds, and a failing one says its own. FASTI_MODEL is how many, of all providers
together (100; 10,000 with --soak), FASTI_MODEL_SEED the first of each.
"""
import collections
import concurrent.futures
import datetime
import json
import math
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import (ALL_DAY, BERLIN, CALDAV, GOOGLE, OUTLOOK, PATIENCE,  # noqa: E402
                       house)
from fasti import Suite  # noqa: E402

suite = Suite("federation_model")
MOST = int(os.environ.get("FASTI_MODEL", "10000" if "--soak" in sys.argv else "100"))
FIRST = int(os.environ.get("FASTI_MODEL_SEED", "1"))
DAYS = 30      # of a house: they are within the window in which alice may be booked
STEPS = 7
KINDS = (GOOGLE, OUTLOOK, CALDAV)
# How much of all is a provider's: on SQLite they make up all of it, on PostgreSQL a third of that.
PARTS = {"sqlite": 3, "postgres": 10}
AT_ONCE = {"sqlite": 4, "postgres": 2}  # houses
# Of a history: for what is written, and what comes of it; and for each time that all is read. One
# that runs wild makes thousands.
CALLS, CALLS_EACH = 60, 5
POLL = 600     # seconds; federation.poll
GONE = "gone"


def day_after(day, now):
    """The next working day that nobody has had, and that comes only after the longest waiting."""
    first = datetime.datetime.fromtimestamp(now, BERLIN).date() + datetime.timedelta(days=8)
    day = max(first, day + datetime.timedelta(days=1)) if day else first
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    return day


def later(clock, minutes=30):
    at = datetime.datetime.fromisoformat(f"2027-01-01T{clock}") + datetime.timedelta(
        minutes=minutes)
    return at.strftime("%H:%M")


def clock_of(shown):
    """When a booking is, on Berlin's clocks; GONE: it does not stand any more."""
    if shown["status"] != "confirmed":
        return GONE
    at = datetime.datetime.fromisoformat(shown["start_time"].replace("Z", "+00:00"))
    return at.astimezone(BERLIN).strftime("%H:%M")


class Booked:
    """A booking, and what must come of it."""

    def __init__(self, made, word, clock):
        self.id, self.word = made["id"], word
        self.token = made["cancel_url"].split("/")[-1]
        self.ends = {clock}    # one of these
        self.here = clock      # where it was put here
        self.been = {clock}    # all that it ever was
        self.there = None      # what its host has made of it there, if that is not seen here yet
        self.moved = set()     # where its host has ever moved it there
        self.is_over = False   # it was cancelled here: that stays so
        self.was_seen = False  # it stood there, and this side knew it

    def look(self, shown):
        self.was_seen = self.was_seen or shown.get("copy") in ("written", "deleted")
        if clock_of(shown) == self.there:
            self.there = None

    def move_here(self, clock):
        """Where both sides move it at once, its host's move counts; which may just have come."""
        if self.there is None:
            self.ends = {clock}
        elif GONE not in self.ends or not self.was_seen:
            self.ends = self.ends | {clock}
        self.here = clock
        self.been.add(clock)

    def cancel_here(self):
        self.ends, self.is_over = {GONE}, True

    def move_there(self, clock):
        """Back where it once was it may have come by an attempt of ours, or may never have left."""
        if not self.is_over:
            self.ends = {clock} if clock not in self.been else self.ends | {clock, self.here}
        self.there = clock
        self.been.add(clock)
        self.moved.add(clock)

    def remove_there(self):
        """Nobody calls off what nobody here has seen there: that may be made anew."""
        self.ends = {GONE} if self.was_seen or self.is_over else {GONE} | self.been
        self.there = GONE


class History:
    def __init__(self, house, kind, day, seed):
        self.h, self.kind, self.day = house, kind, day
        self.dice = random.Random(seed)
        self.theirs = {}                # id: (start, end), or None where it takes no time
        self.bookings = []
        self.told, self.left = [], []
        self.readings = self.looks = self.agreed = 0

    def log(self, *what):
        self.told.append(" ".join(str(w) for w in what))

    # ---- what stands there ----

    def span(self, clock):
        return f"{self.day}T{clock}", f"{self.day}T{later(clock)}"

    def standing(self):
        """(id, span) of all that stands there on this day."""
        found = [(e["id"], self.kind.span(e), e) for e in self.h.cal.standing()]
        return [f for f in found if f[1][0].startswith(self.day)]

    def one_of_ours(self):
        """(id, span, booking) of something there that was booked here, or None."""
        found = [e for e in self.standing() if e[0] not in self.theirs]
        if not found:
            return None
        name, span, event = self.dice.choice(found)
        word = re.search(r"Ivy \d+", json.dumps(event))[0]
        booked = next(b for b in self.bookings if b.word == word)
        self.look(booked)
        return name, span, booked

    def look(self, booked):
        shown = self.h.booking({"id": booked.id})
        booked.look(shown)
        return shown

    def add(self):
        start, end = self.span(self.dice.choice(ALL_DAY))
        free = self.dice.random() < 0.2
        made = self.h.cal.add("theirs", start + ":00", end + ":00",
                              **(self.kind.free() if free else {}))
        self.theirs[made] = None if free else (start, end)
        self.log("add", start, "free" if free else "")

    def move(self):
        if self.theirs:
            name = self.dice.choice(sorted(self.theirs))
            start, end = self.span(self.dice.choice(ALL_DAY))
            self.h.cal.change(name, start=start + ":00", end=end + ":00")
            if self.theirs[name]:
                self.theirs[name] = (start, end)
            self.log("move", name, start)

    def remove(self):
        if self.theirs:
            name = self.dice.choice(sorted(self.theirs))
            self.h.cal.delete(name)
            del self.theirs[name]
            self.log("remove", name)

    def copy_ours(self):
        with self.h.service.lock:  # it is not taken away meanwhile
            found = self.one_of_ours()
            if found:
                name, span, _ = found
                self.theirs[self.h.cal.copy(name)] = span
                self.log("copy", name, span[0])

    def move_ours(self):
        clock = self.dice.choice(ALL_DAY)
        start, end = self.span(clock)
        with self.h.service.lock:
            found = self.one_of_ours()
            if found and found[1] != (start, end):
                name, _, booked = found
                self.h.cal.change(name, start=start + ":00", end=end + ":00")
                booked.move_there(clock)
                self.log("move ours", booked.word, start)

    def remove_ours(self):
        with self.h.service.lock:
            found = self.one_of_ours()
            if found:
                name, _, booked = found
                self.h.cal.delete(name)
                booked.remove_there()
                self.log("remove ours", booked.word, "seen" if booked.was_seen else "unseen")

    # ---- what is done here ----

    def a_time(self):
        """One that is offered; now and then any, or one at which another booking may stand."""
        starts, dice = self.h.starts(self.day), self.dice.random()
        if starts and dice < 0.7:
            return self.dice.choice(starts)
        booked = sorted(set().union(*(b.ends for b in self.bookings)) - {GONE})
        return self.dice.choice(booked if booked and dice < 0.9 else ALL_DAY)

    def instant(self, clock):
        at = datetime.datetime.fromisoformat(f"{self.day}T{clock}:00").replace(tzinfo=BERLIN)
        return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def send(self, method, path, body=None):
        return self.h.nobody.request(method, path, json.dumps(body) if body else None,
                                     {"Content-Type": "application/json"} if body else {})

    def book(self):
        clock, word = self.a_time(), f"Ivy {self.dice.randrange(10**9)}"
        got = self.send("POST", "/api/bookings", {
            "host": "alice", "type": "intro", "start_time": self.instant(clock),
            "invitee_name": word, "invitee_email": word.replace(" ", "") + "@example.net"})
        self.log("book", word, clock, got.status)
        assert got.status in (201, 409, 422), got.text
        if got.status == 201:
            self.bookings.append(Booked(got.json(), word, clock))

    def rebook(self):
        if not self.bookings:
            return
        booked, clock = self.dice.choice(self.bookings), self.a_time()
        self.look(booked)
        got = self.send("POST", f"/api/bookings/{booked.id}/reschedule?token={booked.token}",
                        {"start_time": self.instant(clock)})
        self.log("rebook", booked.word, clock, got.status)
        assert got.status in (200, 409, 422), got.text
        if got.status == 200:
            booked.move_here(clock)

    def cancel(self):
        if self.bookings:
            booked = self.dice.choice(self.bookings)
            got = self.send("DELETE", f"/api/bookings/{booked.id}?token={booked.token}")
            self.log("cancel", booked.word, got.status)
            assert got.status == 200, got.text
            booked.cancel_here()

    # ---- trouble ----

    def trouble(self):
        kind = self.kind
        call = self.dice.choice([kind.read, kind.insert, kind.update, kind.remove, ".*"])
        # A second, as the gate keeps to what is asked by the clock of the world.
        how = self.dice.choice([{"status": 500}, {"status": 429, "retry_after": 1},
                                {"lost": True}, {"status": 500, "late": True},
                                {"forget": True}])
        self.log("trouble", call, how)
        if "forget" in how:
            self.h.service.forget_tokens()
        else:
            self.h.service.spoil(call, times=self.dice.randint(1, 3), skip=self.dice.randint(0, 2),
                                 **how)

    STEPS = [(4, "add"), (3, "move"), (2, "remove"), (2, "copy_ours"), (3, "move_ours"),
             (2, "remove_ours"), (6, "book"), (3, "rebook"), (2, "cancel"), (3, "trouble")]

    def step(self):
        weights, names = zip(*self.STEPS)
        getattr(self, self.dice.choices(names, weights)[0])()
        if self.dice.random() < 0.5:
            self.h.tick(self.dice.choice([1, 5, 60, 700]))
        if self.dice.random() < 0.3:
            self.read()

    # ---- in the end ----

    def shown(self):
        return [(b, self.look(b)) for b in self.bookings]

    def differences(self):
        """What does not agree; empty: all does."""
        shown = self.shown()
        clocks = [(b, clock_of(s)) for b, s in shown]
        stand = [clock for _, clock in clocks if clock != GONE]
        out = self.about_copies(shown) + self.about_times(clocks)
        there = self.standing()
        want = collections.Counter(span for span in self.theirs.values() if span)
        want.update(span for i, span, _ in there if i in self.theirs and not self.theirs[i])
        want.update(self.span(clock) for clock in stand)
        there = collections.Counter(span for _, span, _ in there)
        if there != want:
            out.append(f"there: {dict(there - want)} too much, {dict(want - there)} too little")
        taken = {span for span in self.theirs.values() if span} | {self.span(c) for c in stand}
        busy = {self.span(clock) for clock in self.h.busy(self.day)}
        if busy != taken:
            out.append(f"busy: {sorted(busy - taken)} too much, {sorted(taken - busy)} too little")
        return out

    @staticmethod
    def about_copies(shown):
        """All is written that is to be, and nothing waits."""
        good = {GONE: (None, "removed", "deleted")}
        return [f"{b.word}: the copy of one at {clock_of(s)} is {s.get('copy')}" for b, s in shown
                if s.get("copy") not in good.get(clock_of(s), ("written",))]

    @staticmethod
    def about_times(clocks):
        """Each is where it was put last; and alone there, unless its host has put it there."""
        out = [f"{b.word}: {clock}, not {sorted(b.ends)}" for b, clock in clocks
               if clock not in b.ends]
        alone = collections.Counter(c for b, c in clocks if c != GONE and c not in b.moved)
        return out + [f"{count} bookings at {c}" for c, count in alone.items() if count > 1]

    def read(self):
        self.readings += 1
        self.h.refresh()

    def agree(self):
        """What waits to be written is mostly left in peace, as each reading makes it look again."""
        self.looks += 1
        self.left = self.about_copies(self.shown()) if self.looks % 8 else []
        if not self.left:
            self.read()
            self.left = self.differences()
        self.agreed = 0 if self.left else self.agreed + 1
        if self.agreed == 1:
            self.h.tick(POLL)  # and it stays so
        return self.agreed == 2

    def run(self):
        before, begun = sum(self.h.service.calls.values()), self.h.now
        for _ in range(STEPS):
            self.step()
        self.h.service.heal()
        self.h.until(self.agree, "agreement", tick=120, patience=PATIENCE * 5)
        calls = sum(self.h.service.calls.values()) - before
        readings = self.readings + (self.h.now - begun) // POLL
        assert calls < CALLS + CALLS_EACH * readings, f"{calls} calls, {readings} readings"


def live_through(s, kind, seeds):
    """Histories of one house, a day each."""
    with house(s, kind, FASTI_LIMITS_PER_HOST="100000") as h:
        h.connect()
        day = None
        for seed in seeds:
            day = day_after(day, h.now)
            one = History(h, kind, day.isoformat(), seed)
            try:
                one.run()
            except Exception:
                print(f"history {seed} of {kind.word}:\n  " + "\n  ".join(one.told)
                      + "\n  left: " + "; ".join(one.left), flush=True)
                raise
        h.server.run("check")


def live(s, kind):
    """Some houses at once, as most of the time is spent in waiting for their gates."""
    if s.store == "postgres":
        s.postgres()
    share, at_once = math.ceil(MOST / PARTS[s.store]), AT_ONCE[s.store]
    houses = max(math.ceil(share / DAYS), min(at_once, share))
    seeds = range(FIRST, FIRST + share)
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        waiting = [pool.submit(live_through, s, kind, seeds[i::houses]) for i in range(houses)]
        try:
            for one in concurrent.futures.as_completed(waiting):
                one.result()
        finally:
            pool.shutdown(cancel_futures=True)


for provider in KINDS:
    suite.case(f"{provider.word}: its part of {MOST} histories")(
        lambda s, kind=provider: live(s, kind))


if __name__ == "__main__":
    suite.main()
