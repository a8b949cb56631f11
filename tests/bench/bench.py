#!/usr/bin/python3
"""What requests cost, beside what the machine allows, in one run.

    make bench          or: tests/bench/bench.py --build build [--seconds 4]

Prints a table: requests per second, the server's CPU per request, and its ratio
to a bare libmicrohttpd server with a fixed 600-byte answer. CPU per request is
the figure that a noisy machine leaves alone. Every answer is checked; slots answers
are checked against an oracle of their own first.
"""
import argparse
import base64
import datetime
import http.client
import json
import os
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from zoneinfo import ZoneInfo

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORD = "fasti-bench"
HOSTS, DAYS, ZONES = 100, 40, ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)


def request(method, path, body=b"", user=None, headers=""):
    """The bytes of one request."""
    if user:
        token = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        headers += f"Authorization: Basic {token}\r\n"
    if body or method in ("POST", "PUT"):
        headers += f"Content-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + body


def write_requests(path, rows):
    """rows: (request, status, accepted bodies); the format of load.c."""
    with open(path, "wb") as file:
        for data, status, bodies in rows:
            sums = "".join(f" {zlib.crc32(b):x}" for b in bodies)
            file.write(f"{status} {len(bodies)}{sums} {len(data)}\n".encode() + data + b"\n")


