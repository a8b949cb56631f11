#!/usr/bin/python3
"""What requests cost, beside what the machine allows, in one run.

    make bench          or: tests/bench/bench.py --build build [--seconds 4]

Prints a table: requests per second, the server's CPU per request, and its ratio
to a bare libmicrohttpd server with a fixed 600-byte answer. CPU per request is
the figure that a noisy machine leaves alone. Every answer is checked; slots answers
are checked against an oracle of their own first.
"""
import argparse
import datetime
import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from zoneinfo import ZoneInfo

import caldav
import crowd
import elsewhere
import meeting
import offers
import outbox
from measure import Fasti, Load, Row, ask, peers, request

PARTS = ("bookings", "crowd", "caldav", "meeting", "outbox", "federation")
HOSTS, DAYS, ZONES = 100, 40, ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
BOOKERS = 256  # clients that book at once
UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)


class Bare:
    """The limit: libmicrohttpd with a fixed answer of 600 bytes, and nothing else."""

    def __init__(self, build):
        self.process = subprocess.Popen([f"{build}/bench/bare", "2"], stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def cpu_us(self):
        return peers.cpu_us(self.process.pid)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Bench:
    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.folder = tempfile.mkdtemp(prefix="fasti-bench-")
        self.server = Fasti(build, self.folder)
        self.generator = Load(build, self.folder)
        self.limit = None

    def load(self, rows, mode="cycle", server=None, connections=32, seconds=None):
        return self.generator.run(server or self.server, rows, connections,
                                  seconds or self.seconds, mode)

    # ---- the table ----

    def row(self, name, got, aim=""):
        cpu = got["cpu_us"]
        self.limit = self.limit or cpu
        print(f"{name:42} {got['requests'] / got['seconds']:9.0f}/s {cpu:8.1f} us "
              f"{cpu / self.limit:7.2f} x  p50 {got['p50_us']:7.0f} p99 {got['p99_us']:7.0f} us"
              f"  wrong {got['wrong']}  {aim}", flush=True)
        return cpu

    # ---- what is measured ----

    def bare(self):
        server = Bare(self.build)
        got = self.load([Row(request("GET", "/"), 200, [b"x" * 600])], server=server)
        server.stop()
        self.row("bare libmicrohttpd, 600 bytes (the limit)", got)

    def first_day(self):
        return datetime.datetime.now(UTC).date() + 2 * DAY

    def make_hosts(self):
        """Hosts with three meetings a day, known here, so that slots can be foretold."""
        dice = random.Random(7)
        self.busy = {}
        print(f"making {HOSTS} hosts with {3 * DAYS} events each", flush=True)
        for h in range(HOSTS):
            name = f"h{h}"
            self.server.add_user(name)
            self.server.run("type", "add", name, "intro", "--title", "Intro", "--duration", "30")
            events, periods = [], []
            for d in range(DAYS):
                day = datetime.datetime.combine(self.first_day() + d * DAY, datetime.time(), UTC)
                for n in range(3):
                    start = day + datetime.timedelta(minutes=15 * dice.randrange(28, 68))
                    end = start + datetime.timedelta(minutes=15 * dice.randrange(1, 5))
                    periods.append((start, end))
                    events.append(self.event(f"{name}-{d}-{n}", start, end))
            self.busy[name] = periods
            self.server.import_text(name, "calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                                    "PRODID:-//bench//EN\r\n" + "".join(events) +
                                    "END:VCALENDAR\r\n")

    def event(self, uid, start, end, extra=""):
        def put(t):
            return t.strftime("%Y%m%dT%H%M%SZ")
        return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{put(start)}\r\n"
                f"DTEND:{put(end)}\r\nSUMMARY:A meeting of some sort\r\n{extra}END:VEVENT\r\n")

    def foretold(self, name, date, extra=()):
        """The oracle: open half hours, Monday to Friday, 09:00-17:00 in Berlin."""
        berlin, slots = ZoneInfo("Europe/Berlin"), []
        if date.weekday() >= 5:
            return slots
        start = datetime.datetime.combine(date, datetime.time(9), berlin).astimezone(UTC)
        for _ in range(16):
            end = start + datetime.timedelta(minutes=30)
            if not any(s < end and e > start for s, e in [*self.busy[name], *extra]):
                slots.append(start.strftime("%Y-%m-%dT%H:%M:%SZ"))
            start = end
        return slots

    def slots(self):
        """Every (host, day, zone) asked, judged by the oracle, then under load with writes."""
        rows, writes, wrong = [], [], 0
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        for h in range(HOSTS):
            name = f"h{h}"
            # What the writes in between toggle: one hour of one day of each host.
            day = self.first_day() + (h % DAYS) * DAY
            at = datetime.datetime.combine(day, datetime.time(10), UTC)
            hour = (at, at + datetime.timedelta(hours=1))
            states = {}
            for transparent in (False, True):
                body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n" +
                        self.event(f"{name}-toggle", *hour,
                                   "TRANSP:TRANSPARENT\r\n" if transparent else "") +
                        "END:VCALENDAR\r\n").encode()
                put = request("PUT", f"/dav/calendars/{name}/calendar/toggle.ics", body, name,
                              "Content-Type: text/calendar\r\n")
                wrong += ask(self.server.port, put)[0].status not in (201, 204)
                writes.append(Row(put, 204))
                for zone in ZONES:
                    for d in range(DAYS):
                        date = self.first_day() + d * DAY
                        path = ("/api/availability/slots?host=" + name + "&type=intro&date=" +
                                f"{date}&timezone={zone}")
                        connection.request("GET", path)
                        answer = connection.getresponse().read()
                        if zone == "Europe/Berlin":
                            got = [s["start_time"] for s in json.loads(answer)["slots"]]
                            want = self.foretold(name, date, [] if transparent else [hour])
                            wrong += got != want
                        states.setdefault(path, set()).add(answer)
            rows += [Row(request("GET", p), 200, sorted(b)) for p, b in states.items()]
        if wrong:
            raise SystemExit(f"{wrong} slots answers are not what the oracle says")
        print(f"{len(rows)} different slots questions agree with the oracle", flush=True)
        dice = random.Random(3)
        dice.shuffle(rows)
        mixed = []
        for i, r in enumerate(rows):
            mixed.append(r)
            if i % 100 == 99:
                mixed.append(dice.choice(writes))
        self.load(rows, seconds=1)
        self.row("slots of a day, no writes", self.load(rows))
        self.row("slots of a day, 1 % writes between", self.load(mixed), "aim 2 x")

    def single_commits(self):
        """Durable one-row commits per second: what the disk allows one after the other."""
        with sqlite3.connect(os.path.join(self.folder, "probe.db"), isolation_level=None) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, x TEXT)")
            begun, n = time.monotonic(), 0
            while time.monotonic() - begun < 2:
                db.execute("INSERT INTO t(x) VALUES('booking')")
                n += 1
            return n / (time.monotonic() - begun)

    def bookings(self):
        rate = self.single_commits()
        self.server.stop()
        sync_file = os.path.join(self.folder, "syncs")
        self.server.start({"LD_PRELOAD": f"{self.build}/bench/count_sync.so",
                           "SYNC_COUNT_FILE": sync_file})
        dates = [(self.first_day() + d * DAY) for d in range(45)]
        rows = []
        for date in dates:
            for h in range(HOSTS):
                for start in self.foretold(f"h{h}", date)[:8]:
                    rows.append((start, h))
        random.Random(5).shuffle(rows)
        posts = []
        for n, (start, h) in enumerate(rows[:20000]):
            body = json.dumps({"host": f"h{h}", "type": "intro", "start_time": start,
                               "invitee_name": "A Guest", "invitee_email": f"g{n}@example.net",
                               "invitee_timezone": "Europe/Berlin"}).encode()
            posts.append(Row(request("POST", "/api/bookings", body, None,
                                     "Content-Type: application/json\r\n"), 201))
        posts = self.not_toggled(posts)
        before = syncs_in(sync_file)
        got = self.load(posts, "once", connections=BOOKERS, seconds=60)
        syncs = syncs_in(sync_file) - before
        made = got["requests"] - got["wrong"]
        self.row(f"bookings, {BOOKERS} clients", got, "aim 250 us")
        print(f"bookings: {made} durable, {made / got['seconds']:.0f}/s beside {rate:.0f} single "
              f"commits/s; {syncs} syncs, one per {made / max(1, syncs):.1f} bookings (aim 16)")

    def not_toggled(self, posts):
        """Leave out what the toggled hours may hide: their state is the load's last."""
        hidden = set()
        for h in range(HOSTS):
            day = self.first_day() + (h % DAYS) * DAY
            hidden |= {(h, f"{day}T{hh}:{mm}") for hh in ("10",) for mm in ("00", "30")}
        kept = []
        for p in posts:
            found = re.search(rb'"host": "h(\d+)".*?"start_time": "([^"]{16})', p.data)
            if (int(found.group(1)), found.group(2).decode()) not in hidden:
                kept.append(p)
        return kept

    def run(self, parts, sizes, with_peers, hosts):
        try:
            self.bare()
            if "bookings" in parts:
                self.make_hosts()
                self.server.start()
                self.slots()
                offers.compare(self, [f"h{h}" for h in range(HOSTS)], self.first_day())
                self.bookings()
                self.server.stop()
            if "crowd" in parts:
                crowd.compare(self.build, self.limit, hosts, self.seconds)
            if "caldav" in parts:
                caldav.compare(self.server, self.generator, self.limit, sizes, self.seconds,
                               with_peers)
            if "meeting" in parts:
                meeting.compare(self.server, self.generator, self.limit)
            if "outbox" in parts:
                outbox.compare(self.server, self.generator, self.limit, self.seconds, with_peers)
            if "federation" in parts:
                elsewhere.compare(self.build)
        finally:
            self.server.stop()
            shutil.rmtree(self.folder, ignore_errors=True)


def syncs_in(path):
    with open(path, "rb") as file:
        return struct.unpack("Q", file.read(8))[0]


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--build", default="build")
    options.add_argument("--seconds", type=float, default=4, help="for each measurement")
    options.add_argument("--only", choices=PARTS,
                         help="one part")
    options.add_argument("--large", action="store_true", help="100,000 events besides")
    options.add_argument("--no-peers", action="store_true", help="without Cyrus and Radicale")
    options.add_argument("--hosts", type=int, default=100000, help="in the store of many hosts")
    o = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    parts = [o.only] if o.only else PARTS
    sizes = [1000, 10000] + ([100000] if o.large else [])
    Bench(os.path.abspath(o.build), o.seconds).run(parts, sizes, not o.no_peers, o.hosts)


if __name__ == "__main__":
    sys.exit(main())
