#!/usr/bin/python3
"""Model test: edits on both sides at random, with troubles at random; then both sides agree.

A history has a day of its own, on which its host adds, moves and removes things at the provider,
moves and removes our copies there, while strangers book, rebook and cancel here; calls fail, answers
are lost, cursors are forgotten. When all is quiet again, what stands there on that day is what was
put there and the bookings that stand here, each once, and exactly their time is taken here.

Histories have seeds, and a failing one says its own. FASTI_MODEL is how many (100; 10,000 with
--soak), FASTI_MODEL_SEED the first.
"""
import collections
import datetime
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from elsewhere import ALL_DAY, BERLIN, GOOGLE, OUTLOOK, House, both  # noqa: E402
from fasti import Suite  # noqa: E402

suite = Suite("federation_model")
MOST = int(os.environ.get("FASTI_MODEL", "10000" if "--soak" in sys.argv else "100"))
FIRST = int(os.environ.get("FASTI_MODEL_SEED", "1"))
DAYS = 30      # within the window in which alice may be booked
STEPS = 7
CALLS = 120    # of one history: one that runs wild makes thousands


def days():
    """Working days, from the Monday after on."""
    day, found = datetime.date(2027, 1, 11), []
    while len(found) < DAYS:
        if day.weekday() < 5:
            found.append(day.isoformat())
        day += datetime.timedelta(days=1)
    return found


def later(clock, minutes=30):
    at = datetime.datetime.fromisoformat(f"2027-01-01T{clock}") + datetime.timedelta(
        minutes=minutes)
    return at.strftime("%H:%M")


class History:
    def __init__(self, house, kind, day, seed):
        self.h, self.kind, self.day = house, kind, day
        self.dice = random.Random(seed)
        self.theirs = {}                # id: (start, end), or None where it takes no time
        self.bookings = []              # as they were made
        self.over = set()               # ids of those that were cancelled here
        self.removed = 0                # how many of ours were removed there
        self.told = []

    def log(self, *what):
        self.told.append(" ".join(str(w) for w in what))

    # ---- what stands there ----

    def span(self, clock):
        return f"{self.day}T{clock}", f"{self.day}T{later(clock)}"

    def standing(self):
        """(id, span) of all that stands there on this day."""
        found = [(e["id"], self.kind.span(e), e) for e in self.h.cal.standing()]
        return [f for f in found if f[1][0].startswith(self.day)]

    def ours(self):
        return [e for e in self.standing() if e[0] not in self.theirs and "Ivy" in json.dumps(e[2])]

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
        found = self.ours()
        if found:
            name, span, _ = self.dice.choice(found)
            self.theirs[self.h.cal.copy(name)] = span
            self.log("copy", name)

    def move_ours(self):
        found = self.ours()
        if found:
            name, _, _ = self.dice.choice(found)
            start, end = self.span(self.dice.choice(ALL_DAY))
            self.h.cal.change(name, start=start + ":00", end=end + ":00")
            self.log("move ours", name, start)

    def remove_ours(self):
        found = self.ours()
        if found:
            name, _, _ = self.dice.choice(found)
            self.h.cal.delete(name)
            self.removed += 1
            self.log("remove ours", name)

    # ---- what is done here ----

    def book(self):
        starts = self.h.starts(self.day)
        if starts:
            clock = self.dice.choice(starts)
            self.bookings.append(self.h.book(
                clock, self.day, email=f"i{self.dice.randrange(10**9)}@example.net"))
            self.log("book", clock)

    def one(self):
        """A booking, and the path at which who booked it changes it."""
        booking = self.dice.choice(self.bookings)
        token = booking["cancel_url"].split("/")[-1]
        return booking, f"/api/bookings/{booking['id']}", f"?token={token}"

    def send(self, method, path, body=None):
        return self.h.nobody.request(method, path, json.dumps(body) if body else None,
                                     {"Content-Type": "application/json"} if body else {})

    def rebook(self):
        starts = self.h.starts(self.day)
        if self.bookings and starts:
            booking, path, token = self.one()
            clock = self.dice.choice(starts)
            at = datetime.datetime.fromisoformat(f"{self.day}T{clock}:00").replace(tzinfo=BERLIN)
            got = self.send("POST", path + "/reschedule" + token, {
                "start_time": at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")})
            self.log("rebook", booking["id"], clock, got.status)
            assert got.status in (200, 409, 422), got.text

    def cancel(self):
        if self.bookings:
            booking, path, token = self.one()
            got = self.send("DELETE", path + token)
            assert got.status == 200, got.text
            self.over.add(booking["id"])
            self.log("cancel", booking["id"])

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
            self.h.refresh()

    # ---- in the end ----

    def differences(self):
        """What does not agree; empty: all does."""
        shown = [self.h.booking(b) for b in self.bookings]
        stand = [b for b in shown if b["status"] == "confirmed"]
        there = collections.Counter(span for _, span, _ in self.standing())
        free = [i for i, span in self.theirs.items() if span is None]
        want = collections.Counter(span for span in self.theirs.values() if span)
        want.update(span for i, span, _ in self.standing() if i in free)
        taken = {span for span in self.theirs.values() if span}
        for b in stand:
            at = datetime.datetime.fromisoformat(b["start_time"].replace("Z", "+00:00"))
            span = self.span(at.astimezone(BERLIN).strftime("%H:%M"))
            want[span] += 1
            taken.add(span)
        busy = {self.span(clock) for clock in self.h.busy(self.day)}
        out = []
        if there != want:
            out.append(f"there stands {dict(there - want)} too much, {dict(want - there)} too little")
        if busy != taken:
            out.append(f"busy here: {sorted(busy - taken)} too much, {sorted(taken - busy)} too little")
        lost = [b["id"] for b in shown
                if b["status"] != "confirmed" and b["id"] not in self.over]
        if len(lost) > self.removed:
            out.append(f"lost: {lost}")
        return out

    def run(self):
        before = sum(self.h.service.calls.values())
        for _ in range(STEPS):
            self.step()
        self.h.service.heal()
        left = []

        def agree():
            self.h.refresh()
            left[:] = self.differences()
            return not left
        self.h.until(agree, "agreement", tick=120)
        calls = sum(self.h.service.calls.values()) - before
        assert calls < CALLS, f"{calls} calls"


@both(suite, f"{MOST} histories")
def _(s, kind):
    share = MOST // 2 if s.store == "sqlite" else MOST // 10
    seeds = list(range(FIRST, FIRST + max(share, 1)))
    while seeds:
        with House(s, kind, FASTI_LIMITS_PER_HOST="100000") as h:
            h.connect()
            for day in days():
                if not seeds:
                    break
                seed = seeds.pop(0)
                one = History(h, kind, day, seed)
                try:
                    one.run()
                except Exception:
                    print(f"history {seed} of {kind.word}:\n  " + "\n  ".join(one.told))
                    print("  left: " + "; ".join(one.differences()))
                    raise


if __name__ == "__main__":
    suite.main()