class Bench:
    def __init__(self, build, seconds):
        self.build, self.seconds = build, seconds
        self.folder = tempfile.mkdtemp(prefix="fasti-bench-")
        self.data = os.path.join(self.folder, "data")
        self.process = None
        self.rows = []

    # ---- the servers ----

    def fasti(self, *words, stdin=""):
        done = subprocess.run([f"{self.build}/fasti", *words, "--data", self.data],
                              input=stdin.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise SystemExit(f"fasti {words}: {done.stdout.decode()}")
        return done.stdout.decode().strip()

    def start(self, count_syncs=False):
        env = dict(os.environ)
        if count_syncs:
            self.sync_file = os.path.join(self.folder, "syncs")
            env.update(LD_PRELOAD=f"{self.build}/bench/count_sync.so",
                       SYNC_COUNT_FILE=self.sync_file)
        self.log = open(os.path.join(self.folder, "log"), "w+b")
        self.process = subprocess.Popen(
            [f"{self.build}/fasti", "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
            env=env, stderr=self.log, stdin=subprocess.DEVNULL)
        for _ in range(200):
            time.sleep(0.05)
            with open(self.log.name, "rb") as log:
                found = re.search(rb"event=serving .*?port=(\d+)", log.read())
            if found:
                self.port = int(found.group(1))
                return
        raise SystemExit("the server does not start")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def ask(self, data):
        """Send one request by hand; its status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.connect()
        connection.sock.sendall(data)
        answer = http.client.HTTPResponse(connection.sock)
        answer.begin()
        body = answer.read()
        connection.close()
        return answer.status, body

    def load(self, rows, mode="cycle", port=None, pid=None, connections=32, seconds=None):
        path = os.path.join(self.folder, "requests")
        write_requests(path, rows)
        done = subprocess.run([f"{self.build}/bench/load", str(port or self.port),
                               str(pid or self.process.pid), str(connections),
                               str(seconds or self.seconds), path, mode],
                              stdout=subprocess.PIPE)
        if not done.stdout:
            raise SystemExit("the load did not finish")
        return json.loads(done.stdout)

    # ---- the table ----

    def row(self, name, got, aim=""):
        cpu = got["cpu_us"]
        if not self.rows:
            self.limit = cpu
        self.rows.append((name, cpu))
        print(f"{name:42} {got['requests'] / got['seconds']:9.0f}/s {cpu:8.1f} us "
              f"{cpu / self.limit:7.2f} x  p50 {got['p50_us']:7.0f} p99 {got['p99_us']:7.0f} us"
              f"  wrong {got['wrong']}  {aim}", flush=True)
        return cpu

    # ---- what is measured ----

    def bare(self):
        server = subprocess.Popen([f"{self.build}/bench/bare", "2"], stdout=subprocess.PIPE)
        port = int(server.stdout.readline())
        got = self.load([(request("GET", "/"), 200, [b"x" * 600])], port=port, pid=server.pid)
        server.kill()
        server.wait()
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
            self.fasti("user", "add", name, "--email", f"{name}@example.org", "--timezone",
                       "Europe/Berlin", "--password-file", "-", stdin=PASSWORD + "\n")
            self.fasti("type", "add", name, "intro", "--title", "Intro", "--duration", "30")
            events, periods = [], []
            for d in range(DAYS):
                day = datetime.datetime.combine(self.first_day() + d * DAY, datetime.time(), UTC)
                for n in range(3):
                    start = day + datetime.timedelta(minutes=15 * dice.randrange(28, 68))
                    end = start + datetime.timedelta(minutes=15 * dice.randrange(1, 5))
                    periods.append((start, end))
                    events.append(self.event(f"{name}-{d}-{n}", start, end))
            self.busy[name] = periods
            self.import_events(name, events)

    def event(self, uid, start, end, extra=""):
        def put(t):
            return t.strftime("%Y%m%dT%H%M%SZ")
        return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{put(start)}\r\n"
                f"DTEND:{put(end)}\r\nSUMMARY:A meeting of some sort\r\n{extra}END:VEVENT\r\n")

    def import_events(self, name, events):
        path = os.path.join(self.folder, f"{name}.ics")
        with open(path, "w", newline="") as file:
            file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n")
            file.writelines(events)
            file.write("END:VCALENDAR\r\n")
        self.fasti("import", name, "calendar", path)

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
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
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
                status, _ = self.ask(put)
                wrong += status not in (201, 204)
                writes.append((put, 204, []))
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
            rows += [(request("GET", p), 200, sorted(b)) for p, b in states.items()]
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
        self.row("slots of a day, 1 % writes between", self.load(mixed), "aim 3 x")

    def make_calendar(self, name, count):
        """`count` events, of which the same 200 lie in the four weeks that are asked for."""
        self.fasti("user", "add", name, "--email", f"{name}@example.org", "--timezone",
                   "Europe/Berlin", "--password-file", "-", stdin=PASSWORD + "\n")
        dice = random.Random(11)
        begin = datetime.datetime.combine(self.first_day(), datetime.time(), UTC)
        events = []
        for n in range(count):
            if n < 200:
                start = begin + datetime.timedelta(minutes=15 * dice.randrange(28 * 96))
            else:
                start = begin - datetime.timedelta(minutes=15 * dice.randrange(96, 96 * 1000))
            end = start + datetime.timedelta(minutes=15 * dice.randrange(1, 8))
            events.append(self.event(f"{name}-{n}", start, end))
        self.import_events(name, events)

    def calendars(self):
        def utc(d):
            return d.strftime("%Y%m%dT000000Z")
        cost = {}
        report = ('<?xml version="1.0" encoding="utf-8"?><C:free-busy-query '
                  'xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="'
                  f'{utc(self.first_day())}" end="{utc(self.first_day() + 28 * DAY)}"/>'
                  "</C:free-busy-query>").encode()
        for name, count in (("small", 1000), ("large", 10000)):
            print(f"making a calendar of {count} events", flush=True)
            self.make_calendar(name, count)
            ask = request("REPORT", f"/dav/calendars/{name}/calendar/", report, name,
                          "Content-Type: application/xml\r\nDepth: 1\r\n")
            status, body = self.ask(ask)
            if status != 200:
                raise SystemExit(f"free-busy-query: {status} {body}")
            periods = body.count(b"/20") + body.count(b"/P")
            cost["fb", name] = self.row(f"free-busy-query 4 weeks, {count} events ({periods} periods)",
                                        self.load([(ask, 200, [])]), "aim 12 x")
            gets = []
            for n in range(1000):
                get = request("GET", f"/dav/calendars/{name}/calendar/{name}-{n}.ics", b"", name)
                gets.append((get, 200, []))
            status, body = self.ask(gets[5][0])
            if status != 200 or f"UID:{name}-5".encode() not in body:
                raise SystemExit(f"GET: {status}")
            cost["get", name] = self.row(f"GET of an object, {count} events", self.load(gets),
                                         "aim 4 x")
        for what in ("fb", "get"):
            print(f"{what}: 10,000 events cost {cost[what, 'large'] / cost[what, 'small']:.2f} x "
                  "what 1,000 cost (aim 1.3)")

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
        self.stop()
        self.start(count_syncs=True)
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
            posts.append((request("POST", "/api/bookings", body, None,
                                  "Content-Type: application/json\r\n"), 201, []))
        posts = self.not_toggled(posts)
        before = self.syncs()
        got = self.load(posts, "once", connections=64, seconds=60)
        syncs = self.syncs() - before
        made = got["requests"] - got["wrong"]
        self.row("bookings, 64 clients", got, "aim 300 us")
        print(f"bookings: {made} durable, {made / got['seconds']:.0f}/s beside {rate:.0f} single "
              f"commits/s; {syncs} syncs, one per {made / max(1, syncs):.1f} bookings (aim 8)")

    def not_toggled(self, posts):
        """Leave out what the toggled hours may hide: their state is the load's last."""
        hidden = set()
        for h in range(HOSTS):
            day = self.first_day() + (h % DAYS) * DAY
            hidden |= {(h, f"{day}T{hh}:{mm}") for hh in ("10",) for mm in ("00", "30")}
        kept = []
        for p in posts:
            found = re.search(rb'"host": "h(\d+)".*?"start_time": "([^"]{16})', p[0])
            if (int(found.group(1)), found.group(2).decode()) not in hidden:
                kept.append(p)
        return kept

    def syncs(self):
        with open(self.sync_file, "rb") as file:
            return struct.unpack("Q", file.read(8))[0]

    def run(self):
        try:
            self.bare()
            self.make_hosts()
            self.start()
            self.slots()
            self.calendars()
            self.bookings()
        finally:
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", default="build")
    options.add_argument("--seconds", type=float, default=4)
    o = options.parse_args()
    Bench(os.path.abspath(o.build), o.seconds).run()


if __name__ == "__main__":
    sys.exit(main())
